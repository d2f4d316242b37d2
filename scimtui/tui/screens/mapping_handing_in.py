"""What goes into a mapping review: files and pastes, told apart by what is in them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from textual import events, work

from scimtui.findings import Finding, Severity
from scimtui.mappings import MappingFileError, Trial, decoded, read_mapping, read_piece
from scimtui.tui.doors import DoorError
from scimtui.tui.screens.asking import asked_file
from scimtui.tui.sections import InSection
from scimtui.tui.widgets.failure_panel import FailurePanel

_WANTED = "a mapping, a user export, a captured sign-in, or Okta's SAML app; it is read and not kept"


class HandingIn(InSection):
    """A screen that takes them; it has a `FailurePanel`.

    Attributes:
        trial: what they are put to.
    """

    trial: Trial

    def changed(self) -> None:
        """Something was taken in."""

    def on_paste(self, event: events.Paste) -> None:
        """A terminal hands over what was pasted in one piece."""
        event.stop()
        self._take(event.text, "what was pasted")

    @work(group="dialog", description="ask for a file")
    async def action_file(self) -> None:
        """Open a file."""
        text = await self._asked("Which file?", _WANTED)
        if text is not None:
            self._take(*text)

    async def _asked(self, title: str, note: str) -> tuple[str, str] | None:
        """A file's text and name; None where none was named, or it can't be read."""
        try:
            asked = await asked_file(self, title, note, "schema.json")
        except DoorError as error:
            what, _, fix = str(error).partition("\nnext: ")
            self.fail(what, fix=fix)
            return None
        if asked is None:
            return None
        data, name = asked
        if isinstance(data, str):
            return data, name
        try:
            read = await asyncio.to_thread(decoded, data)
        except MappingFileError as error:
            self.fail(error.what, seen=error.where, fix=error.fix)
            return None
        if read.said:
            self.notify(f"{name}: {read.said}", markup=False)
        return read.text, name

    @work(exclusive=True, group="take", description="read what was handed in")
    async def _take(self, text: str, name: str) -> None:
        self.query_one(FailurePanel).hide()
        try:
            piece = await asyncio.to_thread(read_piece, text)
        except MappingFileError as error:
            self.fail(error.what, seen=error.where, fix=error.fix)
        else:
            self.trial.take(piece, name)
            self.changed()

    def fail(self, what: str, *, seen: str = "", fix: str = "") -> None:
        """Say what could not be taken in."""
        finding = Finding("not-read", Severity.ERROR, what, seen, fix=fix)
        self.query_one(FailurePanel).tell(finding, "what was there before is still shown", hint="Esc hide")

    @work(group="dialog", description="ask for an earlier export")
    async def action_compare(self) -> None:
        """Compare with an earlier export of the same mapping."""
        asked = await self._asked("Which earlier export?", "an export of the same mapping, from before")
        if asked is None:
            return
        try:
            former = await asyncio.to_thread(read_mapping, asked[0])
        except MappingFileError as error:
            self.fail(error.what, seen=error.where, fix=error.fix)
            return
        self.trial.inputs = replace(self.trial.inputs, former=former)
        self.changed()
