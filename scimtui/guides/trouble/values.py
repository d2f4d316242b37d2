"""What a pasted text says about whom: e-mail, uid, username, status, group."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from urllib.parse import unquote

from scimtui.guides.trouble.reading import Plain, plain

_EMAIL = re.compile(
    r"[A-Za-z0-9_+](?:[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{0,62}[A-Za-z0-9_+~-])?"
    r"@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
)
_GUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
_OKTA = re.compile(r"\b00u[0-9A-Za-z]{17}\b")
_STATUS = re.compile(
    r"(?:\bstatus(?:\s*code)?\"?\s*[:=>]*\s*\"?|\bHTTP/[0-9.]+\s+|\bHTTP\s+)([1-5]\d\d)\b", re.IGNORECASE
)
_STATUS_NAMES = {
    "conflict": "409",
    "preconditionfailed": "412",
    "unauthorized": "401",
    "forbidden": "403",
    "notfound": "404",
    "toomanyrequests": "429",
    "unprocessableentity": "422",
}
_STATUS_WORD = re.compile(r"status\s*code\W+([A-Za-z]+)", re.IGNORECASE)
_GROUP_ADDRESS = re.compile(r"/api/(?:scim/v2|v4)/groups/([^/?#\s\"']+)")
_GROUP_WORDS = re.compile(
    r"(?:\bGroup ['\"]?([\w.-]+)['\"]? (?:does not have SAML|not found))"
    r"|(?:^|\n)\s*([\w.-]+) SAML authentication failed"
)
_USER_ID = re.compile(r"\buser_?id\"?\s*[:=>]+\s*\"?(\d{1,12})\b", re.IGNORECASE)
_ECHO = r"[\"']?(?:{names})[\"']?\s*(?:=>|:|=)\s*[\"']([^\"'\n]{{1,255}})[\"']"
_ECHO_UID = re.compile(_ECHO.format(names="externalId|extern_uid|NameID|name_id"), re.IGNORECASE)
_ECHO_USERNAME = re.compile(_ECHO.format(names="userName|user_name|username"), re.IGNORECASE)
_FILTER = re.compile(
    r"(?:externalId|\bid|userName)(?:\s|%20|\+)+eq(?:\s|%20|\+)+(?:\"|%22)?([^\"\s&]+?)(?:\"|%22|&|\s|$)"
)
_UID_NAMES = ("externalid:newvalue", "externalid", "extern_uid", "nameid", "name_id")
_STORED_NAMES = ("externalid:oldvalue",)
_USERNAME_NAMES = ("username", "userprincipalname")


@dataclass(frozen=True, slots=True)
class Values:
    """What was found; empty where nothing was.

    Attributes:
        uid: what the identity provider sends.
        stored: what it sent before, where the text tells.
        group: its path.
    """

    email: str = ""
    username: str = ""
    uid: str = ""
    stored: str = ""
    user_id: str = ""
    status: str = ""
    group: str = ""

    def as_json(self) -> dict[str, str]:
        """Those that were found."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    @property
    def who(self) -> tuple[str, ...]:
        """What to look the person up by, the surest first."""
        return tuple(
            value for value in (self.user_id, self.stored, self.email, self.username, self.uid) if value
        )


def values_in(text: str | Plain) -> Values:
    """Find them; the first of each kind counts."""
    given = plain(text) if isinstance(text, str) else text
    raw = given.text
    named: dict[str, str] = {}
    for name, value in given.pairs:
        named.setdefault(name.lower().replace(" ", ""), value)
    written = "\n".join((raw.replace('\\"', '"'), *(value for _, value in given.pairs)))
    uid = _first_named(named, _UID_NAMES) or _found(_ECHO_UID, written)
    username = _first_named(named, _USERNAME_NAMES) or _found(_ECHO_USERNAME, written)
    email = _found(_EMAIL, written, group=0)
    if not uid:
        uid = _found(_OKTA, written, group=0) or unquote(_found(_FILTER, written)) or _lone_guid(given)
    if username and _EMAIL.fullmatch(username):
        email, username = email or username, ""
    if uid and uid == email:
        uid = ""
    return Values(
        email=email,
        username=username,
        uid=uid,
        stored=_first_named(named, _STORED_NAMES),
        user_id=_found(_USER_ID, written),
        status=_status(written, named),
        group=_group(written),
    )


def _first_named(named: dict[str, str], names: tuple[str, ...]) -> str:
    return next((named[name] for name in names if named.get(name)), "")


def _found(pattern: re.Pattern[str], text: str, group: int = 1) -> str:
    match = pattern.search(text)
    return match[group] if match is not None else ""


_IDENTIFIERS = ("id", "jobid", "cycleid", "changeid", "tenantid", "correlationid", "uuid", "requestid")


def _lone_guid(given: Plain) -> str:
    """A GUID of the text; in a log event most are of the event itself, so there a name must tell."""
    if not given.pairs:
        return _found(_GUID, given.text, group=0)
    for name, value in given.pairs:
        if name.lower() not in _IDENTIFIERS and _GUID.fullmatch(value):
            return value
    return ""


def _status(text: str, named: dict[str, str]) -> str:
    told = named.get("status", "")
    if told.isdecimal() and len(told) == 3:
        return told
    number = _found(_STATUS, text)
    return number or _STATUS_NAMES.get(_found(_STATUS_WORD, text).lower(), "")


def _group(text: str) -> str:
    address = _found(_GROUP_ADDRESS, text)
    if address:
        return unquote(address)
    match = _GROUP_WORDS.search(text)
    return (match[1] or match[2]) if match is not None else ""
