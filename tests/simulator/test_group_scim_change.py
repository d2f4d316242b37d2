"""Contract section 7, rows 50 to 77, and 2.2, 2.3: PATCH and DELETE over group SCIM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scimtui.simulator.scim_state import PENDING

if TYPE_CHECKING:
    from tests.simulator.conftest import World


@pytest.fixture(params=["Ext-UID-1", "some.one@example.com"])
def uid(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


def xaver(uid: str, **changes: Any) -> dict[str, Any]:
    """The Developer of the specs, changed."""
    return {
        "user_id": 2,
        "name": "Xaver Beispiel",
        "username": "xaver",
        "email": "xaver@example.com",
        "scim_id": uid,
        "saml_id": uid,
    } | changes


def is_done(answer: Any) -> bool:
    """204, nothing in it, no content type."""
    return answer.status_code == 204 and answer.content == b"" and "content-type" not in answer.headers


def test_rows_050_051_052_053_the_order_of_checks(either: World, uid: str) -> None:
    body = {"Operations": [{"op": "Replace", "path": "active", "value": "False"}]}
    assert either.scim("PATCH", f"/Users/{uid}", body, token="").status_code == 401
    url = f"{either.simulator.url}/api/scim/v2/groups/nowhere/Users/{uid}"
    headers = {"Content-Type": "application/scim+json"}
    assert either.http.patch(url, json=body, headers=headers).status_code == 404
    assert either.scim("PATCH", "/Users/123", body).status_code == 404
    either.switch(saml_provider=False)
    assert either.scim("PATCH", f"/Users/{uid}", body).status_code == 404
    assert either.person("xaver")["active"]


def test_row_054_active_false(either: World, uid: str) -> None:
    assert is_done(either.replace(uid, "active", "False"))
    assert not either.person("xaver")["active"]


def test_row_055_active_false_again_while_pending(gitlab: World, uid: str) -> None:
    gitlab.put(xaver(uid, active=False, pending_removal=True))
    assert is_done(gitlab.replace(uid, "active", "False"))
    person = gitlab.person("xaver")
    assert not person["active"] and person["pending_removal"] and person["member"]


def test_row_056_the_last_owner_stays(either: World, uid: str) -> None:
    either.simulator.put_people([xaver(uid, access_level=50)])
    answer = either.replace(uid, "active", "False")
    assert answer.status_code == 412
    assert answer.json()["detail"].startswith('Error updating Xaver Beispiel with {"Operations" => [{"op" =>')
    assert either.person("xaver")["active"]


@pytest.mark.parametrize(
    "others", [{"state": "blocked"}, {"bot": True}, {"member": False}, {"access_level": 40}]
)
def test_owners_who_do_not_count(either: World, uid: str, others: dict[str, Any]) -> None:
    other = {"user_id": 9, "name": "O", "username": "o", "access_level": 50} | others
    either.simulator.put_people([xaver(uid, access_level=50), other])
    assert either.replace(uid, "active", "False").status_code == 412


def test_row_057_active_true_brings_back(either: World, uid: str) -> None:
    either.put(xaver(uid, active=False, member=False))
    assert is_done(either.replace(uid, "active", "true"))
    assert either.person("xaver")["active"]


def test_row_058_active_true_on_an_active_identity_does_nothing(either: World, uid: str) -> None:
    either.put(xaver(uid, member=False))
    before = either.simulator.people()
    assert is_done(either.replace(uid, "active", "true"))
    assert either.simulator.people() == before


@pytest.mark.parametrize("active", [True, False])
def test_row_059_active_true_while_pending(gitlab: World, uid: str, active: bool) -> None:
    gitlab.put(xaver(uid, active=active, pending_removal=True))
    answer = gitlab.replace(uid, "active", "true")
    assert answer.status_code == 409
    assert answer.json()["detail"] == PENDING
    assert answer.json()["status"] == 409
    assert gitlab.person("xaver")["active"] is active


@pytest.mark.parametrize("path", ["id", "externalId"])
def test_row_060_a_new_id(either: World, uid: str, path: str) -> None:
    assert is_done(either.replace(uid, path, "new_uid"))
    person = either.person("xaver")
    assert (person["scim_id"], person["saml_id"]) == ("new_uid", uid)


def test_row_061_a_new_id_of_an_inactive_identity(gitlab: World, older: World, uid: str) -> None:
    for world, scim_id, active in ((gitlab, "new_uid", False), (older, uid, True)):
        world.put(xaver(uid, active=False, member=False))
        assert is_done(world.replace(uid, "id", "new_uid"))
        person = world.person("xaver")
        assert (person["scim_id"], person["active"], person["member"]) == (scim_id, active, active)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("name.formatted", id="062"),
        pytest.param('emails[type eq "work"].value', id="063"),
        pytest.param("userName", id="064"),
        "displayName",
    ],
)
def test_rows_062_063_064_the_rest_is_ignored(either: World, uid: str, path: str) -> None:
    before = either.simulator.people()
    assert is_done(either.replace(uid, path, "new@example.com"))
    assert either.simulator.people() == before


def test_row_065_deleting_needs_the_token(either: World, uid: str) -> None:
    assert either.scim("DELETE", f"/Users/{uid}", token="").status_code == 401


def test_row_066_delete(either: World, uid: str) -> None:
    assert is_done(either.scim("DELETE", f"/Users/{uid}"))
    person = either.person("xaver")
    assert not person["active"] and person["scim_id"] == uid and person["saml_id"] == uid


def test_row_067_delete_a_non_member(either: World, uid: str) -> None:
    either.put(xaver(uid, member=False))
    assert is_done(either.scim("DELETE", f"/Users/{uid}"))
    person = either.person("xaver")
    assert not person["active"] and not person["pending_removal"]


def test_row_068_delete_the_last_owner(either: World, uid: str) -> None:
    either.simulator.put_people([xaver(uid, access_level=50)])
    answer = either.scim("DELETE", f"/Users/{uid}")
    assert answer.status_code == 412
    refusal = "Could not remove Xaver Beispiel from Acme. Cannot remove last group owner."
    assert answer.json()["detail"] == refusal
    assert either.person("xaver")["active"]


def test_row_069_delete_again_while_pending(gitlab: World, uid: str) -> None:
    gitlab.put(xaver(uid, active=False, pending_removal=True))
    assert is_done(gitlab.scim("DELETE", f"/Users/{uid}"))
    assert gitlab.person("xaver")["pending_removal"]


def test_row_070_nothing_to_delete(either: World, uid: str) -> None:
    assert either.scim("DELETE", "/Users/123").status_code == 404
    url = f"{either.simulator.url}/api/scim/v2/groups/nowhere/Users/{uid}"
    assert either.http.delete(url).status_code == 404
    either.switch(saml_provider=False)
    assert either.scim("DELETE", f"/Users/{uid}").status_code == 404


@pytest.mark.parametrize("level", [pytest.param(30, id="071"), pytest.param(5, id="073")])
def test_rows_071_073_removal_is_scheduled(gitlab: World, uid: str, level: int) -> None:
    gitlab.put(xaver(uid, access_level=level))
    gitlab.scim("DELETE", f"/Users/{uid}")
    person = gitlab.person("xaver")
    assert person["pending_removal"] and person["member"] and not person["active"]


def test_row_072_the_removal_happens(gitlab: World, uid: str) -> None:
    gitlab.put(xaver(uid, access_level=40))
    gitlab.scim("DELETE", f"/Users/{uid}")
    assert gitlab.simulator.settle() == 1
    person = gitlab.person("xaver")
    assert not person["member"] and not person["pending_removal"] and person["saml_id"] == uid
    below = gitlab.rest("GET", "/groups/acme%2Fplatform/members").json()
    assert [member["username"] for member in below] == ["olga"]


def test_18_9_removes_at_once(older: World, uid: str) -> None:
    older.scim("DELETE", f"/Users/{uid}")
    person = older.person("xaver")
    assert not person["member"] and not person["pending_removal"] and not person["active"]
    assert is_done(older.replace(uid, "active", "true"))
    assert older.person("xaver")["member"]


def test_row_074_deprovision_a_non_member(either: World, uid: str) -> None:
    either.put(xaver(uid, member=False))
    assert is_done(either.replace(uid, "active", "false"))
    assert not either.person("xaver")["active"]
    assert [member["username"] for member in either.group("GET", "/members").json()] == ["olga"]


@pytest.mark.parametrize(
    ("full", "level"), [pytest.param(False, 30, id="075"), pytest.param(True, 5, id="077")]
)
def test_rows_075_077_reprovisioning_gives_the_default_role(
    either: World, uid: str, full: bool, level: int
) -> None:
    either.put(xaver(uid, active=False, member=False))
    either.switch(seats_exhausted=full)
    either.replace(uid, "active", True)
    person = either.person("xaver")
    assert person["active"] and person["access_level"] == level


@pytest.mark.parametrize("level", [30, 5])
def test_row_076_reprovisioning_a_member_keeps_the_role(either: World, uid: str, level: int) -> None:
    either.put(xaver(uid, active=False, access_level=level))
    either.replace(uid, "active", True)
    person = either.person("xaver")
    assert person["active"] and person["access_level"] == level


def test_a_taken_id_is_412(either: World, uid: str) -> None:
    either.put(xaver(uid), {"user_id": 3, "name": "A", "username": "a", "scim_id": "Taken"})
    answer = either.replace(uid, "externalId", "tAKEN")
    assert answer.status_code == 412
    assert answer.json()["detail"].startswith("Error updating Xaver Beispiel with {")
    assert either.person("xaver")["scim_id"] == uid


def test_a_new_id_may_differ_in_case_alone(either: World, uid: str) -> None:
    assert is_done(either.replace(uid, "externalId", uid.swapcase()))
    assert either.person("xaver")["scim_id"] == uid.swapcase()


def test_while_pending_other_changes_pass(gitlab: World, uid: str) -> None:
    gitlab.put(xaver(uid, active=False, pending_removal=True))
    assert is_done(gitlab.replace(uid, "displayName", "New"))
    assert is_done(gitlab.replace(uid, "active", False))
    assert is_done(gitlab.replace(uid, "id", "new_uid"))
    assert gitlab.person("xaver")["scim_id"] == "new_uid"
    assert gitlab.person("xaver")["pending_removal"]
