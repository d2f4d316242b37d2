"""A pasted text made plain: JSON and CSV taken apart, escapes undone, so that messages can be found in it."""

from __future__ import annotations

import csv
import html
import io
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from scimtui.guides.trouble.blotting import without_secrets

LIMIT = 1_000_000
_TAGS = re.compile(r"<[/!]?[a-zA-Z][^<>]{0,400}>")
_JSON_ESCAPE = re.compile(r'\\(["\\/])|\\u([0-9a-fA-F]{4})|\\[nrt]')
_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "\u00a0": " ", "`": "'", "´": "'", "′": "'", "ʼ": "'"}
)
# What UTF-8 looks like where it was taken for Windows-1252.
_MOJIBAKE = (("â€™", "'"), ("â€˜", "'"), ("â€œ", '"'), ("â€\x9d", '"'), ("Â\u00a0", " "))
_CONTROL_SEQUENCE = re.compile(r"\x1b\[[0-9;?]{0,40}[ -/]{0,4}[@-~]|\x1b\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_REPLY_MARKS = re.compile(r"^[ \t]{0,8}(?:[>|][ \t]?){1,20}", re.MULTILINE)
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}|\w\+\w+\+\w")
_JSON_START = re.compile(r"\{(?=\s{0,60}[\"}])|\[(?=\s{0,60}[\[{\"])")
_SAVED = re.compile(r"error saving user with (?=\{)", re.IGNORECASE)
_LONGEST_ECHO, _MOST_ECHOES = 4000, 200
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
        text: as it was pasted, secrets blotted out; of more than a million characters both ends.
        is_whole: whether all of it was looked at.
        outside: what stands around the JSON; empty where there is none.
        has_all_events: whether `events` are all there are: of more than 200 the others are not read.
    """

    folded: str
    pairs: Pairs
    text: str
    spelled: str
    events: tuple[Pairs, ...]
    is_whole: bool = True
    has_all_events: bool = True
    outside: str = ""

    def shown(self, place: re.Match[str]) -> str:
        """The words that were found in `folded`, spelled as in the text."""
        return (
            self.spelled[place.start() : place.end()] if len(self.spelled) == len(self.folded) else place[0]
        )


def plain(text: str) -> Plain:
    """Take a text apart; anything can be one, and none raises."""
    is_whole = len(text) <= LIMIT
    if not is_whole:
        text = f"{text[: LIMIT // 2]}\n{text[-LIMIT // 2 :]}"
    text = without_secrets(_CONTROL_SEQUENCE.sub("", text))
    events, has_all, outside = _json_events(text)
    if not events:
        events, has_all = _csv_events(text)
    pairs = tuple(pair for event in events for pair in event)
    # What JSON or CSV quotes is looked at without its quoting too, with and without its name.
    leaves = "\n".join(f"{value}\n{name} {value}" for name, value in pairs)
    decoded = unquote_plus(text) if _ENCODED.search(text) else ""
    spelled = _spelled(f"{_unescaped(text)}\n{leaves}\n{decoded}")
    spelled = _without_echoes(spelled)
    return Plain(
        spelled.lower(), pairs, text, spelled, tuple(events), is_whole, has_all, outside if events else ""
    )


def fold(text: str) -> str:
    """As messages are compared: lower case, straight quotes, single blanks, no tags."""
    return _spelled(text).lower()


def _spelled(text: str) -> str:
    text = _UNSEEN.sub("", _REPLY_MARKS.sub(" ", text))
    for broken, meant in _MOJIBAKE:
        text = text.replace(broken, meant)
    return " ".join(html.unescape(_TAGS.sub(" ", text)).translate(_QUOTES).split())


def _without_echoes(text: str) -> str:
    """What was sent with a refused user stands between the words that belong together: left out here."""
    parts: list[str] = []
    seen = 0
    for match in itertools.islice(_SAVED.finditer(text), _MOST_ECHOES):
        end = closing_brace(text, match.end(), _LONGEST_ECHO)
        if match.end() >= seen and end is not None:
            parts += (text[seen : match.end()], "{…}")
            seen = end + 1
    return "".join((*parts, text[seen:]))


def closing_brace(text: str, start: int, most: int) -> int | None:
    """Where the brace at `start` is closed again; None where it is not, within so many characters."""
    depth = 0
    for place in range(start, min(len(text), start + most)):
        depth += (text[place] == "{") - (text[place] == "}")
        if not depth:
            return place
    return None


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        return chr(int(match[2], 16)) if match[2] else " "

    return _JSON_ESCAPE.sub(one, text)


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
    decoder = json.JSONDecoder()
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
            into.append(("entra:source", source["id"]))
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
    return [(str(name), str(told))] if is_one else []


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
