"""What is stored after a write: found by who somebody is, and told only where the evidence agrees."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from scimtui.corrections.model import Action, Change, Identity, Outcome, Subject
from scimtui.corrections.reading import NOT_FOR_US, GroupReader, reason_of
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
from scimtui.gitlab.wire import SamlIdentity, ScimIdentity
from scimtui.text import fold_uid

_MAY_BE_UNDER_WAY = "the old value is stored now, and the write may still be under way"
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
        held_by: user id of somebody else who has the new value.
        held_by_label: how they are named.
    """

    uid: str | None
    active: bool | None = None
    list_is_whole: bool = True
    old_leads_to: int | None = None
    new_leads_to: int | None = None
    asked_by_value: bool = False
    held_by: int | None = None
    held_by_label: str = ""


class ReadBack(NamedTuple):
    """How a change ended, as far as that can be told.

    Attributes:
        uid: what is stored now; None for nothing, or not known.
        why: what keeps it from being known; empty where nothing does.
        landed_at: who else has the new value now; empty for nobody.
    """

    outcome: Outcome
    uid: str | None = None
    why: str = ""
    landed_at: str = ""


def judge(change: Change, evidence: Evidence) -> ReadBack:
    """How a change ended by what is stored afterwards; evidence that contradicts itself tells nothing.

    That something is gone is told by a whole list that still has others in it and by a 404, never by the
    absence in a list alone.
    """
    outcome = _outcome(change, evidence)
    contradiction = _contradiction(change, evidence, outcome)
    if contradiction:
        return ReadBack(Outcome.UNKNOWN, evidence.uid, contradiction, evidence.held_by_label)
    return ReadBack(outcome, evidence.uid, landed_at=evidence.held_by_label)


def _outcome(change: Change, evidence: Evidence) -> Outcome:
    if change.action in (Action.REACTIVATE, Action.DEACTIVATE):
        if evidence.active is None or evidence.uid is None:
            return Outcome.OTHER
        wanted = change.action is Action.REACTIVATE
        return Outcome.VERIFIED if evidence.active is wanted else Outcome.UNCHANGED
    if evidence.uid == change.new:  # nothing, where it was to be removed
        return Outcome.VERIFIED
    return Outcome.UNCHANGED if evidence.uid == change.old else Outcome.OTHER


def _contradiction(change: Change, evidence: Evidence, outcome: Outcome) -> str:
    if evidence.uid is None and not evidence.list_is_whole:
        return "GitLab's list of identities is empty or can't be read whole, so what is gone can't be told"
    if not evidence.asked_by_value or change.subject.user_id is None:
        return ""
    own = change.subject.user_id
    if outcome is not Outcome.VERIFIED and change.new and evidence.new_leads_to == own:
        return "GitLab's list shows another value than the one that leads to this person"
    if outcome is Outcome.VERIFIED and change.new and evidence.new_leads_to != own:
        return "GitLab's list shows the new value, and asked for it GitLab does not find this person"
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
    if read.outcome is Outcome.UNCHANGED and says_nothing(error):
        return read._replace(outcome=Outcome.UNKNOWN, why=_MAY_BE_UNDER_WAY)
    return read


def account_of(subject: Subject) -> Account:
    """Somebody as the SCIM API knows them, which tells no user id."""
    return Account(subject.username, subject.email)


class Rereading:
    """Reads what is stored for somebody, after a write or for an entry that was left open."""

    def __init__(self, gitlab: GitLab, reader: GroupReader) -> None:
        self._gitlab, self._reader = gitlab, reader

    async def read_back(self, change: Change, *, alone: bool = False) -> ReadBack:
        """How this change ended, by what GitLab shows now.

        Args:
            alone: whether nobody else was in the list before, so that an empty one is whole.
        """
        try:
            evidence = await self._evidence(change, alone)
        except GitLabError as error:
            return ReadBack(Outcome.UNKNOWN, why=f"could not be read back: {reason_of(error)}")
        return judge(change, evidence)

    async def _evidence(self, change: Change, alone: bool) -> Evidence:
        """
        Raises:
            GitLabError: GitLab could not be asked.
        """
        user_id = change.subject.user_id
        if self._reader.has_rest and user_id is not None:
            found = await self._by_list(change, user_id, alone)
            if found is not None:
                return found
        if change.identity is Identity.SAML:
            raise NotSent(
                "SAML identities can't be read with these tokens",
                fix="use an Owner's access token",
            )
        return await self._over_scim(change.subject, [uid for uid in (change.new, change.old) if uid])

    async def _by_list(self, change: Change, user_id: int, alone: bool) -> Evidence | None:
        """By the whole list, in which a person is found by user id; None where it may not be read."""
        rest = self._gitlab.rest
        rows: tuple[ScimIdentity | SamlIdentity, ...]
        try:
            listed = await (
                rest.scim_identities() if change.identity is Identity.SCIM else rest.saml_identities()
            )
        except NOT_FOR_US:
            return None
        rows = listed.records
        own = next((row for row in rows if row.user_id == user_id), None)
        evidence = Evidence(
            uid=own.extern_uid if own is not None else None,
            active=getattr(own, "active", None),
            list_is_whole=(bool(rows) or alone) and not listed.defects,
        )
        if change.action not in (Action.CHANGE, Action.REMOVE):
            return evidence
        if change.action is Action.CHANGE and evidence.uid == change.new:
            return evidence
        for row in rows:
            if (
                change.new
                and fold_uid(row.extern_uid or "") == fold_uid(change.new)
                and row.user_id != user_id
            ):
                evidence = evidence._replace(
                    held_by=row.user_id, held_by_label=self._reader.label(row.user_id)
                )
        return evidence._replace(
            asked_by_value=True,
            old_leads_to=await self._leads_to(change, change.old),
            new_leads_to=await self._leads_to(change, change.new) if change.new else None,
        )

    async def _leads_to(self, change: Change, uid: str) -> int | None:
        """Who has exactly this value when GitLab is asked for it."""
        try:
            found = await self._gitlab.rest.identity(change.identity.value, uid)
        except (ResourceNotFound, UnaddressableUid, WrongPerson):
            return None
        return found.user_id if found.extern_uid == uid else None

    async def _over_scim(self, subject: Subject, uids: list[str]) -> Evidence:
        """By the values it may hold, else by username: an answer is theirs where the e-mail fits too."""
        scim = self._gitlab.scim
        account = account_of(subject)
        for uid in uids:
            with suppress(ResourceNotFound, UnaddressableUid, WrongPerson):
                user = await scim.get(uid)
                if account.has(user):
                    return Evidence(user.id, user.active)
        found = await scim.find("userName", subject.username)
        if found is None:
            return Evidence(None, list_is_whole=False)
        if not account.has(found):
            raise WrongPerson(
                "the username belongs to an account with another e-mail address now",
                fix="read everybody again, and look for the person anew",
            )
        return Evidence(found.id, found.active)
