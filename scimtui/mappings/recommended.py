"""GitLab's recommended mapping, by identity provider and the age of its pages."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scimtui.mappings.model import AttributeMapping, Kind, Row


class Recommended(NamedTuple):
    """One table.

    Attributes:
        gitlab: the versions whose pages have it, in words.
        since: the first major version that it holds for.
    """

    gitlab: str
    since: int
    rows: tuple[Row, ...]

    def row(self, *keys: str) -> Row | None:
        """The row with one of these keys."""
        return next((row for row in self.rows if row.key in keys), None)


@cache
def recommended_for(idp: str) -> tuple[Recommended, ...]:
    """Every table for a provider, the newest first; a plain table's are Entra's.

    Okta's catalogue app sends its rows by itself (idp-behaviour 2.2), whatever GitLab's age.
    """
    document = tomllib.loads(Path(__file__).with_name("recommended.toml").read_text("utf-8"))
    return tuple(
        Recommended(age["gitlab"], age["since"], tuple(Row(**row) for row in age["rows"]))
        for age in document[idp if idp in document else "entra"]
    )


def recommended_at(idp: str, version: tuple[int, int] | None) -> Recommended:
    """The table for a version of GitLab; the newest where it is not known."""
    ages = recommended_for(idp)
    if version is None:
        return ages[0]
    return next((age for age in ages if age.since <= version[0]), ages[-1])


def recommended_mapping(idp: str = "entra") -> AttributeMapping:
    """The newest table as a mapping to begin with."""
    return AttributeMapping(idp, Kind.TABLE, rows=recommended_for(idp)[0].rows)
