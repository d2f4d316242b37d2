"""`scimtui users`: the list, or the part of it that a query finds."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Sequence

import click

from scimtui.cli import Chosen
from scimtui.cli.failures import BAD_ANSWER, FINE, NOT_REACHED, WRONG_USE, Failure, say
from scimtui.cli.opening import chosen_profile, open_workspace, stored_people
from scimtui.cli.progress import reading
from scimtui.directory import People, Person, Row, SearchError, Snapshot, parse_query
from scimtui.directory.patterns import pattern_text
from scimtui.text import count, fit, printable, printable_name, visible_blanks
from scimtui.workspace import Workspace


# “-is:match” is a word of the search, not an option.
@click.command("users", context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option("--offline", is_flag=True, help="Use the snapshot alone, without asking GitLab.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_obj
def command(chosen: Chosen, query: tuple[str, ...], offline: bool, as_json: bool) -> int:
    """List people with their verdict; QUERY words are ANDed, e.g. `is:differs ada`.

    Ends with 1 where nobody is found, with 3 where GitLab did not accept a token.
    """
    option = next((word for word in query if word.startswith("--")), None)
    if option is not None:
        raise click.NoSuchOption(option)
    text = " ".join(query)
    try:
        parse_query(text)
    except SearchError as error:
        raise Failure(printable(str(error)), WRONG_USE) from None
    profile = chosen_profile(chosen)
    if offline:
        people = People(stored_people(profile))
    else:
        workspace = open_workspace(profile)
        people = People(asyncio.run(_read(workspace)))
    rows = people.rows(people.select(text))
    if as_json:
        click.echo(people_json([people.person(row) for row in rows]))
    else:
        print_rows(rows)
        for pattern in people.about.patterns:
            say(pattern_text(pattern))
        say(f"{count(len(rows))} of {count(people.about.people)} people")
    if people.about.unauthorised and not offline:
        say("GitLab did not accept one of the tokens, so what it tells is missing here")
        return NOT_REACHED
    return FINE if rows else BAD_ANSWER


async def _read(workspace: Workspace) -> Snapshot:
    try:
        return await reading(workspace)
    finally:
        await workspace.close()


def people_json(people: Sequence[Person]) -> str:
    """DESIGN's array of people."""
    from scimtui.directory.export import as_json

    return as_json(people).rstrip("\n")


def print_rows(rows: Sequence[Row]) -> None:
    """A table for a terminal, cut to its width; whole values divided by tabs for a pipe."""
    head = ("name", "username", "e-mail", "enterprise", "stored for SCIM", "for sign-in", "verdict")
    table = [head, *(_cells(row) for row in rows)]
    if not sys.stdout.isatty():
        click.echo("\n".join("\t".join(cells) for cells in table))
        return
    shares = _widths(shutil.get_terminal_size().columns)
    click.echo(
        "\n".join(
            " ".join(fit(cell, share) for cell, share in zip(cells, shares, strict=True) if share).rstrip()
            for cells in table
        )
    )


def _widths(width: int) -> tuple[int, ...]:
    verdict, gaps = 9, 6
    if width < 120:
        rest = width - verdict - 4
        name = rest * 26 // 100
        return name, 0, 0, 0, rest * 44 // 100, rest - name - rest * 44 // 100, verdict
    rest = width - verdict - 10 - gaps
    name, username, email = rest * 17 // 100, rest * 14 // 100, rest * 19 // 100
    scim = min(36, rest * 27 // 100)
    return name, username, email, 10, scim, rest - name - username - email - scim, verdict


def _cells(row: Row) -> tuple[str, ...]:
    record = row.record
    enterprise = {True: "Enterprise", False: "", None: "?"}[record.enterprise]
    same = record.saml_uid is not None and record.saml_uid == record.scim_uid
    return (
        printable_name(record.name),
        printable(record.username),
        printable(record.email),
        enterprise,
        visible_blanks(record.scim_uid or "—"),
        "same" if same and sys.stdout.isatty() else visible_blanks(record.saml_uid or "—"),
        row.verdict.value,
    )
