"""`scimtui lookup`: one person, from the snapshot at once, then as GitLab tells right now."""

from __future__ import annotations

import click

from scimtui.cli import Chosen
from scimtui.cli.failures import BAD_ANSWER, REFUSED, Failure
from scimtui.cli.opening import chosen_profile

TYPE_CHECKING = False  # typing costs what the query does
if TYPE_CHECKING:
    from scimtui.directory import Person, Row, Snapshot
    from scimtui.profiles import Profile

    Answer = tuple[list[Person], str, tuple[str, ...]]
    """People, how fresh that is, and the lists that were not read."""

_ASKED_LIVE = 20


@click.command("lookup")
@click.argument("text")
@click.option("--offline", is_flag=True, help="Answer from the snapshot alone, without asking GitLab.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_obj
def command(chosen: Chosen, text: str, offline: bool, as_json: bool) -> int:
    """Find one person by exactly a user id, username, e-mail or stored uid.

    Ends with 1 where nobody is found, and with 4 where the text fits several people.
    """
    wanted = text.strip()
    if not wanted:
        raise click.UsageError("give a user id, username, e-mail or uid")
    profile = chosen_profile(chosen)
    people, age, missing = _offline(profile, wanted) if offline else _live(profile, wanted)
    if as_json:
        from scimtui.text import json_text

        click.echo(json_text([person.as_json() for person in people]))
    else:
        from scimtui.cli.describing import describe

        click.echo("\n\n".join(describe(person) for person in people), nl=bool(people))
    if not people:
        click.echo(f"nobody has exactly this as id, username, e-mail or uid ({age})", err=True)
        if missing:
            lists = ", ".join(missing)
            click.echo(f"not read: {lists}; an Owner's access token would tell more", err=True)
        return BAD_ANSWER
    if len(people) > 1:
        click.echo(f"{len(people)} people fit; name one by user id or uid", err=True)
        return REFUSED
    click.echo(age, err=True)
    return 0


def _offline(profile: Profile, text: str) -> Answer:
    from contextlib import closing

    from scimtui.directory.judging import person_in
    from scimtui.directory.snapshot import SnapshotDamaged, read
    from scimtui.profiles.folders import paths

    try:
        with closing(read(paths().snapshot(profile))) as snapshot:
            people = [person_in(snapshot, row) for row in snapshot.named(text)]
            return people, _age(snapshot), snapshot.about.known.missing
    except FileNotFoundError:
        raise Failure(
            f"“{profile.name}” has no snapshot yet\nnext: the same command without --offline", BAD_ANSWER
        ) from None
    except SnapshotDamaged:
        raise Failure(
            f"the snapshot of “{profile.name}” is damaged or of another version\n"
            "next: the same command without --offline rebuilds it",
            BAD_ANSWER,
        ) from None


def _live(profile: Profile, text: str) -> Answer:
    import asyncio

    from scimtui.cli.opening import open_workspace
    from scimtui.cli.progress import reading
    from scimtui.workspace import Workspace

    async def find(workspace: Workspace) -> Answer:
        try:
            snapshot = await asyncio.to_thread(workspace.stored)
            rows: list[Row] = snapshot.named(text) if snapshot is not None else []
            if snapshot is None or not rows or not await workspace.still_named(text, rows):
                if snapshot is not None:
                    snapshot.close()
                snapshot = await reading(workspace)
                people = [person_in(snapshot, row) for row in snapshot.named(text)]
                snapshot.close()
                return people, "read from GitLab just now", snapshot.about.known.missing
            people = [await workspace.reread(snapshot, row) for row in rows[:_ASKED_LIVE]]
            people += [person_in(snapshot, row) for row in rows[_ASKED_LIVE:]]
            snapshot.close()
            return people, "read from GitLab just now", ()
        finally:
            await workspace.close()

    from scimtui.directory.judging import person_in

    return asyncio.run(find(open_workspace(profile)))


def _age(snapshot: Snapshot) -> str:
    from datetime import UTC, datetime

    from scimtui.text import age

    passed = (datetime.now(UTC) - snapshot.about.read_at).total_seconds()
    return f"from the snapshot, read {age(passed)}"
