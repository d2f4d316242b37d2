"""The review: a table of the rows, what each rule found, what was not checked, and one sample user."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from scimtui.findings import Finding, FindingTexts, Severity
from scimtui.mappings.attribute_rules import ATTRIBUTE_RULES
from scimtui.mappings.case import Case
from scimtui.mappings.expressions.results import Result, Unevaluated, Value
from scimtui.mappings.found import Found
from scimtui.mappings.identity_rules import IDENTITY_RULES
from scimtui.mappings.impact import Impact, impact
from scimtui.mappings.model import Kind, Row
from scimtui.mappings.recommended import recommended
from scimtui.mappings.sending import USED_AS, Sent, send
from scimtui.mappings.setting_rules import SETTING_RULES
from scimtui.mappings.users import User
from scimtui.text import printable

TEXTS = FindingTexts(Path(__file__).with_name("rules.toml"))
RULES = {**IDENTITY_RULES, **ATTRIBUTE_RULES, **SETTING_RULES}
GROUPS = {
    "sign-in": "Can people sign in",
    "leavers": "Do leavers lose access",
    "noise": "Noise",
}
_NEEDS = {
    "E": "Entra's schema file",
    "P": "Okta's JSON",
    "N": "the NameID's source, or a captured sign-in",
    "G": "the group's people",
    "U": "a user export",
    "L": "a provisioning log",
    "C": "an administrator's answer",
    "E2": "a second export",
}
_ORDER = ("B", "H", "M", "L", "I")
_MARKDOWN_PEOPLE = 20


class Judged(NamedTuple):
    """One finding of the review.

    Attributes:
        row: target of the row that it is about; empty for the whole mapping.
        group: key of `GROUPS`.
        people: labels of those it is about.
    """

    finding: Finding
    row: str
    group: str
    grade: str
    people: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """DESIGN's finding, with its row."""
        return {**self.finding.as_json(), "row": self.row or None}


class ReviewedRow(NamedTuple):
    """One row as it is judged.

    Attributes:
        used_as: what GitLab uses it for; empty for nothing.
        advice: `missing`, `delete`, or empty.
    """

    row: Row
    used_as: str
    severity: Severity
    codes: tuple[str, ...]
    advice: str = ""

    def as_json(self) -> dict[str, object]:
        """DESIGN's row."""
        return {
            "source": self.row.source,
            "target": self.row.target,
            "matching": self.row.precedence or None,
            "flow": self.row.flow,
            "used_as": self.used_as or None,
            "severity": self.severity.value,
            "codes": list(self.codes),
        }


class NotChecked(NamedTuple):
    """A rule without its inputs."""

    code: str
    title: str
    needs: str


@dataclass(frozen=True, slots=True)
class Review:
    """A whole review.

    Attributes:
        missing: rows of the recommended table that are not there.
        sample: one user, worked out; None where there is none.
        failing: who of the export could not sign in.
        working: how many could; `unknown`: for how many it can't be told.
        impact: on the people who are stored; None where there is no export or nobody is stored.
    """

    case: Case
    rows: tuple[ReviewedRow, ...]
    missing: tuple[Row, ...]
    findings: tuple[Judged, ...]
    not_checked: tuple[NotChecked, ...]
    sample: Sent | None
    failing: tuple[str, ...]
    working: int
    unknown: int
    impact: Impact | None = None

    @property
    def has_errors(self) -> bool:
        """Whether a blocker was found."""
        return any(one.finding.severity is Severity.ERROR for one in self.findings)

    def number(self, severity: Severity) -> int:
        """How many findings are of this severity."""
        return sum(one.finding.severity is severity for one in self.findings)

    def as_json(self) -> dict[str, object]:
        """DESIGN's "review", with what was not checked and how the export fares beside it."""
        case = self.case
        return {
            "idp": case.mapping.idp or None,
            "kind": case.mapping.kind.value,
            "rows": [row.as_json() for row in self.rows],
            "missing": [
                {"source": row.source, "target": row.target, "matching": row.precedence or None}
                for row in self.missing
            ],
            "findings": [one.as_json() for one in self.findings],
            "sample": sample_json(self.sample) if self.sample is not None else None,
            "not_checked": [
                {"code": one.code, "title": one.title, "needs": one.needs} for one in self.not_checked
            ],
            "users": {"works": self.working, "fails": list(self.failing), "unknown": self.unknown}
            if case.users is not None
            else None,
            "impact": self.impact.as_json() if self.impact is not None else None,
        }


