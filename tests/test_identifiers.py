"""What is never an identifier of a person, and what is one though it looks odd."""

from __future__ import annotations

import pytest

from scimtui.identifiers import why_no_identifier


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("objectId", "name of an attribute"),
        ("Object ID", "name of an attribute"),
        ("“user.objectid”", "name of an attribute"),
        ("user.userPrincipalName", "name of an attribute"),
        ("appuser.anything", "name of an attribute"),
        ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", "name of an attribute"),
        ("urn:oid:1.3.6.1.4.1.5923.1.1.1.10", "name of an attribute"),
        ("user.getInternalProperty(", "expression"),
        ('user.getInternalProperty("id")', "expression"),
        ("Not([IsSoftDeleted])", "expression"),
        ("ToLower(userPrincipalName)", "expression"),
        ('{"externalId": "ada"}', "expression"),
        ("[FILTERED]", "not there"),
        ("[REDACTED]", "not there"),
        ("null", "not there"),
        ("(null)", "not there"),
        ("None", "not there"),
        ("#N/A", "not there"),
        ("***", "not there"),
        ("persistent", "format"),
        ("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", "format"),
        ("{externalId}", "placeholder"),
        ("${user.id}", "placeholder"),
        ("<uid>", "placeholder"),
        (":uid", "placeholder"),
        ("[objectId]", "placeholder"),
        ("the value Entra sends", "sentence"),
        ("Please ask the identity team.", "sentence"),
        ("same as before", "sentence"),
    ],
)
def test_what_stands_beside_a_value_is_none(value: str, why: str) -> None:
    assert why in why_no_identifier(value)
    assert why in why_no_identifier(f"  {value} ")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "4c1f6a52-0d3b-4e78-9a41-7be2d5c09f36",
        "{4c1f6a52-0d3b-4e78-9a41-7be2d5c09f36}",
        "ada@acme.example",
        "user.name@acme.example",
        "00u1aaaaBBBB2cccc3d4",
        "4711",
        "ada",
        "ada.byron",
        "user.lin",
        "Ada Lin",
        "Ada Maria van Lin",
        "Dr. Ada Lin Jr.",
        "ada (ext)",
        "ada(ext)",
        "acme\\ada",
        "CN=Ada Lin,OU=People Ops,DC=acme,DC=example",
        "S-1-5-21-1-2-3",
        "aGVsbG8gd29ybGQhIQ==",
        "true",
    ],
)
def test_what_providers_do_send_is_one(value: str) -> None:
    assert why_no_identifier(value) == ""
