"""`python -m tests.benchmarks`: everything measured in one run, as one table; 1 where a budget is missed."""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import FrameType
from typing import Final

from tests.benchmarks import big_list, other_clients, pasted_text, simulator_start, start_up
from tests.benchmarks.effort import EARNEST, QUICK, Effort
from tests.benchmarks.figures import Figure, table

_MEASURES: Final[Mapping[str, Callable[[Effort], list[Figure]]]] = {
    "lookup": start_up.measure_lookup,
    "console": start_up.measure_console,
    "simulator": simulator_start.measure,
    "clients": other_clients.measure,
    "pasted": pasted_text.measure,
    "big-list": big_list.measure,
}
_MOST_SECONDS = 600


class TooLong(Exception):
    """One group of figures took more than its time."""


def main() -> int:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=list(_MEASURES), help="this alone; may be repeated"
    )
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that everything runs")
    options = parser.parse_args()
    effort = QUICK if options.quick else EARNEST
    begun = time.perf_counter()
    figures: list[Figure] = []
    for name in options.only or _MEASURES:
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        figures += _bounded(name, _MEASURES[name], effort)
    print(table(figures))
    bad = sum(figure.is_bad for figure in figures)
    judged = sum(figure.budget is not None or bool(figure.failure) for figure in figures)
    print(
        f"\n{judged - bad} of {judged} budgets kept, {time.perf_counter() - begun:.0f} s in all. {_machine()}"
    )
    print("The median is what is held against the budget; “of it” is the share of the budget.")
    if options.quick:
        print("These are the small numbers of --quick: they say that it runs, and nothing about budgets.")
    return 1 if bad else 0


def _bounded(name: str, measure: Callable[[Effort], list[Figure]], effort: Effort) -> list[Figure]:
    """A group of figures; one that fails or takes too long becomes a line that says so."""

    def too_long(number: int, frame: FrameType | None) -> None:
        raise TooLong(f"not done after {_MOST_SECONDS} s")

    former = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(_MOST_SECONDS)
    try:
        return measure(effort)
    except Exception as error:  # whatever it is, the other groups are still worth measuring
        return [Figure(name, "all figures of this group", "x", failure=f"{type(error).__name__}: {error}")]
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, former)


def _machine() -> str:
    load = os.getloadavg()[0]
    versions = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    when = f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}"
    return f"{os.cpu_count()} cores, load {load:.1f} at the end, {versions}, {when}."


if __name__ == "__main__":
    sys.exit(main())
