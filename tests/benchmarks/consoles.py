"""A console on a pty in a home of its own, and what can be told from what it paints."""

from __future__ import annotations

import os
import re
import select
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scimtui.directory import People
from scimtui.text import count, printable
from scimtui.workspace import stored_snapshot
from tests.benchmarks.homes import REPOSITORY, Home
from tests.benchmarks.marked_console import MARK, MARK_VARIABLE
from tests.benchmarks.terminal import NothingCame, Terminal

_MEGABYTE = 1e6
_LINES = 30
_USERNAME_CELLS = 15
_READ = re.compile(r"read (just now|\d+ s ago|\d+ min ago) ")


class Expected:
    """What a console on this snapshot has to show, told by the same code that it uses."""

    def __init__(self, snapshot: Path) -> None:
        self._people = People(stored_snapshot(snapshot))
        numbers = self._people.select("")[:_LINES]
        self._usernames = [
            printable(row.record.username)[:_USERNAME_CELLS] for row in self._people.rows(numbers)
        ]

    def close(self) -> None:
        """Let go of the snapshot."""
        self._people.close()

    def first_people(self, text: str) -> bool:
        """Whether the first screen of people is in this text."""
        return all(username in text for username in self._usernames)

    def shown_count(self, query: str) -> str:
        """What the status line says while this query is in the field."""
        return f" {count(len(self._people.select(query)))} of {count(self._people.about.people)} people"


@contextmanager
def console(home: Home) -> Iterator[Terminal]:
    """`python -m scimtui` on a pty of 160 by 45."""
    with Terminal([sys.executable, "-m", "scimtui"], home.environment, cwd=REPOSITORY) as terminal:
        yield terminal


def opened_marked(home: Home, expected: Expected) -> tuple[float, float]:
    """Start a console that tells when it begins to open its snapshot.

    Returns:
        Seconds from there, and from the start of the process, until the first people are painted.
    """
    receiving, sending = os.pipe()
    try:
        command = [sys.executable, "-m", "tests.benchmarks.marked_console"]
        environment = home.environment | {MARK_VARIABLE: str(sending)}
        with Terminal(command, environment, cwd=REPOSITORY, pass_fds=[sending]) as terminal:
            painted = terminal.wait_for(expected.first_people)
            if not select.select([receiving], [], [], 5)[0]:
                raise NothingCame("the console painted people and never opened a snapshot")
            (begun,) = MARK.unpack(os.read(receiving, MARK.size))
            return painted - begun, painted - terminal.started
    finally:
        os.close(receiving)
        os.close(sending)


def wait_for_refresh(terminal: Terminal, home: Home, before: tuple[int, int] | None) -> None:
    """Read on until a new snapshot took the old one's place, is shown, and nothing moves any more."""
    for _ in range(12_000):
        terminal.listen(0.02)
        if identity_of(home.snapshot_file) not in (None, before):
            break
    else:
        raise NothingCame(f"no new snapshot in time; the end of the screen: {terminal.text()[-300:]!r}")
    since = len(terminal.written)
    terminal.wait_for(lambda text: _READ.search(text) is not None, since=since, seconds=60)
    terminal.until_quiet(1.0, seconds=10)


def identity_of(file: Path) -> tuple[int, int] | None:
    """What changes when a file is replaced; None where there is none."""
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns


def memory_now(process_id: int) -> float:
    """Resident megabytes of that process alone."""
    return _memory(process_id, "VmRSS:")


def memory_peak(process_id: int) -> float:
    """The most resident megabytes it had since its start or `forget_peak`, as the kernel counted."""
    return _memory(process_id, "VmHWM:")


def forget_peak(process_id: int) -> None:
    """Count the peak from here on."""
    Path(f"/proc/{process_id}/clear_refs").write_text("5", encoding="ascii")


def _memory(process_id: int, label: str) -> float:
    lines = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8").splitlines()
    kibibytes = next(int(line.split()[1]) for line in lines if line.startswith(label))
    return kibibytes * 1024 / _MEGABYTE


def milliseconds(seconds: Sequence[float]) -> list[float]:
    """As the table shows short times."""
    return [value * 1000 for value in seconds]
