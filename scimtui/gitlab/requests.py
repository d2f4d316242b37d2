"""Requests as plain values, built by pure functions, and the rule that a uid reaches only the one it names.

A badly encoded uid hits another person, the list, or, where a library resolves `..`, the group itself
(contract page 0, 12; sign-in.md section 7). So every byte is encoded once, and what can't be
addressed is refused before anything is sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, urlencode

from scimtui.gitlab.errors import UnaddressableUid, UnstorableValue

Credential = Literal["scim", "access", "none"]
SCIM_JSON = "application/scim+json"
_SMALL_ANSWER = 16 * 2**20
_LARGE_ANSWER = 128 * 2**20
_LONGEST_SCIM_UID = 255


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it is meant: `url` is absolute and already encoded.

    Attributes:
        credential: which token goes along, as `Authorization: Bearer`; `none` for a SCIM request without.
        body: the encoded body, None for none.
        content_type: of the body.
        limit: bytes of answer accepted, after decompression.
        fresh_until: by `waiting.seconds_with_sleep`, when what this stands on is too old to send it.
    """

    method: str
    url: str
    credential: Credential
    body: bytes | None = None
    content_type: str = ""
    limit: int = _SMALL_ANSWER
    fresh_until: float | None = None

    @property
    def is_write(self) -> bool:
        """Whether GitLab may change something because of it."""
        return self.method not in ("GET", "HEAD")

    @property
    def is_large(self) -> bool:
        """Whether it is for a list that GitLab gives as a whole (contract 1.7)."""
        return self.limit > _SMALL_ANSWER

    @property
    def described(self) -> str:
        """Method and address, as errors and logs name it."""
        return f"{self.method} {self.url}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: header names in lower case, the body decoded and within the limit."""

    request: Request
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def content_type(self) -> str:
        """Media type alone, in lower case; empty where none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def encoded_uid(uid: str) -> str:
    """Encode a uid as one path segment: every byte but letters, digits, `-_~`, once.

    Raises:
        UnaddressableUid: empty, with a `..` segment, a NUL, or text that has no UTF-8 form.
    """
    if not uid:
        raise UnaddressableUid(uid, "it is empty, and would address the whole list")
    if ".." in re.split(r"[/\\]", uid):
        raise UnaddressableUid(uid, "GitLab takes “..” for a path traversal and refuses it")
    if "\0" in uid:
        raise UnaddressableUid(uid, "it holds a NUL character")
    try:
        encoded = quote(uid.encode("utf-8"), safe="")
    except UnicodeEncodeError:
        raise UnaddressableUid(uid, "it is no valid text") from None
    return encoded.replace(".", "%2E")


def encoded_group(group: str) -> str:
    """A group's full path, or its numeric id, as one segment of a REST path."""
    return quote(group, safe="").replace(".", "%2E")


def query(**parameters: str | int | None) -> str:
    """A query string with its `?`; parameters that are None are left out."""
    present = {name: value for name, value in parameters.items() if value is not None}
    return f"?{urlencode(present, quote_via=quote)}" if present else ""


def read(url: str, credential: Credential, *, large: bool = False) -> Request:
    """A GET; `large` for the identity lists, which GitLab does not page (contract 1.7)."""
    return Request("GET", url, credential, limit=_LARGE_ANSWER if large else _SMALL_ANSWER)


def scim_write(method: str, url: str, body: Mapping[str, Any] | None = None) -> Request:
    """A SCIM write; the content type is the one GitLab insists on (contract page 0, 11)."""
    if body is None:
        return Request(method, url, "scim")
    return Request(method, url, "scim", _json(body), SCIM_JSON)


def rest_write(method: str, url: str, body: Mapping[str, Any] | None = None) -> Request:
    """A REST write with a JSON body, or none."""
    if body is None:
        return Request(method, url, "access")
    return Request(method, url, "access", _json(body), "application/json")


def patch_operation(path: str, value: str | bool) -> dict[str, Any]:
    """A PATCH body with one operation: GitLab has one effect per request (contract 2.2)."""
    return {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": path, "value": value}],
    }


def filter_value(attribute: str, value: str) -> str | None:
    """A filter GitLab can understand, or None: blanks and double quotes get lost in it (contract 2.1)."""
    if not value or any(character.isspace() or character == '"' for character in value):
        return None
    if value.lower() in ("true", "false") or not _is_text(value):
        return None
    return f'{attribute} eq "{value}"'


def check_storable_over_scim(uid: str) -> None:
    """Refuse what GitLab's SCIM API stores as another value, ignores or fails on.

    Raises:
        UnaddressableUid: it could not be addressed afterwards.
        UnstorableValue: it reads as a truth value, has double quotes or is too long.
    """
    encoded_uid(uid)
    if uid.strip().lower() in ("true", "false"):
        raise UnstorableValue("it reads as true or false")
    if '"' in uid:
        raise UnstorableValue("double quotes get lost in it")
    if len(uid) > _LONGEST_SCIM_UID:
        raise UnstorableValue(f"it is longer than {_LONGEST_SCIM_UID} characters")


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _json(body: Mapping[str, Any]) -> bytes:
    text = json.dumps(body, ensure_ascii=False)
    if not _is_text(text):
        raise UnstorableValue("a part of it is no valid text")
    return text.encode("utf-8")
