"""The look that all questions share: a box in the middle, its title, one line of keys."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from scimtui.tui.widgets.ending import EndsItsWork

Result = TypeVar("Result")


class Dialog(ModalScreen[Result], EndsItsWork[Result]):
    """A question or a note over the screen; Escape closes it without an answer."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        & > #box {
            width: 76; max-width: 100%; height: auto; max-height: 100%;
            background: $surface; padding: 1 2; border-left: thick $accent;
        }
        #title { text-style: bold; width: 1fr; margin-bottom: 1; }
        #note { width: 1fr; }
        #keys { color: $quiet; width: 1fr; margin-top: 1; }
        OptionList, OptionList:focus {
            border: none; background: $surface; padding: 0; height: auto; max-height: 14;
        }
        &.-low > #box { padding: 0 2; }
        &.-low #title { margin-bottom: 0; }
        &.-low #keys { margin-top: 0; }
        Input, Input:focus { border: none; height: 1; padding: 0 1; background: $panel; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "close", id="close")]

    def action_close(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
