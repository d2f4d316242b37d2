"""Why GitLab takes nobody in on a response, in the order and the words of its SAML library.

ruby-saml 1.18, `Response#validate`, which stops at the first fault; a group's settings want no signed
assertion, no NameID and no issuer, allow no clock drift and skip nothing (sign-in.md 1). What a capture does
not tell is not held against it: an assertion alone, a line of a log and a typed NameID have no signature,
version or destination to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from scimtui.gitlab.address import Address
from scimtui.saml.response import BEARER, Confirmation, Envelope, SamlResponse, Statements

MOST_CHARACTERS: Final = 250_000
"""What GitLab takes, unless an administrator of a self-managed one changed `saml_message_max_byte_size`."""
_SKEW = timedelta(minutes=1)
_USUAL = timedelta(days=1)
"""Providers let a response hold for minutes to hours; one that holds longer is taken as if sent now."""
_CONFIRMATION = "A valid SubjectConfirmation was not found on this Response"
_NUMBER = "Found an unexpected number of Signature Element. SAML Response rejected"
_MOST_SIGNATURES = 2
_ONE_ASSERTION = "SAML Response must contain 1 assertion"


class Expected(NamedTuple):
    """Where responses have to go (contract 5).

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


class Refusal(NamedTuple):
    """One fault after which GitLab looks at nobody.

    Attributes:
        code: of a finding.
        reason: what GitLab's library says of it; empty where that depends on more than was captured.
        seen: what was found, literally.
    """

    code: str
    reason: str
    seen: str = ""


def refusals(response: SamlResponse, now: datetime, expected: Expected | None = None) -> Iterator[Refusal]:
    """Every fault, the one that GitLab names first.

    Args:
        now: the clock, UTC.
        expected: where the response should go; None where no group is known.
    """
    envelope, statements = response.envelope, response.statements
    if envelope is not None:
        yield from _message(envelope)
    if response.failed:
        yield _status(response)
    if envelope is not None and envelope.assertions != 1:
        yield _number(response, envelope)
    if envelope is not None and not envelope.encrypted_assertions:
        yield from _signatures(envelope)
    yield from _structure(response)
    at = _moment_of_use(response, now)
    if statements is not None:
        yield from _conditions(response, statements, now, at)
    if expected is not None:
        yield from _audience(response.audiences, expected)
    yield from _destination(response.destination, expected)
    if statements is not None:
        until = moment(statements.session_until)
        if until is not None and until <= at:
            yield Refusal(
                "session-expired",
                "The attributes have expired, based on the SessionNotOnOrAfter of the AuthnStatement of this"
                " Response",
                f"SessionNotOnOrAfter {statements.session_until}",
            )
        yield from _confirmations(response, statements, at, expected)
    yield from _name_id(response, expected)


def reason_as_shown(reason: str) -> str:
    """A reason as GitLab's pages show it: Rails' `humanize` makes everything small but the first letter."""
    small = re.sub("[A-Z]+", lambda capitals: capitals.group().lower(), reason).replace("_", " ").lstrip()
    return small[:1].upper() + small[1:]


