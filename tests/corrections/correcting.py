"""A corrector on a simulated GitLab, and what is really stored there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from scimtui.corrections import Corrector, Entry, Ground, Journal, Plan, Result, Wish
from scimtui.corrections.model import Action, Identity
from scimtui.directory import PeopleReader, Snapshot, snapshot_of
from scimtui.gitlab import GitLab
from scimtui.simulator import RunningSimulator
from tests.gitlab.simulated import connect, truth

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
OWNER: dict[str, Any] = {
    "user_id": 1, "name": "Olga Owner", "username": "olga", "email": "olga@acme.example", "access_level": 50
}  # fmt: skip
OTHER_OWNER = OWNER | {"user_id": 9, "name": "Otto Owner", "username": "otto", "email": "otto@acme.example"}


def guid(number: int) -> str:
    """A value of the kind that most people have."""
    return f"{number:08x}-1111-4111-a111-111111111111"


def person(user_id: int, name: str, **changes: Any) -> dict[str, Any]:
    """A Developer whose two identities hold a GUID."""
    username = name.lower()
    plain = {"user_id": user_id, "name": name, "username": username, "email": f"{username}@acme.example"}
    return plain | {"scim_id": guid(user_id), "saml_id": guid(user_id)} | changes


class Correcting:
    """One run: the corrector, and shortcuts to what tests do with it."""

    def __init__(
        self, gitlab: GitLab, snapshot: Snapshot, journal: Journal, simulator: RunningSimulator, **more: Any
    ) -> None:
        self.gitlab, self.snapshot, self.journal, self.simulator = gitlab, snapshot, journal, simulator
        drawn = count(1)
        self.now = NOON
        self._more = more
        self.corrector = Corrector(
            gitlab, snapshot, journal, now=lambda: self.now, draw=lambda: f"{next(drawn):08x}", **more
        )

    def again(self) -> Correcting:
        """Another corrector on the same people and journal, as applying has in both faces."""
        return Correcting(self.gitlab, self.snapshot, self.journal, self.simulator, **self._more)

    async def ground(self, user: str) -> Ground:
        (row,) = self.snapshot.named(user)
        return await self.corrector.open(row)

    async def plan(self, user: str, value: str, wanted: str = "scim", **more: Any) -> Plan:
        return await self.corrector.plan(await self.ground(user), Wish(wanted, value, **more))

    async def action(self, user: str, action: Action, wanted: str = "scim") -> Plan:
        return await self.plan(user, "", wanted, action=action)

    async def apply(self, plan: Plan, **more: Any) -> Result:
        accepted = more.pop("accepted", [one.code for one in plan.warnings])
        return await self.corrector.apply(plan, accepted=accepted, **more)

    async def correct(self, user: str, value: str, wanted: str = "scim", **more: Any) -> Result:
        return await self.apply(await self.plan(user, value, wanted, **more))

    async def swap(self, one: str, other: str, identity: Identity = Identity.SCIM) -> Plan:
        return await self.corrector.plan_swap(await self.ground(one), await self.ground(other), identity)

    async def undo(self, number: int) -> Plan:
        return await self.corrector.plan_undo(self.entry(number))

    def entry(self, number: int) -> Entry:
        found = self.journal.entry(number)
        assert found is not None
        return found

    def stored(self, user_id: int) -> tuple[str | None, str | None]:
        """What both identities of somebody really hold."""
        held = truth(self.simulator, user_id)
        return held["scim_id"], held["saml_id"]

    def writes(self) -> list[tuple[str, int]]:
        """Every write that reached the simulated GitLab."""
        return [(write["method"], write["status"]) for write in self.simulator.writes()]


@asynccontextmanager
async def correcting(
    simulator: RunningSimulator,
    file: Path | None = None,
    *,
    settings: dict[str, Any] | None = None,
    **access: Any,
) -> AsyncIterator[Correcting]:
    """Read everybody and be ready to correct."""
    async with connect(simulator, **access) as gitlab:
        reader = PeopleReader(gitlab)
        await reader.run()
        snapshot = await asyncio.to_thread(snapshot_of, reader, NOON, path=None)
        journal = Journal(file, now=lambda: NOON)
        try:
            yield Correcting(gitlab, snapshot, journal, simulator, **(settings or {}))
        finally:
            journal.close()
            snapshot.close()


async def sign_in(simulator: RunningSimulator, name_id: str, email: str, **more: Any) -> dict[str, Any]:
    """What the simulated GitLab makes of a sign-in."""
    url = f"{simulator.url}/groups/{simulator.group}/-/saml/callback"
    async with httpx.AsyncClient() as client:
        answer = await client.post(url, json={"name_id": name_id, "email": email, **more})
    outcome: dict[str, Any] = answer.json()
    return outcome
