"""The command line: parse arguments, call a room below, print.

Commands are loaded when they are run, so that `scimtui lookup` never pays for the console.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import NamedTuple, NoReturn

import click

_COMMANDS = {
    "demo": ("scimtui.cli.demo", "Open the console on a built-in simulated GitLab."),
    "review": ("scimtui.cli.review", "Review an attribute mapping of Entra ID or Okta."),
    "setup": ("scimtui.cli.setup", "Walk through a set-up: Entra ID, Okta, changing the app, linking."),
    "simulate": ("scimtui.cli.simulate", "Run the simulated GitLab on a loopback port."),
    "profile": ("scimtui.cli.profile", "Add, list, show, remove a saved connection, or choose the default."),
    "users": ("scimtui.cli.users", "List people with their verdict."),
    "lookup": ("scimtui.cli.lookup", "Find one person by user id, username, e-mail or uid."),
    "verify": ("scimtui.cli.verify", "Say what a captured sign-in holds, and what GitLab makes of it."),
    "check": ("scimtui.cli.check", "Test the connection, and say what each check found."),
    "correct": (
        "scimtui.cli.correct",
        "Correct a stored value, after checks, with a journal and a read-back.",
    ),
    "explain": ("scimtui.cli.explain", "Say what an error means, and what to do about it."),
    "undo": ("scimtui.cli.undo", "Take a correction back, as a new and checked one."),
    "history": ("scimtui.cli.history", "What was changed, by whom, and what came of it."),
    "purge": ("scimtui.cli.purge", "Remove every trace of scimtui from this machine."),
    "completion": ("scimtui.cli.completion", "Print the shell completion script."),
}


class Chosen(NamedTuple):
    """What stands before the command: which profile, and whether writing is refused."""

    profile: str | None
    read_only: bool


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(_COMMANDS[cmd_name][0])
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(
    cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "--profile", metavar="NAME", help="Use this saved profile (default: SCIMTUI_PROFILE, else the default)."
)
@click.option("--read-only", is_flag=True, help="Refuse every request but GET (also SCIMTUI_READ_ONLY=1).")
@click.version_option(package_name="scimtui", message="scimtui %(version)s")
@click.pass_context
def main_command(ctx: click.Context, profile: str | None, read_only: bool) -> None:
    """The console for SCIM provisioning and SAML sign-in of a GitLab group.

    Without a command the console opens on the default profile. Tokens are never arguments.
    """
    ctx.obj = Chosen(profile, read_only)
    if ctx.invoked_subcommand is None:
        import_module("scimtui.cli.console").open_console(ctx.obj)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit with DESIGN's code; a failure is a message, never a traceback."""
    try:
        outcome = main_command(args=arguments, prog_name="scimtui", standalone_mode=False)
        sys.stdout.flush()
        code = outcome if isinstance(outcome, int) else 0
    except BrokenPipeError:
        import_module("scimtui.cli.failures").hide_broken_pipe()
        code = 0
    except SystemExit:
        raise
    except BaseException as error:  # the last place that can turn it into words
        code = import_module("scimtui.cli.failures").report(error)
    gc.freeze()  # everything is about to go: the interpreter need not look for cycles in it first
    sys.exit(code)
