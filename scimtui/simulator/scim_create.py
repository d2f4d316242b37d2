"""`POST /Users`: who is found, who is created, and what is refused (contract 2.4)."""

from __future__ import annotations

import re
from typing import Any

from starlette.responses import Response

from .answers import SCIM_TYPE, json_answer, scim_error
from .api_request import ApiRequest
from .gitlab import SimulatedGitLab
from .ruby import blank, column_text, plain_text, to_sentence
from .scim_grammar import NewUser, echo, read_new_user
from .scim_state import ID_LIMIT, PENDING, Identities, add_member, is_pending, membership
from .scim_users import find_by_email, user_json
from .store import Row

_TAKEN = "has already been taken"
_SAML_TAKEN = (
    "Identities extern uid has already been taken. "
    "Please contact your administrator to generate a unique extern_uid / NameID"
)
_NOT_LINKED = (
    "The member's email address is not linked to a SAML account or has an inactive SCIM identity. "
    "For information on how to resolve this error, see the "
    '<a href="/help/user/group/saml_sso/troubleshooting_scim">troubleshooting SCIM documentation</a>.'
)
_DOMAIN_REFUSED = "The member's email address is not allowed for this group. Check with your administrator."
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_NAME_LIMIT = 255


class Refused(Exception):
    """Not saved; the arguments are the reasons, in GitLab's words."""


def create_user(gitlab: SimulatedGitLab, identities: Identities, request: ApiRequest) -> Response:
    """Answer a POST, and do what it asks."""
    new = read_new_user(request.params)
    try:
        identity = _provisioned(gitlab, identities, new)
    except Refused as refusal:
        reasons = to_sentence([str(reason) for reason in refusal.args])
        status = 409 if _TAKEN in reasons or reasons == PENDING else 412
        return scim_error(status, f"Error saving user with {echo(request.params)}: {reasons}")
    return json_answer(201, user_json(gitlab, identities, identity, with_groups=False), SCIM_TYPE)


def _provisioned(gitlab: SimulatedGitLab, identities: Identities, new: NewUser) -> Row:
    if new.missing:
        raise Refused(f"Missing params: [{', '.join(f':{name}' for name in new.missing)}]")
    uid = _uid_text(new.values["extern_uid"])
    identity = identities.by_uid(uid)
    if identity is not None:
        if not identities.is_group:
            return identity
        _refuse_pending(gitlab, identity["user_id"])
        if membership(gitlab, identity["user_id"]) is not None:
            return identity
    email = new.values["email"]
    user_id = find_by_email(gitlab, email) if isinstance(email, str) else None
    if user_id is None:
        user_id = _new_user(gitlab, identities, new, uid)
    else:
        _existing_user(gitlab, identities, user_id, uid, identity)
    return identity or _found(identities, user_id)


def _found(identities: Identities, user_id: int) -> Row:
    row = identities.of_user(user_id)
    if row is None:
        raise Refused("Group scim identities is invalid")
    return row


def _uid_text(value: Any) -> str:
    """The value as it is looked up; other types than text and lists fail in the database."""
    if isinstance(value, bool | int | float | dict):
        kind = {bool: "boolean", int: "integer", float: "numeric", dict: "hash"}[type(value)]
        raise Refused(f"PG::UndefinedFunction: ERROR:  function lower({kind}) does not exist")
    text = column_text(value)
    if "\0" in text:
        raise Refused("string contains null byte")
    return text


def _refuse_pending(gitlab: SimulatedGitLab, user_id: int) -> None:
    if is_pending(gitlab, user_id):
        raise Refused(PENDING)


def _existing_user(
    gitlab: SimulatedGitLab, identities: Identities, user_id: int, uid: str, identity: Row | None
) -> None:
    if identities.is_group:
        _refuse_pending(gitlab, user_id)
        if membership(gitlab, user_id) is None:
            _join(gitlab, identities, user_id)
    if identity is not None:
        return
    if blank(uid):
        raise Refused("Extern uid can't be blank")
    if identities.of_user(user_id) is not None:
        raise Refused(f"User {_TAKEN}")
    _refuse_long(uid)
    identities.create(user_id, uid)


def _join(gitlab: SimulatedGitLab, identities: Identities, user_id: int) -> None:
    if gitlab.switches.sso_enforced:
        scim = identities.of_user(user_id)
        linked = gitlab.store.value("SELECT 1 FROM saml_identities WHERE user_id = ?", (user_id,))
        if linked is None or (scim is not None and not scim["active"]):
            raise Refused(_NOT_LINKED)
    _refuse_domain(gitlab, user_id)
    add_member(gitlab, user_id)


