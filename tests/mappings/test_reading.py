"""Files of every shape that is accepted, and how the others say what they are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimtui.mappings import AttributeMapping, Kind, MappingFileError, Row, read_mapping, read_users
from tests.mappings.samples import (
    GOOD_ROWS,
    SWITCH,
    WORK,
    app_user,
    attribute_mapping,
    graph_user,
    graph_users,
    okta_app,
    okta_profile,
    okta_saml_app,
    schema,
)


def read(document: Any) -> AttributeMapping:
    return read_mapping(json.dumps(document))


def older(document: dict[str, Any]) -> dict[str, Any]:
    """As exports of the old directory's name and without some keys were."""
    rule = document["synchronizationRules"][0]
    rule["sourceDirectoryName"] = "Azure Active Directory"
    user = rule["objectMappings"][1]
    user["targetObjectName"] = "User"
    user.pop("metadata")
    for entry in user["attributeMappings"]:
        for key in ("flowBehavior", "exportMissingReferences"):
            entry.pop(key)
    document["directories"][1]["objects"][0]["name"] = "User"
    return document


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(schema()),
        json.dumps(schema(), indent=2),
        "\ufeff" + json.dumps(schema()),
        json.dumps({"@odata.context": "https://graph.microsoft.com/…", **schema()}),
        json.dumps({"schema": schema()}),
        json.dumps([schema()]),
        json.dumps({"value": [schema()]}),
        json.dumps(older(schema())),
        json.dumps({**schema(), "newKey": {"deep": [1]}, "metadata": None}),
    ],
    ids=["download", "indented", "bom", "graph", "wrapped", "array", "value", "older", "unknown-keys"],
)
def test_entras_schema_in_every_wrapping(text: str) -> None:
    mapping = read_mapping(text)
    assert (mapping.idp, mapping.kind, mapping.enabled, mapping.groups) == (
        "entra",
        Kind.ENTRA_SCHEMA,
        True,
        False,
    )
    assert {row.target: (row.source, row.precedence) for row in mapping.rows} == {
        target: (source.strip("[]") if "(" not in source else source, number)
        for target, (source, number) in GOOD_ROWS.items()
    }
    assert mapping.actions == frozenset({"create", "update", "delete"}) and mapping.attributes is not None
    assert mapping.version.startswith("Date:") and mapping.job.startswith("scim.")


def test_the_kinds_of_sources() -> None:
    rows = [
        attribute_mapping("a", "[mail]"),
        attribute_mapping("b", "acme"),
        attribute_mapping("c", SWITCH),
        attribute_mapping("d", ""),
        attribute_mapping("e", "[mail]", flowType="ObjectAddOnly", defaultValue="x"),
        {"targetAttributeName": " f ", "source": {"name": "mail"}},
    ]
    found = {row.target: row for row in read(schema({}, add=rows)).rows}
    assert found["a"] == Row("mail", "a")
    assert found["b"] == Row("acme", "b", "constant")
    assert found["c"] == Row(SWITCH, "c", "expression")
    assert found["d"] == Row("", "d", "none")
    assert found["e"] == Row("mail", "e", flow="ObjectAddOnly", default="x")
    assert found["f"] == Row("mail", "f")


def test_flags_and_scope() -> None:
    clauses = [
        {
            "sourceOperandName": "department",
            "operatorName": "EQUALS",
            "targetOperand": {"values": ["IT", "HR"]},
        }
    ]
    mapping = read(
        schema(scope={"groups": [{"clauses": clauses * 2}, {"clauses": clauses}]}, flow="Add", enabled=False)
    )
    assert mapping.scope == (
        "department EQUALS IT, HR and department EQUALS IT, HR",
        "department EQUALS IT, HR",
    )
    assert (mapping.actions, mapping.enabled) == (frozenset({"create"}), False)
    flags = {one.name: one[1:] for one in mapping.attributes or ()}
    assert flags["id"] == (True, True, False) and flags["externalId"] == (False, True, True)


