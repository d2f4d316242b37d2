"""A swap of two people's values that was broken off: where it stopped, told by what is stored now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from scimtui.corrections.model import Action, Entry, Identity, Outcome
from scimtui.corrections.planning import SwapStep, swap_steps
from scimtui.corrections.reading import Ground

_STEPS = 3
Going = tuple[Ground, Ground, tuple[SwapStep, ...], str]


def unfinished_swap(entries: Iterable[Entry], one: Ground, other: Ground, identity: Identity) -> Going | None:
    """The swap between these two that still has steps to go; None where there is none.

    Args:
        entries: of the journal, newest first.

    Returns:
        Who has the value in between, the other one, the steps that are left, and the plan's id.
    """
    for entry in entries:
        change, intent = entry.intent.change, entry.intent
        if intent.steps != _STEPS or intent.step != 1 or change.identity is not identity:
            continue
        for first, second in ((one, other), (other, one)):
            if not change.subject.is_same(first.subject) or change.new is None:
                continue
            holds, theirs = _stored(first, identity), _stored(second, identity)
            if holds != change.new or theirs is None:
                continue
            steps = swap_steps((first.subject, change.old), (second.subject, theirs), change.new)
            if theirs != change.old:
                return first, second, steps[1:], intent.plan
            gone = _second_value(entries, intent.plan)
            if gone is not None:
                steps = swap_steps((first.subject, change.old), (second.subject, gone), change.new)
                return first, second, steps[2:], intent.plan
    return None


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


def _second_value(entries: Iterable[Entry], plan: str) -> str | None:
    """What the second person had before the second step."""
    for entry in entries:
        if entry.intent.plan == plan and entry.intent.step == 2 and entry.outcome is not Outcome.REFUSED:
            return entry.intent.change.old
    return None


def _stored(ground: Ground, identity: Identity) -> str | None:
    record = ground.person.record
    return record.scim_uid if identity is Identity.SCIM else record.saml_uid
