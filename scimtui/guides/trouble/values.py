"""What a pasted text says about whom: e-mail, uid, username, status, group.

Values of two people must never be mixed: what is found is offered as the value to store. So each event
of a text is read by itself, and where several are about different people, none is offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from urllib.parse import unquote

from scimtui.guides.trouble.addressed import group_of, uid_addressed
from scimtui.guides.trouble.echoes import Echo, echoes_in
from scimtui.guides.trouble.identifier import is_nobodys
from scimtui.guides.trouble.reading import Plain, plain
from scimtui.guides.trouble.status import status_of
from scimtui.guides.trouble.whose import EMAIL, is_email, of_the_text, without_urls

_GUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
_OKTA = re.compile(r"\b00u[0-9A-Za-z]{17}\b")
_USER_ID = re.compile(r"\buser_?id\"?\s*[:=>]+\s*\"?(\d{1,12})\b", re.IGNORECASE)
# A value ends at the quote that it began with: o'brien is one.
_NAMED = (
    r"(?<![\w.])[\"']?(?:{names})[\"']?\s{{0,3}}(?:=>|:|=|\bis\b|\bist\b)\s{{0,3}}"
    r"(?:\"([^\"\n]{{1,255}})\"|'([^'\n]{{1,255}})'|([^\s\"',;()\[\]{{}}<>|]{{1,255}}+)(?!\())"
)
_NAMED_UID = re.compile(
    _NAMED.format(names="externalId|extern_uid|external_uid|NameID|name_id"), re.IGNORECASE
)
_NAMED_USERNAME = re.compile(_NAMED.format(names="userName|user_name|username"), re.IGNORECASE)
_NAMED_EMAIL = re.compile(
    _NAMED.format(names="email|e-mail|mail|work email|emails?\\[[^\\]]{0,30}\\]\\.value"), re.IGNORECASE
)
_LOOKS_LIKE_ONE = re.compile(r"[@\d]|\w[._-]\w")
_BLANK = r"(?:\s|%20|\+)+"
_FILTER = re.compile(
    rf"(externalId|\bid|userName){_BLANK}eq{_BLANK}(?:\"|%22)?([^\"\s&%]+(?:%(?!22)[^\"\s&%]*)*)",
    re.IGNORECASE,
)
_OWNS = re.compile(
    rf"({EMAIL.pattern})(?:'s|’s)?\s{{1,3}}(?:has|had|with|sends|comes with|hat|mit|a|avec|tiene|con)?"
    r"\s{0,3}(?:the |an? |l')?"
    r"(?:externalId|extern_uid|NameID|uid|id)\b",
    re.IGNORECASE,
)
_OF = re.compile(
    r"\b(?:for|of|user|account|person|member|für|von|benutzer\w*|konto|pour|utilisateur|para|usuario)"
    rf"\s{{1,3}}[\"'“(<]?({EMAIL.pattern})",
    re.IGNORECASE,
)
_ESCAPED_QUOTE = re.compile(r"(?<!\\)\\{1,32}([\"'])")
_MADE_UP = re.compile(r"\b(?:AzureAD|AAD|Entra\w{0,10})_?Test[\w-]{0,60}", re.IGNORECASE)
_NEAR = 40
_OF_SOMETHING = re.compile(
    r"request|correlation|trace|tenant|session|job|cycle|change|appli|client|event|activity|operation|group|directory",
    re.IGNORECASE,
)
_UID_NAMES = ("externalid:newvalue", "externalid", "extern_uid", "nameid", "name_id")
_STORED_NAMES = ("externalid:oldvalue",)
_USERNAME_NAMES = ("username", "username:newvalue", "userprincipalname")
_EMAIL_NAMES = ('emails[typeeq"work"].value:newvalue', "email", "mail", "identity")


@dataclass(frozen=True, slots=True)
class Values:
    """What was found; empty where nothing was, or where it is not clear whose it is.

    Attributes:
        uid: what the identity provider sends.
        stored: by what the person was addressed, or what was sent before, where the text tells.
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
    written = "\n".join((_unquoted(given.text), *(_unquoted(value) for _, value in given.pairs)))
    echoes = echoes_in(written)
    around = Values(status=status_of(written, given.pairs), group=group_of(written, echoes))
    people = [found for found in _people(given, written, echoes) if found.who]
    if not people or not given.events.are_all or any(found != people[0] for found in people):
        return around
    return replace(people[0], status=around.status, group=around.group)


def _people(given: Plain, written: str, echoes: Sequence[Echo]) -> list[Values]:
    """Whom each event of the text is about."""
    if given.events.each:
        found = [_of_event(event) for event in given.events.each]
        if len(found) == 1 and not found[0].stored:
            # A request's address stands above its body.
            found = [replace(found[0], stored=uid_addressed(given.events.outside))]
        if any(one.who for one in found):
            return found
    if echoes:
        return [_of_echo(echo) for echo in echoes]
    return [_of_text(given.events.outside if given.events.each else written)]


def _unquoted(text: str) -> str:
    """Quotes without their escapes, however many."""
    return _ESCAPED_QUOTE.sub(r"\1", text)


