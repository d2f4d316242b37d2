"""Mappings in the forms that people have in hand, and files that are named as what they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scimtui.mappings import AttributeMapping, Kind, MappingFileError, Row, decoded, read_mapping, read_piece
from scimtui.mappings.users import Users
from tests.mappings.samples import (
    GOOD_ROWS,
    SWITCH,
    WORK,
    graph_user,
    graph_users,
    okta_app,
    okta_profile,
    okta_saml_app,
    schema,
)


def read(document: Any) -> AttributeMapping:
    return read_mapping(document if isinstance(document, str) else json.dumps(document))


def refused(document: Any) -> MappingFileError:
    with pytest.raises(MappingFileError) as raised:
        read(document)
    return raised.value


def pascal(document: Any) -> Any:
    """As PowerShell writes the keys."""
    if isinstance(document, dict):
        return {f"{key[:1].upper()}{key[1:]}": pascal(value) for key, value in document.items()}
    return [pascal(entry) for entry in document] if isinstance(document, list) else document


GOOD = read(schema())
OTHER = schema(GOOD_ROWS | {"externalId": ("[mail]", 1)}, id="scim.other")


@pytest.mark.parametrize(
    "document",
    [
        pascal(schema()),
        [pascal(schema())],
        {"Value": [pascal(schema())]},
        {"Id": "customappsso", "Schema": pascal(schema())},
        {"Value": [{"Id": "a", "Schema": None}, {"Id": "b", "Schema": pascal(schema())}]},
        {"synchronizationSchema": schema()},
        {"value": schema()},
        {"value": [{"id": "customappsso", "schema": schema()}]},
        {"value": [{"id": "a", "schema": schema(synchronizationRules=[])}, {"id": "b", "schema": schema()}]},
        {"value": [{"id": "a", "schema": OTHER}, {"id": "b", "default": True, "schema": schema()}]},
        {"value": [{"id": "scim.1", "templateId": "scim", "schedule": {}, "schema": schema()}]},
    ],
    ids=[
        "pascal",
        "list",
        "Value",
        "template",
        "Values",
        "named",
        "value",
        "templates",
        "empty-one",
        "default",
        "expanded-job",
    ],
)
def test_the_schema_in_whatever_it_comes(document: Any) -> None:
    assert read(document).rows == GOOD.rows


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("// exported by ops\n", ""),
        ("# one\n# two\n", ""),
        ("/* of\n * today */\n", ""),
        ("2026-11-28 09:00:00 INFO schema: ", ""),
        ("[2026-11-28] INFO got ", ""),
        ("```json\n", "\n```\n"),
        ("PS C:\\> Get-Schema\n", "\nPS C:\\> "),
        ("const schema = ", ";\n"),
        ("HTTP/1.1 200 OK\nContent-Type: application/json\n\n", ""),
        ("\ufeff// x\n", ""),
        ("\n\n", "\n\n"),
    ],
    ids=lambda text: repr(text)[:18],
)
def test_what_people_leave_around_the_json(before: str, after: str) -> None:
    assert read(before + json.dumps(schema(), indent=1) + after).rows == GOOD.rows


def test_a_fault_is_told_by_the_line_of_the_file_not_of_what_is_left_of_it() -> None:
    assert "line 3" in refused('// a\n// b\n{"a": tru}').where
    assert refused(f"{json.dumps(schema())}\n{json.dumps(schema())}").code == "not-json"


@pytest.mark.parametrize("placed", ["rules", "objects", "rows", "scope", "source"])
@pytest.mark.parametrize("word", ["System.Object[]", "System.Collections.Hashtable", "@{id=r1; name=x}"])
def test_what_convertto_json_left_out(placed: str, word: str) -> None:
    document = schema(scope={"groups": []})
    rule = document["synchronizationRules"][0]
    users = rule["objectMappings"][1]
    if placed == "rules":
        document["synchronizationRules"] = [word]
    elif placed == "objects":
        rule["objectMappings"] = word
    elif placed == "rows":
        users["attributeMappings"] = word
    elif placed == "scope":
        users["scope"] = word
    else:
        users["attributeMappings"][0]["source"] = word
    error = refused(document)
    assert error.code == "cut-off" and "-Depth" in error.fix


def rules(**changes: Any) -> dict[str, Any]:
    rule: dict[str, Any] = json.loads(json.dumps(schema()["synchronizationRules"][0]))
    return rule | changes


def test_the_rule_that_has_the_users_counts_wherever_it_stands() -> None:
    groups_alone = rules(objectMappings=rules()["objectMappings"][:1])
    off = rules()
    off["objectMappings"][1] |= {"enabled": False, "attributeMappings": []}
    inbound = rules(sourceDirectoryName="customappsso", targetDirectoryName="Microsoft Entra ID")
    for first in (rules(objectMappings=[]), groups_alone, off, inbound):
        document = schema()
        document["synchronizationRules"].insert(0, first)
        assert read(document).rows == GOOD.rows
    alone = schema(synchronizationRules=[off])
    assert read(alone).enabled is False


PORTAL = (
    "Microsoft Entra ID Attribute\tcustomappsso Attribute\tMatching precedence\tEdit\tRemove\n"
    "objectId\texternalId\t1\tEdit\tDelete\n"
    f"mail\t{WORK}\t\tEdit\tDelete\n"
    f"{SWITCH}\tactive\t\tEdit\tDelete\n"
)
MARKDOWN = (
    "# How people are sent\n\nText with | in it.\n\n"
    "| Azure Active Directory Attribute | GitLab Attribute | Matching precedence |\n|:---|---|---:|\n"
    f"| `objectId` | **externalId** | 1 |\n| `mail` | `{WORK}` | – |\n| `{SWITCH}` | `active` | |\n"
)
ROWS = (Row("objectId", "externalId", precedence=1), Row("mail", WORK), Row(SWITCH, "active", "expression"))


@pytest.mark.parametrize(
    "text",
    [
        PORTAL,
        PORTAL.partition("\n")[2],
        "Attribute Mappings\nAttribute mappings define how attributes are synchronized\n\n" + PORTAL,
        PORTAL.replace("Microsoft Entra ID", "Azure Active Directory"),
        PORTAL.replace("\n", "\r\n"),
        MARKDOWN,
        MARKDOWN.replace("| ", "|").replace(" |", "|"),
        f'sep=;\nSource attribute;Target attribute;Matching precedence\nobjectId;externalId;1\nmail;"{WORK.replace(chr(34), chr(34) * 2)}";\n"{SWITCH.replace(chr(34), chr(34) * 2)}";active;\n',
        f'#TYPE Selected.Row\n"source","target","precedence"\n"objectId","externalId","1"\n"mail","{WORK.replace(chr(34), chr(34) * 2)}",""\n"{SWITCH.replace(chr(34), chr(34) * 2)}","active",""\n',
        f"||source||target||precedence||\n|objectId|externalId|1|\n|mail|{WORK}| |\n|{SWITCH}|active| |\n",
    ],
    ids=["portal", "no-heading", "title", "azure", "crlf", "markdown", "tight", "excel", "type", "wiki"],
)
def test_tables_as_they_are_copied(text: str) -> None:
    assert read(text).rows == ROWS


def test_a_bar_in_a_cell_of_markdown() -> None:
    rows = read('| source | target |\n|---|---|\n| `Switch([a], , "x\\|y", "z")` | title |\n').rows
    assert rows[0].source == 'Switch([a], , "x|y", "z")'


def test_a_row_that_is_cut_off_could_be_any_row() -> None:
    head = "source,target,precedence\nobjectId,externalId,1\n"
    assert refused(f'{head}mail,"emails[ty').code == "cut-off"
    assert refused(f"{head}mail").code == "cut-off"
    assert len(read(f"{head}mail,userName").rows) == 2  # written by hand, without the last column


# ── Terraform ────────────────────────────────────────────────────────────────

MAPPINGS = [
    {"id": "email", "expression": "user.email", "push_status": "PUSH"},
    {"id": "givenName", "expression": "user.firstName", "push_status": "DONT_PUSH"},
]
TF_MAPPING = {"id": "prm1", "source_type": "user", "target_type": "appuser", "mappings": MAPPINGS}
TF_APP = {
    "label": "GitLab",
    "name": "gitlab",
    "features": ["PUSH_NEW_USERS"],
    "sign_on_mode": "AUTO_LOGIN",
    "user_name_template": "${source.login}",
}
TF_SAML = {
    "label": "GitLab SAML",
    "name": "acme_gitlab_1",
    "features": [],
    "subject_name_id_template": "${user.userName}",
    "user_name_template": "${source.login}",
    "attribute_statements": [{"name": "email", "values": ["user.email"]}],
}


def state(*resources: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    found = [{"type": kind, "instances": [{"attributes": values}]} for kind, values in resources]
    return {"version": 4, "terraform_version": "1.9.0", "resources": found}


def shown(*resources: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    found = [{"type": kind, "values": values} for kind, values in resources]
    root = {"resources": found[:1], "child_modules": [{"resources": found[1:]}]}
    return {"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": root}}


def planned(*resources: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    document = shown(*resources)
    return {**document, "planned_values": document.pop("values"), "configuration": {}}


def source(*resources: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"resource": [{kind: {f"x{number}": values}} for number, (kind, values) in enumerate(resources)]}


@pytest.mark.parametrize("form", [state, shown, planned, source])
def test_oktas_mapping_and_apps_out_of_terraform(form: Any) -> None:
    alone = read(form(("okta_profile_mapping", TF_MAPPING)))
    assert alone.kind is Kind.OKTA_PROFILE and alone.rows == read(okta_profile()).rows
    both = read(
        form(
            ("okta_profile_mapping", TF_MAPPING),
            ("okta_app_auto_login", TF_APP),
            ("okta_app_saml", TF_SAML),
            ("okta_app_saml", {**TF_SAML, "label": "Slack", "name": "slack"}),
        )
    )
    assert both.rows == alone.rows and both.app is not None
    assert both.app.features == {"PUSH_NEW_USERS"} and both.app.name_id == "${source.login}"


@pytest.mark.parametrize("form", [state, shown, source])
def test_entras_schema_out_of_terraform(form: Any) -> None:
    for body in (schema(), json.dumps(schema())):
        assert read(form(("msgraph_resource_action", {"body": body}))).rows == GOOD.rows
    error = refused(form(("azuread_synchronization_job", {"template_id": "scim"})))
    assert error.code == "other-kind" and "azuread_synchronization_job" in error.what


@pytest.mark.parametrize(
    "text",
    [
        'resource "okta_profile_mapping" "gitlab" {\n  source_id = "x"\n  mappings {\n    id = "email"\n  }\n}\n',
        'locals {\n  a = 1\n}\n\nresource "azuread_synchronization_job" "x" {\n  template_id = "scim"\n}\n',
        '# ours\nterraform {\n  required_version = ">= 1"\n}\n',
    ],
)
def test_terraforms_own_language_is_named_with_the_next_step(text: str) -> None:
    error = refused(text)
    assert "Terraform" in error.what and "terraform show -json" in error.fix


# ── named ────────────────────────────────────────────────────────────────────

SCIM = "urn:ietf:params:scim:"
NAMED: dict[str, tuple[Any, str]] = {
    "jobs": ({"value": [{"id": "scim.1", "templateId": "scim", "schedule": {}}]}, "jobs"),
    "jobs of PowerShell": ([{"Id": "scim.1", "TemplateId": "scim", "Status": {}}], "jobs"),
    "a template without schema": ({"value": [{"id": "a", "factoryTag": "x", "schema": None}]}, "template"),
    "an event": ({"id": "1", "provisioningAction": "create"}, "provisioning log"),
    "events": ({"value": [{"provisioningStatusInfo": {}}]}, "provisioning log"),
    "events of PowerShell": ([{"Id": "1", "ProvisioningSteps": []}], "provisioning log"),
    "on demand": ({"key": "{}", "value": "{}"}, "on demand"),
    "Okta's log": ([{"eventType": "x", "outcome": {}}], "System Log"),
    "lines of a stream": (
        '{"category": "ProvisioningLogs", "properties": {}}\n{"category": "ProvisioningLogs", "properties": {}}\n',
        "a log",
    ),
    "a SCIM user": ({"schemas": [f"{SCIM}schemas:core:2.0:User"]}, "SCIM"),
    "a SCIM list": ({"schemas": [f"{SCIM}api:messages:2.0:ListResponse"], "Resources": []}, "SCIM"),
    "a SCIM patch": ({"schemas": [f"{SCIM}api:messages:2.0:PatchOp"], "Operations": []}, "SCIM"),
    "a profile's schema": ({"$schema": "x", "definitions": {}}, "names attributes"),
    "an application": ({"appId": "x", "servicePrincipalNames": []}, "application of Entra"),
    "Entra's people": ({"value": [{"userPrincipalName": "a@x"}]}, "people"),
    "Okta's people": ([{"id": "00u", "status": "ACTIVE", "profile": {}}], "people"),
    "GitLab's identities": ([{"extern_uid": "x", "user_id": 1}], "GitLab"),
    "claims": ({"claims": []}, "claims"),
    "a trace": ({"requests": [], "timestamp": "x"}, "captured sign-in"),
    "Okta's features": ([{"name": "USER_PROVISIONING", "capabilities": {}}], "Okta"),
    "OneLogin": ([{"id": 1, "connector_id": 2}], "OneLogin"),
    "PingOne": ({"_embedded": {"mappings": [{"environment": {}, "_links": {}}]}}, "PingOne"),
    "JumpCloud": ({"_id": "1", "ssoUrl": "x"}, "JumpCloud"),
    "Keycloak": ({"clientId": "gitlab", "protocolMappers": []}, "Keycloak"),
    "Google": ({"users": [{"primaryEmail": "a@x"}]}, "Google"),
    "a page": ("\n<!DOCTYPE html>\n<html><head><title>Sign in to x</title>", "“Sign in to x”"),
    "a page without a title": ("<HTML><body>", "HTML"),
    "XML": ('<?xml version="1.0"?><md:EntityDescriptor/>', "XML"),
    "a log as CSV": ("Date,Identity,Action,Source System,Status\n1,2,3,4,5\n", "provisioning log"),
    "people as CSV": ("User principal name,Display name\na@x,A\n", "people"),
    "Google's CSV": ("First Name [Required],Email Address [Required]\na,b@x\n", "Google"),
}


@pytest.mark.parametrize("name", NAMED)
def test_what_is_recognised_and_not_read_is_named_with_the_next_step(name: str) -> None:
    document, words = NAMED[name]
    error = refused(document)
    assert error.code == "other-kind" and words in error.what and error.fix


def test_another_document_says_what_is_read() -> None:
    error = refused({"hello": 1})
    assert "another identity provider" in error.fix and "source,target,precedence" in error.fix


def test_people_are_still_taken_where_anything_can_be_handed_in() -> None:
    assert isinstance(read_piece(graph_users(graph_user(1))), Users)


# ── which of several ─────────────────────────────────────────────────────────


def test_several_schemas_are_asked_about() -> None:
    error = refused({"value": [{"schema": schema()}, {"schema": OTHER}]})
    assert error.code == "several" and "scim.other" in error.what


def app(name: str, label: str, **changes: Any) -> dict[str, Any]:
    return {**okta_app(name), "label": label, "settings": {}, **changes}


SLACK = app("slack", "Slack", signOnMode="SAML_2_0")


def test_gitlabs_app_is_chosen_wherever_it_stands() -> None:
    ours = app("gitlab", "Code", features=["PUSH_NEW_USERS"])
    mapping = read([SLACK, ours, okta_saml_app()])
    assert mapping.app is not None and mapping.app.label == "Code" and mapping.app.name_id
    assert any("Code" in note for note in mapping.notes)
    by_address = app(
        "acme_x_1", "X", settings={"app": {"baseUrl": "https://gitlab.com/api/scim/v2/groups/a"}}
    )
    for several in ([SLACK, by_address], [by_address]):
        chosen = read(several).app
        assert chosen is not None and chosen.label == "X", several
    old = app("gitlab", "Old", status="INACTIVE")
    now = read([old, app("gitlab", "New")]).app
    assert now is not None and now.label == "New"


def test_another_app_is_another_app_and_two_are_asked_about() -> None:
    assert refused(SLACK).code == "other-app" and "“Slack”" in refused(SLACK).what
    none = refused([SLACK, app("zoomus", "Zoom")])
    assert none.code == "other-app" and "“Zoom”" in none.what
    several = refused([app("gitlab", "One"), app("gitlab", "Two")])
    assert several.code == "several" and "“One”, “Two”" in several.what
    assert read(app("acme_scim_7", "Ours")).app is not None  # made by hand, it can have any name


def test_of_two_that_sign_people_in_none_is_taken() -> None:
    second = {**okta_saml_app(template="${source.login}"), "label": "GitLab SAML 2"}
    mapping = read([okta_app(), okta_saml_app(), second])
    assert mapping.app is not None and mapping.app.name_id == ""
    assert any("--nameid" in note for note in mapping.notes)


def test_of_several_profile_mappings_gitlabs_counts() -> None:
    slack = okta_profile() | {"target": {"id": "x", "name": "slack", "type": "appuser"}}
    assert read([slack, okta_profile()]).rows
    assert refused([slack, slack]).code == "several"


# ── bytes ────────────────────────────────────────────────────────────────────

LETTERS = "source,target\nmail,Größe\n"


@pytest.mark.parametrize(
    ("data", "is_guess"),
    [
        (LETTERS.encode(), False),
        (LETTERS.encode("utf-8-sig"), False),
        (LETTERS.encode("utf-16"), False),
        (LETTERS.encode("utf-16-le"), False),
        (LETTERS.encode("utf-16-be"), False),
        (b"\xfe\xff" + LETTERS.encode("utf-16-be"), False),
        (LETTERS.encode("utf-32"), False),
        (LETTERS.encode("cp1252"), True),
    ],
)
def test_the_letters_of_whatever_wrote_it(data: bytes, is_guess: bool) -> None:
    text, said = decoded(data)
    assert text.lstrip("\ufeff") == LETTERS and bool(said) is is_guess
    assert not is_guess or "Windows-1252" in said


@pytest.mark.parametrize("data", [b"PK\x03\x04xl", b"%PDF-1.7", b"\x1f\x8b\x08", bytes(range(256)) * 4])
def test_what_is_no_text(data: bytes) -> None:
    with pytest.raises(MappingFileError) as raised:
        decoded(data)
    assert raised.value.code == "not-text" and raised.value.fix


def test_utf_16_that_ends_in_half_a_character_is_read_and_said() -> None:
    text, said = decoded("\ufeffsource".encode("utf-16-le") + b"x")
    assert text == "source" and "damage" in said
