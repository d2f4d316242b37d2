"""`scimtui correct`, `undo` and `history`, run as a person and as a script do."""

from __future__ import annotations

import csv
import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from scimtui.profiles import Profiles
from scimtui.simulator import RunningSimulator, Settings, running
from tests.corrections.correcting import OTHER_OWNER, OWNER, guid, person
from tests.gitlab.simulated import truth

NEW = guid(0xABCD)
WARNED = ["--accept", "would-differ", "--accept", "idp-remembers"]
ACCEPTED = [*WARNED, "--yes"]


@pytest.fixture(scope="module")
def started() -> Iterator[RunningSimulator]:
    with running(Settings(users=0)) as simulator:
        yield simulator


@pytest.fixture
def simulator(started: RunningSimulator) -> RunningSimulator:
    started.reset()
    started.put_people([OWNER, OTHER_OWNER, person(2, "Ada"), person(3, "Bob")])
    return started


@pytest.fixture
def env(tmp_path: Path, simulator: RunningSimulator) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SCIMTUI_")}
    folders = {"HOME": tmp_path, "XDG_CONFIG_HOME": tmp_path / "c", "XDG_STATE_HOME": tmp_path / "s"}
    return (
        kept
        | {key: str(folder) for key, folder in folders.items()}
        | {
            "SCIMTUI_SCIM_URL": simulator.scim_url,
            "SCIMTUI_SCIM_TOKEN": simulator.scim_token,
            "SCIMTUI_ACCESS_TOKEN": simulator.access_token,
        }
    )


def scimtui(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scimtui", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=env,
    )


def at_terminal(env: dict[str, str], *arguments: str, answers: dict[str, str]) -> tuple[int, str]:
    """Run at a terminal of its own, answering each question once when it appears."""
    process, terminal = pty.fork()
    if process == 0:
        os.execve(sys.executable, [sys.executable, "-m", "scimtui", *arguments], env)
    left, seen, until = dict(answers), "", time.monotonic() + 60
    while time.monotonic() < until:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        seen += data.decode("utf-8", "replace")
        for question, answer in tuple(left.items()):
            if question in seen:
                del left[question]
                os.write(terminal, f"{answer}\n".encode())
    os.close(terminal)
    assert not left, f"never asked: {left}; seen: {seen}"
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), seen.replace("\r\n", "\n")


def stored(simulator: RunningSimulator, user_id: int) -> tuple[Any, Any]:
    held = truth(simulator, user_id)
    return held["scim_id"], held["saml_id"]


def test_a_correction_from_plan_to_undo(env: dict[str, str], simulator: RunningSimulator) -> None:
    dry = scimtui(env, "correct", "--user", "ada", "--to", NEW, "--dry-run")
    assert dry.returncode == 0 and "PATCH" in dry.stdout and "dry run, nothing was sent" in dry.stderr
    assert simulator.writes() == [] and "no journal" not in dry.stdout
    refused = scimtui(env, "correct", "--user", "ada", "--to", NEW, "--yes")
    assert refused.returncode == 4 and "--accept would-differ --accept idp-remembers" in refused.stderr
    alone = scimtui(env, "correct", "--user", "ada", "--to", NEW, *WARNED)
    assert alone.returncode == 4 and "give --yes" in alone.stderr and simulator.writes() == []
    done = scimtui(env, "correct", "--user", "ada", "--to", NEW, *ACCEPTED, "--reason", "ticket 7")
    assert done.returncode == 0 and "entry 1: done, and read back" in done.stdout
    assert stored(simulator, 2) == (NEW, guid(2)) and len(simulator.writes()) == 1
    back = scimtui(env, "undo", "1", "--yes", "--accept", "idp-remembers")
    assert back.returncode == 0 and stored(simulator, 2) == (guid(2), guid(2))
    again = scimtui(env, "undo", "1", "--yes", "--accept", "idp-remembers")
    assert again.returncode == 4 and "taken back already" in again.stdout
    history = scimtui(env, "history")
    assert [line.split()[0] for line in history.stdout.splitlines()] == ["2", "1"]
    one = scimtui(env, "history", "1").stdout
    assert "undo of 1" in history.stdout and "ticket 7" in one and "taken back by entry 2, 20" in one
    assert "scimtui undo 2 takes it back" in scimtui(env, "history", "2").stdout
    assert scimtui(env, "history", "--verify").stdout == ("2 entries, every one as it was written\n")


