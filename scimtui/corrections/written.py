"""An intent as the journal keeps it in JSON, and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from scimtui.corrections.model import Action, Change, Channel, Entry, Identity, Intent, Sent, Subject


def plain_intent(intent: Intent) -> dict[str, Any]:
    """As the journal keeps it."""
    change = intent.change
    return {
        **intent._asdict(),
        "change": {
            **change._asdict(),
            "subject": change.subject._asdict(),
            "request": change.request._asdict(),
        },
        "partner": intent.partner._asdict() if intent.partner is not None else None,
    }


def entry_from(number: int, body: dict[str, Any]) -> Entry:
    """Read an entry back; KeyError, TypeError or ValueError where it is none."""
    plain = body["intent"]
    change = plain["change"]
    texts = (*(plain[name] for name in ("plan", "profile", "reason", "token_user")), change["old"])
    own = (body["os_user"], body["host"], body["process_began"], body["version"])
    if not all(isinstance(text, str) for text in (*texts, *own)):
        raise TypeError("an entry's texts are texts")
    return Entry(
        number=number,
        at=datetime.fromisoformat(body["at"]),
        intent=Intent(
            **{
                **plain,
                "checks": tuple(plain["checks"]),
                "accepted": tuple(plain["accepted"]),
                "partner": Subject(**plain["partner"]) if plain["partner"] is not None else None,
                "change": Change(
                    subject=Subject(**change["subject"]),
                    identity=Identity(change["identity"]),
                    action=Action(change["action"]),
                    old=change["old"],
                    new=change["new"],
                    channel=Channel(change["channel"]),
                    request=Sent(**change["request"]),
                    undoable=change["undoable"],
                ),
            }
        ),
        os_user=body["os_user"],
        host=body["host"],
        process=body["process"],
        process_began=body["process_began"],
        version=body["version"],
    )
