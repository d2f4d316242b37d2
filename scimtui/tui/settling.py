"""What is told at the start of corrections that an earlier run left open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from scimtui.corrections import JournalError, broken_off
from scimtui.gitlab import GitLabError
from scimtui.tui.outcomes import OUTCOMES
from scimtui.tui.shelf import Shelf
from scimtui.workspace import Workspace


async def left_open(workspace: Workspace, shelf: Shelf) -> AsyncIterator[str]:
    """Find out by reading what became of open entries; a sentence for each, and for each swap half way."""
    entries = await asyncio.to_thread(workspace.journal.entries)
    for steps in broken_off(entries):
        yield (
            f"A swap stopped after step {steps[0].intent.step} of 3: see entry {steps[0].number} in History."
        )
    if not any(entry.is_open for entry in entries):
        return
    async with shelf.reading() as people:
        if people is None:
            return
        try:
            settled = await workspace.corrector(people.snapshot).settle()
        except (GitLabError, JournalError) as error:
            yield f"What became of an earlier correction could not be found out: {error}"
            return
    for entry in settled:
        who, word = entry.intent.change.subject.label, OUTCOMES[entry.outcome].word
        yield f"Entry {entry.number} ({who}) was left open by an earlier run: {word}."
