"""GitLab's internal SCIM API, for a group and for the instance (contract 1.2–1.6, 2)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from scimtui.gitlab.errors import (
    GitLabError,
    OutcomeUnknown,
    ResourceNotFound,
    UnaddressableUid,
    WrongPerson,
)
from scimtui.gitlab.requests import (
    Answer,
    Request,
    check_storable_over_scim,
    encoded_uid,
    filter_value,
    patch_operation,
    query,
    read,
    scim_write,
)
from scimtui.gitlab.scimlisting import ListingProgress, ListingReport, ScimListing
from scimtui.gitlab.transport import Transport
from scimtui.gitlab.wire import SCIM_USERS, ScimPage, ScimUser, done, scim_page
from scimtui.text import fold_uid


@dataclass(frozen=True, slots=True)
class ScimWritten:
    """One write and what GitLab showed right after it: 204 alone proves nothing (contract page 0, 3).

    Attributes:
        before: the user as read just before the write; None for a creation.
        after: the same person as read back; None where GitLab shows none. A new externalId took
            effect only if it is `after.id`.
    """

    before: ScimUser | None
    after: ScimUser | None


class Account(NamedTuple):
    """Whose SCIM identity a write is meant for; an empty e-mail is one that is not known."""

    username: str
    email: str = ""

    def has(self, user: ScimUser) -> bool:
        """Whether this is their resource: both must fit, for a username can go to another account."""
        named = bool(self.username) and (user.user_name or "").lower() == self.username.lower()
        return named and (not self.email or (user.email or "").lower() == self.email.lower())


class ScimApi:
    """SCIM users of the profile's group, or of the instance. Every write is one request."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._users = f"{transport.access.address.scim_url}/Users"

    async def page(self, start: int = 1, count: int = 100, filter: str | None = None) -> ScimPage:
        """One page; `start` counts from 1 and `count` is capped at 100 by GitLab.

        Raises:
            GitLabError: see `scimtui.gitlab.errors`.
        """
        url = self._users + query(filter=filter, startIndex=start, count=count)
        return scim_page(await self._transport.send(read(url, "scim")))

    async def read_users(
        self, on_page: Callable[[ListingProgress], None], *, concurrency: int = 6
    ) -> ListingReport:
        """Read every user, handing on each page as it arrives; users come once each.

        Raises:
            GitLabError: a page failed after its retries; what was handed on stays good.
        """
        return await ScimListing(self.page, on_page, concurrency).run()

    async def users(self, *, concurrency: int = 6) -> tuple[list[ScimUser], ListingReport]:
        """All users as a list, with the report that tells whether any is missing."""
        found: list[ScimUser] = []
        report = await self.read_users(lambda page: found.extend(page.new), concurrency=concurrency)
        return found, report

    async def get(self, uid: str) -> ScimUser:
        """The user with this `extern_uid`, ignoring case.

        Raises:
            ResourceNotFound: there is none.
            UnaddressableUid, WrongPerson, GitLabError.
        """
        request = read(self._address(uid), "scim")
        user = SCIM_USERS.one(await self._transport.send(request))
        if user.id is None or fold_uid(user.id) != fold_uid(uid):
            raise WrongPerson(
                "GitLab answered with another uid than the one asked for",
                fix="look the person up by username",
                request=request.described,
            )
        return user

    async def find(self, attribute: str, value: str) -> ScimUser | None:
        """Look up by `id`, `externalId` or `userName` through the filter.

        The answer is compared with what was asked: GitLab's `userName` look-up tries uid, username
        and e-mail in turn and can answer a different person (contract page 0, 6). A `userName`
        that GitLab found by e-mail is kept, by anything else refused.

        Raises:
            UnaddressableUid: the value can't stand in a filter.
            GitLabError.
        """
        text = filter_value(attribute, value)
        if text is None:
            raise UnaddressableUid(value, "GitLab's filter loses blanks and quotes")
        page = await self.page(filter=text)
        for user in page.users:
            if attribute != "userName" and user.id is not None and fold_uid(user.id) == fold_uid(value):
                return user
            if attribute == "userName" and any(
                known is not None and known.lower() == value.lower() for known in (user.user_name, user.email)
            ):
                return user
        return None

    async def create(self, *, external_id: str, user_name: str, email: str, name: str) -> ScimWritten:
        """POST a user as an identity provider does (contract 2.4), and read it back.

        A refusal can leave an account or a membership behind all the same (2.4).

        Raises:
            Conflict, PendingDeprovisioning, Rejected, OutcomeUnknown, UnaddressableUid, GitLabError.
        """
        check_storable_over_scim(external_id)
        body: dict[str, Any] = {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "externalId": external_id,
            "userName": user_name,
            "active": True,
            "emails": [{"type": "work", "primary": True, "value": email}],
            "name": {"formatted": name},
        }
        request = scim_write("POST", self._users, body)
        tried = 0
        while (answer := await self._taken(request, tried)) is None:
            tried += 1
        # Other servers make ids of their own; GitLab's is the externalId.
        after = await self._read_back(request, None, external_id, *_told_ids(answer))
        if after is not None and (after.email or "").lower() != email.lower():
            other = WrongPerson(
                "GitLab took this for a person who was there already, with another e-mail",
                fix="look that person up before doing anything else",
                request=request.described,
            )
            raise OutcomeUnknown(other, request.described) from other
        return ScimWritten(None, after)

    def change_request(self, uid: str, new: str) -> Request:
        """What `set_external_id` sends.

        Raises:
            UnstorableValue, UnaddressableUid.
        """
        check_storable_over_scim(new)
        return scim_write("PATCH", self._address(uid), patch_operation("externalId", new))

    def activity_request(self, uid: str, active: bool) -> Request:
        """What `set_active` sends.

        Raises:
            UnaddressableUid: the value can't be asked for by path.
        """
        return scim_write("PATCH", self._address(uid), patch_operation("active", active))

    async def set_external_id(self, uid: str, new: str, *, holder: Account | None = None) -> ScimWritten:
        """Change the stored `extern_uid` of the SCIM identity; the SAML one is not touched (2.3).

        GitLab can accept this and ignore it (page 0, 3 and 4): compare `after.id`. A value that GitLab
        would change on the way, or that could not be addressed afterwards, is refused.

        Args:
            holder: whose identity this must be, with exactly this value, else nothing is sent.

        Raises:
            WrongPerson, Conflict, Rejected, OutcomeUnknown, UnstorableValue, UnaddressableUid, GitLabError.
        """
        return await self._write(uid, self.change_request(uid, new), holder, new, uid)

    async def set_active(self, uid: str, active: bool, *, holder: Account | None = None) -> ScimWritten:
        """Reactivate or deactivate (contract 2.3); deactivating removes the memberships.

        Args:
            holder: as for `set_external_id`.

        Raises:
            WrongPerson, PendingDeprovisioning, Rejected, OutcomeUnknown, UnaddressableUid, GitLabError.
        """
        return await self._write(uid, self.activity_request(uid, active), holder, uid)

    async def delete(self, uid: str) -> ScimWritten:
        """Deprovision: the identity becomes inactive and memberships go; account and identities stay (2.3).

        Raises:
            WrongPerson, Rejected, OutcomeUnknown, UnaddressableUid, GitLabError.
        """
        return await self._write(uid, scim_write("DELETE", self._address(uid)), None, uid)

    async def _write(self, uid: str, request: Request, holder: Account | None, *then: str) -> ScimWritten:
        tried, first = 0, None
        while True:
            looked = self._transport.now()
            before = await self.get(uid)
            first = first or before
            if not _same_person(first, before):
                raise WrongPerson.before_write(request.described)
            if holder is not None and not (before.id == uid and holder.has(before)):
                raise WrongPerson.before_write(request.described)
            fresh = self._transport.after_a_look(request, looked)
            if await self._taken(fresh, tried) is not None:
                return ScimWritten(before, await self._read_back(request, before, *then))
            tried += 1

    async def _taken(self, request: Request, tried: int) -> Answer | None:
        """GitLab's answer to a write; None where it did nothing and, after a wait, may be asked again."""
        try:
            answer = await self._transport.send(request)
            done(answer)
        except GitLabError as error:
            if await self._transport.may_write_again(error, tried + 1):
                return None
            raise
        return answer

    async def _read_back(self, request: Request, before: ScimUser | None, *uids: str) -> ScimUser | None:
        """The person under the first of these uids that is theirs: another can hold the new one.

        Where neither leads to them, they are looked up by username: GitLab may have stored a third value.
        """
        try:
            for uid in uids:
                with suppress(ResourceNotFound):
                    user = await self.get(uid)
                    if before is None or _same_person(before, user):
                        return user
            if before is not None and before.user_name:
                with suppress(UnaddressableUid):
                    found = await self.find("userName", before.user_name)
                    if found is not None and _same_person(before, found):
                        return found
        except GitLabError as error:
            raise OutcomeUnknown(error, request.described) from error
        return None

    def _address(self, uid: str) -> str:
        return f"{self._users}/{encoded_uid(uid)}"


def _same_person(one: ScimUser, other: ScimUser) -> bool:
    """No write here changes the username (contract 2.2)."""
    return bool(one.user_name) and (one.user_name or "").lower() == (other.user_name or "").lower()


def _told_ids(answer: Answer) -> tuple[str, ...]:
    """The id of a created user by the answer itself, where there is one that can be asked for."""
    try:
        told = SCIM_USERS.one(answer).id or ""
        encoded_uid(told)
    except GitLabError:
        return ()
    return (told,)
