"""The list of people: only the lines on the screen are ever drawn, so 100,000 cost what 20 do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from scimtui.directory import Known, Row
from scimtui.text import cell_width, fit
from scimtui.tui.widgets.columns import ALL_KNOWN, Column, cell_of, columns_for

_COLOURS = ("plain", "quiet", "success", "warning", "error", "enterprise")
_CALM = ("quiet", "enterprise")
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


class PeopleTable(ScrollView, can_focus=True):
    """Shows the rows it was fed and asks for those it needs."""

    ALLOW_MAXIMIZE = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"people--cursor", *(f"people--{colour}" for colour in _COLOURS)}
    DEFAULT_CSS = """
    PeopleTable {
        overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        & > .people--plain { color: $foreground; }
        & > .people--quiet { color: $quiet; }
        & > .people--success { color: $success; }
        & > .people--warning { color: $warning; }
        & > .people--error { color: $error; }
        & > .people--enterprise { color: $enterprise; }
        & > .people--cursor { background: $row-cursor; }
        &:nocolor > .people--cursor { text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Next", show=False),
        Binding("up,k", "move(-1)", "Previous", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home,g", "ends(0)", "First", show=False),
        Binding("end,G", "ends(1)", "Last", show=False),
    ]
    cursor = reactive(0, repaint=False)

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
        self._strips: LRUCache[tuple[int, int, bool], Strip] = LRUCache(1000)
        self._known = ALL_KNOWN

    @property
    def count(self) -> int:
        """How many people the list holds."""
        return len(self._numbers)

    @property
    def number(self) -> int | None:
        """The row number under the cursor."""
        return self._numbers[self.cursor] if 0 <= self.cursor < len(self._numbers) else None

    @property
    def visible_count(self) -> int:
        """How many lines fit."""
        return max(1, self.scrollable_content_region.height)

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
            self._strips.clear()
        self._numbers = numbers
        for row in rows:
            self._rows[row.number] = row
        self._grow_to(len(numbers))
        self.set_reactive(PeopleTable.cursor, max(0, min(at, len(numbers) - 1)))
        self._keep_cursor_in_view()
        self.refresh()
        self._ask()
        self.post_message(self.Moved(self.number))

    def _grow_to(self, lines: int) -> None:
        """Let the list have so many lines; lay the screen out anew only where a scrollbar comes or goes."""
        height = self.container_size.height
        if (lines > height) is not (self.virtual_size.height > height):
            self.virtual_size = Size(0, lines)
            return
        self.set_reactive(Widget.virtual_size, Size(0, lines))
        if lines > height:
            self.vertical_scrollbar.window_virtual_size = lines
        self.scroll_y = min(self.scroll_y, self.max_scroll_y)

    def feed(self, rows: Iterable[Row]) -> None:
        """Rows that were asked for."""
        for row in rows:
            self._rows[row.number] = row
        self.refresh()

    def window(self, at: int) -> Sequence[int]:
        """The row numbers around a place in the list: a few screens of them."""
        return self._numbers[max(0, at - _AHEAD) : at + self.visible_count + _AHEAD]

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def on_resize(self) -> None:
        self._keep_cursor_in_view()
        self._ask()

    def watch_cursor(self, old: int, new: int) -> None:
        for place in (old, new):
            # The rows alone: the scrollbar beside them has not moved.
            self.refresh(Region(0, place - self.scroll_offset.y, self.scrollable_content_region.width, 1))
        self._keep_cursor_in_view()
        self._ask()
        self.post_message(self.Moved(self.number))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._ask()

    def _keep_cursor_in_view(self) -> None:
        height = self.visible_count
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, force=True)

    def _ask(self) -> None:
        top = self.scroll_offset.y
        shown = self._numbers[top : top + self.visible_count]
        if any(number not in self._rows for number in shown):
            self.post_message(self.Needs(self.window(top)))

    def action_move(self, step: int) -> None:
        self._go(self.cursor + step)

    def action_page(self, direction: int) -> None:
        self._go(self.cursor + direction * max(1, self.visible_count - 1))

    def action_ends(self, last: int) -> None:
        self._go(len(self._numbers) - 1 if last else 0)

    def _go(self, place: int) -> None:
        self.cursor = max(0, min(len(self._numbers) - 1, place))

    def on_click(self, event: events.Click) -> None:
        place = self.scroll_offset.y + event.y
        if place >= len(self._numbers):
            return
        if place == self.cursor and event.chain > 1 and self.number is not None:
            self.post_message(self.Opened(self.number))
        self._go(place)

    def render_line(self, y: int) -> Strip:
        place = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if place >= len(self._numbers):
            return Strip.blank(width, self.rich_style)
        number = self._numbers[place]
        key = (number, width, place == self.cursor)
        strip = self._strips.get(key)
        if strip is None:
            row = self._rows.get(number)
            if row is None:
                return Strip.blank(width, self._style("plain", key[2]))
            strip = self._strips[key] = self._strip(row, width, key[2])
        return strip

    def _strip(self, row: Row, width: int, at_cursor: bool) -> Strip:
        pieces: list[tuple[str, str]] = [(" ", "plain")]
        for column in columns_for(max(0, width - 1)):
            cell = cell_of(column, row, self._known)
            text = fit(cell.text, column.width) + " "
            colour = cell.colour if cell.text else pieces[-1][1]
            if at_cursor and colour in _CALM:
                colour = "plain"  # fewer changes of colour: an arrow key is half as many bytes over SSH
            if pieces[-1][1] == colour:
                pieces[-1] = (pieces[-1][0] + text, colour)
            else:
                pieces.append((text, colour))
        blank = self._style("plain", at_cursor)
        segments = [Segment(text, self._style(colour, at_cursor)) for text, colour in pieces]
        return Strip(segments).adjust_cell_length(width, blank)

    def _style(self, colour: str, at_cursor: bool) -> Style:
        style = self.get_component_rich_style(f"people--{colour}")
        if not at_cursor:
            return style
        cursor = self.get_component_rich_style("people--cursor")
        return style + Style(bgcolor=cursor.bgcolor, reverse=cursor.reverse, bold=True)
