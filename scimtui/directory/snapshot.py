"""The people of one profile in SQLite: a file only its owner can read, or memory alone.

No token is in it. A damaged or older file is no snapshot. How it is written: `snapshot_writing`.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from array import array
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple
from zlib import crc32

from scimtui.directory.model import Badge, Known, Record, SignIn, Verdict
from scimtui.gitlab.roles import level_of
from scimtui.profiles.errors import UnsafePathError
from scimtui.profiles.private_files import check_private, read_private
from scimtui.text import fold_uid

FORMAT = 4
COLUMNS = (
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


# Whatever goes wrong while a cache is read means that there is none.
_NO_SNAPSHOT = (sqlite3.Error, TypeError, ValueError, KeyError, AttributeError, OverflowError, RecursionError)


class SnapshotDamaged(Exception):
    """The file is no snapshot of this version: it is rebuilt by the next refresh."""


class Row(NamedTuple):
    """A person as one line of a list shows them."""

    number: int
    record: Record
    verdict: Verdict
    sign_in: SignIn


class About(NamedTuple):
    """What is known of a snapshot as a whole.

    Attributes:
        read_at: when reading ended, UTC.
        address: the SCIM endpoint it was read from.
        warnings: sources that could not be read, and what was odd.
        counts: people by verdict and by the other `is:` words, bots apart.
        patterns: what most people have in common, e.g. `nameid-is-email`.
        partial: still being read.
        unauthorised: GitLab did not accept one of the tokens.
    """

    read_at: datetime
    address: str
    known: Known
    version: str = ""
    warnings: tuple[str, ...] = ()
    counts: Mapping[str, int] = MappingProxyType({})
    patterns: tuple[str, ...] = ()
    people: int = 0
    partial: bool = False
    unauthorised: bool = False

    def to_json(self) -> str:
        """As it is kept in the file."""
        plain = self._asdict() | {
            "read_at": self.read_at.astimezone(UTC).isoformat(),
            "known": self.known._asdict(),
            "counts": dict(self.counts),
        }
        return json.dumps(plain)

    @classmethod
    def from_json(cls, text: str) -> About:
        """Read what `to_json` wrote; ValueError, KeyError or TypeError for anything else."""
        plain = json.loads(text)
        known = plain["known"]
        known["badge"] = Badge(known["badge"])
        known["domains"] = tuple(known.get("domains", ()))
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
            unauthorised=plain.get("unauthorised", False),
        )


class Snapshot:
    """Read access to one set of people; safe to use from several threads, one at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        connection.create_function("rank", 1, _verdict_rank, deterministic=True)
        connection.create_function("level", 1, level_of, deterministic=True)
        try:
            (kept,) = connection.execute("SELECT about FROM about WHERE format = ?", (FORMAT,)).fetchone()
            self.about = About.from_json(kept)
        except _NO_SNAPSHOT as cause:
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
            query = f"SELECT rowid, {COLUMNS} FROM people WHERE rowid IN ({marks})"
            found |= {row.number: row for row in map(_row, self._all(query, some))}
        return [found[number] for number in numbers if number in found]

    def number_of(self, key: str) -> int | None:
        """The row number of a person by their key."""
        return next((row.number for row in self._holding(key[1:]) if row.record.key == key), None)

    def named(self, text: str) -> list[Row]:
        """People whose user id, username, e-mail or stored uid is exactly this, ignoring case."""
        folded = fold_uid(text)
        return [row for row in self._holding(text) if folded in _held(row.record)]

    def holders(self, uid: str) -> list[Row]:
        """Everybody for whom this uid is stored, for SCIM or for sign-in, ignoring case."""
        folded = fold_uid(uid)
        return [
            row
            for row in self._holding(uid)
            if folded in (fold_uid(row.record.scim_uid or ""), fold_uid(row.record.saml_uid or ""))
        ]

    def hidden_emails(self) -> int:
        """How many people's e-mail address GitLab did not show, bots apart."""
        (row,) = self._all("SELECT count(*) FROM people WHERE email = '' AND NOT bot")
        found: int = row[0]
        return found

    def values(self, kind: Literal["scim", "saml"]) -> list[str]:
        """Every stored value of this kind of identity, in no order."""
        column = "scim_uid" if kind == "scim" else "saml_uid"
        return [value for (value,) in self._all(f"SELECT {column} FROM people WHERE {column} IS NOT NULL")]

    def with_role(self, role: str) -> int:
        """How many people have this role, bots apart."""
        (row,) = self._all("SELECT count(*) FROM people WHERE role = ? AND NOT bot", (role,))
        found: int = row[0]
        return found

    def badge_at(self, domain: str) -> bool:
        """Whether anybody with an e-mail address at this domain has the Enterprise badge."""
        ending = f"@{domain.lower()}"
        query = "SELECT 1 FROM people WHERE enterprise AND substr(lower(email), ?) = ? LIMIT 1"
        return bool(self._all(query, (-len(ending), ending)))

    def _holding(self, value: str) -> list[Row]:
        """Everybody with this value, and by chance somebody without it: a hash leads to them."""
        query = (
            f"SELECT rowid, {COLUMNS} FROM people"
            " WHERE rowid IN (SELECT person FROM held WHERE hash = ?) ORDER BY rowid"
        )
        return [_row(row) for row in self._all(query, (_hash(fold_uid(value)),))]

    def _all(self, query: str, parameters: Iterable[Any] = ()) -> list[Any]:
        with self._lock:
            try:
                return self._connection.execute(query, tuple(parameters)).fetchall()
            except _NO_SNAPSHOT as cause:
                raise SnapshotDamaged(str(cause)) from None


