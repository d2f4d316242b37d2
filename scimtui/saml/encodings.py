"""Which encoding a file is in: UTF-8, or what its byte order mark or XML declaration says."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

from scimtui.saml.errors import CaptureError

_DECLARED = re.compile(rb"<\?xml\s[^>]{0,200}?encoding\s{0,4}=\s{0,4}[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_KNOWN = re.compile(
    r"iso-?8859-?\d{1,2}|latin-?\d|windows-?\d{3,4}|cp\d{3,4}|us-ascii|koi8-[ru]|macintosh|shift[_-]?jis|"
    r"euc-(?:jp|kr)|gbk|gb2312|gb18030|big5",
    re.IGNORECASE,
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDECODED = re.compile("[\udc80-\udcff]")
_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"(\xb5/\xfd")
_WITHOUT_MARK = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"), (b"{\0", "utf-16-le"), (b"\0{", "utf-16-be"))


def text_of_bytes(data: bytes) -> str:
    """The text of a file.

    Bytes that are no UTF-8 and that nothing tells the encoding of are kept as half surrogate pairs: what is
    plain ASCII around them can be read all the same, and what holds them is refused where it is read.

    Raises:
        CaptureError: it is compressed.
    """
    if data.startswith(_COMPRESSED):
        raise CaptureError("compressed", "this file is compressed", "unpack it and give what is in it")
    for mark, encoding in (*_MARKS, *_WITHOUT_MARK):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data)
    name = declared.group(1).decode("ascii") if declared is not None else ""
    if _KNOWN.fullmatch(name):
        with suppress(LookupError, UnicodeDecodeError):
            return data.decode(name)
    return data.decode("utf-8", "surrogateescape")


def refuse_undecoded(text: str) -> None:
    """Refuse a text in which something could not be decoded.

    Raises:
        CaptureError: there is.
    """
    if _UNDECODED.search(text) is not None:
        raise CaptureError(
            "encoding",
            "this is in another encoding than UTF-8, and does not say in which",
            "give the exported file as it is, or save it as UTF-8",
        )
