"""Okta's expressions as a tree: bare ones, and templates with `${…}` in them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from scimtui.mappings.expressions.results import ExpressionError
from scimtui.mappings.expressions.trees import check_depth

LONGEST = 10_000
_DEEPEST = 100
_HOLE = re.compile(r"\$\{([^{}]*)\}")
_OLD_CALL = re.compile(r"\bfn:(\w+)")


APP_PROFILES = ("appuser", "idpuser")
"""Profiles that are not the user's: the application's own, and the one of another identity provider."""


class Literal(NamedTuple):
    """A text or a number."""

    value: str


class Name(NamedTuple):
    """`user`, `source`, `appuser`, or a word such as true and null."""

    name: str


class Member(NamedTuple):
    """`user.email`, or the name of a function before its call."""

    of: Tree
    name: str


class Call(NamedTuple):
    """A function: `String.append(…)` as `String.append`, a method with what it is called on in front."""

    name: str
    arguments: tuple[Tree, ...]
    of: Tree | None = None


class Index(NamedTuple):
    """`list[0]`."""

    of: Tree
    place: Tree


class Items(NamedTuple):
    """`{a, b}`."""

    items: tuple[Tree, ...]


class Pairs(NamedTuple):
    """`{'group.id': …}`, which says which groups are meant; what it holds is not kept."""


class Chosen(NamedTuple):
    """`list.![name]` and `list.?[name == 'x']`: a part of each of a list, or some of it."""

    of: Tree
    what: Tree


class Joined(NamedTuple):
    """A template: its texts and holes, one after the other."""

    parts: tuple[Tree, ...]


class Unary(NamedTuple):
    """`!` or `-` before something."""

    operator: str
    of: Tree


class Binary(NamedTuple):
    """Two sides, with `+ - * / % == != < <= > >= AND OR ?: matches instanceof between` between."""

    operator: str
    left: Tree
    right: Tree


class Ternary(NamedTuple):
    """`a ? b : c`."""

    condition: Tree
    yes: Tree
    no: Tree


Tree = Literal | Name | Member | Call | Index | Items | Pairs | Chosen | Joined | Unary | Binary | Ternary
_WORDS = {"or": "OR", "||": "OR", "and": "AND", "&&": "AND", "div": "/", "mod": "%"}
_WORDS |= {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


class _Builder(Transformer[Token, Tree]):
    def start(self, children: list[Tree]) -> Tree:
        return children[0]

    def ternary(self, children: list[Tree]) -> Tree:
        return Ternary(*children)

    def elvis(self, children: list[Tree]) -> Tree:
        return Binary("?:", children[0], children[2])

    def _folded(self, children: list[Tree | Token]) -> Tree:
        tree = children[0]
        assert not isinstance(tree, Token)
        for place in range(1, len(children) - 1, 2):
            operator = _WORDS.get(str(children[place]).lower(), str(children[place]).lower())
            right = children[place + 1]
            assert not isinstance(right, Token)
            tree = Binary(operator, tree, right)
        return tree

    either = both = equal = order = sum = product = _folded

    def negation(self, children: list[Tree]) -> Tree:
        return Unary("!", children[1])

    def minus(self, children: list[Tree]) -> Tree:
        return Unary("-", children[1])

    def method(self, children: list[Tree | Token | None]) -> Tree:
        of, name, *arguments = children
        assert of is not None and not isinstance(of, Token)
        return Call(str(name), self._arguments(arguments), of)

    def member(self, children: list[Tree]) -> Tree:
        return Member(children[0], str(children[1]))

    def index(self, children: list[Tree]) -> Tree:
        return Index(children[0], children[1])

    def call(self, children: list[Tree | Token | None]) -> Tree:
        return Call(str(children[0]), self._arguments(children[1:]))

    def name(self, children: list[Token]) -> Tree:
        return Name(str(children[0]))

    def text(self, children: list[Token]) -> Tree:
        return Literal(str(children[0])[1:-1])

    def number(self, children: list[Token]) -> Tree:
        return Literal(str(children[0]))

    def items(self, children: list[Tree | Token | None]) -> Tree:
        return Items(self._arguments(children))

    def pairs(self, children: list[Tree | Token | None]) -> Tree:
        return Pairs()

    def pair(self, children: list[Tree | Token]) -> Tree:
        return Pairs()

    def chosen(self, children: list[Tree]) -> Tree:
        return Chosen(children[0], children[2])

    @staticmethod
    def _arguments(children: list[Tree | Token | None]) -> tuple[Tree, ...]:
        return tuple(child for child in children if child is not None and not isinstance(child, Token))


@cache
def _grammar() -> Lark:
    file = Path(__file__).with_name("okta.lark")
    # Built while it is parsed: a tree that is walked afterwards is as deep as somebody wrote it.
    return Lark(file.read_text("utf-8"), parser="lalr", maybe_placeholders=True, transformer=_Builder())


def parse(text: str) -> Tree:
    """Read an expression, or a template with `${…}` in it.

    Raises:
        ExpressionError: it is none; with the column.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"longer than {LONGEST:,} characters", LONGEST)
    if not text.strip():
        raise ExpressionError("empty", 1)
    tree = _template(text) if "${" in text else _parsed(text, 0)
    check_depth(tree, _DEEPEST, "parts")
    return tree


