"""The control API under `/-/simulator/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.simulator.conftest import World

EVERY_KEY = {
    "user_id": 7,
    "name": "Søren Ångström",
    "username": "soren",
    "email": "Soren@Example.com",
    "email_verified": False,
    "secondary_emails": ["a@example.com", "b@example.com"],
    "scim_id": "Scim",
    "active": False,
    "pending_removal": True,
    "saml_id": "Saml",
    "trusted": False,
    "member": True,
    "access_level": 20,
    "state": "ldap_blocked",
    "provisioned": True,
    "enterprise": True,
    "bot": True,
}


def control(world: World, method: str, path: str, body: Any = None) -> httpx.Response:
    return world.http.request(method, f"{world.simulator.url}/-/simulator/{path}", json=body)


def test_people_come_back_as_they_were_put(either: World) -> None:
    assert control(either, "PUT", "people", [EVERY_KEY]).json() == {"people": 1}
    assert control(either, "GET", "people").json() == [EVERY_KEY]
    assert control(either, "PUT", "people", control(either, "GET", "people").json()).status_code == 200
    assert control(either, "GET", "people").json() == [EVERY_KEY]


def test_three_keys_are_enough(either: World) -> None:
    control(either, "PUT", "people", [{"user_id": 3, "name": "N", "username": "u"}])
    assert control(either, "GET", "people").json() == [
        {
            "user_id": 3,
            "name": "N",
            "username": "u",
            "email": "u@acme.example",
            "email_verified": True,
            "secondary_emails": [],
            "scim_id": None,
            "active": None,
            "pending_removal": False,
            "saml_id": None,
            "trusted": None,
            "member": True,
            "access_level": 30,
            "state": "active",
            "provisioned": False,
            "enterprise": False,
            "bot": False,
        }
    ]


def test_what_scimtui_users_writes_is_taken(either: World) -> None:
    written = {
        "user_id": 5,
        "name": "Anna",
        "username": "anna",
        "email": "anna@acme.example",
        "enterprise": True,
        "enterprise_rule": "enterprise-users",
        "role": "Maintainer",
        "state": "blocked",
        "member": True,
        "scim": {"extern_uid": "s", "active": False},
        "saml": {"extern_uid": "a"},
        "verdict": "blocked",
        "sign_in": "unknown",
        "findings": [],
    }
    scim_only = written | {
        "user_id": None,
        "username": "bert",
        "email": None,
        "enterprise": None,
        "role": None,
        "state": None,
        "member": None,
        "scim": {"extern_uid": "t", "active": True},
        "saml": None,
    }
    control(either, "PUT", "people", [written, scim_only])
    anna, bert = either.person("anna"), either.person("bert")
    assert (anna["access_level"], anna["state"], anna["scim_id"], anna["saml_id"]) == (
        40,
        "blocked",
        "s",
        "a",
    )
    assert not anna["active"] and anna["enterprise"]
    assert (bert["scim_id"], bert["saml_id"], bert["member"], bert["email"]) == (
        "t",
        None,
        True,
        "bert@acme.example",
    )
    assert bert["user_id"] != 5


PERSON = {"user_id": 3, "name": "N", "username": "u"}


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ({}, "a JSON list"),
        ([5], "person 1 is not an object"),
        ([{"name": "N", "username": "u"}], "user_id"),
        ([{"user_id": 1, "username": "u"}], "name"),
        ([{"user_id": 1, "name": "N"}], "username"),
        ([PERSON | {"user_id": 0}], "user_id"),
        ([PERSON | {"user_id": 2**63}], "user_id"),
        ([PERSON | {"active": "yes"}], "active"),
        ([PERSON | {"state": "odd"}], "state"),
        ([PERSON | {"saml_id": ""}], "saml_id"),
        ([PERSON | {"name": "a\0b"}], "name"),
        ([PERSON | {"name": "\ud800"}], "name"),
        ([PERSON | {"colour": "red"}], "colour"),
        ([PERSON, PERSON | {"username": "v"}], "user_id"),
        ([PERSON, PERSON | {"user_id": 4, "username": "U"}], "username"),
        ([PERSON | {"saml_id": "A"}, PERSON | {"user_id": 4, "username": "v", "saml_id": "A"}], "saml_id"),
        ([PERSON | {"saml_id": "a", "further_saml_ids": ["a"]}], "saml_id"),
        ([PERSON | {"rows": {"acme/nowhere": 30}}], "acme/nowhere"),
        ([PERSON | {"unconfirmed_emails": "a@b"}], "unconfirmed_emails"),
        ([PERSON | {"other_identities": {"saml": 5}}], "other_identities"),
        ([PERSON | {"membership_state": "odd"}], "membership_state"),
        ([PERSON | {"expires_at": "tomorrow"}], "expires_at"),
        ([PERSON | {"member_role_id": "5"}], "member_role_id"),
        ([PERSON | {"email": "A@b"}, PERSON | {"user_id": 4, "username": "v", "email": "a@B"}], "email"),
    ],
)
def test_people_that_cannot_exist(either: World, people: Any, words: str) -> None:
    before = either.simulator.people()
    import json

    url = f"{either.simulator.url}/-/simulator/people"
    answer = either.http.put(url, content=json.dumps(people).encode())
    assert answer.status_code == 422
    assert words in answer.json()["error"]
    assert either.simulator.people() == before


def test_reset_brings_back_people_switches_and_an_empty_log(either: World) -> None:
    either.simulator.reset()
    start = either.simulator.people()
    switches = control(either, "GET", "switches").json()
    assert len(start) == 20
    control(either, "PUT", "switches", {"saml_enabled": False, "latency_ms": 1})
    either.scim("DELETE", f"/Users/{start[3]['scim_id']}")
    control(either, "PUT", "people", [EVERY_KEY])
    assert control(either, "GET", "writes").json() != []
    assert control(either, "POST", "reset").status_code == 200
    assert control(either, "GET", "people").json() == start
    assert control(either, "GET", "switches").json() == switches
    assert control(either, "GET", "writes").json() == []
    listed = either.scim("GET", "/Users?count=100").json()
    assert listed["totalResults"] == len(listed["Resources"])


def test_switches_change_one_by_one(either: World) -> None:
    answer = control(either, "PUT", "switches", {"allowed_email_domains": ["a.example"]}).json()
    assert answer["allowed_email_domains"] == ["a.example"] and answer["saas"] is True
    answer = control(either, "PUT", "switches", {"saas": False}).json()
    assert answer["allowed_email_domains"] == ["a.example"] and answer["saas"] is False


@pytest.mark.parametrize(
    "switches",
    [
        [],
        {"unknown": True},
        {"latency_ms": -1},
        {"latency_ms": True},
        {"errors": "1"},
        {"rate_limited": True},
        {"rate_limited": "sometimes"},
        {"rate_limited_times": 0},
        {"drop": "now"},
        {"saas": 1},
        {"saas": None},
        {"access_token": "root"},
        {"default_role": 35},
        {"ip_restriction_ranges": ["10.0.0.0/99"]},
        {"required_groups": "staff"},
        {"default_role": True},
        {"email_confirmation": "harsh"},
        {"group_visibility": "internal"},
        {"access_token": None},
        {"allowed_email_domains": "a.example"},
        {"allowed_email_domains": [1]},
        {"licensed": False, "moving_pages": "yes"},
    ],
    ids=repr,
)
def test_switches_that_are_none(either: World, switches: Any) -> None:
    before = control(either, "GET", "switches").json()
    answer = control(either, "PUT", "switches", switches)
    assert answer.status_code == 422 and answer.json()["error"]
    assert control(either, "GET", "switches").json() == before


def test_a_body_that_is_not_json(either: World) -> None:
    for path in ("people", "switches"):
        answer = either.http.put(f"{either.simulator.url}/-/simulator/{path}", content=b"{")
        assert answer.status_code == 422


def test_writes_are_listed_as_they_came(either: World) -> None:
    either.simulator.reset()
    either.put({"user_id": 2, "name": "X", "username": "x", "scim_id": "a/b", "saml_id": "a/b"})
    either.scim("GET", "/Users/a%2Fb?access_token=secret")
    either.scim("PATCH", "/Users/a%2Fb?access_token=secret", {})
    either.group("DELETE", "/saml/a%2Fb")
    either.scim("POST", "/Users", {})
    assert control(either, "GET", "writes").json() == [
        {"method": "PATCH", "path": "/api/scim/v2/groups/acme/Users/a%2Fb", "status": 204},
        {"method": "DELETE", "path": "/api/v4/groups/acme/saml/a%2Fb", "status": 204},
        {"method": "POST", "path": "/api/scim/v2/groups/acme/Users", "status": 412},
    ]


def test_settle_counts(gitlab: World) -> None:
    gitlab.scim("DELETE", "/Users/Ext-UID-1")
    assert control(gitlab, "POST", "settle").json() == {"settled": 1}
    assert control(gitlab, "POST", "settle").json() == {"settled": 0}


def test_about_tells_what_the_start_printed(either: World) -> None:
    about = control(either, "GET", "about").json()
    assert about == either.simulator.info
    assert about["scim_token"] == either.simulator.scim_token


def test_faults_never_touch_the_control_api(either: World) -> None:
    either.switch(rate_limited="middleware", drop="read", errors=5)
    assert control(either, "GET", "switches").json()["errors"] == 5


def test_unknown_control_paths(either: World) -> None:
    assert control(either, "GET", "nothing").status_code == 404
    assert control(either, "GET", "reset").status_code == 405
