"""What GitLab shows right now around one person: read afresh before anything is planned, sent or told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple, TypeVar

from scimtui.corrections.facts import Holder
from scimtui.corrections.model import Identity, Subject
from scimtui.directory.judging import label_of, person_in
from scimtui.directory.model import Known, Person, Record
from scimtui.directory.rereading import reread
from scimtui.directory.snapshot import Row, Snapshot
from scimtui.gitlab import GitLab
from scimtui.gitlab.errors import (
    AnswerError,
    Forbidden,
    GitLabError,
    NotAuthenticated,
    NotFound,
    NotSent,
    ResourceNotFound,
    SamlNotConfigured,
    UnaddressableUid,
    WrongPerson,
)
from scimtui.gitlab.versions import version_number
from scimtui.gitlab.wire import SamlIdentity, ScimIdentity
from scimtui.text import fold_uid

T = TypeVar("T")
_NOT_FOR_US = (Forbidden, NotAuthenticated, NotFound, NotSent)


class Owned(NamedTuple):
    """One row of a list of identities."""

    uid: str
    user_id: int | None
    active: bool | None = None


class Lists(NamedTuple):
    """Both lists of identities by folded value; None for one that could not be read."""

    scim: Mapping[str, Owned] | None = None
    saml: Mapping[str, Owned] | None = None

    def of(self, identity: Identity) -> Mapping[str, Owned] | None:
        """The list of this kind."""
        return self.scim if identity is Identity.SCIM else self.saml


class Ground(NamedTuple):
    """What a correction stands on.

    Attributes:
        person: as just read.
        token_user: id and username of the access token's user, as far as that could be read.
        may_write: whether the access token has scope `api`; None where it can't be told.
    """

    person: Person
    row: Row
    lists: Lists
    version: tuple[int, int] | None
    token_user: tuple[int | None, str] = (None, "")
    may_write: bool | None = None

    @property
    def subject(self) -> Subject:
        """Who it is about."""
        return Subject.of(self.person.record)


class Stored(NamedTuple):
    """What one identity holds now.

    Attributes:
        uid: None where there is no such identity.
        active: None where it is not told.
    """

    uid: str | None
    active: bool | None = None


class GroupReader:
    """Reads one group by whichever token serves; names of other people come from the snapshot."""

    def __init__(self, gitlab: GitLab, snapshot: Snapshot) -> None:
        self._gitlab = gitlab
        self._snapshot = snapshot

    @property
    def has_rest(self) -> bool:
        """Whether the REST API of a group can be asked at all."""
        access = self._gitlab.access
        return bool(access.access_token) and not access.address.is_instance

    async def ground(self, row: Row) -> Ground:
        """Read one person, both lists and what the token may do.

        Raises:
            GitLabError: GitLab could not be asked.
        """
        (record, known), lists, about = await asyncio.gather(
            self._record(row.record, self._snapshot.about.known), self.lists(), self._about()
        )
        version, user, may_write = about
        if record.user_id is None:
            record.user_id = await self._user_id(record, lists)
        record = self._with_lists(record, lists)
        known = known._replace(
            scim=known.scim or lists.scim is not None, saml=known.saml or lists.saml is not None
        )
        fresh = Row(row.number, record, row.verdict, row.sign_in)
        person = await asyncio.to_thread(person_in, self._snapshot, fresh, known)
        return Ground(person, fresh, lists, version, user, may_write)

    async def _about(self) -> tuple[tuple[int, int] | None, tuple[int | None, str], bool | None]:
        """GitLab's version, whose access token it is, and whether it may write."""
        version = version_number(self._snapshot.about.version)
        if not self.has_rest:
            return version, (None, ""), None
        rest = self._gitlab.rest
        told, me, token = await asyncio.gather(
            _unless_refused(rest.version()),
            _unless_refused(rest.this_user()),
            _unless_refused(rest.token_info()),
        )
        if told is not None and told.number is not None:
            version = told.number
        user = (me.id, me.username or "") if me is not None else (None, "")
        may_write = "api" in token.scopes if token is not None and token.scopes else None
        return version, user, may_write

    async def _record(self, record: Record, known: Known) -> tuple[Record, Known]:
        try:
            return await reread(self._gitlab, record, known)
        except (Forbidden, NotAuthenticated):
            if not self._gitlab.access.scim_token:
                raise
        alone = Record(None, record.username, record.name, record.email, scim_uid=record.scim_uid)
        fresh, known = await reread(self._gitlab, alone, known)
        if record.user_id is not None:
            # The SCIM API tells no user id: it stays theirs only while uid and username still go together.
            if fold_uid(fresh.scim_uid or "") != fold_uid(record.scim_uid or ""):
                raise WrongPerson(
                    "the uid is not the one that was read before, so whose it is can't be told",
                    fix="read everybody again, and look for the person anew",
                )
            fresh.user_id = record.user_id
        return fresh, known

    async def _user_id(self, record: Record, lists: Lists) -> int | None:
        """Whose uid it is by the list, where the member of that id has the same username; None else."""
        owned = (lists.scim or {}).get(fold_uid(record.scim_uid or ""))
        if owned is None or owned.user_id is None:
            return None
        member = await _unless_refused(self._gitlab.rest.member(owned.user_id))
        same = member is not None and (member.username or "").lower() == record.username.lower()
        return owned.user_id if same else None

    @staticmethod
    def _with_lists(record: Record, lists: Lists) -> Record:
        """The identities as the lists have them, which lead by user id and not by value."""
        for identity, owned in ((Identity.SCIM, lists.scim), (Identity.SAML, lists.saml)):
            if owned is None or record.user_id is None:
                continue
            own = next((one for one in owned.values() if one.user_id == record.user_id), None)
            if identity is Identity.SCIM:
                record.scim_uid = own.uid if own is not None else None
                record.scim_active = own.active if own is not None else None
            else:
                record.saml_uid = own.uid if own is not None else None
        return record

    async def lists(self) -> Lists:
        """Both lists over REST: GitLab gives each as a whole (contract 1.7)."""
        if not self.has_rest:
            return Lists()
        scim = await _unless_refused(self._gitlab.rest.scim_identities())
        try:
            saml = await _unless_refused(self._gitlab.rest.saml_identities(), and_not=SamlNotConfigured)
        except SamlNotConfigured:
            return Lists(_by_uid(scim.records) if scim is not None else None, {})
        return Lists(
            _by_uid(scim.records) if scim is not None else None,
            _by_uid(saml.records) if saml is not None else None,
        )

    async def holders(self, value: str, lists: Lists, but: Iterable[Subject]) -> tuple[Holder, ...]:
        """Who else has this value in either kind of identity, ignoring case, inactive ones too.

        Raises:
            GitLabError: GitLab could not be asked.
        """
        without = tuple(but)
        found: list[Holder] = []
        for identity in Identity:
            owned = lists.of(identity)
            if owned is None:
                continue
            other = owned.get(fold_uid(value))
            if other is not None and not any(
                one.user_id is not None and one.user_id == other.user_id for one in without
            ):
                found.append(Holder(identity, await asyncio.to_thread(self._label, other)))
        if lists.scim is None and self._gitlab.access.scim_token and value:
            found += await self._scim_holder(value, without)
        return tuple(found)

    async def _scim_holder(self, value: str, but: Iterable[Subject]) -> list[Holder]:
        try:
            user = await self._gitlab.scim.get(value)
        except (ResourceNotFound, UnaddressableUid):
            return []
        found = Subject(None, user.user_name or "", user.name or "", user.email or "")
        return [] if any(found.is_same(one) for one in but) else [Holder(Identity.SCIM, found.label)]

    def _label(self, owned: Owned) -> str:
        if owned.user_id is not None:
            for row in self._snapshot.named(str(owned.user_id)):
                if row.record.user_id == owned.user_id:
                    return label_of(row.record)
            return f"user {owned.user_id}"
        return "a person whose user id GitLab did not tell"

    async def stored(self, subject: Subject, identity: Identity, *uids: str) -> Stored:
        """What this person's identity holds now, found by who they are and not by what was answered.

        Args:
            uids: values it may hold; with the SCIM token alone they are tried before the username.

        Raises:
            GitLabError: GitLab could not be asked.
        """
        if self.has_rest and subject.user_id is not None:
            owned = await self._owned(identity, subject.user_id)
            if owned is not None:
                return owned
        if identity is Identity.SAML:
            raise NotSent(
                "SAML identities can't be read with these tokens",
                fix="use an Owner's access token",
            )
        return await self._stored_for_scim(subject, uids)

    async def _owned(self, identity: Identity, user_id: int) -> Stored | None:
        """By the whole list, in which a person is found by user id; None where it may not be read."""
        rows: tuple[ScimIdentity | SamlIdentity, ...]
        try:
            if identity is Identity.SCIM:
                rows = (await self._gitlab.rest.scim_identities()).records
            else:
                rows = (await self._gitlab.rest.saml_identities()).records
        except _NOT_FOR_US:
            return None
        own = next((row for row in rows if row.user_id == user_id), None)
        return Stored(own.extern_uid, getattr(own, "active", None)) if own is not None else Stored(None)

    async def _stored_for_scim(self, subject: Subject, uids: Iterable[str]) -> Stored:
        scim = self._gitlab.scim
        for uid in uids:
            with suppress(ResourceNotFound, UnaddressableUid, WrongPerson):
                user = await scim.get(uid)
                if (user.user_name or "").lower() == subject.username.lower():
                    return Stored(user.id, user.active)
        found = await scim.find("userName", subject.username)
        if found is not None and (found.user_name or "").lower() == subject.username.lower():
            return Stored(found.id, found.active)
        return Stored(None)


async def _unless_refused(call: Awaitable[T], and_not: type[AnswerError] | tuple[()] = ()) -> T | None:
    """The answer; None where these tokens may not ask. A GitLab that can't be reached is an error."""
    try:
        return await call
    except _NOT_FOR_US as error:
        if and_not and isinstance(error, and_not):
            raise
        return None


def _by_uid(records: Iterable[ScimIdentity | SamlIdentity]) -> dict[str, Owned]:
    return {
        fold_uid(record.extern_uid): Owned(record.extern_uid, record.user_id, getattr(record, "active", None))
        for record in records
        if record.extern_uid is not None
    }


def reason_of(error: GitLabError) -> str:
    """An error in one line, with GitLab's own words."""
    return ". ".join(part for part in (error.what, error.said) if part)
