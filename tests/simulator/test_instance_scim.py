"""Contract section 7, rows 108 to 130, and 1.2, 1.4: SCIM of a whole installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.simulator.conftest import World

ENDPOINTS = [
    ("GET", "/Users"),
    ("POST", "/Users"),
    ("GET", "/Users/Ext-UID-1"),
    ("PATCH", "/Users/Ext-UID-1"),
]
ENDPOINTS += [("DELETE", "/Users/Ext-UID-1")]
NEW = {
    "externalId": "test_uid",
    "userName": "username",
    "emails": [{"type": "work", "value": "work@example.com"}],
    "name": {"formatted": "Test Name"},
}


@pytest.fixture(autouse=True)
def _self_managed(request: pytest.FixtureRequest) -> None:
    for name in ("either", "gitlab", "older"):
        if name in request.fixturenames:
            request.getfixturevalue(name).switch(saas=False)


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
class TestOrderOfChecks:
    """Who wins (contract 1.2)."""

    def test_row_108_not_on_gitlab_com(self, either: World, method: str, path: str) -> None:
        either.switch(saas=True)
        answer = either.instance(method, path)
        assert answer.status_code == 404
        assert answer.json() == {"message": "404 Not Found"}

    def test_row_109_not_without_a_licence(self, either: World, method: str, path: str) -> None:
        either.switch(licensed=False)
        answer = either.instance(method, path)
        assert answer.status_code == 404
        assert answer.json() == {"message": "404 Not Found"}

    def test_row_110_not_without_the_token(self, either: World, method: str, path: str) -> None:
        assert either.instance(method, path, token="").status_code == 401
        assert either.instance(method, path, token=either.simulator.scim_token).status_code == 401

    def test_row_111_not_with_saml_off(self, either: World, method: str, path: str) -> None:
        either.switch(saml_enabled=False)
        answer = either.instance(method, path)
        assert answer.status_code == 403
        assert answer.json() == {"message": "403 Forbidden - SAML not enabled."}

    def test_the_token_comes_first_in_19_3_and_last_in_18_9(
        self, gitlab: World, older: World, method: str, path: str
    ) -> None:
        for change in ({"saas": True}, {"saml_enabled": False}, {"licensed": False}):
            for world in (gitlab, older):
                world.switch(saas=False, saml_enabled=True, licensed=True)
                world.switch(**change)
            assert gitlab.instance(method, path, token="").status_code == 401
            assert older.instance(method, path, token="").status_code in (403, 404)


def test_group_scim_without_group_saml_in_the_installation(either: World) -> None:
    either.switch(group_saml=False)
    answer = either.scim("GET", "/Users", token="")
    assert answer.status_code == 403
    assert answer.json() == {"message": "403 Forbidden - Group SAML not enabled."}
    unknown = either.http.get(either.simulator.url + "/api/scim/v2/groups/nowhere/Users")
    assert unknown.status_code == 403


def test_row_112_lists_with_groups(gitlab: World, older: World) -> None:
    listed = gitlab.instance("GET", "/Users").json()
    assert listed["totalResults"] == 1
    assert listed["Resources"][0]["groups"] == []
    assert gitlab.instance("GET", "/Users/Ext-UID-1").json()["groups"] == []
    assert "groups" not in older.instance("GET", "/Users/Ext-UID-1").json()


def test_row_115_filters(either: World) -> None:
    def filtered(expression: str) -> Any:
        return either.instance("GET", "/Users", params={"filter": expression})

    assert filtered('id ne "Ext-UID-1"').status_code == 412
    assert filtered('id eq "Ext-UID-1"').json()["totalResults"] == 1
    assert filtered('id eq "nobody"').json()["totalResults"] == 0


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_row_116_unknown(either: World, method: str) -> None:
    assert either.instance(method, "/Users/nobody").status_code == 404


def test_rows_104_117_create(either: World) -> None:
    answer = either.instance("POST", "/Users", NEW)
    assert answer.status_code == 201
    assert (answer.json()["id"], answer.json()["emails"][0]["value"]) == ("test_uid", "work@example.com")
    assert "groups" not in answer.json()
    existing = NEW | {
        "externalId": "E@mail.example",
        "emails": [{"type": "work", "value": "olga@acme.example"}],
    }
    assert either.instance("POST", "/Users", existing).json()["userName"] == "olga"
    assert either.instance("GET", "/Users/e@MAIL.example").json()["id"] == "E@mail.example"
    again = either.instance("POST", "/Users", existing)
    assert again.status_code == 201 and again.json()["userName"] == "olga"


def test_row_118_errors_are_filtered(either: World) -> None:
    secrets = {"password": "s3cret", "access_token": "s3cret"}
    failed = either.instance("POST", "/Users", NEW | secrets | {"name": {}})
    assert failed.status_code == 412
    conflict = NEW | secrets | {"emails": [{"type": "work", "value": "xaver@example.com"}]}
    taken = either.instance("POST", "/Users", conflict)
    assert taken.status_code == 409
    for answer in (failed, taken):
        assert answer.json()["detail"].startswith("Error saving user with {")
        assert '"password" => "[FILTERED]"' in answer.json()["detail"]
        assert "s3cret" not in answer.text


def change(world: World, path: str, value: Any) -> Any:
    body = {"Operations": [{"op": "Replace", "path": path, "value": value}]}
    return world.instance("PATCH", "/Users/Ext-UID-1", body)


def test_row_119_a_new_id_leaves_the_groups_identity_alone(either: World) -> None:
    assert change(either, "id", "new_uid").status_code == 204
    person = either.person("xaver")
    assert (person["instance_scim_id"], person["scim_id"]) == ("new_uid", "Ext-UID-1")


@pytest.mark.parametrize("path", ["name.formatted", 'emails[type eq "work"].value', "userName"])
def test_row_120_the_rest_is_ignored(either: World, path: str) -> None:
    before = either.simulator.people()
    assert change(either, path, "new@example.com").status_code == 204
    assert either.simulator.people() == before


def test_row_121_a_form_with_garbage(either: World) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = either.instance("PATCH", "/Users/Ext-UID-1", content=b"Garbage=params", headers=headers)
    assert answer.status_code == 204


def test_row_122_a_taken_id(either: World) -> None:
    either.put(
        {"user_id": 2, "name": "X", "username": "x", "scim_id": "Ext-UID-1"},
        {"user_id": 3, "name": "Y", "username": "y", "scim_id": "taken"},
    )
    answer = change(either, "id", "Taken")
    assert answer.status_code == 412
    assert answer.json()["detail"].startswith("Error updating X with {")


def test_rows_124_127_128_the_account_is_blocked_and_comes_back(either: World) -> None:
    assert change(either, "active", "False").status_code == 204
    person = either.person("xaver")
    assert person["state"] == "ldap_blocked" and person["member"]
    assert person["active"] and person["instance_active"] is False
    assert change(either, "active", "true").status_code == 204
    assert either.person("xaver")["state"] == "active"
    assert "instance_active" not in either.person("xaver")
    before = either.simulator.people()
    assert change(either, "active", "true").status_code == 204
    assert either.simulator.people() == before


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "PUT"])
def test_row_125_no_id(either: World, method: str) -> None:
    for world in (either.instance, either.scim):
        answer = world(method, "/Users/", {})
        assert answer.status_code == 405
        assert answer.json() == {"error": "405 Not Allowed"}


def test_row_126_delete(either: World) -> None:
    answer = either.instance("DELETE", "/Users/Ext-UID-1")
    assert answer.status_code == 204 and answer.content == b""
    assert either.instance("GET", "/Users/Ext-UID-1").json()["active"] is False


def test_rows_129_130_a_new_person_has_no_saml_identity_and_is_not_confirmed(either: World) -> None:
    either.instance("POST", "/Users", NEW)
    person = either.person("username")
    assert person["saml_id"] is None and person["scim_id"] is None
    assert person["instance_scim_id"] == "test_uid"
    assert not person["email_verified"] and not person["member"] and not person["provisioned"]
