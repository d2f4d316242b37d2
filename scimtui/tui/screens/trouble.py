"""Trouble: what a message means, how to tell, and the section that mends it."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, OptionList, Static

from scimtui.corrections import Subject
from scimtui.directory import Row
from scimtui.guides.trouble import (
    Explained,
    Match,
    Trouble,
    Values,
    as_reply,
    catalogue,
    explain,
    without_secrets,
)
from scimtui.text import cut, printable
from scimtui.tui.job import Job
from scimtui.tui.screens.copied import CopiedScreen
from scimtui.tui.screens.correct import CorrectScreen
from scimtui.tui.sections import CONNECTION, HISTORY, MAPPING, SETUP, SIGN_IN, TROUBLE, USERS, InSection
from scimtui.tui.shelf import Shelf
from scimtui.tui.telling import workspace_place
from scimtui.tui.widgets.bars import TopBar
from scimtui.tui.widgets.key_line import KeyLine
from scimtui.tui.widgets.line import Line
from scimtui.tui.widgets.trouble_list import Known, TroubleList
from scimtui.workspace import Workspace

_SECTIONS = {
    "users": USERS,
    "connection": CONNECTION,
    "sign-in": SIGN_IN,
    "mapping": MAPPING,
    "correct": USERS,
    "history": HISTORY,
}
_LEADS = (*_SECTIONS, "setup")
_SHOWN = 300


class PasteField(Line):
    """Takes a paste of many lines whole: the screen explains it, one line of it is shown."""

    class Pasted(Message):
        """Somebody pasted more than a line."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def _on_paste(self, event: events.Paste) -> None:
        if (
            "\n" in event.text.strip()
            or len(event.text) > _SHOWN
            or without_secrets(event.text) != event.text
        ):
            event.stop()
            event.prevent_default()
            self.post_message(self.Pasted(event.text))
        else:
            super()._on_paste(event)


