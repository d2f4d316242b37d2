"""From a plan to its end, as `correct` and `undo` do it: shown, confirmed in proportion, applied, told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from typing import NamedTuple

import click

from scimtui.cli import Chosen
from scimtui.cli.describing_correction import OUTCOMES, describe_plan, describe_result
from scimtui.cli.failures import BAD_ANSWER, FINE, OUTCOME_UNKNOWN, REFUSED, Failure, say
from scimtui.cli.opening import chosen_profile, open_workspace
from scimtui.cli.profile_words import interactive
from scimtui.cli.progress import reading
from scimtui.cli.writing import require_writing
from scimtui.corrections import Corrector, Done, JournalError, Outcome, Plan, Result
from scimtui.directory import Row, Snapshot
from scimtui.text import json_text, printable
from scimtui.workspace import Workspace

_ENDS = {Outcome.VERIFIED: FINE, Outcome.REFUSED: REFUSED, Outcome.UNKNOWN: OUTCOME_UNKNOWN}
Planning = Callable[[Corrector, "People"], Awaitable[Plan]]


class Wanted(NamedTuple):
    """How a command wants it done."""

    dry_run: bool
    yes: bool
    accepted: tuple[str, ...]
    reason: str
    as_json: bool


class People:
    """Finds people by what a command names them by: in the snapshot, else by reading everybody anew."""

    def __init__(self, corrector: Corrector, snapshot: Snapshot) -> None:
        self._corrector = corrector
        self.snapshot = snapshot

    def row(self, text: str) -> Row:
        """The one person with exactly this id, username, e-mail or uid.

        Raises:
            Failure: nobody, or several.
        """
        rows = self.snapshot.named(text.strip())
        if not rows:
            shown = self._corrector.blotted(text)
            raise Failure(f"nobody has exactly “{shown}” as id, username, e-mail or uid", BAD_ANSWER)
        if len(rows) > 1:
            names = "\n".join(
                f"  {row.record.name} · user {row.record.user_id} · @{row.record.username}" for row in rows
            )
            raise Failure(f"{len(rows)} people fit; name one by user id\n{names}", REFUSED)
        return rows[0]


def carry_out(chosen: Chosen, wanted: Wanted, named: Collection[str], planning: Planning) -> int:
    """Plan, show, confirm, apply, tell.

    Args:
        named: how the people concerned are named; who is not in the snapshot is looked for anew.

    Raises:
        Failure: it is refused, or nobody can be asked.
    """
    profile = chosen_profile(chosen)
    return asyncio.run(_carried_out(chosen, open_workspace(profile), wanted, named, planning))


async def _carried_out(
    chosen: Chosen, workspace: Workspace, wanted: Wanted, named: Collection[str], planning: Planning
) -> int:
    try:
        snapshot = await _people(workspace, named)
        corrector = workspace.corrector(snapshot)
        await settle(corrector)
        plan = await planning(corrector, People(corrector, snapshot))
        if not wanted.as_json:
            click.echo(describe_plan(plan))
        refused = plan.refused
        if wanted.dry_run or refused:
            outcome = Outcome.REFUSED if refused else Outcome.DRY_RUN
            _told_without_sending(plan, outcome, wanted)
            return REFUSED if refused else FINE
        await require_writing(chosen, workspace)
        accepted = _confirmed(plan, wanted)
        # A profile that was just allowed to write has a new client.
        corrector = workspace.corrector(snapshot)
        result = await _applied(corrector, plan, accepted, wanted)
        if wanted.as_json:
            click.echo(json_text(result.as_json()))
        else:
            click.echo(describe_result(result))
        return _ENDS.get(result.outcome, BAD_ANSWER)
    except JournalError as error:
        raise Failure(str(error), REFUSED) from None
    finally:
        await workspace.close()


async def _people(workspace: Workspace, named: Collection[str]) -> Snapshot:
    """The people as last read, where each name still means whom it meant then; else read anew."""
    snapshot = await asyncio.to_thread(workspace.stored)
    if snapshot is not None:
        for text in named:
            rows = snapshot.named(text.strip())
            if not rows or not await workspace.still_named(text.strip(), rows):
                break
        else:
            return snapshot
        snapshot.close()
    return await reading(workspace)


async def settle(corrector: Corrector) -> None:
    """Tell what became of entries that an earlier run left open."""
    for entry in await corrector.settle():
        outcome = OUTCOMES[entry.outcome] if entry.outcome is not None else "open"
        say(f"entry {entry.number} was left open by an earlier run: {outcome}")
    if corrector.journal.notice:
        say(corrector.journal.notice)


def _told_without_sending(plan: Plan, outcome: Outcome, wanted: Wanted) -> None:
    if wanted.as_json:
        click.echo(json_text(Result(plan, (), plan.findings).as_json() | {"outcome": outcome.value}))
        return
    if outcome is Outcome.REFUSED:
        say("refused, nothing was sent")
    else:
        say("dry run, nothing was sent")


def _confirmed(plan: Plan, wanted: Wanted) -> tuple[str, ...]:
    """The codes of the warnings that somebody accepted.

    Raises:
        Failure: nobody did.
    """
    codes = tuple(dict.fromkeys(one.code for one in plan.warnings))
    missing = [code for code in codes if code not in wanted.accepted]
    for code in wanted.accepted:
        if code not in codes:
            say(f"--accept {code}: there is no such warning here")
    if not missing and wanted.yes:
        return codes
    if wanted.yes or not interactive():
        if missing:
            named = " ".join(f"--accept {code}" for code in missing)
            raise Failure(
                f"not accepted, so nothing was sent\nnext: look at each, then add {named} --yes", REFUSED
            )
        raise Failure("nobody can be asked here, so nothing was sent\nnext: give --yes", REFUSED)
    if not codes:
        if not click.confirm("Apply this?", default=False, err=True):
            raise Failure("nothing was sent", REFUSED)
        return codes
    name = plan.subject.username
    typed = click.prompt(
        printable(f"To accept the warnings and apply, type the username “{name}”"),
        default="",
        show_default=False,
        err=True,
    )
    if typed.strip() != name:
        raise Failure("that is not the username, so nothing was sent", REFUSED)
    return codes


async def _applied(corrector: Corrector, plan: Plan, accepted: tuple[str, ...], wanted: Wanted) -> Result:
    """Apply; an interrupt lets the change that was begun come to its end."""

    def tell(done: Done) -> None:
        if len(plan.changes) > 1:
            say(f"entry {done.entry}: {OUTCOMES[done.outcome]}")

    doing = asyncio.ensure_future(
        corrector.apply(plan, accepted=accepted, reason=wanted.reason, on_done=tell)
    )
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        corrector.stop()
        say("finishing what was begun; Ctrl+C again leaves it open in the journal")
        with suppress(asyncio.CancelledError):
            return await doing
        raise
