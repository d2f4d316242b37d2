"""Setup: a walkthrough step by step, with this profile's values and real checks in place."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, OptionList, Static
from textual.widgets.option_list import Option

from scimtui.connection import Report, State
from scimtui.findings import Finding, Severity
from scimtui.guides.walkthroughs import (
    SECRET,
    Done,
    GuideProgress,
    Step,
    Walkthrough,
    as_markdown,
    values_of,
    walkthrough,
    walkthroughs,
)
from scimtui.profiles import ProfilesRoomError
from scimtui.text import cell_width, cut
from scimtui.tui.screens.copied import CopiedScreen
from scimtui.tui.sections import CONNECTION, HISTORY, MAPPING, SETUP, SIGN_IN, TROUBLE, USERS, InSection
from scimtui.tui.shelf import Shelf
from scimtui.tui.telling import workspace_place
from scimtui.tui.widgets.bars import TopBar
from scimtui.tui.widgets.dialog import Dialog
from scimtui.tui.widgets.failure_panel import FailurePanel
from scimtui.tui.widgets.key_line import KeyLine
from scimtui.tui.widgets.step_list import Standing, StepList
from scimtui.workspace import Workspace

_SECTIONS = {
    "users": USERS,
    "sign-in": SIGN_IN,
    "connection": CONNECTION,
    "mapping": MAPPING,
    "trouble": TROUBLE,
    "history": HISTORY,
}
_BAR = 28


class GuideScreen(Dialog[str]):
    """Which walkthrough, with how far each is."""

    def __init__(self, progress: GuideProgress) -> None:
        super().__init__()
        self._progress = progress

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label("Which walkthrough?", id="title")
            yield OptionList(
                *(Option(self._told(guide), id=guide.id) for guide in walkthroughs()), markup=False
            )
            yield Label("⏎ open · Esc back", id="keys")

    def _told(self, guide: Walkthrough) -> str:
        done = len(set(self._progress.done(guide.id)) & {step.id for step in guide.steps})
        return f"{guide.title}  ({done} of {len(guide.steps)} done)" if done else guide.title

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id or "")


class ValueScreen(Dialog[str]):
    """Which of a step's values to copy."""

    def __init__(self, choices: list[tuple[str, str]]) -> None:
        super().__init__()
        self._choices = choices

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label("Copy which value?", id="title")
            yield OptionList(*(Option(label, id=name) for name, label in self._choices), markup=False)
            yield Label("⏎ copy · Esc back", id="keys")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id or "")


