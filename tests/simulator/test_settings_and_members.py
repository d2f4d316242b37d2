"""Who gets in: settings of the group, and a SCIM identity for somebody who is there (contract 2, 12, 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.test_group_scim_create import body, detail, work

if TYPE_CHECKING:
    import httpx

    from tests.simulator.conftest import World

OUTSIDE = "The member's email address is not allowed for this group. Check with your administrator."
UNVERIFIED = "The member's email address is not verified."
NOT_LINKED = "The member's email address is not linked to a SAML account or has an inactive SCIM identity."
OTHER: dict[str, Any] = {"user_id": 4, "name": "Anna", "username": "anna", "email": "anna@example.com"}


def post(world: World, **changes: Any) -> httpx.Response:
    """POST the body of GitLab's specs."""
    return world.scim("POST", "/Users", body(**changes))


class TestTheGroup:
    """What `GET /groups/:id` tells (12.1, 12.3)."""

    @pytest.mark.parametrize("token", ["owner", "maintainer", "read_api"])
    def test_row_212_both_lists_are_seen_by_whoever_sees_the_group(self, either: World, token: str) -> None:
        either.put({**OTHER, "access_level": 40})
        either.switch(
            access_token=token,
            allowed_email_domains=["a.example", "b.example"],
            ip_restriction_ranges=["127.0.0.0/8", "2001:db8::/32"],
        )
        group = either.group("GET", "").json()
        assert group["allowed_email_domains_list"] == "a.example,b.example"
        assert group["ip_restriction_ranges"] == "127.0.0.0/8,2001:db8::/32"
        below = either.rest("GET", "/groups/acme%2Fplatform").json()
        assert not {"allowed_email_domains_list", "ip_restriction_ranges"} & set(below)

    def test_without_a_list_they_are_null_and_without_a_licence_absent(self, either: World) -> None:
        group = either.group("GET", "").json()
        assert group["allowed_email_domains_list"] is None and group["ip_restriction_ranges"] is None
        either.switch(licensed=False)
        assert "allowed_email_domains_list" not in either.group("GET", "").json()

    def test_rows_216_217_a_foreign_address(self, either: World) -> None:
        either.put({**OTHER, "access_level": 40})
        either.switch(ip_restriction_ranges=["10.0.0.0/8"])
        assert either.scim("GET", "/Users").status_code == 200
        assert either.group("GET", "").status_code == 200
        assert either.rest("GET", "/groups/acme%2Fplatform/members").status_code == 200
        assert either.rest("GET", "/projects/9/members").status_code == 404
        either.switch(access_token="maintainer")
        for path in ("", "/members"):
            assert either.group("GET", path).json() == {"message": "404 Group Not Found"}
        either.switch(ip_restriction_ranges=["10.0.0.0/8", "127.0.0.1"])
        assert either.group("GET", "").status_code == 200

    def test_a_public_group_is_seen_without_a_token(self, either: World) -> None:
        assert either.group("GET", "", token="").status_code == 404
        either.switch(group_visibility="public")
        assert either.group("GET", "", token="").json()["visibility"] == "public"


def test_row_038_the_default_role_may_be_a_custom_one(either: World) -> None:
    either.switch(default_member_role_id=3, custom_roles=[10, 20, 30])
    assert post(either).status_code == 201
    person = either.person("username")
    assert (person["access_level"], person["member_role_id"]) == (30, 3)
    either.switch(seats_exhausted=True)
    answer = post(either, externalId="b", emails=[{"type": "work", "value": "b@x.example"}])
    assert detail(answer).startswith("Member role the custom role's base access level does not match")


class TestAllowedDomains:
    """Looked at when a row is made (12.2)."""

    @pytest.mark.parametrize(
        ("entry", "fits"),
        [
            ("example.com", True), ("Example.com", False), ("ample.com", False), ("sub.example.com", False),
            ("com", False),
        ],
    )  # fmt: skip
    def test_the_whole_domain_in_the_case_it_is_stored(self, either: World, entry: str, fits: bool) -> None:
        either.switch(allowed_email_domains=["x.example", entry])
        answer = post(either)
        assert answer.status_code == (201 if fits else 412)
        assert either.person("username")["member"] is fits

    def test_row_214_twice_the_same_refusal_and_one_account(self, either: World) -> None:
        either.switch(allowed_email_domains=["x.example"])
        for _ in range(2):
            answer = post(either)
            assert (answer.status_code, detail(answer)) == (412, OUTSIDE)
        assert either.usernames() == {"olga", "xaver", "username"}

    def test_nothing_is_made_for_an_existing_non_member(self, either: World) -> None:
        either.put(work(member=False))
        either.switch(allowed_email_domains=["x.example"])
        assert detail(post(either)) == OUTSIDE
        assert (either.person("wanda")["scim_id"], either.person("wanda")["member"]) == (None, False)

    def test_a_member_is_not_looked_at(self, either: World) -> None:
        either.put(work())
        either.switch(allowed_email_domains=["x.example"])
        assert post(either).status_code == 201

    @pytest.mark.parametrize("switches", [{"allowed_email_domains": ["x.example"]}, {"sso_enforced": True}])
    def test_row_215_activation_makes_no_row_and_says_nothing(
        self, either: World, switches: dict[str, Any]
    ) -> None:
        either.put(work(scim_id="w", active=False, member=False))
        either.switch(**switches)
        assert either.replace("w", "active", True).status_code == 204
        person = either.person("wanda")
        assert (person["active"], person["member"]) == (True, False)

    def test_an_address_that_nobody_confirmed(self, either: World) -> None:
        either.switch(allowed_email_domains=["example.com"])
        either.put(work(member=False, email_verified=False))
        assert detail(post(either)) == UNVERIFIED
        either.switch(allowed_email_domains=["x.example"])
        assert detail(post(either)) == f"{OUTSIDE} and {UNVERIFIED}"
        either.switch(allowed_email_domains=["example.com"])
        either.put(work(member=False, email_verified=False, saml_id="s"))
        assert post(either).status_code == 201

    def test_bots_are_exempt(self, either: World) -> None:
        either.switch(allowed_email_domains=["x.example"], sso_enforced=True)
        either.put(work(member=False, bot=True))
        assert post(either).status_code == 201


