"""An installation: its users as admins see them, and signing in to it (contract 2, section 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.simulator.conftest import World

ADA: dict[str, Any] = {
    "user_id": 7, "name": "Ada", "username": "ada", "email": "ada@acme.example", "scim_id": "test_uid",
    "saml_id": "g7", "other_identities": {"saml": "A7", "ldapmain": "cn=ada"},
}  # fmt: skip
BOB: dict[str, Any] = {
    "user_id": 8, "name": "Bob", "username": "bob", "email": "bob@acme.example",
    "other_identities": {"saml": "b8"},
}  # fmt: skip
UNIQUE = "has already been taken. Please contact your administrator to generate a unique extern_uid / NameID"
PAIR = {"error": "extern_uid, provider provide all or none of parameters"}
BLOCKED = "Your account has been blocked."


@pytest.fixture
def instance(either: World) -> World:
    """An installation with an admin's token and two people."""
    either.put(ADA, BOB)
    either.switch(saas=False, access_token="admin")
    return either


def sign_in(world: World, name_id: str, provider: str = "saml", **attempt: Any) -> dict[str, Any]:
    """Sign in to the installation."""
    url = f"{world.simulator.url}/users/auth/{provider}/callback"
    answer: dict[str, Any] = world.http.post(url, json={"name_id": name_id, **attempt}).json()
    return answer


def stored(world: World, user_id: int) -> dict[str, str]:
    """What each provider but the group's knows an account by, as the API tells it afresh."""
    user = world.rest("GET", f"/users/{user_id}").json()
    return {row["provider"]: row["extern_uid"] for row in user["identities"]}


def deactivate(world: World) -> None:
    change = {"Operations": [{"op": "replace", "path": "active", "value": "False"}]}
    assert world.instance("PATCH", "/Users/test_uid", change).status_code == 204


class TestBlocks:
    """Instance SCIM and the account (14.1)."""

    def test_row_226_a_sign_in_undoes_the_block_and_not_the_identity(self, instance: World) -> None:
        deactivate(instance)
        assert instance.person("ada")["state"] == "ldap_blocked"
        assert sign_in(instance, "a7")["outcome"] == "signed-in"
        person = instance.person("ada")
        assert (person["state"], person["instance_active"], person["member"]) == ("active", False, True)

    @pytest.mark.parametrize(
        ("groups", "state"), [(["Staff"], "ldap_blocked"), (None, "ldap_blocked"), (["staff"], "active")]
    )
    def test_row_227_required_groups(self, instance: World, groups: list[str] | None, state: str) -> None:
        instance.switch(required_groups=["staff", "admins"])
        deactivate(instance)
        answer = sign_in(instance, "A7", groups=groups)
        assert instance.person("ada")["state"] == state
        assert (answer["outcome"] == "signed-in") is (state == "active")

    def test_who_is_in_no_required_group_is_blocked(self, instance: World) -> None:
        instance.switch(required_groups=["staff"])
        assert sign_in(instance, "A7", groups=["x"])["banner"].startswith(BLOCKED)
        assert instance.person("ada")["state"] == "ldap_blocked"

    @pytest.mark.parametrize("state", ["blocked", "banned"])
    def test_row_228_an_admins_block_stays(self, instance: World, state: str) -> None:
        instance.put(ADA | {"state": state})
        answer = sign_in(instance, "A7")
        assert (answer["outcome"], answer["user_id"]) == ("refused", 7) and answer["banner"].startswith(
            BLOCKED
        )
        assert instance.person("ada")["state"] == state

    @pytest.mark.parametrize("state", ["blocked", "banned", "blocked_pending_approval", "deactivated"])
    def test_row_229_activation_of_an_inactive_identity_undoes_any_block(
        self, instance: World, state: str
    ) -> None:
        instance.put(ADA | {"state": state, "active": False})
        change = {"Operations": [{"op": "replace", "path": "active", "value": "True"}]}
        assert instance.instance("PATCH", "/Users/test_uid", change).status_code == 204
        assert instance.person("ada")["state"] == "active"

    @pytest.mark.parametrize("state", ["blocked", "banned", "blocked_pending_approval"])
    def test_deactivation_leaves_another_block(self, instance: World, state: str) -> None:
        instance.put(ADA | {"state": state})
        deactivate(instance)
        assert instance.person("ada")["state"] == state

    def test_row_230_nobody_unblocks_what_the_system_blocked(self, instance: World) -> None:
        instance.put(ADA | {"state": "ldap_blocked"})
        for act, words in (("unblock", "unblocked"), ("block", "modified")):
            answer = instance.rest("POST", f"/users/7/{act}")
            text = f"403 Forbidden - LDAP blocked users cannot be {words} by the API"
            assert (answer.status_code, answer.json()) == (403, {"message": text})

    def test_block_and_unblock(self, instance: World) -> None:
        assert instance.rest("POST", "/users/8/block").json() is True
        assert instance.person("bob")["state"] == "blocked"
        assert instance.rest("POST", "/users/8/unblock").status_code == 201
        assert instance.person("bob")["state"] == "active"
        instance.switch(access_token="owner")
        assert instance.rest("POST", "/users/8/block").status_code == 403


