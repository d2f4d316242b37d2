"""Everything that could not be read, or was odd, in full."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Label, Static

from scimtui.text import printable
from scimtui.tui.widgets.dialog import Dialog


class WarningsScreen(Dialog[None]):
    """The warnings of the last reading."""

    DEFAULT_CSS = """
    WarningsScreen #texts { height: auto; max-height: 16; }
    """

    def __init__(self, warnings: Sequence[str]) -> None:
        super().__init__()
        self._warnings = warnings

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label("What is missing or was odd", id="title")
            with VerticalScroll(id="texts"):
                yield Static(
                    Content("\n\n").join(
                        Content.assemble(("! ", "bold $warning"), printable(text)) for text in self._warnings
                    )
                )
            yield Label("Esc back", id="keys")
