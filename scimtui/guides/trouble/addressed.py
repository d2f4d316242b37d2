"""Whom and which group a request's address names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from scimtui.guides.trouble.echoes import Echo
from scimtui.guides.trouble.identifier import is_nobodys

_PART = r"[^/\s\"'?#<>,;()\\]"
_GROUP = re.compile(rf"/api/(?:scim/v2|v4)/groups/({_PART}{{1,255}})")
_GROUP_WORDS = re.compile(r"\bGroup ['\"]?([\w./-]{1,255})['\"]? (?:does not have SAML|not found)")
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LAST = r"([^\s\"'?#<>\\]{1,400})"
_UID = re.compile(
    rf"/api/scim/v2/(?:groups/{_PART}{{1,255}}|application)/Users/{_LAST}"
    rf"|/api/v4/groups/{_PART}{{1,255}}/(?:scim|saml)/{_LAST}"
    rf"|(?<![\w/])(?:GET|PATCH|PUT|DELETE)\s{{1,3}}(?:…|\.\.\.)?/?(?:Users|scim|saml)/{_LAST}"
    rf"|(?:…|\.\.\.)/(?:Users|scim|saml)/{_LAST}",
    re.IGNORECASE,
)
_REQUEST = re.compile(r"/api/(?:v4|scim)/\S{0,400}|\b(?:PATCH|PUT|DELETE)\s{1,3}\S{1,400}")
_ROUTE = re.compile(r"^(?:[:*{<$]|%7B)")


def uid_addressed(text: str) -> str:
    """The uid at the end of a request's address, decoded; empty where there are several."""
    found = set()
    for match in _UID.finditer(text):
        part = next(group for group in match.groups() if group is not None).rstrip(".,;:!)]}")
        value = unquote(part)
        if part and not _ROUTE.match(part) and part != "identities" and not is_nobodys(value):
            found.add(value)
    return found.pop() if len(found) == 1 else ""


def without_requests(text: str) -> str:
    """The text without what addresses GitLab's API: its words are nobody's description."""
    return _REQUEST.sub(" ", text)


def group_of(text: str, echoes: Sequence[Echo]) -> str:
    """The path of the group; empty where there are several."""
    addresses = [unquote(part) for part in _GROUP.findall(text) if not _ROUTE.match(part)]
    told = _one((*addresses, *(echo.group for echo in echoes)))
    if told or addresses:
        return told
    return _one(path for path in _GROUP_WORDS.findall(text) if not _GUID.fullmatch(path))


def _one(found: Iterable[str]) -> str:
    different = {value for value in found if value and not value.startswith("[")}
    return different.pop() if len(different) == 1 else ""