class TestIdentityForAMember:
    """POST for somebody who has an account: the table of 13, with the corrections of 21."""

    def test_row_218_a_member_without_one(self, either: World) -> None:
        either.put(work(access_level=20, saml_id="s", expires_at="2027-01-31"))
        before = either.person("wanda")
        assert post(either).json()["active"] is True
        changed = {key for key, value in either.person("wanda").items() if value != before.get(key)}
        assert changed == {"scim_id", "active", "instance_active"}
        assert either.simulator.events() == [] and either.simulator.mails() == []

    def test_row_219_a_member_with_another(self, either: World) -> None:
        either.put(work(scim_id="y"))
        answer = post(either)
        assert (answer.status_code, detail(answer)) == (409, "User has already been taken")

    def test_row_220_an_inactive_one_of_their_own(self, either: World) -> None:
        either.put(work(scim_id="TEST_uid", active=False))
        answer = post(either)
        assert (answer.status_code, answer.json()["active"]) == (201, False)

    @pytest.mark.parametrize("holder", [{"access_level": 5}, {"membership_state": "awaiting"}, {}])
    def test_row_221_another_member_has_the_id(self, either: World, holder: dict[str, Any]) -> None:
        either.put(work(), {**OTHER, "scim_id": "test_uid", **holder})
        before = either.simulator.people()
        assert post(either).json()["userName"] == "anna"
        assert either.simulator.people() == before

    def test_row_222_a_non_member_has_the_id_and_a_member_the_address(self, either: World) -> None:
        either.put(work(), {**OTHER, "scim_id": "test_uid", "member": False})
        assert post(either).json()["userName"] == "anna"
        assert either.person("wanda")["scim_id"] is None

    def test_row_223_an_unconfirmed_secondary_address_is_not_found_and_taken(self, either: World) -> None:
        either.put(work(email="w@example.com", unconfirmed_emails=["Work@example.com"]))
        answer = post(either)
        assert (answer.status_code, detail(answer)) == (409, "Email has already been taken")

    @pytest.mark.parametrize("state", ["blocked", "ldap_blocked", "banned", "deactivated"])
    @pytest.mark.parametrize("member", [True, False])
    def test_row_224_the_accounts_state_is_not_looked_at(
        self, either: World, state: str, member: bool
    ) -> None:
        either.put(work(state=state, member=member))
        assert post(either).status_code == 201
        person = either.person("wanda")
        assert (person["state"], person["member"], person["scim_id"]) == (state, True, "test_uid")

    def test_row_225_a_mere_request_is_a_row_but_no_member(self, either: World) -> None:
        either.put(work(membership_state="requested"))
        assert post(either).status_code == 201
        assert either.person("wanda")["scim_id"] == "test_uid"
        assert [member["username"] for member in either.group("GET", "/members").json()] == ["olga"]

    @pytest.mark.parametrize("address", ["3-wanda@users.noreply.gitlab.com", "3@Users.Noreply.GitLab.com"])
    def test_the_private_commit_address_finds_too(self, either: World, address: str) -> None:
        either.put(work())
        assert post(either, emails=[{"type": "work", "value": address}]).json()["userName"] == "wanda"

    def test_pending_is_asked_of_the_holder_else_of_the_address(self, gitlab: World) -> None:
        gitlab.put(
            work(member=False, pending_removal=True), {**OTHER, "scim_id": "test_uid", "member": False}
        )
        assert post(gitlab).status_code == 201
        gitlab.put(work(pending_removal=True))
        assert post(gitlab).status_code == 409

    def test_another_identity_of_a_non_member_refuses_and_makes_the_membership(self, either: World) -> None:
        either.put(work(scim_id="y", member=False))
        assert detail(post(either)) == "User has already been taken"
        assert either.person("wanda")["member"] is True

    def test_holder_and_address_are_both_non_members(self, either: World) -> None:
        either.put(work(member=False), {**OTHER, "scim_id": "test_uid", "member": False})
        assert post(either).json()["userName"] == "anna"
        assert (either.person("anna")["member"], either.person("wanda")["member"]) == (False, True)

    @pytest.mark.parametrize("enforced", [False, True])
    def test_their_own_inactive_one_without_a_row(self, either: World, enforced: bool) -> None:
        either.put(work(scim_id="test_uid", saml_id="s", active=False, member=False))
        either.switch(sso_enforced=enforced)
        answer = post(either)
        assert answer.status_code == (412 if enforced else 201)
        assert (either.person("wanda")["member"], either.person("wanda")["active"]) == (not enforced, False)
        if enforced:
            assert detail(answer).startswith(NOT_LINKED)

    def test_a_non_members_id_and_an_unknown_address(self, either: World) -> None:
        either.put({**OTHER, "scim_id": "test_uid", "member": False})
        answer = post(either)
        assert (answer.status_code, detail(answer)) == (412, "Group scim identities is invalid")

    def test_members_of_subgroups_alone_are_added_to_the_top(self, either: World) -> None:
        either.put(work(member=False, rows={"acme/platform": 40}))
        assert post(either).status_code == 201
        assert either.person("wanda")["access_level"] == 30
