"""What became of entries that were left open: the chain of values tells, not the present value alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from scimtui.corrections.model import Action, Entry, Identity, Outcome, Subject
from scimtui.corrections.open_entries import State, explain_chain, open_chains, state_of
from tests.corrections.entries import intent

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
VERIFIED, UNCHANGED, OTHER, REFUSED = Outcome.VERIFIED, Outcome.UNCHANGED, Outcome.OTHER, Outcome.REFUSED


def entry(number: int, old: str, new: str | None, outcome: Outcome | None = None, **more: Any) -> Entry:
    read_back = {VERIFIED: new, UNCHANGED: old}.get(outcome, more.pop("read_back", None))  # type: ignore[arg-type]
    return Entry(number, NOON, intent(old, new, **more), "me", "here", 1, "", "1", outcome, read_back)


def told(*entries: Entry, now: tuple[State, ...]) -> dict[int, Outcome]:
    (chain,) = open_chains(entries)
    return {one.entry.number: one.outcome for one in explain_chain(chain, now)}


def test_a_later_entry_made_from_the_same_value_proves_that_an_earlier_did_not_happen() -> None:
    first, second = entry(1, "a", "b"), entry(2, "a", "b", VERIFIED)
    assert told(first, second, now=("b",)) == {1: UNCHANGED}
    assert told(first, second, now=()) == {1: UNCHANGED}  # nothing has to be read for that


def test_with_another_value_the_first_is_unchanged_and_not_something_else() -> None:
    assert told(entry(1, "a", "b"), entry(2, "a", "c", VERIFIED), now=("c",)) == {1: UNCHANGED}


def test_a_later_entry_made_from_the_new_value_proves_that_an_earlier_happened() -> None:
    assert told(entry(1, "a", "b"), entry(2, "b", "c", VERIFIED), now=("c",)) == {1: VERIFIED}


def test_of_two_open_ones_to_the_same_value_one_is_credited() -> None:
    assert told(entry(1, "a", "b"), entry(2, "a", "b"), now=("b",)) == {1: UNCHANGED, 2: VERIFIED}


def test_of_two_open_ones_to_different_values_the_one_that_is_stored_happened() -> None:
    assert told(entry(1, "a", "b"), entry(2, "a", "c"), now=("b",)) == {1: VERIFIED, 2: UNCHANGED}
    assert told(entry(1, "a", "b"), entry(2, "b", "c"), now=("c",)) == {1: VERIFIED, 2: VERIFIED}
    assert told(entry(1, "a", "b"), entry(2, "b", "c"), now=("b",)) == {1: VERIFIED, 2: UNCHANGED}


def test_what_nobody_here_stored_is_something_else() -> None:
    assert told(entry(1, "a", "b"), now=("z",)) == {1: OTHER}
    assert told(entry(1, "a", "b"), now=(None,)) == {1: OTHER}


def test_an_entry_that_begins_from_a_value_somebody_else_stored() -> None:
    former = entry(1, "a", "b", VERIFIED)
    assert told(former, entry(2, "x", "y"), now=("y",)) == {2: VERIFIED}
    assert told(former, entry(2, "x", "y"), now=("x",)) == {2: OTHER}


def test_an_entry_that_was_refused_saw_nothing() -> None:
    assert told(entry(1, "a", "b"), entry(2, "a", "c", REFUSED), now=("b",)) == {1: VERIFIED}


def test_what_can_not_be_read_leaves_the_last_ones_open() -> None:
    assert told(entry(1, "a", "b", VERIFIED), entry(2, "b", "c"), now=()) == {}


def test_a_removal_is_part_of_the_chain() -> None:
    assert told(entry(1, "a", "b"), entry(2, "b", None, action=Action.REMOVE), now=(None,)) == {
        1: VERIFIED,
        2: VERIFIED,
    }


@pytest.mark.parametrize(("now", "outcome"), [(False, VERIFIED), (True, UNCHANGED), (None, OTHER)])
def test_a_deactivation_is_told_by_the_flag(now: State, outcome: Outcome) -> None:
    assert told(entry(1, "a", None, action=Action.DEACTIVATE), now=(now,)) == {1: outcome}


def test_people_identities_and_flags_have_chains_of_their_own() -> None:
    scim = entry(1, "a", "b")
    change = scim.intent.change
    saml = entry(2, "a", "b")._replace(
        intent=scim.intent._replace(change=change._replace(identity=Identity.SAML))
    )
    bob = entry(3, "a", "b")._replace(
        intent=scim.intent._replace(change=change._replace(subject=Subject(9, "bob")))
    )
    flag = entry(4, "a", None, action=Action.DEACTIVATE)
    settled = entry(5, "q", "r", VERIFIED)._replace(
        intent=scim.intent._replace(change=change._replace(subject=Subject(11, "eve")))
    )
    chains = open_chains([flag, bob, settled, saml, scim])
    assert sorted([one.number for one in chain] for chain in chains) == [[1], [2], [3], [4]]


@pytest.mark.parametrize(
    ("action", "outcome", "state"),
    [
        (Action.CHANGE, VERIFIED, "uid"),
        (Action.REACTIVATE, VERIFIED, True),
        (Action.REACTIVATE, UNCHANGED, False),
        (Action.DEACTIVATE, VERIFIED, False),
        (Action.DEACTIVATE, UNCHANGED, True),
        (Action.DEACTIVATE, OTHER, None),
    ],
)
def test_the_state_that_reading_back_tells(action: Action, outcome: Outcome, state: State) -> None:
    assert state_of(entry(1, "a", "b", action=action), outcome, "uid") == state
