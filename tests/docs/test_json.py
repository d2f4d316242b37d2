"""The page about JSON names every key that the commands print."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scimtui.cli import main_command
from scimtui.simulator import RunningSimulator, Settings, running
from tests.docs.citing import ROOT

PAGE = ROOT.joinpath("docs/reference/json.md").read_text("utf-8")
CORRECT = ["correct", "--json", "--yes", "--accept", "would-differ", "--accept", "idp-remembers"]
CORRECT += ["--to", "11111111-2222-4333-8444-555555555555", "--user"]
_OPEN = {"values", "planted", "problems", "attributes", "sent", "stored", "input", "sample"}
"""Objects whose keys are people's, messages' or attributes' own."""


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running(Settings(users=20, seed=5)) as started:
        yield started


@pytest.fixture(autouse=True)
def group(simulator: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment profile, pointed at the simulated GitLab."""
    simulator.reset()
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "XDG_STATE_HOME": tmp_path.as_posix(),
        "XDG_CONFIG_HOME": tmp_path.as_posix(),
        "SCIMTUI_SCIM_URL": simulator.scim_url,
        "SCIMTUI_SCIM_TOKEN": simulator.scim_token,
        "SCIMTUI_ACCESS_TOKEN": simulator.access_token,
    }.items():
        monkeypatch.setenv(name, value)


def _keys(held: Any) -> Iterator[str]:
    if isinstance(held, list):
        for one in held:
            yield from _keys(one)
    elif isinstance(held, dict):
        for key, one in held.items():
            yield key
            if key not in _OPEN:
                yield from _keys(one)


def _named(heading: str) -> set[str]:
    """The keys under a heading, and those of a finding, which stand in all of them."""
    sections = {one.partition("\n")[0]: one for one in PAGE.split("\n## ")}
    return {
        name
        for part in (heading, "A finding in JSON")
        for name in re.findall(r'[`"](\w+)[`"]', sections[part])
    }


@pytest.mark.parametrize(
    ("heading", "command"),
    [
        ("users and lookup in JSON", ["users", "--json"]),
        ("check in JSON", ["check", "--json"]),
        ("explain in JSON", ["explain", "--json", "User is not linked to a SAML account"]),
        ("verify in JSON", ["verify", "--json", "name-id.txt"]),
        ("review in JSON", ["review", "--json"]),
        ("history in JSON", ["history", "--json"]),
        ("correct and undo in JSON", CORRECT),
    ],
)
def test_every_key_that_is_printed_is_named(
    heading: str, command: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tmp_path.joinpath("name-id.txt").write_text("4b069c4d-7094-4ac3-a37f-07fbe2754b60", "utf-8")
    main_command.main(["users", "--json", "is:match"], standalone_mode=False)
    somebody = json.loads(capsys.readouterr().out)[0]["username"]
    if command[0] == "history":
        main_command.main([*CORRECT, somebody], standalone_mode=False)
        capsys.readouterr()
    command = [*command, somebody] if command is CORRECT else command
    main_command.main(command, standalone_mode=False)
    printed = set(_keys(json.loads(capsys.readouterr().out)))
    missing = printed - _named(heading)
    assert printed and not missing
