"""One check in full: what it found, what was asked, what came back."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Label, Static

from scimtui.connection import Line
from scimtui.text import printable
from scimtui.tui.widgets.check_list import LOOKS
from scimtui.tui.widgets.dialog import Dialog
from scimtui.tui.widgets.hanging import Wrapped, hung

_NOTHING_ASKED = "nothing was asked by itself: this rests on the checks above"


class CheckDetailsScreen(Dialog[None]):
    """Scrolls; tokens are blotted out in what was sent."""

    DEFAULT_CSS = """
    CheckDetailsScreen {
        & > #box { width: 110; }
        #text { height: auto; max-height: 75vh; width: 1fr; scrollbar-size-vertical: 1; }
        #text > Static { width: 1fr; height: auto; }
        .part { height: auto; width: 1fr; }
        .part > .name { width: 8; color: $quiet; }
        .part > .words { width: 1fr; height: auto; }
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
                yield from self._finding()
                yield Wrapped(lambda width: exchanges_content(self._line, width))
            yield Label("Esc back", id="keys")

    def _finding(self) -> ComposeResult:
        finding = self._line.finding
        if finding is None:
            return
        yield Static(printable(finding.title), markup=False)
        named = (
            ("seen", finding.seen),
            ("why", finding.why),
            ("next", finding.fix),
            ("source", finding.source),
        )
        for name, text in named:
            if text:
                with Horizontal(classes="part"):
                    yield Label(name, classes="name")
                    yield Static(printable(text), markup=False, classes="words")


def exchanges_content(line: Line, width: int) -> Content:
    """Requests and answers of one check, in so many cells."""
    parts: list[Content] = []
    for exchange in line.exchanges:
        status = str(exchange.status) if exchange.status is not None else "no answer"
        parts += [
            Content(""),
            hung([(f"{exchange.method} ", "bold")], [(printable(exchange.url), "bold")], width),
            *(
                hung([(f"  {name}: ", "$quiet")], [(value, "$quiet")], width)
                for name, value in exchange.headers.items()
            ),
            hung(["  → "], [f"{status} {printable(exchange.content_type)}".rstrip()], width),
            *(hung(["    "], [printable(words)], width) for words in exchange.lines),
        ]
    if not line.exchanges:
        parts += [Content(""), Content.styled(_NOTHING_ASKED, "$quiet")]
    return Content("\n").join(parts)
