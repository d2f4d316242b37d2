"""Owner-only, whole or not at all, and no link followed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scimtui.profiles.errors import UnsafePathError
from scimtui.profiles.folders import Paths, paths
from scimtui.profiles.private_files import (
    check_ancestors,
    check_own_folder,
    private_file,
    private_folder,
    read_private,
    write_private,
)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_written_file_is_owner_only_in_an_owner_only_folder(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "scimtui"
    private_folder(folder)
    write_private(folder / "x", b"one")
    write_private(folder / "x", b"two")
    assert read_private(folder / "x") == b"two"
    assert (mode(folder), mode(folder.parent), mode(folder / "x")) == (0o700, 0o700, 0o600)
    assert [path.name for path in folder.iterdir()] == ["x"]


def test_modes_are_tightened(tmp_path: Path) -> None:
    folder = tmp_path / "scimtui"
    folder.mkdir(mode=0o755)
    (folder / "x").write_bytes(b"")
    (folder / "x").chmod(0o644)
    private_folder(folder)
    private_file(folder / "x")
    assert (mode(folder), mode(folder / "x")) == (0o700, 0o600)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_private(tmp_path / "x", b"old")

    def full_disk(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_private(tmp_path / "x", b"new")
    assert (tmp_path / "x").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("dangling", [True, False])
def test_a_linked_file_is_refused(tmp_path: Path, dangling: bool) -> None:
    target = tmp_path / "target"
    if not dangling:
        target.write_bytes(b"theirs")
    link = tmp_path / "x"
    link.symlink_to(target)
    with pytest.raises(UnsafePathError, match="symbolic link"):
        write_private(link, b"ours")
    with pytest.raises(UnsafePathError, match="symbolic link"):
        private_file(link)
    with pytest.raises(UnsafePathError, match="symbolic link"):
        read_private(link)
    assert target.exists() is not dangling


def test_a_linked_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "scimtui").symlink_to(tmp_path / "real")
    with pytest.raises(UnsafePathError, match="symbolic link"):
        private_folder(tmp_path / "scimtui")


def test_a_link_above_is_followed_where_it_is_ours_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "config").symlink_to(tmp_path / "real")
    check_ancestors(tmp_path / "config" / "more")
    if os.geteuid() == 0:
        os.chown(tmp_path / "config", 4321, 4321, follow_symlinks=False)
    else:
        user = os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    with pytest.raises(UnsafePathError, match="another user, not followed"):
        check_ancestors(tmp_path / "config" / "more")


def test_another_users_folder_or_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_bytes(b"")
    check_own_folder(tmp_path)
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    with pytest.raises(UnsafePathError, match="another user"):
        check_own_folder(tmp_path)
    with pytest.raises(UnsafePathError, match="another user"):
        write_private(tmp_path / "x", b"")


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "scimtui").write_bytes(b"")
    with pytest.raises(UnsafePathError, match="not a folder"):
        private_folder(tmp_path / "scimtui")


def test_asking_for_a_path_makes_nothing(untouched_machine: Path) -> None:
    places = paths()
    assert places.profiles_file == untouched_machine / ".config/scimtui/profiles.toml"
    assert places.snapshots == untouched_machine / ".local/state/scimtui/snapshots"
    assert list(untouched_machine.iterdir()) == []


def test_xdg_is_honoured_as_platformdirs_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import platformdirs

    for config, state in (("", ""), (str(tmp_path / "c"), str(tmp_path / "s"))):
        monkeypatch.setenv("XDG_CONFIG_HOME", config)
        monkeypatch.setenv("XDG_STATE_HOME", state)
        assert paths() == Paths(
            platformdirs.user_config_path("scimtui", appauthor=False),
            platformdirs.user_state_path("scimtui", appauthor=False),
        )


def test_a_file_is_prepared_for_a_writer_that_opens_by_name(tmp_path: Path) -> None:
    places = Paths(tmp_path / "config", tmp_path / "state")
    places.prepare_file(places.snapshots / "a.sqlite3")
    assert mode(places.state) == mode(places.snapshots) == 0o700
    assert mode(places.snapshots / "a.sqlite3") == 0o600
    assert not places.config.exists()
