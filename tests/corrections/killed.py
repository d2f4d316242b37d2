"""Runs a correction again and again, each time killed some steps later; prints what the next start finds.

A program of its own: it forks, which a test process full of threads can't.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import urllib.request
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from scimtui.corrections import Corrector, Identity, Journal, Plan, Wish
from scimtui.corrections.journal import Journal as Kept
from scimtui.directory import PeopleReader, snapshot_of
from scimtui.gitlab import Access, GitLab, Secret, parse_address
from scimtui.gitlab.requests import Answer, Request
from scimtui.gitlab.transport import Transport
from tests.corrections.correcting import NOON, OTHER_OWNER, OWNER, guid, person

T = TypeVar("T")
NEW, OTHER = guid(0xABCD), guid(0xBCDE)
AGAIN = {"later": NEW, "same": NEW, "other": OTHER}
PEOPLE: dict[str, list[dict[str, Any]]] = {
    "scim": [person(2, "Ada"), person(3, "Bob")],
    "both": [person(2, "Ada"), person(3, "Bob")],
    "swap": [person(2, "Ada", scim_id=guid(3)), person(3, "Bob", scim_id=guid(2))],
}


class Steps:
    """Counts every await that leaves the process and every journal record, and dies at one of them."""

    def __init__(self, last: int) -> None:
        self.left = last

    def pass_one(self) -> None:
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1

    def around(self, act: Callable[..., T]) -> Callable[..., T]:
        def stepped(*arguments: Any, **named: Any) -> T:
            self.pass_one()
            answer = act(*arguments, **named)
            self.pass_one()
            return answer

        return stepped

    def sending(self, send: Callable[[Transport, Request], Awaitable[Answer]]) -> Any:
        async def stepped(transport: Transport, request: Request) -> Answer:
            self.pass_one()
            answer = await send(transport, request)
            if request.is_write:  # after a look, the next step's beginning is the same moment
                self.pass_one()
            return answer

        return stepped


async def planned(corrector: Corrector, snapshot: Any, kind: str, value: str) -> Plan | None:
    ada = await corrector.open(snapshot.named("ada")[0])
    if kind == "swap":
        if ada.person.record.scim_uid == guid(2):
            return None  # done: a swap would turn it round again
        bob = await corrector.open(snapshot.named("bob")[0])
        return await corrector.plan_swap(ada, bob, Identity.SCIM)
    return await corrector.plan(ada, Wish(kind, value))


async def run(
    access: Access, file: Path, kind: str, steps: Steps | None, *, value: str = NEW, later: int = 0
) -> dict[str, Any]:
    """One start of the program: what earlier ones left open is settled, then it corrects.

    Args:
        steps: after how many it is killed; None for never.
        later: minutes since the start before.
    """
    async with GitLab(access) as gitlab:
        reader = PeopleReader(gitlab)
        await reader.run()
        snapshot = snapshot_of(reader, NOON, path=None)
        journal = Journal(file)
        passed = timedelta(minutes=later)
        corrector = Corrector(gitlab, snapshot, journal, now=lambda: datetime.now(UTC) + passed)
        settled = [entry.number for entry in await corrector.settle()]
        found = {
            "settled": settled,
            "entries": [entry.as_json() for entry in reversed(journal.entries())],
            "open": [entry.number for entry in journal.entries() if entry.is_open],
            "damaged": journal.verify().damaged,
        }
        plan = await planned(corrector, snapshot, kind, value)
        if steps is not None:
            Transport.send = steps.sending(Transport.send)  # type: ignore[method-assign]
            Kept.begin = steps.around(Kept.begin)  # type: ignore[method-assign]
            Kept.settle = steps.around(Kept.settle)  # type: ignore[method-assign]
            Kept._keep_head = steps.around(Kept._keep_head)  # type: ignore[method-assign]
        if plan is not None and not plan.refused:
            await corrector.apply(plan, accepted=[one.code for one in plan.warnings])
        journal.close()
        return found


def child(
    access: Access, file: Path, kind: str, answer: Path, steps: Steps | None = None, **more: Any
) -> int:
    process = os.fork()
    if process == 0:
        answer.write_text(json.dumps(asyncio.run(run(access, file, kind, steps, **more))))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def control(url: str, what: str, document: Any = None) -> Any:
    body = json.dumps(document).encode() if document is not None else None
    request = urllib.request.Request(f"{url}/-/simulator/{what}", body, method="PUT" if body else "GET")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def main() -> None:
    url, scim_url, scim_token, access_token, folder, kind, again, first, stride = sys.argv[1:]
    access = Access(parse_address(scim_url), scim_token=Secret(scim_token), access_token=Secret(access_token))
    control(url, "people", [OWNER, OTHER_OWNER, *PEOPLE[kind]])
    asyncio.run(
        run(access, Path(folder) / "warm-up.sqlite3", kind, None)
    )  # so that no child imports anything
    number = int(first)
    while True:
        control(url, "people", [OWNER, OTHER_OWNER, *PEOPLE[kind]])
        before = len(control(url, "writes"))
        file, answer = Path(folder) / f"{number}.sqlite3", Path(folder) / "answer.json"
        killed = child(access, file, kind, answer, Steps(number)) == -signal.SIGKILL
        people = {one["user_id"]: one for one in control(url, "people")}
        then = {str(user): [people[user]["scim_id"], people[user]["saml_id"]] for user in (2, 3)}
        if again != "later":  # repeated at once, when what was sent may still be under way
            assert child(access, file, kind, answer, value=AGAIN[again]) == 0
        # Late enough for a write that was sent to have come to its end.
        assert child(access, file, kind, answer, value=AGAIN[again], later=5) == 0
        after = {one["user_id"]: one for one in control(url, "people")}
        found = json.loads(answer.read_text())
        found |= {
            "step": number,
            "then": then,
            "end": {str(user): [after[user]["scim_id"], after[user]["saml_id"]] for user in (2, 3)},
            "writes": control(url, "writes")[before:],
        }
        print(json.dumps(found), flush=True)
        if not killed:
            return
        number += int(stride)


if __name__ == "__main__":
    main()
