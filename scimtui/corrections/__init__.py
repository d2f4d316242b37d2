"""Changing an `extern_uid`: checks, plans, apply, read-back, journal, undo.

corrector = Corrector(gitlab, snapshot, Journal(file))
ground = await corrector.open(row)
plan = await corrector.plan(ground, Wish("scim", "b7c0e4d2-8a7f-4c11-a3be-5d9f1c2e7a60"))
if not plan.refused:
    result = await corrector.apply(plan, accepted=[one.code for one in plan.warnings])
    print(result.outcome, result.entries_to_undo)
"""

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
from scimtui.corrections.swapping import broken_off

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
]
