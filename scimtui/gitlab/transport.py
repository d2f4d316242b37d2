"""The one place that sends: tokens, limits, retries. All else builds and reads values.

Redirects are never followed, a token never goes to another origin than the profile's, plain http
only to this machine or where the profile allows it, and a read-only run sends nothing but GET.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from scimtui.gitlab.address import Address, is_loopback
from scimtui.gitlab.answers import retry_after, too_large, undecodable
from scimtui.gitlab.blotting import Blots
from scimtui.gitlab.bodies import Body, TooLarge, Undecodable
from scimtui.gitlab.connecting import LOCATION, Connections, Limits, connections
from scimtui.gitlab.errors import (
    ClosedHere,
    ConnectionRefused,
    Dripping,
    GitLabError,
    LookedTooLongAgo,
    NameNotResolved,
    NoToken,
    OutcomeUnknown,
    ProxyFailed,
    RateLimited,
    ReadOnlyRefused,
    TlsFailed,
    UnexpectedAnswer,
    Unreachable,
    UnsafeAddress,
    UnusableToken,
)
from scimtui.gitlab.failures import failure_of
from scimtui.gitlab.outgoing import origin, outgoing
from scimtui.gitlab.proxies import proxy_for
from scimtui.gitlab.requestlog import RequestLog
from scimtui.gitlab.requests import Answer, Credential, Request
from scimtui.gitlab.secret import Secret
from scimtui.gitlab.waiting import RETRIED_STATUSES, Backoff, Pacer, seconds_with_sleep

__all__ = ["Access", "Limits", "Transport"]

_GITLAB_COM_PER_MINUTE = 480
_LOOK_IS_FRESH = 30.0
_LARGE_BODY = 2**20
_HOPELESS = (  # would fail the same way at once, or is not wanted any more
    TlsFailed,
    NameNotResolved,
    ProxyFailed,
    ConnectionRefused,
    ClosedHere,
    Dripping,  # as long again, and as little
)


@dataclass(frozen=True, slots=True)
class Access:
    """Everything the transport needs to reach one GitLab.

    Attributes:
        ca_file: PEM file of certificate authorities trusted beside the system's; empty for none.
        allow_http: whether plain http may leave this machine.
        read_only: whether every method but GET is refused.
    """

    address: Address
    scim_token: Secret | None = None
    access_token: Secret | None = None
    ca_file: str = ""
    allow_http: bool = False
    read_only: bool = False
    limits: Limits = field(default_factory=Limits)

    def token(self, credential: Credential) -> Secret | None:
        """The token of that kind."""
        if credential == "none":
            return None
        return self.scim_token if credential == "scim" else self.access_token


class Transport:
    """Sends `Request`s and returns `Answer`s; an async context manager that closes its connections.

    Attributes:
        log: every request that left, and those that tried to.
        pacer: how many SCIM requests may begin in a minute (contract 6).
    """

    def __init__(
        self,
        access: Access,
        *,
        log: RequestLog | None = None,
        backoff: Backoff | None = None,
        pacer: Pacer | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        seconds: Callable[[], float] = seconds_with_sleep,
    ) -> None:
        self.access = access
        self.log = log if log is not None else RequestLog()
        self._backoff = backoff or Backoff()
        self.pacer = pacer or Pacer(_GITLAB_COM_PER_MINUTE if access.address.is_gitlab_com else 0)
        self._clock = clock
        self._seconds = seconds
        self._connected: Connections | None = None
        self._closings = 0
        self._deadlines: set[asyncio.Timeout] = set()
        bases = (access.address.scim_url, access.address.rest_url)
        proxies = [proxy for base in bases if (proxy := proxy_for(base)) is not None]
        self._blots = Blots((access.scim_token, access.access_token), proxies)
        self._origins = {origin(access.address.scim_url), origin(access.address.rest_url)}

    async def __aenter__(self) -> Transport:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections; the transport can be used again afterwards."""
        self._closings += 1
        for deadline in self._deadlines:
            deadline.reschedule(0)  # the library leaves requests that wait for a connection waiting
        connected, self._connected = self._connected, None
        if connected is not None:
            await connected.client.aclose()

    async def send(self, request: Request) -> Answer:
        """Send; a read waits and is sent again where that may help. Statuses are not judged here.

        A write is sent once: whoever sends it looks again at the person before a second try
        (`may_write_again`).

        Raises:
            NotSent: refused here.
            Unreachable: no answer came, and nothing was done.
            UnexpectedAnswer: too large, or compressed in a way that can't be undone.
            OutcomeUnknown: a write that may have been done.
        """
        token = self._permit(request)
        closings = self._closings
        tried = 0
        while True:
            tried += 1
            if request.credential != "access":
                await self.pacer.turn()
            try:
                answer = await self._send_once(request, token, closings)
            except UnexpectedAnswer as error:
                if request.is_write and OutcomeUnknown.is_left_by(error.status):
                    raise OutcomeUnknown(error, error.request) from error
                raise
            except Unreachable as error:
                if self._closings != closings or not self._may_repeat(request, error, tried):
                    if request.is_write and not error.never_connected:
                        raise OutcomeUnknown(error, error.request) from error
                    raise
                await self._backoff.sleep(self._backoff.seconds(tried, None))
                continue
            if not request.is_write and tried < self._backoff.tries and answer.status in RETRIED_STATUSES:
                await self._backoff.sleep(self._backoff.seconds(tried, retry_after(answer, self._clock())))
                continue
            return answer

    async def may_write_again(self, error: GitLabError, tried: int) -> bool:
        """Whether GitLab did nothing because of this, and a wait may help; waits if so.

        Args:
            error: what sending the write, or judging its answer, raised.
            tried: how often it was sent.
        """
        done_nothing = isinstance(error, RateLimited | LookedTooLongAgo) or (
            isinstance(error, Unreachable) and error.never_connected and not isinstance(error, _HOPELESS)
        )
        if not done_nothing or tried >= self._backoff.tries:
            return False
        asked = error.retry_after if isinstance(error, RateLimited) else None
        await self._backoff.sleep(self._backoff.seconds(tried, asked))
        return True

    def _may_repeat(self, request: Request, error: Unreachable, tried: int) -> bool:
        return not request.is_write and tried < self._backoff.tries and not isinstance(error, _HOPELESS)

    def _permit(self, request: Request) -> Secret | None:
        described = request.described
        if self.access.read_only and request.method != "GET":
            raise ReadOnlyRefused(
                "this run is read-only, so nothing was sent",
                fix="change the profile with: scimtui profile add, or start without --read-only",
                request=described,
            )
        if origin(request.url) not in self._origins:
            raise UnsafeAddress(
                "this address is not the profile's GitLab, so no token was sent there",
                fix="use a profile for that GitLab",
                request=described,
            )
        parts = urlsplit(request.url)
        if parts.scheme != "https" and not self.access.allow_http and not is_loopback(parts.hostname or ""):
            raise UnsafeAddress(
                "the address starts with http, so the token would travel unencrypted",
                fix="use https, or set allow_http = true in the profile if this network is trusted",
                request=described,
            )
        token = self.access.token(request.credential)
        if request.credential == "none":
            return None
        if not token:
            raise NoToken(request.credential)
        if not token.is_sendable:
            raise UnusableToken(request.credential)
        return token

    async def _send_once(self, request: Request, token: Secret | None, closings: int) -> Answer:
        started, begun = self._clock(), time.perf_counter()
        seen = _Seen()
        result = await self._attempt(request, token, seen, closings)
        error = ""
        if isinstance(result, GitLabError):
            error = result.what
        elif isinstance(result, BaseException):
            error = "cancelled" if isinstance(result, asyncio.CancelledError) else type(result).__name__
        self.log.add(
            request,
            started,
            (time.perf_counter() - begun) * 1000,
            status=seen.status,
            size=seen.size,
            error=error,
        )
        if isinstance(result, BaseException):
            raise result
        return result

    async def _attempt(
        self, request: Request, token: Secret | None, seen: _Seen, closings: int
    ) -> Answer | BaseException:
        """The answer, or what to raise, bare: the library's frames and exceptions hold the token.

        Args:
            closings: how often the transport had been closed when this request was first begun.
        """
        proxied = False
        try:
            connected = await self._connect() if closings == self._closings else None
            if connected is None:
                return _closed(request, never_connected=True)
            proxied = any(origin(base) == origin(request.url) for base in connected.proxied)
            built = outgoing(connected.client, request, token)
            if request.fresh_until is not None:
                built.extensions["trace"] = self._only_while_fresh(request)
            async with self._deadline():
                response = await connected.client.send(built, stream=True)
                try:
                    return await self._clean(await _read(request, response, seen))
                finally:
                    await response.aclose()
        except GitLabError as error:
            return _bare(self._blots.error(error))
        except TimeoutError:
            return _too_slow(request) if closings == self._closings else _closed(request)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as cause:
            return self._blots.error(failure_of(cause, request.described, proxied=proxied))
        except BaseException as unexpected:
            return _bare(unexpected)

    def after_a_look(self, request: Request, looked: float) -> Request:
        """A write that is sent only while the look at the person, begun at `looked`, is fresh."""
        return replace(request, fresh_until=looked + _LOOK_IS_FRESH)

    def now(self) -> float:
        """Seconds, for `after_a_look`."""
        return self._seconds()

    def _only_while_fresh(self, request: Request) -> Callable[[str, object], Awaitable[None]]:
        """Called by the library just before the first byte goes out: until then a laptop can sleep."""

        async def trace(event: str, info: object) -> None:
            is_first_byte = event.endswith("send_request_headers.started")
            if is_first_byte and self._seconds() > (request.fresh_until or 0):
                raise LookedTooLongAgo(request.described)

        return trace

    async def _clean(self, answer: Answer) -> Answer:
        if len(answer.body) < _LARGE_BODY:
            return self._blots.answer(answer)
        return await asyncio.to_thread(self._blots.answer, answer)

    @asynccontextmanager
    async def _deadline(self) -> AsyncIterator[None]:
        """The time one request may take, ended early by `close`; raises TimeoutError."""
        async with asyncio.timeout(self.access.limits.whole) as deadline:
            self._deadlines.add(deadline)
            try:
                yield
            finally:
                self._deadlines.discard(deadline)

    async def _connect(self) -> Connections | None:
        """What this transport sends through; None where it was closed meanwhile."""
        if self._connected is not None:
            return self._connected
        access, closings = self.access, self._closings
        bases = (access.address.scim_url, access.address.rest_url)
        connected = await connections(bases, access.ca_file, access.limits)
        if closings == self._closings and self._connected is None:
            self._connected = connected
        else:
            await connected.client.aclose()  # closed meanwhile, or another request was faster
        return self._connected if closings == self._closings else None


@dataclass(slots=True)
class _Seen:
    status: int | None = None
    size: int = 0


async def _read(request: Request, response: httpx.Response, seen: _Seen) -> Answer:
    seen.status = response.status_code
    headers = dict(response.headers)
    if LOCATION in response.extensions:
        headers["location"] = response.extensions[LOCATION]
    answer = Answer(request, response.status_code, headers)
    try:
        body = Body(response.headers.get("content-encoding", ""), request.limit)
        async for chunk in response.aiter_raw():
            body.feed(chunk)
            seen.size = body.size
        return Answer(request, answer.status, answer.headers, body.whole())
    except TooLarge:
        raise too_large(answer) from None
    except Undecodable as cause:
        raise undecodable(answer, str(cause)) from None


def _too_slow(request: Request) -> Dripping:
    return Dripping(
        "GitLab did not finish its answer in time",
        fix="try again; if it stays, look for a proxy or firewall that holds the answer back",
        request=request.described,
    )


def _closed(request: Request, *, never_connected: bool = False) -> ClosedHere:
    error = ClosedHere("the connection was closed from this side", request=request.described)
    error.never_connected = never_connected
    return error


def _bare(error: BaseException) -> BaseException:
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)
