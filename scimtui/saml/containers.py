"""What somebody pasted or saved, recognised by its content: where in it the SAML messages are.

Formats and their oddities: idp-behaviour 4.1, 4.2. Nothing of a capture is logged or written anywhere.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from html.parser import HTMLParser
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from scimtui.saml.decoding import MASKED, message_of, try_message
from scimtui.saml.errors import CaptureError

MOST_CHARACTERS: Final = 128 * 2**20
_LONGEST_NAME_ID: Final = 1024
_PARAMETERS = ("SAMLResponse", "SAMLRequest", "SAMLart", "wresult")
_BRACED_GUID = re.compile(r"\{[0-9A-Fa-f-]{32,36}\}\Z")
_NAMED = re.compile(rf"(?:{'|'.join(_PARAMETERS)}|RelayState)\s*[=:\t]")
_FIELD_START = re.compile(
    r"[\r\n]+(?=(?:SAMLResponse|SAMLRequest|SAMLart|RelayState|SigAlg|Signature|wresult|wa|wctx)\s*[=:\t])"
)
_NAME_END = re.compile(r"\s*[=:\t]")
_MARKUP_START = re.compile(
    r"<!doctype\s+html|<(?:html|head|body|form|input|div|p|script|title|meta)\b", re.IGNORECASE
)
_LINE_BREAKS = re.compile(r"[\r\n\t]+")
_IN_TEXT = re.compile(r"(?:^|[?&\s\"'])(SAMLResponse|SAMLRequest|SAMLart|wresult)=([^&\s\"']+)")


class Message(NamedTuple):
    """One message found.

    Attributes:
        captured_at: where the container tells; ISO text.
        encoding: overrides what the XML says of itself.
        clock_is_its_own: `captured_at` is of this very message, not of the whole file.
    """

    xml: bytes
    captured_at: str = ""
    encoding: str = ""
    clock_is_its_own: bool = False


class LogLine(NamedTuple):
    """What GitLab itself logged of a response (`auth_json.log`)."""

    entry: dict[str, Any]
    captured_at: str = ""


class Typed(NamedTuple):
    """A NameID by itself."""

    value: str


Captured = Message | LogLine | Typed


CONTAINERS = {
    "saml-tracer": "SAML-tracer export",
    "har": "HAR of a browser",
    "form": "form body",
    "url": "address of the redirect binding",
    "base64": "base64 of a response",
    "xml": "XML",
    "html": "web page with a form",
    "auth-log": "GitLab's auth_json.log",
    "name-id": "NameID as typed",
}
"""What each kind of capture is called."""


class Contents(NamedTuple):
    """What a capture holds.

    Attributes:
        container: `saml-tracer`, `har`, `form`, `url`, `base64`, `xml`, `html`, `auth-log` or `name-id`.
        found: the messages, in the order of the capture.
        refused: what could not be read, besides those.
    """

    container: str
    found: tuple[Captured, ...]
    refused: tuple[CaptureError, ...] = ()


def contents_of(text: str) -> Contents:
    """Recognise a capture and find the messages in it.

    Raises:
        CaptureError: there is nothing in it that could be read; the code says what it is.
    """
    if len(text) > MOST_CHARACTERS:
        raise CaptureError(
            "too-large", f"the capture is larger than {MOST_CHARACTERS // 2**20} million characters"
        )
    text = text.removeprefix("\ufeff").strip("\0")
    stripped = text.strip()
    if not stripped:
        raise CaptureError(
            "empty", "there is nothing in it", "paste the SAMLResponse, or give the exported file"
        )
    if MASKED.match(stripped):
        message_of(stripped)
    if stripped[0] in "{[" and not _BRACED_GUID.match(stripped):
        return _from_json(stripped)
    if stripped.startswith("&lt;"):
        stripped = html.unescape(stripped)
    if stripped[0] == "<":
        return _from_markup(stripped)
    named = _NAMED.match(stripped)
    if named is not None:
        return _gathered("form", _messages(_from_form(stripped)))
    parameters = [Parameter(name, value) for name, value in _IN_TEXT.findall(stripped)]
    if parameters:
        return _gathered("url" if "://" in stripped[:2000] else "form", _messages(parameters))
    xml = try_message(stripped)
    if xml is not None:
        return Contents("base64", (Message(xml),))
    if "\n" in stripped or len(stripped) > _LONGEST_NAME_ID:
        lines = [line for line in stripped.splitlines() if line.lstrip().startswith("{")]
        if lines:
            return _from_json("[" + ",".join(lines) + "]")
        raise CaptureError(
            "unknown",
            "this is no capture that is known here, or a response that was cut off",
            "save it as a file from SAML-tracer (filter profile None) or as HAR, and give that file",
        )
    # Blanks at its ends are part of a NameID; the line break that ended the paste is not.
    return Contents("name-id", (Typed(text.strip("\r\n")),))


def _from_form(text: str) -> Iterator[Parameter]:
    """A form's fields, in one line or one a line, with =, a colon or a tab; values may be wrapped."""
    for field in _FIELD_START.split(text):
        name, value = (part.strip() for part in _NAME_END.split(field, maxsplit=1))
        if name in _PARAMETERS and value:
            pairs = parse_qsl(f"{name}={_LINE_BREAKS.sub('', value)}")
            yield from (Parameter(one, other) for one, other in pairs)


