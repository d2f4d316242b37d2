"""What feeds the NameID, in every way that a person writes it; what can't be read blocks nothing."""

from __future__ import annotations

import json

import pytest

from scimtui.mappings import Case, NameId, read_mapping, review
from scimtui.mappings.name_ids import is_external_id, spelled
from tests.mappings.samples import okta_app, okta_profile, okta_saml_app, schema

ID = 'user.getInternalProperty("id")'


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("user.objectid", "objectId"),
        ("USER.OBJECTID", "objectId"),
        ("Object ID", "objectId"),
        ("object_id", "objectId"),
        ("“user.objectid”", "objectId"),
        ("`user.objectid`", "objectId"),
        (" user . objectid\n", "objectId"),
        ("[objectId]", "objectId"),
        ("user.userprincipalname", "userPrincipalName"),
        ("User Principal Name", "userPrincipalName"),
        ("UPN", "userPrincipalName"),
        ("user.mail", "mail"),
        ("E-Mail", "mail"),
        ("user.onpremisesimmutableid", "immutableId"),
        ("user.extensionattribute5", "extensionattribute5"),
        ("user.companyname", "companyName"),
        ("ToLowercase (user.mail)", "ToLower([mail])"),
        ("ToLower ([objectId])", "ToLower ([objectId])"),
        ('Join("-", user.objectid, "user.mail")', 'Join("-", [objectId], "user.mail")'),
        ("Join (“”, [objectId])", 'Join ("", [objectId])'),
        ("the usual one", ""),
        ("user.foo", ""),
        ("persistent", ""),
        ("tolower([objectId])", ""),
        ("ExtractMailPrefix(user.mail)", ""),
        ("Join(", ""),
        ("", ""),
        ("x" * 20_000, ""),
    ],
)
def test_entras(said: str, source: str) -> None:
    assert spelled(said, "entra") == source


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("Okta username", "user.login"),
        ("okta user name", "user.login"),
        ("${user.login}", "user.login"),
        ("source.login", "user.login"),
        ("Email", "user.email"),
        ("Okta username prefix", 'String.substringBefore(user.login, "@")'),
        ("user.getInternalProperty('id')", ID),
        ("user.getInternalProperty (“id”)", ID),
        ('USER.GETINTERNALPROPERTY("ID")', ID),
        (f"${{{ID}}}", ID),
        ("Okta user ID", ID),
        ("user.employeeNumber", "user.employeeNumber"),
        ("String.toLowerCase(user.login)", "String.toLowerCase(user.login)"),
        ("(None)", ""),
        ("Custom", ""),
        ("AD SAM account name", ""),
        ("user.login +", ""),
    ],
)
def test_oktas(said: str, source: str) -> None:
    assert spelled(said, "okta") == source


@pytest.mark.parametrize("said", ["externalId", "External ID", "external_id", "“externalID”"])
def test_the_same_as_externalid(said: str) -> None:
    assert is_external_id(said)


def codes(document: object, said: str) -> set[str]:
    told = review(Case(read_mapping(json.dumps(document)), NameId(said)))
    return {one.finding.code for one in told.findings}


def unchecked(document: object, said: str) -> set[str]:
    return {one.code for one in review(Case(read_mapping(json.dumps(document)), NameId(said))).not_checked}


@pytest.mark.parametrize("said", ["Object ID", "USER.OBJECTID", "“user.objectid”", "Join (“”, [objectId])"])
def test_the_right_one_is_right_however_it_is_written(said: str) -> None:
    assert not codes(schema(), said) & {"ID-02", "ID-10", "ID-11", "NF-09"}
    assert "ID-02" not in unchecked(schema(), said)


@pytest.mark.parametrize("said", ["UPN", "E-Mail", "user.employeeid"])
def test_a_wrong_one_is_wrong_however_it_is_written(said: str) -> None:
    assert "ID-02" in codes(schema(), said)


@pytest.mark.parametrize("said", ["the usual one", "tolower([objectId])", "Object", "“"])
def test_what_can_t_be_read_is_told_and_blocks_nothing(said: str) -> None:
    assert codes(schema(), said) & {"NF-09", "ID-02", "ID-10", "ID-11"} == {"NF-09"}
    assert {"ID-02", "ID-10", "ID-11"} <= unchecked(schema(), said)


@pytest.mark.parametrize(
    "said", ["idpuser.externalId", "appuser.email", "user.userName", "Custom", "getManager()"]
)
def test_what_okta_does_not_tell_here_blocks_nothing(said: str) -> None:
    assert not codes(okta_profile(), said) & {"ID-02", "OK-03"}
    assert {"ID-02", "OK-03"} <= unchecked(okta_profile(), said)


@pytest.mark.parametrize(
    ("template", "subject", "blocks"),
    [
        (ID, "${user.userName}", False),
        ("${source.login}", "${user.userName}", True),
        ("${source.login}", f"${{{ID}}}", False),
        ("${source.login}", "${fn:toLowerCase(user.userName)}", True),
        ("${source.login}-${source.email}", "${fn:toLowerCase(user.userName)}", False),  # not known
        ("", "${user.userName}", False),  # typed for each person
        (ID, "${user.email}", True),
    ],
)
def test_the_application_username_in_a_saml_app(template: str, subject: str, blocks: bool) -> None:
    apps = [okta_app(), okta_saml_app(template=template, subject=subject)]
    told = review(Case(read_mapping(json.dumps(apps))))
    assert ("OK-03" in {one.finding.code for one in told.findings}) is blocks
