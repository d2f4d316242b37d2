"""Runs the command that prints a token: no shell, bounded in time, its output never shown."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from scimtui.gitlab.secret import Secret
from scimtui.profiles.errors import TokenError

_OUTPUT_LIMIT = 64 * 1024
_CHUNK = 4096


def run_token_command(
    arguments: Sequence[str], seconds: float, environ: Mapping[str, str]
) -> Secret | TokenError:
    """What the command printed, or why there is nothing; the failure is returned, not raised.

    Terminal, standard input and standard error are the command's own: it may ask for a PIN.

    Args:
        environ: what it runs with.
    """
    program = arguments[0]
    try:
        process = subprocess.Popen(list(arguments), stdout=subprocess.PIPE, bufsize=0, env=dict(environ))  # noqa: S603
    except FileNotFoundError:
        return TokenError(
            "command-not-found",
            f"The token command “{program}” is not there",
            "Install it, or write its full path in the profile",
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "an argument can't be passed on"
        return TokenError(
            "command-not-runnable",
            f"The token command “{program}” can't be run ({reason})",
            "Run it by hand, then correct the profile",
        )
    try:
        output = _read(process, time.monotonic() + seconds)
    finally:
        _end(process)
    if output is None:
        return TokenError(
            "command-timed-out",
            f"The token command “{program}” had not ended after {seconds:g} seconds",
            "Run it by hand: it may wait for a PIN or a touch that was not given",
        )
    if process.returncode != 0:
        ended = (
            f"exit code {process.returncode}" if process.returncode > 0 else f"signal {-process.returncode}"
        )
        return TokenError(
            "command-failed",
            f"The token command “{program}” ended with {ended}",
            "Its own message stands above. Run it by hand until it prints the token",
        )
    return output


def _read(process: subprocess.Popen[bytes], deadline: float) -> Secret | None:
    """All output once the command has ended; None where that took too long."""
    assert process.stdout is not None
    pipe = process.stdout.fileno()
    chunks: list[Secret] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while size <= _OUTPUT_LIMIT:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                return None
            chunks.append(Secret(os.read(pipe, _CHUNK).decode("latin-1")))
            if not chunks[-1]:
                break
            size += _CHUNK
    with suppress(subprocess.TimeoutExpired):
        process.wait(max(0.0, deadline - time.monotonic()) if size <= _OUTPUT_LIMIT else 0)
    if process.returncode is None and size <= _OUTPUT_LIMIT:
        return None
    return Secret("".join(chunk.reveal() for chunk in chunks))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing of ours is left running, whatever happened; its own children are its own affair."""
    if process.stdout is not None:
        process.stdout.close()
    if process.poll() is None:
        process.kill()
        process.wait()
