"""Which profile is meant, and that the general variables serve one alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from scimtui.profiles import (
    GENERAL_VARIABLES,
    Profile,
    ProfileError,
    Profiles,
    UnknownProfileError,
    choose,
    find_profile,
)

URL = "https://gitlab.example/api/scim/v2/groups/"
SAVED = Profiles(
    {name: Profile(name=name, scim_url=URL + name, read_only=False) for name in ("one", "two", "three")},
    "three",
)
ENV = {"SCIMTUI_SCIM_URL": URL + "env", "SCIMTUI_ACCESS_TOKEN": "x"}


@pytest.mark.parametrize(
    ("name", "environ", "chosen"),
    [
        ("one", {"SCIMTUI_PROFILE": "two", **ENV}, "one"),
        (None, {"SCIMTUI_PROFILE": "two", **ENV}, "two"),
        (None, ENV, "environment"),
        ("environment", {"SCIMTUI_PROFILE": "two", **ENV}, "environment"),
        (None, {"SCIMTUI_PROFILE": "", "SCIMTUI_SCIM_URL": ""}, "three"),
        (None, {}, "three"),
    ],
)
def test_the_order(name: str | None, environ: dict[str, str], chosen: str) -> None:
    profile = choose(name, environ, SAVED)
    assert profile is not None
    assert profile.name == chosen


def test_nothing_named_or_saved_is_the_first_run() -> None:
    assert choose(None, {}, Profiles()) is None


def test_a_name_that_is_not_saved() -> None:
    with pytest.raises(UnknownProfileError):
        choose(None, {"SCIMTUI_PROFILE": "four", **ENV}, SAVED)


def test_the_environment_profile_takes_its_variables() -> None:
    environ = ENV | {"SCIMTUI_REST_URL": "https://api.example/api/v4", "SCIMTUI_CA_FILE": "/ca.pem"}
    profile = choose(None, environ, SAVED)
    assert profile is not None
    assert (profile.scim_url, profile.rest_url) == (URL + "env", "https://api.example/api/v4")
    assert profile.ca_file == "/ca.pem"
    assert (profile.scim_token_env, profile.access_token_env) == GENERAL_VARIABLES
    assert not profile.read_only


def test_a_saved_profile_takes_none_of_them() -> None:
    environ = ENV | {"SCIMTUI_REST_URL": "https://evil.example/api/v4", "SCIMTUI_CA_FILE": "/ca.pem"}
    assert choose("one", environ, SAVED) == SAVED.by_name["one"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SCIMTUI_SCIM_URL", "https://gitlab.example"), ("SCIMTUI_REST_URL", "https://gitlab.example/api")],
)
def test_a_bad_variable_is_named(variable: str, value: str) -> None:
    with pytest.raises(ProfileError) as caught:
        choose(None, ENV | {variable: value}, SAVED)
    assert caught.value.key == variable


def test_the_environment_profile_without_its_variable() -> None:
    with pytest.raises(ProfileError, match="SCIMTUI_SCIM_URL: not set"):
        choose("environment", {}, SAVED)


def test_plain_http_to_another_machine_is_refused() -> None:
    with pytest.raises(ProfileError, match="plain http"):
        choose(None, {"SCIMTUI_SCIM_URL": "http://gitlab.example/api/scim/v2/groups/a"}, SAVED)
    assert choose(None, {"SCIMTUI_SCIM_URL": "http://127.0.0.1:1/api/scim/v2/groups/a"}, SAVED)


@pytest.mark.parametrize(
    ("option", "value", "read_only"),
    [
        (True, "", True),
        (False, "1", True),
        (False, "true", True),
        (False, "what", True),
        (False, "0", False),
        (False, "no", False),
        (False, "", False),
    ],
)
@pytest.mark.parametrize("name", ["one", "environment"])
def test_read_only_is_asked_for(name: str, option: bool, value: str, read_only: bool) -> None:
    profile = choose(name, ENV | {"SCIMTUI_READ_ONLY": value}, SAVED, read_only=option)
    assert profile is not None
    assert profile.read_only is read_only


def test_nothing_lifts_a_profile_that_is_read_only() -> None:
    saved = Profiles({"one": Profile(name="one", scim_url=URL + "one")})
    profile = choose("one", {"SCIMTUI_READ_ONLY": "0"}, saved)
    assert profile is not None
    assert profile.read_only


def test_a_broken_file_is_in_nobodys_way_but_its_own(tmp_path: Path) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text("[")
    profile = find_profile(None, ENV, file)
    assert profile is not None
    assert profile.is_environment
    for environ in ({}, ENV | {"SCIMTUI_PROFILE": "one"}):
        with pytest.raises(ProfileError, match="not TOML"):
            find_profile(None, environ, file)
