"""One set of people, filtered and sorted: row numbers only, so that 100,000 stay cheap."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Sequence

from scimtui.directory.judging import person_in
from scimtui.directory.model import Person
from scimtui.directory.search import Query, parse_query
from scimtui.directory.search_text import TAGS
from scimtui.directory.snapshot import About, Row, Snapshot

# (name of the filter, the query it stands for)
QUICK_FILTERS: tuple[tuple[str, str], ...] = (
    ("all", ""),
    ("differs", "is:differs"),
    ("case", "is:case"),
    ("not-linked", "is:not-linked"),
    ("inactive", "is:inactive"),
    ("duplicate", "is:duplicate"),
    ("blocked", "is:blocked"),
    ("enterprise", "is:enterprise"),
)

# As many as a word has letters: a backspace finds what the letter before had found.
_RECENT = 12


class People:
    """A snapshot with its search column; the methods take milliseconds and belong in a thread."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._column = snapshot.column()
        bot = TAGS["bot"]
        self._humans: Sequence[int] = array(
            "I", (number for number, text in enumerate(self._column) if bot not in text)
        )
        self._orders: dict[str, array[int]] = {}
        self._recent: deque[tuple[Query, Sequence[int]]] = deque(maxlen=_RECENT)

    @property
    def about(self) -> About:
        """What is known of the set as a whole."""
        return self.snapshot.about

    def select(self, text: str, sort: str = "name", *, reverse: bool = False) -> Sequence[int]:
        """Row numbers of those who match, in the order asked for.

        Raises:
            SearchError: the query has a word that means nothing.
        """
        found = self._matching(parse_query(text))
        if sort != "name":
            wanted = bytearray(len(self._column))
            for number in found:
                wanted[number] = 1
            found = array("I", (number for number in self._order(sort) if wanted[number]))
        return found[::-1] if reverse else found

    def _matching(self, query: Query) -> Sequence[int]:
        """Who matches, looked for among the fewest that are known to hold them all."""
        base: Sequence[int] = range(len(self._column)) if query.bots else self._humans
        for former, among in tuple(self._recent):
            if former == query:
                return among
            if former.bots == query.bots and query.narrows(former) and len(among) < len(base):
                base = among
        found = array("I", query.among(self._column, base)) if query.terms else base
        self._recent.append((query, found))
        return found

    def _order(self, sort: str) -> array[int]:
        if sort not in self._orders:
            self._orders[sort] = self.snapshot.order(sort)
        return self._orders[sort]

    def rows(self, numbers: Sequence[int]) -> list[Row]:
        """The rows with these numbers, in that order."""
        return self.snapshot.rows(numbers)

    def person(self, row: Row) -> Person:
        """Everything about one row's person, judged afresh."""
        return person_in(self.snapshot, row)

    def number_of(self, key: str) -> int | None:
        """Where a person is in this set."""
        return self.snapshot.number_of(key)

    def close(self) -> None:
        """Let go of the snapshot."""
        self.snapshot.close()
