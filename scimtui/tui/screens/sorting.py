"""Which column the list is sorted by."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from scimtui.tui.widgets.dialog import Dialog

_COLUMNS = {
    "name": "Name",
    "username": "Username",
    "email": "E-mail",
    "role": "Role",
    "enterprise": "Enterprise badge",
    "scim": "Stored for SCIM",
    "saml": "Stored for sign-in",
    "verdict": "Verdict, problems first",
}


class SortScreen(Dialog[tuple[str, bool] | None]):
    """Ends with the column and whether it is turned around; choosing the one in use turns it."""

    def __init__(self, column: str, reverse: bool) -> None:
        super().__init__()
        self._column, self._reverse = column, reverse

    def compose(self) -> ComposeResult:
        arrow = "▴" if self._reverse else "▾"
        with Vertical(id="box"):
            yield Label("Sort by", id="title")
            yield OptionList(
                *(
                    Option(f"{title} {arrow}" if name == self._column else title, id=name)
                    for name, title in _COLUMNS.items()
                )
            )
            yield Label("⏎ choose · the one in use turns around · Esc back", id="keys")

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = list(_COLUMNS).index(self._column)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        name = event.option.id or "name"
        self.dismiss((name, name == self._column and not self._reverse))
