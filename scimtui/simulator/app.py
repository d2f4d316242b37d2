"""The whole simulated GitLab as one ASGI application: control API, faults, and the two APIs behind them."""

from __future__ import annotations

import logging
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from . import answers
from .addressing import Path, RefusedPath, read_path, refuse_traversal
from .answers import Answered
from .api_request import ApiRequest
from .control import control_app
from .faults import CONNECTION_DROPPER, Faults
from .gitlab import SimulatedGitLab
from .parameters import MalformedQuery, read_query
from .rest_api import answer_rest
from .saml_callback import answer_callback
from .scim_api import answer_scim

_LOG = logging.getLogger("scimtui.simulator")
_CONTROL = b"/-/simulator/"
_READS = ("GET", "HEAD", "OPTIONS")
_NOT_AN_OAUTH_TOKEN = {
    "error": "invalid_token",
    "error_description": "The access token is invalid",
    "state": "unauthorized",
}


def simulator_app(gitlab: SimulatedGitLab) -> ASGIApp:
    """The application; requests are matched on the scope's `raw_path`, never on a decoded one."""
    control = control_app(gitlab)
    faults = Faults(gitlab)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["raw_path"].startswith(_CONTROL):
            await control(scope, receive, send)
            return
        body = await Request(scope, receive).body()
        is_write = scope["method"] not in _READS
        refused = await faults.refuse()
        status: int | None = None
        if refused is not None:
            response: Response | None = refused
            status = refused.status_code
        elif faults.drops_before(is_write):
            response = None
        else:
            response = _answer(gitlab, scope, body)
            status = response.status_code
            if faults.drops_after(is_write):
                response = None
        if is_write:
            path = scope["raw_path"].decode("latin-1")
            gitlab.writes.append({"method": scope["method"], "path": path, "status": status})
        if response is None:
            await _drop(scope, receive)
        else:
            await response(scope, receive, send)

    return app


async def _drop(scope: Scope, receive: Receive) -> None:
    """Close the connection without a word."""
    dropper: Callable[[], None] = scope["state"][CONNECTION_DROPPER]
    dropper()
    while (await receive())["type"] != "http.disconnect":
        pass


def _answer(gitlab: SimulatedGitLab, scope: Scope, body: bytes) -> Response:
    try:
        path = read_path(scope["raw_path"])
        query = read_query(scope["query_string"])
        refuse_traversal(query)
    except RefusedPath as refusal:
        return answers.text(400, str(refusal))
    except MalformedQuery:
        return answers.text(400, "Bad Request")
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    request = ApiRequest(scope["method"], path, headers, query, scope["client"][0])
    try:
        return _routed(gitlab, request, body)
    except Answered as answered:
        return answered.response
    except Exception:
        _LOG.exception("the simulator itself failed on %s", scope["method"])
        return answers.server_error()


def _routed(gitlab: SimulatedGitLab, request: ApiRequest, body: bytes) -> Response:
    path = request.path
    if path.starts_with("api", "v4"):
        return answer_rest(gitlab, request, body)
    if path.starts_with("api", "scim", "v2"):
        response = answer_scim(gitlab, request, body)
        if response is not None:
            return response
    signed_in = answer_callback(gitlab, request, body)
    if signed_in is not None:
        return signed_in
    return _web(gitlab, request.method, path)


def _web(gitlab: SimulatedGitLab, method: str, path: Path) -> Response:
    if method not in ("GET", "HEAD"):
        return answers.not_found_page()
    if path.segments == (b"users", b"sign_in"):
        return answers.sign_in_page()
    if path.segments == (b"oauth", b"token", b"info"):
        return answers.json_answer(401, _NOT_AN_OAUTH_TOKEN)
    return answers.to_sign_in(gitlab.base_url)
