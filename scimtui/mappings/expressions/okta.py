"""Okta's expressions, evaluated for one user (mapping-rules 5).

A cleared attribute is an empty text, one that is not there is null. Times, groups, managers and other apps'
profiles are recognised and never guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from scimtui.mappings.expressions.allowance import go_on, room_for
from scimtui.mappings.expressions.okta_parser import (
    APP_PROFILES,
    Binary,
    Call,
    Chosen,
    Index,
    Items,
    Joined,
    Literal,
    Member,
    Name,
    Pairs,
    Ternary,
    Tree,
    Unary,
    attributes_of,
    parse,
)
from scimtui.mappings.expressions.patterns import fits_whole
from scimtui.mappings.expressions.results import NULL, Null, Result, Stop, Unevaluated, Value

Attributes = Mapping[str, str | bool | Sequence[str] | None]
PROFILES = ("user", "source", *APP_PROFILES)
_CLASSES = ("String", "Arrays", "Convert", "Time", "Groups", "Iso3166Convert")
_NEVER_SURE = {
    "Time": "it depends on the time",
    "Groups": "it needs the person's groups",
    "Iso3166Convert": "country codes are not converted here",
    "isMemberOfGroup": "it needs the person's groups",
    "isMemberOfGroupName": "it needs the person's groups",
    "isMemberOfAnyGroup": "it needs the person's groups",
    "isMemberOfGroupNameStartsWith": "it needs the person's groups",
    "isMemberOfGroupNameContains": "it needs the person's groups",
    "isMemberOfGroupNameRegex": "it needs the person's groups",
    "isMemberOf": "it needs the person's groups",
    "getGroups": "it needs the person's groups",
    "getFilteredGroups": "it needs the person's groups",
    "getManagerUser": "it needs the person's manager",
    "getManagerAppUser": "it needs the person's manager",
    "getAssistantUser": "it needs the person's assistant",
    "getAssistantAppUser": "it needs the person's assistant",
    "hasDirectoryUser": "it needs another app's profile",
    "hasWorkdayUser": "it needs another app's profile",
    "findDirectoryUser": "it needs another app's profile",
    "findWorkdayUser": "it needs another app's profile",
    "getLinkedObject": "it needs another person",
    "getManager": "it needs the person's manager",
    "parseWindowsToIso": "it depends on the time",
}
_OLD_NAMES = {
    "toUpperCase": "String.toUpperCase",
    "toLowerCase": "String.toLowerCase",
    "substring": "String.substring",
    "substringBefore": "String.substringBefore",
    "substringAfter": "String.substringAfter",
    "append": "String.append",
    "join": "String.join",
    "len": "String.len",
    "removeSpaces": "String.removeSpaces",
    "replace": "String.replace",
    "replaceFirst": "String.replaceFirst",
    "startsWith": "String.startsWith",
    "stringContains": "String.stringContains",
    "stringSwitch": "String.stringSwitch",
}
_METHODS = {name: full for name, full in _OLD_NAMES.items() if name not in ("join", "stringSwitch")}
_METHODS |= {"contains": "String.stringContains", "length": "String.len"}
"""What newer Okta calls on a text: `user.profile.login.substringBefore("@")`."""


class _Stop(Stop):
    def __init__(self, reason: str, *, recognised: bool = False) -> None:
        super().__init__(Unevaluated(reason, recognised))


def evaluate(expression: str | Tree, user: Attributes, *, complete: bool = True) -> Result:
    """What the expression comes to; `id` and `status` of the user answer getInternalProperty.

    Args:
        complete: whether an attribute that is not there has no value; else it is not known.

    Raises:
        ExpressionError: a text that is no expression.
    """
    tree = parse(expression) if isinstance(expression, str) else expression
    if not complete:
        unknown = sorted(name for name in attributes_of(tree) if name not in user)
        if unknown:
            return Unevaluated(f"{unknown[0]} is not known for this user")
    try:
        go_on()
        return _short(_evaluated(tree, user))
    except Stop as stop:
        return stop.result


def _evaluated(tree: Tree, user: Attributes) -> Value | Null:
    match tree:
        case Literal(value):
            return Value(value)
        case Name(name):
            if name.lower() in ("true", "false"):
                return Value(name.lower())
            if name.lower() == "null":
                return NULL
            if name in PROFILES:
                raise _Stop(f"{name} alone is no value")
            raise _Stop(f"{name} is another app's profile, or not known")
        case Member(of, name):
            return _member(of, name, user)
        case Call():
            return _call(tree, user)
        case Index(Name(whose) as of, Literal(name)) if whose in PROFILES:
            return _member(of, name, user)  # user["login"]
        case Index(of, place):
            parts, number = _evaluated(of, user), _number(_evaluated(place, user))
            if isinstance(parts, Null) or not 0 <= number < len(parts.parts):
                raise _Stop("past the end of the list")
            return Value(parts.parts[number])
        case Items(items):
            return _short(Value(tuple(_text(_evaluated(item, user)) for item in items)))
        case Joined():
            return _joined("", (_text(_evaluated(part, user)) for part in tree.parts))
        case Pairs():
            raise _Stop("a list of names and values belongs to a function")
        case Chosen(of, _):
            _evaluated(of, user)
            raise _Stop("lists are not gone through here", recognised=True)
        case Unary(operator, of):
            inner = _evaluated(of, user)
            return Value(str(-_number(inner))) if operator == "-" else _truth(not _holds(inner))
        case Ternary(condition, yes, no):
            return _evaluated(yes if _holds(_evaluated(condition, user)) else no, user)
        case Binary(operator, left, right):
            return _binary(operator, left, right, user)


def _member(of: Tree, name: str, user: Attributes) -> Value | Null:
    if isinstance(of, Member) and of.name == "profile":
        of = of.of  # the form of newer Okta: user.profile.email
    if isinstance(of, Call):
        _evaluated(of, user)  # says why where it needs somebody else
    if not isinstance(of, Name) or of.name not in PROFILES:
        whose = of.name if isinstance(of, Name) else "this"
        hint = f": it is written {whose.lower()}" if whose.lower() in PROFILES else ""
        raise _Stop(f"{whose}.{name} is not in the user's profile{hint}")
    if of.name in APP_PROFILES:
        return _of_app(of.name, name, user)
    if name == "userName" and name not in user:
        words = "user.userName is the application's username, and what makes it was not given"
        raise _Stop(words, recognised=True)
    return _known(user.get(name))


def _of_app(whose: str, name: str, user: Attributes) -> Value | Null:
    """An attribute of a profile that is not the user's; an export of the app's users holds the app's."""
    key = f"{whose}.{name}"
    if key not in user:
        words = "the application's own" if whose == "appuser" else "another identity provider's"
        raise _Stop(f"{key} is of {words} profile, which a user export does not hold", recognised=True)
    return _known(user[key])


