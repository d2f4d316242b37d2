"""REST: who am I, what is this, and the group itself (contract 1.10a)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.responses import Response

from . import answers
from .access import anonymous, authenticate, group_for, require_owner
from .answers import json_answer
from .api_request import ApiRequest
from .gitlab import SimulatedGitLab
from .groups import Group
from .pagination import positive
from .rest_fields import account_json, created_at

_TOKEN_LASTS = timedelta(days=200)
_REVISION = {"19.4": "a7d20e4b913", "19.3": "5f1a3c9d7e2", "18.9": "c04b81e6a3f"}


def get_user(gitlab: SimulatedGitLab, request: ApiRequest) -> Response:
    """The token's user."""
    user = authenticate(gitlab, request).user
    details = {
        "email": user["email"],
        "created_at": created_at(user["id"]),
        "confirmed_at": created_at(user["id"]) if user["confirmed"] else None,
        "bot": bool(user["bot"]),
        "two_factor_enabled": bool(user["two_factor"]),
        "external": False,
        "private_profile": False,
        "commit_email": user["email"],
    }
    return json_answer(200, account_json(gitlab, user) | details)


def get_own_token(gitlab: SimulatedGitLab, request: ApiRequest) -> Response:
    """The access token itself."""
    user = authenticate(gitlab, request).user
    return json_answer(
        200,
        {
            "id": 771,
            "name": "scimtui",
            "revoked": False,
            "created_at": "2026-01-12T08:00:00.000Z",
            "description": None,
            "scopes": ["read_api" if gitlab.switches.access_token == "read_api" else "api"],  # noqa: S105
            "user_id": user["id"],
            "last_used_at": "2026-02-02T09:30:00.000Z",
            "active": True,
            "expires_at": str(datetime.now(UTC).date() + _TOKEN_LASTS),
        },
    )


def get_metadata(gitlab: SimulatedGitLab, request: ApiRequest) -> Response:
    """The version, with more around it."""
    authenticate(gitlab, request)
    kas = {"enabled": True, "externalUrl": None, "externalK8sProxyUrl": None, "version": None}
    return json_answer(200, _version(gitlab) | {"kas": kas, "enterprise": True})


def get_version(gitlab: SimulatedGitLab, request: ApiRequest) -> Response:
    """The version, as older releases tell it."""
    authenticate(gitlab, request)
    return json_answer(200, _version(gitlab))


def get_group(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str) -> Response:
    """One group; `parent_id` tells a subgroup. Who sees it sees its two lists (contract 2, 12.1)."""
    caller = None if anonymous(request) else authenticate(gitlab, request)
    return json_answer(200, _group_json(gitlab, group_for(gitlab, request, group_name, caller)))


def list_descendants(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str) -> Response:
    """Every group below one, with its links."""
    caller = None if anonymous(request) else authenticate(gitlab, request)
    group = group_for(gitlab, request, group_name, caller)
    page, size = positive(request, "page", 1), min(positive(request, "per_page", 20), 100)
    below = [_group_json(gitlab, entry) for entry in gitlab.tree.below(group)]
    more = str(page + 1) if len(below) > page * size else ""
    headers = {"X-Page": str(page), "X-Per-Page": str(size), "X-Next-Page": more, "X-Total": str(len(below))}
    return json_answer(200, below[(page - 1) * size : page * size], headers=headers)


def _group_json(gitlab: SimulatedGitLab, group: Group) -> dict[str, Any]:
    about: dict[str, Any] = {
        "id": group.id,
        "web_url": f"{gitlab.base_url}/groups/{group.full_path}",
        "name": group.name,
        "path": group.full_path.rpartition("/")[2],
        "description": "",
        "visibility": gitlab.switches.group_visibility,
        "full_name": gitlab.tree.full_name(group),
        "full_path": group.full_path,
        "created_at": "2019-03-04T07:30:00.000Z",
        "parent_id": group.parent_id,
    }
    if group.is_root and gitlab.switches.licensed:
        about["allowed_email_domains_list"] = ",".join(gitlab.switches.allowed_email_domains) or None
        about["ip_restriction_ranges"] = ",".join(gitlab.switches.ip_restriction_ranges) or None
    links = gitlab.tree.links.get(group.id)
    if links:
        with_role = bool(gitlab.switches.custom_roles)
        about["saml_group_links"] = [link.as_json(with_role=with_role) for link in links]
    return about


def delete_group(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str) -> Response:
    """The whole group goes: what a uid of `..` hits when an HTTP library resolves it."""
    caller = authenticate(gitlab, request)
    group = group_for(gitlab, request, group_name, caller)
    require_owner(caller)
    if group.is_root:
        gitlab.group_deleted = True
    return answers.message(202, "202 Accepted")


def _version(gitlab: SimulatedGitLab) -> dict[str, Any]:
    version = gitlab.version
    return {"version": f"{version}.0-ee", "revision": _REVISION[version]}
