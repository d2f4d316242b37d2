"""Checking a response's signature against a certificate, or a fingerprint, that the admin gives.

Needs the extra `signature` (signxml, cryptography). What a response says of itself proves nothing: its
own certificate counts only where its fingerprint was given (idp-behaviour.md 4.3).
"""

from __future__ import annotations

import base64
import binascii
import re
import ssl
from collections.abc import Iterable
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scimtui.findings import Finding, FindingTexts
from scimtui.saml.attributes import ASSERTION
from scimtui.saml.encodings import text_of_bytes
from scimtui.saml.errors import CaptureError
from scimtui.saml.response import SamlResponse
from scimtui.saml.structure import PROTOCOL, SIGNATURE

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_TEXTS = FindingTexts(Path(__file__).with_name("signature.toml"))
_HEX = {40: "SHA-1", 64: "SHA-256"}
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_DER = b"\x30\x82"
_LONGEST = 64 * 1024
NOT_CHECKED = "not-checked"


class SignatureUnavailable(Exception):
    """The extra `signature` is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "checking signatures needs the extra signature, which is not installed\n"
            "next: pip install 'scimtui[signature]'"
        )


class Trusted(NamedTuple):
    """What the admin trusts: certificates, or fingerprints of one.

    Attributes:
        certificates: DER.
        fingerprints: hex digits, lower case, of SHA-1 (40) or SHA-256 (64).
    """

    certificates: tuple[bytes, ...] = ()
    fingerprints: tuple[str, ...] = ()


def read_trusted(given: str | bytes) -> Trusted:
    """Read PEM certificates, one in DER, one in base64 as metadata has it, or a fingerprint in hex.

    Raises:
        CaptureError: it is none of these.
    """
    if isinstance(given, bytes) and given.startswith(_DER) and len(given) <= _LONGEST:
        return Trusted(certificates=(given,))
    text = given if isinstance(given, str) else text_of_bytes(given)
    digits = re.sub(r"[\s:.-]", "", text.lower().removeprefix("sha256").removeprefix("sha1").lstrip(":= "))
    if len(digits) in _HEX and re.fullmatch(r"[0-9a-f]+", digits):
        return Trusted(fingerprints=(digits,))
    if len(text) <= _LONGEST:
        parts = text.split(_BEGIN)[1:]
        blocks = [_BEGIN + part.partition(_END)[0] + _END for part in parts if _END in part]
        try:
            found = tuple(ssl.PEM_cert_to_DER_cert(block) for block in blocks)
            if not found:
                found = (base64.b64decode("".join(text.split()), validate=True),)
        except (ValueError, binascii.Error):
            found = ()
        if found and all(one[:1] == b"\x30" for one in found):
            return Trusted(certificates=found)
    raise CaptureError(
        "no-certificate",
        "this is no certificate and no fingerprint",
        "give the PEM file of the identity provider's signing certificate, or its SHA-256 in hex",
    )


def check_signature(
    xml: bytes, response: SamlResponse, trusted: Trusted, now: datetime
) -> tuple[str, tuple[Finding, ...]]:
    """Check the signature over what was read.

    Args:
        xml: the message that `response` was read from.
        now: the clock, UTC; it says whether the certificate is still valid.

    Returns:
        `valid`, `invalid`, `not-signed` or `not-checked`, and what there is to say.

    Raises:
        SignatureUnavailable: the extra is not installed.
    """
    if find_spec("signxml") is None:
        raise SignatureUnavailable
    if not response.signed:
        if response.encrypted and response.name_id is None:
            return NOT_CHECKED, (_TEXTS.finding("signature-encrypted"),)
        # Of a whole response, `refusals` says that it is not signed.
        return "not-signed", () if response.envelope is not None else (_TEXTS.finding("signature-missing"),)
    if response.ambiguous or (response.name_id is None and not response.encrypted):
        return "invalid", (_TEXTS.finding("signature-ambiguous"),)
    from lxml import etree
    from signxml.exceptions import SignXMLException

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        return "invalid", (_TEXTS.finding("signature-invalid", str(error)),)
    place, signed = _signed_part(root)
    if signed is None:
        return "invalid", (_TEXTS.finding("signature-ambiguous"),)
    certificates = _certificates(signed, trusted)
    if not certificates:
        return "invalid", (_TEXTS.finding("signature-other-certificate", _embedded_words(signed)),)
    why = ""
    is_sha1 = _uses_sha1(signed)
    also = (_TEXTS.finding("signature-sha1"),) if is_sha1 else ()
    for certificate in certificates:
        try:
            covered = _verified(xml, certificate, place, parser, now, is_sha1=is_sha1)
        except (SignXMLException, ValueError, etree.LxmlError) as error:
            why = why or str(error)
            continue
        status, found = _judged(covered, signed, response, certificate, now)
        return status, (*found, *also)
    return "invalid", (_TEXTS.finding("signature-invalid", why), *also)


def _uses_sha1(signed: Any) -> bool:
    """Whether the signature, or the digest it signs, is made with SHA-1."""
    info = signed.find(f"{{{SIGNATURE}}}Signature/{{{SIGNATURE}}}SignedInfo")
    if info is None:
        return False
    methods = (*info.iter(f"{{{SIGNATURE}}}SignatureMethod"), *info.iter(f"{{{SIGNATURE}}}DigestMethod"))
    return any((method.get("Algorithm") or "").lower().endswith("sha1") for method in methods)


def _verified(
    xml: bytes, certificate: Certificate, place: str, parser: Any, now: datetime, *, is_sha1: bool
) -> Any:
    """The element that the signature really covers, as the verifier saw it."""
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    methods = {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
    digests = {DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}
    if is_sha1:
        methods |= {SignatureMethod.RSA_SHA1, SignatureMethod.ECDSA_SHA1}
        digests |= {DigestAlgorithm.SHA1}
    config = SignatureConfiguration(
        location=place,
        signature_methods=frozenset(methods),
        digest_algorithms=frozenset(digests),
        ignore_ambiguous_key_info=True,
        # An expired certificate is told as a finding: GitLab compares its fingerprint alone.
        verification_time=min(max(now, certificate.not_valid_before_utc), certificate.not_valid_after_utc),
    )
    result = XMLVerifier().verify(
        xml, x509_cert=certificate, parser=parser, id_attribute="ID", expect_config=config
    )
    assert not isinstance(result, list)
    return result.signed_xml


def _signed_part(root: Any) -> tuple[str, Any]:
    """Where the signature that counts stands: on the response, else on its one assertion."""
    if root.tag not in (f"{{{PROTOCOL}}}Response", f"{{{ASSERTION}}}Assertion"):
        return "", None
    if root.find(f"{{{SIGNATURE}}}Signature") is not None:
        return "./", root
    assertions = root.findall(f"{{{ASSERTION}}}Assertion")
    if len(assertions) == 1 and assertions[0].find(f"{{{SIGNATURE}}}Signature") is not None:
        return f"./{{{ASSERTION}}}Assertion/", assertions[0]
    return "", None


def _judged(
    covered: Any, signed: Any, response: SamlResponse, certificate: Certificate, now: datetime
) -> tuple[str, tuple[Finding, ...]]:
    """Whether what is covered is what was read: a valid signature over something else proves nothing."""
    path = f"{{{ASSERTION}}}Subject/{{{ASSERTION}}}NameID"
    if covered is None or covered.tag != signed.tag or covered.get("ID") != signed.get("ID"):
        return "invalid", (_TEXTS.finding("signature-covers-other"),)
    if covered.tag == f"{{{PROTOCOL}}}Response":
        path = f"{{{ASSERTION}}}Assertion/{path}"
    values = [
        "".join((one.text or "", *(inner.tail or "" for inner in one))) for one in covered.findall(path)
    ]
    part = "response" if covered.tag.endswith("Response") else "assertion"
    found = [_TEXTS.finding("signature-valid", f"over the {part}")]
    if response.encrypted and not values:
        found.append(_TEXTS.finding("signature-over-encrypted"))
    elif response.name_id is None or values != [response.name_id.value]:
        return "invalid", (_TEXTS.finding("signature-covers-other", ", ".join(values)),)
    until = certificate.not_valid_after_utc
    if until < now:
        found.append(_TEXTS.finding("signature-certificate-expired", f"until {until:%Y-%m-%d}"))
    return "valid", tuple(found)


def _certificates(signed: Any, trusted: Trusted) -> list[Certificate]:
    """What is trusted: the certificates given, and the embedded one whose fingerprint was given."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509 import load_der_x509_certificate

    found = []
    for data in trusted.certificates:
        try:
            found.append(load_der_x509_certificate(data))
        except ValueError:
            continue
    for certificate in _embedded(signed):
        prints = {
            certificate.fingerprint(hashes.SHA1()).hex(),  # noqa: S303 as people are shown it
            certificate.fingerprint(hashes.SHA256()).hex(),
        }
        if prints & set(trusted.fingerprints):
            found.append(certificate)
    return found


def _embedded(signed: Any) -> Iterable[Certificate]:
    from cryptography.x509 import load_der_x509_certificate

    for one in signed.findall(f"{{{SIGNATURE}}}Signature//{{{SIGNATURE}}}X509Certificate"):
        try:
            yield load_der_x509_certificate(base64.b64decode("".join((one.text or "").split())))
        except (ValueError, binascii.Error):
            continue


def _embedded_words(signed: Any) -> str:
    from cryptography.hazmat.primitives import hashes

    prints = [one.fingerprint(hashes.SHA256()).hex(":") for one in _embedded(signed)]
    return (
        f"the response names the certificate {prints[0]}" if prints else "the response names no certificate"
    )
