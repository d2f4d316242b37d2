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


def status_of(going: Going) -> Status:
    """What is going on with the list, how far reading is, what most people share, what is missing."""
    about = going.about
    if going.reading:
        so_far = f" · {count(about.people)} so far" if about is not None and about.partial else ""
        fraction = going.progress.fraction if going.progress is not None else None
        trouble = going.progress.trouble if going.progress is not None else ""
        if trouble:
            return Status(f"{trouble}{so_far}", "warning", fraction or 0.0)
        return Status(f"reading people{so_far}", "quiet", fraction or 0.0)
    if about is None:
        return Status("")
    people = "1 person" if about.people == 1 else f"{count(about.people)} people"
    shown = f"{count(going.shown)} of {people}" if going.filtered else ""
    if about.warnings:
        several = len(about.warnings) > 1
        key = f" (w shows all {len(about.warnings)})" if several else " (w shows all of it)"
        text = " · ".join(part for part in (shown, f"! {about.warnings[0]}{key if several else ''}") if part)
        return Status(text, "warning", more=key)
    if about.patterns and not shown:
        return Status(pattern_text(about.patterns[0]), "warning")
    return Status(shown)
