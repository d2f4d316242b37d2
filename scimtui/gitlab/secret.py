"""A token that never shows itself."""

from __future__ import annotations

import re
from urllib.parse import unquote

# GitLab's own prefixes (its documentation "Token overview", "Token prefixes"); an instance may set its own
# in front of them. Newer ones would be alike: what follows has capitals, small letters and digits.
_PREFIX = r"gl(?:pat|oas|soat|dt|rtr?|cbt|ptt|ft|imt|agent|wt|ffct)-"
_PREFIXED = re.compile(_PREFIX + r"[A-Za-z0-9_.-]{16,}")
_MADE = _PREFIX + (
    r"(?:[A-Za-z0-9_.=-]{16,}|(?=[\w.-]{0,15}[A-Z])(?=[\w.-]{0,15}[0-9])[\w.=-]{8,})"
    r"|(?<![A-Za-z0-9])gl[a-z]{1,8}-(?=[a-z0-9_-]{0,24}[A-Z])(?=[A-Za-z_-]{0,24}[0-9])(?=[A-Z0-9_-]{0,24}[a-z])[\w-]{20,}"
    r"|_gitlab_session(?:_[0-9a-f]{1,64})?=[0-9a-f]{16,}"
    r"|GR1348941[\w-]{16,}"  # runner registration
)
_TOKEN = re.compile(_MADE, re.ASCII)
_DRAWN = re.compile(r"-.*[A-Z0-9]")
_OLD_LENGTH = 20
_OLD_PARTS = 9
_OLD_DIGITS_WITHIN = 2
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", re.ASCII)


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
    """Whether one of GitLab's tokens is in it, by their prefixes; escaped as in an address, too."""
    return _TOKEN.search(text) is not None or ("%" in text and _TOKEN.search(unquote(text)) is not None)


def looks_like_old_token(text: str) -> bool:
    """Whether this is what GitLab's tokens were before they had prefixes: 20 letters and digits at random.

    Only for what is never of that shape by itself, such as a name or a group's path: an Okta id is.
    """
    if len(text) != _OLD_LENGTH or not all(one.isascii() and (one.isalnum() or one in "-_") for one in text):
        return False
    kinds = {"a" if one.islower() else "A" if one.isupper() else "0" for one in text if one.isalnum()}
    # A name is made of words and ends with a number; what is drawn at random changes all the time.
    within = len(re.findall("[0-9][A-Za-z]", text))
    return len(kinds) == 3 and (within >= _OLD_DIGITS_WITHIN or len(_PART.findall(text)) >= _OLD_PARTS)


def without_tokens(text: str) -> str:
    """Text that somebody typed or pasted, with nothing left in it that looks like a token."""
    shown = _TOKEN.sub("[token]", text)
    if "%" not in shown:
        return shown
    return "".join("[token]" if looks_like_token(part) else part for part in re.split(r"(\s+)", shown))


def blotted_by_prefix(text: str, mark: str) -> str:
    """Text of any length with `mark` for each of GitLab's tokens in it, known by their prefixes.

    What is drawn at random has a digit or a capital; words in somebody's value may have neither.
    """
    return _PREFIXED.sub(lambda match: mark if _DRAWN.search(match[0]) else match[0], text)
