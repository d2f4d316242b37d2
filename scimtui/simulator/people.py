"""One simulated person, and the JSON that people come and go in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeGuard

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
ROW_STATES = ("active", "awaiting", "requested")
_REAL_ID_LIMIT = 2**62


class PeopleError(ValueError):
    """People that can't be simulated; `str` names the entry and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A direct membership of one group."""

    access_level: int
    membership_state: str = "active"
    expires_at: str | None = None
    member_role_id: int | None = None


@dataclass(slots=True)
class Person:
    """The truth about one person: account, membership and both identities.

    Attributes:
        secondary_emails: confirmed ones.
        unconfirmed_emails: secondary ones that nobody has confirmed yet.
        trusted: the SAML identity's flag that no API shows (contract 3.4).
        further_saml_ids: more rows of this person in the group, as there are from before the rules.
        other_identities: what other providers know the account by: name of the provider, value or None.
        untrusted_providers: those of them whose row is untrusted.
        domain_verified: of an enterprise user: the group has the address's domain verified today.
        two_factor: the sign-in asks for a second factor.
        confirmation_overdue: the unconfirmed address was to be confirmed by now.
        membership_state: the row in the group: `active`, `awaiting` approval, or a mere request.
        expires_at: the day that the row ends, as `YYYY-MM-DD`.
        rows: rows in groups below, by full path; None for the same row in the subgroup `platform` for
            Maintainers and Owners.
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
    unconfirmed_emails: tuple[str, ...] = ()
    further_saml_ids: tuple[str, ...] = ()
    other_identities: Mapping[str, str | None] = field(default_factory=dict)
    untrusted_providers: tuple[str, ...] = ()
    domain_verified: bool = True
    two_factor: bool = False
    admin: bool = False
    confirmation_overdue: bool = False
    membership_state: str = "active"
    expires_at: str | None = None
    member_role_id: int | None = None
    rows: Mapping[str, Row] | None = None

    def as_json(self) -> dict[str, Any]:
        """The shape of `GET people` and `PUT people`; what is rare is named where it is so."""
        return {
            **{name: _plain(value) for name, value in self._rare() if value != _RARE[name]},
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

    def _rare(self) -> Iterator[tuple[str, Any]]:
        return ((name, getattr(self, name)) for name in _RARE)


_RARE: dict[str, Any] = {
    "unconfirmed_emails": (),
    "further_saml_ids": (),
    "other_identities": {},
    "untrusted_providers": (),
    "domain_verified": True,
    "two_factor": False,
    "admin": False,
    "confirmation_overdue": False,
    "membership_state": "active",
    "expires_at": None,
    "member_role_id": None,
    "rows": None,
}


def _plain(value: Any) -> Any:
    if isinstance(value, Row):
        return {key: entry for key, entry in asdict(value).items() if entry is not None}
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    return list(value) if isinstance(value, tuple) else value


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

    def texts(key: str) -> tuple[str, ...]:
        return tuple(take(key, [], lambda v: isinstance(v, list) and all(map(_full_text, v)), "a list"))

    return Person(
        user_id=take("user_id", None, _whole_number, "a number from 1 up"),
        name=take("name", None, is_text, "text"),
        username=username,
        email=take("email", f"{username}@{email_domain}", is_text, "text"),
        email_verified=take("email_verified", True, _flag, "true or false"),
        secondary_emails=texts("secondary_emails"),
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
        unconfirmed_emails=texts("unconfirmed_emails"),
        further_saml_ids=texts("further_saml_ids"),
        other_identities=take("other_identities", {}, _texts_by_name, "an object of texts"),
        untrusted_providers=texts("untrusted_providers"),
        domain_verified=take("domain_verified", True, _flag, "true or false"),
        two_factor=take("two_factor", False, _flag, "true or false"),
        admin=take("admin", False, _flag, "true or false"),
        confirmation_overdue=take("confirmation_overdue", False, _flag, "true or false"),
        membership_state=take(
            "membership_state", "active", lambda v: v in ROW_STATES, f"one of {', '.join(ROW_STATES)}"
        ),
        expires_at=take("expires_at", None, _optional_day, "a day such as 2027-01-31"),
        member_role_id=take("member_role_id", None, lambda v: v is None or _whole_number(v), "a number"),
        rows=_rows(entry.get("rows"), number),
    )


def _rows(value: object, number: int) -> dict[str, Row] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise PeopleError(f"person {number}: rows are an object, by the groups' paths")
    return {str(path).lower(): _row(row, number) for path, row in value.items()}


def _row(value: object, number: int) -> Row:
    entry = value if isinstance(value, dict) else {"access_level": value}
    try:
        row = Row(**entry)
    except TypeError:
        raise PeopleError(f"person {number}: a row is a role's number, or an object with its keys") from None
    if (
        not _whole_number(row.access_level)
        or row.membership_state not in ROW_STATES
        or not _optional_day(row.expires_at)
        or not (row.member_role_id is None or _whole_number(row.member_role_id))
    ):
        raise PeopleError(f"person {number}: rows hold what no row can")
    return row


_KEYS = {
    *Person.__dataclass_fields__,
    "instance_scim_id",
    "instance_active",
}


def _whole_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < _REAL_ID_LIMIT


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def is_text(value: object) -> TypeGuard[str]:
    """Text that a database can hold: no NUL, no lone surrogates."""
    if not isinstance(value, str) or "\0" in value:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _full_text(value: object) -> bool:
    return is_text(value) and bool(value)


def _optional_text(value: object) -> bool:
    return value is None or _full_text(value)


def _texts_by_name(value: object) -> bool:
    return (
        isinstance(value, dict) and all(map(_full_text, value)) and all(map(_optional_text, value.values()))
    )


def _optional_day(value: object) -> bool:
    if value is None:
        return True
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _refuse_twins(people: list[Person]) -> None:
    keys: tuple[tuple[str, Callable[[Person], object]], ...] = (
        ("user_id", lambda person: person.user_id),
        ("username", lambda person: person.username.lower()),
        ("email", lambda person: person.email.lower()),
        ("scim_id", lambda person: person.scim_id and person.scim_id.lower()),
    )
    for what, key in keys:
        seen: set[object] = set()
        for person in people:
            value = key(person)
            if value is not None and value in seen:
                note = "" if what == "user_id" else " (case does not count)"
                raise PeopleError(f"two people have the {what} {value!r}{note}")
            seen.add(value)
    _refuse_equal_saml_ids(people)


def _refuse_equal_saml_ids(people: list[Person]) -> None:
    """Rows from before the rules may differ in case alone, but not be equal."""
    seen: set[str] = set()
    for person in people:
        for value in (person.saml_id, *person.further_saml_ids):
            if value is not None and value in seen:
                raise PeopleError(f"two rows have the saml_id {value!r}")
            seen.add(value or "")
