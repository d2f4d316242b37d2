"""The connection test of a profile that is not saved yet: what passes is saved and opened."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList, Static

from scimtui.connection import Report, State, Verdict
from scimtui.findings import Finding, Severity
from scimtui.text import printable
from scimtui.tui.doors import DoorError, Doors, Draft
from scimtui.tui.screens.check_details import CheckDetailsScreen
from scimtui.tui.screens.connection_report import REPORT_KEYS, GivesReports
from scimtui.tui.screens.copied import CopiedScreen
from scimtui.tui.sections import USERS
from scimtui.tui.widgets.check_list import CheckList, verdict_line
from scimtui.tui.widgets.failure_panel import FailurePanel
from scimtui.tui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from scimtui.tui.app import ScimtuiApp


class CheckingScreen(GivesReports):
    """Runs when it opens. Where something failed, nothing is saved until somebody says so."""

    DEFAULT_CSS = """
    CheckingScreen {
        #top { height: 1; background: $panel; padding: 0 1; text-style: bold; }
        #verdict { height: auto; margin: 1 2; width: 1fr; }
        CheckList { margin: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "save_untested", "save untested", tooltip="Save it all the same, marked untested"),
        Binding("r", "run", "run again", tooltip="Run the test again", id="run"),
        Binding("y", "copy", "copy value", tooltip="Copy the value to paste elsewhere", id="copy"),
        *REPORT_KEYS,
        Binding("escape", "back", "back to the form", key_display="Esc", id="back"),
    ]

    def __init__(self, doors: Doors, draft: Draft, then: str = USERS) -> None:
        """`then` is the section that opens once the profile is saved."""
        super().__init__()
        self._doors, self._draft, self._then = doors, draft, then
        self._report: Report | None = None

    def compose(self) -> ComposeResult:
        yield Static(f"Test “{printable(self._draft.name)}”", id="top", markup=False)
        yield Static("", id="verdict", markup=False)
        yield CheckList()
        yield FailurePanel()
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one(CheckList).focus()
        self._run_test()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What leads nowhere has no key."""
        if action == "save_untested":
            return self._report is not None and self._report.is_over
        if action in ("report", "write"):
            return self._report is not None and self._report.is_over
        if action == "copy":
            line = self.query_one(CheckList).line if self.is_mounted else None
            return line is not None and line.outcome is not None and bool(line.outcome.copied)
        return True

    @work(exclusive=True, group="check", description="test the connection")
    async def _run_test(self) -> None:
        self.query_one(FailurePanel).hide()
        try:
            test = await asyncio.to_thread(self._doors.test, self._draft)
        except DoorError as error:
            self._fail(str(error))
            return
        report = await test.run(self._told)
        self._told(report)
        self.refresh_bindings()
        if report.verdict is not Verdict.NOT_READY:
            await self._save(untested=False)
            return
        first = report.first_to_fix
        if first is not None:
            self.query_one(CheckList).lead_to(first.check)

    def _told(self, report: Report) -> None:
        self._report = report
        line = verdict_line(report, "Connection")
        if report.is_over and report.verdict is Verdict.NOT_READY:
            line = (
                line + "\nnothing is saved: Esc back to the form, or u saves it all the same, marked untested"
            )
        self.query_one("#verdict", Static).update(line)
        self.query_one(CheckList).show(report)

    async def _save(self, *, untested: bool) -> None:
        try:
            draft = replace(self._draft, untested=untested)
            saved = await asyncio.to_thread(self._doors.save_profile, draft)
        except DoorError as error:
            self._fail(str(error))
            return
        app = cast("ScimtuiApp", self.app)
        # Not awaited: opening pops this very screen, which ends this worker.
        app.call_later(app.open_workspace, saved.workspace, saved.notice, self._then)

    def _fail(self, said: str) -> None:
        title, _, fix = said.partition("\nnext: ")
        self.query_one(FailurePanel).tell(
            Finding("not-saved", Severity.ERROR, title, fix=fix), hint="Esc back to the form"
        )

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        self.refresh_bindings()

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        line = self.query_one(CheckList).line
        if line is not None and line.state not in (State.WAITING, State.RUNNING):
            self.app.push_screen(CheckDetailsScreen(line))

    @work(exclusive=True, group="save", description="save the profile")
    async def action_save_untested(self) -> None:
        """Save it although something failed, or nothing was tested."""
        await self._save(untested=True)

    def _now(self) -> datetime:
        return cast("ScimtuiApp", self.app).now()

    def action_run(self) -> None:
        """Run the test again."""
        self._run_test()

    def action_copy(self) -> None:
        """Copy the value of the check under the cursor."""
        line = self.query_one(CheckList).line
        if line is not None and line.outcome is not None:
            self.app.push_screen(CopiedScreen("the value", line.outcome.copied))

    def action_back(self) -> None:
        """Close a failure; else back to the form, and nothing is saved."""
        panel = self.query_one(FailurePanel)
        if panel.display and self._report is not None and self._report.is_over:
            panel.hide()
        else:
            self.app.pop_screen()
