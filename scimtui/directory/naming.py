"""Whether a name still means whom it meant: what a person typed, held against what GitLab shows right now.

A snapshot is of any age. Usernames and e-mail addresses change hands, and so do stored values.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from scimtui.directory.model import Record
from scimtui.gitlab import GitLab
from scimtui.gitlab.errors import (
    Forbidden,
    GroupNotFound,
    NotAuthenticated,
    NotFound,
    Rejected,
    UnaddressableUid,
    WrongPerson,
)
from scimtui.gitlab.rest import IdentityKind
from scimtui.text import fold_uid

T = TypeVar("T")
_NOBODY = (NotFound, Rejected, UnaddressableUid, WrongPerson)
_NOBODY_OR_NOT_TOLD = (*_NOBODY, Forbidden)
_LONGEST_ID = 19


async def still_named(gitlab: GitLab, text: str, records: Sequence[Record]) -> bool:
    """Whether exactly these people have this user id, username, e-mail or stored uid right now.

    Where that can't be told by a few requests it is False: then everybody has to be read anew.

    Raises:
        GitLabError: GitLab could not be asked.
    """
    access = gitlab.access
    if access.access_token and not access.address.is_instance:
        try:
            named = await _by_user_id(gitlab, text)
        except NotAuthenticated:
            if not access.scim_token:
                raise
        else:
            return named == {record.user_id for record in records}
    accounts = {(record.username.lower(), record.email.lower()) for record in records}
    return await _by_account(gitlab, text) == accounts


async def _by_user_id(gitlab: GitLab, text: str) -> set[int | None]:
    rest, folded = gitlab.rest, text.lower()

    async def holder(kind: IdentityKind) -> set[int | None]:
        identity = await rest.identity(kind, text)
        return {identity.user_id}

    async def members() -> set[int | None]:
        listed = await rest.members_like(text)
        return {one.id for one in listed.records if folded in (_low(one.username), _low(one.email))}

    async def accounts() -> set[int | None]:
        listed = await rest.saml_users_like(text)
        return {one.id for one in listed.records if folded in (_low(one.username), _low(one.email))}

    async def member() -> set[int | None]:
        return {(await rest.member(int(text))).id}

    asked = [holder("scim"), holder("saml"), members(), accounts()]
    asked += [member()] if text.isascii() and text.isdigit() and len(text) < _LONGEST_ID else []
    return set().union(*await asyncio.gather(*map(_told, asked)))


async def _told(asking: Awaitable[set[T]]) -> set[T]:
    """Whom this names; nobody where GitLab knows nobody by it, or does not tell this token."""
    try:
        return await asking
    except GroupNotFound:
        raise
    except _NOBODY_OR_NOT_TOLD:
        return set()


async def _by_account(gitlab: GitLab, text: str) -> set[tuple[str, str]]:
    """The accounts that the SCIM API knows by this text, by username and e-mail."""
    found = set()
    try:
        users = [await gitlab.scim.get(text)]
    except _NOBODY:
        users = []
    try:
        user = await gitlab.scim.find("userName", text)
    except UnaddressableUid:
        user = None
    for one in (*users, *((user,) if user is not None else ())):
        if fold_uid(text) in (fold_uid(one.id or ""), _low(one.user_name), _low(one.email)):
            found.add((_low(one.user_name), _low(one.email)))
    return found


def _low(text: str | None) -> str:
    return (text or "").lower()
