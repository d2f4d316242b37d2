"""The HTTP library's client as this project wants it: trust, proxies, no redirects, no cookies."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from http.cookiejar import CookieJar

import httpx

from scimtui.gitlab.errors import TlsFailed
from scimtui.gitlab.proxies import is_usable_proxy, proxy_for, unusable_proxy

LOCATION = "scimtui.location"
"""Name of the response extension that holds a redirect's target."""
_HTTPCORE_LOGGERS = ("connection", "http11", "http2", "proxy", "socks")


@dataclass(frozen=True, slots=True)
class Limits:
    """Timeouts in seconds, and how many connections may be open at once.

    Attributes:
        whole: from the first byte sent to the last one read, whatever trickles in between.
    """

    connect: float = 10.0
    read: float = 60.0
    write: float = 30.0
    whole: float = 300.0
    connections: int = 8


@dataclass(frozen=True, slots=True)
class Connections:
    """A client, and for which of the bases it goes through a proxy."""

    client: httpx.AsyncClient
    proxied: frozenset[str]


async def connections(bases: Collection[str], ca_file: str, limits: Limits) -> Connections:
    """A client for these base addresses.

    Raises:
        TlsFailed: the CA file can't be used.
        ProxyFailed: the environment names a proxy that can't be used.
    """
    silence_http_logging()
    tls = await asyncio.to_thread(tls_context, ca_file)
    allowed = httpx.Limits(max_connections=limits.connections, max_keepalive_connections=limits.connections)
    direct = httpx.AsyncHTTPTransport(verify=tls, trust_env=False, limits=allowed)
    mounts: dict[str, httpx.AsyncBaseTransport] = {}
    proxied = []
    for base in bases:
        proxy = proxy_for(base)
        # Each base has its own: a mount without a port would take in every port of its host.
        mounts[_origin_of(base)] = direct if proxy is None else _through(proxy, tls, allowed)
        if proxy is not None:
            proxied.append(base)
    client = httpx.AsyncClient(
        transport=direct,
        mounts=mounts,
        trust_env=False,
        follow_redirects=False,
        cookies=_NoCookies(),
        event_hooks={"response": [_hide_location]},
        timeout=httpx.Timeout(connect=limits.connect, read=limits.read, write=limits.write, pool=None),
    )
    return Connections(client, frozenset(proxied))


def _origin_of(base: str) -> str:
    url = httpx.URL(base)
    port = url.port or (443 if url.scheme == "https" else 80)
    host = url.raw_host.decode("ascii")
    return f"{url.scheme}://{f'[{host}]' if ':' in host else host}:{port}"


async def _hide_location(response: httpx.Response) -> None:
    """Keep the library from reading where a redirect goes: what it can't read there becomes its error."""
    where = response.headers.pop("location", None)
    if where is not None:
        response.extensions[LOCATION] = where


class _NoCookies(CookieJar):
    """Takes none: the standard library warns on stderr of those it can't read."""

    def extract_cookies(self, response: object, request: object) -> None:
        """Nothing is kept."""

    def add_cookie_header(self, request: object) -> None:
        """Nothing is sent."""


def _through(proxy: str, tls: ssl.SSLContext, limits: httpx.Limits) -> httpx.AsyncBaseTransport:
    if is_usable_proxy(proxy):
        try:
            through = httpx.Proxy(proxy, ssl_context=tls if proxy.startswith("https") else None)
            return httpx.AsyncHTTPTransport(verify=tls, trust_env=False, limits=limits, proxy=through)
        except (ValueError, ImportError, httpx.InvalidURL):
            pass
    # Raised out here: the library's exception names the proxy, which can hold a password.
    raise unusable_proxy()


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
        except (OSError, ValueError) as cause:
            error = TlsFailed(
                f"the CA file {ca_file} can't be used",
                reason="unknown-ca",
                fix="give a PEM file that holds your authority's certificate",
                words=getattr(cause, "strerror", None) or str(cause),
            )
            error.never_connected = True
            raise error from None
    return context


class _Silent(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return False


def silence_http_logging() -> None:
    """Keep the library from logging: whole addresses at INFO, headers at DEBUG; e-mails and tokens."""
    for name in ("httpx", "httpcore", *(f"httpcore.{part}" for part in _HTTPCORE_LOGGERS)):
        logger = logging.getLogger(name)
        if not any(isinstance(known, _Silent) for known in logger.filters):
            logger.addFilter(_Silent())
