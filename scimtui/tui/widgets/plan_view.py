"""A plan, and how it ended, as text: checks, the exact requests, what is stored now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from textual.content import Content

from scimtui.corrections import Action, Change, Done, Outcome, Plan, Result
from scimtui.findings import Finding, Severity
from scimtui.text import printable, visible_blanks
from scimtui.tui.outcomes import OUTCOMES
from scimtui.tui.widgets.hanging import Piece, height, hung
from scimtui.tui.widgets.person_view import marked_difference
from scimtui.tui.words import SEVERITIES

_LINE = "\n"
_ACTIONS = {
    Action.CHANGE: "Change",
    Action.REACTIVATE: "Re-activate",
    Action.DEACTIVATE: "Deactivate",
    Action.REMOVE: "Remove",
}


class ToldPlan(NamedTuple):
    """A plan as text, wrapped.

    Attributes:
        ends: for each check the line below it, counted from 0.
    """

    text: Content
    ends: tuple[int, ...]


def plan_content(plan: Plan, width: int, *, with_values: bool, note: str = "") -> ToldPlan:
    """What is going to be done, and everything there is to say about it.

    Args:
        width: cells there are for it.
        with_values: whether old and new value stand here, because they stand nowhere else.
        note: what stands above it all.
    """
    parts: list[Content] = [hung((), [(note, "bold $accent")], width)] if note else []
    if with_values:
        for number, change in enumerate(plan.changes, plan.first_step):
            parts += _change(change, f"{number} of {plan.steps}  " if plan.steps > 1 else "", width)
        parts.append(Content(""))
    parts.append(Content("Checks"))
    ends = []
    for finding in plan.findings:
        parts += _finding(finding, width)
        ends.append(sum(height(part) for part in parts))
    if plan.changes and not plan.refused:
        parts += _requests(plan, width)
    return ToldPlan(Content("\n").join(parts), tuple(ends))


def _change(change: Change, place: str, width: int) -> list[Content]:
    title = f"{place}{_ACTIONS[change.action]} what is {change.identity.words}"
    who = f" for @{printable(change.subject.username)}" if place and change.subject.username else ""
    heading = hung((), [title + who], width)
    if change.new is None:
        return [heading, _value("now", [visible_blanks(change.old)], width)]
    old, new = marked_difference(change.old, change.new), marked_difference(change.new, change.old)
    return [heading, _value("now", old, width), _value("new", new, width)]


def _value(name: str, value: Iterable[Piece], width: int) -> Content:
    return hung([(f"   {name}  ", "$quiet")], value, width, within=False)


def _finding(finding: Finding, width: int) -> list[Content]:
    look = SEVERITIES[finding.severity]
    style = "" if look.colour == "plain" else f"${look.colour}"
    grave = finding.severity in (Severity.ERROR, Severity.WARNING)
    sign, title = (f" {look.sign} ", style), (finding.title, f"bold {style}".strip() if grave else "")
    if not grave:
        seen = f"   {printable(finding.seen)}" if finding.seen else ""
        return [hung([sign], [title, (seen, "$quiet")], width)]
    parts = [hung([sign], [title, (f"   {finding.code}", "$quiet")], width)]
    for text, colour in ((finding.seen, "$quiet"), (finding.why, ""), (finding.fix, "$accent")):
        if text:
            lead = "   → " if colour == "$accent" else "   "
            parts.append(hung([(lead, colour)], [(printable(text), colour)], width))
    return parts


def _requests(plan: Plan, width: int) -> list[Content]:
    parts = [Content(""), Content.assemble("Will send", ("   nothing has been sent yet", "$quiet"))]
    said = []
    for change in plan.changes:
        request = change.request
        said += [f"{request.method} {printable(urlsplit(request.url).path)}", printable(request.body or "")]
    said += [
        "then read it back, and write what is stored to the journal",
        printable(plan.channel_reason),
    ]
    return [*parts, *(hung(["   "], [(text, "$quiet")], width) for text in said if text)]


def result_content(result: Result, width: int) -> Content:
    """How it ended: the answer first, then what is stored, then the next step."""
    pieces: list[Piece] = []
    for done in result.done:
        pieces += _done(done, len(result.plan.changes) > 1, width)
    new = [one for one in result.findings if one not in result.plan.findings]
    if new:
        pieces += [_LINE, "Seen just before the write", _LINE]
        for finding in new:
            for part in _finding(finding, width):
                pieces += [part, _LINE]
    left = len(result.plan.changes) - len(result.done)
    if left:
        number = f"{left} of {len(result.plan.changes)} changes"
        pieces += [_LINE, (f"{number} {'was' if left == 1 else 'were'} not begun.", "bold"), _LINE]
        pieces += [_next("The same correction again goes on from here, after its checks.", width), _LINE]
        if result.entries_to_undo:
            back = ", then ".join(str(entry) for entry in result.entries_to_undo)
            told = f"Or undo entry {back} in History: that takes back what was done."
            pieces += [_next(told, width), _LINE]
    if result.outcome is Outcome.VERIFIED and result.plan.afterwards:
        pieces += [_LINE, ("Left to do at the identity provider", "bold"), _LINE]
        pieces += [_next(result.plan.afterwards, width), _LINE]
    if result.outcome is Outcome.UNKNOWN:
        told = "Read the person again (Esc, r) once GitLab answers; the next start settles it."
        pieces += [_LINE, _next(told, width)]
    return Content.assemble(*pieces)


def _next(text: str, width: int) -> Content:
    return hung([("→ ", "$accent")], [(text, "$accent")], width)


_TOLD = {
    Outcome.VERIFIED: "Done, and read back",
    Outcome.UNCHANGED: "Not changed: the old value is still stored",
    Outcome.OTHER: "Something else is stored than was wanted",
    Outcome.UNKNOWN: "What came of it is not known",
    Outcome.REFUSED: "Refused: nothing was sent",
}


_DONE = {
    Action.REACTIVATE: "Done, and read back: the SCIM identity is active",
    Action.DEACTIVATE: "Done, and read back: the SCIM identity is inactive",
    Action.REMOVE: "Done, and read back: the identity is gone",
}


def _done(done: Done, several: bool, width: int) -> list[Piece]:
    look = OUTCOMES[done.outcome]
    change = done.change
    who = f"  {change.identity.words} for @{printable(change.subject.username)}" if several else ""
    entry = f"   journal entry {done.entry}" if done.entry is not None else ""
    told = _TOLD[done.outcome]
    if change.action is not Action.CHANGE:
        told = _DONE[change.action] if done.outcome is Outcome.VERIFIED else told.partition(":")[0]
    style = f"bold ${look.colour}"
    told_all: list[Piece] = [(told, style), who, (entry, "$quiet")]
    pieces: list[Piece] = [hung([(f"{look.sign} ", style)], told_all, width), _LINE]
    if done.outcome is not Outcome.UNKNOWN and change.action is Action.CHANGE:
        stored = visible_blanks(done.stored) if done.stored is not None else "nothing, or not read"
        pieces += [hung([("  stored now ", "$quiet")], [stored], width, within=False), _LINE]
    if done.said:
        pieces += [hung(["  "], [printable(done.said)], width), _LINE]
    return pieces
