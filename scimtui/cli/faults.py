"""A fault of the console's own: kept in a file of its owner, without anybody's values, and told."""

from __future__ import annotations

import platform
import traceback
from datetime import UTC, datetime
from pathlib import Path

from scimtui import __version__
from scimtui.cli.failures import INTERNAL, Failure
from scimtui.profiles import ProfilesRoomError, paths
from scimtui.profiles.private_files import write_private

_SENDING = (
    "a correction was being sent: what came of it is found out at the next start, "
    "or by scimtui history; the journal has it\n"
)
_NOTHING = "no correction was being sent\n"


def told_fault(error: BaseException, *, sending: bool) -> Failure:
    """Keep the details, and say where they are; the exit code is 70.

    Args:
        sending: whether a correction was under way.
    """
    where = f"details: {file}\n" if (file := _kept(details_of(error))) is not None else ""
    frame = _frames(error)[-1:]
    at = f" at {Path(frame[0].filename).name}:{frame[0].lineno}" if frame else ""
    return Failure(
        f"scimtui stopped on a fault of its own: {type(error).__name__}{at}\n"
        f"{where}{_SENDING if sending else _NOTHING}"
        "next: start it again; please report the details, there is nobody's name or value in them",
        INTERNAL,
    )


def details_of(error: BaseException) -> str:
    """Where it happened, and in which order; never what stood in a variable or in a message."""
    lines = [
        f"scimtui {__version__}, Python {platform.python_version()}, {platform.system()}",
        f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
    ]
    one: BaseException | None = error
    seen: set[int] = set()
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        lines += ["", type(one).__name__]
        lines += [
            f"  {_short(frame.filename)}:{frame.lineno} {frame.name}: {frame.line}" for frame in _frames(one)
        ]
        one = one.__cause__ or one.__context__
    return "\n".join(lines) + "\n"


def _frames(error: BaseException) -> traceback.StackSummary:
    return traceback.extract_tb(error.__traceback__)


def _short(file: str) -> str:
    """The file below its package's folder: where this is installed is nobody's affair."""
    parts = Path(file).parts
    start = max(
        (place for place, part in enumerate(parts) if part in ("scimtui", "site-packages")), default=-2
    )
    return "/".join(parts[start:])


def _kept(text: str) -> Path | None:
    file = paths().fault
    try:
        paths().prepare_folder(file.parent)
        write_private(file, text.encode("utf-8", "replace"))
    except (OSError, ProfilesRoomError):
        return None
    return file
