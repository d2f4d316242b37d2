"""What GitLab's SAML library refuses, in its order and its words, and what it takes."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from lxml import etree
from saml2.xml.schema import XMLSchemaError, validate

from scimtui.saml import Expected, SamlResponse, read_capture, refusals
from scimtui.saml.refusals import reason_as_shown, same_address
from tests.saml.samples import (
    AUTHN,
    GROUP,
    NOW,
    alone,
    assertion,
    deflated,
    inner,
    name_id,
    outer,
    posted,
    response,
    short,
    signature,
)

EXPECTED = Expected(GROUP)
CALLBACK = f"{GROUP}/-/saml/callback"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
TOO_LONG = "Encoded saml message exceeds 250000 bytes, so was rejected"
UNPACKED = "Saml message exceeds 250000 bytes during decompression, so was rejected"
ONE = "Saml response must contain 1 assertion"
UNSIGNED = "Found an unexpected number of signature element. saml response rejected"
AUTHN_ONE = "The assertion must include one authnstatement element"
CONDITIONS_ONE = "The assertion must include one conditions element"
STATUS = "The status code of the response was not success"
ADVICE = f"<saml:Advice>{assertion(identifier='_2', signed=False)}</saml:Advice>"
RESTRICTION = f"<saml:AudienceRestriction><saml:Audience>{GROUP}</saml:Audience></saml:AudienceRestriction>"
CODES = ':Responder"><samlp:StatusCode Value="urn:x:status:RequestDenied"/></samlp:StatusCode>'
NO_CONFIRMATION = "A valid subjectconfirmation was not found on this response"


def read(text: str) -> SamlResponse:
    return read_capture(text).sign_ins[0].response


def shown(text: str, *, expected: Expected | None = EXPECTED, minutes: int = 0) -> list[str]:
    found = refusals(read(text), NOW + timedelta(minutes=minutes), expected)
    return [reason_as_shown(one.reason) for one in found]


def confirmation(method: str | None = BEARER, **data: str) -> str:
    """One SubjectConfirmation; without data an empty one."""
    attributes = "".join(f' {name}="{value}"' for name, value in data.items())
    inside = f"<saml:SubjectConfirmationData{attributes}/>" if data else ""
    said = f' Method="{method}"' if method is not None else ""
    return f"<saml:SubjectConfirmation{said}>{inside}</saml:SubjectConfirmation>"


def confirmed(*confirmations: str, **attributes: str) -> str:
    """A response whose assertion has these confirmations."""
    pattern = "<saml:SubjectConfirmation .*</saml:SubjectConfirmation>"
    xml = re.sub(pattern, "".join(confirmations), assertion(), flags=re.DOTALL)
    return response(xml, **attributes)


FIT = confirmation(Recipient=CALLBACK, NotOnOrAfter="2026-11-24T10:26:09Z", InResponseTo="_r1")
OVER = confirmation(Recipient=CALLBACK, NotOnOrAfter="2026-11-24T09:00:00Z")
ELSEWHERE = confirmation(Recipient="https://gitlab.com/groups/b/-/saml/callback")
OTHER_REQUEST = confirmation(Recipient=CALLBACK, InResponseTo="_other")
EARLY = confirmation(Recipient=CALLBACK, NotBefore="2026-11-25T09:00:00Z")


@pytest.mark.parametrize(
    "xml",
    [
        confirmed(FIT),
        confirmed(confirmation(), FIT),
        confirmed(FIT, OVER),
        confirmed(OVER, ELSEWHERE, OTHER_REQUEST, FIT),
        confirmed(confirmation("urn:oasis:names:tc:SAML:2.0:cm:sender-vouches", Recipient="x"), FIT),
        confirmed(confirmation(Address="10.0.0.1")),
        confirmed(confirmation(Recipient=CALLBACK), in_response_to=""),
    ],
    ids=short,
)
def test_one_bearer_confirmation_that_fits_is_enough(xml: str) -> None:
    assert shown(xml) == []


@pytest.mark.parametrize(
    ("xml", "seen"),
    [
        (confirmed(), ""),
        (confirmed(confirmation()), "no SubjectConfirmationData"),
        (confirmed(FIT.replace(BEARER, "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key")), "holder-of-key"),
        (confirmed(OVER), "valid until 2026-11-24 09:00:00"),
        (confirmed(EARLY), "valid from 2026-11-25"),
        (confirmed(ELSEWHERE), "groups/b/-/saml/callback"),
        (confirmed(FIT.replace("gitlab.com", "GitLab.com")), "Recipient is https://GitLab.com"),
        (confirmed(FIT.replace(CALLBACK, CALLBACK + "/")), "Recipient"),
        (confirmed(OTHER_REQUEST), "request _other, the response _r1"),
        (confirmed(FIT, in_response_to=""), "request _r1, the response none"),
        (confirmed(OVER, ELSEWHERE), "valid until"),
    ],
    ids=short,
)
def test_none_that_fits_is_refused_and_says_why(xml: str, seen: str) -> None:
    assert shown(xml) == [NO_CONFIRMATION]
    (found,) = refusals(read(xml), NOW, EXPECTED)
    assert seen in found.seen


def test_the_recipient_shown_is_that_of_a_confirmation_that_has_one() -> None:
    assert read(confirmed(confirmation(), FIT)).recipient == CALLBACK
    assert read(confirmed(confirmation(Address="x"), ELSEWHERE)).recipient.endswith("/b/-/saml/callback")


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (response(before=f"<!--{'x' * 188_000}-->"), TOO_LONG),
        (posted(response(before=f"<!--{'x' * 188_000}-->")), TOO_LONG),
        (deflated(response(before=f"<!--{'x' * 260_000}-->")), UNPACKED),
        (outer('ID="_resp" Version="2.0"', 'ID="_resp"'), "Unsupported saml version"),
        (outer('Version="2.0"', 'Version="2.1"', 1), "Unsupported saml version"),
        (outer('ID="_resp"', ""), "Missing id attribute on saml response"),
        (response(status="Responder"), f"{STATUS}, was responder"),
        (
            response(status="Responder", message="Not assigned").replace(
                ':Responder"/>', CODES
            ),
            f"{STATUS}, was responder => requestdenied -> not assigned",
        ),
        (re.sub("<samlp:Status>.*</samlp:Status>", "", response()), STATUS),
        (response("<!-- -->"), ONE),
        (response(assertion(), assertion(identifier="_2")), ONE),
        (response(assertion(), "<saml:EncryptedAssertion/>"), ONE),
        (response("<saml:EncryptedAssertion/>", "<saml:EncryptedAssertion/>"), ONE),
        (
            inner("</saml:Conditions>", f"</saml:Conditions>{ADVICE}"),
            ONE,
        ),
        (response(assertion(signed=False)), UNSIGNED),
        (
            response(assertion(signed=False).replace("<saml:Subject>", f"<saml:Subject>{signature('_a1')}")),
            "Invalid signature element 'subject'. saml response rejected",
        ),
        (inner('URI="#_a1"', 'URI="#_else"'), "Found an invalid signed element. saml response rejected"),
        (inner(AUTHN, ""), AUTHN_ONE),
        (inner(AUTHN, AUTHN + AUTHN), AUTHN_ONE),
        (re.sub("<saml:Conditions.*</saml:Conditions>", "", response(), flags=re.DOTALL), CONDITIONS_ONE),
        (
            inner("Audience>https", "Audience> https"),
            f"Invalid audience. the audience  {GROUP}, did not match the expected audience {GROUP}",
        ),
        (
            inner("</saml:Audience>", "\n</saml:Audience><saml:Audience>x</saml:Audience>"),
            f"Invalid audiences. the audiences {GROUP}\n,x, did not match the expected audience {GROUP}",
        ),
        (outer(f'Destination="{CALLBACK}"', 'Destination=""'), "The response has an empty destination value"),
        (
            outer(f'Destination="{CALLBACK}"', f'Destination="{CALLBACK}?x"'),
            f"The response was received at {CALLBACK}?x instead of {CALLBACK}",
        ),
        (response(assertion(name_id(""))), "An empty nameid value found"),
        (
            inner("<saml:NameID ", '<saml:NameID SPNameQualifier="Acme" '),
            "The spnamequalifier value mistmatch the sp entityid value.",
        ),
        (inner('NotBefore="2026-11-24T09', 'NotBefore="2026-11-25T09'),
         "Current time is earlier than notbefore condition (… < 2026-11-25 09:21:09 utc - 1s)"),
    ],
    ids=short,
)  # fmt: skip
def test_the_first_reason_is_the_one_that_gitlab_shows(xml: str, reason: str) -> None:
    assert shown(xml)[0] == reason


@pytest.mark.parametrize(
    "xml",
    [
        response(),
        response(assertion(signed=False), before=signature("_resp")),
        response(before=signature("_resp")),
        inner('URI="#_a1"', 'URI=""'),
        outer(f' Destination="{CALLBACK}"', ""),
        outer(f'Destination="{CALLBACK}"', f'Destination="{CALLBACK}"'.replace("gitlab.com", "GitLab.COM")),
        inner(RESTRICTION, ""),
        inner("<saml:Audience>", "<saml:Audience>x</saml:Audience><saml:Audience>"),
        inner("<saml:NameID ", f'<saml:NameID SPNameQualifier="{GROUP}" NameQualifier="x" '),
        inner("<saml:NameID ", '<saml:NameID SPNameQualifier="" '),
        response("<saml:EncryptedAssertion/>"),
        response(before=f"<!--{'x' * 180_000}-->"),
        "u7",
        json.dumps({"saml_response": {"name_id": "u7", "audiences": [GROUP], "destination": CALLBACK}}),
        alone(assertion(signed=False)),
    ],
    ids=short,
)  # fmt: skip
def test_what_gitlab_takes_or_what_was_not_told_is_not_refused(xml: str) -> None:
    assert shown(xml) == []


def test_of_an_assertion_alone_only_the_envelope_is_not_known() -> None:
    for broken, reason in (
        (assertion().replace(AUTHN, ""), AUTHN_ONE),
        (assertion().replace("cm:bearer", "cm:x"), NO_CONFIRMATION),
        (assertion().replace(f"{GROUP}</saml:Audience>", "x</saml:Audience>"), "Invalid audience"),
    ):
        assert shown(alone(broken))[0].startswith(reason)
    read_ = read(alone(assertion()))
    assert (read_.status, read_.destination, read_.in_response_to) == ("", None, "_r1")
    assert read_.as_json()["status"] is None and read_.as_json()["destination"] is None


def test_what_was_over_when_it_was_made_is_refused_and_what_is_over_by_now_is_not() -> None:
    assert shown(response(), minutes=24 * 60) == []
    assert shown(
        response(
            assertion().replace('NotOnOrAfter="2026-11-24T10', 'NotOnOrAfter="2026-11-24T09:00:00Z" x="')
        )
    )


def test_a_response_that_holds_for_years_is_taken_as_sent_now() -> None:
    xml = inner('09:21:09Z" NotOnOrAfter="2026', '09:21:09Z" NotOnOrAfter="2099')
    assert shown(xml) == [] and shown(xml, minutes=120) == [NO_CONFIRMATION]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://gitlab.com/a", "https://GITLAB.com/a", True),
        ("HTTPS://gitlab.com/a", "https://gitlab.com/a", True),
        ("https://gitlab.com:443/a", "https://gitlab.com/a", True),
        ("https://gitlab.com/a#x", "https://gitlab.com/a", True),
        ("https://gitlab.com/A", "https://gitlab.com/a", False),
        ("https://gitlab.com/a/", "https://gitlab.com/a", False),
        ("https://gitlab.com/a?x", "https://gitlab.com/a", False),
        ("http://gitlab.com/a", "https://gitlab.com/a", False),
        ("https://gitlab.com/a ", "https://gitlab.com/a", False),
        ("https://[x", "https://gitlab.com/a", False),
        ("urn:x", "urn:x", True),
    ],
)
def test_addresses_are_compared_as_gitlab_does(one: str, other: str, same: bool) -> None:
    assert same_address(one, other) is same


def variants() -> Iterator[tuple[str, str]]:
    """A response with each part left out, twice, emptied, behind its neighbour, without an attribute."""
    plain = response(assertion(signed=False))
    number = sum(1 for _ in etree.fromstring(plain.encode()).iter())
    for place in range(number):
        for change in ("out", "twice", "empty", "moved", *(f"without {one}" for one in _ATTRIBUTES)):
            root = etree.fromstring(plain.encode())
            element = list(root.iter())[place]
            parent, name = element.getparent(), etree.QName(element).localname
            if change.startswith("without"):
                if element.attrib.pop(change.split()[1], None) is None:
                    continue
            elif change == "empty":
                if not len(element) or name == "AttributeValue":
                    continue
                for child in list(element):
                    element.remove(child)
            elif parent is None:
                continue
            elif change == "out":
                parent.remove(element)
            elif change == "twice":
                again = copy.deepcopy(element)
                for one in again.iter():
                    if "ID" in one.attrib:
                        one.attrib["ID"] += "_2"
                element.addnext(again)
            elif element.getnext() is None:
                continue
            else:
                element.getnext().addnext(element)
            yield f"{name} {change}", str(etree.tostring(root), "utf-8")


_ATTRIBUTES = (
    "ID",
    "IssueInstant",
    "Method",
    "AuthnInstant",
    "Name",
    "Value",
    "Format",
    "Recipient",
    "NotBefore",
)
UNSIGNED_ONE = assertion(signed=False)
FOREIGN = '<x xmlns="urn:x"/>'
_OTHER_SHAPES = [
    ("plain", response(assertion(signed=False))),
    ("response in response", response(response(assertion(signed=False)))),
    ("element in NameID", response(assertion(name_id("a<x/>b"), signed=False))),
    ("one ID twice", response(assertion(identifier="_resp", signed=False))),
    ("an ID that begins with a digit", response(assertion(identifier="1", signed=False))),
    ("an ID with a colon", response(assertion(identifier="a:b", signed=False))),
    ("an empty InResponseTo", response(UNSIGNED_ONE).replace('To="_r1"', 'To=""')),
    ("two assertions", response(assertion(signed=False), assertion(identifier="_2", signed=False))),
    ("extensions", response(UNSIGNED_ONE, before=f"<samlp:Extensions>{FOREIGN}</samlp:Extensions>")),
    ("a foreign element", response(UNSIGNED_ONE, FOREIGN)),
]  # fmt: skip
BUILT = dict([*_OTHER_SHAPES, *variants()])


@pytest.mark.parametrize("xml", BUILT.values(), ids=BUILT)
def test_how_it_is_built_is_judged_as_the_schema_does(xml: str) -> None:
    try:
        validate(xml)
        allowed = True
    except XMLSchemaError:
        allowed = False
    found = list(refusals(read(xml), NOW, EXPECTED))
    by_structure = any(not one.reason for one in found)
    earlier = {"id-missing", "version-other", "status-not-success"} & {one.code for one in found}
    assert by_structure is not allowed or (earlier and not allowed)
