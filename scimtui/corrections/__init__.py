"""Changing an `extern_uid`: checks, plans, apply, read-back, journal, undo.

corrector = Corrector(gitlab, snapshot, Journal(file))
ground = await corrector.open(row)
plan = await corrector.plan(ground, Wish("scim", "b7c0e4d2-8a7f-4c11-a3be-5d9f1c2e7a60"))
if not plan.refused:
    result = await corrector.apply(plan, accepted=[one.code for one in plan.warnings])
    print(result.outcome, result.entries_to_undo)

Names are loaded when they are used: the console's first picture waits for none of this.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scimtui.corrections.chain import Report
    from scimtui.corrections.corrector import Corrector
    from scimtui.corrections.journal import Journal, JournalError
    from scimtui.corrections.model import (
        Action,
        Change,
        Channel,
        Done,
        Entry,
        Identity,
        Outcome,
        Plan,
        Result,
        Subject,
    )
    from scimtui.corrections.planning import BOTH, Wish
    from scimtui.corrections.reading import Ground
    from scimtui.corrections.swapping import broken_off, why_not_undone
    from scimtui.corrections.taken_back import undo_words

_HOMES = {
    "BOTH": "planning",
    "Action": "model",
    "Change": "model",
    "Channel": "model",
    "Corrector": "corrector",
    "Done": "model",
    "Entry": "model",
    "Ground": "reading",
    "Identity": "model",
    "Journal": "journal",
    "JournalError": "journal",
    "Outcome": "model",
    "Plan": "model",
    "Report": "chain",
    "Result": "model",
    "Subject": "model",
    "Wish": "planning",
    "broken_off": "swapping",
    "undo_words": "taken_back",
    "why_not_undone": "swapping",
}

__all__ = [
    "BOTH",
    "Action",
    "Change",
    "Channel",
    "Corrector",
    "Done",
    "Entry",
    "Ground",
    "Identity",
    "Journal",
    "JournalError",
    "Outcome",
    "Plan",
    "Report",
    "Result",
    "Subject",
    "Wish",
    "broken_off",
    "undo_words",
    "why_not_undone",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
