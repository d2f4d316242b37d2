"""JSON in a log: each line by itself, whatever a tool put in front of it; a cut line loses itself alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from scimtui.saml.errors import CaptureError

MARK: Final = "saml_response"
"""What GitLab calls its own reading of a response in `auth_json.log`."""
_DEEPEST = 8
_TRIES = 4
_MOST_CUT = 1000
_LONGEST_PREFIX = 200
_MARKS = ("[", "{", ",")
_MOST_VALUES: Final = 4_000_000


class Lines(NamedTuple):
    """What the lines of a log hold.

    Attributes:
        entries: of each line that could be read and tells of a response.
        damaged: one error for each line that should tell of one and could not be read.
    """

    entries: list[dict[str, Any]]
    damaged: list[CaptureError]


def parsed(text: str) -> Any:
    """JSON as values, with a bound before anything is made of it.

    Raises:
        CaptureError: too many values, or too deep.
        ValueError: no JSON, or more than one document.
    """
    if _is_heavy(text):
        raise CaptureError("too-large", f"the JSON holds more than {_MOST_VALUES:,} values")
    try:
        return json.loads(text)
    except RecursionError:
        raise CaptureError("too-deep", "the JSON is nested deeper than any capture") from None


def _is_heavy(text: str) -> bool:
    """Whether it holds too many values; what a script within a string has of brackets and commas is none."""
    if sum(text.count(mark) for mark in _MARKS) <= _MOST_VALUES:
        return False
    values = place = 0
    while values <= _MOST_VALUES:
        start = text.find('"', place)
        end = start if start >= 0 else len(text)
        values += sum(text.count(mark, place, end) for mark in _MARKS)
        if start < 0:
            break
        place = _behind_string(text, start)
    return values > _MOST_VALUES


def _behind_string(text: str, start: int) -> int:
    place = start + 1
    while (place := text.find('"', place)) >= 0:
        escapes = place - 1
        while text[escapes] == "\\":
            escapes -= 1
        place += 1
        if (place - 1 - escapes) % 2:
            return place
    return len(text)


def documents_in(text: str) -> list[Any]:
    """JSON documents that stand one behind another; those up to the first that is damaged."""
    decoder = json.JSONDecoder()
    found: list[Any] = []
    place = 0
    while place < len(text):
        try:
            value, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            break
        found.append(value)
        place = _behind_blanks(text, end)
    return found


def _behind_blanks(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n,;":
        place += 1
    return place


_FAILED: Final = CaptureError(
    "log-error",
    "GitLab logged that it could not read a response, and nothing of what was in it",
    "put that line into scimtui explain, and capture the sign-in in the browser",
)


def _cut(number: int) -> CaptureError:
    return CaptureError(
        "cut-line",
        f"line {number:,} is cut off or damaged, and was left out",
        "copy the whole line; it ends with a closing brace",
    )


def lines_with(text: str, mark: str = MARK) -> Lines:
    """Read each line that has the mark in it."""
    entries: list[dict[str, Any]] = []
    damaged: list[CaptureError] = []
    place, number, counted = text.find(mark), 1, 0
    while place >= 0:
        start = text.rfind("\n", counted, place) + 1 or counted
        end = text.find("\n", place)
        end = end if end >= 0 else len(text)
        number += text.count("\n", counted, start)
        counted = start
        value = _read(text[start:end])
        entries += responses_in(value)
        if value is None and "{" in text[start:end]:
            damaged.append(_cut(number))
        elif isinstance(value, dict) and value.get("payload_type") == MARK and "error" in value:
            damaged.append(_FAILED)
        place = text.find(mark, end)
    if entries:
        damaged += _cut_before(text, mark)
    return Lines(entries, damaged)


def _cut_before(text: str, mark: str) -> Iterator[CaptureError]:
    """Lines of a log that break off before they tell what they are of."""
    number = place = found = 0
    while place < len(text) and found < _MOST_CUT:
        end = text.find("\n", place)
        end = end if end >= 0 else len(text)
        number += 1
        start = text.find('{"', place, min(end, place + _LONGEST_PREFIX))
        is_whole = start < 0 or text[max(place, end - 20) : end].rstrip().endswith("}")
        if not is_whole and mark not in text[place:end]:
            found += 1
            yield _cut(number)
        place = end + 1


def _read(line: str) -> Any:
    """The JSON in a line, behind what `grep`, journald, Docker or Kubernetes put in front of it."""
    if _is_heavy(line):
        return None
    decoder = json.JSONDecoder()
    for text in (line, line.replace('\\"', '"') if '\\"' in line else ""):
        place = text.find("{")
        for _ in range(_TRIES):
            if place < 0:
                break
            try:
                return decoder.raw_decode(text, place)[0]
            except (ValueError, RecursionError):
                place = text.find("{", place + 1)
    return None


def responses_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every entry that has GitLab's reading of a response, in whatever a log collector wrapped it."""
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, dict) and isinstance(item.get(MARK), dict):
            yield item
            continue
        if depth >= _DEEPEST:
            continue
        if isinstance(item, str) and MARK in item:
            waiting.append((_read(item), depth + 1))
        inner: Iterable[Any] = (
            item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        )
        waiting += reversed([(one, depth + 1) for one in inner if isinstance(one, str | dict | list)])
