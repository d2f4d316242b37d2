"""What happened, why, and what to do, under what was already loaded."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from scimtui.findings import Finding
from scimtui.text import printable

_HINT = "r try again · l request log · Esc hide"


class FailurePanel(Static):
    """Stays until the next try, or until Escape."""

    ALLOW_MAXIMIZE = False
    DEFAULT_CSS = """
    FailurePanel {
        display: none; height: auto; max-height: 8; padding: 0 1; background: $surface;
        border-left: thick $error;
    }
    """

    def show(self, finding: Finding, also: str = "", *, hint: str = _HINT) -> None:
        """Tell a failure; `also` says what stays good, `hint` which keys help."""
        lines = [(f"× {printable(finding.title)}", "bold $error")]
        if finding.seen:
            lines.append((printable(finding.seen), "$quiet"))
        if finding.why:
            lines.append((printable(finding.why)[:300], ""))
        if finding.fix:
            lines.append((f"→ {printable(finding.fix)}", "$accent"))
        lines.append((f"{also} · {hint}" if also else hint, "$quiet"))
        self.update(Content("\n").join(Content.assemble(line) for line in lines))
        self.display = True

    def hide(self) -> None:
        """Nothing is wrong any more."""
        self.display = False