def test_oktas_files() -> None:
    profile = read(okta_profile())
    assert profile.kind is Kind.OKTA_PROFILE
    assert profile.rows[1] == Row("user.firstName", "givenName", flow="ObjectAddOnly", sends="name.givenName")
    assert read([okta_profile()]).rows == profile.rows
    app = read(okta_app()).app
    assert app is not None and (app.name, app.username, app.is_saml) == ("gitlab", "${source.login}", False)
    saml = read(okta_saml_app()).app
    assert saml is not None and saml.name_id == 'user.getInternalProperty("id")' and saml.is_saml
    both = read([okta_app(), okta_saml_app()]).app
    assert both is not None and both.features and both.name_id == 'user.getInternalProperty("id")'
    users = read([app_user(), app_user("00uB", None)]).app_users
    assert users is not None and [one.stored for one in users] == ["00u1a2b3c4d5e6f7g8h9", None]


@pytest.mark.parametrize(
    "text",
    [
        "source,target,precedence\nobjectId,externalId,1\nmail,userName,\n",
        "Source;Target;Precedence\r\nobjectId;externalId;1\r\nmail;userName;0\r\n",
        "\ufeffsource\ttarget\tmatching precedence\nobjectId\texternalId\t1\nmail\tuserName\t\n",
        '[[row]]\nsource = "objectId"\ntarget = "externalId"\nprecedence = 1\n[[row]]\nsource = "mail"\ntarget = "userName"\n',
    ],
    ids=["commas", "semicolons", "tabs", "toml"],
)
def test_plain_tables(text: str) -> None:
    mapping = read_mapping(text)
    assert mapping.kind is Kind.TABLE
    assert mapping.rows == (Row("objectId", "externalId", precedence=1), Row("mail", "userName"))


def test_a_quoted_target_in_a_table() -> None:
    text = f'source,target\nmail,"{WORK.replace(chr(34), chr(34) * 2)}"\n"Join("" "", [givenName], [surname])",name.formatted\n'
    rows = read_mapping(text).rows
    assert rows[0].target == WORK and rows[1].kind == "expression"


def inbound() -> dict[str, Any]:
    document = schema()
    document["synchronizationRules"][0] |= {
        "sourceDirectoryName": "Workday",
        "targetDirectoryName": "Microsoft Entra ID",
    }
    return document


def other_app() -> dict[str, Any]:
    document = schema()
    document["synchronizationRules"][0]["targetDirectoryName"] = "Salesforce"
    return document


def without_users() -> dict[str, Any]:
    document = schema()
    document["synchronizationRules"][0]["objectMappings"].pop()
    return document


BROKEN: list[tuple[str, str, str]] = [
    ("", "empty", ""),
    (" \n", "empty", ""),
    (json.dumps(schema(), indent=1)[:2000], "cut-off", "line"),
    ('{"a": 1,}', "not-json", "line 1, column 9"),
    ('{\n "a": tru }', "not-json", "line 2, column 7"),
    (
        json.dumps({"error": {"code": "Forbidden", "message": "Insufficient privileges"}}),
        "api-error",
        "error",
    ),
    (json.dumps({"errorCode": "E0000011", "errorSummary": "Invalid token provided"}), "api-error", "error"),
    ("{}", "no-content", ""),
    ("[]", "no-content", ""),
    (json.dumps({"value": []}), "no-content", ""),
    (json.dumps(schema(synchronizationRules=[])), "no-content", "synchronizationRules"),
    (json.dumps(schema(synchronizationRules="x")), "wrong-type", "synchronizationRules"),
    (json.dumps(schema(synchronizationRules=[4])), "wrong-type", "synchronizationRules[0]"),
    (
        json.dumps(schema({}, add=[{"source": None}])),
        "wrong-type",
        "attributeMappings[0].targetAttributeName",
    ),
    (
        json.dumps(schema({}, add=[{"targetAttributeName": "a", "source": 4}])),
        "wrong-type",
        "attributeMappings[0].source",
    ),
    (json.dumps(without_users()), "no-user-mapping", "objectMappings"),
    (json.dumps(other_app()), "other-app", "synchronizationRules[0]"),
    (json.dumps(inbound()), "hr-inbound", "synchronizationRules[0]"),
    (json.dumps({"hello": "world"}), "other-app", ""),
    (json.dumps({**okta_profile(), "properties": None}), "no-content", "properties"),
    (
        json.dumps([{k: v for k, v in okta_profile().items() if k != "properties"}]),
        "no-content",
        "properties",
    ),
    (
        json.dumps({**okta_profile(), "source": {"type": "appuser", "name": "gitlab"}}),
        "hr-inbound",
        "source.type",
    ),
    ("a,b\n1,2\n", "not-a-table", "line 1"),
    ("source,target\n", "no-content", "line 2"),
    ("source,target,precedence\nmail,,1\n", "not-a-table", "line 2"),
    ("source,target,precedence\nmail,userName,first\n", "not-a-table", "line 2"),
    ("[[row]]\nsource = \n", "not-a-table", ""),
    ("just words", "not-a-table", "line 1"),
    ("[" * 100_000, "not-json", ""),
    ('{"a":' * 50_000, "not-json", ""),
]


