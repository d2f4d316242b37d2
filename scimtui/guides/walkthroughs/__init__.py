"""Walkthroughs: steps as data, the profile's values that they show, and how far somebody is.

    guide = walkthrough("entra")
    print(as_markdown(guide, values_of(profile.address)))

A new identity provider is a new TOML file beside this one.
"""

from __future__ import annotations

from scimtui.guides.walkthroughs.model import OPENS, Step, Walkthrough, walkthrough, walkthroughs
from scimtui.guides.walkthroughs.printing import as_markdown
from scimtui.guides.walkthroughs.progress import Done, GuideProgress
from scimtui.guides.walkthroughs.values import SECRET, VALUES, Value, values_of

__all__ = [
    "OPENS",
    "SECRET",
    "VALUES",
    "Done",
    "GuideProgress",
    "Step",
    "Value",
    "Walkthrough",
    "as_markdown",
    "values_of",
    "walkthrough",
    "walkthroughs",
]