def test_json_is_one_document_of_the_promised_shape(env: dict[str, str], simulator: RunningSimulator) -> None:
    dry = json.loads(scimtui(env, "correct", "--user", "2", "--to", NEW, "--dry-run", "--json").stdout)
    assert (dry["outcome"], dry["entry"], dry["identity"]) == ("dry-run", None, "scim")
    assert (dry["old"], dry["new"], dry["user"]["user_id"]) == (guid(2), NEW, 2)
    assert dry["requests"][0]["method"] == "PATCH" and {one["code"] for one in dry["findings"]} >= {
        "would-differ",
        "idp-remembers",
    }
    refused = scimtui(env, "correct", "--user", "2", "--to", guid(3), "--json", *ACCEPTED)
    assert refused.returncode == 4 and json.loads(refused.stdout)["outcome"] == "refused"
    done = json.loads(scimtui(env, "correct", "--user", "2", "--to", NEW, "--json", *ACCEPTED).stdout)
    assert (done["outcome"], done["entry"], len(done["changes"])) == ("verified", 1, 1)
    (entry,) = json.loads(scimtui(env, "history", "--json").stdout)
    assert (entry["entry"], entry["outcome"], entry["undoable"], entry["profile"]) == (
        1,
        "verified",
        True,
        "environment",
    )
    assert {"time", "profile", "reason", "undoable", "plan", "user", "old", "new", "requests"} <= set(entry)


def test_exports(env: dict[str, str], simulator: RunningSimulator) -> None:
    reason = "=HYPERLINK(1) | `x`"
    scimtui(env, "correct", "--user", "ada", "--to", NEW, *ACCEPTED, "--reason", reason)
    (row,) = csv.DictReader(StringIO(scimtui(env, "history", "--csv").stdout))
    assert (row["username"], row["new"], row["reason"]) == ("ada", NEW, f"'{reason}")
    markdown = scimtui(env, "history", "--markdown").stdout
    assert f"| New value | `{NEW}` |" in markdown and "\\| `x`" in markdown


def test_a_swap(env: dict[str, str], simulator: RunningSimulator) -> None:
    people = [OWNER, OTHER_OWNER, person(2, "Ada", scim_id=guid(3)), person(3, "Bob", scim_id=guid(2))]
    simulator.put_people(people)
    swap = ["correct", "--user", "ada", "--swap-with", "bob"]
    done = scimtui(env, *swap, "--accept", "swap-pause", "--accept", "idp-remembers", "--yes")
    assert done.returncode == 0, done.stderr
    assert (stored(simulator, 2)[0], stored(simulator, 3)[0]) == (guid(2), guid(3))


def test_other_actions_have_their_own_names(env: dict[str, str], simulator: RunningSimulator) -> None:
    gone = scimtui(env, "correct", "--user", "ada", "--deactivate", "--accept", "removes-access", "--yes")
    assert gone.returncode == 0 and truth(simulator, 2)["active"] is False
    simulator.settle()
    back = scimtui(env, "correct", "--user", "ada", "--reactivate", "--accept", "default-role", "--yes")
    assert back.returncode == 0 and truth(simulator, 2)["active"] is True
    removal = ["correct", "--user", "ada", "--remove", "--identity", "saml"]
    removed = scimtui(env, *removal, "--accept", "removes-saml-row", "--yes")
    assert removed.returncode == 0, removed.stderr
    assert stored(simulator, 2)[1] is None
    assert scimtui(env, "undo", "3", "--yes").returncode == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "give one of --to"),
        (["--to", "x", "--deactivate"], "give one of --to"),
        (["--remove"], "wants --identity"),
        (["--deactivate", "--identity", "saml"], "SCIM identity alone"),
        (["--swap-with", "bob", "--identity", "both"], "one kind of identity after the other"),
    ],
)
def test_wrong_use_is_told(env: dict[str, str], arguments: list[str], words: str) -> None:
    done = scimtui(env, "correct", "--user", "ada", *arguments)
    assert done.returncode == 2 and words in done.stderr


