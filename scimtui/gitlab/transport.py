"""The one place that sends: tokens, TLS, proxies, limits, retries. All else builds and reads values.

Redirects are never followed, a token never goes to another origin than the profile's, plain http
only to this machine or where the profile allows it, and a read-only run sends nothing but GET.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import httpx

from scimtui import __version__
from scimtui.gitlab.address import Address, is_loopback
from scimtui.gitlab.answers import retry_after, too_large
from scimtui.gitlab.errors import (
    ConnectionRefused,
    GitLabError,
    NameNotResolved,
    NoToken,
    OutcomeUnknown,
    ProxyFailed,
    ReadOnlyRefused,
    TlsFailed,
    Unreachable,
    UnsafeAddress,
)
from scimtui.gitlab.failures import failure_of
from scimtui.gitlab.requestlog import RequestLog
from scimtui.gitlab.requests import Answer, Credential, Request
from scimtui.gitlab.secret import Secret
from scimtui.gitlab.waiting import Backoff, Pacer

GITLAB_COM: Final = "gitlab.com"
_GITLAB_COM_PER_MINUTE = 480


@dataclass(frozen=True, slots=True)
class Limits:
    """Timeouts in seconds, and how many connections may be open at once."""

    connect: float = 10.0
    read: float = 60.0
    write: float = 30.0
    connections: int = 8


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
        return self.scim_token if credential == "scim" else self.access_token


class _Silent(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return False


def _silence_http_logging() -> None:
    # httpx writes whole addresses at INFO, httpcore headers at DEBUG: e-mails and tokens.
    for name in ("httpx", "httpcore", *(f"httpcore.{part}" for part in _HTTPCORE_LOGGERS)):
        logger = logging.getLogger(name)
        if not any(isinstance(known, _Silent) for known in logger.filters):
            logger.addFilter(_Silent())


_HTTPCORE_LOGGERS = ("connection", "http11", "http2", "proxy", "socks")


class Transport:
    """Sends `Request`s and returns `Answer`s; an async context manager that closes its connections.

    Raises (from `send`):
        NotSent, Unreachable, OutcomeUnknown, UnexpectedAnswer (too large): see `errors`. Statuses
        are not judged here.
    """

    def __init__(
        self,
        access: Access,
        *,
        log: RequestLog | None = None,
        backoff: Backoff | None = None,
        pacer: Pacer | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.access = access
        self.log = log if log is not None else RequestLog()
        self._backoff = backoff or Backoff()
        host = urlsplit(access.address.scim_url).hostname or ""
        self._pacer = pacer or Pacer(_GITLAB_COM_PER_MINUTE if host == GITLAB_COM else 0)
        self._clock = clock
        self._client: httpx.AsyncClient | None = None
        self._origins = {_origin(access.address.scim_url), _origin(access.address.rest_url)}
        _silence_http_logging()

    async def __aenter__(self) -> Transport:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections; the transport can be used again afterwards."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def send(self, request: Request) -> Answer:
        """Send, waiting and trying again where that is safe."""
        token = self._permit(request)
        tried = 0
        while True:
            tried += 1
            if request.credential == "scim":
                await self._pacer.turn()
            try:
                answer = await self._send_once(request, token)
            except Unreachable as error:
                if tried >= self._backoff.tries or not self._may_repeat(request, error):
                    if request.is_write and not error.never_connected:
                        raise OutcomeUnknown(error, error.request) from error
                    raise
                await self._backoff.sleep(self._backoff.seconds(tried, None))
                continue
            if tried < self._backoff.tries and self._backoff.after_status(
                answer.status, is_write=request.is_write
            ):
                await self._backoff.sleep(self._backoff.seconds(tried, retry_after(answer, self._clock())))
                continue
            return answer

    @staticmethod
    def _may_repeat(request: Request, error: Unreachable) -> bool:
        if isinstance(error, TlsFailed | NameNotResolved | ProxyFailed | ConnectionRefused):
            return False  # it would fail the same way at once
        return not request.is_write or error.never_connected

    def _permit(self, request: Request) -> Secret:
        described = f"{request.method} {request.url}"
        if self.access.read_only and request.method != "GET":
            raise ReadOnlyRefused(
                "this run is read-only, so nothing was sent",
                fix="change the profile with: scimtui profile add, or start without --read-only",
                request=described,
            )
        if _origin(request.url) not in self._origins:
            raise UnsafeAddress("this address is not the profile's GitLab, so no token was sent there")
        parts = urlsplit(request.url)
        if parts.scheme != "https" and not self.access.allow_http and not is_loopback(parts.hostname or ""):
            raise UnsafeAddress(
                "the address starts with http, so the token would travel unencrypted",
                fix="use https, or set allow_http = true in the profile if this network is trusted",
                request=described,
            )
        token = self.access.token(request.credential)
        if not token:
            raise NoToken(request.credential)
        return token

    async def _send_once(self, request: Request, token: Secret) -> Answer:
        started, begun = self._clock(), time.perf_counter()
        status: int | None = None
        size = 0
        error: GitLabError | None = None
        try:
            client = self._client or await self._open()
            built = client.build_request(
                request.method, request.url, content=request.body, headers=_headers(request, token)
            )
            _check_raw_path(built, request)
            response = await client.send(built, stream=True)
            try:
                status = response.status_code
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    size = len(body)
                    if size > request.limit:
                        raise too_large(Answer(request, status, dict(response.headers)))
            finally:
                await response.aclose()
            return Answer(request, status, dict(response.headers), bytes(body))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as cause:
            error = failure_of(cause, f"{request.method} {request.url}")
            raise error from None
        except GitLabError as raised:
            error = raised
            raise
        except asyncio.CancelledError:
            error = GitLabError("cancelled")
            raise
        finally:
            self.log.add(
                request,
                started,
                (time.perf_counter() - begun) * 1000,
                status=status,
                size=size,
                error=error.what if error is not None else "",
            )

    async def _open(self) -> httpx.AsyncClient:
        access = self.access
        host = urlsplit(access.address.scim_url).hostname or ""
        limits = access.limits
        tls = await asyncio.to_thread(tls_context, access.ca_file)
        if self._client is None:
            self._client = httpx.AsyncClient(
                verify=tls,
                # A proxy from the environment is for other hosts than this one.
                trust_env=not is_loopback(host),
                follow_redirects=False,
                timeout=httpx.Timeout(
                    connect=limits.connect, read=limits.read, write=limits.write, pool=None
                ),
                limits=httpx.Limits(
                    max_connections=limits.connections, max_keepalive_connections=limits.connections
                ),
            )
        return self._client


def tls_context(ca_file: str) -> ssl.SSLContext:
    """The system's trust store, and the authorities of `ca_file` beside it where one is given.

    Raises:
        TlsFailed: the file can't be read or holds no certificate.
    """
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError) as cause:
            raise TlsFailed(
                f"the CA file {ca_file} can't be used",
                reason="unknown-ca",
                fix="give a PEM file that holds your authority's certificate",
                words=cause.strerror or str(cause),
            ) from None
    return context


def _headers(request: Request, token: Secret) -> dict[str, str]:
    headers = {
        "Authorization": f"Bearer {token.reveal()}",
        "Accept": "application/scim+json, application/json"
        if request.credential == "scim"
        else "application/json",
        "User-Agent": f"scimtui/{__version__}",
    }
    if request.content_type:
        headers["Content-Type"] = request.content_type
    return headers


def _check_raw_path(built: httpx.Request, request: Request) -> None:
    """The library must not have changed the path: a dropped `..` or `?` names another resource."""
    parts = urlsplit(request.url)
    meant = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if built.url.raw_path != meant.encode("ascii") or parts.fragment:
        raise UnsafeAddress("the address would have been changed on the way out, so nothing was sent")


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, parts.hostname or "", port
