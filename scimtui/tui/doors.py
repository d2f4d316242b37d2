"""What the console needs from outside itself, handed in by the command line: no screen opens files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple

from scimtui.gitlab import Secret
from scimtui.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """A saved profile as a list shows it."""

    name: str
    group: str
    host: str
    is_default: bool
    needs_terminal: bool


@dataclass(frozen=True, slots=True)
class NewProfile:
    """What a person typed to connect a group; `idp` is empty where they don't say."""

    name: str
    scim_url: str
    idp: str
    access_token: Secret | None
    scim_token: Secret | None


class Saved(NamedTuple):
    """A profile that was saved and opened; `notice` is what else there is to know, or empty."""

    workspace: Workspace
    notice: str = ""


class DoorError(Exception):
    """Something could not be opened or saved; `str` says what and what to do."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Ways out of the console. All but `open_demo` block and are called in a thread.

    Attributes:
        profiles: the saved profiles, the default first.
        open_profile: opens one; DoorError where that fails.
        save_profile: saves a new one and opens it; DoorError where that fails.
        suggest: GitLab's page for making an access token, for an address; None where it is none.
        open_demo: opens the console's simulated GitLab.
        allow_changes: keeps that this workspace's profile may write; DoorError where it may not.
        read_file: the text of a file that somebody names; DoorError where that fails.
    """

    profiles: Callable[[], list[ProfileLine]]
    open_profile: Callable[[str], Workspace]
    save_profile: Callable[[NewProfile], Saved]
    token_page: Callable[[str], str | None]
    allow_changes: Callable[[Workspace], None]
    read_file: Callable[[str], str | bytes]
    open_demo: Callable[[], Awaitable[Workspace]] | None = None
