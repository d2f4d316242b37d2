"""How long a whole review may go on evaluating, and how large a value may grow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from scimtui.mappings.expressions.results import Stop, Unevaluated

LONGEST_VALUE = 100_000
SPENT = Unevaluated("the review takes too long, so this was not worked out")
_PATTERNS, _QUICK = 5.0, 0.002
"""Seconds that all slow patterns of a review may take, and up to which one is not slow."""


class _Allowance:
    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.clock, self.ends, self.patterns = clock, clock() + seconds, _PATTERNS


_current: ContextVar[_Allowance | None] = ContextVar("_current", default=None)


@contextmanager
def allowed(seconds: float, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Let everything evaluated inside take so long in all; an allowance inside another changes nothing."""
    if _current.get() is not None:
        yield
        return
    token = _current.set(_Allowance(seconds, clock))
    try:
        yield
    finally:
        _current.reset(token)


def seconds_left() -> float:
    """What is left of the allowance; endless where there is none."""
    now = _current.get()
    return now.ends - now.clock() if now is not None else float("inf")


@contextmanager
def pattern_allowed(seconds: float) -> Iterator[float]:
    """How long one pattern may run; the slow ones share what all of a review's may take."""
    now = _current.get()
    if now is None:
        yield seconds
        return
    begun = now.clock()
    try:
        yield max(0.001, min(seconds, now.patterns, now.ends - begun))
    finally:
        took = now.clock() - begun
        now.patterns -= took if took > _QUICK else 0


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
