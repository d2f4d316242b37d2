"""A walkthrough as Markdown, with this profile's values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scimtui.guides.walkthroughs.model import OPENS, Step, Walkthrough
from scimtui.guides.walkthroughs.progress import Done
from scimtui.guides.walkthroughs.values import SECRET, Value
from scimtui.text import printable


def as_markdown(
    guide: Walkthrough, values: Mapping[str, Value], done: Mapping[str, Done] | None = None
) -> str:
    """The whole walkthrough; steps that are done are ticked. A token is never in it."""
    parts = [f"# Set up {guide.title}" if guide.idp else f"# {guide.title}", "", guide.about, ""]
    parts += [f"Checked against: {'; '.join(guide.checked)}.", ""]
    for number, step in enumerate(guide.steps, 1):
        parts += _step(number, step, values, done is not None and step.id in done)
    return "\n".join(parts).rstrip() + "\n"


def _step(number: int, step: Step, values: Mapping[str, Value], is_done: bool) -> list[str]:
    lines = [f"## {number}. {step.where}: {step.title}", "", f"- [{'x' if is_done else ' '}] done", ""]
    for paragraph in step.text.splitlines():
        lines += [paragraph, ""]
    if step.warning:
        lines += [f"> **Mind:** {step.warning}", ""]
    if step.table:
        head, *rows = step.table
        coded = [[f"`{cell}`" if cell else "" for cell in row] for row in rows]
        lines += [_row(head), _row("---" for _ in head), *map(_row, coded), ""]
    for name in step.values:
        value = values[name]
        note = f" ({value.note})" if value.note else ""
        shown = (
            "GitLab shows it once; it is not printed here" if name == SECRET else f"`{printable(value.text)}`"
        )
        lines.append(f"- {value.label}: {shown}{note}")
    if step.values:
        lines.append("")
    if step.check:
        lines += [f"- Check: `scimtui check`, line “{_check_title(step.check)}”", ""]
    if step.people:
        lines += [f"- Whom it concerns: `scimtui users '{step.people}'`", ""]
    if step.opens:
        lines += [f"- In the console: {OPENS[step.opens]}", ""]
    return [*lines, f"Source: <{step.page}>", ""]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _check_title(code: str) -> str:
    from scimtui.connection import CHECKS

    return next(check.title for check in CHECKS if check.code == code)
