"""SCIM identities in the database, and what taking access away and giving it back does (contract 2.3)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .gitlab import SimulatedGitLab
from .memberships import NotAdded, add_member, is_last_owner, membership
from .ruby import blank
from .store import GROUP_SCOPE, Row

PENDING = "User is pending deprovisioning. Please wait for the user to be deprovisioned and try again later."
ID_LIMIT = 255
_IDENTITY = (
    "SELECT s.id AS identity_id, s.extern_uid, s.active, u.id AS user_id, u.username, u.name, u.email "
    "FROM scim_identities s JOIN users u ON u.id = s.user_id WHERE "
)


class Conflict(Exception):
    """409: the person's removal is still pending."""


class LastOwner(Exception):
    """The group would be left without an Owner."""


class InvalidIdentity(Exception):
    """A row from before the rules: its blank `extern_uid` lets nothing about it be saved."""


@dataclass(frozen=True, slots=True)
class Identities:
    """The SCIM identities of the group, or of the instance."""

    gitlab: SimulatedGitLab
    scope: int

    @property
    def is_group(self) -> bool:
        """Group SCIM, not instance SCIM (contract 1.4)."""
        return self.scope == GROUP_SCOPE

    def by_uid(self, uid: str) -> Row | None:
        """Look up by `extern_uid`, ignoring case."""
        return self.gitlab.store.one(_IDENTITY + "s.scope = ? AND s.folded = ?", (self.scope, uid.lower()))

    def of_user(self, user_id: int) -> Row | None:
        """The identity of a user."""
        return self.gitlab.store.one(_IDENTITY + "s.scope = ? AND s.user_id = ?", (self.scope, user_id))

    def by_row_ids(self, ids: list[int]) -> list[Row]:
        """Identities in the order of `ids`."""
        marks = ",".join("?" * len(ids))
        rows = self.gitlab.store.rows(f"{_IDENTITY} s.id IN ({marks})", ids)
        by_id = {row["identity_id"]: row for row in rows}
        return [by_id[number] for number in ids if number in by_id]

    def create(self, user_id: int, uid: str) -> None:
        """A new active identity."""
        row_id = self.gitlab.store.write(
            "INSERT INTO scim_identities (scope, user_id, extern_uid, folded, active) VALUES (?, ?, ?, ?, 1)",
            (self.scope, user_id, uid, uid.lower()),
        )
        self.gitlab.store.heap[self.scope].append(row_id)

    def rename(self, identity_id: int, uid: str) -> None:
        """Change the `extern_uid`; the SAML identity is not touched."""
        self._set(identity_id, "extern_uid = ?, folded = ?", uid, uid.lower())

    def set_active(self, identity_id: int, active: bool) -> None:
        """Change the flag."""
        self._set(identity_id, "active = ?", active)

    def delete(self, identity_id: int) -> None:
        """The row goes, nothing else."""
        self.gitlab.store.write("DELETE FROM scim_identities WHERE id = ?", (identity_id,))
        self.gitlab.store.heap[self.scope].remove(identity_id)

    def _set(self, identity_id: int, assignment: str, *values: Any) -> None:
        sql = f"UPDATE scim_identities SET {assignment} WHERE id = ?"  # noqa: S608
        self.gitlab.store.write(sql, (*values, identity_id))
        self.gitlab.store.heap_moved(self.scope, identity_id)

    def deprovision(self, identity: Row) -> None:
        """Take access away; without a row in the top-level group nothing is removed below it either.

        Raises:
            LastOwner: nothing was changed.
            InvalidIdentity: nothing was changed.
        """
        user_id = identity["user_id"]
        if self.is_group and is_last_owner(self.gitlab, user_id):
            raise LastOwner
        _refuse_invalid(identity)
        if not self.is_group:
            self._block(identity)
            return
        if identity["active"]:
            self.set_active(identity["identity_id"], False)
        if not has_member_row(self.gitlab, user_id):
            return
        if self.gitlab.is_current:
            self.gitlab.store.write("INSERT OR IGNORE INTO pending_removals VALUES (?, 1)", (user_id,))
        else:
            self.gitlab.remove_everywhere(user_id, by_scim=True)

    def _block(self, identity: Row) -> None:
        """The account is blocked by the system, unless it is blocked in another way (contract 2, 14.1)."""
        user_id = identity["user_id"]
        user = self.gitlab.user(user_id)
        if identity["active"]:
            self.set_active(identity["identity_id"], False)
        if user["state"] not in ("active", "deactivated"):
            return
        self.gitlab.store.write("UPDATE users SET state = 'ldap_blocked' WHERE id = ?", (user_id,))
        if self.gitlab.audits_scim_blocks:
            self.gitlab.audit.add(
                "user_blocked_by_scim_deprovisioning",
                "Blocked user by SCIM deprovisioning",
                user,
                group_id=None,
                details={
                    "system_event": True,
                    "reason": "deprovisioned via SCIM",
                    "extern_uid": identity["extern_uid"],
                },
            )

    def reprovision(self, identity: Row) -> None:
        """Give access back, with the provider's default role, or silently nothing where it is refused.

        Raises:
            Conflict: the removal is still pending.
            InvalidIdentity: nothing was changed.
        """
        user_id = identity["user_id"]
        if self.is_group and is_pending(self.gitlab, user_id):
            raise Conflict
        if identity["active"]:
            return
        _refuse_invalid(identity)
        self.set_active(identity["identity_id"], True)
        if not self.is_group:
            self.gitlab.store.write("UPDATE users SET state = 'active' WHERE id = ?", (user_id,))
        elif membership(self.gitlab, user_id) is None:
            with suppress(NotAdded):
                add_member(self.gitlab, user_id)


def _refuse_invalid(identity: Row) -> None:
    if blank(identity["extern_uid"]):
        raise InvalidIdentity


def has_member_row(gitlab: SimulatedGitLab, user_id: int) -> bool:
    """A row in the top-level group that is more than an access request."""
    found = "SELECT 1 FROM members WHERE group_id = ? AND user_id = ? AND state <> 'requested'"
    return gitlab.store.one(found, (gitlab.root.id, user_id)) is not None


def is_pending(gitlab: SimulatedGitLab, user_id: int) -> bool:
    """A deletion schedule exists; there are none in 18.9, where removal is synchronous."""
    found = gitlab.store.value("SELECT 1 FROM pending_removals WHERE user_id = ?", (user_id,))
    return gitlab.is_current and found is not None
