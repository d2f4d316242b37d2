"""The tree of groups, and the SAML group links on each (contract 2, section 11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .people import is_text

GROUP_ID, SUBGROUP_ID = 4711, 4712
LINK_LEVELS = (5, 10, 15, 20, 25, 30, 40, 50)


class TreeError(ValueError):
    """A tree of groups that can't be; `str` says why."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group that exists."""

    id: int
    name: str
    full_path: str
    parent_id: int | None

    @property
    def is_root(self) -> bool:
        """Top-level: SAML and SCIM exist here only."""
        return self.parent_id is None


@dataclass(frozen=True, slots=True)
class Link:
    """Whoever's assertion names this group has this role here."""

    name: str
    access_level: int
    provider: str | None = None
    member_role_id: int | None = None

    def as_json(self, *, with_role: bool) -> dict[str, Any]:
        """The shape of the REST API; `with_role` where custom roles are licensed."""
        role = {"member_role_id": self.member_role_id} if with_role else {}
        return {"name": self.name, "access_level": self.access_level, **role, "provider": self.provider}


@dataclass(slots=True)
class Tree:
    """Every group below one top-level group, parents before their children."""

    groups: list[Group]
    links: dict[int, list[Link]] = field(default_factory=dict)

    @property
    def root(self) -> Group:
        """The top-level group."""
        return self.groups[0]

    def find(self, name: str) -> Group | None:
        """A group by numeric id or by full path, ignoring case."""
        for group in self.groups:
            if name == str(group.id) or name.lower() == group.full_path.lower():
                return group
        return None

    def lineage(self, group: Group) -> list[int]:
        """The ids from this group up to the top."""
        by_id = {entry.id: entry for entry in self.groups}
        ids = [group.id]
        while group.parent_id is not None:
            group = by_id[group.parent_id]
            ids.append(group.id)
        return ids

    def full_name(self, group: Group) -> str:
        """The names from the top down to this group."""
        names = {entry.id: entry.name for entry in self.groups}
        return " / ".join(names[number] for number in reversed(self.lineage(group)))

    def below(self, group: Group) -> Iterator[Group]:
        """All groups below this one."""
        return (entry for entry in self.groups if entry is not group and group.id in self.lineage(entry))

    def copy(self) -> Tree:
        """The same tree, with links of its own."""
        return Tree(list(self.groups), {number: list(links) for number, links in self.links.items()})

    def as_json(self) -> list[dict[str, Any]]:
        """The shape of `GET groups` and `PUT groups`."""
        return [
            {
                "path": group.full_path,
                "name": group.name,
                "links": [link.as_json(with_role=True) for link in self.links.get(group.id, [])],
            }
            for group in self.groups
        ]


def first_tree(path: str) -> Tree:
    """The top-level group and its only subgroup."""
    root = Group(GROUP_ID, path.title(), path, None)
    return Tree([root, Group(SUBGROUP_ID, "Platform", f"{path}/platform", GROUP_ID)])


def tree_from_json(document: object, former: Tree) -> Tree:
    """Check and read a JSON list of groups; a path that was there keeps its id.

    Raises:
        TreeError: not a list of groups, or a group whose parent is not there.
    """
    if not isinstance(document, list):
        raise TreeError("groups are a JSON list of objects")
    tree = Tree([former.root])
    ids = {group.full_path.lower(): group.id for group in former.groups}
    next_id = max(ids.values()) + 1
    for number, entry in enumerate(document, start=1):
        if not isinstance(entry, dict) or not is_text(entry.get("path")):
            raise TreeError(f"group {number} is no object with a path")
        unknown = sorted(set(entry) - {"path", "name", "links"})
        if unknown:
            raise TreeError(f"group {number}: there is no key {unknown[0]!r}")
        path = entry["path"]
        group = tree.find(path)
        if group is None:
            parent = tree.find(path.rpartition("/")[0])
            if parent is None:
                raise TreeError(f"group {number}: {path!r} is below no group named before it")
            known = ids.get(path.lower())
            number_of_its_own, next_id = (next_id, next_id + 1) if known is None else (known, next_id)
            name = entry.get("name") if is_text(entry.get("name")) else path.rpartition("/")[2].title()
            group = Group(number_of_its_own, str(name), path, parent.id)
            tree.groups.append(group)
        tree.links[group.id] = [_link(link, number) for link in _list(entry.get("links"), number)]
    return tree


def _list(value: object, number: int) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise TreeError(f"group {number}: links are a list")
    return value


def _link(entry: object, number: int) -> Link:
    if not isinstance(entry, dict) or not is_text(entry.get("name")):
        raise TreeError(f"group {number}: a link is an object with a name")
    if entry.get("access_level") not in LINK_LEVELS:
        raise TreeError(f"group {number}: a link's access_level is one of {', '.join(map(str, LINK_LEVELS))}")
    provider, role = entry.get("provider"), entry.get("member_role_id")
    if provider is not None and not is_text(provider):
        raise TreeError(f"group {number}: a link's provider is text or null")
    if role is not None and not isinstance(role, int):
        raise TreeError(f"group {number}: a link's member_role_id is a number or null")
    return Link(entry["name"], entry["access_level"], provider, role)
