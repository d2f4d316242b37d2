"""Entra's expressions, evaluated for one user (mapping-rules 4).

What is random, depends on the time or needs roles is never guessed, and neither is what Microsoft does not
document: the result then says that it was not evaluated, and why.
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Callable, Mapping, Sequence

import regex

from scimtui.mappings.expressions.entra_parser import (
    Attribute,
    Call,
    Compare,
    Expression,
    Number,
    Text,
    Word,
    attributes_of,
    parse,
)
from scimtui.mappings.expressions.results import NULL, Null, Result, Unevaluated, Value

Attributes = Mapping[str, str | bool | Sequence[str] | None]
_PATTERN_SECONDS = 0.2
_LONGEST_VALUE = 100_000
_LETTERS = {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "OE"}
_LETTERS |= {"ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D", "þ": "th", "Þ": "TH", "ð": "d"}
NEVER_SURE = {
    "Guid": "it is another one each time",
    "RandomString": "it is random",
    "Now": "it depends on the time",
    "SelectUniqueValue": "it asks the target which value is free",
    "SingleAppRoleAssignment": "it needs the person's roles",
    "AppRoleAssignments": "it needs the person's roles",
    "AppRoleAssignmentsComplex": "it needs the person's roles",
    "AssertiveAppRoleAssignmentsComplex": "it needs the person's roles",
    "CDate": "dates are not worked out here",
    "DateAdd": "dates are not worked out here",
    "DateDiff": "dates are not worked out here",
    "DateFromNum": "dates are not worked out here",
    "FormatDateTime": "dates are not worked out here",
    "NumFromDate": "dates are not worked out here",
}
"""Functions that Entra knows and that are never evaluated here, with the reason."""


class _Stop(Exception):
    """Nothing more can be told; `result` is what it comes to."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self.result = result


def evaluate(expression: str | Expression, user: Attributes, *, complete: bool = True) -> Result:
    """What the expression comes to for this user; attributes are looked up by name, ignoring case.

    Args:
        complete: whether an attribute that is not named has no value; else it is not known, and not guessed.

    Raises:
        ExpressionError: a text that is no expression.
    """
    tree = parse(expression) if isinstance(expression, str) else expression
    known = {name.lower(): value for name, value in user.items()}
    if not complete:
        unknown = sorted(name for name in attributes_of(tree) if name.lower() not in known)
        if unknown:
            return Unevaluated(f"{unknown[0]} is not in this export")
    try:
        result = _evaluated(tree, known)
    except _Stop as stop:
        return stop.result
    if isinstance(result, Value) and len(result.text) > _LONGEST_VALUE:
        return Unevaluated("the value is too long")
    return result


def _evaluated(tree: Expression | None, user: Attributes) -> Result:
    match tree:
        case None:
            return NULL
        case Attribute(name):
            return _attribute(name, user)
        case Text(value) | Number(value):
            return Value(value)
        case Word(value):
            # A bare name is an attribute where the user has one: the portal writes direct mappings so.
            return _attribute(value, user) if value.lower() in user else Value(value)
        case Compare():
            return Value(_truth(_condition(tree, user)))
        case Call(name, slots):
            if name in NEVER_SURE:
                raise _Stop(Unevaluated(f"{name}: {NEVER_SURE[name]}"))
            function = _FUNCTIONS.get(name)
            if function is None:
                near = next((known for known in _FUNCTIONS if known.lower() == name.lower()), "")
                hint = f", names count by their capitals: {near}" if near else ""
                raise _Stop(Unevaluated(f"{name} is not a function that is known{hint}"))
            return function(slots, user)


def _attribute(name: str, user: Attributes) -> Result:
    value = user.get(name.lower())
    if value is None:
        return NULL
    if isinstance(value, bool):
        return Value(_truth(value))
    return Value(value) if isinstance(value, str) else Value(tuple(value))


def _truth(holds: bool) -> str:
    return "True" if holds else "False"


