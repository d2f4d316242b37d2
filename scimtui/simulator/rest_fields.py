"""Fields and parameters that several REST endpoints share."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from . import answers
from .answers import Answered
from .api_request import ApiRequest
from .gitlab import SimulatedGitLab
from .store import Row

_EPOCH = datetime(2019, 3, 4, 7, 30, tzinfo=UTC)
_SECONDS_APART = 2000
_CREATED_WRAP = 110_000
CREATED_SQL = f"({int(_EPOCH.timestamp())} + (u.id % {_CREATED_WRAP}) * {_SECONDS_APART})"
SEARCHED = (
    "(u.name LIKE :search ESCAPE '\\' OR u.username LIKE :search ESCAPE '\\' OR u.email_folded = :exact)"
)
_BIGINT = 2**63 - 1


def created_at(user_id: int) -> str:
    """When an account was made: a newer id is younger."""
    moment = _EPOCH + timedelta(seconds=(user_id % _CREATED_WRAP) * _SECONDS_APART)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def account_json(gitlab: SimulatedGitLab, row: Row) -> dict[str, Any]:
    """The basic user entity."""
    return {
        "id": row["id"],
        "username": row["username"],
        "public_email": "",
        "name": row["name"],
        "state": row["state"],
        "locked": False,
        "avatar_url": None,
        "web_url": f"{gitlab.base_url}/{row['username']}",
    }


def flag(request: ApiRequest, name: str) -> bool:
    """A boolean parameter."""
    return str(request.params.get(name)).lower() in ("true", "1", "t", "yes", "on")


def number(text: str, name: str) -> int | None:
    """An integer of a path or query; None beyond what the database can hold.

    Raises:
        Answered: 400, it is no number.
    """
    if not re.fullmatch(r"[+-]?[0-9]{1,400}", text):
        raise Answered(answers.error(400, f"{name} is invalid"))
    value = int(text)
    return value if abs(value) <= _BIGINT else None


def moment(request: ApiRequest, name: str) -> int | None:
    """A date parameter as seconds since 1970; None when absent.

    Raises:
        Answered: 400, it is no date.
    """
    raw = request.params.get(name)
    if raw is None or raw == "":
        return None
    try:
        value = datetime.fromisoformat(str(raw))
    except ValueError:
        raise Answered(answers.error(400, f"{name} is invalid")) from None
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    try:
        return int(value.timestamp())
    except (OverflowError, ValueError):
        raise Answered(answers.error(400, f"{name} is invalid")) from None


def text_like(text: str) -> str:
    """A LIKE pattern for `text` anywhere, with `\\` as the escape."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
