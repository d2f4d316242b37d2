"""What an ordinary start costs: `lookup` against a bare interpreter, and the console to its first paint."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from scimtui.simulator.child import start_child
from scimtui.text import count
from scimtui.workspace import stored_snapshot
from tests.benchmarks.consoles import Expected, console, milliseconds
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Figure, ratio
from tests.benchmarks.homes import REPOSITORY, Home, home_at, silent_gitlab

_BARE = "python -c pass"


def measure_lookup(effort: Effort) -> list[Figure]:
    """`scimtui lookup --offline`, in turns with `python -c pass`."""
    group = f"scimtui lookup --offline, in a snapshot of {count(effort.listed)}"
    with _home_with_people(effort.listed) as home:
        lookup = ["lookup", "--offline", _somebody(home)]
        commands = {
            _BARE: [sys.executable, "-c", "pass"],
            "python -m scimtui": [sys.executable, "-m", "scimtui", *lookup],
        }
        script = Path(sys.executable).with_name("scimtui")
        if script.is_file():
            commands["installed script"] = [str(script), *lookup]
        taken = _in_turns(commands, home, effort.starts * 2)
    return [
        *(
            ratio(group, f"{name}, against {_BARE}", seconds, taken[_BARE], at_most=5)
            for name, seconds in taken.items()
            if name != _BARE
        ),
        *(Figure(group, name, "ms", milliseconds(seconds)) for name, seconds in taken.items()),
    ]


def measure_console(effort: Effort) -> list[Figure]:
    """`python -m scimtui` on a pty, from the start of the process; its GitLab never answers."""
    group = f"console on a snapshot of {count(effort.few)}, on a pty of 160×45"
    frames: list[float] = []
    people: list[float] = []
    with _home_with_people(effort.few) as read, silent_gitlab() as gitlab, home_at(gitlab) as home:
        home.adopt(read.snapshot_file)
        expected = Expected(home.snapshot_file)
        for _ in range(effort.starts):
            with console(home) as terminal:
                frames.append(terminal.wait_for(lambda text: "scimtui" in text) - terminal.started)
                people.append(terminal.wait_for(expected.first_people) - terminal.started)
        expected.close()
    return [
        Figure(group, "start of the process to the people painted", "s", people, at_most=0.6),
        Figure(group, "start of the process to the first frame", "s", frames),
    ]


@contextmanager
def _home_with_people(users: int) -> Iterator[Home]:
    """A home with a snapshot of a simulated GitLab that is gone already."""
    with start_child(["--users", str(users)]) as child, home_at(child.info) as home:
        home.read_everybody()
        child.stop()
        yield home


def _somebody(home: Home) -> str:
    """The e-mail of one person from the middle of the snapshot."""
    snapshot = stored_snapshot(home.snapshot_file)
    middle = snapshot.about.people // 2
    email = next(row.record.email for row in snapshot.rows(range(middle, middle + 100)) if row.record.email)
    snapshot.close()
    return email


def _in_turns(commands: Mapping[str, Sequence[str]], home: Home, turns: int) -> dict[str, list[float]]:
    """Seconds of each command, one after the other; the first turn only warms up."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(turns + 1):
        for name, command in commands.items():
            begun = time.perf_counter()
            ran = subprocess.run(
                command,
                env=home.environment,
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=30,
                check=False,
            )
            seconds = time.perf_counter() - begun
            if ran.returncode:
                raise RuntimeError(f"{name} ended with {ran.returncode}: {ran.stderr[-300:]!r}")
            if turn:
                taken[name].append(seconds)
    return taken
