"""Parameters of a request: query strings, forms and JSON, read as Rack and Grape read them.

Contract 1.5 "Content types" and 1.6 "Ways to provoke 500" (`filter[a]=`, `count[]=`).
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote_to_bytes

FORM = "application/x-www-form-urlencoded"
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_MAX_DEPTH = 100
_SEPARATOR = re.compile(rb"[&;] *")
_KEY_PARTS = re.compile(r"\[([^\[\]]*)\]")


class MalformedQuery(Exception):
    """Answered 400 `Bad Request` before any routing."""


class MalformedBody(Exception):
    """A body that is not what its content type says."""


def read_query(query: bytes) -> dict[str, Any]:
    """A query string or form with Rack's nesting: `a[b]=1`, `a[]=1`."""
    params: dict[str, Any] = {}
    for pair in _SEPARATOR.split(query):
        if not pair:
            continue
        key, equals, value = pair.partition(b"=")
        _store(params, _form_text(key), _form_text(value) if equals else None)
    return params


def read_json(body: bytes, *, numbers_only: bool) -> Any:
    """A JSON body, strictly: no invalid UTF-8, no lone surrogates, at most 100 levels.

    Args:
        body: the body.
        numbers_only: NaN and the infinities are malformed.
    """
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse if numbers_only else float)
    except (ValueError, RecursionError):
        raise MalformedBody from None
    _check(value, 1)
    return value


def media_type(content_type: str | None) -> str | None:
    """The media type without its parameters, in lower case; None when there is none."""
    if content_type is None:
        return None
    return content_type.partition(";")[0].strip().lower() or None


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _check(value: Any, depth: int) -> None:
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise MalformedBody
        return
    if not isinstance(value, dict | list):
        return
    if depth > _MAX_DEPTH:
        raise MalformedBody
    for item in value if isinstance(value, list) else [*value, *value.values()]:
        _check(item, depth + 1)


def _form_text(raw: bytes) -> str:
    if _BAD_ESCAPE.search(raw):
        raise MalformedQuery
    try:
        text = unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedQuery from None
    if "\0" in text:
        raise MalformedQuery
    return text


def _store(params: dict[str, Any], key: str, value: str | None) -> None:
    head, bracket, tail = key.partition("[")
    parts = _KEY_PARTS.findall("[" + tail) if bracket and head else []
    if not parts:
        params[key] = value
        return
    if len(parts) > _MAX_DEPTH:
        raise MalformedQuery
    _nest(params, head, parts, value)


def _nest(params: dict[str, Any], key: str, parts: list[str], value: str | None) -> None:
    if not parts:
        params[key] = value
        return
    part, rest = parts[0], parts[1:]
    if part == "":
        items = params.setdefault(key, [])
        if not isinstance(items, list):
            raise MalformedQuery
        if not rest:
            items.append(value)
            return
        # as Rack does it: a key that the last object has already starts the next object
        if not items or not isinstance(items[-1], dict) or rest[0] in items[-1]:
            items.append({})
        _nest(items[-1], rest[0], rest[1:], value)
        return
    inner = params.setdefault(key, {})
    if not isinstance(inner, dict):
        raise MalformedQuery
    _nest(inner, part, rest, value)
