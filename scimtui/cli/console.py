"""`scimtui` without a command: the console on the profile meant, or the first-run screen."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack

from scimtui.cli import Chosen
from scimtui.cli.doors import doors
from scimtui.cli.failures import WRONG_USE, Failure
from scimtui.cli.faults import told_fault
from scimtui.cli.opening import open_workspace
from scimtui.cli.writing import is_forced
from scimtui.profiles import find_profile, paths
from scimtui.tui.app import ScimtuiApp
from scimtui.workspace import Workspace


def open_console(chosen: Chosen) -> None:
    """Open the console.

    Raises:
        Failure: there is no terminal to open it on.
    """
    require_terminal("scimtui users, scimtui lookup TEXT, or scimtui --help")
    profile = find_profile(chosen.profile, os.environ, paths().profiles_file, read_only=chosen.read_only)
    workspace = open_workspace(profile) if profile is not None else None
    with ExitStack() as children:
        run_console(workspace, children, read_only=is_forced(chosen))


def run_console(
    workspace: Workspace | None, children: ExitStack, *, read_only: bool = False, step: str | None = None
) -> None:
    """Show the console until somebody leaves it.

    Args:
        read_only: this run was told to write nothing, whatever a profile says.
        step: a walkthrough, or a step of one, to begin with; empty for the section; None for neither.

    Raises:
        Failure: it stopped on a fault of its own.
    """
    app = ScimtuiApp(doors(children, read_only=read_only), workspace, step=step)
    app.run()
    if app.fault is not None:
        raise told_fault(app.fault, sending=app.was_sending)


def require_terminal(instead: str) -> None:
    """Refuse to draw a screen into a pipe; the screen is drawn on stderr."""
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise Failure(f"the console needs a terminal\nnext: {instead}", WRONG_USE)
