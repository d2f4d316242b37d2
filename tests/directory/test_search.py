from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimtui.directory import SearchError, parse_query
from scimtui.directory.search import unknown_field
from tests.directory.people_samples import sample_people


def found(query: str) -> list[str]:
    people = sample_people()
    try:
        return [row.record.name for row in people.rows(people.select(query))]
    finally:
        people.close()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("ada", ["Ada Byron"]),
        ("bjorn", ["Bjørn Ås"]),
        ("CHLOE dubois", ["Chloé Dubois"]),
        ("chloe nobody", []),
        ("美咲", ["林 美咲"]),
        ("user4@acme", ["Daniel Okafor"]),
        ("guid-0002", ["Bjørn Ås"]),
        ("is:differs", ["Chloé Dubois"]),
        ("is:case", ["Bjørn Ås"]),
        ("is:no-saml", ["Daniel Okafor"]),
        ("is:not-linked", ["Daniel Okafor", "Iain", "Nobody Linked"]),
        ("is:unlinked", ["Nobody Linked"]),
        ("is:inactive", ["Elif Yılmaz"]),
        ("is:blocked", ["Blocked Person"]),
        ("is:duplicate", ["Swap One", "Swap Two"]),
        ("is:not-enterprise", ["Daniel Okafor"]),
        ("is:not-member", ["Left Over"]),
        ("is:bot", [""]),
        ("is:match -is:member", ["Left Over"]),
        ('"ada byron"', ["Ada Byron"]),
        ('"byron ada"', []),
        ("email:user3", ["Chloé Dubois"]),
        ("email:chloe", []),
        ("name:elif", ["Elif Yılmaz"]),
        ("user:user12", ["Left Over"]),
        ("uid:chloe@", ["Chloé Dubois"]),
        ("saml:guid-0001", ["Ada Byron"]),
        ("saml:guid-0004", []),
        ("id:9", ["Blocked Person"]),
        ("role:owner", ["Ada Byron"]),
        ("differs", []),
        ("is:", None),
    ],
)
def test_queries(query: str, names: list[str] | None) -> None:
    if names is None:
        assert len(found(query)) == 12
    else:
        assert found(query) == names


def test_bots_are_listed_on_demand_only() -> None:
    assert "" not in found("")
    assert len(found("")) == 12


def test_an_unknown_word_names_the_nearest() -> None:
    with pytest.raises(SearchError, match="did you mean is:differs"):
        parse_query("is:difers")
    with pytest.raises(SearchError, match="known are"):
        parse_query("is:zzzzzzzz")


def test_typing_on_narrows_and_going_back_widens() -> None:
    people = sample_people()
    assert len(people.select("a")) > len(people.select("ada")) == 1
    assert len(people.select("a")) > 1
    assert list(people.select("is:differs a")) == [
        number for number in people.select("is:differs") if number in people.select("a")
    ]
    people.close()


@given(st.lists(st.text(max_size=12), max_size=6))
def test_narrowing_from_anywhere_gives_what_a_fresh_search_gives(queries: list[str]) -> None:
    people, fresh = sample_people(), sample_people()
    for query in queries:
        try:
            expected = list(fresh.select(query))
        except SearchError:
            continue
        fresh._recent.clear()
        assert list(people.select(query)) == expected
    people.close()
    fresh.close()


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("name", "Ada Byron"),
        ("verdict", "Blocked Person"),
        ("enterprise", "Ada Byron"),
        ("role", "Ada Byron"),
        ("saml", "Chloé Dubois"),
        ("scim", "Ada Byron"),
        ("email", "Swap One"),
        ("username", "Ada Byron"),
    ],
)
def test_sorting(sort: str, first: str) -> None:
    people = sample_people()
    forward, backward = people.select("", sort), people.select("", sort, reverse=True)
    assert people.rows(forward[:1])[0].record.name == first
    assert list(backward) == list(reversed(forward))
    assert len(forward) == 12
    people.close()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("foo:bar", "foo"),
        ("ada -Foo:x", "foo"),
        ("email:x", ""),
        ("mail:x is:match", ""),
        ("foo:", ""),
        ("4:5 a", ""),
    ],
)
def test_a_field_that_is_none(text: str, field: str) -> None:
    assert unknown_field(text) == field
