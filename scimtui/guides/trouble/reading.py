"""A pasted text made plain: JSON and CSV taken apart, escapes undone, so that messages can be found in it."""

from __future__ import annotations

import html
import itertools
import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from scimtui.guides.trouble.blotting import without_secrets
from scimtui.guides.trouble.events import Events, Pairs, events_in
from scimtui.guides.trouble.stream import BOUNDARY, Stream

LIMIT = 1_000_000
# `<name>` is somebody's placeholder as often as a tag: only what is known, has a prefix or attributes is one.
_TAGS = re.compile(
    r"<!--|<[/!?][a-zA-Z][^<>]{0,400}>|<(?:saml2?p?|dsi?g?|md|xs[di]?|soap\w{0,8}|env|xenc|ec|wsu):[\w.-]{1,60}[^<>]{0,400}>|<[a-zA-Z]\w{0,30}\s[^<>]{0,400}>"
    r"|<(?:a|b|i|u|p|br|hr|em|ul|ol|li|td|tr|th|h[1-6]|div|pre|img|code|span|html|head|body|title|table|tbody|thead|center"
    r"|strong|small|style|script|section|header|footer|button|label|form|svg|main|nav|meta|link|font|blockquote)/?>",
    re.IGNORECASE,
)
_JSON_ESCAPE = re.compile(r"\\([\"'\\/])|\\u([0-9a-fA-F]{4})|\\[nrt]")
_DEEPEST_QUOTING = 4
_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "\u00a0": " ", "`": "'", "´": "'", "′": "'", "ʼ": "'"}
)
# What UTF-8 looks like where it was taken for Windows-1252.
_MOJIBAKE = (("â€™", "'"), ("â€˜", "'"), ("â€œ", '"'), ("â€\x9d", '"'), ("Â\u00a0", " "))
_CONTROL_SEQUENCE = re.compile(r"\x1b\[[0-9;?]{0,40}[ -/]{0,4}[@-~]|\x1b\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ue000]")
_BAR_FOR_A_LETTER = re.compile(r"(?<=[A-Za-z])\|(?=[a-z])")
_REPLY_MARKS = re.compile(r"^[ \t]{0,8}(?:[>|][ \t]?){1,20}", re.MULTILINE)
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_SAVED = re.compile(r"error saving user with (?=\{)", re.IGNORECASE)
_BRACE = re.compile(r"[{}]")
_LONGEST_ECHO, _MOST_ECHOES = 4000, 200


@dataclass(frozen=True)
class Plain:
    """A text taken apart.

    Attributes:
        text: as it was pasted, secrets blotted out; of more than a million characters both ends.
        spelled: blanks single, tags and escapes gone: where messages are looked for.
        events: what it holds of JSON or CSV.
        is_whole: whether all of it was looked at.
    """

    text: str
    spelled: str
    events: Events
    is_whole: bool = True

    @cached_property
    def folded(self) -> str:
        """What is looked through for words: `spelled` in lower case."""
        return self.spelled.lower()

    @cached_property
    def stream(self) -> Stream:
        """The letters of `spelled`."""
        return Stream(self.spelled)

    @cached_property
    def pairs(self) -> Pairs:
        """The named values of all its events."""
        return tuple(pair for event in self.events.each for pair in event)

    @property
    def prose(self) -> str:
        """What somebody wrote: the text without its JSON."""
        return self.events.outside if self.events.each else self.text


def plain(text: str) -> Plain:
    """Take a text apart; anything can be one, and none raises."""
    is_whole = len(text) <= LIMIT
    if not is_whole:
        text = f"{text[: LIMIT // 2]}\n{text[-LIMIT // 2 :]}"
    text = without_secrets(_UNSEEN.sub("", _CONTROL_SEQUENCE.sub("", text)))
    events = events_in(text)
    if len(events.each) > 1 and events.are_all:
        parts = [
            events.outside,
            *("\n".join(f"{name} {value}" for name, value in event) for event in events.each),
        ]
        spelled = f" {BOUNDARY} ".join(_spelled(unescaped(part)) for part in parts)
    else:
        spelled = _spelled(unescaped(text))
    return Plain(text, _without_echoes(spelled), events, is_whole)


def fold(text: str) -> str:
    """As words are compared: lower case, straight quotes, single blanks, no tags."""
    return _spelled(text).lower()


def unescaped(text: str) -> str:
    """Without the escapes of JSON, however often one was put into another, and of addresses."""
    for _ in range(_DEEPEST_QUOTING):
        if "\\" not in text:
            break
        text = _JSON_ESCAPE.sub(_meant, text)
    return unquote(text) if _ENCODED.search(text) else text


def _meant(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    return chr(int(match[2], 16)) if match[2] else " "


def _spelled(text: str) -> str:
    text = _BAR_FOR_A_LETTER.sub("l", _REPLY_MARKS.sub(" ", text))
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
    for brace in _BRACE.finditer(text, start, start + most):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.start()
    return None
