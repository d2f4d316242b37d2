"""Roles given and taken by SAML group links at a sign-in (contract 2, 11.2 to 11.5, with 21.1 to 21.8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .gitlab import SimulatedGitLab
from .groups import Group, Link
from .memberships import refusals
from .people import MINIMAL_ACCESS, OWNER
from .store import Row


@dataclass(slots=True)
class GroupSync:
    """One person's rows, brought in line with the groups that their assertion named."""

    gitlab: SimulatedGitLab
    user: Row

    def by_group_saml(self, names: Iterable[str], *, only_if_matched: bool = False) -> None:
        """After a sign-in through the group.

        Args:
            names: what the claim named, or what Graph answered.
            only_if_matched: Graph answered: no group that has a link is no answer.
        """
        wanted = set(names)
        links = self._linked()
        matching = _matching(links, wanted)
        if not links or (only_if_matched and not matching):
            return
        root = self.gitlab.root
        root_matches = any(group.is_root for group, _ in matching)
        managed = [group for group, _ in links if root_matches or not group.is_root]
        self._remove(managed, [group for group, _ in matching])
        for group, link in matching:
            self._set(group, link.access_level, link.member_role_id)
        if not root_matches and any(group.is_root for group, _ in links):
            self._fall_back(root)

    def by_instance(self, names: Iterable[str], provider: str) -> None:
        """After a sign-in to the installation: every group with a link is managed, whatever its provider."""
        links = self._linked()
        own = [
            (group, [link for link in found if link.provider in (None, provider)]) for group, found in links
        ]
        matching = _matching(own, set(names))
        self._remove([group for group, _ in links], [group for group, _ in matching], on_instance=True)
        for group, link in matching:
            self._set(group, link.access_level, link.member_role_id)

    def _linked(self) -> list[tuple[Group, list[Link]]]:
        tree = self.gitlab.tree
        return [(group, tree.links[group.id]) for group in tree.groups if tree.links.get(group.id)]

    @property
    def _sees_rows(self) -> bool:
        """Of an account that is blocked in any way the sync sees no row."""
        return self.user["state"] in ("active", "deactivated")

    def _row(self, group: Group) -> Row | None:
        sql = "SELECT * FROM members WHERE group_id = ? AND user_id = ?"
        return self.gitlab.store.one(sql, (group.id, self.user["id"]))

    def _remove(self, managed: list[Group], kept: list[Group], *, on_instance: bool = False) -> None:
        for group in managed:
            row = self._row(group)
            if group in kept or row is None or row["state"] != "active" or not self._sees_rows:
                continue
            keeps_minimal = on_instance and not self.gitlab.is_current
            if self._is_last_owner(group) or (row["access_level"] == MINIMAL_ACCESS and keeps_minimal):
                continue
            self.gitlab.remove_row(group.id, self.user["id"], author=self.user)
            if on_instance and group.is_root and self.gitlab.switches.saml_provider:
                self.gitlab.store.write("DELETE FROM saml_identities WHERE user_id = ?", (self.user["id"],))

    def _set(self, group: Group, level: int, role: int | None) -> None:
        """The row has this role from now on, up or down, or is silently left as it is."""
        row = self._row(group)
        if row is not None and self._is_right(row, level, role):
            return
        if self._is_last_owner(group) or refusals(self.gitlab, self.user["id"]):
            return
        if self._inherited(group) > level:
            return
        if self.gitlab.switches.seats_exhausted and not self._has_seat():
            if not group.is_root:
                return
            level, role = MINIMAL_ACCESS, None
        self._write(group, level, role)

    def _is_right(self, row: Row, level: int, role: int | None) -> bool:
        if not self._sees_rows or row["state"] != "active":
            return False
        clears_date = level == MINIMAL_ACCESS and not self.gitlab.is_current
        return (row["access_level"], row["member_role_id"]) == (level, role) and not clears_date

    def _write(self, group: Group, level: int, role: int | None) -> None:
        self.gitlab.store.write(
            "INSERT INTO members (group_id, user_id, access_level, member_role_id) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET access_level = excluded.access_level, expires_at = NULL, "
            "member_role_id = excluded.member_role_id, state = iif(state = 'awaiting', state, 'active')",
            (group.id, self.user["id"], level, role),
        )

    def _fall_back(self, root: Group) -> None:
        """In none of the top-level group's linked groups: the default role, whatever it was before."""
        row, default = self._row(root), self.gitlab.switches.default_role
        level = 0
        if row is not None and row["state"] == "active" and self._sees_rows:
            level = 0 if row["access_level"] == MINIMAL_ACCESS else row["access_level"]
        if self.user["admin"]:
            level = OWNER
        if level == default or self._is_last_owner(root) or refusals(self.gitlab, self.user["id"]):
            return
        self._write(root, default, self.gitlab.switches.default_member_role_id)

    def _inherited(self, group: Group) -> int:
        above = ",".join(map(str, self.gitlab.tree.lineage(group)[1:])) or "-1"
        where = f"user_id = ? AND state = 'active' AND group_id IN ({above})"
        sql = f"SELECT max(access_level) FROM members WHERE {where}"  # noqa: S608
        found: int | None = self.gitlab.store.value(sql, (self.user["id"],))
        return found or 0

    def _has_seat(self) -> bool:
        sql = "SELECT 1 FROM members WHERE user_id = ? AND state = 'active' AND access_level > ?"
        return self.gitlab.store.one(sql, (self.user["id"], MINIMAL_ACCESS)) is not None

    def _is_last_owner(self, group: Group) -> bool:
        """An Owner's row, and no other Owner's row counts there or above: rows count, not people."""
        row = self._row(group)
        if row is None or row["access_level"] != OWNER or row["state"] != "active":
            return False
        lineage = ",".join(map(str, self.gitlab.tree.lineage(group)))
        others = self.gitlab.store.one(
            "SELECT 1 FROM members m JOIN users u ON u.id = m.user_id "  # noqa: S608
            f"WHERE m.group_id IN ({lineage}) AND m.access_level = ? AND m.state = 'active' AND u.bot = 0 "
            "AND NOT (m.group_id = ? AND m.user_id = ?)",
            (OWNER, group.id, self.user["id"]),
        )
        return others is None


def _matching(links: Iterable[tuple[Group, list[Link]]], names: set[str]) -> list[tuple[Group, Link]]:
    """Each group that one of the names has a role in, with the link that wins."""
    return [(group, best) for group, found in links if (best := _best(found, names)) is not None]


def _best(links: Iterable[Link], names: set[str]) -> Link | None:
    """The link that wins: the highest level, then the highest custom role."""
    found = [link for link in links if link.name in names]
    return max(found, key=lambda link: (link.access_level, link.member_role_id or 0), default=None)
