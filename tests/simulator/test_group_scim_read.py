"""Contract section 7, rows 1 to 20: listing and getting over group SCIM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.simulator.conftest import World

LIST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


@pytest.fixture(params=["Ext-UID-1", "some.one@example.com"])
def uid(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


def other_group(world: World, path: str) -> str:
    return world.simulator.url + "/api/scim/v2/groups/nowhere" + path


def test_row_001_listing_needs_the_token(either: World, uid: str) -> None:
    answer = either.scim("GET", "/Users", params={"filter": f'id eq "{uid}"'}, token="")
    assert answer.status_code == 401
    assert answer.json() == {"message": "401 Unauthorized"}


def test_rows_002_014_the_group_is_looked_for_before_the_token(either: World, uid: str) -> None:
    for path in ("/Users", f"/Users/{uid}"):
        answer = either.http.get(other_group(either, path))
        assert answer.status_code == 404
        assert answer.json()["detail"] == "Group nowhere not found"
        assert answer.json()["status"] == 404
        assert answer.headers["content-type"] == "application/scim+json"


def test_rows_003_015_no_saml_provider_is_404_even_without_a_token(either: World, uid: str) -> None:
    either.switch(saml_provider=False)
    for path in ("/Users", f"/Users/{uid}"):
        answer = either.scim("GET", path, token="")
        assert answer.status_code == 404
        assert answer.json()["detail"] == "Group acme does not have SAML SSO configured"


def test_row_004_lists_all_identities(either: World) -> None:
    answer = either.scim("GET", "/Users")
    assert answer.status_code == 200
    assert len(answer.json()["Resources"]) == answer.json()["totalResults"] == 1


@pytest.mark.parametrize(
    ("changes", "active"),
    [
        pytest.param({"active": False}, False, id="005-inactive"),
        pytest.param({"member": False}, True, id="006-no-member"),
        pytest.param({"active": False, "member": False}, False, id="007-inactive-and-no-member"),
    ],
)
def test_rows_005_006_007_everybody_with_an_identity_is_listed(
    either: World, uid: str, changes: dict[str, bool], active: bool
) -> None:
    either.put({"user_id": 2, "name": "X", "username": "x", "scim_id": uid, **changes})
    answer = either.scim("GET", "/Users").json()
    assert answer["totalResults"] == 1
    assert answer["Resources"][0]["active"] is active


def test_row_008_other_operators_are_412(either: World, uid: str) -> None:
    answer = either.filtered(f'id ne "{uid}"')
    assert answer.status_code == 412
    assert answer.json() == {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "detail": "Unsupported Filter",
        "status": 412,
    }


def test_rows_009_010_a_filter_finds_one(either: World, uid: str) -> None:
    answer = either.filtered(f'id eq "{uid}"').json()
    assert answer["totalResults"] == 1
    assert answer["schemas"] == [LIST_SCHEMA]
    assert answer["itemsPerPage"] == 20
    assert answer["startIndex"] == 1
    assert answer["Resources"][0]["id"] == uid


def test_row_011_a_filter_finds_nobody(either: World) -> None:
    answer = either.filtered('id eq "nonexistent"')
    assert answer.status_code == 200
    assert answer.json()["Resources"] == []
    assert answer.json()["totalResults"] == 0


def test_rows_012_018_no_groups_key(either: World, uid: str) -> None:
    assert "groups" not in either.scim("GET", "/Users").json()["Resources"][0]
    assert "groups" not in either.scim("GET", f"/Users/{uid}").json()


def test_row_013_getting_needs_the_token(either: World, uid: str) -> None:
    assert either.scim("GET", f"/Users/{uid}", token="glsoat-wrong").status_code == 401


def test_row_016_unknown_id(either: World) -> None:
    answer = either.scim("GET", "/Users/123")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "Resource 123 not found"


def test_row_017_gets_one(either: World, uid: str) -> None:
    answer = either.scim("GET", f"/Users/{uid}")
    assert answer.status_code == 200
    assert answer.json()["id"] == uid


@pytest.mark.parametrize("change", [{"active": False}, {"member": False}])
def test_rows_019_020_gets_inactive_ones_and_non_members(
    either: World, uid: str, change: dict[str, bool]
) -> None:
    either.put({"user_id": 2, "name": "X", "username": "x", "scim_id": uid, **change})
    answer = either.scim("GET", f"/Users/{uid}")
    assert answer.status_code == 200
    assert answer.json()["active"] is change.get("active", True)
