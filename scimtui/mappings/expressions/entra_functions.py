"""Entra's functions, by name: each is handed its slots, evaluated when it asks for them (mapping-rules 4)."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from scimtui.mappings.expressions.allowance import room_for
from scimtui.mappings.expressions.entra_dates import DATE_FUNCTIONS
from scimtui.mappings.expressions.entra_parts import Given
from scimtui.mappings.expressions.patterns import found_in, substituted
from scimtui.mappings.expressions.results import NULL, Null, Result, Stop, Unevaluated, Value

_LETTERS = {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "ø": "oe", "Ø": "OE", "œ": "oe", "Œ": "OE"}
_LETTERS |= {"ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D", "þ": "th", "Þ": "TH", "ð": "d"}


def truth(holds: bool) -> str:
    """True or False as Entra writes them."""
    return "True" if holds else "False"


_MANY = 1000


def _switch(given: Given) -> Result:
    if len(given) < 4 or len(given) % 2:
        raise Stop(Unevaluated("Switch takes a source, a default, and pairs of key and value"))
    source = given.text(0) or ""
    for place in range(2, len(given), 2):
        if source == (given.text(place) or ""):
            return given.value(place + 1)
    return given.value(1)


def _iif(given: Given) -> Result:
    given.need(3, 3, "IIF")
    return given.value(1 if given.condition(0) else 2)


def _coalesce(given: Given) -> Result:
    for place in range(len(given)):
        result = given.value(place)
        if isinstance(result, Value):
            return result
    return NULL


def _append(given: Given) -> Result:
    given.need(2, 2, "Append")
    source, suffix = given.text(0), given.text(1)
    if source is None or suffix is None:
        raise Stop(Unevaluated("Append with nothing is not documented"))
    room_for(len(source) + len(suffix))
    return Value(source + suffix)


def _join(given: Given) -> Result:
    given.need(1, _MANY, "Join")
    separator = given.text(0) or ""
    parts: list[str] = []
    for place in range(1, len(given)):
        result = given.value(place)
        if isinstance(result, Value):
            parts += [part for part in result.parts if part]
            room_for(sum(map(len, parts)) + len(separator) * (len(parts) - 1))
    return Value(separator.join(parts))


def _not(given: Given) -> Result:
    given.need(1, 1, "Not")
    return Value(truth(given.text(0) != "True"))


def _test(name: str, holds: Callable[[Value | Null], bool]) -> Callable[[Given], Result]:
    def function(given: Given) -> Result:
        given.need(1, 1, name)
        return Value(truth(holds(given.value(0))))

    return function


def _is_true(result: Value | Null) -> bool:
    return isinstance(result, Value) and result.text.strip().lower() not in ("", "false", "0")


def _cstr(given: Given) -> Result:
    given.need(1, 1, "CStr")
    return given.value(0)


def _left(given: Given) -> Result:
    given.need(2, 2, "Left")
    source, number = given.text(0), given.whole(1, "Left")
    if source is None:
        return Value("")
    return Value(source if number < 0 else source[:number])


def _mid(given: Given) -> Result:
    given.need(3, 3, "Mid")
    source = given.text(0)
    if source is None:
        return NULL
    start, length = given.whole(1, "Mid"), given.whole(2, "Mid")
    if start < 1 or length < 0:
        raise Stop(Unevaluated("Mid counts from 1"))
    return Value(source[start - 1 : start - 1 + length])


def _instr(given: Given) -> Result:
    given.need(2, 4, "InStr")
    source, wanted = given.text(0) or "", given.text(1) or ""
    start = given.whole(2, "InStr") if given.has(2) else 1
    if (given.text(3) or "") in ("vbTextCompare", "1"):
        source, wanted = source.lower(), wanted.lower()
    return Value(str(source.find(wanted, max(0, start - 1)) + 1))


def _item(given: Given) -> Result:
    given.need(2, 2, "Item")
    source, place = given.value(0), given.whole(1, "Item")
    if isinstance(source, Null) or not 1 <= place <= len(source.parts):
        raise Stop(Unevaluated("Item past the end of the list"))
    return Value(source.parts[place - 1])


def _word(given: Given) -> Result:
    given.need(3, 3, "Word")
    source, place = given.text(0) or "", given.whole(1, "Word")
    delimiters = frozenset(given.text(2) or "")
    words = "".join("\x00" if character in delimiters else character for character in source).split("\x00")
    found = [word for word in words if word]
    return Value(found[place - 1] if 1 <= place <= len(found) else "")


def _replace(given: Given) -> Result:
    """The slots that are given choose the mode."""
    given.need(2, 7, "Replace")
    source = given.text(0)
    old, pattern, group = (given.text(place) if given.has(place) else None for place in (1, 2, 3))
    value = given.text(4) if given.has(4) else None
    attribute = given.text(5) if given.has(5) else None
    template = given.text(6) if given.has(6) else None
    if old is not None and template is not None:
        return Value(_replaced(template, old, source or ""))
    if old is not None and value is not None:
        return NULL if source is None else Value(_replaced(source, old, value))
    if pattern is not None and given.has(5):
        if source:
            return Value(source)
        found = found_in(pattern, attribute or "")
        if found is None:
            return NULL
        return Value(found.group(group) or "") if group else Value(found.group(0))
    if pattern is not None and value is not None:
        return NULL if source is None else Value(substituted(pattern, group, value, source))
    raise Stop(Unevaluated("Replace: these slots are no mode that is documented"))


def _replaced(text: str, old: str, new: str) -> str:
    if not old:
        return text
    room_for(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _cased(name: str, change: Callable[[str], str]) -> Callable[[Given], Result]:
    def function(given: Given) -> Result:
        given.need(1, 2, name)
        result = given.value(0)
        if isinstance(result, Null):
            return NULL
        if isinstance(result.content, tuple):
            return Value(tuple(change(part) for part in result.content))
        return Value(change(result.content))

    return function


_BETWEEN_WORDS = frozenset(
    {"Zs", "Zl", "Zp", "Cc", "Cf", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So"}
)
"""Categories that end a word for .NET's ToTitleCase, which PCase calls where no separators are given."""


