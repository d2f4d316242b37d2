"""One check in full: what it found, what was asked, what came back."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Label, Static

from scimtui.connection import Line
from scimtui.text import printable
from scimtui.tui.widgets.check_list import LOOKS
from scimtui.tui.widgets.dialog import Dialog


class CheckDetailsScreen(Dialog[None]):
    """Scrolls; tokens are blotted out in what was sent."""

    DEFAULT_CSS = """
    CheckDetailsScreen {
        & > #box { width: 110; }
        #text { height: auto; max-height: 18; width: 1fr; scrollbar-size-vertical: 1; }
        #text > Static { width: 1fr; height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "close", "close", show=False, id="close-too")]

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def compose(self) -> ComposeResult:
        look = LOOKS[self._line.state]
        with Vertical(id="box"):
            yield Label(f"{look.sign} {self._line.title}: {look.word}", id="title", markup=False)
            with VerticalScroll(id="text"):
                yield Static(details_content(self._line))
            yield Label("Esc back", id="keys")


def details_content(line: Line) -> Content:
    """Finding, requests and answers of one check."""
    finding = line.finding
    parts: list[Content] = []
    if finding is not None:
        named = (
            ("", finding.title),
            ("seen    ", finding.seen),
            ("why     ", finding.why),
            ("next    ", finding.fix),
            ("source  ", finding.source),
        )
        parts += [Content.assemble((name, "$quiet"), printable(text)) for name, text in named if text]
    for exchange in line.exchanges:
        status = str(exchange.status) if exchange.status is not None else "no answer"
        parts += [
            Content(""),
            Content.assemble((f"{exchange.method} {printable(exchange.url)}", "bold")),
            *(Content.assemble((f"  {name}: {value}", "$quiet")) for name, value in exchange.headers.items()),
            Content(f"  → {status} {printable(exchange.content_type)}".rstrip()),
            *(Content(f"    {printable(words)}") for words in exchange.lines),
        ]
    if not line.exchanges:
        parts += [Content(""), Content.assemble(("nothing was asked of GitLab", "$quiet"))]
    return Content("\n").join(parts)