def read(path: Path) -> Snapshot:
    """Open a snapshot file.

    Raises:
        FileNotFoundError: there is none.
        SnapshotDamaged: the file is none of this version, or somebody else could have written it.
    """
    try:
        check_private(path)
    except UnsafePathError as cause:
        raise SnapshotDamaged(str(cause)) from None
    # quote() by hand: urllib.request would cost more than the query.
    name = str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return Snapshot(sqlite3.connect(f"file:{name}?mode=ro", uri=True, check_same_thread=False))


def sum_file(path: Path) -> Path:
    """Where the checksum of a snapshot file is kept."""
    return path.with_name(f"{path.name}-sum")


def checksum(path: Path) -> bytes:
    """Of a whole snapshot file, in hexadecimal digits; SQLite has none of its own."""
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest().encode()


def read_whole(path: Path) -> Snapshot:
    """Open a snapshot file that is byte for byte as it was written.

    Raises:
        FileNotFoundError: there is none.
        SnapshotDamaged: as `read`, or anything in it was changed since.
        OSError: it can't be read.
    """
    snapshot = read(path)
    try:
        is_whole = read_private(sum_file(path)) == checksum(path)
    except UnsafePathError as cause:
        snapshot.close()
        raise SnapshotDamaged(str(cause)) from None
    if not is_whole:
        snapshot.close()
        raise SnapshotDamaged("the file is not as it was written")
    return snapshot


def held_hashes(record: Record) -> set[int]:
    """What `named` and `holders` find a person by."""
    return {_hash(value) for value in _held(record)}


def _held(record: Record) -> set[str]:
    user_id = str(record.user_id) if record.user_id is not None else ""
    values = (record.username, record.email, record.scim_uid or "", record.saml_uid or "")
    return {user_id, *map(fold_uid, values)} - {""}


def _hash(folded: str) -> int:
    return crc32(folded.encode("utf-8", "surrogatepass"))


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
    texts = (username, name, email, state, role)
    maybe = ((user_id, int), (scim, str), (saml, str))
    try:
        as_written = all(isinstance(text, str) for text in texts) and all(
            value is None or isinstance(value, kind) for value, kind in maybe
        )
        if as_written:
            return Row(number - 1, record, Verdict(rest[0]), SignIn(rest[1]))
    except ValueError:
        pass
    raise SnapshotDamaged(f"row {number} holds what this program never writes")


def _truth(value: int | None) -> bool | None:
    return None if value is None else bool(value)


_RANKS = {verdict.value: rank for rank, verdict in enumerate(Verdict)}


def _verdict_rank(value: str) -> int:
    # Unknown last: it asks for nothing.
    return _RANKS.get(value, 99) or 98
