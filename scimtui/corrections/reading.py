"""What GitLab shows right now around one person: read afresh before anything is planned, sent or told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from scimtui.corrections.facts import Holder
from scimtui.corrections.model import Identity, Subject
from scimtui.corrections.shapes import shapes_of
from scimtui.directory.judging import label_of, person_beside, person_in
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
from scimtui.gitlab.versions import Release
from scimtui.gitlab.wire import Listed, SamlIdentity, ScimIdentity, ScimUser
from scimtui.text import fold_uid

T = TypeVar("T")
NOT_FOR_US = (Forbidden, NotAuthenticated, NotFound, NotSent)


class Owned(NamedTuple):
    """One row of a list of identities."""

    uid: str
    user_id: int | None
    active: bool | None = None


class IdentityList:
    """One list of identities, whole; found by person or by value without going through all of it."""

    def __init__(self, rows: Iterable[Owned]) -> None:
        self.rows = tuple(rows)
        self._by_user: dict[int, Owned] = {}
        self._by_value: dict[str, list[Owned]] = {}
        for row in self.rows:
            if row.user_id is not None:
                self._by_user.setdefault(row.user_id, row)
            self._by_value.setdefault(fold_uid(row.uid), []).append(row)

    def own(self, user_id: int) -> Owned | None:
        """This person's row."""
        return self._by_user.get(user_id)

    def holders(self, value: str) -> Sequence[Owned]:
        """Every row with this value, ignoring case; legacy rows can differ in case alone."""
        return self._by_value.get(fold_uid(value), ())


class Lists(NamedTuple):
    """Both lists of identities; None for one that could not be read."""

    scim: IdentityList | None = None
    saml: IdentityList | None = None

    def of(self, identity: Identity) -> IdentityList | None:
        """The list of this kind."""
        return self.scim if identity is Identity.SCIM else self.saml

    def holders(self, identity: Identity, value: str) -> Sequence[Owned]:
        """Every row of this kind with this value, ignoring case; nobody where the list was not read."""
        listed = self.of(identity)
        return listed.holders(value) if listed is not None else ()


