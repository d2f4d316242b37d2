"""GitLab's REST API where it concerns sign-in and provisioning (contract 1.7–1.10a)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal, TypeVar

from scimtui.gitlab.errors import (
    GitLabError,
    NotFound,
    NotSent,
    OutcomeUnknown,
    Rejected,
    ResourceNotFound,
    SamlNotConfigured,
    UnaddressableUid,
    WrongPerson,
)
from scimtui.gitlab.requests import Answer, Request, encoded_uid, read, rest_write
from scimtui.gitlab.rest_requests import OLDER_VERSION, RestRequests
from scimtui.gitlab.restpages import read_pages
from scimtui.gitlab.transport import Transport
from scimtui.gitlab.wire import (
    GROUP,
    LISTED_USERS,
    MEMBERS,
    SAML_IDENTITIES,
    SCIM_IDENTITIES,
    THIS_USER,
    TOKEN_INFO,
    VERSION,
    Group,
    Listed,
    ListedUser,
    Member,
    RecordReader,
    SamlIdentity,
    ScimIdentity,
    ThisUser,
    TokenInfo,
    Version,
    done,
)
from scimtui.text import fold_uid

IdentityKind = Literal["scim", "saml"]
UserList = Literal["saml_users", "provisioned_users", "enterprise_users"]
Identity = ScimIdentity | SamlIdentity
Record = TypeVar("Record")
_BIG = 256 * 1024
_PAGE = 100


@dataclass(frozen=True, slots=True)
class IdentityWritten:
    """One write on an identity and what GitLab showed right after it.

    Attributes:
        after: the same person's identity as read back; None where there is none any more.
    """

    before: Identity
    after: Identity | None


class RestApi:
    """The REST calls about one group; needs the access token of an Owner for most of them."""

    def __init__(self, transport: Transport, group: str | None = None) -> None:
        self._transport = transport
        address = transport.access.address
        self._requests = RestRequests(address.rest_url, group if group is not None else address.group)

    @property
    def _of_group(self) -> RestRequests:
        """
        Raises:
            NotSent: there is no group.
        """
        try:
            _ = self._requests.group_url
        except ValueError:
            raise NotSent(
                "this profile is about a whole instance, and GitLab lists identities and members by group",
                fix="use a profile with the SCIM address of a group",
            ) from None
        return self._requests

    @property
    def _group(self) -> str:
        return self._of_group.group_url

    async def this_user(self) -> ThisUser:
        """Whose access token this is."""
        return THIS_USER.one(await self._send(self._requests.this_user()))

    async def token_info(self) -> TokenInfo:
        """Scopes and expiry of the access token; NotAuthenticated or Forbidden for OAuth tokens."""
        return TOKEN_INFO.one(await self._send(self._requests.token_info()))

    async def version(self) -> Version:
        """GitLab's version, by `/metadata` or, on older ones, `/version`."""
        try:
            return VERSION.one(await self._send(self._requests.version()))
        except NotFound:
            return VERSION.one(await self._send(self._requests.version(OLDER_VERSION)))

    async def group(self) -> Group:
        """The group itself; `parent_id` tells a subgroup."""
        return GROUP.one(await self._send(self._of_group.group()))

    async def scim_identities(self) -> Listed[ScimIdentity]:
        """Every SCIM identity of the group: GitLab does not page this list (contract 1.7).

        Raises:
            Forbidden: not an Owner.
            GitLabError: see `scimtui.gitlab.errors`.
        """
        return await self._whole_list(self._of_group.identities("scim"), SCIM_IDENTITIES)

    async def saml_identities(self) -> Listed[SamlIdentity]:
        """Every SAML identity of the group: GitLab does not page this list (contract 1.7).

        Raises:
            Forbidden: not an Owner.
            SamlNotConfigured: 400, the group has no SAML provider, as no sub-group has.
            GitLabError: see `scimtui.gitlab.errors`.
        """
        try:
            return await self._whole_list(self._of_group.identities("saml"), SAML_IDENTITIES)
        except Rejected as error:
            if error.status != HTTPStatus.BAD_REQUEST:
                raise
            raise SamlNotConfigured(
                "the group has no SAML SSO configured, so nobody has a SAML identity",
                fix="set up SAML SSO in GitLab first: Settings > SAML SSO of the top-level group",
                request=error.request,
                status=error.status,
                words=error.words,
            ) from error

    async def read_members(
        self, on_page: Callable[[Listed[Member], int | None], None], *, concurrency: int = 6
    ) -> int:
        """Read every direct member, handing on pages as they arrive with the total where it is told.

        Returns:
            How many members were handed on; a list that changes meanwhile can repeat some (1.10).

        Raises:
            GitLabError: a page failed after its retries; what was handed on stays good.
        """
        return await read_pages(self._transport, f"{self._group}/members", MEMBERS, on_page, concurrency)

    async def read_users(
        self,
        kind: UserList,
        on_page: Callable[[Listed[ListedUser], int | None], None],
        *,
        concurrency: int = 6,
    ) -> int:
        """Read one of the user lists of contract 1.8, like `read_members`.

        Raises:
            Forbidden, NotFound: not an Owner, or a GitLab that is older than this list.
            GitLabError: as `read_members`.
        """
        return await read_pages(self._transport, f"{self._group}/{kind}", LISTED_USERS, on_page, concurrency)

    async def member(self, user_id: int, *, inherited: bool = False) -> Member:
        """One member.

        Raises:
            NotFound: this user is no member.
        """
        member = MEMBERS.one(await self._send(self._of_group.member(user_id, inherited=inherited)))
        _is_user(member.id, user_id)
        return member

    async def members_like(self, text: str) -> Listed[Member]:
        """The first page of direct members whose name, username or e-mail is like this (contract 1.9)."""
        return MEMBERS.many(await self._send(self._of_group.like("members", query=text, per_page=_PAGE)))

    async def saml_users_like(self, text: str) -> Listed[ListedUser]:
        """The first page of SAML users like this, by their private e-mail too (18.1+, contract 1.8).

        Raises:
            Forbidden, NotFound: not an Owner, or a GitLab that is older than this list.
        """
        asked = self._of_group.like("saml_users", search=text, per_page=_PAGE)
        return LISTED_USERS.many(await self._send(asked))

    async def enterprise_user(self, user_id: int) -> ListedUser:
        """One enterprise user of the group (17.9+).

        Raises:
            NotFound: GitLab has not claimed this user for the group, or is older.
        """
        asked = self._of_group.like(f"enterprise_users/{user_id}")
        user = LISTED_USERS.one(await self._send(asked))
        _is_user(user.id, user_id)
        return user

    async def identity(self, kind: IdentityKind, uid: str) -> Identity:
        """One identity: SCIM ignoring case, SAML in exact case (contract 1.7).

        Raises:
            ResourceNotFound: there is none.
            UnaddressableUid, WrongPerson, GitLabError.
        """
        request = read(self._readable_address(kind, uid), "access")
        reader: RecordReader[Identity] = SCIM_IDENTITIES if kind == "scim" else SAML_IDENTITIES  # type: ignore[assignment]
        identity = reader.one(await self._transport.send(request))
        known = identity.extern_uid
        same = known is not None and (fold_uid(known) == fold_uid(uid) if kind == "scim" else known == uid)
        if not same:
            raise WrongPerson(
                "GitLab answered with another uid than the one asked for",
                fix="look the person up in the list of identities",
                request=request.described,
            )
        return identity

    def change_request(self, kind: IdentityKind, uid: str, new: str) -> Request:
        """What `set_extern_uid` sends.

        Raises:
            UnaddressableUid: one of the two values can't be asked for by path.
        """
        self._readable_address(kind, uid)
        self._readable_address(kind, new)
        return rest_write("PATCH", self._identity_address(kind, uid), {"extern_uid": new})

    def deletion_request(self, kind: IdentityKind, uid: str) -> Request:
        """What `delete_identity` sends.

        Raises:
            UnaddressableUid: the value can't be asked for by path.
        """
        return rest_write("DELETE", self._readable_address(kind, uid))

    async def set_extern_uid(
        self, kind: IdentityKind, uid: str, new: str, *, holder: int | None = None
    ) -> IdentityWritten:
        """Change a stored `extern_uid`.

        On current versions a changed SAML value blocks the person's sign-in (contract 3.4). A value
        that could not be read back is refused.

        Args:
            holder: user id of whose identity this must be, with exactly this value, else nothing is sent.

        Raises:
            WrongPerson, Conflict, Rejected, OutcomeUnknown, UnaddressableUid, GitLabError.
        """
        return await self._write(kind, uid, self.change_request(kind, uid, new), holder, new, uid)

    async def delete_identity(
        self, kind: IdentityKind, uid: str, *, holder: int | None = None
    ) -> IdentityWritten:
        """Delete that identity alone: membership, the other identity and the account stay (1.7).

        Args:
            holder: as for `set_extern_uid`.

        Raises:
            WrongPerson, OutcomeUnknown, UnaddressableUid, GitLabError.
        """
        return await self._write(kind, uid, self.deletion_request(kind, uid), holder, uid)

    async def _write(
        self, kind: IdentityKind, uid: str, request: Request, holder: int | None, *then: str
    ) -> IdentityWritten:
        tried, first = 0, None
        while True:
            looked = self._transport.now()
            before = await self.identity(kind, uid)
            first = first or before
            if before.user_id is None or before.user_id != first.user_id:
                raise WrongPerson.before_write(request.described)
            if holder is not None and (before.user_id != holder or before.extern_uid != uid):
                raise WrongPerson.before_write(request.described)
            tried += 1
            try:
                done(await self._transport.send(self._transport.after_a_look(request, looked)))
            except GitLabError as error:
                if not await self._transport.may_write_again(error, tried):
                    raise
            else:
                return IdentityWritten(before, await self._read_back(request, before, kind, *then))

    async def _read_back(
        self, request: Request, before: Identity, kind: IdentityKind, *uids: str
    ) -> Identity | None:
        """The identity under the first of these uids that is the same person's."""
        try:
            for uid in uids:
                with suppress(ResourceNotFound):
                    identity = await self.identity(kind, uid)
                    if identity.user_id == before.user_id:
                        return identity
        except GitLabError as error:
            raise OutcomeUnknown(error, request.described) from error
        return None

    def _readable_address(self, kind: IdentityKind, uid: str) -> str:
        if uid == "identities":
            raise UnaddressableUid(uid, "GitLab answers this address with the whole list")
        return self._identity_address(kind, uid)

    def _identity_address(self, kind: IdentityKind, uid: str) -> str:
        return f"{self._group}/{kind}/{encoded_uid(uid)}"

    async def _whole_list(self, request: Request, reader: RecordReader[Record]) -> Listed[Record]:
        answer = await self._send(request)
        if len(answer.body) > _BIG:
            return await asyncio.to_thread(reader.many, answer)
        return reader.many(answer)

    async def _send(self, request: Request) -> Answer:
        return await self._transport.send(request)


def _is_user(told: int | None, asked: int) -> None:
    if told != asked:
        raise WrongPerson(
            "GitLab answered with another user than the one asked for", fix="read the list of members again"
        )
