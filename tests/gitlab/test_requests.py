from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimtui.gitlab.errors import UnaddressableUid
from scimtui.gitlab.requests import encoded_group, encoded_uid, filter_value, patch_operation, query


@pytest.mark.parametrize(
    ("uid", "encoded"),
    [
        ("abc-DEF_1~", "abc-DEF_1~"),
        ("a/b", "a%2Fb"),
        ("/a", "%2Fa"),
        ("a//b", "a%2F%2Fb"),
        (".", "%2E"),
        ("a..b", "a%2E%2Eb"),
        ("x.json", "x%2Ejson"),
        ("%2F", "%252F"),
        ("a b", "a%20b"),
        ("a?b#c", "a%3Fb%23c"),
        ("a+b@c", "a%2Bb%40c"),
        ("é", "%C3%A9"),
        ("e\u0301", "e%CC%81"),
        ('"', "%22"),
    ],
)
def test_every_byte_is_encoded_once(uid: str, encoded: str) -> None:
    assert encoded_uid(uid) == encoded


@pytest.mark.parametrize("uid", ["", "..", "../x", "a/../b", "a\\..\\b", "x/..", "a\0b", "\ud800"])
def test_what_would_hit_something_else_is_refused(uid: str) -> None:
    with pytest.raises(UnaddressableUid):
        encoded_uid(uid)


@given(st.text(min_size=1, max_size=50))
def test_an_encoded_uid_is_one_plain_segment(uid: str) -> None:
    try:
        encoded = encoded_uid(uid)
    except UnaddressableUid:
        return
    assert encoded.isascii() and not set(encoded) & set("/.?#&\\ \"'")


def test_a_dot_in_a_group_path_is_encoded() -> None:
    assert encoded_group("acme.corp") == "acme%2Ecorp"


def test_queries_leave_out_what_is_not_asked() -> None:
    assert (
        query(filter='id eq "a b"', startIndex=1, count=None) == "?filter=id%20eq%20%22a%20b%22&startIndex=1"
    )
    assert query(page=None) == ""


@pytest.mark.parametrize("value", ["", "a b", 'a"b', "true", "FALSE", "a\tb"])
def test_what_gitlabs_filter_garbles_is_not_asked(value: str) -> None:
    assert filter_value("id", value) is None


def test_what_it_understands_is_quoted() -> None:
    assert filter_value("userName", "ada") == 'userName eq "ada"'


def test_a_patch_holds_one_operation() -> None:
    assert patch_operation("externalId", "x")["Operations"] == [
        {"op": "replace", "path": "externalId", "value": "x"}
    ]
