"""A text as its letters and digits: what copying, quoting and scanning do to a message leaves these alone.

Marks, blanks, quotes, their escapes and line breaks are gone, letters that scanners take for each other are
one letter. So a message is found whatever it was wrapped in, in one pass over the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

BOUNDARY = "\ue000"
"""Stands between two events: no message reaches over it."""

_WORD = re.compile(rf"[^\W_]+|{BOUNDARY}")
_LOOKALIKES = str.maketrans({"l": "i", "1": "i", "0": "o"})


def letters_of(text: str) -> str:
    """A text's letters and digits, as they are compared."""
    return "".join(words_of(text))


def words_of(text: str) -> list[str]:
    """The same, word by word."""
    return [word.lower().translate(_LOOKALIKES) for word in _WORD.findall(text)]


@dataclass(frozen=True, slots=True)
class Place:
    """From where to where something stands, counted in letters."""

    start: int
    end: int


class Stream:
    """A text, and its letters in a row; knows where in the text each letter stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = list(_WORD.finditer(text))
        self.words = [match[0].lower().translate(_LOOKALIKES) for match in found]
        self.letters = "".join(self.words)
        self.vocabulary = frozenset(self.words)
        self._in_text = [match.start() for match in found]
        self._starts: list[int] = []
        place = 0
        for word in self.words:
            self._starts.append(place)
            place += len(word)

    def is_word_start(self, place: int) -> bool:
        """Whether a word begins at this letter; `EntryConflict` begins one in `GitLabEntryConflict`."""
        at = bisect_left(self._starts, place)
        if at < len(self._starts) and self._starts[at] == place:
            return True
        here = self._text_place(place)
        return 0 < here < len(self.text) and self.text[here].isupper() and self.text[here - 1].islower()

    def is_word_end(self, place: int) -> bool:
        """Whether the word is over before this letter."""
        at = bisect_left(self._starts, place)
        return place >= len(self.letters) or (at < len(self._starts) and self._starts[at] == place)

    def between(self, start: int, end: int) -> str:
        """The text between two letters, marks and blanks included."""
        return self.text[self._text_place(start - 1) + 1 if start else 0 : self._text_place(end)]

    def shown(self, place: Place) -> str:
        """What stands there, spelled as in the text."""
        return self.text[self._text_place(place.start) : self.text_end(place)]

    def text_end(self, place: Place) -> int:
        """Where in the text it ends."""
        return self._text_place(place.end - 1) + 1

    def event_of(self, place: Place) -> tuple[str, str]:
        """The letters and the text of the event that it stands in; of everything where there is one alone."""
        left = self.letters.rfind(BOUNDARY, 0, place.start) + 1
        right = self.letters.find(BOUNDARY, place.end)
        if not left and right < 0:
            return self.letters, self.text
        right = right if right >= 0 else len(self.letters)
        return self.letters[left:right], self.between(left, right)

    def near(self, place: Place, before: int, after: int) -> str:
        """The letters around it, of the same event."""
        left = self.letters.rfind(BOUNDARY, max(0, place.start - before), place.start) + 1
        right = self.letters.find(BOUNDARY, place.end, place.end + after)
        return self.letters[left or max(0, place.start - before) : right if right >= 0 else place.end + after]

    def all_of(self, part: str, most: int, start: int = 0, end: int | None = None) -> Iterator[int]:
        """Where these letters stand, so many times at most."""
        place = start - 1
        stop = len(self.letters) if end is None else end
        for _ in range(most):
            place = self.letters.find(part, place + 1, stop)
            if place < 0:
                return
            yield place

    def _text_place(self, letter: int) -> int:
        if not self._starts:
            return 0
        at = max(0, bisect_right(self._starts, letter) - 1)
        return min(len(self.text), self._in_text[at] + max(0, letter - self._starts[at]))
