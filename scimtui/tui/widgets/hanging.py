"""Text whose lines hang under the column in which they begin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual.content import Content
from textual.widgets import Static

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


class Wrapped(Static):
    """Shows what a function makes of the cells there are, anew whenever these change."""

    DEFAULT_CSS = """
    Wrapped { width: 1fr; height: auto; }
    """

    def __init__(
        self, make: Callable[[int], Content] = lambda width: Content(""), *, id: str | None = None
    ) -> None:
        super().__init__("", id=id, markup=False)
        self._make = make
        self._wide = 0

    def show(self, make: Callable[[int], Content]) -> None:
        """Show another text, made for any number of cells."""
        self._make = make
        if self._wide:
            self.update(make(self._wide))

    def on_resize(self) -> None:
        if self.content_size.width not in (0, self._wide):
            self._wide = self.content_size.width
            self.update(self._make(self._wide))
