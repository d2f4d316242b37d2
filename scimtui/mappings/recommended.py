"""GitLab's recommended mapping, by the age of its pages."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scimtui.mappings.model import AttributeMapping, Kind, Row


class Recommended(NamedTuple):
    """One table; `gitlab` names the versions whose pages have it."""

    gitlab: str
    rows: tuple[Row, ...]


@cache
def recommended() -> tuple[Recommended, ...]:
    """Every table, the newest first."""
    document = tomllib.loads(Path(__file__).with_name("recommended.toml").read_text("utf-8"))
    return tuple(
        Recommended(age["gitlab"], tuple(Row(**row) for row in age["rows"])) for age in document["age"]
    )


def recommended_mapping() -> AttributeMapping:
    """The newest table as a mapping to begin with."""
    return AttributeMapping("entra", Kind.TABLE, rows=recommended()[0].rows)
