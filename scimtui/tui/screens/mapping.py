"""Mapping: is what the identity provider sends right, and does it fit the NameID?"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import OptionList, Static

from scimtui.directory import People
from scimtui.gitlab.versions import version_number
from scimtui.mappings import (
    Answers,
    Case,
    NameId,
    Review,
    Row,
    Stored,
    Trial,
    answers_from,
    recommended_for,
    review,
    stored_of,
)
from scimtui.tui.screens.mapping_answers import AnswersScreen
from scimtui.tui.screens.mapping_handing_in import HandingIn
from scimtui.tui.screens.mapping_handing_out import copying, exporting, saving
from scimtui.tui.screens.mapping_people import ExportPeopleScreen, ImpactScreen
from scimtui.tui.screens.mapping_row import RowScreen
from scimtui.tui.screens.mapping_saml import NameIdScreen
from scimtui.tui.screens.mapping_sample import AttributesScreen, SampleScreen
from scimtui.tui.sections import MAPPING
from scimtui.tui.shelf import Shelf
from scimtui.tui.telling import workspace_place
from scimtui.tui.widgets.bars import TopBar
from scimtui.tui.widgets.failure_panel import FailurePanel
from scimtui.tui.widgets.key_line import KeyLine
from scimtui.tui.widgets.mapping_detail import detail
from scimtui.tui.widgets.mapping_entries import EXPORT, IMPACT, SAMPLE, UNCHECKED, heads
from scimtui.tui.widgets.mapping_head import given, head
from scimtui.tui.widgets.mapping_list import MappingList
from scimtui.workspace import Workspace

_SLOW = 0.4
"""Seconds after which a review that is not done yet says so."""


class MappingScreen(HandingIn):
    """Works without profile, token and network; with people there, it shows whom a change would concern."""

    section: ClassVar[str] = MAPPING
    DEFAULT_CSS = """
    MappingScreen {
        #head { height: 1; margin: 1 2 0 2; width: 1fr; }
        #given { height: 1; margin: 0 2 1 2; width: 1fr; color: $quiet; }
        #heads { height: 1; margin: 0 1; width: 1fr; }
        MappingList { margin: 0 1; }
        #detail { height: 1fr; min-height: 3; margin: 1 1 0 1; scrollbar-size-vertical: 1; }
        #detail > Static { height: auto; width: 1fr; }
        #detail:focus { background: $surface; }
        layers: below above;
        FailurePanel { layer: above; dock: bottom; margin-bottom: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "file", "open", tooltip="Open an export: mapping, users, sign-in", id="file"),
        Binding("a", "add", "add", tooltip="Add a row, to try it", id="add"),
        Binding("x", "remove", "remove", tooltip="Take the row out, to try it", id="remove"),
        Binding("z", "undo", "undo", tooltip="Take the last change back", id="undo"),
        Binding("u", "sample", "sample", tooltip="Choose the sample user", id="sample"),
        Binding("n", "name_id", "NameID", tooltip="Say what feeds the NameID", id="name-id"),
        Binding("i", "impact", "impact", tooltip="Whom this mapping would concern", id="impact"),
        Binding("s", "save", "save", tooltip="Save the changed mapping elsewhere", id="save"),
        Binding("e", "export", "export", tooltip="Export the review", id="export"),
        Binding("w", "answers", "", show=False, tooltip="Answer what only you can tell", id="answers"),
        Binding("d", "compare", "", show=False, tooltip="Compare with an earlier export", id="compare"),
        Binding("g", "age", "", show=False, tooltip="GitLab's table of another age", id="age"),
        Binding("o", "provider", "", show=False, tooltip="Entra ID's table, or Okta's", id="provider"),
        Binding("y", "copy", "", show=False, tooltip="Copy the review, or the sample's request", id="copy"),
        Binding("escape", "back", "back", show=False, id="back"),
    ]

    def __init__(self, workspace: Workspace | None, shelf: Shelf) -> None:
        super().__init__()
        self._workspace, self._shelf = workspace, shelf
        profile = workspace.profile if workspace is not None else None
        self.trial = Trial(
            "okta" if profile is not None and profile.idp == "okta" else "entra",
            profile.nameid_source if profile is not None else "",
        )
        self._review: Review | None = None
        self._people: People | None = None
        self._stored: tuple[Stored, ...] | None = None
        self._reviewed_people: People | None = None

    @property
    def unsaved(self) -> str:
        """Rows that were changed and not saved since."""
        return "The mapping was changed here and not saved" if self.trial.is_unsaved else ""

    def compose(self) -> ComposeResult:
        yield from self.bars()
        yield Static("", id="head", markup=False)
        yield Static("", id="given", markup=False)
        yield Static("", id="heads", markup=False)
        yield MappingList()
        with VerticalScroll(id="detail"):
            yield Static("", markup=False)
        yield FailurePanel()
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one(MappingList).focus()
        self._stop = self._shelf.listen(self._people_changed)
        self._look()

    def on_unmount(self) -> None:
        self._stop()

    def _people_changed(self) -> None:
        self._look()

    def on_screen_resume(self) -> None:
        """The people may have been read, or read anew, meanwhile."""
        self._place()
        if self._people is not self._shelf.people:
            self._look()

    def _place(self, state: str = "", colour: str = "quiet") -> None:
        self.query_one(TopBar).show(workspace_place(self._workspace, state, colour))

    def on_resize(self) -> None:
        """Wrap anew."""
        self.call_after_refresh(self._tell)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What leads nowhere has no key."""
        entry = self.query_one(MappingList).entry if self.is_mounted else None
        if action == "remove":
            return entry is not None and entry.kind == "row"
        if action == "undo":
            return self.trial.can_undo
        if action == "save":
            return self.trial.is_changed
        if action == "impact":
            return self._review is not None and self._review.impact is not None
        if action == "age":
            return len(recommended_for(self.trial.mapping.idp)) > 1
        return True

    # ── taking in ────────────────────────────────────────────────────────────

    def changed(self) -> None:
        """Review what stands now."""
        self._look()

    def begin(self, idp: str) -> None:
        """Begin with a provider's table, unless something was opened already."""
        self.trial.begin(idp)
        if self.is_mounted:
            self._look()

    # ── reviewing ────────────────────────────────────────────────────────────

    @work(exclusive=True, group="review", description="review the mapping")
    async def _look(self, key: str = "") -> None:
        async with self._shelf.reading() as people:
            if people is not self._people:
                stored = await asyncio.to_thread(_stored, people) if people is not None else None
                self._people, self._stored = people, stored
        case, people = self._case(), self._people
        slow = self.set_timer(_SLOW, partial(self._place, "reviewing", "accent"))
        try:
            self._review = await asyncio.to_thread(review, case, self.trial.sample)
        finally:
            slow.stop()
        self._reviewed_people = people
        self._place()
        self.query_one(MappingList).show(self._review, key=key)
        self._tell()
        self.refresh_bindings()

    def _case(self) -> Case:
        return self.trial.case(self._stored, self._told, self._version)

    @property
    def _told(self) -> Answers | None:
        """What profile and people tell without being asked."""
        if self._workspace is None:
            return None
        return answers_from(self._stored, gitlab_com=self._workspace.profile.address.is_gitlab_com)

    @property
    def _is_behind(self) -> bool:
        """Whether the mapping is another one than what is shown, so that places in it mean other rows."""
        if self._review is not None and self._review.case.mapping is self.trial.mapping:
            return False
        self.notify("The last change is still being reviewed; try again in a moment.", markup=False)
        return True

    @property
    def _version(self) -> tuple[int, int] | None:
        return version_number(self._people.about.version) if self._people is not None else None

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        self._tell()
        self.refresh_bindings()

    def _tell(self) -> None:
        reviewed = self._review
        if reviewed is None:
            return
        rows = self.query_one(MappingList)
        width = self.size.width - 4
        self.query_one("#head", Static).update(head(reviewed, self.trial, width))
        self.query_one("#given", Static).update(given(reviewed, self.trial, width))
        self.query_one("#heads", Static).update(heads(rows.room))
        pane = self.query_one("#detail", VerticalScroll)
        pane.query_one(Static).update(detail(reviewed, rows.entry, width - 2))
        pane.scroll_home(animate=False)

    # ── trying changes ───────────────────────────────────────────────────────

    @on(OptionList.OptionSelected)
    @work(group="dialog", description="open what is under the cursor")
    async def _selected(self) -> None:
        entry = self.query_one(MappingList).entry
        if entry is None or self._review is None or self._is_behind:
            return
        if entry.kind == "row" and entry.row is not None:
            await self._edit(entry.row, entry.place)
        elif entry.kind == "missing" and entry.row is not None:
            await self._edit(entry.row, None)
        elif entry.judged is not None:
            place = self.trial.place_of(entry.judged.row) if entry.judged.row else None
            if place is not None:
                await self._edit(self.trial.mapping.rows[place], place)
        elif entry.kind == SAMPLE:
            self.action_sample()
        elif entry.kind == EXPORT:
            await self._show_export(self._review)
        elif entry.kind == IMPACT:
            self.action_impact()
        elif entry.kind == UNCHECKED:
            self.action_answers()

    async def _edit(self, row: Row, place: int | None) -> None:
        sample = self._review.sample.user if self._review is not None and self._review.sample else None
        mapping = self.trial.mapping
        made = await self.app.push_screen_wait(RowScreen(mapping.idp, row, sample, is_new=place is None))
        if made is None or (place is not None and made == row):
            return
        if self.trial.mapping is not mapping:
            self.fail("another mapping was opened meanwhile, so the row was not taken")
            return
        self._look(f"row {self.trial.put(made, place)}")

    @work(group="dialog", description="add a row")
    async def action_add(self) -> None:
        """Add a row."""
        await self._edit(Row("", ""), None)

    def action_remove(self) -> None:
        """Take the row under the cursor out."""
        entry = self.query_one(MappingList).entry
        if entry is not None and entry.place is not None and not self._is_behind:
            self.trial.remove(entry.place)
            self._look()

    def action_undo(self) -> None:
        """Take the last change back."""
        self.trial.undo()
        self._look()

    # ── what else it is held against ─────────────────────────────────────────

    @work(group="dialog", description="ask for the sample user")
    async def action_sample(self) -> None:
        """Choose the sample user."""
        case = self._case()
        known = self._review.sample.user if self._review is not None and self._review.sample else None
        idp = self.trial.mapping.idp
        typed = AttributesScreen(idp, case.attribute_names, known)
        user = await self.app.push_screen_wait(SampleScreen(idp, case.users, self._shelf, typed))
        if user is not None:
            self.trial.sample = user
            self._look(SAMPLE + " ")

    @work(group="dialog", description="ask for the NameID")
    async def action_name_id(self) -> None:
        """Say what feeds the NameID."""
        trial = self.trial
        screen = NameIdScreen(trial.mapping.idp, trial.inputs.name_id)
        name_id = await self.app.push_screen_wait(screen)
        if name_id is not None:
            now = replace(
                trial.inputs.name_id or NameId(), source=name_id.source, format=name_id.format, inferred=False
            )
            trial.inputs = replace(trial.inputs, name_id=now if now != NameId() else None)
            self._look()

    @work(group="dialog", description="ask what only the administrator knows")
    async def action_answers(self) -> None:
        """Answer what only you can tell."""
        trial = self.trial
        told = self._told
        answers = await self.app.push_screen_wait(AnswersScreen(trial.mapping.idp, trial.answers(told)))
        if answers is not None:
            trial.answer(answers, told)
            self._look()

    def action_age(self) -> None:
        """Hold it against GitLab's table of another age."""
        table = self.trial.next_age(self._version)
        self.notify(f"Held against GitLab's table of {table.gitlab}.", markup=False)
        self._look()

    def action_provider(self) -> None:
        """Begin with the other provider's table."""
        self.begin("entra" if self.trial.mapping.idp == "okta" else "okta")

    async def _show_export(self, reviewed: Review) -> None:
        wrong = [sent for sent in reviewed.case.sent if sent.outcome != "works"]
        wrong.sort(key=lambda sent: ("fails", "unknown", "outside").index(sent.outcome))
        if not wrong:
            return
        user = await self.app.push_screen_wait(ExportPeopleScreen(self._workspace, wrong))
        if user is not None:
            self.trial.sample = user
            self._look(SAMPLE + " ")

    def action_impact(self) -> None:
        """Show whom this mapping would concern."""
        told = self._review.impact if self._review is not None else None
        people = self._reviewed_people
        if told is None or self._workspace is None or people is None or self._is_behind:
            return
        if people is not self._shelf.people:
            self._look()  # they were read anew meanwhile
            return
        self.app.push_screen(ImpactScreen(self._workspace, self._shelf, people, told))

    # ── handing out ──────────────────────────────────────────────────────────

    def action_save(self) -> None:
        """Save the mapping as it is tried, elsewhere."""
        trial, mapping = self.trial, self.trial.mapping

        def written(done: bool | None) -> None:
            if done:
                trial.saved = mapping

        self.app.push_screen(saving(mapping), written)

    def action_export(self) -> None:
        """Write the review to a file."""
        if self._review is not None:
            self.app.push_screen(exporting(self._review, self.trial.about))

    def action_copy(self) -> None:
        """Copy the review as Markdown, or the sample user's request."""
        entry = self.query_one(MappingList).entry
        if self._review is not None:
            is_sample = entry is not None and entry.kind == SAMPLE
            self.app.push_screen(copying(self._review, self.trial.about, request=is_sample))

    def action_back(self) -> None:
        """Close the failure; without a profile, leave."""
        self.hide_or_leave()


def _stored(people: People) -> tuple[Stored, ...]:
    return stored_of(people.rows(range(people.about.people)))
