"""A review as CSV and as Markdown, for a ticket or a change request."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from scimtui.findings import Severity
from scimtui.mappings.impact import Fate, Impact
from scimtui.mappings.review import GROUPS, Judged, Review
from scimtui.markdown import code, escaped
from scimtui.text import csv_cell, printable

_MARKDOWN_PEOPLE = 20
GUESSED = "guessed from what GitLab stores: no user export was given"


def as_csv(reviewed: Review) -> str:
    """The rows, and the findings about none of them, as CSV; cells a spreadsheet would run are defused."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("source", "target", "matching", "flow", "used as", "severity", "codes"))
    for row in reviewed.rows:
        told = row.as_json()
        writer.writerow(
            _cells(
                (
                    row.row.source,
                    row.row.target,
                    told["matching"] or "",
                    row.row.flow,
                    row.used_as,
                    row.severity.value,
                    " ".join(row.codes),
                )
            )
        )
    for one in reviewed.findings:
        if not one.row:
            writer.writerow(
                _cells(
                    (
                        "",
                        "",
                        "",
                        "",
                        "",
                        one.finding.severity.value,
                        f"{one.finding.code} {one.finding.title}",
                    )
                )
            )
    return out.getvalue()


def _joined(text: str) -> str:
    return " ".join(text.split())


def _escaped_line(text: str) -> str:
    return escaped(_joined(text))


def _cells(values: Iterable[object]) -> list[str]:
    return [csv_cell(printable(_joined(str(value)))) for value in values]


def as_markdown(reviewed: Review, about: str = "") -> str:
    """The whole review for a ticket or a change request.

    Args:
        about: which file was reviewed, and what was changed in it; empty where nobody says.
    """
    case = reviewed.case
    lines = ["# Attribute mapping review", ""]
    lines += [f"- reviewed: {_escaped_line(about)}"] if about else []
    lines += [f"- identity provider: {case.mapping.idp or 'not said'} ({case.mapping.kind.value})"]
    lines += [f"- NameID from: {code(_joined(case.name_id_source)) if case.name_id_source else 'not said'}"]
    errors, warnings, notes = (
        reviewed.number(severity) for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)
    )
    lines += [f"- found: {errors} errors, {warnings} warnings, {notes} notes"]
    if case.users is not None:
        lines += [f"- user export: {len(case.users.people)} people"]
    if case.former is not None:
        lines += ["- compared with an earlier export of the mapping"]
    lines += [f"- note: {_escaped_line(note)}" for note in reviewed.notes]
    lines += [f"- compared with GitLab's table of {case.recommended.gitlab}", ""]
    if reviewed.rows:
        lines += [
            "| source | target | matching | GitLab uses it as | verdict | codes |",
            "|---|---|---|---|---|---|",
        ]
        for row in reviewed.rows:
            cells = (
                code(_joined(row.row.source)) if row.row.source else "nothing",
                code(_joined(row.row.target)),
                str(row.row.precedence or ""),
                row.used_as or "not used",
                row.advice or row.severity.value,
                " ".join(row.codes),
            )
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    lines += [f"- missing: `{missing.source}` → `{missing.target}`" for missing in reviewed.missing]
    for group, title in GROUPS.items():
        found = [one for one in reviewed.findings if one.group == group]
        if found:
            lines += ["", f"## {title}", ""]
            for one in found:
                lines += _markdown_finding(one)
    if case.users is not None:
        lines += ["", "## The export", ""]
        fails = len(reviewed.failing)
        lines.append(
            f"- could sign in: {reviewed.working}, could not: {fails}, not known: {reviewed.unknown}, "
            f"out of scope: {len(reviewed.outside)}"
        )
        lines += [f"  - {_escaped_line(label)}" for label in reviewed.failing[:_MARKDOWN_PEOPLE]]
    if reviewed.impact is not None:
        lines += ["", "## Impact on the people who are stored", ""]
        lines += [f"- {GUESSED}"] if reviewed.impact.guessed else []
        lines += [
            f"- {name}: {number}{people and f' {_escaped_line(people)}'}"
            for name, number, people in impact_lines(reviewed.impact)
        ]
        lines += [f"- **{reviewed.impact.warning}**"] if reviewed.impact.warning else []
    if reviewed.not_checked:
        lines += ["", "## Not checked", ""]
        lines += [f"- {one.code}: {one.title} (needs {one.needs})" for one in reviewed.not_checked]
    return "\n".join(lines) + "\n"


def impact_lines(told: Impact) -> list[tuple[str, int, str]]:
    """What it is called, how many, and the first of them."""

    def first(fates: tuple[Fate, ...]) -> str:
        labels = [fate.label for fate in fates[:4]]
        shown = ", ".join(labels[:3]) + (", …" if len(labels) > 3 else "")
        return f" ({shown})" if shown else ""

    named = (
        ("would get another value", told.changes),
        ("would get a value that somebody else has", told.collides),
        ("could not sign in: the NameID is not what is stored for it", told.loses),
    )
    lines = [("keep their value", len(told.keeps), "")]
    lines += [(name, len(fates), first(fates)) for name, fates in named]
    return [*lines, ("can't be told", len(told.not_known), first(told.not_known))]


def _markdown_finding(one: Judged) -> list[str]:
    finding = one.finding
    where = f" ({code(_joined(one.row))})" if one.row else ""
    lines = [f"- **{finding.code} {finding.title}**{where}, {finding.severity.value}"]
    lines += [f"  - seen: {code(_joined(finding.seen))}"] if finding.seen else []
    lines += [f"  - {name}: {words}" for name, words in (("why", finding.why), ("fix", finding.fix)) if words]
    return lines
