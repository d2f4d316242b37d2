"""How wide a text may be."""

from __future__ import annotations

import shutil
import sys

_NARROWEST = 40


def text_width(most: int) -> int:
    """As wide as the terminal, at most so many cells; into a pipe, so many."""
    if not sys.stdout.isatty():
        return most
    return max(_NARROWEST, min(most, shutil.get_terminal_size().columns - 1))
