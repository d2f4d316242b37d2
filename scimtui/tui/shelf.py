"""The people that all sections share; a former set is closed once nobody reads it any more."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from scimtui.directory import People


class Shelf:
    """Holds the people as last read.

    Attributes:
        people: None before anybody was read.
    """

    def __init__(self) -> None:
        self.people: People | None = None
        self._readers: Counter[int] = Counter()
        self._former: dict[int, People] = {}
        self._listeners: list[Callable[[], None]] = []

    async def put(self, people: People) -> None:
        """Show these people from now on."""
        former, self.people = self.people, people
        for listener in tuple(self._listeners):
            listener()
        if former is not None:
            self._former[id(former)] = former
            await self._close_unread()

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call it whenever other people are there; answers how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[People | None]:
        """The people, kept open for as long as somebody is inside."""
        people = self.people
        self.hold(people)
        try:
            yield people
        finally:
            await self.let_go(people)

    def hold(self, people: People | None) -> None:
        """Keep these people open until `let_go`."""
        self._readers[id(people)] += 1

    async def let_go(self, people: People | None) -> None:
        """They may be closed, as far as this reader is concerned."""
        self._readers[id(people)] -= 1
        await self._close_unread()

    async def _close_unread(self) -> None:
        for key in [key for key in self._former if self._readers[key] <= 0]:
            del self._readers[key]
            await asyncio.to_thread(self._former.pop(key).close)
