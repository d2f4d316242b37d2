"""The database of the simulated GitLab: loading everybody, going back to the start, telling the truth.

Rows are read and changed with plain SQL by the modules that answer requests.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

from .people import MAINTAINER, Person
from .people import Row as MemberRow

_REMEMBERED_LISTS = 8
GROUP_SCOPE, INSTANCE_SCOPE = 0, 1
SCOPES = (GROUP_SCOPE, INSTANCE_SCOPE)

_TABLES_OF_A_USER = (
    "secondary_emails",
    "scim_identities",
    "saml_identities",
    "other_identities",
    "members",
    "pending_removals",
    "pending_deletions",
)

Row = sqlite3.Row


class Store:
    """One in-memory SQLite database for the whole process, used from one thread."""

    def __init__(self, group_id: int, seed: int) -> None:
        self._group_id = group_id
        self._seed = seed
        self._connection = _open()
        self._start: sqlite3.Connection | None = None
        self._lists: dict[tuple[Any, ...], list[int]] = {}
        self.heap: dict[int, list[int]] = {}

    def close(self) -> None:
        """Free the memory."""
        self._connection.close()
        if self._start is not None:
            self._start.close()

    def rows(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
        """All rows of a query."""
        return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Row | None:
        """The first row of a query."""
        row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def value(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """The first column of the first row."""
        row = self.one(sql, values)
        return None if row is None else row[0]

    def listed(self, sql: str, values: dict[str, Any]) -> list[int]:
        """The first column of all rows, remembered until something is written.

        Page after page of a long list would cost ever more otherwise: OFFSET walks over what it leaves out.
        """
        key = (sql, tuple(values.items()))
        if key not in self._lists:
            if len(self._lists) >= _REMEMBERED_LISTS:
                self._lists.clear()
            self._lists[key] = [row[0] for row in self._connection.execute(sql, values)]
        return self._lists[key]

    def write(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Change something; answers the id of an inserted row."""
        self._remember_start()
        self._lists.clear()
        return self._connection.execute(sql, values).lastrowid or 0

    def load(self, people: Iterable[Person], groups: Mapping[str, int], *, as_start: bool) -> None:
        """Replace everybody.

        Args:
            people: everybody.
            groups: the id of each group by its path in lower case.
            as_start: this is what `reset` goes back to.
        """
        if not as_start:
            self._remember_start()
        else:
            self._drop_start()
        self._lists.clear()
        self._connection.close()
        self._connection = _open()
        _insert(self._connection, list(people), self._group_id, groups)
        self._lay_out_heap()

    def reset(self) -> None:
        """Everybody as at the start."""
        self._lists.clear()
        if self._start is not None:
            self._start.backup(self._connection)
        self._lay_out_heap()

    def heap_moved(self, scope: int, identity_id: int) -> None:
        """An updated row goes to the end of an unordered list, as PostgreSQL does it."""
        self.heap[scope].remove(identity_id)
        self.heap[scope].append(identity_id)

    def delete_user(self, user_id: int) -> None:
        """An account goes, with everything that hangs on it."""
        self.write("DELETE FROM users WHERE id = ?", (user_id,))
        for table in _TABLES_OF_A_USER:
            self.write(f"DELETE FROM {table} WHERE user_id = ?", (user_id,))  # noqa: S608
        for scope in SCOPES:
            left = {row[0] for row in self.rows("SELECT id FROM scim_identities WHERE scope = ?", (scope,))}
            self.heap[scope] = [number for number in self.heap[scope] if number in left]

    def people(self, paths: Mapping[int, str]) -> list[dict[str, Any]]:
        """Everybody, in the shape of `GET people` (with what is rare where it is so).

        Args:
            paths: the path of each group, in lower case.
        """
        several = {name: self._several(sql) for name, sql in _SEVERAL.items()}
        platform = _platform(paths.values())
        below = self._rows_below(paths)
        found = []
        for row in self.rows(_EVERYBODY, {"group_id": self._group_id}):
            person = _person(row, {name: lists.get(row["id"], []) for name, lists in several.items()})
            rows = below.get(row["id"], {})
            if rows != _default_rows(person, platform):
                person.rows = rows
            found.append(_person_json(person, row))
        return found

    def _rows_below(self, paths: Mapping[int, str]) -> dict[int, dict[str, MemberRow]]:
        found: dict[int, dict[str, MemberRow]] = {}
        sql = "SELECT * FROM members WHERE group_id <> ? ORDER BY group_id"
        for row in self.rows(sql, (self._group_id,)):
            member = MemberRow(row["access_level"], row["state"], row["expires_at"], row["member_role_id"])
            found.setdefault(row["user_id"], {})[paths[row["group_id"]]] = member
        return found

    def _several(self, sql: str) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = {}
        for user_id, *values in self.rows(sql):
            found.setdefault(user_id, []).append(values[0] if len(values) == 1 else tuple(values))
        return found

    def _remember_start(self) -> None:
        if self._start is None:
            self._start = _open_empty()
            self._connection.backup(self._start)

    def _drop_start(self) -> None:
        if self._start is not None:
            self._start.close()
            self._start = None

    def _lay_out_heap(self) -> None:
        self.heap = {}
        for scope in SCOPES:
            ids = [row[0] for row in self.rows("SELECT id FROM scim_identities WHERE scope = ?", (scope,))]
            random.Random(f"heap {self._seed}").shuffle(ids)  # noqa: S311
            self.heap[scope] = ids


