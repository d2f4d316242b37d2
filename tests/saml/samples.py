"""Responses as identity providers make them, and captures around them: written here, nothing copied."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
GROUP = "https://gitlab.com/groups/acme"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
GUID = "b7c0e4d2-8a7f-4c11-a3be-5d9f1c2e7a60"
_SPACES = (
    'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
)


def short(value: object) -> str:
    """What a test with a whole response is called by; pytest numbers equal ones."""
    return str(value)[:24]


def name_id(value: str = GUID, format: str = PERSISTENT) -> str:
    """One NameID element."""
    return f'<saml:NameID Format="{format}">{value}</saml:NameID>'


def signature(identifier: str) -> str:
    """A signature as it stands in what it covers; nobody could check it."""
    return (
        f'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>'
        f'<ds:Reference URI="#{identifier}"/></ds:SignedInfo></ds:Signature>'
    )


AUTHN = """<saml:AuthnStatement AuthnInstant="2026-11-24T09:26:09Z"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>
</saml:AuthnContext></saml:AuthnStatement>"""


def assertion(
    subject: str | None = None,
    *,
    identifier: str = "_a1",
    email: str = "nadia@acme.example",
    signed: bool = True,
) -> str:
    """One assertion for GitLab.com's group acme."""
    inside = name_id() if subject is None else subject
    attributes = (
        "<saml:AttributeStatement>"
        f'<saml:Attribute Name="email"><saml:AttributeValue>{email}</saml:AttributeValue></saml:Attribute>'
        "</saml:AttributeStatement>"
        if email
        else ""
    )
    return f"""<saml:Assertion ID="{identifier}" IssueInstant="2026-11-24T09:26:09Z" Version="2.0">
<saml:Issuer>https://idp.example/</saml:Issuer>{signature(identifier) if signed else ""}
<saml:Subject>{inside}<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData Recipient="{GROUP}/-/saml/callback" NotOnOrAfter="2026-11-24T10:26:09Z"
 InResponseTo="_r1"/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="2026-11-24T09:21:09Z" NotOnOrAfter="2026-11-24T10:26:09Z">
<saml:AudienceRestriction><saml:Audience>{GROUP}</saml:Audience></saml:AudienceRestriction></saml:Conditions>{AUTHN}
{attributes}</saml:Assertion>"""


def sending(**attributes: list[str]) -> str:
    """One assertion with these attributes."""
    written = "".join(
        f'<saml:Attribute Name="{name}">'
        + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
        + "</saml:Attribute>"
        for name, values in attributes.items()
    )
    return re.sub("(?<=<saml:AttributeStatement>).*(?=</saml:AttributeStatement>)", written, assertion())


def response(
    *assertions: str,
    status: str = "Success",
    message: str = "",
    identifier: str = "_resp",
    issued: str = "2026-11-24T09:26:09Z",
    before: str = "",
    in_response_to: str = "_r1",
) -> str:
    """A whole Response; one assertion where none is given."""
    inside = "".join(assertions or (assertion(),))
    words = f"<samlp:StatusMessage>{message}</samlp:StatusMessage>" if message else ""
    answer = f' InResponseTo="{in_response_to}"' if in_response_to else ""
    return f"""<samlp:Response {_SPACES} ID="{identifier}" Version="2.0" IssueInstant="{issued}"
 Destination="{GROUP}/-/saml/callback"{answer}><saml:Issuer>https://idp.example/</saml:Issuer>{before}
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/>{words}</samlp:Status>
{inside}</samlp:Response>"""


def inner(old: str, new: str) -> str:
    """A response with something else in its assertion."""
    return response(assertion().replace(old, new))


def outer(old: str, new: str, times: int = -1) -> str:
    """A response with something else in it."""
    return response().replace(old, new, times)


def alone(xml: str) -> str:
    """An assertion by itself, as it would be cut out of its response."""
    return xml.replace("<saml:Assertion ", f"<saml:Assertion {_SPACES} ", 1)


def posted(xml: str) -> str:
    """As the POST binding sends it."""
    return base64.b64encode(xml.encode()).decode()


def deflated(xml: str) -> str:
    """As the redirect binding sends it, base64 alone."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(packing.compress(xml.encode()) + packing.flush()).decode()


def tracer(*requests: Mapping[str, object]) -> str:
    """A SAML-tracer export."""
    return json.dumps({"requests": list(requests), "timestamp": "2026-11-24T09:31:09.000Z"})


def har(*entries: Mapping[str, object]) -> str:
    """A browser's HAR."""
    return json.dumps({"log": {"version": "1.2", "entries": list(entries)}})


def form(xml: str) -> str:
    """The body of the POST to the callback."""
    return urlencode({"SAMLResponse": posted(xml), "RelayState": "/acme"})


def redirect(xml: str) -> str:
    """The whole address of the redirect binding."""
    return f"{GROUP}/-/saml/callback?SAMLResponse={quote(deflated(xml), safe='')}&RelayState=x"
