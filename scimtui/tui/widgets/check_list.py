"""The checks of a connection test, one a row; what failed or warned says why and what to do under it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets.option_list import Option

from scimtui.connection import Line, Report, State, Verdict
from scimtui.text import cell_width, cut, fit, hanging, printable
from scimtui.tui.widgets.plain_list import PlainList
from scimtui.tui.words import Look

LOOKS: dict[State, Look] = {
    State.WAITING: Look("·", "waiting", "quiet"),
    State.RUNNING: Look("…", "running", "accent"),
    State.PASSED: Look("✓", "passed", "success"),
    State.WARNED: Look("!", "warned", "warning"),
    State.FAILED: Look("×", "failed", "error"),
    State.SKIPPED: Look("·", "not run", "quiet"),
}
_TITLE = 16
_INDENT = "     "
_TIME = 10


class CheckList(PlainList):
    """Rows that change while the test runs; the cursor stays where it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "select",
            "details",
            key_display="⏎",
            tooltip="What the check asked, and what came back",
            id="details",
        )
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._report: Report | None = None

    def show(self, report: Report) -> None:
        """Draw the rows anew, those alone that say something else than before."""
        former, self._report = self._report, report
        if former is None or len(former.lines) != len(report.lines):
            self.clear_options()
            self.add_options([Option(self._row(line), id=line.check) for line in report.lines])
            self.highlighted = 0
            return
        for number, (before, line) in enumerate(zip(former.lines, report.lines, strict=True)):
            if before != line:
                self.replace_option_prompt_at_index(number, self._row(line))

    def lead_to(self, check: str) -> None:
        """Put the cursor on a check."""
        self.highlighted = self.get_option_index(check)
        self.call_after_refresh(self.scroll_to_highlight)

    @property
    def line(self) -> Line | None:
        """The check under the cursor."""
        if self._report is None or self.highlighted is None:
            return None
        return self._report.lines[self.highlighted]

    def on_resize(self) -> None:
        """Wrap anew."""
        if self._report is not None:
            for number, line in enumerate(self._report.lines):
                self.replace_option_prompt_at_index(number, self._row(line))

    def _row(self, line: Line) -> Content:
        width = max(40, self.size.width - 3)
        look = LOOKS[line.state]
        told, style = _told(line)
        room = width - _TITLE - 3 - _TIME
        time = (
            f"{line.milliseconds:,.0f} ms"
            if line.finding is not None and line.state is not State.SKIPPED
            else ""
        )
        parts = [
            Content.assemble(
                (f" {look.sign} ", f"${look.colour}"),
                (fit(line.title, _TITLE), "$quiet" if look.colour == "quiet" else ""),
                (fit(cut(told, room), room), style),
                (f"{time:>{_TIME}}", "$quiet"),
            )
        ]
        if line.state in (State.FAILED, State.WARNED):
            parts += _under(line, width)
        return Content("\n").join(parts)


def _told(line: Line) -> tuple[str, str]:
    if line.state is State.RUNNING:
        return "asking", "$quiet"
    finding = line.finding
    if finding is None:
        return f"waits for {line.waits_for[0]}" if line.waits_for else "", "$quiet"
    if line.state in (State.FAILED, State.WARNED):
        return finding.title, "bold"
    seen = printable(finding.seen)
    return (
        f"{finding.title} · {seen}" if seen else finding.title,
        "$quiet" if line.state is State.SKIPPED else "",
    )


def _under(line: Line, width: int) -> list[Content]:
    finding = line.finding
    assert finding is not None and line.outcome is not None
    said = [(printable(finding.seen), "$quiet"), (finding.why, "$quiet"), (printable(finding.fix), "")]
    parts = []
    for text, style in said:
        if text:
            indent = f"{_INDENT}→ " if text == printable(finding.fix) else _INDENT
            parts.append(Content.assemble((hanging(text, indent, width), style)))
    if line.outcome.copied:
        value = printable(line.outcome.copied)
        gap = " " * max(3, width - len(_INDENT) - cell_width(value) - 6)
        parts.append(Content.assemble(_INDENT, value, gap, ("y", "bold $accent"), (" copy", "$quiet")))
    return parts


def verdict_line(report: Report, what: str) -> Content:
    """The line above the rows: what it came to, how many checks, how long."""
    counted = f"{len(report.lines)} checks"
    if not report.is_over:
        over = sum(line.state.is_over for line in report.lines)
        return Content.assemble((what, "bold"), "   ", (f"testing, {over} of {counted}", "$accent"))
    time = f"{counted} in {report.took}"
    look, words = _verdict(report)
    return Content.assemble(
        (what, "bold"), "   ", (f"{look.sign} {words}", f"bold ${look.colour}"), "   ", (time, "$quiet")
    )


def _verdict(report: Report) -> tuple[Look, str]:
    if report.verdict is Verdict.READY:
        return LOOKS[State.PASSED], "ready"
    if report.verdict is Verdict.WARNINGS:
        number = report.number(State.WARNED)
        return LOOKS[State.WARNED], f"ready, with {number} {'warning' if number == 1 else 'warnings'}"
    number = report.number(State.FAILED)
    return LOOKS[State.FAILED], f"not ready: {number} {'check' if number == 1 else 'checks'} failed"
