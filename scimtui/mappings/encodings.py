"""From a file's bytes to its text, whatever wrote it (idp-contract 8.2)."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from scimtui.mappings.model import MappingFileError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARIES = (
    (b"PK\x03\x04", "an Excel workbook or another archive", "save it as CSV UTF-8, and give that"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save it as CSV UTF-8, and give that"),
    (b"%PDF", "a PDF", "export it as JSON or CSV"),
    (b"\x1f\x8b", "a compressed file", "unpack it first"),
    (b"\x89PNG", "a picture", "export it as JSON or CSV"),
    (b"\xff\xd8\xff", "a picture", "export it as JSON or CSV"),
)
_PROBED = 4096


class Decoded(NamedTuple):
    """A text; `said` tells how it was read where that was guessed, and is empty else."""

    text: str
    said: str = ""


def decoded(data: bytes) -> Decoded:
    """The text of a file: by its byte-order mark, by its NULs, as UTF-8, else as Windows-1252.

    Raises:
        MappingFileError: it is no text.
    """
    for start, words, fix in _BINARIES:
        if data.startswith(start):
            raise MappingFileError("not-text", f"this is {words}, not a text", fix=fix)
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "") or _by_nuls(data)
    if encoding:
        try:
            return Decoded(data.decode(encoding))
        except UnicodeDecodeError:
            return Decoded(
                data.decode(encoding, "replace").rstrip("\ufffd"), f"read as {encoding.upper()}, with damage"
            )
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if b"\x00" in data[:_PROBED]:
        raise MappingFileError("not-text", "this is no text", fix="export it as JSON or CSV")
    said = "read as Windows-1252, which is a guess: letters with accents may be others; UTF-8 is sure"
    return Decoded(data.decode("cp1252", "replace"), said)


def _by_nuls(data: bytes) -> str:
    """UTF-16 without a mark has a NUL in every second byte of plain text."""
    probe = data[:_PROBED]
    if len(probe) < 4:
        return ""
    even, odd = probe[0::2].count(0), probe[1::2].count(0)
    most, half = max(even, odd), len(probe) // 2
    if most * 10 < half * 7 or min(even, odd) * 10 > half:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"
