"""Writing the filtered list to a file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Label

from scimtui.directory import People
from scimtui.directory.export import as_csv, as_json, write_private
from scimtui.text import count, printable
from scimtui.tui.widgets.dialog import Dialog


class ExportScreen(Dialog[None]):
    """Asks for the file; its ending chooses CSV or JSON. An existing one is replaced on a second ⏎ only."""

    def __init__(self, people: People, numbers: Sequence[int], label: str) -> None:
        super().__init__()
        self._people, self._numbers = people, numbers
        self._label = re.sub(r"[^A-Za-z0-9_-]+", "-", label).strip("-") or "people"
        self._replace: Path | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label(f"Export {count(len(self._numbers))} people", id="title")
            yield Input(f"scimtui-{self._label}.csv", id="file", select_on_focus=False)
            yield Label("ends in .csv or .json; holds names and e-mails, so only you can read it", id="note")
            yield Label("⏎ write · Esc back", id="keys")

    @on(Input.Submitted, "#file")
    def _submitted(self, event: Input.Submitted) -> None:
        self._write(event.value.strip())

    @on(Input.Changed, "#file")
    def _changed(self) -> None:
        self._replace = None

    @work(exclusive=True, group="export", description="write the export")
    async def _write(self, name: str) -> None:
        file = Path(name)
        if file.suffix.lower() not in (".csv", ".json"):
            self._say("name a file that ends in .csv or .json")
            return
        try:
            written = await asyncio.to_thread(self._export, file)
        except FileExistsError:
            self._replace = file
            self._say(f"{printable(str(file))} exists: ⏎ replaces it, Esc leaves it")
        except OSError as error:
            self._say(f"not written: {error.strerror or error}; name another file")
        else:
            self._say(f"written: {printable(str(written))}")
            self.query_one("#keys", Label).update("Esc back")
            self.query_one("#file", Input).disabled = True

    def _export(self, named: Path) -> Path:
        file = named.expanduser().absolute()
        people = [self._people.person(row) for row in self._people.rows(self._numbers)]
        text = as_json(people) if file.suffix.lower() == ".json" else as_csv(people)
        write_private(file, text, overwrite=self._replace == named)
        return file

    def _say(self, text: str) -> None:
        self.query_one("#note", Label).update(text)
