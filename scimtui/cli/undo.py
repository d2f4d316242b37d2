"""`scimtui undo`: take one entry of the journal back, by a new correction."""

from __future__ import annotations

import asyncio

import click

from scimtui.cli import Chosen
from scimtui.cli.correcting import People, Wanted, carry_out
from scimtui.cli.failures import BAD_ANSWER, Failure
from scimtui.corrections import Corrector, Plan


@click.command("undo")
@click.argument("entry", type=click.IntRange(min=1))
@click.option("--reason", default="", metavar="TEXT", help="Why, for the journal.")
@click.option("--dry-run", is_flag=True, help="Check and show everything, send no write.")
@click.option("--yes", is_flag=True, help="Do not ask; each warning must be accepted by its code.")
@click.option("--accept", "accepted", multiple=True, metavar="CODE", help="Accept this warning.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(
    chosen: Chosen,
    /,
    *,
    entry: int,
    reason: str,
    dry_run: bool,
    yes: bool,
    accepted: tuple[str, ...],
    as_json: bool,
) -> int:
    """Take ENTRY of the journal back: `scimtui history` numbers them.

    Refused where the value is no longer what the entry left, or where what it did can't be taken back.
    """

    async def planning(corrector: Corrector, people: People) -> Plan:
        kept = await asyncio.to_thread(corrector.journal.entry, entry)
        if kept is None:
            raise Failure(f"the journal has no entry {entry}\nnext: scimtui history lists them", BAD_ANSWER)
        return await corrector.plan_undo(kept)

    return carry_out(chosen, Wanted(dry_run, yes, accepted, reason, as_json), (), planning)
