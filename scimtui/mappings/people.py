"""The group's people as a review needs them, and what can be guessed of one without a user export."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scimtui.directory import Row
from scimtui.mappings.case import Answers, Stored
from scimtui.mappings.users import User

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_OKTA_ID = re.compile(r"00u[0-9A-Za-z]{17}")


def stored_of(rows: Iterable[Row]) -> tuple[Stored, ...]:
    """What GitLab stores for these people, in their order."""
    return tuple(
        Stored(one.user_id, one.name, one.email, one.scim_uid, one.saml_uid, one.scim_active)
        for one in (row.record for row in rows)
    )


def guessed(person: Stored, idp: str) -> User:
    """A user made from what GitLab stores; what can't be told from that is not there, and not known.

    The e-mail address and the name are taken for the directory's. A stored value tells the attribute
    whose form it has: a GUID the objectId, an Okta id the id, an address the login.
    """
    uid = person.scim_uid or person.saml_uid or ""
    given, _, family = person.name.rpartition(" ")
    attributes: dict[str, str | bool] = {}
    if person.email:
        attributes["email" if idp == "okta" else "mail"] = person.email
    if person.name:
        attributes["displayName"] = person.name
    if given:
        first, last = ("firstName", "lastName") if idp == "okta" else ("givenName", "surname")
        attributes |= {first: given, last: family}
    if "@" in uid:
        attributes["login" if idp == "okta" else "userPrincipalName"] = uid
    elif idp == "okta" and _OKTA_ID.fullmatch(uid):
        attributes["id"] = uid
    elif idp != "okta" and _GUID.fullmatch(uid):
        attributes["objectId"] = uid
    if person.active is not None and idp != "okta":
        attributes["IsSoftDeleted"] = not person.active
    return User(attributes, person.name or person.email or f"user {person.user_id}", "guessed")


def answers_from(stored: tuple[Stored, ...] | None, *, gitlab_com: bool) -> Answers:
    """What a profile and its people tell without asking anybody."""
    synced = any(one.scim_uid for one in stored) if stored is not None else None
    return Answers(synced=synced, gitlab_com=gitlab_com)
