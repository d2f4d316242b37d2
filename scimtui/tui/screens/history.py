"""History: what was changed on this profile, what came of it, undo, and exports."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label

from scimtui.corrections import Action, Entry, Report, broken_off, undo_words, why_not_undone
from scimtui.corrections.export import as_csv, as_json, as_markdown
from scimtui.text import count, fold_search, printable, printable_name, visible_blanks
from scimtui.tui.job import Job
from scimtui.tui.outcomes import OUTCOMES
from scimtui.tui.screens.correct import CorrectScreen
from scimtui.tui.screens.exporting import ExportScreen, file_name
from scimtui.tui.sections import HISTORY, InSection
from scimtui.tui.shelf import Shelf
from scimtui.tui.telling import workspace_place
from scimtui.tui.widgets.bars import StatusLine, TopBar
from scimtui.tui.widgets.columns import Cell
from scimtui.tui.widgets.failure_panel import FailurePanel
from scimtui.tui.widgets.hanging import Piece, Wrapped, hung
from scimtui.tui.widgets.key_line import KeyLine
from scimtui.tui.widgets.line import Line
from scimtui.tui.widgets.person_view import marked_difference
from scimtui.tui.widgets.text_table import Share, TextHeads, TextTable
from scimtui.workspace import Workspace

_COLUMNS = (
    Share("#", cells=4),
    Share("when", cells=16),
    Share("outcome", cells=11),
    Share("person", 25),
    Share("what", 75),
)
_WHAT = 9
_FORMATS = {".md": as_markdown, ".csv": as_csv, ".json": as_json}
_EXPORT_NOTE = "ends in .md for a ticket, .csv or .json; only you can read it"
_NOTHING = "Nothing was changed yet. A correction begins at a person: 1 Users, ⏎, c."
_NOBODY = "No entry fits. Esc clears the filter."


class HistoryScreen(InSection):
    """The journal, newest first; the entry under the cursor stands below in full."""

    section: ClassVar[str] = HISTORY
    DEFAULT_CSS = """
    HistoryScreen {
        #query-row { height: 1; margin: 1 1 0 1; }
        #slash { width: 2; color: $accent; }
        #query, #query:focus { height: 1; border: none; padding: 0; width: 1fr; background: $background; }
        #query:focus { background: $surface; }
        TextHeads { margin: 0 0 0 0; }
        TextTable { height: 1fr; }
        #empty { display: none; width: 1fr; height: 1fr; padding: 1 2; color: $quiet; }
        #detail {
            height: auto; max-height: 50%; background: $surface; padding: 0 1; scrollbar-size-vertical: 1;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter", key_display="/", tooltip="Filter the entries", id="filter"),
        Binding("u", "undo", "undo", tooltip="Take this entry back", id="undo"),
        Binding("w", "swap", "go on", tooltip="Go on with the swap that was broken off", id="swap"),
        Binding("e", "export", "export", tooltip="Export for a ticket: Markdown, CSV, JSON", id="export"),
        Binding("v", "verify", "verify", tooltip="Whether every entry is as it was written", id="verify"),
        Binding("r", "read", "read again", show=False, tooltip="Read the journal again", id="refresh"),
        Binding("escape", "back", "back", show=False, id="back"),
    ]

    def __init__(self, workspace: Workspace, shelf: Shelf) -> None:
        super().__init__()
        self._workspace, self._shelf = workspace, shelf
        self._entries: list[Entry] = []
        self._shown: list[Entry] = []
        self._report = Report()

    def compose(self) -> ComposeResult:
        yield from self.bars()
        with Horizontal(id="query-row"):
            yield Label("/", id="slash")
            yield Line(
                placeholder="person, value, outcome, reason", id="query", compact=True, enter="to the list"
            )
        yield StatusLine()
        table = TextTable(_COLUMNS, 0, self._cells)
        yield TextHeads(_COLUMNS, table)
        yield table
        yield Label(_NOTHING, id="empty", markup=False)
        with VerticalScroll(id="detail", can_focus=False):
            yield Wrapped(id="entry")
        yield FailurePanel()
        yield KeyLine()

    def on_mount(self) -> None:
        self._table.focus()

    def on_screen_resume(self) -> None:
        """Something may have been changed meanwhile."""
        self.query_one(TopBar).show(workspace_place(self._workspace))
        self.action_read()

    @property
    def _table(self) -> TextTable:
        return self.query_one(TextTable)

    def _cells(self, place: int) -> Sequence[Cell]:
        return _cells(self._shown[place])

    @property
    def _entry(self) -> Entry | None:
        row = self._table.cursor
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What can't be done with this entry has no key."""
        if action == "undo":
            return self._entry is not None and not why_not_undone(self._entry, self._entries)
        if action == "swap":
            return self._broken_swap() is not None
        if action == "export":
            return bool(self._shown)
        return True

    def _broken_swap(self) -> Entry | None:
        """The swap of the entry under the cursor, where it stopped half way."""
        entry = self._entry
        if entry is None or entry.intent.partner is None:
            return None
        stopped = {steps[0].intent.plan for steps in broken_off(self._entries)}
        return entry if entry.intent.plan in stopped else None

    @work(exclusive=True, group="read", description="read the journal")
    async def action_read(self) -> None:
        """Read the journal again."""
        journal = self._workspace.journal
        self._entries = await asyncio.to_thread(journal.entries)
        self._report = await asyncio.to_thread(journal.verify)
        self._fill()

    def _fill(self) -> None:
        table, number = self._table, self._entry.number if self._entry is not None else None
        words = fold_search(self.query_one("#query", Input).value).split()
        self._shown = [entry for entry in self._entries if all(word in _searched(entry) for word in words)]
        at = next((place for place, entry in enumerate(self._shown) if entry.number == number), 0)
        table.show(len(self._shown), at)
        table.display = self.query_one(TextHeads).display = bool(self._shown)
        empty = self.query_one("#empty", Label)
        empty.display = not self._shown
        empty.update(_NOBODY if self._entries else _NOTHING)
        self._tell()
        self._show_entry()

    def _tell(self) -> None:
        if self._report.damaged:
            text, colour = f"! the journal is damaged: {self._report.summary}", "error"
        elif self._workspace.journal.notice:
            text, colour = self._workspace.journal.notice, "warning"
        elif self._workspace.journal.file is None:
            text, colour = "kept in memory: it ends with this run", "quiet"
        else:
            shown = f"{count(len(self._shown))} of " if len(self._shown) != len(self._entries) else ""
            number = len(self._entries)
            text, colour = f"{shown}{count(number)} {'entry' if number == 1 else 'entries'}", "quiet"
        stopped = broken_off(self._entries)
        if stopped and not self._report.damaged:
            first = stopped[0][0]
            text, colour = (
                f"! a swap stopped after step {first.intent.step} of 3: w on entry {first.number}",
                "warning",
            )
        self.query_one(StatusLine).show(text, colour)

    def _show_entry(self) -> None:
        entry = self._entry
        box = self.query_one("#detail")
        box.display = entry is not None
        if entry is not None:
            words = undo_words(entry, self._entries)
            self.query_one("#entry", Wrapped).show(partial(entry_content, entry, words))
        self.refresh_bindings()

    @on(TextTable.Moved)
    def _moved(self) -> None:
        self._show_entry()

    @on(Input.Changed, "#query")
    def _typed(self) -> None:
        self._fill()

    @on(Input.Submitted, "#query")
    def _done_typing(self) -> None:
        self._table.focus()

    def action_filter(self) -> None:
        """Type into the filter."""
        self.query_one("#query", Input).focus()

    def action_back(self) -> None:
        """From the field to the list; then the failure and the filter go away."""
        panel, field = self.query_one(FailurePanel), self.query_one("#query", Input)
        if self.focused is field:
            self._table.focus()
        elif panel.display:
            panel.hide()
        else:
            field.value = ""

    @work(group="dialog", description="take an entry back")
    async def action_undo(self) -> None:
        """Plan taking this entry back."""
        entry = self._entry
        if entry is None or self._shelf.people is None:
            self._say_wait()
            return
        change = entry.intent.change
        job = Job(wanted=change.identity.value, undo=entry.number)
        await self.app.push_screen_wait(CorrectScreen(self._workspace, self._shelf, change.subject, job))

    @work(group="dialog", description="go on with a swap")
    async def action_swap(self) -> None:
        """Plan the steps of the swap that are left."""
        entry, people = self._broken_swap(), self._shelf.people
        if entry is None or entry.intent.partner is None or people is None:
            self._say_wait()
            return
        partner = entry.intent.partner
        key = f"u{partner.user_id}" if partner.user_id is not None else f"n{partner.username.lower()}"
        job = Job(wanted=entry.intent.change.identity.value, swap_with=key)
        subject = entry.intent.change.subject
        await self.app.push_screen_wait(CorrectScreen(self._workspace, self._shelf, subject, job))

    def _say_wait(self) -> None:
        self.notify("People are still being read; try again in a moment.", markup=False)

    def action_export(self) -> None:
        """Write the filtered entries to a file."""
        if self._shown:
            entries = tuple(self._shown)
            forms = {ending: partial(form, entries) for ending, form in _FORMATS.items()}
            file = f"{file_name('history', self._workspace.profile.address.label)}.md"
            number = f"{count(len(entries))} {'entry' if len(entries) == 1 else 'entries'}"
            self.app.push_screen(ExportScreen(f"Export {number}", file, forms, _EXPORT_NOTE))

    @work(exclusive=True, group="read", description="verify the journal")
    async def action_verify(self) -> None:
        """Hold every entry against its chain."""
        self._report = await asyncio.to_thread(self._workspace.journal.verify)
        self._tell()
        if not self._report.damaged:
            self.query_one(StatusLine).show(f"✓ {self._report.told(len(self._entries))}", "success")


