"""Reading every SCIM user: pages that have no order, overlap and miss rows.

The first page tells the total, the rest come concurrently; rows are de-duplicated by folded id and
held against `totalResults`; where some are missing all pages are asked for again, three passes in all
(contract page 0, 7 and 1.5). Later passes let their pages overlap, so that what fell between two pages
lies inside one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from scimtui.gitlab.errors import UnexpectedAnswer
from scimtui.gitlab.wire import ScimPage, ScimUser
from scimtui.text import fold_uid

PAGE_SIZE = 100
PASSES = 3
CONCURRENCY = 6
_OVERLAP = 10
_FRUITLESS = 50
MOST_RECORDS = 2_000_000


@dataclass(frozen=True, slots=True)
class ListingProgress:
    """A page that just arrived: its users not seen before, and how far the listing is."""

    new: tuple[ScimUser, ...]
    read: int
    total: int | None
    pass_number: int


@dataclass(frozen=True, slots=True)
class ListingReport:
    """How a listing ended.

    Attributes:
        read: different users read.
        total: what GitLab said there are, None where it did not say.
        defects: faults of single records.
    """

    read: int
    total: int | None
    passes: int
    defects: tuple[str, ...] = ()

    @property
    def unread(self) -> int:
        """How many of the total were not read after the last pass."""
        return max(0, (self.total or 0) - self.read)

    @property
    def warning(self) -> str:
        """What to say beside the people that were read; empty where all were."""
        if self.unread:
            return f"{self.unread:,} of {self.total:,} SCIM users were not read: the list changed meanwhile"
        return ""


FetchPage = Callable[[int, int], Awaitable[ScimPage]]


@dataclass(slots=True)
class ScimListing:
    """One listing; `run` reads it to the end.

    Attributes:
        fetch: reads the page that begins at a `startIndex`, with a `count`.
        on_page: called in the event loop for every page, as it arrives.
    """

    fetch: FetchPage
    on_page: Callable[[ListingProgress], None]
    concurrency: int = CONCURRENCY
    _seen: set[str] = field(default_factory=set)
    _nameless: int = 0
    _defects: list[str] = field(default_factory=list)
    _total: int | None = None
    _first: tuple[str | None, ...] = ()
    _ended: bool = False
    _fruitless: int = 0

    async def run(self) -> ListingReport:
        """Read all pages.

        Raises:
            GitLabError: what the first page, or any page after its retries, failed with.
        """
        passes = 0
        while passes < PASSES:
            passes += 1
            await self._one_pass(passes)
            if self._total is None or self._read >= self._total or self._fruitless >= _FRUITLESS:
                break  # all is read; or the server repeats itself, whatever total it tells
        return ListingReport(self._read, self._total, passes, tuple(self._defects))

    @property
    def _read(self) -> int:
        return len(self._seen) + self._nameless

    async def _one_pass(self, number: int) -> None:
        self._ended = False
        if number > 1:
            self._nameless = 0
        first = await self.fetch(1, PAGE_SIZE)
        self._first = tuple(user.id for user in first.users)
        self._take(first, 1, number)
        if not first.rows or (self._total is not None and first.rows >= self._total):
            return
        step = max(1, first.rows - first.rows * (number - 1) // _OVERLAP)
        starts = self._starts(1 + step, step)
        failure: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self.concurrency if self._total is not None else 1):
                    group.create_task(self._fetch_all(starts, number))
        except BaseExceptionGroup as failures:
            failure = first_failure(failures)
        if failure is not None:
            raise failure

    def _starts(self, start: int, step: int) -> Iterator[int]:
        while not self._ended and (self._total is None or start <= self._total):
            yield start
            start += step

    async def _fetch_all(self, starts: Iterator[int], number: int) -> None:
        for start in starts:
            page = await self.fetch(start, PAGE_SIZE)
            new = self._take(page, start, number)
            self._fruitless = 0 if new else self._fruitless + 1
            if not page.rows or (number == 1 and self._fruitless >= _FRUITLESS):
                self._ended = True
            elif not new and self._total is None:
                raise does_not_page()

    def _take(self, page: ScimPage, start: int, number: int) -> int:
        ids = tuple(user.id for user in page.users)
        if start > 1 and ids and ids == self._first:
            raise does_not_page()
        if page.total is not None:
            self._total = page.total
        self._nameless += page.rows - len(page.users)
        new: list[ScimUser] = []
        for user in page.users:
            if user.id is None:
                self._nameless += 1
                if number == 1:
                    new.append(user)
                continue
            folded = fold_uid(user.id)
            if folded not in self._seen:
                self._seen.add(folded)
                new.append(user)
        if number == 1:
            self._defects += page.defects
        self._defects += (f"{user.id}: {fault}" for user in new for fault in user.defects)
        if self._read > MOST_RECORDS:
            raise does_not_end()
        self.on_page(ListingProgress(tuple(new), self._read, self._total, number))
        return len(new)


def does_not_page() -> UnexpectedAnswer:
    """The error for a server that answers the first page again and again."""
    error = UnexpectedAnswer(
        "GitLab answers every page with the first one, so the list can't be read",
        fix="look for a proxy or cache between here and GitLab that drops the query",
    )
    error.reason = "wrong-shape"
    return error


def does_not_end() -> UnexpectedAnswer:
    """The error for a list that is longer than any of GitLab's."""
    error = UnexpectedAnswer(
        f"GitLab's list did not end after {MOST_RECORDS:,} rows, so it was not read on",
        fix="look for a proxy or gateway between here and GitLab that makes answers of its own",
    )
    error.reason = "too-large"
    return error


def first_failure(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first single exception of a task group's."""
    failure: BaseException = failures
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    return failure
