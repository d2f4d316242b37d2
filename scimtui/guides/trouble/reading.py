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


@dataclass(frozen=True, slots=True)
class Plain:
    """A text taken apart.

    Attributes:
        folded: lower case, blanks single, tags and escapes gone: where messages are looked for.
        spelled: the same, capitals kept.
        pairs: the named values of its JSON or CSV, in their order; names as they stand.
        text: as it was pasted, tokens blotted out, cut at a million characters.
    """

    folded: str
    pairs: tuple[tuple[str, str], ...]
    text: str
    spelled: str

    def shown(self, place: re.Match[str]) -> str:
        """The words that were found in `folded`, spelled as in the text."""
        return (
            self.spelled[place.start() : place.end()] if len(self.spelled) == len(self.folded) else place[0]
        )


def plain(text: str) -> Plain:
    """Take a text apart; anything can be one, and none raises."""
    text = without_tokens(text[:LIMIT])
    pairs = _json_pairs(text) or _csv_pairs(text)
    # What JSON or CSV quotes is looked at without its quoting too.
    leaves = "\n".join(value for _, value in pairs)
    spelled = _spelled(f"{_unescaped(text)}\n{leaves}")
    return Plain(spelled.lower(), tuple(pairs), text, spelled)


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


def _json_pairs(text: str) -> list[tuple[str, str]]:
    start = min((place for place in (text.find("{"), text.find("[")) if place >= 0), default=-1)
    if start < 0:
        return []
    try:
        value, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return []
    pairs: list[tuple[str, str]] = []
    _leaves(value, "", pairs, _DEPTH)
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
            into += _json_pairs(value)


def _csv_pairs(text: str) -> list[tuple[str, str]]:
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
                (str(name), value)
                for row in rows
                for name, value in row.items()
                if isinstance(value, str) and value and name
            ]
    return []
