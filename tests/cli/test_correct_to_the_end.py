"""`scimtui correct` carried out to its end: from each kind of value to each other, for whom was meant."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scimtui.cli import main_command
from scimtui.cli.failures import Failure
from scimtui.simulator import RunningSimulator, Settings, running
from tests.corrections.correcting import OTHER_OWNER, OWNER, guid, person
from tests.corrections.test_kinds import KINDS, STEPS, WALK, group_of
from tests.gitlab.simulated import truth

Run = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module", params=["18.9", "19.3", "19.4"])
def started(request: pytest.FixtureRequest) -> Iterator[RunningSimulator]:
    with running(Settings(users=0, gitlab_version=request.param)) as simulator:
        yield simulator


@pytest.fixture
def simulator(started: RunningSimulator) -> RunningSimulator:
    started.reset()
    return started


def environment(simulator: RunningSimulator, folder: Path) -> dict[str, str | None]:
    return {
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "c"),
        "XDG_STATE_HOME": str(folder / "s"),
        "SCIMTUI_SCIM_URL": simulator.scim_url,
        "SCIMTUI_SCIM_TOKEN": simulator.scim_token,
        "SCIMTUI_ACCESS_TOKEN": simulator.access_token,
        "SCIMTUI_PROFILE": None,
        "SCIMTUI_READ_ONLY": None,
    }


@pytest.fixture
def run(simulator: RunningSimulator, tmp_path: Path) -> Run:
    """One command in this process: its exit code, and the JSON it printed."""
    given = environment(simulator, tmp_path)

    def run(*arguments: str, **changes: str | None) -> tuple[int, Any]:
        result = CliRunner().invoke(
            main_command, [*arguments, "--json"], env=given | changes, standalone_mode=False
        )
        if isinstance(result.exception, Failure):
            return result.exception.exit_code, result.exception
        if result.exception is not None:
            raise result.exception
        code = result.return_value if isinstance(result.return_value, int) else 0
        return code, json.loads(result.stdout)

    return run


def corrected(run: Run, *arguments: str, **changes: str | None) -> tuple[int, Any]:
    """Looked at first, every warning read and accepted, then done: as a person does it."""
    code, planned = run("correct", *arguments, "--dry-run", **changes)
    assert code == 0, planned
    codes = [one["code"] for one in planned["findings"] if one["severity"] == "warning"]
    accepted = [part for one in dict.fromkeys(codes) for part in ("--accept", one)]
    return run("correct", *arguments, "--yes", *accepted, **changes)


@pytest.fixture
def steps(request: pytest.FixtureRequest) -> list[tuple[str, str, int]]:
    """Every pair on the newest version, some on the others: kinds are no matter of versions."""
    return STEPS if "19.4" in request.node.callspec.id else STEPS[::6]


@pytest.mark.parametrize("identity", ["scim", "saml", "both"])
def test_every_kind_to_every_other(
    simulator: RunningSimulator, run: Run, identity: str, steps: list[tuple[str, str, int]]
) -> None:
    simulator.put_people(group_of("guid", WALK[0]))
    first = KINDS[WALK[0]].format(2)
    for old, new, number in steps:
        value = KINDS[new].format(number)
        code, done = corrected(run, "--user", "ada", "--to", value, "--identity", identity)
        assert (code, done["outcome"]) == (0, "verified"), (old, new, done)
        held = truth(simulator, 2)
        expected = (value if identity != "saml" else first, value if identity != "scim" else first)
        assert (held["scim_id"], held["saml_id"]) == expected


def test_every_kind_to_every_other_with_the_scim_token_alone(
    simulator: RunningSimulator, run: Run, steps: list[tuple[str, str, int]]
) -> None:
    simulator.put_people(group_of("guid", WALK[0]))
    for old, new, number in steps:
        value = KINDS[new].format(number)
        code, done = corrected(run, "--user", "ada", "--to", value, SCIMTUI_ACCESS_TOKEN=None)
        assert (code, done["outcome"]) == (0, "verified"), (old, new, done)
        assert truth(simulator, 2)["scim_id"] == value


@pytest.mark.parametrize("token", [None, "SCIMTUI_ACCESS_TOKEN", "SCIMTUI_SCIM_TOKEN"])
def test_a_swap_and_its_way_back(simulator: RunningSimulator, run: Run, token: str | None) -> None:
    simulator.put_people(
        [OWNER, OTHER_OWNER, person(2, "Ada", scim_id="a@acme.example"), person(3, "Bob", scim_id=guid(3))]
    )
    less = {token: None} if token is not None else {}
    for there in (True, False):
        code, done = corrected(run, "--user", "ada", "--swap-with", "bob", **less)
        assert (code, done["outcome"], len(done["changes"])) == (0, "verified", 3), done
        held = (truth(simulator, 2)["scim_id"], truth(simulator, 3)["scim_id"])
        assert held == ((guid(3), "a@acme.example") if there else ("a@acme.example", guid(3)))


@pytest.mark.parametrize("token", [None, "SCIMTUI_ACCESS_TOKEN", "SCIMTUI_SCIM_TOKEN"])
@pytest.mark.parametrize("name", ["ada", "ada@acme.example", guid(2)])
def test_a_name_that_went_to_somebody_else_means_them(
    simulator: RunningSimulator, run: Run, token: str | None, name: str
) -> None:
    """The people were read before: username, address and value have changed places since."""
    ada, bob = person(2, "Ada", enterprise=True), person(3, "Bob", enterprise=True)
    simulator.put_people([OWNER, OTHER_OWNER, ada, bob])
    less = {token: None} if token is not None else {}
    assert run("users", **less)[0] == 0
    swapped = ("username", "email", "scim_id", "saml_id")
    simulator.put_people(
        [
            OWNER,
            OTHER_OWNER,
            ada | {key: bob[key] for key in swapped},
            bob | {key: ada[key] for key in swapped},
        ]
    )
    code, found = run("lookup", name, **less)
    assert code == 0 and [(one["name"], one["username"]) for one in found] == [("Bob", "ada")]
    code, done = corrected(run, "--user", name, "--to", guid(0xABCD), **less)
    assert (code, done["outcome"], done["user"]["name"]) == (0, "verified", "Bob")
    assert (truth(simulator, 3)["scim_id"], truth(simulator, 2)["scim_id"]) == (guid(0xABCD), guid(3))


@pytest.mark.parametrize("value", ["objectId", "user.getInternalProperty(", "[FILTERED]", "null", "{uid}"])
def test_what_is_no_identifier_can_not_be_accepted(simulator: RunningSimulator, run: Run, value: str) -> None:
    simulator.put_people([OWNER, OTHER_OWNER, person(2, "Ada")])
    code, told = run("correct", "--user", "ada", "--to", value, "--yes", "--accept", "value-no-identifier")
    assert code == 4 and "value-no-identifier" in {one["code"] for one in told["findings"]}
    assert simulator.writes() == []
