"""A field of one line whose text can come from outside: a terminal never gets it as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.widgets import Input

from scimtui.text import one_for_one

_OWN_KEYS = {binding.key: binding.action for binding in Binding.make_bindings(Input.BINDINGS)}


class Line(Input):
    """Holds its value as it is, and shows control and hidden characters by a sign each.

    Keys that arrive in one burst, over a slow line for instance, are done in their order: letters are put
    in at once, while the library lets a backspace go round by the app, behind all that was typed after it.

    Attributes:
        enter: what Enter does here, in a word or two, for the last line of the screen; empty for nothing.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"line--differs"}
    DEFAULT_CSS = """
    Line > .line--differs { color: $warning; text-style: bold underline; }
    """

    def __init__(self, *arguments: Any, enter: str = "", **named: Any) -> None:
        self._marks: tuple[bool, ...] = ()
        super().__init__(*arguments, **named)
        self.enter = enter

    async def _on_key(self, event: events.Key) -> None:
        action = _OWN_KEYS.get(event.key)
        if action is None:
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()
        self._restart_blink()
        await self.run_action(action)

    @property
    def _value(self) -> Text:
        if self.password:
            return super()._value
        shown = Text(one_for_one(self.value), no_wrap=True, overflow="ignore", end="")
        for place, marked in enumerate(self._marks):
            if marked and place < len(self.value):
                shown.stylize(self.get_component_rich_style("line--differs", partial=True), place, place + 1)
        return shown

    def mark(self, places: Sequence[bool]) -> None:
        """Mark these characters until the value changes."""
        self._marks = tuple(places)
        self.refresh()

    def _position_to_cell(self, position: int) -> int:
        return cell_len(one_for_one(self.value[:position]))
