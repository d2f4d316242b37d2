"""Which profile to open, or a new one, or the demo."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from scimtui.text import printable
from scimtui.tui.doors import DoorError, Doors, ProfileLine
from scimtui.tui.widgets.dialog import Dialog
from scimtui.workspace import Workspace

if TYPE_CHECKING:
    from scimtui.tui.app import ScimtuiApp

_NEW, _DEMO = "new", "demo"


class ProfilesScreen(Dialog[None]):
    """The saved profiles, the default first; each can be edited, removed and made the default."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "new", id="new"),
        Binding("e", "edit", "edit", id="edit"),
        Binding("d", "default", "default", id="default"),
        Binding("x", "remove", "remove", id="remove"),
    ]

    def __init__(self, doors: Doors) -> None:
        super().__init__()
        self._doors = doors
        self._lines: list[ProfileLine] = []
        self._going = ""
        self._complains = False

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label("Open which profile?", id="title")
            yield OptionList(markup=False)
            yield Label("", id="note")
            yield Label("⏎ open · n new · e edit · d make it the default · x remove · Esc back", id="keys")

    def on_mount(self) -> None:
        self._list()

    @work(exclusive=True, group="list", description="list the profiles")
    async def _list(self) -> None:
        former = self._under_cursor
        try:
            self._lines = await asyncio.to_thread(self._doors.profiles)
        except DoorError as error:
            self._complain(error)
        options = [Option(_row(line), id=f"profile:{line.name}") for line in self._lines]
        options.append(Option("A new profile", id=_NEW))
        if self._doors.open_demo is not None:
            options.append(Option("The demo: a simulated GitLab on this machine", id=_DEMO))
        choices = self.query_one(OptionList)
        names = [line.name for line in self._lines]
        stays = former is not None and former.name in names
        place = names.index(former.name) if former is not None and stays else choices.highlighted or 0
        choices.clear_options()
        choices.add_options(options)
        choices.highlighted = min(place, len(options) - 1)
        choices.focus()

    @property
    def _under_cursor(self) -> ProfileLine | None:
        place = self.query_one(OptionList).highlighted
        return self._lines[place] if place is not None and place < len(self._lines) else None

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        if self._going or self._complains:
            self._going, self._complains = "", False
            self._say("")

    def action_new(self) -> None:
        """A new profile."""
        self._open(_NEW)

    def action_edit(self) -> None:
        """Edit the profile under the cursor."""
        line = self._under_cursor
        if line is not None:
            opened = cast("ScimtuiApp", self.app).workspace
            tokens = opened.tokens if opened is not None and opened.profile.name == line.name else None
            from scimtui.tui.screens.profile_editor import ProfileEditorScreen

            self.app.push_screen(ProfileEditorScreen(self._doors, line.name, tokens))

    @work(exclusive=True, group="list", description="make a profile the default")
    async def action_default(self) -> None:
        """Make the profile under the cursor the default."""
        line = self._under_cursor
        if line is None:
            return
        try:
            await asyncio.to_thread(self._doors.make_default, line.name)
        except DoorError as error:
            self._complain(error)
            return
        self._list()

    @work(exclusive=True, group="list", description="remove a profile")
    async def action_remove(self) -> None:
        """Remove the profile under the cursor, on the second time."""
        line = self._under_cursor
        if line is None:
            return
        if self._going != line.name:
            self._going = line.name
            self._say(
                f"x again removes “{line.name}”, its tokens in the key store and its snapshot; "
                "the journal stays"
            )
            return
        self._going = ""
        try:
            said = await asyncio.to_thread(self._doors.remove_profile, line.name)
        except DoorError as error:
            self._complain(error)
            return
        self._say(f"“{line.name}” is removed" + (f"; {said}" if said else ""))
        self._list()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self._open(event.option.id or "")

    @work(exclusive=True, group="open", description="open a profile")
    async def _open(self, choice: str) -> None:
        app = cast("ScimtuiApp", self.app)
        if choice == _NEW:
            from scimtui.tui.screens.profile_editor import ProfileEditorScreen

            app.push_screen(ProfileEditorScreen(self._doors))
            return
        try:
            workspace = await self._workspace(choice)
        except DoorError as error:
            self._complain(error)
        else:
            # Not awaited: opening pops this very screen, which ends this worker.
            app.call_later(app.open_workspace, workspace)

    async def _workspace(self, choice: str) -> Workspace:
        if choice == _DEMO and self._doors.open_demo is not None:
            self._say("starting the simulated GitLab")
            return await self._doors.open_demo()
        name = choice.removeprefix("profile:")
        line = next((line for line in self._lines if line.name == name), None)
        if line is not None and line.needs_terminal:
            # A token command may ask for a PIN at the terminal.
            try:
                with self.app.suspend():
                    return self._doors.open_profile(name)
            except SuspendNotSupported:
                pass
        return await asyncio.to_thread(self._doors.open_profile, name)

    def _complain(self, error: DoorError) -> None:
        """Tell what did not work with the profile under the cursor, until it stands elsewhere."""
        self._complains = True
        self._say(str(error))

    def _say(self, text: str) -> None:
        self.query_one("#note", Label).update(printable(text))


def _row(line: ProfileLine) -> str:
    marks = [word for word, holds in (("default", line.is_default), ("untested", line.untested)) if holds]
    end = f"  ({', '.join(marks)})" if marks else ""
    return f"{printable(line.name)}  {printable(line.group)} · {printable(line.host)}{end}"
