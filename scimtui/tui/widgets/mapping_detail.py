"""One entry of a mapping review told in full, and under it the sample user: pure functions."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from scimtui.findings import Severity
from scimtui.mappings import Judged, Review, Row, Sent, row_result
from scimtui.mappings.expressions.results import Result, Unevaluated, Value
from scimtui.mappings.review_forms import GUESSED, impact_lines
from scimtui.text import count, fit, hanging, printable, visible_blanks
from scimtui.tui.widgets.hanging import Piece
from scimtui.tui.widgets.mapping_entries import (
    EXPORT,
    IMPACT,
    SAMPLE,
    UNCHECKED,
    Entry,
    told_row,
)
from scimtui.tui.widgets.person_view import marked_difference
from scimtui.tui.words import SEVERITIES

_INDENT = "         "
_PEOPLE = 12
_NAME = 30
_OUTCOMES = {
    "works": ("✓ could sign in", "success"),
    "fails": ("× could not sign in", "error"),
    "outside": ("· out of scope", "quiet"),
    "unknown": ("? whether they could sign in can't be told", "warning"),
}
ORIGINS = {
    "export": "from the export",
    "typed": "as typed",
    "guessed": "guessed from what GitLab stores",
}


def detail(review: Review, entry: Entry | None, width: int) -> Content:
    """What the pane under the list says about the entry under the cursor."""
    blocks: list[Content] = []
    if entry is not None:
        blocks += _about(review, entry, width)
    if review.sample is not None and (entry is None or entry.kind != SAMPLE):
        blocks += _sample(review.sample, width, brief=True)
    return Content("\n").join(blocks)


def _about(review: Review, entry: Entry, width: int) -> list[Content]:
    if entry.kind == "row":
        return _row(review, entry, width)
    if entry.kind == "finding" and entry.judged is not None:
        judged = entry.judged
        place = review.case.mapping.place_of(judged.row) if judged.row else None
        value = _value_for_sample(review, review.case.mapping.rows[place]) if place is not None else []
        return [*_finding(judged, width), *value, *_keys("row" if judged.row else ""), Content("")]
    if entry.kind in ("missing", "itself") and entry.row is not None:
        return _other(entry, width)
    if entry.kind == SAMPLE:
        return _sample(review.sample, width) if review.sample is not None else _no_sample(width)
    if entry.kind == EXPORT:
        return _export(review)
    if entry.kind == IMPACT:
        return _impact(review, width)
    return _unchecked(review, width) if entry.kind == UNCHECKED else []


def _row(review: Review, entry: Entry, width: int) -> list[Content]:
    one = entry.reviewed
    assert one is not None
    row = one.row
    blocks: list[Content] = []
    for judged in review.findings:
        if judged.row and judged.finding.code in one.codes and _is_about(review, judged, entry):
            blocks += [*_finding(judged, width), Content("")]
    source = printable(row.source) or "nothing"
    blocks.append(Content.assemble((hanging(f"{printable(row.target)} ← {source}", " ", width), "bold")))
    facts = [f"GitLab uses it as {one.used_as}" if one.used_as else "GitLab does not use it"]
    if row.default:
        facts.append(f"sent on creation where the source is empty: “{printable(row.default)}”")
    if one.expected is not None:
        same = "the same as GitLab's table"
        facts.append(same if one.as_expected else f"GitLab's table has {told_row(one.expected)}")
    blocks.append(Content.assemble((hanging(" · ".join(facts), " ", width), "$quiet")))
    return [*blocks, *_value_for_sample(review, row), Content("")]


def _value_for_sample(review: Review, row: Row) -> list[Content]:
    """What the row comes to for the sample user."""
    if review.sample is None:
        return []
    user, case = review.sample.user, review.case
    result = row_result(row, user, case.idp, complete=case.complete or user.complete)
    label = printable(review.sample.user.label)
    return [Content.assemble((f" for {label}  ", "$quiet"), *_told(result))]


def _is_about(review: Review, judged: Judged, entry: Entry) -> bool:
    """Whether a finding is about the entry's row; two rows that are sent as one share what was found."""
    rows = review.case.mapping.rows
    place = review.case.mapping.place_of(judged.row)
    return place is not None and entry.row is not None and rows[place].key == entry.row.key


def _finding(one: Judged, width: int) -> list[Content]:
    finding = one.finding
    look = SEVERITIES[finding.severity]
    style = "bold" if finding.severity is Severity.INFO else f"bold ${look.colour}"
    head = Content.assemble((f" {look.sign} {finding.code:<6}", style), (finding.title, "bold"))
    blocks = [head]
    said: Iterable[tuple[str, str]] = (
        (printable(finding.seen), ""),
        (finding.why, "$quiet"),
        (f"→ {finding.fix}" if finding.fix else "", ""),
    )
    blocks += [Content.assemble((hanging(text, _INDENT, width), style)) for text, style in said if text]
    if len(one.people) > 3:
        names = ", ".join(printable(label) for label in one.people[:_PEOPLE])
        more = f" and {count(len(one.people) - _PEOPLE)} more" if len(one.people) > _PEOPLE else ""
        blocks.append(Content.assemble((hanging(names + more, _INDENT, width), "$quiet")))
    if finding.source:
        blocks.append(Content.assemble((f"{_INDENT}Source: {finding.source}", "$quiet")))
    return blocks


def _keys(what: str) -> list[Content]:
    if not what:
        return []
    return [Content.assemble(_INDENT, ("⏎", "bold $accent"), ("  edit the row", "$quiet"))]


