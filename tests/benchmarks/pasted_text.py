"""How long a pasted text takes until it is explained, and how that grows with the text."""

from __future__ import annotations

import json
import statistics
import time

from scimtui.guides.trouble import explain
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Figure

_SMALL, _LARGE = 10_000, 100_000
_MOST_GROWTH = 15
_LINES = {
    "a log": "2026-11-20T08:01:02Z INFO request 4711 of user 12 done in 31 ms, status 200\n",
    "events": json.dumps({"status": "failure", "reason": "User has already been taken, SCIM 409", "id": "x1"})
    + "\n",
    "prose": "One of our people can't sign in to GitLab with SSO since the certificate was renewed. ",
    "nearly messages": "the members address is nearly not allowed for a group, check with administrators\n",
}


def measure(effort: Effort) -> list[Figure]:
    """A hundred thousand characters of each kind, and the ratio to ten thousand."""
    explain("warmed up")
    figures = []
    for name, line in _LINES.items():
        small = [_seconds(line, _SMALL) for _ in range(effort.lists)]
        large = [_seconds(line, _LARGE) for _ in range(effort.lists)]
        figures.append(
            Figure(
                "pasted text", f"{name}, 100,000 characters", "ms", [1000 * one for one in large], at_most=200
            )
        )
        growth = statistics.median(large) / statistics.median(small)
        figures.append(
            Figure("pasted text", f"{name}, against 10,000", "x", large, at_most=_MOST_GROWTH, value=growth)
        )
    return figures


def _seconds(line: str, size: int) -> float:
    text = (line * (size // len(line) + 1))[:size]
    begun = time.process_time()
    explain(text)
    return time.process_time() - begun
