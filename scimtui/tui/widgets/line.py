"""A field of one line whose text can come from outside: a terminal never gets it as it is."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Input

from scimtui.text import one_for_one


class Line(Input):
    """Holds its value as it is, and shows control and hidden characters by a sign each."""

    @property
    def _value(self) -> Text:
        if self.password:
            return super()._value
        return Text(one_for_one(self.value), no_wrap=True, overflow="ignore", end="")

    def _position_to_cell(self, position: int) -> int:
        return cell_len(one_for_one(self.value[:position]))
