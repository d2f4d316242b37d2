"""Each finding about a captured sign-in: a case that gives it, and one that does not."""

from __future__ import annotations

import base64
import re
from datetime import timedelta

import pytest

from scimtui.findings import Severity
from scimtui.saml import Expected, judge, read_capture
from scimtui.saml.judging import _TEXTS
from tests.saml.samples import (
    AUTHN,
    GROUP,
    GUID,
    NOW,
    alone,
    assertion,
    har,
    inner,
    name_id,
    outer,
    posted,
    response,
    sending,
    signature,
)

EXPECTED = Expected(GROUP)
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
EMAIL = "nadia@acme.example"
PAIRWISE = base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip("=")


def codes(text: str, *, expected: Expected | None = EXPECTED, minutes: int = 0) -> list[str]:
    (one,) = read_capture(text).sign_ins
    now = NOW + timedelta(minutes=minutes)
    return [f.code for f in judge(one.response, now=now, expected=expected, captured_at=one.captured_at)]


def test_an_ordinary_response_has_nothing_to_say() -> None:
    assert codes(response()) == []


def without(pattern: str) -> str:
    return re.sub(pattern, "", response(), flags=re.DOTALL)


CASES = {
    "status-not-success": response(status="Requester"),
    "encrypted": response("<saml:EncryptedAssertion/>"),
    "no-assertion": response("<!-- none -->"),
    "no-name-id": response(assertion("")),
    "name-id-empty": response(assertion(name_id("  "))),
    "several-assertions": response(assertion(), assertion(identifier="_2")),
    "nested-assertion": response(assertion(name_id() + assertion(identifier="_2"))),
    "several-name-ids": response(assertion(name_id() + name_id())),
    "duplicate-ids": response(assertion(identifier="_resp")),
    "name-id-odd-content": response(assertion(name_id("a<!-- -->b"))),
    "name-id-outer-blanks": response(assertion(name_id(f"\n  {GUID}"))),
    "name-id-invisible": response(assertion(name_id("b7c0\u200be4d2"))),
    "name-id-transient": response(assertion(name_id("_x", TRANSIENT))),
    "name-id-unspecified": response(assertion(name_id(GUID, UNSPECIFIED))),
    "name-id-is-email": response(assertion(name_id("other@acme.example"))),
    "name-id-pairwise": response(
        assertion(name_id(PAIRWISE)).replace("https://idp.example/", "https://sts.windows.net/7f1e/")
    ),
    "name-id-source": response(assertion(name_id(EMAIL), email=EMAIL)),
    "audience-other": inner(f"<saml:Audience>{GROUP}", "<saml:Audience>https://x/groups/y"),
    "destination-other": response(assertion()).replace(f'Destination="{GROUP}', 'Destination="https://gitlab.com/groups/b'),
    "destination-empty": outer(f'Destination="{GROUP}/-/saml/callback"', 'Destination=""'),
    "unsigned": response(assertion(signed=False)),
    "signature-elsewhere": inner("<saml:Subject>", f"<saml:Subject>{signature('_a1')}"),
    "response-in-response": response(response()),
    "version-other": outer('Version="2.0"', 'Version="1.1"', 1),
    "id-missing": outer('ID="_resp"', ""),
    "too-long": response(before=f"<!--{'x' * 188_000}-->"),
    "name-id-element": response(assertion(name_id("a<b>c</b>"))),
    "sp-name-qualifier-other": inner("<saml:NameID ", f'<saml:NameID SPNameQualifier="{GROUP}x" '),
    "conditions-not-one": without("<saml:Conditions.*</saml:Conditions>"),
    "authn-not-one": inner(AUTHN, ""),
    "expired-when-made": inner('NotOnOrAfter="2026-11-24T10', 'NotOnOrAfter="2026-11-24T08'),
    "session-expired": inner("AuthnStatement A", 'AuthnStatement SessionNotOnOrAfter="2026-11-24T09:00Z" A'),
    "confirmation-missing": without("<saml:SubjectConfirmation .*</saml:SubjectConfirmation>"),
    "confirmation-unfit": inner("cm:bearer", "cm:holder-of-key"),
    "assertion-alone": alone(assertion()),
    "not-by-schema": inner('ID="_a1" ', 'ID="1" '),
    "groups-overage": inner('Name="email"', 'Name="http://schemas.microsoft.com/claims/groups.link"'),
    "groups-misnamed": inner('Name="email"', 'Name="http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"'),
    "groups-hidden": response(sending(groups=[""], Groups=["devs"])),
    "password-sent": response(sending(userPassword=["{SSHA}c2VjcmV0"])),
    "not-yet-valid": inner('NotBefore="2026', 'NotBefore="2099'),
    "clock-skew": har({"startedDateTime": "2026-11-24T09:20:00Z", "request": {"postData": {"params": [
        {"name": "SAMLResponse", "value": posted(response())}]}}}),
    "no-email": response(assertion(email="")),
    "idp-initiated": response(assertion().replace("InResponseTo", "Else"), in_response_to=""),
}  # fmt: skip


