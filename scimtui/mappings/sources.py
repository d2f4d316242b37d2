"""What a source of a row is, read once: its attributes, its functions, and whether it can be read at all."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from scimtui.mappings.expressions import entra_parser, okta_parser
from scimtui.mappings.expressions.results import ExpressionError

Tree = entra_parser.Expression | okta_parser.Tree
_OLDER = {
    "id": "objectid",
    "onpremisesimmutableid": "immutableid",
    "mobilephone": "mobile",
    "officelocation": "physicaldeliveryofficename",
}
"""Microsoft Graph's names of attributes, for those of the directory that mappings were made for first."""
_ALWAYS_THERE = ("objectid", "id")


def tree_of(source: str, idp: str) -> Tree:
    """The source as a tree.

    Raises:
        ExpressionError: it can't be read.
    """
    read = _read(source, "okta" if idp == "okta" else "entra")
    if isinstance(read, ExpressionError):
        raise read.with_traceback(None)
    return read


@lru_cache(maxsize=256)
def _read(source: str, idp: str) -> Tree | ExpressionError:
    try:
        return okta_parser.parse(source) if idp == "okta" else entra_parser.parse(source)
    except ExpressionError as error:
        return error


def of_attribute(source: str, idp: str) -> str:
    """A source as an expression: Entra writes the attribute of a direct mapping without brackets."""
    is_written = idp == "okta" or source[:1] in ('"', "&") or "[" in source or "(" in source
    return source if is_written else f"[{source}]"


def is_readable(source: str, idp: str) -> bool:
    """Whether the source can be read as an attribute or an expression."""
    try:
        tree_of(of_attribute(source, idp), idp)
    except ExpressionError:
        return False
    return True


def attributes_named(source: str, idp: str) -> frozenset[str]:
    """The attributes that a source reads, as they are written; none where it can't be read."""
    try:
        tree = tree_of(of_attribute(source, idp), idp)
    except ExpressionError:
        return frozenset()
    if idp == "okta":
        return frozenset(okta_parser.attributes_of(cast("okta_parser.Tree", tree)))
    return frozenset(entra_parser.attributes_of(cast("entra_parser.Expression", tree)))


def attributes_read(source: str, idp: str) -> frozenset[str]:
    """The same in lower case, each by one of its names."""
    return frozenset(one_name(name, idp) for name in attributes_named(source, idp))


def one_name(attribute: str, idp: str) -> str:
    """An attribute in lower case; of Entra's the older name where there are two."""
    low = attribute.lower()
    return low if idp == "okta" else _OLDER.get(low, low)


def attributes_counting(source: str, idp: str) -> frozenset[str]:
    """Those that its value can depend on, in lower case: what is behind an id that is always there can't."""
    try:
        tree = tree_of(of_attribute(source, idp), idp)
    except ExpressionError:
        return frozenset()
    if idp == "okta":
        return attributes_read(source, idp)
    return frozenset(one_name(name, idp) for name in _counting(tree))


def _counting(tree: object) -> frozenset[str]:
    match tree:
        case entra_parser.Call("Coalesce", slots):
            found: frozenset[str] = frozenset()
            for slot in slots:
                found |= _counting(slot)
                if isinstance(slot, entra_parser.Attribute) and slot.name.lower() in _ALWAYS_THERE:
                    break
            return found
        case entra_parser.Call(_, slots):
            return frozenset().union(*map(_counting, slots))
        case entra_parser.Compare(_, left, right):
            return _counting(left) | _counting(right)
        case entra_parser.Attribute(name):
            return frozenset({name})
        case _:
            return frozenset()


def calls_in(source: str, idp: str) -> frozenset[str]:
    """The functions that a source calls; none where it can't be read."""
    try:
        tree = tree_of(of_attribute(source, idp), idp)
    except ExpressionError:
        return frozenset()
    if idp == "okta":
        return frozenset(okta_parser.calls_of(tree))
    return frozenset(entra_parser.calls_of(cast("entra_parser.Expression", tree)))
