"""The list of people: it holds row numbers, and the few rows around those that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from textual import events
from textual.cache import LRUCache
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from scimtui.directory import Known, Row
from scimtui.text import cell_width, fit
from scimtui.tui.widgets.columns import ALL_KNOWN, Cell, Column, cell_of, columns_for
from scimtui.tui.widgets.line_table import LineTable

_AHEAD = 120


class ColumnHeads(Widget):
    """The titles above the list; a click sorts by that column, a second one turns it around."""

    DEFAULT_CSS = """
    ColumnHeads { height: 1; text-style: bold; }
    """

    @dataclass
    class Clicked(Message):
        """Somebody clicked the title of a column."""

        column: str

    def __init__(self) -> None:
        super().__init__()
        self._sort, self._reverse = "name", False

    def sorted_by(self, column: str, reverse: bool) -> None:
        """Mark the column that the list is sorted by."""
        self._sort, self._reverse = column, reverse
        self.refresh()

    def render_line(self, y: int) -> Strip:
        style = self.rich_style
        columns = columns_for(max(0, self.size.width - 2))
        titles = " ".join(self._title(column) for column in columns)
        return Strip([Segment(" " + titles, style)]).adjust_cell_length(self.size.width, style)

    def _title(self, column: Column) -> str:
        marked = column.name == self._sort and (self._sort != "name" or self._reverse)
        arrow = ("▾" if self._reverse else "▴") if marked else ""
        if cell_width(column.title + arrow) > column.width:
            return fit(arrow or column.title, column.width)
        return fit(f"{column.title}{arrow}", column.width)

    def on_click(self, event: events.Click) -> None:
        start = 1
        for column in columns_for(max(0, self.size.width - 2)):
            if start <= event.x <= start + column.width:
                self.post_message(self.Clicked(column.name))
                return
            start += column.width + 1


class PeopleTable(LineTable):
    """Shows the rows it was fed and asks for those it needs."""

    @dataclass
    class Needs(Message):
        """Rows that are to be shown and are not here yet."""

        numbers: Sequence[int]

    @dataclass
    class Moved(Message):
        """The cursor stands on another person, or on none."""

        number: int | None

    @dataclass
    class Opened(Message):
        """The person under the cursor was chosen."""

        number: int

    def __init__(self) -> None:
        super().__init__()
        self._numbers: Sequence[int] = ()
        self._rows: LRUCache[int, Row] = LRUCache(2000)
        self._known = ALL_KNOWN

    @property
    def count(self) -> int:
        """How many people the list holds."""
        return len(self._numbers)

    @property
    def number(self) -> int | None:
        """The row number under the cursor."""
        return self._numbers[self.cursor] if 0 <= self.cursor < len(self._numbers) else None

    def show(
        self,
        numbers: Sequence[int],
        rows: Iterable[Row],
        *,
        at: int = 0,
        fresh: bool = False,
        known: Known = ALL_KNOWN,
    ) -> None:
        """Show another list.

        Args:
            numbers: the row numbers, in order.
            rows: those already at hand.
            at: where the cursor goes.
            fresh: the numbers mean other people than before.
            known: which lists were read.
        """
        self._known = known
        if fresh:
            self._rows.clear()
            self.forget_lines()
        self._numbers = numbers
        for row in rows:
            self._rows[row.number] = row
        self.show_lines(at)

    def feed(self, rows: Iterable[Row]) -> None:
        """Rows that were asked for."""
        for row in rows:
            self._rows[row.number] = row
        self.refresh()

    def window(self, at: int) -> Sequence[int]:
        """The row numbers around a place in the list: a few screens of them."""
        return self._numbers[max(0, at - _AHEAD) : at + self.visible_count + _AHEAD]

    def key_at(self, place: int) -> int:
        """People are drawn once, wherever they stand."""
        return self._numbers[place]

    def cells_at(self, place: int, width: int) -> Sequence[tuple[Cell, int]] | None:
        """The person's cells."""
        row = self._rows.get(self._numbers[place])
        if row is None:
            return None
        columns = columns_for(max(0, width - 1))
        return [(cell_of(column, row, self._known), column.width) for column in columns]

    def moved(self) -> None:
        """Tell on whom the cursor stands."""
        self.post_message(self.Moved(self.number))

    def needed(self) -> None:
        """Ask for rows that are to be shown and are not here."""
        top = self.scroll_offset.y
        shown = self._numbers[top : top + self.visible_count]
        if any(number not in self._rows for number in shown):
            self.post_message(self.Needs(self.window(top)))

    def opened(self) -> None:
        """Tell who was chosen."""
        if self.number is not None:
            self.post_message(self.Opened(self.number))
