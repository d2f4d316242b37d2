"""One person on the whole screen, as last read, then as GitLab tells right now."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer

from scimtui.directory import People, Person, Row
from scimtui.gitlab import GitLabError
from scimtui.text import age
from scimtui.tui.screens.copying import CopyScreen
from scimtui.tui.widgets.bars import Place, SectionBar, TopBar
from scimtui.tui.widgets.failure_panel import FailurePanel
from scimtui.tui.widgets.person_view import PersonView
from scimtui.workspace import Workspace


class DetailScreen(Screen[None]):
    """Opens on what the list knows and asks GitLab at once."""

    DEFAULT_CSS = """
    DetailScreen PersonView { height: 1fr; padding: 1 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "back", "back to the list", key_display="Esc", id="back"),
        Binding("y", "copy", "copy", tooltip="Copy a value of this person", id="copy"),
        Binding("r", "reread", "read again", tooltip="Read this person again", id="refresh"),
    ]

    def __init__(self, workspace: Workspace, people: People, row: Row) -> None:
        super().__init__()
        self._workspace, self._people, self._row = workspace, people, row
        self._person: Person | None = None

    def compose(self) -> ComposeResult:
        yield TopBar()
        yield SectionBar(["Users"], 0)
        yield PersonView()
        yield FailurePanel()
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self._person = self._people.person(self._row)
        self._show(self._person, f"from the list, read {self._list_age()} · asking GitLab")
        self.query_one(PersonView).focus()
        self.action_reread()

    def action_back(self) -> None:
        """Back to the list."""
        panel = self.query_one(FailurePanel)
        if panel.display:
            panel.hide()
        else:
            self.app.pop_screen()

    def action_copy(self) -> None:
        """Choose a value to copy."""
        if self._person is not None:
            self.app.push_screen(CopyScreen(self._person))

    @work(exclusive=True, group="reread", description="read one person again")
    async def action_reread(self) -> None:
        """Ask GitLab for this person alone."""
        self.query_one(FailurePanel).hide()
        try:
            person = await self._workspace.reread(self._people.snapshot, self._row)
        except GitLabError as error:
            self.query_one(FailurePanel).show(error.finding())
            if self._person is not None:
                self._show(self._person, f"from the list, read {self._list_age()}")
        else:
            self._person = person
            self._show(person, "asked GitLab just now")

    def _show(self, person: Person, told: str) -> None:
        address = self._workspace.profile.address
        self.query_one(TopBar).show(
            Place(
                self._workspace.name,
                address.label,
                address.host,
                self._workspace.tokens_in_use,
                self._workspace.profile.read_only,
                "",
            )
        )
        self.query_one(PersonView).show(person, told)

    def _list_age(self) -> str:
        return age((self._workspace.now() - self._people.about.read_at).total_seconds())
