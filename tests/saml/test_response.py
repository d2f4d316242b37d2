"""Which NameID counts, and what makes a response ambiguous."""

from __future__ import annotations

import pytest

from scimtui.saml import SamlResponse, read_capture
from tests.saml.samples import (
    GROUP,
    GUID,
    PERSISTENT,
    assertion,
    inner,
    name_id,
    response,
    signature,
)


def read(xml: str) -> SamlResponse:
    (one,) = read_capture(xml).sign_ins
    return one.response


def test_everything_of_an_ordinary_response() -> None:
    read_ = read(response())
    assert read_.name_id is not None
    assert (read_.name_id.value, read_.name_id.format, read_.name_id.odd) == (GUID, PERSISTENT, ())
    assert (read_.issuer, read_.audiences) == ("https://idp.example/", (GROUP,))
    assert read_.destination == read_.recipient == f"{GROUP}/-/saml/callback"
    assert (read_.not_before, read_.not_on_or_after) == ("2026-11-24T09:21:09Z", "2026-11-24T10:26:09Z")
    assert (read_.in_response_to, read_.failed, read_.encrypted) == ("_r1", False, False)
    assert read_.signed == ("assertion",)
    assert read_.attributes == {"email": ("nadia@acme.example",)}


@pytest.mark.parametrize(
    ("subject", "value", "odd"),
    [
        (name_id("admin<!-- -->.evil"), "admin.evil", ("comment",)),
        (name_id("admin<?x y?>.evil"), "admin.evil", ("processing-instruction",)),
        (name_id("<![CDATA[ad]]>min"), "admin", ("cdata",)),
        (name_id("ad<x>m</x>in"), "adin", ("element",)),
        (name_id("&#x61;&lt;b&gt;"), "a<b>", ()),
        (name_id(f"\n    {GUID}\n  "), f"\n    {GUID}\n  ", ()),
        (name_id(""), "", ()),
    ],
)
def test_all_text_of_the_name_id_is_read(subject: str, value: str, odd: tuple[str, ...]) -> None:
    found = read(response(assertion(subject))).name_id
    assert found is not None and found.odd == odd
    assert found.value == value


CONFIRMATION = f"<saml:SubjectConfirmation>{name_id('mallory')}</saml:SubjectConfirmation>"
FOREIGN = '<x:NameID xmlns:x="urn:else">mallory</x:NameID>'


@pytest.mark.parametrize("subject", [name_id() + CONFIRMATION, FOREIGN + name_id(), name_id() + FOREIGN])
def test_only_the_subjects_own_name_id_counts(subject: str) -> None:
    found = read(response(assertion(subject))).name_id
    assert found is not None and found.value == GUID


def test_a_name_id_in_an_attribute_does_not_count() -> None:
    xml = assertion("").replace("nadia@acme.example", name_id("mallory"))
    assert read(response(xml)).name_id is None and read(response(xml)).ambiguous == ()


DECOY = assertion(name_id("mallory"), identifier="_d")
HIDDEN_ADVICE = "<saml:Advice><saml:EncryptedAssertion/></saml:Advice>"
ADVICE = f"<saml:Advice>{DECOY}</saml:Advice>"
SECOND = f"<saml:Subject>{name_id('m')}</saml:Subject>"
AMBIGUOUS = {
    "two assertions": (response(assertion(), DECOY), "several-assertions"),
    "a decoy first": (response(DECOY, assertion()), "several-assertions"),
    "wrapped in extensions": (
        response(before=f"<samlp:Extensions>{DECOY}</samlp:Extensions>"),
        "nested-assertion",
    ),
    "inside advice": (
        inner("</saml:Conditions>", f"</saml:Conditions>{ADVICE}"),
        "nested-assertion",
    ),
    "inside the subject": (response(assertion(name_id() + DECOY)), "nested-assertion"),
    "wrapped, both equal": (
        response(before=f"<samlp:Extensions>{assertion(identifier='_d')}</samlp:Extensions>"),
        "nested-assertion",
    ),
    "a response in a response": (response(response()), "response-in-response"),
    "an encrypted one in advice": (
        inner("</saml:Conditions>", f"</saml:Conditions>{HIDDEN_ADVICE}"),
        "nested-assertion",
    ),
    "two NameIDs": (response(assertion(name_id() + name_id("mallory"))), "several-name-ids"),
    "two subjects": (
        inner("<saml:Conditions", f"{SECOND}<saml:Conditions"),
        "several-name-ids",
    ),
    "an encrypted assertion beside it": (
        response(assertion(), "<saml:EncryptedAssertion/>"),
        "several-assertions",
    ),
    "an encrypted NameID beside it": (
        response(assertion(name_id() + "<saml:EncryptedID/>")),
        "several-name-ids",
    ),
    "one ID twice": (response(assertion(identifier="_resp")), "duplicate-ids"),
}  # fmt: skip


@pytest.mark.parametrize(("xml", "code"), AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_where_two_readers_could_differ_nobody_is_taken(xml: str, code: str) -> None:
    found = read(xml)
    assert code in found.ambiguous and found.name_id is None
    assert GUID in {candidate.value for candidate in found.candidates}


@pytest.mark.parametrize(
    "xml",
    [
        response("<saml:EncryptedAssertion/>"),
        response(assertion("<saml:EncryptedID/>")),
    ],
)
def test_encrypted(xml: str) -> None:
    assert read(xml).encrypted and read(xml).name_id is None


def test_a_failed_status_is_told_though_a_name_id_is_there() -> None:
    found = read(response(status="Responder", message="AADSTS50105: not assigned"))
    assert found.failed and found.status.endswith("Responder")
    assert found.status_message is not None and "AADSTS50105" in found.status_message
    assert found.name_id is not None


def test_a_signature_is_seen_and_not_claimed_to_hold() -> None:
    over_response = response(assertion(signed=False), before=signature("_resp"))
    assert read(over_response).signed == ("response",)
    assert read(response(assertion(signed=False))).signed == ()
    assert read(response()).signed == ("assertion",)
