"""An entry as the answer in a ticket."""

from __future__ import annotations

import re

from scimtui.guides.trouble.catalogue import Trouble
from scimtui.guides.trouble.matching import Match

_OF_THE_CONSOLE = re.compile(r"\bhere\b|\bsection\b|\bkey [a-z]\b|the list\b|\bpress f\b", re.IGNORECASE)


def as_reply(match: Match | Trouble) -> str:
    """Markdown: what was seen, why, how to tell, what to do. People's values are left out."""
    trouble = match.trouble if isinstance(match, Match) else match
    literal = match.literal if isinstance(match, Match) else ()
    parts = [f"**{trouble.title}**", ""]
    seen = [_quoted(words) for words in literal]
    if seen:
        parts += [f"Seen: {', '.join(seen)} ({trouble.shown_by})", ""]
    parts += [
        f"**Why:** {trouble.cause}",
        "",
        f"**How to tell:** {trouble.tell}",
        "",
        f"**What to do:** {trouble.fix}",
        "",
        f"Source: <{trouble.page}>",
    ]
    if _OF_THE_CONSOLE.search(f"{trouble.tell} {trouble.fix}"):
        parts += ["", "The list, sections and keys are those of scimtui."]
    return "\n".join(parts) + "\n"


def _quoted(words: str) -> str:
    """A message as code: what stands for anything in it is no HTML of the ticket."""
    return f"`{words.removeprefix('}: ').removesuffix('{').rstrip().replace('`', '')}`"
