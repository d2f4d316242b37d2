"""What a mapping would do to the people who are stored already: who keeps their value, and who does not."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from scimtui.mappings.case import Case, Stored
from scimtui.mappings.expressions.results import Unevaluated, Value
from scimtui.mappings.sending import EXTERNAL_ID, Sent

WARNING = (
    "Changing what feeds id or externalId after the first sync causes errors, duplicate users "
    "and lost access."
)
"""What GitLab's page says of it (Configure SCIM)."""


class Fate(NamedTuple):
    """One person who is stored, and what they would be sent."""

    person: Stored
    label: str
    new: str


class Impact(NamedTuple):
    """Everybody who is stored, once; those who lose sign-in are in one of the first three as well.

    Attributes:
        keeps: the value that would be sent is the one that is stored for SCIM.
        changes: it is another one.
        collides: it is another one, which somebody else has or would get; capitals do not count.
        loses: the NameID would not be the value that is stored for sign-in.
        not_known: nobody of the export has their e-mail, several have, or the value can't be told.
    """

    keeps: tuple[Fate, ...]
    changes: tuple[Fate, ...]
    collides: tuple[Fate, ...]
    loses: tuple[Fate, ...]
    not_known: tuple[str, ...]

    @property
    def warning(self) -> str:
        """GitLab's warning, where a value would change; empty else."""
        return WARNING if self.changes or self.collides else ""

    def as_json(self) -> dict[str, object]:
        """Lists of people: label, user id, the stored value and the new one."""

        def told(fates: tuple[Fate, ...]) -> list[dict[str, object]]:
            return [
                {
                    "person": fate.label,
                    "user_id": fate.person.user_id,
                    "scim": fate.person.scim_uid,
                    "saml": fate.person.saml_uid,
                    "new": fate.new,
                }
                for fate in fates
            ]

        return {
            "keeps": len(self.keeps),
            "changes": told(self.changes),
            "collides": told(self.collides),
            "loses_sign_in": told(self.loses),
            "not_known": list(self.not_known),
            "warning": self.warning or None,
        }


def impact(case: Case) -> Impact | None:
    """Hold the export against the people who are stored; None where either is missing."""
    if case.users is None or case.stored is None:
        return None
    by_email = _by_email(case)
    provisioned = [person for person in case.stored if person.scim_uid]
    pairs = [(person, by_email.get(person.email.lower()) if person.email else None) for person in provisioned]
    new = {id(person): _value(sent) for person, sent in pairs if sent is not None}
    held = _held(case.stored)
    wanted = Counter(value.lower() for value in new.values() if value)
    keeps, changes, collides, loses, not_known = [], [], [], [], []
    for person, sent in pairs:
        label = person.name or person.email or f"user {person.user_id}"
        value = new.get(id(person))
        if sent is None or value is None:
            not_known.append(label)
            continue
        fate = Fate(person, label, value)
        others = held[value.lower()] - (value.lower() in _own(person))
        if value == person.scim_uid:
            keeps.append(fate)
        elif others > 0 or wanted[value.lower()] > 1:
            collides.append(fate)
        else:
            changes.append(fate)
        name_id = sent.name_id.text if isinstance(sent.name_id, Value) else None
        if not isinstance(sent.name_id, Unevaluated) and person.saml_uid and name_id != person.saml_uid:
            loses.append(fate)
    return Impact(tuple(keeps), tuple(changes), tuple(collides), tuple(loses), tuple(not_known))


def _by_email(case: Case) -> dict[str, Sent]:
    """Whom of the export an address belongs to; a shared one belongs to nobody (idp-behaviour 5)."""
    addresses = [(sent.stored["email"].lower(), sent) for sent in case.sent if sent.stored.get("email")]
    shared = Counter(address for address, _ in addresses)
    return {address: sent for address, sent in addresses if shared[address] == 1}


def _value(sent: Sent) -> str | None:
    result = next((one for target, one in sent.values.items() if target.lower() == EXTERNAL_ID.lower()), None)
    return result.text if isinstance(result, Value) and result.text else None


def _own(person: Stored) -> set[str]:
    return {value.lower() for value in (person.scim_uid, person.saml_uid) if value}


def _held(stored: tuple[Stored, ...]) -> Counter[str]:
    """How many people hold a value, for SCIM or for sign-in, ignoring case."""
    return Counter(value for person in stored for value in _own(person))
