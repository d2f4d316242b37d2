"""The trouble catalogue: what a message means, how to tell, what to do.

    explained = explain('{"detail":"… User has already been taken","status":409}')
    print(explained.matches[0].trouble.fix, explained.values)

The entries are the TOML files beside this one; a new one is a new table. Nothing of a text that is
explained is kept.
"""

from __future__ import annotations

from scimtui.guides.trouble.blotting import without_secrets
from scimtui.guides.trouble.catalogue import SCREENS, WHO, Message, Trouble, catalogue
from scimtui.guides.trouble.matching import Explained, Match, explain
from scimtui.guides.trouble.reply import as_reply
from scimtui.guides.trouble.values import Values, values_in

__all__ = [
    "SCREENS",
    "WHO",
    "Explained",
    "Match",
    "Message",
    "Trouble",
    "Values",
    "as_reply",
    "catalogue",
    "explain",
    "values_in",
    "without_secrets",
]
