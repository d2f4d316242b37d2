"""What only the administrator can tell: rules that need an answer are checked once there is one."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Label

from scimtui.mappings import Answers, answer_to, answered, questions
from scimtui.tui.widgets.choice import Choice
from scimtui.tui.widgets.dialog import Dialog
from scimtui.tui.widgets.line import Line

_CHOICES = (("yes", "yes"), ("no", "no"), ("", "not said"))


class AnswersScreen(Dialog[Answers]):
    """The questions about this provider's mapping; Escape leaves everything as it was."""

    DEFAULT_CSS = """
    AnswersScreen {
        & > #box { width: 92; }
        #questions { height: auto; max-height: 16; scrollbar-size-vertical: 1; }
        Horizontal { height: 1; }
        Horizontal > Label { width: 48; }
        Input, Input:focus { width: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "next question", show=False),
        Binding("up", "app.focus_previous", "question before", show=False),
        Binding("enter", "take", "take them", show=False),
    ]

    def __init__(self, idp: str, answers: Answers) -> None:
        super().__init__()
        self._questions, self._answers = questions(idp or "entra"), answers

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label("What only you can tell", id="title")
            with VerticalScroll(id="questions", can_focus=False):
                for question in self._questions:
                    given = answer_to(self._answers, question.key)
                    with Horizontal():
                        yield Label(question.text, markup=False)
                        if question.kind == "yes-no":
                            choice = Choice(_CHOICES, given)
                            choice.id = question.key
                            yield choice
                        else:
                            yield Line(given, id=question.key, select_on_focus=False)
            yield Label("⏎ take them · ↑↓ question · ←→ choose · Esc back", id="keys")

    def on_mount(self) -> None:
        self.query_one(f"#{self._questions[0].key}").focus()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_take()

    def action_take(self) -> None:
        """Go on with these answers."""
        answers = self._answers
        for question in self._questions:
            field = self.query_one(f"#{question.key}")
            given = field.value if isinstance(field, Choice | Input) else ""
            answers = answered(answers, question.key, given)
        self.dismiss(answers)
