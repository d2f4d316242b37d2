"""Reading REST lists page by page, several at once.

Totals are left out above 10,000 rows and can be outdated (contract 1.10): they say how far to ask
ahead, never where the list ends. It ends where a page names no next one; where something on the way
drops that header, at a page that is not full.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from scimtui.gitlab.requests import Answer, query, read
from scimtui.gitlab.scimlisting import MOST_RECORDS, PAGE_SIZE, does_not_end, does_not_page, first_failure
from scimtui.gitlab.transport import Transport
from scimtui.gitlab.wire import Listed, RecordReader

Record = TypeVar("Record")
_FRUITLESS = 4  # a list that changes meanwhile repeats some rows, not page after page


async def read_pages(
    transport: Transport,
    url: str,
    reader: RecordReader[Record],
    on_page: Callable[[Listed[Record], int | None], None],
    concurrency: int,
) -> int:
    """Hand on every page of the list at `url` as it arrives.

    Returns:
        How many records were handed on; a list that changes meanwhile can repeat some.

    Raises:
        GitLabError: a page failed after its retries, or the server does not page.
    """
    return await _RestListing(transport, url, reader, on_page).run(concurrency)


@dataclass(slots=True)
class _RestListing(Generic[Record]):
    transport: Transport
    url: str
    reader: RecordReader[Record]
    on_page: Callable[[Listed[Record], int | None], None]
    _handed: int = 0
    _asked: int = 0
    _end: int | None = None
    _known: int | None = None
    _seen: set[object] = field(default_factory=set)
    _fruitless: int = 0

    async def run(self, concurrency: int) -> int:
        await self._pages(1)
        failure: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(concurrency):
                    group.create_task(self._pages())
        except BaseExceptionGroup as failures:
            failure = first_failure(failures)
        if failure is not None:
            raise failure
        return self._handed

    async def _pages(self, most: int | None = None) -> None:
        while (most is None or self._asked < most) and self._is_there(self._asked + 1):
            self._asked += 1
            await self._one(self._asked)

    def _is_there(self, page: int) -> bool:
        """Whether it is worth asking; a page that names the next one raises what is known."""
        if self._end is not None:
            return page <= self._end
        return self._known is None or page <= self._known

    def _count_new(self, listed: Listed[Record]) -> None:
        """
        Raises:
            UnexpectedAnswer: pages repeat themselves, or there is no end to them.
        """
        keys = {_key(record) for record in listed.records}
        is_new = not keys or not keys <= self._seen
        self._seen |= keys
        self._fruitless = 0 if is_new else self._fruitless + 1
        if self._fruitless >= _FRUITLESS:
            raise does_not_page()
        if self._handed > MOST_RECORDS:
            raise does_not_end()

    async def _one(self, page: int) -> None:
        answer = await self.transport.send(read(self.url + query(page=page, per_page=PAGE_SIZE), "access"))
        listed = self.reader.many(answer)
        if page == 1:
            self._known = _count(answer, "x-total-pages")
        self._count_new(listed)
        if not _has_next(answer, listed):
            self._end = page if self._end is None else min(self._end, page)
        elif self._known is not None:
            self._known = max(self._known, page + 1)
        self._handed += len(listed.records)
        self.on_page(listed, _count(answer, "x-total"))


def _key(record: object) -> object:
    """What tells a record of a list from another."""
    known = getattr(record, "id", None)
    return known if known is not None else record


def _has_next(answer: Answer, listed: Listed[Record]) -> bool:
    rows = len(listed.records) + len(listed.defects)
    following = answer.headers.get("x-next-page")
    if following is None:
        return rows >= PAGE_SIZE
    return bool(following.strip()) and rows > 0


def _count(answer: Answer, header: str) -> int | None:
    text = answer.headers.get(header, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
