"""The editor: who, which identity, old and new value, live checks, the exact requests, and a confirmation."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Button, Input, Label, Static

from scimtui.corrections import (
    Corrector,
    Ground,
    Identity,
    JournalError,
    Plan,
    Subject,
    Wish,
)
from scimtui.gitlab import GitLabError
from scimtui.text import cell_width, one_for_one, printable, visible_blanks
from scimtui.tui.job import IDENTITIES, TITLES, Job, stored_content, who_content
from scimtui.tui.screens.correct_applying import AppliesPlans
from scimtui.tui.shelf import Shelf
from scimtui.tui.telling import workspace_place
from scimtui.tui.widgets.bars import TopBar
from scimtui.tui.widgets.checks import Checks
from scimtui.tui.widgets.choice import Choice
from scimtui.tui.widgets.failure_panel import FailurePanel
from scimtui.tui.widgets.hanging import Piece, Wrapped, hung
from scimtui.tui.widgets.key_line import KeyLine
from scimtui.tui.widgets.line import Line
from scimtui.tui.widgets.person_view import differing, marked_difference
from scimtui.tui.widgets.plan_view import plan_content, result_content
from scimtui.workspace import Workspace

_REST = 0.2
_BESIDE = 15  # what stands to the left of a field, and the margin


class CorrectScreen(AppliesPlans):
    """Dismissed with the result, or None where nothing was applied."""

    leads_to_sections: ClassVar[bool] = False

    DEFAULT_CSS = """
    CorrectScreen {
        #who { padding: 1 1 1 1; height: auto; }
        &.-low #who { padding: 0 1; }
        &.-low #checks { padding: 0 1; }
        &.-low #end { margin: 0; }
        .row { height: 1; padding: 0 1; }
        .row > .what { width: 13; color: $quiet; }
        #stored-row, #whole-row { height: auto; }
        #whole-row { display: none; }
        #value, #value:focus, #reason, #reason:focus, #confirm, #confirm:focus {
            border: none; height: 1; padding: 0; background: $panel; width: 1fr;
        }
        #confirm, #confirm:focus { padding: 0 1; max-width: 60; }
        #origin { width: auto; color: $quiet; padding: 0 0 0 2; display: none; }
        #checks { height: 1fr; padding: 1 1 0 1; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
        #checks > Static { width: 1fr; height: auto; }
        #end { height: 1; padding: 0 1; margin: 1 0; }
        #end > .what { width: auto; padding: 0 2 0 0; }
        #go { height: 1; min-width: 12; border: none; background: $panel; color: $accent; text-style: bold; }
        #go:focus { background: $accent; color: $background; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "dry_run", "dry run", priority=True, id="dry-run"),
        Binding(
            "ctrl+o",
            "other",
            "other value",
            priority=True,
            id="other",
            tooltip="Take the value of the other identity",
        ),
        Binding("ctrl+r", "read", "read again", priority=True, id="read"),
        Binding("escape", "cancel", "back", key_display="Esc", id="cancel"),
        Binding("down", "scroll_checks(1)", "", show=False),
        Binding("up", "scroll_checks(-1)", "", show=False),
        Binding("pagedown", "scroll_checks(8)", "", show=False),
        Binding("pageup", "scroll_checks(-8)", "", show=False),
        Binding("enter", "go_on", "", show=False),
    ]

    def __init__(self, workspace: Workspace, shelf: Shelf, subject: Subject, job: Job) -> None:
        super().__init__(workspace, shelf, subject, job)
        self._ground: Ground | None = None
        self._resting: Timer | None = None
        self._goes_on = not job.is_free
        self._readings, self._reading, self._again = 0, False, False
        self._note = ""

    # ── what is shown ────────────────────────────────────────────────────────

    def compose(self) -> ComposeResult:
        yield from self.bars()
        yield Static(id="who")
        if self._job.is_free:
            with Horizontal(classes="row"):
                yield Label("Identity", classes="what")
                yield Choice(IDENTITIES, self._job.wanted)
            with Horizontal(classes="row", id="stored-row"):
                yield Label("Stored now", classes="what", id="stored-what")
                yield Wrapped(id="stored")
            with Horizontal(classes="row"):
                yield Label("New value", classes="what")
                yield Line(
                    self._job.value, id="value", compact=True, select_on_focus=False, enter="check, confirm"
                )
                yield Label(self._job.origin, id="origin", markup=False)
            with Horizontal(classes="row", id="whole-row"):
                yield Label("in full", classes="what")
                yield Wrapped(id="whole")
        with Horizontal(classes="row"):
            yield Label("Reason", classes="what")
            yield Line(
                id="reason",
                compact=True,
                placeholder="optional, for the journal: a ticket number",
                enter="check, confirm",
            )
        with Checks(id="checks", can_focus=True):
            yield Static("reading what is stored", id="checks-text")
        with Horizontal(id="end"):
            yield Label("", id="end-text", classes="what", markup=False)
            yield Line(id="confirm", compact=True, enter="send")
            yield Button("", id="go", compact=True)
        yield FailurePanel()
        yield KeyLine()

    def on_mount(self) -> None:
        self._people = self._shelf.people
        self._shelf.hold(self._people)
        self.query_one(TopBar).show(workspace_place(self._workspace))
        self._show_who()
        self._show_end()
        if self._job.is_free:
            self.query_one("#value", Input).focus()
        self.action_read()

    async def on_unmount(self) -> None:
        await self._shelf.let_go(self._people)

    def _show_who(self) -> None:
        self.query_one("#who", Static).update(who_content(self._job, self._subject))

    def _show_stored(self) -> None:
        """Both values under each other, what differs marked in both."""
        if not self._job.is_free or self._ground is None:
            return
        record, value = self._ground.person.record, self._value
        is_over = self._result is not None
        self.query_one("#stored-what", Label).update("Before" if is_over else "Stored now")
        note = "" if is_over else "read just now"
        self.query_one("#stored", Wrapped).show(
            lambda width: stored_content(record, self._wanted, value, width, note)
        )
        stored = record.saml_uid if self._wanted == Identity.SAML.value else record.scim_uid
        marks = differing(value, stored) if stored is not None else []
        self.query_one("#value", Line).mark(marks)
        self._show_whole(marked_difference(value, stored) if stored is not None else [visible_blanks(value)])

    def _show_whole(self, value: list[Piece]) -> None:
        """The new value below its field, where it is longer than that; where it is from, beside it."""
        room = self.size.width - _BESIDE
        wanted = cell_width(one_for_one(self._value)) + 1  # the cursor
        origin = self.query_one("#origin", Label)
        text = str(origin.content)
        origin.display = bool(text) and wanted + 2 + cell_width(text) <= room
        self.query_one("#whole-row").display = wanted > room
        self.query_one("#whole", Wrapped).show(lambda width: hung((), value, width, within=False))

    def _show_plan(self) -> None:
        plan = self._plan
        if plan is None:
            return
        told = plan_content(plan, self._width, with_values=not self._job.is_free, note=self._note)
        self.query_one("#checks-text", Static).update(told.text)
        self.query_one(Checks).expect(told.ends, (plan.findings, tuple(one.new for one in plan.changes)))
        self._show_end()

    def _show_end(self) -> None:
        """The last line: what stands between this plan and its requests."""
        plan, text = self._plan, self.query_one("#end-text", Label)
        confirm, button = self.query_one("#confirm", Input), self.query_one("#go", Button)
        ready = plan is not None and not plan.refused and self._result is None and not self.is_applying
        warned = plan is not None and bool(plan.warnings)
        below = self.query_one(Checks).below
        is_open = ready and not below
        confirm.display, button.display = is_open and warned, is_open and not warned
        if self.is_applying:
            text.update("Sending. This can't be broken off now.")
        elif self._result is not None:
            text.update("Esc goes back")
        elif plan is None or (self._job.is_free and not self._value):
            text.update("Type the value that the identity provider sends" if self._job.is_free else "")
            confirm.display = button.display = False
        elif plan.refused:
            text.update("Refused: see the checks above")
        elif below:
            one = below == 1
            number, them = ("1 check is", "it") if one else (f"{below} checks are", "them")
            text.update(f"{number} below: ⏎ or ↓ shows {them}")
        elif warned:
            text.update(f"To confirm, type the username {printable(self._word)}")
        else:
            text.update("No warnings")
            button.label = TITLES[self._job.action].split()[0]
        self._focus_end()

    def on_resize(self) -> None:
        """Wrap anew."""
        self._show_stored()
        if self._result is not None:
            self.query_one("#checks-text", Static).update(result_content(self._result, self._width))
        else:
            self._show_plan()

    @on(Input.Changed, "#confirm")
    @on(Checks.Shown)
    def _more_shown(self) -> None:
        self._show_end()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a free value can be another one."""
        if action in ("dry_run", "read") and self._result is not None:
            return False
        return self._job.is_free and self._result is None if action == "other" else True

    def action_other(self) -> None:
        """Take what the other identity holds as the new value."""
        if self._ground is None or self.is_applying or self._result is not None:
            return
        record = self._ground.person.record
        is_saml = self._wanted == Identity.SAML.value
        value, identity = (record.scim_uid, Identity.SCIM) if is_saml else (record.saml_uid, Identity.SAML)
        if value is None:
            self.notify(f"Nothing is {identity.words}.", markup=False)
            return
        self.query_one("#value", Input).value = value
        self.query_one("#origin", Label).update(f"from what is {identity.words}")
        self._show_stored()

    # ── reading and planning ─────────────────────────────────────────────────

    @work(exclusive=True, group="plan", description="read what is stored, and check")
    async def action_read(self) -> None:
        """Read everything afresh, and check again."""
        if self._people is None or self.is_applying or self._result is not None:
            return
        self.query_one(FailurePanel).hide()
        self._corrector = self._workspace.corrector(self._people.snapshot)
        self._readings += 1
        mine, self._reading, self._note = self._readings, True, ""
        try:
            await self._read(self._corrector)
        except (GitLabError, JournalError) as error:
            self._fail(error)
            if self._ground is None:
                self.query_one("#checks-text", Static).update("")
        else:
            if self._plan is None:
                self.query_one("#checks-text", Static).update("")
            self._show_stored()
            self._show_plan()
            self._show_end()
        finally:
            if mine == self._readings:
                self._reading = False
        if self._again:
            self._again = False
            self._replan()

    async def _read(self, corrector: Corrector) -> None:
        row = await asyncio.to_thread(corrector.row_of, self._subject)
        if row is None or self._people is None:
            return
        self._ground = await corrector.open(row)
        self._plan = await self._planned(corrector)

    async def _planned(self, corrector: Corrector) -> Plan | None:
        job, ground, people = self._job, self._ground, self._people
        if ground is None or people is None:
            return None
        if job.undo is not None:
            entry = await asyncio.to_thread(corrector.journal.entry, job.undo)
            return await corrector.plan_undo(entry) if entry is not None else None
        if job.swap_with is not None:
            number = await asyncio.to_thread(people.number_of, job.swap_with)
            (other,) = await asyncio.to_thread(people.rows, [number] if number is not None else [])
            return await corrector.plan_swap(ground, await corrector.open(other), Identity(job.wanted))
        if job.is_free and not self._value:
            return None
        idp_holds = job.idp_holds and self._value == job.value
        return await corrector.plan(ground, Wish(self._wanted, self._value, job.action, idp_holds))

    @on(Input.Changed, "#value")
    @on(Choice.Changed)
    def _changed(self) -> None:
        """Check once somebody stops typing."""
        if self._resting is not None:
            self._resting.stop()
        self._plan, self._goes_on, self._note = None, False, ""
        self.query_one("#confirm", Input).value = ""
        self._show_end()
        self._show_stored()
        self._resting = self.set_timer(_REST, self._rested)

    def _rested(self) -> None:
        self._resting = None
        if self._reading:
            self._again = True  # a check now would break the reading off
        else:
            self._replan()

    def settle(self) -> None:
        """Check now what was typed."""
        if self._resting is not None:
            self._resting.stop()
            self._rested()

    @work(exclusive=True, group="plan", description="check the new value")
    async def _replan(self) -> None:
        if self._corrector is None or self._ground is None:
            return
        try:
            self._plan = await self._planned(self._corrector)
        except GitLabError as error:
            self._fail(error)
            return
        if self._plan is None:
            self.query_one("#checks-text", Static).update("")
            self._show_end()
        self._show_plan()

    # ── applying ─────────────────────────────────────────────────────────────

    @on(Input.Submitted, "#reason")
    @on(Input.Submitted, "#value")
    def _to_the_end(self) -> None:
        """Go on to the confirmation, once the value is checked."""
        self._goes_on = True
        # What is typed from here on is no part of the value.
        self.query_one("#checks").focus()
        self.settle()
        self._focus_end()

    def action_scroll_checks(self, lines: int) -> None:
        """Scroll the checks, wherever the cursor is."""
        self.query_one("#checks").scroll_relative(y=lines, animate=False)

    def action_go_on(self) -> None:
        """From the checks: the next ones, then the confirmation."""
        self._goes_on = True
        if self.query_one(Checks).below:
            self.query_one(Checks).scroll_page_down(animate=False)
        self._focus_end()

    def _focus_end(self) -> None:
        if not self._goes_on:
            return
        for end in (self.query_one("#confirm", Input), self.query_one("#go", Button)):
            if end.display:
                self._goes_on = False
                end.focus()

    @work(exclusive=True, group="plan", description="check afresh, and send nothing")
    async def action_dry_run(self) -> None:
        """Read and check everything again, as applying does, and send nothing."""
        if self._corrector is None or self.is_applying or self._result is not None:
            return
        try:
            await self._read(self._corrector)
        except GitLabError as error:
            self._fail(error)
            return
        self._show_stored()
        self._show_plan()
        plan = self._plan
        if plan is not None:
            number = len(plan.changes)
            would = (
                "would be refused"
                if plan.refused
                else f"{number} {'request' if number == 1 else 'requests'} would be sent"
            )
            self._note = f"Dry run: read afresh just now, {would}. Nothing was sent."
            self._show_plan()

    def action_cancel(self) -> None:
        """Leave, unless something is being sent."""
        panel = self.query_one(FailurePanel)
        if self.is_applying:
            return
        if panel.display:
            panel.hide()
        else:
            self.dismiss(self._result)
