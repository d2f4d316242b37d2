"""What the lines above a list tell: pure functions of what is going on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from scimtui.directory import About, Progress
from scimtui.directory.patterns import pattern_text
from scimtui.text import age, count
from scimtui.tui.widgets.bars import Place
from scimtui.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Going:
    """How the list stands.

    Attributes:
        about: of the people shown; None where nobody is.
        shown: how many the filters leave.
        failed: whether the last reading failed.
    """

    about: About | None
    shown: int
    reading: bool
    failed: bool
    progress: Progress | None = None

    @property
    def filtered(self) -> bool:
        """Whether a filter leaves somebody out."""
        return self.about is not None and self.shown != self.about.people


def place_of(workspace: Workspace, going: Going) -> Place:
    """The first line of every section."""
    address = workspace.profile.address
    state, colour = _state(going, workspace.now())
    return Place(
        workspace.name,
        address.label,
        address.host,
        workspace.tokens_in_use,
        workspace.profile.read_only,
        state,
        colour,
        workspace.profile.untested,
    )


def workspace_place(workspace: Workspace | None, state: str = "", colour: str = "quiet") -> Place:
    """The first line where no list is being read; without a profile it says so."""
    if workspace is None:
        return Place("", "no profile", "", "nothing is sent anywhere", False, state, colour)
    address = workspace.profile.address
    return Place(
        workspace.name,
        address.label,
        address.host,
        workspace.tokens_in_use,
        workspace.profile.read_only,
        state,
        colour,
        workspace.profile.untested,
    )


def _state(going: Going, now: datetime) -> tuple[str, str]:
    read = age((now - going.about.read_at).total_seconds()) if going.about is not None else ""
    if going.reading:
        return (
            "reading" if not read or going.about is None or going.about.partial else f"read {read}, reading"
        ), "accent"
    if going.failed:
        return (f"failed, list read {read}" if read else "not reached"), "error"
    return (f"read {read}" if read else ""), "quiet"


class Status(NamedTuple):
    """The line above the list.

    Attributes:
        fraction: how far a bar is, 0…1; None for no bar.
        more: what to add where the text had to be cut.
    """

    text: str
    colour: str = "quiet"
    fraction: float | None = None
    more: str = ""


def missing_in(about: About) -> tuple[str, ...]:
    """Everything that the list does not tell, in full."""
    if about.warnings or about.partial or about.known.complete:
        return about.warnings
    if about.known.instance:
        return ("Instance SCIM tells who is provisioned and active; who can sign in is not known here.",)
    lists = " and ".join(about.known.missing)
    return (f"{lists} were not read: an Owner's access token tells them.",)


def status_of(going: Going) -> Status:
    """What is going on with the list, how far reading is, what most people share, what is missing."""
    about = going.about
    if going.reading:
        progress = going.progress
        read = max(progress.read.values(), default=0) if progress is not None else 0
        growing = about is not None and about.partial
        so_far = f" · {count(max(read, about.people if about else 0))} so far" if growing else ""
        fraction = progress.fraction if progress is not None else None
        trouble = progress.trouble if progress is not None else ""
        if trouble:
            return Status(f"{trouble}{so_far}", "warning", fraction or 0.0)
        return Status(f"reading people{so_far}", "quiet", fraction or 0.0)
    if about is None:
        return Status("")
    people = "1 person" if about.people == 1 else f"{count(about.people)} people"
    shown = f"{count(going.shown)} of {people}" if going.filtered else ""
    missing = missing_in(about)
    if missing:
        several = len(missing) > 1
        key = f" (w shows all {len(missing)})" if several else " (w shows all of it)"
        text = " · ".join(part for part in (shown, f"! {missing[0]}{key if several else ''}") if part)
        return Status(text, "warning", more=key)
    if about.patterns and not shown:
        return Status(pattern_text(about.patterns[0]), "warning")
    return Status(shown)
