"""The journal: what was meant, synced before anything is sent, and what came of it; nothing is rewritten.

Each record is chained to the one before by a hash, and the last hash is kept in a second file, so that an
entry that is changed, missing or cut off is noticed. That protects against accidents, not against somebody
who may write both files.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scimtui import __version__
from scimtui.corrections import journal_table, processes
from scimtui.corrections.chain import Head, Record, Report, chained, verified
from scimtui.corrections.journal_table import BUSY_SECONDS, MAKE, UNREADABLE
from scimtui.corrections.model import Entry, Intent, Outcome
from scimtui.corrections.volumes import is_network_volume
from scimtui.corrections.written import entry_from, plain_intent
from scimtui.profiles.errors import UnsafePathError
from scimtui.profiles.private_files import private_file, private_folder, read_private, write_private

_FORMAT = 1


class JournalError(Exception):
    """The journal can't be written, so nothing may be sent; `str` says why and what to do."""


class Journal:
    """One profile's journal; its methods block, belong in a thread, and may be called from any.

    Attributes:
        file: None keeps it in memory: it ends with the program.
        notice: what is to be said about how safe it is; empty for nothing.
        under_way: entries that this run is at; whoever is done with one takes it out.
    """

    def __init__(
        self,
        file: Path | None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        vfs: str = "",
    ) -> None:
        self.file = file
        self.notice = ""
        self._now = now
        self._vfs = vfs
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self.under_way: set[int] = set()

    # ── writing ──────────────────────────────────────────────────────────────

    def begin(self, intent: Intent) -> int:
        """Keep what is going to be done; it is on the disk when this returns.

        Returns:
            The entry's number.

        Raises:
            JournalError: the journal is damaged, or can't be written.
        """
        body = {
            "at": self._now().astimezone(UTC).isoformat(),
            "intent": plain_intent(intent),
            "os_user": processes.os_user(),
            "host": processes.host(),
            "process": os.getpid(),
            "process_began": processes.began(os.getpid()),
            "version": __version__,
        }
        entry = self._append("intent", None, body)
        assert entry is not None
        self.under_way.add(entry)
        return entry

    def settle(
        self,
        entry: int,
        outcome: Outcome,
        read_back: str | None,
        said: str = "",
        *,
        only_if_open: bool = False,
    ) -> bool:
        """Keep what came of an entry; where it is told twice, the later one counts.

        Args:
            only_if_open: leave it where somebody else has settled it meanwhile.

        Returns:
            Whether it was kept.

        Raises:
            JournalError: the journal is damaged, or can't be written.
        """
        body = {
            "at": self._now().astimezone(UTC).isoformat(),
            "outcome": outcome.value,
            "read_back": read_back,
            "said": said,
        }
        return self._append("outcome", entry, body, only_if_open=only_if_open) is not None

    def _append(
        self, kind: str, entry: int | None, body: dict[str, Any], *, only_if_open: bool = False
    ) -> int | None:
        with self._lock, self._told_apart():
            connection = self._opened(writing=True)
            text = json.dumps(body, ensure_ascii=True, sort_keys=True)
            with journal_table.transaction(connection):
                report = self._report(connection)
                if report.damaged:
                    raise JournalError(_refusal(report))
                if only_if_open and entry is not None and not journal_table.is_open(connection, entry):
                    return None
                last = journal_table.last(connection)
                number = (last.number if last is not None else 0) + 1
                record = chained(last, number, entry or journal_table.next_entry(connection), kind, text)
                journal_table.append(connection, record)
            # Under the lock again, so that of two runs the later head wins.
            with journal_table.transaction(connection):
                self._keep_head(journal_table.last(connection))
            self._confirm(record)
            return record.entry

    def _confirm(self, record: Record) -> None:
        """Read a record back as the next start will: over a connection of its own, by the file's name.

        Raises:
            JournalError: the file was moved, removed or replaced, or something swallowed the record.
        """
        if self.file is None:
            return
        found = None
        if self._identity == _identity(self.file):
            fresh = self._connected(self.file)
            try:
                found = journal_table.numbered(fresh, record.number)
            finally:
                fresh.close()
        if found != record:
            self.close()
            raise JournalError(
                "what was written to the journal is not in it: the file was moved, removed or replaced "
                "while it was open, or something swallows what is written\n"
                f"next: look after {self.file}, then scimtui history --verify"
            )

    def _keep_head(self, last: Record | None) -> None:
        if self.file is not None and last is not None:
            write_private(self._head_file, Head(last.number, last.hash).text.encode())

    # ── reading ──────────────────────────────────────────────────────────────

    def entries(self) -> list[Entry]:
        """Every entry that can be read, the newest first; `verify` tells whether any is missing."""
        found: dict[int, Entry] = {}
        with self._lock:
            connection = self._reading()
            records = journal_table.readable(connection, self._head()) if connection is not None else []
        for record in records:
            with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
                body = json.loads(record.body)
                if record.kind == "intent":
                    found[record.entry] = entry_from(record.entry, body)
                elif record.entry in found:
                    found[record.entry] = found[record.entry]._replace(
                        outcome=Outcome(body["outcome"]),
                        read_back=body["read_back"],
                        settled_at=datetime.fromisoformat(body["at"]),
                        said=body["said"],
                    )
        return sorted(found.values(), key=lambda entry: -entry.number)

    def entry(self, number: int) -> Entry | None:
        """One entry; None where there is none of this number."""
        return next((entry for entry in self.entries() if entry.number == number), None)

    def verify(self) -> Report:
        """Whether every entry is there and as it was written."""
        with self._lock:
            try:
                connection = self._opened(writing=False)
            except FileNotFoundError:
                head = self._head()
                return self._with_head(verified([], head) if head is not None else Report())
            except UNREADABLE as cause:
                return Report(unreadable=str(cause), expected=journal_table.expected(self._head()))
            return self._report(connection)

    def set_aside(self) -> Path | None:
        """Move a damaged journal away, with its side files, so that a new one can begin.

        Returns:
            Where the damaged one is now; None where there was none.
        """
        with self._lock:
            self.close()
            if self.file is None or not any(path.exists() for path in self._files()):
                return None
            stamp = self._now().astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")
            aside = self.file.with_name(f"{self.file.name}-damaged-{stamp}")
            for path in self._files():
                if path.exists():
                    path.rename(path.with_name(path.name.replace(self.file.name, aside.name, 1)))
            return aside

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None and self.file is not None:
                self._connection.close()
                self._connection = None

    # ── the file ─────────────────────────────────────────────────────────────

    @property
    def _head_file(self) -> Path:
        assert self.file is not None
        return self.file.with_name(f"{self.file.name}-head")

    def _files(self) -> list[Path]:
        assert self.file is not None
        names = ("", "-head", "-wal", "-shm", "-journal")
        return [self.file.with_name(f"{self.file.name}{name}") for name in names]

    def _head(self) -> Head | None:
        if self.file is None or not self.file.parent.is_dir():
            return None
        try:
            content = read_private(self._head_file)
        except UnsafePathError:
            return None
        return Head.parse(content) if content is not None else None

    def _with_head(self, report: Report) -> Report:
        """A second file that is there and says nothing was harmed: it is written in one step."""
        if self.file is None or self._head() is not None or not os.path.lexists(self._head_file):
            return report
        return report._replace(unreadable="its second file says nothing that can be read")

    def _reading(self) -> sqlite3.Connection | None:
        try:
            return self._opened(writing=False)
        except (FileNotFoundError, *UNREADABLE):
            return None

    def _opened(self, *, writing: bool) -> sqlite3.Connection:
        if self._connection is not None:
            return self._connection
        if self.file is None:
            connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
            connection.executescript(MAKE)
        else:
            if not writing and not self.file.is_file():
                raise FileNotFoundError(self.file)
            private_folder(self.file.parent)
            is_new = not self.file.exists()
            private_file(self.file)
            self._identity = _identity(self.file)
            connection = self._connected(self.file)
            try:
                self._prepare(connection, is_new=is_new)
            except BaseException:
                connection.close()
                raise
        self._connection = connection
        return connection

    def _connected(self, file: Path) -> sqlite3.Connection:
        name = str(file.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
        vfs = f"&vfs={self._vfs}" if self._vfs else ""
        connection = sqlite3.connect(
            f"file:{name}?mode=rw{vfs}",
            uri=True,
            check_same_thread=False,
            isolation_level=None,
            timeout=BUSY_SECONDS,
        )
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        return connection

    def _prepare(self, connection: sqlite3.Connection, *, is_new: bool) -> None:
        wanted = "delete" if self.file is not None and is_network_volume(self.file) else "wal"
        mode = journal_table.set_mode(connection, wanted)
        if mode != "wal":
            self.notice = (
                "The journal's file system has no write-ahead log, as on a network volume: "
                "run scimtui on one machine at a time"
            )
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA trusted_schema = OFF")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version not in (0, _FORMAT):
            raise sqlite3.DatabaseError(f"written by another scimtui (format {version})")
        if version == 0 and (is_new or self._head() is None) and not journal_table.tables(connection):
            with journal_table.transaction(connection):
                for statement in journal_table.statements(MAKE):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {_FORMAT}")

    def _report(self, connection: sqlite3.Connection) -> Report:
        head = self._head()
        try:
            rows = journal_table.everything(connection)
            (sound,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        except UNREADABLE as cause:
            report = verified(journal_table.readable(connection, head), head)
            return report._replace(unreadable=str(cause))
        report = self._with_head(verified(rows, head))
        return report if sound == "ok" else report._replace(unreadable=sound)

    @contextmanager
    def _told_apart(self) -> Iterator[None]:
        try:
            yield
        except UNREADABLE as cause:
            if "locked" in str(cause) or "busy" in str(cause):
                message = "another scimtui is writing to the journal\nnext: try again in a moment"
            elif isinstance(cause, UnsafePathError):
                message = f"the journal can't be written: {cause}"
            elif isinstance(cause, sqlite3.OperationalError | PermissionError):
                message = f"the journal can't be written: {cause}\nnext: make room for {self.file}"
            else:
                message = _refusal(Report(unreadable=str(cause)))
            raise JournalError(message) from None
        except OSError as cause:
            reason = cause.strerror or str(cause)
            raise JournalError(
                f"the journal can't be written: {reason}\nnext: make room or mend the rights of {self.file}"
            ) from None


def _identity(file: Path) -> tuple[int, int] | None:
    """Which file the name leads to; None for none."""
    try:
        status = file.lstat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _refusal(report: Report) -> str:
    return (
        f"the journal is damaged, and nothing is changed without it: {report.summary}\n"
        "next: scimtui history --verify tells what is left; scimtui history --set-aside begins a new journal"
    )
