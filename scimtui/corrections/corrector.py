"""Correcting identities of one group: reads, plans, applies, settles."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime

from scimtui.corrections.applying import Applying
from scimtui.corrections.checks import afterwards, check, finding
from scimtui.corrections.journal import Journal
from scimtui.corrections.model import Action, Change, Done, Entry, Identity, Plan, Result, Subject
from scimtui.corrections.planning import (
    Around,
    SwapStep,
    Wish,
    can_cross,
    change_of,
    facts_for,
    plan_for,
    swap_steps,
)
from scimtui.corrections.reading import Ground, GroupReader
from scimtui.corrections.swapping import unfinished_swap, why_not_undone
from scimtui.directory.judging import label_of
from scimtui.directory.model import Record
from scimtui.directory.snapshot import Row, Snapshot
from scimtui.findings import Finding, Severity, gravest_first
from scimtui.gitlab import GitLab
from scimtui.gitlab.errors import ReadOnlyRefused
from scimtui.gitlab.secret import looks_like_token, without_tokens
from scimtui.gitlab.versions import Trust
from scimtui.text import fold_uid

_BETWEEN = "scimtui-swap-"


def _ignore(done: Done) -> None:
    """Nobody is listening."""


class Corrector:
    """Corrects identities in one group.

    Attributes:
        journal: where everything is kept.
    """

    def __init__(
        self,
        gitlab: GitLab,
        snapshot: Snapshot,
        journal: Journal,
        *,
        profile: str = "",
        idp: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        draw: Callable[[], str] = lambda: secrets.token_hex(4),
    ) -> None:
        self.journal = journal
        self._gitlab = gitlab
        self._snapshot = snapshot
        self._reader = GroupReader(gitlab, snapshot)
        self._profile, self._idp = profile, idp
        self._draw = draw
        self._applying = Applying(gitlab, journal, self._reader, self._look_again, now)

    # ── looking ──────────────────────────────────────────────────────────────

    async def open(self, row: Row) -> Ground:
        """Read one person afresh, with everything that a plan stands on.

        Raises:
            GitLabError: GitLab could not be asked.
        """
        return await self._reader.ground(row)

    def row_of(self, subject: Subject) -> Row | None:
        """Where somebody from the journal is among the people; None where they are not."""
        for wanted in (str(subject.user_id or ""), subject.username):
            for row in self._snapshot.named(wanted) if wanted else ():
                if Subject.of(row.record).is_same(subject):
                    return row
        return None

    # ── planning ─────────────────────────────────────────────────────────────

    async def plan(self, ground: Ground, wish: Wish, *, partner: Subject | None = None) -> Plan:
        """Check a wish and say exactly what would be sent. Nothing is written.

        Args:
            partner: who swapped with this person, where it is about that: their values may cross.

        Raises:
            GitLabError: GitLab could not be asked whose the value is.
        """
        but = (ground.subject, *((partner,) if partner is not None else ()))
        around = await self._around(ground, wish.value, but)
        plan = plan_for(self._gitlab, ground, wish, around, self._draw())
        return plan._replace(partner=partner)

    async def plan_undo(self, entry: Entry) -> Plan:
        """Check taking one entry back: a new run, with every check of one.

        Raises:
            GitLabError: GitLab could not be asked.
        """
        change = entry.intent.change
        row = await asyncio.to_thread(self.row_of, change.subject)
        entries = await asyncio.to_thread(self.journal.entries)
        refusal = why_not_undone(entry, entries)
        if not refusal and row is None:
            refusal = "person-not-found"
        if refusal or row is None:
            found = (finding(refusal, f"entry {entry.number}"),)
            return Plan(self._draw(), change.subject, change.identity.value, (), found, undo_of=entry.number)
        wish = Wish(change.identity.value, change.old, expected=change.new, undo_of=entry.number)
        return await self.plan(await self.open(row), wish, partner=entry.intent.partner)

    async def plan_swap(self, one: Ground, other: Ground, identity: Identity) -> Plan:
        """Check giving two people each other's value: three changes through a value that nobody has.

        A swap between these two that was broken off is gone on with where it stopped.

        Raises:
            GitLabError: GitLab could not be asked.
        """
        entries = await asyncio.to_thread(self.journal.entries)
        going = unfinished_swap(entries, one, other, identity)
        if going is not None and len(going) == 2:
            return self._no_swap(one, identity, finding(*going))
        steps: tuple[SwapStep, ...]
        if going is not None:
            first, second, steps, plan_id = going
        else:
            values = _value(one, identity), _value(other, identity)
            if not can_cross(*values):
                seen = f"{one.subject.label} and {other.subject.label}"
                return self._no_swap(one, identity, finding("swap-not-crossed", seen))
            first, second, plan_id = one, other, self._draw()
            steps = swap_steps(
                (one.subject, values[0] or ""), (other.subject, values[1] or ""), _BETWEEN + self._draw()
            )
        if identity is Identity.SAML and one.release.trust_of_changed_saml is Trust.LOST:
            return self._no_swap(one, identity, finding("swap-loses-trust"))
        return await self._swap_plan((first, second), identity, steps, plan_id)

    def _no_swap(self, one: Ground, identity: Identity, why: Finding) -> Plan:
        return Plan(self._draw(), one.subject, identity.value, (), (why,))

    async def _swap_plan(
        self, grounds: tuple[Ground, Ground], identity: Identity, steps: tuple[SwapStep, ...], plan_id: str
    ) -> Plan:
        both = (grounds[0].subject, grounds[1].subject)
        found = [finding("swap-pause", f"{both[0].label} and {both[1].label}")]
        changes: list[Change] = []
        reasons: list[str] = []
        for step in steps:
            ground = grounds[0] if step.subject.is_same(both[0]) else grounds[1]
            around = await self._around(ground, step.new, both)
            facts = facts_for(self._gitlab, ground, Wish(identity.value, step.new), identity, around)
            ends_here = step.number > 1
            found += [
                one
                for one in check(facts)
                if one.severity is Severity.ERROR or (ends_here and one.code not in _SAID_OF_BOTH)
            ]
            reasons.append(facts.road.reason)
            change = change_of(self._gitlab, ground, facts._replace(stored=step.old))
            if change is not None:
                changes.append(change)
        whole = tuple(changes) if len(changes) == len(steps) else ()
        return Plan(
            id=plan_id,
            subject=both[0],
            wanted=identity.value,
            changes=whole,
            findings=gravest_first(dict.fromkeys(found)),
            first_step=steps[0].number,
            steps=3,
            channel_reason=". ".join(dict.fromkeys(reasons)),
            partner=both[1],
            token_user=grounds[0].token_user[1],
            afterwards=afterwards("swap"),
        )

    async def _around(self, ground: Ground, value: str, but: Collection[Subject]) -> Around:
        """What else is known of a value: whose it is, whose name it is, whether it is a token."""
        if looks_like_token(value) or any(token in value for token in self._tokens()):
            return Around(is_token=True)  # it must not stand in an address
        holders = await self._reader.holders(value, ground.lists, but) if value.strip() else ()
        namesakes = await asyncio.to_thread(self._namesakes, value, but)
        return Around(holders, namesakes, idp=self._idp)

    def _tokens(self) -> list[str]:
        access = self._gitlab.access
        return [token.reveal() for token in (access.scim_token, access.access_token) if token]

    def blotted(self, text: str) -> str:
        """Text that somebody typed, without any token in it."""
        for token in self._tokens():
            text = text.replace(token, "[token]")
        return without_tokens(text)

    def _namesakes(self, value: str, but: Collection[Subject]) -> tuple[str, ...]:
        folded = fold_uid(value)
        return tuple(
            label_of(row.record)
            for row in (self._snapshot.named(value) if value.strip() else ())
            if folded in (row.record.email.lower(), row.record.username.lower())
            and not any(Subject.of(row.record).is_same(one) for one in but)
        )

    # ── doing ────────────────────────────────────────────────────────────────

    async def apply(
        self,
        plan: Plan,
        *,
        accepted: Collection[str] = (),
        reason: str = "",
        on_done: Callable[[Done], None] = _ignore,
    ) -> Result:
        """Make the changes of a plan one after the other; the first that does not end as planned ends it.

        Args:
            accepted: codes of the warnings that somebody accepted; one that is not refuses the plan.
            reason: why, in the admin's own words; kept in the journal.
            on_done: told each change as it ends.

        Raises:
            ReadOnlyRefused: this run or profile is read-only; nothing was journaled or sent.
            JournalError: the journal can't be written; nothing was sent.
        """
        missing = [one for one in plan.warnings if one.code not in accepted]
        if plan.refused or missing:
            return Result(plan, (), plan.findings)
        if self._gitlab.access.read_only:
            raise ReadOnlyRefused(
                "this run is read-only, and this would be a write",
                fix="allow changes first",
            )
        return await self._applying.run(plan, tuple(accepted), self.blotted(reason), self._profile, on_done)

    def stop(self) -> None:
        """Let the change that was begun come to its end, and begin no other of its plan."""
        self._applying.stop()

    async def settle(self) -> list[Entry]:
        """Find out by reading what became of entries that a run left open.

        Returns:
            Those that are settled now; what GitLab can't be asked about stays open.

        Raises:
            JournalError: the journal can't be written.
        """
        return await self._applying.settle()

    async def _look_again(self, plan: Plan, change: Change) -> tuple[Ground | None, tuple[Finding, ...]]:
        """Read everything anew just before a write, and check it again."""
        row = await asyncio.to_thread(self.row_of, change.subject)
        if row is None:
            return None, (finding("person-not-found", change.subject.label),)
        ground = await self._reader.ground(row._replace(record=_as_this_run_left(row.record, plan, change)))
        but = [change.subject, *([plan.partner, plan.subject] if plan.partner is not None else [])]
        value = change.new or ""
        around = await self._around(ground, value, but)
        wish = Wish(
            change.identity.value if plan.partner is not None else plan.wanted,
            value,
            change.action,
            plan.idp_holds,
            expected=change.old,
            undo_of=plan.undo_of,
        )
        return ground, check(facts_for(self._gitlab, ground, wish, change.identity, around))


def _as_this_run_left(record: Record, plan: Plan, change: Change) -> Record:
    """Somebody's record with what this run found or stored since the people were read.

    Where only values lead to a person, an older one leads to whoever has it now.
    """
    left = replace(record)
    for other in (*plan.changes[: plan.changes.index(change)], change):
        if other.subject.is_same(change.subject):
            value = other.old if other is change or other.action is not Action.CHANGE else other.new
            if other.identity is Identity.SCIM:
                left.scim_uid = value
            else:
                left.saml_uid = value
    return left


_SAID_OF_BOTH = frozenset({"value-free", "shape-alike"})


def _value(ground: Ground, identity: Identity) -> str | None:
    record = ground.person.record
    return record.scim_uid if identity is Identity.SCIM else record.saml_uid
