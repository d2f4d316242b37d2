"""Reading everybody from a command: progress on stderr where that is a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scimtui.cli.failures import say

if TYPE_CHECKING:
    from scimtui.directory import Progress, Snapshot
    from scimtui.workspace import Workspace

_WIDTH = 30


async def reading(workspace: Workspace) -> Snapshot:
    """Read all people with a progress line, and say what could not be read."""
    shown = ""

    def show(progress: Progress) -> None:
        nonlocal shown
        fraction = progress.fraction
        if not sys.stderr.isatty() or fraction is None:
            return
        filled = int(fraction * _WIDTH)
        line = f"\rreading people {'█' * filled}{'░' * (_WIDTH - filled)} {fraction:4.0%}"
        if line != shown:
            shown = line
            sys.stderr.write(line)
            sys.stderr.flush()

    try:
        snapshot = await workspace.refresh(show)
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
    for warning in snapshot.about.warnings:
        say(f"warning: {warning}")
    return snapshot
