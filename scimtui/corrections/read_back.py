"""What is stored after a write: found by who somebody is, and told only where the evidence agrees."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from scimtui.corrections.model import Action, Change, Identity, Outcome, Subject
from scimtui.corrections.reading import NOT_FOR_US, GroupReader, IdentityList, owned_rows, reason_of
from scimtui.gitlab import GitLab
from scimtui.gitlab.errors import (
    AnswerError,
    GitLabError,
    NotFound,
    NotSent,
    OutcomeUnknown,
    ResourceNotFound,
    ServerFailed,
    UnaddressableUid,
    WrongPerson,
)
from scimtui.gitlab.scim import Account
from scimtui.gitlab.wire import ScimUser

_MAY_BE_UNDER_WAY = "the old value is stored now, and the write may still be under way"
_BY_ANOTHER = "the new value is stored already, by another request than this one"
_LEFT_OPEN = frozenset({408, 499})


class Evidence(NamedTuple):
    """What GitLab shows about one change.

    Attributes:
        uid: what the person's identity holds by the list; None for no identity.
        active: its flag; None where it is not told.
        list_is_whole: whether the list could be read without a defect, and has those in it who must be.
        old_leads_to, new_leads_to: the user id that has the old or new value when asked for by it; None
            for nobody, or where it was not asked.
        asked_by_value: whether these two were asked.
        others: who else may have been hit: whoever has the new value, or had or lost the old one.
    """

    uid: str | None
    active: bool | None = None
    list_is_whole: bool = True
    old_leads_to: int | None = None
    new_leads_to: int | None = None
    asked_by_value: bool = False
    others: tuple[str, ...] = ()


class ReadBack(NamedTuple):
    """How a change ended, as far as that can be told.

    Attributes:
        uid: what is stored now; None for nothing, or not known.
        why: what keeps it from being known; empty where nothing does.
        hit: who else was changed instead, in words; empty for nobody.
    """

    outcome: Outcome
    uid: str | None = None
    why: str = ""
    hit: str = ""


def judge(change: Change, evidence: Evidence) -> ReadBack:
    """How a change ended by what is stored afterwards; evidence that contradicts itself tells nothing.

    That something is gone is told by a whole list that still has others in it and by a 404, never by the
    absence in a list alone. Somebody else was hit only where the person does not hold the old value any
    more: GitLab goes by values.
    """
    outcome = _outcome(change, evidence)
    moved = outcome is not Outcome.VERIFIED and evidence.uid != change.old
    hit = ", ".join(evidence.others) if moved and evidence.old_leads_to != change.subject.user_id else ""
    if change.subject.user_id is None and moved:
        hit = ", ".join(evidence.others)
    contradiction = _contradiction(change, evidence, outcome)
    if contradiction:
        return ReadBack(Outcome.UNKNOWN, evidence.uid, contradiction, hit)
    return ReadBack(outcome, evidence.uid, hit=hit)


def _outcome(change: Change, evidence: Evidence) -> Outcome:
    if change.action in (Action.REACTIVATE, Action.DEACTIVATE):
        if evidence.active is None or evidence.uid != change.old:
            return Outcome.OTHER  # it went to whoever has that value now
        wanted = change.action is Action.REACTIVATE
        return Outcome.VERIFIED if evidence.active is wanted else Outcome.UNCHANGED
    if evidence.uid == change.new:  # nothing, where it was to be removed
        return Outcome.VERIFIED
    return Outcome.UNCHANGED if evidence.uid == change.old else Outcome.OTHER


def _contradiction(change: Change, evidence: Evidence, outcome: Outcome) -> str:
    if evidence.uid is None and not evidence.list_is_whole:
        return "GitLab's list of identities is empty or can't be read whole, so what is gone can't be told"
    own = change.subject.user_id
    if not evidence.asked_by_value or own is None:
        return ""
    if outcome is not Outcome.VERIFIED and change.new and evidence.new_leads_to == own:
        return "GitLab's list shows another value than the one that leads to this person"
    if outcome is Outcome.UNCHANGED and evidence.old_leads_to != own:
        return "GitLab's list shows the old value, and asked for it GitLab does not find this person"
    if change.action is Action.REMOVE and outcome is Outcome.VERIFIED and evidence.old_leads_to is not None:
        return "GitLab's list shows no identity, and asked for the value GitLab still finds one"
    return ""


def says_nothing(error: GitLabError) -> bool:
    """Whether an error leaves open what GitLab did with a write.

    “Not found”, 408 and 499 can come from in front of GitLab, or answer a write that an earlier try made;
    a lost answer and a server's failure leave it open anyway.
    """
    return isinstance(error, OutcomeUnknown | ServerFailed | NotFound) or (
        isinstance(error, AnswerError) and error.status in _LEFT_OPEN
    )


def after_error(error: GitLabError, read: ReadBack) -> ReadBack:
    """The same after a write that ended with an error, some of which leave “unchanged” open."""
    if read.outcome is Outcome.VERIFIED and isinstance(error, ResourceNotFound):
        # GitLab itself found nobody with the old value any more: two entries can't both be the cause.
        return read._replace(outcome=Outcome.UNCHANGED, why=_BY_ANOTHER)
    if read.outcome is Outcome.UNCHANGED and says_nothing(error):
        return read._replace(outcome=Outcome.UNKNOWN, why=_MAY_BE_UNDER_WAY)
    return read if says_nothing(error) else read._replace(hit="")  # what was refused hit nobody


def account_of(subject: Subject) -> Account:
    """Somebody as the SCIM API knows them, which tells no user id."""
    return Account(subject.username, subject.email)


class Rereading:
    """Reads what is stored for somebody, after a write or for an entry that was left open."""

    def __init__(self, gitlab: GitLab, reader: GroupReader) -> None:
        self._gitlab, self._reader = gitlab, reader

    async def read_back(self, change: Change, before: IdentityList | None = None) -> ReadBack:
        """How this change ended, by what GitLab shows now.

        Args:
            before: the list as it was just before the write; None where it was not read then.
        """
        try:
            evidence = await self._evidence(change, before)
        except GitLabError as error:
            return ReadBack(Outcome.UNKNOWN, why=f"could not be read back: {reason_of(error)}")
        return judge(change, evidence)

    async def _evidence(self, change: Change, before: IdentityList | None) -> Evidence:
        """
        Raises:
            GitLabError: GitLab could not be asked.
        """
        user_id = change.subject.user_id
        if self._reader.has_rest and user_id is not None:
            found = await self._by_list(change, user_id, before)
            if found is not None:
                return found
        if change.identity is Identity.SAML:
            raise NotSent(
                "SAML identities can't be read with these tokens",
                fix="use an Owner's access token",
            )
        return await self._over_scim(change)

    async def _by_list(self, change: Change, user_id: int, before: IdentityList | None) -> Evidence | None:
        """By the whole list, in which a person is found by user id; None where it may not be read."""
        rest = self._gitlab.rest
        is_scim = change.identity is Identity.SCIM
        try:
            listed = await (rest.scim_identities() if is_scim else rest.saml_identities())
        except NOT_FOR_US:
            return None
        now = IdentityList(owned_rows(listed.records))
        own = now.own(user_id, change.new, change.old)
        if change.action is Action.REMOVE and own is not None and own.uid != change.old:
            # A second row of legacy data may be left; the one that was to go is judged.
            own = own if before is not None and before.has_one_row(user_id) else None
        evidence = Evidence(
            uid=own.uid if own is not None else None,
            active=own.active if own is not None else None,
            list_is_whole=not listed.defects and (bool(now.rows) or self._was_alone(change, before)),
        )
        if change.action is Action.CHANGE and evidence.uid == change.new:
            return evidence
        return evidence._replace(
            asked_by_value=True,
            old_leads_to=await self._leads_to(change, change.old),
            new_leads_to=await self._leads_to(change, change.new) if change.new else None,
            others=tuple(self._reader.label(other) for other in _hit(change, user_id, now, before)),
        )

    def _was_alone(self, change: Change, before: IdentityList | None) -> bool:
        """Whether nobody else has to be in the list, so that an empty one is whole."""
        if before is not None:
            return all(row.user_id == change.subject.user_id for row in before.rows)
        return self._reader.is_alone(change.identity)

    async def _leads_to(self, change: Change, uid: str) -> int | None:
        """Who has exactly this value when GitLab is asked for it."""
        try:
            found = await self._gitlab.rest.identity(change.identity.value, uid)
        except (ResourceNotFound, UnaddressableUid, WrongPerson):
            return None
        return found.user_id if found.extern_uid == uid else None

    async def _over_scim(self, change: Change) -> Evidence:
        """By the values it may hold, else by username: an answer is theirs where the e-mail fits too."""
        scim, account = self._gitlab.scim, account_of(change.subject)
        others: list[ScimUser] = []
        for uid in filter(None, (change.new, change.old)):
            with suppress(ResourceNotFound, UnaddressableUid, WrongPerson):
                user = await scim.get(uid)
                if account.has(user):
                    return Evidence(user.id, user.active)
                others.append(user)
        found = await scim.find("userName", change.subject.username)
        labels = tuple(
            Subject(None, user.user_name or "", user.name or "", user.email or "").label for user in others
        )
        if found is None:
            return Evidence(None, list_is_whole=False, others=labels)
        if not account.has(found):
            raise WrongPerson.of_account(account.username, found.email or "")
        return Evidence(found.id, found.active, others=labels)


def _hit(
    change: Change, user_id: int, now: IdentityList, before: IdentityList | None
) -> Iterable[int | None]:
    """Who else has the new value, has the old one now, or had a row and has none any more."""
    values = [change.new] if change.action is Action.CHANGE else [change.old]
    found = [row.user_id for value in values if value for row in now.holders(value)]
    if change.action is Action.REMOVE and before is not None:
        left = {row.user_id for row in now.rows}
        found += [row.user_id for row in before.rows if row.user_id not in left]
    return dict.fromkeys(other for other in found if other != user_id)
