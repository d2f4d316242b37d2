"""The connection test as text for a terminal."""

from __future__ import annotations

from scimtui.cli.width import text_width
from scimtui.connection import Line, Report, State, Verdict
from scimtui.text import hanging, printable

_SIGNS = {State.PASSED: "✓", State.WARNED: "!", State.FAILED: "×", State.SKIPPED: "·"}
_WIDTH = 15
_WIDEST = 110


def describe_line(line: Line, *, wide: bool) -> str:
    """One check that is over; where it matters, why, what to do, and what to paste."""
    finding = line.finding
    assert finding is not None and line.outcome is not None
    said = " · ".join(part for part in (finding.title, printable(finding.seen)) if part)
    time = f"  {line.milliseconds:,.0f} ms" if wide and line.state is not State.SKIPPED else ""
    lines = [f"{_SIGNS[line.state]} {line.title:<{_WIDTH}} {said}{time}"]
    if line.state in (State.FAILED, State.WARNED):
        indent = " " * (_WIDTH + 3)
        for part in (finding.why, finding.fix):
            lines += hanging(printable(part), indent, text_width(_WIDEST)).splitlines() if part else []
        if line.outcome.copied:
            lines.append(f"{indent}{printable(line.outcome.copied)}")
    return "\n".join(lines)


def describe_verdict(report: Report) -> str:
    """The one verdict, and the first thing to mend."""
    skipped = report.number(State.SKIPPED)
    left_out = f", {skipped} of them not run" if skipped else ""
    counted = (
        f"{len(report.lines)} checks{left_out}, in {report.took}"
        if skipped
        else (f"{len(report.lines)} checks in {report.took}")
    )
    warnings, failures = report.number(State.WARNED), report.number(State.FAILED)
    if report.verdict is Verdict.READY:
        return f"ready · {counted}"
    first = report.first_to_fix
    assert first is not None and first.finding is not None
    if report.verdict is Verdict.WARNINGS:
        head = f"ready, with {warnings} {'warning' if warnings == 1 else 'warnings'}"
    else:
        head = f"not ready: {failures} {'check' if failures == 1 else 'checks'} failed"
    return f"{head} · {counted}\nfirst: {first.title}: {first.finding.title}"
