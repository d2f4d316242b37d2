"""Okta's functions, by name, and the values that they work on (mapping-rules 5)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable

from scimtui.mappings.expressions.allowance import room_for
from scimtui.mappings.expressions.results import Null, Stop, Unevaluated, Value


class NotHere(Stop):
    """It can't be told here; `recognised` where it is right as it is written."""

    def __init__(self, reason: str, *, recognised: bool = False) -> None:
        super().__init__(Unevaluated(reason, recognised))


# ── values ───────────────────────────────────────────────────────────────────


def truth(holds: bool) -> Value:
    """True or false as Okta writes them."""
    return Value("true" if holds else "false")


def holds(result: Value | Null) -> bool:
    """Whether a condition holds."""
    if isinstance(result, Value) and result.text in ("true", "false"):
        return result.text == "true"
    raise NotHere("a condition that is neither true nor false")


def text_of(result: Value | Null) -> str:
    """A value as a text; empty for null."""
    return result.text if isinstance(result, Value) else ""


def is_number(result: Value | Null) -> bool:
    """Whether this is a whole number."""
    return isinstance(result, Value) and re.fullmatch(r"-?[0-9]{1,18}", result.text) is not None


def is_decimal(result: Value | Null) -> bool:
    """Whether this is a number with a point."""
    return isinstance(result, Value) and re.fullmatch(r"-?[0-9]{1,18}\.[0-9]{1,18}", result.text) is not None


def number_of(result: Value | Null) -> int:
    """A value as a whole number."""
    if not is_number(result):
        raise NotHere("a number is wanted here")
    return int(text_of(result))


# ── functions ────────────────────────────────────────────────────────────────

Given = list[Value | Null]
_MANY = 100


def _substring(given: Given) -> Value | Null:
    text, start, end = text_of(given[0]), number_of(given[1]), number_of(given[2]) if len(given) > 2 else None
    if not 0 <= start <= len(text) or (end is not None and not start <= end <= len(text)):
        raise NotHere("substring past the end of the text")
    return Value(text[start:end])


def _before(given: Given) -> Value | Null:
    text, mark = text_of(given[0]), text_of(given[1])
    return Value(text.partition(mark)[0] if mark and mark in text else text if mark else "")


def _after(given: Given) -> Value | Null:
    text, mark = text_of(given[0]), text_of(given[1])
    return Value(text.partition(mark)[2] if mark and mark in text else "")


def _replaced(given: Given, times: int) -> Value | Null:
    text, old, new = map(text_of, given)
    if not old:
        return Value(text)
    number = text.count(old) if times < 0 else min(times, text.count(old))
    room_for(len(text) + number * (len(new) - len(old)))
    return Value(text.replace(old, new, times))


def _string_switch(given: Given) -> Value | Null:
    """The first key that is contained in the input counts."""
    text = text_of(given[0])
    for place in range(2, len(given) - 1, 2):
        if text_of(given[place]) in text:
            return given[place + 1]
    return given[1]


def _to_int(given: Given) -> Value | Null:
    try:
        return Value(str(math.floor(float(text_of(given[0])) + 0.5)))
    except (ValueError, OverflowError):
        raise NotHere("a number is wanted here") from None


def _parts(result: Value | Null) -> tuple[str, ...]:
    return result.parts if isinstance(result, Value) else ()


FUNCTIONS: dict[str, tuple[int, int, Callable[[Given], Value | Null]]] = {
    "String.append": (2, 2, lambda given: joined("", map(text_of, given))),
    "String.join": (1, _MANY, lambda given: joined(text_of(given[0]), map(text_of, given[1:]))),
    "String.len": (1, 1, lambda given: Value(str(len(text_of(given[0]))))),
    "String.removeSpaces": (1, 1, lambda given: Value(text_of(given[0]).replace(" ", ""))),
    "String.replace": (3, 3, lambda given: _replaced(given, -1)),
    "String.replaceFirst": (3, 3, lambda given: _replaced(given, 1)),
    "String.startsWith": (2, 2, lambda given: truth(text_of(given[0]).startswith(text_of(given[1])))),
    "String.stringContains": (2, 2, lambda given: truth(text_of(given[1]) in text_of(given[0]))),
    "String.stringSwitch": (4, _MANY, _string_switch),
    "String.substring": (2, 3, _substring),
    "String.substringBefore": (2, 2, _before),
    "String.substringAfter": (2, 2, _after),
    "String.toUpperCase": (1, 1, lambda given: Value(text_of(given[0]).upper())),
    "String.toLowerCase": (1, 1, lambda given: Value(text_of(given[0]).lower())),
    "Arrays.add": (2, 2, lambda given: Value((*_parts(given[0]), text_of(given[1])))),
    "Arrays.remove": (
        2,
        2,
        lambda given: Value(tuple(part for part in _parts(given[0]) if part != text_of(given[1]))),
    ),
    "Arrays.clear": (1, 1, lambda given: Value(())),
    "Arrays.get": (2, 2, lambda given: Value(_parts(given[0])[_place(given)])),
    "Arrays.flatten": (1, _MANY, lambda given: Value(tuple(part for one in given for part in _parts(one)))),
    "Arrays.contains": (2, 2, lambda given: truth(text_of(given[1]) in _parts(given[0]))),
    "Arrays.size": (1, 1, lambda given: Value(str(len(_parts(given[0]))))),
    "Arrays.isEmpty": (1, 1, lambda given: truth(not _parts(given[0]))),
    "Arrays.toCsvString": (1, 1, lambda given: joined(",", _parts(given[0]))),
    "Convert.toInt": (1, 1, _to_int),
    "Convert.toNum": (1, 1, lambda given: given[0]),
}


def joined(separator: str, parts: Iterable[str]) -> Value:
    """The parts as one text, which is measured before it is made."""
    taken, size = [], 0
    for part in parts:
        size += len(part) + len(separator)
        room_for(size)
        taken.append(part)
    return Value(separator.join(taken))


def _place(given: Given) -> int:
    place = number_of(given[1])
    if not 0 <= place < len(_parts(given[0])):
        raise NotHere("past the end of the list")
    return place
