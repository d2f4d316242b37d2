"""What is wrong, or worth knowing, about one captured sign-in: pure functions of it and of a clock."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from scimtui.findings import Finding, FindingTexts, gravest_first
from scimtui.saml.refusals import Expected, moment, refusals
from scimtui.saml.response import NameId, SamlResponse
from scimtui.text import shortened, visible_blanks

TRANSIENT: Final = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
EMAIL_ATTRIBUTES: Final = (
    "email",
    "mail",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/emailaddress",
)
USERNAME_ATTRIBUTES: Final = ("username", "nickname")
GROUP_ATTRIBUTES: Final = ("groups", "Groups")
OVERAGE: Final = "http://schemas.microsoft.com/claims/groups.link"
_GROUPS = re.compile(
    r"groups?|(?:is)?[_-]?member[_-]?of|group[_-]?memberships?|(?:user|security|ldap|ad)[_-]?groups?|"
    r"1\.3\.6\.1\.4\.1\.5923\.1\.5\.1\.1",
    re.IGNORECASE,
)
_MOST_LOOKED_AT = 1000
_LONGEST_SEEN = 4000
_SEGMENTS = re.compile(r"[/:#]")
_UNSPECIFIED = frozenset({"", "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"})
_GUID = re.compile(r"\{?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\}?\Z", re.IGNORECASE)
_OKTA_ID = re.compile(r"00u[0-9A-Za-z]{17}\Z")
_PAIRWISE = re.compile(r"[A-Za-z0-9_-]{43}\Z")
_SKEW = timedelta(minutes=1)
_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Co", "Cn", "Cs"})
_TEXTS = FindingTexts(Path(__file__).with_name("findings.toml"))


def email_of(response: SamlResponse) -> str:
    """The e-mail address that GitLab takes from a response, without blanks; empty for none."""
    return _first_value(response, EMAIL_ATTRIBUTES)


def username_of(response: SamlResponse) -> str:
    """The username that GitLab takes from a response; empty for none."""
    return _first_value(response, USERNAME_ATTRIBUTES)


def _first_value(response: SamlResponse, names: tuple[str, ...]) -> str:
    """Of the first attribute that is there the first value, though it be empty: so does GitLab's library."""
    values = next((values for name in names if (values := response.attributes.get(name))), ("",))
    return values[0].strip()


def judge(
    response: SamlResponse,
    *,
    now: datetime,
    expected: Expected | None = None,
    captured_at: datetime | None = None,
) -> tuple[Finding, ...]:
    """Everything to say of one response, gravest first; what GitLab names first before all else.

    Args:
        now: the clock, UTC.
        expected: where it should go; None where no profile is known.
        captured_at: when the capturing tool saw it, by its own clock.
    """
    found = [_TEXTS.finding(one.code, one.seen) for one in refusals(response, now, expected)]
    if response.encrypted and response.name_id is None:
        found.append(_TEXTS.finding("encrypted"))
    elif response.has_assertion or response.name_id is not None:
        found += _subject(response)
    if response.has_assertion:
        found += _surroundings(response, now, captured_at)
        found += _claims(response)
    return gravest_first(_each_once(found, response))


def _each_once(found: Iterable[Finding], response: SamlResponse) -> Iterable[Finding]:
    """Each code once, with all that was seen; who fails at the provider needs not be told of no assertion."""
    kept: dict[str, Finding] = {}
    for finding in found:
        before = kept.setdefault(finding.code, finding)
        if finding.seen and finding.seen != before.seen:
            seen = "; ".join(part for part in (before.seen, finding.seen) if part)
            kept[finding.code] = before._replace(seen=seen)
    kept = {code: one._replace(seen=shortened(one.seen, _LONGEST_SEEN)) for code, one in kept.items()}
    if response.failed:
        kept.pop("no-assertion", None)
    return kept.values()