class TestLists:
    """`GET /users` (14.4)."""

    def test_row_231_both_or_neither_and_for_admins(self, instance: World) -> None:
        for params in ({"provider": "saml"}, {"extern_uid": "x"}):
            answer = instance.rest("GET", "/users", params=params)
            assert (answer.status_code, answer.json()) == (400, PAIR)
        instance.switch(access_token="owner")
        both = {"provider": "saml", "extern_uid": "A7"}
        assert instance.rest("GET", "/users", params=both).status_code == 403

    @pytest.mark.parametrize(
        ("provider", "value", "found"),
        [
            ("scim", "TEST_UID", [7]), ("saml", "a7", [7]), ("saml", "B8", [8]), ("ldapmain", "b8", []),
            ("group_saml", "g7", [7]), ("saml", "nobody", []),
        ],
    )  # fmt: skip
    def test_row_232_by_identity_ignoring_case(
        self, instance: World, provider: str, value: str, found: list[int]
    ) -> None:
        answer = instance.rest("GET", "/users", params={"provider": provider, "extern_uid": value})
        assert [user["id"] for user in answer.json()] == found

    def test_what_an_admin_sees(self, instance: World) -> None:
        user = instance.rest("GET", "/users/7").json()
        assert user["email"] == "ada@acme.example" and user["is_admin"] is False
        assert user["identities"] == [
            {"provider": "group_saml", "extern_uid": "g7", "saml_provider_id": 31},
            {"provider": "saml", "extern_uid": "A7", "saml_provider_id": None},
            {"provider": "ldapmain", "extern_uid": "cn=ada", "saml_provider_id": None},
        ]
        assert [row["group_id"] for row in user["scim_identities"]] == [4711, None]
        assert (user["highest_role"], user["enterprise_group_id"]) == (30, None)
        assert instance.rest("GET", "/users/99").json() == {"message": "404 User Not Found"}

    def test_row_239_admin_mode_hides_without_a_word(self, instance: World) -> None:
        instance.switch(admin_mode=True)
        listed = instance.rest("GET", "/users")
        assert listed.status_code == 200 and {user["id"] for user in listed.json()} == {1, 7, 8}
        assert not {"email", "identities"} & set(listed.json()[0])
        assert instance.rest("PUT", "/users/7", {"provider": "saml", "extern_uid": "x"}).status_code == 403

    def test_filters_and_pages(self, instance: World) -> None:
        instance.put(ADA | {"state": "blocked"}, BOB | {"bot": True})
        for params, found in (
            ({"blocked": "true"}, [7]), ({"username": "BOB"}, [8]), ({"humans": "true"}, [7, 1]),
            ({"search": "ada@acme.example"}, [7]), ({"sort": "asc", "per_page": 2}, [1, 7]),
        ):  # fmt: skip
            answer = instance.rest("GET", "/users", params=params)
            assert [user["id"] for user in answer.json()] == found, params

    def test_row_238_far_pages_and_the_keyset(self, instance: World) -> None:
        far = instance.rest("GET", "/users", params={"page": 501, "per_page": 100})
        assert far.status_code == 405 and "maximum allowed offset of 50000" in far.json()["error"]
        seen: list[int] = []
        target: str | None = "/users?pagination=keyset&order_by=id&sort=asc&per_page=2"
        while target is not None:
            answer = instance.rest("GET", target)
            seen += [user["id"] for user in answer.json()]
            assert "x-total" not in answer.headers and set(answer.links) <= {"next"}
            following = answer.links.get("next", {}).get("url")
            target = following.partition("/api/v4")[2] if following else None
        assert seen == [1, 7, 8]
        assert instance.rest("GET", "/users?pagination=keyset&cursor=junk").status_code == 400

    def test_memberships(self, instance: World) -> None:
        instance.put(ADA | {"rows": {"acme/platform": 40}})
        rows = instance.rest("GET", "/users/7/memberships").json()
        assert [(row["source_id"], row["access_level"]) for row in rows] == [(4711, 30), (4712, 40)]
        assert instance.rest("GET", "/users/7/memberships?type=Project").json() == []


