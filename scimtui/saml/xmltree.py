"""XML from outside as a small tree: no DTD, no entities, no network, bounded depth and number.

Comments, processing instructions and CDATA are noted where they stand: inside a NameID they can make
two readers see two values.
"""

from __future__ import annotations

import io
import xml.sax
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from xml.sax.handler import (
    ContentHandler,
    feature_external_ges,
    feature_external_pes,
    feature_namespaces,
    property_lexical_handler,
)
from xml.sax.xmlreader import InputSource

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from scimtui.saml.errors import CaptureError

MOST_BYTES: Final = 4 * 2**20
_MOST_ELEMENTS: Final = 20_000
_MOST_DEPTH: Final = 100
_MOST_ATTRIBUTES: Final = 200_000
"""The parser takes longer for each of them, the more one element has."""


_WHOLE: Final = "give the capture as it was exported, or the whole value of SAMLResponse"
_BREAKS_OFF = ("no element found", "unclosed token", "unclosed CDATA section", "partial character")
"""What expat says where a document ends too early."""


class Name(NamedTuple):
    """A qualified name; `space` is the namespace's URI, empty for none."""

    space: str
    local: str


@dataclass(slots=True, eq=False)
class Element:
    """One element.

    Attributes:
        attributes: by local name for those without a namespace, else by `{uri}local`.
        odd: of `comment`, `processing-instruction`, `cdata`: what stands directly inside it.
    """

    name: Name
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    odd: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        """All text directly inside, joined across whatever stands between."""
        return "".join(self.texts)

    def every(self, space: str, local: str) -> list[Element]:
        """The direct children of that name."""
        return [child for child in self.children if child.name == (space, local)]

    def first(self, space: str, local: str) -> Element | None:
        """The first direct child of that name."""
        return next(iter(self.every(space, local)), None)

    def walk(self) -> Iterator[Element]:
        """This element and everything inside it, in the order of the document."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(element.children)


def parse_xml(document: bytes, *, encoding: str = "") -> Element:
    """Read a whole document.

    Args:
        encoding: overrides what the document says of itself, for text that was decoded already.

    Raises:
        CaptureError: it has a DTD, is no XML, or passes a bound.
    """
    if len(document) > MOST_BYTES:
        raise CaptureError("too-large", f"the XML is larger than {MOST_BYTES // 2**20} MiB", _WHOLE)
    if document.count(b"=") > _MOST_ATTRIBUTES:
        raise CaptureError("too-deep", "the XML has more attributes than any SAML message", _WHOLE)
    parser = create_parser(forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)
    parser.setFeature(feature_external_ges, False)
    parser.setFeature(feature_external_pes, False)
    builder = _Builder()
    parser.setContentHandler(builder)
    parser.setProperty(property_lexical_handler, builder)
    source = InputSource()
    source.setByteStream(io.BytesIO(document))
    if encoding:
        source.setEncoding(encoding)
    try:
        parser.parse(source)
    except CaptureError:
        raise
    except DefusedXmlException:
        raise CaptureError(
            "dtd",
            "the XML has a document type declaration, which no SAML response has",
            "capture the sign-in again; if it stays, somebody between here and there changes it",
        ) from None
    except (xml.sax.SAXException, ValueError, LookupError) as error:
        if builder.is_open and str(getattr(error, "getMessage", str)()) in _BREAKS_OFF:
            raise _cut_off() from None
        place = f" (line {error.getLineNumber()})" if isinstance(error, xml.sax.SAXParseException) else ""
        raise CaptureError("broken-xml", f"this is no well-formed XML{place}", _WHOLE) from None
    if builder.root is None:
        raise CaptureError("broken-xml", "this is no well-formed XML", _WHOLE)
    return builder.root


def _cut_off() -> CaptureError:
    return CaptureError(
        "cut-off",
        "the response breaks off in the middle: it was cut off on the way here",
        "copy the whole value of SAMLResponse (developer tools show long ones shortened: use “Copy value”), "
        "or save the capture as a file and give that",
    )


class _Builder(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0

    @property
    def is_open(self) -> bool:
        """Whether an element was begun and not ended."""
        return bool(self._open)

    def startPrefixMapping(self, prefix: str | None, uri: str | None) -> None:
        # The parser hands names over as text divided by a blank, and would split a blank in here too.
        if any(character.isspace() for character in uri or ""):
            raise CaptureError("broken-xml", "a namespace in this XML holds a blank")

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: Any) -> None:
        self._count += 1
        if self._count > _MOST_ELEMENTS or len(self._open) >= _MOST_DEPTH:
            raise CaptureError("too-deep", "the XML has more elements than any SAML message")
        element = Element(Name(name[0] or "", name[1]))
        for (space, local), value in attrs.items():
            element.attributes[f"{{{space}}}{local}" if space else local] = value
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:
        self._open.pop()

    def characters(self, content: str) -> None:
        self._open[-1].texts.append(content)

    def ignorableWhitespace(self, whitespace: str) -> None:
        self._open[-1].texts.append(whitespace)

    def processingInstruction(self, target: str, data: str) -> None:
        self._note("processing-instruction")

    def comment(self, content: str) -> None:
        self._note("comment")

    def startCDATA(self) -> None:
        self._note("cdata")

    def endCDATA(self) -> None:
        """Nothing more to note."""

    def startDTD(self, name: str, public_id: str | None, system_id: str | None) -> None:
        """Refused by the parser."""

    def endDTD(self) -> None:
        """Refused by the parser."""

    def _note(self, what: str) -> None:
        if self._open:
            self._open[-1].odd.add(what)
