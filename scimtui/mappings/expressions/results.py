"""What an expression comes to: a value, NULL (nothing is sent), or not evaluated, with the reason."""

from __future__ import annotations

from typing import NamedTuple


class Value(NamedTuple):
    """A text, or the texts of a list."""

    content: str | tuple[str, ...]

    @property
    def text(self) -> str:
        """As one text; the parts of a list with commas between."""
        return self.content if isinstance(self.content, str) else ",".join(self.content)

    @property
    def parts(self) -> tuple[str, ...]:
        """As a list."""
        return self.content if isinstance(self.content, tuple) else (self.content,)


class Null(NamedTuple):
    """Nothing: the identity provider does not send the attribute."""


class Unevaluated(NamedTuple):
    """It can't be told here; `reason` says why, in a few words.

    Attributes:
        recognised: it is right as it is written, and needs what is not known here.
    """

    reason: str
    recognised: bool = False


Result = Value | Null | Unevaluated
NULL = Null()


class ExpressionError(ValueError):
    """An expression that can't be read.

    Attributes:
        what: what was wrong.
        column: where, counted from 1.
    """

    def __init__(self, what: str, column: int) -> None:
        super().__init__(f"{what} (column {column})")
        self.what, self.column = what, column


class Stop(Exception):
    """Nothing more can be told of an expression; `result` is what it comes to."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self.result = result
