"""The signs and words for how a correction ended."""

from __future__ import annotations

from scimtui.corrections import Outcome
from scimtui.tui.words import Look

OUTCOMES: dict[Outcome | None, Look] = {
    Outcome.VERIFIED: Look("✓", "verified", "success"),
    Outcome.UNCHANGED: Look("○", "unchanged", "warning"),
    Outcome.OTHER: Look("≠", "other", "error"),
    Outcome.UNKNOWN: Look("?", "not known", "error"),
    Outcome.REFUSED: Look("×", "refused", "warning"),
    Outcome.DRY_RUN: Look("·", "dry run", "quiet"),
    None: Look("…", "open", "warning"),
}
