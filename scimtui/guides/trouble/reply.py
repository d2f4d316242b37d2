"""An entry as the answer in a ticket."""

from __future__ import annotations

from scimtui.guides.trouble.catalogue import Trouble
from scimtui.guides.trouble.matching import Match
from scimtui.text import printable


def as_reply(match: Match | Trouble) -> str:
    """Markdown: what was seen, why, how to tell, what to do. People's values are left out."""
    trouble = match.trouble if isinstance(match, Match) else match
    evidence = match.evidence if isinstance(match, Match) else ()
    parts = [f"**{trouble.title}**", ""]
    seen = [f"“{printable(words)}”" for words in evidence if "@" not in words]
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
    return "\n".join(parts) + "\n"
