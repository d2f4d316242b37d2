"""JSON and CSV within a pasted text, taken apart into events: whom each is about, and what it says."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_JSON_START = re.compile(r"\{(?=\s{0,60}[\"}])|\[(?=\s{0,60}[\[{\"])")
_MOST_LOOKED_AT = 5_000_000
_LEAST_LOOK = 1000
_ENVELOPES = (
    "value",
    "records",
    "events",
    "hits",
    "resources",
    "items",
    "data",
    "results",
    "logs",
    "entries",
)
# Whoever acted, reported or manages is not whom an event is about.
_OTHERS = frozenset(
    (
        *("initiatedby", "actor", "serviceprincipal", "manager", "reporter", "assignee", "author"),
        *("requester", "requestedby", "createdby", "modifiedby", "sender", "from", "cc", "tenantid"),
    )
)
_DEPTH = 40
_LEAVES = 20_000
_MOST_EMAILS = 20
_LOG_HEADERS = {
    "status",
    "errorcode",
    "reason",
    "activity",
    "action",
    "eventtype",
    "displaymessage",
    "identity",
    "date",
}
_OUTCOMES = frozenset({"status", "result", "resulttype", "outcome", "provisioningstatus"})
_FAILED = frozenset({"failure", "failed", "error"})
_ERRORS = 400
_FEWEST_COLUMNS = 3
_LONGEST_HEAD = 4000
_MOST_ROWS = 200


Pairs = tuple[tuple[str, str], ...]
"""The named values of one event, in their order; names as they stand."""


@dataclass(frozen=True, slots=True)
class Events:
    """What a text holds of JSON or CSV.

    Attributes:
        each: the named values of each event.
        are_all: whether these are all there are: of more than 200 the others are not read.
        outside: what stands around the JSON; empty where there is none.
    """

    each: tuple[Pairs, ...] = ()
    are_all: bool = True
    outside: str = ""


def events_in(text: str) -> Events:
    """Take it apart; a text that is neither has none."""
    each, are_all, outside = _json_events(text)
    if not each:
        each, are_all = _csv_events(text)
        outside = ""
    return Events(tuple(each), are_all, outside)


def _json_events(text: str) -> tuple[list[Pairs], bool, str]:
    """The events of every JSON document in the text, whether these are all, and what stands around them."""
    events: list[Pairs] = []
    around: list[str] = []
    seen = 0
    for document, start, end in _documents(text):
        if document is None:
            return events, False, ""
        around.append(text[seen:start])
        seen = end
        events += _events_of(document)
        if len(events) > _MOST_ROWS:
            return events[:_MOST_ROWS], False, ""
    return events, True, "\n".join((*around, text[seen:]))


def _documents(text: str) -> Iterator[tuple[Any, int, int]]:
    """Every object or list that is written in the text, from where to where; None where it got too much."""
    # A line that was broken within a value is JSON all the same.
    decoder = json.JSONDecoder(strict=False)
    place = looked_at = 0
    while (start := _JSON_START.search(text, place)) is not None:
        try:
            value, place = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError) as error:
            place = start.end()
            failed_at = error.pos if isinstance(error, json.JSONDecodeError) else len(text)
            looked_at += max(_LEAST_LOOK, failed_at - start.start())
            if looked_at > _MOST_LOOKED_AT:
                yield None, 0, 0
                return
        else:
            yield value, start.start(), place


def _events_of(value: Any, depth: int = 4) -> list[Pairs]:
    """The events of one document: those of an envelope each by itself."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return [pairs for one in value[: _MOST_ROWS + 1] for pairs in _events_of(one, depth - 1)]
    if isinstance(value, dict) and depth > 0:
        for key, part in value.items():
            inner = part
            if str(key).lower() == "hits" and isinstance(part, dict):
                inner = part.get("hits")
            several = isinstance(inner, list) and inner and all(isinstance(one, dict) for one in inner)
            if several and str(key).lower() in _ENVELOPES:
                return _events_of(inner, depth - 1)
    pairs = _pairs(value) if isinstance(value, dict) else ()
    return [pairs] if pairs else []


