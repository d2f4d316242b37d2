"""What SAML's schema says of how a response is built, as far as identity providers get it wrong.

GitLab's library validates a response against the schema before it looks at what it says (ruby-saml 1.18,
`validate_structure`). Signatures and what is encrypted have schemas of their own, which are not judged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from scimtui.saml.attributes import ASSERTION
from scimtui.saml.xmltree import Element

PROTOCOL: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
SIGNATURE: Final = "http://www.w3.org/2000/09/xmldsig#"
_MOST_SHOWN = 8
_NAME = re.compile(r"[^\W\d][\w.-]*")
_IDS = ("ID", "InResponseTo")
_WHO = "(?:BaseID|NameID|EncryptedID) "
_DECLARATION = "(?:AuthnContextDecl|AuthnContextDeclRef) "


class _Built(NamedTuple):
    """How one element is built: the attributes it needs, and its children in their order."""

    attributes: tuple[str, ...]
    children: re.Pattern[str]


def _built(children: str, *attributes: str) -> _Built:
    return _Built(attributes, re.compile(children))


_RULES: Final = {
    (PROTOCOL, "Response"): _built(
        "(?:Issuer )?(?:Extensions )?(?:Status )?(?:(?:Assertion|EncryptedAssertion) )*", "IssueInstant"
    ),
    (PROTOCOL, "Status"): _built("StatusCode (?:StatusMessage )?(?:StatusDetail )?"),
    (PROTOCOL, "StatusCode"): _built("(?:StatusCode )?", "Value"),
    (ASSERTION, "Assertion"): _built(
        "Issuer (?:Subject )?(?:Conditions )?(?:Advice )?"
        "(?:(?:Statement|AuthnStatement|AuthzDecisionStatement|AttributeStatement) )*",
        "ID",
        "Version",
        "IssueInstant",
    ),
    (ASSERTION, "Subject"): _built(f"(?:{_WHO}(?:SubjectConfirmation )*|(?:SubjectConfirmation )+)"),
    (ASSERTION, "SubjectConfirmation"): _built(f"(?:{_WHO})?(?:SubjectConfirmationData )?", "Method"),
    (ASSERTION, "SubjectConfirmationData"): _built(".*"),
    (ASSERTION, "Conditions"): _built("(?:(?:Condition|AudienceRestriction|OneTimeUse|ProxyRestriction) )*"),
    (ASSERTION, "AudienceRestriction"): _built("(?:Audience )+"),
    (ASSERTION, "AuthnStatement"): _built("(?:SubjectLocality )?AuthnContext ", "AuthnInstant"),
    (ASSERTION, "AuthnContext"): _built(
        f"(?:AuthnContextClassRef (?:{_DECLARATION})?|{_DECLARATION})(?:AuthenticatingAuthority )*"
    ),
    (ASSERTION, "AttributeStatement"): _built("(?:(?:Attribute|EncryptedAttribute) )+"),
    (ASSERTION, "Attribute"): _built("(?:AttributeValue )*", "Name"),
    (ASSERTION, "Issuer"): _built(""),
    (ASSERTION, "NameID"): _built(""),
    (ASSERTION, "Audience"): _built(""),
    (ASSERTION, "AuthnContextClassRef"): _built(""),
}
_OPEN: Final = frozenset(
    {"Extensions", "Advice", "StatusDetail", "SubjectConfirmationData", "AttributeValue"}
)
"""What these hold is anybody's."""


def faults_of(response: Element) -> Iterator[str]:
    """What the schema does not allow, in words; the outermost and first of it first."""
    waiting = [response]
    while waiting:
        element = waiting.pop()
        rule = _RULES.get(element.name)
        if rule is None:
            continue
        yield from _faults(element, rule)
        if element.name.local not in _OPEN:
            waiting += reversed(element.children)


def _faults(element: Element, rule: _Built) -> Iterator[str]:
    local = element.name.local
    for name in rule.attributes:
        if name not in element.attributes:
            yield f"{local} has no {name}"
    for name in _IDS:
        value = element.attributes.get(name)
        if value is not None and not _NAME.fullmatch(value):
            yield f"{name} of {local} is “{value}”: it has to begin with a letter or an underscore"
    children = [
        child.name.local if child.name.space in (PROTOCOL, ASSERTION) else "?"
        for child in element.children
        if child.name != (SIGNATURE, "Signature")
    ]
    if not rule.children.fullmatch("".join(f"{child} " for child in children)):
        shown = ", ".join(children[:_MOST_SHOWN]) + (", …" if len(children) > _MOST_SHOWN else "")
        yield f"{local} holds {shown or 'nothing'}"
