"""What a ticket gets of a test: no token, nobody, and what must be compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote, unquote

import pytest

from scimtui.connection import Placeholders, as_markdown, scim_checks
from scimtui.gitlab import Secret
from tests.connection.pretending import (
    IDS,
    NOW,
    candidate,
    codes,
    listed,
    pretend,
    report_of,
    scim_error,
)
from tests.gitlab.servers import ACCESS_TOKEN, SCIM_TOKEN, Handmade, http


async def test_a_ticket_has_times_versions_and_checks_and_nobody_in_it() -> None:
    detail = "Error saving user with {}: chloe@acme.example and Chloe@acme.example, not zoe@acme.example"
    async with Handmade(pretend(by_id=scim_error(412, detail))) as server:
        report = await report_of(candidate(server.url, idp="entra"))
    text = as_markdown(report, NOW, Placeholders(b"1"))
    for word in (IDS[0], "chloe", "Chloe", "zoe", "acme.example", "olga", "Olga", SCIM_TOKEN, ACCESS_TOKEN):
        assert word not in text, word
    for word in ("not ready", "19.3.0-ee", "2026-03-04T12:00:00Z", "GET http", "412", "| Listing | passed |"):
        assert word in text, word


async def test_a_value_with_an_invisible_character_is_replaced_too() -> None:
    async with Handmade(pretend(users=listed(["jane\u200bdoe"]), by_id=listed(["jane\u200bdoe"]))) as server:
        report = await report_of(candidate(server.url))
    text = as_markdown(report, NOW, Placeholders(b"1"))
    assert codes(report)["look-up"] == "look-up-finds" and "jane" not in text and "\u200b" not in text


def test_placeholders_keep_what_must_be_compared() -> None:
    places = Placeholders(b"1")
    one, other = places.of("chloe.Dubois@acme.example"), places.of("Chloe.dubois@acme.example")
    assert one != other and one.lower() == other.lower()
    assert [character for character in one if not character.isalnum()] == [".", "@", "."]
    assert one.partition("@")[2] == places.of("zoe@acme.example").partition("@")[2]
    assert one == places.of("chloe.Dubois@acme.example") != Placeholders(b"2").of("chloe.Dubois@acme.example")
    guid = "b7c0e4d2-8a7f-4c11-a3be-5d9f1c2e7a60"
    assert len(places.of(guid)) == len(guid) and set(places.of(guid)) <= set("0123456789abcdef-")
    assert places.hide("by al, also by %40l a%2Fb", ("al", "a/b")) != "by al, also by %40l a%2Fb"
    assert "also" in places.hide("by al, also", ("al",)) and "al," not in places.hide("by al, also", ("al",))


ECHO = "GET /x Authorization: Bearer {}"


@pytest.mark.parametrize(
    "answer",
    [
        lambda token: http(200, ECHO.format(token).encode(), "text/plain"),
        lambda token: http(
            401, json.dumps({"message": token}).replace("-", "\\u002d").encode(), "application/json"
        ),
        lambda token: http(200, json.dumps({"message": token}).encode(), "application/json"),
        lambda token: http(200, json.dumps({"message": quote(token, safe="")}).encode(), "application/json"),
        lambda token: http(400, f"<title>{token}</title>".encode(), "text/html"),
        lambda token: http(302, b"", "text/html", {"Location": f"https://x.example/?t={token}"}),
    ],
)
@pytest.mark.parametrize("place", ["users", "by_id", "by_name", "two", "user", "member", "group"])
async def test_a_token_that_is_echoed_is_nowhere_in_what_is_said(
    place: str, answer: Callable[[str], bytes]
) -> None:
    # Neither looks like a token of GitLab's: nothing but the value itself gives them away.
    scim, access = "plain+scim/token-of-ours", "plain+access/token-of-ours"
    token = scim if place in ("users", "by_id", "by_name", "two") else access
    async with Handmade(pretend(**{place: answer(token)})) as server:
        wanted = candidate(server.url, scim_token=Secret(scim), access_token=Secret(access))
        report = await report_of(wanted)
    told = repr(report) + json.dumps(report.as_json()) + as_markdown(report, NOW)
    assert token not in told and quote(token, safe="") not in told


@pytest.mark.parametrize("place", ["users", "by_id", "by_name", "user", "member", "group"])
async def test_a_record_that_is_cut_off_is_not_shown(place: str) -> None:
    body = b'{"Resources": [{"id": "00uAnnaSecret", "userName": "anna.kowalski", "name": "Anna Kow'
    async with Handmade(pretend(**{place: http(200, body, "application/json")})) as server:
        report = await report_of(candidate(server.url))
    told = repr(report) + as_markdown(report, NOW)
    assert "anna" not in told.lower().replace("anna-1", "")


async def test_whatever_becomes_of_a_check_the_value_it_asked_with_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scim_checks, "_finds", lambda page, uid: 1 / 0)
    async with Handmade(pretend(users=listed(["Anna-Kowalski"]))) as server:
        report = await report_of(candidate(server.url))
    assert codes(report)["look-up"] == "check-broke" and "Kowalski" not in as_markdown(report, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "Resource anna-1 not found",
        "Location: /x?id=%2522Anna-1%2522",
        "mail to anna-1@intranet",
        "cut: anna-1@a…",
        "Zo\\u00eb says",
        "name=Zo%c3%ab",
        "full=Zo%C3%AB+K",
    ],
)
def test_values_in_every_case_and_encoding_are_replaced(text: str) -> None:
    hidden = Placeholders(b"1").hide(text, ("Anna-1", "Zoë", "Zoë K"))
    assert "nna-1" not in hidden and "Zo" not in hidden and "%c3" not in hidden.lower()


def test_one_value_in_two_encodings_stays_one() -> None:
    places = Placeholders(b"1")
    plain, encoded = places.hide("jane+doe@x.example", ()), places.hide("q=jane%2Bdoe%40x.example", ())
    assert unquote(encoded.partition("=")[2]) == plain


def test_a_blank_that_is_written_as_a_plus_stays_one_value() -> None:
    places = Placeholders(b"1")
    assert places.hide("name=Jane+Doe", ("Jane Doe",)) == "name=" + places.of("Jane Doe").replace(" ", "+")


def test_half_a_character_breaks_no_report() -> None:
    assert "jane" not in Placeholders(b"1").hide("\\ud83djane%40x.com", ())


def test_different_short_values_stay_different() -> None:
    places = Placeholders(b"1")
    pairs = [f"{one}{other}" for one in "abcdefghijklmnopqrstuvwxyz" for other in "abcdefghij"]
    assert len({places.of(pair) for pair in pairs}) == len(pairs)


def test_a_name_that_is_a_word_leaves_the_address_readable() -> None:
    url = "https://gitlab.com/api/v4/groups/acme/members/all/7?name=api"
    hidden = Placeholders(b"1").hide_address(url, ("api",))
    assert hidden.startswith("https://gitlab.com/api/v4/groups/acme/members/all/")
    assert not hidden.endswith("name=api") and "/7?" not in hidden


async def test_the_same_test_reported_twice_has_the_same_placeholders() -> None:
    async with Handmade(pretend(by_id=scim_error(412, "chloe@acme.example"))) as server:
        report, other = [await report_of(candidate(server.url)) for _ in range(2)]
    assert as_markdown(report, NOW) == as_markdown(report, NOW) != as_markdown(other, NOW)


async def test_foreign_words_are_code_in_a_ticket() -> None:
    words = "``` @everyone ![x](https://x.example) |"
    async with Handmade(pretend(by_id=scim_error(500, words))) as server:
        text = as_markdown(await report_of(candidate(server.url)), NOW)
    (row,) = [line for line in text.splitlines() if line.startswith("| Look-up")]
    code = row.partition("`")[2].rpartition("`")[0]
    assert "@everyone" in code and "\n````\n" in text and "\\|" in row


async def test_a_token_pasted_as_the_address_is_never_shown() -> None:
    report = await report_of(candidate("", scim_url=SCIM_TOKEN, scim_token=Secret("x")))
    assert SCIM_TOKEN not in repr(report) + as_markdown(report, NOW)