def _known(value: str | bool | Sequence[str] | None) -> Value | Null:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return _truth(value)
    return Value(value) if isinstance(value, str) else Value(tuple(value))


def _short(result: Value | Null) -> Value | Null:
    if isinstance(result, Value):
        room_for(sum(map(len, result.parts)) + len(result.parts))
    return result


def _joined(separator: str, parts: Iterable[str]) -> Value:
    """The parts as one text, which is measured before it is made."""
    taken, size = [], 0
    for part in parts:
        size += len(part) + len(separator)
        room_for(size)
        taken.append(part)
    return Value(separator.join(taken))


def _binary(operator: str, left: Tree, right: Tree, user: Attributes) -> Value | Null:
    one = _evaluated(left, user)
    if operator == "?:":
        return one if isinstance(one, Value) and one.text else _evaluated(right, user)
    if operator in ("AND", "OR"):
        holds = _holds(one)
        if holds is (operator == "OR"):
            return _truth(holds)
        return _truth(_holds(_evaluated(right, user)))
    other = _evaluated(right, user)
    if operator in ("==", "!="):
        return _truth((one == other) is (operator == "=="))
    if operator == "matches":
        return _truth(fits_whole(_text(other), _text(one)))
    if operator in ("instanceof", "between"):
        raise _Stop(f"{operator} is not worked out here", recognised=True)
    if operator in _ARITHMETIC and any(map(_is_decimal, (one, other))):
        raise _Stop("decimal numbers are not worked out here", recognised=True)
    if operator == "+" and not (_is_number(one) and _is_number(other)):
        return _joined("", (_text(one), _text(other)))
    if operator in _ARITHMETIC:
        return Value(str(_ARITHMETIC[operator](_number(one), _number(other))))
    low, high = (
        (_number(one), _number(other))
        if _is_number(one) and _is_number(other)
        else (_text(one), _text(other))
    )
    return _truth({"<": low < high, "<=": low <= high, ">": low > high, ">=": low >= high}[operator])  # type: ignore[operator]


