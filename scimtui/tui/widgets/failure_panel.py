"""What happened, why, and what to do, under what was already loaded."""

from __future__ import annotations

from textual.content import Content

from scimtui.findings import Finding
from scimtui.text import printable
from scimtui.tui.widgets.hanging import Wrapped, hung

_HINT = "r try again · l request log · Esc hide"


class FailurePanel(Wrapped):
    """Stays until the next try, or until Escape."""

    ALLOW_MAXIMIZE = False
    DEFAULT_CSS = """
    FailurePanel {
        display: none; height: auto; max-height: 8; padding: 0 1; background: $surface;
        border-left: thick $error;
    }
    """

    def tell(self, finding: Finding, also: str = "", *, hint: str = _HINT) -> None:
        """Tell a failure; `also` says what stays good, `hint` which keys help."""
        lines = (
            ("× ", finding.title, "bold $error"),
            ("", finding.seen, "$quiet"),
            ("", finding.why[:300], ""),
            ("→ ", finding.fix, "$accent"),
            ("", f"{also} · {hint}" if also else hint, "$quiet"),
        )
        self.show(
            lambda width: Content("\n").join(
                hung([(lead, style)], [(printable(text), style)], width)
                for lead, text, style in lines
                if text
            )
        )
        self.display = True

    def hide(self) -> None:
        """Nothing is wrong any more."""
        self.display = False
