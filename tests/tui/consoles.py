"""Consoles that hold still: people from a snapshot, a fixed clock, no GitLab."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import textual._wait
from textual.app import App
from textual.events import Paste
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from scimtui.cli.profile_doors import judge
from scimtui.connection import Candidate, ConnectionTest, Report
from scimtui.corrections import Change, Corrector, Ground, Identity, Journal, Outcome
from scimtui.corrections.read_back import ReadBack, Rereading
from scimtui.corrections.reading import GroupReader, IdentityList, Lists, Owned
from scimtui.directory import Known, Person, Progress, Row, Snapshot, person_in
from scimtui.gitlab import GitLab, GitLabError, Secret
from scimtui.gitlab.versions import Release
from scimtui.profiles import Found, Profile, Tokens
from scimtui.tui.app import ScimtuiApp
from scimtui.tui.doors import DoorError, Doors, Draft, ProfileLine, Saved
from scimtui.tui.in_order import InOrder
from scimtui.tui.screens.correct import CorrectScreen
from scimtui.tui.screens.users import UsersScreen
from scimtui.tui.sections import WITH_PROFILE
from scimtui.tui.widgets.failure_panel import FailurePanel
from scimtui.workspace import Workspace
from tests.connection.pretending import still_report
from tests.directory.people_samples import NOW, SAMPLE, snapshot

# How long Textual's pilot waits for an idle process after a key: `still` looks for itself what is done.
textual._wait.SLEEP_GRANULARITY = 0.004
textual._wait.SLEEP_IDLE = 0.002


async def _shutdown(app: App[None], shut: Callable[[App[None]], Awaitable[None]] = App._shutdown) -> None:
    """Textual's pilot takes screens down while they work; a console that is left ends their work first."""
    app.workers.cancel_all()
    await shut(app)


App._shutdown = _shutdown  # type: ignore[method-assign, assignment]


async def _press(pilot: Pilot[None], *keys: str, press: Callable[..., Awaitable[None]] = Pilot.press) -> None:
    """Textual's pilot goes on when the process is idle; on a busy machine that is before a key has acted."""
    await press(pilot, *keys)
    await all_acted(pilot.app)


async def all_acted(app: App[None]) -> None:
    """Wait until everything that was typed has acted."""
    await asyncio.sleep(0)
    if isinstance(app, InOrder):
        await app.caught_up()


Pilot.press = _press  # type: ignore[method-assign, assignment]
PROFILE = Profile(name="acme", scim_url="https://gitlab.com/api/scim/v2/groups/acme", read_only=True)
TOKENS = Tokens(
    access=Found(Secret("glpat-hidden"), "keyring"), scim=Found(Secret("glsoat-hidden"), "keyring")
)


Written = dict[tuple[int | None, Identity], str]


class StillReader(GroupReader):
    """Tells of the people in the snapshot, and that every write was done."""

    def __init__(self, gitlab: GitLab, people: Snapshot, written: Written) -> None:
        super().__init__(gitlab, people)
        self.people, self.written = people, written

    async def ground(self, row: Row) -> Ground:
        rows = self.people.rows(range(self.people.about.people + 5))
        scim = [Owned(one.record.scim_uid, one.record.user_id) for one in rows if one.record.scim_uid]
        saml = [Owned(one.record.saml_uid, one.record.user_id) for one in rows if one.record.saml_uid]
        lists = Lists(IdentityList(scim), IdentityList(saml))
        record = replace(row.record)
        record.scim_uid = self.written.get((record.user_id, Identity.SCIM), record.scim_uid)
        record.saml_uid = self.written.get((record.user_id, Identity.SAML), record.saml_uid)
        row = row._replace(record=record)
        person, release = person_in(self.people, row), Release.read(self.people.about.version)
        return Ground(person, row, lists, release, (1, "user1"), True, *self._others(lists))


class StillRereading(Rereading):
    """Tells that every write was done."""

    async def read_back(self, change: Change, before: IdentityList | None = None) -> ReadBack:
        return ReadBack(Outcome.VERIFIED, change.new)


class StillCorrector(Corrector):
    """Plans and applies without a GitLab."""

    def __init__(
        self,
        gitlab: GitLab,
        people: Snapshot,
        journal: Journal,
        now: Callable[[], datetime],
        written: Written,
    ) -> None:
        super().__init__(
            gitlab, people, journal, profile="acme", idp="entra", now=now, draw=lambda: "0a1b2c3d"
        )
        reader = StillReader(gitlab, people, written)
        self.written = written
        self._reader = reader
        self._applying._rereading = StillRereading(gitlab, reader)
        self._applying._send = self._send_nothing  # type: ignore[method-assign]

    async def _send_nothing(self, change: Change) -> None:
        """It is said to be done, and looks so."""
        if change.new is not None:
            self.written[change.subject.user_id, change.identity] = change.new


class StillTest(ConnectionTest):
    """Has been run already."""

    def __init__(self, report: Report) -> None:
        super().__init__(Candidate(PROFILE.scim_url))
        self._ended = report

    async def run(
        self, listener: Callable[[Report], None] = lambda report: None, only: Iterable[str] | None = None
    ) -> Report:
        wanted = None if only is None else set(only)
        lines = tuple(line for line in self._ended.lines if wanted is None or line.check in wanted)
        listener(replace(self._ended, lines=lines))
        return replace(self._ended, lines=lines)


