"""Whom a mapping concerns, one by one: by the impact on those who are stored, or of the user export."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from scimtui.directory import People, Row
from scimtui.mappings import Fate, Impact, Sent, User
from scimtui.mappings.expressions.results import Result, Unevaluated, Value
from scimtui.mappings.review_forms import GUESSED
from scimtui.text import count, printable, printable_name, visible_blanks
from scimtui.tui.screens.person import PersonScreen
from scimtui.tui.sections import MAPPING, InSection
from scimtui.tui.shelf import Shelf
from scimtui.tui.telling import workspace_place
from scimtui.tui.widgets.bars import TopBar
from scimtui.tui.widgets.columns import Cell
from scimtui.tui.widgets.hanging import Piece, Wrapped, hung
from scimtui.tui.widgets.key_line import KeyLine
from scimtui.tui.widgets.person_view import marked_difference
from scimtui.tui.widgets.text_table import Share, TextHeads, TextTable
from scimtui.workspace import Workspace

_NAME = 20


class PeopleOfMappingScreen(InSection):
    """A table of people; the one under the cursor is told in full below it."""

    section: ClassVar[str] = MAPPING
    columns: ClassVar[tuple[Share, ...]] = ()
    DEFAULT_CSS = """
    PeopleOfMappingScreen {
        #head { margin: 1 2 0 2; height: auto; width: 1fr; }
        #about { margin: 0 2; height: auto; width: 1fr; color: $quiet; }
        TextHeads { margin: 1 1 0 1; }
        TextTable { margin: 0 1; height: 1fr; }
        #line { height: auto; min-height: 5; padding: 0 2; background: $surface; width: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", key_display="Esc", id="back"),
    ]

    def __init__(self, workspace: Workspace | None, count: int) -> None:
        super().__init__()
        self._workspace, self._count = workspace, count

    @abstractmethod
    def heading(self) -> tuple[str, str]:
        """The answer, and what else there is to know."""

    @abstractmethod
    def cells(self, place: int) -> Sequence[Cell]:
        """The cells of a line, as many as there are columns."""

    @abstractmethod
    def told(self, place: int, width: int) -> list[Content]:
        """A line in full."""

    def compose(self) -> ComposeResult:
        answer, about = self.heading()
        yield from self.bars()
        yield Static(Content.assemble((answer, "bold")), id="head")
        yield Static(about, id="about", markup=False)
        table = TextTable(self.columns, self._count, self.cells)
        yield TextHeads(self.columns, table)
        yield table
        yield Wrapped(id="line")
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one("#about").display = bool(self.heading()[1])
        self.query_one(TopBar).show(workspace_place(self._workspace))
        self.query_one(TextTable).focus()

    @on(TextTable.Moved)
    def _moved(self) -> None:
        if self._count:
            place = self.query_one(TextTable).cursor
            self.query_one("#line", Wrapped).show(lambda width: Content("\n").join(self.told(place, width)))

    def action_back(self) -> None:
        """Back to the review."""
        self.dismiss(None)


_LOSES = Cell("× can't sign in", "error")
_COLLIDES = Cell("‼ collides", "error")
_CHANGES = Cell("≠ changes", "warning")
_UNKNOWN = Cell("? can't be told", "quiet")
_KEEPS = Cell("✓ keeps", "success")


class ImpactScreen(PeopleOfMappingScreen):
    """What would become of everybody who is stored; ⏎ opens the person."""

    columns: ClassVar[tuple[Share, ...]] = (
        Share("Name", 22),
        Share("Comes of it", cells=15),
        Share("stored for SCIM", 26),
        Share("would be sent", 26),
        Share("for sign-in", 20),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "person", key_display="⏎", tooltip="Open the person", id="open"),
    ]

    def __init__(self, workspace: Workspace, shelf: Shelf, people: People, impact: Impact) -> None:
        """`people` are those that the impact was worked out for."""
        self._lines = _lines(impact)
        super().__init__(workspace, len(self._lines))
        self._opened, self._shelf, self._people, self._impact = workspace, shelf, people, impact

    def heading(self) -> tuple[str, str]:
        """How many would change, collide, not sign in and keep; and GitLab's warning."""
        told = self._impact
        parts = [
            f"{count(len(told.changes))} change",
            f"{count(len(told.collides))} collide",
            f"{count(len(told.loses))} could not sign in",
            f"{count(len(told.keeps))} keep",
        ]
        if told.not_known:
            parts.append(f"{count(len(told.not_known))} can't be told")
        said = (told.warning, f"{GUESSED[0].upper()}{GUESSED[1:]}." if told.guessed else "")
        return "Impact   " + " · ".join(parts), " ".join(text for text in said if text)

    def on_mount(self) -> None:
        super().on_mount()
        self._shelf.hold(self._people)

    async def on_unmount(self) -> None:
        await self._shelf.let_go(self._people)

    def cells(self, place: int) -> Sequence[Cell]:
        """Name, fate, and the three values."""
        fate, what = self._lines[place]
        scim, saml = fate.person.scim_uid, fate.person.saml_uid
        new = Cell("same", "quiet") if fate.new == scim else Cell(visible_blanks(fate.new or "?"))
        return (
            Cell(printable_name(fate.label)),
            what,
            Cell(visible_blanks(scim or "—"), "quiet"),
            new,
            Cell("same" if saml == scim else visible_blanks(saml or "—"), "quiet"),
        )

    def told(self, place: int, width: int) -> list[Content]:
        """The three values in full, under each other."""
        fate, what = self._lines[place]
        scim, saml = fate.person.scim_uid or "", fate.person.saml_uid
        handle = f"   {printable(fate.person.email)}" if fate.person.email else ""
        style = "" if what.colour == "plain" else f"bold ${what.colour}"
        sent: list[Piece] = [(printable(fate.why), "$quiet")]
        if fate.new:
            sent = marked_difference(fate.new, scim) if fate.new != scim else [visible_blanks(fate.new)]
        return [
            Content.assemble(
                (printable_name(fate.label), "bold"), (handle, "$quiet"), "   ", (what.text, style)
            ),
            _valued("stored for SCIM", [visible_blanks(scim)], width),
            _valued("would be sent", sent, width),
            _valued("stored for sign-in", [visible_blanks(saml) if saml else ("—", "$quiet")], width),
        ]

    @on(TextTable.Chosen)
    def _chosen(self) -> None:
        self.action_open()

    @work(exclusive=True, group="person", description="open the person")
    async def action_open(self) -> None:
        """Open the person under the cursor."""
        table = self.query_one(TextTable)
        if not table.count:
            return
        number = self._lines[table.cursor][0].number
        async with self._shelf.reading() as people:
            rows = await asyncio.to_thread(_row_now, self._people, people or self._people, number)
        if rows:
            await self.app.push_screen(PersonScreen(self._opened, self._shelf, rows[0]))
        else:
            self.notify("The list was read anew, and this person is not in it any more.", markup=False)


