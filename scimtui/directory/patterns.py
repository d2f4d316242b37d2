"""What most people of a list have in common, in words."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


def pattern_text(pattern: str) -> str:
    """The sentence for one of `About.patterns`."""
    return _texts()[pattern]


@cache
def _texts() -> dict[str, str]:
    return tomllib.loads(Path(__file__).with_name("patterns.toml").read_text("utf-8"))
