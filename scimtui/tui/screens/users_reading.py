"""How a list of people is read: what is kept first, then everybody anew, and what became of corrections."""

from __future__ import annotations

import asyncio

from textual import work

from scimtui.directory import People, Progress, Snapshot
from scimtui.findings import Finding, Severity
from scimtui.gitlab import GitLabError
from scimtui.profiles import ProfilesRoomError
from scimtui.text import count, printable
from scimtui.tui.sections import InSection
from scimtui.tui.shelf import Shelf
from scimtui.tui.widgets.failure_panel import FailurePanel
from scimtui.workspace import Workspace


class ReadsPeople(InSection):
    """A screen that does; it has a `FailurePanel`."""

    def __init__(self, workspace: Workspace, shelf: Shelf) -> None:
        super().__init__()
        self._workspace, self._shelf = workspace, shelf
        self._people: People | None = None
        self._reading = False
        self._progress: Progress | None = None
        self._failure: Finding | None = None

    async def _adopt(self, snapshot: Snapshot) -> None:
        """Show another snapshot."""
        raise NotImplementedError

    def _tell(self) -> None:
        """Say how far the reading is."""
        raise NotImplementedError

    def _show_empty(self) -> None:
        """Say why nobody is listed."""
        raise NotImplementedError

    @work(exclusive=True, group="begin", description="open the snapshot, then refresh")
    async def _begin(self) -> None:
        snapshot = await asyncio.to_thread(self._workspace.stored)
        if snapshot is not None:
            await self._adopt(snapshot)
        self.action_refresh()

    def action_refresh(self) -> None:
        """Read everybody again; what is shown stays until the new list is whole."""
        if not self._reading:
            self._refresh_people()

    @work(exclusive=True, group="refresh", description="read everybody")
    async def _refresh_people(self) -> None:
        self._reading, self._progress, self._failure = True, None, None
        self.query_one(FailurePanel).hide()
        self._tell()
        former = self._people.about if self._people is not None else None
        try:
            snapshot = await (
                self._workspace.refresh(self._show_progress, self._show_partial)
                if former is None or former.partial
                else self._workspace.refresh(self._show_progress, former=former.known)
            )
            await self._adopt(snapshot)
        except (GitLabError, OSError, ProfilesRoomError) as error:
            self._fail(error)
        finally:
            self._reading = False
            self._tell()
            self._show_empty()

    def _show_progress(self, progress: Progress) -> None:
        self._progress = progress
        self._tell()

    def _show_partial(self, snapshot: Snapshot) -> None:
        self._adopt_partial(snapshot)

    @work(exclusive=True, group="partial", description="show those read so far")
    async def _adopt_partial(self, snapshot: Snapshot) -> None:
        if self._reading:
            await self._adopt(snapshot)

    @work(group="settle", description="find out what became of corrections that were broken off")
    async def _settle(self) -> None:
        if await asyncio.to_thread(self._workspace.has_journal):
            from scimtui.tui.settling import left_open

            async for notice in left_open(self._workspace, self._shelf):
                self._notice(notice)

    def _notice(self, text: str) -> None:
        self.notify(printable(text), severity="warning", timeout=30, markup=False)

    def _fail(self, error: Exception) -> None:
        if isinstance(error, GitLabError):
            self._failure = error.finding()
        else:
            self._failure = Finding("not-saved", Severity.ERROR, "The people were not kept", str(error))
        also = ""
        if self._people is not None and self._people.about.people:
            also = f"the {count(self._people.about.people)} people above are as last read"
        self.query_one(FailurePanel).tell(self._failure, also)
