"""Raw request paths on GitLab's routing rules (sign-in.md section 7; contract 1.3).

The path is taken as it came over the wire: a server that decodes it first cannot tell `a%2Fb` from `a/b`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

_TRAVERSAL = "Potential path traversal attempt detected."
_SEPARATORS = re.compile(r"[/\\]")
# names whose values are not looked at: people search by them
_SEARCHED = frozenset({"search", "search_title", "search_query", "term", "name", "filter", "filter_projects"})
_WRITTEN = frozenset({"note", "body", "commit_message", "content", "description"})
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class RefusedPath(Exception):
    """A path that is answered 400 before any routing; `str` is the plain text of the answer."""


@dataclass(frozen=True, slots=True)
class Path:
    """A request path, split at the slashes that were not encoded, still encoded.

    Attributes:
        raw: as it came.
        segments: without empty ones: doubled and trailing slashes vanish, as in GitLab's router.
    """

    raw: str
    segments: tuple[bytes, ...]

    def decoded(self, start: int = 0) -> list[str]:
        """The segments from `start`, each decoded once."""
        return [decode(segment) for segment in self.segments[start:]]

    def starts_with(self, *words: str) -> bool:
        """The first segments are these words, however they are encoded."""
        return len(self.segments) >= len(words) and self.decoded()[: len(words)] == list(words)

    def rest(self, start: int) -> str:
        """Everything from segment `start`, slashes kept, decoded once."""
        return decode(b"/".join(self.segments[start:]))


def read_path(raw_path: bytes) -> Path:
    """Check and split a raw path.

    Raises:
        RefusedPath: broken escapes, bad UTF-8, NUL, or a path traversal.
    """
    path = raw_path.partition(b"#")[0]
    if _BAD_ESCAPE.search(path):
        raise RefusedPath("Bad Request")
    try:
        text = decode(path)
    except UnicodeDecodeError:
        raise RefusedPath("Bad Request") from None
    if "\0" in text:
        raise RefusedPath("Bad Request")
    if ".." in _SEPARATORS.split(text):
        raise RefusedPath(_TRAVERSAL)
    return Path(path.decode("latin-1"), tuple(part for part in path.split(b"/") if part))


def refuse_traversal(query: Mapping[str, object]) -> None:
    """The values of a query are looked at too, but for what people search by.

    Raises:
        RefusedPath: a value climbs up.
    """
    for name, value in query.items():
        if (
            name not in _SEARCHED | _WRITTEN
            and isinstance(value, str)
            and ".." in _SEPARATORS.split(value)[1:]
        ):
            raise RefusedPath(_TRAVERSAL)


def decode(segment: bytes) -> str:
    """Percent-decoding, once; a plus stays a plus."""
    return unquote_to_bytes(segment).decode("utf-8")
