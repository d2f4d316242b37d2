"""The rows of a mapping, what was found, the sample, the export and the impact, one line each."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets.option_list import Option

from scimtui.mappings import Review
from scimtui.tui.widgets.mapping_entries import Entry, entries
from scimtui.tui.widgets.plain_list import PlainList


class MappingList(PlainList):
    """The cursor stays on its entry, as far as that is still there, when the review is another one."""

    DEFAULT_CSS = """
    MappingList, MappingList:focus { height: auto; max-height: 42%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "select", "edit", key_display="⏎", tooltip="Edit the row, or open what it is", id="edit"
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._review: Review | None = None
        self._entries: list[Entry] = []

    @property
    def entry(self) -> Entry | None:
        """What is under the cursor."""
        if self.highlighted is None or self.highlighted >= len(self._entries):
            return None
        return self._entries[self.highlighted]

    @property
    def room(self) -> int:
        """How many cells a line may have."""
        return max(40, self.size.width - 3)

    def show(self, review: Review, *, key: str = "") -> None:
        """Show a review.

        Args:
            key: of the entry that the cursor goes to; empty for where it is.
        """
        wanted = key or (self.entry.key if self.entry is not None else "")
        place = self.highlighted or 0
        self._review = review
        self._entries = entries(review, self.room)
        self.clear_options()
        self.add_options([Option(one.line, disabled=one.kind == "heading") for one in self._entries])
        keys = [one.key for one in self._entries]
        at = keys.index(wanted) if wanted in keys else min(place, len(keys) - 1)
        while self._entries[at].kind == "heading":
            at += 1
        self.highlighted = at

    def on_resize(self) -> None:
        """Lay the columns out anew."""
        if self._review is not None:
            self.show(self._review)
