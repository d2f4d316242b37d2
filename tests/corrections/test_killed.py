"""kill -9 at every step of a correction: the next start tells the truth, and nothing is lost or doubled."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scimtui.simulator import RunningSimulator
from tests.corrections.correcting import guid
from tests.corrections.killed import NEW

END = {
    "scim": {"2": [NEW, guid(2)], "3": [guid(3), guid(3)]},
    "both": {"2": [NEW, NEW], "3": [guid(3), guid(3)]},
    "swap": {"2": [guid(2), guid(2)], "3": [guid(3), guid(3)]},
}
CHANGES = {"scim": 1, "both": 2, "swap": 3}


def killed_at_every_third(
    simulator: RunningSimulator, folder: Path, kind: str, again: str, first: int
) -> list[Any]:
    """Every third step, so that three tests side by side go over all of them."""
    tokens = [simulator.scim_token, simulator.access_token]
    arguments = [simulator.url, simulator.scim_url, *tokens, str(folder), kind, again, str(first), "3"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.corrections.killed", *arguments],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr[-2000:]
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(runs) > 4 * CHANGES[kind]
    return runs


EVERY_STEP = pytest.mark.parametrize("first", [0, 1, 2])


@EVERY_STEP
@pytest.mark.parametrize("kind", ["scim", "both", "swap"])
def test_a_run_killed_at_any_step_is_told_of_and_gone_on_with(
    older: RunningSimulator, tmp_path: Path, kind: str, first: int
) -> None:
    runs = killed_at_every_third(older, tmp_path, kind, "later", first)
    seen = set()
    for run in runs:
        place = f"killed at step {run['step']}"
        assert not run["damaged"] and run["open"] == [], place
        for entry in run["entries"]:
            assert_told_truly(entry, run, place)
            seen.add(entry["outcome"])
        assert len(run["writes"]) == CHANGES[kind], place
        assert run["end"] == END[kind], place
    assert seen <= {"verified", "unchanged"} and "verified" in seen


def assert_told_truly(entry: dict[str, Any], run: dict[str, Any], place: str) -> None:
    """What the journal says of a change is what was stored when the run was killed."""
    scim, saml = run["then"][str(entry["user"]["user_id"])]
    stored = scim if entry["identity"] == "scim" else saml
    later = [
        other
        for other in run["entries"]
        if other["entry"] > entry["entry"]
        and other["outcome"] == "verified"
        and (other["user"], other["identity"]) == (entry["user"], entry["identity"])
    ]
    if later:
        assert entry["outcome"] == "verified", place
    elif entry["outcome"] == "verified":
        assert stored == entry["new"] == entry["read_back"], place
    else:
        assert (entry["outcome"], stored) == ("unchanged", entry["old"]), place


@EVERY_STEP
@pytest.mark.parametrize(("kind", "again"), [("scim", "same"), ("scim", "other"), ("swap", "same")])
def test_a_run_that_is_repeated_at_once_is_credited_with_its_own_writes(
    newer: RunningSimulator, tmp_path: Path, kind: str, again: str, first: int
) -> None:
    """Of two entries to the same end, one of which was killed before it sent anything, one did it."""
    for run in killed_at_every_third(newer, tmp_path, kind, again, first):
        place = f"killed at step {run['step']}"
        assert run["open"] == [] and not run["damaged"], place
        done = [entry for entry in run["entries"] if entry["outcome"] == "verified"]
        made = [write for write in run["writes"] if write["status"] in (200, 204)]
        assert [write["path"].rpartition("/")[2] for write in made] == [entry["old"] for entry in done], place
        for entry in run["entries"]:
            assert entry["outcome"] in ("verified", "unchanged", "refused"), place
            assert entry["outcome"] != "unchanged" or entry["read_back"] == entry["old"], place
