"""Contract section 7, rows 78 to 107, and 1.5, 2.1: filters, values, pages, entities, tokens, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.simulator.conftest import World


def people(how_many: int) -> list[dict[str, Any]]:
    """So many people with SCIM identities."""
    return [
        {"user_id": 100 + n, "name": f"P {n}", "username": f"p{n}", "scim_id": f"p-{n:03}"}
        for n in range(how_many)
    ]


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param('displayName ne ""', id="078"),
        pytest.param('userName is "nick"', id="080-is"),
        pytest.param('user_name eq "nick"', id="080-user_name"),
        pytest.param('blah eq "x"', id="083-blah"),
        pytest.param("this eq that", id="083-this"),
        pytest.param("invalid_filter", id="101"),
        'id EQ "Ext-UID-1"',
        'id Eq "Ext-UID-1"',
        'id co "Ext"',
        'ID eq "Ext-UID-1"',
        'externalid eq "Ext-UID-1"',
        'displayName eq "Xaver Beispiel"',
        'name.formatted eq "x"',
        "active eq x",
        'emails[type eq "work"].value eq "xaver@example.com"',
        'id eq ""',
        "id eq",
        "id",
        "id eq false",
        'id eq "FALSE"',
    ],
)
def test_rows_078_080_083_101_unsupported(either: World, expression: str) -> None:
    answer = either.filtered(expression)
    assert answer.status_code == 412
    assert answer.json()["detail"] == "Unsupported Filter"


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param('userName eq "xaver"', id="079"),
        pytest.param('id eq "Ext-UID-1"', id="081"),
        pytest.param("id eq Ext-UID-1", id="082"),
        pytest.param('externalId eq "Ext-UID-1"', id="100-externalId"),
        pytest.param('userName eq "xaver@example.com"', id="100-email"),
        pytest.param('userName eq "xaver@idp.example"', id="100-local-part"),
        pytest.param('id eq "ext-uid-1"', id="103"),
        'userName eq "EXT-uid-1"',
        'userName eq "XAVER"',
        'userName eq "XAVER@Example.com"',
        'userName eq "second@home.example"',
        'id eq "Ext-UID-1" and active eq false',
        'id  eq   "Ext-UID-1"   or everything',
        'id eq Ext"-UID"-1',
    ],
)
def test_rows_079_081_082_100_103_found(either: World, expression: str) -> None:
    either.put(
        {
            "user_id": 2,
            "name": "X",
            "username": "xaver",
            "email": "xaver@example.com",
            "secondary_emails": ["second@home.example"],
            "scim_id": "Ext-UID-1",
        }
    )
    answer = either.filtered(expression).json()
    assert [user["id"] for user in answer["Resources"]] == ["Ext-UID-1"]


def test_the_value_ends_at_the_first_space(either: World) -> None:
    either.put({"user_id": 2, "name": "A", "username": "a", "scim_id": "a b"}, *people(1))
    assert either.filtered('id eq "a b"').json()["totalResults"] == 0
    assert either.filtered('id eq "p-000 b"').json()["totalResults"] == 1


@pytest.mark.parametrize("expression", ["id eq true", 'userName eq "True"', 'externalId eq "TRUE"'])
def test_the_value_true_is_500(either: World, expression: str) -> None:
    assert either.filtered(expression).status_code == 500


@pytest.mark.parametrize("expression", ["", "   "])
def test_a_blank_filter_is_none(either: World, expression: str) -> None:
    assert either.filtered(expression).json()["totalResults"] == 1


def test_user_name_may_answer_somebody_else(either: World) -> None:
    either.put(
        {"user_id": 2, "name": "A", "username": "anna", "scim_id": "anna-scim"},
        {"user_id": 3, "name": "B", "username": "bert", "scim_id": "anna"},
    )
    found = either.filtered('userName eq "anna"').json()["Resources"]
    assert [user["userName"] for user in found] == ["bert"]


def test_the_first_user_found_ends_the_search(either: World) -> None:
    either.put(
        {"user_id": 2, "name": "A", "username": "anna@x", "email": "a@x.example"},
        {"user_id": 3, "name": "B", "username": "b", "email": "anna@x", "scim_id": "found-by-mail"},
        {"user_id": 4, "name": "C", "username": "carl", "email": "dora@y.example"},
        {"user_id": 5, "name": "D", "username": "dora", "scim_id": "found-by-local-part"},
    )
    assert either.filtered('userName eq "anna@x"').json()["totalResults"] == 0
    assert either.filtered('userName eq "dora@y.example"').json()["totalResults"] == 0


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "active", "value": "False"},
        {"op": "replace", "value": {"active": False}},
        {"op": "Replace", "path": "active", "value": False},
        {"op": "ADD", "path": "active", "value": '"fAlSe"'},
    ],
    ids=repr,
)
def test_rows_084_090_deprovisions(either: World, operation: dict[str, Any]) -> None:
    assert either.patch("Ext-UID-1", operation).status_code == 204
    assert not either.person("xaver")["active"]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "test", "value": False},
        {"op": "replace", "value": {"test": False, "active": False}},
        {"op": "replace", "path": "displayName", "value": "New"},
        {"op": "replace", "value": {"displayName": "New"}},
    ],
    ids=repr,
)
def test_rows_085_086_nothing(either: World, operation: dict[str, Any]) -> None:
    before = either.simulator.people()
    assert either.patch("Ext-UID-1", operation).status_code == 204
    assert either.simulator.people() == before


def posted(world: World, **names: Any) -> dict[str, Any]:
    body = {
        "externalId": "posted",
        "userName": "posted",
        "extra": {"key": 1},
        "emails": [
            {"type": "home", "value": "home@example.com"},
            {"type": "work", "value": "at.work@example.com"},
        ],
        "active": "False",
    }
    answer = world.scim("POST", "/Users", body | names)
    assert answer.status_code == 201, answer.text
    user: dict[str, Any] = answer.json()
    return user


def test_row_087_the_work_address_and_the_formatted_name(either: World) -> None:
    name = {"formatted": "Form Atted", "givenName": "Given", "familyName": "Family"}
    user = posted(either, name=name, displayName="Displayed")
    assert user["emails"][0]["value"] == "at.work@example.com"
    assert user["name"]["formatted"] == "Form Atted"
    assert user["active"] is True


def test_row_088_given_and_family_name(either: World) -> None:
    user = posted(either, name={"givenName": "Given", "familyName": "Family"}, displayName="Displayed")
    assert user["name"]["formatted"] == "Given Family"


def test_row_089_only_a_display_name(either: World) -> None:
    assert posted(either, displayName="Displayed")["name"]["formatted"] == "Displayed"


@pytest.mark.parametrize(
    ("value", "stored"),
    [("True", "t"), ("true", "t"), ('"Quoted String"', "Quoted String"), (True, "t"), (123, "123")],
)
def test_row_091_values(either: World, value: object, stored: str) -> None:
    either.replace("Ext-UID-1", "id", value)
    assert either.person("xaver")["scim_id"] == stored


@pytest.mark.parametrize(
    ("count", "size"),
    [
        pytest.param(None, 20, id="092-none"),
        pytest.param("", 20, id="092-empty"),
        pytest.param("abc", 20, id="092-abc"),
        pytest.param("0", 20, id="092-0"),
        pytest.param("-5", 20, id="092-negative"),
        pytest.param("999999", 100, id="093-many"),
        pytest.param("4", 4, id="093-4"),
        ("3abc", 3),
        ("1.9", 1),
        ("1e2", 1),
        ("1_000", 100),
        ("9" * 30, 100),
    ],
)
def test_rows_092_093_page_size(either: World, count: str | None, size: int) -> None:
    either.put(*people(120))
    answer = either.scim("GET", "/Users", params={} if count is None else {"count": count}).json()
    assert answer["itemsPerPage"] == size
    assert len(answer["Resources"]) == size
    assert answer["totalResults"] == 120


def test_row_094_the_last_row(either: World) -> None:
    either.put(*people(7))
    answer = either.scim("GET", "/Users", params={"startIndex": "7"}).json()
    assert len(answer["Resources"]) == 1
    assert answer["totalResults"] == 7


@pytest.mark.parametrize("start", ["1", "0", "-5", "abc", "", "1.9"])
def test_row_095_from_the_start(either: World, start: str) -> None:
    either.put(*people(3))
    answer = either.scim("GET", "/Users", params={"startIndex": start}).json()
    assert len(answer["Resources"]) == 3


@pytest.mark.parametrize("start", ["abc", "-5", "2abc", "2"])
def test_start_index_comes_back_as_it_was_sent(either: World, start: str) -> None:
    assert either.scim("GET", "/Users", params={"startIndex": start}).json()["startIndex"] == start


@pytest.mark.parametrize("params", [{}, {"startIndex": ""}, {"startIndex": " "}])
def test_start_index_is_a_number_when_it_was_not_sent(either: World, params: dict[str, str]) -> None:
    assert either.scim("GET", "/Users", params=params).json()["startIndex"] == 1


def test_row_096_the_user_entity(either: World) -> None:
    assert either.scim("GET", "/Users/Ext-UID-1").json() == {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "Ext-UID-1",
        "active": True,
        "emails": [{"type": "work", "value": "xaver@example.com", "primary": True}],
        "name": {"formatted": "Xaver Beispiel", "givenName": "Xaver", "familyName": "Beispiel"},
        "meta": {"resourceType": "User"},
        "userName": "xaver",
    }


def test_flat_names_of_old_versions(either: World) -> None:
    either.switch(flat_names=True)
    user = either.scim("GET", "/Users/Ext-UID-1").json()
    assert user["name.formatted"] == "Xaver Beispiel" and "name" not in user


def test_row_097_status_is_a_number(gitlab: World) -> None:
    gitlab.put(
        {"user_id": 2, "name": "X", "username": "x", "scim_id": "x", "active": False, "pending_removal": True}
    )
    answers = [
        gitlab.filtered("junk"),
        gitlab.scim("GET", "/Users/nobody"),
        gitlab.replace("x", "active", True),
    ]
    assert [answer.json()["status"] for answer in answers] == [412, 404, 409]
    assert all("scimType" not in answer.json() for answer in answers)


def test_row_098_a_list_tells_what_was_asked(either: World) -> None:
    either.put(*people(31))
    answer = either.scim("GET", "/Users", params={"count": "10", "startIndex": "30"}).json()
    assert (answer["totalResults"], answer["itemsPerPage"], answer["startIndex"]) == (31, 10, "30")
    assert len(answer["Resources"]) == 2


def test_row_099_a_disabled_provider_lists_nobody_and_gets_one(either: World) -> None:
    either.switch(saml_enabled=False)
    for expression in ("", 'id eq "Ext-UID-1"'):
        answer = either.filtered(expression)
        assert answer.status_code == 200
        assert answer.json()["totalResults"] == 0
    assert either.scim("GET", "/Users/Ext-UID-1").status_code == 200


def test_row_102_uniqueness_ignores_case(either: World) -> None:
    either.put(
        {"user_id": 2, "name": "X", "username": "x", "scim_id": "UID123"},
        {"user_id": 3, "name": "Y", "username": "y", "scim_id": "other"},
    )
    answer = either.group("PATCH", "/scim/other", {"extern_uid": "uid123"})
    assert answer.status_code == 400
    assert answer.json() == {"message": "Extern uid has already been taken"}


def test_folding_is_lower_case_not_full_case_folding(either: World) -> None:
    either.put(
        {"user_id": 2, "name": "X", "username": "x", "scim_id": "straße"},
        {"user_id": 3, "name": "Y", "username": "y", "scim_id": "strasse"},
        {"user_id": 4, "name": "Z", "username": "z", "scim_id": "ÅNGSTRÖM"},
    )
    assert either.filtered('id eq "STRASSE"').json()["Resources"][0]["userName"] == "y"
    assert either.filtered('id eq "ångström"').json()["Resources"][0]["userName"] == "z"


def test_row_105_a_token_of_another_kind(either: World) -> None:
    simulator = either.simulator
    for token in (simulator.access_token, simulator.instance_scim_token, "glsoat-unknown"):
        assert either.scim("GET", "/Users", token=token).status_code == 401
    assert either.rest("GET", "/user", token=simulator.scim_token).status_code == 401


def test_row_106_the_form_of_a_token(either: World) -> None:
    prefix, _, secret = either.simulator.scim_token.partition("-")
    assert prefix == "glsoat" and len(secret) == 20
    prefix, _, secret = either.simulator.access_token.partition("-")
    assert prefix == "glpat" and len(secret) == 20


@pytest.mark.parametrize("name", ["access_token", "bearer_token"])
def test_the_token_is_read_from_a_parameter_too(either: World, name: str) -> None:
    token = either.simulator.scim_token
    assert either.scim("GET", "/Users", token="", params={name: token}).status_code == 200


@pytest.mark.parametrize("query", ["filter[a]=x", "count[]=5", "count[a]=1", "startIndex[]=1"])
def test_parameters_of_a_wrong_type_are_500(either: World, query: str) -> None:
    assert either.scim("GET", "/Users?" + query).status_code == 500


def test_a_start_beyond_the_databases_numbers_is_500(either: World) -> None:
    assert either.scim("GET", "/Users", params={"startIndex": str(2**63)}).status_code == 200
    assert either.scim("GET", "/Users", params={"startIndex": str(2**63 + 1)}).status_code == 500


def test_pages_have_no_order_and_a_written_row_moves(either: World) -> None:
    either.put(*people(60))
    order = [user["id"] for user in either.scim("GET", "/Users?count=100").json()["Resources"]]
    assert order != sorted(order) and len(set(order)) == 60
    either.replace(order[0], "id", "moved")
    after = [user["id"] for user in either.scim("GET", "/Users?count=100").json()["Resources"]]
    assert after == [*order[1:], "moved"]


def test_moving_pages_overlap_and_miss(either: World) -> None:
    either.put(*people(60))
    either.switch(moving_pages=True)
    seen: list[str] = []
    for start in range(1, 61, 10):
        answer = either.scim("GET", "/Users", params={"count": 10, "startIndex": start}).json()
        assert answer["totalResults"] == 60 and len(answer["Resources"]) == 10
        seen += [user["id"] for user in answer["Resources"]]
    assert len(seen) == 60 and len(set(seen)) < 60


def test_a_filtered_list_is_paged_like_any_other(either: World) -> None:
    params = {"filter": 'id eq "Ext-UID-1"', "startIndex": "2"}
    answer = either.scim("GET", "/Users", params=params).json()
    assert answer["totalResults"] == 1 and answer["Resources"] == []
