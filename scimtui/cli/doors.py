"""The console's ways out: profiles, files, and the demo."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path

from scimtui.cli.failures import Failure
from scimtui.cli.pasting import bytes_of
from scimtui.cli.profile_doors import (
    draft_of,
    guarded,
    judge,
    make_default,
    open_profile,
    profile_lines,
    remove,
    save_draft,
    test_of,
    token_page,
    where_tokens_go,
)
from scimtui.cli.writing import let_write
from scimtui.tui.doors import DoorError, Doors
from scimtui.workspace import Workspace


def doors(children: ExitStack, *, read_only: bool = False) -> Doors:
    """The doors of this machine; a demo that is started is stopped with `children`.

    Args:
        read_only: this run was told to write nothing, whatever a profile says.
    """
    return Doors(
        profiles=guarded(profile_lines),
        open_profile=guarded(open_profile),
        draft=guarded(draft_of),
        judge=judge,
        test=guarded(test_of),
        save_profile=guarded(save_draft),
        remove_profile=guarded(remove),
        make_default=guarded(make_default),
        token_page=token_page,
        where_tokens_go=where_tokens_go,
        allow_changes=guarded(lambda workspace: _allow_changes(workspace, read_only=read_only)),
        read_file=_read_file,
        open_demo=lambda: _open_demo(children),
    )


def _allow_changes(workspace: Workspace, *, read_only: bool) -> None:
    if read_only:
        raise DoorError(
            "this run is read-only, by --read-only or SCIMTUI_READ_ONLY\nnext: start scimtui without it"
        )
    if workspace.paths is not None:
        let_write(workspace.profile)


_NEXT = "\nnext: "


def _read_file(name: str) -> str | bytes:
    """The text of a file; its bytes where they are no UTF-8, for whoever can read them otherwise."""
    try:
        # Absolute: a bare dash would be standard input, which is the console's keyboard.
        data = bytes_of(str(Path(name.strip()).expanduser().absolute()))
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        return data
    except Failure as error:
        raise DoorError(f"{str(error).partition(_NEXT)[0]}{_NEXT}name another file") from None
    except (RuntimeError, ValueError):  # no such user, or a NUL in it
        raise DoorError("this names no file\nnext: name another one") from None


async def _open_demo(children: ExitStack) -> Workspace:
    from scimtui.cli.demo import start_demo

    try:
        return await asyncio.to_thread(start_demo, children, 500, 1, "19.3")
    except Failure as error:
        raise DoorError(str(error)) from None
