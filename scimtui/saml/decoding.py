"""From a parameter's text to the XML of a message: URL escapes, base64 of every kind, inflate; bounded."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Final
from urllib.parse import unquote

from scimtui.saml.errors import CaptureError
from scimtui.saml.xmltree import MOST_BYTES

MASKED: Final = re.compile(r"\{(hash:|obf:|overwritten)")
_BLANKS = re.compile(r"\s+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}\Z")
_SHORTEST = 40
_RAW_DEFLATE = -zlib.MAX_WBITS


def message_of(value: str) -> bytes:
    """The XML in a parameter's value.

    Raises:
        CaptureError: masked by the tool that captured it, cut off, or no message.
    """
    if MASKED.search(value):
        raise CaptureError(
            "masked",
            "the capture was saved with its values masked",
            "export it again with the filter profile None",
        )
    found = try_message(value)
    if found is None:
        raise CaptureError("no-message", "this is no base64 of a SAML message, or it was cut off on the way")
    return found


def try_message(value: str) -> bytes | None:
    """The XML, or None where this is something else.

    Raises:
        CaptureError: it unpacks to more than any message.
    """
    text = unquote(value.strip()) if "%" in value else value.strip()
    if text.startswith("<"):
        return text.encode("utf-8", "replace")
    cut_off = None
    for candidate in (_BLANKS.sub("", text), _BLANKS.sub("", text.replace(" ", "+"))):
        decoded = _from_base64(candidate)
        if decoded is None:
            continue
        xml = decoded if _is_xml(decoded) else _inflated(decoded)
        if xml is not None and xml.rstrip().endswith(b">"):
            return xml
        cut_off = cut_off or xml
    return cut_off


def _from_base64(text: str) -> bytes | None:
    text = text.replace("-", "+").replace("_", "/").rstrip("=")
    if len(text) < _SHORTEST or not _BASE64.match(text):
        return None
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return None


def _is_xml(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<"))


def _inflated(data: bytes) -> bytes | None:
    unpacking = zlib.decompressobj(_RAW_DEFLATE)
    try:
        xml = unpacking.decompress(data, MOST_BYTES + 1)
    except zlib.error:
        return None
    if len(xml) > MOST_BYTES:
        raise CaptureError("too-large", f"the message unpacks to more than {MOST_BYTES // 2**20} MiB")
    return xml if _is_xml(xml) else None
