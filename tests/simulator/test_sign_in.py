"""Signing in to the simulated group: the tables of sign-in.md, and rows 180 to 188 of the contract."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.simulator.conftest import World

ADA: dict[str, Any] = {
    "user_id": 7, "name": "Ada", "username": "ada", "email": "ada@acme.example",
    "secondary_emails": ["ada@home.example"], "scim_id": "u7", "saml_id": "u7",
}  # fmt: skip
BOB: dict[str, Any] = {
    "user_id": 8, "name": "Bob", "username": "bob", "email": "bob@acme.example", "saml_id": "u8",
}  # fmt: skip
IN_USE = "There is already a GitLab account associated with this email address."
NO_EMAIL = "The SAML response did not contain an email address."
TAKEN = (
    "xtern uid has already been taken. "
    "Please contact your administrator to generate a unique extern_uid / NameID"
)
NAMELESS = "Identities name is missing from your SAML response. Please contact your administrator"
UNTRUSTED = "Signing in using your Group Saml account has been disabled for security reasons."
WELCOME = "Signed in with SAML for Acme"
LINKED = "Your organization's SSO has been connected to your GitLab account"
MISMATCH = "Acme SAML authentication failed: SAML Name ID and email address do not match your user account."


def sign_in(world: World, name_id: str | None = "u7", **attempt: Any) -> tuple[str, int | None, str]:
    """Sign in as a program does: outcome, user id, banner."""
    url = f"{world.simulator.url}/groups/{world.simulator.group}/-/saml/callback"
    answer = world.http.post(url, json={"name_id": name_id, **attempt}).json()
    return answer["outcome"], answer["user_id"], answer["banner"] or ""


def refused(result: tuple[str, int | None, str], words: str) -> bool:
    return result[0] == "refused" and result[2].startswith(words)


@pytest.fixture
def people(either: World) -> World:
    either.put(ADA, BOB)
    return either


def test_row_180_a_matching_identity_signs_in_and_the_email_is_not_looked_at(either: World) -> None:
    either.put({**ADA, "member": False, "scim_id": None})
    for email in ("ada@acme.example", "bob@acme.example", None):
        assert sign_in(either, email=email) == ("signed-in", 7, WELCOME)
    ada = either.person("ada")
    assert (ada["member"], ada["access_level"], ada["provisioned"]) == (True, 30, False)


def test_row_181_an_untrusted_identity_is_refused(gitlab: World, older: World) -> None:
    for world in (gitlab, older):
        world.put({**ADA, "trusted": False, "enterprise": True})
    assert refused(sign_in(gitlab, email="ada@acme.example"), UNTRUSTED)
    assert sign_in(older) == ("signed-in", 7, WELCOME)


def test_rows_190_191_a_changed_value_is_distrusted_from_18_10_to_19_3(
    gitlab: World, older: World, newest: World
) -> None:
    for world in (older, newest):
        world.put(ADA)
        assert world.group("PATCH", "/saml/u7", {"extern_uid": "U7"}).json()["extern_uid"] == "U7"
        assert world.person("ada")["trusted"] is True
        assert sign_in(world, "U7") == ("signed-in", 7, WELCOME)
    gitlab.put(ADA)
    assert gitlab.group("PATCH", "/saml/u7", {"extern_uid": "U7"}).status_code == 200
    assert refused(sign_in(gitlab, "U7"), UNTRUSTED)
    assert sign_in(gitlab, "U7", signed_in_as=7)[0] == "linked"
    assert sign_in(gitlab, "U7") == ("signed-in", 7, WELCOME)


@pytest.mark.parametrize("patched", [False, True])
def test_row_192_the_flag_from_before_is_neither_asked_nor_mended(newest: World, patched: bool) -> None:
    newest.put({**ADA, "trusted": False})
    name_id = "new" if patched else "u7"
    if patched:
        newest.group("PATCH", "/saml/u7", {"extern_uid": name_id})
    assert sign_in(newest, name_id) == ("signed-in", 7, WELCOME)
    assert sign_in(newest, name_id, signed_in_as=7)[0] == "linked"
    assert sign_in(newest, "again", email="ada@acme.example", signed_in_as=7) == ("linked", 7, LINKED)
    assert newest.person("ada")["trusted"] is False


def test_row_193_an_upgrade_trusts_everybody_again(gitlab: World) -> None:
    untrusted = {
        "trusted": False,
        "other_identities": {"bitbucket": "b"},
        "untrusted_providers": ["bitbucket"],
    }
    gitlab.put(ADA | untrusted, BOB)
    assert refused(sign_in(gitlab), UNTRUSTED)
    upgraded = gitlab.http.post(f"{gitlab.simulator.url}/-/simulator/upgrade").json()
    assert upgraded == {"gitlab_version": "19.4"}
    assert gitlab.rest("GET", "/version").json()["version"] == "19.4.0-ee"
    assert gitlab.person("ada")["trusted"] is gitlab.person("bob")["trusted"] is True
    assert gitlab.person("ada")["untrusted_providers"] == ["bitbucket"]
    assert sign_in(gitlab) == ("signed-in", 7, WELCOME)
    gitlab.simulator.reset()
    assert gitlab.rest("GET", "/version").json()["version"] == "19.3.0-ee"


def test_row_182_nobody_makes_an_account(either: World) -> None:
    either.put(ADA)
    outcome, user_id, banner = sign_in(either, "new", email="new@acme.example")
    assert (outcome, banner) == ("account-created", WELCOME) and user_id is not None
    new = either.person(user_id)
    assert (new["member"], new["saml_id"], new["trusted"], new["provisioned"]) == (True, "new", True, True)
    assert new["email_verified"] is True and new["scim_id"] is None
    assert new["enterprise"] is (either.simulator.info["gitlab_version"] != "18.9")
    assert "You have to confirm your email" in sign_in(either, "other", email="x@other.example")[2]


def test_row_183_an_email_in_use_by_a_plain_user(people: World) -> None:
    for email in ("ADA@acme.example", "ada@home.example"):
        assert refused(sign_in(people, "else", email=email), IN_USE)
    assert refused(sign_in(people, "U8", email="ada@acme.example"), IN_USE)  # wins over taken
    assert refused(sign_in(people, None, email="ada@acme.example"), IN_USE)


def test_an_enterprise_users_identity_is_rewritten(either: World) -> None:
    either.put({**ADA, "enterprise": True}, BOB)
    assert sign_in(either, "U7", email="Ada@acme.example") == ("signed-in", 7, WELCOME)
    assert (either.person("ada")["saml_id"], either.person("ada")["scim_id"]) == ("U7", "u7")
    assert refused(sign_in(either, "U8", email="ada@acme.example"), f"Identities e{TAKEN}")
    assert refused(sign_in(either, None, email="ada@acme.example"), NAMELESS)
    assert refused(sign_in(either, "x", email="ada@home.example"), IN_USE)  # a secondary address


def test_an_untrusted_enterprise_user_gets_in_once(gitlab: World) -> None:
    gitlab.put({**ADA, "trusted": False, "enterprise": True})
    assert sign_in(gitlab, "new", email="ada@acme.example")[0] == "signed-in"
    assert gitlab.person("ada")["trusted"] is False
    assert refused(sign_in(gitlab, "new", email="ada@acme.example"), UNTRUSTED)


def test_a_deleted_row_comes_back_trusted_for_an_enterprise_user(gitlab: World) -> None:
    gitlab.put({**ADA, "saml_id": None, "enterprise": True, "access_level": 40})
    assert sign_in(gitlab, "u7", email="ada@acme.example")[0] == "signed-in"
    ada = gitlab.person("ada")
    assert (ada["saml_id"], ada["trusted"], ada["access_level"]) == ("u7", True, 40)


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        ({"name_id": "U7"}, NO_EMAIL),
        ({"name_id": None}, NO_EMAIL),
        ({"name_id": "U7", "email": "free@acme.example"}, f"Identities e{TAKEN}"),
        ({"name_id": None, "email": "free@acme.example"}, NAMELESS),
        ({"name_id": "free", "email": "no address"}, "Email is invalid"),
        ({"name_id": "U7", "email": "no address"}, f"Email is invalid and Identities e{TAKEN}"),
    ],
)
def test_refusals_in_their_order(people: World, attempt: dict[str, Any], words: str) -> None:
    assert refused(sign_in(people, **attempt), words)
    assert people.usernames() == {"olga", "ada", "bob"}


def test_without_an_email_a_username_makes_a_second_account(either: World) -> None:
    either.put({**ADA, "enterprise": True})
    outcome, user_id, banner = sign_in(either, "free", username="ada")
    assert outcome == "refused" and user_id is not None and banner.startswith("You have to confirm")
    assert either.person(user_id)["email"] == "temp-email-for-oauth-ada@gitlab.localhost"


@pytest.mark.parametrize("state", ["blocked", "ldap_blocked", "banned", "blocked_pending_approval"])
def test_a_blocked_account_is_joined_and_refused(either: World, state: str) -> None:
    either.put({**ADA, "state": state, "member": False, "scim_id": None})
    outcome, user_id, banner = sign_in(either)
    assert (outcome, user_id) == ("refused", 7) and banner.startswith(
        "Your account is" if "pending" in state else "Your account has been blocked"
    )
    assert either.person("ada")["member"] is True


def test_a_deactivated_account_is_active_again(either: World) -> None:
    either.put({**ADA, "state": "deactivated"})
    assert sign_in(either)[0] == "signed-in" and either.person("ada")["state"] == "active"


@pytest.mark.parametrize(
    "switches",
    [{"sso_enforced": True}, {"allowed_email_domains": ["home.example"]}],
)
def test_who_is_silently_not_added(either: World, switches: dict[str, Any]) -> None:
    either.put({**ADA, "member": False, "active": False})
    either.switch(**switches)
    assert sign_in(either) == ("signed-in", 7, WELCOME) and either.person("ada")["member"] is False


def test_without_a_seat_there_is_minimal_access_only(either: World) -> None:
    either.put({**ADA, "member": False, "active": False})
    either.switch(seats_exhausted=True)
    assert sign_in(either) == ("signed-in", 7, WELCOME)
    assert either.person("ada")["access_level"] == 5


def test_rows_184_185_186_187_linking_again(gitlab: World) -> None:
    gitlab.put({**ADA, "trusted": False}, BOB)
    ada = {"signed_in_as": 7}
    assert refused(sign_in(gitlab, "new", **ada), MISMATCH)
    assert refused(sign_in(gitlab, "U8", email="bob@acme.example", **ada), MISMATCH)
    taken = sign_in(gitlab, "U8", email="ada@acme.example", **ada)
    assert refused(taken, f"Acme SAML authentication failed: E{TAKEN}")
    assert gitlab.person("ada")["trusted"] is False
    assert sign_in(gitlab, "new", email="ada@home.example", **ada) == ("linked", 7, LINKED)
    assert (gitlab.person("ada")["saml_id"], gitlab.person("ada")["trusted"]) == ("new", True)


def test_the_same_value_trusts_again_without_a_word(gitlab: World) -> None:
    gitlab.put({**ADA, "trusted": False})
    assert sign_in(gitlab, signed_in_as=7) == ("linked", 7, "")
    assert gitlab.person("ada")["trusted"] is True and sign_in(gitlab)[0] == "signed-in"


def test_row_188_a_new_link_needs_a_request_of_this_session(either: World) -> None:
    either.put({**ADA, "saml_id": None}, BOB)
    assert sign_in(either, "new", signed_in_as=7)[2] == "Request to link SAML account must be authorized"
    asked = {"signed_in_as": 7, "in_response_to": True}
    assert refused(sign_in(either, "U8", **asked), f"Acme SAML authentication failed: E{TAKEN}")
    assert refused(sign_in(either, None, **asked), "Acme SAML authentication failed: SAML NameID is missing")
    assert sign_in(either, "new", email="bob@acme.example", **asked) == ("linked", 7, LINKED)
    assert either.person("ada")["saml_id"] == "new"


def test_a_failed_link_adds_a_non_member_all_the_same(either: World) -> None:
    either.put({**ADA, "member": False, "scim_id": None}, BOB)
    assert sign_in(either, "u8", email="ada@acme.example", signed_in_as=7)[0] == "refused"
    assert either.person("ada")["member"] is True and either.person("ada")["saml_id"] == "u7"


@pytest.mark.parametrize("off", [{"saml_provider": False}, {"saml_enabled": False}, {"licensed": False}])
def test_without_saml_there_is_no_callback(either: World, off: dict[str, bool]) -> None:
    either.put(ADA)
    either.switch(**off)
    assert sign_in(either) == ("refused", None, "")


def test_an_empty_name_id_is_refused_before_anyone_is_looked_at(people: World) -> None:
    assert sign_in(people, "", email="ada@acme.example") == ("refused", None, "")
    assert 'with SAML: "An empty nameid' in sign_in(people, "", signed_in_as=7)[2]


PROTOCOL, ASSERTION = "urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:2.0:assertion"
RESPONSE = f"""<p:Response xmlns:p="{PROTOCOL}" xmlns:a="{ASSERTION}"><p:Status>
<p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:STATUS"/></p:Status>
<a:Assertion><a:Subject><a:NameID>u7</a:NameID></a:Subject><a:AttributeStatement><a:Attribute Name="email">
<a:AttributeValue>x@y.example</a:AttributeValue></a:Attribute></a:AttributeStatement></a:Assertion>
</p:Response>"""


@pytest.mark.parametrize(("status", "code", "words"), [("Success", 200, WELCOME), ("Responder", 404, "404")])
def test_a_browser_posts_a_form_and_sees_a_page(people: World, status: str, code: int, words: str) -> None:
    xml = base64.b64encode(RESPONSE.replace("STATUS", status).encode()).decode()
    url = f"{people.simulator.url}/groups/acme/-/saml/callback"
    answer = people.http.post(url, data={"SAMLResponse": xml, "RelayState": "/"})
    assert answer.status_code == code and words in answer.text


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"name_id": 7}', b'{"email": []}'])
def test_a_body_that_is_none(people: World, body: bytes) -> None:
    url = f"{people.simulator.url}/groups/acme/-/saml/callback"
    answer = people.http.post(url, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["acme/platform", "nobody"])
def test_only_the_top_level_group_has_a_callback(people: World, path: str) -> None:
    assert (
        people.http.post(f"{people.simulator.url}/groups/{path}/-/saml/callback", json={}).status_code == 404
    )


def test_a_response_that_is_none(people: World) -> None:
    url = f"{people.simulator.url}/groups/acme/-/saml/callback"
    for value in ("", "no base64", base64.b64encode(b"<!DOCTYPE a><a/>").decode()):
        assert people.http.post(url, data={"SAMLResponse": value}).status_code == 404
