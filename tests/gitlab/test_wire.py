from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimtui.gitlab.errors import AnswerError, UnexpectedAnswer
from scimtui.gitlab.requests import Answer, Request
from scimtui.gitlab.wire import (
    MEMBERS,
    SAML_IDENTITIES,
    SCIM_IDENTITIES,
    SCIM_USERS,
    VERSION,
    done,
    scim_page,
)

REQUEST = Request("GET", "https://git.example/", "scim")


def answer(value: Any, status: int = 200) -> Answer:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Answer(REQUEST, status, {"content-type": "application/json"}, body)


NESTED = {
    "id": "u1",
    "userName": "ada",
    "active": True,
    "emails": [{"type": "work", "value": "ada@acme.example", "primary": True}],
    "name": {"formatted": "Ada Byron", "givenName": "Ada", "familyName": "Byron"},
}


def test_both_shapes_of_a_name_are_read() -> None:
    flat = {**NESTED, "name.formatted": "Ada Byron"}
    del flat["name"]
    for shape in (NESTED, flat):
        user = SCIM_USERS.one(answer(shape))
        assert (user.id, user.user_name, user.name, user.email, user.active) == (
            "u1",
            "ada",
            "Ada Byron",
            "ada@acme.example",
            True,
        )
        assert user.defects == ()


@pytest.mark.parametrize(
    ("change", "name", "email", "active"),
    [
        ({"emails": None}, "Ada Byron", None, True),
        ({"emails": []}, "Ada Byron", None, True),
        ({"name": None}, None, "ada@acme.example", True),
        ({"name": {"givenName": "Ada", "familyName": "B"}}, "Ada B", "ada@acme.example", True),
        ({"name": None, "displayName": "A. B."}, "A. B.", "ada@acme.example", True),
        ({"active": None}, "Ada Byron", "ada@acme.example", None),
        ({"active": "False"}, "Ada Byron", "ada@acme.example", False),
        ({"unknown": [1]}, "Ada Byron", "ada@acme.example", True),
    ],
)
def test_missing_and_odd_values(
    change: dict[str, Any], name: str | None, email: str | None, active: bool | None
) -> None:
    user = SCIM_USERS.one(answer({**NESTED, **change}))
    assert (user.name, user.email, user.active) == (name, email, active)


def test_a_broken_record_is_kept_as_far_as_it_goes_and_the_others_are_unharmed() -> None:
    page = scim_page(
        answer(
            {
                "totalResults": "3",
                "Resources": [NESTED, {"id": {"x": 1}, "userName": "bob", "emails": "x", "name": 3}, "junk"],
            }
        )
    )
    assert page.total == 3
    assert [user.user_name for user in page.users] == ["ada", "bob"]
    assert page.users[1].defects == ("name can't be read", "emails can't be read", "id can't be read")
    assert page.defects == ("SCIM user 3: not an object",)


@pytest.mark.parametrize("value", [{}, [], {"totalResults": 1, "Resources": "x"}, "text", 7])
def test_what_is_no_scim_list_says_so(value: Any) -> None:
    with pytest.raises(UnexpectedAnswer):
        scim_page(answer(value))


def test_identity_lists_survive_one_broken_row() -> None:
    rows = [{"extern_uid": "a", "user_id": 1}, {"extern_uid": ["x"], "user_id": "2"}, None]
    listed = SAML_IDENTITIES.many(answer(rows))
    assert [(row.extern_uid, row.user_id) for row in listed.records] == [("a", 1), (None, 2)]
    assert len(listed.defects) == 1


def test_a_member_with_and_without_identities() -> None:
    listed = MEMBERS.many(
        answer(
            [
                {"id": 1, "username": "ada", "access_level": 50, "group_saml_identity": None},
                {"id": 2, "username": "bob", "group_scim_identity": {"extern_uid": "x", "active": True}},
                {"id": 3, "username": "eve", "group_scim_identity": "odd"},
            ]
        )
    )
    assert [member.id for member in listed.records] == [1, 2, 3]
    identity = listed.records[1].group_scim_identity
    assert identity is not None and identity.extern_uid == "x"
    assert listed.defects == ("member 3: group_scim_identity can't be read",)


def test_lone_surrogates_become_something_that_can_be_stored() -> None:
    listed = SCIM_IDENTITIES.many(answer(b'[{"extern_uid": "a\\ud800b", "user_id": 1, "active": true}]'))
    assert listed.records[0].extern_uid == "a\ufffdb"


@pytest.mark.parametrize(
    ("version", "number"),
    [("19.3.0-ee", (19, 3)), ("18.9.1", (18, 9)), ("19", None), ("x.y", None), (None, None)],
)
def test_version_numbers(version: str | None, number: tuple[int, int] | None) -> None:
    assert VERSION.one(answer({"version": version})).release.number == number


def test_patch_is_answered_both_ways() -> None:
    done(Answer(REQUEST, 204))
    done(answer(NESTED))
    with pytest.raises(UnexpectedAnswer):
        done(Answer(REQUEST, 200, {"content-type": "text/html"}, b"<html>sign in"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["id", "userName", "emails", "name", "active", "extern_uid", "user_id", "totalResults"]
)


@given(st.dictionaries(KEYS, JSON, max_size=6))
def test_any_json_is_read_or_refused(value: dict[str, Any]) -> None:
    for read in (SCIM_USERS.one, SCIM_IDENTITIES.one, MEMBERS.one):
        read(answer(value))
    for read_list in (SCIM_IDENTITIES.many, MEMBERS.many):
        assert len(read_list(answer([value])).records) == 1
    try:
        scim_page(answer({"Resources": [value], **value}))
    except AnswerError as error:
        assert error.what
