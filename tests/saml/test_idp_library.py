"""Responses made by pysaml2, a real identity provider's library, are read as it meant them."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from scimtui.saml import email_of, read_capture

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
    from saml2.config import IdPConfig
    from saml2.saml import (
        NAMEID_FORMAT_EMAILADDRESS,
        NAMEID_FORMAT_PERSISTENT,
        NAMEID_FORMAT_TRANSIENT,
        NameID,
    )
    from saml2.server import Server

GROUP = "https://gitlab.com/groups/acme"
CALLBACK = f"{GROUP}/-/saml/callback"
GITLAB = f"""<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{GROUP}">
<SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<AssertionConsumerService Binding="{BINDING_HTTP_POST}" Location="{CALLBACK}" index="0"/>
</SPSSODescriptor></EntityDescriptor>"""


@pytest.fixture(scope="module")
def provider() -> Any:
    settings = {
        "entityid": "https://idp.example/metadata",
        "xmlsec_binary": "/bin/true",  # nothing is signed here
        "service": {
            "idp": {
                "endpoints": {"single_sign_on_service": [("https://idp.example/sso", BINDING_HTTP_REDIRECT)]},
                "policy": {"default": {"lifetime": {"minutes": 15}, "attribute_restrictions": None}},
            }
        },
        "metadata": {"inline": [GITLAB]},
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Server(config=IdPConfig().load(settings))


def made(provider: Any, value: str, format: str, request: str = "_r1") -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        message = provider.create_authn_response(
            {"email": "ada@acme.example", "givenName": ["Ada", "Augusta"]},
            in_response_to=request,
            destination=CALLBACK,
            sp_entity_id=GROUP,
            name_id=NameID(format=format, text=value, sp_name_qualifier=GROUP),
            userid="ada",
            sign_response=False,
            sign_assertion=False,
            authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", "authn_auth": "x"},
        )
    return str(message)


def sent(provider: Any, xml: str, binding: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return provider.apply_binding(binding, xml, CALLBACK, "/acme", response=True)


@pytest.mark.parametrize(
    ("value", "format"),
    [
        ("b7c0e4d2-8a7f-4c11-a3be-5d9f1c2e7a60", NAMEID_FORMAT_PERSISTENT),
        ("ada@acme.example", NAMEID_FORMAT_EMAILADDRESS),
        ("_3f2a", NAMEID_FORMAT_TRANSIENT),
        (" <&> é 林 ", NAMEID_FORMAT_PERSISTENT),
    ],
)
def test_every_way_it_is_sent_is_read_the_same(provider: Any, value: str, format: str) -> None:
    xml = made(provider, value, format)
    page = sent(provider, xml, BINDING_HTTP_POST)["data"]
    address = dict(sent(provider, xml, BINDING_HTTP_REDIRECT)["headers"])["Location"]
    for text, container in ((xml, "xml"), (page, "html"), (address, "url")):
        capture = read_capture(text)
        response = capture.sign_ins[0].response
        assert capture.container == container and len(capture.sign_ins) == 1
        assert response.name_id is not None
        assert (response.name_id.value, response.name_id.format) == (value, format)
        assert response.name_id.sp_name_qualifier == GROUP
        assert (response.issuer, response.audiences) == ("https://idp.example/metadata", (GROUP,))
        assert (response.destination, response.recipient) == (CALLBACK, CALLBACK)
        assert response.in_response_to == "_r1" and not response.ambiguous and not response.signed
        assert ("Ada", "Augusta") in response.attributes.values()


def test_the_email_is_found_by_the_name_that_gitlab_looks_for(provider: Any) -> None:
    response = read_capture(made(provider, "u", NAMEID_FORMAT_PERSISTENT)).sign_ins[0].response
    # pysaml2 writes eduPerson's URN, which GitLab does not look for: no e-mail, as GitLab sees it.
    assert "ada@acme.example" in {value for values in response.attributes.values() for value in values}
    assert email_of(response) == ""