def _divided(one: int, other: int) -> int:
    """Whole numbers, towards zero, as Java divides."""
    if not other:
        raise _Stop("a division by zero")
    return int(math.copysign(1, one) * math.copysign(1, other)) * (abs(one) // abs(other))


_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": _divided,
    "%": lambda one, other: one - other * _divided(one, other),
}


def _call(tree: Call, user: Attributes) -> Value | Null:
    go_on()
    of, before = tree.of, None
    if of is None:
        name = _OLD_NAMES.get(tree.name, tree.name)
    elif isinstance(of, Name) and of.name not in PROFILES:
        name = f"{of.name}.{tree.name}"
    elif isinstance(of, Name) and of.name in PROFILES and tree.name == "getInternalProperty":
        asked = _text(_evaluated(tree.arguments[0], user)) if tree.arguments else ""
        if asked not in ("id", "status"):
            raise _Stop(f'getInternalProperty("{asked}") is not known')
        known = user.get(asked)
        return Value(known) if isinstance(known, str) else NULL
    else:
        name = _METHODS.get(tree.name, tree.name)
        before = of if name in _FUNCTIONS else None
        if isinstance(of, Call):
            _evaluated(of, user)  # says why where it needs somebody else
    reason = _NEVER_SURE.get(name.partition(".")[0]) or _NEVER_SURE.get(tree.name)
    if reason:
        raise _Stop(f"{name}: {reason}", recognised=True)
    function = _FUNCTIONS.get(name)
    if function is None:
        near = _NEAR.get(name.lower(), "")
        hint = f": names count by their capitals, and this one is {near}" if near not in ("", name) else ""
        raise _Stop(f"{name} is not a function that is known{hint}")
    least, most, work = function
    arguments = tree.arguments if before is None else (before, *tree.arguments)
    if not least <= len(arguments) <= most:
        raise _Stop(f"{name} takes {least if least == most else f'{least} to {most}'} values")
    return _short(work([_evaluated(argument, user) for argument in arguments]))


# ── values ───────────────────────────────────────────────────────────────────


def _truth(holds: bool) -> Value:
    return Value("true" if holds else "false")


def _holds(result: Value | Null) -> bool:
    if isinstance(result, Value) and result.text in ("true", "false"):
        return result.text == "true"
    raise _Stop("a condition that is neither true nor false")


def _text(result: Value | Null) -> str:
    return result.text if isinstance(result, Value) else ""


def _is_number(result: Value | Null) -> bool:
    return isinstance(result, Value) and re.fullmatch(r"-?[0-9]{1,18}", result.text) is not None


def _is_decimal(result: Value | Null) -> bool:
    return isinstance(result, Value) and re.fullmatch(r"-?[0-9]{1,18}\.[0-9]{1,18}", result.text) is not None


def _number(result: Value | Null) -> int:
    if not _is_number(result):
        raise _Stop("a number is wanted here")
    return int(_text(result))


# ── functions ────────────────────────────────────────────────────────────────

Given = list[Value | Null]
_MANY = 100


def _substring(given: Given) -> Value | Null:
    text, start, end = _text(given[0]), _number(given[1]), _number(given[2]) if len(given) > 2 else None
    if not 0 <= start <= len(text) or (end is not None and not start <= end <= len(text)):
        raise _Stop("substring past the end of the text")
    return Value(text[start:end])


