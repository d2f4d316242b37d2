"""REST: saml_users, provisioned_users and enterprise_users of a group (contract 1.8)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from starlette.responses import Response

from . import answers, emails
from .access import authenticate, group_for, require_owner
from .accounts import TAKEN, name_faults, normal_email, without_markup
from .answers import Answered, json_answer, no_content
from .api_request import ApiRequest
from .gitlab import SAML_PROVIDER_ID, SimulatedGitLab
from .groups import GROUP_ID, Group
from .memberships import is_last_owner
from .pagination import Listing, paged
from .people import MAINTAINER
from .rest_fields import CREATED_SQL, SEARCHED, account_json, created_at, flag, moment, number, text_like
from .store import Row

USER = """
SELECT u.*, s.extern_uid AS scim_uid, s.active AS scim_active, a.extern_uid AS saml_uid FROM users u
LEFT JOIN scim_identities s ON s.scope = 0 AND s.user_id = u.id
LEFT JOIN saml_identities a ON a.id = (SELECT min(id) FROM saml_identities WHERE user_id = u.id)
"""
_LISTS = {
    "saml_users": "a.extern_uid IS NOT NULL",
    "provisioned_users": "u.provisioned = 1",
    "enterprise_users": "u.enterprise = 1",
}


def list_users(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, kind: str) -> Response:
    """One of the three lists, newest id first."""
    group = _allowed(gitlab, request, group_name, kind)
    conditions, values = filters(request, kind)
    if not group.is_root or (kind == "saml_users" and not gitlab.switches.saml_provider):
        conditions = ["0"]
    listing = Listing(USER, (_LISTS[kind], *conditions), "u.id DESC", values)
    return paged(gitlab, request, listing, lambda row: user_json(gitlab, row))


def get_enterprise_user(
    gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, user_id: str
) -> Response:
    """One user that the group has claimed."""
    _allowed(gitlab, request, group_name, "enterprise_users")
    return json_answer(200, user_json(gitlab, _claimed(gitlab, user_id)))


def patch_enterprise_user(
    gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, user_id: str
) -> Response:
    """Change name or e-mail."""
    _allowed(gitlab, request, group_name, "enterprise_users")
    row = _claimed(gitlab, user_id)
    name, email = request.params.get("name"), request.params.get("email")
    for key, value in (("name", name), ("email", email)):
        if value is not None and (not isinstance(value, str) or "\0" in value):
            return answers.error(400, f"{key} is invalid")
    email = row["email"] if email is None else normal_email(email)
    faults = [] if email == row["email"] else _email_faults(gitlab, email, row["id"])
    faults += [] if name is None else name_faults(name)
    if faults:
        return answers.message(400, ", ".join(faults))
    name = row["name"] if name is None else without_markup(name)
    gitlab.store.write(
        "UPDATE users SET email = ?, email_folded = ?, name = ? WHERE id = ?",
        (email, email.lower(), name, row["id"]),
    )
    return json_answer(200, user_json(gitlab, _claimed(gitlab, user_id)))


def _email_faults(gitlab: SimulatedGitLab, email: str, user_id: int) -> list[str]:
    faults = emails.faults(email)
    if not faults and emails.find_by_email(gitlab, email) not in (None, user_id):
        faults = [f"Email {TAKEN}"]
    if not faults and not gitlab.has_verified(email):
        faults = ["Email must be owned by the user's enterprise group"]
    return faults


def disable_two_factor(
    gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, user_id: str
) -> Response:
    """Switch a claimed user's second factor off."""
    _allowed(gitlab, request, group_name, "enterprise_users")
    row = _claimed(gitlab, user_id)
    if not row["two_factor"]:
        return answers.message(
            400, "400 Bad request - Two-factor authentication is not enabled for this user"
        )
    gitlab.store.write("UPDATE users SET two_factor = 0 WHERE id = ?", (row["id"],))
    return no_content()


def delete_enterprise_user(
    gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, user_id: str
) -> Response:
    """Delete a claimed user's account; asynchronous, so it happens when pending things are settled."""
    _allowed(gitlab, request, group_name, "enterprise_users")
    row = _claimed(gitlab, user_id)
    if changed_since(request, row["id"]):
        return answers.message(412, "412 Precondition Failed")
    if is_last_owner(gitlab, row["id"]) and not flag(request, "hard_delete"):
        return answers.message(409, "Can not remove a user who is the sole owner of a group.")
    gitlab.store.write("INSERT OR IGNORE INTO pending_deletions VALUES (?)", (row["id"],))
    return no_content()


