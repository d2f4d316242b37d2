"""The console's ways out: profiles, the demo, and saving what somebody typed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import ParamSpec, TypeVar

from scimtui.cli.failures import Failure
from scimtui.cli.pasting import text_of
from scimtui.cli.writing import let_write
from scimtui.gitlab import AddressError, parse_address
from scimtui.profiles import (
    FieldError,
    Found,
    Keystore,
    KeystoreError,
    Profile,
    Profiles,
    ProfilesRoomError,
    TokenKind,
    Tokens,
    access_token_page,
    find_tokens,
    paths,
    profile_from,
)
from scimtui.profiles.tokens import checked
from scimtui.profiles.writing import save_profile
from scimtui.tui.doors import DoorError, Doors, NewProfile, ProfileLine, Saved
from scimtui.workspace import Workspace

P = ParamSpec("P")
R = TypeVar("R")


def doors(children: ExitStack, *, read_only: bool = False) -> Doors:
    """The doors of this machine; a demo that is started is stopped with `children`.

    Args:
        read_only: this run was told to write nothing, whatever a profile says.
    """
    return Doors(
        profiles=_guarded(_profiles),
        open_profile=_guarded(_open_profile),
        save_profile=_guarded(_save_profile),
        token_page=_token_page,
        allow_changes=_guarded(lambda workspace: _allow_changes(workspace, read_only=read_only)),
        read_file=_read_file,
        open_demo=lambda: _open_demo(children),
    )


def _guarded(act: Callable[P, R]) -> Callable[P, R]:
    def guarded(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return act(*arguments, **named)
        except (ProfilesRoomError, AddressError) as error:
            raise DoorError(str(error)) from None
        except OSError as error:
            raise DoorError(f"{error.filename or 'a file'}: {error.strerror or error}") from None

    return guarded


def _profiles() -> list[ProfileLine]:
    saved = Profiles.load(paths().profiles_file)
    default = saved.default_profile
    lines = [_line(profile, profile == default) for profile in saved.by_name.values()]
    return sorted(lines, key=lambda line: (not line.is_default, line.name))


def _line(profile: Profile, is_default: bool) -> ProfileLine:
    address = profile.address
    commands = any(profile.token_command(kind) for kind in TokenKind)
    return ProfileLine(profile.name, address.label, address.host, is_default, commands)


def _open_profile(name: str) -> Workspace:
    profile = Profiles.load(paths().profiles_file).get(name)
    return Workspace(profile, find_tokens(profile, os.environ).require(), paths())


def _save_profile(new: NewProfile) -> Saved:
    try:
        profile = profile_from(new.name, {"scim_url": new.scim_url, "idp": new.idp})
    except FieldError as error:
        raise DoorError(f"{error.key}: {error}") from None
    tokens: dict[TokenKind, Found] = {}
    for kind, secret in ((TokenKind.ACCESS, new.access_token), (TokenKind.SCIM, new.scim_token)):
        if secret is not None:
            found = checked(secret, kind, "typed, for this run")
            if not isinstance(found, Found):
                raise found
            tokens[kind] = found
    places = paths()
    save_profile(places, profile)
    notice = ""
    keystore = Keystore()
    try:
        for kind, found in tokens.items():
            keystore.put(profile, kind, found.secret)
    except KeystoreError as error:
        notice = f"The profile is saved; what you typed as token serves this run only. {error}"
    opened = Workspace(profile, Tokens(tokens.get(TokenKind.ACCESS), tokens.get(TokenKind.SCIM)), places)
    return Saved(opened, notice)


def _allow_changes(workspace: Workspace, *, read_only: bool) -> None:
    if read_only:
        raise DoorError(
            "this run is read-only, by --read-only or SCIMTUI_READ_ONLY\nnext: start scimtui without it"
        )
    if workspace.paths is not None:
        let_write(workspace.profile)


def _read_file(name: str) -> str:
    try:
        return text_of(str(Path(name.strip()).expanduser()))
    except Failure as error:
        raise DoorError(str(error)) from None


def _token_page(address: str) -> str | None:
    try:
        return access_token_page(parse_address(address))
    except AddressError:
        return None


async def _open_demo(children: ExitStack) -> Workspace:
    from scimtui.cli.demo import start_demo

    try:
        return await asyncio.to_thread(start_demo, children, 500, 1, "19.3")
    except Failure as error:
        raise DoorError(str(error)) from None
