"""One step of a connection at a time: the name, the socket, the encryption. No request is sent, and no token.

The way is the one that `transport` goes: through the environment's proxy where it names one.
"""

from __future__ import annotations

import asyncio
import base64
import re
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from scimtui.gitlab.connecting import tls_context
from scimtui.gitlab.errors import NameNotResolved, ProxyFailed, TimedOut, Unreachable
from scimtui.gitlab.failures import socket_failure, tls_failure
from scimtui.gitlab.proxies import is_usable_proxy, proxy_for, unusable_proxy

_SECONDS = 10.0
_HEAD_LIMIT = 64 * 1024
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Route:
    """The way to one address.

    Attributes:
        host: GitLab's host, without brackets.
        tls: whether it is spoken to over TLS.
        proxy: the proxy's address as the environment has it; it can hold a password and is never shown.
    """

    host: str
    port: int
    tls: bool
    proxy: str | None = None

    @property
    def shown_proxy(self) -> str:
        """Scheme, host and port of the proxy; empty for none."""
        if self.proxy is None:
            return ""
        parts = urlsplit(self.proxy)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

    @property
    def first_stop(self) -> tuple[str, int]:
        """Host and port that a socket is opened to: the proxy's, or GitLab's own."""
        if self.proxy is None:
            return self.host, self.port
        parts = urlsplit(self.proxy)
        return parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme, 80)

    @property
    def described(self) -> str:
        """The first stop, as errors name it."""
        host, port = self.first_stop
        return f"connect {f'[{host}]' if ':' in host else host}:{port}"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the other side showed, and this machine trusts.

    Attributes:
        issuer: the authority's name; empty where it is not told.
        ends: UTC; None where this system's trust store does not tell.
    """

    issuer: str
    ends: datetime | None


def route_to(url: str) -> Route:
    """The way to an address.

    Raises:
        ProxyFailed: the environment names a proxy that can't be used.
    """
    parts = urlsplit(url)
    proxy = proxy_for(url)
    if proxy is not None and not is_usable_proxy(proxy):
        raise unusable_proxy()
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    try:
        host = httpx.URL(url).raw_host.decode("ascii")  # as requests go: IDNA 2008
    except (httpx.InvalidURL, UnicodeError):
        host = parts.hostname or ""
    return Route(host, port, parts.scheme == "https", proxy)


async def addresses_of(route: Route) -> tuple[str, ...]:
    """Every address of the first stop's name, in the order in which they are tried.

    Raises:
        NameNotResolved: it has none.
        TimedOut: nobody said.
    """
    host, port = route.first_stop
    try:
        async with asyncio.timeout(_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError:
        raise TimedOut(
            "the name server did not answer in time",
            fix="check this machine's DNS or VPN",
            request=route.described,
        ) from None
    except (OSError, UnicodeError) as cause:
        raise NameNotResolved(
            "the host name has no address",
            fix="check the spelling of the host, and this machine's DNS or VPN",
            request=route.described,
            words=getattr(cause, "strerror", None) or str(cause),
        ) from None
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


async def answers_at(route: Route, address: str) -> Unreachable | None:
    """Open a socket to one address of the first stop and close it; None where that works."""
    _, port = route.first_stop
    try:
        async with asyncio.timeout(_SECONDS):
            _, writer = await asyncio.open_connection(address, port)
    except TimeoutError:
        return TimedOut(
            "no connection within the time allowed",
            fix="check whether a firewall or VPN is in between",
            request=route.described,
        )
    except OSError as cause:
        return socket_failure(cause, route.described, proxied=route.proxy is not None)
    writer.transport.abort()
    return None


async def certificate_of(route: Route, ca_file: str) -> Certificate:
    """Make an encrypted connection as a request would, and read the certificate.

    Raises:
        TlsFailed: it is not trusted, is for another host, has ended, or there is no TLS there.
        ProxyFailed: the proxy does not let through.
        Unreachable: the connection broke off.
    """
    context = await asyncio.to_thread(tls_context, ca_file)
    host, port = route.first_stop
    writer: asyncio.StreamWriter | None = None
    of_proxy = over_tls = route.proxy is not None and route.proxy.startswith("https")
    try:
        async with asyncio.timeout(_SECONDS):
            reader, writer = await asyncio.open_connection(
                host, port, limit=_HEAD_LIMIT, ssl=context if over_tls else None
            )
            of_proxy = False
            if route.proxy is not None:
                await _open_tunnel(reader, writer, route)
            await writer.start_tls(context, server_hostname=route.host)
            return _certificate(writer.get_extra_info("ssl_object"))
    except TimeoutError:
        raise TimedOut(
            "no encrypted connection within the time allowed",
            fix="check whether a firewall or proxy holds it back",
            request=route.described,
        ) from None
    except ssl.SSLError as cause:
        failure = tls_failure(cause, route.described)
        if of_proxy:
            raise ProxyFailed(
                f"the proxy's own certificate is refused: {failure.what}",
                fix="check the proxy's certificate, or name its authority's PEM file in the profile",
                request=route.described,
                words=failure.words,
            ) from None
        raise failure from None
    except OSError as cause:
        raise socket_failure(cause, route.described, proxied=route.proxy is not None) from None
    except UnicodeError as cause:  # a label that DNS, or a certificate's name, has no room for
        raise NameNotResolved(
            "the host name can't be one",
            fix="check the spelling of the host",
            request=route.described,
            words=str(cause),
        ) from None
    finally:
        if writer is not None:
            writer.transport.abort()


async def _open_tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, route: Route) -> None:
    """RFC 9110, 9.3.6 CONNECT."""
    target = f"{f'[{route.host}]' if ':' in route.host else route.host}:{route.port}"
    parts = urlsplit(route.proxy or "")
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(pair.encode()).decode()}")
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1", "replace"))
    await writer.drain()
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        head = b""
    words = head.split(b"\r\n", 1)[0].decode("latin-1")
    if not re.match(r"HTTP/1\.[01] 2[0-9]{2}(?![0-9])", words):
        raise ProxyFailed(
            "the proxy does not let this connection through",
            fix="check HTTPS_PROXY and NO_PROXY in the environment, and the proxy's own log",
            request=route.described,
            words=words,
        )


def _certificate(connection: ssl.SSLObject | None) -> Certificate:
    told = connection.getpeercert() if connection is not None else None
    if not told:  # a system's own trust store has judged, and Python's reader was not asked
        return Certificate("", None)
    ends = told.get("notAfter")
    parts: Any = told.get("issuer", ())
    names = {key: value for part in parts for key, value in part}
    issuer = names.get("organizationName") or names.get("commonName") or ""
    moment = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if isinstance(ends, str) else None
    return Certificate(str(issuer), moment)
