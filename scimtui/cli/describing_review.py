"""The mapping review as text for a terminal."""

from __future__ import annotations

from scimtui.cli.width import text_width
from scimtui.findings import Severity
from scimtui.mappings import GROUPS, Judged, Review
from scimtui.mappings.expressions.results import Result, Unevaluated, Value
from scimtui.mappings.review_forms import GUESSED, impact_lines
from scimtui.text import cut, fit, hanging, printable

_SIGNS = {Severity.ERROR: "×", Severity.WARNING: "!", Severity.INFO: "i", Severity.OK: "✓"}
_SOURCE, _TARGET, _USED = 34, 30, 12
_WIDTH = 100
_PEOPLE = 5


def describe_review(reviewed: Review, name: str) -> str:
    """Table, findings by group, the sample, the export, what was not checked."""
    case = reviewed.case
    idp = {"entra": "Entra ID", "okta": "Okta"}.get(case.mapping.idp, "a table")
    head = [idp, *([printable(name)] if name else []), f"compared with GitLab {case.recommended.gitlab}"]
    counts = [
        f"{number} {word if number == 1 else f'{word}s'}"
        for word, severity in (
            ("error", Severity.ERROR),
            ("warning", Severity.WARNING),
            ("note", Severity.INFO),
        )
        if (number := reviewed.number(severity))
    ]
    lines = [f"Mapping review · {' · '.join(head)} · {', '.join(counts) or 'nothing found'}"]
    for note in reviewed.notes:
        lines += hanging(printable(note), "  ! ", text_width(_WIDTH)).splitlines()
    if reviewed.rows or reviewed.by_itself:
        lines += ["", *_table(reviewed)]
    for group, title in GROUPS.items():
        found = [one for one in reviewed.findings if one.group == group]
        if found:
            lines += ["", title]
            told: set[str] = set()
            for one in found:
                lines += _finding(one, again=one.finding.code in told)
                told.add(one.finding.code)
    lines += _sample(reviewed)
    lines += _export(reviewed)
    if reviewed.impact is not None:
        lines += ["", "Impact on the people who are stored"]
        lines += [f"  {GUESSED}"] if reviewed.impact.guessed else []
        lines += [
            f"  {number:>6,} {name}{printable(people)}"
            for name, number, people in impact_lines(reviewed.impact)
        ]
        lines += hanging(reviewed.impact.warning, "  ! ", text_width(_WIDTH)).splitlines()
    if reviewed.not_checked:
        codes = " ".join(one.code for one in reviewed.not_checked)
        lines += ["", *hanging(codes, "Not checked  ", text_width(_WIDTH)).splitlines()]
        lines += ["             --markdown says what each of them needs"]
    return "\n".join(lines)


def _table(reviewed: Review) -> list[str]:
    lines = [
        f"  {fit('Source', _SOURCE)}{fit('Target', _TARGET)}{'Match':>5}  {fit('GitLab uses it as', 18)} "
    ]
    for row in reviewed.rows:
        sign = _SIGNS.get(row.severity, "·")
        source = fit(cut(printable(row.row.source or "—"), _SOURCE - 2), _SOURCE)
        target = fit(cut(printable(row.row.target), _TARGET - 2), _TARGET)
        used = fit(row.used_as or "not used", 18)
        line = f"{sign} {source}{target}{row.row.precedence or '—'!s:>5}  {used} {' '.join(row.codes)}"
        lines.append(line.rstrip())
    lines += [f"  missing: {row.source} → {row.target}" for row in reviewed.missing]
    lines += [f"  sent by the app itself: {row.source} → {row.target}" for row in reviewed.by_itself]
    return lines


def _finding(one: Judged, *, again: bool) -> list[str]:
    """One finding; what it means is not told `again` where it was told before."""
    finding = one.finding
    where = f" · {printable(one.row)}" if one.row else ""
    lines = [f"{_SIGNS[finding.severity]} {finding.code}  {finding.title}{where}"]
    for text in (printable(finding.seen), *(() if again else (finding.why, finding.fix))):
        if text:
            lines += hanging(text, "         ", text_width(_WIDTH)).splitlines()
    return lines


def _told(result: Result) -> str:
    if isinstance(result, Value):
        return printable(result.text)
    return f"not evaluated: {printable(result.reason)}" if isinstance(result, Unevaluated) else "nothing"


def _sample(reviewed: Review) -> list[str]:
    sent = reviewed.sample
    if sent is None:
        return []
    lines = ["", f"Sample user  {printable(sent.user.label)}"]
    if sent.outcome == "outside":
        return [*lines, f"  · out of scope: {printable(sent.why)}"]
    lines += [
        f"  sends   {fit(printable(target), _TARGET)} {_told(result)}"
        for target, result in sent.values.items()
    ]
    lines += [f"  stored  {fit(name, _TARGET)} {printable(value)}" for name, value in sent.stored.items()]
    lines.append(f"  NameID  {fit('', _TARGET)} {_told(sent.name_id)}")
    word = {"works": "✓ could sign in", "fails": "× could not sign in"}.get(sent.outcome, "? not known")
    return [*lines, f"  {word}: {printable(sent.why)}"]


def _left_out(reviewed: Review) -> str:
    """How many the scope filter leaves out, to be put behind the other numbers; empty for nobody."""
    number = len(reviewed.outside)
    return f", {number:,} {'is' if number == 1 else 'are'} out of scope" if number else ""


def _export(reviewed: Review) -> list[str]:
    if reviewed.case.users is None:
        return []
    failing = reviewed.failing
    lines = [
        "",
        f"Of the export {reviewed.working:,} could sign in, {len(failing):,} could not, "
        f"{reviewed.unknown:,} are not known{_left_out(reviewed)}",
    ]
    lines += [f"  × {printable(label)}" for label in failing[:_PEOPLE]]
    if len(failing) > _PEOPLE:
        lines.append(f"  and {len(failing) - _PEOPLE:,} more: --json lists them")
    lines += [f"  · {printable(label)}, out of scope" for label in reviewed.outside[:_PEOPLE]]
    if len(reviewed.outside) > _PEOPLE:
        lines.append(f"  and {len(reviewed.outside) - _PEOPLE:,} more out of scope: --json lists them")
    return lines
