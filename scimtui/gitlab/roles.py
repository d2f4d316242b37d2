"""GitLab's access levels and their words (contract 1.9; contract 2, section 11.1)."""

from __future__ import annotations

OWNER = 50
_NAMES = {
    5: "Minimal Access",
    10: "Guest",
    15: "Planner",
    20: "Reporter",
    25: "Security Manager",
    30: "Developer",
    40: "Maintainer",
    OWNER: "Owner",
}
_LEVELS = {name: level for level, name in _NAMES.items()}


def role_name(access_level: int | None, custom: str | None = None) -> str:
    """GitLab's word for a role; a custom role goes by its own name."""
    if custom:
        return custom
    if access_level is None:
        return ""
    return _NAMES.get(access_level, f"access level {access_level}")


def level_of(role: str) -> int:
    """The access level of a role by its word; 0 for a custom role or none."""
    return _LEVELS.get(role, 0)
