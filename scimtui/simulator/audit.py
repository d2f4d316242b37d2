"""Audit events: what was written down about whom, and for whom to see (contract 2, section 15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .groups import Group
from .store import Row

SYSTEM = -1
ROLES = {
    5: "Minimal Access",
    10: "Guest",
    15: "Planner",
    20: "Reporter",
    25: "Security Manager",
    30: "Developer",
    40: "Maintainer",
    50: "Owner",
}


@dataclass(slots=True)
class AuditLog:
    """Every event since the start, oldest first."""

    events: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        name: str,
        message: str,
        target: Row,
        *,
        group_id: int | None,
        author: Row | None = None,
        target_details: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Write one event down.

        Args:
            name: its `event_name`.
            message: its `custom_message`.
            target: the account that it is about.
            group_id: the group whose list has it; None for the account's own, which only admins see.
            author: the account that did it; None for the system.
            target_details: None of the account's name, but this.
            details: what else is known.
        """
        self._append(
            name,
            message,
            ("User", target["id"]) if group_id is None else ("Group", group_id),
            author,
            {
                **(details or {}),
                "target_id": target["id"],
                "target_type": "User",
                "target_details": target_details or target["name"],
            },
        )

    def add_about_group(self, name: str, message: str, group: Group, *, author: Row) -> None:
        """Write down what somebody did to a group."""
        target = {"target_id": group.id, "target_type": "Group", "target_details": group.name}
        self._append(name, message, ("Group", group.id), author, target)

    def _append(
        self, name: str, message: str, entity: tuple[str, int], author: Row | None, details: dict[str, Any]
    ) -> None:
        is_system = author is None
        self.events.append(
            {
                "id": len(self.events) + 1,
                "author_id": SYSTEM if author is None else author["id"],
                "entity_id": entity[1],
                "entity_type": entity[0],
                "event_name": name,
                "details": {
                    **details,
                    "event_name": name,
                    "author_name": "(System)" if author is None else author["name"],
                    "author_class": "Gitlab::Audit::UnauthenticatedAuthor" if is_system else "User",
                    "author_email": None if author is None else author["email"],
                    "custom_message": message,
                },
                "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            }
        )
