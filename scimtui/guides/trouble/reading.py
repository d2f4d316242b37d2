"""A pasted text made plain: JSON and CSV taken apart, escapes undone, so that messages can be found in it."""

from __future__ import annotations

import csv
import html
import io
import itertools
import json
import re
from dataclasses import dataclass
from typing import Any

from scimtui.gitlab.secret import without_tokens

LIMIT = 1_000_000
_TAGS = re.compile(r"<[/!]?[a-zA-Z][^<>]{0,400}>")
_JSON_ESCAPE = re.compile(r'\\(["\\/])|\\u([0-9a-fA-F]{4})|\\[nrt]')
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "\u00a0": " "})
_DEPTH = 40
_LEAVES = 20_000
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
_FEWEST_COLUMNS = 3
_LONGEST_HEAD = 4000
_MOST_ROWS = 200


Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plain:
    """A text taken apart.

    Attributes:
        folded: lower case, blanks single, tags and escapes gone: where messages are looked for.
        spelled: the same, capitals kept.
        events: the named values of each event, where the text is JSON or CSV.
        pairs: the named values of its JSON or CSV, in their order; names as they stand.
        text: as it was pasted, tokens blotted out, cut at a million characters.
    """

    folded: str
    pairs: Pairs
    text: str
    spelled: str
    events: tuple[Pairs, ...]

    def shown(self, place: re.Match[str]) -> str:
        """The words that were found in `folded`, spelled as in the text."""
        return (
            self.spelled[place.start() : place.end()] if len(self.spelled) == len(self.folded) else place[0]
        )


def plain(text: str) -> Plain:
    """Take a text apart; anything can be one, and none raises."""
    text = without_tokens(text[:LIMIT])
    events = _json_events(text) or _csv_events(text)
    pairs = tuple(pair for event in events for pair in event)
    # What JSON or CSV quotes is looked at without its quoting too, with and without its name.
    leaves = "\n".join(f"{value}\n{name} {value}" for name, value in pairs)
    spelled = _spelled(f"{_unescaped(text)}\n{leaves}")
    return Plain(spelled.lower(), pairs, text, spelled, tuple(events))


def fold(text: str) -> str:
    """As messages are compared: lower case, straight quotes, single blanks, no tags."""
    return _spelled(text).lower()


def _spelled(text: str) -> str:
    return " ".join(html.unescape(_TAGS.sub(" ", text)).translate(_QUOTES).split())


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        return chr(int(match[2], 16)) if match[2] else " "

    return _JSON_ESCAPE.sub(one, text)


def _json_events(text: str) -> list[Pairs]:
    """The events of one JSON document, or of a line of JSON each."""
    start = min((place for place in (text.find("{"), text.find("[")) if place >= 0), default=-1)
    if start < 0:
        return []
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(line.lstrip().startswith("{") for line in lines[:_MOST_ROWS]):
        found = [event for line in lines[:_MOST_ROWS] for event in _document(line, 0)]
        if found:
            return found
    return _document(text, start)


def _document(text: str, start: int) -> list[Pairs]:
    try:
        value, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return []
    if isinstance(value, dict) and isinstance(value.get("value"), list):
        value = value["value"]  # an answer of Graph
    several = value if isinstance(value, list) and all(isinstance(one, dict) for one in value) else [value]
    return [pairs for one in several[:_MOST_ROWS] if (pairs := _pairs(one))]


def _pairs(value: Any) -> Pairs:
    into: list[tuple[str, str]] = []
    if isinstance(value, dict):
        into += _okta_target(value)
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


def _leaves(value: Any, name: str, into: list[tuple[str, str]], depth: int) -> None:
    if not depth or len(into) > _LEAVES:
        return
    if isinstance(value, dict):
        label = value.get("displayName") or value.get("name")
        if isinstance(label, str) and ("newValue" in value or "oldValue" in value):
            # Entra's modifiedProperties: the name of the attribute stands beside its two values.
            for key in ("oldValue", "newValue"):
                if isinstance(value.get(key), str):
                    into.append((f"{label}:{key}", value[key].strip('"')))
            return
        for key, part in value.items():
            _leaves(part, str(key), into, depth - 1)
    elif isinstance(value, list):
        for part in value:
            _leaves(part, name, into, depth - 1)
    elif value is not None and not isinstance(value, bool):
        into.append((name, str(value)))
        if isinstance(value, str) and value[:1] in "{[" and len(value) > 2:
            for event in _document(value, 0):
                into.extend(event)


def _csv_events(text: str) -> list[Pairs]:
    head = text.lstrip("\ufeff").split("\n", 1)[0]
    if len(head) > _LONGEST_HEAD:
        return []
    for mark in (",", ";", "\t"):
        names = [name.strip('" ') for name in head.strip().split(mark)]
        known = {re.sub(r"[^a-z]", "", name.lower()) for name in names}
        if len(names) >= _FEWEST_COLUMNS and known & _LOG_HEADERS:
            try:
                reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=mark)
                rows = list(itertools.islice(reader, _MOST_ROWS))
            except csv.Error:
                return []
            return [
                tuple(
                    (str(name), value)
                    for name, value in row.items()
                    if isinstance(value, str) and value and name
                )
                for row in rows
            ]
    return []
