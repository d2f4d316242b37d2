"""Plans, results and journal entries as text for a terminal."""

from __future__ import annotations

from scimtui.cli.describing import describe_findings
from scimtui.corrections import Action, Change, Done, Entry, Outcome, Plan, Result
from scimtui.text import printable, printable_name, visible_blanks

_ACTIONS = {
    Action.CHANGE: "Correct",
    Action.REACTIVATE: "Re-activate",
    Action.DEACTIVATE: "Deactivate",
    Action.REMOVE: "Remove",
}
OUTCOMES = {
    Outcome.VERIFIED: "done, and read back",
    Outcome.UNCHANGED: "not changed",
    Outcome.OTHER: "changed to something else",
    Outcome.UNKNOWN: "not known",
    Outcome.REFUSED: "refused, nothing was sent",
    Outcome.DRY_RUN: "dry run, nothing was sent",
}


def describe_plan(plan: Plan) -> str:
    """Who, what, every finding with its code, and the exact requests."""
    subject = plan.subject
    facts = (
        f"@{printable(subject.username)}" if subject.username else "",
        printable(subject.email),
        f"user {subject.user_id}" if subject.user_id is not None else "",
    )
    name = printable_name(subject.name) or "(no name)"
    lines = [f"{name} · " + " · ".join(fact for fact in facts if fact)]
    if plan.partner is not None and plan.steps > 1:
        lines.append(f"  swaps with {printable(plan.partner.label)}")
    for number, change in enumerate(plan.changes, plan.first_step):
        lines += _change(change, f"{number} of {plan.steps}  " if plan.steps > 1 else "")
    if plan.findings:
        lines.append(describe_findings(plan.findings, codes=True))
    if plan.changes and not plan.refused:
        lines.append("Will send")
        for change in plan.changes:
            lines.append(f"  {change.request.method} {printable(change.request.url)}")
            if change.request.body:
                lines.append(f"  {printable(change.request.body)}")
        lines.append("  then read it back, and write what is stored to the journal")
        lines.append(f"  {printable(plan.channel_reason)}")
    return "\n".join(lines)


def _change(change: Change, place: str) -> list[str]:
    verb = _ACTIONS[change.action]
    title = f"  {place}{verb} what is {change.identity.words}"
    if change.subject.username and place:
        title += f" for @{printable(change.subject.username)}"
    lines = [title, f"    now  {visible_blanks(change.old)}"]
    if change.new is not None:
        lines.append(f"    new  {visible_blanks(change.new)}")
    return lines


def describe_result(result: Result) -> str:
    """How each change ended, and the way on or back."""
    lines: list[str] = []
    for done in result.done:
        lines += _done(done, len(result.plan.changes) > 1)
    left = len(result.plan.changes) - len(result.done)
    if left:
        lines.append(f"{left} of {len(result.plan.changes)} changes were not begun")
        lines.append("next: the same command goes on from here, after its checks")
        if result.entries_to_undo:
            back = ", then ".join(f"scimtui undo {entry}" for entry in result.entries_to_undo)
            lines.append(f"  or: {back}, which takes back what was done")
    if result.outcome is Outcome.VERIFIED and result.plan.afterwards:
        lines.append(f"next: {result.plan.afterwards}")
    if result.outcome is Outcome.UNKNOWN:
        lines.append("next: scimtui history, once GitLab answers again: it reads what is stored")
    return "\n".join(lines)


def _done(done: Done, several: bool) -> list[str]:
    entry = f"entry {done.entry}: " if done.entry is not None else ""
    what = f"{done.change.identity.words} for @{printable(done.change.subject.username)}: " if several else ""
    lines = [f"{entry}{what}{OUTCOMES[done.outcome]}"]
    if done.outcome is Outcome.VERIFIED and done.change.action is not Action.CHANGE:
        now = {Action.REACTIVATE: "active", Action.DEACTIVATE: "inactive", Action.REMOVE: "gone"}
        lines.append(f"  the identity is {now[done.change.action]}")
    if done.outcome is not Outcome.UNKNOWN and done.change.action is Action.CHANGE:
        stored = visible_blanks(done.stored) if done.stored is not None else "nothing, or not read"
        lines.append(f"  stored now: {stored}")
    if done.said:
        lines += [f"  {printable(line)}" for line in done.said.splitlines()]
    return lines


def describe_entry_line(entry: Entry) -> str:
    """One entry in one line."""
    change = entry.intent.change
    outcome = entry.outcome.value if entry.outcome is not None else "open"
    who = printable(change.subject.username) or printable_name(change.subject.name)
    new = f" → {visible_blanks(change.new)}" if change.new is not None else ""
    verb = "" if change.action is Action.CHANGE else f"{change.action.value} "
    note = f"  undo of {entry.intent.undo_of}" if entry.intent.undo_of is not None else ""
    moment = entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S%z")
    return (
        f"{entry.number:>4}  {moment}  {outcome:<9}  {who}  "
        f"{verb}{change.identity.value}: {visible_blanks(change.old)}{new}{note}"
    )


def describe_entry(entry: Entry, not_undone: str) -> str:
    """Everything the journal keeps of one entry; `not_undone` is why it can't be taken back, or empty."""
    intent, change = entry.intent, entry.intent.change
    step = f"step {intent.step} of {intent.steps} of plan {intent.plan}" if intent.steps > 1 else ""
    settled = entry.settled_at.astimezone().strftime("%Y-%m-%d %H:%M:%S%z") if entry.settled_at else ""
    facts = [
        ("when", entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S%z")),
        ("person", f"{change.subject.label} {change.subject.email}".strip()),
        ("action", f"{change.action.value}, {change.identity.words}"),
        ("old", visible_blanks(change.old)),
        ("new", visible_blanks(change.new) if change.new is not None else ""),
        ("outcome", OUTCOMES[entry.outcome] if entry.outcome is not None else "open: not known yet"),
        ("stored then", visible_blanks(entry.read_back) if entry.read_back is not None else ""),
        ("settled", settled),
        ("said", entry.said),
        ("plan", step),
        ("undo of", str(intent.undo_of) if intent.undo_of is not None else ""),
        ("reason", intent.reason),
        ("checks", ", ".join(intent.checks)),
        ("accepted", ", ".join(intent.accepted)),
        ("sent", f"{change.request.method} {change.request.url} {change.request.body}".strip()),
        ("over", change.channel.words),
        ("token of", intent.token_user),
        ("by", f"{entry.os_user} at {entry.host}, scimtui {entry.version}"),
        ("undo", not_undone or f"scimtui undo {entry.number} takes it back"),
    ]
    return "\n".join(f"  {what:<14} {printable(value)}" for what, value in facts if value)
