"""Requests that GitLab refused, as it repeats them: `Error saving user with {…}: …`, `Error updating …`.

The last pairs are `"group"=>"<path>"` and, where a person was addressed, `"id"=>"<uid>"`; values of keys
such as token or title are `[FILTERED]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scimtui.guides.trouble.reading import closing_brace

_BEGINS = re.compile(r"\berror (saving user|updating [^\n{}]{1,255}?) with (?=\{)", re.IGNORECASE)
_ANY_BEGINS = re.compile(r"\bwith (?=\{)")
_ENDS = "}: "
_LONGEST, _MOST, _MOST_LOOKED_AT = 20_000, 500, 1_000_000
_IS = r"\s{0,2}(?:=>|:)\s{0,2}"
_PAIR = re.compile(rf"[\"']?(\w[\w.]{{0,60}})[\"']?{_IS}(?:\"([^\"]{{0,255}})\"|'([^']{{0,255}})')")
_OPERATIONS = re.compile(rf"[\"']?operations[\"']?{_IS}\[", re.IGNORECASE)
_EMAILS = re.compile(rf"[\"']?emails[\"']?{_IS}\[([^\[\]]{{0,2000}})\]", re.IGNORECASE)
_LISTS = re.compile(r"\[[^\[\]]{0,10000}\]")
_OBJECT = re.compile(r"\{[^{}]{0,5000}\}")


@dataclass(frozen=True, slots=True)
class Echo:
    """One request as GitLab repeats it.

    Attributes:
        uid: the value that was sent for the person.
        stored: by what the person was addressed.
    """

    uid: str = ""
    stored: str = ""
    email: str = ""
    username: str = ""
    group: str = ""


def echoes_in(text: str) -> list[Echo]:
    """Each different one, in its order; quotes are looked for without escapes."""
    found: dict[Echo, None] = {}
    end = looked_at = 0
    for _ in range(_MOST):
        if looked_at > _MOST_LOOKED_AT:
            break
        match = _BEGINS.search(text, end) or _ANY_BEGINS.search(text, end)
        if match is None:
            break
        stop = closing_brace(text, match.end(), _LONGEST)
        looked_at += (stop - match.end()) if stop is not None else _LONGEST
        if stop is None:
            stop = text.find(_ENDS, match.end(), match.end() + _LONGEST)
        if stop >= 0:
            addresses = match.re is _BEGINS and match[1].lower().startswith("updating")
            found[_echo(text[match.end() : stop + 1], addresses=addresses)] = None
        end = max(match.end(), stop)
    return list(found)


def _echo(request: str, *, addresses: bool) -> Echo:
    """Read one.

    Args:
        addresses: whether somebody was addressed by the id at its end.
    """
    started = _OPERATIONS.search(request)
    rest = _without_lists(request)
    named = _pairs(rest)
    emails = _EMAILS.search(request)
    email = named.get("email", "") or (_work_address(emails[1]) if emails else "")
    sent = named.get("extern_uid") or named.get("externalid", "")
    if addresses or started is not None:
        return Echo(
            uid=_operated(request[started.end() :]) if started is not None else sent,
            stored=named.get("id", ""),
            group=named.get("group", ""),
        )
    return Echo(
        uid=sent or named.get("id", ""),
        email=email,
        username=named.get("username", ""),
        group=named.get("group", ""),
    )


def _without_lists(request: str) -> str:
    for _ in range(4):
        shorter = _LISTS.sub("", request)
        if shorter == request:
            break
        request = shorter
    return request


def _pairs(text: str) -> dict[str, str]:
    return {
        match[1].lower(): match[2] if match[2] is not None else match[3] for match in _PAIR.finditer(text)
    }


def _work_address(entries: str) -> str:
    """The address that GitLab takes: the first of kind work, or the first that is primary (contract 2.4)."""
    for entry in _OBJECT.finditer(entries):
        named = _pairs(entry[0])
        if named.get("type", "work").lower() == "work" or "primary" in entry[0].lower():
            return named.get("value", "")
    return ""


def _operated(operations: str) -> str:
    """The identifier that an operation sets."""
    for operation in _OBJECT.finditer(operations):
        named = _pairs(operation[0])
        if named.get("path", "").lower() in ("externalid", "id"):
            return named.get("value", "")
        if "path" not in named and named.get("externalid"):
            return named["externalid"]
    return ""
