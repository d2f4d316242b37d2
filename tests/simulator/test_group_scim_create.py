"""Contract section 7, rows 21 to 49, and the table of 2.4: POST over group SCIM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scimtui.simulator.scim_state import PENDING

if TYPE_CHECKING:
    from tests.simulator.conftest import World


def body(**changes: Any) -> dict[str, Any]:
    """The body of GitLab's own specs; a change of None drops the key."""
    whole = {
        "externalId": "test_uid",
        "active": None,
        "userName": "username",
        "emails": [{"primary": True, "type": "work", "value": "work@example.com"}],
        "name": {"formatted": "Test Name", "familyName": "Name", "givenName": "Test"},
    } | changes
    return {key: value for key, value in whole.items() if value is not None or key == "active"}


def work(**changes: Any) -> dict[str, Any]:
    """A person with the e-mail of `body`."""
    return {"user_id": 3, "name": "Wanda", "username": "wanda", "email": "work@example.com"} | changes


def detail(answer: Any) -> str:
    """The text after the echo of the request."""
    text: str = answer.json()["detail"]
    assert text.startswith("Error saving user with {"), text
    return text.rpartition("}: ")[2]


def test_rows_021_022_023_the_order_of_checks(either: World) -> None:
    assert either.scim("POST", "/Users", body(), token="").status_code == 401
    url = f"{either.simulator.url}/api/scim/v2/groups/nowhere/Users"
    headers = {"Content-Type": "application/scim+json"}
    assert either.http.post(url, json=body(), headers=headers).status_code == 404
    either.switch(saml_provider=False)
    assert either.scim("POST", "/Users", body(), token="").status_code == 404


def test_row_024_secrets_are_not_echoed(either: World) -> None:
    sent = body(password="pass-secret", access_token="token-secret", externalId=None)
    answer = either.scim("POST", "/Users", sent)
    assert answer.status_code == 412
    echo = answer.json()["detail"]
    assert '"password" => "[FILTERED]"' in echo
    assert '"access_token" => "[FILTERED]"' in echo
    assert "secret" not in echo


def test_rows_025_026_027_035_a_new_person(either: World) -> None:
    answer = either.scim("POST", "/Users", body())
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/scim+json"
    assert answer.json()["id"] == "test_uid"
    assert answer.json()["emails"][0]["value"] == "work@example.com"
    person = either.person("username")
    assert person["member"] and person["access_level"] == 30
    assert person["scim_id"] == person["saml_id"] == "test_uid"
    assert person["active"] and person["provisioned"]


def test_row_028_an_existing_member_keeps_role_and_mark(either: World) -> None:
    either.put(work(scim_id="test_uid", access_level=10))
    answer = either.scim("POST", "/Users", body())
    assert answer.status_code == 201
    assert answer.json()["id"] == "test_uid"
    person = either.person("wanda")
    assert person["access_level"] == 10 and not person["provisioned"]


def test_row_029_an_inactive_identity_stays_inactive(either: World) -> None:
    either.put(work(scim_id="test_uid", active=False, member=False))
    assert either.scim("POST", "/Users", body()).status_code == 201
    person = either.person("wanda")
    assert person["member"] and person["access_level"] == 30
    assert not person["active"] and not person["provisioned"]


def test_row_030_a_pending_removal_refuses(gitlab: World) -> None:
    gitlab.put(work(scim_id="test_uid", active=False, access_level=10, pending_removal=True))
    answer = gitlab.scim("POST", "/Users", body())
    assert answer.status_code == 409
    assert detail(answer) == PENDING
    person = gitlab.person("wanda")
    assert person["access_level"] == 10 and not person["active"]


def test_row_031_a_domain_that_is_not_allowed_leaves_an_account_behind(either: World) -> None:
    either.switch(allowed_email_domains=["elsewhere.example"])
    answer = either.scim("POST", "/Users", body())
    assert answer.status_code == 412
    allowed = "The member's email address is not allowed for this group. Check with your administrator."
    assert detail(answer) == allowed
    person = either.person("username")
    assert not person["member"]
    assert person["scim_id"] == person["saml_id"] == "test_uid"


