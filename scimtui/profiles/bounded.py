"""Calls that may hang, bounded in time.

A key store may wait for a person at a dialog nobody sees. `asyncio.to_thread` would keep the
interpreter from ending until it answers; a daemon thread does not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def run_bounded(work: Callable[[], T], seconds: float | None) -> T:
    """The result of `work`, done in a daemon thread.

    Raises:
        TimeoutError: no result in time; the thread is left behind.
    """
    return _start(work).result(seconds)


async def run_off_loop(work: Callable[[], T], seconds: float | None) -> T:
    """The same for async callers; the event loop goes on meanwhile."""
    async with asyncio.timeout(seconds):
        return await asyncio.wrap_future(_start(work))


def _start(work: Callable[[], T]) -> Future[T]:
    future: Future[T] = Future()
    # From here on a waiter that gives up can't cancel it, so the thread can always hand in its result.
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)

    Thread(target=run, name="scimtui-bounded", daemon=True).start()
    return future
