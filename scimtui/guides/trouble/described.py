"""Troubles that somebody describes: decided by what the words mean, where that is clear.

An entry's `described` holds pictures: meanings (words/concepts.toml) that must all be there, `a|b` where one
of them is enough, `!a` where it must not be. A picture of many rare meanings says more than one of few
common ones.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from scimtui.guides.trouble.catalogue import Trouble, catalogue
from scimtui.guides.trouble.field import LETTERS
from scimtui.guides.trouble.words import words

_LOOKED_AT = 4000
_WINDOW, _STEP = 420, 210
_CLOSE = 0.8
_MOST = 4
_FEWEST, _ENOUGH, _CLEAR = 2, 5.0, 0.85
_EVIDENCE = 40
_FIRST_UNSPACED = "\u1100"


@dataclass(frozen=True, slots=True)
class Picture:
    """What must be there together; each meaning with those that stand for it as well."""

    wanted: tuple[frozenset[str], ...]
    unwanted: frozenset[str]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """An entry that a text describes, the words that say so, and how much they say."""

    trouble: Trouble
    words: tuple[str, ...]
    weight: float


def described(prose: str, *, whole: bool) -> tuple[Described, ...]:
    """What a text describes, the clearest first; empty where nothing does, or where too much does.

    Where no picture is whole, the one counts that lacks a single meaning and is clearer than every other.

    Args:
        whole: whether a picture has to be whole, as in the output of a program.
    """
    folded = " ".join(prose[:_LOOKED_AT].lower().split())
    windows = [
        _meant_in(folded[start : start + _WINDOW])
        for start in range(0, max(1, len(folded) - _WINDOW + _STEP), _STEP)
    ]
    ordered = _ordered(windows, missing=0)
    if ordered:
        close = [one for one in ordered if one.weight >= _CLOSE * ordered[0].weight]
        return tuple(close) if len(close) <= _MOST else ()
    ordered = _ordered(windows, missing=1) if not whole else []
    if not ordered or (len(ordered) > 1 and ordered[1].weight > _CLEAR * ordered[0].weight):
        return ()
    return tuple(ordered[:1])


def _ordered(windows: Sequence[dict[str, str]], missing: int) -> list[Described]:
    """Entries whose pictures fit, but for so many meanings; the heaviest first."""
    best: dict[str, Described] = {}
    for meant in windows:
        for trouble in catalogue():
            one = _told(trouble, meant, missing)
            if one is not None and (trouble.code not in best or one.weight > best[trouble.code].weight):
                best[trouble.code] = one
    kept = [one for one in best.values() if not best.keys() & set(one.trouble.yields_to)]
    return sorted(kept, key=lambda one: -one.weight)


def _told(trouble: Trouble, meant: dict[str, str], missing: int) -> Described | None:
    best: tuple[float, list[frozenset[str]]] | None = None
    for picture in pictures()[trouble.code]:
        if picture.unwanted & meant.keys():
            continue
        there = [number for number, some in enumerate(picture.wanted) if some & meant.keys()]
        lacks = len(picture.wanted) - len(there)
        if lacks > missing or (missing and len(there) < _FEWEST):
            continue
        if missing and max(picture.weights) > max(picture.weights[number] for number in there):
            continue  # what says most is not there
        weight = math.fsum(picture.weights[number] for number in there)
        if (not missing or weight >= _ENOUGH) and (best is None or weight > best[0]):
            best = weight, [picture.wanted[number] for number in there]
    if best is None:
        return None
    shown = (meant[name] for some in best[1] for name in sorted(some) if name in meant)
    return Described(trouble, tuple(dict.fromkeys(word[:_EVIDENCE] for word in shown)), best[0])


def _meant_in(text: str) -> dict[str, str]:
    """Which meanings stand in a text, each with the words for it."""
    return {name: found[0] for name, pattern in _meanings().items() if (found := pattern.search(text))}


def means(text: str, meaning: str) -> bool:
    """Whether words of this meaning stand in a text; of a long one its beginning is looked at."""
    return _meanings()[meaning].search(text[:_LOOKED_AT].lower()) is not None


@cache
def _meanings() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(_whole_words(forms)) for name, forms in words("concepts").items()}


def _whole_words(forms: list[str]) -> str:
    """Words of scripts without blanks stand among others; those of all others by themselves."""
    within = [form for form in forms if form[0] >= _FIRST_UNSPACED]
    apart = [form for form in forms if form[0] < _FIRST_UNSPACED]
    parts = [rf"(?<![{LETTERS}])(?:{'|'.join(apart)})(?![{LETTERS}])"] if apart else []
    return "|".join((*parts, *within))


@cache
def pictures() -> dict[str, tuple[Picture, ...]]:
    """The pictures of every entry; a meaning weighs more the fewer entries have it."""
    parsed = {trouble.code: [_parsed(written) for written in trouble.described] for trouble in catalogue()}
    spread = Counter(
        name
        for several in parsed.values()
        for name in {name for wanted, _ in several for some in wanted for name in some}
    )
    number = len(parsed)
    return {
        code: tuple(
            Picture(
                wanted,
                unwanted,
                tuple(min(math.log(1 + number / spread[name]) for name in some) for some in wanted),
            )
            for wanted, unwanted in several
        )
        for code, several in parsed.items()
    }


def _parsed(written: str) -> tuple[tuple[frozenset[str], ...], frozenset[str]]:
    parts = written.split()
    wanted = tuple(frozenset(part.split("|")) for part in parts if not part.startswith("!"))
    unwanted = frozenset(part[1:] for part in parts if part.startswith("!"))
    strange = {name for some in wanted for name in some} | unwanted
    if not strange <= _meanings().keys():
        raise ValueError(f"{written}: {', '.join(sorted(strange - _meanings().keys()))}")
    return wanted, unwanted
