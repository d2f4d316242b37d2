"""100,000 people: opening, filtering, memory, and what an arrow key costs on the wire."""

from __future__ import annotations

import time
from pathlib import Path

from scimtui.simulator.child import start_child
from scimtui.text import count
from tests.benchmarks.consoles import (
    Expected,
    console,
    forget_peak,
    identity_of,
    memory_now,
    memory_peak,
    milliseconds,
    opened_marked,
    wait_for_refresh,
)
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Figure
from tests.benchmarks.homes import Home, home_at, silent_gitlab
from tests.benchmarks.terminal import Terminal

_TYPED = "maria"
_BACKSPACE, _DOWN, _ESCAPE = b"\x7f", b"\x1b[B", b"\x1b"
_BEFORE_DETAIL = 0.09  # the detail pane follows when the cursor has rested for 0.12 s
_QUIET = 0.4


def measure(effort: Effort) -> list[Figure]:
    """All figures of the big list."""
    group = f"{count(effort.many)} people, console on a pty of 160×45"
    with start_child(["--users", str(effort.many)]) as child, home_at(child.info) as home:
        first_peaks, first_seconds = _first_readings(home, effort)
        figures = _opening(home.snapshot_file, effort, group)
        figures += _at_work(home, effort, group)
    return [
        *figures,
        Figure(group, "resident, peak of the first reading", "MB", first_peaks, at_most=400),
        Figure(group, "first reading, start of the process to the whole list", "s", first_seconds),
    ]


def _first_readings(home: Home, effort: Effort) -> tuple[list[float], list[float]]:
    """Consoles without a snapshot: rows are shown as they arrive."""
    peaks, seconds = [], []
    for _ in range(effort.reads):
        home.snapshot_file.unlink(missing_ok=True)
        with console(home) as terminal:
            wait_for_refresh(terminal, home, None)
            peaks.append(memory_peak(terminal.process.pid))
            seconds.append(terminal.written[-1].at - terminal.started)
    return peaks, seconds


def _opening(snapshot: Path, effort: Effort, group: str) -> list[Figure]:
    """Consoles on the snapshot, whose GitLab never answers."""
    paints, starts, resting, peaks = [], [], [], []
    with silent_gitlab() as gitlab, home_at(gitlab) as home:
        home.adopt(snapshot)
        expected = Expected(home.snapshot_file)
        for _ in range(effort.starts):
            paint, start = opened_marked(home, expected)
            paints.append(paint)
            starts.append(start)
        for _ in range(min(3, effort.starts)):
            with console(home) as terminal:
                terminal.wait_for(expected.first_people)
                terminal.until_quiet(0.5, seconds=2)
                resting.append(memory_now(terminal.process.pid))
                peaks.append(memory_peak(terminal.process.pid))
        expected.close()
    return [
        Figure(group, "snapshot to first paint", "s", paints, at_most=0.3),
        Figure(group, "start of the process to first paint", "s", starts),
        Figure(group, "resident, after the first paint", "MB", resting, at_most=150),
        Figure(group, "resident, peak up to there", "MB", peaks),
    ]


def _at_work(home: Home, effort: Effort, group: str) -> list[Figure]:
    """Consoles that open the snapshot and read everybody behind it, then filter and move."""
    peaks, seconds, narrowing, widening = [], [], [], []
    arrows: list[float] = []
    with_detail: list[float] = []
    scrolled: list[float] = []
    for _ in range(effort.reads):
        with console(home) as terminal:
            before = identity_of(home.snapshot_file)
            begun = time.perf_counter()
            forget_peak(terminal.process.pid)
            wait_for_refresh(terminal, home, before)
            peaks.append(memory_peak(terminal.process.pid))
            seconds.append(terminal.written[-1].at - begun)
            expected = Expected(home.snapshot_file)
            for _ in range(max(1, effort.keys // 7)):
                typed, taken_back = _filter(terminal, expected)
                narrowing += typed
                widening += taken_back
            expected.close()
            terminal.press(b"g")  # the first line: from here the cursor moves and the list stays
            terminal.until_quiet(_QUIET)
            moved, followed = _arrows(terminal, effort.keys)
            arrows += moved
            with_detail += followed
            terminal.press(b"j" * 60)  # past the last line of the window: from here each step scrolls
            terminal.until_quiet(_QUIET)
            scrolled += _arrows(terminal, min(10, effort.keys))[0]
    return [
        Figure(group, "filter keystroke to paint", "ms", milliseconds(narrowing), at_most=30),
        Figure(group, "backspace in the filter to paint", "ms", milliseconds(widening), at_most=30),
        Figure(group, "resident, peak of a refresh behind a snapshot", "MB", peaks, at_most=400),
        Figure(group, "refresh behind a snapshot", "s", seconds),
        Figure(group, "an arrow key", "bytes", arrows, at_most=600),
        Figure(group, "an arrow key until the person beside has followed", "bytes", with_detail),
        Figure(group, "an arrow key that scrolls the list", "bytes", scrolled),
    ]


def _filter(terminal: Terminal, expected: Expected) -> tuple[list[float], list[float]]:
    """Type a word and take it back; seconds from each key to the list that fits."""
    terminal.press(b"/")
    terminal.until_quiet(_QUIET)
    lengths = [*range(1, len(_TYPED) + 1), *range(len(_TYPED) - 1, 0, -1)]
    narrowing: list[float] = []
    widening: list[float] = []
    former = ""
    for length in lengths:
        word = _TYPED[:length]
        longer = len(word) > len(former)
        key = word[-1].encode() if longer else _BACKSPACE
        seconds = _key_to_count(terminal, key, expected.shown_count(word), expected.shown_count(former))
        if seconds is not None:
            (narrowing if longer else widening).append(seconds)
        former = word
    terminal.press(_BACKSPACE)
    terminal.until_quiet(_QUIET)
    terminal.press(_ESCAPE)
    terminal.until_quiet(_QUIET)
    return narrowing, widening


def _key_to_count(terminal: Terminal, key: bytes, shown: str, former: str) -> float | None:
    """The count stands in the same frame as the list: both are drawn by one step of the console.

    None where the key does not change the count, and so paints nothing that could be waited for.
    """
    since = len(terminal.written)
    pressed = terminal.press(key)
    painted = None
    if shown != former:
        painted = terminal.wait_for(lambda text: shown in f" {text}", since=since, seconds=10) - pressed
    terminal.until_quiet(_QUIET)
    return painted


def _arrows(terminal: Terminal, presses: int) -> tuple[list[float], list[float]]:
    """Bytes after each Down: of the list alone, and until the person beside it has followed."""
    at_once, in_all = [], []
    for _ in range(presses):
        since = len(terminal.written)
        terminal.press(_DOWN)
        terminal.listen(_BEFORE_DETAIL)
        at_once.append(float(terminal.size(since)))
        terminal.until_quiet(_QUIET)
        in_all.append(float(terminal.size(since)))
    return at_once, in_all
