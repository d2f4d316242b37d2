"""User exports of every dialect: who is in them, what is not known, and what is said beside it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scimtui.mappings import MappingFileError, Users, decoded, read_piece, read_users
from tests.mappings.samples import app_user, graph_user, schema

GUID = "aaaaaaaa-0000-4000-8000-000000000001"
OKTA_ID = "00u1a2b3c4d5e6f7g8h9"


def read(document: Any) -> Users:
    if isinstance(document, bytes):
        document = decoded(document).text
    return read_users(document if isinstance(document, str) else json.dumps(document))


def only(document: Any) -> dict[str, Any]:
    (person,) = read(document).people
    return dict(person.attributes)


def refused(document: Any) -> MappingFileError:
    with pytest.raises(MappingFileError) as raised:
        read(document)
    return raised.value


MGUSER = {
    "Id": GUID,
    "UserPrincipalName": "ada@acme.example",
    "Mail": "ada@acme.example",
    "MailNickname": "ada",
    "AccountEnabled": True,
    "EmployeeId": None,
    "BusinessPhones": ["+1"],
    "Manager": {"Id": None},
    "AssignedLicenses": "Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense",
    "OnPremisesExtensionAttributes": {"ExtensionAttribute1": "x"},
}


@pytest.mark.parametrize("document", [[MGUSER], MGUSER, {"value": [MGUSER]}])
def test_people_of_powershell(document: Any) -> None:
    one = only(document)
    assert (one["objectId"], one["mailNickname"], one["accountEnabled"]) == (GUID, "ada", True)
    assert (one["telephoneNumber"], one["extensionAttribute1"], one["IsSoftDeleted"]) == ("+1", "x", False)
    # nobody asked for these, or an object stands there: not known, which is not the same as empty
    assert not {"employeeId", "EmployeeId", "AssignedLicenses", "Manager"} & set(one)


def test_a_flag_that_nobody_asked_for_is_not_known() -> None:
    assert "IsSoftDeleted" not in only({**MGUSER, "AccountEnabled": None})
    assert "IsSoftDeleted" not in only('"Id","UserPrincipalName","AccountEnabled"\n"1","a@x",""\n')


def test_people_of_the_azure_cli_and_one_alone() -> None:
    one = only([{"id": GUID, "userPrincipalName": "a@x", "mobilePhone": "+2", "officeLocation": "B1"}])
    assert (one["mobile"], one["mobilePhone"]) == ("+2", "+2")
    assert (one["physicalDeliveryOfficeName"], one["officeLocation"]) == ("B1", "B1")
    assert only(graph_user(1))["objectId"] == graph_user(1)["id"]
    assert only({"id": OKTA_ID, "status": "ACTIVE", "profile": {"login": "a@x"}})["login"] == "a@x"


def test_an_apps_user_has_the_apps_profile() -> None:
    one = only(app_user())
    assert one["appuser.email"] and one["userName"] and "email" not in one
    inside = only([{**app_user(), "_embedded": {"user": {"profile": {"email": "own@x"}}}}])
    assert inside["email"] == "own@x" and inside["appuser.email"] != "own@x"


@pytest.mark.parametrize(
    "text",
    [
        f'#TYPE Microsoft.Graph.User\n"Id","UserPrincipalName","AccountEnabled"\n"{GUID}","a@x","True"\n',
        f'\ufeff#TYPE X\r\n"Id";"UserPrincipalName";"AccountEnabled"\r\n"{GUID}";"a@x";"True"\r\n',
        f"sep=;\nuserPrincipalName;id;accountEnabled\na@x;{GUID};TRUE\n",
        f"userPrincipalName\tid\taccountEnabled\na@x\t{GUID}\ttrue\n".encode("utf-16"),
        f"userPrincipalName\tid\taccountEnabled\na@x\t{GUID}\ttrue\n".encode("utf-16-be"),
        f"User principal name,Object ID,Account enabled\na@x,{GUID},Yes\n",
        f"Users\n\nExported today\nuserPrincipalName,objectId,accountEnabled\na@x,{GUID},1\n",
        f'"ObjectId","UserPrincipalName","BlockCredential"\n"{GUID}","a@x","False"\n',
        f"| userPrincipalName | id | accountEnabled |\n|---|---|---|\n| a@x | {GUID} | True |\n",
        f"userPrincipalName,id,accountEnabled\ra@x,{GUID},TRUE\r",
    ],
)
def test_entras_tables_in_every_dialect(text: Any) -> None:
    one = only(text)
    assert (one["objectId"], one["userPrincipalName"]) == (GUID, "a@x")
    assert (one["accountEnabled"], one["IsSoftDeleted"]) == (True, False)


@pytest.mark.parametrize(
    "text",
    [
        f"User Id,Username,Primary email,First name,Last name,Status\n{OKTA_ID},a@x,e@x,Ada,B,ACTIVE\n",
        f'"User Id","Status","Username","First name","Last name","Primary email"\n"{OKTA_ID}","ACTIVE","a@x","Ada","B","e@x"\n',
        f"id,firstName,lastName,login,email,credentialType\n{OKTA_ID},Ada,B,a@x,e@x,OKTA\n",
    ],
)
def test_oktas_tables(text: str) -> None:
    users = read(text)
    one = users.people[0].attributes
    assert users.idp == "okta" and (one["id"], one["login"], one["email"], one["firstName"]) == (
        OKTA_ID,
        "a@x",
        "e@x",
        "Ada",
    )


def test_a_table_of_an_apps_users() -> None:
    head = "id,userName,scope,externalId,firstName,lastName,syncState"
    one = only(f"{head}\n{OKTA_ID},a@x,USER,e,Ada,B,SYNCHRONIZED\n")
    assert (one["id"], one["userName"], one["appuser.firstName"]) == (OKTA_ID, "a@x", "Ada")
    assert "firstName" not in one


CUT = f"userPrincipalName,displayName,id,accountEnabled\na@x,A,{GUID},True\n"


@pytest.mark.parametrize("tail", ["b@x,B", 'b@x,"B', f"b@x,B,{GUID},Tr", f"b@x,B,{GUID}"])
def test_a_row_that_is_cut_off_is_no_person_and_that_is_said(tail: str) -> None:
    users = read(CUT + tail)
    assert len(users.people) == 1 and any("cut off" in note for note in users.notes)


def test_a_last_row_without_a_line_end_is_a_person() -> None:
    users = read(f"{CUT}b@x,B,{GUID},False")
    assert len(users.people) == 2 and not users.notes


def test_what_else_is_said_beside_the_people() -> None:
    assert "less than half" in read(f"{CUT}Total: 1\n").notes[0]
    assert "one page" in read([graph_user(1)] * 100).notes[0]
    assert "more follow" in read({"value": [graph_user(1)], "@odata.nextLink": "https://x"}).notes[0]
    assert not read([graph_user(1)] * 99).notes


def test_cells_that_a_spreadsheet_changed() -> None:
    users = read(f'userPrincipalName,employeeId,id\na@x,"=""00123""",{GUID}\nb@x,\'0042,4.71108E+17\n')
    first, second = (user.attributes for user in users.people)
    assert first["employeeId"] == "00123" and second["employeeId"] == "0042"
    assert "objectId" not in second and "damaged" in users.notes[0]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("First Name [Required],Email Address [Required]\na,b@x\n", "Google"),
        ("primaryEmail,name.givenName,orgUnitPath\na@x,A,/\n", "Google"),
        ([{"id": "x", "username": "a", "emailVerified": True}], "Keycloak"),
        ([{"id": 1, "external_id": None, "samaccountname": "a", "directory_id": None}], "OneLogin"),
        ("<!doctype html><title>Sign in", "HTML"),
        ({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"]}, "SCIM"),
        (schema(), "a mapping"),
    ],
)
def test_what_is_no_export_of_ours_is_named(document: Any, words: str) -> None:
    error = refused(document)
    assert words in error.what and error.fix


@pytest.mark.parametrize(
    "text",
    [
        f"userPrincipalName,displayName,surname,mail,id\na@x,A,B,a@x,{GUID}\n",
        f"id,userPrincipalName,displayName\n{GUID},a@x,A\n",
        f"User Id,Username,Primary email\n{OKTA_ID},a@x,e@x\n",
    ],
)
def test_a_table_of_people_is_no_mapping_without_its_heading(text: str) -> None:
    assert isinstance(read_piece(text), Users)


def test_an_export_that_breaks_off_in_json() -> None:
    assert refused(json.dumps([MGUSER])[:80]).code == "cut-off"


def test_one_person_a_line() -> None:
    users = read("\n".join(json.dumps(graph_user(number)) for number in (1, 2)) + "\n")
    assert [user.label for user in users.people] == ["person1@acme.example", "person2@acme.example"]
