"""The sections of the console: which there are, and what every one of their screens has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult

from scimtui.tui.widgets.bars import SectionBar, TopBar
from scimtui.tui.widgets.ending import EndsItsWork
from scimtui.tui.widgets.failure_panel import FailurePanel

if TYPE_CHECKING:
    from scimtui.directory import Person
    from scimtui.tui.app import ScimtuiApp

USERS, CONNECTION, SIGN_IN = "Users", "Connection", "Sign-in"
MAPPING, SETUP, TROUBLE, HISTORY = "Mapping", "Setup", "Trouble", "History"
WITH_PROFILE = (USERS, CONNECTION, SIGN_IN, MAPPING, SETUP, TROUBLE, HISTORY)
WITHOUT_PROFILE = (SIGN_IN, MAPPING, SETUP, TROUBLE)
SCREENS = {
    USERS: ("users", "UsersScreen"),
    CONNECTION: ("connection", "ConnectionScreen"),
    SIGN_IN: ("sign_in", "SignInScreen"),
    MAPPING: ("mapping", "MappingScreen"),
    SETUP: ("setup", "SetupScreen"),
    TROUBLE: ("trouble", "TroubleScreen"),
    HISTORY: ("history", "HistoryScreen"),
}
"""Module in `screens` and class of each: loaded when opened, the first picture does not wait for them."""


class InSection(EndsItsWork[Any]):
    """A screen with the two lines at the top; the numbers lead from it to the sections.

    Attributes:
        section: which it belongs to.
        leads_to_sections: whether the numbers open sections from here.
        is_applying: something is being sent that must not be broken off.
    """

    section: ClassVar[str] = USERS
    leads_to_sections: ClassVar[bool] = True
    is_applying: bool = False

    @property
    def unsaved(self) -> str:
        """What would be lost by leaving the console, in a sentence without its end; empty for nothing."""
        return ""

    def bars(self) -> ComposeResult:
        """The first two lines."""
        yield TopBar()
        yield SectionBar(self.console.section_names, self.section)

    def hide_or_leave(self) -> None:
        """Close the failure that is shown; without one, and without a profile, leave the section."""
        panel = self.query_one(FailurePanel)
        if panel.display:
            panel.hide()
        elif self.console.workspace is None:
            self.app.pop_screen()

    def expect(self, person: Person) -> None:
        """Say whom the next look is about."""

    @property
    def console(self) -> ScimtuiApp:
        """The console this screen belongs to."""
        return cast("ScimtuiApp", self.app)

    @on(SectionBar.Chosen)
    def _section_chosen(self, event: SectionBar.Chosen) -> None:
        self.console.call_later(self.console.show_section, event.name)
