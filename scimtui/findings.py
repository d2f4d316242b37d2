"""The one shape of a judgement that a person must be able to trust.

Rules are pure functions that return findings; screens, commands and JSON render the same objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
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


class FindingTexts:
    """What the findings of one room say, read from its data file when the first of them is made.

    Each table is a code with `severity`, `title`, `why`, `fix` and `source`.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._texts: dict[str, dict[str, str]] = {}

    def finding(self, code: str, seen: str = "") -> Finding:
        """The finding with this code.

        Raises:
            KeyError: the file has no such code.
        """
        text = self.all()[code]
        severity = Severity(text["severity"])
        return Finding(code, severity, text["title"], seen, text["why"], text["fix"], text["source"])

    def all(self) -> Mapping[str, Mapping[str, str]]:
        """Every text, by code."""
        if not self._texts:
            import tomllib

            self._texts = tomllib.loads(self._file.read_text("utf-8"))
        return self._texts


_ORDER = {severity: rank for rank, severity in enumerate(Severity)}


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by severity, keeping the order of equals."""
    return tuple(sorted(findings, key=lambda finding: _ORDER[finding.severity]))
