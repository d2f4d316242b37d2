"""What was sent to the terminal's clipboard: shown, because that can fail silently."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Label, Static

from scimtui.text import printable
from scimtui.tui.widgets.dialog import Dialog


class CopiedScreen(Dialog[None]):
    """Copies a text by OSC 52 when it opens; the text stays selectable."""

    DEFAULT_CSS = """
    CopiedScreen {
        & > #box { width: 100; }
        #text { height: auto; max-height: 16; width: 1fr; scrollbar-size-vertical: 1; }
        #text > Static { width: 1fr; height: auto; }
    }
    """

    def __init__(self, what: str, text: str) -> None:
        super().__init__()
        self._what, self._text = what, text

    def compose(self) -> ComposeResult:
        shown = "\n".join(printable(line) for line in self._text.splitlines())
        with Vertical(id="box"):
            yield Label(f"Sent to your terminal: {self._what}", id="title", markup=False)
            with VerticalScroll(id="text"):
                yield Static(shown, markup=False)
            yield Label("If it did not arrive, select it above by hand · Esc back", id="keys")

    def on_mount(self) -> None:
        self.app.copy_to_clipboard(self._text)