def _condition(tree: Expression | None, user: Attributes) -> bool:
    if isinstance(tree, Compare):
        left, right = _given(tree.left, user), _given(tree.right, user)
        if isinstance(left, Null) or isinstance(right, Null) or not left.text or not right.text:
            raise _Stop(Unevaluated("a comparison with nothing fails, as Microsoft documents it"))
        return _compared(tree.operator, left.text, right.text)
    result = _given(tree, user)
    if isinstance(result, Value) and result.text.lower() in ("true", "false"):
        return result.text.lower() == "true"
    raise _Stop(Unevaluated("a condition that is neither True nor False"))


def _compared(operator: str, left: str, right: str) -> bool:
    if operator in ("=", "<>"):
        return (left == right) is (operator == "=")
    if left.lstrip("-").isdecimal() and right.lstrip("-").isdecimal():
        one, other = int(left), int(right)
        return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator]
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]


# ── slots ────────────────────────────────────────────────────────────────────

Slots = tuple[Expression | None, ...]


def _given(tree: Expression | None, user: Attributes) -> Value | Null:
    """A slot's result; what can't be evaluated ends it all."""
    result = _evaluated(tree, user)
    if isinstance(result, Unevaluated):
        raise _Stop(result)
    return result


def _slot(slots: Slots, place: int, user: Attributes) -> Value | Null:
    return _given(slots[place], user) if place < len(slots) else NULL


def _is_given(slots: Slots, place: int) -> bool:
    return place < len(slots) and slots[place] is not None


def _text(slots: Slots, place: int, user: Attributes) -> str | None:
    result = _slot(slots, place, user)
    return result.text if isinstance(result, Value) else None


def _whole(slots: Slots, place: int, user: Attributes, name: str) -> int:
    text = _text(slots, place, user)
    try:
        return int(text or "")
    except ValueError:
        raise _Stop(Unevaluated(f"{name} wants a number in place {place + 1}")) from None


def _need(slots: Slots, least: int, most: int, name: str) -> None:
    if not least <= len(slots) <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        raise _Stop(Unevaluated(f"{name} takes {wanted} values, here are {len(slots)}"))


# ── functions ────────────────────────────────────────────────────────────────

_MANY = 1000


def _switch(slots: Slots, user: Attributes) -> Result:
    if len(slots) < 4 or len(slots) % 2:
        raise _Stop(Unevaluated("Switch takes a source, a default, and pairs of key and value"))
    source = _text(slots, 0, user) or ""
    for place in range(2, len(slots), 2):
        if source == (_text(slots, place, user) or ""):
            return _slot(slots, place + 1, user)
    return _slot(slots, 1, user)


def _iif(slots: Slots, user: Attributes) -> Result:
    _need(slots, 3, 3, "IIF")
    return _slot(slots, 1 if _condition(slots[0], user) else 2, user)


def _coalesce(slots: Slots, user: Attributes) -> Result:
    for place in range(len(slots)):
        result = _slot(slots, place, user)
        if isinstance(result, Value):
            return result
    return NULL


def _append(slots: Slots, user: Attributes) -> Result:
    _need(slots, 2, 2, "Append")
    source, suffix = _text(slots, 0, user), _text(slots, 1, user)
    if source is None or suffix is None:
        raise _Stop(Unevaluated("Append with nothing is not documented"))
    return Value(source + suffix)


def _join(slots: Slots, user: Attributes) -> Result:
    _need(slots, 1, _MANY, "Join")
    separator = _text(slots, 0, user) or ""
    parts: list[str] = []
    for place in range(1, len(slots)):
        result = _slot(slots, place, user)
        if isinstance(result, Value):
            parts += [part for part in result.parts if part]
    return Value(separator.join(parts))


def _not(slots: Slots, user: Attributes) -> Result:
    _need(slots, 1, 1, "Not")
    return Value(_truth(_text(slots, 0, user) != "True"))


def _test(name: str, holds: Callable[[Value | Null], bool]) -> Callable[[Slots, Attributes], Result]:
    def function(slots: Slots, user: Attributes) -> Result:
        _need(slots, 1, 1, name)
        return Value(_truth(holds(_slot(slots, 0, user))))

    return function