class TroubleScreen(InSection):
    """Works without profile, token and network; with people there, it looks up whom a text is about."""

    section: ClassVar[str] = TROUBLE
    DEFAULT_CSS = """
    TroubleScreen {
        #ask { height: 1; margin: 1 2; }
        #ask Label { width: 10; text-style: bold; }
        PasteField, PasteField:focus {
            border: none; height: 1; padding: 0 1; background: $panel; width: 1fr;
        }
        #said { margin: 0 2 1 2; width: 1fr; color: $quiet; height: auto; max-height: 3; }
        TroubleList { margin: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "slash", "ask", "search or paste", key_display="/", tooltip="Search, or paste an error", id="ask"
        ),
        Binding("y", "copy", "copy reply", tooltip="Copy the answer for a ticket", id="copy"),
        Binding("escape", "back", "back", show=False, id="back"),
    ]

    def __init__(self, workspace: Workspace | None, shelf: Shelf) -> None:
        super().__init__()
        self._workspace, self._shelf = workspace, shelf
        self._explained: Explained | None = None
        self._row: Row | None = None
        self._told_all = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield from self.bars()
        with Horizontal(id="ask"):
            yield Label("Trouble")
            yield PasteField(
                placeholder="paste an error, a log line, an event; or / and a few words", enter="to the list"
            )
        yield Static("", id="said", markup=False)
        yield TroubleList()
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one(TroubleList).focus()
        self._ask("")

    def on_screen_resume(self) -> None:
        """The profile may have changed its state meanwhile."""
        self.query_one(TopBar).show(workspace_place(self._workspace))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What leads nowhere has no key."""
        if action == "copy":
            return self.is_mounted and self.query_one(TroubleList).match is not None
        return True

    # ── what is asked ────────────────────────────────────────────────────────

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._ask(event.value)

    @on(Input.Submitted)
    def _done_typing(self) -> None:
        self.query_one(TroubleList).focus()

    @on(PasteField.Pasted)
    def _pasted(self, event: PasteField.Pasted) -> None:
        self.take(event.text)

    def on_paste(self, event: events.Paste) -> None:
        """A paste that goes to the list is meant for the field."""
        event.stop()
        self.take(event.text)

    def take(self, text: str) -> None:
        """Explain a text that was pasted; one line of it is shown."""
        field = self.query_one(PasteField)
        with self.prevent(Input.Changed):
            field.value = cut(printable(" ".join(without_secrets(text).split())), _SHOWN)
        self._ask(text)
        self.query_one(TroubleList).focus()

    def _ask(self, text: str) -> None:
        self._told_all.clear()
        self._explain(text)

    @work(exclusive=True, group="explain", description="explain a text")
    async def _explain(self, text: str) -> None:
        found = await asyncio.to_thread(explain, text)
        row = await self._person(found.values)
        self._explained, self._row = found, row
        if text.strip():
            matches = list(found.matches) or [Match(trouble, (), 0) for trouble in found.nearest]
        else:
            matches = [Match(trouble, (), 0) for trouble in catalogue()]
        known = (
            Known(row.record.name or row.record.username, row.record.scim_uid) if row is not None else None
        )
        leads = frozenset(screen for screen in _LEADS if self._leads(screen))
        self.query_one(TroubleList).show(matches, found.values, known, leads)
        self._tell(text, found)
        self.refresh_bindings()
        self._told_all.set()

    async def _person(self, values: Values) -> Row | None:
        """Whom the text is about, where exactly one person fits one of its values."""
        async with self._shelf.reading() as people:
            if people is None:
                return None
            for value in values.who:
                rows = await asyncio.to_thread(people.snapshot.named, value)
                if len(rows) == 1:
                    return rows[0]
        return None

    def _tell(self, text: str, found: Explained) -> None:
        said = self.query_one("#said", Static)
        values = found.values.as_json()
        parts: list[tuple[str, str]] = []
        if not text.strip():
            parts.append(
                (f"{len(catalogue())} entries; what you paste is not kept and not sent anywhere", "$quiet")
            )
        elif not found.matches:
            parts.append(("Nothing in the catalogue fits. ", "bold $warning"))
            if not found.is_whole:
                parts.append(("Only its first and last 500,000 characters were looked at. ", "$warning"))
            if found.is_others:
                parts.append(("It names another program. ", "$quiet"))
            parts.append(("The nearest, and no more than that:" if found.nearest else "", "$quiet"))
        elif found.silent:
            parts.append(
                (f"{found.silent} of {found.events} events failed without a known message. ", "$warning")
            )
        if values:
            told = ", ".join(f"{name.replace('_', ' ')} {printable(value)}" for name, value in values.items())
            parts += [("found in the text: ", "$quiet"), (told, "$foreground")]
        if self._row is not None:
            who = printable(self._row.record.name or self._row.record.username)
            parts.append((f"  → {who}", "bold $foreground"))
        said.update(Content.assemble(*parts))
        said.display = bool(parts)

    # ── where it leads ───────────────────────────────────────────────────────

    def _leads(self, screen: str) -> bool:
        if screen == "setup":
            return SETUP in self.console.section_names
        return _SECTIONS.get(screen, "") in self.console.section_names

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self._go()

    @work(group="dialog", description="go to what mends it")
    async def _go(self) -> None:
        # What was pasted just now may not be explained yet: the entry shown is still that of before.
        await self._told_all.wait()
        match = self.query_one(TroubleList).match
        if match is None or not self._leads(match.trouble.screen) or not self.is_current:
            return
        trouble = match.trouble
        values = self._explained.values if self._explained is not None else Values()
        if trouble.screen == "correct" and self._row is not None and self._workspace is not None:
            job = Job(value=values.uid, origin="from the error text" if values.uid else "")
            await self.app.push_screen_wait(
                CorrectScreen(self._workspace, self._shelf, Subject.of(self._row.record), job)
            )
        elif trouble.screen in ("users", "correct"):
            await self.console.look_for(self._query(trouble, values))
        elif trouble.screen == "connection":
            await self.console.show_check(trouble.check)
        elif trouble.screen == "setup":
            idp = self._workspace.profile.idp if self._workspace is not None else ""
            await self.console.show_step(trouble.step_for(idp))
        else:
            await self.console.show_section(_SECTIONS[trouble.screen])

    def _query(self, trouble: Trouble, values: Values) -> str:
        """The person where one was found; else whoever was named, or everybody with this trouble."""
        record = self._row.record if self._row is not None else None
        if record is not None and record.username:
            return record.username
        named = next(iter(values.who), "")
        quoted = f'"{named}"' if " " in named else named
        return quoted.replace('""', '"') or trouble.query

    def action_ask(self) -> None:
        """Type or paste."""
        self.query_one(PasteField).focus()

    @work(group="dialog", description="copy the answer")
    async def action_copy(self) -> None:
        """Copy the entry as a reply for a ticket."""
        await self._told_all.wait()
        match = self.query_one(TroubleList).match
        if match is not None:
            self.app.push_screen(CopiedScreen("a reply for a ticket, in Markdown", as_reply(match)))

    def action_back(self) -> None:
        """From the field to the list; then the text goes away; without a profile, leave."""
        field = self.query_one(PasteField)
        if self.focused is field and (field.value or self._workspace is not None):
            self.query_one(TroubleList).focus()
        elif field.value:
            field.value = ""
        elif self._workspace is None:
            self.app.pop_screen()

    def on_key(self, event: events.Key) -> None:
        """Down in the field goes to the list."""
        if event.key == "down" and self.focused is self.query_one(PasteField):
            self.query_one(TroubleList).focus()
