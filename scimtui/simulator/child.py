"""Starting the simulated GitLab as a child process that ends with its parent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

_STOP_SECONDS = 5.0
_TAIL_BYTES = 4000
_NEEDED = (
    "COV",
    "HOME",
    "LANG",
    "LC_",
    "LD_",
    "DYLD_",
    "PATH",
    "PYTHON",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TZ",
    "VIRTUAL_ENV",
)
"""What the names of variables begin with that the child gets."""


class SimulatorFailed(RuntimeError):
    """The child did not come up; `str` holds the last lines it wrote."""


class SimulatorChild:
    """A running child; leave it as a context manager, or call `stop`.

    Attributes:
        info: what `scimtui simulate --json` printed (DESIGN "simulate").
        process: the child.
    """

    def __init__(self, info: dict[str, Any], process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
        self.info = info
        self.process = process
        self._errors = errors

    def __enter__(self) -> SimulatorChild:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def errors(self) -> str:
        """The end of what the child wrote to stderr."""
        return _tail(self._errors)

    def stop(self) -> None:
        """End the child by closing its stdin, harder if that does not do."""
        _end(self.process)
        self._errors.close()


def start_child(arguments: Sequence[str] = (), *, timeout_seconds: float = 60.0) -> SimulatorChild:
    """Run `python -m scimtui simulate --json --exit-with-stdin` with `arguments`, and wait until it listens.

    The child's stdin is a pipe that only this process holds: however this process goes, the child goes too.

    Raises:
        SimulatorFailed: it ended or said nothing sensible in time.
    """
    # the temporary file has no name and so leaves nothing behind
    errors = tempfile.TemporaryFile()  # noqa: SIM115
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "scimtui", "simulate", "--json", "--exit-with-stdin", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=_environment(),
        start_new_session=True,
    )
    watchdog = threading.Timer(timeout_seconds, process.kill)
    watchdog.daemon = True
    watchdog.start()
    try:
        assert process.stdout is not None
        info = json.loads(process.stdout.readline())
    except (ValueError, BaseException) as error:
        _end(process)
        said = _tail(errors)
        errors.close()
        if isinstance(error, ValueError):
            raise SimulatorFailed(said or "the simulator ended without a word") from None
        raise
    finally:
        watchdog.cancel()
    return SimulatorChild(info, process, errors)


def _environment() -> dict[str, str]:
    """What a Python needs, and no token that a variable holds for somebody else.

    The child must find this very package, also when it is run from a source tree.
    """
    environment = {name: value for name, value in os.environ.items() if name.startswith(_NEEDED)}
    home = str(Path(__file__).resolve().parents[2])
    if home not in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [home, environment.get("PYTHONPATH")]))
    return environment


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _tail(errors: IO[bytes]) -> str:
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - _TAIL_BYTES))
    return errors.read().decode("utf-8", "replace").strip()
