"""Audit events: what was written down about whom, and for whom to see (contract 2, section 15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

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
        number = len(self.events) + 1
        self.events.append(
            {
                "id": number,
                "author_id": SYSTEM if author is None else author["id"],
                "entity_id": target["id"] if group_id is None else group_id,
                "entity_type": "User" if group_id is None else "Group",
                "event_name": name,
                "details": {
                    **(details or {}),
                    "event_name": name,
                    "author_name": "(System)" if author is None else author["name"],
                    "author_class": "Gitlab::Audit::UnauthenticatedAuthor" if author is None else "User",
                    "author_email": None if author is None else author["email"],
                    "target_id": target["id"],
                    "target_type": "User",
                    "target_details": target_details or target["name"],
                    "custom_message": message,
                },
                "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            }
        )
