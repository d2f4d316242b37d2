"""Connection: does it work, and if not, what to mend first."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList, Static

from scimtui.connection import Report, State, Verdict
from scimtui.findings import Finding, Severity
from scimtui.profiles import ProfilesRoomError
from scimtui.tui.screens.check_details import CheckDetailsScreen
from scimtui.tui.screens.connection_report import REPORT_KEYS, GivesReports
from scimtui.tui.screens.copied import CopiedScreen
from scimtui.tui.screens.profile_editor import ProfileEditorScreen
from scimtui.tui.sections import CONNECTION, InSection
from scimtui.tui.shelf import Shelf
from scimtui.tui.telling import workspace_place
from scimtui.tui.widgets.bars import TopBar
from scimtui.tui.widgets.check_list import CheckList, verdict_line
from scimtui.tui.widgets.failure_panel import FailurePanel
from scimtui.tui.widgets.key_line import KeyLine
from scimtui.workspace import Workspace


class ConnectionScreen(InSection, GivesReports):
    """Runs the test when it is first opened, and again on demand."""

    section: ClassVar[str] = CONNECTION
    DEFAULT_CSS = """
    ConnectionScreen {
        #verdict { height: 1; margin: 1 2; width: 1fr; }
        CheckList { margin: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "run", "again", tooltip="Run the test again", id="run"),
        Binding("y", "copy", "value", tooltip="Copy the value to paste elsewhere", id="copy"),
        *REPORT_KEYS,
        Binding("e", "edit", "edit", tooltip="Edit this profile", id="edit"),
        Binding("escape", "back", "back", show=False, id="back"),
    ]

    def __init__(self, workspace: Workspace, shelf: Shelf) -> None:
        super().__init__()
        self._workspace = workspace
        self._report: Report | None = None
        self._wanted = ""

    def compose(self) -> ComposeResult:
        yield from self.bars()
        yield Static("", id="verdict", markup=False)
        yield CheckList()
        yield FailurePanel()
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one(CheckList).focus()
        self._run_test()

    def on_screen_resume(self) -> None:
        """The profile may have been changed meanwhile."""
        self.query_one(TopBar).show(workspace_place(self._workspace))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What leads nowhere has no key."""
        if action == "copy":
            return bool(self._copied)
        if action in ("report", "write"):
            return self._report is not None and self._report.is_over
        if action == "edit":
            return self._workspace.paths is not None and not self._workspace.profile.is_environment
        return True

    @property
    def _copied(self) -> str:
        line = self.query_one(CheckList).line if self.is_mounted else None
        return line.outcome.copied if line is not None and line.outcome is not None else ""

    @work(exclusive=True, group="check", description="test the connection")
    async def _run_test(self) -> None:
        self.query_one(FailurePanel).hide()
        report = await self._workspace.connection_test().run(self._told)
        self._told(report)
        first = report.first_to_fix
        wanted, self._wanted = self._wanted, ""
        if wanted or first is not None:
            self.query_one(CheckList).lead_to(wanted or (first.check if first is not None else ""))
        if report.verdict is not Verdict.NOT_READY and self._workspace.profile.untested:
            await self._note_tested()
        self.refresh_bindings()

    def _told(self, report: Report) -> None:
        self._report = report
        self.query_one("#verdict", Static).update(verdict_line(report, "Connection"))
        self.query_one(CheckList).show(report)

    async def _note_tested(self) -> None:
        try:
            await asyncio.to_thread(self._workspace.note_tested)
        except (ProfilesRoomError, OSError) as error:
            finding = Finding(
                "still-untested", Severity.WARNING, "the profile stays marked untested", seen=str(error)
            )
            self.query_one(FailurePanel).tell(finding, hint="Esc hide")
        self.query_one(TopBar).show(workspace_place(self._workspace))

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        self.refresh_bindings()

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        line = self.query_one(CheckList).line
        is_over = line is not None and line.state not in (State.WAITING, State.RUNNING)
        # A key that followed at once may have led to another section by now.
        if line is not None and is_over and self.is_current:
            self.app.push_screen(CheckDetailsScreen(line))

    def lead_to(self, check: str) -> None:
        """Put the cursor on a check, also once the test that runs is over."""
        self._wanted = check
        if self._report is not None:
            self.query_one(CheckList).lead_to(check)

    def _now(self) -> datetime:
        return self._workspace.now()

    def action_run(self) -> None:
        """Run the test again."""
        self._run_test()

    def action_copy(self) -> None:
        """Copy the value of the check under the cursor."""
        self.app.push_screen(CopiedScreen("the value", self._copied))

    def action_edit(self) -> None:
        """Edit this profile."""
        opened = self._workspace
        editor = ProfileEditorScreen(self.console.doors, opened.profile.name, opened.tokens, then=CONNECTION)
        self.app.push_screen(editor)

    def action_back(self) -> None:
        """Close the failure."""
        self.query_one(FailurePanel).hide()
