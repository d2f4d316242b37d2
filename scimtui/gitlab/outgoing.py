"""A request as the HTTP library gets it: headers, the token, and an address that stays as it is."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from scimtui import __version__
from scimtui.gitlab.bodies import ACCEPTED
from scimtui.gitlab.errors import UnsafeAddress
from scimtui.gitlab.requests import Request
from scimtui.gitlab.secret import Secret


def outgoing(client: httpx.AsyncClient, request: Request, token: Secret | None) -> httpx.Request:
    """The library's request.

    Raises:
        UnsafeAddress: the address can't be used, or the library would have changed it.
    """
    try:
        built = client.build_request(
            request.method, request.url, content=request.body, headers=_headers(request, token)
        )
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as cause:
        raise UnsafeAddress(
            "the address can't be used", request=request.described, words=str(cause)
        ) from None
    _check_raw_path(built, request)
    return built


def _headers(request: Request, token: Secret | None) -> dict[str, str]:
    given = {"Authorization": f"Bearer {token.reveal()}"} if token is not None else {}
    return given | plain_headers(request)


def shown_headers(request: Request) -> dict[str, str]:
    """What is sent along with a request, the token blotted out."""
    given = {"Authorization": "Bearer •••"} if request.credential != "none" else {}
    return given | plain_headers(request)


def plain_headers(request: Request) -> dict[str, str]:
    """All headers that hold no token."""
    headers = {
        "Accept": "application/json"
        if request.credential == "access"
        else "application/scim+json, application/json",
        "Accept-Encoding": ACCEPTED,
        "User-Agent": f"scimtui/{__version__}",
    }
    if request.content_type:
        headers["Content-Type"] = request.content_type
    return headers


def _check_raw_path(built: httpx.Request, request: Request) -> None:
    """The library must not have changed the path: a dropped `..` or `?` names another resource."""
    parts = urlsplit(request.url)
    meant = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not meant.isascii() or built.url.raw_path != meant.encode("ascii") or parts.fragment:
        raise UnsafeAddress(
            "the address would have been changed on the way out, so nothing was sent",
            fix="please report this: the address was not built as it should be",
            request=request.described,
        )


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, parts.hostname or "", port
