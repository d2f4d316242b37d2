"""What the list of a mapping review holds, line by line: pure functions of the review and a width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from textual.content import Content

from scimtui.findings import Severity
from scimtui.mappings import GROUPS, Judged, Review, ReviewedRow, Row
from scimtui.text import count, cut, fit, printable
from scimtui.tui.widgets.hanging import Piece
from scimtui.tui.words import SEVERITIES, Look

SAMPLE, EXPORT, IMPACT, UNCHECKED = "sample", "export", "impact", "unchecked"
FLOWS = {"always": "always", "objectaddonly": "on creation"}
_OUTCOMES = {
    "works": Look("✓", "could sign in", "success"),
    "fails": Look("×", "could not sign in", "error"),
    "outside": Look("·", "out of scope", "quiet"),
    "unknown": Look("?", "can't be told", "warning"),
}
_SIGN = 3
_HEADS = ("Source", "Target", "Match", "Flows", "Used as", "GitLab's table", "Found")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list.

    Attributes:
        kind: `row`, `missing`, `itself`, `heading`, `finding`, or one of the constants of this module.
        place: of the row in the mapping, for `row`.
        row: for `row`, `missing` and `itself`.
        judged: for `finding`.
    """

    kind: str
    line: Content
    place: int | None = None
    row: Row | None = None
    reviewed: ReviewedRow | None = None
    judged: Judged | None = None

    @property
    def key(self) -> str:
        """What the cursor finds the entry by after a new review."""
        if self.judged is not None:
            return f"{self.kind} {self.judged.finding.code} {self.judged.row}"
        return f"{self.kind} {self.place if self.place is not None else self.row.key if self.row else ''}"


class Widths(NamedTuple):
    """Cells of each column; 0 for one that is left out."""

    source: int
    target: int
    match: int
    flows: int
    used: int
    table: int
    codes: int


