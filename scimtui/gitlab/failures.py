"""What a failed connection means: the HTTP library's exceptions, told apart for a person."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from typing import TypeVar

import httpx

from scimtui.gitlab.errors import (
    ConnectionLost,
    ConnectionRefused,
    GitLabError,
    NameNotResolved,
    NoRoute,
    ProxyFailed,
    TimedOut,
    TlsFailed,
    Unreachable,
)

E = TypeVar("E", bound=Unreachable)

# OpenSSL's X509_V_ERR_*, and what the trust stores of macOS (errSec…) and Windows (CERT_E_…) say.
_NO_ROUTE = (errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
_EXPIRED = {9, 10, 13, 14, -67818, -67819, 0x800B0101}
_WRONG_HOST = {62, 63, 64, -67602, 0x800B010F}
_UNKNOWN_CA = {2, 7, 18, 19, 20, 21, 24, 27}
_LAST_OF_OPENSSL = 200


def failure_of(cause: BaseException, request: str, *, proxied: bool = False) -> GitLabError:
    """The error of `scimtui.gitlab.errors` for an exception of httpx or of the socket below it.

    Only what fails while a connection is being made is said to be never sent: an error of the socket
    or of TLS later on, a write's included, is a lost connection.

    Args:
        request: method and address.
        proxied: whether the connection is one to the environment's proxy.
    """
    if isinstance(cause, httpx.ProxyError):
        return _proxy("the proxy refused or failed", request, str(cause))
    if isinstance(cause, httpx.TimeoutException):
        return _timed_out(cause, request)
    chain = list(_chain(cause))
    if isinstance(cause, httpx.ConnectError):
        for link in chain:
            if isinstance(link, ssl.SSLError):
                return tls_failure(link, request)
        if proxied:
            return _proxy("the proxy can't be reached", request, _innermost(chain))
        return _unsent(_not_connected(chain, request))
    if isinstance(cause, UnicodeError):  # a label that DNS has no room for
        return _unsent(_not_resolved(request, ""))
    return ConnectionLost(
        "the connection broke off before the whole answer was here",
        fix="try again; if it stays, look for a proxy or firewall between here and GitLab",
        request=request,
        words=str(cause),
    )


def _proxy(what: str, request: str, words: str) -> ProxyFailed:
    return _unsent(
        ProxyFailed(
            what,
            fix="check HTTPS_PROXY and NO_PROXY in the environment, and the proxy's own log",
            request=request,
            words=words,
        )
    )


def _innermost(chain: list[BaseException]) -> str:
    return next((str(link) for link in reversed(chain) if str(link)), "")


def _not_resolved(request: str, words: str) -> NameNotResolved:
    return NameNotResolved(
        "the host name has no address",
        fix="check the spelling of the host, and this machine's DNS or VPN",
        request=request,
        words=words,
    )


def _not_connected(chain: list[BaseException], request: str) -> Unreachable:
    words = _innermost(chain)
    if any(isinstance(link, socket.gaierror) for link in chain):
        return _not_resolved(request, words)
    told = [link.errno for link in chain if isinstance(link, OSError) and link.errno is not None]
    if told and all(number in _NO_ROUTE for number in told):
        return NoRoute(
            "this machine has no way there",
            fix="check this machine's network and VPN",
            request=request,
            words=words,
        )
    refused = any(isinstance(link, ConnectionRefusedError) for link in chain)
    return ConnectionRefused(
        "nothing answers there" if refused else "no connection could be made",
        fix="check host and port, and whether a firewall or VPN is in between",
        request=request,
        words=words,
    )


def _timed_out(cause: httpx.TimeoutException, request: str) -> TimedOut:
    connecting = isinstance(cause, httpx.ConnectTimeout | httpx.PoolTimeout)
    error = TimedOut(
        "no connection within the time allowed" if connecting else "GitLab did not answer in time",
        fix="check whether a firewall or proxy swallows the request; then try again",
        request=request,
    )
    error.never_connected = connecting
    return error


def socket_failure(cause: OSError, request: str, *, proxied: bool = False) -> Unreachable:
    """The error for a socket that could not be opened, or that broke off while it was."""
    chain = list(_chain(cause))
    if proxied:
        return _proxy("the proxy can't be reached", request, _innermost(chain))
    return _unsent(_not_connected(chain, request))


def tls_failure(cause: ssl.SSLError, request: str) -> TlsFailed:
    """The error for an encrypted connection that could not be made."""
    code = getattr(cause, "verify_code", None)
    words = getattr(cause, "verify_message", "") or cause.reason or str(cause)
    if code in _EXPIRED:
        reason, what = "expired", "GitLab's certificate has expired or is not valid yet"
        fix = "check this machine's clock; else the administrator of that host renews the certificate"
    elif code in _WRONG_HOST:
        reason, what = "wrong-host", "the certificate is for another host name"
        fix = "use the host name that the certificate names"
    elif code in _UNKNOWN_CA or (code is not None and not 0 <= code <= _LAST_OF_OPENSSL):
        reason, what = "unknown-ca", "the certificate was signed by an authority this machine does not know"
        fix = "add your company's CA to the system's store, or name its PEM file as ca_file in the profile"
    elif isinstance(cause, ssl.SSLCertVerificationError):
        reason, what = "other", "the certificate can't be trusted"
        fix = "ask the administrator of that host, with the words below"
    else:
        reason, what = "other", "no encrypted connection could be made"
        fix = "check the address: does this port speak https?"
    return _unsent(TlsFailed(what, reason=reason, fix=fix, request=request, words=str(words)))


def _unsent(error: E) -> E:
    error.never_connected = True
    return error


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop(0)
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [link.__cause__, link.__context__]
        if isinstance(link, BaseExceptionGroup):
            waiting += link.exceptions
