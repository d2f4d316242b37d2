"""What is told of a write: only what the evidence agrees on."""

from __future__ import annotations

from typing import Any

import pytest

from scimtui.corrections.model import Action, Change, Outcome
from scimtui.corrections.read_back import Evidence, ReadBack, after_error, judge, says_nothing
from scimtui.gitlab import errors
from tests.corrections.entries import intent

OWN, BOB = 7, 9
VERIFIED, UNCHANGED, OTHER, UNKNOWN = Outcome.VERIFIED, Outcome.UNCHANGED, Outcome.OTHER, Outcome.UNKNOWN


def change(action: Action = Action.CHANGE) -> Change:
    return intent("old", None if action is Action.REMOVE else "new", action=action).change


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        (Evidence("new"), VERIFIED),
        (Evidence("old", asked_by_value=True, old_leads_to=OWN), UNCHANGED),
        (Evidence("third", asked_by_value=True), OTHER),
        (Evidence(None, asked_by_value=True), OTHER),
        # a stale list, a fresh GET
        (Evidence("old", asked_by_value=True, old_leads_to=OWN, new_leads_to=OWN), UNKNOWN),
        (Evidence("old", asked_by_value=True, old_leads_to=None), UNKNOWN),
        (Evidence("old", asked_by_value=True, old_leads_to=BOB), UNKNOWN),
        (Evidence("third", asked_by_value=True, new_leads_to=OWN), UNKNOWN),
        # a list that can't be read whole, or is empty
        (Evidence(None, list_is_whole=False), UNKNOWN),
    ],
)
def test_a_change(evidence: Evidence, outcome: Outcome) -> None:
    assert judge(change(), evidence).outcome is outcome


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        (Evidence(None, asked_by_value=True), VERIFIED),
        (Evidence("old", asked_by_value=True, old_leads_to=OWN), UNCHANGED),
        (Evidence("third", asked_by_value=True), OTHER),
        (Evidence(None, asked_by_value=True, old_leads_to=OWN), UNKNOWN),
        (Evidence(None, list_is_whole=False, asked_by_value=True), UNKNOWN),
        (Evidence("old", asked_by_value=True, old_leads_to=None), UNKNOWN),
    ],
)
def test_a_removal(evidence: Evidence, outcome: Outcome) -> None:
    assert judge(change(Action.REMOVE), evidence).outcome is outcome


def test_who_was_hit_is_told_only_where_the_old_value_moved() -> None:
    moved = Evidence("third", asked_by_value=True, new_leads_to=BOB, others=("Bob",))
    assert judge(change(), moved) == ReadBack(OTHER, "third", hit="Bob")
    # Bob got the value from somebody else: Ada still holds what she held
    stays = Evidence("old", asked_by_value=True, old_leads_to=OWN, new_leads_to=BOB, others=("Bob",))
    assert judge(change(), stays) == ReadBack(UNCHANGED, "old")


@pytest.mark.parametrize("action", [Action.DEACTIVATE, Action.REACTIVATE])
@pytest.mark.parametrize("active", [True, False])
def test_a_flag_of_somebody_whose_value_moved_is_never_theirs(action: Action, active: bool) -> None:
    wanted = action is Action.REACTIVATE
    stays = Evidence("old", active, asked_by_value=True, old_leads_to=OWN)
    assert judge(change(action), stays).outcome is (VERIFIED if active is wanted else UNCHANGED)
    moved = Evidence("third", active, asked_by_value=True, old_leads_to=BOB, others=("Bob",))
    assert judge(change(action), moved) == ReadBack(OTHER, "third", hit="Bob")


def test_what_was_refused_hit_nobody() -> None:
    read = ReadBack(OTHER, "third", hit="Bob")
    assert after_error(errors.Conflict("taken", status=409), read).hit == ""
    assert after_error(errors.ResourceNotFound("gone", status=404), read).hit == "Bob"


ANSWERED: list[tuple[Any, bool]] = [
    (errors.ResourceNotFound("not found", status=404), True),
    (errors.NotFound("not found", status=404), True),
    (errors.AnswerError("timed out", status=408), True),
    (errors.AnswerError("closed", status=499), True),
    (errors.ServerFailed("failed", status=502), True),
    (errors.OutcomeUnknown(errors.ConnectionLost("lost"), "PATCH x"), True),
    (errors.Conflict("taken", status=409), False),
    (errors.Rejected("no", status=400), False),
    (errors.Forbidden("no", status=403), False),
    (errors.RateLimited("slow", status=429), False),
]


@pytest.mark.parametrize(("error", "open_still"), ANSWERED)
def test_some_answers_leave_it_open(error: errors.GitLabError, open_still: bool) -> None:
    assert says_nothing(error) is open_still
    read = after_error(error, ReadBack(UNCHANGED, "old"))
    assert read.outcome is (UNKNOWN if open_still else UNCHANGED)
    by_another = isinstance(error, errors.ResourceNotFound)
    assert after_error(error, ReadBack(VERIFIED, "new")).outcome is (UNCHANGED if by_another else VERIFIED)