def _before(given: Given) -> Value | Null:
    text, mark = _text(given[0]), _text(given[1])
    return Value(text.partition(mark)[0] if mark and mark in text else text if mark else "")


def _after(given: Given) -> Value | Null:
    text, mark = _text(given[0]), _text(given[1])
    return Value(text.partition(mark)[2] if mark and mark in text else "")


def _replaced(given: Given, times: int) -> Value | Null:
    text, old, new = map(_text, given)
    if not old:
        return Value(text)
    number = text.count(old) if times < 0 else min(times, text.count(old))
    room_for(len(text) + number * (len(new) - len(old)))
    return Value(text.replace(old, new, times))


def _string_switch(given: Given) -> Value | Null:
    """The first key that is contained in the input counts."""
    text = _text(given[0])
    for place in range(2, len(given) - 1, 2):
        if _text(given[place]) in text:
            return given[place + 1]
    return given[1]


def _to_int(given: Given) -> Value | Null:
    try:
        return Value(str(math.floor(float(_text(given[0])) + 0.5)))
    except (ValueError, OverflowError):
        raise _Stop("a number is wanted here") from None


def _parts(result: Value | Null) -> tuple[str, ...]:
    return result.parts if isinstance(result, Value) else ()


_FUNCTIONS: dict[str, tuple[int, int, Callable[[Given], Value | Null]]] = {
    "String.append": (2, 2, lambda given: _joined("", map(_text, given))),
    "String.join": (1, _MANY, lambda given: _joined(_text(given[0]), map(_text, given[1:]))),
    "String.len": (1, 1, lambda given: Value(str(len(_text(given[0]))))),
    "String.removeSpaces": (1, 1, lambda given: Value(_text(given[0]).replace(" ", ""))),
    "String.replace": (3, 3, lambda given: _replaced(given, -1)),
    "String.replaceFirst": (3, 3, lambda given: _replaced(given, 1)),
    "String.startsWith": (2, 2, lambda given: _truth(_text(given[0]).startswith(_text(given[1])))),
    "String.stringContains": (2, 2, lambda given: _truth(_text(given[1]) in _text(given[0]))),
    "String.stringSwitch": (4, _MANY, _string_switch),
    "String.substring": (2, 3, _substring),
    "String.substringBefore": (2, 2, _before),
    "String.substringAfter": (2, 2, _after),
    "String.toUpperCase": (1, 1, lambda given: Value(_text(given[0]).upper())),
    "String.toLowerCase": (1, 1, lambda given: Value(_text(given[0]).lower())),
    "Arrays.add": (2, 2, lambda given: Value((*_parts(given[0]), _text(given[1])))),
    "Arrays.remove": (
        2,
        2,
        lambda given: Value(tuple(part for part in _parts(given[0]) if part != _text(given[1]))),
    ),
    "Arrays.clear": (1, 1, lambda given: Value(())),
    "Arrays.get": (2, 2, lambda given: Value(_parts(given[0])[_place(given)])),
    "Arrays.flatten": (1, _MANY, lambda given: Value(tuple(part for one in given for part in _parts(one)))),
    "Arrays.contains": (2, 2, lambda given: _truth(_text(given[1]) in _parts(given[0]))),
    "Arrays.size": (1, 1, lambda given: Value(str(len(_parts(given[0]))))),
    "Arrays.isEmpty": (1, 1, lambda given: _truth(not _parts(given[0]))),
    "Arrays.toCsvString": (1, 1, lambda given: _joined(",", _parts(given[0]))),
    "Convert.toInt": (1, 1, _to_int),
    "Convert.toNum": (1, 1, lambda given: given[0]),
}
_NEAR = {name.lower(): name for name in (*_FUNCTIONS, *_OLD_NAMES, *_NEVER_SURE)}
_NEAR |= {
    f"{name.lower()}.{method}": f"{name}.{method}" for name in _CLASSES for method in ("now", "contains")
}


def _place(given: Given) -> int:
    place = _number(given[1])
    if not 0 <= place < len(_parts(given[0])):
        raise _Stop("past the end of the list")
    return place
