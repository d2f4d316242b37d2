"""Where a key stands in a TOML text; the standard library's reader does not say."""

from __future__ import annotations

import tomllib
from typing import Any


def line_of(text: str, keys: tuple[str, ...]) -> int:
    """The line, counted from 1, on which the key is written; 0 where it is not there.

    The text is whole TOML. Its shortest beginning that holds the key ends with the key's value; the
    value starts after the longest shorter beginning that can be read.
    """
    lines = text.splitlines(keepends=True)
    low, high = 0, len(lines)
    if not _holds(_longest_readable(lines, high)[1], keys):
        return 0
    while low < high:
        middle = (low + high) // 2
        if _holds(_longest_readable(lines, middle)[1], keys):
            high = middle
        else:
            low = middle + 1
    return _longest_readable(lines, low - 1)[0] + 1


def _longest_readable(lines: list[str], count: int) -> tuple[int, dict[str, Any]]:
    """How many of the first `count` lines can be read, and what they say: a value may span lines."""
    for end in range(count, 0, -1):
        try:
            return end, tomllib.loads("".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
    return 0, {}


def _holds(document: object, keys: tuple[str, ...]) -> bool:
    for key in keys:
        if not isinstance(document, dict) or key not in document:
            return False
        document = document[key]
    return True
