"""The checks of a correction: how many of them nobody has seen yet."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from textual.containers import VerticalScroll
from textual.message import Message


class Checks(VerticalScroll):
    """Scrolls, and remembers how far down somebody has been."""

    class Shown(Message):
        """More of them have been shown, or others are there."""

    def __init__(self, *, id: str, can_focus: bool) -> None:
        super().__init__(id=id, can_focus=can_focus)
        self._ends: tuple[int, ...] = ()
        self._about: Hashable = None
        self._seen = 0

    @property
    def below(self) -> int:
        """How many were never shown whole."""
        return sum(end > self._seen for end in self._ends)

    def expect(self, ends: Sequence[int], about: Hashable) -> None:
        """Others are there, or the same as before.

        Args:
            ends: for each the line below it, counted from 0.
            about: what they were made for; with another one nothing was shown yet.
        """
        if (tuple(ends), about) != (self._ends, self._about):
            self._ends, self._about, self._seen = tuple(ends), about, 0
            self.scroll_home(animate=False)
        self.call_after_refresh(self._look)

    def on_resize(self) -> None:
        self.call_after_refresh(self._look)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._look()

    def _look(self) -> None:
        seen = self.scroll_offset.y + self.scrollable_content_region.height
        if seen > self._seen:
            self._seen = seen
            self.post_message(self.Shown())