def _row_now(then: People, now: People, number: int) -> list[Row]:
    """The person of that number as they stand in the people of now, who may have been read anew."""
    rows = then.rows([number])
    if then is now:
        return rows
    place = now.number_of(then.person(rows[0]).key)
    return now.rows([place]) if place is not None else []


def _lines(impact: Impact) -> list[tuple[Fate, Cell]]:
    """Everybody once, the gravest first."""
    groups = (
        (impact.loses, _LOSES),
        (impact.collides, _COLLIDES),
        (impact.changes, _CHANGES),
        (impact.not_known, _UNKNOWN),
        (impact.keeps, _KEEPS),
    )
    seen: set[int] = set()
    lines = []
    for fates, what in groups:
        for fate in fates:
            if fate.number not in seen:
                seen.add(fate.number)
                lines.append((fate, what))
    return lines


class ExportPeopleScreen(PeopleOfMappingScreen):
    """Who of a user export could not sign in, or where that can't be told; ⏎ makes them the sample."""

    columns: ClassVar[tuple[Share, ...]] = (
        Share("User", 30),
        Share("externalId sent", 25),
        Share("NameID", 25),
        Share("Why", 30),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "work out", key_display="⏎", tooltip="Make this the sample user", id="take"),
    ]

    def __init__(self, workspace: Workspace | None, people: Sequence[Sent]) -> None:
        super().__init__(workspace, len(people))
        self._sent = tuple(people)

    def heading(self) -> tuple[str, str]:
        """How many."""
        fails = sum(sent.outcome == "fails" for sent in self._sent)
        outside = sum(sent.outcome == "outside" for sent in self._sent)
        unknown = len(self._sent) - fails - outside
        more = f" · can't be told {count(unknown)}" if unknown else ""
        more += f" · out of scope {count(outside)}" if outside else ""
        return f"Of the export   could not sign in {count(fails)}{more}", ""

    def cells(self, place: int) -> Sequence[Cell]:
        """Who, what is sent over SCIM and over SAML, and why that fails."""
        sent = self._sent[place]
        colour = "error" if sent.outcome == "fails" else "quiet"
        return (
            Cell(printable(sent.user.label)),
            Cell(_text(_external(sent)), "plain" if isinstance(_external(sent), Value) else "quiet"),
            Cell(_text(sent.name_id), "plain" if isinstance(sent.name_id, Value) else "quiet"),
            Cell(printable(sent.why), colour),
        )

    def told(self, place: int, width: int) -> list[Content]:
        """Both values under each other, and why."""
        sent = self._sent[place]
        external, name_id = _external(sent), sent.name_id
        shown: list[Piece] = [_text(name_id)]
        if isinstance(external, Value) and isinstance(name_id, Value) and external.text != name_id.text:
            shown = marked_difference(name_id.text, external.text)
        colour = {"fails": "$error", "outside": "$quiet"}.get(sent.outcome, "$warning")
        return [
            Content.assemble((printable(sent.user.label), "bold")),
            _valued("externalId sent", [_text(external)], width),
            _valued("NameID", shown, width),
            hung((), [(printable(sent.why), colour)], width),
        ]

    @on(TextTable.Chosen)
    def _chosen(self) -> None:
        self.action_take()

    def action_take(self) -> None:
        """Make the user under the cursor the sample."""
        user: User | None = self._sent[self.query_one(TextTable).cursor].user if self._sent else None
        self.dismiss(user)


def _external(sent: Sent) -> Result | None:
    return next((one for name, one in sent.values.items() if name.lower() == "externalid"), None)


def _text(result: Result | None) -> str:
    if isinstance(result, Value):
        return visible_blanks(result.text) or "empty text"
    return "can't be told" if isinstance(result, Unevaluated) else "nothing"


def _valued(name: str, pieces: list[Piece], width: int) -> Content:
    return hung([(f"  {name:<{_NAME}}", "$quiet")], pieces, width)
