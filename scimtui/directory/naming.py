"""Whether a name still means whom it meant: what a person typed, held against what GitLab shows right now.

A snapshot is of any age. Usernames and e-mail addresses change hands, and so do stored values.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeVar

from scimtui.directory.model import Record
from scimtui.gitlab import GitLab
from scimtui.gitlab.errors import (
    AnswerError,
    GroupNotFound,
    NotAuthenticated,
    NotFound,
    UnaddressableUid,
    WrongPerson,
)
from scimtui.gitlab.requests import filter_value
from scimtui.gitlab.rest import IdentityKind
from scimtui.gitlab.wire import ScimUser
from scimtui.text import fold_uid

T = TypeVar("T")
_LONGEST_ID = 19
# What nobody is called: a GUID, an Okta id.
_NO_USERNAME = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|00u[0-9A-Za-z]{17}", re.I)


class _Account(NamedTuple):
    """Somebody as the SCIM API tells."""

    username: str
    email: str
    uid: str = ""

    @classmethod
    def of(cls, user: ScimUser) -> _Account:
        return cls(_low(user.user_name), _low(user.email), user.id or "")

    def may_be(self, record: Record) -> bool:
        """Whether this is them, by username and, where both are known, e-mail."""
        emails = (self.email, record.email.lower())
        return self.username == record.username.lower() and ("" in emails or emails[0] == emails[1])


async def still_named(gitlab: GitLab, text: str, records: Sequence[Record]) -> bool:
    """Whether exactly these people have this user id, username, e-mail or stored uid right now.

    Where that can't be told by a few requests it is False: then everybody has to be read anew.

    Raises:
        GitLabError: GitLab could not be asked.
    """
    access = gitlab.access
    by_rest = bool(access.access_token) and not access.address.is_instance
    ids: set[int | None] = set()
    accounts: list[_Account] = []
    if by_rest:
        try:
            ids = await _ids(gitlab, text, records)
        except NotAuthenticated:
            if not access.scim_token:
                raise
            by_rest = False
    if access.scim_token:
        told = await _accounts(gitlab, text)
        if told is None:
            return False
        accounts = told
    known = {record.user_id for record in records if record.user_id is not None}
    if ids - known:
        return False
    strangers = [one for one in accounts if not any(one.may_be(record) for record in records)]
    if strangers:
        return False
    return all(
        (record.user_id in ids if record.user_id is not None else False)
        or any(account.may_be(record) and _fits(account, record, by_rest) for account in accounts)
        for record in records
    )


def _fits(account: _Account, record: Record, by_rest: bool) -> bool:
    """With the SCIM token alone both username and e-mail have to be the ones that were read."""
    return by_rest or account.email == record.email.lower()


async def _ids(gitlab: GitLab, text: str, records: Sequence[Record]) -> set[int | None]:
    """The user ids that GitLab's REST API tells for this text."""
    rest, folded = gitlab.rest, text.lower()
    # SAML identities are asked for in exact case: also in the one that was stored.
    stored = {
        record.saml_uid for record in records if record.saml_uid and fold_uid(record.saml_uid) == folded
    }

    async def holder(kind: IdentityKind, uid: str) -> set[int | None]:
        return {(await rest.identity(kind, uid)).user_id}

    async def members() -> set[int | None]:
        listed = await rest.members_like(text)
        return {one.id for one in listed.records if folded in (_low(one.username), _low(one.email))}

    async def saml_users() -> set[int | None]:
        listed = await rest.saml_users_like(text)
        return {one.id for one in listed.records if folded in (_low(one.username), _low(one.email))}

    asked = [holder("scim", text), *(holder("saml", uid) for uid in {text, *stored}), members(), saml_users()]
    ids: set[int | None] = set()
    if text.isascii() and text.isdigit() and len(text) < _LONGEST_ID:
        if any(record.user_id == int(text) for record in records):
            ids = {int(text)}  # an id is nobody else's, ever
        else:
            asked.append(_member(gitlab, int(text)))
    return ids.union(*await asyncio.gather(*map(_told, asked)))


async def _member(gitlab: GitLab, user_id: int) -> set[int | None]:
    return {(await gitlab.rest.member(user_id)).id}


async def _told(asking: Awaitable[set[T]]) -> set[T]:
    """Whom this names; nobody where GitLab knows nobody by it, or does not tell."""
    try:
        return await asking
    except (GroupNotFound, NotAuthenticated):
        raise
    except (AnswerError, UnaddressableUid, WrongPerson):
        return set()


async def _accounts(gitlab: GitLab, text: str) -> list[_Account] | None:
    """Whom the SCIM API knows by this text; None where it does not tell all of them.

    Its filter tries the stored uid before username and e-mail: who is found by the uid hides whoever else
    has the text for a name (contract page 0, 6).
    """
    found: list[_Account] = []
    with suppress(NotFound, UnaddressableUid, WrongPerson):
        found.append(_Account.of(await gitlab.scim.get(text)))
    asked = filter_value("userName", text)
    if asked is None:
        return found
    for user in (await gitlab.scim.page(filter=asked)).users:
        if text.lower() in (_low(user.user_name), _low(user.email)):
            found.append(_Account.of(user))
        elif fold_uid(user.id or "") == fold_uid(text) and not _NO_USERNAME.fullmatch(text):
            return None
    return found


def _low(text: str | None) -> str:
    return (text or "").lower()
