"""Every kind of value to every other in the console, key by key, to what GitLab then stores."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from scimtui.simulator import RunningSimulator, Settings, running
from scimtui.tui.screens.person import PersonScreen
from tests.corrections.test_kinds import KINDS, STEPS, WALK, group_of
from tests.tui.test_correcting import console

CHOOSE: dict[str, tuple[str, ...]] = {"scim": (), "saml": ("right",), "both": ("right", "right")}
ONCE_AROUND = [
    (old, new, number) for number, (old, new) in enumerate(pairwise([*KINDS, next(iter(KINDS))]), 100)
]
VERSIONS = ["18.9", "19.3", "19.4"]


@pytest.fixture(scope="module")
def started() -> Iterator[dict[str, RunningSimulator]]:
    with (
        running(Settings(users=0, gitlab_version="18.9")) as earliest,
        running(Settings(users=0, gitlab_version="19.3")) as usual,
        running(Settings(users=0, gitlab_version="19.4")) as latest,
    ):
        yield dict(zip(VERSIONS, (earliest, usual, latest), strict=True))


@pytest.mark.parametrize(
    ("version", "wanted", "steps"),
    [("19.4", "both", STEPS), ("19.3", "saml", ONCE_AROUND), ("18.9", "scim", ONCE_AROUND)],
    ids=["19.4-both", "19.3-saml", "18.9-scim"],
)
async def test_each_to_each_other(
    started: dict[str, RunningSimulator], version: str, wanted: str, steps: list[tuple[str, str, int]]
) -> None:
    simulator = started[version]
    simulator.reset()
    simulator.put_people(group_of("guid", WALK[0]))
    first = KINDS[WALK[0]].format(2)
    async with console(simulator) as run:
        for old, new, number in steps:
            value = KINDS[new].format(number)
            said = await run.edit("ada", value, *CHOOSE[wanted])
            assert "Refused" not in said, (old, new, run.codes())
            said = await run.confirm("ada")
            assert "Done, and read back" in said, (old, new, said)
            assert run.stored(2) == (
                value if wanted != "saml" else first,
                value if wanted != "scim" else first,
            )
            await run.press("escape", "still")
            assert isinstance(run.app.screen, PersonScreen)
            assert value in run.said()
            await run.press("escape", "still")
