"""One row of a mapping, new or changed: every field is checked while it is typed."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label

from scimtui.mappings import (
    FLOWS,
    OKTA_PROFILE,
    USED_AS,
    Row,
    RowError,
    User,
    checked_row,
    key_of,
    kind_of,
    row_result,
)
from scimtui.mappings.expressions.results import Unevaluated, Value
from scimtui.text import printable, visible_blanks
from scimtui.tui.widgets.choice import Choice
from scimtui.tui.widgets.dialog import Dialog
from scimtui.tui.widgets.line import Line

_KINDS = (("attribute", "attribute"), ("expression", "expression"), ("constant", "constant"))
_FLOW_WORDS = ((FLOWS[0], "always"), (FLOWS[1], "on creation alone"))
_PLAIN_FLOWS = {flow.lower(): flow for flow in FLOWS}


class RowScreen(Dialog[Row]):
    """Asks for a row; what it comes to for the sample user stands under it."""

    DEFAULT_CSS = """
    RowScreen {
        & > #box { width: 92; }
        Horizontal { height: 1; }
        Horizontal > Label { width: 11; color: $quiet; }
        Input, Input:focus, Choice { width: 1fr; }
        .words { color: $quiet; width: 1fr; height: 1; padding-left: 11; }
        .wrong { color: $warning; }
        #comes { height: auto; max-height: 3; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "field(1)", "next field", show=False),
        Binding("up", "field(-1)", "field before", show=False),
        Binding("enter", "take", "take it", show=False),
    ]

    def __init__(self, idp: str, row: Row, sample: User | None, *, is_new: bool) -> None:
        super().__init__()
        self._idp, self._row, self._sample, self._is_new = idp or "entra", row, sample, is_new
        self._kind_chosen = row.kind == "constant"

    def compose(self) -> ComposeResult:
        row = self._row
        with Vertical(id="box"):
            yield Label(
                "New row" if self._is_new else f"Row of {printable(row.target)}", id="title", markup=False
            )
            with Horizontal():
                yield Label("Source")
                yield Line(row.source, id="source", select_on_focus=False)
            yield Label("", id="comes", classes="words", markup=False)
            if self._idp != "okta":
                with Horizontal():
                    yield Label("is a")
                    yield Choice(_KINDS, row.kind if row.kind in dict(_KINDS) else "attribute")
            with Horizontal():
                yield Label("Target")
                yield Line(row.target, id="target", select_on_focus=False)
            yield Label("", id="used", classes="words", markup=False)
            with Horizontal():
                yield Label("Matching")
                yield Line(str(row.precedence), id="precedence", select_on_focus=False)
            yield Label("precedence; 0 for none, 1 is looked for first", id="matching", classes="words")
            with Horizontal():
                yield Label("Flows")
                flow = _PLAIN_FLOWS.get(row.flow.lower(), row.flow)
                other = () if flow in FLOWS else ((flow, printable(flow)),)  # a word that the file has
                yield Choice((*_FLOW_WORDS, *other), flow)
            with Horizontal():
                yield Label("Default")
                yield Line(row.default, id="default", select_on_focus=False, placeholder="none")
            yield Label("⏎ take it · ↑↓ field · ←→ choose · Esc back; the file stays as it is", id="keys")

    def on_mount(self) -> None:
        self.query_one("#source", Input).focus()
        self._tell()

    def action_field(self, step: int) -> None:
        """The field below, or above."""
        if step > 0:
            self.focus_next()
        else:
            self.focus_previous()

    @on(Input.Changed, "#source")
    def _source_typed(self, event: Input.Changed) -> None:
        if self._idp != "okta" and not self._kind_chosen:
            kind = kind_of(event.value, self._idp)
            choice = self.query(Choice).first()
            choice.value = kind if kind in dict(_KINDS) else "attribute"
            choice.refresh()
        self._tell()

    @on(Choice.Changed)
    def _chosen(self, event: Choice.Changed) -> None:
        self._kind_chosen = self._kind_chosen or event.value in dict(_KINDS)
        self._tell()

    @on(Input.Changed, "#target, #precedence, #default")
    def _typed(self) -> None:
        self._tell()

    def _typed_row(self) -> Row:
        """What stands in the fields.

        Raises:
            RowError: it can't be a row.
        """
        fields = {name: self.query_one(f"#{name}", Input).value for name in ("source", "target", "default")}
        precedence = self.query_one("#precedence", Input).value.strip() or "0"
        if not precedence.isascii() or not precedence.isdecimal():
            raise RowError("precedence", "a whole number; 0 for none")
        choices = list(self.query(Choice))
        kind = kind_of(fields["source"], self._idp) if self._idp == "okta" else choices[0].value
        flow = choices[-1].value
        row = replace(self._row, **fields, kind=kind, precedence=int(precedence[:5]), flow=flow)
        return checked_row(row, self._idp)

    def _tell(self) -> None:
        hints = {"source": self._comes(), "target": self._used(), "precedence": ("", False)}
        try:
            self._typed_row()
        except RowError as error:
            hints[error.field] = (str(error), True)
        self._hint("comes", *hints["source"])
        self._hint("used", *hints["target"])
        words, wrong = hints["precedence"]
        self._hint("matching", words or "precedence; 0 for none, 1 is looked for first", wrong)

    def _hint(self, name: str, words: str, wrong: bool) -> None:
        label = self.query_one(f"#{name}", Label)
        label.set_class(wrong, "wrong")
        label.update(Content(printable(words)))

    def _comes(self) -> tuple[str, bool]:
        """What the source comes to for the sample user."""
        try:
            row = self._typed_row()
        except RowError:
            return "", False
        if not row.source:
            return "nothing is sent", False
        if self._sample is None:
            return "", False
        who = printable(self._sample.label)
        result = row_result(row, self._sample, self._idp, complete=self._sample.complete)
        if isinstance(result, Value):
            return f"for {who}: {visible_blanks(result.text) or 'empty text'}", False
        if isinstance(result, Unevaluated):
            return f"for {who}: {printable(result.reason)}", False
        return f"for {who}: nothing", False

    def _used(self) -> tuple[str, bool]:
        target = self.query_one("#target", Input).value.strip()
        key = key_of(OKTA_PROFILE.get(target.lower(), target) if self._idp == "okta" else target)
        if not key:
            return "", False
        used = USED_AS.get(key)
        return (f"GitLab uses it as {used}", False) if used else ("GitLab does not use it", False)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_take()

    def action_take(self) -> None:
        """Go on with this row."""
        try:
            row = self._typed_row()
        except RowError as error:
            self.query_one(f"#{error.field}", Input).focus()
            self._tell()
        else:
            self.dismiss(row)
