"""A measured figure beside its budget, and the table of all of them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["ok", "MISSED", "FAILED", ""]

_DIGITS = {"ms": 1, "s": 3, "MB": 1, "bytes": 0, "x": 2}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; what counts is the median of the samples.

    Attributes:
        unit: `ms`, `s`, `MB`, `bytes`, or `x` for a ratio.
        at_most: the budget where less is better; None for none.
        at_least: the budget where more is better.
        value: what counts instead of the median, e.g. a ratio of two medians.
        failure: why it could not be measured.
    """

    group: str
    name: str
    unit: str
    samples: Sequence[float] = field(default_factory=tuple)
    at_most: float | None = None
    at_least: float | None = None
    value: float | None = None
    failure: str = ""

    @property
    def counted(self) -> float | None:
        """The number held against the budget."""
        if self.value is not None:
            return self.value
        return statistics.median(self.samples) if self.samples else None

    @property
    def budget(self) -> float | None:
        """The number it is held against."""
        return self.at_most if self.at_most is not None else self.at_least

    @property
    def verdict(self) -> Verdict:
        """Whether the budget is kept; empty where there is none."""
        counted = self.counted
        if self.failure or counted is None:
            return "FAILED"
        if self.at_most is not None:
            return "ok" if counted <= self.at_most else "MISSED"
        if self.at_least is not None:
            return "ok" if counted >= self.at_least else "MISSED"
        return ""

    @property
    def is_bad(self) -> bool:
        """Whether the run ends with 1 for it."""
        return self.verdict in ("MISSED", "FAILED")

    def cells(self) -> tuple[str, ...]:
        """This line of the table: figure, median, spread, runs, budget, share of it, verdict."""
        counted, budget = self.counted, self.budget
        if self.failure or counted is None:
            return self.name, "–", "", "", _budget(self), "", f"FAILED: {self.failure or 'no sample'}"
        spread = f"{_number(min(self.samples), self.unit)} … {_number(max(self.samples), self.unit)}"
        share = f"{counted / budget:.2f}" if budget else ""
        median = f"{_number(counted, self.unit)} {self.unit}"
        return self.name, median, spread, str(len(self.samples)), _budget(self), share, self.verdict


def ratio(
    group: str,
    name: str,
    above: Sequence[float],
    below: Sequence[float],
    *,
    at_most: float | None = None,
    at_least: float | None = None,
) -> Figure:
    """The ratio of two medians; its spread is that of the pairs, which were measured in turns."""
    pairs = [one / other for one, other in zip(above, below, strict=True)]
    value = statistics.median(above) / statistics.median(below)
    return Figure(group, name, "x", pairs, at_most=at_most, at_least=at_least, value=value)


def table(figures: Sequence[Figure]) -> str:
    """All figures, aligned, by group."""
    heads = ("", "median", "lowest … highest", "runs", "budget", "of it", "")
    rows: list[tuple[str, ...]] = []
    group = ""
    for figure in figures:
        if figure.group != group:
            group = figure.group
            rows.append((group,))
        name, *rest = figure.cells()
        rows.append((f"  {name}", *rest))
    whole = [heads, *(row for row in rows if len(row) > 1)]
    widths = [max(len(row[column]) for row in whole) for column in range(len(heads))]
    widths[-1] = 0
    lines = []
    for row in (heads, *rows):
        if len(row) == 1:
            lines += ["", row[0]]
            continue
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        lines.append("  ".join((*cells, row[-1])).rstrip())
    return "\n".join(lines)


def _budget(figure: Figure) -> str:
    if figure.budget is None:
        return ""
    return f"{'≤' if figure.at_most is not None else '≥'} {figure.budget:g} {figure.unit}"


def _number(value: float, unit: str) -> str:
    return f"{value:,.{_DIGITS[unit]}f}"
