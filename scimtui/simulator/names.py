"""Names of many languages and scripts, with the Latin spelling that usernames need."""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import accumulate, zip_longest
from typing import Any

_NO_DECOMPOSITION = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "æ": "ae",
        "å": "a",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "ɓ": "b",
        "ɗ": "d",
    }
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is shown, and a Latin handle for a username or an address."""

    shown: str
    handle: str


@dataclass(frozen=True, slots=True)
class _Language:
    layout: str
    given: list[tuple[str, str]]
    family: list[tuple[str, str]]


class Names:
    """An endless source of names, the same ones for the same randomness."""

    def __init__(self) -> None:
        data = json.loads(files(__package__).joinpath("names.json").read_text(encoding="utf-8"))
        self.twin = Name(data["twin"], latin(data["twin"], "."))
        self.special = [
            Name(text, latin(text, ".")[:60].strip(".")) for text in _in_turn(data["single"], data["long"])
        ]
        self._languages = [_language(entry) for entry in data["languages"]]
        self._shares = list(accumulate(entry["share"] for entry in data["languages"]))

    def drawn(self, randomness: random.Random, how_many: int) -> Iterator[Name]:
        """So many names, in the shares of the languages."""
        for language in randomness.choices(self._languages, cum_weights=self._shares, k=how_many):
            given = language.given[int(randomness.random() * len(language.given))]
            family = language.family[int(randomness.random() * len(language.family))]
            handle = f"{given[1]}.{family[1]}"
            if language.layout == "familygiven":
                yield Name(family[0] + given[0], handle)
            elif language.layout == "family given":
                yield Name(f"{family[0]} {given[0]}", handle)
            else:
                yield Name(f"{given[0]} {family[0]}", handle)


def latin(text: str, joint: str = "") -> str:
    """`text` in lower-case ASCII letters, its parts joined by `joint`."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_NO_DECOMPOSITION))
    parts = "".join(c if c.isascii() and c.isalnum() else " " if c in " -" else "" for c in plain).split()
    return joint.join(parts)


def _in_turn(left: list[str], right: list[str]) -> list[str]:
    return [text for pair in zip_longest(left, right) for text in pair if text is not None]


def _language(entry: dict[str, Any]) -> _Language:
    return _Language(entry["layout"], _spelled(entry["given"]), _spelled(entry["family"]))


def _spelled(names: list[str]) -> list[tuple[str, str]]:
    pairs = (name.partition("|") for name in names)
    return [(native, handle or latin(native)) for native, _, handle in pairs]
