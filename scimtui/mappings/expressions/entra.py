"""Entra's expressions, evaluated for one user (mapping-rules 4).

What is random, depends on the time or needs roles is never guessed, and neither is what Microsoft does not
document: the result then says that it was not evaluated, and why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from scimtui.mappings.expressions.allowance import go_on, room_for
from scimtui.mappings.expressions.entra_functions import FUNCTIONS, truth
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
from scimtui.mappings.expressions.results import NULL, Null, Result, Stop, Unevaluated, Value

Attributes = Mapping[str, str | bool | Sequence[str] | None]
_WHOLE = re.compile(r"-?[0-9]{1,18}")
NEVER_SURE = {
    "Guid": "it is another one each time",
    "RandomString": "it is random",
    "Now": "it depends on the time",
    "SelectUniqueValue": "it asks the target which value is free",
    "SingleAppRoleAssignment": "it needs the person's roles",
    "AppRoleAssignments": "it needs the person's roles",
    "AppRoleAssignmentsComplex": "it needs the person's roles",
    "AssertiveAppRoleAssignmentsComplex": "it needs the person's roles",
}
"""Functions that Entra knows and that are never evaluated here, with the reason."""


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
            return Unevaluated(f"{unknown[0]} is not known for this user")
    try:
        go_on()
        return _short(_evaluated(tree, known))
    except Stop as stop:
        return stop.result
    except (ValueError, OverflowError, IndexError) as error:
        return Unevaluated(f"it can't be worked out here: {error}")


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
            return Value(truth(_condition(tree, user)))
        case Call(name, slots):
            go_on()
            if name in NEVER_SURE:
                raise Stop(Unevaluated(f"{name}: {NEVER_SURE[name]}", recognised=True))
            function = FUNCTIONS.get(name)
            if function is None:
                near = next((known for known in FUNCTIONS if known.lower() == name.lower()), "")
                hint = f", names count by their capitals: {near}" if near else ""
                raise Stop(Unevaluated(f"{name} is not a function that is known{hint}"))
            return _short(function(_Slots(slots, user)))


def _short(result: Result) -> Result:
    """The result, unless it grows past all use: texts inside texts multiply."""
    if isinstance(result, Value):
        room_for(sum(map(len, result.parts)) + len(result.parts))
    return result


def _attribute(name: str, user: Attributes) -> Result:
    value = user.get(name.lower())
    if value is None:
        return NULL
    if isinstance(value, bool):
        return Value(truth(value))
    return Value(value) if isinstance(value, str) else Value(tuple(value))


def _condition(tree: Expression | None, user: Attributes) -> bool:
    if isinstance(tree, Compare):
        left, right = _given(tree.left, user), _given(tree.right, user)
        if isinstance(left, Null) or isinstance(right, Null) or not left.text or not right.text:
            raise Stop(Unevaluated("a comparison with nothing fails, as Microsoft documents it"))
        return _compared(tree.operator, left.text, right.text)
    result = _given(tree, user)
    if isinstance(result, Value) and result.text.lower() in ("true", "false"):
        return result.text.lower() == "true"
    raise Stop(Unevaluated("a condition that is neither True nor False"))


def _compared(operator: str, left: str, right: str) -> bool:
    if operator in ("=", "<>"):
        return (left == right) is (operator == "=")
    if _WHOLE.fullmatch(left) and _WHOLE.fullmatch(right):
        one, other = int(left), int(right)
        return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator]
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]


class _Slots:
    """The slots of one call, for one user."""

    def __init__(self, slots: tuple[Expression | None, ...], user: Attributes) -> None:
        self._slots, self._user = slots, user

    def __len__(self) -> int:
        return len(self._slots)

    def has(self, place: int) -> bool:
        return place < len(self._slots) and self._slots[place] is not None

    def value(self, place: int) -> Value | Null:
        return _given(self._slots[place], self._user) if place < len(self._slots) else NULL

    def text(self, place: int) -> str | None:
        result = self.value(place)
        return result.text if isinstance(result, Value) else None

    def whole(self, place: int, name: str) -> int:
        try:
            return int(self.text(place) or "")
        except ValueError:
            raise Stop(Unevaluated(f"{name} wants a number in place {place + 1}")) from None

    def condition(self, place: int) -> bool:
        return _condition(self._slots[place], self._user)

    def need(self, least: int, most: int, name: str) -> None:
        if not least <= len(self) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise Stop(Unevaluated(f"{name} takes {wanted} values, here are {len(self)}"))


def _given(tree: Expression | None, user: Attributes) -> Value | Null:
    """A slot's result; what can't be evaluated ends it all."""
    result = _evaluated(tree, user)
    if isinstance(result, Unevaluated):
        raise Stop(result)
    return result
