"""Offset pagination of the REST API (contract 1.10): headers, limits, totals left out past 10,000."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from . import answers
from .answers import Answered, json_answer
from .api_request import ApiRequest
from .gitlab import SimulatedGitLab
from .store import Row, Store

_COUNT_LIMIT = 10_000
_DEFAULT, _MAX = 20, 100


@dataclass(frozen=True, slots=True)
class _Window:
    page: int
    per_page: int

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.per_page


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of people: what is shown of each, and who is on it.

    Attributes:
        columns: the `SELECT … FROM …` of a row.
        conditions: SQL, all of which hold.
        order: SQL.
        values: what the conditions name.
    """

    columns: str
    conditions: tuple[str, ...]
    order: str
    values: dict[str, Any]

    def ids(self, store: Store) -> list[int]:
        """The user ids of the whole list, in order."""
        source = self.columns[self.columns.index("FROM ") :]
        where = " AND ".join(self.conditions)
        sql = f"SELECT u.id {source} WHERE {where} ORDER BY {self.order}"
        return store.listed(sql, self.values)

    def rows(self, store: Store, ids: Sequence[int]) -> list[Row]:
        """These rows, in this order."""
        where = " AND ".join([*self.conditions, f"u.id IN ({','.join(map(str, ids))})"])
        found = {row["id"]: row for row in store.rows(f"{self.columns} WHERE {where}", self.values)}
        return [found[user_id] for user_id in ids]


def paged(
    gitlab: SimulatedGitLab,
    request: ApiRequest,
    listing: Listing,
    to_json: Callable[[Row], dict[str, Any]],
) -> Response:
    """One page of a list, with GitLab's pagination headers."""
    window = _Window(positive(request, "page", 1), min(positive(request, "per_page", _DEFAULT), _MAX))
    ids = listing.ids(gitlab.store)
    page = ids[window.offset : window.offset + window.per_page]
    shown = [to_json(row) for row in listing.rows(gitlab.store, page)]
    more = len(ids) > window.offset + window.per_page
    total = len(ids) if len(ids) <= _COUNT_LIMIT else None
    return json_answer(200, shown, headers=_headers(gitlab, request, window, total, more))


def positive(request: ApiRequest, name: str, default: int) -> int:
    """A declared page parameter.

    Raises:
        Answered: 400 for what is no number, or below 1.
    """
    raw = request.params.get(name)
    if raw is None or raw == "":
        return default
    if (
        isinstance(raw, bool)
        or not isinstance(raw, str | int)
        or not re.fullmatch(r"[+-]?\d{1,18}", str(raw), re.A)
    ):
        raise Answered(answers.error(400, f"{name} is invalid"))
    if int(raw) < 1:
        raise Answered(answers.error(400, f"{name} does not have a valid value"))
    return int(raw)


def _headers(
    gitlab: SimulatedGitLab, request: ApiRequest, window: _Window, total: int | None, more: bool
) -> dict[str, str]:
    following = str(window.page + 1) if more else ""
    previous = str(window.page - 1) if window.page > 1 else ""
    links = {"prev": previous, "next": following, "first": "1"}
    headers = {
        "X-Next-Page": following,
        "X-Page": str(window.page),
        "X-Per-Page": str(window.per_page),
        "X-Prev-Page": previous,
    }
    if total is not None:
        links["last"] = str(max(1, -(-total // window.per_page)))
        headers |= {"X-Total": str(total), "X-Total-Pages": links["last"]}
    return headers | {"Link": _links(gitlab, request, window, links)}


def _links(gitlab: SimulatedGitLab, request: ApiRequest, window: _Window, links: dict[str, str]) -> str:
    kept = [
        (name, value)
        for name, value in request.query.items()
        if isinstance(value, str) and name not in ("page", "per_page", "private_token", "access_token")
    ]
    parts = []
    for relation, page in links.items():
        query = [*kept, ("page", page), ("per_page", str(window.per_page))]
        text = "&".join(f"{quote(name)}={quote(value)}" for name, value in query)
        parts += [f'<{gitlab.base_url}{request.path.raw}?{text}>; rel="{relation}"'] if page else []
    return ", ".join(parts)
