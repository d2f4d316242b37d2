"""REST: the users of an installation, as its admins see and change them (contract 2, 14.4)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from . import answers
from .access import Caller, authenticate, require_admin
from .accounts import TAKEN
from .answers import Answered, json_answer, no_content
from .api_request import ApiRequest
from .gitlab import SAML_PROVIDER_ID, SimulatedGitLab
from .groups import GROUP_ID
from .pagination import Listing, paged, positive
from .rest_fields import account_json, flag, number
from .rest_users import USER, changed_since, filters, user_json
from .store import GROUP_SCOPE, INSTANCE_SCOPE, Row

GROUP_SAML = "group_saml"
_OFFSET_LIMIT = 50_000
_TOO_FAR = (
    "Offset pagination has a maximum allowed offset of 50000 for requests that return objects of type User. "
    "Remaining records can be retrieved using keyset pagination."
)
_PAIR = "extern_uid, provider provide all or none of parameters"
_UNIQUE = f"{TAKEN}. Please contact your administrator to generate a unique extern_uid / NameID"


def list_users(gitlab: SimulatedGitLab, request: ApiRequest) -> Response:
    """Everybody with an account; identities and addresses are for admins."""
    caller = authenticate(gitlab, request)
    conditions, values = filters(request, "users")
    conditions += _identity_filter(gitlab, request, caller, values)
    for name in ("humans", "without_project_bots", "exclude_internal"):
        conditions += ["u.bot = 0"] if flag(request, name) else []
    shown = _Shown(gitlab, caller)
    if request.params.get("pagination") == "keyset":
        return _keyset(gitlab, request, conditions, values, shown)
    page, size = positive(request, "page", 1), min(positive(request, "per_page", 20), 100)
    if page * size > _OFFSET_LIMIT:
        return answers.error(405, _TOO_FAR)
    order = f"u.id {_direction(request)}"
    listing = Listing(USER, ("1", *conditions), order, values)
    return paged(gitlab, request, listing, shown.one)


def get_user(gitlab: SimulatedGitLab, request: ApiRequest, user_id: str) -> Response:
    """One account."""
    caller = authenticate(gitlab, request)
    row = _existing(gitlab, user_id)
    user = _Shown(gitlab, caller).one(row)
    if caller.is_admin:
        highest = gitlab.store.value("SELECT max(access_level) FROM members WHERE user_id = ?", (row["id"],))
        user |= {
            "highest_role": highest or 0,
            "current_sign_in_ip": None,
            "last_sign_in_ip": None,
            "sign_in_count": 1,
            "plan": None,
            "trial": None,
        }
    return json_answer(200, user)


def put_user(gitlab: SimulatedGitLab, request: ApiRequest, user_id: str) -> Response:
    """Change what one provider knows the account by; a value that is taken is passed over in silence."""
    require_admin(authenticate(gitlab, request))
    row = _existing(gitlab, user_id)
    provider, value = _identity_parameters(request)
    if provider is None:
        return json_answer(200, _user_json(gitlab, row))
    if provider == GROUP_SAML and str(request.params.get("group_id_for_saml", "")) != str(GROUP_ID):
        return answers.message(400, {"identities.saml_provider_id": ["can't be blank"]})
    rows = _ProviderRows(gitlab, provider)
    own, is_taken = rows.of_user(row["id"]), bool(value) and rows.is_held_by_another(value, row["id"])
    if own is None:
        # the row is there before its value is looked at, and stays behind
        rows.add(row["id"], None if is_taken else value)
        if is_taken:
            return answers.message(400, {"identities.extern_uid": [_UNIQUE]})
    elif not is_taken:
        rows.change(own["id"], value)
    return json_answer(200, _user_json(gitlab, row))


def delete_identity(gitlab: SimulatedGitLab, request: ApiRequest, user_id: str, provider: str) -> Response:
    """The first row of that provider goes."""
    require_admin(authenticate(gitlab, request))
    row = _existing(gitlab, user_id)
    rows = _ProviderRows(gitlab, provider)
    own = rows.of_user(row["id"])
    if own is None:
        return answers.message(404, "404 Identity Not Found")
    if changed_since(request, row["id"]):
        return answers.message(412, "412 Precondition Failed")
    rows.delete(own["id"])
    return no_content()


def block_user(gitlab: SimulatedGitLab, request: ApiRequest, user_id: str) -> Response:
    """Block an account; whom the system has blocked is not touched."""
    caller = authenticate(gitlab, request)
    require_admin(caller)
    row = _existing(gitlab, user_id)
    if row["state"] == "ldap_blocked":
        return _forbidden("LDAP blocked users cannot be modified by the API")
    if row["id"] == caller.user["id"]:
        return _forbidden("The API initiating user cannot be blocked by the API")
    _set_state(gitlab, row, "blocked")
    gitlab.audit.add("user_blocked", "Blocked user", row, group_id=None, author=caller.user)
    return json_answer(201, True)


def unblock_user(gitlab: SimulatedGitLab, request: ApiRequest, user_id: str) -> Response:
    """Take an admin's block away; the system's stays."""
    caller = authenticate(gitlab, request)
    require_admin(caller)
    row = _existing(gitlab, user_id)
    if row["state"] == "ldap_blocked":
        return _forbidden("LDAP blocked users cannot be unblocked by the API")
    if row["state"] == "deactivated":
        return _forbidden("Deactivated users cannot be unblocked by the API")
    _set_state(gitlab, row, "active")
    gitlab.audit.add("unblock_user", "Unblocked user", row, group_id=None, author=caller.user)
    return json_answer(201, True)


def list_memberships(gitlab: SimulatedGitLab, request: ApiRequest, user_id: str) -> Response:
    """Every group that an account has a row in."""
    require_admin(authenticate(gitlab, request))
    row = _existing(gitlab, user_id)
    kind = request.params.get("type")
    names = {group.id: group.name for group in gitlab.tree.groups}
    rows = gitlab.store.rows(
        "SELECT group_id, access_level FROM members WHERE user_id = ? AND state <> 'requested' "
        "ORDER BY group_id",
        (row["id"],),
    )
    shown = [
        {
            "source_id": member["group_id"],
            "source_name": names[member["group_id"]],
            "source_type": "Namespace",
            "access_level": member["access_level"],
        }
        for member in rows
        if kind != "Project"
    ]
    page, size = positive(request, "page", 1), min(positive(request, "per_page", 20), 100)
    return json_answer(200, shown[(page - 1) * size : page * size])


class _Shown:
    """Accounts as this caller sees them: an admin whom Admin Mode keeps out sees what anybody does."""

    def __init__(self, gitlab: SimulatedGitLab, caller: Caller) -> None:
        self._gitlab = gitlab
        self._is_admin = caller.is_admin

    def one(self, row: Row) -> dict[str, Any]:
        """One account."""
        return _user_json(self._gitlab, row) if self._is_admin else account_json(self._gitlab, row)


def _user_json(gitlab: SimulatedGitLab, row: Row) -> dict[str, Any]:
    user_id = row["id"]
    group_rows = gitlab.store.rows(
        "SELECT extern_uid FROM saml_identities WHERE user_id = ? ORDER BY id", (user_id,)
    )
    other_rows = gitlab.store.rows(
        "SELECT provider, extern_uid FROM other_identities WHERE user_id = ? ORDER BY id", (user_id,)
    )
    scim_rows = gitlab.store.rows(
        "SELECT * FROM scim_identities WHERE user_id = ? ORDER BY scope", (user_id,)
    )
    return user_json(gitlab, row) | {
        "is_admin": bool(row["admin"]),
        "note": None,
        "namespace_id": user_id + 100_000,
        "created_by": None,
        "using_license_seat": not row["bot"] and row["state"] == "active",
        "is_auditor": False,
        "provisioned_by_group_id": GROUP_ID if row["provisioned"] else None,
        "enterprise_group_id": GROUP_ID if row["enterprise"] else None,
        "enterprise_group_associated_at": None,
        "identities": [_identity(GROUP_SAML, one["extern_uid"], SAML_PROVIDER_ID) for one in group_rows]
        + [_identity(one["provider"], one["extern_uid"], None) for one in other_rows],
        "scim_identities": [
            {
                "extern_uid": one["extern_uid"],
                "group_id": GROUP_ID if one["scope"] == GROUP_SCOPE else None,
                "active": bool(one["active"]),
            }
            for one in scim_rows
            if one["scope"] == GROUP_SCOPE or not gitlab.switches.saas
        ],
    }


def _identity(provider: str, value: str | None, saml_provider_id: int | None) -> dict[str, Any]:
    return {"provider": provider, "extern_uid": value, "saml_provider_id": saml_provider_id}


def _existing(gitlab: SimulatedGitLab, user_id: str) -> Row:
    wanted = number(user_id, "id")
    row = None if wanted is None else gitlab.store.one(f"{USER} WHERE u.id = ?", (wanted,))
    if row is None:
        raise Answered(answers.message(404, "404 User Not Found"))
    return row


def _identity_parameters(request: ApiRequest) -> tuple[str | None, str]:
    """Provider and value, both or neither.

    Raises:
        Answered: 400, one of them alone, or a value that is no text.
    """
    provider, value = request.params.get("provider"), request.params.get("extern_uid")
    if ("provider" in request.params) != ("extern_uid" in request.params):
        raise Answered(answers.error(400, _PAIR))
    for name, given in (("provider", provider), ("extern_uid", value)):
        if given is not None and (not isinstance(given, str) or "\0" in given):
            raise Answered(answers.error(400, f"{name} is invalid"))
    return (provider or None), (value or "")


def _identity_filter(
    gitlab: SimulatedGitLab, request: ApiRequest, caller: Caller, values: dict[str, Any]
) -> list[str]:
    provider, value = _identity_parameters(request)
    if provider is None:
        return []
    if not caller.is_admin:
        raise Answered(_forbidden("Not authorized to access /api/v4/users"))
    values |= {"provider": provider, "identity": value.lower()}
    if provider == "scim":
        scope = GROUP_SCOPE if gitlab.switches.saas else INSTANCE_SCOPE
        found = f"SELECT user_id FROM scim_identities WHERE scope = {scope} AND folded = :identity"  # noqa: S608
    elif provider == GROUP_SAML:
        found = "SELECT user_id FROM saml_identities WHERE folded = :identity"
    else:
        found = "SELECT user_id FROM other_identities WHERE provider = :provider AND folded = :identity"
    return [f"u.id IN ({found})"]


def _direction(request: ApiRequest) -> str:
    return "ASC" if request.params.get("sort") == "asc" else "DESC"


def _keyset(
    gitlab: SimulatedGitLab,
    request: ApiRequest,
    conditions: Sequence[str],
    values: dict[str, Any],
    shown: _Shown,
) -> Response:
    """Page after page from the last id on, without totals."""
    size = min(positive(request, "per_page", 20), 100)
    after = _cursor(request)
    comparison = ">" if _direction(request) == "ASC" else "<"
    where = " AND ".join(["1", *conditions, *([f"u.id {comparison} {after}"] if after is not None else [])])
    order = f"ORDER BY u.id {_direction(request)} LIMIT {size + 1}"
    rows = gitlab.store.rows(f"{USER} WHERE {where} {order}", values)
    headers = {"X-Per-Page": str(size)}
    if len(rows) > size:
        token = base64.urlsafe_b64encode(json.dumps({"id": str(rows[size - 1]["id"])}).encode()).decode()
        kept = {name: text for name, text in request.query.items() if isinstance(text, str)}
        query = "&".join(f"{quote(name)}={quote(text)}" for name, text in {**kept, "cursor": token}.items())
        headers |= {
            "X-NEXT-CURSOR": token,
            "Link": f'<{gitlab.base_url}{request.path.raw}?{query}>; rel="next"',
        }
    return json_answer(200, [shown.one(row) for row in rows[:size]], headers=headers)


def _cursor(request: ApiRequest) -> int | None:
    raw = request.params.get("cursor")
    if not isinstance(raw, str) or not raw:
        return None
    try:
        return int(json.loads(base64.urlsafe_b64decode(raw.encode()))["id"])
    except (binascii.Error, ValueError, TypeError, LookupError, RecursionError):
        raise Answered(answers.error(400, "cursor is invalid")) from None


def _forbidden(reason: str) -> Response:
    return answers.message(403, f"403 Forbidden - {reason}")


def _set_state(gitlab: SimulatedGitLab, row: Row, state: str) -> None:
    gitlab.store.write("UPDATE users SET state = ? WHERE id = ?", (state, row["id"]))


class _ProviderRows:
    """The identities of one provider, whichever table they are in."""

    def __init__(self, gitlab: SimulatedGitLab, provider: str) -> None:
        self._store = gitlab.store
        self._provider = provider
        is_group = provider == GROUP_SAML
        self._table = "saml_identities" if is_group else "other_identities"
        self._where = "1" if is_group else "provider = :provider"

    def of_user(self, user_id: int) -> Row | None:
        """The first row of an account."""
        return self._one("user_id = :user_id", user_id=user_id)

    def is_held_by_another(self, value: str, user_id: int) -> bool:
        """Another account has the value, ignoring case."""
        elsewhere = "folded = :folded AND user_id <> :user_id"
        return self._one(elsewhere, folded=value.lower(), user_id=user_id) is not None

    def add(self, user_id: int, value: str | None) -> None:
        """A new row, maybe an empty one."""
        if self._table == "saml_identities":
            self._store.write(
                "INSERT INTO saml_identities (user_id, extern_uid, folded, trusted) VALUES (?, ?, ?, 1)",
                (user_id, value or "", (value or "").lower()),
            )
            return
        self._store.write(
            "INSERT INTO other_identities (user_id, provider, extern_uid, folded) VALUES (?, ?, ?, ?)",
            (user_id, self._provider, value, None if value is None else value.lower()),
        )

    def change(self, row_id: int, value: str) -> None:
        """Another value; nothing is said of its trust."""
        self._store.write(
            f"UPDATE {self._table} SET extern_uid = ?, folded = ? WHERE id = ?",  # noqa: S608
            (value, value.lower(), row_id),
        )

    def delete(self, row_id: int) -> None:
        """The row goes."""
        self._store.write(f"DELETE FROM {self._table} WHERE id = ?", (row_id,))  # noqa: S608

    def _one(self, condition: str, **values: Any) -> Row | None:
        sql = f"SELECT * FROM {self._table} WHERE {self._where} AND {condition} ORDER BY id"  # noqa: S608
        return self._store.one(sql, {"provider": self._provider, **values})
