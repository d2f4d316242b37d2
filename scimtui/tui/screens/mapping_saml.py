"""What feeds the NameID, and its format, where no file says so."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Label

from scimtui.mappings import NameId, Row, fault_of, kind_of, unread
from scimtui.text import printable
from scimtui.tui.widgets.choice import Choice
from scimtui.tui.widgets.dialog import Dialog
from scimtui.tui.widgets.line import Line

_FORMATS = (
    ("", "not known"),
    ("persistent", "persistent"),
    ("unspecified", "unspecified"),
    ("emailAddress", "e-mail"),
    ("transient", "transient"),
)
_EXAMPLES = {
    "entra": "user.objectid, user.userprincipalname, user.mail, or an expression",
    "okta": 'user.getInternalProperty("id"), user.login, user.email',
}


class NameIdScreen(Dialog[NameId]):
    """Asks for source and format; an empty source says that it is not known."""

    DEFAULT_CSS = """
    NameIdScreen Label { width: 1fr; }
    NameIdScreen .head { margin-top: 1; color: $quiet; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "next field", show=False),
        Binding("up", "app.focus_previous", "field before", show=False),
        Binding("enter", "take", "take it", show=False),
    ]

    def __init__(self, idp: str, known: NameId | None) -> None:
        super().__init__()
        self._idp, self._known = idp or "entra", known or NameId()

    def compose(self) -> ComposeResult:
        known = self._known
        with Vertical(id="box"):
            yield Label("What does the SAML app send as NameID?", id="title")
            yield Line(known.source, id="source", select_on_focus=False)
            yield Label(_EXAMPLES[self._idp], id="note", markup=False)
            yield Label("externalId: both come from the same attribute", markup=False)
            yield Label("Format", classes="head")
            yield Choice(_FORMATS, self._format())
            yield Label("⏎ take it · ↑↓ field · ←→ choose · Esc back", id="keys")

    def _format(self) -> str:
        short = self._known.format.rpartition(":")[2].lower()
        return next((value for value, _ in _FORMATS if value.lower() == short), "")

    @on(Input.Changed)
    def _typed(self) -> None:
        """What was wrong may be mended."""
        self.query_one("#note", Label).update(_EXAMPLES[self._idp])

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_take()

    def action_take(self) -> None:
        """Go on with this source and format."""
        source = self.query_one(Input).value.strip()
        fault = unread(source, self._idp)
        if fault:
            row = Row(source, "NameID", kind_of(source, self._idp))
            fault = (fault_of(row, self._idp) if "(" in source else "") or fault
            self.query_one("#note", Label).update(Content(printable(fault)))
            return
        chosen = self.query_one(Choice).value
        known = self._known
        format_ = chosen if chosen != self._format() else known.format
        self.dismiss(replace(known, source=source, format=format_))