class TestChanges:
    """`PUT /users/:id` and `DELETE` of an identity (14.4)."""

    def change(self, world: World, user_id: int, **params: Any) -> httpx.Response:
        return world.rest("PUT", f"/users/{user_id}", params)

    def test_row_233_a_row_is_changed_or_added(self, instance: World) -> None:
        answer = self.change(instance, 7, provider="saml", extern_uid="new")
        assert answer.status_code == 200 and stored(instance, 7)["saml"] == "new"
        assert stored(instance, 7)["ldapmain"] == "cn=ada" and instance.person("ada")["saml_id"] == "g7"
        self.change(instance, 8, provider="saml_typo", extern_uid="b")
        assert stored(instance, 8) == {"saml": "b8", "saml_typo": "b"}

    def test_row_234_a_taken_value(self, instance: World) -> None:
        answer = self.change(instance, 7, provider="saml", extern_uid="B8")
        assert answer.status_code == 200
        assert {"provider": "saml", "extern_uid": "A7", "saml_provider_id": None} in answer.json()[
            "identities"
        ]
        without = self.change(instance, 8, provider="ldapmain", extern_uid="CN=Ada")
        assert (without.status_code, without.json()) == (
            400,
            {"message": {"identities.extern_uid": [UNIQUE]}},
        )
        assert stored(instance, 8) == {"saml": "b8", "ldapmain": None}
        assert self.change(instance, 8, provider="saml", extern_uid="cn=ada").status_code == 200

    def test_row_235_one_alone(self, instance: World) -> None:
        for params in ({"provider": "saml"}, {"extern_uid": "x"}):
            answer = self.change(instance, 7, **params)
            assert (answer.status_code, answer.json()) == (400, PAIR)

    def test_row_236_group_saml_needs_its_group(self, instance: World) -> None:
        blank = {"message": {"identities.saml_provider_id": ["can't be blank"]}}
        for group in (99, None):
            answer = self.change(instance, 7, provider="group_saml", extern_uid="x", group_id_for_saml=group)
            assert (answer.status_code, answer.json()) == (400, blank)
        self.change(instance, 7, provider="group_saml", extern_uid="x", group_id_for_saml=4711)
        assert (instance.person("ada")["saml_id"], instance.person("ada")["trusted"]) == ("x", True)
        assert instance.simulator.mails() == []

    def test_an_empty_value_empties(self, instance: World) -> None:
        assert self.change(instance, 7, provider="saml", extern_uid="").status_code == 200
        assert stored(instance, 7)["saml"] == ""

    def test_row_237_delete(self, instance: World) -> None:
        assert instance.rest("DELETE", "/users/7/identities/ldapmain").status_code == 204
        assert stored(instance, 7) == {"group_saml": "g7", "saml": "A7"}
        unknown = instance.rest("DELETE", "/users/99/identities/saml")
        assert (unknown.status_code, unknown.json()) == (404, {"message": "404 User Not Found"})
        absent = instance.rest("DELETE", "/users/7/identities/okta")
        assert (absent.status_code, absent.json()) == (404, {"message": "404 Identity Not Found"})
        assert instance.rest("DELETE", "/users/7/identities/group_saml").status_code == 204
        assert instance.person("ada")["saml_id"] is None
        instance.switch(access_token="owner")
        assert instance.rest("DELETE", "/users/7/identities/saml").status_code == 403


