"""The look that lists of rows with text share: no box, the whole width, the cursor's row alone marked."""

from __future__ import annotations

from textual.widgets import OptionList


class PlainList(OptionList):
    """Rows of foreign text: nothing in them is markup."""

    DEFAULT_CSS = """
    PlainList, PlainList:focus {
        border: none; padding: 0; height: 1fr; background: $background; background-tint: $background 0%;
        scrollbar-size-vertical: 1;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
