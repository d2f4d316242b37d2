"""What became of entries that a run left open: told by the chain of old and new values, not by the present
value alone. Pure functions.

Two entries can't both be the cause of one value: of two that were to store the same one, the first of which
was killed before anything was sent, the journal credits one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scimtui.corrections.model import Action, Entry, Identity, Outcome, Subject

State = str | bool | None
"""An `extern_uid`, None for no identity; or the flag of a SCIM identity."""


class Explained(NamedTuple):
    """What is known of one open entry now.

    Attributes:
        stored: what was stored when that was found out.
        by: the number of the later entry that found it; None for what is stored now.
    """

    entry: Entry
    outcome: Outcome
    stored: str | None
    by: int | None


class _Seen(NamedTuple):
    """What was stored at one time: `position` in the chain before which it was seen."""

    position: int
    state: State
    by: int | None


def open_chains(entries: Iterable[Entry]) -> list[tuple[Entry, ...]]:
    """The entries about one person's one identity, oldest first, for each of which one is still open."""
    chains: list[tuple[Subject, Identity, bool, list[Entry]]] = []
    for entry in sorted(entries, key=lambda one: one.number):
        change = entry.intent.change
        of_flag = change.action in (Action.REACTIVATE, Action.DEACTIVATE)
        for subject, identity, flag, chain in chains:
            if identity is change.identity and flag is of_flag and subject.is_same(change.subject):
                chain.append(entry)
                break
        else:
            chains.append((change.subject, change.identity, of_flag, [entry]))
    return [tuple(chain) for *_, chain in chains if any(entry.is_open for entry in chain)]


def state_of(entry: Entry, outcome: Outcome, uid: str | None) -> State:
    """What is stored now, where reading back the last entry of a chain gave this."""
    action = entry.intent.change.action
    if action in (Action.CHANGE, Action.REMOVE):
        return uid
    wanted = action is Action.REACTIVATE
    return None if outcome is Outcome.OTHER else wanted is (outcome is Outcome.VERIFIED)


def explain_chain(chain: Sequence[Entry], now: Sequence[State]) -> list[Explained]:
    """Which of a chain's open entries took place, as far as that can be told.

    Between two times at which the stored value was seen, the open entries that lead from the one to the
    other took place; the later ones are tried first, because each of them found its old value stored.

    Args:
        now: what is stored now; empty where that could not be read.
    """
    seen = [*_seen(chain), *(_Seen(len(chain), state, None) for state in now)]
    explained: list[Explained] = []
    begun = 0
    before = _before(chain[0])
    for sight in seen:
        stretch = [entry for entry in chain[begun : sight.position] if entry.is_open]
        if stretch:
            explained += _explain(stretch, before, sight)
        begun, before = sight.position, sight.state
    return explained


def _seen(chain: Sequence[Entry]) -> list[_Seen]:
    """What settled entries saw: their old value when they were sent, and what was stored after them."""
    found: list[_Seen] = []
    for position, entry in enumerate(chain):
        if entry.outcome in (Outcome.VERIFIED, Outcome.UNCHANGED, Outcome.OTHER):
            found.append(_Seen(position, _before(entry), entry.number))
            found.append(_Seen(position + 1, _after(entry), entry.number))
    return found


def _explain(stretch: Sequence[Entry], before: State, sight: _Seen) -> list[Explained]:
    took_place = _path(stretch, before, sight.state)
    nobody = sight.state != before and not took_place
    told = []
    for index, entry in enumerate(stretch):
        outcome = Outcome.OTHER if nobody else Outcome.VERIFIED if index in took_place else Outcome.UNCHANGED
        told.append(Explained(entry, outcome, _uid(entry, sight.state), sight.by))
    return told


def _path(stretch: Sequence[Entry], before: State, after: State) -> set[int]:
    """The places of the entries that lead to a state, the latest that do; empty where none does or need.

    What an entry was made from was read for it, so one that does not go on from another may begin.
    """
    if before == after:
        return set()
    last = next((place for place in reversed(range(len(stretch))) if _wanted(stretch[place]) == after), None)
    if last is None:
        return set()
    return {last} | _path(stretch[:last], before, _before(stretch[last]))


def _uid(entry: Entry, state: State) -> str | None:
    """What is stored in this state, as the journal keeps it."""
    if isinstance(state, str):
        return state
    return entry.intent.change.old if isinstance(state, bool) else None


def _before(entry: Entry) -> State:
    change = entry.intent.change
    if change.action in (Action.CHANGE, Action.REMOVE):
        return change.old
    return change.action is Action.DEACTIVATE


def _wanted(entry: Entry) -> State:
    change = entry.intent.change
    if change.action in (Action.CHANGE, Action.REMOVE):
        return change.new
    return change.action is Action.REACTIVATE


def _after(entry: Entry) -> State:
    change = entry.intent.change
    if change.action in (Action.CHANGE, Action.REMOVE):
        return change.new if entry.outcome is Outcome.VERIFIED else entry.read_back
    return _wanted(entry) if entry.outcome is Outcome.VERIFIED else _before(entry)
