"""Contract section 7, rows 159 to 171, and 1.8: lists of users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.simulator.conftest import World

SUBGROUP = "/groups/acme%2Fplatform"


def person(user_id: int, **changes: Any) -> dict[str, Any]:
    """A member, a Developer."""
    return {"user_id": user_id, "name": f"Person {user_id}", "username": f"p{user_id}"} | changes


def claimed(user_id: int, **changes: Any) -> dict[str, Any]:
    """An enterprise user with both identities."""
    both = {"scim_id": f"s{user_id}", "saml_id": f"s{user_id}"}
    return (
        person(user_id, email=f"p{user_id}@acme.example", enterprise=True, provisioned=True, **both) | changes
    )


def ids(answer: Any) -> list[int]:
    """The user ids of a list."""
    assert answer.status_code == 200, answer.text
    return [entry["id"] for entry in answer.json()]


def refusal(answer: Any) -> tuple[int, str]:
    """Status and message."""
    return answer.status_code, answer.json()["message"]


NOT_TOP = (400, "400 Bad request - Must be a top-level group")


@pytest.mark.parametrize(
    "kind", [pytest.param("saml_users", id="159"), pytest.param("enterprise_users", id="165")]
)
def test_rows_159_165_who_may_read(either: World, kind: str) -> None:
    assert refusal(either.group("GET", f"/{kind}", token="")) == (401, "401 Unauthorized")
    assert refusal(either.rest("GET", f"/groups/nowhere/{kind}")) == (404, "404 Group Not Found")
    assert refusal(either.rest("GET", f"{SUBGROUP}/{kind}")) == NOT_TOP
    either.switch(access_token="maintainer")
    assert refusal(either.group("GET", f"/{kind}")) == (403, "403 Forbidden")


def test_row_160_saml_users(either: World) -> None:
    either.put(claimed(5, state="blocked"), claimed(7, member=False), person(6, scim_id="x"))
    assert ids(either.group("GET", "/saml_users")) == [7, 5]


def test_row_161_saml_users_without_provider(either: World) -> None:
    either.switch(saml_provider=False)
    assert ids(either.group("GET", "/saml_users")) == []


MANY = [
    claimed(5, name="Élodie Martin", username="elodie"),
    claimed(6, state="ldap_blocked", email="secret@acme.example"),
    claimed(7, name="100% Sure_Thing"),
    claimed(9, state="blocked"),
]


@pytest.mark.parametrize("kind", ["saml_users", "provisioned_users", "enterprise_users"])
@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"page": 1, "per_page": 2}, [9, 7]),
        ({"page": 2, "per_page": 2}, [6, 5]),
        ({"username": "ELODIE"}, [5]),
        ({"search": "martin"}, [5]),
        ({"search": "elod"}, [5]),
        ({"search": "Secret@acme.example"}, [6]),
        ({"search": "0% sure_"}, [7]),
        ({"search": "p_"}, []),
        ({"active": "true"}, [7, 5]),
        ({"blocked": "true"}, [9, 6]),
        ({"created_after": "2019-03-04T10:30:00Z"}, [9, 7, 6]),
        ({"created_before": "2019-03-04T10:30:00Z"}, [5]),
        ({"created_after": "2030-01-01"}, []),
    ],
)
def test_rows_162_164_166_filters(either: World, kind: str, params: dict[str, Any], found: list[int]) -> None:
    either.put(*MANY)
    assert ids(either.group("GET", f"/{kind}", params=params)) == found


def test_two_factor_filter(either: World) -> None:
    either.put(*(one | {"two_factor": one["user_id"] in (6, 9)} for one in MANY))
    assert ids(either.group("GET", "/enterprise_users", params={"two_factor": "enabled"})) == [9, 6]
    assert ids(either.group("GET", "/enterprise_users", params={"two_factor": "disabled"})) == [7, 5]
    answer = either.group("GET", "/enterprise_users", params={"two_factor": "maybe"})
    assert answer.status_code == 400


def test_row_163_provisioned_users_are_for_maintainers_too(either: World) -> None:
    either.put(claimed(5), person(6, access_level=40))
    either.switch(access_token="maintainer")
    assert ids(either.group("GET", "/provisioned_users")) == [5]
    either.simulator.put_people([person(6, access_level=30)])
    assert refusal(either.group("GET", "/provisioned_users")) == (403, "403 Forbidden")


def test_the_user_entity(either: World) -> None:
    either.put(claimed(5, email_verified=False))
    user = either.group("GET", "/enterprise_users/5").json()
    assert user["email"] == "p5@acme.example" and user["public_email"] == ""
    assert user["identities"] == [{"provider": "group_saml", "extern_uid": "s5", "saml_provider_id": 31}]
    assert user["scim_identities"] == [{"extern_uid": "s5", "group_id": 4711, "active": True}]
    assert user["confirmed_at"] is None and user["bot"] is False
    assert "provisioned_by_group_id" not in user and "enterprise_group_id" not in user


def test_row_167_one_enterprise_user(either: World) -> None:
    either.put(claimed(5), person(6))
    assert either.group("GET", "/enterprise_users/5").json()["id"] == 5
    for number in ("6", "99", str(10**30)):
        assert refusal(either.group("GET", f"/enterprise_users/{number}")) == (404, "404 Not found")
    assert either.group("GET", "/enterprise_users/five").json() == {"error": "user_id is invalid"}


def test_row_168_disable_two_factor(either: World) -> None:
    either.put(claimed(6, two_factor=True), claimed(7))
    assert either.group("PATCH", "/enterprise_users/6/disable_two_factor").status_code == 204
    assert either.group("GET", "/enterprise_users/6").json()["two_factor_enabled"] is False
    off = "400 Bad request - Two-factor authentication is not enabled for this user"
    assert refusal(either.group("PATCH", "/enterprise_users/7/disable_two_factor")) == (400, off)
    assert either.group("PATCH", "/enterprise_users/9/disable_two_factor").status_code == 404


def test_row_169_patch(either: World) -> None:
    either.put(claimed(5))
    assert either.group("PATCH", "/enterprise_users/5", {}).status_code == 200
    assert either.group("PATCH", "/enterprise_users/5", {"name": "New"}).json()["name"] == "New"
    answer = either.group("PATCH", "/enterprise_users/5", {"email": "new@acme.example"})
    assert answer.json()["email"] == "new@acme.example"
    assert either.person("p5")["email"] == "new@acme.example"


def test_row_170_patch_refused(either: World) -> None:
    either.put(claimed(5), claimed(6))
    taken = either.group("PATCH", "/enterprise_users/5", {"email": "P6@acme.example"})
    assert refusal(taken) == (400, "Email has already been taken")
    foreign = either.group("PATCH", "/enterprise_users/5", {"email": "a@foreign.example"})
    assert refusal(foreign) == (400, "Email must be owned by the user's enterprise group")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"email": "nobody"}, "Email is invalid"),
        ({"email": "x" * 250 + "@acme.example"}, "Email is too long (maximum is 254 characters)"),
        ({"name": " "}, "Name can't be blank"),
        ({"name": "x" * 128}, "First name is too long (maximum is 127 characters)"),
        ({"email": "", "name": "<b>"}, "Email can't be blank, Name can't be blank"),
    ],
)
def test_a_patch_is_held_to_the_rules_of_a_new_account(
    either: World, change: dict[str, str], reason: str
) -> None:
    either.put(claimed(5))
    before = either.simulator.people()
    assert refusal(either.group("PATCH", "/enterprise_users/5", change)) == (400, reason)
    assert either.simulator.people() == before


def test_a_patched_address_is_stripped_and_lower_cased(either: World) -> None:
    either.put(claimed(5, secondary_emails=["own@acme.example"]))
    answer = either.group(
        "PATCH", "/enterprise_users/5", {"email": " Own@Acme.example ", "name": "A <i>B</i>"}
    )
    assert (answer.json()["email"], answer.json()["name"]) == ("own@acme.example", "A B")


def test_row_171_delete(either: World) -> None:
    either.put(claimed(5))
    past = {"If-Unmodified-Since": "Fri, 01 Jan 2010 00:00:00 GMT"}
    token = {"Authorization": f"Bearer {either.simulator.access_token}"}
    url = f"{either.simulator.rest_url}/groups/acme/enterprise_users/5"
    assert either.http.delete(url, headers=token | past).status_code == 412
    assert either.http.delete(url, headers=token).status_code == 204
    assert "p5" in either.usernames()
    either.simulator.settle()
    assert "p5" not in either.usernames()
    assert either.scim("GET", "/Users").json()["totalResults"] == 0


def test_row_171_delete_a_sole_owner(either: World) -> None:
    either.simulator.put_people([claimed(5, access_level=50)])
    sole = "Can not remove a user who is the sole owner of a group."
    assert refusal(either.group("DELETE", "/enterprise_users/5")) == (409, sole)
    hard = either.group("DELETE", "/enterprise_users/5", params={"hard_delete": "true"})
    assert hard.status_code == 204
