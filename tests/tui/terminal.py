"""A console in a process of its own, on a terminal that a test types into."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Terminal:
    """What stands on it is read as bytes, as they were drawn."""

    def __init__(self, ours: int, child: subprocess.Popen[bytes]) -> None:
        self._ours, self.child = ours, child

    def types(self, keys: str) -> None:
        """Everything in its buffer before it reads the first key."""
        os.write(self._ours, keys.encode())

    def read_until(self, words: str = "") -> str:
        """Read what is drawn until these words are; to the end for none."""
        seen, wanted, until = b"", words.encode(), time.monotonic() + 30
        while not wanted or wanted not in seen:
            assert time.monotonic() < until, seen[-3000:].decode(errors="replace")
            ready, _, _ = select.select([self._ours], [], [], 1)
            if not ready:
                continue
            try:
                some = os.read(self._ours, 65536)
            except OSError:  # it has ended
                some = b""
            if not some:
                assert not wanted, seen[-3000:].decode(errors="replace")
                break
            seen += some
        return seen.decode(errors="replace")


@contextmanager
def terminal(program: str, *arguments: str, **environment: str) -> Iterator[Terminal]:
    """Run a Python program on a terminal of 80 by 24."""
    ours, theirs = pty.openpty()
    given = os.environ | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"} | environment
    command = [sys.executable, "-c", program, *arguments]
    child = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=given)
    os.close(theirs)
    try:
        yield Terminal(ours, child)
    finally:
        child.kill()
        child.wait()
        os.close(ours)
