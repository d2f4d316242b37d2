"""One change after the other: journaled, looked at again, sent once, and read back by another way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from scimtui.corrections.checks import finding
from scimtui.corrections.journal import Journal, JournalError
from scimtui.corrections.model import (
    Action,
    Change,
    Channel,
    Done,
    Entry,
    Identity,
    Intent,
    Outcome,
    Plan,
    Result,
    Subject,
)
from scimtui.corrections.processes import at_work
from scimtui.corrections.reading import Ground, GroupReader, Stored, reason_of
from scimtui.findings import Finding, Severity, gravest_first
from scimtui.gitlab import GitLab
from scimtui.gitlab.errors import GitLabError, NotSent, OutcomeUnknown

_LONGEST_WRITE = timedelta(minutes=2)
LookAgain = Callable[[Plan, Change], Awaitable[tuple[Ground | None, tuple[Finding, ...]]]]


class Applying:
    """Does what was planned; a run that is killed at any moment leaves an entry that tells of it."""

    def __init__(
        self,
        gitlab: GitLab,
        journal: Journal,
        reader: GroupReader,
        look_again: LookAgain,
        now: Callable[[], datetime],
    ) -> None:
        self._gitlab, self._journal, self._reader = gitlab, journal, reader
        self._look_again, self._now = look_again, now
        self._stops = False

    def stop(self) -> None:
        """Let the change that was begun come to its end, and begin no other."""
        self._stops = True

    async def run(
        self,
        plan: Plan,
        accepted: tuple[str, ...],
        reason: str,
        profile: str,
        on_done: Callable[[Done], None],
    ) -> Result:
        """Make each change; the first that does not end as planned ends it."""
        done: list[Done] = []
        findings = plan.findings
        self._stops = False
        for number, change in enumerate(plan.changes, plan.first_step):
            if self._stops:
                break
            intent = Intent(
                plan=plan.id,
                step=number,
                steps=plan.steps,
                profile=profile,
                change=change,
                reason=reason,
                checks=tuple(
                    dict.fromkeys(one.code for one in plan.findings if one.severity is not Severity.OK)
                ),
                accepted=accepted,
                undo_of=plan.undo_of,
                token_user=plan.token_user,
                partner=_other(plan, change),
                partner_old=_other_value(plan, change),
            )
            try:
                entry = await asyncio.to_thread(self._journal.begin, intent)
            except JournalError as error:
                if not done:
                    raise
                findings = (finding("journal-failed", str(error).partition("\n")[0]), *findings)
                break
            try:
                one, new = await self._change(plan, change, entry, accepted)
            finally:
                self._journal.under_way.discard(entry)
            findings = gravest_first(dict.fromkeys((*new, *findings)))
            done.append(one)
            on_done(one)
            if one.outcome is not Outcome.VERIFIED:
                break
        return Result(plan, tuple(done), findings)

    async def _change(
        self, plan: Plan, change: Change, entry: int, accepted: tuple[str, ...]
    ) -> tuple[Done, tuple[Finding, ...]]:
        refusal, stored, new = await self._refusal(plan, change, accepted)
        if refusal:
            return await self._ended(change, entry, Outcome.REFUSED, stored, refusal), new
        said, lost = "", False
        try:
            await self._send(change)
        except NotSent as error:
            return await self._ended(change, entry, Outcome.REFUSED, None, reason_of(error)), ()
        except GitLabError as error:
            said, lost = reason_of(error), isinstance(error, OutcomeUnknown)
        outcome, stored, why = await self._read_back(change)
        if lost and outcome is Outcome.UNCHANGED:
            # GitLab may still be at it: only time tells that it is not.
            outcome, why = (
                Outcome.UNKNOWN,
                "the old value is stored now, and the write may still be under way",
            )
        return await self._ended(change, entry, outcome, stored, "; ".join(filter(None, (said, why)))), ()

    async def _refusal(
        self, plan: Plan, change: Change, accepted: tuple[str, ...]
    ) -> tuple[str, str | None, tuple[Finding, ...]]:
        """Why this must not be sent, by a fresh look; empty where it may be."""
        try:
            ground, findings = await self._look_again(plan, change)
        except GitLabError as error:
            return f"could not be read again, so nothing was sent: {reason_of(error)}", None, ()
        allowed = set(accepted) | {one.code for one in plan.warnings}
        against = tuple(
            one
            for one in findings
            if one.severity is Severity.ERROR
            or (one.severity is Severity.WARNING and one.code not in allowed and plan.partner is None)
        )
        if not against:
            return "", None, ()
        stored = None
        if ground is not None:
            record = ground.person.record
            stored = record.scim_uid if change.identity is Identity.SCIM else record.saml_uid
        told = "; ".join(" · ".join(part for part in (one.title, one.seen) if part) for one in against)
        return f"nothing was sent: {told}", stored, against

    async def _send(self, change: Change) -> None:
        rest, scim, subject = self._gitlab.rest, self._gitlab.scim, change.subject
        if change.action is Action.REMOVE:
            await rest.delete_identity(change.identity.value, change.old, holder=subject.user_id)
        elif change.action is not Action.CHANGE:
            active = change.action is Action.REACTIVATE
            await scim.set_active(change.old, active, holder=subject.username)
        elif change.channel is Channel.REST:
            await rest.set_extern_uid(
                change.identity.value, change.old, change.new or "", holder=subject.user_id
            )
        else:
            await scim.set_external_id(change.old, change.new or "", holder=subject.username)

    async def _read_back(self, change: Change) -> tuple[Outcome, str | None, str]:
        """What is stored now, found by the person and not by what was answered."""
        uids = [uid for uid in (change.new, change.old) if uid]
        try:
            stored = await self._reader.stored(change.subject, change.identity, *uids)
        except GitLabError as error:
            return Outcome.UNKNOWN, None, f"could not be read back: {reason_of(error)}"
        return outcome_of(change, stored), stored.uid, ""

    async def _ended(
        self, change: Change, entry: int, outcome: Outcome, stored: str | None, said: str
    ) -> Done:
        try:
            await asyncio.to_thread(self._journal.settle, entry, outcome, stored, said)
        except JournalError as error:
            said = "; ".join(filter(None, (said, f"the outcome could not be journaled: {error}")))
        return Done(change, outcome, entry, stored, said)

    async def settle(self) -> list[Entry]:
        """Settle by reading what earlier runs left open."""
        settled: list[Entry] = []
        for entry in await asyncio.to_thread(self._journal.entries):
            if not entry.is_open or entry.number in self._journal.under_way:
                continue
            if entry.outcome is None and at_work(entry, self._now()):
                continue
            outcome, stored, why = await self._read_back(entry.intent.change)
            if outcome is Outcome.UNKNOWN:
                continue
            if outcome is Outcome.UNCHANGED and self._now() - entry.at < _LONGEST_WRITE:
                continue
            said = "found out later, by reading" + (f": {why}" if why else "")
            was_open = await asyncio.to_thread(
                self._journal.settle, entry.number, outcome, stored, said, only_if_open=True
            )
            if not was_open:
                continue
            settled.append(entry._replace(outcome=outcome, read_back=stored, said=said))
        return settled


def _other(plan: Plan, change: Change) -> Subject | None:
    """Who swaps with the person of this change."""
    if plan.partner is None:
        return None
    return plan.subject if change.subject.is_same(plan.partner) else plan.partner


def _other_value(plan: Plan, change: Change) -> str | None:
    """What the partner of a swap holds when its first step is made."""
    other = _other(plan, change)
    if other is None or plan.steps == 1:
        return None
    return next((one.old for one in plan.changes if one.subject.is_same(other)), None)


def outcome_of(change: Change, stored: Stored) -> Outcome:
    """How a change ended, by what is stored afterwards."""
    if change.action is Action.REMOVE:
        if stored.uid is None:
            return Outcome.VERIFIED
        return Outcome.UNCHANGED if stored.uid == change.old else Outcome.OTHER
    if change.action is not Action.CHANGE:
        if stored.active is None or stored.uid is None:
            return Outcome.OTHER
        wanted = change.action is Action.REACTIVATE
        return Outcome.VERIFIED if stored.active is wanted else Outcome.UNCHANGED
    if stored.uid == change.new:
        return Outcome.VERIFIED
    return Outcome.UNCHANGED if stored.uid == change.old else Outcome.OTHER
