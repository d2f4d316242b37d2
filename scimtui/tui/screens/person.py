"""One person on the whole screen: as last read, then as GitLab tells right now, with what can be done."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from scimtui.corrections import Action, Identity, Subject
from scimtui.diagnosis import Offer, partner_of
from scimtui.directory import People, Row
from scimtui.gitlab import GitLabError
from scimtui.text import age
from scimtui.tui.job import Job
from scimtui.tui.screens.copying import CopyScreen
from scimtui.tui.screens.correct import CorrectScreen
from scimtui.tui.sections import InSection
from scimtui.tui.shelf import Shelf
from scimtui.tui.telling import workspace_place
from scimtui.tui.widgets.bars import TopBar
from scimtui.tui.widgets.case_view import case_content
from scimtui.tui.widgets.failure_panel import FailurePanel
from scimtui.tui.widgets.key_line import KeyLine
from scimtui.tui.widgets.person_view import PersonView
from scimtui.workspace import Examined, Workspace

_ACTIONS = {
    "correct": Offer.CORRECT,
    "swap": Offer.SWAP,
    "reactivate": Offer.REACTIVATE,
    "remove_saml": Offer.REMOVE_SAML,
    "remove_scim": Offer.REMOVE_SCIM,
    "deactivate": Offer.DEACTIVATE,
}


class PersonScreen(InSection):
    """Opens on what the list knows and asks GitLab at once."""

    DEFAULT_CSS = """
    PersonScreen PersonView { height: 1fr; padding: 1 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "back", "back", key_display="Esc", id="back"),
        Binding("c", "correct", "correct", tooltip="Correct a stored value", id="correct"),
        Binding("v", "compare", "compare", tooltip="Compare with a captured sign-in", id="compare"),
        Binding("w", "swap", "swap", tooltip="Swap values with the other person", id="swap"),
        Binding("a", "reactivate", "re-activate", tooltip="Re-activate over SCIM", id="reactivate"),
        Binding(
            "x", "remove_saml", "", show=False, tooltip="Remove what is stored for sign-in", id="remove-saml"
        ),
        Binding(
            "z", "remove_scim", "", show=False, tooltip="Remove what is stored for SCIM", id="remove-scim"
        ),
        Binding("d", "deactivate", "", show=False, tooltip="Deactivate over SCIM", id="deactivate"),
        Binding("y", "copy", "copy", tooltip="Copy a value of this person", id="copy"),
        Binding("r", "reread", "read again", tooltip="Read this person again", id="refresh"),
    ]

    def __init__(self, workspace: Workspace, shelf: Shelf, row: Row) -> None:
        super().__init__()
        self._workspace, self._shelf, self._row = workspace, shelf, row
        self._people: People | None = None
        self._examined: Examined | None = None
        self._is_there = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield from self.bars()
        yield PersonView()
        yield FailurePanel()
        yield KeyLine()

    def on_mount(self) -> None:
        self._people = self._shelf.people
        self._shelf.hold(self._people)
        self._tell("")
        self.query_one(PersonView).focus()
        self._open()

    async def on_unmount(self) -> None:
        await self._shelf.let_go(self._people)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What can't be done for this person has no key."""
        offer = _ACTIONS.get(action)
        if offer is None:
            return True
        return self._examined is None or offer in self._examined.case.offers

    def action_back(self) -> None:
        """Back to where this was opened."""
        panel = self.query_one(FailurePanel)
        if panel.display:
            panel.hide()
        else:
            self.app.pop_screen()

    def action_copy(self) -> None:
        """Choose a value to copy."""
        if self._examined is not None:
            self.app.push_screen(CopyScreen(self._examined.person))

    def action_compare(self) -> None:
        """Look at a captured sign-in of this person."""
        if self._examined is not None:
            self.console.call_later(self.console.compare_with, self._examined.person)

    def action_correct(self) -> None:
        """Open the editor on both values."""
        record = self._row.record
        wanted = Identity.SCIM.value if record.scim_uid is not None else Identity.SAML.value
        self._do(Job(Action.CHANGE, wanted))

    def action_reactivate(self) -> None:
        """Plan re-activating."""
        self._do(Job(Action.REACTIVATE))

    def action_deactivate(self) -> None:
        """Plan deactivating."""
        self._do(Job(Action.DEACTIVATE))

    def action_remove_saml(self) -> None:
        """Plan removing the SAML identity."""
        self._do(Job(Action.REMOVE, Identity.SAML.value))

    def action_remove_scim(self) -> None:
        """Plan removing the SCIM identity."""
        self._do(Job(Action.REMOVE, Identity.SCIM.value))

    def action_swap(self) -> None:
        """Plan swapping SCIM values with whoever holds this person's."""
        partner = partner_of(self._examined.person) if self._examined is not None else None
        if partner is not None:
            self._do(Job(Action.CHANGE, Identity.SCIM.value, swap_with=partner))

    @work(group="dialog", description="correct this person")
    async def _do(self, job: Job) -> None:
        await self._is_there.wait()
        if self._people is None or self._examined is None:
            return
        subject = Subject.of(self._examined.person.record)
        await self.app.push_screen_wait(CorrectScreen(self._workspace, self._shelf, subject, job))
        self.action_reread()

    @work(exclusive=True, group="reread", description="show one person, then read them again")
    async def _open(self) -> None:
        people = self._people
        if people is None:
            return
        person = await asyncio.to_thread(people.person, self._row)
        examined = await asyncio.to_thread(self._workspace.examined, people.snapshot, person)
        self._show(examined)
        self._tell(f"read {self._list_age()}, asking", "accent")
        await self._reread()

    @work(exclusive=True, group="reread", description="read one person again")
    async def action_reread(self) -> None:
        """Ask GitLab for this person alone."""
        await self._reread()

    async def _reread(self) -> None:
        self.query_one(FailurePanel).hide()
        people = self._people
        if people is None:
            return
        try:
            examined = await self._workspace.examine(people.snapshot, self._row)
        except GitLabError as error:
            self.query_one(FailurePanel).tell(error.finding())
            self._tell(f"failed, list read {self._list_age()}", "error")
        else:
            self._row = self._row._replace(record=examined.person.record)
            self._show(examined)
            self._tell("asked just now")

    def _tell(self, state: str, colour: str = "quiet") -> None:
        self.query_one(TopBar).show(workspace_place(self._workspace, state, colour))

    def _show(self, examined: Examined) -> None:
        self._examined = examined
        self._is_there.set()
        now = self._workspace.now().timestamp()
        self.query_one(PersonView).show_text(partial(case_content, examined, now))
        self.refresh_bindings()

    def _list_age(self) -> str:
        if self._people is None:
            return ""
        return age((self._workspace.now() - self._people.about.read_at).total_seconds())
