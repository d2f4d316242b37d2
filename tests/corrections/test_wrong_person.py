"""What must never happen: a value that lands on somebody else, and a word of it that is not true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from scimtui.corrections import Action, Outcome
from scimtui.corrections.model import Intent
from scimtui.corrections.reading import IdentityList
from scimtui.gitlab.errors import LookedTooLongAgo, WrongPerson
from scimtui.gitlab.requests import Answer, Request
from scimtui.gitlab.transport import Transport
from scimtui.simulator import RunningSimulator
from tests.corrections.correcting import OTHER_OWNER, OWNER, correcting, guid, person

NEW = guid(0xABCD)
ADA, BOB = person(2, "Ada"), person(3, "Bob")


def people(*more: dict[str, Any]) -> list[dict[str, Any]]:
    return [OWNER, OTHER_OWNER, *more]


def before_the_write(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Something that happens after the last look, when the write is on its way."""
    send = Transport.send

    async def late(transport: Transport, request: Request) -> Answer:
        if request.is_write:
            act()
        return await send(transport, request)

    monkeypatch.setattr(Transport, "send", late)


# ── a username that went to another account ──────────────────────────────────


async def test_with_the_scim_token_alone_undo_wants_username_and_address(current: RunningSimulator) -> None:
    async with correcting(current, access_token=None) as run:
        assert (await run.correct("ada", NEW)).outcome is Outcome.VERIFIED
        taken_over = ADA | {"user_id": 12, "email": "other@acme.example", "scim_id": NEW, "saml_id": None}
        current.put_people(people(BOB, ADA | {"username": "ada1", "scim_id": guid(77)}, taken_over))
        writes = len(run.writes())
        with pytest.raises(WrongPerson):
            await run.undo(1)
        assert run.stored(12)[0] == NEW and len(run.writes()) == writes


async def test_an_undo_of_the_same_account_goes_on(current: RunningSimulator) -> None:
    async with correcting(current, access_token=None) as run:
        assert (await run.correct("ada", NEW)).outcome is Outcome.VERIFIED
        assert (await run.again().apply(await run.undo(1))).outcome is Outcome.VERIFIED
        assert run.stored(2)[0] == guid(2)


async def test_a_correction_of_a_username_that_moved_is_not_sent(current: RunningSimulator) -> None:
    async with correcting(current, access_token=None) as run:
        plan = await run.plan("ada", NEW)
        current.put_people(people(ADA | {"username": "bob"}, BOB | {"username": "ada"}))
        result = await run.again().apply(plan)
        assert result.outcome is Outcome.REFUSED and run.writes() == []


# ── between the last look and the write ──────────────────────────────────────


