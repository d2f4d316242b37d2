"""The journal's table in SQLite: made, and read as far as it goes where the file is damaged."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from scimtui.corrections.chain import Head, Record
from scimtui.corrections.model import Outcome
from scimtui.profiles.errors import UnsafePathError

BUSY_SECONDS = 20
# SQLite quotes a damaged file's bytes in its own message, which Python then can't decode.
UNREADABLE = (sqlite3.DatabaseError, UnicodeError, UnsafePathError, PermissionError)
_ALL = "SELECT number, entry, kind, body, hash FROM records ORDER BY number"
_LAST = "SELECT number, entry, kind, body, hash FROM records ORDER BY number DESC LIMIT 1"
_NUMBERED = "SELECT number, entry, kind, body, hash FROM records WHERE number = ?"
_SMALLEST_RECORD = 64  # bytes: its hash alone has as many
MAKE = """
CREATE TABLE IF NOT EXISTS records (
    number INTEGER PRIMARY KEY, entry INTEGER NOT NULL, kind TEXT NOT NULL,
    body TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON records
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON records
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
"""


def set_mode(connection: sqlite3.Connection, wanted: str) -> str:
    """Choose the journal mode; while another run is choosing it too, SQLite does not wait by itself."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            (mode,) = connection.execute(f"PRAGMA journal_mode = {wanted}").fetchone()
        except sqlite3.OperationalError as cause:
            if "locked" not in str(cause) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return str(mode)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, with the write lock from the start."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: a trigger has semicolons of its own."""
    part = ""
    for line in script.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            yield part
            part = ""


def tables(connection: sqlite3.Connection) -> int:
    """How many tables and triggers the file has."""
    (number,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return int(number)


def last(connection: sqlite3.Connection) -> Record | None:
    """The last record; None for an empty journal."""
    row = connection.execute(_LAST).fetchone()
    return _record(row) if row is not None else None


def append(connection: sqlite3.Connection, record: Record) -> None:
    """Add a record, within a transaction."""
    connection.execute("INSERT INTO records (number, entry, kind, body, hash) VALUES (?, ?, ?, ?, ?)", record)


def everything(connection: sqlite3.Connection) -> list[Record]:
    """Every record, by number.

    Raises:
        sqlite3.DatabaseError: the table can't be read, or holds what this program never writes.
    """
    return [_record(row) for row in connection.execute(_ALL)]


def _record(row: tuple[object, ...]) -> Record:
    number, entry, kind, body, digest = row
    plain = isinstance(kind, str) and isinstance(body, str) and isinstance(digest, str)
    if not (plain and isinstance(number, int) and isinstance(entry, int) and number > 0):
        raise sqlite3.DatabaseError(f"record {number!s:.20} is none of this program's")
    return Record(number, entry, str(kind), str(body), str(digest))


def numbered(connection: sqlite3.Connection, number: int) -> Record | None:
    """The record of this number; None for none."""
    row = connection.execute(_NUMBERED, (number,)).fetchone()
    return _record(row) if row is not None else None


def is_open(connection: sqlite3.Connection, entry: int) -> bool:
    """Whether nothing, or nothing sure, was told yet of what came of an entry."""
    query = "SELECT body FROM records WHERE entry = ? AND kind = 'outcome' ORDER BY number DESC LIMIT 1"
    row = connection.execute(query, (entry,)).fetchone()
    return row is None or json.loads(row[0])["outcome"] == Outcome.UNKNOWN.value


def next_entry(connection: sqlite3.Connection) -> int:
    """The number of the next entry."""
    (number,) = connection.execute("SELECT coalesce(max(entry), 0) + 1 FROM records").fetchone()
    return int(number)


def readable(connection: sqlite3.Connection, head: Head | None) -> list[Record]:
    """Every record that can be read; where a page is damaged, those beside it all the same."""
    with suppress(*UNREADABLE):
        return everything(connection)
    found = []
    missed = 0
    number = 0
    last_possible = min(expected(head), _most_records(connection))
    while missed < 200 or number < last_possible:
        number += 1
        try:
            record = numbered(connection, number)
        except UNREADABLE:
            record = None
        if record is None:
            missed += 1
        else:
            found.append(record)
    return found


def _most_records(connection: sqlite3.Connection) -> int:
    """How many records a file of this size can hold at the most."""
    try:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    except UNREADABLE:
        return 0
    return int(pages) * int(size) // _SMALLEST_RECORD


def expected(head: Head | None) -> int:
    """How many records there should be, by the second file."""
    return head.records if head is not None else 0
