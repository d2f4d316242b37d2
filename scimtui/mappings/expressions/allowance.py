"""How long a whole review may go on evaluating, and how large a value may grow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from scimtui.mappings.expressions.results import Stop, Unevaluated

LONGEST_VALUE = 100_000
SPENT = Unevaluated("the review takes too long, so this was not worked out")
_ends: ContextVar[tuple[float, Callable[[], float]] | None] = ContextVar("_ends", default=None)


@contextmanager
def allowed(seconds: float, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Let everything evaluated inside take so long in all; an allowance inside another changes nothing."""
    if _ends.get() is not None:
        yield
        return
    token = _ends.set((clock() + seconds, clock))
    try:
        yield
    finally:
        _ends.reset(token)


def seconds_left() -> float:
    """What is left of the allowance; endless where there is none."""
    ends = _ends.get()
    return ends[0] - ends[1]() if ends is not None else float("inf")


def is_spent() -> bool:
    """Whether nothing more is evaluated."""
    return seconds_left() <= 0


def go_on() -> None:
    """End the expression where the allowance is spent.

    Raises:
        Stop: it is.
    """
    if is_spent():
        raise Stop(SPENT)


def room_for(length: int) -> None:
    """End the expression before a value is made that grows past all use.

    Raises:
        Stop: it would be longer than `LONGEST_VALUE`.
    """
    if length > LONGEST_VALUE:
        raise Stop(Unevaluated("the value is too long"))
