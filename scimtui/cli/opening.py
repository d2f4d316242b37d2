"""From the command line's choice to an open workspace."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from scimtui.cli import Chosen
from scimtui.cli.failures import WRONG_USE, Failure

if TYPE_CHECKING:
    from scimtui.directory import Snapshot
    from scimtui.gitlab.secret import Secret
    from scimtui.profiles import Profile, TokenKind, Tokens
    from scimtui.workspace import Workspace


def chosen_profile(chosen: Chosen) -> Profile:
    """The profile meant.

    Raises:
        Failure: there is none yet.
    """
    from scimtui.profiles import find_profile, paths

    profile = find_profile(chosen.profile, os.environ, paths().profiles_file, read_only=chosen.read_only)
    if profile is None:
        raise Failure(
            "no profile yet\nnext: scimtui profile add NAME, or scimtui demo to look around first", WRONG_USE
        )
    return profile


def open_workspace(profile: Profile) -> Workspace:
    """The workspace of a profile, with its tokens; asks for one where no source has any.

    Raises:
        TokenError: there is no token, and nobody to ask.
    """
    workspace = workspace_without_need(profile)
    workspace.tokens.require()
    warn_of(workspace.tokens)
    return workspace


def workspace_without_need(profile: Profile) -> Workspace:
    """The workspace of a profile with the tokens that can be had; it may be none."""
    from scimtui.profiles import find_tokens, paths
    from scimtui.workspace import Workspace

    tokens = find_tokens(profile, os.environ, ask=_ask if _can_ask() else None)
    return Workspace(profile, tokens, paths())


def stored_people(profile: Profile) -> Snapshot:
    """The snapshot of a profile, for a command that asks GitLab nothing.

    Raises:
        Failure: there is none that can be read.
    """
    from scimtui.cli.failures import BAD_ANSWER
    from scimtui.profiles import Tokens, paths
    from scimtui.workspace import Workspace

    snapshot = Workspace(profile, Tokens(), paths()).stored()
    if snapshot is None:
        message = f"“{profile.name}” has no snapshot that can be read"
        raise Failure(f"{message}\nnext: the same command without --offline", BAD_ANSWER)
    return snapshot


def warn_of(tokens: Tokens) -> None:
    """Say on stderr which token could not be had, where the other one is enough to go on."""
    from scimtui.cli.failures import say

    for problem in tokens.problems:
        say(str(problem))


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask(kind: TokenKind, profile: Profile) -> Secret | None:
    from scimtui.cli.profile_add import ask_token

    return ask_token(kind, profile)
