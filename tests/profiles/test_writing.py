"""Writing the profiles file: what people wrote survives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import tomlkit

from scimtui.profiles import (
    Paths,
    Profile,
    ProfileError,
    Profiles,
    UnknownProfileError,
    UnsafePathError,
    remove_profile,
    save_profile,
    set_default,
)

ACME = Profile(name="acme", scim_url="https://gitlab.example/api/scim/v2/groups/acme")
BETA = Profile(
    name='b "e" ta',
    scim_url="https://gitlab.example/api/scim/v2/groups/beta",
    idp="okta",
    read_only=False,
    snapshot=False,
    access_token_env="BETA",
    scim_token_command=("pass", 'a "b" \\c'),
)
BY_HAND = """\
# Written by hand, on a Monday
[profiles.acme] # ours
read_only   =  true
scim_url = 'https://gitlab.example/api/scim/v2/groups/acme' # pasted

# the other one
[profiles."b.c"]
  scim_url = "https://gitlab.example/api/scim/v2/groups/b"
"""


@pytest.fixture
def places(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "config", tmp_path / "state")


def by_hand(places: Paths) -> Path:
    places.prepare_folder(places.config)
    places.profiles_file.write_text(BY_HAND)
    return places.profiles_file


def test_what_is_saved_is_read_back(places: Paths) -> None:
    save_profile(places, ACME)
    after = save_profile(places, BETA)
    assert after == Profiles.load(places.profiles_file)
    assert dict(after.by_name) == {ACME.name: ACME, BETA.name: BETA}
    assert after.default == "acme"
    assert places.profiles_file.stat().st_mode & 0o777 == 0o600
    assert places.config.stat().st_mode & 0o777 == 0o700
    assert not places.state.exists()


def test_a_change_leaves_comments_order_and_spacing(places: Paths) -> None:
    file = by_hand(places)
    save_profile(places, replace(ACME, read_only=False, idp="entra"), replace=True, default=True)
    text = file.read_text()
    assert Profiles.load(file).default == "acme"
    for kept in (
        "# Written by hand, on a Monday\n",
        "[profiles.acme] # ours\n",
        "scim_url = 'https://gitlab.example/api/scim/v2/groups/acme' # pasted\n",
        '# the other one\n[profiles."b.c"]\n  scim_url =',
    ):
        assert kept in text
    assert Profiles.load(file).get("acme") == replace(ACME, read_only=False, idp="entra")


def test_saving_what_is_there_changes_nothing(places: Paths) -> None:
    file = by_hand(places)
    save_profile(places, ACME, replace=True)
    assert file.read_text() == BY_HAND


@pytest.mark.parametrize(
    "text",
    [
        "[profiles]\nacme = {scim_url = 'https://gitlab.example/api/scim/v2/groups/acme'}\n",
        "profiles.acme.scim_url = 'https://gitlab.example/api/scim/v2/groups/acme'\n",
        "[profiles.acme]\r\nscim_url = 'https://gitlab.example/api/scim/v2/groups/acme'\r\n# end",
        "# nothing yet\n",
        "",
    ],
    ids=range(5),
)
def test_every_way_of_writing_tables_can_be_added_to(places: Paths, text: str) -> None:
    places.prepare_folder(places.config)
    places.profiles_file.write_bytes(text.encode())
    before = Profiles.load(places.profiles_file)
    after = save_profile(places, BETA, default=True)
    assert dict(after.by_name) == {**before.by_name, BETA.name: BETA}
    assert after.default == BETA.name
    assert dict(remove_profile(places, BETA.name).by_name) == dict(before.by_name)


def test_a_taken_name_needs_replace(places: Paths) -> None:
    save_profile(places, ACME)
    with pytest.raises(ProfileError, match="--replace"):
        save_profile(places, replace(ACME, idp="okta"))
    assert Profiles.load(places.profiles_file).get("acme") == ACME


@pytest.mark.parametrize(
    "bad",
    [
        replace(ACME, name="environment"),
        replace(ACME, scim_url="x"),
        replace(ACME, nameid_source="glpat-abcdefghij0123456789"),
        replace(ACME, access_token_command=("echo", "glsoat-abcdefghij0123456789")),
    ],
)
def test_what_could_not_be_read_back_is_not_written(places: Paths, bad: Profile) -> None:
    with pytest.raises(ProfileError):
        save_profile(places, bad)
    assert not places.config.exists()


def test_a_broken_file_is_left_alone(places: Paths) -> None:
    places.prepare_folder(places.config)
    places.profiles_file.write_text("[")
    with pytest.raises(ProfileError, match="not TOML"):
        save_profile(places, ACME)
    assert places.profiles_file.read_text() == "["


def test_a_linked_file_is_left_alone(places: Paths, tmp_path: Path) -> None:
    places.prepare_folder(places.config)
    target = tmp_path / "elsewhere.toml"
    target.write_text(BY_HAND)
    places.profiles_file.symlink_to(target)
    with pytest.raises(UnsafePathError):
        save_profile(places, BETA)
    assert target.read_text() == BY_HAND


def test_removing_takes_the_default_along(places: Paths) -> None:
    by_hand(places)
    set_default(places, "acme")
    after = remove_profile(places, "acme")
    assert (list(after.by_name), after.default) == (["b.c"], "")
    text = places.profiles_file.read_text()
    assert "# Written by hand" in text
    assert "default" not in text


def test_the_default_can_be_changed(places: Paths) -> None:
    save_profile(places, ACME)
    save_profile(places, BETA)
    assert set_default(places, BETA.name).default == BETA.name
    assert save_profile(places, replace(ACME, name="third"), default=True).default == "third"


def test_names_that_are_not_saved(places: Paths) -> None:
    save_profile(places, ACME)
    with pytest.raises(UnknownProfileError):
        remove_profile(places, "acne")
    with pytest.raises(UnknownProfileError):
        set_default(places, "acne")


@pytest.mark.parametrize(
    "harmed", ["", "[", "[profiles.acme]\nscim_url = 'https://evil.example/api/scim/v2/application'\n"]
)
def test_a_text_that_would_say_something_else_is_not_written(
    places: Paths, monkeypatch: pytest.MonkeyPatch, harmed: str
) -> None:
    file = by_hand(places)
    monkeypatch.setattr(tomlkit, "dumps", lambda document: harmed)
    with pytest.raises(ProfileError, match="edit it by hand"):
        save_profile(places, BETA)
    assert file.read_text() == BY_HAND
