"""How deep a tree is, counted without going down into it."""

from __future__ import annotations

from scimtui.mappings.expressions.results import ExpressionError


def check_depth(tree: object, most: int, what: str) -> None:
    """Refuse a tree of tuples that is deeper than `most`.

    Args:
        what: it is made of, for the message.

    Raises:
        ExpressionError: it is.
    """
    left: list[tuple[object, int]] = [(tree, 1)]
    while left:
        node, depth = left.pop()
        if depth > most:
            raise ExpressionError(f"more than {most} {what} inside each other", 1)
        if isinstance(node, tuple):
            below = depth if type(node) is tuple else depth + 1
            left += [(child, below) for child in node if isinstance(child, tuple)]
