"""Whose value it is: only what a text names as somebody's counts; writers and placeholders are nobody."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from scimtui.guides.trouble import explain, values_in
from scimtui.guides.trouble.identifier import is_nobodys

SOMEBODY = "1b7a9c2e-8d3f-4c55-b6a0-5e9d0c7f1a34"
WHOSE = tomllib.loads((Path(__file__).parent / "whose.toml").read_text("utf-8"))["value"]


@pytest.mark.parametrize(("text", "wanted"), [(one["text"], one["wants"]) for one in WHOSE])
def test_whose_value_it_is(text: str, wanted: dict[str, str]) -> None:
    found = values_in(text)
    assert {name: getattr(found, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    "value",
    [
        *(
            "objectId",
            "user.objectid",
            "userPrincipalName",
            'user.getInternalProperty("id")',
            "appuser.email",
        ),
        *(
            "[FILTERED]",
            "[REDACTED]",
            "null",
            "nil",
            "persistent",
            "${user.id}",
            "<uid>",
            "{{externalId}}",
            "***",
        ),
        *("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", "", "  ", "The value that Entra sends"),
        "AzureAD_Test-1b7a9c2e-8d3f-4c55-b6a0-5e9d0c7f1a34",
    ],
)
def test_what_is_no_identifier(value: str) -> None:
    assert is_nobodys(value)
    assert values_in(json.dumps({"externalId": value, "detail": "x"})).uid == ""


@pytest.mark.parametrize(
    "value",
    [
        "ada",
        "ada.byron",
        "Ada Lin",
        "ada@acme.example",
        "00u1a2b3c4d5e6f7g8h9",
        SOMEBODY,
        "user.smith",
        "a/b",
        "4711",
    ],
)
def test_what_may_be_one(value: str) -> None:
    assert not is_nobodys(value)
    assert values_in(json.dumps({"externalId": value, "detail": "x"})).uid == value


def test_values_are_told_where_nothing_fits() -> None:
    line = {"method": "POST", "path": "/api/scim/v2/groups/acme/Users", "status": 412}
    told = explain(json.dumps(line | {"params": [{"key": "externalId", "value": "a1"}]})).as_json()
    assert told["matches"] == []
    assert told["values"] == {"uid": "a1", "status": "412", "group": "acme"}


def test_an_event_that_failed_without_a_known_message_is_counted() -> None:
    events = [
        {"status": "failure", "reason": "User has already been taken (409), SCIM", "externalId": "a"},
        {"status": "failure", "reason": "The flux is odd", "externalId": "b"},
        {"status": "success", "externalId": "c"},
    ]
    found = explain(json.dumps(events))
    assert (found.events, found.silent) == (3, 1)
    assert found.matches[0].events == {1} and found.values.who == ()
