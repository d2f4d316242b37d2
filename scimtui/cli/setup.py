"""`scimtui setup`: a walkthrough, in the console or as Markdown."""

from __future__ import annotations

import os
from contextlib import ExitStack

import click

from scimtui.cli import Chosen
from scimtui.cli.failures import FINE, WRONG_USE, Failure
from scimtui.guides.walkthroughs import GuideProgress, as_markdown, values_of, walkthrough, walkthroughs
from scimtui.profiles import find_profile, paths


@click.command("setup")
@click.argument("name", required=False, metavar="[entra|okta|…]")
@click.option(
    "--print", "as_text", is_flag=True, help="Print the walkthrough as Markdown, with the profile's values."
)
@click.pass_obj
def command(chosen: Chosen, /, *, name: str | None, as_text: bool) -> int:
    """Walk through a set-up: entra, okta, change-app, link or add-back.

    Opens the console there; with --print the text goes to standard output. Needs no profile; with one
    its values are filled in.
    """
    if name is None:
        if as_text:
            raise Failure(f"which walkthrough?\nnext: {_known()}", WRONG_USE)
    elif walkthrough(name) is None:
        raise Failure(f"there is no walkthrough “{name}”\nnext: {_known()}", WRONG_USE)
    profile = find_profile(chosen.profile, os.environ, paths().profiles_file, read_only=chosen.read_only)
    if as_text and name is not None:
        guide = walkthrough(name)
        assert guide is not None
        progress = GuideProgress(paths().setup(profile) if profile is not None else None)
        progress.load()
        values = values_of(profile.address if profile is not None else None)
        click.echo(as_markdown(guide, values, progress.done(name)), nl=False)
        return FINE
    from scimtui.cli.console import require_terminal, run_console
    from scimtui.cli.opening import workspace_without_need
    from scimtui.cli.writing import is_forced

    usual = profile.idp if profile is not None and walkthrough(profile.idp) is not None else "entra"
    require_terminal(f"scimtui setup {name or usual} --print")
    workspace = workspace_without_need(profile) if profile is not None else None
    with ExitStack() as children:
        run_console(workspace, children, read_only=is_forced(chosen), step=name or "")
    return FINE


def _known() -> str:
    return ", ".join(f"scimtui setup {guide.id}" for guide in walkthroughs())
