"""What GitLab reads from filters, PATCH operations and POST bodies (contract 2.1, 2.2, 2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .ruby import blank, plain_text, to_i, truthy, words

_ATTRIBUTES = {
    "id": "extern_uid",
    "externalId": "extern_uid",
    "displayName": "name",
    "name.formatted": "name",
    'emails[type eq "work"].value': "email",
    "active": "active",
    "userName": "username",
}
_REQUIRED = ("extern_uid", "email", "username")
_DEFAULT_PAGE, _MAX_PAGE = 20, 100
_BIGINT = 2**63


class ServerError(Exception):
    """GitLab's own code fails on this input: 500."""


class UnsupportedFilter(Exception):
    """412 `Unsupported Filter`."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A usable filter: `extern_uid` or `username`, and the value looked for."""

    attribute: str
    value: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, and `startIndex` as it is echoed."""

    start: int
    count: int
    echo: str | int


@dataclass(frozen=True, slots=True)
class NewUser:
    """What a POST body says after mapping; `missing` names the required attributes that are not there."""

    values: dict[str, Any]
    missing: tuple[str, ...]


def typed(value: Any) -> Any:
    """GitLab's ValueParser: text loses its double quotes, true and false become booleans."""
    if not isinstance(value, str):
        return value
    bare = value.replace('"', "")
    return {"true": True, "false": False}.get(bare.lower(), bare)


def read_filter(params: Mapping[str, Any]) -> Filter | None:
    """The filter of a list; None for a blank one.

    Raises:
        ServerError: a filter that is an object, or the value `true`.
        UnsupportedFilter: anything that GitLab does not search by; a list can be split in Rails, into no
            three words.
    """
    raw = params.get("filter")
    if blank(raw):
        return None
    if isinstance(raw, list):
        raise UnsupportedFilter
    if not isinstance(raw, str):
        raise ServerError
    first = words(raw)[:3]
    if len(first) < 3 or first[1] != "eq":
        raise UnsupportedFilter
    attribute, value = _ATTRIBUTES.get(first[0]), typed(first[2])
    if attribute not in ("extern_uid", "username") or value is False or value == "":
        raise UnsupportedFilter
    if value is True:
        raise ServerError
    return Filter(attribute, value)


def read_page(params: Mapping[str, Any]) -> Page:
    """`startIndex` and `count` by Ruby's `to_i`.

    Raises:
        ServerError: a list, an object or a number beyond a database integer.
    """
    raw_count, raw_start = params.get("count"), params.get("startIndex")
    count = _integer(raw_count)
    start = _integer(raw_start)
    if start > _BIGINT:
        raise ServerError
    count = _DEFAULT_PAGE if count < 1 else min(count, _MAX_PAGE)
    echo = raw_start if isinstance(raw_start, str | int) and not blank(raw_start) else 1
    return Page(max(start, 1), count, echo)


def _integer(value: Any) -> int:
    if isinstance(value, str):
        return to_i(value)
    if isinstance(value, bool | dict | list):
        raise ServerError
    return 0 if value is None else int(value)


def read_operations(params: Mapping[str, Any]) -> dict[str, Any]:
    """The merged attributes of a PATCH; the last operation wins per attribute.

    Raises:
        ServerError: `Operations` or an operation of a wrong type.
    """
    operations = params.get("Operations")
    if not truthy(operations) or operations == {}:
        return {}
    if not isinstance(operations, list):
        raise ServerError
    merged: dict[str, Any] = {}
    for operation in operations:
        if not isinstance(operation, dict) or not isinstance(operation.get("op"), str):
            raise ServerError
        if operation["op"].lower() in ("replace", "add"):
            merged.update(_operation(operation))
    return merged


def _operation(operation: Mapping[str, Any]) -> dict[str, Any]:
    path, value = operation.get("path"), operation.get("value")
    if not truthy(path):
        if not isinstance(value, dict):
            raise ServerError
        path, value = next(iter(value.items()), (None, None))
    attribute = _ATTRIBUTES.get(path) if isinstance(path, str) else None
    return {} if attribute is None else {attribute: typed(value)}


def read_new_user(params: Mapping[str, Any]) -> NewUser:
    """The attributes of a POST.

    Raises:
        ServerError: `emails` or `name` of a wrong type.
    """
    values: dict[str, Any] = {}
    for key, value in params.items():
        attribute = _ATTRIBUTES.get(key)
        if attribute is not None and attribute != "active" and value is not None:
            values[attribute] = typed(value)
    email = _work_email(params.get("emails"))
    if email is not None:
        values["email"] = email
    name = _full_name(params.get("name"))
    if name is not None:
        values["name"] = name
    return NewUser(values, tuple(name for name in _REQUIRED if name not in values))


def _work_email(emails: Any) -> Any:
    if not truthy(emails) or emails == {}:
        return None
    if not isinstance(emails, list):
        raise ServerError
    for entry in emails:
        if not isinstance(entry, dict):
            raise ServerError
        if entry.get("type") == "work" or truthy(entry.get("primary")):
            return entry.get("value")
    return None


def _full_name(name: Any) -> str | None:
    if name is None:
        return None
    if not isinstance(name, dict):
        raise ServerError
    if not blank(name.get("formatted")):
        return plain_text(name["formatted"])
    parts = (name.get("givenName"), name.get("familyName"))
    return " ".join(plain_text(part) for part in parts if part is not None)
