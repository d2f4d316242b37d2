"""`POST /Users`: who is found, who is created, and what is refused (contract 2.4; contract 2, section 13)."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from .accounts import (
    EXTERN_UID_TAKEN,
    NAME_ID_MISSING,
    TAKEN,
    NewAccount,
    email_faults,
    name_faults,
    normal_email,
)
from .answers import SCIM_TYPE, json_answer, scim_error
from .api_request import ApiRequest
from .emails import find_by_email
from .gitlab import SimulatedGitLab
from .memberships import NotAdded, add_member, membership
from .ruby import blank, column_text, plain_text, to_sentence
from .scim_echo import echo
from .scim_grammar import NewUser, read_new_user
from .scim_state import ID_LIMIT, PENDING, Identities, is_pending
from .scim_users import user_json
from .store import Row

_INVALID_IDENTITY = "Group scim identities is invalid"


class Refused(Exception):
    """Not saved; the arguments are the reasons, in GitLab's words."""


def create_user(
    gitlab: SimulatedGitLab, identities: Identities, request: ApiRequest, group: str | None
) -> Response:
    """Answer a POST, and do what it asks."""
    new = read_new_user(request.params)
    try:
        identity = _provisioned(gitlab, identities, new)
    except (Refused, NotAdded) as refusal:
        reasons = to_sentence([str(reason) for reason in refusal.args])
        status = 409 if TAKEN in reasons or reasons == PENDING else 412
        return scim_error(status, f"Error saving user with {echo(request, group=group)}: {reasons}")
    return json_answer(201, user_json(gitlab, identities, identity, with_groups=False), SCIM_TYPE)


def _provisioned(gitlab: SimulatedGitLab, identities: Identities, new: NewUser) -> Row:
    if new.missing:
        raise Refused(f"Missing params: [{', '.join(f':{name}' for name in new.missing)}]")
    uid = new.values["extern_uid"]
    identity = _holder(identities, uid)
    if identity is not None:
        if not identities.is_group:
            return identity
        _refuse_pending(gitlab, identity["user_id"])
        if membership(gitlab, identity["user_id"]) is not None:
            return identity
    email = new.values["email"]
    if isinstance(email, str):
        email = normal_email(email)
    user_id = find_by_email(gitlab, email) if isinstance(email, str) else None
    if user_id is None:
        user_id = _new_user(gitlab, identities, new, email)
    else:
        _existing_user(gitlab, identities, user_id, column_text(uid), identity)
    return identity or _of(identities, user_id)


def _of(identities: Identities, user_id: int) -> Row:
    row = identities.of_user(user_id)
    if row is None:
        raise Refused(_INVALID_IDENTITY)
    return row


def _holder(identities: Identities, uid: Any) -> Row | None:
    """Who has this id: a list is looked up by its items, other types than text fail in the database."""
    for item in uid if isinstance(uid, list) else [uid]:
        if isinstance(item, bool | int | float | dict):
            kind = {bool: "boolean", int: "integer", float: "numeric", dict: "hash"}[type(item)]
            raise Refused(f"PG::UndefinedFunction: ERROR:  function lower({kind}) does not exist")
        text = column_text(item)
        if "\0" in text:
            raise Refused("string contains null byte")
        found = identities.by_uid(text)
        if found is not None:
            return found
    return None


def _refuse_pending(gitlab: SimulatedGitLab, user_id: int) -> None:
    if is_pending(gitlab, user_id):
        raise Refused(PENDING)


def _existing_user(
    gitlab: SimulatedGitLab, identities: Identities, user_id: int, uid: str, identity: Row | None
) -> None:
    if identities.is_group:
        if identity is None:
            _refuse_pending(gitlab, user_id)
        if membership(gitlab, user_id) is None:
            add_member(gitlab, user_id)
    if identity is not None:
        return
    reasons = [f"User {TAKEN}"] if identities.of_user(user_id) is not None else []
    reasons += ["Extern uid can't be blank"] if blank(uid) else []
    if reasons:
        raise Refused(*reasons)
    _refuse_long(uid)
    identities.create(user_id, uid)


def _refuse_long(uid: str) -> None:
    if len(uid) > ID_LIMIT:
        raise Refused("PG::CheckViolation: ERROR:  new row violates the length check of extern_uid")


def _new_user(gitlab: SimulatedGitLab, identities: Identities, new: NewUser, email: Any) -> int:
    uid, name = column_text(new.values["extern_uid"]), column_text(new.values.get("name"))
    _refuse_invalid(gitlab, identities, email, name, uid)
    confirmed = gitlab.confirms_at_once
    user_id = NewAccount(
        email=email,
        name=name,
        username=plain_text(new.values["username"]),
        confirmed=confirmed or (identities.is_group and gitlab.has_verified(email)),
        provisioned=identities.is_group,
    ).create(gitlab)
    if not identities.is_group:
        if blank(uid):
            raise Refused("Extern uid can't be blank")  # the account is there by now
        identities.create(user_id, uid)
        return user_id
    identities.create(user_id, uid)
    gitlab.store.write(
        "INSERT INTO saml_identities (user_id, extern_uid, folded, trusted) VALUES (?, ?, ?, 1)",
        (user_id, uid, uid.lower()),
    )
    # the account and both identities stay although the membership is refused
    add_member(gitlab, user_id)
    user = gitlab.user(user_id)
    gitlab.audit.add(
        "user_provisioned_by_scim",
        "User was provisioned by SCIM",
        user,
        group_id=gitlab.root.id,
        target_details=user["username"],
    )
    return user_id


def _refuse_invalid(gitlab: SimulatedGitLab, identities: Identities, email: Any, name: str, uid: str) -> None:
    """Everything that is wrong with the new account and what hangs on it, in the order GitLab looks."""
    reasons = email_faults(gitlab, email)
    if identities.is_group:
        held = gitlab.store.value("SELECT 1 FROM saml_identities WHERE folded = ?", (uid.lower(),))
        if blank(uid):
            reasons.append(f"Identities name {NAME_ID_MISSING.partition(' ')[2]}")
        elif held is not None:
            reasons.append(f"Identities e{EXTERN_UID_TAKEN}")
    reasons += name_faults(name)
    if identities.is_group and (blank(uid) or identities.by_uid(uid) is not None):
        reasons.append(_INVALID_IDENTITY)
    if reasons:
        raise Refused(*reasons)
    _refuse_long(uid)
