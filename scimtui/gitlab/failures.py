"""What a failed connection means: the HTTP library's exceptions, told apart for a person."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import TypeVar

import httpx

from scimtui.gitlab.errors import (
    AnswerError,
    ConnectionLost,
    ConnectionRefused,
    GitLabError,
    NameNotResolved,
    ProxyFailed,
    TimedOut,
    TlsFailed,
    UnexpectedAnswer,
    Unreachable,
    UnsafeAddress,
)

E = TypeVar("E", bound=Unreachable)

# OpenSSL's X509_V_ERR_*: https://docs.openssl.org/master/man1/openssl-verification-options/
_EXPIRED = {9, 10, 13, 14}
_WRONG_HOST = {62, 63, 64}
_UNKNOWN_CA = {2, 7, 18, 19, 20, 21, 24, 27}


def failure_of(cause: BaseException, request: str) -> GitLabError:
    """The error of `scimtui.gitlab.errors` for an exception of httpx or of the socket below it."""
    if isinstance(cause, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return UnsafeAddress("the address can't be used", request=request, words=str(cause))
    if isinstance(cause, httpx.DecodingError):
        return _undecodable(request, str(cause))
    if isinstance(cause, httpx.ProxyError):
        return _unsent(
            ProxyFailed(
                "the proxy refused or failed",
                fix="check HTTPS_PROXY and NO_PROXY in the environment, and the proxy's own log",
                request=request,
                words=str(cause),
            )
        )
    if isinstance(cause, httpx.TimeoutException):
        return _timed_out(cause, request)
    chain = list(_chain(cause))
    for link in chain:
        if isinstance(link, ssl.SSLError):
            return _tls(link, request)
    if isinstance(cause, httpx.ConnectError | OSError):
        return _unsent(_not_connected(chain, request))
    return ConnectionLost(
        "the connection broke off before the whole answer was here",
        fix="try again; if it stays, look for a proxy or firewall between here and GitLab",
        request=request,
        words=str(cause),
    )


def _not_connected(chain: list[BaseException], request: str) -> Unreachable:
    words = next((str(link) for link in reversed(chain) if str(link)), "")
    if any(isinstance(link, socket.gaierror) for link in chain):
        return NameNotResolved(
            "the host name has no address",
            fix="check the spelling of the host, and this machine's DNS or VPN",
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


def _tls(cause: ssl.SSLError, request: str) -> TlsFailed:
    code = getattr(cause, "verify_code", None)
    words = getattr(cause, "verify_message", "") or cause.reason or str(cause)
    if code in _EXPIRED:
        reason, what = "expired", "GitLab's certificate has expired or is not valid yet"
        fix = "check this machine's clock; else the administrator of that host renews the certificate"
    elif code in _WRONG_HOST:
        reason, what = "wrong-host", "the certificate is for another host name"
        fix = "use the host name that the certificate names"
    elif code in _UNKNOWN_CA or isinstance(cause, ssl.SSLCertVerificationError):
        reason, what = "unknown-ca", "the certificate was signed by an authority this machine does not know"
        fix = "add your company's CA to the system's store, or name its PEM file as ca_file in the profile"
    else:
        reason, what = "other", "no encrypted connection could be made"
        fix = "check the address: does this port speak https?"
    return _unsent(TlsFailed(what, reason=reason, fix=fix, request=request, words=str(words)))


def _unsent(error: E) -> E:
    error.never_connected = True
    return error


def _undecodable(request: str, words: str) -> AnswerError:
    error = UnexpectedAnswer("the answer's compression is broken", request=request, words=words)
    error.reason = "broken-json"
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
