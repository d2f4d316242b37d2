"""Whether the run that wrote an open entry is still at work."""

from __future__ import annotations

import getpass
import os
import socket
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from scimtui.corrections.model import Entry

_LONGEST_RUN = timedelta(minutes=10)


def os_user() -> str:
    """Who runs this, by the operating system."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid {os.getuid()}"


def host() -> str:
    """This machine's name."""
    return socket.gethostname()


def began(process: int) -> str:
    """Since when a process runs, in the kernel's own count; empty where that can't be told.

    A process id alone is given again to somebody else.
    """
    with suppress(OSError, IndexError):
        return Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[19]
    return ""


def at_work(entry: Entry, now: datetime) -> bool:
    """Whether the run that wrote this entry may still be writing to GitLab.

    On another machine, or where processes can't be looked up, its age decides.
    """
    if entry.host == host() and entry.process_began:
        return entry.process != os.getpid() and began(entry.process) == entry.process_began
    return now - entry.at < _LONGEST_RUN
