"""The people of one profile in SQLite: a file only its owner can read, or memory alone.

A snapshot is written whole into a new file that then takes the old one's place, so a reader sees
the old or the new one and never a half. No token is in it. A damaged or older file is no snapshot.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from array import array
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from scimtui.directory.model import Badge, Known, Record, SignIn, Verdict
from scimtui.directory.search import folded_field

FORMAT = 3
_COLUMNS = (
    "user_id, username, name, email, state, role, member, scim_uid, scim_active, saml_uid, enterprise, bot,"
    " verdict, sign_in, search"
)
_SORTS = {
    "name": "rowid",
    "username": "lower(username), rowid",
    "email": "lower(email), rowid",
    "enterprise": "enterprise IS NULL, enterprise DESC, rowid",
    "scim": "scim_uid IS NULL, lower(scim_uid), rowid",
    "saml": "saml_uid IS NULL, lower(saml_uid), rowid",
    "role": "level(role) DESC, rowid",
    "verdict": "rank(verdict), rowid",
}
SORT_COLUMNS = tuple(_SORTS)


class SnapshotDamaged(Exception):
    """The file is no snapshot of this version: it is rebuilt by the next refresh."""


class Row(NamedTuple):
    """A person as one line of a list shows them."""

    number: int
    record: Record
    verdict: Verdict
    sign_in: SignIn


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a snapshot as a whole.

    Attributes:
        read_at: when reading ended, UTC.
        address: the SCIM endpoint it was read from.
        warnings: sources that could not be read, and what was odd.
        counts: people by verdict and by the other `is:` words, bots apart.
        patterns: what most people have in common, e.g. `nameid-is-email`.
        partial: still being read.
    """

    read_at: datetime
    address: str
    known: Known
    version: str = ""
    warnings: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    patterns: tuple[str, ...] = ()
    people: int = 0
    partial: bool = False

    def to_json(self) -> str:
        """As it is kept in the file."""
        plain = asdict(self) | {"read_at": self.read_at.astimezone(UTC).isoformat()}
        return json.dumps(plain)

    @classmethod
    def from_json(cls, text: str) -> About:
        """Read what `to_json` wrote; ValueError, KeyError or TypeError for anything else."""
        plain = json.loads(text)
        known = plain["known"]
        known["badge"] = Badge(known["badge"])
        return cls(
            read_at=datetime.fromisoformat(plain["read_at"]),
            address=plain["address"],
            known=Known(**known),
            version=plain["version"],
            warnings=tuple(plain["warnings"]),
            counts=plain["counts"],
            patterns=tuple(plain["patterns"]),
            people=plain["people"],
            partial=plain["partial"],
        )


