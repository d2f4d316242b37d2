"""Routes of the REST API (contract 1.7 to 1.10a), matched on the raw path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from . import (
    answers,
    rest_about,
    rest_audit,
    rest_billable,
    rest_identities,
    rest_instance,
    rest_links,
    rest_members,
    rest_tokens,
    rest_users,
)
from .api_request import ApiRequest
from .gitlab import SimulatedGitLab

_Endpoint = Callable[[SimulatedGitLab, ApiRequest, list[str]], Response]
_JSON_TYPES = ("application/json",)


@dataclass(frozen=True, slots=True)
class _Route:
    method: str
    pattern: tuple[str, ...]
    endpoint: _Endpoint


def _route(method: str, pattern: str, endpoint: _Endpoint) -> _Route:
    return _Route(method, tuple(pattern.split("/")), endpoint)


def _identity_routes(kind: str) -> list[_Route]:
    one = f"groups/:id/{kind}/:uid"
    return [
        _route(
            "GET",
            f"groups/:id/{kind}/identities",
            lambda g, r, p: rest_identities.list_identities(g, r, p[0], kind),
        ),
        _route("GET", one, lambda g, r, p: rest_identities.get_identity(g, r, p[0], kind, p[1])),
        _route("PATCH", one, lambda g, r, p: rest_identities.patch_identity(g, r, p[0], kind, p[1])),
        _route("DELETE", one, lambda g, r, p: rest_identities.delete_identity(g, r, p[0], kind, p[1])),
    ]


def _member_routes() -> list[_Route]:
    members = rest_members
    return [
        _route(
            "GET", "groups/:id/members", lambda g, r, p: members.list_members(g, r, p[0], inherited=False)
        ),
        _route(
            "GET", "groups/:id/members/all", lambda g, r, p: members.list_members(g, r, p[0], inherited=True)
        ),
        _route(
            "GET",
            "groups/:id/members/:u",
            lambda g, r, p: members.get_member(g, r, p[0], p[1], inherited=False),
        ),
        _route(
            "GET",
            "groups/:id/members/all/:u",
            lambda g, r, p: members.get_member(g, r, p[0], p[1], inherited=True),
        ),
        _route("DELETE", "groups/:id/members/:u", lambda g, r, p: members.delete_member(g, r, p[0], p[1])),
    ]


def _user_list_route(kind: str) -> _Route:
    return _route("GET", f"groups/:id/{kind}", lambda g, r, p: rest_users.list_users(g, r, p[0], kind))


def _enterprise_routes() -> list[_Route]:
    one = "groups/:id/enterprise_users/:u"
    return [
        _route("GET", one, lambda g, r, p: rest_users.get_enterprise_user(g, r, p[0], p[1])),
        _route("PATCH", one, lambda g, r, p: rest_users.patch_enterprise_user(g, r, p[0], p[1])),
        _route("DELETE", one, lambda g, r, p: rest_users.delete_enterprise_user(g, r, p[0], p[1])),
        _route(
            "PATCH",
            f"{one}/disable_two_factor",
            lambda g, r, p: rest_users.disable_two_factor(g, r, p[0], p[1]),
        ),
    ]


def _link_routes() -> list[_Route]:
    links, one = "groups/:id/saml_group_links", "groups/:id/saml_group_links/:name"
    return [
        _route(
            "GET", "groups/:id/descendant_groups", lambda g, r, p: rest_about.list_descendants(g, r, p[0])
        ),
        _route("GET", links, lambda g, r, p: rest_links.list_links(g, r, p[0])),
        _route("POST", links, lambda g, r, p: rest_links.create_link(g, r, p[0])),
        _route("GET", one, lambda g, r, p: rest_links.get_link(g, r, p[0], p[1])),
        _route("DELETE", one, lambda g, r, p: rest_links.delete_link(g, r, p[0], p[1])),
    ]


def _instance_routes() -> list[_Route]:
    instance = rest_instance
    return [
        _route("GET", "users", lambda g, r, p: instance.list_users(g, r)),
        _route("GET", "users/:u", lambda g, r, p: instance.get_user(g, r, p[0])),
        _route("PUT", "users/:u", lambda g, r, p: instance.put_user(g, r, p[0])),
        _route("POST", "users/:u/block", lambda g, r, p: instance.block_user(g, r, p[0])),
        _route("POST", "users/:u/unblock", lambda g, r, p: instance.unblock_user(g, r, p[0])),
        _route("GET", "users/:u/memberships", lambda g, r, p: instance.list_memberships(g, r, p[0])),
        _route(
            "DELETE", "users/:u/identities/:p", lambda g, r, p: instance.delete_identity(g, r, p[0], p[1])
        ),
    ]


def _audit_routes() -> list[_Route]:
    audit = rest_audit
    return [
        _route("GET", "groups/:id/audit_events", lambda g, r, p: audit.list_group_events(g, r, p[0])),
        _route("GET", "groups/:id/audit_events/:e", lambda g, r, p: audit.get_group_event(g, r, p[0], p[1])),
        _route("GET", "audit_events", lambda g, r, p: audit.list_events(g, r)),
        _route("GET", "audit_events/:e", lambda g, r, p: audit.get_event(g, r, p[0])),
    ]


def _seat_routes() -> list[_Route]:
    billable, one = rest_billable, "groups/:id/billable_members/:u"
    return [
        _route("GET", "groups/:id/billable_members", lambda g, r, p: billable.list_billable(g, r, p[0])),
        _route("DELETE", one, lambda g, r, p: billable.delete_billable(g, r, p[0], p[1])),
        _route(
            "GET",
            f"{one}/memberships",
            lambda g, r, p: billable.list_memberships(g, r, p[0], p[1], indirect=False),
        ),
        _route(
            "GET",
            f"{one}/indirect",
            lambda g, r, p: billable.list_memberships(g, r, p[0], p[1], indirect=True),
        ),
        _route("GET", "groups/:id/pending_members", lambda g, r, p: billable.list_pending(g, r, p[0])),
        _route("POST", "admin/token", lambda g, r, p: rest_tokens.identify_token(g, r)),
        _route("DELETE", "admin/token", lambda g, r, p: rest_tokens.revoke_token(g, r)),
    ]


_ROUTES = [
    _route("GET", "user", lambda g, r, p: rest_about.get_user(g, r)),
    _route("GET", "personal_access_tokens/self", lambda g, r, p: rest_about.get_own_token(g, r)),
    _route("GET", "metadata", lambda g, r, p: rest_about.get_metadata(g, r)),
    _route("GET", "version", lambda g, r, p: rest_about.get_version(g, r)),
    _route("GET", "groups/:id", lambda g, r, p: rest_about.get_group(g, r, p[0])),
    _route("DELETE", "groups/:id", lambda g, r, p: rest_about.delete_group(g, r, p[0])),
    *_identity_routes("scim"),
    *_identity_routes("saml"),
    *_member_routes(),
    *map(_user_list_route, ("saml_users", "provisioned_users", "enterprise_users")),
    *_enterprise_routes(),
    *_instance_routes(),
    *_link_routes(),
    *_audit_routes(),
    *_seat_routes(),
]


def answer_rest(gitlab: SimulatedGitLab, request: ApiRequest, body: bytes) -> Response:
    """Answer a request below `/api/v4`."""
    segments = request.path.decoded(2)
    method = "GET" if request.method == "HEAD" else request.method
    allowed = []
    for route in _ROUTES:
        captures = _match(route.pattern, segments)
        if captures is None:
            continue
        if route.method == method:
            request.read_body(
                body,
                json_types=_JSON_TYPES,
                default=_JSON_TYPES[0],
                kind=answers.REST_TYPE,
                numbers_only=gitlab.is_current,
            )
            return route.endpoint(gitlab, request, captures)
        allowed.append(route.method)
    if allowed:
        return answers.method_not_allowed(", ".join(allowed))
    return answers.error(404, "404 Not Found")


def _match(pattern: tuple[str, ...], segments: list[str]) -> list[str] | None:
    """What a pattern captures of decoded segments; its last word may name the format, `.json`."""
    if len(pattern) != len(segments):
        return None
    captures = []
    for position, (part, segment) in enumerate(zip(pattern, segments, strict=True), start=1):
        if part.startswith(":"):
            captures.append(segment)
        elif segment != part and not (position == len(pattern) and segment == f"{part}.json"):
            return None
    return captures
