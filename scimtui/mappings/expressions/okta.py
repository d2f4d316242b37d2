"""Okta's expressions, evaluated for one user (mapping-rules 5).

A cleared attribute is an empty text, one that is not there is null. Times, groups, managers and other apps'
profiles are recognised and never guessed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from scimtui.mappings.expressions.allowance import go_on, room_for
from scimtui.mappings.expressions.okta_functions import (
    FUNCTIONS,
    NotHere,
    holds,
    is_decimal,
    is_number,
    joined,
    number_of,
    text_of,
    truth,
)
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
                raise NotHere(f"{name} alone is no value")
            raise NotHere(f"{name} is another app's profile, or not known")
        case Member(of, name):
            return _member(of, name, user)
        case Call():
            return _call(tree, user)
        case Index(Name(whose) as of, Literal(name)) if whose in PROFILES:
            return _member(of, name, user)  # user["login"]
        case Index(of, place):
            parts, number = _evaluated(of, user), number_of(_evaluated(place, user))
            if isinstance(parts, Null) or not 0 <= number < len(parts.parts):
                raise NotHere("past the end of the list")
            return Value(parts.parts[number])
        case Items(items):
            return _short(Value(tuple(text_of(_evaluated(item, user)) for item in items)))
        case Joined():
            return joined("", (text_of(_evaluated(part, user)) for part in tree.parts))
        case Pairs():
            raise NotHere("a list of names and values belongs to a function")
        case Chosen(of, _):
            _evaluated(of, user)
            raise NotHere("lists are not gone through here", recognised=True)
        case Unary(operator, of):
            inner = _evaluated(of, user)
            return Value(str(-number_of(inner))) if operator == "-" else truth(not holds(inner))
        case Ternary(condition, yes, no):
            return _evaluated(yes if holds(_evaluated(condition, user)) else no, user)
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
        raise NotHere(f"{whose}.{name} is not in the user's profile{hint}")
    if of.name in APP_PROFILES:
        return _of_app(of.name, name, user)
    if name == "userName" and name not in user:
        words = "user.userName is the application's username, and what makes it was not given"
        raise NotHere(words, recognised=True)
    return _known(user.get(name))


def _of_app(whose: str, name: str, user: Attributes) -> Value | Null:
    """An attribute of a profile that is not the user's; an export of the app's users holds the app's."""
    key = f"{whose}.{name}"
    if key not in user:
        words = "the application's own" if whose == "appuser" else "another identity provider's"
        raise NotHere(f"{key} is of {words} profile, which a user export does not hold", recognised=True)
    return _known(user[key])


def _known(value: str | bool | Sequence[str] | None) -> Value | Null:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return truth(value)
    return Value(value) if isinstance(value, str) else Value(tuple(value))


def _short(result: Value | Null) -> Value | Null:
    if isinstance(result, Value):
        room_for(sum(map(len, result.parts)) + len(result.parts))
    return result


def _binary(operator: str, left: Tree, right: Tree, user: Attributes) -> Value | Null:
    one = _evaluated(left, user)
    if operator == "?:":
        return one if isinstance(one, Value) and one.text else _evaluated(right, user)
    if operator in ("AND", "OR"):
        is_true = holds(one)
        if is_true is (operator == "OR"):
            return truth(is_true)
        return truth(holds(_evaluated(right, user)))
    other = _evaluated(right, user)
    if operator in ("==", "!="):
        return truth((one == other) is (operator == "=="))
    if operator == "matches":
        return truth(fits_whole(text_of(other), text_of(one)))
    if operator in ("instanceof", "between"):
        raise NotHere(f"{operator} is not worked out here", recognised=True)
    if operator in _ARITHMETIC and any(map(is_decimal, (one, other))):
        raise NotHere("decimal numbers are not worked out here", recognised=True)
    if operator == "+" and not (is_number(one) and is_number(other)):
        return joined("", (text_of(one), text_of(other)))
    if operator in _ARITHMETIC:
        return Value(str(_ARITHMETIC[operator](number_of(one), number_of(other))))
    low, high = (
        (number_of(one), number_of(other))
        if is_number(one) and is_number(other)
        else (text_of(one), text_of(other))
    )
    return truth({"<": low < high, "<=": low <= high, ">": low > high, ">=": low >= high}[operator])  # type: ignore[operator]


def _divided(one: int, other: int) -> int:
    """Whole numbers, towards zero, as Java divides."""
    if not other:
        raise NotHere("a division by zero")
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
        asked = text_of(_evaluated(tree.arguments[0], user)) if tree.arguments else ""
        if asked not in ("id", "status"):
            raise NotHere(f'getInternalProperty("{asked}") is not known')
        known = user.get(asked)
        return Value(known) if isinstance(known, str) else NULL
    else:
        name = _METHODS.get(tree.name, tree.name)
        before = of if name in FUNCTIONS else None
        if isinstance(of, Call):
            _evaluated(of, user)  # says why where it needs somebody else
    reason = _NEVER_SURE.get(name.partition(".")[0]) or _NEVER_SURE.get(tree.name)
    if reason:
        raise NotHere(f"{name}: {reason}", recognised=True)
    function = FUNCTIONS.get(name)
    if function is None:
        near = _NEAR.get(name.lower(), "")
        hint = f": names count by their capitals, and this one is {near}" if near not in ("", name) else ""
        raise NotHere(f"{name} is not a function that is known{hint}")
    least, most, work = function
    arguments = tree.arguments if before is None else (before, *tree.arguments)
    if not least <= len(arguments) <= most:
        raise NotHere(f"{name} takes {least if least == most else f'{least} to {most}'} values")
    return _short(work([_evaluated(argument, user) for argument in arguments]))


_NEAR = {name.lower(): name for name in (*FUNCTIONS, *_OLD_NAMES, *_NEVER_SURE)}
_NEAR |= {
    f"{name.lower()}.{method}": f"{name}.{method}" for name in _CLASSES for method in ("now", "contains")
}