def _subject(response: SamlResponse) -> Iterator[Finding]:
    for code in response.ambiguous:
        seen = ", ".join(f"“{visible_blanks(shortened(one.value))}”" for one in response.candidates)
        yield _TEXTS.finding(code, f"NameIDs: {seen}" if seen else "")
    name_id = response.name_id
    if name_id is None:
        if not response.ambiguous:
            yield _TEXTS.finding("no-name-id")
        return
    if not name_id.value.strip():
        yield _TEXTS.finding("name-id-empty", f"“{visible_blanks(shortened(name_id.value))}”")
    if name_id.format == TRANSIENT:
        yield _TEXTS.finding("name-id-transient", name_id.format)
    if not name_id.value.strip():
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
    shown = f"“{visible_blanks(shortened(value))}”"
    odd = [what for what in name_id.odd if what != "element"]
    if odd:
        yield _TEXTS.finding("name-id-odd-content", ", ".join(odd))
    if value != value.strip():
        yield _TEXTS.finding("name-id-outer-blanks", shown)
    if any(unicodedata.category(character) in _INVISIBLE for character in value.strip()[:_MOST_LOOKED_AT]):
        yield _TEXTS.finding("name-id-invisible", shown)
    if name_id.format == TRANSIENT:
        return
    if "@" in value:
        yield _TEXTS.finding("name-id-is-email", shown)
    elif not typed and name_id.format in _UNSPECIFIED and (_GUID.match(value) or _OKTA_ID.match(value)):
        yield _TEXTS.finding("name-id-unspecified", shown)


def _provider(response: SamlResponse) -> str:
    issuer = response.issuer.lower()
    return "microsoft" if "sts.windows.net" in issuer or "microsoftonline" in issuer else issuer


def _surroundings(response: SamlResponse, now: datetime, captured_at: datetime | None) -> Iterator[Finding]:
    if response.envelope is None and response.statements is not None:
        yield _TEXTS.finding("assertion-alone")
    ends = moment(response.not_on_or_after)
    if ends is not None and ends <= now:
        yield _TEXTS.finding("expired", f"valid until {ends:%Y-%m-%d %H:%M:%S} UTC")
    issued = moment(response.issue_instant)
    if issued is not None and captured_at is not None and abs(issued - captured_at) > _SKEW:
        seconds = abs((issued - captured_at).total_seconds())
        yield _TEXTS.finding(
            "clock-skew",
            f"issued {issued:%H:%M:%S}, captured {captured_at:%H:%M:%S} UTC, {seconds:,.0f} s apart",
        )
    if not email_of(response):
        yield _TEXTS.finding("no-email", ", ".join(response.attributes) or "no attributes at all")
    if response.name_id is not None and not response.answers_a_request:
        yield _TEXTS.finding("idp-initiated")


def _claims(response: SamlResponse) -> Iterator[Finding]:
    """What is sent besides: groups as GitLab does not read them (contract 2, 11.2 and 21), and passwords."""
    names = response.attributes
    if OVERAGE in names:
        yield _TEXTS.finding("groups-overage", OVERAGE)
    read = next((name for name in GROUP_ATTRIBUTES if name in names), None)
    if read is None:
        others = [name for name in names if _GROUPS.fullmatch(_SEGMENTS.split(name.strip())[-1])]
        if others:
            numbers = (f"{name!r}: {len(names[name]):,} values" for name in others)
            yield _TEXTS.finding("groups-misnamed", "; ".join(numbers))
    elif read == GROUP_ATTRIBUTES[0] and not any(names[read]) and any(names.get(GROUP_ATTRIBUTES[1], ())):
        seen = f"{GROUP_ATTRIBUTES[1]}: {len(names[GROUP_ATTRIBUTES[1]]):,} values"
        yield _TEXTS.finding("groups-hidden", seen)
    if response.hidden:
        yield _TEXTS.finding("password-sent", ", ".join(response.hidden))
