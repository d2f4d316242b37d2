"""Patterns from a mapping: .NET's or Java's, bounded before they are compiled and while they run."""

from __future__ import annotations

from functools import lru_cache

import regex

from scimtui.mappings.expressions.allowance import pattern_allowed, room_for
from scimtui.mappings.expressions.results import Stop, Unevaluated

_SECONDS = 0.2
_LONGEST, _LARGEST = 1_000, 20_000
_COUNT = regex.compile(r"\{(\d{1,9})(?:,(\d{0,9}))?\}")
_OTHER_BRACE = regex.compile(r"(?<![\\pPkgxu])\{(?!\d{1,9}(?:,\d{0,9})?\})")
_NAMED = regex.compile(r"\(\?'(\w{1,100})'")
_HOLE = regex.compile(r"\$\{(\w{1,100})\}|\$(\d{1,3})")


def found_in(pattern: str, text: str) -> regex.Match[str] | None:
    """The first match.

    Raises:
        Stop: the pattern can't be read, or takes too long.
    """
    compiled = _compiled(pattern)
    try:
        with pattern_allowed(_SECONDS) as seconds:
            return compiled.search(text, timeout=seconds)
    except TimeoutError:
        raise Stop(Unevaluated("the pattern takes too long")) from None


def fits_whole(pattern: str, text: str) -> bool:
    """Whether the whole text is of the pattern.

    Raises:
        Stop: the pattern can't be read, or takes too long.
    """
    compiled = _compiled(pattern)
    try:
        with pattern_allowed(_SECONDS) as seconds:
            return compiled.fullmatch(text, timeout=seconds) is not None
    except TimeoutError:
        raise Stop(Unevaluated("the pattern takes too long")) from None


def substituted(pattern: str, group: str | None, value: str, source: str) -> str:
    """The source with each match, or its group, replaced; `${name}` in the value is what a group found.

    Raises:
        Stop: the pattern can't be read, has no such group, takes too long, or makes too much.
    """
    compiled = _compiled(pattern)
    size = len(source)

    def put(match: regex.Match[str]) -> str:
        nonlocal size
        made = _within(match, group, value) if group else _expanded(value, match)
        size += len(made)
        room_for(size)
        return made

    try:
        with pattern_allowed(_SECONDS) as seconds:
            return compiled.sub(put, source, timeout=seconds)
    except TimeoutError:
        raise Stop(Unevaluated("the pattern takes too long")) from None
    except (regex.error, IndexError):
        raise Stop(Unevaluated("the pattern has no such group")) from None


def _within(match: regex.Match[str], group: str, value: str) -> str:
    start, end = match.span(group)
    if start < 0:
        return match.group(0)
    whole = match.group(0)
    return whole[: start - match.start()] + value + whole[end - match.start() :]


def _expanded(value: str, match: regex.Match[str]) -> str:
    size = 0

    def one(name: regex.Match[str]) -> str:
        nonlocal size
        key = name.group(1) or name.group(2)
        found = match.group(int(key) if key.isdecimal() else key) or ""
        size += len(found)
        room_for(size)
        return found

    return str(_HOLE.sub(one, value))


@lru_cache(maxsize=256)
def _checked(pattern: str) -> regex.Pattern[str] | str:
    """The pattern compiled; or why not. .NET writes a named group (?<name>…) and (?'name'…)."""
    if len(pattern) > _LONGEST or _size(pattern) > _LARGEST:
        return "the pattern is too large"
    if _OTHER_BRACE.search(pattern):
        return "the pattern has a brace that is no count"  # which regex takes for something of its own
    try:
        return regex.compile(_NAMED.sub(r"(?<\1>", pattern))
    except (regex.error, RecursionError, OverflowError, MemoryError) as error:
        return f"the pattern can't be read: {error}"


def _compiled(pattern: str) -> regex.Pattern[str]:
    checked = _checked(pattern)
    if isinstance(checked, str):
        raise Stop(Unevaluated(checked))
    return checked


def _size(pattern: str) -> int:
    """How many parts a pattern has once its counts are written out."""
    sizes, last, place = [0], 0, 0
    while place < len(pattern):
        character = pattern[place]
        count = _COUNT.match(pattern, place) if character == "{" else None
        if count is not None:
            times = max(int(count[1]), int(count[2] or 0), 1)
            sizes[-1] += last * (times - 1)
            last *= times
            place = count.end()
            continue
        if character == "(":
            sizes.append(0)
            last = 0
        elif character == ")" and len(sizes) > 1:
            last = sizes.pop()
            sizes[-1] += last
        elif character == "[":
            place = _class_end(pattern, place)
            last = 1
            sizes[-1] += 1
        elif character not in "*+?|":
            place += character == "\\"
            last = 1
            sizes[-1] += 1
        place += 1
    return sum(sizes)


def _class_end(pattern: str, place: int) -> int:
    """Where a `[…]` ends, or the pattern."""
    here = place + 1
    while here < len(pattern) and pattern[here] != "]":
        here += 2 if pattern[here] == "\\" else 1
    return here
