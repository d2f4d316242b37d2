"""Keys and pastes one after another: each has acted before the next one is looked at."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from time import monotonic

from textual.app import App
from textual.dom import DOMNode
from textual.events import Event, Key, Paste
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker

_ROUNDS = 3
"""A key is handled, what it posts is handled, and what that posts."""
_TICKS = 5
_LOOK_AGAIN = 0.01
"""Seconds."""
_LOOKS = 100
"""How often it is looked whether a question has come up: reading a person, say, goes before it."""
_STUCK = 1.0
"""Seconds after which a key hangs."""

ASKING = "dialog"
"""The group of all work that opens a question; keys behind it are for the question."""

Typed = Key | Paste


class InOrder(App[None]):
    """The base of the console.

    Textual sends a key to the widget that has the focus when the key *arrives*; one that moves the focus
    or opens a dialog acts only after it has bubbled up to the app. What is typed ahead, or arrives in one
    burst over a slow line, would go where the focus was: a token into the field before the one that hides it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._ahead: deque[Typed] = deque()
        self._due: Typed | None = None
        self._due_since = 0.0
        self._in_order: asyncio.Task[None] | None = None

    async def caught_up(self) -> None:
        """Wait until everything that was typed has acted."""
        while self._in_order is not None:
            await asyncio.wait({self._in_order})

    async def on_event(self, event: Event) -> None:
        """Let what is typed wait for its turn."""
        is_new = isinstance(event, Typed) and not event.is_forwarded and event is not self._due
        if not isinstance(event, Typed) or not is_new or self._may_overtake(event):
            await super().on_event(event)
            return
        self._ahead.append(event)
        if self._in_order is None:
            self._in_order = asyncio.create_task(self._one_by_one())

    def _may_overtake(self, event: Typed) -> bool:
        """Whether somebody wants to leave while a key does not come to its end."""
        is_stuck = self._due is not None and monotonic() - self._due_since > _STUCK
        return is_stuck and isinstance(event, Key) and event.key == "ctrl+q"

    async def _one_by_one(self) -> None:
        try:
            while self._ahead and self.is_running and self.screen_stack:
                self._due, self._due_since = self._ahead.popleft(), monotonic()
                where, asking = self.screen, self._asking()
                target = self.focused or where
                if not self.post_message(self._due):
                    return
                await self._turn(self)
                if not _only_writes(self._due, target):
                    await self._has_acted(target, where, asking)
        except Exception as error:  # a task of its own: nobody else would hear of it
            self._handle_exception(error)
        finally:
            self._due = self._in_order = None

    def _asking(self) -> set[Worker[object]]:
        """The work that asks something, or is about to."""
        return {worker for worker in self.workers if worker.group == ASKING and not worker.is_finished}

    async def _has_acted(self, target: Widget, where: Screen[object], asking: set[Worker[object]]) -> None:
        """Wait until nothing follows from the key any more: focus and screen stay where they are.

        Args:
            target: the widget that was given the key.
            where: the screen that was in front.
            asking: the work that was under way before it.
        """
        stood: list[tuple[Widget, Widget | None]] = []
        looks = iter(range(_LOOKS))
        while len(stood) < _ROUNDS or stood[-1] != stood[-2]:
            for node in target.ancestors_with_self:
                await self._turn(node)
            for _ in range(_TICKS):  # work that begins with opening a screen
                await asyncio.sleep(0)
            for _ in looks:
                if not self.screen_stack or self.screen is not where or not self._asking() - asking:
                    break
                await asyncio.sleep(_LOOK_AGAIN)
            if not self.screen_stack:
                return
            stood.append((self.screen, self.focused))
            target = self.focused or self.screen

    async def _turn(self, node: DOMNode) -> None:
        """Wait until a node has done everything that was sent to it, unless it goes away."""
        done = asyncio.Event()
        if not node.call_later(done.set):
            return
        while not done.is_set() and (node.is_attached or (node is self and self.is_running)):
            with suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), _LOOK_AGAIN)


def _only_writes(typed: Typed, target: Widget) -> bool:
    """Whether it does nothing but stand in a field, behind what was typed there before."""
    if isinstance(typed, Paste):
        return False
    return typed.is_printable and target.check_consume_key(typed.key, typed.character)
