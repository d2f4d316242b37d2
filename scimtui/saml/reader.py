"""A SAML 2.0 Response read as GitLab reads it, and everything that makes two readers read it differently.

SAML core 2.2.2 (NameID), 2.4 (Subject), 3.2.2 (Status); what counts: idp-behaviour 4.3, ruby-saml 1.18.
"""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Final, NamedTuple

from scimtui.saml.attributes import ASSERTION, Attributes, attributes_of
from scimtui.saml.errors import CaptureError
from scimtui.saml.response import (
    BEARER,
    Confirmation,
    Envelope,
    NameId,
    SamlResponse,
    Signed,
    Statements,
)
from scimtui.saml.structure import PROTOCOL, SIGNATURE, faults_of
from scimtui.saml.xmltree import Element, parse_xml

_MOST_FAULTS = 3


def name_of_message(root: Element) -> str:
    """What kind of message this is, in a word: `Response`, `AuthnRequest`, …; `Assertion` for one alone."""
    return root.name.local if root.name.space in (PROTOCOL, ASSERTION) else ""


def read_response(document: bytes, *, encoding: str = "") -> SamlResponse:
    """Read a Response, or an Assertion by itself.

    Raises:
        CaptureError: no XML, a DTD, or another message than a response.
    """
    root = _message_in(parse_xml(document, encoding=encoding))
    kind = name_of_message(root)
    if kind == "Response":
        return _from_response(root)
    if kind == "Assertion" and root.name.space == ASSERTION:
        return _from_assertions(root, root)
    raise CaptureError(
        *_OTHERS.get(kind, _FOREIGN.get(root.name, ("no-response", "this XML is no SAML response")))
    )


def _message_in(root: Element) -> Element:
    """The message itself, where another protocol's envelope stands around it."""
    if name_of_message(root) or root.name in _FOREIGN:
        return root
    return next((inner for inner in root.walk() if name_of_message(inner) in _MESSAGES), root)


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
_MESSAGES = {"Response", "Assertion", *_OTHERS}
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
    return _from_assertions(root, _assertion_that_counts(root))


def _assertion_that_counts(root: Element) -> Element | None:
    """The one that GitLab reads: named by the first signature, or inside what it names; else the first."""
    assertions = root.every(ASSERTION, "Assertion")
    first = next(iter(assertions), None)
    signed = next((one for one in _signatures(root) if one.reference is not None), None)
    named = (signed.reference or signed.identifier) if signed is not None else None
    if named is None or root.attributes.get("ID") == named:
        return first
    return next((one for one in assertions if one.attributes.get("ID") == named), first)


def _signatures(root: Element) -> tuple[Signed, ...]:
    found = []
    for parent in root.walk():
        for signature in parent.every(SIGNATURE, "Signature"):
            reference = next((one for one in signature.walk() if one.name == (SIGNATURE, "Reference")), None)
            uri = reference.attributes.get("URI") if reference is not None else None
            named = uri[1:] if uri is not None else None
            found.append(Signed(parent.name.local, parent.attributes.get("ID"), named))
    return tuple(found)


class _Status(NamedTuple):
    codes: tuple[str, ...] = ()
    message: str | None = None


def _status(root: Element) -> _Status:
    status = root.first(PROTOCOL, "Status")
    code = status.first(PROTOCOL, "StatusCode") if status is not None else None
    if status is None or code is None:
        return _Status()
    inner = code.every(PROTOCOL, "StatusCode")
    message = status.first(PROTOCOL, "StatusMessage")
    codes = (code.attributes.get("Value", ""), *(one.attributes.get("Value", "") for one in inner))
    return _Status(codes, message.text if message is not None else None)


