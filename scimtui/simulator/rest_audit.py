"""REST: audit events of a group and of the installation (contract 2, section 15)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from . import answers
from .access import Caller, authenticate, group_for, level_in, require_admin
from .answers import Answered, json_answer
from .api_request import ApiRequest
from .gitlab import SimulatedGitLab
from .groups import Group
from .pagination import positive
from .people import DEVELOPER, MAINTAINER, OWNER
from .rest_fields import moment, number

_NO_KEYSET = "Keyset pagination is not yet available for this type of request"
_ENTITY_TYPES = ("User", "Group", "Project", "Gitlab::Audit::InstanceScope")
_Events = list[dict[str, Any]]


def list_group_events(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str) -> Response:
    """Events of that very group, newest first: none of groups below it, none of accounts."""
    caller = authenticate(gitlab, request)
    group = group_for(gitlab, request, group_name, caller)
    events = _of_group(gitlab, caller, group)
    if request.params.get("pagination") == "keyset" and not _is_keyset_order(request):
        return answers.error(405, _NO_KEYSET)
    return _page(gitlab, request, _in_window(request, events), totals=True)


def get_group_event(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, event_id: str) -> Response:
    """One event of the group."""
    caller = authenticate(gitlab, request)
    group = group_for(gitlab, request, group_name, caller)
    return _one(_of_group(gitlab, caller, group), event_id)


def list_events(gitlab: SimulatedGitLab, request: ApiRequest) -> Response:
    """Every event of the installation, for admins."""
    events = _of_instance(gitlab, request)
    kind, entity = request.params.get("entity_type"), request.params.get("entity_id")
    if kind is not None and kind not in _ENTITY_TYPES:
        return answers.error(400, "entity_type does not have a valid value")
    if entity is not None and kind is None:
        return answers.error(400, "entity_type is missing")
    wanted = None if entity is None else number(str(entity), "entity_id")
    chosen = [
        event
        for event in events
        if kind in (None, event["entity_type"]) and (entity is None or event["entity_id"] == wanted)
    ]
    return _page(gitlab, request, _in_window(request, chosen), totals=False)


def get_event(gitlab: SimulatedGitLab, request: ApiRequest, event_id: str) -> Response:
    """One event of the installation."""
    return _one(_of_instance(gitlab, request), event_id)


def _of_group(gitlab: SimulatedGitLab, caller: Caller, group: Group) -> _Events:
    level = level_in(gitlab, caller, group)
    if level < DEVELOPER or not gitlab.switches.licensed:
        raise Answered(answers.message(403, "403 Forbidden"))
    sees_all = level >= (MAINTAINER if gitlab.is_current else OWNER)
    return [
        event
        for event in reversed(gitlab.audit.events)
        if (event["entity_type"], event["entity_id"]) == ("Group", group.id)
        and (sees_all or event["author_id"] == caller.user["id"])
    ]


def _of_instance(gitlab: SimulatedGitLab, request: ApiRequest) -> _Events:
    require_admin(authenticate(gitlab, request))
    if not gitlab.switches.licensed:
        raise Answered(answers.message(403, "403 Forbidden"))
    return list(reversed(gitlab.audit.events))


def _one(events: _Events, event_id: str) -> Response:
    wanted = number(event_id, "audit_event_id")
    found = next((event for event in events if event["id"] == wanted), None)
    return answers.message(404, "404 Not found") if found is None else json_answer(200, found)


def _is_keyset_order(request: ApiRequest) -> bool:
    order = (request.params.get("order_by", "id"), request.params.get("sort", "desc"))
    return order == ("id", "desc")


def _in_window(request: ApiRequest, events: _Events) -> _Events:
    after, before = moment(request, "created_after"), moment(request, "created_before")
    return [
        event
        for event in events
        if (after is None or _seconds(event) >= after) and (before is None or int(_seconds(event)) <= before)
    ]


def _seconds(event: dict[str, Any]) -> float:
    return datetime.fromisoformat(event["created_at"]).timestamp()


def _page(gitlab: SimulatedGitLab, request: ApiRequest, events: _Events, *, totals: bool) -> Response:
    size = min(positive(request, "per_page", 20), 100)
    if request.params.get("pagination") != "keyset":
        page = positive(request, "page", 1)
        more = str(page + 1) if len(events) > page * size else ""
        headers = {"X-Page": str(page), "X-Per-Page": str(size), "X-Next-Page": more}
        headers |= {"X-Total": str(len(events))} if totals else {}
        return json_answer(200, events[(page - 1) * size : page * size], headers=headers)
    cursor = request.params.get("cursor")
    last = number(str(cursor), "cursor") if cursor else None
    left = [event for event in events if last is None or event["id"] < last]
    headers = {"X-Per-Page": str(size)}
    if len(left) > size:
        kept = {name: text for name, text in request.query.items() if isinstance(text, str)}
        following = kept | {"cursor": str(left[size - 1]["id"])}
        query = "&".join(f"{quote(name)}={quote(text)}" for name, text in following.items())
        headers["Link"] = f'<{gitlab.base_url}{request.path.raw}?{query}>; rel="next"'
    return json_answer(200, left[:size], headers=headers)