def _is_true(result: Value | Null) -> bool:
    return isinstance(result, Value) and result.text.strip().lower() not in ("", "false", "0")


def _cstr(slots: Slots, user: Attributes) -> Result:
    _need(slots, 1, 1, "CStr")
    return _slot(slots, 0, user)


def _left(slots: Slots, user: Attributes) -> Result:
    _need(slots, 2, 2, "Left")
    source, number = _text(slots, 0, user), _whole(slots, 1, user, "Left")
    if source is None:
        return Value("")
    return Value(source if number < 0 else source[:number])


def _mid(slots: Slots, user: Attributes) -> Result:
    _need(slots, 3, 3, "Mid")
    source = _text(slots, 0, user)
    if source is None:
        return NULL
    start, length = _whole(slots, 1, user, "Mid"), _whole(slots, 2, user, "Mid")
    if start < 1 or length < 0:
        raise _Stop(Unevaluated("Mid counts from 1"))
    return Value(source[start - 1 : start - 1 + length])


def _instr(slots: Slots, user: Attributes) -> Result:
    _need(slots, 2, 4, "InStr")
    source, wanted = _text(slots, 0, user) or "", _text(slots, 1, user) or ""
    start = _whole(slots, 2, user, "InStr") if _is_given(slots, 2) else 1
    if (_text(slots, 3, user) or "") in ("vbTextCompare", "1"):
        source, wanted = source.lower(), wanted.lower()
    return Value(str(source.find(wanted, max(0, start - 1)) + 1))


def _item(slots: Slots, user: Attributes) -> Result:
    _need(slots, 2, 2, "Item")
    source, place = _slot(slots, 0, user), _whole(slots, 1, user, "Item")
    if isinstance(source, Null) or not 1 <= place <= len(source.parts):
        raise _Stop(Unevaluated("Item past the end of the list"))
    return Value(source.parts[place - 1])


def _word(slots: Slots, user: Attributes) -> Result:
    _need(slots, 3, 3, "Word")
    source, place = _text(slots, 0, user) or "", _whole(slots, 1, user, "Word")
    delimiters = _text(slots, 2, user) or ""
    words = "".join("\x00" if character in delimiters else character for character in source).split("\x00")
    found = [word for word in words if word]
    return Value(found[place - 1] if 1 <= place <= len(found) else "")


def _replace(slots: Slots, user: Attributes) -> Result:
    """The slots that are given choose the mode."""
    _need(slots, 2, 7, "Replace")
    source = _text(slots, 0, user)
    old, pattern, group = (
        _text(slots, place, user) if _is_given(slots, place) else None for place in (1, 2, 3)
    )
    value = _text(slots, 4, user) if _is_given(slots, 4) else None
    attribute = _text(slots, 5, user) if _is_given(slots, 5) else None
    template = _text(slots, 6, user) if _is_given(slots, 6) else None
    if old is not None and template is not None:
        return Value(template.replace(old, source or ""))
    if old is not None and value is not None:
        return NULL if source is None else Value(source.replace(old, value) if old else source)
    if pattern is not None and _is_given(slots, 5):
        if source:
            return Value(source)
        found = _search(pattern, attribute or "")
        if found is None:
            return NULL
        return Value(found.group(group) or "") if group else Value(found.group(0))
    if pattern is not None and value is not None:
        return NULL if source is None else Value(_substituted(pattern, group, value, source))
    raise _Stop(Unevaluated("Replace: these slots are no mode that is documented"))


def _substituted(pattern: str, group: str | None, value: str, source: str) -> str:
    compiled = _compiled(pattern)
    try:
        if group:

            def one(match: regex.Match[str]) -> str:
                start, end = match.span(group)
                if start < 0:
                    return match.group(0)
                whole = match.group(0)
                return whole[: start - match.start()] + value + whole[end - match.start() :]

            return compiled.sub(one, source, timeout=_PATTERN_SECONDS)
        return compiled.sub(lambda match: _expanded(value, match), source, timeout=_PATTERN_SECONDS)
    except TimeoutError:
        raise _Stop(Unevaluated("the pattern takes too long")) from None
    except (regex.error, IndexError):
        raise _Stop(Unevaluated("the pattern has no such group")) from None


