"""Reading everybody from GitLab: which lists, several at once, and what it means when one can't be read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from scimtui.directory.badge import BadgeReading, read_badge
from scimtui.directory.domains import listed_domains
from scimtui.directory.gathering import AccountRow, Gathering, ScimRow
from scimtui.directory.model import Known
from scimtui.gitlab import GitLab, GitLabError, ListingProgress
from scimtui.gitlab.errors import Forbidden, NotFound
from scimtui.gitlab.requestlog import Exchange
from scimtui.gitlab.rest import UserList
from scimtui.gitlab.roles import role_name
from scimtui.gitlab.versions import Release
from scimtui.gitlab.wire import Listed, ListedUser, Member
from scimtui.text import fold_uid

SOURCES: Final[Mapping[str, str]] = {
    "scim-users": "SCIM users",
    "scim-identities": "SCIM identities",
    "saml-identities": "SAML identities",
    "members": "members",
    "enterprise-users": "enterprise users",
    "provisioned-users": "provisioned users",
    "saml-users": "SAML users",
    "group": "the group's settings",
    "version": "GitLab's version",
}
_EVERYBODY = frozenset({"scim-users", "scim-identities", "members"})


@dataclass(frozen=True, slots=True)
class Progress:
    """How far reading is: rows read and, where it is told, rows in all, by source.

    Attributes:
        awaited: lists of people that nothing has come of yet.
        trouble: why nothing is coming at the moment; empty where something is.
    """

    read: Mapping[str, int]
    totals: Mapping[str, int]
    awaited: int = 0
    trouble: str = ""

    @property
    def fraction(self) -> float | None:
        """0…1, None while no total is known; a list that has not begun counts as long as the longest."""
        if not self.totals:
            return None
        expected = sum(self.totals.values()) + self.awaited * max(self.totals.values())
        done = sum(min(self.read.get(source, 0), total) for source, total in self.totals.items())
        return done / expected if expected else None


@dataclass(slots=True)
class Failure:
    """A source that could not be read."""

    source: str
    error: GitLabError

    @property
    def warning(self) -> str:
        """What to say beside the people that were read."""
        return f"{SOURCES[self.source]} not read: {self.error.what}"


@dataclass(slots=True)
class PeopleReader:
    """One reading of all sources that the tokens allow.

    Attributes:
        on_progress: called in the event loop as rows arrive.
        on_growth: called when the number of people has doubled, so that a screen can show them.
    """

    gitlab: GitLab
    on_progress: Callable[[Progress], None] = lambda progress: None
    on_growth: Callable[[], None] = lambda: None
    nameid_source: str = ""
    gathering: Gathering = field(default_factory=Gathering)
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    version: str = ""
    _release: Release = field(default_factory=Release)
    _done: set[str] = field(default_factory=set)
    _read: dict[str, int] = field(default_factory=dict)
    _totals: dict[str, int] = field(default_factory=dict)
    _shown: int = 50
    _emails: dict[int, str] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)
    _awaited: set[str] = field(default_factory=set)
    _trouble: str = ""
    _domains: tuple[str, ...] = ()

    async def run(self) -> None:
        """Read everything.

        Raises:
            GitLabError: no source of people could be read at all.
        """
        access = self.gitlab.access
        lists: dict[str, Callable[[], Awaitable[None]]] = {}
        if access.scim_token:
            lists["scim-users"] = self._scim_users
        if access.access_token and not access.address.is_instance:
            lists["members"] = self._members
            lists["scim-identities"] = self._scim_identities
            lists["saml-identities"] = self._saml_identities
        self._awaited = {*lists, *(("badge",) if "members" in lists else ())}
        stop_hearing = self.gitlab.log.listen(self._hear)
        try:
            async with asyncio.TaskGroup() as group:
                for source, read in lists.items():
                    group.create_task(self._guarded(source, read))
                if "members" in lists:
                    group.create_task(self._claims())
        finally:
            stop_hearing()
        if not self._done & _EVERYBODY:
            raise self.failures[0].error if self.failures else GitLabError("no token to read people with")
        await self._names()
        self._texts.clear()
        self._compare_scim_sides()

    def known(self) -> Known:
        """Which absences mean something, after what was read so far."""
        address = self.gitlab.access.address
        return Known(
            scim=bool(self._done & {"scim-identities", "scim-users"}),
            saml="saml-identities" in self._done,
            members="members" in self._done,
            instance=address.is_instance,
            badge=self.badge().rule,
            nameid_source=self.nameid_source,
            domains=self._domains,
        )

    def badge(self) -> BadgeReading:
        """The badge by the rule in force."""
        return read_badge(
            release=self._release,
            enterprise_users=self.gathering.enterprise_ids if "enterprise-users" in self._done else None,
            provisioned_users=self.gathering.provisioned_ids if "provisioned-users" in self._done else None,
            member_emails=self._emails if "members" in self._done else None,
            is_owner="saml-identities" in self._done,
            has_access_token=bool(self.gitlab.access.access_token),
        )

    def warnings(self) -> tuple[str, ...]:
        """Everything to say beside the people that were read."""
        return tuple(failure.warning for failure in self.failures) + tuple(self.notes)

    def loss(self, former: Known) -> GitLabError | None:
        """Why less is known than before, where that may pass: a token that is no good, a list that broke.

        None where nothing is lost, or where GitLab's answer is that there is nothing, or no right to it.
        """
        known = self.known()
        lost = {
            "scim-identities": former.scim and not known.scim,
            "scim-users": former.scim and not known.scim,
            "saml-identities": former.saml and not known.saml,
            "members": former.members and not known.members,
        }
        for failure in self.failures:
            if lost.get(failure.source) and not isinstance(failure.error, Forbidden | NotFound):
                return failure.error
        return None

    def _hear(self, exchange: Exchange) -> None:
        trouble = trouble_in(exchange)
        if trouble is not None and trouble != self._trouble:
            self._trouble = trouble
            self._report()

    async def _guarded(self, source: str, read: Callable[[], Awaitable[None]]) -> None:
        try:
            await read()
        except GitLabError as error:
            self.failures.append(Failure(source, error))
        else:
            self._done.add(source)
        finally:
            self._no_longer_awaits(source)

    def _once(self, text: str | None) -> str:
        """The same text as one object: most of a person's values stand in several lists."""
        return self._texts.setdefault(text, text) if text else ""

    async def _scim_users(self) -> None:
        report = await self.gitlab.scim.read_users(self._take_scim)
        if report.unread and self.gitlab.access.address.is_instance:
            # Instance SCIM lists the identities of groups too (contract 1.4): one uid can stand there twice.
            self.notes.append(
                f"{report.read:,} different uids were read; GitLab counts {report.total:,}, "
                "those of groups among them"
            )
        elif report.warning:
            self.notes.append(report.warning)
        if report.defects:
            self.notes.append(
                f"{len(report.defects):,} SCIM users have faults, the first: {report.defects[0]}"
            )

    def _take_scim(self, page: ListingProgress) -> None:
        rows = self.gathering.scim_users
        for user in page.new:
            uid = self._once(user.id)
            rows[self._once(fold_uid(uid)) or f"\0{user.user_name}"] = ScimRow(
                uid,
                self._once(user.user_name),
                self._once(user.name),
                self._once(user.email),
                user.active,
            )
        self._advance("scim-users", page.read, page.total)

    async def _scim_identities(self) -> None:
        listed = await self.gitlab.rest.scim_identities()
        found: dict[int, tuple[str, bool | None]] = {}
        for row in listed.records:
            if row.user_id is not None and row.extern_uid is not None:
                found.setdefault(row.user_id, (self._once(row.extern_uid), row.active))
        self._note_dropped("SCIM", len(listed.records) - len(found) + len(listed.defects))
        self.gathering.scim_identities = found
        self._advance("scim-identities", len(found), len(found))

    async def _saml_identities(self) -> None:
        listed = await self.gitlab.rest.saml_identities()
        found: dict[int, str] = {}
        for row in listed.records:
            if row.user_id is not None and row.extern_uid is not None:
                found.setdefault(row.user_id, self._once(row.extern_uid))
        self._note_dropped("SAML", len(listed.records) - len(found) + len(listed.defects))
        self.gathering.saml_identities = found
        self._advance("saml-identities", len(found), len(found))

    def _note_dropped(self, kind: str, dropped: int) -> None:
        if dropped:
            self.notes.append(
                f"{dropped:,} {kind} identities were left out: no user, no value, or a second one"
            )

    async def _members(self) -> None:
        def take(page: Listed[Member], total: int | None) -> None:
            for member in page.records:
                if member.id is None:
                    continue
                custom = member.member_role.name if member.member_role is not None else None
                self.gathering.members[member.id] = AccountRow(
                    self._once(member.username),
                    self._once(member.name),
                    self._once(member.state),
                    self._once(member.email),
                    self._once(role_name(member.access_level, custom) or "member"),
                )
                if member.email:
                    self._emails[member.id] = self._once(member.email)
            self._advance("members", len(self.gathering.members), total)

        await self.gitlab.rest.read_members(take)

    async def _claims(self) -> None:
        """GitLab's version, and the list that tells the badge by the rule of that version."""
        try:
            await self._read_claims()
        finally:
            self._no_longer_awaits("badge")

    async def _read_claims(self) -> None:
        await self._optional("group", self._read_group)
        await self._guarded("version", self._read_version)
        if self._release.may_list_enterprise_users:
            await self._optional("enterprise-users", self._enterprise_users)
        if not self._release.gives_badge_by_claim:
            await self._optional("provisioned-users", self._provisioned_users)

    async def _read_group(self) -> None:
        """Who is let in (contract 2, section 12.1)."""
        self._domains = listed_domains((await self.gitlab.rest.group()).allowed_email_domains_list or "")

    async def _read_version(self) -> None:
        version = await self.gitlab.rest.version()
        self.version, self._release = version.version or "", version.release

    async def _optional(self, source: str, read: Callable[[], Awaitable[None]]) -> None:
        try:
            await read()
        except (NotFound, Forbidden):
            return  # an older GitLab, or no Owner: the next rule for the badge is tried
        except GitLabError as error:
            self.failures.append(Failure(source, error))
        else:
            self._done.add(source)

    async def _enterprise_users(self) -> None:
        self.gathering.enterprise_ids = set()
        await self._user_list("enterprise_users", "enterprise-users", self.gathering.enterprise_ids)

    async def _provisioned_users(self) -> None:
        self.gathering.provisioned_ids = set()
        await self._user_list("provisioned_users", "provisioned-users", self.gathering.provisioned_ids)

    async def _user_list(self, kind: UserList, source: str, ids: set[int] | None) -> None:
        def take(page: Listed[ListedUser], total: int | None) -> None:
            for user in page.records:
                if user.id is None:
                    continue
                if ids is not None:
                    ids.add(user.id)
                self.gathering.accounts[user.id] = AccountRow(
                    self._once(user.username),
                    self._once(user.name),
                    self._once(user.state),
                    self._once(user.email),
                    bot=bool(user.bot),
                )
            self._advance(source, self._read.get(source, 0) + len(page.records), total)

        await self.gitlab.rest.read_users(kind, take)

    async def _names(self) -> None:
        """People with an identity whom no list has named: those who are no members."""
        if self.gathering.nameless() and self._release.may_list_saml_users:
            await self._optional("saml-users", lambda: self._user_list("saml_users", "saml-users", None))

    def _compare_scim_sides(self) -> None:
        identities = self.gathering.scim_identities
        if identities and "scim-users" in self._done and not self.gathering.scim_users:
            self.notes.append(
                "GitLab lists no SCIM users although identities exist: SAML is disabled in the group"
            )

    def _advance(self, source: str, read: int, total: int | None) -> None:
        self._read[source] = read
        self._awaited.discard(source)
        if total is not None:
            self._totals[source] = total
        self._report()
        people = max(len(self.gathering.scim_users), len(self.gathering.members))
        if people >= 2 * self._shown:
            self._shown = people
            self.on_growth()

    def _no_longer_awaits(self, source: str) -> None:
        if source in self._awaited:
            self._awaited.discard(source)
            self._report()

    def _report(self) -> None:
        self.on_progress(Progress(dict(self._read), dict(self._totals), len(self._awaited), self._trouble))


def trouble_in(exchange: Exchange) -> str | None:
    """Why reading waits, by its newest request; empty where that went well, None where it tells nothing."""
    if exchange.status is None:
        return "no answer from GitLab, trying again"
    if exchange.status == HTTPStatus.TOO_MANY_REQUESTS:
        return "GitLab asks to slow down, waiting"
    if exchange.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"GitLab answers {exchange.status}, trying again"
    return "" if exchange.status < HTTPStatus.BAD_REQUEST else None
