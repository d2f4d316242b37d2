"""REST: an admin finds out what a leaked token is, and revokes it (contract 2, section 17)."""

from __future__ import annotations

from starlette.responses import Response

from . import answers
from .access import authenticate, require_admin
from .answers import Answered, json_answer, no_content
from .api_request import ApiRequest
from .gitlab import SimulatedGitLab
from .groups import GROUP_ID

_MADE = "2026-01-12T08:00:00.000Z"
_PREFIXES = ("glpat-", "glsoat-")


def identify_token(gitlab: SimulatedGitLab, request: ApiRequest) -> Response:
    """What kind of token it is; SCIM tokens are known since 19.1."""
    token = _token(gitlab, request)
    if token == gitlab.scim_token:
        return json_answer(200, {"id": 1, "created_at": _MADE, "group_id": GROUP_ID})
    about = {"id": 2, "created_at": _MADE, "group_id": None, "organization_id": 1}
    return json_answer(200, about)


def revoke_token(gitlab: SimulatedGitLab, request: ApiRequest) -> Response:
    """The value is reset and the new one is not shown: whoever provisions stops at once."""
    gitlab.reset_scim_token(_token(gitlab, request))
    return no_content()


def _token(gitlab: SimulatedGitLab, request: ApiRequest) -> str:
    require_admin(authenticate(gitlab, request))
    token = request.params.get("token")
    if not isinstance(token, str):
        raise Answered(answers.error(400, "token is missing"))
    if not token.startswith(_PREFIXES) or (token.startswith("glsoat-") and not gitlab.is_current):
        raise Answered(answers.message(422, "Token type not supported."))
    if token not in (gitlab.scim_token, gitlab.instance_scim_token):
        raise Answered(answers.message(404, {"error": "Not found"}))
    return token