def review(case: Case, sample: User | None = None) -> Review:
    """Review a mapping.

    Args:
        sample: the user that is worked out; None for the first of the export.
    """
    findings, not_checked = judge(case)
    by_row: dict[str, list[Judged]] = {}
    for one in findings:
        if one.row:
            by_row.setdefault(Row("", one.row).key, []).append(one)
    rows = tuple(_reviewed(row, by_row.get(row.key, [])) for row in case.mapping.rows)
    person = sample or (case.users.people[0] if case.users is not None and case.users.people else None)
    worked = (
        send(case.mapping, case.name_id, person, complete=case.complete or sample is not None)
        if person is not None
        else None
    )
    return Review(
        case,
        rows,
        _missing(case),
        findings,
        not_checked,
        worked,
        tuple(one.user.label for one in case.sent if one.outcome == "fails"),
        sum(one.outcome == "works" for one in case.sent),
        sum(one.outcome == "unknown" for one in case.sent),
        impact(case),
    )


def judge(case: Case) -> tuple[tuple[Judged, ...], tuple[NotChecked, ...]]:
    """Run every rule that is about this identity provider: what was found, and what was not checked."""
    judged: list[Judged] = []
    not_checked: list[NotChecked] = []
    for code, text in TEXTS.all().items():
        if not _concerns(code, text["needs"], case):
            continue
        rule = RULES.get(code)
        found = rule(case) if rule is not None and _has(text["needs"], case) else None
        if found is None:
            not_checked.append(NotChecked(code, text["title"], _words(text["needs"])))
            continue
        judged += [_judged(code, one) for one in found]
    judged.sort(key=lambda one: (_ORDER.index(one.grade), list(GROUPS).index(one.group)))
    return tuple(judged), tuple(not_checked)


def _judged(code: str, found: Found) -> Judged:
    text = TEXTS.all()[code]
    return Judged(TEXTS.finding(code, found.seen), found.target, text["group"], text["grade"], found.people)


_ABOUT = {"OK": "okta", "KC": "keycloak", "GW": "google"}


def _concerns(code: str, needs: str, case: Case) -> bool:
    """Rules about another identity provider are none of this review's."""
    if _ABOUT.get(code[:2], case.idp) != case.idp:
        return False
    letters = set(needs.replace("+", "/").split("/"))
    if case.mapping.idp == "okta":
        return "E" not in letters or "P" in letters
    return "P" not in letters or "E" in letters


def _has(needs: str, case: Case) -> bool:
    """Whether the inputs are there; what an administrator must answer, the rule itself looks for."""
    there = {
        "E": case.mapping.idp != "okta" and bool(case.mapping.rows),
        "P": case.mapping.idp == "okta",
        "N": case.name_id is not None,
        "G": case.stored is not None,
        "U": case.users is not None,
        "L": False,
        "C": True,
        "E2": case.former is not None,
    }
    if needs == "C+G":
        return True  # an earlier export tells as well as the group's people
    return all(any(there[letter] for letter in part.split("/")) for part in needs.split("+"))


def _words(needs: str) -> str:
    return " and ".join(
        " or ".join(_NEEDS[letter] for letter in part.split("/")) for part in needs.split("+")
    )


_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def _reviewed(row: Row, found: list[Judged]) -> ReviewedRow:
    severities = {one.finding.severity for one in found}
    worst = next((severity for severity in _SEVERITIES if severity in severities), Severity.OK)
    codes = tuple(dict.fromkeys(one.finding.code for one in found))
    used = USED_AS.get(row.key, "")
    unused = "EX-01" in codes or "EX-02" in codes or row.key == "id"
    return ReviewedRow(row, used, worst, codes, "delete" if unused else "")


def _missing(case: Case) -> tuple[Row, ...]:
    if case.mapping.idp == "okta" or case.mapping.kind not in (Kind.ENTRA_SCHEMA, Kind.TABLE):
        return ()
    there = {USED_AS.get(row.key, row.key) for row in case.mapping.rows if row.key != "id"}
    return tuple(row for row in recommended()[0].rows if USED_AS[row.key] not in there)


def result_json(result: Result) -> object:
    """A result: its text or list, null for NULL, and an object with the reason where it was not evaluated."""
    if isinstance(result, Value):
        return result.content if isinstance(result.content, str) else list(result.content)
    return {"not_evaluated": result.reason} if isinstance(result, Unevaluated) else None


