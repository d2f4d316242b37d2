"""Writing something to a file: its ending chooses the format."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label

from scimtui.directory.export import write_private
from scimtui.text import printable
from scimtui.tui.widgets.dialog import Dialog
from scimtui.tui.widgets.line import Line

Forms = Mapping[str, Callable[[], str]]
"""The text by the file's ending, `.csv` for instance; made in a thread."""


def file_name(*parts: str) -> str:
    """A file's name without its ending, of parts that can hold anything."""
    safe = (re.sub(r"[^A-Za-z0-9_-]+", "-", part).strip("-") for part in parts)
    return "-".join(("scimtui", *(part for part in safe if part)))


class ExportScreen(Dialog[bool]):
    """Asks for the file; answers whether it was written. An existing one is replaced on a second ⏎ only."""

    def __init__(self, title: str, file: str, forms: Forms, note: str) -> None:
        """`file` is suggested, `note` says which endings there are and what is in it."""
        super().__init__()
        self._title, self._file, self._forms, self._note = title, file, forms, note
        self._replace = ""
        self._written = False

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label(self._title, id="title", markup=False)
            yield Line(self._file, id="file", select_on_focus=False)
            yield Label(self._note, id="note", markup=False)
            yield Label("⏎ write · Esc back", id="keys")

    @on(Input.Submitted, "#file")
    def _submitted(self, event: Input.Submitted) -> None:
        self._write(event.value.strip())

    @on(Input.Changed, "#file")
    def _changed(self) -> None:
        self._replace = ""
        if not self._written:
            self._say(self._note)

    @work(exclusive=True, group="export", description="write the export")
    async def _write(self, name: str) -> None:
        form = self._forms.get(Path(name).suffix.lower())
        if form is None:
            *first, last = self._forms
            self._say(f"name a file that ends in {', '.join(first)} or {last}")
            return
        try:
            written = await asyncio.to_thread(self._export, name, form)
        except FileExistsError:
            self._replace = name
            self._say(f"{name} exists: ⏎ replaces it, Esc leaves it")
        except OSError as error:
            self._say(f"not written: {error.strerror or error}; name another file")
        except UnicodeEncodeError:
            self._say("not written: it holds half a character, which no file can")
        except (RuntimeError, ValueError):  # of the file's name: no such user, or a NUL in it
            self._say("not written: this names no file; name another one")
        else:
            self._written = True
            self._say(f"written: {written}")
            self.query_one("#keys", Label).update("Esc back")
            self.query_one("#file", Input).disabled = True

    def _export(self, name: str, form: Callable[[], str]) -> Path:
        file = Path(name).expanduser().absolute()
        write_private(file, form(), overwrite=self._replace == name)
        return file

    def action_close(self) -> None:
        """Leave, and tell whether it was written."""
        self.dismiss(self._written)

    def _say(self, text: str) -> None:
        self.query_one("#note", Label).update(Content(printable(text)))