@pytest.mark.parametrize(("code", "text"), CASES.items(), ids=CASES)
def test_each_finding_is_given_where_it_holds(code: str, text: str) -> None:
    assert code in codes(text)


def test_all_that_is_wrong_is_said_and_what_gitlab_names_first_comes_first() -> None:
    both = response(assertion(name_id("", TRANSIENT)))
    assert codes(both)[:2] == ["name-id-empty", "name-id-transient"]
    assert codes(response(assertion(), assertion(identifier="_2"), status="Responder"))[:2] == [
        "status-not-success",
        "several-assertions",
    ]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"groups": ["a", "b"]}, []),
        ({"Groups": ["a"]}, []),
        ({"groups": ["a"], "http://x/claims/Group": ["a"]}, []),
        ({"groups": [""], "Groups": [""]}, []),
        ({"department": ["groups"]}, []),
        ({"GROUPS": ["a"]}, ["groups-misnamed"]),
        ({"groups ": ["a"]}, ["groups-misnamed"]),
        ({"memberOf": ["cn=a"]}, ["groups-misnamed"]),
        ({"urn:oid:1.3.6.1.4.1.5923.1.5.1.1": ["a"]}, ["groups-misnamed"]),
        ({"http://schemas.microsoft.com/claims/groups.link": [""]}, ["groups-overage"]),
        ({"http://schemas.microsoft.com/ws/2008/06/identity/claims/role": ["a"]}, []),
    ],
)
def test_how_groups_are_sent(attributes: dict[str, list[str]], expected: list[str]) -> None:
    found = codes(response(sending(email=[EMAIL], **attributes)))
    assert [code for code in found if code.startswith("groups")] == expected


def test_an_expired_response_is_no_fault_of_the_sign_in() -> None:
    assert codes(response(), minutes=120) == ["expired"]


def test_every_text_has_a_case() -> None:
    assert set(_TEXTS.all()) == {*CASES, "expired"}
    assert all(text["title"] and text["why"] and text["source"] for text in _TEXTS.all().values())


def test_a_failed_status_comes_before_all_else() -> None:
    (one,) = read_capture(response(assertion(""), status="Responder", message="denied")).sign_ins
    found = judge(one.response, now=NOW)
    assert [finding.code for finding in found][:2] == ["status-not-success", "no-name-id"]
    assert found[0].severity is Severity.ERROR and found[0].seen == "Responder: denied"


@pytest.mark.parametrize("code", ["audience-other", "destination-other", "sp-name-qualifier-other"])
def test_without_a_profile_nothing_is_said_of_whom_it_is_for(code: str) -> None:
    assert codes(CASES[code], expected=None) == []


@pytest.mark.parametrize(
    ("typed", "expected"), [(GUID, []), (" x", ["name-id-outer-blanks"]), (EMAIL, ["name-id-is-email"])]
)
def test_a_name_id_typed_in(typed: str, expected: list[str]) -> None:
    assert codes(typed) == expected


def test_a_name_id_of_megabytes_is_told_by_its_beginning() -> None:
    xml = response(assertion(name_id("é\u200b" * 400_000), email="x" * 100_000))
    (one,) = read_capture(xml).sign_ins
    found = judge(one.response, now=NOW, expected=EXPECTED)
    assert {"name-id-invisible", "too-long"} <= {finding.code for finding in found}
    assert all(len(finding.seen) < 4100 for finding in found)
    assert any("800,000 characters" in finding.seen for finding in found)
