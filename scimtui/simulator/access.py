"""Who asks: the access token of the REST API and what it may do (contract 1.7 and section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from . import answers
from .answers import Answered, json_answer
from .api_request import ApiRequest
from .gitlab import SimulatedGitLab
from .groups import Group
from .people import MAINTAINER, OWNER
from .store import Row

_INVALID = {
    "expired": "Token is expired. You can either do re-authorization or token refresh.",
    "revoked": "Token was revoked. You have to re-authorize from the user.",
}
_NO_SCOPE = "The request requires higher privileges than provided by the access token."


@dataclass(frozen=True, slots=True)
class Caller:
    """The access token's user, and what they may do.

    Attributes:
        user: the account.
        level: their role in the group; an admin's is the Owner's.
        is_admin: an admin, and not kept from it by Admin Mode.
    """

    user: Row
    level: int
    is_admin: bool = False

    @property
    def is_owner(self) -> bool:
        """May administer the group."""
        return self.level >= OWNER


def anonymous(request: ApiRequest) -> bool:
    """No token of any kind was sent."""
    return (
        request.bearer is None
        and "private-token" not in request.headers
        and "private_token" not in request.params
    )


def authenticate(gitlab: SimulatedGitLab, request: ApiRequest) -> Caller:
    """The caller, or the refusal that GitLab gives.

    Raises:
        Answered: 401 for no token, an unknown, expired or revoked one; 403 for a missing scope
            or a blocked user.
    """
    token = (
        request.headers.get("private-token")
        or request.bearer
        or request.first_text("private_token", "access_token")
    )
    if token != gitlab.access_token:
        raise Answered(answers.message(401, "401 Unauthorized"))
    kind = gitlab.switches.access_token
    if kind in _INVALID:
        raise Answered(
            json_answer(
                401,
                {"error": "invalid_token", "error_description": _INVALID[kind]},
                headers={
                    "WWW-Authenticate": f'Bearer realm="Protected by OAuth 2.0", error="invalid_token", '
                    f'error_description="{_INVALID[kind]}"'
                },
            )
        )
    user_id = gitlab.token_user_id
    user = gitlab.store.one("SELECT * FROM users WHERE id = ?", (user_id,)) if user_id is not None else None
    if user is None:
        raise Answered(answers.message(401, "401 Unauthorized"))
    if user["state"] != "active" and user["state"] != "deactivated":
        raise Answered(answers.message(403, "403 Forbidden - Your account has been blocked."))
    if kind == "read_api" and request.method not in ("GET", "HEAD"):
        raise Answered(
            json_answer(
                403,
                {"error": "insufficient_scope", "error_description": _NO_SCOPE, "scope": "api"},
                headers={
                    "WWW-Authenticate": f'Bearer realm="Protected by OAuth 2.0", error="insufficient_scope", '
                    f'error_description="{_NO_SCOPE}", scope="api"'
                },
            )
        )
    is_admin = bool(kind == "admin" or user["admin"]) and not gitlab.switches.admin_mode
    return Caller(user, OWNER if is_admin else _level(gitlab, user["id"]), is_admin)


def level_in(gitlab: SimulatedGitLab, caller: Caller, group: Group) -> int:
    """The caller's role in a group: the highest one there and above it."""
    ids = ",".join(map(str, gitlab.tree.lineage(group)))
    where = f"user_id = ? AND state = 'active' AND group_id IN ({ids})"
    sql = f"SELECT max(access_level) FROM members WHERE {where}"  # noqa: S608
    below = gitlab.store.value(sql, (caller.user["id"],)) or 0
    capped = min(below, MAINTAINER) if gitlab.switches.access_token == "maintainer" else below  # noqa: S105
    return max(caller.level, capped)


def group_for(gitlab: SimulatedGitLab, request: ApiRequest, name: str, caller: Caller | None) -> Group:
    """The group of a path, visible to its members, from where the group lets itself be seen.

    Raises:
        Answered: 404 for an unknown or invisible group.
    """
    group = gitlab.find_group(name)
    is_public = gitlab.switches.group_visibility == "public"
    level = 0 if caller is None else caller.level
    if group is None or (level == 0 and not is_public):
        raise Answered(answers.message(404, "404 Group Not Found"))
    if level < OWNER and not _is_inside(request.client, gitlab.switches.ip_restriction_ranges):
        raise Answered(answers.message(404, "404 Group Not Found"))
    return group


def _is_inside(address: str, ranges: tuple[str, ...]) -> bool:
    """An Owner passes from anywhere, everybody else from these ranges only (contract 2, 12.3)."""
    return not ranges or any(ip_address(address) in ip_network(allowed, strict=False) for allowed in ranges)


def require_admin(caller: Caller) -> None:
    """403 for everybody but an admin."""
    if not caller.is_admin:
        raise Answered(answers.message(403, "403 Forbidden"))


def require_owner(caller: Caller) -> None:
    """403 for everybody but an Owner."""
    if not caller.is_owner:
        raise Answered(answers.message(403, "403 Forbidden"))


def _level(gitlab: SimulatedGitLab, user_id: int) -> int:
    level: int = (
        gitlab.store.value(
            "SELECT access_level FROM members WHERE group_id = ? AND user_id = ? AND state = 'active'",
            (gitlab.root.id, user_id),
        )
        or 0
    )
    return min(level, MAINTAINER) if gitlab.switches.access_token == "maintainer" else level  # noqa: S105
