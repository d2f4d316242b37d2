"""A swap of two people's values that was broken off: where it stopped, told by what is stored now."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from scimtui.corrections.model import Action, Entry, Identity, Outcome
from scimtui.corrections.planning import SwapStep, swap_steps
from scimtui.corrections.reading import Ground

_STEPS = 3
Going = tuple[Ground, Ground, tuple[SwapStep, ...], str]
Stuck = tuple[str, str]


def unfinished_swap(
    entries: Sequence[Entry], one: Ground, other: Ground, identity: Identity
) -> Going | Stuck | None:
    """The swap between these two that still has steps to go; None where there is none.

    Args:
        entries: of the journal, newest first.

    Returns:
        Who has the value in between, the other one, the steps that are left, and the plan's id; or a code
        and what was seen, where one of them is in the middle of a swap that can't be gone on with.
    """
    for entry in entries:
        change, intent = entry.intent.change, entry.intent
        if intent.steps != _STEPS or intent.step != 1 or change.identity is not identity:
            continue
        for first, second in ((one, other), (other, one)):
            if not change.subject.is_same(first.subject) or _stored(first, identity) != change.new:
                continue
            partner, before = intent.partner, intent.partner_old
            if partner is None or before is None or not partner.is_same(second.subject):
                label = partner.label if partner is not None else "somebody else"
                return "swap-unfinished", f"entry {entry.number}: {first.subject.label} swaps with {label}"
            steps = swap_steps((first.subject, change.old), (second.subject, before), change.new or "")
            theirs = _stored(second, identity)
            if theirs == before:
                return first, second, steps[1:], intent.plan
            if theirs == change.old:
                return first, second, steps[2:], intent.plan
            return "moved-on", f"{second.subject.label} holds neither “{before}” nor “{change.old}” now"
    return None


def why_not_undone(entry: Entry, entries: Sequence[Entry]) -> str:
    """The code of why an entry can't be taken back, as far as the journal tells; empty where it can."""
    change = entry.intent.change
    if change.action is not Action.CHANGE or not change.undoable:
        return "undo-not-possible"
    if not entry.can_be_undone:
        return "undo-not-done"
    if any(one.intent.undo_of == entry.number and one.outcome is Outcome.VERIFIED for one in entries):
        return "undo-done-already"
    if entry.intent.partner is not None and entry.intent.steps > 1:
        stopped = {steps[0].intent.plan for steps in broken_off(entries)}
        return "" if entry.intent.plan in stopped else "undo-swap"
    return ""


def broken_off(entries: Sequence[Entry]) -> list[tuple[Entry, ...]]:
    """Swaps that began and did not end, each with its entries, newest first; those taken back left out."""
    undone = {
        entry.intent.undo_of
        for entry in entries
        if entry.intent.undo_of is not None and entry.outcome is Outcome.VERIFIED
    }
    parts = sorted(
        (
            entry
            for entry in entries
            if entry.intent.steps == _STEPS and entry.intent.change.action is Action.CHANGE
        ),
        key=lambda entry: entry.intent.plan,
    )
    found = []
    for _, group in groupby(parts, key=lambda entry: entry.intent.plan):
        steps = sorted(group, key=lambda entry: -entry.number)
        done = [entry for entry in steps if entry.outcome is Outcome.VERIFIED]
        reached = {entry.intent.step for entry in done if entry.number not in undone}
        if reached and _STEPS not in reached:
            found.append(tuple(steps))
    return sorted(found, key=lambda steps: -steps[0].number)


def _stored(ground: Ground, identity: Identity) -> str | None:
    record = ground.person.record
    return record.scim_uid if identity is Identity.SCIM else record.saml_uid
