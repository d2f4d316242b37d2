"""What is wrong, or worth knowing, about one captured sign-in: pure functions of it and of a clock."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from scimtui.findings import Finding, FindingTexts, gravest_first
from scimtui.gitlab.address import Address
from scimtui.saml.capture import moment
from scimtui.saml.response import NameId, SamlResponse
from scimtui.text import visible_blanks

TRANSIENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
EMAIL_ATTRIBUTES: Final = (
    "email",
    "mail",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/emailaddress",
)
REFUSING: Final = frozenset(
    {"status-not-success", "no-assertion", "audience-other", "destination-other", "not-yet-valid"}
)
"""Findings after which GitLab looks at nobody (sign-in.md 1)."""
USERNAME_ATTRIBUTES: Final = ("username", "nickname")
_UNSPECIFIED = frozenset({"", "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"})
_GUID = re.compile(r"\{?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\}?\Z", re.IGNORECASE)
_OKTA_ID = re.compile(r"00u[0-9A-Za-z]{17}\Z")
_PAIRWISE = re.compile(r"[A-Za-z0-9_-]{43}\Z")
_SKEW = timedelta(minutes=1)
_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Co", "Cn", "Cs"})
_TEXTS = FindingTexts(Path(__file__).with_name("findings.toml"))


class Expected(NamedTuple):
    """Where responses for a group have to go (contract 5).

    Attributes:
        identifier: the group's own, e.g. `https://gitlab.com/groups/acme`.
    """

    identifier: str

    @classmethod
    def at(cls, address: Address) -> Expected | None:
        """For the group of a profile's address; None for a whole instance."""
        return cls(f"{address.web_url}/groups/{address.group}") if address.group is not None else None

    @property
    def callback(self) -> str:
        """The reply URL."""
        return f"{self.identifier}/-/saml/callback"


def email_of(response: SamlResponse) -> str:
    """The e-mail address that GitLab takes from a response, without blanks; empty for none."""
    return _first_value(response, EMAIL_ATTRIBUTES)


def username_of(response: SamlResponse) -> str:
    """The username that GitLab takes from a response; empty for none."""
    return _first_value(response, USERNAME_ATTRIBUTES)


def _first_value(response: SamlResponse, names: tuple[str, ...]) -> str:
    for name in names:
        for value in response.attributes.get(name, ()):
            if value.strip():
                return value.strip()
    return ""


def judge(
    response: SamlResponse,
    *,
    now: datetime,
    expected: Expected | None = None,
    captured_at: datetime | None = None,
) -> tuple[Finding, ...]:
    """Everything to say of one response, gravest first; a failed status before all else.

    Args:
        now: the clock, UTC.
        expected: where it should go; None where no profile is known.
        captured_at: when the capturing tool saw it, by its own clock.
    """
    if response.encrypted and response.name_id is None:
        found = [_TEXTS.finding("encrypted")]
    elif not response.has_assertion and response.name_id is None:
        found = [_TEXTS.finding("no-assertion")] if response.succeeded else []
    else:
        found = list(_subject(response))
    if response.has_assertion:
        found += _surroundings(response, now, expected, captured_at)
    ordered = gravest_first(found)
    if response.succeeded:
        return ordered
    told = response.status.rpartition(":")[2] or "no status"
    seen = ": ".join(part for part in (told, response.status_detail) if part)
    return (_TEXTS.finding("status-not-success", seen), *ordered)


def _subject(response: SamlResponse) -> Iterator[Finding]:
    for code in response.ambiguous:
        seen = ", ".join(f"“{visible_blanks(one.value)}”" for one in response.candidates)
        yield _TEXTS.finding(code, f"NameIDs: {seen}" if seen else "")
    name_id = response.name_id
    if name_id is None:
        if not response.ambiguous:
            yield _TEXTS.finding("no-name-id")
        return
    if not name_id.value.strip():
        yield _TEXTS.finding("name-id-empty", f"“{visible_blanks(name_id.value)}”")
        return
    yield from _name_id(name_id, typed=not response.has_assertion)
    equal = [
        name
        for name, values in response.attributes.items()
        if any(value == name_id.value for value in values)
    ]
    if equal:
        yield _TEXTS.finding("name-id-source", ", ".join(equal))
    elif _PAIRWISE.match(name_id.value) and "microsoft" in _provider(response):
        yield _TEXTS.finding("name-id-pairwise", name_id.value)


def _name_id(name_id: NameId, *, typed: bool) -> Iterator[Finding]:
    value = name_id.value
    shown = f"“{visible_blanks(value)}”"
    if name_id.odd:
        yield _TEXTS.finding("name-id-odd-content", ", ".join(name_id.odd))
    if value != value.strip():
        yield _TEXTS.finding("name-id-outer-blanks", shown)
    if any(unicodedata.category(character) in _INVISIBLE for character in value.strip()):
        yield _TEXTS.finding("name-id-invisible", shown)
    if name_id.format == TRANSIENT:
        yield _TEXTS.finding("name-id-transient", name_id.format)
    elif "@" in value:
        yield _TEXTS.finding("name-id-is-email", shown)
    elif not typed and name_id.format in _UNSPECIFIED and (_GUID.match(value) or _OKTA_ID.match(value)):
        yield _TEXTS.finding("name-id-unspecified", shown)


def _provider(response: SamlResponse) -> str:
    issuer = response.issuer.lower()
    return "microsoft" if "sts.windows.net" in issuer or "microsoftonline" in issuer else issuer


def _surroundings(
    response: SamlResponse, now: datetime, expected: Expected | None, captured_at: datetime | None
) -> Iterator[Finding]:
    if expected is not None:
        audiences = response.audiences
        if audiences and expected.identifier not in audiences:
            yield _TEXTS.finding("audience-other", f"{', '.join(audiences)}; expected {expected.identifier}")
        for sent_to in dict.fromkeys(part for part in (response.destination, response.recipient) if part):
            if sent_to != expected.callback:
                yield _TEXTS.finding("destination-other", f"{sent_to}; expected {expected.callback}")
    ends = moment(response.not_on_or_after)
    if ends is not None and ends <= now:
        yield _TEXTS.finding("expired", f"valid until {ends:%Y-%m-%d %H:%M:%S} UTC")
    begins = moment(response.not_before)
    if begins is not None and begins - _SKEW > now:
        yield _TEXTS.finding("not-yet-valid", f"valid from {begins:%Y-%m-%d %H:%M:%S} UTC")
    issued = moment(response.issue_instant)
    if issued is not None and captured_at is not None and abs(issued - captured_at) > _SKEW:
        seconds = abs((issued - captured_at).total_seconds())
        yield _TEXTS.finding(
            "clock-skew",
            f"issued {issued:%H:%M:%S}, captured {captured_at:%H:%M:%S} UTC, {seconds:,.0f} s apart",
        )
    if not email_of(response):
        yield _TEXTS.finding("no-email", ", ".join(response.attributes) or "no attributes at all")
    if response.name_id is not None and not response.in_response_to:
        yield _TEXTS.finding("idp-initiated")
