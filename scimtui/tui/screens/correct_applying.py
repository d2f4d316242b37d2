"""How a plan is applied: confirmed, sent as a whole, and told as it goes on."""

from __future__ import annotations

import asyncio

from textual import on, work
from textual.widgets import Button, Input, Label, Static

from scimtui.corrections import Corrector, Done, JournalError, Plan, Result, Subject
from scimtui.directory import People
from scimtui.findings import Finding, Severity
from scimtui.gitlab import GitLabError
from scimtui.text import printable
from scimtui.tui.doors import DoorError
from scimtui.tui.job import Job
from scimtui.tui.screens.allowing import AllowChangesScreen
from scimtui.tui.sections import InSection
from scimtui.tui.shelf import Shelf
from scimtui.tui.telling import workspace_place
from scimtui.tui.widgets.bars import TopBar
from scimtui.tui.widgets.checks import Checks
from scimtui.tui.widgets.choice import Choice
from scimtui.tui.widgets.failure_panel import FailurePanel
from scimtui.tui.widgets.plan_view import result_content
from scimtui.workspace import Workspace


class AppliesPlans(InSection):
    """The editor from its plan on; what it is made of is in `CorrectScreen`."""

    def __init__(self, workspace: Workspace, shelf: Shelf, subject: Subject, job: Job) -> None:
        super().__init__()
        self._workspace, self._shelf = workspace, shelf
        self._subject, self._job = subject, job
        self._people: People | None = None
        self._corrector: Corrector | None = None
        self._plan: Plan | None = None
        self._result: Result | None = None
        self.is_applying = False

    def _show_end(self) -> None:
        """Say what stands between the plan and its requests."""
        raise NotImplementedError

    def _show_stored(self) -> None:
        """Show what is stored, and what shall be."""
        raise NotImplementedError

    @property
    def _width(self) -> int:
        return self.size.width - 4

    @property
    def _word(self) -> str:
        """What is typed to confirm."""
        subject = self._subject
        return subject.username or str(subject.user_id or "")

    @property
    def _value(self) -> str:
        return self.query_one("#value", Input).value if self._job.is_free else ""

    @property
    def _wanted(self) -> str:
        return self.query_one(Choice).value if self._job.is_free else self._job.wanted

    @on(Input.Submitted, "#confirm")
    def _confirmed(self, event: Input.Submitted) -> None:
        if event.value.strip() == self._word:
            self._apply()
        else:
            self.query_one("#end-text", Label).update(
                f"That is not the username. To confirm, type {printable(self._word)}"
            )

    @on(Button.Pressed, "#go")
    def _pressed(self) -> None:
        self._apply()

    @work(group="apply", description="apply the correction")
    async def _apply(self) -> None:
        plan = self._plan
        if plan is None or not self._is_of_now(plan) or self.is_applying or self._result is not None:
            return
        self.is_applying = True
        try:
            self._result = await self._sent(plan)
        except (GitLabError, JournalError) as error:
            self._fail(error)
        finally:
            self.is_applying = False
        if self._result is not None:
            self.console.read_people_again()
            text = self.query_one("#checks-text", Static)
            text.update(result_content(self._result, self._width))
            self._show_stored()
            checks = self.query_one("#checks")
            checks.scroll_home(animate=False)  # the answer first
            checks.focus()
        for field in self.query(Input):
            field.disabled = self._result is not None
        self._show_end()
        self.refresh_bindings()

    def _is_of_now(self, plan: Plan) -> bool:
        """Whether this plan may be applied, was shown, and is about what the fields say now."""
        if plan.refused or self.query_one(Checks).below:
            return False
        values = {change.new for change in plan.changes}
        return not self._job.is_free or (plan.wanted == self._wanted and values == {self._value})

    async def _sent(self, plan: Plan) -> Result | None:
        if self._workspace.profile.read_only and not await self._may_write():
            return None
        if self._people is None:
            return None
        # A profile that was just allowed to write has a new client.
        corrector = self._corrector = self._workspace.corrector(self._people.snapshot)
        for field in self.query(Input):
            field.disabled = True
        self._show_end()
        codes = tuple(dict.fromkeys(one.code for one in plan.warnings))
        reason = self.query_one("#reason", Input).value.strip()
        return await corrector.apply(plan, accepted=codes, reason=reason, on_done=self._progress)

    def _progress(self, done: Done) -> None:
        if self._plan is not None and len(self._plan.changes) > 1:
            so_far = Result(self._plan, (done,), self._plan.findings)
            self.query_one("#checks-text", Static).update(result_content(so_far, self._width))

    async def _may_write(self) -> bool:
        allowed = await self.app.push_screen_wait(AllowChangesScreen(self._workspace.name))
        if not allowed:
            return False
        try:
            await asyncio.to_thread(self.console.doors.allow_changes, self._workspace)
        except DoorError as error:
            title, _, fix = str(error).partition("\nnext: ")
            self.query_one(FailurePanel).tell(
                Finding("not-allowed", Severity.ERROR, title, fix=fix), hint="Esc hide"
            )
            return False
        await self._workspace.allow_changes()
        self.query_one(TopBar).show(workspace_place(self._workspace))
        return True

    def _fail(self, error: Exception) -> None:
        if isinstance(error, GitLabError):
            finding = error.finding()
        else:
            title, _, fix = str(error).partition("\nnext: ")
            finding = Finding("journal", Severity.ERROR, title, fix=fix)
        self.query_one(FailurePanel).tell(finding, hint="^r reads again · Esc hide")
