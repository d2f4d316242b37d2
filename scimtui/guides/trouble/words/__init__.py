"""Words that the trouble catalogue is read with: data files, by their names."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def words(name: str) -> dict[str, list[str]]:
    """The lists of one file."""
    import tomllib

    told: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))
    return told
