"""The one shape of a judgement that a person must be able to trust.

Rules are pure functions that return findings; screens, commands and JSON render the same objects.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How much a finding matters, gravest first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    OK = "ok"
    SKIPPED = "skipped"


class Finding(NamedTuple):
    """One judgement.

    Attributes:
        code: stable kebab-case name, e.g. `uids-differ`.
        severity: how much it matters.
        title: the answer in one line.
        seen: what was found, literally.
        why: what it does to a person.
        fix: the next step; empty where there is none to take.
        source: where the rule comes from (RFC section, heading of the contract).
    """

    code: str
    severity: Severity
    title: str
    seen: str = ""
    why: str = ""
    fix: str = ""
    source: str = ""

    def as_json(self) -> dict[str, str]:
        """The stable JSON form; keys are never renamed."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "title": self.title,
            "seen": self.seen,
            "why": self.why,
            "fix": self.fix,
            "source": self.source,
        }


_ORDER = {severity: rank for rank, severity in enumerate(Severity)}


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by severity, keeping the order of equals."""
    return tuple(sorted(findings, key=lambda finding: _ORDER[finding.severity]))
