"""An entry as the answer in a ticket."""

from __future__ import annotations

from scimtui.guides.trouble.catalogue import Trouble
from scimtui.guides.trouble.matching import Match


def as_reply(match: Match | Trouble) -> str:
    """Markdown: what was seen, why, how to tell, what to do. People's values are left out."""
    trouble = match.trouble if isinstance(match, Match) else match
    literal = match.literal if isinstance(match, Match) else ()
    parts = [f"**{trouble.title}**", ""]
    seen = [f"“{words}”" for words in literal]
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