class SetupScreen(InSection):
    """Works without a profile too, then with no values of its own and nothing to check."""

    section: ClassVar[str] = SETUP
    DEFAULT_CSS = """
    SetupScreen {
        #head { height: 1; margin: 1 2; width: 1fr; }
        StepList { margin: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "tick", tooltip="Tick the step off, or take the tick away", id="tick"),
        Binding("y", "copy", "copy value", tooltip="Copy a value to paste it there", id="copy"),
        Binding(
            "v", "reveal", "show token", tooltip="Show the SCIM token, or hide it", show=False, id="reveal"
        ),
        Binding("o", "open", "open section", tooltip="Open the section of this step", show=False, id="open"),
        Binding("g", "guide", "other guide", tooltip="Another walkthrough", id="guide"),
        Binding("m", "markdown", "copy all", tooltip="Copy the walkthrough as Markdown", id="markdown"),
        Binding("escape", "back", "back", show=False, id="back"),
    ]

    def __init__(self, workspace: Workspace | None, shelf: Shelf) -> None:
        super().__init__()
        self._workspace, self._shelf = workspace, shelf
        idp = workspace.profile.idp if workspace is not None else ""
        self._guide: Walkthrough = walkthrough(idp) or walkthroughs()[0]
        self._asks = walkthrough(idp) is None
        self._asks_or_guesses = True
        self._values = values_of(workspace.profile.address if workspace is not None else None)
        self._progress = workspace.guide_progress if workspace is not None else GuideProgress()
        self._standing = Standing()
        self._wanted = ""
        self._begun = False

    def compose(self) -> ComposeResult:
        yield from self.bars()
        yield Static("", id="head", markup=False)
        yield StepList()
        yield FailurePanel()
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one(StepList).focus()
        self._stop = self._shelf.listen(self._people_changed)
        self._begin()

    def _people_changed(self) -> None:
        self._count_people()

    def on_unmount(self) -> None:
        self._stop()

    def on_screen_resume(self) -> None:
        """Which sections there are, and the profile's state, may have changed."""
        self.query_one(TopBar).show(workspace_place(self._workspace))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What leads nowhere has no key."""
        step = self.query_one(StepList).step if self.is_mounted else None
        if action == "copy":
            return step is not None and bool(self._copies(step))
        if action == "reveal":
            return step is not None and SECRET in step.values and self._standing.has_token
        if action == "open":
            return step is not None and step.opens in self._standing.leads
        return True

    @work(exclusive=True, group="begin", description="read how far this is")
    async def _begin(self) -> None:
        try:
            await asyncio.to_thread(self._progress.load)
        except (ProfilesRoomError, OSError) as error:
            self._fail(error)
        self._begun = True
        begun = self._progress.newest()
        if self._asks_or_guesses and begun is not None and (guide := walkthrough(begun)) is not None:
            self._guide, self._asks = guide, False
        self._show(self._guide.place_of(self._wanted) if self._wanted else self._first_open())
        if self._asks:
            self._asks = False
            self.action_guide()

    def _first_open(self) -> int:
        done = self._progress.done(self._guide.id)
        places = [place for place, step in enumerate(self._guide.steps) if step.id not in done]
        return places[0] if places else 0

    def lead_to(self, where: str) -> None:
        """Open a step, named `walkthrough/step`, or a walkthrough where it was left."""
        name, _, step = where.partition("/")
        guide = walkthrough(name)
        if guide is None:
            return
        self._asks = self._asks_or_guesses = False
        self._guide = guide
        self._wanted = step
        if self._begun:
            self._show(guide.place_of(step) if step else self._first_open())

    def _show(self, place: int) -> None:
        workspace = self._workspace
        self._standing = Standing(
            done=self._progress.done(self._guide.id),
            has_token=workspace is not None and workspace.tokens.scim is not None,
            leads=frozenset(
                name for name, section in _SECTIONS.items() if section in self.console.section_names
            ),
            can_check=workspace is not None,
        )
        self.query_one(StepList).show(self._guide, self._values, self._standing, place)
        self._tell()
        self._count_people()

    def _tell(self) -> None:
        steps = self._guide.steps
        done = sum(step.id in self._standing.done for step in steps)
        step = self.query_one(StepList).step
        place = steps.index(step) + 1 if step is not None else 1
        full = round(_BAR * done / len(steps))
        title = f"Set up {self._guide.title}" if self._guide.idp else self._guide.title
        counted = f"step {place} of {len(steps)} · {'all' if done == len(steps) else done} done"
        title = cut(title, self.size.width - 7 - len(counted))
        room = self.size.width - 10 - cell_width(title) - len(counted)
        bar = [("━" * full, "$accent"), ("─" * (_BAR - full), "$border")] if room > _BAR else []
        self.query_one("#head", Static).update(
            Content.assemble((title, "bold"), "   ", (counted, "$quiet"), "   ", *bar)
        )

    @work(exclusive=True, group="count", description="count whom each step concerns")
    async def _count_people(self) -> None:
        concerned: dict[str, int] = {}
        async with self._shelf.reading() as people:
            if people is not None:
                for step in self._guide.steps:
                    if step.people:
                        concerned[step.id] = len(await asyncio.to_thread(people.select, step.people))
        if concerned != self._standing.concerned:
            self._standing.concerned = concerned
            self._draw()

    def _draw(self) -> None:
        self.query_one(StepList).draw(self._standing)
        self._tell()
        self.refresh_bindings()

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        if self._standing.shown_token:
            self._standing.shown_token = ""
            self.query_one(StepList).draw(self._standing)
        self._tell()
        self.refresh_bindings()

    # ── doing ────────────────────────────────────────────────────────────────

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        step = self.query_one(StepList).step
        if step is None:
            return
        if step.check and self._workspace is not None:
            self._check(step)
        elif step.opens in self._standing.leads:
            self.action_open()

    @work(exclusive=True, group="check", description="run the step's check")
    async def _check(self, step: Step) -> None:
        if self._workspace is None:
            return
        guide = self._guide
        self._standing.checked[step.id] = None
        self._draw()
        report: Report = await self._workspace.connection_test().run(only=[step.check])
        if guide is not self._guide:
            return
        line = report.line(step.check)
        root = report.first_to_fix
        if (
            line is not None
            and line.state is State.SKIPPED
            and root is not None
            and root.state is State.FAILED
        ):
            line = root
        self._standing.checked[step.id] = line
        former = self._standing.done.get(step.id)
        if line is not None and line.is_proof:
            if step.proves:
                await self._note(step, Done(self._now(), "checked"))
            elif former is not None and former.how == "ticked-against-check":
                await self._note(step, Done(self._now(), "ticked"))
        elif former is not None and former.how == "checked":
            await self._note(step, None)
        self._draw()

    @work(exclusive=True, group="tick", description="tick a step")
    async def action_tick(self) -> None:
        """Tick the step under the cursor, or take the tick away; the next step comes up."""
        steps = self.query_one(StepList)
        step = steps.step
        if step is None:
            return
        if step.id in self._standing.done:
            await self._note(step, None)
            self._draw()
            return
        line = self._standing.checked.get(step.id)
        failed = line is not None and line.state in (State.FAILED, State.SKIPPED)
        await self._note(step, Done(self._now(), "ticked-against-check" if failed else "ticked"))
        self._draw()
        if step is not self._guide.steps[-1]:
            steps.action_cursor_down()

    async def _note(self, step: Step, done: Done | None) -> None:
        try:
            await asyncio.to_thread(self._progress.set, self._guide.id, step.id, done)
        except (ProfilesRoomError, OSError) as error:
            self._fail(error)
        self._standing.done = self._progress.done(self._guide.id)

    def _copies(self, step: Step) -> list[tuple[str, str]]:
        """What of a step can be copied: names and labels."""
        return [
            (name, self._values[name].label)
            for name in step.values
            if name != SECRET or self._standing.has_token
        ]

    @work(group="dialog", description="copy a value")
    async def action_copy(self) -> None:
        """Copy a value; where there are several, ask which."""
        step = self.query_one(StepList).step
        choices = self._copies(step) if step is not None else []
        if not choices:
            return
        name: str | None = choices[0][0]
        if len(choices) > 1:
            name = await self.app.push_screen_wait(ValueScreen(choices))
        if name is None:
            return
        if name == SECRET:
            self._copy_token()
        else:
            self.app.push_screen(CopiedScreen(self._values[name].label, self._values[name].text))

    def _copy_token(self) -> None:
        """The token goes to the terminal and is not shown."""
        token = self._token()
        if token:
            self.app.copy_to_clipboard(token)
            self.notify(
                "The SCIM token was sent to your terminal. v shows it, if it did not arrive.", markup=False
            )

    def _token(self) -> str:
        found = self._workspace.tokens.scim if self._workspace is not None else None
        return found.secret.reveal() if found is not None else ""

    def action_reveal(self) -> None:
        """Show the token until the cursor moves, or hide it."""
        self._standing.shown_token = "" if self._standing.shown_token else self._token()
        self._draw()

    @work(group="dialog", description="open a section")
    async def action_open(self) -> None:
        """Open the section of the step."""
        step = self.query_one(StepList).step
        if step is None or step.opens not in self._standing.leads:
            return
        if step.opens == "users" and step.people:
            await self.console.look_for(step.people)
        elif step.opens == "mapping":
            await self.console.show_mapping(self._guide.idp)
        else:
            await self.console.show_section(_SECTIONS[step.opens])

    @work(group="dialog", description="choose a walkthrough")
    async def action_guide(self) -> None:
        """Another walkthrough."""
        name = await self.app.push_screen_wait(GuideScreen(self._progress))
        if name is not None:
            self.lead_to(name)

    def action_markdown(self) -> None:
        """Copy the whole walkthrough as Markdown."""
        text = as_markdown(self._guide, self._values, self._standing.done)
        self.app.push_screen(CopiedScreen("the walkthrough, in Markdown", text))

    def action_back(self) -> None:
        """Close the failure; without a profile, leave."""
        self.hide_or_leave()

    def _now(self) -> datetime:
        return self._workspace.now() if self._workspace is not None else self.console.now()

    def _fail(self, error: Exception) -> None:
        self.query_one(FailurePanel).tell(
            Finding("not-kept", Severity.WARNING, "how far you are can't be kept", seen=str(error)),
            hint="Esc hide",
        )
