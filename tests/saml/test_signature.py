"""Signatures: made here with a certificate of our own, checked, and broken in the ways that attackers do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.signer import XMLSigner

from scimtui.findings import FindingTexts
from scimtui.saml import CaptureError, read_capture
from scimtui.saml import signature as room
from scimtui.saml.signature import SignatureUnavailable, Trusted, check_signature, read_trusted
from tests.saml.samples import alone, assertion, name_id, response

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


class Signer:
    """An identity provider's key, with a certificate for it."""

    def __init__(self, *, days: int = 365) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example")])
        until = NOW + timedelta(days=days)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(7)
            .not_valid_before(until - timedelta(days=1000))
            .not_valid_after(until)
            .sign(self.key, hashes.SHA256())
        )
        self.pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def sign(self, xml: str, part: str = "assertion", *, sha1: bool = False) -> str:
        """Sign the assertion or the response, as identity providers do."""
        signer = (_Sha1Signer if sha1 else XMLSigner)(
            method=SignatureConstructionMethod.enveloped,
            signature_algorithm=SignatureMethod.RSA_SHA1 if sha1 else SignatureMethod.RSA_SHA256,
            digest_algorithm=DigestAlgorithm.SHA1 if sha1 else DigestAlgorithm.SHA256,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        root = etree.fromstring(xml.encode())
        for stub in list(root.iter("{http://www.w3.org/2000/09/xmldsig#}Signature")):
            stub.getparent().remove(stub)
        one = root if part == "response" else root.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
        signed = signer.sign(
            one, key=self.key, cert=self.pem, reference_uri=f"#{one.get('ID')}", id_attribute="ID"
        )
        if part == "response":
            return str(etree.tostring(signed), "utf-8")
        root.replace(one, signed)
        return str(etree.tostring(root), "utf-8")


class _Sha1Signer(XMLSigner):
    def check_deprecated_methods(self) -> None:
        """An old identity provider."""


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


def checked(xml: str, trusted: Trusted, now: datetime = NOW) -> tuple[str, dict[str, str]]:
    one = read_capture(xml).sign_ins[0]
    assert one.xml is not None
    status, found = check_signature(one.xml, one.response, trusted, now)
    return status, {finding.code: finding.seen for finding in found}


@pytest.mark.parametrize("part", ["assertion", "response"])
def test_what_the_identity_provider_signed_is_valid(signer: Signer, part: str) -> None:
    xml = signer.sign(response(), part)
    assert checked(xml, read_trusted(signer.pem)) == ("valid", {"signature-valid": f"over the {part}"})


def test_a_fingerprint_is_enough_where_the_certificate_is_embedded(signer: Signer) -> None:
    xml = signer.sign(response())
    for algorithm in (hashes.SHA256(), hashes.SHA1()):
        digest = signer.certificate.fingerprint(algorithm)
        assert checked(xml, read_trusted(digest.hex(":").upper()))[0] == "valid"
        assert checked(xml, read_trusted(digest.hex()))[0] == "valid"


def test_another_certificate_is_not_taken(signer: Signer) -> None:
    xml, other = signer.sign(response()), Signer()
    status, found = checked(xml, read_trusted(other.pem))
    assert status == "invalid" and "signature-invalid" in found
    status, found = checked(xml, read_trusted(other.certificate.fingerprint(hashes.SHA256()).hex()))
    named = signer.certificate.fingerprint(hashes.SHA256()).hex(":")
    assert status == "invalid" and named in found["signature-other-certificate"]


def test_a_changed_name_id_is_not_valid(signer: Signer) -> None:
    xml = signer.sign(response(assertion(name_id("ada")))).replace(">ada<", ">eve<")
    status, found = checked(xml, read_trusted(signer.pem))
    assert status == "invalid" and set(found) == {"signature-invalid"}


def test_an_unsigned_one_says_so(signer: Signer) -> None:
    trusted = read_trusted(signer.pem)
    assert checked(response(assertion(signed=False)), trusted) == ("not-signed", {})  # `refusals` says it
    assert checked(alone(assertion(signed=False)), trusted) == ("not-signed", {"signature-missing": ""})


def test_an_assertion_by_itself_is_checked(signer: Signer) -> None:
    signed = etree.fromstring(signer.sign(response()).encode())
    inner = signed.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    xml = str(etree.tostring(inner), "utf-8")
    assert checked(xml, read_trusted(signer.pem)) == ("valid", {"signature-valid": "over the assertion"})


def test_what_is_encrypted_is_not_compared(signer: Signer) -> None:
    trusted = read_trusted(signer.pem)
    hidden = response("<saml:EncryptedAssertion/>")
    assert checked(hidden, trusted) == ("not-checked", {"signature-encrypted": ""})
    status, found = checked(signer.sign(hidden, "response"), trusted)
    assert status == "valid" and set(found) == {"signature-valid", "signature-over-encrypted"}
    status, found = checked(signer.sign(hidden, "response"), read_trusted(Signer().pem))
    assert status == "invalid" and set(found) == {"signature-invalid"}


def test_the_reason_is_that_of_the_algorithm_in_use(signer: Signer) -> None:
    other = read_trusted(Signer().pem)
    for xml in (signer.sign(response(), sha1=True), signer.sign(response(), "response", sha1=True)):
        status, found = checked(xml, other)
        assert status == "invalid" and set(found) == {"signature-invalid", "signature-sha1"}
        assert "configuration" not in found["signature-invalid"]
    assert "signature-sha1" not in checked(signer.sign(response()), other)[1]


def test_a_signed_assertion_that_was_wrapped_is_not_valid(signer: Signer) -> None:
    signed = etree.fromstring(signer.sign(response(assertion(name_id("ada")))).encode())
    genuine = signed.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    fake = etree.fromstring(response(assertion(name_id("eve"), identifier="_a2")).encode())
    evil = fake.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    extensions = etree.SubElement(fake, "{urn:oasis:names:tc:SAML:2.0:protocol}Extensions")
    extensions.append(genuine)
    assert evil is not None
    status, _ = checked(etree.tostring(fake).decode(), read_trusted(signer.pem))
    assert status != "valid"


def test_a_signature_moved_to_another_assertion_is_not_valid(signer: Signer) -> None:
    space = "{http://www.w3.org/2000/09/xmldsig#}Signature"
    signed = etree.fromstring(signer.sign(response(assertion(name_id("ada")))).encode())
    genuine = signed.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    assert genuine is not None
    moved = genuine.find(space)
    evil = etree.fromstring(response(assertion(name_id("eve"), identifier="_a2")).encode())
    target = evil.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    assert moved is not None and target is not None
    target.append(moved)
    target.append(genuine)  # the signed assertion hides inside the other
    status, _ = checked(etree.tostring(evil).decode(), read_trusted(signer.pem))
    assert status != "valid"


def test_a_signature_of_the_response_that_covers_the_assertion_alone_is_not_taken(signer: Signer) -> None:
    signed = etree.fromstring(signer.sign(response()).encode())
    found = signed.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    assert found is not None
    moved = found.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    assert moved is not None
    signed.insert(1, moved)
    status, codes = checked(str(etree.tostring(signed), "utf-8"), read_trusted(signer.pem))
    assert (status, set(codes)) == ("invalid", {"signature-covers-other"})


def test_several_assertions_can_not_be_told_apart(signer: Signer) -> None:
    xml = signer.sign(response(assertion(), assertion(name_id("eve"), identifier="_a2")))
    assert checked(xml, read_trusted(signer.pem)) == ("invalid", {"signature-ambiguous": ""})


def test_sha1_and_an_expired_certificate_are_said(signer: Signer) -> None:
    status, found = checked(signer.sign(response(), sha1=True), read_trusted(signer.pem))
    assert status == "valid" and "signature-sha1" in found
    old = Signer(days=-3)
    status, found = checked(old.sign(response()), read_trusted(old.pem))
    assert status == "valid" and found["signature-certificate-expired"] == "until 2026-11-21"


def test_several_certificates_are_tried(signer: Signer) -> None:
    both = read_trusted(Signer().pem + signer.pem)
    assert len(both.certificates) == 2 and checked(signer.sign(response()), both)[0] == "valid"


def test_a_comment_in_the_name_id_changes_nothing_that_counts(signer: Signer) -> None:
    xml = signer.sign(response(assertion(name_id("ada.smith")))).replace(
        ">ada.smith<", ">ada<!-- x -->.smith<"
    )
    assert checked(xml, read_trusted(signer.pem))[0] == "valid"


@pytest.mark.parametrize("text", ["", "no", "aa:bb", "g" * 64, "-----BEGIN CERTIFICATE-----\nAA\n"])
def test_what_is_no_certificate_is_refused(text: str) -> None:
    with pytest.raises(CaptureError, match="no certificate and no fingerprint"):
        read_trusted(text)


def test_base64_of_metadata_is_a_certificate(signer: Signer) -> None:
    bare = "".join(signer.pem.splitlines()[1:-1])
    assert checked(signer.sign(response()), read_trusted(bare))[0] == "valid"


def test_a_certificate_in_der_is_one(signer: Signer) -> None:
    der = signer.certificate.public_bytes(serialization.Encoding.DER)
    assert checked(signer.sign(response()), read_trusted(der))[0] == "valid"
    assert read_trusted(signer.pem.encode()).certificates == read_trusted(signer.pem).certificates


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "find_spec", lambda name: None)
    with pytest.raises(SignatureUnavailable, match=r"scimtui\[signature\]"):
        checked(response(), Trusted())


def test_every_text_is_said_somewhere() -> None:
    said: set[str] = set()
    texts: Any = room._TEXTS
    assert isinstance(texts, FindingTexts)
    source = Path(room.__file__).read_text("utf-8")
    said = {code for code in texts.all() if f'"{code}"' in source}
    assert said == set(texts.all())
