"""Text whose lines hang under the column in which they begin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

Piece = Content | tuple[str, str] | str
"""Text as it is, with a style, or made already."""

_LEAST = 8


def hung(lead: Sequence[Piece], text: Iterable[Piece], width: int, *, within: bool = True) -> Content:
    """A text behind what leads it; what does not fit goes on below its own beginning.

    Args:
        lead: what stands before the text on its first line.
        width: cells there are for both.
        within: whether a line ends between words; else where it is full, as a value's does.
    """
    before, body = Content.assemble(*lead), Content.assemble(*text)
    indent = before.cell_length
    room = max(_LEAST, width - indent)
    lines = body.wrap(room) if within else folded(body, room)
    first, *rest = lines or [Content("")]
    return Content("\n").join(
        [Content.assemble(before, first), *(Content.assemble(" " * indent, line) for line in rest)]
    )


def folded(body: Content, room: int) -> list[Content]:
    """The text in lines that are full, whatever stands there."""
    lines: list[Content] = []
    start = width = 0
    for place, character in enumerate(body.plain):
        size = Content(character).cell_length
        if width + size > room:
            lines.append(body[start:place])
            start, width = place, 0
        width += size
    return [*lines, body[start:]]


def height(content: Content) -> int:
    """How many lines a text is that was wrapped before."""
    return content.plain.count("\n") + 1


class Wrapped(Widget):
    """Shows what a function makes of the cells there are, anew whenever these change."""

    DEFAULT_CSS = """
    Wrapped { width: 1fr; height: auto; }
    """

    def __init__(
        self, make: Callable[[int], Content] = lambda width: Content(""), *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._make = make
        self._made: tuple[int, Content] | None = None

    @property
    def content(self) -> Content:
        """What is shown."""
        return self._made_for(self.content_size.width)

    def show(self, make: Callable[[int], Content]) -> None:
        """Show another text, made for any number of cells."""
        self._make, self._made = make, None
        self.refresh(layout=True)

    def render(self) -> Content:
        return self.content

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Of the text as it is made for the cells that it is about to get."""
        return self._made_for(width).get_height(self.styles.get_rules(), width) if width else 0

    def _made_for(self, width: int) -> Content:
        if self._made is None or self._made[0] != width:
            self._made = (width, self._make(width))
        return self._made[1]