def _template(text: str) -> Tree:
    parts: list[Tree] = []
    place = 0
    for hole in _HOLE.finditer(text):
        if hole.start() > place:
            parts.append(Literal(text[place : hole.start()]))
        parts.append(_parsed(_OLD_CALL.sub(r"\1", hole[1]), hole.start(1)))
        place = hole.end()
    if "${" in text[place:]:
        raise ExpressionError("a ${ that is not closed", text.index("${", place) + 1)
    if place < len(text):
        parts.append(Literal(text[place:]))
    return parts[0] if len(parts) == 1 else Joined(tuple(parts))


def _parsed(text: str, offset: int) -> Tree:
    try:
        return cast("Tree", _grammar().parse(text))
    except UnexpectedInput as error:
        raise ExpressionError(_what(error, text), offset + _column(error, text)) from None


def _what(error: UnexpectedInput, text: str) -> str:
    if isinstance(error, UnexpectedCharacters):
        character = text[error.pos_in_stream or 0 : (error.pos_in_stream or 0) + 1]
        if character in "\"'":
            return "a text that is not closed"
        return f"“{character}” does not belong here"
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return f"“{error.token}” does not belong here"
    return "it ends too early: a closing bracket or a value is missing"


def _column(error: UnexpectedInput, text: str) -> int:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return len(text) + 1
    place = error.pos_in_stream
    return place + 1 if isinstance(place, int) and place >= 0 else len(text) + 1


def written(tree: Tree) -> str:
    """The tree as text that is read as the same tree; brackets round every operator."""
    match tree:
        case Literal(value):
            if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", value):
                return value
            return f'"{value}"' if '"' not in value else f"'{value}'"
        case Name(name):
            return name
        case Member(of, name):
            return f"{written(of)}.{name}"
        case Call(name, arguments, of):
            front = f"{written(of)}." if of is not None else ""
            return f"{front}{name}({', '.join(map(written, arguments))})"
        case Index(of, place):
            return f"{written(of)}[{written(place)}]"
        case Items(items):
            return f"{{{', '.join(map(written, items))}}}"
        case Pairs():
            return "{'': ''}"
        case Chosen(of, what):
            return f"{written(of)}.![{written(what)}]"
        case Joined(parts):
            return "".join(
                part.value if isinstance(part, Literal) else f"${{{written(part)}}}" for part in parts
            )
        case Unary(operator, of):
            return f"({operator}{written(of)})"
        case Binary(operator, left, right):
            return f"({written(left)} {operator} {written(right)})"
        case Ternary(condition, yes, no):
            return f"({written(condition)} ? {written(yes)} : {written(no)})"


def attributes_of(tree: Tree) -> frozenset[str]:
    """The attributes of the user's profile that it reads; `id` and `status` by getInternalProperty too.

    Those of the application's profile are written with `appuser.` in front, the other one's with `idpuser.`.
    """
    match tree:
        case Member(Member(Name(whose), "profile"), name) | Member(Name(whose), name):
            return frozenset({f"{whose}.{name}" if whose in APP_PROFILES else name})
        case Call(_, arguments, of):
            found = frozenset().union(*map(attributes_of, arguments))
            if tree.name == "getInternalProperty" and arguments and isinstance(arguments[0], Literal):
                return found | {arguments[0].value}
            return found | (attributes_of(of) if of is not None else frozenset())
        case Member(of, _) | Unary(_, of) | Chosen(of, _):
            return attributes_of(of)
        case Joined(parts):
            return frozenset().union(*map(attributes_of, parts))
        case Index(of, place) | Binary(_, of, place):
            return attributes_of(of) | attributes_of(place)
        case Items(items):
            return frozenset().union(*map(attributes_of, items))
        case Ternary(condition, yes, no):
            return attributes_of(condition) | attributes_of(yes) | attributes_of(no)
        case _:
            return frozenset()


def calls_of(tree: object) -> frozenset[str]:
    """The functions that it calls, without their class."""
    found: set[str] = set()
    left = [tree]
    while left:
        node = left.pop()
        if isinstance(node, Call):
            found.add(node.name)
        if isinstance(node, tuple):
            left += [child for child in node if isinstance(child, tuple)]
    return frozenset(found)