def widths(room: int) -> Widths:
    """The columns of a list that is `room` cells wide."""
    match, flows, codes = (6, 12, 14) if room >= 100 else (3, 5, 10)
    used = 12 if room >= 112 else 11
    table = 22 if room >= 112 else 0
    left = room - _SIGN - match - flows - used - table - codes
    target = min(30, left * 58 // 100)
    return Widths(left - target, target, match, flows, used, table, codes)


def heads(room: int) -> Content:
    """The titles above the list."""
    size = widths(room)
    titles = _HEADS if size.match > 3 else ("Source", "Target", "M", "Flow", "Used as", "", "Found")
    cells = [fit(title, width) for title, width in zip(titles, size, strict=True) if width]
    return Content.assemble((" " * _SIGN + "".join(cells), "$quiet"))


def entries(review: Review, room: int) -> list[Entry]:
    """Everything the review has to tell, one line each."""
    found = [_row_entry(review.rows[place], place, room) for place in _order(review)]
    found += [_other_row("missing", row, room) for row in review.missing]
    found += [_other_row("itself", row, room) for row in review.by_itself]
    for group, title in GROUPS.items():
        judged = [one for one in review.findings if one.group == group]
        if judged:
            found.append(Entry("heading", _heading(title)))
            found += [Entry("finding", _finding_line(one, room), judged=one) for one in judged]
    found.append(Entry("heading", _heading("One user, and everybody")))
    found.append(Entry(SAMPLE, _sample_line(review, room)))
    if review.case.users is not None:
        found.append(Entry(EXPORT, _export_line(review)))
    if review.impact is not None:
        found.append(Entry(IMPACT, _impact_line(review, room)))
    if review.not_checked:
        number = len(review.not_checked)
        words = f"{number} rules not checked: what they need was not given"
        found.append(Entry(UNCHECKED, Content.assemble((f" ?  {words}", "$quiet"))))
    return found


def _order(review: Review) -> list[int]:
    """What GitLab uses first, each part as the file has it."""
    return sorted(range(len(review.rows)), key=lambda place: not review.rows[place].used_as)


def _heading(title: str) -> Content:
    return Content.assemble("\n", (f" {title}", "bold"))


class _Told(NamedTuple):
    """What stands around a row: its sign, and what GitLab makes of it."""

    sign: str
    colour: str
    used: str = ""
    table: str = ""
    found: str = ""
    calm: bool = False


def _row_entry(one: ReviewedRow, place: int, room: int) -> Entry:
    look = SEVERITIES[one.severity]
    calm = not one.used_as
    codes = " ".join(one.codes)
    if one.advice == "delete":
        codes = f"delete {codes}"
    colour = "quiet" if calm and one.severity not in (Severity.ERROR, Severity.WARNING) else look.colour
    sign = "·" if colour == "quiet" else look.sign
    told = _Told(sign, colour, one.used_as or "not used", _table_cell(one), codes, calm)
    return Entry("row", _line(one.row, room, told), place=place, row=one.row, reviewed=one)


def _table_cell(one: ReviewedRow) -> str:
    if one.expected is None:
        return "—"
    return "same" if one.as_expected else told_row(one.expected)


def told_row(row: Row) -> str:
    """A row of GitLab's table, in a cell: the source, and the precedence where it has one."""
    source = printable(row.source)
    return f"{source}, {row.precedence}" if row.precedence else source


def _other_row(kind: str, row: Row, room: int) -> Entry:
    missing = _Told("+", "warning", found="missing")
    by_itself = _Told("·", "quiet", found="by itself", calm=True)
    line = _line(row, room, missing if kind == "missing" else by_itself)
    return Entry(kind, line, row=row)


def _line(row: Row, room: int, told: _Told) -> Content:
    size = widths(room)
    style = "$quiet" if told.calm else ""
    found = "$foreground" if told.colour == "plain" else f"${told.colour}"
    short = size.match <= 3
    flow = FLOWS.get(row.flow.lower(), printable(row.flow))
    if short:
        flow = {"always": "all", "on creation": "new"}.get(flow, "odd")
    source = printable(row.source) if row.source else "nothing"
    pieces: list[Piece] = [
        (f" {told.sign} ", found),
        (_cell(source, size.source), style),
        (_cell(printable(row.target), size.target), style),
        (_cell(str(row.precedence or "—"), size.match), style or ("bold" if row.precedence else "$quiet")),
        (_cell(flow, size.flows), "$quiet" if flow in ("all", "always") else "$warning"),
        (_cell(told.used, size.used), style),
    ]
    if size.table:
        pieces.append((_cell(told.table, size.table), "$quiet" if told.table in ("same", "—") else ""))
    pieces.append((cut(told.found, size.codes), found))
    return Content.assemble(*pieces)


def _cell(text: str, width: int) -> str:
    return fit(cut(text, width - 1), width)


def _finding_line(one: Judged, room: int) -> Content:
    look = SEVERITIES[one.finding.severity]
    where = f"   {printable(one.row)}" if one.row else ""
    title = cut(one.finding.title, room - _SIGN - 7 - min(len(where), 34))
    return Content.assemble(
        (f" {look.sign} ", f"${look.colour}" if look.colour != "plain" else ""),
        (f"{one.finding.code:<7}", "bold"),
        title,
        (cut(where, 34), "$quiet"),
    )


def _sample_line(review: Review, room: int) -> Content:
    sent = review.sample
    if sent is None:
        return Content.assemble((" ?  Sample user: none yet   ", "$quiet"), ("u", "bold $accent"), " one")
    look = _OUTCOMES[sent.outcome]
    return Content.assemble(
        (f" {look.sign} ", f"${look.colour}"),
        "Sample user ",
        (cut(printable(sent.user.label), max(12, room - 40)), "bold"),
        ("   " + look.word, f"${look.colour}"),
    )


def _export_line(review: Review) -> Content:
    fails = len(review.failing)
    look = _OUTCOMES["fails" if fails else "unknown" if review.unknown else "works"]
    told = f"could sign in {count(review.working)} · could not {count(fails)}"
    unknown = f" · not known {count(review.unknown)}" if review.unknown else ""
    outside = f" · out of scope {count(len(review.outside))}" if review.outside else ""
    return Content.assemble(
        (f" {look.sign} ", f"${look.colour}"), "Export ", (told + unknown + outside, "bold")
    )


def _impact_line(review: Review, room: int) -> Content:
    told = review.impact
    assert told is not None
    bad = len(told.collides) + len(told.loses)
    calm = Severity.OK if told.keeps else Severity.SKIPPED  # nothing is known of anybody
    look = SEVERITIES[Severity.ERROR if bad else Severity.WARNING if told.changes else calm]
    parts = [
        f"keep {count(len(told.keeps))}",
        f"change {count(len(told.changes))}",
        f"collide {count(len(told.collides))}",
        f"can't sign in {count(len(told.loses))}",
    ]
    unknown = len(told.not_known)
    if unknown:
        parts.insert(0 if not told.keeps and not told.changes else len(parts), f"not known {count(unknown)}")
    return Content.assemble(
        (f" {look.sign} ", f"${look.colour}"),
        "Impact ",
        ("guessed  " if told.guessed else "", "$quiet"),
        (cut(" · ".join(parts), room - 20), "bold"),
    )