def _pairs(value: Any) -> Pairs:
    into: list[tuple[str, str]] = []
    if isinstance(value, dict):
        into += _okta_target(value)
        source = value.get("sourceIdentity")
        if isinstance(source, dict) and isinstance(source.get("id"), str):
            kind = str(source.get("identityType") or value.get("identityType") or "User")
            into.append(("entra:group" if kind.lower() == "group" else "entra:source", source["id"]))
    _leaves(value, "", into, _DEPTH)
    return tuple(into)


def _okta_target(event: dict[str, Any]) -> list[tuple[str, str]]:
    """Whom an event of Okta's system log is about: its target, never its actor (idp-behaviour 2.4)."""
    targets = event.get("target")
    if not isinstance(targets, list) or "eventType" not in event:
        return []
    pairs = []
    for target in targets:
        if not isinstance(target, dict):
            continue
        identifier, known_as = target.get("id"), target.get("alternateId")
        if target.get("type") == "User" and isinstance(identifier, str):
            pairs.append(("okta:user", identifier))
        if target.get("type") in ("User", "AppUser") and isinstance(known_as, str) and "@" in known_as:
            pairs.append(("okta:email", known_as))
    return pairs


def _named_params(value: dict[str, Any]) -> list[tuple[str, str]]:
    """GitLab's API log writes each parameter as `{"key": name, "value": value}`."""
    name, told = value.get("key"), value.get("value")
    is_one = set(value) == {"key", "value"} and isinstance(name, str) and isinstance(told, str)
    return [(str(name), str(told)), (f"param:{name}", str(told))] if is_one else []


def _scim_params(value: dict[str, Any]) -> list[tuple[str, str]]:
    """What a SCIM request says by its shape: the work address of a person, the identifier that is set."""
    emails = value.get("emails")
    if isinstance(emails, list):
        for entry in emails[:_MOST_EMAILS]:
            if isinstance(entry, dict) and (entry.get("type") == "work" or entry.get("primary")):
                return [("email", entry["value"])] if isinstance(entry.get("value"), str) else []
    sets = str(value.get("path")).lower() in ("externalid", "id") and "op" in value
    return [("externalId", value["value"])] if sets and isinstance(value.get("value"), str) else []


def _leaves(value: Any, name: str, into: list[tuple[str, str]], depth: int) -> None:
    if not depth or len(into) > _LEAVES:
        return
    if isinstance(value, dict):
        into += _named_params(value)
        label = value.get("displayName") or value.get("name")
        if isinstance(label, str) and ("newValue" in value or "oldValue" in value):
            if label.lower() in _OTHERS:
                return
            # Entra's modifiedProperties: the name of the attribute stands beside its two values.
            for key in ("oldValue", "newValue"):
                if isinstance(value.get(key), str):
                    into.append((f"{label}:{key}", value[key].strip('"')))
            return
        into += _scim_params(value)
        for key, part in value.items():
            if str(key).lower() not in _OTHERS:
                _leaves(part, str(key), into, depth - 1)
    elif isinstance(value, list):
        for part in value:
            _leaves(part, name, into, depth - 1)
    elif value is not None and not isinstance(value, bool):
        into.append((name, str(value)))
        if isinstance(value, str) and value[:1] in "{[" and len(value) > 2:
            for document, _, _ in itertools.islice(_documents(value), 1):
                _leaves(document, name, into, depth - 1)


def _csv_events(text: str) -> tuple[list[Pairs], bool]:
    head = text.lstrip("\ufeff").split("\n", 1)[0]
    if len(head) > _LONGEST_HEAD:
        return [], True
    for mark in (",", ";", "\t"):
        names = [name.strip('" ') for name in head.strip().split(mark)]
        known = {re.sub(r"[^a-z]", "", name.lower()) for name in names}
        if len(names) >= _FEWEST_COLUMNS and known & _LOG_HEADERS:
            try:
                reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=mark)
                rows = list(itertools.islice(reader, _MOST_ROWS + 1))
            except csv.Error:
                return [], True
            events = [
                tuple(
                    (str(name), value)
                    for name, value in row.items()
                    if isinstance(value, str) and value and name
                )
                for row in rows[:_MOST_ROWS]
            ]
            return events, len(rows) <= _MOST_ROWS
    return [], True


def has_failed(event: Pairs) -> bool:
    """Whether an event says that it failed."""
    return any(
        name.lower() in _OUTCOMES
        and (value.lower() in _FAILED or (value.isdecimal() and int(value[:4]) >= _ERRORS))
        for name, value in event
    )
