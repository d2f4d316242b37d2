"""The SCIM API's Users endpoints: list, get, patch, delete (contract 1.3, 1.5, 2.1 to 2.3)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from .answers import SCIM_TYPE, Answered, json_answer, no_content, scim_error
from .api_request import ApiRequest
from .emails import find_by_email, is_email
from .gitlab import SimulatedGitLab
from .ruby import blank, column_text, truthy
from .scim_echo import echo
from .scim_grammar import (
    Filter,
    Page,
    ServerError,
    UnsupportedFilter,
    read_filter,
    read_operations,
    read_page,
)
from .scim_state import ID_LIMIT, PENDING, Conflict, Identities, InvalidIdentity, LastOwner
from .store import Row

_LIST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
_MAX_SHIFT = 7


def list_users(gitlab: SimulatedGitLab, identities: Identities, request: ApiRequest) -> Response:
    """`GET /Users`."""
    if identities.is_group and not gitlab.saml_on:
        page, total, rows = _page_of(request), 0, []
    else:
        try:
            wanted = read_filter(request.params)
        except UnsupportedFilter:
            return scim_error(412, "Unsupported Filter")
        page = _page_of(request)
        if wanted is None:
            total = len(gitlab.store.heap[identities.scope])
            rows = identities.by_row_ids(_heap_page(gitlab, identities, page))
        else:
            found = _find(gitlab, identities, wanted)
            total = 0 if found is None else 1
            rows = [found] if found is not None and page.start == 1 else []
    return json_answer(
        200,
        {
            "schemas": [_LIST_SCHEMA],
            "totalResults": total,
            "itemsPerPage": page.count,
            "startIndex": page.echo,
            "Resources": [user_json(gitlab, identities, row) for row in rows],
        },
        SCIM_TYPE,
    )


def get_user(gitlab: SimulatedGitLab, identities: Identities, uid: str) -> Response:
    """`GET /Users/:id`."""
    row = _existing(identities, uid)
    return json_answer(200, user_json(gitlab, identities, row), SCIM_TYPE)


def patch_user(
    gitlab: SimulatedGitLab, identities: Identities, uid: str, request: ApiRequest, group: str | None
) -> Response:
    """`PATCH /Users/:id`: one effect, by GitLab's priority."""
    identity = _existing(identities, uid)
    changes = read_operations(request.params)
    repeated = echo(request, group=group, uid=uid)
    refused = scim_error(412, f"Error updating {identity['name']} with {repeated}")
    try:
        if changes.get("active") is False:
            identities.deprovision(identity)
        elif _reprovisions(gitlab, identity, changes):
            identities.reprovision(identity)
        elif truthy(changes.get("extern_uid")) and not _rename(identities, identity, changes["extern_uid"]):
            return refused
    except LastOwner:
        return refused
    except InvalidIdentity:
        if changes.get("active") is False:
            raise ServerError from None
        return refused
    except Conflict:
        return scim_error(409, PENDING)
    return no_content()


def delete_user(identities: Identities, uid: str, group_name: str) -> Response:
    """`DELETE /Users/:id`: deprovision."""
    identity = _existing(identities, uid)
    try:
        identities.deprovision(identity)
    except LastOwner:
        return scim_error(
            412, f"Could not remove {identity['name']} from {group_name}. Cannot remove last group owner."
        )
    except InvalidIdentity:
        raise ServerError from None
    return no_content()


def user_json(
    gitlab: SimulatedGitLab, identities: Identities, row: Row, *, with_groups: bool = True
) -> dict[str, Any]:
    """One User object (contract 1.5)."""
    name = row["name"]
    given, _, family = name.partition(" ")
    user: dict[str, Any] = {
        "schemas": [_USER_SCHEMA],
        "id": row["extern_uid"],
        "active": bool(row["active"]),
        "emails": [{"type": "work", "value": row["email"], "primary": True}],
    }
    if gitlab.switches.flat_names:
        user["name.formatted"] = name
    else:
        user["name"] = {"formatted": name, "givenName": given, "familyName": family}
    user["meta"] = {"resourceType": "User"}
    user["userName"] = row["username"]
    if with_groups and not identities.is_group and gitlab.is_current:
        user["groups"] = []
    return user


def _existing(identities: Identities, uid: str) -> Row:
    row = identities.by_uid(uid) if len(uid) <= ID_LIMIT else None
    if row is None:
        raise Answered(scim_error(404, f"Resource {uid} not found"))
    return row


def _page_of(request: ApiRequest) -> Page:
    try:
        return read_page(request.params)
    except OverflowError:
        raise ServerError from None


def _heap_page(gitlab: SimulatedGitLab, identities: Identities, page: Page) -> list[int]:
    heap = gitlab.store.heap[identities.scope]
    if not gitlab.switches.moving_pages:
        return heap[page.start - 1 : page.start - 1 + page.count]
    gitlab.moves += 1
    shift = gitlab.moves * 5 % (_MAX_SHIFT + 1)
    wanted = max(0, min(page.count, len(heap) - page.start + 1))
    return [heap[(page.start - 1 + shift + offset) % len(heap)] for offset in range(wanted)]


def _find(gitlab: SimulatedGitLab, identities: Identities, wanted: Filter) -> Row | None:
    """`userName` is tried as extern_uid, username, e-mail, local part; the first user found ends it."""
    row = identities.by_uid(wanted.value)
    if row is not None or wanted.attribute == "extern_uid":
        return row
    folded = wanted.value.lower()
    user_id = gitlab.store.value("SELECT id FROM users WHERE username_folded = ?", (folded,))
    if user_id is None and is_email(folded):
        user_id = find_by_email(gitlab, wanted.value)
        if user_id is None:
            local = folded.partition("@")[0]
            user_id = gitlab.store.value("SELECT id FROM users WHERE username_folded = ?", (local,))
    return None if user_id is None else identities.of_user(user_id)


def _reprovisions(gitlab: SimulatedGitLab, identity: Row, changes: dict[str, Any]) -> bool:
    if gitlab.is_current:
        return changes.get("active") is True
    # up to 18.9 any PATCH to an inactive identity does, and none to an active one
    return not identity["active"]


def _rename(identities: Identities, identity: Row, value: Any) -> bool:
    text = column_text(value)
    if blank(text):
        return False
    if len(text) > ID_LIMIT or "\0" in text:
        raise ServerError
    holder = identities.by_uid(text)
    if holder is not None and holder["identity_id"] != identity["identity_id"]:
        return False
    if text != identity["extern_uid"]:
        identities.rename(identity["identity_id"], text)
    return True
