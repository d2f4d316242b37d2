"""Routes and order of checks of the two SCIM APIs (contract 1.2 to 1.4)."""

from __future__ import annotations

from starlette.responses import Response

from . import answers
from .answers import SCIM_TYPE, Answered, scim_error
from .api_request import ApiRequest
from .gitlab import SimulatedGitLab
from .scim_create import create_user
from .scim_grammar import ServerError
from .scim_state import Identities
from .scim_users import delete_user, get_user, list_users, patch_user
from .store import GROUP_SCOPE, INSTANCE_SCOPE

_COLLECTION = ("GET", "POST", "HEAD")
_RESOURCE = ("GET", "PATCH", "DELETE", "HEAD")


def answer_scim(gitlab: SimulatedGitLab, request: ApiRequest, body: bytes) -> Response | None:
    """Answer a request below `/api/scim/v2/`; None where no route is."""
    segments = request.path.decoded(3)
    if len(segments) >= 2 and segments[0] == "application" and _is_users(segments[1:]):
        return _users(gitlab, request, body, group=None, id_at=5)
    if len(segments) >= 3 and segments[0] == "groups" and _is_users(segments[2:]):
        if b"." in request.path.segments[4]:
            return answers.error(404, "404 Not Found", SCIM_TYPE)
        return _users(gitlab, request, body, group=segments[1], id_at=6)
    return None


def _is_users(segments: list[str]) -> bool:
    """The collection may name its format."""
    return segments[0] == "Users" or segments == ["Users.json"]


def _users(
    gitlab: SimulatedGitLab, request: ApiRequest, body: bytes, *, group: str | None, id_at: int
) -> Response:
    uid = request.path.rest(id_at) if len(request.path.segments) > id_at else None
    allowed = _COLLECTION if uid is None else _RESOURCE
    if request.method not in allowed:
        return answers.method_not_allowed(", ".join(allowed), SCIM_TYPE)
    try:
        request.read_body(
            body, json_types=(SCIM_TYPE,), default=None, kind=SCIM_TYPE, numbers_only=gitlab.is_current
        )
        if group is None:
            _check_instance(gitlab, request)
        else:
            _check_group(gitlab, request, group)
        identities = Identities(gitlab, INSTANCE_SCOPE if group is None else GROUP_SCOPE)
        return _endpoint(gitlab, identities, request, group, uid)
    except ServerError:
        return answers.server_error(SCIM_TYPE)


def _endpoint(
    gitlab: SimulatedGitLab, identities: Identities, request: ApiRequest, group: str | None, uid: str | None
) -> Response:
    if uid is None:
        if request.method == "POST":
            return create_user(gitlab, identities, request, group)
        return list_users(gitlab, identities, request)
    if request.method == "PATCH":
        return patch_user(gitlab, identities, uid, request, group)
    if request.method == "DELETE":
        return delete_user(identities, uid, gitlab.root.name)
    return get_user(gitlab, identities, uid)


def _check_group(gitlab: SimulatedGitLab, request: ApiRequest, name: str) -> None:
    if not gitlab.switches.group_saml:
        raise Answered(answers.message(403, "403 Forbidden - Group SAML not enabled.", SCIM_TYPE))
    group = gitlab.find_group(name)
    if group is None:
        raise Answered(scim_error(404, f"Group {name} not found"))
    if not group.is_root or not gitlab.switches.saml_provider:
        raise Answered(scim_error(404, f"Group {name} does not have SAML SSO configured"))
    _check_token(request, gitlab.scim_token)


def _check_instance(gitlab: SimulatedGitLab, request: ApiRequest) -> None:
    if gitlab.is_current:
        _check_token(request, gitlab.instance_scim_token)
    if gitlab.switches.saas:
        raise Answered(answers.message(404, "404 Not Found", SCIM_TYPE))
    if not (gitlab.switches.saml_enabled and gitlab.switches.saml_provider):
        raise Answered(answers.message(403, "403 Forbidden - SAML not enabled.", SCIM_TYPE))
    if not gitlab.switches.licensed:
        raise Answered(answers.message(404, "404 Not Found", SCIM_TYPE))
    if not gitlab.is_current:
        _check_token(request, gitlab.instance_scim_token)


def _check_token(request: ApiRequest, expected: str) -> None:
    sent = request.bearer or request.first_text("access_token", "bearer_token")
    if sent != expected:
        raise Answered(answers.message(401, "401 Unauthorized", SCIM_TYPE))