class TestSignIn:
    """Signing in to the installation (14.3)."""

    def test_a_value_is_found_ignoring_case_and_takes_the_spelling_sent(self, instance: World) -> None:
        answer = sign_in(instance, "a7", email="bob@acme.example")
        assert (answer["outcome"], answer["user_id"]) == ("signed-in", 7)
        assert instance.person("ada")["other_identities"]["saml"] == "a7"
        assert instance.person("ada")["saml_id"] == "g7"

    def test_linking_by_address_only_where_it_is_switched_on(self, instance: World) -> None:
        refusal = sign_in(instance, "new", email="BOB@acme.example")
        host = instance.simulator.url.partition("://")[2]
        assert refusal["banner"] == (
            f"Signing in using your Saml account without a pre-existing account in {host} is not allowed."
        )
        instance.switch(auto_link_saml_user=True)
        assert sign_in(instance, "new", email="BOB@acme.example")["user_id"] == 8
        assert instance.person("bob")["other_identities"] == {"saml": "new"}

    @pytest.mark.parametrize("waits", [True, False])
    def test_a_new_account(self, instance: World, waits: bool) -> None:
        instance.switch(allow_single_sign_on=True, block_auto_created_users=waits)
        answer = sign_in(instance, "new", "saml_okta", email="new@x.example", name="New One")
        person = instance.person(answer["user_id"])
        assert (person["name"], person["email_verified"], person["member"]) == ("New One", True, False)
        assert person["other_identities"] == {"saml_okta": "new"}
        assert person["state"] == ("blocked_pending_approval" if waits else "active")
        assert answer["outcome"] == ("refused" if waits else "account-created")

    def test_nobody_is_made_who_is_not_required_or_whose_address_is_taken(self, instance: World) -> None:
        instance.switch(allow_single_sign_on=True)
        url = f"{instance.simulator.url}/users/auth/saml/callback"
        taken = instance.http.post(url, json={"name_id": "new", "email": "ada@acme.example"})
        assert (taken.status_code, taken.json()["banner"]) == (422, "Email has already been taken")
        instance.switch(required_groups=["staff"])
        assert "pre-existing account" in sign_in(instance, "new", email="new@x.example")["banner"]
        assert instance.usernames() == {"olga", "ada", "bob"}

    def test_linking_in_a_session(self, instance: World) -> None:
        words = "Request to link SAML account must be authorized"
        assert sign_in(instance, "o1", signed_in_as=1)["banner"] == words
        asked: dict[str, Any] = {"signed_in_as": 1, "in_response_to": True}
        assert sign_in(instance, "B8", **asked)["banner"].startswith("Authentication failed: Extern uid has")
        assert sign_in(instance, "o1", **asked)["banner"] == "Authentication method updated"
        assert sign_in(instance, "O1")["user_id"] == 1

    def test_the_flag_is_asked_in_every_version_and_survives_a_rewrite(self, instance: World) -> None:
        instance.put(ADA | {"untrusted_providers": ["saml"]}, BOB)
        refusal = sign_in(instance, "a7")
        assert (refusal["outcome"], refusal["kind"], refusal["redirect"]) == (
            "refused",
            "alert",
            "/users/sign_in",
        )
        assert refusal["banner"].startswith(
            "Signing in using your Saml account has been disabled for security"
        )
        instance.switch(auto_link_saml_user=True)
        assert sign_in(instance, "new", email="ada@acme.example")["outcome"] == "signed-in"
        assert sign_in(instance, "new", email="ada@acme.example")["outcome"] == "refused"

    def test_gitlab_com_has_no_such_address(self, either: World) -> None:
        answer = either.http.post(f"{either.simulator.url}/users/auth/saml/callback", json={"name_id": "a"})
        assert answer.status_code == 404
