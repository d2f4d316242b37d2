"""A token that never shows itself."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"gl(?:pat|oas|soat|dt|rt|rtr|cbt|ptt|ft|imt|agent|wt|ffct)-[A-Za-z0-9_.-]{16,}"  # GitLab's own prefixes
)


_DRAWN = re.compile(r"-.*[A-Z0-9]|=")


class Secret:
    """Holds a token; `repr`, `str`, formatting and pickling never show it.

    Crash reports print the locals of every frame, so a token is only ever carried in this type and
    opened by `reveal` where the request is sent.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The token itself, to be handed straight to the request."""
        return self.__value

    @property
    def is_sendable(self) -> bool:
        """Whether it holds visible ASCII alone; anything else would end up in a library's error text."""
        return all("!" <= character <= "~" for character in self.__value)

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.__value

    def __hash__(self) -> int:
        return hash(self.__value)

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        raise TypeError("a Secret is not stored or sent to another process")


def looks_like_token(text: str) -> bool:
    """Whether one of GitLab's tokens is in it, by their prefixes."""
    return bool(_TOKEN.search(text))


def without_tokens(text: str) -> str:
    """Text that somebody typed or pasted, with nothing left in it that looks like a token."""
    return _TOKEN.sub("[token]", text)


def blotted_by_prefix(text: str, mark: str) -> str:
    """Text of any length with `mark` for each of GitLab's tokens in it, known by their prefixes.

    What is drawn at random has a digit or a capital; words in somebody's value may have neither.
    """
    return _TOKEN.sub(lambda match: mark if _DRAWN.search(match[0]) else match[0], text)
