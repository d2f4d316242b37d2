"""Which profile to open, or a new one, or the demo."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from textual import on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.containers import Vertical
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from scimtui.text import printable
from scimtui.tui.doors import DoorError, Doors, ProfileLine
from scimtui.tui.screens.new_profile import NewProfileScreen
from scimtui.tui.widgets.dialog import Dialog
from scimtui.workspace import Workspace

if TYPE_CHECKING:
    from scimtui.tui.app import ScimtuiApp

_NEW, _DEMO = "new", "demo"


class ProfilesScreen(Dialog[None]):
    """The saved profiles, the default first."""

    def __init__(self, doors: Doors) -> None:
        super().__init__()
        self._doors = doors
        self._lines: list[ProfileLine] = []

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label("Open which profile?", id="title")
            yield OptionList(markup=False)
            yield Label("", id="note")
            yield Label("⏎ open · Esc back", id="keys")

    def on_mount(self) -> None:
        self._list()

    @work(exclusive=True, group="list", description="list the profiles")
    async def _list(self) -> None:
        try:
            self._lines = await asyncio.to_thread(self._doors.profiles)
        except DoorError as error:
            self._say(str(error))
        options = [
            Option(
                f"{printable(line.name)}  {printable(line.group)} · {printable(line.host)}"
                + ("  (default)" if line.is_default else ""),
                id=f"profile:{line.name}",
            )
            for line in self._lines
        ]
        options.append(Option("A new profile", id=_NEW))
        if self._doors.open_demo is not None:
            options.append(Option("The demo: a simulated GitLab on this machine", id=_DEMO))
        choices = self.query_one(OptionList)
        choices.add_options(options)
        choices.highlighted = 0
        choices.focus()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self._open(event.option.id or "")

    @work(exclusive=True, group="open", description="open a profile")
    async def _open(self, choice: str) -> None:
        app = cast("ScimtuiApp", self.app)
        if choice == _NEW:
            app.push_screen(NewProfileScreen(self._doors))
            return
        try:
            workspace = await self._workspace(choice)
        except DoorError as error:
            self._say(str(error))
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

    def _say(self, text: str) -> None:
        self.query_one("#note", Label).update(printable(text))
