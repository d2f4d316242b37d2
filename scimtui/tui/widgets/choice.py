"""One of a few, side by side: arrow keys or a click choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from scimtui.text import cell_width, cut

_GAP = "   "


class Choice(Widget, can_focus=True):
    """Shows every possibility; the chosen one is marked by sign, not by colour alone."""

    DEFAULT_CSS = """
    Choice { height: 1; width: 1fr; }
    Choice:focus { background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "previous", show=False),
        Binding("right,space", "move(1)", "next", show=False),
    ]

    @dataclass
    class Changed(Message):
        """Another one was chosen."""

        value: str

    def __init__(self, options: Sequence[tuple[str, str]], value: str) -> None:
        super().__init__()
        self._options = tuple(options)
        self.value = value

    def _labels(self) -> list[tuple[str, str]]:
        """What stands for each: without what is in brackets, where all would not fit; else the chosen one."""
        short = [(value, label.partition(" (")[0]) for value, label in self._options]
        for labels in (list(self._options), short):
            whole = sum(cell_width(f"● {label}{_GAP}") for _, label in labels) - len(_GAP)
            if whole <= self.content_size.width:
                return labels
        place = [value for value, _ in short].index(self.value)
        label, room = short[place][1], self.content_size.width - 2
        numbered = f"{label}{_GAP}{place + 1} of {len(short)}"
        return [(self.value, numbered if cell_width(numbered) <= room else cut(label, room))]

    def render(self) -> Content:
        parts: list[tuple[str, str]] = []
        for value, label in self._labels():
            chosen = value == self.value
            style = "bold $accent" if chosen else ""
            parts += [(f"{'●' if chosen else '○'} {label}", style), (_GAP, "")]
        return Content.assemble(*parts)

    def action_move(self, step: int) -> None:
        """The next one, or the one before."""
        values = [value for value, _ in self._options]
        self._choose(values[(values.index(self.value) + step) % len(values)])

    def on_click(self, event: events.Click) -> None:
        if len(self._labels()) < len(self._options):
            self.action_move(1)
            return
        start = 0
        for value, label in self._labels():
            width = cell_width(f"● {label}")
            if start <= event.x < start + width:
                self._choose(value)
                return
            start += width + len(_GAP)

    def _choose(self, value: str) -> None:
        if value != self.value:
            self.value = value
            self.refresh()
            self.post_message(self.Changed(value))
