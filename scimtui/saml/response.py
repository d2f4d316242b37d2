"""A SAML 2.0 Response as GitLab would read it, and everything that makes two readers read it differently.

SAML core 2.2.2 (NameID), 2.4 (Subject), 3.2.2 (Status); what counts: idp-behaviour 4.3.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from scimtui.saml.errors import CaptureError
from scimtui.saml.xmltree import Element, parse_xml

PROTOCOL: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
SIGNATURE: Final = "http://www.w3.org/2000/09/xmldsig#"
SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"
_ANY_SAML: Final = frozenset({ASSERTION, "urn:oasis:names:tc:SAML:1.0:assertion"})


class NameId(NamedTuple):
    """What the IdP says who this is.

    Attributes:
        value: exactly as it came, blanks and invisible characters included.
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


@dataclass(frozen=True, slots=True)
class SamlResponse:
    """One captured sign-in.

    Attributes:
        name_id: the one that counts; None where there is none, or where several could.
        candidates: every NameID of a subject that somebody might read, where that is ambiguous.
        status: the status code's URI; empty where none was told.
        status_detail: second-level code and message.
        issue_instant: and the other moments, as they came; empty for none.
        encrypted: the assertion or the NameID is.
        signed: `response`, `assertion`: which parts carry a signature. None of them was checked.
        ambiguous: codes of what makes the message ambiguous: `several-assertions`, `nested-assertion`,
            `several-name-ids`, `duplicate-ids`.
        attributes: by name, with all values.
    """

    name_id: NameId | None = None
    candidates: tuple[NameId, ...] = ()
    status: str = SUCCESS
    status_detail: str = ""
    issuer: str = ""
    issue_instant: str = ""
    destination: str = ""
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

    def as_json(self) -> dict[str, object]:
        """DESIGN's "verify", without the findings."""
        return {
            "name_id": self.name_id.as_json() if self.name_id is not None else None,
            "issuer": self.issuer,
            "audiences": list(self.audiences),
            "destination": self.destination,
            "recipient": self.recipient,
            "not_before": self.not_before,
            "not_on_or_after": self.not_on_or_after,
            "in_response_to": self.in_response_to or None,
            "status": self.status,
            "encrypted": self.encrypted,
            "signature": "not-checked",
            "attributes": {name: list(values) for name, values in self.attributes.items()},
        }

    @property
    def succeeded(self) -> bool:
        """Whether the IdP says that the person signed in there."""
        return self.status == SUCCESS


def name_of_message(root: Element) -> str:
    """What kind of message this is, in a word: `Response`, `AuthnRequest`, …; `Assertion` for one alone."""
    return root.name.local if root.name.space in (PROTOCOL, ASSERTION) else ""


def read_response(document: bytes, *, encoding: str = "") -> SamlResponse:
    """Read a Response, or an Assertion by itself.

    Raises:
        CaptureError: no XML, a DTD, or another message than a response.
    """
    root = parse_xml(document, encoding=encoding)
    kind = name_of_message(root)
    if kind == "Response":
        return _from_response(root)
    if kind == "Assertion" and root.name.space == ASSERTION:
        return _from_assertions(root, [root], SUCCESS, "")
    raise CaptureError(
        *_OTHERS.get(kind, _FOREIGN.get(root.name, ("no-response", "this XML is no SAML response")))
    )


_FIX = "capture the request to GitLab's callback address: it carries SAMLResponse"
_OTHERS: Final[dict[str, tuple[str, ...]]] = {
    "AuthnRequest": ("request", "this is GitLab's request to the identity provider, not the answer", _FIX),
    "LogoutRequest": ("logout", "this is a logout message, not a sign-in", _FIX),
    "LogoutResponse": ("logout", "this is a logout message, not a sign-in", _FIX),
    "ArtifactResponse": ("artifact", "this is an artifact's answer between the servers, not a sign-in", _FIX),
    "ArtifactResolve": ("artifact", "this asks for an artifact, and holds no sign-in", _FIX),
    "EncryptedAssertion": (
        "encrypted",
        "the assertion is encrypted, so it can't be read here",
        "switch encryption off in a test app, or take the line of GitLab's auth_json.log",
    ),
}
_FOREIGN: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("http://docs.oasis-open.org/ws-sx/ws-trust/200512", "RequestSecurityTokenResponseCollection"): (
        "ws-federation",
        "this is WS-Federation, which GitLab does not use",
        "look at the application's sign-on method: it has to be SAML 2.0",
    ),
    ("http://schemas.xmlsoap.org/ws/2005/02/trust", "RequestSecurityTokenResponse"): (
        "ws-federation",
        "this is WS-Federation, which GitLab does not use",
        "look at the application's sign-on method: it has to be SAML 2.0",
    ),
    ("urn:oasis:names:tc:SAML:1.0:assertion", "Assertion"): (
        "saml-1",
        "this is SAML 1.1, which GitLab does not use",
        "look at the application's sign-on method: it has to be SAML 2.0",
    ),
}


def _from_response(root: Element) -> SamlResponse:
    status, detail = _status(root)
    return _from_assertions(root, root.every(ASSERTION, "Assertion"), status, detail)


