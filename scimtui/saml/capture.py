"""A capture as a list of sign-ins, newest first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from scimtui.saml.containers import Captured, LogLine, Typed, contents_of
from scimtui.saml.errors import CaptureError
from scimtui.saml.response import SUCCESS, NameId, SamlResponse, read_response

_BESIDES = ("request", "logout")


class SignIn(NamedTuple):
    """One captured sign-in.

    Attributes:
        at: when it was made, or else captured; UTC, None where nothing tells.
        captured_at: by the clock of the machine that captured it, where that clock speaks of this message.
        xml: the message itself, for checking its signature; None where there is none.
    """

    response: SamlResponse
    at: datetime | None = None
    captured_at: datetime | None = None
    xml: bytes | None = None


class Capture(NamedTuple):
    """Everything read from one paste or file.

    Attributes:
        container: see `containers.Contents`.
        sign_ins: newest first; those without a time last, in the order of the capture.
        refused: messages that were there and are no sign-in, or could not be read.
    """

    container: str
    sign_ins: tuple[SignIn, ...]
    refused: tuple[CaptureError, ...] = ()


def read_capture(text: str) -> Capture:
    """Read a paste or a file; works without profile, token or network.

    Raises:
        CaptureError: no sign-in is in it; the code says what is.
    """
    contents = contents_of(text)
    sign_ins: list[SignIn] = []
    refused = list(contents.refused)
    for item in contents.found:
        try:
            sign_ins.append(_sign_in(item))
        except CaptureError as error:
            refused.append(error)
    if not sign_ins:
        raise next((error for error in refused if error.code not in _BESIDES), refused[0])
    dated = sorted((one for one in sign_ins if one.at), key=lambda one: one.at or datetime.min, reverse=True)
    return Capture(contents.container, (*dated, *(one for one in sign_ins if not one.at)), tuple(refused))


def _sign_in(item: Captured) -> SignIn:
    if isinstance(item, Typed):
        return SignIn(SamlResponse(name_id=NameId(item.value), has_assertion=False))
    if isinstance(item, LogLine):
        return SignIn(_logged(item.entry), moment(item.captured_at))
    response = read_response(item.xml, encoding=item.encoding)
    captured_at = moment(item.captured_at)
    return SignIn(
        response,
        moment(response.issue_instant) or captured_at,
        captured_at if item.clock_is_its_own else None,
        item.xml,
    )


def _logged(entry: dict[str, Any]) -> SamlResponse:
    """GitLab's own reading, as `auth_json.log` keeps it (idp-behaviour 4.1)."""
    value = entry.get("name_id")
    attributes = entry.get("attributes")
    named = attributes if isinstance(attributes, dict) else {}
    return SamlResponse(
        name_id=NameId(
            _whole(value),
            _text(entry.get("name_id_format")),
            _text(entry.get("name_id_namequalifier")),
            _text(entry.get("name_id_spnamequalifier")),
        )
        if isinstance(value, str)
        else None,
        status=_text(entry.get("status_code")) or SUCCESS,
        status_detail=_text(entry.get("status_message")),
        issuer=_text(entry.get("issuer")),
        destination=_text(entry.get("destination")),
        audiences=_texts(entry.get("audiences")),
        not_before=_text(entry.get("not_before")),
        not_on_or_after=_text(entry.get("not_on_or_after")),
        in_response_to=_text(entry.get("in_response_to")),
        attributes={_whole(str(name)): _texts(values) for name, values in named.items()},
    )


def _text(value: Any) -> str:
    if isinstance(value, list):
        return _text(value[0]) if value else ""
    return _whole(value) if isinstance(value, str) else ""


def _whole(text: str) -> str:
    """Half of a surrogate pair, which JSON can hold, is no text."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _texts(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(_whole(item) for item in values if isinstance(item, str))


def moment(text: str) -> datetime | None:
    """A moment as SAML and HAR write it (ISO 8601), in UTC; None where it is none."""
    try:
        read = datetime.fromisoformat(text.strip())
        return (read if read.tzinfo is not None else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