def _open_empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection


def _open() -> sqlite3.Connection:
    connection = _open_empty()
    connection.executescript(_sql("schema.sql"))
    return connection


def _sql(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _insert(
    connection: sqlite3.Connection, people: list[Person], group_id: int, groups: Mapping[str, int]
) -> None:
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                p.user_id,
                p.username,
                p.username.lower(),
                p.name,
                p.email,
                p.email.lower(),
                p.email_verified,
                p.state,
                p.bot,
                p.provisioned,
                p.enterprise,
                p.two_factor,
                p.admin,
                p.confirmation_overdue,
                p.domain_verified,
            )
            for p in people
        ],
    )
    connection.executemany(
        "INSERT INTO secondary_emails VALUES (?, ?, ?, ?)",
        [
            (p.user_id, email, email.lower(), confirmed)
            for p in people
            for confirmed, listed in ((True, p.secondary_emails), (False, p.unconfirmed_emails))
            for email in listed
        ],
    )
    connection.executemany(
        "INSERT INTO scim_identities (scope, user_id, extern_uid, folded, active) VALUES (0, ?, ?, ?, ?)",
        [(p.user_id, p.scim_id, p.scim_id.lower(), p.active) for p in people if p.scim_id is not None],
    )
    connection.execute(
        "INSERT INTO scim_identities (scope, user_id, extern_uid, folded, active) "
        "SELECT 1, user_id, extern_uid, folded, active FROM scim_identities WHERE scope = 0"
    )
    connection.executemany(
        "INSERT INTO saml_identities (user_id, extern_uid, folded, trusted) VALUES (?, ?, ?, ?)",
        [
            (p.user_id, value, value.lower(), p.trusted)
            for p in people
            for value in (p.saml_id, *p.further_saml_ids)
            if value is not None
        ],
    )
    connection.executemany(
        "INSERT INTO other_identities (user_id, provider, extern_uid, folded, trusted) "
        "VALUES (?, ?, ?, ?, ?)",
        [
            (
                p.user_id,
                provider,
                value,
                None if value is None else value.lower(),
                provider not in p.untrusted_providers,
            )
            for p in people
            for provider, value in p.other_identities.items()
        ],
    )
    connection.executemany(
        "INSERT INTO members VALUES (?, ?, ?, ?, ?, ?)",
        [
            (group_id, p.user_id, p.access_level, p.membership_state, p.expires_at, p.member_role_id)
            for p in people
            if p.member
        ],
    )
    platform = _platform(groups)
    connection.executemany(
        "INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                groups[path],
                p.user_id,
                row.access_level,
                row.membership_state,
                row.expires_at,
                row.member_role_id,
            )
            for p in people
            for path, row in (_default_rows(p, platform) if p.rows is None else p.rows).items()
        ],
    )
    connection.executemany(
        "INSERT INTO pending_removals VALUES (?, 1)", [(p.user_id,) for p in people if p.pending_removal]
    )
    connection.execute("COMMIT")
    connection.executescript(_sql("indexes.sql"))