def test_row_032_an_empty_work_address(either: World) -> None:
    answer = either.scim("POST", "/Users", body(emails=[{"type": "work", "value": ""}]))
    assert answer.status_code == 412
    assert "Email can't be blank" in detail(answer)
    assert either.usernames() == {"olga", "xaver"}


def test_row_033_an_allowed_domain(either: World) -> None:
    either.switch(allowed_email_domains=["example.com"])
    assert either.scim("POST", "/Users", body()).status_code == 201
    assert either.person("username")["access_level"] == 30


def test_row_034_missing_parameters_are_named(either: World) -> None:
    assert detail(either.scim("POST", "/Users", body(userName=None))) == "Missing params: [:username]"
    everything = detail(either.scim("POST", "/Users", {}))
    assert everything == "Missing params: [:extern_uid, :email, :username]"


@pytest.mark.parametrize(
    ("email", "verified"),
    [
        pytest.param("new@unverified.example", False, id="036"),
        pytest.param("new@example.com", True, id="037"),
    ],
)
def test_rows_036_037_a_verified_domain_confirms(either: World, email: str, verified: bool) -> None:
    either.put(work(email="someone@example.com", enterprise=True))
    either.scim("POST", "/Users", body(emails=[{"type": "work", "value": email}]))
    assert either.person("username")["email_verified"] is verified


def test_rows_039_040_user_names_are_sanitised_and_made_unique(either: World) -> None:
    odd = " --ricky.^#!__the._raccoon--"
    for number, expected in enumerate(("ricky.the.raccoon", "ricky.the.raccoon1")):
        mails = [{"type": "work", "value": f"ricky{number}@example.com"}]
        answer = either.scim("POST", "/Users", body(userName=odd, externalId=f"ricky-{number}", emails=mails))
        assert answer.json()["userName"] == expected


@pytest.mark.parametrize(("full", "level"), [(True, 5), (False, 30)])
def test_rows_041_042_seats(either: World, full: bool, level: int) -> None:
    either.switch(seats_exhausted=full)
    assert either.scim("POST", "/Users", body()).status_code == 201
    assert either.person("username")["access_level"] == level


def test_row_044_found_by_a_secondary_address(either: World) -> None:
    either.put(work(email="else@example.com", secondary_emails=["Work@Example.com"], member=False))
    assert either.scim("POST", "/Users", body()).status_code == 201
    assert either.usernames() == {"olga", "wanda"}
    person = either.person("wanda")
    assert person["scim_id"] == "test_uid" and person["saml_id"] is None
    assert person["member"] and not person["provisioned"]


def test_row_045_enforced_sso_refuses_who_is_not_linked(either: World) -> None:
    either.put(work(email="else@example.com", secondary_emails=["work@example.com"], member=False))
    either.switch(sso_enforced=True)
    answer = either.scim("POST", "/Users", body())
    assert answer.status_code == 412
    refused = "The member's email address is not linked to a SAML account or has an inactive SCIM identity."
    assert detail(answer).startswith(refused)
    person = either.person("wanda")
    assert not person["member"] and person["scim_id"] is None and person["saml_id"] is None


def test_row_046_a_member_without_identity_gets_one(either: World) -> None:
    either.put(work(access_level=20))
    assert either.scim("POST", "/Users", body()).status_code == 201
    person = either.person("wanda")
    assert person["scim_id"] == "test_uid" and person["saml_id"] is None
    assert person["access_level"] == 20


def test_row_047_a_member_and_an_empty_id(either: World) -> None:
    either.put(work())
    answer = either.scim("POST", "/Users", body(externalId=""))
    assert answer.status_code == 412
    assert detail(answer) == "Extern uid can't be blank"
    assert either.person("wanda")["scim_id"] is None


@pytest.mark.parametrize(
    "people",
    [
        pytest.param([work(pending_removal=True)], id="048"),
        pytest.param(
            [
                work(scim_id="test_uid", email="other@example.com", pending_removal=True),
                work(user_id=4, username="other"),
            ],
            id="049",
        ),
    ],
)
def test_rows_048_049_pending_wins(gitlab: World, people: list[dict[str, Any]]) -> None:
    gitlab.put(*people)
    answer = gitlab.scim("POST", "/Users", body())
    assert answer.status_code == 409
    assert detail(answer) == PENDING


