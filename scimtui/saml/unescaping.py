"""Escapes taken out of foreign text piece by piece, so that none costs many times its size in memory."""

from __future__ import annotations

import html
import re
from binascii import unhexlify
from collections.abc import Iterator
from typing import Final

_PIECE: Final = 1 << 16
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_LONGEST_PERCENT: Final = 3
_LONGEST_REFERENCE: Final = 40


def percent_decoded(text: str) -> str:
    """`%41` as `A`; a plus stays a plus, which is what it is in base64."""
    if "%" not in text:
        return text
    pieces = _pieces(text, "%", _LONGEST_PERCENT)
    decoded = (_ESCAPE.sub(_byte, piece.encode("utf-8", "surrogatepass")) for piece in pieces)
    return b"".join(decoded).decode("utf-8", "replace")


def _byte(escape: re.Match[bytes]) -> bytes:
    return unhexlify(escape.group(1))


def references_decoded(text: str) -> str:
    """HTML's character references (`&lt;`, `&#60;`) as what they stand for."""
    if "&" not in text:
        return text
    return "".join(html.unescape(piece) for piece in _pieces(text, "&", _LONGEST_REFERENCE))


def _pieces(text: str, mark: str, longest: int) -> Iterator[str]:
    """Slices that no escape is cut in two by."""
    start = 0
    while start < len(text):
        end = start + _PIECE
        if end < len(text):
            begun = text.rfind(mark, end - longest, end)
            end = begun if begun > start else end
        yield text[start:end]
        start = end
