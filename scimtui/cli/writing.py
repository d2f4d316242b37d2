"""Whether a profile that is read-only may be made one that writes, and asking for it."""

from __future__ import annotations

import os

import click

from scimtui.cli import Chosen
from scimtui.cli.failures import REFUSED, Failure, say
from scimtui.cli.profile_words import interactive
from scimtui.profiles import Profile, allow_changes, paths
from scimtui.profiles.choice import wants_read_only
from scimtui.text import printable
from scimtui.workspace import Workspace

_FORCED = "this run is read-only, by --read-only or SCIMTUI_READ_ONLY, and this would be a write"


def is_forced(chosen: Chosen) -> bool:
    """Whether this run was told to write nothing, whatever the profile says."""
    return chosen.read_only or wants_read_only(os.environ)


async def require_writing(chosen: Chosen, workspace: Workspace) -> None:
    """Make sure that this run may write; a profile that never did is asked about once.

    Raises:
        Failure: it may not.
    """
    profile = workspace.profile
    if not profile.read_only:
        return
    if is_forced(chosen):
        raise Failure(f"{_FORCED}\nnext: the same command without it", REFUSED)
    if not interactive():
        raise Failure(
            f"the profile “{profile.name}” is read-only, and nobody can be asked here\n"
            "next: the same command at a terminal, or read_only = false in its table of the profiles file",
            REFUSED,
        )
    question = f"The profile “{profile.name}” has been read-only. Let it change identities from now on?"
    if not click.confirm(printable(question), default=False, err=True):
        raise Failure("nothing was changed", REFUSED)
    let_write(profile)
    await workspace.allow_changes()
    say(f"“{profile.name}” may write from now on")


def let_write(profile: Profile) -> None:
    """Keep in the profiles file that a saved profile may write."""
    if not profile.is_environment:
        allow_changes(paths(), profile.name)
