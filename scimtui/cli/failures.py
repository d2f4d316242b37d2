"""How a failure leaves the command line: one clear message on stderr and DESIGN's exit code."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scimtui.gitlab.secret import without_tokens
from scimtui.text import printable

FINE = 0
BAD_ANSWER = 1
WRONG_USE = 2
NOT_REACHED = 3
REFUSED = 4
OUTCOME_UNKNOWN = 5
INTERNAL = 70
INTERRUPTED = 130


class Failure(Exception):
    """A message for a person, and the exit code that goes with it."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def report(error: BaseException) -> int:
    """Say what happened on stderr and return the exit code."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, KeyboardInterrupt | click.Abort):
        say("interrupted")
        return INTERRUPTED
    if isinstance(error, click.UsageError):
        said = without_tokens(error.format_message())
        (error if said == error.format_message() else click.UsageError(said, error.ctx)).show()
        return WRONG_USE
    if isinstance(error, Failure):
        say(str(error))
        return error.exit_code
    if isinstance(error, click.ClickException):
        say(error.format_message())
        return error.exit_code
    return _report_ours(error)


def say(message: str) -> None:
    """One message on stderr, with nothing in it that a terminal would obey."""
    for line in without_tokens(message).splitlines():
        click.echo(printable(line), err=True)


def _report_ours(error: BaseException) -> int:
    from scimtui.gitlab.errors import GitLabError, NotSent, OutcomeUnknown
    from scimtui.profiles.errors import KeystoreError, ProfilesRoomError, TokenError

    if isinstance(error, GitLabError):
        parts = [error.what]
        if error.said:
            parts.append(error.said)
        if error.request:
            parts.append(f"request: {error.request}" + (f" · {error.status}" if error.status else ""))
        if error.fix:
            parts.append(f"next: {error.fix}")
        say("\n".join(parts))
        if isinstance(error, OutcomeUnknown):
            return OUTCOME_UNKNOWN
        return REFUSED if isinstance(error, NotSent) else NOT_REACHED
    if isinstance(error, TokenError | KeystoreError):
        say(str(error))
        return NOT_REACHED
    if isinstance(error, ProfilesRoomError):
        say(str(error))
        return WRONG_USE
    if isinstance(error, OSError):
        name = f"{error.filename}: " if error.filename else ""
        say(f"{name}{error.strerror or error}")
        return WRONG_USE
    import traceback

    frame = traceback.extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
    where = f" at {Path(frame.filename).name}:{frame.lineno}" if frame else ""
    say(
        f"scimtui stopped on a fault of its own: {type(error).__name__}{where}\n"
        "next: nothing was changed by this; please report it with this line"
    )
    return INTERNAL


def hide_broken_pipe() -> None:
    """The reader of our output has gone (`| head`): end quietly."""
    import os

    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
