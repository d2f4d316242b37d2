"""`scimtui check`: does the connection work, and if not, what to mend first."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import click

from scimtui.cli import Chosen
from scimtui.cli.describing_connection import describe_line, describe_verdict
from scimtui.cli.failures import BAD_ANSWER, FINE, WRONG_USE, Failure, say
from scimtui.cli.opening import chosen_profile, warn_of, workspace_without_need
from scimtui.connection import Report, Verdict, as_markdown
from scimtui.directory.export import write_private
from scimtui.text import json_text
from scimtui.workspace import Workspace


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--report",
    "file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write a report for a support ticket: no token, people's values replaced.",
)
@click.pass_obj
def command(chosen: Chosen, /, *, as_json: bool, file: Path | None) -> int:
    """Test the connection: address, network, TLS, both tokens, and what Entra ID and Okta ask.

    Nothing is changed. Ends with 0 where it is ready, with or without warnings, and with 1 where not.
    """
    workspace = workspace_without_need(chosen_profile(chosen))
    warn_of(workspace.tokens)
    listener = None if as_json else printing(sys.stdout.isatty())
    report = asyncio.run(_tested(workspace, listener))
    if as_json:
        click.echo(json_text(report.as_json()))
    else:
        click.echo(f"\n{describe_verdict(report)}")
    if file is not None:
        _write(file, as_markdown(report, workspace.now()))
    if report.verdict is Verdict.NOT_READY:
        return BAD_ANSWER
    if workspace.profile.untested:
        workspace.note_tested()
        say(f"“{workspace.profile.name}” is not marked untested any more")
    return FINE


def printing(wide: bool) -> Callable[[Report], None]:
    """Print each line as soon as it and all before it are over."""
    printed = 0

    def listener(report: Report) -> None:
        nonlocal printed
        while printed < len(report.lines) and report.lines[printed].state.is_over:
            click.echo(describe_line(report.lines[printed], wide=wide))
            printed += 1

    return listener


async def _tested(workspace: Workspace, listener: Callable[[Report], None] | None) -> Report:
    try:
        test = workspace.connection_test()
        return await (test.run() if listener is None else test.run(listener))
    finally:
        await workspace.close()


def _write(file: Path, text: str) -> None:
    try:
        write_private(file, text)
    except FileExistsError:
        raise Failure(f"{file}: there is such a file already\nnext: name another file", WRONG_USE) from None
    except OSError as error:
        raise Failure(f"{file}: {error.strerror or error}\nnext: name another file", WRONG_USE) from None
    say(f"written: {file}")
