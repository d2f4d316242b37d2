"""When to send again, and how fast: back-off for reads, and pacing under GitLab.com's limits."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

RETRIED_STATUSES = frozenset({429, 502, 503, 504})
_WINDOW = 60.0
_TICK = 1e-6  # what adding up seconds can lose
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # where there is none, this one counts sleep


def seconds_with_sleep() -> float:
    """Seconds of a clock that goes on while the machine sleeps, and is never set."""
    return time.clock_gettime(_CLOCK)


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often and how long to wait before a request is sent again.

    A write is only tried again after a 429 or a connection that was never made: then GitLab has
    done nothing, and the person is looked at again first. Anything else about a write is read back.

    Attributes:
        tries: sends in all.
        first: seconds before the second; doubled each time.
        longest: seconds a single wait is clamped to, `Retry-After` included.
        jitter: a number in 0…1, drawn for each wait.
        sleep: waits that many seconds.
    """

    tries: int = 4
    first: float = 0.5
    longest: float = 60.0
    jitter: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def seconds(self, tried: int, retry_after: float | None) -> float:
        """The wait after `tried` sends."""
        if retry_after is not None:
            return min(retry_after, self.longest)
        return min(self.first * 2.0 ** (tried - 1) * (0.5 + self.jitter() / 2), self.longest)


@dataclass(slots=True)
class Pacer:
    """Lets at most `limit` requests begin in any minute; 0 means no limit.

    SCIM requests carry no user, so GitLab.com counts them as unauthenticated traffic of the
    address: 500 a minute (contract 6).
    """

    limit: int = 0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _begun: deque[float] = field(default_factory=deque)

    async def turn(self) -> None:
        """Wait for this request's turn."""
        if not self.limit:
            return
        while True:
            now = self.clock()
            while self._begun and self._begun[0] + _WINDOW - now <= _TICK:
                self._begun.popleft()
            if len(self._begun) < self.limit:
                self._begun.append(now)
                return
            await self.sleep(self._begun[0] + _WINDOW - now)
