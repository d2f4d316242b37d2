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
    r"(?:\bstatus(?:\s{0,3}code)?[\s:=>\"]{0,12}|\bHTTP/[0-9.]{1,4}\s{1,3}|\bHTTP\s{1,3}|\s(?=[45]\d\d\s{0,3}\{))"
    r"([1-5]\d\d)\b(?! connection established)",
    re.IGNORECASE,
)
_STATUS_WORD = re.compile(r"status\s{0,3}code\W{1,12}([A-Za-z]{1,30})", re.IGNORECASE)
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
_GROUP_WORDS = re.compile(r"\bGroup ['\"]?([\w./-]{1,255})['\"]? (?:does not have SAML|not found)")
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
_ECHO_BEGINS, _ECHO_ENDS = "with {", "}: "
_LONGEST_ECHO, _MOST_ECHOES = 20_000, 500
# Mail headers and roles in a ticket name whoever wrote, not whom it is about.
_WRITERS = re.compile(
    r"^[ \t>]{0,8}(?:from|to|cc|bcc|reply-to|sender|reporter|assignee|author|requester|requested by)"
    r"[ \t]{0,3}:.{0,400}$",
    re.IGNORECASE | re.MULTILINE,
)
_NEAR = 40
_OF_SOMETHING = re.compile(
    r"request|correlation|trace|tenant|session|job|cycle|change|appli|client|event|activity|operation|group|directory",
    re.IGNORECASE,
)
_NO_EMAIL = re.compile(r"^(?:git@|\[secret\]@)", re.IGNORECASE)
_UID_NAMES = ("externalid:newvalue", "externalid", "extern_uid", "nameid", "name_id")
_STORED_NAMES = ("externalid:oldvalue",)
_USERNAME_NAMES = ("username", "username:newvalue", "userprincipalname")
_EMAIL_NAMES = ('emails[typeeq"work"].value:newvalue', "email", "mail", "identity")


@dataclass(frozen=True, slots=True)
class Values:
    """What was found; empty where nothing was, or where it is not clear whose it is.

    Attributes:
        uid: what the identity provider sends.
        stored: what it sent before, where the text tells.
        mentioned: an id of which the text does not say what it is: only good to look somebody up by.
        group: its path.
    """

    email: str = ""
    username: str = ""
    uid: str = ""
    stored: str = ""
    user_id: str = ""
    mentioned: str = ""
    status: str = ""
    group: str = ""

    def as_json(self) -> dict[str, str]:
        """Those that were found."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    @property
    def who(self) -> tuple[str, ...]:
        """What to look the person up by, the surest first."""
        return tuple(
            value
            for value in (
                self.user_id,
                self.stored,
                self.email,
                self.username,
                self.uid,
                self.mentioned,
            )
            if value
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
    if not people or not given.has_all_events or any(found != people[0] for found in people):
        return around
    return replace(people[0], status=around.status, group=around.group)


def _people(given: Plain, written: str) -> list[Values]:
    """Whom each event of the text is about."""
    if given.events:
        found = [_of_event(event) for event in given.events]
        if any(one.who for one in found):
            return found
    echoes = _echoes(written)
    if echoes:
        return [_of_text(echo) for echo in echoes]
    return [_of_text(given.outside if given.events else written)]


def _echoes(text: str) -> list[str]:
    """What GitLab repeats of the requests that it refused: `… with {…}: …`."""
    found: dict[str, None] = {}
    end = 0
    for _ in range(_MOST_ECHOES):
        start = text.find(_ECHO_BEGINS, end)
        if start < 0:
            break
        start += len(_ECHO_BEGINS) - 1
        stop = text.find(_ECHO_ENDS, start, start + _LONGEST_ECHO)
        if stop >= 0:
            found[text[start : stop + 1]] = None
        end = start
    return list(found)


def _of_event(event: Sequence[tuple[str, str]]) -> Values:
    """One event: named values; those of GitLab's echo in it; those of Okta's target."""
    several: dict[str, set[str]] = {}
    for name, value in event:
        several.setdefault(name.lower().replace(" ", ""), set()).add(value)
    if any(len(several.get(name, ())) > 1 for name in (*_UID_NAMES, *_STORED_NAMES)):
        return Values()
    # A name that comes with two values says nothing of one person.
    named = {name: next(iter(values)) for name, values in several.items() if len(values) == 1}
    if "okta:user" in several or "okta:email" in several:
        if len(several.get("okta:user", ())) > 1:
            return Values()
        return Values(uid=named.get("okta:user", ""), email=named.get("okta:email", ""))
    leaves = "\n".join(value.replace('\\"', '"') for _, value in event)
    echoes = [_of_text(echo) for echo in _echoes(leaves)]
    told = echoes[0] if len(echoes) == 1 else Values()
    # A line of GitLab's log names who asked, not whom it is about.
    acting = "method" in several and "path" in several
    username = _first(named, _USERNAME_NAMES) if not acting else ""
    email = next((named[name] for name in _EMAIL_NAMES if _is_email(named.get(name, ""))), "")
    if username and _EMAIL.fullmatch(username):
        email, username = email or username, ""
    filtered = _filtered(leaves)
    uid = _first(named, _UID_NAMES) or told.uid or _quoted(_NAMED_UID, leaves) or filtered.uid
    email = email or told.email
    return Values(
        uid=uid,
        stored=_first(named, _STORED_NAMES),
        email=email or ("" if uid else _one(filter(_is_email, _EMAIL.findall(leaves)))),
        username=username or told.username or filtered.username,
        mentioned="" if uid else named.get("entra:source", ""),
        user_id=named.get("user_id", "") if not acting and named.get("user_id", "").isdecimal() else "",
    )


def _of_text(text: str) -> Values:
    """One text without structure: a value counts where there is one of its kind alone."""
    text = _WRITERS.sub("", text)
    filtered = _filtered(text)
    uid = _quoted(_NAMED_UID, text) or filtered.uid
    username = _quoted(_NAMED_USERNAME, text) or filtered.username
    email = _quoted(_NAMED_EMAIL, text)
    bare = _one(filter(_is_email, _EMAIL.findall(text)))
    # An address somewhere in a text with a named uid may be anybody's, unless one line holds both.
    if not email and bare and (not uid or any(uid in line and bare in line for line in text.splitlines())):
        email = bare
    if username and _EMAIL.fullmatch(username):
        email, username = email or username, ""
    return Values(
        email=email if _is_email(email) else "",
        username=username,
        uid=uid,
        user_id=_one(_USER_ID.findall(text)),
        mentioned="" if uid else _one(_OKTA.findall(text)) or _mentioned(text),
    )


def _is_email(text: str) -> bool:
    return bool(_EMAIL.fullmatch(text)) and not _NO_EMAIL.match(text)


def _mentioned(text: str) -> str:
    """The one GUID that is not said to be of a request, a tenant, an application."""
    found = (
        match[0] for match in _GUID.finditer(text) if not _OF_SOMETHING.search(text, *_before(match.start()))
    )
    return _one(found)


def _before(place: int) -> tuple[int, int]:
    return max(0, place - _NEAR), place


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
    numbers = _STATUS.findall(text)
    told = _one(numbers) or _one(number for number in numbers if number >= "400")
    if told or numbers:
        return told
    word = _STATUS_WORD.search(text)
    return _STATUS_NAMES.get(word[1].lower(), "") if word is not None else ""


def _group(text: str) -> str:
    addresses = _one(unquote(address) for address in _GROUP_ADDRESS.findall(text))
    if addresses:
        return addresses
    return _one(path for path in _GROUP_WORDS.findall(text) if not _GUID.fullmatch(path))
