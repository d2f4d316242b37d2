"""Where in a TOML text something is wrong; the standard library's reader says it for syntax only."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

from scimtui.profiles.errors import ProfileError

_LINES_OF_A_VALUE = 40
_LONGEST_ERROR = 200
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


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


def explain_broken(error: str, text: str, path: Path) -> ProfileError:
    """What the reader's message means to a person: a key written twice, or no TOML at all."""
    position = _POSITION.search(error)
    what = _POSITION.sub("", error).partition(";")[0][:_LONGEST_ERROR]
    lines = text.splitlines()
    line, column = len(lines), ""
    if position is not None and position.group(1):
        line, column = int(position.group(1)), f", column {position.group(2)}"
    if re.search(r"Cannot (?:declare|mutate|overwrite|redefine)", what) is None:
        return ProfileError(f"not TOML{column}: {what}", file=path, line=line)
    written = lines[line - 1].split("=")[0].strip().strip("[]") if 0 < line <= len(lines) else ""
    return ProfileError("written twice: keep one of them", file=path, line=line, key=written)


def _longest_readable(lines: list[str], count: int) -> tuple[int, dict[str, Any]]:
    """How many of the first `count` lines can be read, and what they say: a value may span some lines."""
    for end in range(count, max(0, count - _LINES_OF_A_VALUE), -1):
        with suppress(ValueError, RecursionError):
            return end, tomllib.loads("".join(lines[:end]))
    return 0, {}


def _holds(document: object, keys: tuple[str, ...]) -> bool:
    for key in keys:
        if not isinstance(document, dict) or key not in document:
            return False
        document = document[key]
    return True
