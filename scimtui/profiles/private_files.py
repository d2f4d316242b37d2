"""Files that only their owner reads: owner-only modes, atomic writes, no symbolic link followed."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from scimtui.profiles.errors import UnsafePathError

_SIZE_LIMIT = 256 * 1024
_SET_ELSEWHERE = "Point XDG_CONFIG_HOME or XDG_STATE_HOME to a folder of your own"


def read_private(path: Path) -> bytes | None:
    """The file's bytes, None where there is none. A mode open to others is tightened on the way.

    Raises:
        UnsafePathError: a symbolic link, another owner, writable by everybody, no plain file, too large.
    """
    check_ancestors(path.parent)
    check_own_folder(path.parent)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        if path.is_symlink():
            raise _link(path) from None
        raise UnsafePathError(path, f"not readable ({error.strerror}): check its owner and mode") from None
    with os.fdopen(descriptor, "rb") as file:
        _check_own_file(path, os.fstat(descriptor))
        if os.fstat(descriptor).st_mode & 0o077:
            os.fchmod(descriptor, 0o600)
        content = file.read(_SIZE_LIMIT + 1)
    if len(content) > _SIZE_LIMIT:
        raise UnsafePathError(path, f"larger than {_SIZE_LIMIT // 1024} KB, so it is not what it should be")
    return content


def check_private(path: Path) -> None:
    """Look at a file that somebody else reads by its name: it is a plain one, ours alone to write.

    Raises:
        FileNotFoundError: there is none.
        UnsafePathError: a symbolic link, another owner, writable by everybody, no plain file; or in a
            folder that is not ours.
    """
    check_ancestors(path.parent)
    check_own_folder(path.parent)
    _check_own_file(path, path.lstat())


def write_private(path: Path, content: bytes) -> None:
    """Replace the file in one step, 0600; its folder must have been made by `private_folder`.

    A reader, or a crash at any moment, sees the old content or the new, never a part.
    """
    if path.is_symlink():
        raise _link(path)
    with suppress(FileNotFoundError):
        _check_own_file(path, path.lstat())
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    temporary = f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(temporary, flags, 0o600, dir_fd=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise
        os.fsync(folder)
    finally:
        os.close(folder)


def is_temporary(name: str) -> bool:
    """Whether a file of this name was left by a write that was killed."""
    return name.startswith(".") and name.endswith((".tmp", ".new"))


def remove_leftovers(path: Path) -> None:
    """Remove what killed writes of this file have left beside it, unless another run is writing now."""
    beginning = f".{path.name}."
    for left in path.parent.iterdir():
        if not (left.name.startswith(beginning) and left.name.endswith(".new")):
            continue
        writer = left.name.removeprefix(beginning).partition(".")[0]
        with suppress(OSError):
            if not (writer.isdecimal() and _is_running(int(writer))):
                left.unlink()


def _is_running(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def private_file(path: Path) -> None:
    """Make an empty 0600 file, or tighten the one that is there, for a writer that opens it by name."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        if path.is_symlink():
            raise _link(path) from None
        raise UnsafePathError(
            path, f"can't be written ({error.strerror}): check its owner and mode"
        ) from None
    try:
        _check_own_file(path, os.fstat(descriptor))
        os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def private_folder(path: Path) -> None:
    """Make the folder and what is missing above it, 0700; tighten it where it is there already."""
    check_ancestors(path.parent)
    check_own_folder(path)
    missing = [path]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for folder in reversed(missing):
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise UnsafePathError(folder, f"can't be made ({error.strerror}). {_SET_ELSEWHERE}") from None
    if stat.S_IMODE(path.lstat().st_mode) != 0o700:
        path.chmod(0o700)


def check_own_folder(path: Path) -> None:
    """Where the folder exists it is a real one, and ours."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise UnsafePathError(path, f"can't be entered ({error.strerror}). {_SET_ELSEWHERE}") from None
    if stat.S_ISLNK(status.st_mode):
        raise _link(path)
    if not stat.S_ISDIR(status.st_mode):
        raise UnsafePathError(path, f"not a folder. Move it away, or: {_SET_ELSEWHERE}")
    if status.st_uid != os.geteuid():
        raise UnsafePathError(path, f"belongs to another user. {_SET_ELSEWHERE}")


def check_ancestors(path: Path) -> None:
    """No folder on the way is a link that somebody else could point elsewhere."""
    for folder in (*reversed(path.absolute().parents), path.absolute()):
        try:
            status = folder.lstat()
        except OSError:
            return
        if stat.S_ISLNK(status.st_mode) and status.st_uid not in (0, os.geteuid()):
            raise UnsafePathError(folder, f"a symbolic link of another user, not followed. {_SET_ELSEWHERE}")


def _check_own_file(path: Path, status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise _link(path)
    if not stat.S_ISREG(status.st_mode):
        raise UnsafePathError(path, "not a plain file. Move it away")
    if status.st_uid != os.geteuid():
        raise UnsafePathError(
            path, "belongs to another user, who could run commands through it. Make it yours first"
        )
    if status.st_mode & stat.S_IWOTH:
        raise UnsafePathError(path, "everybody may write to it. Look through it, then: chmod 600 on it")


def _link(path: Path) -> UnsafePathError:
    return UnsafePathError(
        path,
        "a symbolic link, not followed. Put the real thing in its place, or point XDG_CONFIG_HOME "
        "or XDG_STATE_HOME to its real folder",
    )
