"""Purging leaves nothing of ours and touches nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scimtui.gitlab.secret import Secret
from scimtui.profiles import (
    Keystore,
    KeystoreError,
    Paths,
    Profile,
    TokenKind,
    find_traces,
    purge,
    remove_database,
    save_profile,
)

ACME = Profile(name="acme", scim_url="https://gitlab.example/api/scim/v2/groups/acme")


@pytest.fixture
def used(tmp_path: Path) -> Paths:
    """A machine where scimtui was used."""
    places = Paths(tmp_path / "config", tmp_path / "state")
    save_profile(places, ACME)
    for file in (places.snapshot(ACME), places.journal(ACME)):
        places.prepare_file(file)
        file.with_name(file.name + "-wal").write_bytes(b"")
    (places.config / ".profiles.toml.1.ab.tmp").write_bytes(b"")
    Keystore().put(ACME, TokenKind.ACCESS, Secret("one"))
    Keystore().put(replace(ACME, name="removed by hand"), TokenKind.SCIM, Secret("two"))
    return places


def test_looking_changes_nothing(used: Paths) -> None:
    traces = find_traces(used, Keystore())
    assert len(traces.files) == 6
    assert traces.tokens == 2
    assert find_traces(used, Keystore()) == traces


def test_nothing_is_left(used: Paths, tmp_path: Path, memory_keyring: object) -> None:
    assert purge(used, Keystore()).nothing
    assert list(tmp_path.iterdir()) == []
    assert vars(memory_keyring)["kept"] == {}


def test_a_broken_profiles_file_is_no_obstacle(used: Paths, tmp_path: Path) -> None:
    used.profiles_file.write_text("[")
    assert purge(used, Keystore()).nothing
    assert list(tmp_path.iterdir()) == []


def test_config_and_state_in_one_folder_as_on_a_mac(tmp_path: Path) -> None:
    places = Paths(tmp_path / "both", tmp_path / "both")
    save_profile(places, ACME)
    places.prepare_file(places.journal(ACME))
    assert len(find_traces(places, Keystore()).files) == 2
    assert purge(places, Keystore()).nothing
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_ours_is_left_and_named(used: Paths) -> None:
    notes = used.config / "notes.txt"
    notes.write_text("mine")
    assert purge(used, Keystore()).foreign == (notes,)
    assert notes.read_text() == "mine"
    assert not used.state.exists()


def test_links_are_removed_and_not_followed(used: Paths, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("mine")
    (used.snapshots / "link.sqlite3").symlink_to(elsewhere / "kept")
    (used.state / "more").symlink_to(elsewhere)
    left = purge(used, Keystore())
    assert (elsewhere / "kept").read_text() == "mine"
    assert left.foreign == (used.state / "more",)
    assert not (used.snapshots / "link.sqlite3").is_symlink()


@pytest.mark.parametrize(("code", "unknown"), [("locked", True), ("timeout", True), ("absent", False)])
def test_a_key_store_that_can_not_be_looked_into_is_told(used: Paths, code: str, unknown: bool) -> None:
    class Closed(Keystore):
        def entries(self) -> tuple[str, ...]:
            raise KeystoreError(code, "Closed", "Open it")

    left = purge(used, Closed())
    assert left.files == ()
    assert left.keystore_problem is not None
    assert left.keystore_unknown is unknown


def test_one_database_goes_with_its_side_files(used: Paths) -> None:
    other = used.snapshot(replace(ACME, name="other"))
    used.prepare_file(other)
    assert remove_database(used, used.snapshot(ACME))
    assert list(used.snapshots.iterdir()) == [other]
    assert used.journal(ACME).exists()
    assert not remove_database(used, used.snapshot(ACME))
