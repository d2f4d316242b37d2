"""A table that draws only the lines on the screen, so 100,000 cost what 20 do."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from scimtui.text import fit
from scimtui.tui.widgets.columns import Cell

_COLOURS = ("plain", "quiet", "success", "warning", "error", "enterprise")
_CALM = ("quiet", "enterprise")


class LineTable(ScrollView, can_focus=True):
    """Lines of cells with a cursor; a subclass tells how many there are and what stands in each.

    Attributes:
        cursor: the line it stands on, counted from 0.
    """

    ALLOW_MAXIMIZE = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"line--cursor", *(f"line--{colour}" for colour in _COLOURS)}
    DEFAULT_CSS = """
    LineTable {
        overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        & > .line--plain { color: $foreground; }
        & > .line--quiet { color: $quiet; }
        & > .line--success { color: $success; }
        & > .line--warning { color: $warning; }
        & > .line--error { color: $error; }
        & > .line--enterprise { color: $enterprise; }
        & > .line--cursor { background: $row-cursor; }
        &:nocolor > .line--cursor { text-style: reverse; }
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

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strips: LRUCache[tuple[Hashable, int, bool], Strip] = LRUCache(1000)

    # ── what a subclass tells ────────────────────────────────────────────────

    @property
    def count(self) -> int:
        """How many lines the table holds."""
        raise NotImplementedError

    def key_at(self, place: int) -> Hashable:
        """What the line is remembered by once it is drawn."""
        return place

    def cells_at(self, place: int, width: int) -> Sequence[tuple[Cell, int]] | None:
        """The cells of a line, and how wide each is; None where the line is not at hand."""
        raise NotImplementedError

    def moved(self) -> None:
        """The cursor stands elsewhere."""

    def needed(self) -> None:
        """Other lines are to be shown."""

    def opened(self) -> None:
        """The line under the cursor was chosen by the mouse."""

    # ── showing ──────────────────────────────────────────────────────────────

    @property
    def visible_count(self) -> int:
        """How many lines fit."""
        return max(1, self.scrollable_content_region.height)

    def show_lines(self, at: int = 0) -> None:
        """There are other lines now; the cursor goes to this one."""
        self._grow_to(self.count)
        self.set_reactive(LineTable.cursor, max(0, min(at, self.count - 1)))
        self._keep_cursor_in_view()
        self.refresh()
        self.needed()
        self.moved()

    def forget_lines(self) -> None:
        """What was drawn means other lines now."""
        self._strips.clear()

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

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def on_resize(self) -> None:
        self._keep_cursor_in_view()
        self.needed()

    def watch_cursor(self, old: int, new: int) -> None:
        for place in (old, new):
            # The rows alone: the scrollbar beside them has not moved.
            self.refresh(Region(0, place - self.scroll_offset.y, self.scrollable_content_region.width, 1))
        self._keep_cursor_in_view()
        self.needed()
        self.moved()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.needed()

    def _keep_cursor_in_view(self) -> None:
        height = self.visible_count
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, force=True)

    def action_move(self, step: int) -> None:
        self._go(self.cursor + step)

    def action_page(self, direction: int) -> None:
        self._go(self.cursor + direction * max(1, self.visible_count - 1))

    def action_ends(self, last: int) -> None:
        self._go(self.count - 1 if last else 0)

    def _go(self, place: int) -> None:
        self.cursor = max(0, min(self.count - 1, place))

    def on_click(self, event: events.Click) -> None:
        place = self.scroll_offset.y + event.y
        if place >= self.count:
            return
        if place == self.cursor and event.chain > 1:
            self.opened()
        self._go(place)

    def render_line(self, y: int) -> Strip:
        place = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        if place >= self.count:
            return Strip.blank(width, self.rich_style)
        at_cursor = place == self.cursor
        key = (self.key_at(place), width, at_cursor)
        strip = self._strips.get(key)
        if strip is None:
            cells = self.cells_at(place, width)
            if cells is None:
                return Strip.blank(width, self._style("plain", at_cursor))
            strip = self._strips[key] = self._strip(cells, width, at_cursor)
        return strip

    def _strip(self, cells: Sequence[tuple[Cell, int]], width: int, at_cursor: bool) -> Strip:
        pieces: list[tuple[str, str]] = [(" ", "plain")]
        for cell, size in cells:
            text = fit(cell.text, size) + " "
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
        style = self.get_component_rich_style(f"line--{colour}")
        if not at_cursor:
            return style
        cursor = self.get_component_rich_style("line--cursor")
        return style + Style(bgcolor=cursor.bgcolor, reverse=cursor.reverse, bold=True)