def test_nobody_and_several(env: dict[str, str], simulator: RunningSimulator) -> None:
    simulator.put_people([OWNER, person(2, "Ada", scim_id="bob"), person(3, "Bob")])
    assert scimtui(env, "correct", "--user", "nobody", "--to", "x").returncode == 1
    several = scimtui(env, "correct", "--user", "bob", "--to", "x")
    assert several.returncode == 4 and "user 2" in several.stderr and "user 3" in several.stderr
    assert scimtui(env, "undo", "7").returncode == 1 and scimtui(env, "history", "7").returncode == 1


def test_at_a_terminal_the_username_is_typed_where_there_is_a_warning(
    env: dict[str, str], simulator: RunningSimulator
) -> None:
    correct = ["correct", "--user", "ada", "--to", NEW]
    code, seen = at_terminal(env, *correct, answers={"type the username “ada”": "bob"})
    assert code == 4 and "not the username" in seen and simulator.writes() == []
    code, seen = at_terminal(env, *correct, answers={"type the username “ada”": "ada"})
    assert code == 0 and "done, and read back" in seen and stored(simulator, 2)[0] == NEW


def test_at_a_terminal_no_warning_is_one_answer(env: dict[str, str], simulator: RunningSimulator) -> None:
    simulator.put_people([OWNER, OTHER_OWNER, person(2, "Ada", scim_id="ADA", saml_id="ada")])
    code, seen = at_terminal(
        env, "correct", "--user", "2", "--to", "ada", answers={"type the username": "ada"}
    )
    assert code == 0 and "case-only" in seen  # case alone is a warning too


def test_a_read_only_profile_is_asked_about_once(env: dict[str, str], simulator: RunningSimulator) -> None:
    folder = Path(env["XDG_CONFIG_HOME"]) / "scimtui"
    folder.mkdir(parents=True, mode=0o700)
    file = folder / "profiles.toml"
    file.write_text(
        f'[profiles.acme]\nscim_url = "{simulator.scim_url}"\nread_only = true\n'
        'scim_token_env = "T_SCIM"\naccess_token_env = "T_ACCESS"\n'
    )
    file.chmod(0o600)
    saved = {key: value for key, value in env.items() if not key.startswith("SCIMTUI_")}
    saved |= {"T_SCIM": simulator.scim_token, "T_ACCESS": simulator.access_token}
    correct = ["correct", "--user", "ada", "--to", NEW]
    assert scimtui(saved, *correct, "--dry-run").returncode == 0
    asked = scimtui(saved, *correct, *ACCEPTED)
    assert asked.returncode == 4 and "read-only" in asked.stderr and simulator.writes() == []
    no, _ = at_terminal(saved, *correct, *ACCEPTED, answers={"from now on?": "n"})
    assert no == 4 and simulator.writes() == []
    yes, _ = at_terminal(saved, *correct, *ACCEPTED, answers={"from now on?": "y"})
    assert yes == 0 and stored(simulator, 2)[0] == NEW
    assert Profiles.load(file).get("acme").read_only is False
    forced = scimtui(saved, "--read-only", "undo", "1", "--accept", "idp-remembers", "--yes")
    assert forced.returncode == 4 and "--read-only" in forced.stderr


