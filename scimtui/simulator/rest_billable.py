"""REST: who takes a seat, and where somebody still has access (contract 2, section 16)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from . import answers
from .access import Caller, authenticate
from .answers import Answered, json_answer, no_content
from .api_request import ApiRequest
from .gitlab import SimulatedGitLab
from .groups import Group
from .memberships import is_last_owner
from .pagination import positive
from .people import GUEST, MINIMAL_ACCESS, OWNER
from .rest_fields import account_json, created_at, number
from .scim_state import is_pending
from .store import Row


def list_billable(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str) -> Response:
    """Active human accounts with a row anywhere in the tree that takes a seat, by id."""
    _top_level(gitlab, request, group_name)
    search = request.params.get("search")
    words = search.lower() if isinstance(search, str) else ""
    rows = [
        row
        for row in gitlab.store.rows(f"{_BILLABLE} ORDER BY u.id", _least(gitlab))
        if words in row["name"].lower() or words in row["username"].lower()
    ]
    page, size = positive(request, "page", 1), min(positive(request, "per_page", 20), 100)
    shown = [_billable_json(gitlab, row) for row in rows[(page - 1) * size : page * size]]
    more = str(page + 1) if len(rows) > page * size else ""
    headers = {"X-Page": str(page), "X-Per-Page": str(size), "X-Next-Page": more, "X-Total": str(len(rows))}
    return json_answer(200, shown, headers=headers)


def list_memberships(
    gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, user_id: str, *, indirect: bool
) -> Response:
    """Every row of somebody in the tree; through invited groups there are none here."""
    _top_level(gitlab, request, group_name)
    row = _billable(gitlab, user_id)
    if indirect:
        return json_answer(200, [])
    groups = {group.id: group for group in gitlab.tree.groups}
    sql = "SELECT * FROM members WHERE user_id = ? AND state <> 'requested' ORDER BY group_id"
    found = gitlab.store.rows(sql, (row["id"],))
    return json_answer(200, [_row_json(gitlab, groups[one["group_id"]], one) for one in found])


def delete_billable(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, user_id: str) -> Response:
    """Every row in the tree goes, minutes later; up to 18.9 at once, and the SAML identity with them."""
    caller = authenticate(gitlab, request)
    group = _found(gitlab, group_name)
    if not group.is_root:
        return answers.message(400, "400 Bad request - Must be a root namespace")
    if not caller.is_owner:
        return answers.message(400, "400 Bad request - User not authorized")
    wanted = _account(gitlab, user_id)["id"]
    if is_pending(gitlab, wanted):
        return answers.message(400, '400 Bad request - ["User already scheduled for deletion"]')
    if gitlab.is_current:
        gitlab.store.write("INSERT INTO pending_removals VALUES (?, 0)", (wanted,))
    else:
        gitlab.remove_everywhere(wanted, by_scim=False)
        gitlab.store.write("DELETE FROM saml_identities WHERE user_id = ?", (wanted,))
    return no_content()


def list_pending(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str) -> Response:
    """Rows that wait for approval."""
    _top_level(gitlab, request, group_name)
    rows = gitlab.store.rows(
        "SELECT m.group_id, u.* FROM members m JOIN users u ON u.id = m.user_id "
        "WHERE m.state = 'awaiting' ORDER BY m.group_id, u.id"
    )
    shown = []
    for row in rows:
        account = account_json(gitlab, row)
        shown.append(
            {key: account[key] for key in ("name", "username", "avatar_url", "web_url")}
            | {
                "id": row["group_id"] * 1_000_000 + row["id"],
                "email": row["email"],
                "invited": False,
                "approved": False,
            }
        )
    return json_answer(200, shown)


_BILLABLE = """
SELECT u.*, max(m.access_level) AS highest FROM users u JOIN members m ON m.user_id = u.id
WHERE u.state = 'active' AND u.bot = 0 AND m.state = 'active' AND m.access_level > :least GROUP BY u.id
"""


def _least(gitlab: SimulatedGitLab) -> dict[str, int]:
    return {"least": GUEST if gitlab.switches.ultimate else MINIMAL_ACCESS}


def _found(gitlab: SimulatedGitLab, group_name: str) -> Group:
    group = gitlab.find_group(group_name)
    if group is None:
        raise Answered(answers.message(404, "404 Group Not Found"))
    return group


def _top_level(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str) -> Caller:
    caller = authenticate(gitlab, request)
    group = _found(gitlab, group_name)
    if not group.is_root or not caller.is_owner:
        raise Answered(answers.message(400, "400 Bad request"))
    return caller


def _account(gitlab: SimulatedGitLab, user_id: str) -> Row:
    wanted = number(user_id, "user_id")
    row = None if wanted is None else gitlab.store.one("SELECT * FROM users WHERE id = ?", (wanted,))
    if row is None:
        raise Answered(answers.message(404, "404 Not found"))
    return row


def _billable(gitlab: SimulatedGitLab, user_id: str) -> Row:
    account = _account(gitlab, user_id)
    row = gitlab.store.one(f"{_BILLABLE} HAVING u.id = :wanted", _least(gitlab) | {"wanted": account["id"]})
    if row is None:
        raise Answered(answers.message(404, "404 User Not Found"))
    return row


def _billable_json(gitlab: SimulatedGitLab, row: Row) -> dict[str, Any]:
    account = account_json(gitlab, row)
    created = created_at(row["id"])
    return {
        **{key: value for key, value in account.items() if key != "public_email"},
        "email": row["email"] if row["enterprise"] else "",
        "last_activity_on": created[:10],
        "membership_type": "group_member",
        "removable": True,
        "created_at": created,
        "is_last_owner": row["highest"] == OWNER and is_last_owner(gitlab, row["id"]),
        "last_login_at": created,
    }


def _row_json(gitlab: SimulatedGitLab, group: Group, row: Row) -> dict[str, Any]:
    role = row["member_role_id"]
    return {
        "id": row["group_id"] * 1_000_000 + row["user_id"],
        "source_id": group.id,
        "source_full_name": gitlab.tree.full_name(group),
        "source_members_url": f"{gitlab.base_url}/groups/{group.full_path}/-/group_members",
        "created_at": created_at(row["user_id"]),
        "expires_at": row["expires_at"],
        "access_level": {
            "string_value": gitlab.role_name(row["access_level"]),
            "integer_value": row["access_level"],
            "custom_role": None if role is None else {"id": role, "name": f"Role {role}"},
        },
    }
