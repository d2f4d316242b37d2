"""The first screen where no profile is saved yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, OptionList, Static
from textual.widgets.option_list import Option

from scimtui.text import printable
from scimtui.tui.doors import DoorError, Doors
from scimtui.tui.sections import MAPPING, SETUP, SIGN_IN, TROUBLE
from scimtui.tui.widgets.ending import EndsItsWork
from scimtui.tui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from scimtui.tui.app import ScimtuiApp


_SECTIONS = {"sign-in": SIGN_IN, "mapping": MAPPING, "trouble": TROUBLE, "setup": SETUP}


class FirstRunScreen(EndsItsWork[None]):
    """Offers the demo, a new profile, and what needs none."""

    DEFAULT_CSS = """
    FirstRunScreen {
        #welcome { padding: 1 2; width: 1fr; height: auto; }
        OptionList, OptionList:focus { border: none; height: auto; margin: 0 2; background: $background; }
        #note { padding: 1 2; color: $warning; width: 1fr; }
    }
    """

    def __init__(self, doors: Doors) -> None:
        super().__init__()
        self._doors = doors

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(
                Content.assemble(
                    ("scimtui", "bold $accent"),
                    "\n\nWho is provisioned in your GitLab group, who can sign in, and who can't.\n",
                    ("No profile is saved on this machine yet. Ctrl+Q quits.", "$quiet"),
                ),
                id="welcome",
            )
            yield OptionList(
                Option("Look around: the demo opens a simulated GitLab on this machine", id="demo"),
                Option("Connect a GitLab group: a new profile", id="new"),
                Option("Look at a captured sign-in: needs no profile and no network", id="sign-in"),
                Option("Review an attribute mapping: needs no profile and no network", id="mapping"),
                Option("Explain an error: paste it; needs no profile and no network", id="trouble"),
                Option("Walk through a set-up: Entra ID, Okta, changing the app, linking", id="setup"),
                markup=False,
            )
            yield Label("", id="note")
        yield KeyLine()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        if event.option.id == "new":
            from scimtui.tui.screens.profile_editor import ProfileEditorScreen

            self.app.push_screen(ProfileEditorScreen(self._doors))
        elif event.option.id in _SECTIONS:
            app = cast("ScimtuiApp", self.app)
            app.call_later(app.show_section, _SECTIONS[event.option.id])
        else:
            self._demo()

    @work(exclusive=True, group="demo", description="open the demo")
    async def _demo(self) -> None:
        note = self.query_one("#note", Label)
        if self._doors.open_demo is None:
            note.update("The demo can't be started from here.")
            return
        note.update("Starting the simulated GitLab.")
        try:
            workspace = await self._doors.open_demo()
        except DoorError as error:
            note.update(Content(printable(str(error))))
            return
        app = cast("ScimtuiApp", self.app)
        app.call_later(app.open_workspace, workspace)
