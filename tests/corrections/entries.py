"""Intents for the journal."""

from __future__ import annotations

from typing import Any

from scimtui.corrections.model import Action, Change, Channel, Identity, Intent, Sent, Subject

ADA = Subject(7, "ada", "Ada Lovelace", "ada@acme.example")


def intent(
    old: str = "old", new: str | None = "new", *, action: Action = Action.CHANGE, **more: Any
) -> Intent:
    """Somebody changes Ada's SCIM identity."""
    change = Change(
        ADA,
        Identity.SCIM,
        action,
        old,
        new,
        Channel.REST,
        Sent("PATCH", "https://gitlab.example/x", "{}"),
        True,
    )
    return Intent("p1", 1, 1, "acme", change)._replace(**more)
