"""Clients of the simulated GitLab, and the people in it."""

from __future__ import annotations

from typing import Any

from scimtui.gitlab import Access, GitLab, Secret, parse_address
from scimtui.simulator import RunningSimulator
from tests.gitlab.servers import Waits


def connect(
    simulator: RunningSimulator, *, waits: Waits | None = None, instance: bool = False, **changes: Any
) -> GitLab:
    """A client of a simulated GitLab that never waits before it tries again."""
    scim_url = simulator.instance_scim_url if instance else simulator.scim_url
    scim_token = simulator.instance_scim_token if instance else simulator.scim_token
    tokens = {"scim_token": Secret(scim_token), "access_token": Secret(simulator.access_token)}
    access = Access(parse_address(scim_url), **{**tokens, **changes})
    return GitLab(access, backoff=(waits if waits is not None else Waits()).backoff())


OWNER: dict[str, Any] = {"user_id": 1, "name": "Olga Owner", "username": "olga", "access_level": 50}


def person(user_id: int, uid: str | None, **changes: Any) -> dict[str, Any]:
    """A Developer whose two identities hold `uid`."""
    plain = {"user_id": user_id, "name": f"Person {user_id}", "username": f"user{user_id}"}
    return {**plain, "scim_id": uid, "saml_id": uid, **changes}


def truth(simulator: RunningSimulator, user_id: int) -> dict[str, Any]:
    """What the simulated GitLab really holds about one person."""
    return next(entry for entry in simulator.people() if entry["user_id"] == user_id)