def sample_json(sent: Sent) -> dict[str, object]:
    """DESIGN's sample."""
    return {
        "input": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in sent.user.attributes.items()
        },
        "sent": {target: result_json(result) for target, result in sent.values.items()},
        "stored": dict(sent.stored),
        "name_id": result_json(sent.name_id),
        "outcome": sent.outcome,
    }


# ── as text ──────────────────────────────────────────────────────────────────


def as_csv(reviewed: Review) -> str:
    """The rows, and the findings about none of them, as CSV; cells a spreadsheet would run are defused."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("source", "target", "matching", "flow", "used as", "severity", "codes"))
    for row in reviewed.rows:
        told = row.as_json()
        writer.writerow(
            _defused(
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
                _defused(
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


def _one_line(text: str) -> str:
    """Nothing that a terminal would obey, and no line breaks."""
    return printable(" ".join(text.split()))


def _defused(cells: Iterable[object]) -> list[str]:
    return [
        f"'{text}" if (text := _one_line(str(cell)))[:1] in ("=", "+", "-", "@", "\t") else text
        for cell in cells
    ]


def as_markdown(reviewed: Review) -> str:
    """The whole review for a ticket or a change request."""
    case = reviewed.case
    lines = ["# Attribute mapping review", ""]
    lines += [f"- identity provider: {case.mapping.idp or 'not said'} ({case.mapping.kind.value})"]
    lines += [f"- NameID from: {_one_line(case.name_id_source) or 'not said'}"]
    errors, warnings, notes = (reviewed.number(severity) for severity in _SEVERITIES)
    lines += [f"- found: {errors} errors, {warnings} warnings, {notes} notes"]
    lines += [f"- compared with GitLab's table of {recommended()[0].gitlab}", ""]
    if reviewed.rows:
        lines += [
            "| source | target | matching | GitLab uses it as | verdict | codes |",
            "|---|---|---|---|---|---|",
        ]
        for row in reviewed.rows:
            cells = (
                f"`{row.row.source}`" if row.row.source else "nothing",
                f"`{row.row.target}`",
                str(row.row.precedence or ""),
                row.used_as or "not used",
                row.advice or row.severity.value,
                " ".join(row.codes),
            )
            lines.append(f"| {' | '.join(_one_line(cell).replace('|', chr(92) + '|') for cell in cells)} |")
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
            f"- could sign in: {reviewed.working}, could not: {fails}, not known: {reviewed.unknown}"
        )
        lines += [f"  - {_one_line(label)}" for label in reviewed.failing[:_MARKDOWN_PEOPLE]]
    if reviewed.impact is not None:
        lines += ["", "## Impact on the people who are stored", ""]
        lines += [
            f"- {name}: {number}{_one_line(people) and f' {_one_line(people)}'}"
            for name, number, people in impact_lines(reviewed.impact)
        ]
        lines += [f"- **{reviewed.impact.warning}**"] if reviewed.impact.warning else []
    if reviewed.not_checked:
        lines += ["", "## Not checked", ""]
        lines += [f"- {one.code}: {one.title} (needs {one.needs})" for one in reviewed.not_checked]
    return "\n".join(lines) + "\n"


def impact_lines(told: Impact) -> list[tuple[str, int, str]]:
    """What it is called, how many, and the first of them."""

    def first(labels: list[str]) -> str:
        shown = ", ".join(labels[:3]) + (", …" if len(labels) > 3 else "")
        return f" ({shown})" if shown else ""

    named = (
        ("would get another value", told.changes),
        ("would get a value that somebody else has", told.collides),
        ("would not sign in any more", told.loses),
    )
    lines = [("keep their value", len(told.keeps), "")]
    lines += [(name, len(fates), first([fate.label for fate in fates])) for name, fates in named]
    return [*lines, ("can't be told", len(told.not_known), first(list(told.not_known)))]


def _markdown_finding(one: Judged) -> list[str]:
    finding = one.finding
    where = f" (`{_one_line(one.row)}`)" if one.row else ""
    lines = [f"- **{finding.code} {finding.title}**{where}, {finding.severity.value}"]
    lines += [
        f"  - {name}: {_one_line(words)}"
        for name, words in (("seen", finding.seen), ("why", finding.why), ("fix", finding.fix))
        if words
    ]
    return lines