def _platform(paths: Iterable[str]) -> str | None:
    return next((path for path in paths if path.endswith("/platform") and path.count("/") == 1), None)


def _default_rows(person: Person, platform: str | None) -> dict[str, MemberRow]:
    if platform is None or not person.member or person.access_level < MAINTAINER:
        return {}
    return {platform: MemberRow(person.access_level)}


_EVERYBODY = """
SELECT u.*, s.extern_uid AS scim_id, s.active, a.extern_uid AS saml_id, a.trusted, m.access_level,
       m.state AS row_state, m.expires_at, m.member_role_id,
       p.user_id IS NOT NULL AS pending, i.extern_uid AS instance_scim_id, i.active AS instance_active
FROM users u
LEFT JOIN scim_identities s ON s.scope = 0 AND s.user_id = u.id
LEFT JOIN scim_identities i ON i.scope = 1 AND i.user_id = u.id
LEFT JOIN saml_identities a ON a.id = (SELECT min(id) FROM saml_identities WHERE user_id = u.id)
LEFT JOIN members m ON m.group_id = :group_id AND m.user_id = u.id
LEFT JOIN pending_removals p ON p.user_id = u.id
ORDER BY u.id
"""


_SEVERAL = {
    "secondary_emails": "SELECT user_id, email FROM secondary_emails WHERE confirmed ORDER BY rowid",
    "unconfirmed_emails": "SELECT user_id, email FROM secondary_emails WHERE NOT confirmed ORDER BY rowid",
    "further_saml_ids": "SELECT user_id, extern_uid FROM saml_identities a WHERE id > "
    "(SELECT min(id) FROM saml_identities WHERE user_id = a.user_id) ORDER BY id",
    "other_identities": "SELECT user_id, provider, extern_uid FROM other_identities ORDER BY id",
    "untrusted_providers": "SELECT user_id, provider FROM other_identities WHERE NOT trusted ORDER BY id",
}


def _person(row: Row, several: dict[str, list[Any]]) -> Person:
    return Person(
        user_id=row["id"],
        name=row["name"],
        username=row["username"],
        email=row["email"],
        email_verified=bool(row["confirmed"]),
        secondary_emails=tuple(several["secondary_emails"]),
        scim_id=row["scim_id"],
        active=bool(row["active"]),
        pending_removal=bool(row["pending"]),
        saml_id=row["saml_id"],
        trusted=bool(row["trusted"]),
        member=row["access_level"] is not None,
        access_level=row["access_level"] or 0,
        state=row["state"],
        provisioned=bool(row["provisioned"]),
        enterprise=bool(row["enterprise"]),
        bot=bool(row["bot"]),
        unconfirmed_emails=tuple(several["unconfirmed_emails"]),
        further_saml_ids=tuple(several["further_saml_ids"]),
        other_identities=dict(several["other_identities"]),
        untrusted_providers=tuple(several["untrusted_providers"]),
        domain_verified=bool(row["domain_verified"]),
        two_factor=bool(row["two_factor"]),
        admin=bool(row["admin"]),
        confirmation_overdue=bool(row["overdue"]),
        membership_state=row["row_state"] or "active",
        expires_at=row["expires_at"],
        member_role_id=row["member_role_id"],
    )


def _person_json(person: Person, row: Row) -> dict[str, Any]:
    shown = person.as_json()
    if (row["instance_scim_id"], row["instance_active"]) != (row["scim_id"], row["active"]):
        shown["instance_scim_id"] = row["instance_scim_id"]
        shown["instance_active"] = bool(row["instance_active"])
    return shown
