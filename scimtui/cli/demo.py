"""`scimtui demo`: the console on a simulated GitLab that ends with it and leaves nothing behind."""

from __future__ import annotations

import asyncio
import sys
from contextlib import ExitStack

import click

from scimtui.cli.describing_connection import describe_line, describe_verdict
from scimtui.cli.failures import FINE, NOT_REACHED, Failure, say
from scimtui.cli.progress import reading
from scimtui.cli.users import print_rows
from scimtui.connection import Report
from scimtui.directory import People, Snapshot, Verdict
from scimtui.gitlab import Secret
from scimtui.profiles import Found, Profile, Tokens
from scimtui.simulator.child import SimulatorFailed, start_child
from scimtui.simulator.settings import VERSIONS
from scimtui.text import count
from scimtui.workspace import Workspace

_TOUR = 20


@click.command("demo")
@click.option(
    "--users", default=500, show_default=True, type=click.IntRange(0, 1_000_000), help="How many people."
)
@click.option("--seed", default=1, show_default=True, help="Other people for another number.")
@click.option("--gitlab-version", type=click.Choice(VERSIONS), default="19.3", show_default=True)
@click.pass_context
def command(ctx: click.Context, users: int, seed: int, gitlab_version: str) -> int:
    """Look around: the console on a simulated GitLab. Nothing is sent anywhere, nothing is kept.

    Where the output is no terminal, a short tour is printed instead.
    """
    with ExitStack() as children:
        workspace = start_demo(children, users, seed, gitlab_version, read_only=ctx.obj.read_only)
        if sys.stdin.isatty() and sys.stdout.isatty():
            from scimtui.cli.console import run_console

            run_console(workspace, children, read_only=ctx.obj.read_only)
            return FINE
        snapshot, report = asyncio.run(_read(workspace))
        return _tour(People(snapshot), report)


def start_demo(
    children: ExitStack, users: int, seed: int, gitlab_version: str, *, read_only: bool = False
) -> Workspace:
    """Start the simulated GitLab as a child of this process and open a workspace on it.

    Raises:
        Failure: it could not be started.
    """
    arguments = ["--users", str(users), "--seed", str(seed), "--gitlab-version", gitlab_version]
    try:
        child = children.enter_context(start_child(arguments))
    except SimulatorFailed as error:
        raise Failure(f"the simulated GitLab did not start: {error}", NOT_REACHED) from None
    info = child.info
    profile = Profile(name="demo", scim_url=info["scim_url"], read_only=read_only, snapshot=False)
    tokens = Tokens(
        access=Found(Secret(info["access_token"]), "demo"), scim=Found(Secret(info["scim_token"]), "demo")
    )
    return Workspace(profile, tokens, label="demo")


async def _read(workspace: Workspace) -> tuple[Snapshot, Report]:
    try:
        return await reading(workspace), await workspace.connection_test().run()
    finally:
        await workspace.close()


def _tour(people: People, report: Report) -> int:
    about = people.about
    people_are = "1 person is" if about.people == 1 else f"{count(about.people)} people are"
    click.echo(f"{people_are} on a simulated GitLab {about.version}, by verdict:")
    for verdict in Verdict:
        if number := about.counts.get(verdict.value, 0):
            click.echo(f"  {verdict.value:<10} {count(number):>9}")
    click.echo(f"  {'enterprise':<10} {count(about.counts.get('enterprise', 0)):>9}  (badge)")
    problems = people.select("is:problem", "verdict")
    if problems:
        click.echo(f"\nPeople with a problem, {min(_TOUR, len(problems))} of {count(len(problems))}:")
        print_rows(people.rows(problems[:_TOUR]))
    click.echo("\nThe connection test")
    for line in report.lines:
        click.echo(f"  {describe_line(line, wide=False)}")
    click.echo(f"\n{describe_verdict(report)}")
    say("next: run scimtui demo at a terminal for the console, or scimtui users 'is:differs' for a list")
    people.close()
    return FINE
