"""Audit events, what leavers leave behind, and leaked tokens.

Contract 2, section 15; contract 2, section 16; contract 2, section 17.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.test_group_scim_create import body

if TYPE_CHECKING:
    from tests.simulator.conftest import World

ADA: dict[str, Any] = {
    "user_id": 7, "name": "Ada", "username": "ada", "email": "ada@acme.example",
    "scim_id": "u7", "saml_id": "u7",
}  # fmt: skip
BOB: dict[str, Any] = {"user_id": 8, "name": "Bob", "username": "bob", "access_level": 40, "saml_id": "u8"}


def sign_in(world: World, name_id: str = "u7", **attempt: Any) -> None:
    url = f"{world.simulator.url}/groups/acme/-/saml/callback"
    world.http.post(url, json={"name_id": name_id, **attempt})


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["event_name"] for event in events]


@pytest.fixture
def busy(either: World) -> World:
    """A group in which two people signed in, one of them as a new member."""
    either.put(ADA | {"member": False}, BOB)
    sign_in(either)
    sign_in(either, "u8")
    return either


class TestEvents:
    """What is written down, and who may read it (15)."""

    def test_row_240_who_may_read(self, busy: World) -> None:
        found = busy.group("GET", "/audit_events").json()
        added = ["authenticated_with_group_saml", "authenticated_with_group_saml", "group_saml_member_added"]
        assert names(found) == added and [event["id"] for event in found] == [3, 2, 1]
        assert busy.group("GET", "/audit_events/1").json() == found[2]
        assert busy.group("GET", "/audit_events/9").status_code == 404
        busy.switch(licensed=False)
        assert busy.group("GET", "/audit_events").status_code == 403

    @pytest.mark.parametrize(("level", "status"), [(10, 403), (20, 403), (30, 200)])
    def test_row_240_roles_below_see_their_own_or_nothing(self, busy: World, level: int, status: int) -> None:
        busy.simulator.put_people([ADA | {"access_level": level}])
        answer = busy.group("GET", "/audit_events")
        assert answer.status_code == status
        if status == 200:
            assert {event["author_id"] for event in answer.json()} == {7}

    def test_a_maintainer_sees_all_from_19_0_on(self, busy: World) -> None:
        busy.switch(access_token="maintainer")
        authors = {event["author_id"] for event in busy.group("GET", "/audit_events").json()}
        assert authors == ({8} if busy.simulator.info["gitlab_version"] == "18.9" else {7, 8})

    def test_row_241_a_subgroups_events_are_its_own(self, older: World) -> None:
        older.put(ADA | {"rows": {"acme/platform": 30}})
        older.scim("DELETE", "/Users/u7")
        for path in ("acme", "acme%2Fplatform"):
            assert names(older.rest("GET", f"/groups/{path}/audit_events").json()) == ["member_destroyed"]

    def test_row_242_keyset(self, busy: World) -> None:
        first = busy.group("GET", "/audit_events?pagination=keyset&per_page=1")
        assert set(first.links) == {"next"} and "x-total" not in first.headers
        seen, following = first.json(), first.links["next"]["url"]
        while following:
            answer = busy.rest("GET", following.partition("/api/v4")[2])
            seen += answer.json()
            following = answer.links.get("next", {}).get("url", "")
        assert [event["id"] for event in seen] == [3, 2, 1]
        for order in ("order_by=name", "sort=asc"):
            assert busy.group("GET", f"/audit_events?pagination=keyset&{order}").status_code == 405
        assert busy.group("GET", "/audit_events?per_page=2").headers["x-total"] == "3"

    def test_row_243_the_installation(self, busy: World) -> None:
        assert busy.rest("GET", "/audit_events").status_code == 403
        busy.switch(access_token="admin")
        assert len(busy.rest("GET", "/audit_events").json()) == 3
        assert busy.rest("GET", "/audit_events?entity_id=7").status_code == 400
        assert busy.rest("GET", "/audit_events?entity_type=Team").status_code == 400
        assert busy.rest("GET", "/audit_events?entity_type=User&entity_id=7").json() == []
        assert len(busy.rest("GET", "/audit_events?entity_type=Group&entity_id=4711").json()) == 3
        assert busy.rest("GET", "/audit_events/2").json()["id"] == 2

    def test_row_244_the_window_is_inclusive(self, busy: World) -> None:
        moments = [event["created_at"] for event in busy.group("GET", "/audit_events").json()]
        inside = {"created_after": moments[-1], "created_before": moments[0]}
        assert len(busy.group("GET", "/audit_events", params=inside).json()) == 3
        assert busy.group("GET", "/audit_events", params={"created_after": "2999-01-01"}).json() == []
        assert busy.group("GET", "/audit_events", params={"created_before": "2001-01-01"}).json() == []

    def test_row_245_removal_by_scim(self, either: World) -> None:
        either.put(ADA)
        either.scim("DELETE", "/Users/u7")
        either.simulator.settle()
        (event,) = either.group("GET", "/audit_events").json()
        assert (event["event_name"], event["author_id"]) == ("member_destroyed", -1)
        details = event["details"]
        assert (details["reason"], details["system_event"], details["as"]) == ("SCIM", True, "Developer")
        assert (details["author_name"], details["target_type"], details["target_id"]) == (
            "(System)",
            "User",
            7,
        )

    def test_row_043_a_new_account(self, either: World) -> None:
        either.scim("POST", "/Users", body())
        (event,) = either.group("GET", "/audit_events").json()
        assert event["details"]["custom_message"] == "User was provisioned by SCIM"
        assert event["details"]["target_details"] == "username" and event["author_id"] == -1

    def test_no_seat_is_written_down_from_19_0_on(self, either: World) -> None:
        either.switch(seats_exhausted=True)
        either.scim("POST", "/Users", body())
        found = names(either.group("GET", "/audit_events").json())
        is_older = either.simulator.info["gitlab_version"] == "18.9"
        adjusted = [] if is_older else ["group_minimal_access_role_adjusted_seat_limit"]
        assert found == ["user_provisioned_by_scim", *adjusted]

    def test_changed_settings_are_pieced_together_from_their_events(self, either: World) -> None:
        either.switch(sso_enforced=True, default_role=10)
        either.switch(sso_enforced=True, allowed_email_domains=["a.example"], default_member_role_id=2)
        either.switch(ip_restriction_ranges=["10.0.0.0/8"], rate_limited="middleware", rate_limited_times=1)
        either.rest("GET", "/user")
        words = [event["details"]["custom_message"] for event in either.simulator.events()]
        configuration = "Group SAML SSO configuration changed:"
        assert words == [
            f"{configuration} enforced_sso changed from false to true. ",
            f"{configuration} default_membership_role changed from 30 to 10. ",
            f"{configuration} member_role_id changed to 2. ",
            "Allowed email domain names updated from '' to 'a.example'",
            "Group IP restrictions updated from '' to '10.0.0.0/8'",
        ]
        event = either.group("GET", "/audit_events").json()[-1]
        assert (event["event_name"], event["author_id"]) == ("group_saml_provider_update", 1)

    def test_row_246_what_is_never_written_down(self, either: World) -> None:
        either.put(ADA | {"member": False}, BOB)
        either.group("PATCH", "/saml/u7", {"extern_uid": "new"})
        either.group("PATCH", "/scim/u7", {"extern_uid": "new"})
        either.replace("new", "active", False)
        either.switch(access_token="admin", saas=False)
        either.rest("DELETE", "/admin/token", {"token": either.simulator.instance_scim_token})
        assert either.simulator.events() == []

    @pytest.mark.parametrize("method", ["PATCH", "DELETE"])
    def test_row_247_the_block_by_scim_is_written_down_once_and_from_19_4_on(
        self, either: World, method: str
    ) -> None:
        either.put(ADA)
        either.switch(saas=False)
        change = {"Operations": [{"op": "replace", "path": "active", "value": "False"}]}
        for _ in range(2):
            either.instance(method, "/Users/u7", change if method == "PATCH" else None)
        events = either.simulator.events()
        if either.simulator.info["gitlab_version"] != "19.4":
            assert events == []
            return
        (event,) = events
        assert event["event_name"] == "user_blocked_by_scim_deprovisioning"
        assert (event["entity_type"], event["entity_id"]) == ("User", 7)
        assert (event["details"]["extern_uid"], event["details"]["reason"]) == (
            "u7",
            "deprovisioned via SCIM",
        )
        assert either.group("GET", "/audit_events").json() == []


class TestMails:
    """Who is told of a changed SAML value (10)."""

    def test_one_for_each_real_change_and_on_19_3_alone(self, either: World) -> None:
        either.put(ADA)
        for value, uid in (("U7", "u7"), ("U7", "U7"), ("new", "U7")):
            either.group("PATCH", f"/saml/{uid}", {"extern_uid": value})
        told = [mail["user_id"] for mail in either.simulator.mails()]
        assert told == ([7, 7] if either.simulator.info["gitlab_version"] == "19.3" else [])


class TestLeavers:
    """Rows that stay (16)."""

    def test_row_248_without_a_row_at_the_top_nothing_is_removed(self, either: World) -> None:
        either.put(ADA | {"member": False, "rows": {"acme/platform": 30}})
        assert either.scim("DELETE", "/Users/u7").status_code == 204
        either.simulator.settle()
        assert either.person("ada")["active"] is False
        assert either.person("ada")["rows"]["acme/platform"]["access_level"] == 30
        left = either.group("GET", "/billable_members/7/memberships").json()
        assert [row["source_full_name"] for row in left] == ["Acme / Platform"]

    @pytest.mark.parametrize("path", ["", "/7/memberships", "/7/indirect"])
    def test_row_249_for_owners_of_the_top(self, either: World, path: str) -> None:
        either.put(ADA, BOB)
        refusal = {"message": "400 Bad request"}
        below = either.rest("GET", f"/groups/acme%2Fplatform/billable_members{path}")
        assert (below.status_code, below.json()) == (400, refusal)
        either.switch(access_token="maintainer")
        assert either.group("GET", f"/billable_members{path}").json() == refusal

    def test_rows_250_251_memberships(self, either: World) -> None:
        either.put(ADA | {"rows": {"acme/platform": 40}, "expires_at": "2027-01-31"})
        rows = either.group("GET", "/billable_members/7/memberships").json()
        assert [(row["source_id"], row["expires_at"]) for row in rows] == [(4711, "2027-01-31"), (4712, None)]
        role = {"string_value": "Maintainer", "integer_value": 40, "custom_role": None}
        assert rows[1]["access_level"] == role
        assert either.group("GET", "/billable_members/7/indirect").json() == []
        for path, words in (
            ("groups/acme/billable_members/99", "404 Not found"),
            ("groups/no/billable_members/7", "404 Group Not Found"),
        ):
            assert either.rest("GET", f"/{path}/memberships").json() == {"message": words}

    @pytest.mark.parametrize(
        ("changes", "ultimate", "listed"),
        [
            ({}, True, True), ({"state": "blocked"}, False, False), ({"bot": True}, False, False),
            ({"access_level": 5}, False, False), ({"access_level": 10}, False, True),
            ({"access_level": 10}, True, False), ({"membership_state": "awaiting"}, False, False),
        ],
    )  # fmt: skip
    def test_row_252_who_takes_a_seat(
        self, either: World, changes: dict[str, Any], ultimate: bool, listed: bool
    ) -> None:
        either.put(ADA | changes)
        either.switch(ultimate=ultimate)
        found = [member["id"] for member in either.group("GET", "/billable_members").json()]
        assert found == ([1, 7] if listed else [1])
        answer = either.group("GET", "/billable_members/7/memberships")
        assert answer.status_code == (200 if listed else 404)
        if not listed:
            assert answer.json() == {"message": "404 User Not Found"}

    def test_row_253_removing_a_billable_member(self, either: World) -> None:
        either.put(ADA | {"rows": {"acme/platform": 30}}, BOB)
        assert either.group("DELETE", "/billable_members/7").status_code == 204
        is_older = either.simulator.info["gitlab_version"] == "18.9"
        if not is_older:
            again = either.group("DELETE", "/billable_members/7").json()
            assert again == {"message": '400 Bad request - ["User already scheduled for deletion"]'}
            assert either.replace("u7", "active", True).status_code == 409
        either.simulator.settle()
        person = either.person("ada")
        assert (person["member"], "rows" in person, person["active"]) == (False, False, True)
        assert person["saml_id"] == (None if is_older else "u7")
        assert "reason" not in either.simulator.events()[-1]["details"]

    def test_who_may_remove_them(self, either: World) -> None:
        either.put(ADA, BOB)
        below = either.rest("DELETE", "/groups/acme%2Fplatform/billable_members/7").json()
        assert below == {"message": "400 Bad request - Must be a root namespace"}
        either.switch(access_token="maintainer")
        refusal = either.group("DELETE", "/billable_members/7").json()
        assert refusal == {"message": "400 Bad request - User not authorized"}

    def test_rows_that_wait(self, either: World) -> None:
        either.put(ADA | {"membership_state": "awaiting"})
        (row,) = either.group("GET", "/pending_members").json()
        assert (row["username"], row["email"], row["approved"]) == ("ada", "ada@acme.example", False)

    @pytest.mark.parametrize("skip", [True, False])
    def test_removing_a_member_takes_the_rows_below_unless_they_are_left_out(
        self, either: World, skip: bool
    ) -> None:
        either.put(ADA | {"rows": {"acme/platform": 30}})
        either.group("DELETE", f"/members/7?skip_subresources={str(skip).lower()}")
        person = either.person("ada")
        assert (person["member"], person["saml_id"], "rows" in person) == (False, None, skip)


class TestTokens:
    """`/admin/token` (17)."""

    @pytest.fixture
    def instance(self, either: World) -> World:
        either.switch(saas=False, access_token="admin")
        return either

    def test_row_255_what_a_token_is(self, instance: World) -> None:
        asked = {"token": instance.simulator.scim_token}
        answer = instance.rest("POST", "/admin/token", asked)
        if instance.simulator.info["gitlab_version"] == "18.9":
            assert (answer.status_code, answer.json()) == (422, {"message": "Token type not supported."})
            return
        assert set(answer.json()) == {"id", "created_at", "group_id"} and answer.json()["group_id"] == 4711
        whole = instance.rest(
            "POST", "/admin/token", {"token": instance.simulator.instance_scim_token}
        ).json()
        assert whole["group_id"] is None and "organization_id" in whole
        unknown = instance.rest("POST", "/admin/token", {"token": "glsoat-unknown"})
        assert (unknown.status_code, unknown.json()) == (404, {"message": {"error": "Not found"}})
        assert instance.rest("POST", "/admin/token", {"token": "junk"}).status_code == 422
        instance.switch(access_token="owner")
        assert instance.rest("POST", "/admin/token", asked).status_code == 403

    def test_row_256_the_old_value_stops_at_once(self, gitlab: World) -> None:
        gitlab.switch(access_token="admin")
        assert (
            gitlab.rest("DELETE", "/admin/token", {"token": gitlab.simulator.scim_token}).status_code == 204
        )
        assert gitlab.scim("GET", "/Users").status_code == 401
        gitlab.simulator.reset()
        assert gitlab.scim("GET", "/Users").status_code == 200