def _searched(entry: Entry) -> str:
    change = entry.intent.change
    outcome = entry.outcome.value if entry.outcome is not None else "open"
    parts = (
        change.subject.name, change.subject.username, change.subject.email, str(change.subject.user_id or ""),
        change.old, change.new or "", change.action.value, change.identity.value, outcome,
        entry.intent.reason, str(entry.number),
    )  # fmt: skip
    return fold_search("\t".join(parts))


def _cells(entry: Entry) -> Sequence[Cell]:
    change, look = entry.intent.change, OUTCOMES[entry.outcome]
    who = printable_name(change.subject.name) or printable(change.subject.username)
    if change.action is Action.CHANGE:
        what = f"{change.identity.value}: {visible_blanks(change.old)} → {visible_blanks(change.new or '')}"
    else:
        what = f"{change.action.value} {change.identity.value}: {visible_blanks(change.old)}"
    if entry.intent.undo_of is not None:
        what = f"undo of {entry.intent.undo_of}, {what}"
    return (
        Cell(str(entry.number)),
        Cell(f"{entry.at.astimezone():%Y-%m-%d %H:%M}", "quiet"),
        Cell(look.label, look.colour),
        Cell(who),
        Cell(what),
    )


def entry_content(entry: Entry, not_undone: str, width: int) -> Content:
    """Everything the journal keeps of one entry.

    Args:
        not_undone: why it can't be taken back, or what took it back; empty where it can be.
        width: cells there are for it.
    """
    intent, change = entry.intent, entry.intent.change
    look = OUTCOMES[entry.outcome]
    colour = "" if look.colour == "plain" else f" ${look.colour}"
    step = f"step {intent.step} of {intent.steps}" if intent.steps > 1 else ""
    undo = f"undo of {intent.undo_of}" if intent.undo_of is not None else ""
    facts = "  ".join(text for text in (step, undo, not_undone or "u takes it back") if text)
    head: list[Piece] = [
        (f"Entry {entry.number}", "bold"),
        "  ",
        (look.label, f"bold{colour}"),
        (f"  {facts}", "$quiet"),
    ]
    parts = [
        hung((), head, width),
        hung((), [f"{printable(change.subject.label)} {printable(change.subject.email)}".rstrip()], width),
        Content.styled(f"{change.action.value}, {change.identity.words}", "$quiet"),
    ]
    if change.new is None:
        parts.append(_value("old", [visible_blanks(change.old)], width))
    else:
        parts.append(_value("old", marked_difference(change.old, change.new), width))
        parts.append(_value("new", marked_difference(change.new, change.old), width))
    if entry.read_back is not None and entry.read_back != change.new:
        parts.append(_value("then", [visible_blanks(entry.read_back), ("  was stored", "$quiet")], width))
    for what, value in (
        ("said", entry.said),
        ("reason", intent.reason),
        ("accepted", ", ".join(intent.accepted)),
        ("sent", f"{change.request.method} {change.request.url}, over the {change.channel.words}"),
        ("by", " · ".join(part for part in (intent.token_user, f"{entry.os_user} at {entry.host}") if part)),
        ("when", f"{entry.at.astimezone():%Y-%m-%d %H:%M:%S%z}, scimtui {entry.version}"),
    ):
        if value:
            parts.append(hung([(f"  {what:<{_WHAT}}", "$quiet")], [printable(value)], width))
    return Content("\n").join(parts)


def _value(what: str, value: Iterable[Piece], width: int) -> Content:
    return hung([(f"  {what:<{_WHAT}}", "$quiet")], value, width, within=False)
