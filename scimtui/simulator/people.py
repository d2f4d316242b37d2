"""One simulated person, and the JSON that people come and go in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GUEST, REPORTER, DEVELOPER, MAINTAINER, OWNER, MINIMAL_ACCESS = 10, 20, 30, 40, 50, 5

_ROLES = {
    "minimal access": MINIMAL_ACCESS,
    "guest": GUEST,
    "planner": 15,
    "reporter": REPORTER,
    "developer": DEVELOPER,
    "maintainer": MAINTAINER,
    "owner": OWNER,
}
_STATES = ("active", "blocked", "ldap_blocked", "banned", "deactivated", "blocked_pending_approval")
_REAL_ID_LIMIT = 2**62


class PeopleError(ValueError):
    """People that can't be simulated; `str` names the entry and what is wrong with it."""


@dataclass(slots=True)
class Person:
    """The truth about one person: account, membership and both identities.

    `trusted` is the SAML identity's flag that no API shows (contract 3.4).
    """

    user_id: int
    name: str
    username: str
    email: str
    email_verified: bool = True
    secondary_emails: tuple[str, ...] = ()
    scim_id: str | None = None
    active: bool = True
    pending_removal: bool = False
    saml_id: str | None = None
    trusted: bool = True
    member: bool = True
    access_level: int = DEVELOPER
    state: str = "active"
    provisioned: bool = False
    enterprise: bool = False
    bot: bool = False

    def as_json(self) -> dict[str, Any]:
        """The shape of `GET people` and `PUT people`."""
        return {
            "user_id": self.user_id,
            "name": self.name,
            "username": self.username,
            "email": self.email,
            "email_verified": self.email_verified,
            "secondary_emails": list(self.secondary_emails),
            "scim_id": self.scim_id,
            "active": self.active if self.scim_id is not None else None,
            "pending_removal": self.pending_removal,
            "saml_id": self.saml_id,
            "trusted": self.trusted if self.saml_id is not None else None,
            "member": self.member,
            "access_level": self.access_level if self.member else None,
            "state": self.state,
            "provisioned": self.provisioned,
            "enterprise": self.enterprise,
            "bot": self.bot,
        }


def read_people_file(path: Path, email_domain: str) -> list[Person]:
    """People from a file: `PUT people`'s list, or what `scimtui users --json` writes."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PeopleError(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise PeopleError(f"{path} is not JSON") from None
    return people_from_json(document, email_domain)


def people_from_json(document: object, email_domain: str) -> list[Person]:
    """Check and read a JSON list of people.

    Raises:
        PeopleError: not a list of people, or people that cannot exist side by side in one GitLab.
    """
    if not isinstance(document, list):
        raise PeopleError("people are a JSON list of objects")
    people = []
    highest = 0
    for number, entry in enumerate(document, start=1):
        if not isinstance(entry, dict):
            raise PeopleError(f"person {number} is not an object")
        plain = _from_users_json(entry, highest + 1) if "scim" in entry or "saml" in entry else entry
        person = _person(plain, number, email_domain)
        highest = max(highest, person.user_id)
        people.append(person)
    _refuse_twins(people)
    return people


def _from_users_json(entry: dict[str, Any], next_id: int) -> dict[str, Any]:
    scim, saml = entry.get("scim") or {}, entry.get("saml") or {}
    if not isinstance(scim, dict) or not isinstance(saml, dict):
        scim, saml = {}, {}
    member = entry.get("member")
    username = entry.get("username") or f"user-{next_id}"
    plain = {
        "user_id": entry.get("user_id") or next_id,
        "name": entry.get("name") or username,
        "username": username,
        "email": entry.get("email"),
        "scim_id": scim.get("extern_uid"),
        "active": scim.get("active"),
        "saml_id": saml.get("extern_uid"),
        "member": True if member is None else member,
        "state": entry.get("state"),
        "enterprise": bool(entry.get("enterprise")),
    }
    role = entry.get("role")
    if role is not None:
        plain["access_level"] = _ROLES.get(str(role).lower(), role)
    return plain


def _person(entry: dict[str, Any], number: int, email_domain: str) -> Person:
    def wrong(key: str, what: str) -> PeopleError:
        return PeopleError(f"person {number}: {key} is {what}")

    def take(key: str, default: Any, fits: Callable[[Any], bool], what: str) -> Any:
        value = entry.get(key)
        if value is None:
            value = default
        if not fits(value):
            raise wrong(key, what)
        return value

    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        raise PeopleError(f"person {number}: there is no key {unknown[0]!r}")
    username = take("username", None, _full_text, "text that isn't empty")
    secondary = take(
        "secondary_emails", [], lambda v: isinstance(v, list) and all(map(_full_text, v)), "a list"
    )
    return Person(
        user_id=take("user_id", None, _whole_number, "a number from 1 up"),
        name=take("name", None, _text, "text"),
        username=username,
        email=take("email", f"{username}@{email_domain}", _text, "text"),
        email_verified=take("email_verified", True, _flag, "true or false"),
        secondary_emails=tuple(secondary),
        scim_id=take("scim_id", None, _optional_text, "text or null"),
        active=take("active", True, _flag, "true or false"),
        pending_removal=take("pending_removal", False, _flag, "true or false"),
        saml_id=take("saml_id", None, _optional_text, "text or null"),
        trusted=take("trusted", True, _flag, "true or false"),
        member=take("member", True, _flag, "true or false"),
        access_level=take("access_level", DEVELOPER, _whole_number, "a role's number"),
        state=take("state", "active", lambda v: v in _STATES, f"one of {', '.join(_STATES)}"),
        provisioned=take("provisioned", False, _flag, "true or false"),
        enterprise=take("enterprise", False, _flag, "true or false"),
        bot=take("bot", False, _flag, "true or false"),
    )


_KEYS = {
    *Person.__dataclass_fields__,
    "instance_scim_id",
    "instance_active",
}


def _whole_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < _REAL_ID_LIMIT


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _text(value: object) -> bool:
    if not isinstance(value, str) or "\0" in value:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _full_text(value: object) -> bool:
    return _text(value) and bool(value)


def _optional_text(value: object) -> bool:
    return value is None or _full_text(value)


def _refuse_twins(people: list[Person]) -> None:
    keys: tuple[tuple[str, Callable[[Person], object]], ...] = (
        ("user_id", lambda person: person.user_id),
        ("username", lambda person: person.username.lower()),
        ("email", lambda person: person.email.lower()),
        ("scim_id", lambda person: person.scim_id and person.scim_id.lower()),
        ("saml_id", lambda person: person.saml_id and person.saml_id.lower()),
    )
    for what, key in keys:
        seen: set[object] = set()
        for person in people:
            value = key(person)
            if value is not None and value in seen:
                raise PeopleError(f"two people have the {what} {value!r} (case does not count)")
            seen.add(value)
