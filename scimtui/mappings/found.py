"""What a rule found: pure data, before it gets its words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from scimtui.mappings.expressions.results import Result, Unevaluated, Value


class Found(NamedTuple):
    """One thing that a rule found.

    Attributes:
        seen: what of the input gave it away.
        target: of the row that it is about; empty for the whole mapping.
        people: labels of the people it is about.
        variant: key of another wording of the rule, and perhaps another grade; empty for the usual one.
    """

    seen: str = ""
    target: str = ""
    people: tuple[str, ...] = ()
    variant: str = ""


def some(labels: list[str], *, total: int | None = None) -> str:
    """`3 of 40: a, b, c`, at most three named."""
    shown = ", ".join(labels[:3]) + (", …" if len(labels) > 3 else "")
    number = f"{len(labels):,} of {total:,}" if total is not None else f"{len(labels):,}"
    return f"{number}: {shown}"


def shared(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """The labels of those who share a value with somebody, in any letter case.

    Args:
        pairs: label and value.
    """
    by_value: dict[str, list[str]] = defaultdict(list)
    for label, value in pairs:
        by_value[value.lower()].append(label)
    return [label for labels in by_value.values() if len(labels) > 1 for label in labels]


def told(result: Result | None) -> str:
    """A result as a finding shows it."""
    if result is None:
        return "nothing"
    if isinstance(result, Value):
        return f"“{result.text}”"
    return result.reason if isinstance(result, Unevaluated) else "nothing"