class Parameter(NamedTuple):
    """One parameter of a form or an address; `clocked` as `Message.clock_is_its_own`."""

    name: str
    value: str
    captured_at: str = ""
    clocked: bool = False


def _gathered(container: str, messages: Iterable[Message | CaptureError]) -> Contents:
    found: dict[bytes, Message] = {}
    refused: list[CaptureError] = []
    for message in messages:
        if isinstance(message, CaptureError):
            refused.append(message)
        else:
            found.setdefault(message.xml, message)  # tracers hold one message in several places
    if not found:
        raise refused[0] if refused else _nothing_in(container)
    return Contents(container, tuple(found.values()), tuple(refused))


def _nothing_in(container: str) -> CaptureError:
    fix = {
        "har": "export it again with sensitive data, and with “Preserve log” on while you sign in",
        "saml-tracer": "record again, from before the sign-in until GitLab's page is there",
    }
    return CaptureError(
        "no-response",
        "no SAML response is in this capture",
        fix.get(container, "capture the request to GitLab's callback address: it carries SAMLResponse"),
    )


def _messages(parameters: Iterable[Parameter]) -> Iterator[Message | CaptureError]:
    for name, value, captured_at, clocked in parameters:
        if name == "SAMLart":
            yield CaptureError(
                "artifact",
                "this sign-in used an artifact: the response itself went between the servers",
                "switch the application to the HTTP-POST binding, or take GitLab's auth_json.log",
            )
        elif name in _PARAMETERS:
            try:
                yield Message(message_of(value), captured_at, clock_is_its_own=clocked)
            except CaptureError as error:
                yield error


# ── JSON: SAML-tracer, HAR, GitLab's log ──────────────────────────────────────


def _from_json(text: str) -> Contents:
    try:
        value = json.loads(text)
    except RecursionError:
        raise CaptureError("too-deep", "the JSON is nested deeper than any capture") from None
    except ValueError as error:
        entries = _json_lines(text)
        if entries:
            return _from_log(entries)
        place = (
            f"line {error.lineno}, column {error.colno}"
            if isinstance(error, json.JSONDecodeError)
            else "a number"
        )
        raise CaptureError("broken-json", f"the JSON breaks off or is damaged{place}") from None
    if isinstance(value, dict) and any(isinstance(value.get(name), str) for name in _PARAMETERS):
        return _gathered("form", _messages(Parameter(*pair) for pair in _pairs(value)))
    if isinstance(value, dict) and isinstance(value.get("requests"), list):
        return _gathered("saml-tracer", _from_tracer(value))
    log = value.get("log") if isinstance(value, dict) else None
    if isinstance(log, dict) and isinstance(log.get("entries"), list):
        return _gathered("har", _messages(_from_har(log["entries"])))
    return _from_log(value if isinstance(value, list) else [value])


