"""`python -m tests.benchmarks.marked_console`: the console, telling when it begins to open its snapshot.

The time goes into the pipe whose number SCIMTUI_BENCHMARK_MARK holds; nothing else differs.
"""

from __future__ import annotations

import os
import struct
import time

from scimtui.cli import main
from scimtui.directory import Snapshot
from scimtui.workspace import Workspace

MARK_VARIABLE = "SCIMTUI_BENCHMARK_MARK"
MARK = struct.Struct("d")


def _mark_opening() -> None:
    opened = Workspace.stored
    pipe = int(os.environ.pop(MARK_VARIABLE))

    def stored(workspace: Workspace) -> Snapshot | None:
        os.write(pipe, MARK.pack(time.perf_counter()))
        return opened(workspace)

    setattr(Workspace, "stored", stored)  # noqa: B010 - an assignment would not be of the declared type


if __name__ == "__main__":
    _mark_opening()
    main([])