def moment(text: str) -> datetime | None:
    """A moment as SAML and HAR write it (ISO 8601), in UTC; None where it is none."""
    try:
        read = datetime.fromisoformat(text.strip())
        return (read if read.tzinfo is not None else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def same_address(one: str, other: str) -> bool:
    """Whether GitLab's library takes two addresses for the same: scheme and host without case, no port."""
    try:
        parts, others = urlsplit(one), urlsplit(other)
        hosts = parts.hostname, others.hostname
    except ValueError:
        return one == other
    if any(character.isspace() for character in one) or not one.isascii():
        return one == other
    if not (parts.scheme and others.scheme and all(hosts)):
        return one == other
    return (parts.scheme, hosts[0], parts.path, parts.query) == (
        others.scheme,
        hosts[1],
        others.path,
        others.query,
    )


def _message(envelope: Envelope) -> Iterator[Refusal]:
    if envelope.size > MOST_CHARACTERS:
        seen = f"{envelope.size:,} characters as base64"
        yield Refusal(
            "too-long", f"Encoded SAML Message exceeds {MOST_CHARACTERS} bytes, so was rejected", seen
        )
    elif envelope.unpacked > MOST_CHARACTERS:
        reason = f"SAML Message exceeds {MOST_CHARACTERS} bytes during decompression, so was rejected"
        yield Refusal("too-long", reason, f"{envelope.unpacked:,} bytes once unpacked")
    if envelope.version != "2.0":
        seen = "no Version" if envelope.version is None else f"Version “{envelope.version}”"
        yield Refusal("version-other", "Unsupported SAML version", seen)
    if envelope.identifier is None:
        yield Refusal("id-missing", "Missing ID attribute on SAML Response")


def _status(response: SamlResponse) -> Refusal:
    names = [code.rpartition(":")[2] for code in response.status_codes]
    told = f", was {' => '.join(names)}" if names else ""
    message = f" -> {response.status_message}" if response.status_message is not None else ""
    reason = f"The status code of the Response was not Success{told}{message}"
    inner = ": ".join(part for part in (*names[1:2], (response.status_message or "").strip()) if part)
    seen = ": ".join(part for part in (names[0] if names else "no status", inner) if part)
    return Refusal("status-not-success", reason, seen)


def _number(response: SamlResponse, envelope: Envelope) -> Refusal:
    if not envelope.assertions:
        return Refusal("no-assertion", _ONE_ASSERTION)
    nested = "nested-assertion" in response.ambiguous and "several-assertions" not in response.ambiguous
    seen = f"{envelope.assertions} assertions"
    if envelope.encrypted_assertions:
        seen += f", {envelope.encrypted_assertions} of them encrypted"
    return Refusal("nested-assertion" if nested else "several-assertions", _ONE_ASSERTION, seen)


def _signatures(envelope: Envelope) -> Iterator[Refusal]:
    """The checks before any certificate: how many there are, where they stand, what they name."""
    number = len(envelope.signatures)
    if not number:
        yield Refusal("unsigned", _NUMBER)
    if not number or envelope.assertions != 1:
        return
    ids: list[str] = []
    references: list[str] = []
    for part, identifier, reference in envelope.signatures:
        said = ""
        if part not in ("Response", "Assertion"):
            said = f"Invalid Signature Element '{part}'"
        elif identifier is None:
            said = "Signed Element must contain an ID"
        elif identifier in ids:
            said = "Duplicated ID"
        elif reference and reference != identifier:
            said = "Found an invalid Signed Element"
        elif reference and reference in references:
            said = "Duplicated Reference URI"
        if said:
            yield Refusal("signature-elsewhere", f"{said}. SAML Response rejected", said)
            return
        ids.append(identifier or "")
        references.append(reference or "")
    if number > _MOST_SIGNATURES:
        yield Refusal("signature-elsewhere", _NUMBER, f"{number} signatures")


def _structure(response: SamlResponse) -> Iterator[Refusal]:
    """What SAML's schema does not allow; GitLab then shows the schema's words and the whole response."""
    if response.envelope is None:
        return
    named: list[str] = [
        code
        for code in ("response-in-response", "nested-assertion", "several-name-ids", "duplicate-ids")
        if code in response.ambiguous and (code != "nested-assertion" or response.envelope.assertions == 1)
    ]
    if response.name_id is not None and "element" in response.name_id.odd:
        named.append("name-id-element")
    yield from (Refusal(code, "") for code in named)
    if response.envelope.faults and not named:
        yield Refusal("not-by-schema", "", "; ".join(response.envelope.faults))


def _moment_of_use(response: SamlResponse, now: datetime) -> datetime:
    """When it was sent: when it was made, unless it still holds long after."""
    issued, until = moment(response.issue_instant), moment(response.not_on_or_after)
    if issued is None or (until is not None and until > now and until - issued > _USUAL):
        return now
    return min(issued, now)


def _conditions(
    response: SamlResponse, statements: Statements, now: datetime, at: datetime
) -> Iterator[Refusal]:
    if statements.conditions != 1:
        seen = f"{statements.conditions} Conditions" if statements.conditions else ""
        yield Refusal("conditions-not-one", "The Assertion must include one Conditions element", seen)
    begins, ends = moment(response.not_before), moment(response.not_on_or_after)
    if begins is not None and begins - _SKEW > now:
        yield Refusal(
            "not-yet-valid",
            f"Current time is earlier than NotBefore condition (… < {begins:%Y-%m-%d %H:%M:%S} UTC - 1s)",
            f"valid from {begins:%Y-%m-%d %H:%M:%S} UTC",
        )
    if statements.conditions and ends is not None and ends <= at:
        yield Refusal(
            "expired-when-made",
            f"Current time is on or after NotOnOrAfter condition (… >= {ends:%Y-%m-%d %H:%M:%S} UTC + 1s)",
            f"valid until {ends:%Y-%m-%d %H:%M:%S}, made {at:%Y-%m-%d %H:%M:%S} UTC",
        )
    if statements.authn != 1:
        seen = f"{statements.authn} AuthnStatements" if statements.authn else ""
        yield Refusal("authn-not-one", "The Assertion must include one AuthnStatement element", seen)


def _audience(audiences: tuple[str, ...], expected: Expected) -> Iterator[Refusal]:
    if audiences and expected.identifier not in audiences:
        s = "s" if len(audiences) > 1 else ""
        reason = (
            f"Invalid Audience{s}. The audience{s} {','.join(audiences)}, did not match "
            f"the expected audience {expected.identifier}"
        )
        seen = f"{', '.join(f'“{one}”' if one != one.strip() else one for one in audiences)}"
        yield Refusal("audience-other", reason, f"{seen}; expected {expected.identifier}")


def _destination(destination: str | None, expected: Expected | None) -> Iterator[Refusal]:
    if destination == "":
        yield Refusal("destination-empty", "The response has an empty Destination value")
    elif (
        destination is not None and expected is not None and not same_address(destination, expected.callback)
    ):
        reason = f"The response was received at {destination} instead of {expected.callback}"
        yield Refusal("destination-other", reason, f"{destination}; expected {expected.callback}")


def _confirmations(
    response: SamlResponse, statements: Statements, at: datetime, expected: Expected | None
) -> Iterator[Refusal]:
    faults = [_unfit(one, response, at, expected) for one in statements.confirmations]
    if not faults:
        yield Refusal("confirmation-missing", _CONFIRMATION)
    elif all(faults):
        yield Refusal("confirmation-unfit", _CONFIRMATION, "; ".join(dict.fromkeys(faults)))


def _unfit(one: Confirmation, response: SamlResponse, at: datetime, expected: Expected | None) -> str:
    """Why one confirmation does not do; empty where it does."""
    if one.method not in (None, BEARER):
        return f"its method is {one.method.rpartition(':')[2]}, not bearer"
    if one.data is None:
        return "it has no SubjectConfirmationData"
    answered, own = one.data.get("InResponseTo"), response.in_response_to or None
    if response.envelope is not None and answered not in (None, own):
        return f"it answers request {answered}, the response {own or 'none'}"
    ends, begins = moment(one.data.get("NotOnOrAfter", "")), moment(one.data.get("NotBefore", ""))
    if ends is not None and ends <= at:
        return f"it was valid until {ends:%Y-%m-%d %H:%M:%S} UTC"
    if begins is not None and begins - _SKEW > at:
        return f"it is valid from {begins:%Y-%m-%d %H:%M:%S} UTC"
    recipient = one.data.get("Recipient")
    if recipient is not None and expected is not None and recipient != expected.callback:
        return f"its Recipient is {recipient}, expected {expected.callback}"
    return ""


def _name_id(response: SamlResponse, expected: Expected | None) -> Iterator[Refusal]:
    name_id = response.name_id
    if name_id is None or not response.has_assertion:
        return
    if not name_id.value:
        yield Refusal("name-id-empty", "An empty NameID value found")
    other = name_id.sp_name_qualifier
    if other and expected is not None and other != expected.identifier:
        reason = "The SPNameQualifier value mistmatch the SP entityID value."
        yield Refusal("sp-name-qualifier-other", reason, f"{other}; expected {expected.identifier}")


def first_reason(found: Iterable[Refusal]) -> str | None:
    """What GitLab shows of these; empty where it can't be told literally, None where there is none."""
    return next((reason_as_shown(one.reason) for one in found), None)
