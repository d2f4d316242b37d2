"""What a function of Entra's is handed."""

from __future__ import annotations

from typing import Protocol

from scimtui.mappings.expressions.results import Null, Value


class Given(Protocol):
    """The slots of one call. What can't be evaluated ends the whole expression."""

    def __len__(self) -> int: ...

    def has(self, place: int) -> bool:
        """Whether a slot is given; an empty one is not, which is not an empty text."""

    def value(self, place: int) -> Value | Null:
        """What a slot comes to."""

    def text(self, place: int) -> str | None:
        """The same as a text; None for NULL."""

    def whole(self, place: int, name: str) -> int:
        """The same as a whole number."""

    def condition(self, place: int) -> bool:
        """The same as a condition."""

    def need(self, least: int, most: int, name: str) -> None:
        """Stop where there are more or fewer slots."""
