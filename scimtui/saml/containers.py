"""What somebody pasted or saved, recognised by its content: where in it the SAML messages are.

Formats and their oddities: idp-behaviour 4.1, 4.2. Nothing of a capture is logged or written anywhere.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from scimtui.gitlab.secret import looks_like_token
from scimtui.saml.decoding import MASKED, may_be_base64, message_of, try_message
from scimtui.saml.encodings import refuse_undecoded
from scimtui.saml.errors import CaptureError
from scimtui.saml.fields import PARAMETERS, Field, Parameter, base64_in, fields_in, form_fields
from scimtui.saml.logs import MARK, Lines, documents_in, lines_with, parsed, responses_in
from scimtui.saml.markup import is_page, messages_in

MOST_CHARACTERS: Final = 128 * 2**20
_LONGEST_NAME_ID: Final = 1024
_BRACED_GUID = re.compile(r"\{[0-9A-Fa-f-]{32,36}\}\Z")
_DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]{0,200}\?>\s*")
_COLOUR = re.compile(r"\x1b\[[0-9;]{0,20}[mK]")
_QUOTED = re.compile(r"^> ?", re.MULTILINE)


class Message(NamedTuple):
    """One message found.

    Attributes:
        captured_at: where the container tells; ISO text.
        encoding: overrides what the XML says of itself.
        clock_is_its_own: `captured_at` is of this very message, not of the whole file.
        sent_to: the address it was sent to, without query; empty where nothing tells.
        size: characters of base64 it was sent as; 0 where nothing tells.
        was_deflated: as the redirect binding sends it.
    """

    xml: bytes
    captured_at: str = ""
    encoding: str = ""
    clock_is_its_own: bool = False
    sent_to: str = ""
    size: int = 0
    was_deflated: bool = False


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
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")  # a terminal pastes a line break as a bare one
    if "\x1b[" in text:
        text = _COLOUR.sub("", text)  # no XML can hold one, and tools put them around what they found
    stripped = text.strip()
    if not stripped:
        raise CaptureError(
            "empty", "there is nothing in it", "paste the SAMLResponse, or give the exported file"
        )
    if MASKED.match(stripped):
        message_of(stripped)
    if stripped.startswith(">") or 2 * stripped.count("\n>") > stripped.count("\n"):
        stripped = _QUOTED.sub("", stripped).strip() or stripped  # as mail programs quote
    if stripped[0] in "{[" and not _BRACED_GUID.match(stripped):
        return _from_json(stripped)
    if stripped[0] == "<":
        return _from_markup(stripped)
    found = _among_words(stripped)
    if found is not None:
        return found
    if "\n" in stripped or len(stripped) > _LONGEST_NAME_ID:
        raise CaptureError(
            "unknown",
            "this is no capture that is known here, or a response that was cut off",
            "save it as a file from SAML-tracer (filter profile None) or as HAR, and give that file",
        )
    refuse_undecoded(stripped)
    if any(name in stripped for name in PARAMETERS):
        raise _nothing_in("text")
    if looks_like_token(stripped):
        raise CaptureError(
            "token",
            "this looks like a token, not a NameID",
            "revoke it in GitLab if anybody can have seen it",
        )
    # Blanks at its ends are part of a NameID; the line break that ended the paste is not.
    return Contents("name-id", (Typed(text.strip("\n")),))


def _among_words(text: str) -> Contents | None:
    """Messages in a text: lines of GitLab's log, parameters, base64, XML. None where there are none."""
    logged = lines_with(text) if MARK in text else Lines([], [])
    if logged.entries:
        return _logged(logged.entries, logged.damaged)
    fields = list(fields_in(text))
    if any(field.parameter.name == "SAMLResponse" for field in fields):
        return _from_fields(fields)
    whole = try_message(text) if may_be_base64(text) else None
    if whole is not None:
        return _gathered("base64", [Message(whole.xml, size=whole.size, was_deflated=whole.was_deflated)])
    messages = list(messages_in(text)) if text[0] != "<" else []
    if messages:
        return _gathered("xml", map(_written, messages))
    among = [Parameter("SAMLResponse", value) for value in base64_in(text)]
    if among:
        return _gathered("base64", _messages(among))
    if fields:
        return _from_fields(fields)
    if logged.damaged:
        raise logged.damaged[0]
    return None


def _from_fields(fields: list[Field]) -> Contents:
    container = "url" if any(field.in_address for field in fields) else "form"
    return _gathered(container, _messages(field.parameter for field in fields))


def _gathered(container: str, messages: Iterable[Message | CaptureError]) -> Contents:
    found: dict[bytes, Message] = {}
    refused: list[CaptureError] = []
    for message in messages:
        if isinstance(message, CaptureError):
            refused.append(message)
            continue
        before = found.get(message.xml)
        # Tracers hold one message in several places; the one that says where it went tells most.
        if before is None or (message.sent_to and not before.sent_to):
            found[message.xml] = message
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
    for name, value, captured_at, clocked, sent_to in parameters:
        if name == "SAMLart":
            yield CaptureError(
                "artifact",
                "this sign-in used an artifact: the response itself went between the servers",
                "switch the application to the HTTP-POST binding, or take GitLab's auth_json.log",
            )
        elif name in PARAMETERS:
            try:
                decoded = message_of(value)
            except CaptureError as error:
                yield error
            else:
                yield Message(
                    decoded.xml,
                    captured_at,
                    clock_is_its_own=clocked,
                    sent_to=sent_to,
                    size=decoded.size,
                    was_deflated=decoded.was_deflated,
                )


