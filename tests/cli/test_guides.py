"""`scimtui explain` and `scimtui setup`, as a shell runs them: no profile, no token, no network."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from scimtui.cli import main_command
from scimtui.guides.walkthroughs import Done, GuideProgress
from scimtui.profiles import Profile, paths, save_profile
from tests.guides.test_walkthroughs import NOW

DETAIL = json.dumps(
    {"detail": 'Error saving user with {"extern_uid"=>"b7"}: User has already been taken', "status": 409}
)


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main_command, arguments, input=given, standalone_mode=False)


def test_explain_tells_what_it_is_and_what_to_do() -> None:
    result = run("explain", DETAIL)
    assert result.return_value == 0
    assert result.stdout.startswith("User has already been taken (409)\n")
    assert "“User has already been taken” and “409”" in result.stdout
    assert "scimtui correct --user b7 --to b7 --dry-run" in result.stdout
    assert "Also possible:" not in result.stdout


def test_explain_reads_standard_input() -> None:
    assert run("explain", "-", given=DETAIL).stdout == run("explain", DETAIL).stdout


def test_explain_as_json() -> None:
    document = json.loads(run("explain", "--json", DETAIL).stdout)
    best = document["matches"][0]
    assert best["code"] == "user-taken-scim" and best["screen"] == "correct"
    assert best["values"] == {"uid": "b7", "status": "409"} and document["nearest"] == []
    assert {"title", "who", "cause", "tell", "fix", "evidence"} <= set(best)


def test_explain_where_nothing_fits() -> None:
    result = run(
        "explain", "the gizmo has an account that is odd and nobody knows of it, nobody at all, in no way"
    )
    assert result.return_value == 1
    assert "Nothing in the catalogue fits" in result.stdout and "no more than that" in result.stdout
    assert json.loads(run("explain", "--json", "qqqq").stdout)["matches"] == []


def test_explain_as_a_reply() -> None:
    reply = run("explain", "--reply", DETAIL).stdout
    assert reply.startswith("**User has already been taken (409)**") and "b7" not in reply


def test_explain_shows_no_escape_and_no_token() -> None:
    result = run("explain", "Error updating \x1b[31mx with glsoat-0123456789abcdefghij 401 Unauthorized")
    assert "\x1b" not in result.output and "0123456789" not in result.output


def test_setup_is_printed_without_a_profile() -> None:
    result = run("setup", "entra", "--print")
    assert result.return_value == 0 and result.stdout.startswith("# Set up Microsoft Entra ID")
    assert "groups/<group>" in result.stdout


def test_setup_is_printed_with_the_values_and_ticks_of_the_profile() -> None:
    profile = Profile(name="acme", scim_url="https://gitlab.com/api/scim/v2/groups/acme.eu")
    save_profile(paths(), profile)
    GuideProgress(paths().setup(profile), paths()).set("okta", "save", Done(NOW, "ticked"))
    text = run("setup", "okta", "--print").stdout
    assert "https://gitlab.com/api/scim/v2/groups/acme.eu" in text and "Okta: Save\n\n- [x] done" in text


@pytest.mark.parametrize("arguments", [("nothing",), ("nothing", "--print"), ("--print",)])
def test_a_walkthrough_that_is_not_there(arguments: tuple[str, ...]) -> None:
    result = run("setup", *arguments)
    assert result.exception is not None and "scimtui setup okta" in str(result.exception)


def test_the_console_needs_a_terminal() -> None:
    result = run("setup", "okta")
    assert result.exception is not None and "scimtui setup okta --print" in str(result.exception)


def test_explain_tells_what_other_events_of_a_text_are_about() -> None:
    events = [
        {"status": "failure", "reason": "SCIM 409: User has already been taken", "externalId": "a"},
        {
            "status": "failure",
            "reason": "The member's email address is not allowed for this group",
            "id": "b",
        },
        {"status": "failure", "reason": "The flux is odd", "id": "c"},
    ]
    told = run("explain", json.dumps(events)).stdout
    assert "Other events in the text are about:" in told and "(1 event)" in told
    assert "1 failed event of 3: no message that the catalogue knows." in told


def test_explain_says_where_another_program_is_named_and_what_it_found() -> None:
    result = run("explain", "docker: Error response from daemon: 401 Unauthorized")
    assert result.return_value == 1
    assert "another program" in result.stdout and "status 401" in result.stdout
    assert "The nearest" not in result.stdout


def test_explain_says_that_words_decided() -> None:
    result = run("explain", "--json", "Everybody gets a 404 after the SAML login to GitLab")
    best = json.loads(result.stdout)["matches"][0]
    assert (best["code"], best["by_words"]) == ("not-found-all", True)
    assert "By words" in run("explain", "Everybody gets a 404 after the SAML login to GitLab").stdout


def test_a_dot_in_the_groups_path_is_named_for_okta_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for path, has_dot in (("acme.inc", True), ("acme", False)):
        monkeypatch.setenv("SCIMTUI_SCIM_URL", f"https://gitlab.com/api/scim/v2/groups/{path}")
        told = run("setup", "okta", "--print").stdout
        assert f"groups/{path}" in told and ("rename the group's path" in told) is has_dot


def test_changing_the_app_names_the_way_over_the_api() -> None:
    told = run("setup", "change-app", "--print").stdout
    assert "three ways" in told and "SAML and SCIM identities API" in told
