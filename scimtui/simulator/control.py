"""The control API under `/-/simulator/`; documented in the package's `__init__`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .answers import json_answer
from .gitlab import SimulatedGitLab
from .groups import TreeError
from .people import PeopleError
from .settings import SettingsError

_ROOT = "/-/simulator"


def control_app(gitlab: SimulatedGitLab) -> Starlette:
    """The endpoints that tests and trainers steer the simulator with."""

    async def reset(request: Request) -> Response:
        gitlab.reset()
        return json_answer(200, {"reset": True})

    async def settle(request: Request) -> Response:
        return json_answer(200, {"settled": gitlab.settle()})

    async def get_people(request: Request) -> Response:
        return json_answer(200, gitlab.people())

    async def put_people(request: Request) -> Response:
        document = await _document(request)
        return json_answer(200, {"people": gitlab.put_people(document)})

    async def upgrade(request: Request) -> Response:
        gitlab.upgrade()
        return json_answer(200, {"gitlab_version": gitlab.version})

    async def get_groups(request: Request) -> Response:
        return json_answer(200, gitlab.tree.as_json())

    async def put_groups(request: Request) -> Response:
        document = await _document(request)
        return json_answer(200, {"groups": gitlab.put_groups(document)})

    async def mails(request: Request) -> Response:
        return json_answer(200, gitlab.mails)

    async def events(request: Request) -> Response:
        return json_answer(200, gitlab.audit.events)

    async def get_switches(request: Request) -> Response:
        return json_answer(200, gitlab.switches.as_json())

    async def put_switches(request: Request) -> Response:
        document = await _document(request)
        if not isinstance(document, dict):
            raise SettingsError("switches are one JSON object")
        return json_answer(200, gitlab.switch(**document).as_json())

    async def writes(request: Request) -> Response:
        return json_answer(200, gitlab.writes)

    async def about(request: Request) -> Response:
        return json_answer(200, gitlab.describe())

    return Starlette(
        routes=[
            Route(f"{_ROOT}/reset", _judged(reset), methods=["POST"]),
            Route(f"{_ROOT}/settle", _judged(settle), methods=["POST"]),
            Route(f"{_ROOT}/people", _judged(get_people), methods=["GET"]),
            Route(f"{_ROOT}/people", _judged(put_people), methods=["PUT"]),
            Route(f"{_ROOT}/upgrade", _judged(upgrade), methods=["POST"]),
            Route(f"{_ROOT}/groups", _judged(get_groups), methods=["GET"]),
            Route(f"{_ROOT}/groups", _judged(put_groups), methods=["PUT"]),
            Route(f"{_ROOT}/mails", _judged(mails), methods=["GET"]),
            Route(f"{_ROOT}/events", _judged(events), methods=["GET"]),
            Route(f"{_ROOT}/switches", _judged(get_switches), methods=["GET"]),
            Route(f"{_ROOT}/switches", _judged(put_switches), methods=["PUT"]),
            Route(f"{_ROOT}/writes", _judged(writes), methods=["GET"]),
            Route(f"{_ROOT}/about", _judged(about), methods=["GET"]),
        ]
    )


def _judged(
    endpoint: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (SettingsError, PeopleError, TreeError) as wrong:
            return json_answer(422, {"error": str(wrong)})

    return answered


async def _document(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        raise SettingsError("the body is not JSON") from None
