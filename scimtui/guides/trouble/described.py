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
_EVIDENCE = 40
_FIRST_UNSPACED = "\u1100"


@dataclass(frozen=True, slots=True)
class Picture:
    """What must be there together; each meaning with those that stand for it as well."""

    wanted: tuple[frozenset[str], ...]
    unwanted: frozenset[str]
    weight: float


@dataclass(frozen=True, slots=True)
class Described:
    """An entry that a text describes, the words that say so, and how much they say."""

    trouble: Trouble
    words: tuple[str, ...]
    weight: float


def described(prose: str) -> tuple[Described, ...]:
    """What a text describes, the clearest first; empty where nothing does, or where too much does."""
    folded = " ".join(prose[:_LOOKED_AT].lower().split())
    windows = [
        _meant_in(folded[start : start + _WINDOW])
        for start in range(0, max(1, len(folded) - _WINDOW + _STEP), _STEP)
    ]
    ordered = _ordered(windows)
    close = [one for one in ordered if one.weight >= _CLOSE * ordered[0].weight]
    return tuple(close) if len(close) <= _MOST else ()


def _ordered(windows: Sequence[dict[str, str]]) -> list[Described]:
    """Entries that have a picture which fits, the heaviest first."""
    best: dict[str, Described] = {}
    for meant in windows:
        for trouble in catalogue():
            one = _told(trouble, meant)
            if one is not None and (trouble.code not in best or one.weight > best[trouble.code].weight):
                best[trouble.code] = one
    kept = [one for one in best.values() if not best.keys() & set(one.trouble.yields_to)]
    return sorted(kept, key=lambda one: -one.weight)


def _told(trouble: Trouble, meant: dict[str, str]) -> Described | None:
    fitting = [
        picture
        for picture in pictures()[trouble.code]
        if all(some & meant.keys() for some in picture.wanted) and not picture.unwanted & meant.keys()
    ]
    if not fitting:
        return None
    best = max(fitting, key=lambda picture: picture.weight)
    shown = (meant[name] for some in best.wanted for name in sorted(some) if name in meant)
    return Described(trouble, tuple(dict.fromkeys(word[:_EVIDENCE] for word in shown)), best.weight)


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
                math.fsum(min(math.log(1 + number / spread[name]) for name in some) for some in wanted),
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