def changed_since(request: ApiRequest, user_id: int) -> bool:
    """The account is younger than the request takes it for (`If-Unmodified-Since`)."""
    named = request.headers.get("if-unmodified-since")
    if named is None:
        return False
    try:
        limit = parsedate_to_datetime(named)
    except ValueError:
        return True
    return datetime.fromisoformat(created_at(user_id)) > limit.replace(tzinfo=limit.tzinfo or UTC)


def _allowed(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, kind: str) -> Group:
    caller = authenticate(gitlab, request)
    group = group_for(gitlab, request, group_name, caller)
    if kind == "provisioned_users":
        if caller.level < MAINTAINER:
            raise Answered(answers.message(403, "403 Forbidden"))
        return group
    if not group.is_root:
        raise Answered(answers.message(400, "400 Bad request - Must be a top-level group"))
    require_owner(caller)
    return group


def _claimed(gitlab: SimulatedGitLab, user_id: str) -> Row:
    wanted = number(user_id, "user_id")
    row = (
        None if wanted is None else gitlab.store.one(f"{USER} WHERE u.enterprise = 1 AND u.id = ?", (wanted,))
    )
    if row is None:
        raise Answered(answers.message(404, "404 Not found"))
    return row


def filters(request: ApiRequest, kind: str) -> tuple[list[str], dict[str, Any]]:
    """What narrows a list of accounts: SQL conditions, and the values they name."""
    found: list[str] = []
    values: dict[str, Any] = {}
    username, search = request.params.get("username"), request.params.get("search")
    if isinstance(username, str) and username:
        found.append("u.username_folded = :username")
        values["username"] = username.lower()
    if isinstance(search, str) and search:
        found.append(SEARCHED)
        values |= {"search": text_like(search), "exact": search.lower()}
    if flag(request, "active"):
        found.append("u.state = 'active'")
    if flag(request, "blocked"):
        found.append("u.state IN ('blocked', 'ldap_blocked')")
    for name, comparison in (("created_after", ">"), ("created_before", "<")):
        limit = moment(request, name)
        if limit is not None:
            found.append(f"{CREATED_SQL} {comparison} :{name}")
            values[name] = limit
    if kind == "enterprise_users":
        found += _two_factor(request)
    return found, values


def _two_factor(request: ApiRequest) -> list[str]:
    wanted = request.params.get("two_factor")
    if wanted in (None, ""):
        return []
    if wanted not in ("enabled", "disabled"):
        raise Answered(answers.error(400, "two_factor does not have a valid value"))
    return [f"u.two_factor = {int(wanted == 'enabled')}"]


def user_json(gitlab: SimulatedGitLab, row: Row) -> dict[str, Any]:
    """The "public user" entity as these lists show it, with the private address."""
    created = created_at(row["id"])
    saml, scim = row["saml_uid"], row["scim_uid"]
    return account_json(gitlab, row) | {
        "created_at": created,
        "bio": "",
        "location": "",
        "linkedin": "",
        "twitter": "",
        "discord": "",
        "website_url": "",
        "github": "",
        "job_title": "",
        "pronouns": None,
        "organization": "",
        "bot": bool(row["bot"]),
        "work_information": None,
        "followers": 0,
        "following": 0,
        "is_followed": False,
        "local_time": None,
        "last_sign_in_at": created,
        "confirmed_at": created if row["confirmed"] else None,
        "last_activity_on": created[:10],
        "email": row["email"],
        "theme_id": 3,
        "color_scheme_id": 1,
        "projects_limit": 100000,
        "current_sign_in_at": created,
        "identities": []
        if saml is None
        else [{"provider": "group_saml", "extern_uid": saml, "saml_provider_id": SAML_PROVIDER_ID}],
        "can_create_group": True,
        "can_create_project": True,
        "two_factor_enabled": bool(row["two_factor"]),
        "external": False,
        "private_profile": False,
        "commit_email": row["email"],
        "preferred_language": "en",
        "shared_runners_minutes_limit": None,
        "extra_shared_runners_minutes_limit": None,
        "scim_identities": []
        if scim is None
        else [{"extern_uid": scim, "group_id": GROUP_ID, "active": bool(row["scim_active"])}],
    }
