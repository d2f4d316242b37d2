from __future__ import annotations

from typing import Any

import pytest

from scimtui.directory import Badge
from scimtui.directory.badge import read_badge
from scimtui.gitlab.versions import Release

NOTHING: dict[str, Any] = {
    "release": Release(),
    "enterprise_users": None,
    "provisioned_users": None,
    "member_emails": None,
    "is_owner": True,
    "has_access_token": True,
}


@pytest.mark.parametrize(
    ("given", "rule", "first", "second"),
    [
        ({"enterprise_users": {1}, "release": Release((19, 3))}, Badge.ENTERPRISE_USERS, True, False),
        ({"enterprise_users": set()}, Badge.ENTERPRISE_USERS, False, False),
        ({"release": Release((17, 0)), "member_emails": {1: "a@b"}}, Badge.MEMBER_EMAIL, True, False),
        ({"release": Release((17, 0)), "member_emails": {}}, Badge.UNKNOWN, None, None),
        (
            {"release": Release((17, 0)), "member_emails": {1: "a"}, "is_owner": False},
            Badge.UNKNOWN,
            None,
            None,
        ),
        ({"release": Release((16, 8)), "member_emails": {1: "a"}}, Badge.UNKNOWN, None, None),
        ({"release": Release((16, 5)), "provisioned_users": {1}}, Badge.PROVISIONED, True, False),
        ({"release": Release((16, 6)), "provisioned_users": {1}}, Badge.UNKNOWN, None, None),
        ({"release": Release((13, 9)), "provisioned_users": {1}}, Badge.UNKNOWN, None, None),
        ({"has_access_token": False}, Badge.ASSUMED_SCIM, None, None),
        ({}, Badge.UNKNOWN, None, None),
    ],
)
def test_the_rule_in_force(
    given: dict[str, Any], rule: Badge, first: bool | None, second: bool | None
) -> None:
    reading = read_badge(**{**NOTHING, **given})
    assert (reading.rule, reading.has(1), reading.has(2)) == (rule, first, second)
    assert reading.has(None) is None
