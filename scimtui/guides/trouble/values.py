"""What a pasted text says about whom: e-mail, uid, username, status, group.

Values of two people must never be mixed: what is found is offered as the value to store. So each event
of a text is read by itself, and where several are about different people, none is offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
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
_STATUS_WORD = re.compile(r"status\s*code\W+([A-Za-z]+)", re.IGNORECASE)
_STATUS_NAMES = {
    "conflict": "409",
    "preconditionfailed": "412",
    "unauthorized": "401",
    "forbidden": "403",
    "notfound": "404",
    "toomanyrequests": "429",
    "unprocessableentity": "422",
}
_GROUP_ADDRESS = re.compile(r"/api/(?:scim/v2|v4)/groups/([^/?#\s\"']+)")
_GROUP_WORDS = re.compile(
    r"(?:\bGroup ['\"]?([\w.-]+)['\"]? (?:does not have SAML|not found))"
    r"|(?:^[ \t]*([\w.-]+) SAML authentication failed)",
    re.MULTILINE,
)
_USER_ID = re.compile(r"\buser_?id\"?\s*[:=>]+\s*\"?(\d{1,12})\b", re.IGNORECASE)
# A value ends at the quote that it began with: o'brien is one.
_QUOTED = r"[\"']?\b(?:{names})[\"']?\s*(?:=>|:|=)\s*(?:\"([^\"\n]{{1,255}})\"|'([^'\n]{{1,255}})')"
_NAMED_UID = re.compile(_QUOTED.format(names="externalId|extern_uid|NameID|name_id"), re.IGNORECASE)
_NAMED_USERNAME = re.compile(_QUOTED.format(names="userName|user_name|username"), re.IGNORECASE)
_NAMED_EMAIL = re.compile(_QUOTED.format(names="email|e-mail|mail"), re.IGNORECASE)
_BLANK = r"(?:\s|%20|\+)+"
_FILTER = re.compile(
    rf"(externalId|\bid|userName){_BLANK}eq{_BLANK}(?:\"|%22)?([^\"\s&%]+(?:%(?!22)[^\"\s&%]*)*)",
    re.IGNORECASE,
)
_ECHO = re.compile(r"\bwith (\{.{1,20000}?\}): ", re.DOTALL)
_UID_NAMES = ("externalid:newvalue", "externalid", "extern_uid", "nameid", "name_id")
_STORED_NAMES = ("externalid:oldvalue",)
_USERNAME_NAMES = ("username", "username:newvalue", "userprincipalname")
_EMAIL_NAMES = ("email", "mail", 'emails[type eq "work"].value:newvalue', "identity")


@dataclass(frozen=True, slots=True)
class Values:
    """What was found; empty where nothing was, or where it is not clear whose it is.

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

    @property
    def of_nobody(self) -> Values:
        """The same without what belongs to a person."""
        return Values(status=self.status, group=self.group)


def values_in(text: str | Plain) -> Values:
    """Find them. Where the text is about several people, those of a person are left out."""
    given = plain(text) if isinstance(text, str) else text
    written = "\n".join((given.text.replace('\\"', '"'), *(value for _, value in given.pairs)))
    around = Values(status=_status(written, given.pairs), group=_group(written))
    people = [found for found in _people(given, written) if found.who]
    if not people or any(found != people[0] for found in people):
        return around
    return replace(people[0], status=around.status, group=around.group)


def _people(given: Plain, written: str) -> list[Values]:
    """Whom each event of the text is about."""
    echoes = list(dict.fromkeys(match[1] for match in _ECHO.finditer(written)))
    if given.events:
        return [_of_event(event) for event in given.events]
    if echoes:
        return [_of_text(echo) for echo in echoes]
    return [_of_text(written)]


def _of_event(event: Sequence[tuple[str, str]]) -> Values:
    """One event: named values; those of GitLab's echo in it; those of Okta's target."""
    named: dict[str, str] = {}
    for name, value in event:
        named.setdefault(name.lower().replace(" ", ""), value)
    leaves = "\n".join(value.replace('\\"', '"') for _, value in event)
    echo = _one(match[1] for match in _ECHO.finditer(leaves))
    told = _of_text(echo) if echo else Values()
    if "okta:user" in named or "okta:email" in named:
        return Values(uid=named.get("okta:user", ""), email=named.get("okta:email", ""))
    acting = (
        "method" in named and "path" in named
    )  # a line of GitLab's log names who asked, not whom it is about
    username = _first(named, _USERNAME_NAMES) if not acting else ""
    email = _first(named, _EMAIL_NAMES)
    email = email if _EMAIL.fullmatch(email) else ""
    if username and _EMAIL.fullmatch(username):
        email, username = email or username, ""
    filtered = _filtered(leaves)
    return Values(
        uid=_first(named, _UID_NAMES) or told.uid or _quoted(_NAMED_UID, leaves) or filtered.uid,
        stored=_first(named, _STORED_NAMES),
        email=email or told.email or _one(_EMAIL.findall(leaves)),
        username=username or told.username or filtered.username,
        user_id=named.get("user_id", "") if not acting and named.get("user_id", "").isdecimal() else "",
    )


def _of_text(text: str) -> Values:
    """One text without structure: a value counts where there is one of its kind alone."""
    filtered = _filtered(text)
    uid = _quoted(_NAMED_UID, text) or filtered.uid or _one(_OKTA.findall(text)) or _one(_GUID.findall(text))
    username = _quoted(_NAMED_USERNAME, text) or filtered.username
    email = _quoted(_NAMED_EMAIL, text) or _one(_EMAIL.findall(text))
    if username and _EMAIL.fullmatch(username):
        email, username = email or username, ""
    return Values(
        email=email if _EMAIL.fullmatch(email) else "",
        username=username,
        uid=uid,
        user_id=_one(_USER_ID.findall(text)),
    )


def _filtered(text: str) -> Values:
    """What a SCIM filter asks for: `userName` is never a uid."""
    asked = {(match[1].lower(), unquote(match[2])) for match in _FILTER.finditer(text)}
    uid = _one(value for name, value in asked if name != "username")
    username = _one(value for name, value in asked if name == "username")
    if _EMAIL.fullmatch(username):
        return Values(uid=uid, email=username)
    return Values(uid=uid, username=username)


def _quoted(pattern: re.Pattern[str], text: str) -> str:
    """The one value that stands under these names; empty where there are several."""
    return _one(match[1] or match[2] for match in pattern.finditer(text))


def _one(found: Iterable[str]) -> str:
    """The value, where all that were found are the same."""
    different = {value for value in found if value}
    return different.pop() if len(different) == 1 else ""


def _first(named: dict[str, str], names: tuple[str, ...]) -> str:
    return next((named[name] for name in names if named.get(name)), "")


def _status(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    told = _one(
        value for name, value in pairs if name.lower() == "status" and re.fullmatch(r"[1-5]\d\d", value)
    )
    if told:
        return told
    match = _STATUS.search(text)
    if match is not None:
        return match[1]
    word = _STATUS_WORD.search(text)
    return _STATUS_NAMES.get(word[1].lower(), "") if word is not None else ""


def _group(text: str) -> str:
    addresses = _one(unquote(address) for address in _GROUP_ADDRESS.findall(text))
    if addresses:
        return addresses
    return _one(match[1] or match[2] for match in _GROUP_WORDS.finditer(text))
