"""A name that was typed is held against what GitLab shows now: usernames, addresses and uids change hands."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from scimtui.directory import PeopleReader, snapshot_of
from scimtui.directory.model import Record
from scimtui.directory.naming import still_named
from scimtui.gitlab.requests import Answer, Request
from scimtui.simulator import RunningSimulator, Settings, running
from tests.corrections.correcting import NOON, OTHER_OWNER, OWNER, guid, person
from tests.gitlab.simulated import connect

ADA, BOB = person(2, "Ada", enterprise=True), person(3, "Bob", enterprise=True)
EITHER_TOKEN = pytest.mark.parametrize("tokens", [{}, {"access_token": None}, {"scim_token": None}], ids=str)


@pytest.fixture(scope="module")
def started() -> Iterator[RunningSimulator]:
    with running(Settings(users=0)) as simulator:
        yield simulator


async def answer(simulator: RunningSimulator, text: str, now: list[dict[str, Any]], tokens: Any) -> bool:
    """Whether whom `text` named among Ada and Bob it still names among the people of `now`."""
    simulator.reset()
    simulator.put_people([OWNER, OTHER_OWNER, ADA, BOB])
    async with connect(simulator, **tokens) as gitlab:
        reader = PeopleReader(gitlab)
        await reader.run()
        snapshot = await asyncio.to_thread(snapshot_of, reader, NOON, path=None)
        rows = snapshot.named(text)
        assert len(rows) == 1
        simulator.put_people([OWNER, OTHER_OWNER, *now])
        told = await still_named(gitlab, text, [row.record for row in rows])
        snapshot.close()
        return told


@EITHER_TOKEN
@pytest.mark.parametrize("text", ["ada", "Ada", "ada@acme.example", guid(2), guid(2).upper()])
async def test_who_did_not_change_is_still_named(started: RunningSimulator, text: str, tokens: Any) -> None:
    assert await answer(started, text, [ADA, BOB], tokens)


async def test_a_user_id_is_still_theirs(started: RunningSimulator) -> None:
    assert await answer(started, "2", [ADA, BOB], {})


@EITHER_TOKEN
async def test_a_username_that_changed_hands(started: RunningSimulator, tokens: Any) -> None:
    now = [ADA | {"username": "bob"}, BOB | {"username": "ada"}]
    assert not await answer(started, "ada", now, tokens)


@EITHER_TOKEN
async def test_an_address_that_changed_hands(started: RunningSimulator, tokens: Any) -> None:
    now = [ADA | {"email": "bob@acme.example"}, BOB | {"email": "ada@acme.example"}]
    assert not await answer(started, "ada@acme.example", now, tokens)


@EITHER_TOKEN
async def test_a_uid_that_changed_hands(started: RunningSimulator, tokens: Any) -> None:
    now = [ADA | {"scim_id": guid(3), "saml_id": guid(3)}, BOB | {"scim_id": guid(2), "saml_id": guid(2)}]
    assert not await answer(started, guid(2), now, tokens)


@EITHER_TOKEN
async def test_somebody_else_has_it_as_a_stored_value_now(started: RunningSimulator, tokens: Any) -> None:
    assert not await answer(started, "ada", [ADA, BOB | {"scim_id": "ADA"}], tokens)


async def test_somebody_else_has_it_for_sign_in_now(started: RunningSimulator) -> None:
    assert not await answer(started, "ada", [ADA, BOB | {"saml_id": "ada"}], {})


async def test_somebody_else_has_a_user_id_as_a_stored_value_now(started: RunningSimulator) -> None:
    assert not await answer(started, "2", [ADA, BOB | {"saml_id": "2"}], {})


@EITHER_TOKEN
async def test_who_is_gone_is_not_named_any_more(started: RunningSimulator, tokens: Any) -> None:
    assert not await answer(started, "ada", [BOB], tokens)


HIDDEN = person(2, "Ada", scim_id="carol", saml_id="carol")


@pytest.mark.parametrize("tokens", [{}, {"access_token": None}], ids=str)
async def test_who_is_found_by_a_uid_hides_nobody_of_that_name(
    started: RunningSimulator, tokens: Any
) -> None:
    """GitLab's filter tries the uid first, so it does not tell whether somebody is called so."""
    bob = BOB | {"member": False, "saml_id": None}
    started.reset()
    started.put_people([OWNER, OTHER_OWNER, HIDDEN, bob])
    async with connect(started, **tokens) as gitlab:
        reader = PeopleReader(gitlab)
        await reader.run()
        snapshot = await asyncio.to_thread(snapshot_of, reader, NOON, path=None)
        records = [row.record for row in snapshot.named("carol")]
        started.put_people([OWNER, OTHER_OWNER, HIDDEN, bob | {"username": "carol"}])
        assert len(records) == 1 and not await still_named(gitlab, "carol", records)
        snapshot.close()


async def test_what_one_list_does_not_tell_is_read_anew_and_no_failure(started: RunningSimulator) -> None:
    started.reset()
    started.put_people([OWNER, OTHER_OWNER, ADA, BOB])
    async with connect(started, scim_token=None) as gitlab:
        send = gitlab.transport.send

        async def failing(request: Request) -> Answer:
            if "/saml_users" in request.url:
                return Answer(request, 500, {}, b"")
            return await send(request)

        gitlab.transport.send = failing  # type: ignore[method-assign]
        record = Record(2, "ada", "Ada", "ada@acme.example")
        assert await still_named(gitlab, "ada", [record])
        assert not await still_named(gitlab, "nobody@acme.example", [record])


async def test_an_address_that_rest_does_not_show_is_told_over_scim(started: RunningSimulator) -> None:
    plain = person(2, "Ada")
    started.reset()
    started.put_people([OWNER, OTHER_OWNER, plain, BOB])
    async with connect(started) as gitlab:
        record = Record(2, "ada", "Ada", "ada@acme.example", saml_uid=None)
        assert await still_named(gitlab, "ada@acme.example", [record])


async def test_a_sign_in_value_in_other_capitals_is_still_theirs(started: RunningSimulator) -> None:
    started.reset()
    started.put_people([OWNER, OTHER_OWNER, person(2, "Ada", saml_id="Ada-1"), BOB])
    async with connect(started, scim_token=None) as gitlab:
        record = Record(2, "ada", "Ada", "", saml_uid="Ada-1")
        assert await still_named(gitlab, "ADA-1", [record])
