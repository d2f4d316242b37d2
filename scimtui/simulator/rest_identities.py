"""REST: SCIM and SAML identities of a group (contract 1.7 and 3.4)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from . import answers
from .access import authenticate, group_for, require_owner
from .answers import Answered, json_answer, no_content
from .api_request import ApiRequest
from .gitlab import SimulatedGitLab
from .groups import Group
from .ruby import blank, plain_text
from .scim_state import ID_LIMIT, Identities
from .store import GROUP_SCOPE, Row

_SAML_TAKEN = (
    "Extern uid has already been taken. "
    "Please contact your administrator to generate a unique extern_uid / NameID"
)
_SAML_BLANK = "SAML NameID is missing from your SAML response. Please contact your administrator"
_PAIR = """'{"extern_uid":' || json_quote(extern_uid) || ',"user_id":' || user_id"""
_SCIM_LIST = (
    f"SELECT group_concat({_PAIR} || ',\"active\":' || iif(active, 'true', 'false') || '}}') "  # noqa: S608
    "FROM scim_identities WHERE scope = 0"
)
_SAML_LIST = f"SELECT group_concat({_PAIR} || '}}') FROM saml_identities"  # noqa: S608


def list_identities(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, kind: str) -> Response:
    """The whole list in one answer: `page` and `per_page` are ignored."""
    group = _administered(gitlab, request, group_name)
    if kind == "saml" and not (group.is_root and gitlab.switches.saml_provider):
        return answers.message(400, "400 Bad request")
    if not group.is_root:
        return json_answer(200, [])
    objects: str = gitlab.store.value(_SCIM_LIST if kind == "scim" else _SAML_LIST) or ""
    return Response(f"[{objects}]".encode(), 200, media_type=answers.REST_TYPE)


def get_identity(
    gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, kind: str, uid: str
) -> Response:
    """One identity: the SCIM uid ignoring case, the SAML uid exactly."""
    group = _administered(gitlab, request, group_name)
    return json_answer(200, _identity_json(_existing(gitlab, group, kind, uid), kind))


def patch_identity(
    gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, kind: str, uid: str
) -> Response:
    """Change the `extern_uid`; a changed SAML value is untrusted from then on (19.3 alone)."""
    group = _administered(gitlab, request, group_name)
    if "extern_uid" not in request.params:
        return answers.error(400, "extern_uid is missing")
    if isinstance(request.params["extern_uid"], list | dict):
        return answers.error(400, "extern_uid is invalid")
    identity = _existing(gitlab, group, kind, uid)
    value = plain_text(request.params["extern_uid"])
    refusal = _refusal(gitlab, identity, kind, value)
    if refusal is not None:
        return refusal
    if value != identity["extern_uid"]:
        if kind == "scim":
            Identities(gitlab, GROUP_SCOPE).rename(identity["id"], value)
        else:
            gitlab.store.write(
                "UPDATE saml_identities SET extern_uid = ?, folded = ?, trusted = ? WHERE id = ?",
                (value, value.lower(), 0 if gitlab.asks_trust else identity["trusted"], identity["id"]),
            )
            if gitlab.asks_trust:
                gitlab.mails.append({"mail": "saml_extern_uid_changed_email", "user_id": identity["user_id"]})
    changed = gitlab.store.one(_by_row(kind), (identity["id"],))
    return json_answer(200, _identity_json(changed or identity, kind))


def delete_identity(
    gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, kind: str, uid: str
) -> Response:
    """That row goes; membership, account and the other identity stay."""
    group = _administered(gitlab, request, group_name)
    identity = _existing(gitlab, group, kind, uid)
    if kind == "scim":
        Identities(gitlab, GROUP_SCOPE).delete(identity["id"])
    else:
        gitlab.store.write("DELETE FROM saml_identities WHERE id = ?", (identity["id"],))
    return no_content()


def _administered(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str) -> Group:
    caller = authenticate(gitlab, request)
    group = group_for(gitlab, request, group_name, caller)
    require_owner(caller)
    return group


def _existing(gitlab: SimulatedGitLab, group: Group, kind: str, uid: str) -> Row:
    row = None
    if group.is_root and kind == "scim":
        row = gitlab.store.one("SELECT * FROM scim_identities WHERE scope = 0 AND folded = ?", (uid.lower(),))
    elif group.is_root and gitlab.switches.saml_provider:
        row = gitlab.store.one(
            "SELECT * FROM saml_identities WHERE folded = ? AND extern_uid = ?", (uid.lower(), uid)
        )
    if row is None:
        raise Answered(answers.message(404, "404 Identity Not Found"))
    return row


def _refusal(gitlab: SimulatedGitLab, identity: Row, kind: str, value: str) -> Response | None:
    if "\0" in value or (kind == "scim" and len(value) > ID_LIMIT):
        return answers.server_error()
    if blank(value):
        return answers.message(400, "Extern uid can't be blank" if kind == "scim" else _SAML_BLANK)
    if gitlab.store.one(_by_value(kind), (value.lower(), identity["id"])) is not None:
        return answers.message(400, "Extern uid has already been taken" if kind == "scim" else _SAML_TAKEN)
    return None


def _by_row(kind: str) -> str:
    if kind == "scim":
        return "SELECT * FROM scim_identities WHERE id = ?"
    return "SELECT * FROM saml_identities WHERE id = ?"


def _by_value(kind: str) -> str:
    if kind == "scim":
        return "SELECT 1 FROM scim_identities WHERE scope = 0 AND folded = ? AND id <> ?"
    return "SELECT 1 FROM saml_identities WHERE folded = ? AND id <> ?"


def _identity_json(row: Row, kind: str) -> dict[str, Any]:
    identity = {"extern_uid": row["extern_uid"], "user_id": row["user_id"]}
    if kind == "scim":
        identity["active"] = bool(row["active"])
    return identity
