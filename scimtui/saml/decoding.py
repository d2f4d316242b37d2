"""From a parameter's text to the XML of a message: URL escapes, base64 of every kind, inflate; bounded."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from scimtui.saml.errors import CaptureError
from scimtui.saml.unescaping import percent_decoded
from scimtui.saml.xmltree import MOST_BYTES, parse_xml

MASKED: Final = re.compile(r"\{(hash:|obf:|overwritten)")
_FILTERED = re.compile(r"\[(?:FILTERED|REDACTED|MASKED|hidden)\]|\*{3}|<(?:redacted|hidden)>", re.IGNORECASE)
_LONGEST: Final = 4 * MOST_BYTES
"""Base64 is a third longer than what it holds; with every character escaped, four times as long."""
_FIX: Final = "copy the whole value of SAMLResponse, or save the capture as a file and give that"
_LINE_BREAKS = re.compile(r"[\r\n\t]+")
_BLANKS = re.compile(r"\s+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}\Z")
_BEGINS = re.compile(r"[A-Za-z0-9+/=_%\s-]{40}")
_SHORTEST = 40
_RAW_DEFLATE = -zlib.MAX_WBITS


class Decoded(NamedTuple):
    """A message, and what it was sent as.

    Attributes:
        size: characters of the base64, line breaks and blanks left out; 0 where it was no base64.
        was_deflated: as the redirect binding sends it.
    """

    xml: bytes
    size: int = 0
    was_deflated: bool = False


def may_be_base64(text: str) -> bool:
    """Whether a text begins as base64 does, so that decoding the whole of it is worth trying."""
    begins = _BEGINS.match(text)
    return begins is not None and (len(text) <= _LONGEST or not any(map(str.isspace, begins.group())))


def message_of(value: str) -> Decoded:
    """The XML in a parameter's value.

    Raises:
        CaptureError: masked by the tool that captured it, left out of a log, cut off, or no message.
    """
    if MASKED.match(value):
        raise CaptureError(
            "masked",
            "the capture was saved with its values masked",
            "export it again with the filter profile None",
        )
    if _FILTERED.match(value):
        raise CaptureError(
            "filtered",
            "the response was left out here: its value is filtered, as GitLab's logs do with it",
            "take the line of GitLab's auth_json.log for this sign-in, or capture it in the browser",
        )
    found = try_message(value)
    if found is None:
        raise CaptureError(
            "no-message",
            "this is no base64 of a SAML message, or it was cut off on the way",
            _FIX,
        )
    return found


def try_message(value: str) -> Decoded | None:
    """The XML, or None where this is something else.

    What was wrapped has line breaks in it, what a form decoded once too often has blanks for pluses, and
    behind a value in a text stand other words: of these readings the first that gives a whole message counts.

    Raises:
        CaptureError: it is, or unpacks to, more than any message.
    """
    if len(value) > _LONGEST:
        raise CaptureError(
            "too-large",
            f"a value is longer than {_LONGEST // 2**20} million characters, as no response is",
            _FIX,
        )
    text = value.strip()
    if text[:3].lower() == "%3c":
        text = text.replace("+", " ")  # XML itself, in a form
    if "%" in text:
        text = _LINE_BREAKS.sub("", text)  # a line may break within an escape
    for _ in range(2):  # a form that stands in an address is escaped twice
        text = percent_decoded(text)
    if text.startswith("<"):
        return Decoded(text.encode("utf-8", "replace"))
    broken: Decoded | None = None
    readings = list(dict.fromkeys(_readings(text)))
    for reading in readings:
        found = _from_base64(reading)
        if found is None:
            continue
        if found.xml.rstrip().endswith(b">") and (len(readings) == 1 or _is_whole(found.xml)):
            return found
        broken = broken or found
    return broken


def _readings(text: str) -> Iterator[str]:
    text = text.rstrip(".…")  # what tools put where they cut
    yield _BLANKS.sub("", text)
    yield _BLANKS.sub("", text.replace(" ", "+"))
    line = text.splitlines()[0] if text else ""
    yield _BLANKS.sub("", line.replace(" ", "+"))
    yield line.partition(" ")[0]


def _is_whole(xml: bytes) -> bool:
    try:
        parse_xml(xml)
    except CaptureError as error:
        return error.code not in ("broken-xml", "cut-off")
    return True


def _from_base64(text: str) -> Decoded | None:
    size = len(text)
    text = text.replace("-", "+").replace("_", "/").rstrip("=")
    if len(text) < _SHORTEST or not _BASE64.match(text):
        return None
    if len(text) % 4 == 1:
        text = text[:-1]  # only a cut leaves one over
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return None
    if _is_xml(data):
        return Decoded(data, size)
    xml = _inflated(data)
    return Decoded(xml, size, was_deflated=True) if xml is not None else None


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
