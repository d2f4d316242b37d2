"""Contract section 7, rows 172 to 179, and contract 1.9 to 1.10a: members, pages, who am I."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.test_rest_people import SUBGROUP, claimed, ids, person, refusal

if TYPE_CHECKING:
    from tests.simulator.conftest import World


def members(world: World, path: str = "/groups/acme/members", **params: Any) -> dict[int, dict[str, Any]]:
    """Members by user id."""
    answer = world.rest("GET", path, params=params or None)
    assert answer.status_code == 200, answer.text
    return {member["id"]: member for member in answer.json()}


def test_rows_172_174_identities_of_members(either: World) -> None:
    either.put(claimed(5), person(6))
    for path in ("/groups/acme/members", "/groups/acme/members/all"):
        found = members(either, path)
        saml = {"provider": "group_saml", "extern_uid": "s5", "saml_provider_id": 31}
        assert found[5]["group_saml_identity"] == saml
        assert found[5]["group_scim_identity"] == {"extern_uid": "s5", "group_id": 4711, "active": True}
        assert found[6]["group_saml_identity"] is None and found[6]["group_scim_identity"] is None


def test_row_173_with_saml_identity(either: World) -> None:
    either.put(claimed(5), person(6), person(7, access_level=40))
    assert set(members(either, with_saml_identity="true")) == {5}
    assert set(members(either, "/groups/acme/members/all", with_saml_identity="true")) == {1, 5, 6, 7}
    either.switch(saml_enabled=False)
    assert set(members(either, with_saml_identity="true")) == {1, 5, 6, 7}
    either.switch(saml_enabled=True, access_token="maintainer")
    assert set(members(either, with_saml_identity="true")) == {1, 5, 6, 7}


IDENTITY_KEYS = {"group_saml_identity", "group_scim_identity"}


def test_row_175_subgroups_tell_no_identities(either: World) -> None:
    either.put(claimed(5, access_level=40), claimed(6))
    direct = members(either, f"{SUBGROUP}/members", with_saml_identity="true")
    everybody = members(either, f"{SUBGROUP}/members/all")
    assert set(direct) == {1, 5} and set(everybody) == {1, 5, 6}
    for member in (*direct.values(), *everybody.values()):
        assert not IDENTITY_KEYS & set(member)


@pytest.mark.parametrize(
    "switch",
    [
        pytest.param({"access_token": "maintainer"}, id="176"),
        {"saml_enabled": False},
        {"saml_provider": False},
        {"licensed": False},
    ],
)
def test_row_176_who_is_not_told_identities(either: World, switch: dict[str, Any]) -> None:
    either.put(claimed(5), person(6, access_level=40))
    either.switch(**switch)
    assert not IDENTITY_KEYS & set(members(either)[5])


def test_row_177_seats(either: World) -> None:
    either.put(person(5))
    assert members(either, show_seat_info="true")[5]["is_using_seat"] is True
    assert "is_using_seat" not in members(either, show_seat_info="false")[5]
    assert "is_using_seat" not in members(either)[5]


def test_row_178_addresses_of_enterprise_users(either: World) -> None:
    either.put(claimed(5, access_level=40), person(6, access_level=40))
    for path in ("/groups/acme/members", "/groups/acme/members/all", f"{SUBGROUP}/members"):
        found = members(either, path)
        assert found[5]["email"] == "p5@acme.example"
        assert "email" not in found[6]
    for switch in ({"saas": False}, {"licensed": False}, {"access_token": "maintainer"}):
        either.switch(saas=True, licensed=True, access_token="owner")
        either.switch(**switch)
        assert "email" not in members(either)[5]


def test_row_179_minimal_access(either: World) -> None:
    either.put(person(5, access_level=5))
    assert members(either)[5]["access_level"] == 5
    assert either.group("GET", "/members/5").status_code == 200
    either.switch(licensed=False)
    assert 5 not in members(either)
    assert refusal(either.group("GET", "/members/5")) == (404, "404 Not found")


def test_the_member_entity(either: World) -> None:
    either.put(person(5, access_level=20, state="blocked"))
    member = either.group("GET", "/members/all/5").json()
    assert member["created_by"]["username"] == "olga"
    assert {
        "id": 5,
        "username": "p5",
        "public_email": "",
        "name": "Person 5",
        "state": "blocked",
        "locked": False,
        "access_level": 20,
        "expires_at": None,
        "membership_state": "active",
    }.items() <= member.items()
    assert member["web_url"] == f"{either.simulator.url}/p5"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("query=person%206", {6}),
        ("query=p6", {6}),
        ("user_ids=5,7", {5, 7}),
        ("user_ids[]=5&user_ids[]=7", {5, 7}),
        ("skip_users[]=5", {1, 6, 7}),
        ("user_ids=" + "9" * 30, set()),
    ],
)
def test_members_are_searched(either: World, query: str, found: set[int]) -> None:
    either.put(person(5), person(6), person(7))
    assert set(members(either, f"/groups/acme/members?{query}")) == found


def test_awaiting_members_and_bad_ids(either: World) -> None:
    assert members(either, "/groups/acme/members/all", state="awaiting") == {}
    assert either.group("GET", "/members", params={"user_ids": "x"}).status_code == 400


def test_nobody_in_particular_finds_no_group(either: World) -> None:
    for path in ("", "/members", "/members/all"):
        assert refusal(either.group("GET", path, token="")) == (404, "404 Group Not Found")


def test_removing_a_member_by_hand_is_drift(either: World) -> None:
    either.put(claimed(5, access_level=40))
    assert either.group("DELETE", "/members/5").status_code == 204
    removed = either.person("p5")
    assert not removed["member"] and removed["saml_id"] is None
    assert removed["scim_id"] == "s5" and removed["active"]
    assert 5 not in members(either, f"{SUBGROUP}/members/all")
    assert refusal(either.group("DELETE", "/members/5")) == (404, "404 Not found")
    assert refusal(either.group("DELETE", "/members/1")) == (403, "403 Forbidden")


def test_removing_from_the_subgroup_keeps_identities(either: World) -> None:
    either.put(claimed(5, access_level=40))
    assert either.rest("DELETE", f"{SUBGROUP}/members/5").status_code == 204
    kept = either.person("p5")
    assert kept["member"] and kept["saml_id"] == "s5"


def test_deleting_the_group_is_seen(either: World) -> None:
    answer = either.group("DELETE", "")
    assert answer.status_code == 202
    assert either.simulator.writes()[-1] == {"method": "DELETE", "path": "/api/v4/groups/acme", "status": 202}
    assert either.scim("GET", "/Users").status_code == 404
    assert either.group("GET", "/members").status_code == 404
    either.simulator.reset()
    assert either.group("GET", "/members").status_code == 200


def test_deleting_the_group_is_for_owners(either: World) -> None:
    either.switch(access_token="maintainer")
    assert either.group("DELETE", "").status_code == 403
    assert either.group("GET", "").status_code == 200


class TestPages:
    """Contract 1.10."""

    def test_headers(self, either: World) -> None:
        either.put(*(person(n) for n in range(10, 14)))
        answer = either.group("GET", "/members", params={"page": 2, "per_page": 2, "query": ""})
        wanted = {"x-page": "2", "x-per-page": "2", "x-prev-page": "1", "x-next-page": "3"}
        assert wanted.items() <= dict(answer.headers).items()
        assert (answer.headers["x-total"], answer.headers["x-total-pages"]) == ("5", "3")
        assert set(answer.links) == {"prev", "next", "first", "last"}
        assert ids(either.http.get(answer.links["next"]["url"], headers=_token(either))) == [13]
        last = either.group("GET", "/members", params={"page": 3, "per_page": 2})
        assert last.headers["x-next-page"] == "" and "next" not in last.links
        beyond = either.group("GET", "/members", params={"page": 99})
        assert beyond.json() == [] and beyond.headers["x-next-page"] == ""

    @pytest.mark.parametrize(
        ("params", "error"),
        [
            ({"page": 0}, "page does not have a valid value"),
            ({"per_page": 0}, "per_page does not have a valid value"),
            ({"per_page": -1}, "per_page does not have a valid value"),
            ({"page": "x"}, "page is invalid"),
        ],
    )
    def test_bad_values(self, either: World, params: dict[str, Any], error: str) -> None:
        answer = either.group("GET", "/members", params=params)
        assert answer.status_code == 400
        assert answer.json() == {"error": error}

    def test_sizes(self, either: World) -> None:
        either.put(*(person(n) for n in range(10, 140)))
        assert len(either.group("GET", "/members").json()) == 20
        assert len(either.group("GET", "/members", params={"per_page": 999}).json()) == 100

    def test_totals_are_left_out_past_ten_thousand(self, gitlab: World) -> None:
        gitlab.put(*(person(n) for n in range(10, 10_010)))
        answer = gitlab.group("GET", "/members", params={"page": 100, "per_page": 100})
        assert "x-total" not in answer.headers and "x-total-pages" not in answer.headers
        assert answer.headers["x-next-page"] == "101" and "last" not in answer.links
        last = gitlab.group("GET", "/members", params={"page": 101, "per_page": 100})
        assert len(last.json()) == 1 and last.headers["x-next-page"] == ""


def _token(world: World) -> dict[str, str]:
    return {"Authorization": f"Bearer {world.simulator.access_token}"}


class TestWhoAmI:
    """Contract 1.10a."""

    def test_user(self, either: World) -> None:
        assert either.rest("GET", "/user").json()["username"] == "olga"
        either.put(person(6, access_level=40))
        either.switch(access_token="maintainer")
        assert either.rest("GET", "/user").json()["username"] == "p6"

    def test_the_maintainers_token_without_a_maintainer(self, either: World) -> None:
        either.put()
        either.switch(access_token="maintainer")
        assert either.group("GET", "/members/all/1").json()["access_level"] == 40

    def test_token(self, either: World) -> None:
        token = either.rest("GET", "/personal_access_tokens/self").json()
        assert token["scopes"] == ["api"] and token["user_id"] == 1 and token["active"]

    def test_version(self, newest: World, gitlab: World, older: World) -> None:
        for world, version in ((newest, "19.4.0-ee"), (gitlab, "19.3.0-ee"), (older, "18.9.0-ee")):
            assert world.rest("GET", "/metadata").json()["version"] == version
            assert world.rest("GET", "/metadata").json()["enterprise"] is True
            assert set(world.rest("GET", "/version").json()) == {"version", "revision"}
            assert world.rest("GET", "/version", token=world.simulator.scim_token).status_code == 401

    def test_group(self, either: World) -> None:
        either.switch(allowed_email_domains=["a.example", "b.example"])
        group = either.group("GET", "", params={"with_projects": "false"}).json()
        assert (group["id"], group["full_path"], group["parent_id"]) == (4711, "acme", None)
        assert group["allowed_email_domains_list"] == "a.example,b.example"
        below = either.rest("GET", SUBGROUP).json()
        assert (below["full_path"], below["parent_id"]) == ("acme/platform", 4711)

    def test_no_oauth_token(self, either: World) -> None:
        answer = either.http.get(f"{either.simulator.url}/oauth/token/info", headers=_token(either))
        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_token"


def test_a_list_shows_what_was_just_written(either: World) -> None:
    either.put(claimed(5), person(6))
    for path, gone in (("/members", 5), ("/saml_users", 5)):
        assert gone in ids(either.group("GET", path))
    either.group("DELETE", "/members/5")
    for path in ("/members", "/saml_users"):
        assert 5 not in ids(either.group("GET", path))
    either.scim(
        "POST",
        "/Users",
        {
            "externalId": "new",
            "userName": "new",
            "name": {"formatted": "New"},
            "emails": [{"type": "work", "value": "new@example.com"}],
        },
    )
    assert either.person("new")["user_id"] in ids(either.group("GET", "/members"))