class Ground(NamedTuple):
    """What a correction stands on: the first look and the one just before a write are both this, whole.

    Attributes:
        person: as just read.
        release: which GitLab it is, as just read.
        token_user: id and username of the access token's user, as far as that could be read.
        may_write: whether the access token has scope `api`; None where it can't be told.
        shapes: how many of the group's values are of which kind, by identity.
        owners: how many people are known to be Owners.
    """

    person: Person
    row: Row
    lists: Lists
    release: Release
    token_user: tuple[int | None, str]
    may_write: bool | None
    shapes: Mapping[Identity, Mapping[str, int]]
    owners: int

    @property
    def subject(self) -> Subject:
        """Who it is about."""
        return Subject.of(self.person.record)


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
        (record, known), lists, (release, user, may_write) = await asyncio.gather(
            self._record(row.record, self._snapshot.about.known), self.lists(), self._about()
        )
        if record.user_id is None:
            record.user_id = await self._user_id(record, lists)
        record = self._with_lists(record, lists)
        known = known._replace(
            scim=known.scim or lists.scim is not None, saml=known.saml or lists.saml is not None
        )
        fresh = Row(row.number, record, row.verdict, row.sign_in)
        person = await asyncio.to_thread(self._person, fresh, known, lists)
        shapes, owners = await asyncio.to_thread(self._others, lists)
        return Ground(person, fresh, lists, release, user, may_write, shapes, owners)

    def _person(self, fresh: Row, known: Known, lists: Lists) -> Person:
        """The person beside whoever holds their values by the lists; by the people last read without them."""
        record = fresh.record
        if lists.scim is None or lists.saml is None or record.user_id is None:
            return person_in(self._snapshot, fresh, known)
        values = {value for value in (record.scim_uid, record.saml_uid) if value is not None}
        others: dict[int | None, Record] = {}
        for identity in Identity:
            for owned in (row for value in values for row in lists.holders(identity, value)):
                other = others.setdefault(owned.user_id, self._named(owned.user_id))
                if identity is Identity.SCIM:
                    other.scim_uid = owned.uid
                else:
                    other.saml_uid = owned.uid
        return person_beside(fresh, known, others.values())

    def _named(self, user_id: int | None) -> Record:
        """Who has this id, by the people last read, without the values they held then."""
        rows = self._snapshot.named(str(user_id)) if user_id is not None else []
        known = next((row.record for row in rows if row.record.user_id == user_id), None)
        return Record(user_id, known.username, known.name) if known is not None else Record(user_id)

    def _others(self, lists: Lists) -> tuple[Mapping[Identity, Mapping[str, int]], int]:
        """What values everybody has, by the lists just read or else the people last read; and the Owners."""
        shapes = {}
        for identity in Identity:
            listed = lists.of(identity)
            values = [row.uid for row in listed.rows] if listed is not None else []
            shapes[identity] = shapes_of(values or self._snapshot.values(identity.value))
        return shapes, self._snapshot.with_role("Owner")

    async def _about(self) -> tuple[Release, tuple[int | None, str], bool | None]:
        """Which GitLab it is, whose access token it is, and whether it may write."""
        release = Release.read(self._snapshot.about.version)
        if not self.has_rest:
            return release, (None, ""), None
        rest = self._gitlab.rest
        told, me, token = await asyncio.gather(
            _unless_refused(rest.version()),
            _unless_refused(rest.this_user()),
            _unless_refused(rest.token_info()),
        )
        if told is not None and told.release.number is not None:
            release = told.release
        user = (me.id, me.username or "") if me is not None else (None, "")
        may_write = "api" in token.scopes if token is not None and token.scopes else None
        return release, user, may_write

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
        (owned,) = lists.holders(Identity.SCIM, record.scim_uid or "")[:1] or (None,)
        if owned is None or owned.user_id is None:
            return None
        member = await _unless_refused(self._gitlab.rest.member(owned.user_id))
        same = member is not None and (member.username or "").lower() == record.username.lower()
        return owned.user_id if same else None

    @staticmethod
    def _with_lists(record: Record, lists: Lists) -> Record:
        """The identities as the lists have them, which lead by user id and not by value."""
        for identity in Identity:
            listed = lists.of(identity)
            if listed is None or record.user_id is None:
                continue
            own = listed.own(record.user_id)
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
            return Lists(await _indexed(scim), IdentityList(()))
        return Lists(await _indexed(scim), await _indexed(saml))

    async def holders(self, value: str, lists: Lists, but: Iterable[Subject]) -> tuple[Holder, ...]:
        """Who else has this value in either kind of identity, ignoring case, inactive ones too.

        Raises:
            GitLabError: GitLab could not be asked.
        """
        without = tuple(but)
        ids = {one.user_id for one in without if one.user_id is not None}
        found = [
            Holder(identity, await asyncio.to_thread(self.label, other.user_id))
            for identity in Identity
            for other in lists.holders(identity, value)
            if other.user_id not in ids
        ]
        if lists.scim is None and self._gitlab.access.scim_token and value:
            found += await self._scim_holder(value, without)
        return tuple(found)

    async def _scim_holder(self, value: str, but: Iterable[Subject]) -> list[Holder]:
        try:
            user = await self._gitlab.scim.get(value)
        except (ResourceNotFound, UnaddressableUid):
            return []
        found = _subject_of(user)
        return [] if any(found.may_be(one) for one in but) else [Holder(Identity.SCIM, found.label)]

    def label(self, user_id: int | None) -> str:
        """How the person of this id is named in a sentence, by the people last read."""
        if user_id is None:
            return "a person whose user id GitLab did not tell"
        for row in self._snapshot.named(str(user_id)):
            if row.record.user_id == user_id:
                return label_of(row.record)
        return f"user {user_id}"


async def _unless_refused(call: Awaitable[T], and_not: type[AnswerError] | tuple[()] = ()) -> T | None:
    """The answer; None where these tokens may not ask. A GitLab that can't be reached is an error."""
    try:
        return await call
    except NOT_FOR_US as error:
        if and_not and isinstance(error, and_not):
            raise
        return None


async def _indexed(listed: Listed[ScimIdentity] | Listed[SamlIdentity] | None) -> IdentityList | None:
    if listed is None:
        return None
    rows = (
        Owned(record.extern_uid, record.user_id, getattr(record, "active", None))
        for record in listed.records
        if record.extern_uid is not None
    )
    return await asyncio.to_thread(IdentityList, rows)


def _subject_of(user: ScimUser) -> Subject:
    return Subject(None, user.user_name or "", user.name or "", user.email or "")


def reason_of(error: GitLabError) -> str:
    """An error in one line, with GitLab's own words."""
    return ". ".join(part for part in (error.what, error.said) if part)
