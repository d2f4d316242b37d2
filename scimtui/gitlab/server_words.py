"""What a server said in its own words, and how much of an answer is read at all."""

from __future__ import annotations

import json
from typing import Any

from scimtui.gitlab.requests import Answer
from scimtui.gitlab.secret import without_tokens

_TOLD_BY = ("detail", "message", "error", "errors")
WORDS_LIMIT = 2000
_WORDS_DEPTH = 6
# More than a page of a hundred users can hold, and than a million identities: a small packed answer, or one
# of empty lists, would become many times as large in memory.
_MOST_VALUES_OF_A_PAGE, _MOST_VALUES_OF_A_LIST = 200_000, 4_000_000
_LARGEST_ERROR = 256 * 1024
_JSON_TYPES = ("application/scim+json", "application/json")


def holds_a_flood(answer: Answer) -> bool:
    """Whether the JSON holds more values than this address of GitLab ever answers."""
    most = _MOST_VALUES_OF_A_LIST if answer.request.is_large else _MOST_VALUES_OF_A_PAGE
    return sum(answer.body.count(sign) for sign in (b",", b"[", b"{")) > most


def json_of_refusal(answer: Answer) -> Any:
    """The JSON of an answer that is none of what was asked for.

    Raises:
        ValueError: it is none, or more than a server's few words.
    """
    if len(answer.body) > _LARGEST_ERROR or holds_a_flood(answer):
        raise ValueError("too large")
    try:
        return json.loads(answer.body)
    except RecursionError:
        raise ValueError("too deep") from None


def server_words(answer: Answer) -> str:
    """The server's own words out of any of the shapes of contract 1.6, at most 2,000 characters."""
    text = answer.body[: 4 * WORDS_LIMIT].decode("utf-8", "replace").strip()
    if answer.content_type in _JSON_TYPES:
        try:
            body = json_of_refusal(answer)
        except ValueError:
            return without_tokens(text)[:WORDS_LIMIT]
        return without_tokens(_words_of(body))[:WORDS_LIMIT]
    if "html" in answer.content_type or text.startswith("<"):
        return ""
    return without_tokens(text)[:WORDS_LIMIT]


def words_beside_records(answer: Answer) -> str:
    """The server's words in an answer that is none of what was asked for: never what may be people."""
    if answer.body.lstrip()[:1] not in (b"{", b"["):
        return server_words(answer)
    try:
        body = json_of_refusal(answer)
    except ValueError:
        return ""
    told = isinstance(body, dict) and any(isinstance(body.get(key), str) for key in _TOLD_BY)
    return server_words(answer) if told else ""


def _words_of(body: object, depth: int = _WORDS_DEPTH) -> str:
    if isinstance(body, str):
        return body
    if depth and isinstance(body, list):
        return ", ".join(_words_of(part, depth - 1) for part in body[:20])
    if not depth or not isinstance(body, dict):
        return ""
    description = body.get("error_description")
    if isinstance(description, str):
        return f"{_words_of(body.get('error'), depth - 1)}: {description}"
    for key in _TOLD_BY:
        if body.get(key):
            return _words_of(body[key], depth - 1)
    return ", ".join(f"{key} {_words_of(value, depth - 1)}" for key, value in list(body.items())[:20])
