"""One captured sign-in as plain values: what a Response, an assertion alone or a line of a log says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"


class NameId(NamedTuple):
    """What the IdP says who this is.

    Attributes:
        value: exactly as it came, blanks and invisible characters included; of an element inside it nothing.
        odd: of `comment`, `processing-instruction`, `cdata`, `element`: what stands inside it.
    """

    value: str
    format: str = ""
    name_qualifier: str = ""
    sp_name_qualifier: str = ""
    odd: tuple[str, ...] = ()

    def as_json(self) -> dict[str, str]:
        """DESIGN's "verify"."""
        return {
            "value": self.value,
            "format": self.format,
            "name_qualifier": self.name_qualifier,
            "sp_name_qualifier": self.sp_name_qualifier,
        }


class Confirmation(NamedTuple):
    """One SubjectConfirmation.

    Attributes:
        data: the attributes of its data; None where it has none.
    """

    method: str | None
    data: dict[str, str] | None


class Signed(NamedTuple):
    """One Signature element: where it stands, and what it says it covers.

    Attributes:
        part: the local name of the element around it.
        identifier: that element's ID; None for none.
        reference: the ID it names, empty for the element around it; None where it names none.
    """

    part: str
    identifier: str | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a whole Response tells that an assertion alone, or a line of a log, does not.

    Attributes:
        version: and ID; None where the attribute is missing.
        destination: None where the attribute is missing.
        assertions: how many there are anywhere in it, encrypted ones included.
        encrypted_assertions: how many of them are encrypted.
        signatures: every one in it, in the order of the document.
        faults: what SAML's schema does not allow in it, in words; the first few.
        size: characters of base64 it was sent as; 0 where that is not known.
        unpacked: bytes that it was before it was deflated; 0 where it was not.
    """

    version: str | None = None
    identifier: str | None = None
    assertions: int = 0
    encrypted_assertions: int = 0
    signatures: tuple[Signed, ...] = ()
    faults: tuple[str, ...] = ()
    size: int = 0
    unpacked: int = 0


@dataclass(frozen=True, slots=True)
class Statements:
    """What the assertion that counts is made of, as far as it was sent in clear.

    Attributes:
        conditions: how many Conditions there are.
        authn: how many AuthnStatements.
        session_until: SessionNotOnOrAfter, as it came.
        confirmations: every SubjectConfirmation.
    """

    conditions: int = 0
    authn: int = 0
    session_until: str = ""
    confirmations: tuple[Confirmation, ...] = ()


@dataclass(frozen=True, slots=True)
class SamlResponse:
    """One captured sign-in.

    Attributes:
        name_id: the one that counts; None where there is none, or where several could.
        candidates: every NameID of a subject that somebody might read, where that is ambiguous.
        status: the status code's URI; empty where none was told.
        status_codes: it and the codes inside it.
        status_message: what was said with it; None for nothing.
        issue_instant: and the other moments, as they came; empty for none.
        destination: None where none was told.
        in_response_to: the request that the response answers; of an assertion alone, its confirmation.
        encrypted: the assertion or the NameID is.
        signed: `response`, `assertion`: which parts carry a signature. None of them was checked.
        ambiguous: codes of what makes the message ambiguous: `several-assertions`, `nested-assertion`,
            `several-name-ids`, `duplicate-ids`, `response-in-response`.
        attributes: by name, with all values; those of passwords are hidden.
        hidden: names of the attributes whose values are.
        envelope: None for anything but a whole Response.
        statements: None where the assertion is not there in clear.
    """

    name_id: NameId | None = None
    candidates: tuple[NameId, ...] = ()
    status: str = ""
    status_codes: tuple[str, ...] = ()
    status_message: str | None = None
    issuer: str = ""
    issue_instant: str = ""
    destination: str | None = None
    recipient: str = ""
    audiences: tuple[str, ...] = ()
    not_before: str = ""
    not_on_or_after: str = ""
    in_response_to: str = ""
    encrypted: bool = False
    signed: tuple[str, ...] = ()
    has_assertion: bool = True
    ambiguous: tuple[str, ...] = ()
    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    envelope: Envelope | None = None
    statements: Statements | None = None

    def as_json(self) -> dict[str, object]:
        """DESIGN's "verify", without the findings; what was not told is null."""
        return {
            "name_id": self.name_id.as_json() if self.name_id is not None else None,
            "issuer": self.issuer,
            "audiences": list(self.audiences),
            "destination": self.destination,
            "recipient": self.recipient,
            "not_before": self.not_before,
            "not_on_or_after": self.not_on_or_after,
            "in_response_to": self.in_response_to or None,
            "status": self.status or None,
            "encrypted": self.encrypted,
            "signature": "not-checked",
            "attributes": {name: list(values) for name, values in self.attributes.items()},
        }

    @property
    def failed(self) -> bool:
        """Whether the IdP does not say that the person signed in there, though it had to say something."""
        return self.status != SUCCESS and (bool(self.status) or self.envelope is not None)

    @property
    def answers_a_request(self) -> bool:
        """Whether it was started at GitLab, as the response or a confirmation says."""
        confirmations = self.statements.confirmations if self.statements is not None else ()
        return bool(self.in_response_to) or any(
            one.data is not None and one.data.get("InResponseTo") for one in confirmations
        )

    @property
    def tells_of_signatures(self) -> bool:
        """Whether a signature would be seen: a line of a log and a typed NameID tell of none."""
        return self.envelope is not None or self.statements is not None