def _written(xml: str) -> Message:
    """XML that stood in a text: whatever encoding it names, it was decoded already."""
    refuse_undecoded(xml)
    xml = _DECLARATION.sub("", xml, count=1)
    return Message(xml.encode("utf-8", "replace"), encoding="utf-8")


# ── JSON: SAML-tracer, HAR, GitLab's log ──────────────────────────────────────


def _from_json(text: str) -> Contents:
    try:
        value = parsed(text)
    except ValueError as error:
        if isinstance(error, CaptureError):
            raise
        found = _from_many(text) or _among_words(text)
        if found is not None:
            return found
        place = f" (line {error.lineno:,})" if isinstance(error, json.JSONDecodeError) else ""
        raise CaptureError(
            "broken-json",
            f"the JSON breaks off or is damaged{place}",
            "save the export again and give the file as it is",
        ) from None
    if isinstance(value, dict) and isinstance(value.get("requests"), list):
        return _gathered("saml-tracer", _from_tracer(value))
    log = value.get("log") if isinstance(value, dict) else None
    if isinstance(log, dict) and isinstance(log.get("entries"), list):
        return _gathered("har", _messages(_from_har(log["entries"])))
    entries = list(responses_in(value))
    if entries:
        return _logged(entries)
    parameters = list(_parameters_in(value))
    if parameters:
        return _gathered("form", _messages(parameters))
    found = _among_words(text)
    if found is not None:
        return found
    raise CaptureError(
        "unknown-json",
        "this JSON is neither a SAML-tracer export nor a HAR nor GitLab's log",
        "save the capture from SAML-tracer (filter profile None) or as HAR, and give that file",
    )


def _from_many(text: str) -> Contents | None:
    """Several documents, one a line or one behind another; None where none tells of a response."""
    if MARK not in text:
        return None
    lines = lines_with(text)
    if lines.entries:
        return _logged(lines.entries, lines.damaged)
    entries = list(responses_in(documents_in(text)))
    return _logged(entries) if entries else None


def _logged(entries: list[dict[str, Any]], damaged: Iterable[CaptureError] = ()) -> Contents:
    lines = tuple(LogLine(entry[MARK], str(entry.get("time", ""))) for entry in entries)
    return Contents("auth-log", lines, tuple(damaged))


def _parameters_in(value: Any) -> Iterator[Parameter]:
    """SAML parameters anywhere in JSON of another kind: as names, or as pairs of a name and a value."""
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        for name, inner in _pairs(item):
            if name in PARAMETERS:
                yield Parameter(name, inner)
        if isinstance(item, dict):
            waiting += reversed([one for one in item.values() if isinstance(one, dict | list)])
        elif isinstance(item, list):
            waiting += reversed([one for one in item if isinstance(one, dict | list)])


def _from_tracer(export: dict[str, Any]) -> Iterator[Message | CaptureError]:
    for request in export["requests"]:
        if not isinstance(request, dict):
            continue
        at = str(request.get("timestamp") or export.get("timestamp") or "")
        url = str(request.get("url") or "")
        sent_to = url.partition("?")[0]
        pairs = [*_pairs(request.get("post")), *_pairs(request.get("get"))]
        pairs += [] if pairs else _query_of(url)
        posted = [*_messages(Parameter(name, value, at, sent_to=sent_to) for name, value in pairs)]
        saml = request.get("saml")
        if isinstance(saml, str) and saml.lstrip().startswith("<"):
            sizes = [one.size for one in posted if isinstance(one, Message)]
            written = _written(_as_text(saml))
            yield written._replace(captured_at=at, sent_to=sent_to, size=max(sizes, default=0))
        else:
            yield from posted


def _query_of(url: Any) -> list[tuple[str, str]]:
    return [(field.parameter.name, field.parameter.value) for field in fields_in(str(url or ""))]


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
        item = [entry.get("name", entry.get("key")), entry.get("value")] if isinstance(entry, dict) else entry
        if isinstance(item, list) and len(item) == 2 and all(isinstance(part, str) for part in item):
            yield item[0], item[1]


def _from_har(entries: list[Any]) -> Iterator[Parameter]:
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        at = str(entry.get("startedDateTime", ""))
        request = entry.get("request")
        request = request if isinstance(request, dict) else {}
        url = request.get("url")
        sent_to = str(url or "").partition("?")[0]
        post = request.get("postData")
        post = post if isinstance(post, dict) else {}
        pairs = list(_pairs(post.get("params")))
        if not any(name in PARAMETERS for name, _ in pairs):
            pairs = _query_of(post.get("text"))
        pairs += list(_pairs(request.get("queryString"))) or _query_of(url)
        yield from (Parameter(name, value, at, bool(at), sent_to) for name, value in pairs)
        for field in form_fields(_page(entry.get("response"))):
            yield field._replace(captured_at=at, clocked=bool(at))


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
    if not is_page(text):
        return _gathered("xml", map(_written, messages_in(text)))
    fields = list(form_fields(text)) or [field.parameter for field in fields_in(text)]
    if fields:
        return _gathered("html", _messages(fields))
    shown = list(messages_in(f"\n{text}"))
    if shown:
        return _gathered("html", map(_written, shown))
    raise CaptureError(
        "no-response", "this is a web page without a SAML response in it", "copy the form field SAMLResponse"
    )
