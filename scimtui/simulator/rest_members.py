"""REST: members of a group (contract 1.9)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from . import answers
from .access import Caller, anonymous, authenticate, group_for, require_owner
from .answers import Answered, json_answer, no_content
from .api_request import ApiRequest
from .gitlab import SAML_PROVIDER_ID, SimulatedGitLab
from .groups import GROUP_ID, Group
from .memberships import is_last_owner
from .pagination import Listing, paged
from .people import MINIMAL_ACCESS
from .rest_fields import SEARCHED, account_json, created_at, flag, number, text_like
from .store import Row

_MEMBER = """
SELECT u.*, m.access_level, m.state AS row_state, m.expires_at,
       s.extern_uid AS scim_uid, s.active AS scim_active, a.extern_uid AS saml_uid
FROM members m JOIN users u ON u.id = m.user_id
LEFT JOIN scim_identities s ON s.scope = 0 AND s.user_id = m.user_id
LEFT JOIN saml_identities a ON a.id = (SELECT min(id) FROM saml_identities WHERE user_id = m.user_id)
"""


def list_members(
    gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, *, inherited: bool
) -> Response:
    """`/members` (direct) and `/members/all`."""
    caller, group = _visible(gitlab, request, group_name)
    shown = _Shown(gitlab, group, caller, flag(request, "show_seat_info"))
    conditions, values = _membership(gitlab, group, inherited)
    query = request.params.get("query")
    if isinstance(query, str) and query:
        conditions.append(SEARCHED)
        values |= {"search": text_like(query), "exact": query.lower()}
    if "user_ids" in request.params:
        conditions.append(f"u.id IN ({_numbers(request, 'user_ids')})")
    if "skip_users" in request.params and not inherited:
        conditions.append(f"u.id NOT IN ({_numbers(request, 'skip_users')})")
    if flag(request, "with_saml_identity") and not inherited and shown.identities:
        conditions.append("a.extern_uid IS NOT NULL")
    if inherited and request.params.get("state") in ("awaiting", "active"):
        conditions.append(f"m.state = '{request.params['state']}'")
    return paged(gitlab, request, Listing(_MEMBER, tuple(conditions), "m.user_id", values), shown.one)


def get_member(
    gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, user_id: str, *, inherited: bool
) -> Response:
    """One member."""
    caller, group = _visible(gitlab, request, group_name)
    wanted = number(user_id, "user_id")
    conditions, values = _membership(gitlab, group, inherited)
    where = " AND ".join([*conditions, "m.user_id = :wanted"])
    row = (
        gitlab.store.one(f"{_MEMBER} WHERE {where}", {**values, "wanted": wanted})
        if wanted is not None
        else None
    )
    if row is None:
        return answers.message(404, "404 Not found")
    return json_answer(200, _Shown(gitlab, group, caller, flag(request, "show_seat_info")).one(row))


def delete_member(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, user_id: str) -> Response:
    """Removes the direct membership, and the SAML identity with it; the SCIM identity stays active: drift."""
    caller = authenticate(gitlab, request)
    group = group_for(gitlab, request, group_name, caller)
    wanted = number(user_id, "user_id")
    require_owner(caller)
    found = wanted is not None and gitlab.store.value(
        "SELECT 1 FROM members WHERE group_id = ? AND user_id = ?", (group.id, wanted)
    )
    if not found or wanted is None:
        return answers.message(404, "404 Not found")
    if group.is_root and is_last_owner(gitlab, wanted):
        return answers.message(403, "403 Forbidden")
    below = [] if flag(request, "skip_subresources") else [entry.id for entry in gitlab.tree.below(group)]
    for number_of_group in (group.id, *below):
        gitlab.remove_row(number_of_group, wanted, author=caller.user)
    if group.is_root:
        gitlab.store.write("DELETE FROM saml_identities WHERE user_id = ?", (wanted,))
    return no_content()


def _visible(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str) -> tuple[Caller, Group]:
    caller = None if anonymous(request) else authenticate(gitlab, request)
    group = group_for(gitlab, request, group_name, caller)
    if caller is None:
        raise Answered(answers.message(401, "401 Unauthorized"))
    return caller, group


def _membership(gitlab: SimulatedGitLab, group: Group, inherited: bool) -> tuple[list[str], dict[str, Any]]:
    """Rows of the group; with inherited ones each person's highest row in it and above it."""
    lineage = gitlab.tree.lineage(group) if inherited else [group.id]
    ids = ",".join(map(str, lineage))
    conditions = [f"m.group_id IN ({ids})", "m.state <> 'requested'"]
    if len(lineage) > 1:
        conditions.append(
            f"NOT EXISTS (SELECT 1 FROM members o WHERE o.user_id = m.user_id AND o.group_id IN ({ids}) "  # noqa: S608
            "AND o.state <> 'requested' AND (o.access_level > m.access_level "
            "OR (o.access_level = m.access_level AND o.group_id < m.group_id)))"
        )
    if not gitlab.switches.licensed:
        conditions.append(f"m.access_level <> {MINIMAL_ACCESS}")
    return conditions, {}


def _numbers(request: ApiRequest, name: str) -> str:
    value = request.params[name]
    items = value if isinstance(value, list) else str(value).split(",")
    found = [number(str(item), name) for item in items]
    return ",".join(str(item) for item in found if item is not None) or "-1"


class _Shown:
    """Member objects as this caller sees them."""

    def __init__(self, gitlab: SimulatedGitLab, group: Group, caller: Caller, seats: bool) -> None:
        self._gitlab = gitlab
        self._group = group
        self._caller = caller
        self._seats = seats
        switches = gitlab.switches
        self.identities = caller.is_owner and group.is_root and gitlab.saml_on
        self._emails = caller.is_owner and switches.saas and switches.licensed

    def one(self, row: Row) -> dict[str, Any]:
        """One member."""
        gitlab = self._gitlab
        level = row["access_level"]
        if gitlab.switches.access_token == "maintainer" and row["id"] == self._caller.user["id"]:  # noqa: S105
            level = self._caller.level
        member = account_json(gitlab, row)
        member |= {
            "access_level": level,
            "created_at": created_at(row["id"]),
            "expires_at": row["expires_at"],
            "membership_state": row["row_state"],
        }
        if row["id"] != self._caller.user["id"] and row["id"] % 2:
            member["created_by"] = account_json(gitlab, self._caller.user)
        if self._emails and row["enterprise"]:
            member["email"] = row["email"]
        if self.identities:
            member["group_saml_identity"] = _saml(row)
            member["group_scim_identity"] = _scim(row)
        if self._seats:
            member["is_using_seat"] = level > MINIMAL_ACCESS and not row["bot"] and row["state"] == "active"
        return member


def _saml(row: Row) -> dict[str, Any] | None:
    if row["saml_uid"] is None:
        return None
    return {"provider": "group_saml", "extern_uid": row["saml_uid"], "saml_provider_id": SAML_PROVIDER_ID}


def _scim(row: Row) -> dict[str, Any] | None:
    if row["scim_uid"] is None:
        return None
    return {"extern_uid": row["scim_uid"], "group_id": GROUP_ID, "active": bool(row["scim_active"])}
