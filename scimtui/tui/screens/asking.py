"""One question with one line for the answer."""

from __future__ import annotations

import asyncio
from pathlib import PurePath

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Label

from scimtui.tui.sections import InSection
from scimtui.tui.widgets.dialog import Dialog
from scimtui.tui.widgets.line import Line


class AskScreen(Dialog[str]):
    """Asks for one line, such as a file's name; `value` stands there already."""

    def __init__(self, title: str, note: str, placeholder: str, value: str = "") -> None:
        super().__init__()
        self._question, self._note, self._placeholder, self._value = title, note, placeholder, value

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label(self._question, id="title", markup=False)
            yield Line(self._value, id="line", placeholder=self._placeholder, select_on_focus=False)
            yield Label(self._note, id="note", markup=False)
            yield Label("⏎ go on · Esc back", id="keys")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.value:
            self.dismiss(event.value)


async def asked_file(
    screen: InSection, question: str, note: str, example: str
) -> tuple[str | bytes, str] | None:
    """What is in a file that somebody names, and its name without the folder; None where nobody does.

    Raises:
        DoorError: it can't be read.
    """
    named = await screen.app.push_screen_wait(AskScreen(question, note, example))
    if named is None:
        return None
    return await asyncio.to_thread(screen.console.doors.read_file, named), PurePath(named).name
