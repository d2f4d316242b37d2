"""`scimtui check`, and the mark of a profile that was never tested."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scimtui.cli import main_command
from scimtui.cli.failures import WRONG_USE, Failure
from scimtui.profiles import Profiles, paths
from scimtui.simulator import RunningSimulator, Settings, running

SCIM_VARIABLE, ACCESS_VARIABLE = "ACME_SCIM", "ACME_ACCESS"


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningSimulator]:
    with running(Settings(users=20)) as started:
        yield started


@pytest.fixture
def simulator(shared: RunningSimulator, monkeypatch: pytest.MonkeyPatch) -> RunningSimulator:
    shared.reset()
    monkeypatch.setenv(SCIM_VARIABLE, shared.scim_token)
    monkeypatch.setenv(ACCESS_VARIABLE, shared.access_token)
    return shared


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main_command, arguments, standalone_mode=False)


def add(simulator: RunningSimulator, *more: str) -> Result:
    tokens = ("--scim-token-env", SCIM_VARIABLE, "--access-token-env", ACCESS_VARIABLE)
    return run("profile", "add", "acme", "--scim-url", simulator.scim_url, *tokens, *more)


def saved() -> bool:
    return Profiles.load(paths().profiles_file).get("acme").untested


def test_a_saved_profile_is_untested_until_a_test_passes(simulator: RunningSimulator) -> None:
    added = add(simulator)
    assert "untested" in added.stdout and "scimtui --profile acme check" in added.stderr and saved()
    assert "untested" in run("profile", "list").stdout
    assert "Tested" in run("profile", "show", "acme").stdout
    simulator.switch(saml_provider=False)
    assert run("check").return_value == 1 and saved()
    simulator.reset()
    passed = run("check")
    assert passed.return_value == 0 and not saved()
    assert "not marked untested any more" in passed.stderr
    assert "untested" not in run("profile", "list").stdout + run("profile", "show", "acme").stdout


def test_what_a_test_said_holds_as_long_as_the_way_there_is_the_same(simulator: RunningSimulator) -> None:
    add(simulator)
    run("check")
    run("profile", "add", "acme", "--replace", "--idp", "okta")
    assert not saved()
    run(
        "profile",
        "add",
        "acme",
        "--replace",
        "--rest-url",
        simulator.scim_url.partition("/api/")[0] + "/api/v4",
    )
    assert saved()


def test_what_is_printed(simulator: RunningSimulator) -> None:
    add(simulator)
    printed = run("check").stdout
    assert printed.startswith("✓ Profile         complete")
    assert "\nready · 26 checks in " in printed
    simulator.switch(saml_enabled=False)
    printed = run("check").stdout
    assert "× SAML enabled    SAML SSO is configured, but switched off" in printed
    assert "first: SAML enabled: SAML SSO is configured, but switched off" in printed


def test_json_alone_is_on_stdout(simulator: RunningSimulator) -> None:
    add(simulator)
    result = run("check", "--json")
    document = json.loads(result.stdout)
    assert (document["verdict"], len(document["checks"])) == ("ready", 26)
    assert simulator.scim_token not in result.output and simulator.access_token not in result.output


def test_a_report_is_written(simulator: RunningSimulator, tmp_path: Path) -> None:
    add(simulator)
    file = tmp_path / "report.md"
    assert run("check", "--report", str(file)).return_value == 0
    text = file.read_text("utf-8")
    assert text.startswith("# Connection test") and simulator.scim_token not in text
    assert "Anna" not in text and file.stat().st_mode & 0o777 == 0o600


def test_a_report_that_can_not_be_written_is_told_and_replaces_nothing(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    add(simulator)
    file = tmp_path / "report.md"
    file.write_text("mine", "utf-8")
    there = run("check", "--report", str(file)).exception
    assert isinstance(there, Failure) and "there is such a file already" in str(there)
    assert file.read_text("utf-8") == "mine"
    gone = run("check", "--report", str(tmp_path / "missing" / "x.md")).exception
    assert isinstance(gone, Failure) and gone.exit_code == WRONG_USE


def test_without_any_token_it_says_so(simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIMTUI_SCIM_URL", simulator.scim_url)
    result = run("check")
    assert result.return_value == 1 and "no token at all" in result.stdout


def test_without_a_profile_the_next_step_is_named() -> None:
    result = run("check")
    assert result.exception is not None and "scimtui profile add" in str(result.exception)