def _of_echo(echo: Echo) -> Values:
    username, email = _usable(echo.username), echo.email if is_email(echo.email) else ""
    if EMAIL.fullmatch(username):
        email, username = email or username, ""
    return Values(uid=_usable(echo.uid), stored=_usable(echo.stored), email=email, username=username)


def _of_event(event: Sequence[tuple[str, str]]) -> Values:
    """One event: named values; those of GitLab's echo in it; those of Okta's target."""
    several: dict[str, set[str]] = {}
    for name, value in event:
        if not is_nobodys(value):
            several.setdefault(name.lower().replace(" ", ""), set()).add(value)
    if any(len(several.get(name, ())) > 1 for name in (*_UID_NAMES, *_STORED_NAMES)):
        return Values()
    # A name that comes with two values says nothing of one person.
    named = {name: next(iter(values)) for name, values in several.items() if len(values) == 1}
    if named.get("entra:group"):
        return Values()
    if "okta:user" in several or "okta:email" in several:
        if len(several.get("okta:user", ())) > 1:
            return Values()
        return Values(uid=named.get("okta:user", ""), email=named.get("okta:email", ""))
    leaves = "\n".join(_unquoted(value) for _, value in event)
    echoes = [_of_echo(echo) for echo in echoes_in(leaves)]
    told = echoes[0] if len(echoes) == 1 else Values()
    # A line of GitLab's log names who asked, not whom it is about.
    acting = "method" in several and "path" in several
    params = {
        name.removeprefix("param:"): value for name, value in named.items() if name.startswith("param:")
    }
    username = _first(params if acting else named, _USERNAME_NAMES)
    email = next((named[name] for name in _EMAIL_NAMES if is_email(named.get(name, ""))), "")
    if username and EMAIL.fullmatch(username):
        email, username = email or username, ""
    filtered = _filtered(leaves)
    uid = _first(named, _UID_NAMES) or told.uid or _quoted(_NAMED_UID, leaves) or filtered.uid
    email = email or told.email
    stored = _first(named, _STORED_NAMES) or told.stored or uid_addressed(leaves)
    bare = _one(filter(is_email, EMAIL.findall(without_urls(leaves))))
    return Values(
        uid=uid,
        stored=stored,
        email=email or ("" if uid or stored else bare),
        username=username or told.username or filtered.username,
        mentioned="" if uid or stored else named.get("entra:source", ""),
        user_id=named.get("user_id", "") if not acting and named.get("user_id", "").isdecimal() else "",
    )


def _of_text(text: str) -> Values:
    """One text without structure: a value counts where there is one of its kind alone."""
    text = of_the_text(text)
    stored = uid_addressed(text)
    filtered = _filtered(text)
    plain_text = _MADE_UP.sub(" ", without_urls(text))
    uid = _quoted(_NAMED_UID, plain_text) or filtered.uid
    username = _quoted(_NAMED_USERNAME, plain_text) or filtered.username
    email = _quoted(_NAMED_EMAIL, plain_text)
    if not is_email(email):
        email = ""
    bare = _one(filter(is_email, EMAIL.findall(plain_text)))
    # An address somewhere in a text with a uid may be anybody's, unless the text says whose the uid is.
    if not email and bare and bare != uid and (not (uid or stored) or _is_owner(bare, plain_text)):
        email = bare
    if username and EMAIL.fullmatch(username):
        email, username = email or username, ""
    return Values(
        email=email or filtered.email,
        username=username,
        uid=uid,
        stored=stored,
        user_id=_one(_USER_ID.findall(plain_text)),
        mentioned="" if uid or stored else _one(_OKTA.findall(plain_text)) or _mentioned(plain_text),
    )


def _is_owner(address: str, text: str) -> bool:
    """Whether the text says that the uid in it is this address' owner's."""
    return any(address in (match[1] for match in pattern.finditer(text)) for pattern in (_OWNS, _OF))


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
    asked = {(match[1].lower(), unquote(match[2]).strip("\"'")) for match in _FILTER.finditer(text)}
    uid = _one(_usable(value) for name, value in asked if name != "username")
    username = _one(_usable(value) for name, value in asked if name == "username")
    if EMAIL.fullmatch(username):
        return Values(uid=uid, email=username)
    return Values(uid=uid, username=username)


def _usable(value: str) -> str:
    return "" if is_nobodys(value) else value


def _quoted(pattern: re.Pattern[str], text: str) -> str:
    """The one value that stands under these names; without quotes it has to look like one."""
    found = []
    for match in pattern.finditer(text):
        value = match[1] or match[2] or (match[3] or "").rstrip(".:!?")
        if _usable(value) and (match[3] is None or _LOOKS_LIKE_ONE.search(value)):
            found.append(value)
    return _one(found)


def _one(found: Iterable[str]) -> str:
    """The value, where all that were found are the same."""
    different = {value for value in found if value}
    return different.pop() if len(different) == 1 else ""


def _first(named: dict[str, str], names: tuple[str, ...]) -> str:
    return next((named[name] for name in names if named.get(name)), "")
