"""What is tested, what a check says, and how a whole test stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scimtui.findings import Finding, Severity
from scimtui.gitlab.secret import Secret
from scimtui.profiles import Profile, Tokens


@dataclass(frozen=True, slots=True)
class Candidate:
    """A connection as it is, or as somebody has typed it so far; nothing in it is known to be right.

    Attributes:
        idp: `entra`, `okta`, `other`, or empty: both of the first two are asked as.
        ca_file: PEM file of authorities beside the system's; empty for none.
        problems: which token that was meant can't be had, and why.
        read_only: whether corrections are out of the question, so that scope read_api is enough.
    """

    scim_url: str
    rest_url: str = ""
    idp: str = ""
    ca_file: str = ""
    allow_http: bool = False
    read_only: bool = True
    scim_token: Secret | None = None
    access_token: Secret | None = None
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, profile: Profile, tokens: Tokens) -> Candidate:
        """A saved connection with the tokens that were found for it."""
        return cls(
            scim_url=profile.scim_url,
            rest_url=profile.rest_url,
            idp=profile.idp,
            ca_file=profile.ca_file,
            allow_http=profile.allow_http,
            read_only=profile.read_only,
            scim_token=tokens.scim.secret if tokens.scim is not None else None,
            access_token=tokens.access.secret if tokens.access is not None else None,
            problems=tuple(str(problem).splitlines()[0] for problem in tokens.problems),
        )


class State(StrEnum):
    """How one check stands."""

    WAITING = "waiting"
    RUNNING = "running"
    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    SKIPPED = "skipped"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self not in (State.WAITING, State.RUNNING)


_STATES = {
    Severity.ERROR: State.FAILED,
    Severity.WARNING: State.WARNED,
    Severity.SKIPPED: State.SKIPPED,
    Severity.INFO: State.PASSED,
    Severity.OK: State.PASSED,
}


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One request of a check and what came back.

    Attributes:
        headers: as sent, the token blotted out.
        status: None where no answer came.
        lines: the lines of the body that tell something; never a person's record.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    status: int | None = None
    content_type: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found.

    Attributes:
        copied: a value that is there to be pasted elsewhere; empty for none.
        personal: values of people that stand in the finding or in the requests.
    """

    finding: Finding
    copied: str = ""
    personal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One check as it stands.

    Attributes:
        check: its code, e.g. `scim-token`; the finding has a code of its own.
        outcome: None as long as it is not over.
        milliseconds: how long it took; 0 where it was skipped.
        waits_for: titles of the checks that it still waits for.
    """

    check: str
    title: str
    state: State = State.WAITING
    outcome: Outcome | None = None
    milliseconds: float = 0.0
    exchanges: tuple[Exchanged, ...] = ()
    waits_for: tuple[str, ...] = ()

    @property
    def finding(self) -> Finding | None:
        """What it found; None as long as it is not over."""
        return self.outcome.finding if self.outcome is not None else None

    @property
    def is_proof(self) -> bool:
        """Whether it saw what it looks for; that something can't be told is none."""
        return self.finding is not None and self.finding.severity in (Severity.OK, Severity.WARNING)

    def as_json(self) -> dict[str, object]:
        """DESIGN's shape: a finding and what was asked; `check` names the check."""
        last = self.exchanges[-1] if self.exchanges else None
        found = self.finding.as_json() if self.finding is not None else {}
        return {
            **found,
            "check": self.check,
            "ms": round(self.milliseconds),
            "request": {"method": last.method, "url": last.url} if last is not None else None,
            "response": {"status": last.status, "content_type": last.content_type}
            if last is not None and last.status is not None
            else None,
        }


def state_of(finding: Finding) -> State:
    """How a check stands that found this."""
    return _STATES[finding.severity]


class Verdict(StrEnum):
    """The whole test in a word."""

    READY = "ready"
    WARNINGS = "warnings"
    NOT_READY = "not-ready"


@dataclass(frozen=True, slots=True)
class Report:
    """A whole test, or one on its way.

    Attributes:
        milliseconds: from its start to its end, or until now.
        key: drawn for this test: what stands in for people's values is the same in each of its reports.
    """

    lines: tuple[Line, ...]
    milliseconds: float = 0.0
    scim_url: str = ""
    version: str = ""
    idp: str = ""
    tokens: str = ""
    key: bytes = b""

    @property
    def is_over(self) -> bool:
        """Whether every check is over."""
        return all(line.state.is_over for line in self.lines)

    @property
    def verdict(self) -> Verdict:
        """What it comes to, so far."""
        states = {line.state for line in self.lines}
        if State.FAILED in states:
            return Verdict.NOT_READY
        return Verdict.WARNINGS if State.WARNED in states else Verdict.READY

    @property
    def first_to_fix(self) -> Line | None:
        """The check to look at first: the first that failed, else the first that warned."""
        for state in (State.FAILED, State.WARNED):
            for line in self.lines:
                if line.state is state:
                    return line
        return None

    @property
    def took(self) -> str:
        """How long it took, in words."""
        return (
            f"{self.milliseconds / 1000:.1f} s"
            if self.milliseconds >= 1000
            else f"{self.milliseconds:.0f} ms"
        )

    def number(self, state: State) -> int:
        """How many checks stand so."""
        return sum(line.state is state for line in self.lines)

    def line(self, check: str) -> Line | None:
        """The check with this code."""
        return next((line for line in self.lines if line.check == check), None)

    def as_json(self) -> dict[str, object]:
        """DESIGN's "check"."""
        return {"verdict": self.verdict.value, "checks": [line.as_json() for line in self.lines]}
