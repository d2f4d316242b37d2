"""What the console needs from outside itself, handed in by the command line: no screen opens files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from scimtui.gitlab import Secret
from scimtui.workspace import Workspace

if TYPE_CHECKING:
    from scimtui.connection import ConnectionTest


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """A saved profile as a list shows it."""

    name: str
    group: str
    host: str
    is_default: bool
    needs_terminal: bool
    untested: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A profile as it is typed; nothing in it is known to be right.

    Attributes:
        idp: empty where they don't say.
        access_token: what was typed; None keeps the one that is there.
        scim_token: the same.
        access_from: where the token that is there comes from; empty where there is none.
        scim_from: the same.
        is_new: whether no profile of that name is saved yet.
        untested: no connection test of it has passed.
        allow_http: the saved profile allows plain http.
    """

    name: str = ""
    scim_url: str = ""
    rest_url: str = ""
    idp: str = ""
    nameid_source: str = ""
    ca_file: str = ""
    access_token: Secret | None = None
    scim_token: Secret | None = None
    access_from: str = ""
    scim_from: str = ""
    is_new: bool = True
    untested: bool = True
    allow_http: bool = False


class Judged(NamedTuple):
    """What a field's value is worth: `words` tell it, or what is wrong.

    Attributes:
        is_token: it looks like a token in a field that is not for one: it is hidden, and sent nowhere.
    """

    fine: bool
    words: str
    is_token: bool = False


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
        draft: a saved profile, to be edited; DoorError where there is none.
        judge: a field's value as it is typed, by the name of a field of Draft and the whole draft so far.
        test: the connection test of a draft, with the tokens that are kept.
        save_profile: saves a draft and opens it; DoorError where that fails.
        remove_profile: removes a saved profile, its tokens and its people; says what stays.
        make_default: makes a saved profile the default.
        token_page: GitLab's page for making an access token, for an address; None where it is none.
        open_demo: opens the console's simulated GitLab.
        where_tokens_go: whether a token that is typed can be kept here, in a sentence.
        allow_changes: keeps that this workspace's profile may write; DoorError where it may not.
        read_file: the text of a file that somebody names; DoorError where that fails.
    """

    profiles: Callable[[], list[ProfileLine]]
    open_profile: Callable[[str], Workspace]
    draft: Callable[[str], Draft]
    judge: Callable[[str, Draft], Judged]
    test: Callable[[Draft], ConnectionTest]
    save_profile: Callable[[Draft], Saved]
    remove_profile: Callable[[str], str]
    make_default: Callable[[str], None]
    token_page: Callable[[str], str | None]
    where_tokens_go: Callable[[], str]
    allow_changes: Callable[[Workspace], None]
    read_file: Callable[[str], str | bytes]
    open_demo: Callable[[], Awaitable[Workspace]] | None = None
