"""SAML parameters wherever they stand: in a form's body, an address, a copied request, a log line, a page.

Every pattern here walks over its text once: what was read is never read again by the next search.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from scimtui.saml.unescaping import references_decoded

PARAMETERS: Final = ("SAMLResponse", "SAMLRequest", "SAMLart", "wresult")
MOST_FIELDS: Final = 1000
"""No capture has more; what comes after is not looked at."""
_NAME = re.compile(rf"(?<![A-Za-z0-9_])(?:{'|'.join(PARAMETERS)})(?![A-Za-z0-9_])")
_QUOTES = r"[\\\"'^`“”$]{0,6}"
_SEPARATOR = re.compile(
    rf"{_QUOTES}[ ]{{0,8}}(?:=>|=|:|\t|%3D|\r?\n|,[ ]{{0,8}}{_QUOTES}value{_QUOTES}[ ]{{0,8}}(?:=>|:))"
    rf"\s{{0,8}}(?:\[(?=[\"']))?{_QUOTES}"
)
_RUN = re.compile(r"[A-Za-z0-9+/=_%^.…-]+")
_MASK = re.compile(r"\{(?:hash:|obf:|overwritten)|\[[A-Za-z]{4,12}\]|\*{3}|<(?:redacted|hidden)>")
_GAP = re.compile(r"[ \t]*(?:\r?\n[ \t]*)?")
_ESCAPED_BREAK = re.compile(r"(?:\\{1,2}r)?\\{1,2}n")
_LONG_LINE = 40
_ENDS = ("=", "%3D", "%3d")
_LINE = re.compile(r"[A-Za-z0-9+/_%-]+={0,2}(?:[ \t]*(?:\r?\n|\Z)|[&\"'])")
_ADDRESS = re.compile(r"https?://[^\s\"'^]{1,2000}", re.IGNORECASE)
_CALLS = ("curl ", "fetch(", "-Uri ")
_LONGEST_CALL = 2100
_LOOK_BACK = 20_000


class Parameter(NamedTuple):
    """One parameter of a form or an address.

    Attributes:
        clocked: `captured_at` is of this very message, not of the whole capture.
        sent_to: where it was sent, without query; empty where nothing tells.
    """

    name: str
    value: str
    captured_at: str = ""
    clocked: bool = False
    sent_to: str = ""


class Field(NamedTuple):
    """A parameter found in a text.

    Attributes:
        in_address: it is part of an address.
    """

    parameter: Parameter
    in_address: bool = False


def fields_in(text: str) -> Iterator[Field]:
    """Every parameter in a text, with `=`, `=>`, a colon, a tab or a line break behind its name.

    Values may be quoted, escaped for a shell (`^`), wrapped over lines, masked, or nothing that is known.
    """
    if not any(name in text for name in PARAMETERS):
        return
    text = text.replace('"%"', "%")  # as older browsers escape for cmd
    names = _Names(text)
    place = number = 0
    while number < MOST_FIELDS and (named := names.after(place)) is not None:
        place = named.end()
        separator = _SEPARATOR.match(text, place)
        if separator is None:
            continue
        value, place = _value(text, separator.end())
        if not value or (separator.group().strip("\"' ").isspace() and len(value) < _LONG_LINE):
            continue  # other words in a text that speaks of it
        number += 1
        before = text[max(0, named.start() - _LOOK_BACK) : named.start()]
        word = before.split()[-1:] or [""]
        address = word[0] if "://" in word[0] else ""
        yield Field(Parameter(named.group(), value, sent_to=_sent_to(address, before)), bool(address))


class _Names:
    """Where parameters are named; found by plain search, which is quick in megabytes of other text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = {mark: text.find(mark) for mark in ("SAML", "wresult")}

    def after(self, place: int) -> re.Match[str] | None:
        """The first name at `place` or behind it."""
        while True:
            for mark, at in self._next.items():
                if 0 <= at < place:
                    self._next[mark] = self._text.find(mark, place)
            place = min((at for at in self._next.values() if at >= 0), default=-1)
            if place < 0:
                return None
            named = _NAME.match(self._text, place)
            if named is not None:
                return named
            place += 1


def _sent_to(address: str, before: str) -> str:
    """Where a parameter goes: the address it is part of, or that of the copied request it stands in."""
    found = _ADDRESS.search(address)
    if found is None:
        request = max(before.rfind(call) for call in _CALLS)
        found = _ADDRESS.search(before, request, request + _LONGEST_CALL) if request >= 0 else None
    return found.group().partition("?")[0] if found is not None else ""


def _value(text: str, place: int) -> tuple[str, int]:
    """The value that begins here, and where it ends."""
    mask = _MASK.match(text, place)
    if mask is not None:
        return mask.group(), mask.end()
    parts: list[str] = []
    while (run := _RUN.match(text, place)) is not None:
        parts.append(run.group())
        place = run.end()
        escaped_break = _ESCAPED_BREAK.match(text, place)
        if escaped_break is not None:
            parts.append("\n")
            place = escaped_break.end()
            continue
        gap = _GAP.match(text, place)
        if gap is None or gap.end() == place or run.group().endswith(_ENDS):
            break
        if "\n" in gap.group():
            # A wrapped value goes on in the next line; other words do not.
            escaped = run.group().endswith("^")
            if not escaped and (len(run.group()) < _LONG_LINE or _LINE.match(text, gap.end()) is None):
                break
        elif _NAME.match(text, gap.end()):
            break
        parts.append(gap.group())
        place = gap.end()
    return "".join(parts).replace("^\r\n", "").replace("^\n", "").replace("^", "").strip(), place


_BASE64 = re.compile(r"(?:P[A-P]|77u/)[A-Za-z0-9+/_%-]{60}")


def base64_in(text: str) -> Iterator[str]:
    """What looks like base64 of XML among other words."""
    place = number = 0
    while number < MOST_FIELDS and (found := _BASE64.search(text, place)) is not None:
        if _RUN.match(text[found.start() - 1 : found.start()]):
            place = found.start() + 1  # it begins earlier, so it is something else
            continue
        number += 1
        value, place = _value(text, found.start())
        yield value


# ── a page with a form ────────────────────────────────────────────────────────

_INPUT = re.compile(r"<input(?=[\s/>])", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"[\s/]*([^\s=/>\"'<]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"'][^\s>]*)))?")


def form_fields(page: str) -> Iterator[Parameter]:
    """The hidden fields of a page that hold a parameter."""
    if not any(name in page for name in PARAMETERS):
        return
    place = number = 0
    while number < MOST_FIELDS and (tag := _INPUT.search(page, place)) is not None:
        place = tag.end()
        attributes: dict[str, str] = {}
        while (attribute := _ATTRIBUTE.match(page, place)) is not None:
            name, *values = attribute.groups()
            attributes[name.lower()] = next((value for value in values if value is not None), "")
            place = attribute.end()
        if attributes.get("name") in PARAMETERS:
            number += 1
            yield Parameter(attributes["name"], references_decoded(attributes.get("value", "")))
