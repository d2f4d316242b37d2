"""A plan, and how it ended, as text: checks, the exact requests, what is stored now."""

from __future__ import annotations

from urllib.parse import urlsplit

from textual.content import Content

from scimtui.corrections import Action, Change, Done, Outcome, Plan, Result
from scimtui.findings import Finding, Severity
from scimtui.text import hanging, printable, visible_blanks
from scimtui.tui.outcomes import OUTCOMES
from scimtui.tui.widgets.person_view import Piece, marked_difference
from scimtui.tui.words import SEVERITIES

_LINE = "\n"
_ACTIONS = {
    Action.CHANGE: "Change",
    Action.REACTIVATE: "Re-activate",
    Action.DEACTIVATE: "Deactivate",
    Action.REMOVE: "Remove",
}


def plan_content(plan: Plan, width: int, *, with_values: bool) -> Content:
    """What is going to be done, and everything there is to say about it.

    Args:
        width: cells there are for it.
        with_values: whether old and new value stand here, because they stand nowhere else.
    """
    pieces: list[Piece] = []
    if with_values:
        for number, change in enumerate(plan.changes, plan.first_step):
            pieces += _change(change, f"{number} of {plan.steps}  " if plan.steps > 1 else "")
        pieces.append(_LINE)
    pieces += ["Checks", _LINE]
    for finding in plan.findings:
        pieces += _finding(finding, width)
    if plan.changes and not plan.refused:
        pieces += _requests(plan, width)
    return Content.assemble(*pieces)


def _change(change: Change, place: str) -> list[Piece]:
    title = f"{place}{_ACTIONS[change.action]} what is {change.identity.words}"
    who = f" for @{printable(change.subject.username)}" if place and change.subject.username else ""
    pieces: list[Piece] = [title + who, _LINE]
    if change.new is None:
        return [*pieces, ("   now  ", "$quiet"), visible_blanks(change.old), _LINE]
    pieces += [("   now  ", "$quiet"), *marked_difference(change.old, change.new), _LINE]
    return [*pieces, ("   new  ", "$quiet"), *marked_difference(change.new, change.old), _LINE]


def _finding(finding: Finding, width: int) -> list[Piece]:
    look = SEVERITIES[finding.severity]
    style = "" if look.colour == "plain" else f"${look.colour}"
    grave = finding.severity in (Severity.ERROR, Severity.WARNING)
    title = f"bold {style}" if grave else ""
    pieces: list[Piece] = [(f" {look.sign} ", style), (finding.title, title)]
    if not grave:
        return [*pieces, (f"   {printable(finding.seen)}" if finding.seen else "", "$quiet"), _LINE]
    pieces += [(f"   {finding.code}", "$quiet"), _LINE]
    for text, colour in ((finding.seen, "$quiet"), (finding.why, ""), (finding.fix, "$accent")):
        if text:
            indent = "   → " if colour == "$accent" else "   "
            pieces += [(hanging(printable(text), indent, width), colour), _LINE]
    return pieces


def _requests(plan: Plan, width: int) -> list[Piece]:
    pieces: list[Piece] = [_LINE, "Will send", ("   nothing has been sent yet", "$quiet"), _LINE]
    for change in plan.changes:
        request = change.request
        pieces += [(f"   {request.method} {printable(urlsplit(request.url).path)}", "$quiet"), _LINE]
        if request.body:
            pieces += [(f"   {printable(request.body)}", "$quiet"), _LINE]
    pieces += [("   then read it back, and write what is stored to the journal", "$quiet"), _LINE]
    if plan.channel_reason:
        pieces += [(hanging(printable(plan.channel_reason), "   ", width), "$quiet"), _LINE]
    return pieces


def result_content(result: Result, width: int) -> Content:
    """How it ended: the answer first, then what is stored, then the next step."""
    pieces: list[Piece] = []
    for done in result.done:
        pieces += _done(done, len(result.plan.changes) > 1, width)
    new = [one for one in result.findings if one not in result.plan.findings]
    if new:
        pieces += [_LINE, "Seen just before the write", _LINE]
        for finding in new:
            pieces += _finding(finding, width)
    left = len(result.plan.changes) - len(result.done)
    if left:
        number = f"{left} of {len(result.plan.changes)} changes"
        pieces += [_LINE, (f"{number} {'was' if left == 1 else 'were'} not begun.", "bold"), _LINE]
        pieces += [("→ The same correction again goes on from here, after its checks.", "$accent"), _LINE]
        if result.entries_to_undo:
            back = ", then ".join(str(entry) for entry in result.entries_to_undo)
            pieces += [
                (f"→ Or undo entry {back} in History: that takes back what was done.", "$accent"),
                _LINE,
            ]
    if result.outcome is Outcome.VERIFIED and result.plan.afterwards:
        pieces += [_LINE, ("Left to do at the identity provider", "bold"), _LINE]
        pieces += [(hanging(result.plan.afterwards, "→ ", width), "$accent"), _LINE]
    if result.outcome is Outcome.UNKNOWN:
        pieces += [
            _LINE,
            ("→ Read the person again (Esc, r) once GitLab answers; the next start settles it.", "$accent"),
        ]
    return Content.assemble(*pieces)


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
    pieces: list[Piece] = [
        (f"{look.sign} {told}", f"bold ${look.colour}"),
        who,
        (entry, "$quiet"),
        _LINE,
    ]
    if done.outcome is not Outcome.UNKNOWN and change.action is Action.CHANGE:
        stored = visible_blanks(done.stored) if done.stored is not None else "nothing, or not read"
        pieces += [("  stored now  ", "$quiet"), stored, _LINE]
    if done.said:
        pieces += [(hanging(printable(done.said), "  ", width), ""), _LINE]
    return pieces
