"""Entra's expressions as a tree, and the tree as text again."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from scimtui.mappings.expressions.results import ExpressionError
from scimtui.mappings.expressions.trees import check_depth

LONGEST = 10_000
_DEEPEST = 60
_DIGITS = 16


class Attribute(NamedTuple):
    """`[name]`, or a plain name that stands for an attribute."""

    name: str


class Text(NamedTuple):
    """`"text"`, escapes undone."""

    value: str


class Number(NamedTuple):
    """A number as it is written."""

    value: str


class Word(NamedTuple):
    """A bare word such as `True` or `vbTextCompare`."""

    value: str


class Compare(NamedTuple):
    """A comparison; it only makes sense where a condition is wanted."""

    operator: str
    left: Expression
    right: Expression


class Call(NamedTuple):
    """A function; None stands for an empty slot, which is not an empty text."""

    name: str
    slots: tuple[Expression | None, ...]


Expression = Attribute | Text | Number | Word | Compare | Call


class _Builder(Transformer[Token, Expression]):
    def start(self, children: list[Expression]) -> Expression:
        return children[0]

    def comparison(self, children: list[Expression | Token]) -> Expression:
        left, operator, right = children
        assert not isinstance(left, Token) and not isinstance(right, Token)
        return Compare(str(operator), left, right)

    def call(self, children: list[Token | Expression | None]) -> Expression:
        name, *slots = children
        assert all(not isinstance(slot, Token) for slot in slots)
        given: tuple[Expression | None, ...] = tuple(slots)  # type: ignore[arg-type]
        return Call(str(name), () if given == (None,) else given)

    def slot(self, children: list[Expression | None]) -> Expression | None:
        return children[0] if children else None

    def attribute(self, children: list[Token]) -> Expression:
        return Attribute(str(children[0])[1:-1])

    def text(self, children: list[Token]) -> Expression:
        return Text(_unescaped(str(children[0])[1:-1]))

    def number(self, children: list[Token]) -> Expression:
        return Number(str(children[0]))

    def hex(self, children: list[Token]) -> Expression:
        digits = str(children[0])[2:]
        if len(digits) > _DIGITS:
            raise ExpressionError(f"a number of more than {_DIGITS} digits", children[0].column or 1)
        return Number(str(int(digits, 16)))

    def word(self, children: list[Token]) -> Expression:
        return Word(str(children[0]))


def _unescaped(text: str) -> str:
    plain, place = [], 0
    while place < len(text):
        if text[place] == "\\" and text[place + 1 : place + 2] in ('"', "\\"):
            place += 1
        plain.append(text[place])
        place += 1
    return "".join(plain)


@cache
def _grammar() -> Lark:
    file = Path(__file__).with_name("entra.lark")
    # Built while it is parsed: a tree that is walked afterwards is as deep as somebody wrote it.
    return Lark(file.read_text("utf-8"), parser="lalr", maybe_placeholders=True, transformer=_Builder())


def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        ExpressionError: it is none; with the column.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"longer than {LONGEST:,} characters", LONGEST)
    if not text.strip():
        raise ExpressionError("empty", 1)
    try:
        tree = cast("Expression", _grammar().parse(text))
    except UnexpectedInput as error:
        raise ExpressionError(_what(error, text), _column(error, text)) from None
    check_depth(tree, _DEEPEST, "functions")
    return tree


def _what(error: UnexpectedInput, text: str) -> str:
    if isinstance(error, UnexpectedCharacters):
        character = text[error.pos_in_stream or 0 : (error.pos_in_stream or 0) + 1]
        if character == '"':
            return "a text that is not closed with a double quote"
        if character == "[":
            return "an attribute that is not closed with ]"
        return f"“{character}” does not belong here"
    if isinstance(error, UnexpectedEOF) or (
        isinstance(error, UnexpectedToken) and error.token.type == "$END"
    ):
        return "it ends too early: a closing bracket or a value is missing"
    token = getattr(error, "token", "")
    return f"“{token}” does not belong here"


def _column(error: UnexpectedInput, text: str) -> int:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return len(text) + 1
    place = error.pos_in_stream
    return place + 1 if isinstance(place, int) and place >= 0 else len(text) + 1


def written(expression: Expression | None) -> str:
    """The expression as text that is read as the same tree."""
    match expression:
        case None:
            return ""
        case Attribute(name):
            return f"[{name}]"
        case Text(value):
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case Number(value) | Word(value):
            return value
        case Compare(operator, left, right):
            return f"{written(left)} {operator} {written(right)}"
        case Call(name, slots):
            return f"{name}({', '.join(written(slot) for slot in slots)})"


def attributes_of(expression: Expression | None) -> frozenset[str]:
    """The source attributes that it reads."""
    match expression:
        case Attribute(name):
            return frozenset({name})
        case Compare(_, left, right):
            return attributes_of(left) | attributes_of(right)
        case Call(_, slots):
            return frozenset().union(*(attributes_of(slot) for slot in slots))
        case _:
            return frozenset()


def calls_of(expression: Expression | None) -> frozenset[str]:
    """The functions that it calls."""
    match expression:
        case Call(name, slots):
            return frozenset({name}).union(*(calls_of(slot) for slot in slots))
        case Compare(_, left, right):
            return calls_of(left) | calls_of(right)
        case _:
            return frozenset()
