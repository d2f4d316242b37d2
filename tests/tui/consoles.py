"""Consoles that hold still: people from a snapshot, a fixed clock, no GitLab."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input
from textual.worker import WorkerCancelled

from scimtui.directory import Known, Person, Progress, Row, Snapshot, person_in
from scimtui.gitlab import GitLabError, Secret
from scimtui.profiles import Found, Profile, Tokens
from scimtui.tui.app import ScimtuiApp
from scimtui.tui.doors import DoorError, Doors, NewProfile, ProfileLine, Saved
from scimtui.tui.screens.users import UsersScreen
from scimtui.workspace import Workspace
from tests.directory.people_samples import NOW, SAMPLE, snapshot

PROFILE = Profile(name="acme", scim_url="https://gitlab.com/api/scim/v2/groups/acme", read_only=True)
TOKENS = Tokens(
    access=Found(Secret("glpat-hidden"), "keyring"), scim=Found(Secret("glsoat-hidden"), "keyring")
)


@dataclass(slots=True)
class StillWorkspace(Workspace):
    """Answers from what it was given.

    Attributes:
        kept: the snapshot that is there when the console opens; None for none.
        fresh: what a refresh reads; an error it fails with; None for a refresh that never ends.
        trouble: why that one waits.
    """

    kept: Snapshot | None = None
    fresh: Callable[[], Snapshot] | GitLabError | None = None
    asked: int = 0
    trouble: str = ""

    def stored(self) -> Snapshot | None:
        return self.kept

    async def refresh(
        self,
        on_progress: Callable[[Progress], None] = lambda progress: None,
        on_partial: Callable[[Snapshot], None] = lambda partial: None,
        former: Known | None = None,
    ) -> Snapshot:
        self.asked += 1
        if isinstance(self.fresh, GitLabError):
            raise self.fresh
        if self.fresh is None:
            import asyncio

            read, totals = {"members": 450, "scim-users": 250}, {"members": 1000, "scim-users": 1000}
            on_progress(Progress(read, totals, trouble=self.trouble))
            await asyncio.Event().wait()
            raise AssertionError
        return self.fresh()

    async def reread(self, snapshot: Snapshot, row: Row) -> Person:
        if isinstance(self.fresh, GitLabError):
            raise self.fresh
        return person_in(snapshot, row)

    async def close(self) -> None:
        """Nothing is open."""


def sample_snapshot() -> Snapshot:
    """The few people of the samples."""
    return snapshot(SAMPLE)


def workspace(
    *,
    kept: Snapshot | None = None,
    fresh: Callable[[], Snapshot] | GitLabError | None = sample_snapshot,
    profile: Profile = PROFILE,
    now: datetime = NOW + timedelta(seconds=2),
) -> StillWorkspace:
    """A workspace of this profile."""
    return StillWorkspace(profile, TOKENS, now=lambda: now, kept=kept, fresh=fresh)


def no_doors(
    *,
    profiles: tuple[ProfileLine, ...] = (),
    open_demo: Callable[[], Awaitable[Workspace]] | None = None,
    saved: list[NewProfile] | None = None,
) -> Doors:
    """Doors that lead nowhere but where a test says."""

    def open_profile(name: str) -> Workspace:
        if name == "broken":
            raise DoorError("no token was found for “broken”\nnext: scimtui profile add broken --replace")
        return workspace(profile=Profile(name=name, scim_url="https://git.example/api/scim/v2/groups/other"))

    def save_profile(new: NewProfile) -> Saved:
        if saved is not None:
            saved.append(new)
        opened = workspace(profile=Profile(name=new.name, scim_url=new.scim_url))
        return Saved(opened, "the token serves this run only" if new.name == "unkept" else "")

    def read_file(name: str) -> str:
        try:
            return Path(name).read_text("utf-8")
        except OSError as error:
            raise DoorError(f"{name}: {error.strerror}") from None

    return Doors(
        profiles=lambda: list(profiles),
        open_profile=open_profile,
        save_profile=save_profile,
        token_page=lambda address: (
            "https://gitlab.com/-/user_settings/personal_access_tokens?name=scimtui&scopes=read_api"
        ),
        allow_changes=lambda workspace: None,
        read_file=read_file,
        open_demo=open_demo,
    )


def console(
    opened: Workspace | None = None, *, theme: str = "scimtui-dark", doors: Doors | None = None
) -> ScimtuiApp:
    """A console on that workspace; the first run where there is none."""
    return ScimtuiApp(doors or no_doors(), opened, theme=theme)


async def still(pilot: Pilot[None]) -> None:
    """Wait until nothing moves any more, but for a refresh that never ends and a question asked."""
    for _ in range(3):
        ending = [worker for worker in pilot.app.workers if worker.group not in ("refresh", "dialog")]
        if ending:
            with suppress(WorkerCancelled):
                await pilot.app.workers.wait_for_complete(ending)
        await pilot.pause()
    for screen in pilot.app.screen_stack:
        for field in screen.query(Input):
            field.cursor_blink = False
        if isinstance(screen, UsersScreen):
            await screen.settle()
    await pilot.pause()
