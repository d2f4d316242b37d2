"""Reading an answer's body, compressed or not, without ever holding more than was allowed.

The HTTP library unpacks whatever comes before it can be counted, layer by layer; so it is handed the
raw bytes here, and only the one compression that was asked for is undone.
"""

from __future__ import annotations

import zlib
from typing import Final

ACCEPTED: Final = "gzip"
_GZIP = 16 + zlib.MAX_WBITS


class TooLarge(Exception):
    """More than the limit, as it came or unpacked."""


class Undecodable(Exception):
    """Broken or unknown compression; `str` says which."""


class Body:
    """A body of at most `limit` bytes, fed as it arrives.

    Args:
        encoding: the answer's Content-Encoding.
        limit: bytes, of what came and of what it unpacks to.
    """

    def __init__(self, encoding: str, limit: int) -> None:
        named = encoding.strip().lower()
        if named not in ("", "identity", "gzip", "x-gzip"):
            raise Undecodable("the answer is compressed in a way that was not asked for")
        self._unpacking = zlib.decompressobj(_GZIP) if "gzip" in named else None
        self._body = bytearray()
        self._limit = limit
        self._came = 0

    @property
    def size(self) -> int:
        """Bytes so far, unpacked."""
        return len(self._body)

    def feed(self, chunk: bytes) -> None:
        """Take what arrived.

        Raises:
            TooLarge, Undecodable.
        """
        self._came += len(chunk)
        if self._came > self._limit:
            raise TooLarge
        if self._unpacking is None:
            self._body += chunk
            return
        while chunk:
            if self._unpacking.eof:
                self._unpacking = zlib.decompressobj(_GZIP)
            try:
                self._body += self._unpacking.decompress(chunk, self._limit - len(self._body) + 1)
            except zlib.error:
                raise Undecodable("the answer's compression is broken") from None
            if len(self._body) > self._limit:
                raise TooLarge
            chunk = self._unpacking.unconsumed_tail or self._unpacking.unused_data

    def whole(self) -> bytes:
        """The body.

        Raises:
            Undecodable: it ends in the middle of its compression.
        """
        if self._unpacking is not None and self._came and not self._unpacking.eof:
            raise Undecodable("the answer's compression ends in the middle")
        return bytes(self._body)
