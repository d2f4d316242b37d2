"""Writing a snapshot: whole, into a new file that then takes the old one's place.

So a reader sees the old people or the new ones and never a half.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from scimtui.directory.model import Record, SignIn, Verdict
from scimtui.directory.snapshot import COLUMNS, FORMAT, About, Snapshot, checksum, held_hashes, read, sum_file
from scimtui.profiles.private_files import write_private

_BATCH = 1000
Entry = tuple[Record, Verdict, SignIn, str]


def in_memory(entries: Iterable[Entry], about: Callable[[], About]) -> Snapshot:
    """A snapshot that is nowhere but in this process; `about` is asked after the last entry."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    _fill(connection, entries, about)
    return Snapshot(connection)


def write(path: Path, entries: Iterable[Entry], about: Callable[[], About]) -> Snapshot:
    """Write a snapshot file atomically and open it.

    Raises:
        OSError: the folder is not there or can't be written, or there is no room left.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.new")
    with suppress(FileNotFoundError):
        fresh.unlink()
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600))
    try:
        connection = sqlite3.connect(fresh, check_same_thread=False)
        try:
            # The file is new and takes its place by a rename: a journal would protect nothing.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            _fill(connection, entries, about)
        finally:
            connection.close()
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        digest = checksum(fresh)
        fresh.replace(path)
        # Killed in between, the file is without its sum, and so is none until the next refresh.
        write_private(sum_file(path), digest)
    except sqlite3.Error as cause:
        with suppress(FileNotFoundError):
            fresh.unlink()
        raise OSError(errno.EIO, f"the people can't be kept: {cause}", str(path)) from None
    except BaseException:
        with suppress(FileNotFoundError):
            fresh.unlink()
        raise
    return read(path)


def _fill(connection: sqlite3.Connection, entries: Iterable[Entry], about: Callable[[], About]) -> None:
    connection.execute("CREATE TABLE about (format INTEGER, about TEXT)")
    connection.execute(f"CREATE TABLE people ({COLUMNS})")
    connection.execute(
        "CREATE TABLE held (hash INTEGER, person INTEGER, PRIMARY KEY (hash, person)) WITHOUT ROWID"
    )
    marks = ",".join("?" * (COLUMNS.count(",") + 1))
    written = 0
    remaining = iter(entries)
    insert = f"INSERT INTO people ({COLUMNS}) VALUES ({marks})"
    while batch := list(islice(remaining, _BATCH)):
        connection.executemany(insert, map(_values, batch))
        held = (
            (value, rowid)
            for rowid, entry in enumerate(batch, written + 1)
            for value in held_hashes(entry[0])
        )
        connection.executemany("INSERT INTO held VALUES (?, ?)", held)
        written += len(batch)
    connection.execute("INSERT INTO about VALUES (?, ?)", (FORMAT, about().to_json()))
    connection.commit()


def _values(entry: Entry) -> tuple[Any, ...]:
    record, verdict, sign_in, search = entry
    return (
        record.user_id,
        record.username,
        record.name,
        record.email,
        record.state,
        record.role,
        record.member,
        record.scim_uid,
        record.scim_active,
        record.saml_uid,
        record.enterprise,
        record.bot,
        verdict.value,
        sign_in.value,
        search,
    )
