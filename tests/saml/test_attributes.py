"""Attributes as GitLab's library reads them, and passwords among them that are never shown."""

from __future__ import annotations

import json

import pytest

from scimtui.saml import email_of, judge, read_capture
from scimtui.saml.attributes import HIDDEN
from tests.saml.samples import NOW, assertion, name_id, response, sending

OPAQUE = name_id("opaque-4711").replace("<saml:NameID ", '<saml:NameID NameQualifier="https://idp.example" ')


def read(xml: str) -> dict[str, tuple[str, ...]]:
    return read_capture(xml).sign_ins[0].response.attributes


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", ("plain",)),
        ("", ("",)),
        (name_id("opaque"), ("opaque",)),
        (OPAQUE, ("https://idp.example/opaque-4711",)),
        (OPAQUE + name_id("b"), ("https://idp.example/opaque-4711", "b")),
        ("<x>y</x>", ()),
    ],
)
def test_a_name_id_in_a_value_counts_as_that_value(value: str, expected: tuple[str, ...]) -> None:
    assert read(response(sending(eduPersonTargetedID=[value])))["eduPersonTargetedID"] == expected


def test_a_value_that_is_nil_is_none() -> None:
    nil = '<saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'
    xml = response(sending(a=["x"])).replace("<saml:AttributeValue>x</saml:AttributeValue>", nil)
    assert read(xml)["a"] == ()


def test_an_empty_address_is_not_passed_over_for_another() -> None:
    for xml, email in (
        (response(sending(email=[""], mail=["n@x.example"])), ""),
        (response(sending(mail=["n@x.example"])), "n@x.example"),
        (response(sending(email=["a@x.example", "b@x.example"])), "a@x.example"),
    ):
        assert email_of(read_capture(xml).sign_ins[0].response) == email


SECRETS = [
    ("userPassword", "hunter2"),
    ("urn:oid:2.5.4.35", "hunter2"),
    ("unicodePwd", "hunter2"),
    ("urn:oid:1.2.840.113556.1.4.90", "hunter2"),
    ("passwordHash", "hunter2"),
    ("password", "hunter2"),
    ("PASSWD", "hunter2"),
    ("pwd", "hunter2"),
    ("http://idp.example/claims/user_password", "hunter2"),
    ("sambaNTPassword", "hunter2"),
    ("sambaLMPassword", "hunter2"),
    ("dBCSPwd", "hunter2"),
    ("ntPwdHistory", "hunter2"),
    ("authPassword", "hunter2"),
    ("initialPassword", "hunter2"),
    ("clientSecret", "hunter2"),
    ("sshPrivateKey", "hunter2"),
    ("api_key", "hunter2"),
    ("refresh-token", "hunter2"),
    ("note", "{SSHA}hunter2"),
    ("note", "{CRYPT}$6$hunter2"),
    ("note", "$2y$10$hunter2"),
    ("note", "$argon2id$v=19$hunter2"),
    ("note", "glpat-hunter2hunter2hunter2"),
]


@pytest.mark.parametrize(("name", "value"), SECRETS)
def test_a_password_is_never_shown(name: str, value: str) -> None:
    line = {"saml_response": {"name_id": "a", "attributes": {name: [value]}}}
    for text in (response(sending(**{name: [value]})), json.dumps(line)):
        one = read_capture(text).sign_ins[0].response
        said = json.dumps([finding.as_json() for finding in judge(one, now=NOW)])
        assert "hunter2" not in json.dumps(one.as_json()) + repr(one) + said


def test_it_is_said_that_one_was_sent() -> None:
    one = read_capture(response(sending(userPassword=["a", "b"], email=["n@x.example"]))).sign_ins[0].response
    assert one.attributes["userPassword"] == (HIDDEN, HIDDEN) and one.hidden == ("userPassword",)
    (found,) = [finding for finding in judge(one, now=NOW) if finding.code == "password-sent"]
    assert found.seen == "userPassword"


def test_a_friendly_name_tells_of_a_password_too() -> None:
    xml = response(sending(x1=["hunter2"])).replace('Name="x1"', 'Name="x1" FriendlyName="userPassword"')
    assert read(xml)["x1"] == (HIDDEN,)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "pwdLastSet",
            "passwordLastChanged",
            "badPwdCount",
            "passwordExpirationTime",
            "secretary",
            "passport",
        ),
        "http://schemas.microsoft.com/ws/2012/01/passwordchangeurl",
        *("email", "tokenGroups", "department", "compassword".replace("word", "")),
    ],
)
def test_what_is_only_about_passwords_is_shown(name: str) -> None:
    assert read(response(sending(**{name: ["plain"]})))[name] == ("plain",)


def test_nothing_of_the_assertion_is_lost_by_reading_attributes() -> None:
    assert read(response(assertion())) == {"email": ("nadia@acme.example",)}
