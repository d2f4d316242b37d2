"""Reading REST lists page by page, several at once.

`X-Total` is left out above 10,000 rows (contract 1.10), so pages are asked for ahead until one says
there is no next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from itertools import count
from typing import TypeVar

from scimtui.gitlab.requests import query, read
from scimtui.gitlab.scimlisting import PAGE_SIZE, first_failure
from scimtui.gitlab.transport import Transport
from scimtui.gitlab.wire import Listed, RecordReader

Record = TypeVar("Record")


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
        GitLabError: a page failed after its retries.
    """
    handed = 0
    last: int | None = None

    async def one(page: int) -> None:
        nonlocal handed, last
        answer = await transport.send(read(url + query(page=page, per_page=PAGE_SIZE), "access"))
        listed = reader.many(answer)
        following = answer.headers.get("x-next-page", "").strip()
        if not following or not listed.records:
            last = page if last is None else min(last, page)
        pages = answer.headers.get("x-total-pages", "")
        if pages.isdecimal() and last is None:
            last = int(pages)
        total = answer.headers.get("x-total", "")
        handed += len(listed.records)
        on_page(listed, int(total) if total.isdecimal() else None)

    def ahead() -> Iterator[int]:
        for page in count(2):
            if last is not None and page > last:
                return
            yield page

    async def several(pages: Iterator[int]) -> None:
        for page in pages:
            await one(page)

    await one(1)
    pages = ahead()
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(several(pages))
    except BaseExceptionGroup as failures:
        raise first_failure(failures) from None
    return handed