async def test_two_people_who_swapped_in_between_are_told_with_the_way_back(
    current: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        swapped = people(ADA | {"scim_id": guid(3)}, BOB | {"scim_id": guid(2)})
        before_the_write(monkeypatch, lambda: current.put_people(swapped))
        result = await run.again().apply(plan)
        assert result.outcome is Outcome.OTHER and run.stored(3)[0] == NEW
        (found,) = [one for one in result.findings if one.code == "landed-elsewhere"]
        assert "Bob" in found.seen and f"--to {guid(2)}" in found.fix and NEW in found.fix
        assert "Bob" in run.entry(1).said and f"--to {guid(2)}" in run.entry(1).said


async def test_a_value_that_somebody_else_got_first_is_a_refusal_of_gitlab(
    current: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        taken = people(ADA, BOB | {"scim_id": NEW})
        before_the_write(monkeypatch, lambda: current.put_people(taken))
        result = await run.again().apply(plan)
        assert result.outcome is Outcome.UNCHANGED
        assert "landed-elsewhere" not in {one.code for one in result.findings}


@pytest.mark.parametrize("tokens", [{}, {"access_token": None}], ids=str)
async def test_a_machine_that_slept_after_the_look_looks_again(
    current: RunningSimulator, tokens: dict[str, Any]
) -> None:
    async with correcting(current, **tokens) as run:
        plan = await run.plan("ada", NEW)
        asleep = iter([0.0, 3600.0])
        transport = run.gitlab.transport
        awake = transport._seconds
        late = 0.0

        def seconds() -> float:
            return awake() + late

        def sleep_once(request: Request, looked: float) -> Request:
            nonlocal late
            late += next(asleep, 0.0)
            return after_a_look(request, looked)

        after_a_look = transport.after_a_look
        transport._seconds = seconds
        transport.after_a_look = sleep_once  # type: ignore[method-assign]
        next(asleep)
        result = await run.again().apply(plan)
        assert result.outcome is Outcome.VERIFIED and len(run.writes()) == 1
        gets = [
            one for one in run.gitlab.log if one.request.url.endswith(guid(2)) and not one.request.is_write
        ]
        assert len(gets) >= 2  # looked at, slept, looked at again


async def test_a_look_that_is_never_fresh_sends_nothing(
    current: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        transport = run.gitlab.transport
        monkeypatch.setattr(transport, "now", lambda: transport._seconds() - 3600)
        result = await run.again().apply(plan)
        assert result.outcome is Outcome.REFUSED and run.writes() == []
        assert LookedTooLongAgo("").what in result.done[0].said


# ── absence is no proof ──────────────────────────────────────────────────────


@pytest.mark.parametrize("listed", ["[]", '[{"extern_uid": "x", "user_id": 3}, {"extern_uid": 7}]'])
async def test_a_removal_that_did_nothing_is_not_verified_by_a_broken_list(
    current: RunningSimulator, monkeypatch: pytest.MonkeyPatch, listed: str
) -> None:
    async with correcting(current) as run:
        plan = await run.action("ada", Action.REMOVE, "saml")
        send = Transport.send
        removed = False

        async def broken(transport: Transport, request: Request) -> Answer:
            nonlocal removed
            if request.method == "DELETE":
                removed = True
                return Answer(request, 204)
            if removed and request.url.endswith("/saml/identities"):
                return Answer(request, 200, {"content-type": "application/json"}, listed.encode())
            return await send(transport, request)

        monkeypatch.setattr(Transport, "send", broken)
        result = await run.again().apply(plan)
        assert result.outcome is Outcome.UNKNOWN and run.entry(1).is_open


async def test_a_stale_list_beside_a_fresh_answer_is_not_known(
    current: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        stale = await run.gitlab.transport.send(
            Request("GET", f"{current.rest_url}/groups/{current.group}/scim/identities", "access")
        )
        send = Transport.send
        written = False

        async def cached(transport: Transport, request: Request) -> Answer:
            nonlocal written
            written = written or request.is_write
            if written and request.url.endswith("/scim/identities"):
                return stale
            return await send(transport, request)

        monkeypatch.setattr(Transport, "send", cached)
        result = await run.again().apply(plan)
        assert result.outcome is Outcome.UNKNOWN and "another value" in result.done[0].said
        assert run.stored(2)[0] == NEW


@pytest.mark.parametrize("status", [404, 408, 499, 502])
async def test_a_write_that_something_in_front_of_gitlab_answers_is_not_known(
    current: RunningSimulator, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        send = Transport.send

        async def in_front(transport: Transport, request: Request) -> Answer:
            if request.is_write:
                return Answer(request, status, {"content-type": "text/plain"}, b"no")
            return await send(transport, request)

        monkeypatch.setattr(Transport, "send", in_front)
        result = await run.again().apply(plan)
        assert result.outcome is Outcome.UNKNOWN and run.entry(1).is_open


async def test_rows_that_differ_in_case_alone_are_both_seen(current: RunningSimulator) -> None:
    async with correcting(current) as run:
        lists = await run.corrector._reader.lists()
        assert lists.saml is not None
        ada = lists.saml.own(2)
        assert ada is not None
        twin = ada._replace(uid=ada.uid.upper(), user_id=3)
        both = IdentityList((twin, ada))
        assert {row.user_id for row in both.holders(guid(2))} == {2, 3}
        assert both.own(2) == ada and both.own(3) == twin


# ── who was hit instead, with either token ───────────────────────────────────

SWAPPED = people(
    ADA | {"scim_id": guid(3), "saml_id": guid(3)}, BOB | {"scim_id": guid(2), "saml_id": guid(2)}
)


@pytest.mark.parametrize("tokens", [{}, {"access_token": None}, {"scim_token": None}], ids=str)
async def test_with_either_token_who_got_the_value_is_named(
    current: RunningSimulator, monkeypatch: pytest.MonkeyPatch, tokens: dict[str, Any]
) -> None:
    async with correcting(current, **tokens) as run:
        plan = await run.plan("ada", NEW)
        before_the_write(monkeypatch, lambda: current.put_people(SWAPPED))
        result = await run.again().apply(plan)
        assert result.outcome is Outcome.OTHER
        assert "Bob" in run.entry(1).said and guid(2) in run.entry(1).said


@pytest.mark.parametrize("tokens", [{}, {"access_token": None}], ids=str)
async def test_a_deactivation_of_somebody_else_is_no_unchanged(
    current: RunningSimulator, monkeypatch: pytest.MonkeyPatch, tokens: dict[str, Any]
) -> None:
    async with correcting(current, **tokens) as run:
        plan = await run.action("ada", Action.DEACTIVATE)
        before_the_write(monkeypatch, lambda: current.put_people(SWAPPED))
        result = await run.again().apply(plan)
        assert result.outcome is Outcome.OTHER
        (found,) = [one for one in result.findings if one.code == "switched-elsewhere"]
        assert "Bob" in found.seen and "--reactivate" in found.fix


async def test_a_removal_of_somebody_elses_row_names_them(
    current: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with correcting(current) as run:
        plan = await run.action("ada", Action.REMOVE, "saml")
        before_the_write(monkeypatch, lambda: current.put_people(SWAPPED))
        result = await run.again().apply(plan)
        assert result.outcome is Outcome.OTHER
        (found,) = [one for one in result.findings if one.code == "removed-elsewhere"]
        assert "Bob" in found.seen


async def test_a_write_that_failed_names_nobody_who_got_the_value_otherwise(
    current: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        send = Transport.send

        async def failing(transport: Transport, request: Request) -> Answer:
            if request.is_write:
                current.put_people(people(ADA, BOB | {"scim_id": NEW}))
                return Answer(request, 502, {"content-type": "text/html"}, b"no")
            return await send(transport, request)

        monkeypatch.setattr(Transport, "send", failing)
        result = await run.again().apply(plan)
        assert result.outcome is Outcome.UNKNOWN and "Bob" not in run.entry(1).said


async def test_of_two_that_store_the_same_at_once_one_is_credited(
    current: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        before_the_write(monkeypatch, lambda: current.put_people(people(ADA | {"scim_id": NEW}, BOB)))
        result = await run.again().apply(plan)
        assert result.outcome is Outcome.UNCHANGED and "another request" in run.entry(1).said
        assert not run.entry(1).can_be_undone


async def test_a_look_that_fails_just_before_the_write_is_no_write(
    current: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        send = run.corrector._applying._send
        again = run.again()

        async def gone(change: Any) -> None:
            current.put_people(people(ADA | {"scim_id": guid(9)}, BOB))
            await send(change)

        monkeypatch.setattr(again.corrector._applying, "_send", gone)
        result = await again.apply(plan)
        assert result.outcome is Outcome.REFUSED and "nothing was sent" in run.entry(1).said
        assert run.writes() == []


# ── an undo and a swap put back what was there ───────────────────────────────


async def test_what_is_odd_and_was_stored_can_be_put_back(current: RunningSimulator) -> None:
    current.put_people(people(ADA | {"scim_id": "na", "username": "na"}, BOB | {"scim_id": "mail"}))
    async with correcting(current) as run:
        assert (await run.apply(await run.swap("na", "bob"))).outcome is Outcome.VERIFIED
        assert (await run.apply(await run.swap("na", "bob"))).outcome is Outcome.VERIFIED
        result = await run.correct("na", "n-ahl")
        (entry,) = result.entries_to_undo
        assert (await run.apply(await run.undo(entry))).outcome is Outcome.VERIFIED
        assert run.stored(2)[0] == "na"
        again = await run.plan("na", "na", "saml")
        assert {"value-odd"} <= {one.code for one in again.warnings} and not again.refused


async def test_the_version_that_counts_is_the_one_read_now(
    older: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with correcting(older) as run:
        send = Transport.send

        async def hidden(transport: Transport, request: Request) -> Answer:
            if request.url.endswith(("/metadata", "/version")):
                return Answer(request, 403, {"content-type": "application/json"}, b"{}")
            return await send(transport, request)

        monkeypatch.setattr(Transport, "send", hidden)
        plan = await run.plan("ada", NEW, "saml")
        assert "saml-trust-not-known" in {one.code for one in plan.warnings}
        assert not plan.changes[0].undoable


async def test_a_removal_that_was_killed_in_a_group_of_one_is_settled(current: RunningSimulator) -> None:
    current.put_people([OWNER, ADA])
    async with correcting(current) as run:
        plan = await run.action("ada", Action.REMOVE, "saml")
        (change,) = plan.changes
        run.journal.begin(Intent(plan.id, 1, 1, "acme", change))
        run.journal.under_way.clear()
        await run.corrector._applying._send(change)
        run.now += timedelta(minutes=3)
        (settled,) = await run.again().corrector.settle()
        assert settled.outcome is Outcome.VERIFIED
