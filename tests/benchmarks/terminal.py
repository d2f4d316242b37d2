"""A terminal made of a pty: starts a program on it, answers its questions, keeps what it wrote and when."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

_QUESTIONS = re.compile(rb"\x1b\[\?(\d+)\$p|\x1b\[(\??)6n|\x1b\[(>?)0?c|\x1b\[\?u")
_UNANSWERED = re.compile(rb"\x1b(\[[?>]?\d*\$?)?$")
_ESCAPES = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][0-9A-B]|\x1b[=>78M]"
)
_SYNCHRONISED_OUTPUT = b"2026"


class Chunk(NamedTuple):
    """What one read gave, and when."""

    at: float
    data: bytes


class NothingCame(TimeoutError):
    """The program did not write what was waited for in time; `str` ends with what it did write."""


class Terminal:
    """One program on its own pty; a context manager that ends it.

    It says that it knows synchronised output, as today's terminals do, so those bytes are counted too.

    Attributes:
        started: when the program was started (`time.perf_counter`, the same clock in every process).
        written: everything so far.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        columns: int = 160,
        rows: int = 45,
        cwd: Path | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.written: list[Chunk] = []
        self._tail = b""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._size = (rows, columns)
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(environment),
            cwd=cwd,
            pass_fds=pass_fds,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self._master)

    def press(self, keys: bytes) -> float:
        """Send these keys; when that was."""
        at = time.perf_counter()
        os.write(self._master, keys)
        return at

    def wait_for(self, shown: Callable[[str], bool], *, since: int = 0, seconds: float = 30.0) -> float:
        """Read until the text written from that chunk on fits; when it did.

        Raises:
            NothingCame: it did not in time, or the program ended.
        """
        deadline = time.perf_counter() + seconds
        while True:
            if len(self.written) > since and shown(self.text(since)):
                return self.written[-1].at
            left = deadline - time.perf_counter()
            if left <= 0 or not self._read(left):
                raise NothingCame(f"waited {seconds:g} s; the end of the screen: {self.text(since)[-300:]!r}")

    def until_quiet(self, quiet: float, *, seconds: float = 20.0) -> None:
        """Read until nothing has come for `quiet` seconds, or for `seconds` in all."""
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0 and self._read(min(quiet, left)):
            pass

    def listen(self, seconds: float) -> None:
        """Read for so long."""
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            self._read(left)

    def text(self, since: int = 0) -> str:
        """What was written from that chunk on, without escape sequences."""
        data = b"".join(chunk.data for chunk in self.written[since:])
        return _ESCAPES.sub(b"", data).decode("utf-8", "replace")

    def size(self, since: int) -> int:
        """How many bytes came from that chunk on."""
        return sum(len(chunk.data) for chunk in self.written[since:])

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            data = b""  # the other side is closed
        if not data:
            raise NothingCame(f"the program ended; the end of the screen: {self.text()[-300:]!r}")
        self.written.append(Chunk(time.perf_counter(), data))
        self._answer(self._tail + data)
        return True

    def _answer(self, data: bytes) -> None:
        for question in _QUESTIONS.finditer(data):
            mode, private, secondary = question.group(1, 2, 3)
            if mode is not None:
                known = b"2" if mode == _SYNCHRONISED_OUTPUT else b"0"
                os.write(self._master, b"\x1b[?" + mode + b";" + known + b"$y")
            elif private is not None:
                os.write(self._master, b"\x1b[%s1;1R" % private)
            elif secondary is not None:
                os.write(self._master, b"\x1b[>0;276;0c" if secondary else b"\x1b[?62;22c")
        cut = _UNANSWERED.search(data)
        self._tail = cut.group() if cut is not None else b""
