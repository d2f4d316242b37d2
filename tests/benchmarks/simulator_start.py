"""How long the simulated GitLab takes until it listens."""

from __future__ import annotations

import time

from scimtui.simulator.child import start_child
from scimtui.text import count
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Figure


def measure(effort: Effort) -> list[Figure]:
    """From the start of the process to the line that tells it listens."""
    seconds = []
    for _ in range(3):
        begun = time.perf_counter()
        with start_child(["--users", str(effort.many)]):
            seconds.append(time.perf_counter() - begun)
    name = f"{count(effort.many)} users, start of the process to listening"
    return [Figure("simulated GitLab", name, "s", seconds, at_most=5)]
