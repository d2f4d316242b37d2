"""Runs the checks: each as soon as what it waits for is over, and tells whoever listens."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from scimtui.connection.check import Check
from scimtui.connection.idp_checks import IDP_CHECKS
from scimtui.connection.local_checks import LOCAL_CHECKS
from scimtui.connection.model import Candidate, Line, Outcome, Report, State, state_of
from scimtui.connection.network_checks import NETWORK_CHECKS
from scimtui.connection.probe import LIMITS, Known, Probe
from scimtui.connection.rest_checks import RATE_LIMIT, REST_CHECKS
from scimtui.connection.scim_checks import SCIM_CHECKS
from scimtui.findings import Finding, Severity
from scimtui.gitlab import Limits
from scimtui.gitlab.address import AddressError, parse_address
from scimtui.gitlab.requestlog import RequestLog

CHECKS: tuple[Check, ...] = (
    *LOCAL_CHECKS,
    *NETWORK_CHECKS,
    *SCIM_CHECKS,
    *IDP_CHECKS,
    *REST_CHECKS,
    RATE_LIMIT,
)
_WAY = "tls"
_BY_CODE = {check.code: check for check in CHECKS}


def _ignore(report: Report) -> None:
    """Nobody is listening."""


class ConnectionTest:
    """One run of the checks. Only GET is ever sent.

    Attributes:
        log: every request of this run.
    """

    def __init__(
        self,
        candidate: Candidate,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        rng: random.Random | None = None,
        seconds: Callable[[], float] = time.perf_counter,
        log: RequestLog | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        self.log = log if log is not None else RequestLog()
        self._candidate, self._now, self._seconds = candidate, now, seconds
        self._rng = rng if rng is not None else random.SystemRandom()
        self._limits = limits
        self._known = Known()
        self._checks: tuple[Check, ...] = ()
        self._lines: dict[str, Line] = {}
        self._over: dict[str, asyncio.Event] = {}
        self._begun = 0.0
        self._key = secrets.token_bytes(32)
        self._listener: Callable[[Report], None] = _ignore

    async def run(
        self, listener: Callable[[Report], None] = _ignore, only: Iterable[str] | None = None
    ) -> Report:
        """Run the checks and return how they ended.

        Args:
            listener: handed the report whenever a check begins or ends.
            only: codes of the checks that are wanted; they and what they need are run, nothing else.

        Raises:
            KeyError: there is no such check.
        """
        self._checks = CHECKS if only is None else _with_needs(only)
        self._listener = listener
        codes = {check.code for check in self._checks}
        self._over = {code: asyncio.Event() for code in codes}
        self._lines = {
            check.code: Line(check.code, check.title, waits_for=_titles((*check.needs, *check.after)))
            for check in self._checks
        }
        self._begun = self._seconds()
        try:
            async with asyncio.TaskGroup() as group:
                for check in self._checks:
                    group.create_task(self._run(check))
        except BaseExceptionGroup as faults:
            raise faults.exceptions[0] from None  # of the listener: a check's own become its outcome
        finally:
            if self._known.gitlab is not None:
                await self._known.gitlab.close()
        return self.report

    @property
    def report(self) -> Report:
        """How the checks stand now."""
        candidate = self._candidate
        address = ""
        with suppress(AddressError):
            address = parse_address(candidate.scim_url, candidate.rest_url).scim_url
        kinds = [
            name
            for name, token in (("SCIM", candidate.scim_token), ("access", candidate.access_token))
            if token
        ]
        return Report(
            tuple(self._lines.values()),
            (self._seconds() - self._begun) * 1000,
            scim_url=address,
            version=self._known.version,
            idp=candidate.idp,
            tokens=" + ".join(kinds) or "none",
            key=self._key,
        )

    async def _run(self, check: Check) -> None:
        codes = [code for code in (*check.needs, *check.after) if code in self._over]
        for code in codes:
            await self._over[code].wait()
            left = [other for other in codes if not self._over[other].is_set()]
            self._lines[check.code] = replace(self._lines[check.code], waits_for=_titles(left))
        elsewhere = check.asks_rest and self._known.rest_is_elsewhere
        needs = [code for code in check.needs if code != _WAY or not elsewhere]
        blocked = next((code for code in needs if self._blocks(code)), None)
        line = self._lines[check.code]
        if blocked is not None:
            root = self._root_of(blocked)
            title = f"not run: {self._lines[root].title} comes first"
            finding = Finding("not-run", Severity.SKIPPED, title)
            self._set(replace(line, state=State.SKIPPED, outcome=Outcome(finding), waits_for=()))
        else:
            await self._carry_out(check, line)
        self._over[check.code].set()

    async def _carry_out(self, check: Check, line: Line) -> None:
        probe = Probe(
            self._candidate, self._known, self._now(), self._rng, self.log, self._seconds, self._limits
        )
        begun = self._seconds()
        self._set(replace(line, state=State.RUNNING, waits_for=()))
        try:
            outcome = await check.run(probe)
        except Exception as error:  # one check's fault must not cost the answers of the others
            outcome = probe.say("check-broke", type(error).__name__)
        self._set(
            replace(
                line,
                state=state_of(outcome.finding),
                outcome=outcome,
                milliseconds=(self._seconds() - begun) * 1000,
                exchanges=tuple(probe.exchanges),
                waits_for=(),
            )
        )

    def _blocks(self, code: str) -> bool:
        return self._lines[code].state in (State.FAILED, State.SKIPPED)

    def _root_of(self, code: str) -> str:
        """The check that failed, or could not be asked, and not one that waited for it."""
        line = self._lines[code]
        if line.finding is None or line.finding.code != "not-run":
            return code
        return next((self._root_of(need) for need in _BY_CODE[code].needs if self._blocks(need)), code)

    def _set(self, line: Line) -> None:
        self._lines[line.check] = line
        self._listener(self.report)


def _with_needs(codes: Iterable[str]) -> tuple[Check, ...]:
    wanted: set[str] = set()
    left = list(codes)
    while left:
        code = left.pop()
        if code not in wanted:
            wanted.add(code)
            left += (*_BY_CODE[code].needs, *_BY_CODE[code].after)
    return tuple(check for check in CHECKS if check.code in wanted)


def _titles(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(_BY_CODE[code].title for code in codes)
