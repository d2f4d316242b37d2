"""What stands in the way of taking an entry back, in words; the same for screen and command."""

from __future__ import annotations

from collections.abc import Sequence

from scimtui.corrections.model import Action, Entry, Outcome
from scimtui.corrections.swapping import why_not_undone

_BY_ACTION = {
    Action.REACTIVATE: "can't be taken back here; deactivating them is its opposite",
    Action.DEACTIVATE: "can't be taken back: the roles are gone; re-activating gives the default role",
    Action.REMOVE: "can't be taken back: the row is gone; they link again by signing in",
}


def undo_words(entry: Entry, entries: Sequence[Entry]) -> str:
    """Why an entry can't be taken back, or what took it back; empty where it can be.

    Args:
        entries: the whole journal.
    """
    why = why_not_undone(entry, entries)
    if why == "undo-done-already":
        by = [
            one for one in entries if one.intent.undo_of == entry.number and one.outcome is Outcome.VERIFIED
        ]
        last = max(by, key=lambda one: one.number)
        return f"taken back by entry {last.number}, {last.at.astimezone():%Y-%m-%d %H:%M}"
    if why == "undo-swap":
        return "one step of a swap: swapping the two again takes it back"
    if why == "undo-not-done":
        return "nothing to take back: it is not known to have changed anything"
    if why == "undo-not-possible":
        words = "can't be taken back: GitLab does not give back the trust in a changed SAML value"
        return _BY_ACTION.get(entry.intent.change.action, words)
    return why