def test_an_outcome_that_is_not_known_ends_with_5_and_is_settled_by_history(
    env: dict[str, str], simulator: RunningSimulator, tmp_path: Path
) -> None:
    from datetime import UTC, datetime

    from scimtui.corrections.journal import Journal
    from scimtui.corrections.model import Outcome
    from tests.corrections.entries import intent

    scimtui(env, "correct", "--user", "ada", "--to", NEW, *ACCEPTED)
    (file,) = (
        path for path in (tmp_path / "s" / "scimtui" / "journals").iterdir() if path.suffix == ".sqlite3"
    )
    journal = Journal(file, now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    subject = journal.entries()[0].intent.change.subject
    plan = intent(NEW, guid(9))
    number = journal.begin(plan._replace(change=plan.change._replace(subject=subject)))
    journal.settle(number, Outcome.UNKNOWN, None)
    journal.close()
    history = scimtui(env, "history")
    assert "entry 2 was left open by an earlier run: not changed" in history.stderr
    assert "unchanged" in history.stdout
    simulator.switch(drop="read")
    assert scimtui(env, "correct", "--user", "ada", "--to", guid(9), *ACCEPTED).returncode == 3


def test_a_damaged_journal_stops_corrections_and_can_be_set_aside(
    env: dict[str, str], simulator: RunningSimulator, tmp_path: Path
) -> None:
    scimtui(env, "correct", "--user", "ada", "--to", NEW, *ACCEPTED)
    journals = tmp_path / "s" / "scimtui" / "journals"
    (file,) = (path for path in journals.iterdir() if path.suffix == ".sqlite3")
    assert scimtui(env, "history", "--set-aside").returncode == 1
    file.write_bytes(file.read_bytes()[:5000])
    broken = scimtui(env, "history")
    assert broken.returncode == 1 and "damaged" in broken.stderr and "Traceback" not in broken.stderr
    assert scimtui(env, "history", "--verify").returncode == 1
    refused = scimtui(env, "correct", "--user", "ada", "--to", guid(9), *ACCEPTED)
    assert refused.returncode == 4 and "set-aside" in refused.stderr and len(simulator.writes()) == 1
    assert "damaged-" in scimtui(env, "history", "--set-aside").stdout
    assert scimtui(env, "correct", "--user", "ada", "--to", guid(9), *ACCEPTED).returncode == 0


def test_verification_as_json_is_one_document(env: dict[str, str], simulator: RunningSimulator) -> None:
    scimtui(env, "correct", "--user", "ada", "--to", NEW, *ACCEPTED)
    whole = scimtui(env, "history", "--verify", "--json")
    assert whole.returncode == 0
    assert json.loads(whole.stdout) == {"records": 2, "entries": 1, "whole": True, "findings": []}
    (head,) = Path(env["XDG_STATE_HOME"]).rglob("*-head")
    head.write_text('{"count": 9, "hash": "x"}')
    cut = scimtui(env, "history", "--verify", "--json")
    told = json.loads(cut.stdout)
    assert cut.returncode == 1 and not told["whole"]
    assert [one["code"] for one in told["findings"]] == ["journal-damaged"]


def test_no_token_is_in_the_journal_or_any_output(env: dict[str, str], simulator: RunningSimulator) -> None:
    outputs = [
        scimtui(env, "correct", "--user", "ada", "--to", simulator.scim_token, *ACCEPTED),
        scimtui(env, "correct", "--user", "ada", "--to", f"x{simulator.access_token}", *ACCEPTED, "--json"),
        scimtui(env, "correct", "--user", "ada", "--to", NEW, *ACCEPTED, "--reason", simulator.scim_token),
        scimtui(env, "history", "--json"),
    ]
    assert [one.returncode for one in outputs] == [4, 4, 0, 0]
    secrets = (simulator.scim_token, simulator.access_token)
    for one in outputs:
        assert not any(secret in one.stdout + one.stderr for secret in secrets)
    state = Path(env["XDG_STATE_HOME"])
    kept = b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
    assert not any(secret.encode() in kept for secret in secrets)
