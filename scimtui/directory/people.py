"""One set of people, filtered and sorted: row numbers only, so that 100,000 stay cheap."""

from __future__ import annotations

from array import array
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
        self._last: tuple[Query, Sequence[int]] | None = None

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
        if self._last is not None and query.bots == self._last[0].bots and query.narrows(self._last[0]):
            found = query.among(self._column, self._last[1])
        elif query.bots:
            found = query.among(self._column, range(len(self._column)))
        else:
            found = query.among(self._column, self._humans)
        self._last = (query, found)
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
