"""One open profile: its client, its people, its snapshot; what the commands and the console are handed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scimtui.directory import Known, Person, Row, Snapshot, SnapshotDamaged
from scimtui.profiles import Paths, Profile, Tokens
from scimtui.profiles.private_files import remove_leftovers

if TYPE_CHECKING:
    from scimtui.connection import ConnectionTest
    from scimtui.corrections import Corrector, Entry, Journal
    from scimtui.diagnosis import Case
    from scimtui.directory import Progress
    from scimtui.gitlab import GitLab, RequestLog
    from scimtui.guides.walkthroughs import GuideProgress


def _now() -> datetime:
    return datetime.now(UTC)


def _ignore(value: object) -> None:
    """Nobody is listening."""


class Examined(NamedTuple):
    """One person as a case.

    Attributes:
        entries: what the journal has of them, newest first.
    """

    person: Person
    case: Case
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class Workspace:
    """One open profile.

    Attributes:
        tokens: what was found for it; either alone works.
        paths: where this user's files live; None, or a profile that says so, keeps people in memory only.
        now: the clock, UTC.
        label: what the header calls it; the profile's name unless told otherwise.
    """

    profile: Profile
    tokens: Tokens
    paths: Paths | None = None
    now: Callable[[], datetime] = _now
    label: str = ""
    _gitlab: GitLab | None = field(default=None, repr=False)
    _journal: Journal | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """What the header calls this profile."""
        return self.label or self.profile.name

    @property
    def snapshot_file(self) -> Path | None:
        """Where the people are kept; None where they are not."""
        return self.paths.snapshot(self.profile) if self.paths is not None and self.profile.snapshot else None

    @property
    def gitlab(self) -> GitLab:
        """The client, made when it is first needed."""
        if self._gitlab is None:
            self._gitlab = self._client(None)
        return self._gitlab

    def _client(self, log: RequestLog | None) -> GitLab:
        from scimtui.gitlab import Access, GitLab

        profile, tokens = self.profile, self.tokens
        access = Access(
            profile.address,
            scim_token=tokens.scim.secret if tokens.scim is not None else None,
            access_token=tokens.access.secret if tokens.access is not None else None,
            ca_file=profile.ca_file,
            allow_http=profile.allow_http,
            read_only=profile.read_only,
        )
        return GitLab(access, log=log)

    @property
    def journal(self) -> Journal:
        """What was changed; in memory alone where this user's files are not kept."""
        if self._journal is None:
            from scimtui.corrections import Journal

            file = self.paths.journal(self.profile) if self.paths is not None else None
            self._journal = Journal(file, now=self.now)
        return self._journal

    async def examine(self, snapshot: Snapshot, row: Row) -> Examined:
        """One person read afresh, as a case, with what the journal has of them.

        Raises:
            GitLabError: GitLab could not be asked.
        """
        person = await self.reread(snapshot, row)
        return await asyncio.to_thread(self.examined, snapshot, person)

    def examined(self, snapshot: Snapshot, person: Person) -> Examined:
        """A person as a case; reads files, so it belongs in a thread."""
        from scimtui.corrections import Action, Identity, Outcome, Subject
        from scimtui.diagnosis import Surroundings, case_of
        from scimtui.gitlab.versions import Release

        record = person.record
        subject = Subject.of(record)
        entries = tuple(
            entry for entry in self.journal.entries() if entry.intent.change.subject.is_same(subject)
        )
        corrected = any(
            entry.outcome is Outcome.VERIFIED
            and entry.intent.change.action is Action.CHANGE
            and entry.intent.change.identity is Identity.SCIM
            and entry.intent.change.new == record.scim_uid
            for entry in entries
        )
        around = Surroundings(
            release=Release.read(snapshot.about.version),
            domain_has_badges=bool(record.email) and snapshot.badge_at(record.email.rpartition("@")[2]),
            corrected=corrected,
        )
        return Examined(person, case_of(person, around), entries)

    async def allow_changes(self) -> None:
        """Let this run write, where the profile was read-only; the log of requests goes on."""
        if not self.profile.read_only:
            return
        former, self._gitlab = self._gitlab, None
        self.profile = replace(self.profile, read_only=False)
        if former is not None:
            self._gitlab = self._client(former.log)
            await former.close()

    def has_journal(self) -> bool:
        """Whether anything was ever changed here."""
        if self._journal is not None or self.paths is None:
            return self._journal is not None
        return self.paths.journal(self.profile).exists()

    def corrector(self, snapshot: Snapshot) -> Corrector:
        """What corrects identities of the people in this snapshot."""
        from scimtui.corrections import Corrector

        return Corrector(
            self.gitlab,
            snapshot,
            self.journal,
            profile=self.name,
            idp=self.profile.idp,
            now=self.now,
        )

    def connection_test(self) -> ConnectionTest:
        """A test of this connection; its requests are in the log."""
        from scimtui.connection import Candidate, ConnectionTest

        return ConnectionTest(Candidate.of(self.profile, self.tokens), now=self.now, log=self.log)

    @property
    def guide_progress(self) -> GuideProgress:
        """How far the walkthroughs are; in memory alone where this user's files are not kept."""
        from scimtui.guides.walkthroughs import GuideProgress

        file = self.paths.setup(self.profile) if self.paths is not None else None
        return GuideProgress(file, self.paths)

    def note_tested(self) -> None:
        """Keep that a test has passed: a saved profile is not marked untested any more. Blocks.

        Raises:
            ProfilesRoomError, OSError: the profiles file can't be changed.
        """
        if self.profile.untested and self.paths is not None:
            from scimtui.profiles import mark_tested

            mark_tested(self.paths, self.profile.name)
            self.profile = replace(self.profile, untested=False)

    @property
    def log(self) -> RequestLog:
        """Every request of this run."""
        return self.gitlab.log

    @property
    def tokens_in_use(self) -> str:
        """Which tokens are there, in words."""
        scim, access = self.tokens.scim is not None, self.tokens.access is not None
        if scim and access:
            return "SCIM + access token"
        return "SCIM token" if scim else "access token" if access else "no token"

    def stored(self) -> Snapshot | None:
        """The people as last read; None where there is no snapshot that can be believed."""
        file = self.snapshot_file
        if file is None:
            return None
        try:
            return stored_snapshot(file)
        except (SnapshotDamaged, OSError):
            return None

    async def refresh(
        self,
        on_progress: Callable[[Progress], None] = _ignore,
        on_partial: Callable[[Snapshot], None] = _ignore,
        former: Known | None = None,
    ) -> Snapshot:
        """Read everybody and keep them as the new snapshot.

        The former people stay where a reading that broke off, or whose token is not accepted any more,
        would know less of them.

        Args:
            on_progress: called as rows arrive.
            on_partial: handed those read so far, each time their number has doubled; where nobody
                listens, nothing is built.
            former: what is known of the people on the screen; None for those of the stored snapshot.

        Raises:
            GitLabError: nobody could be read, or less than before.
            OSError, UnsafePathError: the snapshot can't be written.
        """
        from scimtui.directory import PeopleReader, snapshot_of

        growth = asyncio.Event()
        reader = PeopleReader(self.gitlab, on_progress, growth.set, nameid_source=self.profile.nameid_source)

        async def show_growth() -> None:
            while True:
                await growth.wait()
                growth.clear()
                on_partial(await asyncio.to_thread(snapshot_of, reader, self.now(), path=None, partial=True))

        partial = asyncio.create_task(show_growth()) if on_partial is not _ignore else None
        try:
            await reader.run()
        finally:
            if partial is not None:
                partial.cancel()
                await asyncio.gather(partial, return_exceptions=True)
        if former is None:
            former = await asyncio.to_thread(self._known_before)
        if former is not None and (loss := reader.loss(former)) is not None:
            raise loss
        file = self.snapshot_file
        if file is not None and self.paths is not None:
            self.paths.prepare_folder(file.parent)
            await asyncio.to_thread(remove_leftovers, file)
        return await asyncio.to_thread(snapshot_of, reader, self.now(), path=file)

    def _known_before(self) -> Known | None:
        snapshot = self.stored()
        if snapshot is None:
            return None
        snapshot.close()
        return snapshot.about.known

    async def reread(self, snapshot: Snapshot, row: Row) -> Person:
        """One person as GitLab tells right now, judged beside everybody else of the snapshot.

        Raises:
            GitLabError: GitLab could not be asked.
        """
        from scimtui.directory.rereading import reread_person

        return await reread_person(self.gitlab, snapshot, row)

    async def still_named(self, text: str, rows: Sequence[Row]) -> bool:
        """Whether exactly these people are named by this text right now; else everybody has to be read anew.

        Raises:
            GitLabError: GitLab could not be asked.
        """
        from scimtui.directory.naming import still_named

        return await still_named(self.gitlab, text, [row.record for row in rows])

    async def close(self) -> None:
        """Close all connections and files."""
        if self._gitlab is not None:
            await self._gitlab.close()
        if self._journal is not None:
            await asyncio.to_thread(self._journal.close)


def stored_snapshot(file: Path) -> Snapshot:
    """Open a snapshot file that is as it was written; OSError or SnapshotDamaged where there is none."""
    from scimtui.directory.snapshot import read_whole

    return read_whole(file)
