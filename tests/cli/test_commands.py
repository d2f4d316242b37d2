"""The commands as a shell runs them, against a simulated GitLab."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scimtui.cli import main
from scimtui.simulator import RunningSimulator, Settings, running

Run = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running(Settings(users=80, seed=5)) as started:
        yield started


@pytest.fixture
def environment(simulator: RunningSimulator) -> dict[str, str]:
    """The environment profile, pointed at the simulated GitLab."""
    simulator.reset()
    return {
        **os.environ,
        "SCIMTUI_SCIM_URL": simulator.scim_url,
        "SCIMTUI_SCIM_TOKEN": simulator.scim_token,
        "SCIMTUI_ACCESS_TOKEN": simulator.access_token,
    }


def run(*arguments: str, env: dict[str, str]) -> Run:
    return subprocess.run(
        [sys.executable, "-m", "scimtui", *arguments],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_users_prints_one_json_document_in_the_stable_shape(
    simulator: RunningSimulator, environment: dict[str, str]
) -> None:
    done = run("users", "--json", env=environment)
    people = json.loads(done.stdout)
    assert done.returncode == 0
    for verdict, planted in simulator.info["problems"].items():
        assert sum(person["verdict"] == verdict for person in people) == planted
    assert {"user_id", "scim", "saml", "verdict", "sign_in", "findings", "enterprise_rule"} <= people[
        0
    ].keys()
    assert "80 people" not in done.stdout


def test_users_in_a_pipe_are_whole_values_divided_by_tabs(environment: dict[str, str]) -> None:
    done = run("users", "is:differs", env=environment)
    head, *rows = done.stdout.splitlines()
    assert head.split("\t")[-1] == "verdict" and rows
    assert all(row.split("\t")[-1] == "differs" and "…" not in row for row in rows)
    assert "people" in done.stderr


def test_a_query_that_finds_nobody_ends_with_1(environment: dict[str, str]) -> None:
    assert run("users", "zzzzzz", env=environment).returncode == 1


def test_a_word_that_means_nothing_ends_with_2(environment: dict[str, str]) -> None:
    done = run("users", "is:difers", env=environment)
    assert done.returncode == 2 and "did you mean is:differs" in done.stderr and done.stdout == ""


def test_lookup_live_then_offline(simulator: RunningSimulator, environment: dict[str, str]) -> None:
    truth = next(person for person in simulator.people() if person["scim_id"] and person["member"])
    assert run("lookup", truth["username"], "--offline", env=environment).returncode == 1
    live = run("lookup", truth["username"], env=environment)
    assert live.returncode == 0 and truth["scim_id"] in live.stdout and "just now" in live.stderr
    for text in (truth["username"], str(truth["user_id"]), truth["email"].upper(), truth["scim_id"]):
        done = run("lookup", text, "--offline", "--json", env=environment)
        (person,) = json.loads(done.stdout)
        assert done.returncode == 0 and person["user_id"] == truth["user_id"]


def test_lookup_reads_the_person_again(simulator: RunningSimulator, environment: dict[str, str]) -> None:
    truth = next(person for person in simulator.people() if person["scim_id"] and person["saml_id"])
    run("users", env=environment)
    people = [
        {**person, "saml_id": "changed-meanwhile"} if person["user_id"] == truth["user_id"] else person
        for person in simulator.people()
    ]
    simulator.put_people(people)
    done = run("lookup", str(truth["user_id"]), "--json", env=environment)
    assert json.loads(done.stdout)[0]["saml"] == {"extern_uid": "changed-meanwhile"}


def test_a_name_that_fits_several_is_listed_and_ends_with_4(
    simulator: RunningSimulator, environment: dict[str, str]
) -> None:
    duplicates = json.loads(run("users", "is:duplicate", "--json", env=environment).stdout)
    done = run("lookup", duplicates[0]["scim"]["extern_uid"], "--json", env=environment)
    assert done.returncode == 4 and len(json.loads(done.stdout)) == 2


def test_nobody_has_that_name(environment: dict[str, str]) -> None:
    done = run("lookup", "nobody-at-all", env=environment)
    assert done.returncode == 1 and done.stdout == "" and "nobody has exactly this" in done.stderr


def test_a_token_that_is_not_accepted_ends_with_3(environment: dict[str, str]) -> None:
    wrong = {**environment, "SCIMTUI_ACCESS_TOKEN": "glpat-wrong-wrong-wrong", "SCIMTUI_SCIM_TOKEN": ""}
    done = run("users", env=wrong)
    assert done.returncode == 3 and "does not accept the access token" in done.stderr
    assert "wrong-wrong" not in done.stderr + done.stdout and "Traceback" not in done.stderr


def test_nobody_listening_ends_with_3(environment: dict[str, str]) -> None:
    done = run("users", env={**environment, "SCIMTUI_SCIM_URL": "http://127.0.0.1:9/api/scim/v2/groups/acme"})
    assert done.returncode == 3 and "nothing answers there" in done.stderr


@pytest.mark.parametrize("command", [["users"], ["lookup", "ada"], ["users", "--offline"]])
def test_without_a_profile_the_next_step_is_named(command: list[str]) -> None:
    done = run(*command, env=dict(os.environ))
    assert done.returncode == 2 and "scimtui profile add" in done.stderr and "scimtui demo" in done.stderr


def test_the_console_refuses_to_draw_into_a_pipe() -> None:
    done = run(env=dict(os.environ))
    assert done.returncode == 2 and "needs a terminal" in done.stderr


def test_the_demo_prints_a_tour_into_a_pipe() -> None:
    done = run("demo", "--users", "60", env=dict(os.environ))
    assert done.returncode == 0 and "by verdict" in done.stdout and "differs" in done.stdout
    assert "The connection test" in done.stdout and "\nready · 26 checks in" in done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str) -> None:
    done = run("completion", shell, env=dict(os.environ))
    assert done.returncode == 0 and "_SCIMTUI_COMPLETE" in done.stdout


def overview_names(overview: str) -> list[str]:
    """The commands that the help names."""
    listed = overview.partition("Commands:")[2].splitlines()
    return [line.split()[0] for line in listed if line.startswith("  ") and line[2:3].strip()]


def test_every_command_has_help_and_stands_in_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    root = Path(__file__).parents[2]
    readme = root.joinpath("README.md").read_text("utf-8")
    reference = root.joinpath("docs/reference/commands.md").read_text("utf-8")
    overview = run("--help", env=dict(os.environ)).stdout
    for name in ("demo", "profile", "users", "lookup", "check", "explain", "setup", "purge", "completion"):
        assert f"scimtui {name}" in readme
        assert name in overview
    for name in overview_names(overview):
        assert f"\n## scimtui {name}\n" in reference
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert not ended.value.code and len(capsys.readouterr().out.splitlines()) > 3


def test_looking_up_offline_imports_nothing_heavy(environment: dict[str, str]) -> None:
    run("users", env=environment)
    code = (
        "import sys\n"
        "from scimtui.cli import main\n"
        "try:\n    main(['lookup', 'nobody', '--offline'])\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'pydantic', 'httpx', 'textual', 'keyring', 'asyncio', 'rich', 'platformdirs', 'tomlkit'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_token_that_gitlab_does_not_accept_ends_with_3(
    simulator: RunningSimulator, environment: dict[str, str], tmp_path: Path
) -> None:
    simulator.switch(access_token="expired")
    done = run("users", env=environment | {"XDG_STATE_HOME": str(tmp_path)})
    assert done.returncode == 3 and "did not accept one of the tokens" in done.stderr
    assert done.stdout  # what the other token tells is there all the same


def test_a_search_may_begin_with_a_minus(environment: dict[str, str]) -> None:
    done = run("users", "-is:match", env=environment)
    assert done.returncode == 0 and done.stdout and "match" not in done.stdout.split()


def test_a_mistyped_option_is_no_search(environment: dict[str, str]) -> None:
    done = run("users", "--jsno", env=environment)
    assert done.returncode == 2 and "--jsno" in done.stderr and not done.stdout


def test_nobody_by_the_scim_token_alone_is_said_with_what_was_not_read(
    environment: dict[str, str], tmp_path: Path
) -> None:
    del environment["SCIMTUI_ACCESS_TOKEN"]
    done = run("lookup", "nobody-here", env=environment | {"XDG_STATE_HOME": str(tmp_path)})
    assert done.returncode == 1 and "not read: SAML identities, members" in done.stderr
