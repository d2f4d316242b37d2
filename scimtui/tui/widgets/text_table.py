"""A table of lines that are all at hand: titles, widths by share, cells made when they are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from scimtui.text import cut, fit
from scimtui.tui.widgets.columns import Cell
from scimtui.tui.widgets.line_table import LineTable


class Share(NamedTuple):
    """One column: its title, and how much of the width it takes beside the others; or how many cells."""

    title: str
    share: int = 0
    cells: int = 0


def sizes(columns: Sequence[Share], width: int) -> list[int]:
    """Cells of each column; one blank stands between two, the last takes what is left."""
    room = max(0, width - 1 - len(columns))
    left = room - sum(column.cells for column in columns)
    whole = sum(column.share for column in columns)
    found = [column.cells or max(0, left) * column.share // whole for column in columns]
    found[-1] += max(0, room - sum(found))
    return found


class TextHeads(Widget):
    """The titles above such a table."""

    DEFAULT_CSS = """
    TextHeads { height: 1; text-style: bold; }
    """

    def __init__(self, columns: Sequence[Share], table: TextTable) -> None:
        """`table` is the one below, whose columns these stand over."""
        super().__init__()
        self._columns, self._table = tuple(columns), table

    def render_line(self, y: int) -> Strip:
        style = self.rich_style
        wide = sizes(self._columns, self._table.scrollable_content_region.width)
        titles = (
            fit(cut(column.title, size), size) for column, size in zip(self._columns, wide, strict=True)
        )
        return Strip([Segment(" " + " ".join(titles), style)]).adjust_cell_length(self.size.width, style)


class TextTable(LineTable):
    """Shows what a function makes of each line."""

    class Chosen(Message):
        """Somebody chose a line by the mouse."""

    def __init__(self, columns: Sequence[Share], count: int, cells: Callable[[int], Sequence[Cell]]) -> None:
        """`cells` are those of a line, counted from 0, as many as there are columns."""
        super().__init__()
        self._columns, self._count, self._cells = tuple(columns), count, cells

    @property
    def count(self) -> int:
        """How many lines there are."""
        return self._count

    def show(self, count: int, at: int = 0) -> None:
        """There are so many lines now, and other ones; the cursor goes to `at`."""
        self._count = count
        self.forget_lines()
        self.show_lines(at)

    def cells_at(self, place: int, width: int) -> Sequence[tuple[Cell, int]]:
        """The cells of a line, cut to their columns."""
        wide = sizes(self._columns, width)
        made = self._cells(place)
        return [
            (Cell(cut(cell.text, size), cell.colour), size) for cell, size in zip(made, wide, strict=True)
        ]

    def on_mount(self) -> None:
        self.show_lines()

    class Moved(Message):
        """The cursor stands on another line."""

    def moved(self) -> None:
        """Tell that the cursor stands elsewhere."""
        self.post_message(self.Moved())

    def opened(self) -> None:
        """Tell that the line under the cursor was chosen."""
        self.post_message(self.Chosen())