@dataclass(slots=True)
class StillWorkspace(Workspace):
    """Answers from what it was given.

    Attributes:
        kept: the snapshot that is there when the console opens; None for none.
        fresh: what a refresh reads; an error it fails with; None for a refresh that never ends.
        trouble: why that one waits.
        tested: how a connection test ends.
    """

    kept: Snapshot | None = None
    fresh: Callable[[], Snapshot] | GitLabError | None = None
    asked: int = 0
    trouble: str = ""
    tested: Report = field(default_factory=still_report)
    written: Written = field(default_factory=dict)

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
            read, totals = {"members": 450, "scim-users": 250}, {"members": 1000, "scim-users": 1000}
            on_progress(Progress(read, totals, trouble=self.trouble))
            await asyncio.Event().wait()
            raise AssertionError
        return self.fresh()

    async def reread(self, snapshot: Snapshot, row: Row) -> Person:
        if isinstance(self.fresh, GitLabError):
            raise self.fresh
        return person_in(snapshot, row)

    def connection_test(self) -> ConnectionTest:
        return StillTest(self.tested)

    def corrector(self, snapshot: Snapshot) -> Corrector:
        return StillCorrector(self.gitlab, snapshot, self.journal, self.now, self.written)

    async def close(self) -> None:
        """Nothing is open."""


def on_one_machine(patch: Callable[[str, object], None]) -> None:
    """The journal tells of the same user, host, process and version wherever this runs.

    Args:
        patch: sets a name of `scimtui.corrections` to a value.
    """
    patch("processes.os_user", lambda: "olga")
    patch("processes.host", lambda: "desk")
    patch("journal.__version__", "1.0")


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
    saved: list[Draft] | None = None,
    report: Report | None = None,
) -> Doors:
    """Doors that lead nowhere but where a test says."""

    def open_profile(name: str) -> Workspace:
        if name == "broken":
            raise DoorError("no token was found for “broken”\nnext: scimtui profile add broken --replace")
        return workspace(profile=Profile(name=name, scim_url="https://git.example/api/scim/v2/groups/other"))

    def save_profile(new: Draft) -> Saved:
        if saved is not None:
            saved.append(new)
        opened = workspace(profile=Profile(name=new.name, scim_url=new.scim_url))
        return Saved(opened, "the token serves this run only" if new.name == "unkept" else "")

    def read_file(name: str) -> str | bytes:
        try:
            data = Path(name).read_bytes()
            return data.decode("utf-8") if _is_utf_8(data) else data
        except OSError as error:
            raise DoorError(f"{name}: {error.strerror}") from None

    return Doors(
        profiles=lambda: list(profiles),
        open_profile=open_profile,
        draft=lambda name: Draft(
            name, PROFILE.scim_url, access_from="the key store", scim_from="the key store", is_new=False
        ),
        judge=judge,
        test=lambda draft: StillTest(report or still_report()),
        save_profile=save_profile,
        remove_profile=lambda name: "",
        make_default=lambda name: None,
        token_page=lambda address: (
            "https://gitlab.com/-/user_settings/personal_access_tokens?name=scimtui&scopes=read_api"
        ),
        where_tokens_go=lambda: "Tokens go into this machine's key store, never into a file.",
        allow_changes=lambda workspace: None,
        read_file=read_file,
        open_demo=open_demo,
    )


def console(
    opened: Workspace | None = None, *, theme: str = "scimtui-dark", doors: Doors | None = None
) -> ScimtuiApp:
    """A console on that workspace; the first run where there is none."""
    return ScimtuiApp(doors or no_doors(), opened, theme=theme, now=lambda: NOW)


async def still(pilot: Pilot[None]) -> None:
    """Wait until nothing moves any more, but for a refresh that never ends and a question asked."""
    await all_acted(pilot.app)
    await _work_done(pilot, 2)
    for screen in pilot.app.screen_stack:
        for line in screen.query(Input):
            line.cursor_blink = False
        if isinstance(screen, UsersScreen):
            await screen.settle()
        elif isinstance(screen, CorrectScreen):
            screen.settle()
    await _work_done(pilot, 1)


async def _work_done(pilot: Pilot[None], times: int) -> None:
    """Wait until there was no work so many times in a row: what ends can begin something else."""
    quiet, until = 0, time.monotonic() + 30
    while time.monotonic() < until:
        asking = ("apply",) if isinstance(pilot.app.screen, ModalScreen) else ()
        endless = ("refresh", "dialog", *asking)
        busy = any(worker.group not in endless and not worker.is_finished for worker in pilot.app.workers)
        if busy or _is_opening(pilot.app.screen):
            # Not waited for by name: one that asks something ends with the answer alone.
            quiet = 0
            await asyncio.sleep(0.005)
        else:
            quiet += 1
        await pilot.pause()
        if quiet == times:
            return


def _is_opening(screen: Screen[object]) -> bool:
    """An editor that has not read anything yet, and has not failed to."""
    if not isinstance(screen, CorrectScreen) or not screen.is_mounted:
        return False
    return screen._ground is None and not screen.query_one(FailurePanel).display


PASTED = "paste: "
FILLED = "fill: "


def key_of(section: str) -> str:
    """The number that opens a section where a profile is open."""
    return str(WITH_PROFILE.index(section) + 1)


async def drive(pilot: Pilot[None], keys: tuple[str, ...]) -> None:
    """Press each key, paste what stands behind `PASTED`, fill in a field after `FILLED`, and hold still."""
    await still(pilot)
    for key in keys:
        if key.startswith(PASTED):
            pilot.app.screen.post_message(Paste(key.removeprefix(PASTED)))
        elif key.startswith(FILLED):
            field, _, value = key.removeprefix(FILLED).partition("=")
            pilot.app.screen.query_one(f"#{field}", Input).value = value
        elif key == "still":
            await still(pilot)
        else:
            await pilot.press(key)
    await still(pilot)


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