class Snapshot:
    """Read access to one set of people; safe to use from several threads, one at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        connection.create_function("rank", 1, _verdict_rank, deterministic=True)
        connection.create_function("level", 1, _role_level, deterministic=True)
        try:
            (kept,) = connection.execute("SELECT about FROM about WHERE format = ?", (FORMAT,)).fetchone()
            self.about = About.from_json(kept)
        except (sqlite3.Error, TypeError, ValueError, KeyError) as cause:
            connection.close()
            raise SnapshotDamaged(str(cause)) from None

    def close(self) -> None:
        """Let go of the file or the memory."""
        with self._lock:
            self._connection.close()

    def column(self) -> list[str]:
        """The search text of every person, in the order of their names."""
        return [text for (text,) in self._all("SELECT search FROM people ORDER BY rowid")]

    def order(self, by: str, *, reverse: bool = False) -> array[int]:
        """Row numbers (from 0) sorted by one of `SORT_COLUMNS`."""
        rows = array(
            "I", [rowid - 1 for (rowid,) in self._all(f"SELECT rowid FROM people ORDER BY {_SORTS[by]}")]
        )
        if reverse:
            rows.reverse()
        return rows

    def rows(self, numbers: Sequence[int]) -> list[Row]:
        """The people with these row numbers, in that order; unknown numbers are left out."""
        found: dict[int, Row] = {}
        for start in range(0, len(numbers), 500):
            some = [number + 1 for number in numbers[start : start + 500]]
            marks = ",".join("?" * len(some))
            query = f"SELECT rowid, {_COLUMNS} FROM people WHERE rowid IN ({marks})"
            found |= {row.number: row for row in map(_row, self._all(query, some))}
        return [found[number] for number in numbers if number in found]

    def number_of(self, key: str) -> int | None:
        """The row number of a person by their key."""
        kind, value = key[:1], key[1:]
        column = {"u": "user_id", "n": "lower(username)", "s": "lower(scim_uid)"}.get(kind)
        if column is None:
            return None
        by_id = kind == "u"
        condition = f"{column} = ?" + ("" if by_id else " AND user_id IS NULL")
        wanted = int(value) if by_id else value
        rows = self._all(f"SELECT rowid FROM people WHERE {condition} LIMIT 1", (wanted,))
        return rows[0][0] - 1 if rows else None

    def named(self, text: str) -> list[Row]:
        """People whose user id, username, e-mail or stored uid is exactly this, ignoring case."""
        folded = text.lower()
        user_id = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else -1
        texts = ("username", "email", "scim_uid", "saml_uid")
        condition = "(user_id = ? OR " + " OR ".join(f"fold({column}) = ?" for column in texts) + ")"
        return self._where(condition, text, (user_id, *[folded] * len(texts)))

    def holders(self, uid: str) -> list[Row]:
        """Everybody for whom this uid is stored, for SCIM or for sign-in, ignoring case."""
        folded = uid.lower()
        return self._where("(fold(scim_uid) = ? OR fold(saml_uid) = ?)", uid, (folded, folded))

    def _where(self, condition: str, text: str, parameters: tuple[Any, ...]) -> list[Row]:
        # The search text narrows first: SQLite calls `fold`, a Python function, for what is left.
        query = f"SELECT rowid, {_COLUMNS} FROM people WHERE instr(search, ?) > 0 AND {condition}"
        return [_row(row) for row in self._all(query, (folded_field(text), *parameters))]

    def _all(self, query: str, parameters: Iterable[Any] = ()) -> list[Any]:
        with self._lock:
            try:
                return self._connection.execute(query, tuple(parameters)).fetchall()
            except sqlite3.DatabaseError as cause:
                raise SnapshotDamaged(str(cause)) from None


Entry = tuple[Record, Verdict, SignIn, str]


def in_memory(entries: Iterable[Entry], about: Callable[[], About]) -> Snapshot:
    """A snapshot that is nowhere but in this process; `about` is asked after the last entry."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    _fill(connection, entries, about)
    return _opened(connection)


def write(path: Path, entries: Iterable[Entry], about: Callable[[], About]) -> Snapshot:
    """Write a snapshot file atomically and open it.

    Raises:
        OSError: the folder is not there or can't be written.
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
        fresh.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            fresh.unlink()
        raise
    return read(path)


def read(path: Path) -> Snapshot:
    """Open a snapshot file.

    Raises:
        FileNotFoundError: there is none.
        SnapshotDamaged: the file is none of this version.
    """
    if not path.is_file() or path.is_symlink():
        raise FileNotFoundError(path)
    # quote() by hand: urllib.request would cost more than the query.
    name = str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    connection = sqlite3.connect(f"file:{name}?mode=ro", uri=True, check_same_thread=False)
    return _opened(connection)


def _opened(connection: sqlite3.Connection) -> Snapshot:
    connection.create_function("fold", 1, _fold, deterministic=True)
    return Snapshot(connection)


def _fill(connection: sqlite3.Connection, entries: Iterable[Entry], about: Callable[[], About]) -> None:
    connection.execute("CREATE TABLE about (format INTEGER, about TEXT)")
    connection.execute(f"CREATE TABLE people ({_COLUMNS})")
    marks = ",".join("?" * (_COLUMNS.count(",") + 1))
    connection.executemany(f"INSERT INTO people ({_COLUMNS}) VALUES ({marks})", map(_values, entries))
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


def _row(values: Sequence[Any]) -> Row:
    (
        number,
        user_id,
        username,
        name,
        email,
        state,
        role,
        member,
        scim,
        active,
        saml,
        enterprise,
        bot,
        *rest,
    ) = values
    record = Record(
        user_id,
        username,
        name,
        email,
        state,
        role,
        _truth(member),
        scim,
        _truth(active),
        saml,
        _truth(enterprise),
        bool(bot),
    )
    return Row(number - 1, record, Verdict(rest[0]), SignIn(rest[1]))


def _truth(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _fold(value: str | None) -> str | None:
    # SQLite's own lower() knows ASCII only.
    return value.lower() if value is not None else None


_RANKS = {verdict.value: rank for rank, verdict in enumerate(Verdict)}
_LEVELS = {
    name: level
    for level, name in enumerate(
        ("Minimal Access", "Guest", "Planner", "Reporter", "Developer", "Maintainer", "Owner"), 1
    )
}


def _verdict_rank(value: str) -> int:
    # Unknown last: it asks for nothing.
    return _RANKS.get(value, 99) or 98


def _role_level(value: str) -> int:
    return _LEVELS.get(value, 0)