def _refuse_domain(gitlab: SimulatedGitLab, user_id: int) -> None:
    allowed = gitlab.switches.allowed_email_domains
    email = gitlab.store.value("SELECT email_folded FROM users WHERE id = ?", (user_id,))
    if allowed and email.rpartition("@")[2] not in {domain.lower() for domain in allowed}:
        raise Refused(_DOMAIN_REFUSED)


def _refuse_long(uid: str) -> None:
    if len(uid) > ID_LIMIT:
        raise Refused("PG::CheckViolation: ERROR:  new row violates the length check of extern_uid")


def _new_user(gitlab: SimulatedGitLab, identities: Identities, new: NewUser, uid: str) -> int:
    email, name = new.values["email"], plain_text(new.values.get("name"))
    _refuse_invalid(gitlab, identities, email, name, uid)
    verified = identities.is_group and email.rpartition("@")[2].lower() in gitlab.verified_domains
    user_id = new_account(
        gitlab,
        email=email,
        name=name,
        username=plain_text(new.values["username"]),
        confirmed=verified,
        provisioned=identities.is_group,
    )
    identities.create(user_id, uid)
    if identities.is_group:
        gitlab.store.write(
            "INSERT INTO saml_identities (user_id, extern_uid, folded, trusted) VALUES (?, ?, ?, 1)",
            (user_id, uid, uid.lower()),
        )
        # the account and both identities stay although the membership is refused
        _refuse_domain(gitlab, user_id)
        add_member(gitlab, user_id)
    return user_id


def new_account(
    gitlab: SimulatedGitLab,
    *,
    email: str,
    name: str,
    username: str,
    confirmed: bool,
    provisioned: bool,
    enterprise: bool = False,
) -> int:
    """A new user with a username made of what was wanted; answers the id."""
    free = _unique_username(gitlab, sanitized_username(username))
    user_id: int = (gitlab.store.value("SELECT max(id) FROM users") or 1000) + 1
    gitlab.store.write(
        "INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?, 'active', 0, ?, ?, 0)",
        (user_id, free, free.lower(), name, email, email.lower(), confirmed, provisioned, enterprise),
    )
    return user_id


def _refuse_invalid(gitlab: SimulatedGitLab, identities: Identities, email: Any, name: str, uid: str) -> None:
    reasons = []
    saml = gitlab.store.value("SELECT 1 FROM saml_identities WHERE folded = ?", (uid.lower(),))
    if blank(uid):
        reasons.append("Extern uid can't be blank")
    elif identities.is_group and saml is not None:
        reasons.append(_SAML_TAKEN)
    elif identities.by_uid(uid) is not None:
        reasons.append("Group scim identities is invalid")
    if blank(email):
        reasons.append("Email can't be blank")
    elif not isinstance(email, str) or "\0" in email or not _EMAIL.fullmatch(email):
        reasons.append("Email is invalid")
    if blank(name):
        reasons.append("Name can't be blank")
    elif len(name) > _NAME_LIMIT:
        reasons.append(f"Name is too long (maximum is {_NAME_LIMIT} characters)")
    elif "\0" in name:
        reasons.append("string contains null byte")
    if reasons:
        raise Refused(*reasons)
    _refuse_long(uid)


def sanitized_username(wanted: str) -> str:
    """GitLab's ExternalUsernameSanitizer; `blank` when nothing is left."""
    slug = re.sub(r"[^a-zA-Z0-9_.-]", "", wanted.partition("@")[0])
    slug = re.sub(r"\A-+|[-._]+\Z", "", slug)
    slug = re.sub(r"(\.git|\.atom)+\Z", "", slug)
    slug = re.sub(r"([-_.])[-_.]+", r"\1", slug)
    return slug[:_NAME_LIMIT] or "blank"


def _unique_username(gitlab: SimulatedGitLab, base: str) -> str:
    def is_taken(candidate: str) -> bool:
        found = gitlab.store.value("SELECT 1 FROM users WHERE username_folded = ?", (candidate.lower(),))
        return found is not None or candidate.lower() == gitlab.root.full_path.lower()

    number, candidate = 0, base
    while is_taken(candidate):
        number += 1
        candidate = f"{base}{number}"
    return candidate