def _other(entry: Entry, width: int) -> list[Content]:
    row = entry.row
    assert row is not None
    if entry.kind == "missing":
        head = f"Missing: {row.target} ← {row.source}"
        text = "GitLab's table has this row, the mapping does not."
        key = [Content.assemble(" ", ("⏎", "bold $accent"), ("  add it", "$quiet"))]
    else:
        head = f"{row.target} ← {row.source}"
        text = "Okta's GitLab app sends this by itself: it stands in no profile mapping."
        key = []
    return [
        Content.assemble((hanging(head, " ", width), "bold")),
        Content.assemble((hanging(text, " ", width), "$quiet")),
        *key,
        Content(""),
    ]


def _told(result: Result) -> list[Piece]:
    if isinstance(result, Value):
        return [visible_blanks(result.text) or ("empty text", "$quiet")]
    if isinstance(result, Unevaluated):
        return [("not evaluated: ", "$warning"), (printable(result.reason), "$quiet")]
    return [("nothing", "$warning")]


def _no_sample(width: int) -> list[Content]:
    text = (
        "A sample user shows what would be sent, stored, and whether they could sign in. "
        "It is somebody of an export, somebody of the list, or what you type."
    )
    return [
        Content.assemble((" Sample user", "bold")),
        Content.assemble((hanging(text, " ", width), "$quiet")),
        Content.assemble(" ", ("u", "bold $accent"), ("  choose one", "$quiet")),
    ]


def _sample(sent: Sent, width: int, *, brief: bool = False) -> list[Content]:
    """The request, what GitLab would store of it, the NameID; `brief` for what decides alone."""
    user = sent.user
    blocks = [
        Content.assemble(
            (" Sample user  ", "bold"),
            printable(user.label),
            (f"   {ORIGINS[user.origin]}", "$quiet"),
        )
    ]
    uid = sent.stored.get("extern_uid", "")
    name_id = sent.name_id
    if sent.outcome == "outside":
        return [*blocks, Content.assemble((hanging(f"out of scope: {sent.why}", "   ", width), "$quiet"))]
    if not brief:
        blocks.append(Content.assemble(("   POST /Users would send", "$quiet")))
        blocks += [_valued(printable(target), _told(result)) for target, result in sent.values.items()]
        blocks.append(Content.assemble(("   GitLab would store", "$quiet")))
        blocks += [_valued(name, [visible_blanks(value)]) for name, value in sent.stored.items()]
        blocks.append(Content.assemble(("   at the sign-in", "$quiet")))
    else:
        external = next(
            (one for target, one in sent.values.items() if target.lower() in ("externalid", "id")), None
        )
        if external is not None:
            blocks.append(_valued("externalId sent", _told(external)))
    marked = (
        marked_difference(name_id.text, uid)
        if isinstance(name_id, Value) and uid and name_id.text != uid
        else _told(name_id)
    )
    blocks.append(_valued("NameID", marked))
    words, colour = _OUTCOMES[sent.outcome]
    blocks.append(
        Content.assemble((f"   {words}", f"bold ${colour}"), (f": {printable(sent.why)}", "$quiet"))
    )
    if not brief:
        keys = Content.assemble(
            "   ", ("y", "bold $accent"), ("  copy the request   ", "$quiet"),
            ("u", "bold $accent"), ("  another user", "$quiet"),
        )  # fmt: skip
        blocks.append(keys)
    return blocks


def _valued(name: str, pieces: list[Piece]) -> Content:
    return Content.assemble((f"     {fit(name, _NAME)} ", "$quiet"), *pieces)


def _export(review: Review) -> list[Content]:
    users = review.case.users
    assert users is not None
    lines: list[tuple[str, int, str]] = [
        ("could sign in", review.working, "success"),
        ("could not sign in", len(review.failing), "error" if review.failing else "quiet"),
        ("can't be told", review.unknown, "warning" if review.unknown else "quiet"),
    ]
    if review.outside:
        lines.append(("out of scope: nothing is sent for them", len(review.outside), "quiet"))
    blocks = [Content.assemble((f" Of the {count(len(users.people))} of the user export", "bold"))]
    blocks += [
        Content.assemble((f"   {count(number):>9}  ", f"bold ${colour}"), name)
        for name, number, colour in lines
    ]
    if review.failing or review.unknown or review.outside:
        blocks.append(Content.assemble(" ", ("⏎", "bold $accent"), ("  who, and why", "$quiet")))
    return [*blocks, Content("")]


def _impact(review: Review, width: int) -> list[Content]:
    told = review.impact
    assert told is not None
    blocks = [Content.assemble((" If this mapping were put in force now", "bold"))]
    if told.guessed:
        blocks.append(Content.assemble((f" {GUESSED}", "$quiet")))
    blocks += [
        Content.assemble((f"   {count(number):>9}  ", "bold"), name, (printable(people), "$quiet"))
        for name, number, people in impact_lines(told)
    ]
    if told.warning:
        blocks.append(Content.assemble((hanging(f"! {told.warning}", " ", width), "$warning")))
    blocks.append(Content.assemble(" ", ("⏎", "bold $accent"), ("  who, one by one", "$quiet")))
    return [*blocks, Content("")]


def _unchecked(review: Review, width: int) -> list[Content]:
    needs: dict[str, list[str]] = {}
    for one in review.not_checked:
        needs.setdefault(one.needs, []).append(one.code)
    blocks = [Content.assemble((" Not checked, and so not said to be fine", "bold"))]
    for need, codes in needs.items():
        blocks.append(Content.assemble((hanging(f"needs {need}", "   ", width), "")))
        blocks.append(Content.assemble((hanging(" ".join(codes), "     ", width), "$quiet")))
    keys = (("w", "answers"), ("n", "NameID"), ("f", "a file"))
    pieces: list[Piece] = [" "]
    for key, word in keys:
        pieces += [(key, "bold $accent"), (f"  {word}   ", "$quiet")]
    return [*blocks, Content.assemble(*pieces), Content("")]