@pytest.mark.parametrize(
    ("text", "code", "where"), BROKEN, ids=lambda value: value[:24] if isinstance(value, str) else ""
)
def test_a_file_that_is_none_says_what_it_is_and_where(text: str, code: str, where: str) -> None:
    with pytest.raises(MappingFileError) as raised:
        read_mapping(text)
    assert raised.value.code == code and where in raised.value.where


@given(st.text(max_size=200))
def test_junk_is_an_error_of_this_room(text: str) -> None:
    for reader in (read_mapping, read_users):
        try:
            reader(text)
        except MappingFileError as error:
            assert error.what


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(values, st.sampled_from(["synchronizationRules", "directories", "id"]))
def test_a_schema_with_one_part_of_another_shape(value: Any, key: str) -> None:
    try:
        read(schema(**{key: value}))
    except MappingFileError as error:
        assert error.code


@given(values, st.integers(0, 4), st.sampled_from(["source", "matchingPriority", "flowType", "defaultValue"]))
def test_a_row_with_one_part_of_another_shape(value: Any, place: int, key: str) -> None:
    document = schema()
    document["synchronizationRules"][0]["objectMappings"][1]["attributeMappings"][place][key] = value
    try:
        read(document)
    except MappingFileError as error:
        assert error.code


# ── users ────────────────────────────────────────────────────────────────────

CSV = (
    "\ufeffuserPrincipalName,displayName,mail,objectId,accountEnabled\n"
    "ada@acme.example,Ada,,0001,True\nbob@acme.example,Bob,bob@acme.example,0002,False\n"
)


def test_entras_portal_csv() -> None:
    users = read_users(CSV)
    assert users.idp == "entra" and [user.label for user in users.people] == [
        "ada@acme.example",
        "bob@acme.example",
    ]
    assert users.people[0].attributes["mail"] is None and users.people[0].attributes["objectId"] == "0001"
    assert [user.attributes["IsSoftDeleted"] for user in users.people] == [False, True]


def test_graph_and_okta() -> None:
    graph = read_users(graph_users(graph_user(1, businessPhones=["+1"], mobilePhone="+2")))
    one = graph.people[0].attributes
    assert (one["objectId"], one["telephoneNumber"], one["mobile"]) == (graph_user(1)["id"], "+1", "+2")
    okta = read_users(
        json.dumps([{"id": "00u1", "status": "ACTIVE", "profile": {"login": "ada@acme.example", "x": None}}])
    )
    assert okta.idp == "okta" and okta.people[0].attributes == {
        "login": "ada@acme.example",
        "x": None,
        "id": "00u1",
        "status": "ACTIVE",
    }
    assert okta.find("ADA@acme.example") == okta.people[0] and okta.find("nobody") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("{", "cut-off"),
        ("[]", "no-content"),
        ('[{"a": 1}]', "other-app"),
        ("a,b\n1,2\n", "other-app"),
        ('{"a": 1}', "other-app"),
    ],
)
def test_an_export_that_is_none(text: str, code: str) -> None:
    with pytest.raises(MappingFileError) as raised:
        read_users(text)
    assert raised.value.code == code
