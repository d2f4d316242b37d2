"""What a mapping would do to the people who are stored already: who keeps their value, and who does not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import NamedTuple

from scimtui.mappings.case import Case, Stored
from scimtui.mappings.expressions.results import NULL, Result, Unevaluated, Value
from scimtui.mappings.people import guessed
from scimtui.mappings.sending import EXTERNAL_ID, ID, OKTA_SENDS, TWICE, Sent, name_id_result, row_result

WARNING = (
    "Changing what feeds id or externalId after the first sync causes errors, duplicate users "
    "and lost access."
)
"""What GitLab's page says of it (Configure SCIM)."""


class Fate(NamedTuple):
    """One person who is stored, and what they would be sent.

    Attributes:
        number: their place among those who are stored.
        label: how a list calls the person.
        new: what would be sent as externalId; empty where it can't be told.
        why: what can't be told, in a sentence; empty where it can.
    """

    person: Stored
    number: int
    label: str
    new: str
    why: str = ""


class Impact(NamedTuple):
    """Everybody who is provisioned, once; those who lose sign-in stand beside, whoever has a SAML identity.

    Attributes:
        keeps: the value that would be sent is the one that is stored for SCIM; or it is sent on creation
            alone.
        changes: it is another one.
        collides: it is another one, which somebody else has or would get; capitals do not count.
        loses: the NameID would not be the value that is stored for sign-in.
        not_known: nobody of the export has their e-mail, several have, or the value can't be told.
        source_changed: id or externalId is fed by something else than before.
        guessed: there is no export, so that what is sent was worked out from what GitLab stores.
    """

    keeps: tuple[Fate, ...]
    changes: tuple[Fate, ...]
    collides: tuple[Fate, ...]
    loses: tuple[Fate, ...]
    not_known: tuple[Fate, ...]
    guessed: bool = False
    source_changed: bool = False

    @property
    def warning(self) -> str:
        """GitLab's warning, where a value would change, or its source does; empty else."""
        return WARNING if self.changes or self.collides or self.source_changed else ""

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
            "not_known": [fate.label for fate in self.not_known],
            "guessed": self.guessed,
            "warning": self.warning or None,
        }


def impact(case: Case) -> Impact | None:
    """Hold what would be sent against the people who are stored; None where nobody is known.

    Without a user export, what would be sent is worked out from what GitLab stores, as far as that goes.
    """
    if case.stored is None:
        return None
    by_email = _by_email(case)
    guesses = case.users is None
    told: list[tuple[Fate, Result]] = []
    for number, person in enumerate(case.stored):
        if not person.scim_uid and not person.saml_uid:
            continue
        sent, name_id = _guess(case, person) if guesses else _of_export(case, by_email, person)
        label = person.name or person.email or f"user {person.user_id}"
        value = sent.text if isinstance(sent, Value) else ""
        why = sent.reason if isinstance(sent, Unevaluated) else "" if value else "nothing would be sent"
        told.append((Fate(person, number, label, value, why), name_id))
    held = _held(case.stored)
    wanted = Counter(fate.new.lower() for fate, _ in told if fate.new and fate.person.scim_uid)
    keeps, changes, collides, loses, not_known = [], [], [], [], []
    for fate, name_id in told:
        person, value = fate.person, fate.new
        name = name_id.text if isinstance(name_id, Value) else None
        if not isinstance(name_id, Unevaluated) and person.saml_uid and name != person.saml_uid:
            loses.append(fate)
        if not person.scim_uid:
            continue
        others = held[value.lower()] - (value.lower() in _own(person))
        if not value:
            not_known.append(fate)
        elif value == person.scim_uid or not _is_updated(case):
            keeps.append(fate)
        elif others > 0 or wanted[value.lower()] > 1:
            collides.append(fate)
        else:
            changes.append(fate)
    changed = any(case.source_before(target) is not None for target in (EXTERNAL_ID, ID))
    groups = (tuple(keeps), tuple(changes), tuple(collides), tuple(loses), tuple(not_known))
    provisioned = any(person.scim_uid for person in case.stored)
    return Impact(*groups, guessed=guesses, source_changed=changed and provisioned)


_OUTSIDE = Unevaluated("the scope filter leaves them out: they would be deactivated")
_NOBODY = Unevaluated("nobody of the export has their e-mail address, or several have")


def _is_updated(case: Case) -> bool:
    """Whether a new externalId is sent to those who exist; else it is sent on creation alone."""
    row = case.external_id
    return row is None or row.flow.lower() != "objectaddonly"


def _of_export(case: Case, by_email: dict[str, Sent], person: Stored) -> tuple[Result, Result]:
    """externalId and NameID of whom the export has with this person's address."""
    sent = by_email.get(person.email.lower()) if person.email else None
    if sent is None:
        return _NOBODY, _NOBODY
    if sent.outcome == "outside":
        return _OUTSIDE, sent.name_id
    external, row = _external_id(sent), case.external_id
    if row is not None and row.default and external == Value(row.default):
        return NULL, sent.name_id  # a default is sent on creation alone
    return external, sent.name_id


def _guess(case: Case, person: Stored) -> tuple[Result, Result]:
    """externalId and NameID of a user made from what is stored."""
    user = guessed(person, case.idp)
    name_id = name_id_result(case.name_id, case.mapping, user, complete=False)
    rows = [row for row in case.mapping.rows if row.key == EXTERNAL_ID.lower()]
    if not rows and case.idp == "okta":
        rows = [OKTA_SENDS["externalid"]]
    sent = {row_result(replace(row, default=""), user, case.idp, complete=False) for row in rows}
    return (sent.pop() if len(sent) == 1 else TWICE if sent else NULL), name_id


def _by_email(case: Case) -> dict[str, Sent]:
    """Whom of the export an address belongs to; a shared one belongs to nobody (idp-behaviour 5)."""
    addresses = [(sent.address.lower(), sent) for sent in case.sent if sent.address]
    shared = Counter(address for address, _ in addresses)
    return {address: sent for address, sent in addresses if shared[address] == 1}


def _external_id(sent: Sent) -> Result:
    return next((one for target, one in sent.values.items() if target.lower() == EXTERNAL_ID.lower()), NULL)


def _own(person: Stored) -> set[str]:
    return {value.lower() for value in (person.scim_uid, person.saml_uid) if value}


def _held(stored: tuple[Stored, ...]) -> Counter[str]:
    """How many people hold a value, for SCIM or for sign-in, ignoring case."""
    return Counter(value for person in stored for value in _own(person))
