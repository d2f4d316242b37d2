"""Users: who is provisioned, with the Enterprise badge and each person's verdict."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input, Label

from scimtui.directory import QUICK_FILTERS, People, Person, Row, SearchError, Snapshot
from scimtui.directory.export import as_csv, as_json
from scimtui.directory.search import unknown_field
from scimtui.text import count
from scimtui.tui.screens.copying import CopyScreen
from scimtui.tui.screens.exporting import ExportScreen, file_name
from scimtui.tui.screens.sorting import SortScreen
from scimtui.tui.screens.users_reading import ReadsPeople
from scimtui.tui.screens.warnings import WarningsScreen
from scimtui.tui.shelf import Shelf
from scimtui.tui.telling import Going, missing_in, place_of, status_of
from scimtui.tui.widgets.bars import QuickFilters, StatusLine, TopBar
from scimtui.tui.widgets.failure_panel import FailurePanel
from scimtui.tui.widgets.key_line import KeyLine
from scimtui.tui.widgets.line import Line
from scimtui.tui.widgets.people_table import ColumnHeads, PeopleTable
from scimtui.tui.widgets.person_view import PersonView
from scimtui.workspace import Workspace

_QUERIES = dict(QUICK_FILTERS)
_DETAIL_REST = 0.12
_SHORTEST_FIELD = 12
_NO_FIELD = "Nobody fits. The search has no field “{}:”; help (?) names them. Esc clears the filter."
_NOBODY_FITS = "Nobody fits this filter. Esc clears it."
_NOBODY = "GitLab knows nobody here yet: no SCIM identity, no SAML identity, no member."
_HINTS = ("search name, username, e-mail, uid, or is:differs", "search, or is:differs", "search", "")


class UsersScreen(ReadsPeople):
    """The list, its filters, and the person under the cursor beside it where there is room."""

    DEFAULT_CSS = """
    UsersScreen {
        #query-row { height: 1; margin: 1 1 0 1; }
        #slash { width: 2; color: $accent; }
        #query, #query:focus { height: 1; border: none; padding: 0; width: 1fr; background: $background; }
        #query:focus { background: $surface; }
        #body { height: 1fr; }
        #list { width: 1fr; }
        PersonView { display: none; width: 46; border-left: solid $border-blurred; }
        &.-wide PersonView { display: block; }
        #empty { display: none; width: 1fr; padding: 1 2; color: $quiet; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter", key_display="/", tooltip="Filter the list", id="filter"),
        Binding("enter", "open", "person", key_display="⏎", tooltip="Open the person", id="open"),
        Binding("f", "quick(1)", "next filter", tooltip="Next quick filter", id="quick"),
        Binding("F", "quick(-1)", "previous filter", show=False, id="quick-back"),
        Binding("s", "sort", "sort", tooltip="Sort by a column", id="sort"),
        Binding("y", "copy", "copy", tooltip="Copy a value of this person", id="copy"),
        Binding("e", "export", "export", tooltip="Export the filtered list", id="export"),
        Binding("r", "refresh", "refresh", tooltip="Read everybody again", id="refresh"),
        Binding("w", "warnings", "warnings", show=False, tooltip="What could not be read", id="warnings"),
        Binding("escape", "back", "back", show=False, id="back"),
    ]

    def __init__(self, workspace: Workspace, shelf: Shelf) -> None:
        super().__init__(workspace, shelf)
        self._numbers: Sequence[int] = ()
        self._quick = "all"
        self._sort, self._reverse = "name", False
        self._settled = False
        self._resting: Timer | None = None
        self._found: dict[int, Row] = {}

    def compose(self) -> ComposeResult:
        yield from self.bars()
        with Horizontal(id="query-row"):
            yield Label("/", id="slash")
            yield Line(placeholder="search", id="query", compact=True, enter="to the list")
            yield QuickFilters()
        yield StatusLine()
        with Horizontal(id="body"):
            with Vertical(id="list"):
                yield ColumnHeads()
                yield Label("", id="empty")
                yield PeopleTable()
            yield PersonView()
        yield FailurePanel()
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one(PeopleTable).focus()
        self._tell()
        self.set_interval(5, self._tell)
        self._begin()

    # ── reading ──────────────────────────────────────────────────────────────

    async def _adopt(self, snapshot: Snapshot) -> None:
        """Show another snapshot; cursor and filter survive."""
        table = self.query_one(PeopleTable)
        # A list that is still growing keeps its top in view until somebody moves.
        row = self._row_at_cursor() if table.cursor else None
        people = await asyncio.to_thread(People, snapshot)
        self._people = people
        # At once: those of the next page may break this off before it comes to its end.
        self._show_quick()
        keep = await asyncio.to_thread(people.number_of, row.record.key) if row is not None else None
        await self._filter(keep=keep, fresh=True)
        await self._shelf.put(people)
        if not self._settled and not people.about.partial:
            self._settled = True
            self._settle()
        if table.count:
            self._show_person()

    # ── the list ─────────────────────────────────────────────────────────────

    @on(Input.Changed, "#query")
    def _typed(self) -> None:
        self._refilter()

    @on(Input.Submitted, "#query")
    def _done_typing(self) -> None:
        self.query_one(PeopleTable).focus()

    @work(exclusive=True, group="filter", description="filter the list")
    async def _refilter(self, *, from_top: bool = False) -> None:
        await self._filter(keep=None if from_top else self.query_one(PeopleTable).number)

    async def _filter(self, *, keep: int | None, fresh: bool = False) -> None:
        people = self._people
        if people is None:
            return
        table = self.query_one(PeopleTable)
        text = f"{_QUERIES[self._quick]} {self.query_one('#query', Input).value}"
        try:
            numbers, at, rows = await asyncio.to_thread(self._select, people, text, keep, table.visible_count)
        except SearchError as error:
            self.query_one(StatusLine).show(str(error), "warning")
            return
        if people is not self._people:
            return
        self._numbers = numbers
        self._found = {row.number: row for row in rows}
        table.show(numbers, rows, at=at, fresh=fresh, known=people.about.known)
        self._show_empty()
        self._tell()

    def _select(
        self, people: People, text: str, keep: int | None, height: int
    ) -> tuple[Sequence[int], int, list[Row]]:
        numbers = people.select(text, self._sort, reverse=self._reverse)
        at = 0
        if keep is not None:
            with suppress(ValueError):
                at = numbers.index(keep)
        first = max(0, at - height)
        return numbers, at, people.rows(numbers[first : at + 2 * height])

    @on(PeopleTable.Needs)
    def _feed(self, event: PeopleTable.Needs) -> None:
        self._fetch(event.numbers)

    @work(exclusive=True, group="rows", description="fetch the rows on the screen")
    async def _fetch(self, numbers: Sequence[int]) -> None:
        people = self._people
        if people is None:
            return
        rows = await asyncio.to_thread(people.rows, numbers)
        if people is self._people:
            self._found |= {row.number: row for row in rows}
            self.query_one(PeopleTable).feed(rows)
            if self._resting is None:
                self._show_person()

    def _show_empty(self) -> None:
        """Where nobody is listed, say why and how to go on."""
        nobody = self._people is not None and not self._numbers and not self._reading
        for empty in self.query("#empty").results(Label):
            if nobody:
                words = self.query_one("#query", Input).value
                field = unknown_field(words)
                hint = _NO_FIELD.format(field) if field else _NOBODY_FITS
                empty.update(hint if words or self._quick != "all" else _NOBODY)
            empty.display = nobody

    @on(QuickFilters.Chosen)
    def _quick_clicked(self, event: QuickFilters.Chosen) -> None:
        self._choose_quick(event.name)

    def action_quick(self, step: int) -> None:
        """The next quick filter, or the one before."""
        names = self.query_one(QuickFilters).names()
        place = names.index(self._quick) if self._quick in names else 0
        self._choose_quick(names[(place + step) % len(names)])

    def _choose_quick(self, name: str) -> None:
        self._quick = name
        self._show_quick()
        self._refilter()

    def _show_quick(self) -> None:
        if self._people is None:
            return
        about = self._people.about
        counts = dict(about.counts) | {"all": about.people}
        quick, field = self.query_one(QuickFilters), self.query_one("#query", Input)
        quick.show(counts, self._quick, self.size.width - _SHORTEST_FIELD - 4)
        left = self.size.width - quick.wanted - 4
        field.placeholder = next(hint for hint in _HINTS if len(hint) < left or not hint)

    def on_resize(self) -> None:
        self._show_quick()

    @on(ColumnHeads.Clicked)
    def _sort_clicked(self, event: ColumnHeads.Clicked) -> None:
        self._sort_by(event.column, self._sort == event.column and not self._reverse)

    @work(group="dialog", description="ask what to sort by")
    async def action_sort(self) -> None:
        """Ask for the column to sort by."""
        chosen = await self.app.push_screen_wait(SortScreen(self._sort, self._reverse))
        if chosen is not None:
            self._sort_by(*chosen)

    def _sort_by(self, column: str, reverse: bool) -> None:
        self._sort, self._reverse = column, reverse
        self.query_one(ColumnHeads).sorted_by(column, reverse)
        self._refilter(from_top=True)

    # ── the person ───────────────────────────────────────────────────────────

    @on(PeopleTable.Moved)
    def _moved(self) -> None:
        """Show the person once the cursor rests: holding a key down draws the list alone."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(_DETAIL_REST, self._rested)

    def _rested(self) -> None:
        self._resting = None
        self._show_person()

    async def settle(self) -> None:
        """Let the person follow the cursor now."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = None
        await self._follow()

    @work(exclusive=True, group="person", description="show the person under the cursor")
    async def _show_person(self) -> None:
        await self._follow()

    async def _follow(self) -> None:
        view = self.query_one(PersonView)
        if not view.display:
            return
        row, people = self._row_at_cursor(), self._people
        if row is None or people is None:
            view.show(None)
            return
        person = await asyncio.to_thread(people.person, row)
        if self._row_at_cursor() == row:
            view.show(person)

    def _row_at_cursor(self) -> Row | None:
        number = self.query_one(PeopleTable).number
        return self._found.get(number) if number is not None else None

    @on(PeopleTable.Opened)
    def action_open(self) -> None:
        """Open the person under the cursor."""
        row = self._row_at_cursor()
        if row is not None and self._people is not None:
            from scimtui.tui.screens.person import PersonScreen

            self.app.push_screen(PersonScreen(self._workspace, self._shelf, row))

    @work(group="dialog", description="copy a value")
    async def action_copy(self) -> None:
        """Choose a value of this person to copy."""
        row = self._row_at_cursor()
        if row is not None and self._people is not None:
            person = await asyncio.to_thread(self._people.person, row)
            self.app.push_screen(CopyScreen(person))

    def action_export(self) -> None:
        """Write the filtered list to a file."""
        people, numbers = self._people, self._numbers
        if people is None or not numbers:
            return

        def written(form: Callable[[Iterable[Person]], str]) -> str:
            return form([people.person(row) for row in people.rows(numbers)])

        forms = {".csv": partial(written, as_csv), ".json": partial(written, as_json)}
        file = f"{file_name(self._workspace.profile.address.label)}.csv"
        note = "ends in .csv or .json; holds names and e-mails, so only you can read it"
        self.app.push_screen(ExportScreen(f"Export {count(len(numbers))} people", file, forms, note))

    def action_warnings(self) -> None:
        """What could not be read."""
        if self._people is not None:
            self.app.push_screen(WarningsScreen(missing_in(self._people.about)))

    def look_for(self, query: str) -> None:
        """Search for this among everybody."""
        self._quick = "all"
        self._show_quick()
        self.query_one("#query", Input).value = query
        self.query_one(PeopleTable).focus()

    # ── moving around ────────────────────────────────────────────────────────

    def action_filter(self) -> None:
        """Type into the filter."""
        self.query_one("#query", Input).focus()

    def action_back(self) -> None:
        """From the field to the list; then the failure, the filter, the quick filter go away."""
        table, field = self.query_one(PeopleTable), self.query_one("#query", Input)
        panel = self.query_one(FailurePanel)
        if self.focused is not table:
            if self.focused is field and not table.count:
                field.value = ""  # nobody fits: there is nothing to go to
            table.focus()
        elif panel.display:
            panel.hide()
        elif field.value:
            field.value = ""
        elif self._quick != "all":
            self._choose_quick("all")

    def on_key(self, event: object) -> None:
        """Down in the filter goes to the list."""
        if getattr(event, "key", "") == "down" and self.focused is self.query_one("#query", Input):
            self.query_one(PeopleTable).focus()

    def _tell(self) -> None:
        if not self.query(TopBar):
            return  # the screen is going away
        about = self._people.about if self._people is not None else None
        going = Going(about, len(self._numbers), self._reading, self._failure is not None, self._progress)
        self.query_one(TopBar).show(place_of(self._workspace, going))
        self.query_one(StatusLine).show(*status_of(going))
