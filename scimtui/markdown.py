"""Foreign text within Markdown, so that no reader takes it for anything else."""

from __future__ import annotations

import re

from scimtui.text import visible_blanks


def code(value: str) -> str:
    """A code span, safe in a table cell; its fence is longer than any run within (CommonMark 6.1)."""
    shown = visible_blanks(value).replace("|", "\\|")
    runs = re.findall("`+", shown)
    if not runs:
        return f"`{shown}`"
    fence = "`" * (max(map(len, runs)) + 1)
    return f"{fence} {shown} {fence}"


def escaped(text: str) -> str:
    """Text with a backslash before whatever Markdown would obey."""
    return "".join(
        f"\\{character}" if character in "\\`*_[]<>|" else character for character in visible_blanks(text)
    )
