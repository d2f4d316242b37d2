"""Asking once whether a profile that has been read-only may write from now on."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Label

from scimtui.text import printable
from scimtui.tui.widgets.dialog import Dialog


class AllowChangesScreen(Dialog[bool]):
    """Answers True where somebody says yes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("y", "allow", "allow", id="allow")]

    def __init__(self, name: str) -> None:
        super().__init__()
        self._profile_name = name

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label(
                f"The profile {printable(self._profile_name)} has been read-only", id="title", markup=False
            )
            yield Label(
                "Let it change identities from now on? Every change is still checked, confirmed and "
                "journaled. read_only in the profiles file turns it back.",
                id="note",
                markup=False,
            )
            yield Label("y allow · Esc leave it read-only", id="keys")

    def action_allow(self) -> None:
        """Yes."""
        self.dismiss(True)
