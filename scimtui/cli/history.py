"""`scimtui history`: the journal, whether it is whole, and exports of it."""

from __future__ import annotations

import asyncio

import click

from scimtui.cli import Chosen
from scimtui.cli.correcting import settle
from scimtui.cli.describing_correction import describe_entry, describe_entry_line
from scimtui.cli.failures import BAD_ANSWER, FINE, Failure, say
from scimtui.cli.opening import chosen_profile, open_workspace
from scimtui.cli.progress import reading
from scimtui.corrections import Entry, Journal, JournalError, broken_off, undo_words
from scimtui.corrections.export import as_csv, as_json, as_markdown, verification
from scimtui.gitlab.errors import GitLabError
from scimtui.profiles import Profile, TokenError, paths
from scimtui.text import json_text

_FORMATS = {"json": as_json, "csv": as_csv, "markdown": as_markdown}


@click.command("history")
@click.argument("entry", required=False, type=click.IntRange(min=1))
@click.option("--verify", is_flag=True, help="Say whether every entry is there and as it was written.")
@click.option("--set-aside", is_flag=True, help="Move a damaged journal away and begin a new one.")
@click.option("--offline", is_flag=True, help="Do not ask GitLab what became of open entries.")
@click.option("--json", "chosen_format", flag_value="json", help="Print one JSON array.")
@click.option("--csv", "chosen_format", flag_value="csv", help="Print CSV.")
@click.option("--markdown", "chosen_format", flag_value="markdown", help="Print Markdown for a ticket.")
@click.pass_obj
def command(
    chosen: Chosen,
    /,
    *,
    entry: int | None,
    verify: bool,
    set_aside: bool,
    offline: bool,
    chosen_format: str | None,
) -> int:
    """What was changed on this profile, the newest first; with ENTRY, that one in full.

    Entries that a killed run left open are settled first, by reading what GitLab stores now.
    """
    profile = chosen_profile(chosen)
    journal = Journal(paths().journal(profile))
    try:
        if set_aside:
            return _set_aside(journal)
        if verify:
            return _verified(journal, as_json=chosen_format == "json")
        if not offline and any(one.is_open for one in journal.entries()):
            _settle(profile)
        everything = journal.entries()
        entries = [one for one in everything if entry in (None, one.number)]
        report = journal.verify()
        if report.damaged:
            say(f"the journal is damaged: {report.summary}\nnext: scimtui history --verify")
        if journal.notice:
            say(journal.notice)
    finally:
        journal.close()
    if entry is not None and not entries:
        raise Failure(f"the journal has no entry {entry}", BAD_ANSWER)
    _print(entries, entry, chosen_format, everything)
    return BAD_ANSWER if report.damaged else FINE


def _print(
    entries: list[Entry], entry: int | None, chosen_format: str | None, everything: list[Entry]
) -> None:
    if chosen_format is not None:
        click.echo(_FORMATS[chosen_format](entries), nl=False)
    elif entry is not None:
        click.echo(describe_entry(entries[0], undo_words(entries[0], everything)))
    else:
        for one in entries:
            click.echo(describe_entry_line(one))
        if not entries:
            say("nothing was changed yet")
        for swap in broken_off(entries):
            first = swap[-1].intent
            who = (
                f"--user {first.change.subject.username} --swap-with {first.partner.username}"
                if first.partner
                else ""
            )
            say(
                f"the swap of entry {swap[-1].number} stopped after step {swap[0].intent.step} of 3\n"
                f"next: scimtui correct {who} goes on; scimtui undo {swap[0].number} takes the last step back"
            )


def _set_aside(journal: Journal) -> int:
    report = journal.verify()
    if not report.damaged:
        raise Failure(
            f"the journal is in order, so it stays: {report.told(len(journal.entries()))}", BAD_ANSWER
        )
    aside = journal.set_aside()
    click.echo(f"set aside as {aside}; a new journal begins with the next correction")
    return FINE


def _verified(journal: Journal, *, as_json: bool) -> int:
    report = journal.verify()
    if as_json:
        click.echo(json_text(verification(report, len(journal.entries()))))
        return BAD_ANSWER if report.damaged else FINE
    click.echo(report.told(len(journal.entries())))
    if report.damaged:
        say("next: scimtui history --set-aside keeps this one and begins a new journal")
    else:
        say("this tells accidents apart, not somebody who may write both files")
    return BAD_ANSWER if report.damaged else FINE


def _settle(profile: Profile) -> None:
    async def settled() -> None:
        workspace = open_workspace(profile)
        try:
            snapshot = await asyncio.to_thread(workspace.stored) or await reading(workspace)
            await settle(workspace.corrector(snapshot))
        finally:
            await workspace.close()

    try:
        asyncio.run(settled())
    except (GitLabError, TokenError, JournalError) as error:
        say(f"open entries could not be settled: {error}")
