"""Counting people by verdict, so that a client's own count can be held against it.

The definitions are the first that holds of: blocked, inactive, duplicate, unlinked, no-saml, no-scim,
differs, case, match. This is the simulator's own count: it shares no code with the client.
"""

from __future__ import annotations

from collections.abc import Iterable

from .people import Person

PROBLEMS = ("case", "differs", "no-saml", "no-scim", "unlinked", "inactive", "blocked", "duplicate")
_BLOCKED = ("blocked", "ldap_blocked", "banned")


def count_verdicts(people: Iterable[Person]) -> dict[str, int]:
    """How many people have each verdict.

    Counted is who a client with an Owner's token can know and who is no bot: members, and people with an
    identity in the group. `duplicate` counts both people of a pair: the one whose SCIM value is somebody
    else's SAML value (case does not count), and the one whose SAML value is somebody else's SCIM value.
    """
    known = [person for person in people if _is_listed(person)]
    scim_holder = {person.scim_id.lower(): person.user_id for person in known if person.scim_id is not None}
    saml_holder = {person.saml_id.lower(): person.user_id for person in known if person.saml_id is not None}
    counts = dict.fromkeys((*PROBLEMS, "match"), 0)
    for person in known:
        counts[verdict(person, scim_holder, saml_holder)] += 1
    return counts


def verdict(person: Person, scim_holder: dict[str, int], saml_holder: dict[str, int]) -> str:
    """The verdict on one person, given who holds which value (lower-cased) on either side."""
    scim, saml, own = person.scim_id, person.saml_id, person.user_id
    if person.state in _BLOCKED:
        return "blocked"
    if scim is not None and not person.active:
        return "inactive"
    if scim is not None and saml_holder.get(scim.lower(), own) != own:
        return "duplicate"
    if saml is not None and scim_holder.get(saml.lower(), own) != own:
        return "duplicate"
    if scim is None and saml is None:
        return "unlinked"
    if saml is None:
        return "no-saml"
    if scim is None:
        return "no-scim"
    if scim.lower() != saml.lower():
        return "differs"
    return "match" if scim == saml else "case"


def _is_listed(person: Person) -> bool:
    return not person.bot and (person.member or person.scim_id is not None or person.saml_id is not None)