def _status(root: Element) -> tuple[str, str]:
    status = root.first(PROTOCOL, "Status")
    code = status.first(PROTOCOL, "StatusCode") if status is not None else None
    if status is None or code is None:
        return "", ""
    inner = code.first(PROTOCOL, "StatusCode")
    message = status.first(PROTOCOL, "StatusMessage")
    parts = (
        inner.attributes.get("Value", "").rpartition(":")[2] if inner is not None else "",
        message.text.strip() if message is not None else "",
    )
    return code.attributes.get("Value", ""), ": ".join(part for part in parts if part)


def _from_assertions(root: Element, assertions: list[Element], status: str, detail: str) -> SamlResponse:
    everything = list(root.walk())
    candidates = [name_id for assertion in assertions for name_id in _subject_name_ids(assertion)]
    ambiguous = _ambiguous(root, everything, assertions, len(candidates))
    if ambiguous:
        # Whoever wraps one assertion into another counts on a reader who looks elsewhere than the checker.
        inside = [element for element in everything if _is_assertion(element) and element not in assertions]
        candidates += [name_id for element in inside for name_id in _subject_name_ids(element)]
    first = assertions[0] if assertions else None
    conditions = first.first(ASSERTION, "Conditions") if first is not None else None
    confirmation = _confirmation_data(first)
    encrypted = any(
        element.name in ((ASSERTION, "EncryptedAssertion"), (ASSERTION, "EncryptedID"))
        for element in everything
    )
    own = root.attributes
    return SamlResponse(
        name_id=candidates[0] if candidates and not ambiguous else None,
        candidates=tuple(candidates) if ambiguous else (),
        status=status,
        status_detail=detail,
        issuer=_issuer(first) or _issuer(root),
        issue_instant=own.get("IssueInstant", ""),
        destination=own.get("Destination", ""),
        recipient=confirmation.get("Recipient", ""),
        audiences=_audiences(conditions),
        not_before=conditions.attributes.get("NotBefore", "") if conditions is not None else "",
        not_on_or_after=(conditions.attributes.get("NotOnOrAfter", "") if conditions is not None else "")
        or confirmation.get("NotOnOrAfter", ""),
        in_response_to=own.get("InResponseTo", "") or confirmation.get("InResponseTo", ""),
        encrypted=encrypted,
        signed=tuple(
            name
            for name, element in (
                ("response", root if root.name.space == PROTOCOL else None),
                ("assertion", first),
            )
            if element is not None and element.first(SIGNATURE, "Signature") is not None
        ),
        has_assertion=bool(assertions),
        ambiguous=ambiguous,
        attributes=_attributes(first),
    )


def _is_assertion(element: Element) -> bool:
    return element.name.local == "Assertion" and element.name.space in _ANY_SAML


def _ambiguous(
    root: Element, everything: list[Element], assertions: list[Element], name_ids: int
) -> tuple[str, ...]:
    found = []
    hidden = len(root.every(ASSERTION, "EncryptedAssertion"))
    subjects = [subject for assertion in assertions for subject in assertion.every(ASSERTION, "Subject")]
    hidden_ids = sum(len(subject.every(ASSERTION, "EncryptedID")) for subject in subjects)
    if len(assertions) + hidden > 1:
        found.append("several-assertions")
    if sum(map(_is_assertion, everything)) > len(assertions):
        found.append("nested-assertion")
    if name_ids + hidden_ids > len(assertions) or len(subjects) > len(assertions):
        found.append("several-name-ids")
    ids = Counter(
        value
        for element in everything
        if (value := element.attributes.get("ID", element.attributes.get("Id")))
    )
    if any(times > 1 for times in ids.values()):
        found.append("duplicate-ids")
    return tuple(found)


def _subject_name_ids(assertion: Element) -> list[NameId]:
    """NameIDs that are direct children of the assertion's Subject: no other says who this is."""
    return [
        _name_id(element)
        for subject in assertion.every(ASSERTION, "Subject")
        for element in subject.every(ASSERTION, "NameID")
    ]


def _name_id(element: Element) -> NameId:
    odd = set(element.odd) | ({"element"} if element.children else set())
    text = (
        "".join(part for inner in element.walk() for part in inner.texts)
        if element.children
        else element.text
    )
    attributes = element.attributes
    return NameId(
        text,
        attributes.get("Format", ""),
        attributes.get("NameQualifier", ""),
        attributes.get("SPNameQualifier", ""),
        tuple(sorted(odd)),
    )


def _issuer(element: Element | None) -> str:
    issuer = element.first(ASSERTION, "Issuer") if element is not None else None
    return issuer.text.strip() if issuer is not None else ""


def _confirmation_data(assertion: Element | None) -> dict[str, str]:
    subject = assertion.first(ASSERTION, "Subject") if assertion is not None else None
    for confirmation in subject.every(ASSERTION, "SubjectConfirmation") if subject is not None else ():
        data = confirmation.first(ASSERTION, "SubjectConfirmationData")
        if data is not None:
            return data.attributes
    return {}


def _audiences(conditions: Element | None) -> tuple[str, ...]:
    restrictions = conditions.every(ASSERTION, "AudienceRestriction") if conditions is not None else []
    return tuple(
        audience.text.strip()
        for restriction in restrictions
        for audience in restriction.every(ASSERTION, "Audience")
    )


def _attributes(assertion: Element | None) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for statement in assertion.every(ASSERTION, "AttributeStatement") if assertion is not None else ():
        for attribute in statement.every(ASSERTION, "Attribute"):
            name = attribute.attributes.get("Name", "")
            values = tuple(value.text for value in attribute.every(ASSERTION, "AttributeValue"))
            found[name] = found.get(name, ()) + values
    return found
