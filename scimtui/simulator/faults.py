"""Faults on the way: latency, both rate limits, error bursts, dropped connections (contract section 6)."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate

from starlette.responses import Response

from . import answers
from .gitlab import SimulatedGitLab

CONNECTION_DROPPER = "scimtui.simulator.drop"
_TOO_MANY = "This endpoint has been requested too many times. Try again later."
_LIMIT = 500


class Faults:
    """Decides by the switches what happens to a request before and after it is done."""

    def __init__(self, gitlab: SimulatedGitLab) -> None:
        self._gitlab = gitlab

    async def refuse(self) -> Response | None:
        """Wait out the latency; then the refusal that this request gets instead of an answer, if any."""
        switches = self._gitlab.switches
        if switches.latency_ms:
            await asyncio.sleep(switches.latency_ms / 1000)
        switches = self._gitlab.switches
        if switches.rate_limited:
            self._count_rate_limit()
            if switches.rate_limited == "middleware":
                return _middleware_limit(switches.retry_after)
            return _application_limit(switches.retry_after)
        if switches.errors:
            self._gitlab.switch(errors=switches.errors - 1)
            return answers.text(502, "502 Bad Gateway") if switches.errors % 2 else _unavailable()
        return None

    def drops_before(self, is_write: bool) -> bool:
        """The connection is lost and nothing was done."""
        return self._gitlab.switches.drop == ("before-write" if is_write else "read")

    def drops_after(self, is_write: bool) -> bool:
        """The connection is lost, and what was asked is done."""
        return is_write and self._gitlab.switches.drop == "after-write"

    def _count_rate_limit(self) -> None:
        times = self._gitlab.switches.rate_limited_times
        if times is None:
            return
        if times > 1:
            self._gitlab.switch(rate_limited_times=times - 1)
        else:
            self._gitlab.switch(rate_limited=False, rate_limited_times=None)


def _middleware_limit(retry_after: int) -> Response:
    reset = int(time.time()) + retry_after
    return Response(
        b"Retry later\n",
        429,
        {
            "Retry-After": str(retry_after),
            "RateLimit-Limit": str(_LIMIT),
            "RateLimit-Name": "throttle_unauthenticated_api",
            "RateLimit-Observed": str(_LIMIT + 1),
            "RateLimit-Remaining": "0",
            "RateLimit-Reset": str(reset),
            "RateLimit-ResetTime": formatdate(reset, usegmt=True),
        },
        "text/plain",
    )


def _application_limit(retry_after: int) -> Response:
    return answers.json_answer(
        429, {"message": {"error": _TOO_MANY}}, headers={"Retry-After": str(retry_after)}
    )


def _unavailable() -> Response:
    return Response(
        b"<html><body><h1>503 Service Unavailable</h1></body></html>", 503, media_type="text/html"
    )
