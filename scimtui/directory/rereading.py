"""Reading one person afresh: a few requests instead of every list."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from scimtui.directory.judging import others_holding, person_beside
from scimtui.directory.model import Badge, Known, Person, Record
from scimtui.directory.snapshot import Row, Snapshot
from scimtui.gitlab import GitLab
from scimtui.gitlab.errors import Forbidden, GroupNotFound, NotFound, NoToken, UnaddressableUid, WrongPerson
from scimtui.gitlab.rest import IdentityKind
from scimtui.gitlab.roles import role_name
from scimtui.gitlab.scim import Account
from scimtui.gitlab.wire import SamlIdentity, ScimIdentity

_MOST_RIVALS = 4


async def reread(gitlab: GitLab, record: Record, known: Known) -> tuple[Record, Known]:
    """The same person as GitLab tells right now, and which absences mean something then.

    With the SCIM token alone nothing is carried over that only other lists tell.
    A stored value that is gone is looked for in the whole list by user id: it may have been changed.

    Raises:
        GitLabError: GitLab could not be asked.
    """
    if record.user_id is not None and gitlab.access.access_token and not gitlab.access.address.is_instance:
        return await _by_user_id(gitlab, record, record.user_id, known), known
    if gitlab.access.scim_token:
        told = Known(scim=True, instance=known.instance, nameid_source=known.nameid_source)
        return await _by_scim(gitlab, record), told
    raise NoToken("access")


async def reread_person(gitlab: GitLab, snapshot: Snapshot, row: Row) -> Person:
    """One person as GitLab tells right now; who else seems to hold their values is read again as well.

    Raises:
        GitLabError: GitLab could not be asked.
    """
    record, known = await reread(gitlab, row.record, snapshot.about.known)
    others = []
    for other in (await asyncio.to_thread(others_holding, snapshot, record))[:_MOST_RIVALS]:
        try:
            others.append((await reread(gitlab, other.record, snapshot.about.known))[0])
        except WrongPerson:
            continue  # whoever they are now, the value led to somebody else
    return person_beside(Row(row.number, record, row.verdict, row.sign_in), known, others)


async def _by_user_id(gitlab: GitLab, record: Record, user_id: int, known: Known) -> Record:
    fresh = replace(record)
    try:
        member = await gitlab.rest.member(user_id)
    except GroupNotFound:
        raise  # the token lost the group: that tells nothing about this person
    except NotFound:
        fresh.member, fresh.role = False, ""
    else:
        fresh.member = True
        fresh.name, fresh.username = member.name or fresh.name, member.username or fresh.username
        fresh.state, fresh.email = member.state or fresh.state, member.email or fresh.email
        custom = member.member_role.name if member.member_role is not None else None
        fresh.role = role_name(member.access_level, custom)
    if known.scim:
        try:
            scim = await _identity(gitlab, "scim", record.scim_uid, user_id)
        except Forbidden:
            if not gitlab.access.scim_token:
                raise
            # Not an Owner's access token: the list came over the SCIM API, and so does the one person.
            told = await _by_scim(gitlab, record)
            fresh.scim_uid, fresh.scim_active = told.scim_uid, told.scim_active
        else:
            fresh.scim_uid = scim.extern_uid if scim is not None else None
            fresh.scim_active = scim.active if isinstance(scim, ScimIdentity) else None
    if known.saml:
        saml = await _identity(gitlab, "saml", record.saml_uid, user_id)
        fresh.saml_uid = saml.extern_uid if saml is not None else None
    if known.badge is Badge.ENTERPRISE_USERS:
        fresh.enterprise = await _is_enterprise(gitlab, user_id)
    return fresh


async def _identity(
    gitlab: GitLab, kind: IdentityKind, uid: str | None, user_id: int
) -> ScimIdentity | SamlIdentity | None:
    if uid is not None:
        try:
            identity = await gitlab.rest.identity(kind, uid)
        except (NotFound, UnaddressableUid, WrongPerson):
            pass
        else:
            if identity.user_id == user_id:
                return identity
    listed = await (gitlab.rest.scim_identities() if kind == "scim" else gitlab.rest.saml_identities())
    return next((row for row in listed.records if row.user_id == user_id), None)


async def _is_enterprise(gitlab: GitLab, user_id: int) -> bool:
    try:
        await gitlab.rest.enterprise_user(user_id)
    except GroupNotFound:
        raise
    except NotFound:
        return False
    return True


async def _by_scim(gitlab: GitLab, record: Record) -> Record:
    """By uid, else by username: an answer is theirs where username and e-mail both fit.

    Without a user id nothing else tells an account that took a username over (contract 2.2).
    """
    user = None
    if record.scim_uid is not None:
        with suppress(NotFound, UnaddressableUid, WrongPerson):
            user = await gitlab.scim.get(record.scim_uid)
    account = Account(record.username, record.email)
    if record.username and (user is None or not account.has(user)):
        renamed = user is not None and bool(record.email) and _is(user.email, record.email)
        user = await gitlab.scim.find("userName", record.username)
        if renamed or (user is not None and not account.has(user)):
            raise WrongPerson(
                "username and e-mail address belong to two accounts now, so who this is can't be told",
                fix="read everybody again, and look for the person anew",
            )
    fresh = Record(record.user_id, record.username, record.name, record.email)
    if user is not None:
        fresh.scim_uid, fresh.scim_active = user.id, user.active
        fresh.name, fresh.email = user.name or fresh.name, user.email or fresh.email
    return fresh


def _is(told: str | None, known: str) -> bool:
    return (told or "").lower() == known.lower()