def _pcase(given: Given) -> Result:
    given.need(1, 3, "PCase")
    source = given.text(0)
    if source is None:
        return NULL
    separators = given.text(1) if given.has(1) else ""
    if separators:
        return Value(_with_capitals(source, separators))
    return Value(_title(source.lower()))


def _with_capitals(text: str, separators: str) -> str:
    ends = frozenset(separators)
    cased, starts = [], True
    for character in text:
        cased.append(character.upper() if starts else character.lower())
        starts = character in ends
    return "".join(cased)


def _title(text: str) -> str:
    """The first letter of each word as a capital; an apostrophe within a word belongs to it."""
    cased, is_within = [], False
    for character in text:
        kind = unicodedata.category(character)
        if kind.startswith("L"):
            cased.append(character if is_within else character.title())
            is_within = True
        else:
            cased.append(character)
            is_within = is_within and (character == "'" or kind not in _BETWEEN_WORDS)
    return "".join(cased)


def without_marks(text: str) -> str:
    """Letters without their marks, as NormalizeDiacritics writes them."""
    return text if text.isascii() else "".join(map(_without_mark, text))


@lru_cache(maxsize=4096)
def _without_mark(character: str) -> str:
    """One at a time: a long run of marks takes the square of its length to be put in order."""
    decomposed = unicodedata.normalize("NFD", character)
    bare = (part for part in decomposed if unicodedata.category(part) != "Mn")
    return unicodedata.normalize("NFC", "".join(_LETTERS.get(part, part) for part in bare))


def _split(given: Given) -> Result:
    given.need(2, 2, "Split")
    source, delimiter = given.text(0), given.text(1)
    if source is None:
        return NULL
    if not delimiter:
        raise Stop(Unevaluated("Split wants a character to split at"))
    return Value(tuple(source.split(delimiter)))


def _remove_duplicates(given: Given) -> Result:
    given.need(1, 1, "RemoveDuplicates")
    result = given.value(0)
    return NULL if isinstance(result, Null) else Value(tuple(dict.fromkeys(result.parts)))


def _count(given: Given) -> Result:
    given.need(1, 1, "Count")
    result = given.value(0)
    return Value("0" if isinstance(result, Null) else str(len(result.parts)))


def _bit_and(given: Given) -> Result:
    given.need(2, 2, "BitAnd")
    return Value(str(given.whole(0, "BitAnd") & given.whole(1, "BitAnd")))


def _nothing_of_empty(given: Given) -> Result:
    given.need(1, 1, "IgnoreFlowIfNullOrEmpty")
    result = given.value(0)
    return result if isinstance(result, Value) and result.text else NULL


def _redact(given: Given) -> Result:
    given.need(1, _MANY, "Redact")
    return given.value(0)


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


FUNCTIONS: dict[str, Callable[[Given], Result]] = {
    "Append": _append,
    "BitAnd": _bit_and,
    "CBool": _test("CBool", _is_true),
    "CStr": _cstr,
    "Coalesce": _coalesce,
    "ConvertToBase64": _cased("ConvertToBase64", lambda text: base64.b64encode(_utf16(text)).decode()),
    "ConvertToUTF8Hex": _cased(
        "ConvertToUTF8Hex", lambda text: text.encode("utf-8", "surrogatepass").hex().upper()
    ),
    "Count": _count,
    "IIF": _iif,
    "IgnoreFlowIfNullOrEmpty": _nothing_of_empty,
    "InStr": _instr,
    "IsNull": _test("IsNull", lambda result: isinstance(result, Null)),
    "IsNullOrEmpty": _test("IsNullOrEmpty", lambda result: isinstance(result, Null) or not result.text),
    "IsPresent": _test("IsPresent", lambda result: isinstance(result, Value) and bool(result.text)),
    "IsString": _test(
        "IsString", lambda result: isinstance(result, Value) and isinstance(result.content, str)
    ),
    "Item": _item,
    "Join": _join,
    "Left": _left,
    "Mid": _mid,
    "NormalizeDiacritics": _cased("NormalizeDiacritics", without_marks),
    "Not": _not,
    "PCase": _pcase,
    "Redact": _redact,
    "RemoveDuplicates": _remove_duplicates,
    "Replace": _replace,
    "Split": _split,
    "StripSpaces": _cased("StripSpaces", lambda text: text.replace(" ", "")),
    "Switch": _switch,
    "ToLower": _cased("ToLower", str.lower),
    "ToUpper": _cased("ToUpper", str.upper),
    "Word": _word,
    **DATE_FUNCTIONS,
}
