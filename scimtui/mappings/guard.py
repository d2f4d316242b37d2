"""The one guard where foreign files are read: whatever goes wrong is told as a file that can't be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scimtui.mappings.model import MappingFileError


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Turn every exception, RecursionError and MemoryError too, into one of this room.

    Args:
        what: is being read, for the message.

    Raises:
        MappingFileError: something went wrong.
    """
    try:
        yield
    except MappingFileError:
        raise
    except Exception as error:
        raise MappingFileError(
            "unreadable",
            f"{what} can't be read: {cause(error)}",
            fix="export it again, unedited",
        ) from None


def cause(error: Exception) -> str:
    """What an unforeseen exception says to somebody who did not write the program."""
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if isinstance(error, MemoryError):
        return "it takes more memory than there is"
    return f"something in it is of no known shape ({type(error).__name__})"
