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


@pytest.mark.parametrize("kind", ["scim", "both", "swap"])
def test_a_run_killed_at_any_step_is_told_of_and_gone_on_with(
    older: RunningSimulator, tmp_path: Path, kind: str
) -> None:
    arguments = [older.url, older.scim_url, older.scim_token, older.access_token, str(tmp_path), kind]
    done = subprocess.run(
        [sys.executable, "-m", "tests.corrections.killed", *arguments],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr[-2000:]
    runs: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(runs) > 12 * CHANGES[kind]
    seen = set()
    for run in runs:
        place = f"killed at step {run['step']}"
        assert not run["damaged"] and run["open"] == [], place
        for entry in run["entries"]:
            assert_told_truly(entry, run, place)
            seen.add(entry["outcome"])
        assert run["writes"] == CHANGES[kind], place
        assert run["end"] == END[kind], place
    assert seen == {"verified", "unchanged"}


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
