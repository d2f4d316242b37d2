"""Answers in GitLab's shapes: SCIM, REST, plain text, the sign-in page (contract 1.3, 1.5, 1.6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

SCIM_TYPE = "application/scim+json"
REST_TYPE = "application/json"
_ERROR_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error"
_SIGN_IN_PAGE = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Sign in · GitLab</title></head>'
    '<body class="login-page"><h1>GitLab Enterprise Edition</h1>'
    '<form action="/users/sign_in" method="post"><label>Username or primary email<input name="user[login]">'
    '</label><label>Password<input type="password" name="user[password]"></label>'
    "<button>Sign in</button></form></body></html>\n"
)
_NOT_FOUND_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>The page you're looking for could not be found (404)</title></head>"
    "<body><h1>404: Page not found</h1></body></html>\n"
)


class Answered(Exception):
    """Ends the work on a request with this answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


def encoded(value: Any) -> bytes:
    """JSON as GitLab writes it, without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def json_answer(
    status: int, value: Any, kind: str = REST_TYPE, headers: Mapping[str, str] | None = None
) -> Response:
    """Any JSON."""
    return Response(encoded(value), status, headers, kind)


def no_content() -> Response:
    """204: empty, and without a content type."""
    return Response(b"", 204)


def scim_error(status: int, detail: str) -> Response:
    """The SCIM error object; its `status` is a number (contract 1.5)."""
    return json_answer(status, {"schemas": [_ERROR_SCHEMA], "detail": detail, "status": status}, SCIM_TYPE)


def message(status: int, text: Any, kind: str = REST_TYPE) -> Response:
    """`{"message": …}`."""
    return json_answer(status, {"message": text}, kind)


def error(status: int, text: str, kind: str = REST_TYPE) -> Response:
    """`{"error": …}`, what the framework itself answers."""
    return json_answer(status, {"error": text}, kind)


def server_error(kind: str = REST_TYPE) -> Response:
    """500, whatever broke."""
    return message(500, "500 Internal Server Error", kind)


def method_not_allowed(allowed: str, kind: str = REST_TYPE) -> Response:
    """405 of a path that exists."""
    return json_answer(405, {"error": "405 Not Allowed"}, kind, {"Allow": allowed})


def text(status: int, words: str) -> Response:
    """Plain text, as middlewares answer."""
    return Response(words.encode(), status, media_type="text/plain")


def sign_in_page() -> Response:
    """The HTML page that a browser without a session ends on."""
    return Response(_SIGN_IN_PAGE.encode(), 200, media_type="text/html")


def to_sign_in(base_url: str) -> Response:
    """A web path without a session: redirect to the sign-in page."""
    target = f"{base_url}/users/sign_in"
    page = f'<html><body>You are being <a href="{target}">redirected</a>.</body></html>'
    return Response(page.encode(), 302, {"Location": target}, "text/html")


def not_found_page() -> Response:
    """The 404 of the web application."""
    return Response(_NOT_FOUND_PAGE.encode(), 404, media_type="text/html")
