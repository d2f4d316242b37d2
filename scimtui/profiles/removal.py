"""Removing every trace from this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scimtui.profiles.errors import KeystoreError, UnsafePathError
from scimtui.profiles.folders import Paths
from scimtui.profiles.keystore import Keystore
from scimtui.profiles.private_files import check_ancestors, is_temporary


@dataclass(frozen=True, slots=True)
class Traces:
    """What is on this machine.

    Attributes:
        files: profiles, snapshots and journals, with the side files of their database.
        tokens: how many tokens the key store holds.
        foreign: what lies in our folders and is not ours; it is left.
        keystore_problem: why the key store could not be looked into; None where it could.
    """

    files: tuple[Path, ...] = ()
    tokens: int = 0
    foreign: tuple[Path, ...] = ()
    keystore_problem: KeystoreError | None = None

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to remove."""
        return not self.files and not self.tokens

    @property
    def keystore_unknown(self) -> bool:
        """Whether tokens may be there that could not be seen: a store that is absent holds none of ours."""
        return self.keystore_problem is not None and self.keystore_problem.code in (
            "locked",
            "timeout",
            "failed",
        )


def find_traces(paths: Paths, keystore: Keystore) -> Traces:
    """Look, and change nothing; links are listed, never followed.

    Raises:
        UnsafePathError: a folder on the way is a link that another user made.
    """
    files: list[Path] = []
    foreign: list[Path] = []
    for path in _entries(paths.config):
        ours = path.name == paths.profiles_file.name or is_temporary(path.name)
        _sort(path, ours, paths, files, foreign)
    if paths.state != paths.config:
        for path in _entries(paths.state):
            ours = path.name == paths.fault.name or is_temporary(path.name)
            _sort(path, ours, paths, files, foreign)
    for folder in (paths.snapshots, paths.journals, paths.setups):
        for path in _entries(folder):
            _sort(path, not _is_folder(path), paths, files, foreign)
    tokens, problem = 0, None
    try:
        tokens = len(keystore.entries())
    except KeystoreError as error:
        problem = error
    return Traces(tuple(files), tokens, tuple(foreign), problem)


def purge(paths: Paths, keystore: Keystore) -> Traces:
    """Remove all of it, tokens first, then files, then the folders that are empty.

    Returns:
        What is still there: nothing, or what could not be removed.
    """
    traces = find_traces(paths, keystore)
    problem = traces.keystore_problem
    if traces.tokens:
        try:
            keystore.forget_all()
        except KeystoreError as error:
            problem = error
    for path in traces.files:
        with suppress(OSError):
            path.unlink()
    for folder in (paths.snapshots, paths.journals, paths.setups, paths.state, paths.config):
        with suppress(OSError):
            folder.rmdir()
    left = find_traces(paths, keystore)
    return left if problem is None else Traces(left.files, left.tokens, left.foreign, problem)


def remove_database(paths: Paths, file: Path) -> bool:
    """Remove one snapshot, or one journal, with its side files; whether there was one."""
    gone = False
    for path in _entries(file.parent):
        is_left = is_temporary(path.name) and path.name.startswith(f".{file.name}.")
        if is_left or path.name == file.name or path.name.startswith(f"{file.name}-"):
            path.unlink()
            gone = True
    for folder in (file.parent, paths.state):
        with suppress(OSError):
            folder.rmdir()
    return gone


def _entries(folder: Path) -> Iterator[Path]:
    if not _is_folder(folder):
        return
    check_ancestors(folder.parent)
    try:
        yield from sorted(folder.iterdir())
    except OSError as error:
        raise UnsafePathError(
            folder, f"can't be listed ({error.strerror}): check its owner and mode"
        ) from None


def _sort(path: Path, ours: bool, paths: Paths, files: list[Path], foreign: list[Path]) -> None:
    if (
        path in (paths.snapshots, paths.journals, paths.setups, paths.state, paths.config)
        and not path.is_symlink()
    ):
        return
    (files if ours else foreign).append(path)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
