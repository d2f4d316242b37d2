"""A capture as a list of sign-ins, the latest first."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from scimtui.saml.attributes import without_passwords
from scimtui.saml.containers import Captured, LogLine, Typed, contents_of
from scimtui.saml.encodings import refuse_undecoded, text_of_bytes
from scimtui.saml.errors import CaptureError
from scimtui.saml.reader import read_response
from scimtui.saml.refusals import Expected, moment, same_address
from scimtui.saml.response import SUCCESS, NameId, SamlResponse

_BESIDES = ("request", "logout")
_CALLBACK = re.compile(r"/(?:-/saml/callback|users/auth/[^/]{1,100}/callback)/?\Z")


class SignIn(NamedTuple):
    """One captured sign-in.

    Attributes:
        at: when it was made, or else captured; UTC, None where nothing tells.
        captured_at: by the clock of the machine that captured it, where that clock speaks of this message.
        xml: the message itself, for checking its signature; None where there is none.
        sent_to: the address it was sent to, as the capture tells; empty where it does not.
    """

    response: SamlResponse
    at: datetime | None = None
    captured_at: datetime | None = None
    xml: bytes | None = None
    sent_to: str = ""


class Capture(NamedTuple):
    """Everything read from one paste or file.

    Attributes:
        container: see `containers.Contents`.
        sign_ins: the latest of the capture first: the order of a trace is one clock's, when responses
            were made is told by the clocks of those who made them.
        refused: messages that were there and are no sign-in, or could not be read.
    """

    container: str
    sign_ins: tuple[SignIn, ...]
    refused: tuple[CaptureError, ...] = ()

    def beginning_with(self, expected: Expected | None) -> Capture:
        """What went to a group first, then what went to any GitLab, then the rest; each in its order.

        Args:
            expected: the group; None where none is known.
        """
        return self._replace(sign_ins=tuple(sorted(self.sign_ins, key=lambda one: _distance(one, expected))))

    def refused_in_words(self) -> tuple[str, ...]:
        """What was not read, each reason once."""
        times = Counter(error.what for error in self.refused)
        return tuple(what if number == 1 else f"{what} ({number:,} times)" for what, number in times.items())


def _distance(one: SignIn, expected: Expected | None) -> int:
    response = one.response
    addresses = [part for part in (one.sent_to, response.destination, response.recipient) if part]
    if expected is not None:
        if any(same_address(address, expected.callback) for address in addresses):
            return 0
        if expected.identifier in response.audiences:
            return 0
    return 1 if any(_CALLBACK.search(address) for address in addresses) or not addresses else 2


def read_capture(capture: str | bytes) -> Capture:
    """Read a paste or a file; works without profile, token or network.

    Raises:
        CaptureError: no sign-in is in it; the code says what is.
    """
    contents = contents_of(capture if isinstance(capture, str) else text_of_bytes(capture))
    sign_ins: list[SignIn] = []
    refused = list(contents.refused)
    for item in contents.found:
        try:
            sign_ins.append(_sign_in(item))
        except CaptureError as error:
            refused.append(error)
    if not sign_ins:
        raise next((error for error in refused if error.code not in _BESIDES), refused[0])
    return Capture(contents.container, _latest_first(sign_ins), tuple(refused))


def _latest_first(sign_ins: Iterable[SignIn]) -> tuple[SignIn, ...]:
    """By the capturing clock where it tells of each, as the lines of a log do; else as they stand there."""
    latest = list(sign_ins)[::-1]
    clocked = [one.captured_at for one in latest if one.captured_at is not None]
    if len(clocked) == len(latest):
        latest.sort(key=lambda one: one.captured_at or datetime.min, reverse=True)
    return tuple(latest)


def _sign_in(item: Captured) -> SignIn:
    if isinstance(item, Typed):
        return SignIn(SamlResponse(name_id=NameId(item.value), has_assertion=False))
    if isinstance(item, LogLine):
        logged_at = moment(item.captured_at)
        return SignIn(_logged(item.entry), logged_at, logged_at)
    response = read_response(item.xml, encoding=item.encoding)
    if response.envelope is not None:
        size = item.size or -(-len(item.xml) // 3) * 4
        unpacked = len(item.xml) if item.was_deflated else 0
        response = replace(response, envelope=replace(response.envelope, size=size, unpacked=unpacked))
    captured_at = moment(item.captured_at)
    return SignIn(
        response,
        moment(response.issue_instant) or captured_at,
        captured_at if item.clock_is_its_own else None,
        item.xml,
        item.sent_to,
    )


def _logged(entry: dict[str, Any]) -> SamlResponse:
    """GitLab's own reading, as `auth_json.log` keeps it (idp-behaviour 4.1)."""
    refuse_undecoded(json.dumps(entry, ensure_ascii=False))
    value = entry.get("name_id")
    attributes = entry.get("attributes")
    named = attributes if isinstance(attributes, dict) else {}
    shown = without_passwords({_whole(str(name)): _texts(values) for name, values in named.items()})
    status = _text(entry.get("status_code")) or (SUCCESS if entry.get("success") is True else "")
    return SamlResponse(
        name_id=NameId(
            _whole(value),
            _text(entry.get("name_id_format")),
            _text(entry.get("name_id_namequalifier")),
            _text(entry.get("name_id_spnamequalifier")),
        )
        if isinstance(value, str)
        else None,
        status=status,
        status_codes=tuple(part.strip() for part in status.split("|")) if status else (),
        status_message=_text(entry.get("status_message")) or None,
        issuer=_text(entry.get("issuer")),
        destination=_text(entry.get("destination")) or None,
        audiences=_texts(entry.get("audiences")),
        not_before=_text(entry.get("not_before")),
        not_on_or_after=_text(entry.get("not_on_or_after")),
        in_response_to=_text(entry.get("in_response_to")),
        encrypted=entry.get("assertion_encrypted") is True,
        attributes=shown.values,
        hidden=shown.hidden,
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