def test_a_removal_that_is_pending_comes_after_missing_parameters_and_after_another_members_id(
    gitlab: World,
) -> None:
    gitlab.put(
        work(pending_removal=True),
        {"user_id": 4, "name": "Anna", "username": "anna", "scim_id": "test_uid"},
    )
    assert detail(gitlab.scim("POST", "/Users", body(userName=None))).startswith("Missing params")
    answer = gitlab.scim("POST", "/Users", body())
    assert answer.status_code == 201 and answer.json()["userName"] == "anna"


def test_18_9_knows_no_pending_removal(older: World) -> None:
    older.put(work(scim_id="test_uid", pending_removal=True))
    assert older.scim("POST", "/Users", body()).status_code == 201


def test_the_id_of_a_member_wins_over_the_address(either: World) -> None:
    either.put(
        work(), {"user_id": 4, "name": "Anna", "username": "anna", "scim_id": "TEST_uid", "saml_id": "x"}
    )
    answer = either.scim("POST", "/Users", body())
    assert answer.status_code == 201
    assert (answer.json()["userName"], answer.json()["id"]) == ("anna", "TEST_uid")
    assert either.person("wanda")["scim_id"] is None


@pytest.mark.parametrize("member", [True, False])
def test_somebody_with_another_identity_is_a_conflict_and_a_member_all_the_same(
    either: World, member: bool
) -> None:
    either.put(work(scim_id="older-uid", member=member))
    answer = either.scim("POST", "/Users", body())
    assert answer.status_code == 409
    assert detail(answer) == "User has already been taken"
    assert either.person("wanda")["member"]


def test_a_blank_id_of_a_non_member_is_412_and_now_a_member(either: World) -> None:
    either.put(work(member=False))
    answer = either.scim("POST", "/Users", body(externalId=""))
    assert answer.status_code == 412
    assert either.person("wanda")["member"]


@pytest.mark.parametrize(
    ("saml", "status", "reason"),
    [
        (
            "TEST_UID",
            409,
            "Identities extern uid has already been taken. Please contact your administrator to generate a "
            "unique extern_uid / NameID and Group scim identities is invalid",
        ),
        (None, 412, "Group scim identities is invalid"),
    ],
)
def test_the_id_of_a_non_member_with_an_unknown_address(
    either: World, saml: str | None, status: int, reason: str
) -> None:
    gone = {"user_id": 3, "name": "Gone", "username": "gone", "scim_id": "test_uid", "member": False}
    either.put({**gone, "saml_id": saml})
    answer = either.scim("POST", "/Users", body())
    assert answer.status_code == status
    assert detail(answer) == reason
    assert either.usernames() == {"olga", "gone"}


def test_the_id_of_one_and_the_address_of_another_cross_link(either: World) -> None:
    either.put(
        {"user_id": 3, "name": "Anna", "username": "anna", "scim_id": "test_uid", "member": False},
        work(user_id=4, member=False),
    )
    answer = either.scim("POST", "/Users", body())
    assert answer.status_code == 201 and answer.json()["userName"] == "anna"
    assert not either.person("anna")["member"]
    assert either.person("wanda")["member"] and either.person("wanda")["scim_id"] is None


@pytest.mark.parametrize(("active", "status"), [(True, 201), (False, 412)])
def test_enforced_sso_lets_linked_people_in_unless_they_are_inactive(
    either: World, active: bool, status: int
) -> None:
    either.put(work(scim_id="test_uid", saml_id="test_uid", active=active, member=False))
    either.switch(sso_enforced=True)
    assert either.scim("POST", "/Users", body()).status_code == status
    assert either.person("wanda")["member"] is (status == 201)


def test_reasons_are_joined_as_a_sentence(either: World) -> None:
    answer = either.scim("POST", "/Users", body(emails=[{"type": "work", "value": ""}], name={}))
    assert detail(answer) == "Email can't be blank and Name can't be blank"
