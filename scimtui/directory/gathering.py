"""What GitLab's lists told, as small rows, and how they become people: a pure join.

By user id where it is known, by GitLab username where only the SCIM token is there. With an access
token the REST identity list is the authority for who has a SCIM identity; SCIM pages add names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from scimtui.directory.badge import BadgeReading
from scimtui.directory.model import Record
from scimtui.text import fold_uid

_BOT_USERNAME = re.compile(
    r"(?:(?:group|project)_\d+_bot(?:_?\w+)?|service_account_(?:group_|project_)?\w+|ghost\d*)\Z"
)


class ScimRow(NamedTuple):
    """A SCIM user as the SCIM API tells."""

    uid: str
    username: str
    name: str
    email: str
    active: bool | None


class AccountRow(NamedTuple):
    """An account as members or a user list tell; `role` is empty for what is no member."""

    username: str
    name: str
    state: str
    email: str
    role: str = ""
    bot: bool = False


@dataclass(slots=True)
class Gathering:
    """Everything read so far. The REST identities are None until that list was read whole."""

    scim_users: dict[str, ScimRow] = field(default_factory=dict)
    scim_identities: dict[int, tuple[str, bool | None]] | None = None
    saml_identities: dict[int, str] | None = None
    members: dict[int, AccountRow] = field(default_factory=dict)
    accounts: dict[int, AccountRow] = field(default_factory=dict)
    enterprise_ids: set[int] | None = None
    provisioned_ids: set[int] | None = None

    def nameless(self) -> set[int]:
        """User ids with an identity that no list has named yet."""
        ids = set(self.scim_identities or ()) | set(self.saml_identities or ())
        by_uid = self.scim_users
        return {
            user_id
            for user_id in ids
            if user_id not in self.members
            and user_id not in self.accounts
            and not self._named_by_scim(user_id, by_uid)
        }

    def _named_by_scim(self, user_id: int, by_uid: dict[str, ScimRow]) -> bool:
        identity = (self.scim_identities or {}).get(user_id)
        return identity is not None and fold_uid(identity[0]) in by_uid


def is_bot(username: str, flagged: bool) -> bool:
    """Whether an account is a bot or service account: the members list does not flag them."""
    return flagged or _BOT_USERNAME.match(username) is not None


def join(gathering: Gathering, badge: BadgeReading, *, members_read: bool) -> list[Record]:
    """Join all lists into people, in no order. Enterprise users with neither membership nor identity
    are nobody's concern here and left out.
    """
    scim_by_id = gathering.scim_identities or {}
    saml_by_id = gathering.saml_identities or {}
    used: set[str] = set()
    people: list[Record] = []
    for user_id in _ids(gathering.members, scim_by_id, saml_by_id):
        record = Record(user_id=user_id, enterprise=badge.has(user_id))
        record.member = user_id in gathering.members if members_read else None
        if (identity := scim_by_id.get(user_id)) is not None:
            record.scim_uid, record.scim_active = identity
            row = gathering.scim_users.get(fold_uid(record.scim_uid))
            if row is not None:
                used.add(fold_uid(record.scim_uid))
                _name_from_scim(record, row)
        record.saml_uid = saml_by_id.get(user_id)
        account = gathering.members.get(user_id)
        for known in (account, gathering.accounts.get(user_id)):
            if known is not None:
                _fill(record, known)
        people.append(record)
    people += _scim_only(gathering, people, used)
    return people


def _ids(*sources: Iterable[int]) -> Iterator[int]:
    seen: set[int] = set()
    for source in sources:
        for user_id in source:
            if user_id not in seen:
                seen.add(user_id)
                yield user_id


def _scim_only(gathering: Gathering, people: list[Record], used: set[str]) -> list[Record]:
    """SCIM users that no REST identity row stands for: all of them without an access token.

    Where the REST identities were read they are the authority; a SCIM user beyond them came or went
    meanwhile and is joined by username, else kept by itself.
    """
    left = [row for folded, row in gathering.scim_users.items() if folded not in used]
    if not left:
        return []
    by_username = {record.username.lower(): record for record in people if record.username}
    found: list[Record] = []
    for row in left:
        record = by_username.get(row.username.lower()) if row.username else None
        if record is not None and record.scim_uid is None:
            record.scim_uid, record.scim_active = row.uid, row.active
            _name_from_scim(record, row)
        elif record is None:
            record = Record(scim_uid=row.uid, scim_active=row.active)
            _name_from_scim(record, row)
            record.bot = is_bot(record.username, False)
            found.append(record)
    return found


def _name_from_scim(record: Record, row: ScimRow) -> None:
    record.username = record.username or row.username
    record.name = record.name or row.name
    record.email = record.email or row.email


def _fill(record: Record, account: AccountRow) -> None:
    record.username = account.username or record.username
    record.name = account.name or record.name
    record.state = record.state or account.state
    record.email = record.email or account.email
    record.role = record.role or account.role
    record.bot = record.bot or is_bot(account.username, account.bot)