def _json_lines(text: str) -> list[Any]:
    entries = []
    for line in text.splitlines():
        if line.strip():
            try:
                entries.append(json.loads(line))
            except (ValueError, RecursionError):
                return []
    return entries


def _from_log(entries: Iterable[Any]) -> Contents:
    lines = [
        entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("saml_response"), dict)
    ]
    if not lines:
        raise CaptureError(
            "unknown-json", "this JSON is neither a SAML-tracer export nor a HAR nor GitLab's log"
        )
    return Contents(
        "auth-log", tuple(LogLine(line["saml_response"], str(line.get("time", ""))) for line in lines)
    )


def _from_tracer(export: dict[str, Any]) -> Iterator[Message | CaptureError]:
    for request in export["requests"]:
        if not isinstance(request, dict):
            continue
        at = str(request.get("timestamp") or export.get("timestamp") or "")
        saml = request.get("saml")
        if isinstance(saml, str) and saml.lstrip().startswith("<"):
            yield Message(_as_text(saml).encode("utf-8", "replace"), at, "utf-8")
            continue
        pairs = [*_pairs(request.get("post")), *_pairs(request.get("get"))]
        pairs += _query_of(request.get("url")) if not pairs else []
        yield from _messages(Parameter(name, value, at) for name, value in pairs)


def _query_of(url: Any) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(str(url or "")).query)
    except ValueError:
        return []


def _as_text(saml: str) -> str:
    """SAML-tracer unpacks the redirect binding byte by byte: each byte of UTF-8 became a character."""
    if saml.isascii() or any(ord(character) > 0xFF for character in saml):
        return saml
    try:
        return saml.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return saml


def _pairs(value: Any) -> Iterator[tuple[str, str]]:
    """Two-item arrays, name and value objects, or one object: exports differ."""
    if isinstance(value, dict):
        value = [[name, item[0] if isinstance(item, list) and item else item] for name, item in value.items()]
    for entry in value if isinstance(value, list) else ():
        item = [entry.get("name"), entry.get("value")] if isinstance(entry, dict) else entry
        if isinstance(item, list) and len(item) == 2 and all(isinstance(part, str) for part in item):
            yield item[0], item[1]


def _from_har(entries: list[Any]) -> Iterator[Parameter]:
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        at = str(entry.get("startedDateTime", ""))
        request = entry.get("request")
        request = request if isinstance(request, dict) else {}
        post = request.get("postData")
        post = post if isinstance(post, dict) else {}
        pairs = list(_pairs(post.get("params")))
        if not any(name in _PARAMETERS for name, _ in pairs) and isinstance(post.get("text"), str):
            pairs = parse_qsl(post["text"])
        pairs += list(_pairs(request.get("queryString"))) or _query_of(request.get("url"))
        pairs += _form_fields(_page(entry.get("response")))
        yield from (Parameter(name, value, at, bool(at)) for name, value in pairs)


def _page(response: Any) -> str:
    content = response.get("content") if isinstance(response, dict) else None
    if not isinstance(content, dict) or not isinstance(text := content.get("text"), str):
        return ""
    if content.get("encoding") == "base64":
        try:
            return base64.b64decode(text).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return ""
    return text


# ── XML and HTML ──────────────────────────────────────────────────────────────


def _from_markup(text: str) -> Contents:
    if _MARKUP_START.match(text):
        fields = list(_form_fields(text))
        if fields:
            return _gathered("html", _messages(Parameter(name, value) for name, value in fields))
        raise CaptureError(
            "no-response",
            "this is a web page without a SAML response in it",
            "copy the form field SAMLResponse",
        )
    return Contents("xml", (Message(text.encode("utf-8", "replace"), encoding="utf-8"),))


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "input" and values.get("name") in _PARAMETERS:
            self.found.append((values["name"] or "", values.get("value") or ""))


def _form_fields(page: str) -> Iterator[tuple[str, str]]:
    if "SAML" not in page and "wresult" not in page:
        return
    if "<input" not in page and "<INPUT" not in page:
        return
    parser = _Fields()
    with suppress(AssertionError):  # what the standard library says of some broken declarations
        parser.feed(page)
    yield from parser.found
