"""Everything that could not be read, or was odd, in full."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Label

from scimtui.text import printable
from scimtui.tui.widgets.dialog import Dialog
from scimtui.tui.widgets.hanging import Wrapped, hung


class WarningsScreen(Dialog[None]):
    """The warnings of the last reading; none is said to be none."""

    DEFAULT_CSS = """
    WarningsScreen #texts { height: auto; max-height: 16; }
    """

    def __init__(self, warnings: Sequence[str]) -> None:
        super().__init__()
        self._warnings = warnings

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label("What is missing or was odd" if self._warnings else "Nothing is missing", id="title")
            with VerticalScroll(id="texts"):
                yield Wrapped(self._content)
            yield Label("Esc back", id="keys")

    def _content(self, width: int) -> Content:
        if not self._warnings:
            return hung([("✓ ", "$success")], ["Everything was read."], width)
        return Content("\n\n").join(
            hung([("! ", "bold $warning")], [printable(text)], width) for text in self._warnings
        )