def _expanded(value: str, match: regex.Match[str]) -> str:
    def one(name: regex.Match[str]) -> str:
        key = name.group(1) or name.group(2)
        return match.group(int(key) if key.isdecimal() else key) or ""

    return str(regex.sub(r"\$\{(\w+)\}|\$(\d+)", one, value))


def _search(pattern: str, text: str) -> regex.Match[str] | None:
    try:
        return _compiled(pattern).search(text, timeout=_PATTERN_SECONDS)
    except TimeoutError:
        raise _Stop(Unevaluated("the pattern takes too long")) from None


def _compiled(pattern: str) -> regex.Pattern[str]:
    """.NET writes a named group (?<name>…) and (?'name'…)."""
    try:
        return regex.compile(regex.sub(r"\(\?'(\w+)'", r"(?<\1>", pattern))
    except (regex.error, RecursionError, OverflowError) as error:
        raise _Stop(Unevaluated(f"the pattern can't be read: {error}")) from None


def _cased(name: str, change: Callable[[str], str]) -> Callable[[Slots, Attributes], Result]:
    def function(slots: Slots, user: Attributes) -> Result:
        _need(slots, 1, 2, name)
        result = _slot(slots, 0, user)
        if isinstance(result, Null):
            return NULL
        if isinstance(result.content, tuple):
            return Value(tuple(change(part) for part in result.content))
        return Value(change(result.content))

    return function


def _pcase(slots: Slots, user: Attributes) -> Result:
    _need(slots, 1, 3, "PCase")
    source = _text(slots, 0, user)
    if source is None:
        return NULL
    separators = _text(slots, 1, user) if _is_given(slots, 1) else " "
    cased, starts = [], True
    for character in source:
        cased.append(character.upper() if starts else character.lower())
        starts = character in (separators or " ")
    return Value("".join(cased))


def without_marks(text: str) -> str:
    """Letters without their marks, as NormalizeDiacritics writes them."""
    spelled = "".join(_LETTERS.get(character, character) for character in text)
    decomposed = unicodedata.normalize("NFD", spelled)
    bare = "".join(character for character in decomposed if unicodedata.category(character) != "Mn")
    return unicodedata.normalize("NFC", bare)


def _split(slots: Slots, user: Attributes) -> Result:
    _need(slots, 2, 2, "Split")
    source, delimiter = _text(slots, 0, user), _text(slots, 1, user)
    if source is None:
        return NULL
    if not delimiter:
        raise _Stop(Unevaluated("Split wants a character to split at"))
    return Value(tuple(source.split(delimiter)))


def _remove_duplicates(slots: Slots, user: Attributes) -> Result:
    _need(slots, 1, 1, "RemoveDuplicates")
    result = _slot(slots, 0, user)
    return NULL if isinstance(result, Null) else Value(tuple(dict.fromkeys(result.parts)))


def _count(slots: Slots, user: Attributes) -> Result:
    _need(slots, 1, 1, "Count")
    result = _slot(slots, 0, user)
    return Value("0" if isinstance(result, Null) else str(len(result.parts)))


def _bit_and(slots: Slots, user: Attributes) -> Result:
    _need(slots, 2, 2, "BitAnd")
    return Value(str(_whole(slots, 0, user, "BitAnd") & _whole(slots, 1, user, "BitAnd")))


def _nothing_of_empty(slots: Slots, user: Attributes) -> Result:
    _need(slots, 1, 1, "IgnoreFlowIfNullOrEmpty")
    result = _slot(slots, 0, user)
    return result if isinstance(result, Value) and result.text else NULL


def _redact(slots: Slots, user: Attributes) -> Result:
    _need(slots, 1, _MANY, "Redact")
    return _slot(slots, 0, user)


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


_FUNCTIONS: dict[str, Callable[[Slots, Attributes], Result]] = {
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
}
