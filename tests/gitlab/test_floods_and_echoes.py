"""Answers made to fill memory or time, and tokens that come back in any spelling."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from scimtui.gitlab import GitLab, GitLabError, Secret, errors
from scimtui.gitlab.blotting import Blots
from scimtui.gitlab.connecting import Limits
from tests.gitlab.servers import (
    ACCESS_TOKEN,
    SCIM_TOKEN,
    Handmade,
    Seen,
    Waits,
    answers,
    as_json,
    client,
    http,
    scim_list,
)

OTHER_TOKEN = "glpat-" + "Zz9Yy8Xx7Ww6Vv5Uu4Tt"
ROOT = Blots((Secret(SCIM_TOKEN), Secret(ACCESS_TOKEN)), ("http://ada:Sommer%232026@proxy.example:3128",))


def escaped(token: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in token)


# ── echoes ───────────────────────────────────────────────────────────────────


def reading(gitlab: GitLab) -> Any:
    return gitlab.rest.group()


@pytest.mark.parametrize("token", [SCIM_TOKEN, ACCESS_TOKEN, OTHER_TOKEN])
@pytest.mark.parametrize(
    "raw",
    [
        "HTTP/1.1 200 {token}\x00\r\n\r\n",
        "{token} HTTP/1.1\r\n\r\n",
        "HTTP/1.1 {token} OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\n{token}\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: {token}\x00\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{token}\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: {token}\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: https://x.example/?t={token}\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_what_is_no_http_shows_no_token(raw: str, token: str) -> None:
    broken = [raw.format(token=token).encode()] * 4
    async with Handmade(answers(*broken)) as server, client(server.url) as gitlab:
        with pytest.raises(GitLabError) as caught:
            await reading(gitlab)
    error = caught.value
    assert token not in f"{error.what} {error.words} {error.said} {error!r} {error.args} {error.finding()}"


@pytest.mark.parametrize("token", [SCIM_TOKEN, ACCESS_TOKEN, OTHER_TOKEN])
@pytest.mark.parametrize("spell", [str, escaped], ids=["plain", "escaped"])
async def test_a_scope_that_echoes_a_token_shows_none(token: str, spell: Any) -> None:
    body = f'{{"error": "insufficient_scope", "scope": "{spell(token)}"}}'
    async with Handmade(answers(http(403, body.encode()))) as server, client(server.url) as gitlab:
        with pytest.raises(errors.InsufficientScope) as caught:
            await reading(gitlab)
    assert token not in f"{caught.value.fix} {caught.value.scopes} {caught.value.words}"


@pytest.mark.parametrize("token", [SCIM_TOKEN, ACCESS_TOKEN, OTHER_TOKEN])
@pytest.mark.parametrize("spell", [str, escaped], ids=["plain", "escaped"])
async def test_a_persons_value_never_holds_a_token(token: str, spell: Any) -> None:
    body = f'[{{"extern_uid": "{spell(token)}", "user_id": 7, "active": true}}]'
    async with Handmade(answers(http(200, body.encode()))) as server, client(server.url) as gitlab:
        listed = await gitlab.rest.scim_identities()
    (record,) = listed.records
    assert (
        record.user_id == 7 and token not in (record.extern_uid or "") and "***" in (record.extern_uid or "")
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
async def test_json_in_another_encoding_hides_no_token(encoding: str) -> None:
    body = json.dumps({"id": 7, "full_path": SCIM_TOKEN}).encode(encoding)
    async with Handmade(answers(http(200, body))) as server, client(server.url) as gitlab:
        with pytest.raises(errors.UnexpectedAnswer):
            await gitlab.rest.group()


def test_a_token_that_is_a_word_takes_nothing_out_of_values() -> None:
    tried = Blots((Secret("test"), None))
    assert tried.body(b"ada-test-acme") == b"ada-test-acme"
    name = "o=glwt-verwaltungsgericht.stadt,c=de"
    assert tried.text(name) == name


def test_what_is_no_token_stays_as_it_is() -> None:
    plain = json.dumps({"name": "Zoë \\u0041 glücklich", "uid": "a\\b", "x": "\u2028 \u0007"}).encode()
    assert json.loads(ROOT.body(plain)) == json.loads(plain)
    twice = rb'{"name": "C:\\u0041da"}'  # a backslash, and then u0041
    assert json.loads(ROOT.body(twice)) == {"name": "C:\\u0041da"}
    assert ROOT.body(bytes(range(256))) == bytes(range(256))
    assert (
        ROOT.text("gl-team-glass and glossary-of-terms-in-use")
        == "gl-team-glass and glossary-of-terms-in-use"
    )


def test_a_proxys_password_is_blotted_out_as_it_is_and_as_it_is_sent() -> None:
    import base64

    sent = base64.b64encode(b"ada:Sommer#2026").decode()
    for spelled in ("Sommer#2026", "Sommer%232026", sent):
        assert ROOT.text(f"407 for {spelled}") == "407 for •••"
    assert (
        Blots((), ("http://a:x@proxy.example",)).text("407 x") == "407 x"
    )  # too short to tell from a letter
    assert Blots((), ("http://[",)).text("x") == "x"


def test_a_header_that_hides_a_token_behind_percent_signs_is_left_out() -> None:
    hidden = "".join(f"%{ord(character):02X}" for character in OTHER_TOKEN)
    assert ROOT.header(f"https://x.example/?t={hidden}") == "•••"
    assert ROOT.header("https://x.example/a%20b") == "https://x.example/a%20b"


# ── floods ───────────────────────────────────────────────────────────────────

BOMBS = {
    "empty lists": b"[" + b"[]," * 2_000_000 + b"[]]",
    "empty objects": b"[" + b"{}," * 2_000_000 + b"{}]",
    "numbers": b"[" + b"0," * 4_100_000 + b"0]",
    "deep": b"[" * 3_000_000,
    "objects in objects": b'{"a":' * 300_000 + b"1" + b"}" * 300_000,
}


@pytest.mark.parametrize("kind", BOMBS)
async def test_a_packed_bomb_is_not_read(kind: str) -> None:
    packed = http(200, gzip.compress(BOMBS[kind]), headers={"Content-Encoding": "gzip"})
    assert len(packed) < 200_000
    async with Handmade(answers(packed)) as server, client(server.url) as gitlab:
        with pytest.raises(errors.UnexpectedAnswer) as caught:
            await gitlab.rest.group()
    assert caught.value.reason in ("too-large", "broken-json")


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500])
async def test_a_bomb_in_a_refusal_is_a_refusal(status: int) -> None:
    packed = http(status, gzip.compress(BOMBS["empty lists"]), headers={"Content-Encoding": "gzip"})
    async with Handmade(answers(*[packed] * 4)) as server, client(server.url) as gitlab:
        with pytest.raises(errors.AnswerError) as caught:
            await gitlab.rest.group()
    assert caught.value.status == status and len(caught.value.words) <= 2000


async def test_a_hundred_thousand_identities_are_no_flood() -> None:
    rows = [{"extern_uid": f"uid-{number}", "user_id": number, "active": True} for number in range(100_000)]
    async with Handmade(answers(as_json(rows))) as server, client(server.url) as gitlab:
        assert len((await gitlab.rest.scim_identities()).records) == 100_000


# ── lists without end ────────────────────────────────────────────────────────


def member(number: int) -> dict[str, object]:
    return {"id": number, "username": f"user{number}", "access_level": 30}


async def test_pages_that_repeat_over_rest_end() -> None:
    """Two pages in turn, each naming a next one."""

    async def handler(seen: Seen) -> bytes:
        page = seen.number("page")
        rows = [member(number) for number in range(100 * (page % 2), 100 * (page % 2) + 100)]
        return as_json(rows, headers={"X-Next-Page": str(page + 1)})

    async with Handmade(handler) as server, client(server.url) as gitlab:
        with pytest.raises(errors.UnexpectedAnswer, match="every page"):
            await gitlab.rest.read_members(lambda listed, total: None, concurrency=1)
    assert len(server.seen) < 12


async def test_rows_that_shift_between_pages_are_no_repetition() -> None:
    async def handler(seen: Seen) -> bytes:
        page = seen.number("page")
        start = (page - 1) * 90  # each page repeats ten rows of the one before
        rows = [member(number) for number in range(start, min(start + 100, 1000))]
        following = str(page + 1) if start + 100 < 1000 else ""
        return as_json(rows, headers={"X-Next-Page": following})

    found: set[int | None] = set()
    async with Handmade(handler) as server, client(server.url) as gitlab:
        await gitlab.rest.read_members(
            lambda listed, total: found.update(one.id for one in listed.records), concurrency=2
        )
    assert found == set(range(1000))


@pytest.mark.parametrize("kind", ["rest", "scim"])
async def test_a_list_without_end_ends(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scimtui.gitlab.restpages.MOST_RECORDS", 1000)
    monkeypatch.setattr("scimtui.gitlab.scimlisting.MOST_RECORDS", 1000)

    async def handler(seen: Seen) -> bytes:
        if kind == "scim":
            start = seen.number("startIndex")
            return scim_list([f"u{number}" for number in range(start, start + 100)], 10**9)
        page = seen.number("page")
        rows = [member(number) for number in range(page * 100, page * 100 + 100)]
        return as_json(rows, headers={"X-Next-Page": str(page + 1)})

    async with Handmade(handler) as server, client(server.url) as gitlab:
        with pytest.raises(errors.UnexpectedAnswer) as caught:
            if kind == "scim":
                await gitlab.scim.read_users(lambda page: None)
            else:
                await gitlab.rest.read_members(lambda listed, total: None)
    assert caught.value.reason == "too-large"
    assert len(server.seen) < 30


async def test_an_answer_that_drips_is_not_asked_for_again() -> None:
    waits = Waits()
    limits = Limits(connect=5, read=5, whole=0.2)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n["

    async with Handmade(answers(*[head] * 4)) as server:
        async with client(server.url, waits=waits, limits=limits) as gitlab:
            with pytest.raises(errors.Dripping):
                await gitlab.rest.group()
        assert len(server.seen) == 1