def _from_assertions(root: Element, assertion: Element | None) -> SamlResponse:
    """What a Response, or an Assertion by itself, says; `assertion` is the one that counts."""
    is_response = root is not assertion
    assertions = root.every(ASSERTION, "Assertion") if is_response else [root]
    everything = list(root.walk())
    hidden_assertions = sum(element.name == (ASSERTION, "EncryptedAssertion") for element in everything)
    candidates = [name_id for one in assertions for name_id in _subject_name_ids(one)]
    ambiguous = _ambiguous(root, everything, assertions, len(candidates))
    if ambiguous:
        # Whoever wraps one assertion into another counts on a reader who looks elsewhere than the checker.
        direct = set(map(id, assertions))
        inside = [one for one in everything if _is_assertion(one) and id(one) not in direct]
        candidates += [name_id for one in inside for name_id in _subject_name_ids(one)]
    conditions = assertion.first(ASSERTION, "Conditions") if assertion is not None else None
    statements = _statements(assertion) if assertion is not None else None
    confirmed = _shown_confirmation(statements.confirmations) if statements is not None else {}
    status = _status(root) if is_response else _Status()
    attributes = attributes_of(assertion) if assertion is not None else Attributes({})
    own = root.attributes if is_response else {}
    return SamlResponse(
        name_id=candidates[0] if candidates and not ambiguous else None,
        candidates=tuple(candidates) if ambiguous else (),
        status=next(iter(status.codes), ""),
        status_codes=status.codes,
        status_message=status.message,
        issuer=_issuer(assertion) or _issuer(root),
        issue_instant=root.attributes.get("IssueInstant", ""),
        destination=own.get("Destination"),
        recipient=confirmed.get("Recipient", ""),
        audiences=_audiences(conditions),
        not_before=conditions.attributes.get("NotBefore", "") if conditions is not None else "",
        not_on_or_after=(conditions.attributes.get("NotOnOrAfter", "") if conditions is not None else "")
        or confirmed.get("NotOnOrAfter", ""),
        in_response_to=own.get("InResponseTo", "") if is_response else confirmed.get("InResponseTo", ""),
        encrypted=hidden_assertions > 0 or any(one.name == (ASSERTION, "EncryptedID") for one in everything),
        signed=tuple(
            name
            for name, element in (("response", root if is_response else None), ("assertion", assertion))
            if element is not None and element.first(SIGNATURE, "Signature") is not None
        ),
        has_assertion=any(map(_is_assertion, everything)),
        ambiguous=ambiguous,
        attributes=attributes.values,
        hidden=attributes.hidden,
        envelope=Envelope(
            own.get("Version"),
            own.get("ID"),
            sum(map(_is_assertion, everything)) + hidden_assertions,
            hidden_assertions,
            _signatures(root),
            faults=tuple(itertools.islice(faults_of(root), _MOST_FAULTS)),
        )
        if is_response
        else None,
        statements=statements,
    )


def _is_assertion(element: Element) -> bool:
    return element.name == (ASSERTION, "Assertion")


def _statements(assertion: Element) -> Statements:
    authn = assertion.every(ASSERTION, "AuthnStatement")
    subject = assertion.first(ASSERTION, "Subject")
    confirmations = subject.every(ASSERTION, "SubjectConfirmation") if subject is not None else []
    return Statements(
        conditions=len(assertion.every(ASSERTION, "Conditions")),
        authn=len(authn),
        session_until=authn[0].attributes.get("SessionNotOnOrAfter", "") if authn else "",
        confirmations=tuple(_confirmation(one) for one in confirmations),
    )


def _confirmation(element: Element) -> Confirmation:
    data = element.first(ASSERTION, "SubjectConfirmationData")
    return Confirmation(element.attributes.get("Method"), data.attributes if data is not None else None)


def _shown_confirmation(confirmations: tuple[Confirmation, ...]) -> dict[str, str]:
    """The data of the bearer confirmation that says most, else of any."""
    with_data = [one for one in confirmations if one.data]
    bearer = [one for one in with_data if one.method in (BEARER, None)]
    with_recipient = [one for one in bearer if one.data and one.data.get("Recipient")]
    return next((one.data for one in (*with_recipient, *bearer, *with_data) if one.data), {})


def _ambiguous(
    root: Element, everything: list[Element], assertions: list[Element], name_ids: int
) -> tuple[str, ...]:
    found = []
    hidden = len(root.every(ASSERTION, "EncryptedAssertion"))
    subjects = [subject for one in assertions for subject in one.every(ASSERTION, "Subject")]
    hidden_ids = sum(len(subject.every(ASSERTION, "EncryptedID")) for subject in subjects)
    if any(one is not root and one.name == (PROTOCOL, "Response") for one in everything):
        found.append("response-in-response")
    if len(assertions) + hidden > 1:
        found.append("several-assertions")
    anywhere = sum(one.name in _ASSERTIONS for one in everything)
    if anywhere > len(assertions) + hidden and "response-in-response" not in found:
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


_ASSERTIONS = ((ASSERTION, "Assertion"), (ASSERTION, "EncryptedAssertion"))


def _subject_name_ids(assertion: Element) -> list[NameId]:
    """NameIDs that are direct children of the assertion's Subject: no other says who this is."""
    return [
        _name_id(element)
        for subject in assertion.every(ASSERTION, "Subject")
        for element in subject.every(ASSERTION, "NameID")
    ]


def _name_id(element: Element) -> NameId:
    attributes = element.attributes
    return NameId(
        element.text,
        attributes.get("Format", ""),
        attributes.get("NameQualifier", ""),
        attributes.get("SPNameQualifier", ""),
        tuple(sorted(element.odd | ({"element"} if element.children else set()))),
    )


def _issuer(element: Element | None) -> str:
    issuer = element.first(ASSERTION, "Issuer") if element is not None else None
    return issuer.text.strip() if issuer is not None else ""


def _audiences(conditions: Element | None) -> tuple[str, ...]:
    """As they came: a blank around one makes another audience."""
    restrictions = conditions.every(ASSERTION, "AudienceRestriction") if conditions is not None else []
    return tuple(
        audience.text
        for restriction in restrictions
        for audience in restriction.every(ASSERTION, "Audience")
        if audience.text
    )
