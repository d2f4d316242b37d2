"""One person read afresh: nobody else is judged by what was stored for them earlier."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from scimtui.directory import PeopleReader, Person, Snapshot, snapshot_of
from scimtui.directory.rereading import reread_person
from scimtui.gitlab import GitLab
from scimtui.gitlab.errors import WrongPerson
from scimtui.simulator import RunningSimulator, Settings, running
from tests.corrections.correcting import NOON, OTHER_OWNER, OWNER, correcting, guid, person
from tests.gitlab.simulated import connect

CROSSED = [person(2, "Ada", scim_id=guid(3)), person(3, "Bob", scim_id=guid(2))]
STRAIGHT = [person(2, "Ada"), person(3, "Bob")]


@pytest.fixture(scope="module")
def started() -> Iterator[RunningSimulator]:
    with running(Settings(users=0)) as simulator:
        yield simulator


@asynccontextmanager
async def read(
    simulator: RunningSimulator, people: list[dict[str, Any]], **tokens: Any
) -> AsyncIterator[tuple[GitLab, Snapshot]]:
    simulator.reset()
    simulator.put_people([OWNER, OTHER_OWNER, *people])
    async with connect(simulator, **tokens) as gitlab:
        reader = PeopleReader(gitlab)
        await reader.run()
        snapshot = await asyncio.to_thread(snapshot_of, reader, NOON, path=None)
        yield gitlab, snapshot
        snapshot.close()


def codes(one: Person) -> set[str]:
    return {finding.code for finding in one.findings}


async def test_after_a_swap_the_partners_old_value_alarms_nobody(started: RunningSimulator) -> None:
    async with read(started, CROSSED) as (gitlab, snapshot):
        (ada,) = snapshot.named("ada")
        assert "value-of-another" in codes(await reread_person(gitlab, snapshot, ada))
        started.put_people([OWNER, OTHER_OWNER, *STRAIGHT])
        fresh = await reread_person(gitlab, snapshot, ada)
        assert "value-of-another" not in codes(fresh) and fresh.scim_rival is None


async def test_a_correction_of_one_of_them_stands_on_the_lists(started: RunningSimulator) -> None:
    started.reset()
    started.put_people([OWNER, OTHER_OWNER, *CROSSED])
    async with correcting(started) as run:
        assert (await run.ground("ada")).person.scim_rival is not None
        started.put_people([OWNER, OTHER_OWNER, *STRAIGHT])
        ground = await run.ground("ada")
        assert ground.person.scim_rival is None and "value-of-another" not in codes(ground.person)
        crossing = [person(2, "Ada", saml_id=None), person(3, "Bob", saml_id=guid(2).upper())]
        started.put_people([OWNER, OTHER_OWNER, *crossing])
        rival = (await run.ground("ada")).person.scim_rival
        assert rival is not None and "Bob" in rival.label


@pytest.mark.parametrize("changes", [{"username": "ada1"}, {"email": "else@acme.example"}])
async def test_with_the_scim_token_alone_username_and_address_must_both_fit(
    started: RunningSimulator, changes: dict[str, str]
) -> None:
    async with read(started, STRAIGHT, access_token=None) as (gitlab, snapshot):
        (ada,) = snapshot.named("ada")
        assert (await reread_person(gitlab, snapshot, ada)).record.scim_uid == guid(2)
        started.put_people([OWNER, OTHER_OWNER, person(2, "Ada", **changes), person(3, "Bob")])
        with pytest.raises(WrongPerson):
            await reread_person(gitlab, snapshot, ada)


async def test_with_the_scim_token_alone_a_value_that_moved_leads_nobody_astray(
    started: RunningSimulator,
) -> None:
    async with read(started, STRAIGHT, access_token=None) as (gitlab, snapshot):
        (ada,) = snapshot.named("ada")
        started.put_people([OWNER, OTHER_OWNER, *CROSSED])
        assert (await reread_person(gitlab, snapshot, ada)).record.scim_uid == guid(3)
