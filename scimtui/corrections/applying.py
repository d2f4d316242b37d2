"""One change after the other: journaled, looked at again, sent once, and read back by another way."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import NamedTuple

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
from scimtui.corrections.open_entries import explain_chain, open_chains, state_of
from scimtui.corrections.processes import at_work
from scimtui.corrections.read_back import ReadBack, Rereading, account_of, after_error, says_nothing
from scimtui.corrections.reading import Ground, GroupReader, reason_of
from scimtui.directory.model import Record
from scimtui.findings import Finding, Severity, gravest_first
from scimtui.gitlab import GitLab
from scimtui.gitlab.errors import GitLabError, NotSent

_LONGEST_WRITE = timedelta(minutes=2)
LookAgain = Callable[[Plan, Change], Awaitable[tuple[Ground | None, tuple[Finding, ...]]]]


class _Look(NamedTuple):
    """The look just before a write.

    Attributes:
        refusal: why nothing may be sent; empty where it may.
        stored: what the identity holds, where that is a reason.
        alone: whether nobody else has an identity of this kind.
    """

    refusal: str = ""
    stored: str | None = None
    against: tuple[Finding, ...] = ()
    alone: bool = False


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
        self._gitlab, self._journal = gitlab, journal
        self._rereading = Rereading(gitlab, reader)
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
        look = await self._last_look(plan, change, accepted)
        if look.refusal:
            read = ReadBack(Outcome.REFUSED, look.stored)
            return await self._ended(change, entry, read, look.refusal), look.against
        said, rejected = "", False
        try:
            await self._send(change)
        except NotSent as error:
            return await self._ended(change, entry, ReadBack(Outcome.REFUSED), reason_of(error)), ()
        except GitLabError as error:
            read = after_error(error, await self._rereading.read_back(change, alone=look.alone))
            said, rejected = reason_of(error), not says_nothing(error)
        else:
            read = await self._rereading.read_back(change, alone=look.alone)
        elsewhere = () if rejected else _landed_elsewhere(change, read)
        told = [said, read.why, *(f"{one.title}: {one.seen}. {one.fix}" for one in elsewhere)]
        return await self._ended(change, entry, read, "; ".join(filter(None, told))), elsewhere

    async def _last_look(self, plan: Plan, change: Change, accepted: tuple[str, ...]) -> _Look:
        """Whether this may be sent, by everything read and checked once more."""
        try:
            ground, findings = await self._look_again(plan, change)
        except GitLabError as error:
            return _Look(f"could not be read again, so nothing was sent: {reason_of(error)}")
        allowed = set(accepted) | {one.code for one in plan.warnings}
        against = tuple(
            one
            for one in findings
            if one.severity is Severity.ERROR
            or (one.severity is Severity.WARNING and one.code not in allowed and plan.partner is None)
        )
        listed = ground.lists.of(change.identity) if ground is not None else None
        alone = listed is not None and all(row.user_id == change.subject.user_id for row in listed.rows)
        if not against:
            return _Look(alone=alone)
        record = ground.person.record if ground is not None else Record()
        stored = record.scim_uid if change.identity is Identity.SCIM else record.saml_uid
        told = "; ".join(" · ".join(part for part in (one.title, one.seen) if part) for one in against)
        return _Look(f"nothing was sent: {told}", stored, against, alone)

    async def _send(self, change: Change) -> None:
        rest, scim, subject = self._gitlab.rest, self._gitlab.scim, change.subject
        if change.action is Action.REMOVE:
            await rest.delete_identity(change.identity.value, change.old, holder=subject.user_id)
        elif change.action is not Action.CHANGE:
            active = change.action is Action.REACTIVATE
            await scim.set_active(change.old, active, holder=account_of(subject))
        elif change.channel is Channel.REST:
            await rest.set_extern_uid(
                change.identity.value, change.old, change.new or "", holder=subject.user_id
            )
        else:
            await scim.set_external_id(change.old, change.new or "", holder=account_of(subject))

    async def _ended(self, change: Change, entry: int, read: ReadBack, said: str) -> Done:
        try:
            await asyncio.to_thread(self._journal.settle, entry, read.outcome, read.uid, said)
        except JournalError as error:
            said = "; ".join(filter(None, (said, f"the outcome could not be journaled: {error}")))
        return Done(change, read.outcome, entry, read.uid, said)

    async def settle(self) -> list[Entry]:
        """Settle by reading what earlier runs left open."""
        entries = await asyncio.to_thread(self._journal.entries)
        still_at_it = {
            entry.number
            for entry in entries
            if entry.number in self._journal.under_way
            or (entry.outcome is None and at_work(entry, self._now()))
        }
        settled: list[Entry] = []
        for chain in open_chains(entries):
            if not any(entry.is_open and entry.number not in still_at_it for entry in chain):
                continue
            read = await self._rereading.read_back(chain[-1].intent.change)
            known = read.outcome is not Outcome.UNKNOWN
            now = (state_of(chain[-1], read.outcome, read.uid),) if known else ()
            for entry, outcome, stored, by in explain_chain(chain, now):
                if entry.number in still_at_it:
                    continue
                if outcome is Outcome.UNCHANGED and self._now() - entry.at < _LONGEST_WRITE:
                    continue
                settled += await self._settled(entry, outcome, stored, by)
        return settled

    async def _settled(
        self, entry: Entry, outcome: Outcome, stored: str | None, by: int | None
    ) -> list[Entry]:
        said = "found out later, by reading"
        if by is not None:
            kept = f"“{stored}”" if stored is not None else "nothing"
            said = f"found out later: entry {by} found {kept} stored"
        was_open = await asyncio.to_thread(
            self._journal.settle, entry.number, outcome, stored, said, only_if_open=True
        )
        return [entry._replace(outcome=outcome, read_back=stored, said=said)] if was_open else []


def _landed_elsewhere(change: Change, read: ReadBack) -> tuple[Finding, ...]:
    """Who has the new value now, where it is not the one it was meant for, and the way back."""
    if not read.landed_at or read.outcome is Outcome.VERIFIED:
        return ()
    back = (
        f"Give them back what they held: scimtui correct --user {shlex.quote(change.new or '')} "
        f"--identity {change.identity.value} --to {shlex.quote(change.old)}"
    )
    return (finding("landed-elsewhere", read.landed_at)._replace(fix=back),)


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
