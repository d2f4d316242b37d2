"""SAML messages as XML in a text: where one begins and where it ends, whatever prefix its names have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scimtui.saml.unescaping import references_decoded

_ROOT = re.compile(
    r"<((?:[^\W\d][\w.-]{0,63}:)?(?:Response|Assertion|EncryptedAssertion|AuthnRequest|LogoutRequest|"
    r"LogoutResponse|ArtifactResponse|ArtifactResolve|RequestSecurityTokenResponse(?:Collection)?))(?=[\s/>])"
)
_FIRST = re.compile(r"<([^\W\d][\w.-]{0,63}(?::[\w.-]{1,64})?)(?=[\s/>])")
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|(?:html|head|body|form|input|div|p|pre|span|script|title|meta)(?=[\s/>]))",
    re.IGNORECASE,
)
_MOST_MESSAGES = 1000
_ESCAPED = '=\\"urn:oasis:'
"""How an attribute looks in a string that was copied with its quotes escaped."""


def is_page(text: str) -> bool:
    """Whether this is a web page, and no XML of another kind."""
    return _PAGE.match(text) is not None


def messages_in(text: str) -> Iterator[str]:
    """Each SAML message that stands as XML in a text, in its order, without what is around it.

    One that breaks off is given up to the text's end. What begins with a tag is given with what stands
    before its first element, so that a document type declaration is seen.
    """
    if _ESCAPED in text:
        text = text.replace('\\"', '"').replace("\\n", "\n").replace("\\/", "/")
    place = 0
    if text.startswith("<"):
        first = _FIRST.search(text)
        if first is None:
            yield text
            return
        place = _end_of(text, first)
        yield text[:place]
    elif "&lt;" in text and _ROOT.search(text) is None:
        text = references_decoded(text)
    for _ in range(_MOST_MESSAGES):
        found = _ROOT.search(text, place)
        if found is None:
            return
        place = _end_of(text, found)
        yield text[found.start() : place]


def _end_of(text: str, start: re.Match[str]) -> int:
    """Behind the end tag that belongs to this start tag; the text's end where there is none."""
    tags = re.compile(rf"<(/?){re.escape(start.group(1))}(?=[\s/>])")
    depth, closing = 0, -1
    for tag in tags.finditer(text, start.start()):
        if closing < tag.end():
            closing = text.find(">", tag.end())
            if closing < 0:
                break
        if tag.group(1):
            depth -= 1
        elif text[closing - 1] != "/":
            depth += 1
        if depth <= 0:
            return closing + 1
    return len(text)
