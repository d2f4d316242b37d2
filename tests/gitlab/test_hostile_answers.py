"""A server, or something on the way to it, that wants to be misread: the client read as an attacker would."""

from __future__ import annotations

import asyncio
import gzip
import json
import warnings
from random import Random

import pytest

from scimtui.gitlab import GitLabError, errors
from scimtui.gitlab.connecting import Limits
from scimtui.gitlab.requests import read
from tests.gitlab.servers import (
    ACCESS_TOKEN,
    SCIM_TOKEN,
    Handler,
    Handmade,
    Seen,
    answers,
    as_json,
    client,
    http,
    scim_list,
    scim_user,
)


def person_then(write_answer: bytes, *, name: str = "xaver") -> Handler:
    """A person for every read, and that answer for every write."""

    async def handler(seen: Seen) -> bytes:
        return scim_user("u2", name) if seen.method == "GET" else write_answer

    return handler


@pytest.mark.parametrize("where", ["https:foo", "mailto:x", "data:text", "https://xn--a/", "//["])
async def test_a_redirect_that_can_not_be_read_does_not_make_a_write_unsent(where: str) -> None:
    moved = http(302, b"", headers={"Location": where})
    async with Handmade(person_then(moved)) as server, client(server.url) as gitlab:
        with pytest.raises(errors.UnexpectedAnswer) as caught:
            await gitlab.scim.delete("u2")
    assert caught.value.reason == "redirect" and where in caught.value.what
    assert [seen.method for seen in server.seen] == ["GET", "DELETE"]


@pytest.mark.parametrize(("status", "kind"), [(400, errors.Rejected), (500, errors.OutcomeUnknown)])
async def test_words_nested_a_thousand_deep(status: int, kind: type[GitLabError]) -> None:
    deep = http(status, b"[" * 900 + b"]" * 900)
    async with Handmade(person_then(deep)) as server, client(server.url) as gitlab:
        with pytest.raises(kind):
            await gitlab.scim.delete("u2")


@pytest.mark.parametrize("status", [302, 400, 403, 404, 500])
async def test_an_echoed_token_is_blotted_out(status: int) -> None:
    async def echo(seen: Seen) -> bytes:
        words = json.dumps(dict(seen.headers)).encode()
        return http(status, words, "text/plain", {"Location": f"/x?{seen.headers['authorization']}"})

    async with Handmade(echo) as server, client(server.url) as gitlab:
        for call in (gitlab.scim.get("u2"), gitlab.rest.this_user()):
            with pytest.raises(GitLabError) as caught:
                await call
            told = f"{caught.value} {caught.value.what} {caught.value.words} {caught.value.finding()}"
            assert SCIM_TOKEN not in told and ACCESS_TOKEN not in told


async def test_an_identity_of_nobody_is_never_written() -> None:
    nobody = as_json({"id": "u2", "extern_uid": "u2"})
    async with Handmade(answers(nobody)) as server, client(server.url) as gitlab:
        for call in (
            gitlab.scim.set_external_id("u2", "new"),
            gitlab.rest.set_extern_uid("saml", "u2", "new"),
        ):
            with pytest.raises(errors.WrongPerson):
                await call
    assert {seen.method for seen in server.seen} == {"GET"}


@pytest.mark.parametrize("value", ["true", "False", 'a"b', "x" * 256])
async def test_what_scim_would_store_as_something_else_is_not_sent(value: str) -> None:
    async with Handmade(answers(scim_user("u2"))) as server, client(server.url) as gitlab:
        with pytest.raises(errors.UnstorableValue):
            await gitlab.scim.set_external_id("u2", value)
    assert server.seen == []


async def test_after_a_write_the_person_is_found_by_username_whatever_was_stored() -> None:
    async def handler(seen: Seen) -> bytes:
        if seen.method == "PATCH":
            return http(204)
        if "filter" in seen.target:
            return as_json({"totalResults": 1, "Resources": [{"id": "third", "userName": "xaver"}]})
        changed = any(before.method == "PATCH" for before in server.seen)
        return as_json({"detail": "Resource u2 not found"}, 404) if changed else scim_user("u2")

    async with Handmade(handler) as server, client(server.url) as gitlab:
        written = await gitlab.scim.set_external_id("u2", "new")
    assert written.after is not None and written.after.id == "third"


async def test_another_user_than_the_one_asked_for_is_refused() -> None:
    mallory = as_json({"id": 666, "username": "mallory"}, kind="application/json")
    async with Handmade(answers(mallory)) as server, client(server.url) as gitlab:
        for call in (gitlab.rest.member(1), gitlab.rest.enterprise_user(1)):
            with pytest.raises(errors.WrongPerson):
                await call


async def test_an_answer_that_trickles_in_ends() -> None:
    async def handler(seen: Seen) -> bytes:
        await asyncio.Event().wait()
        return b""

    limits = Limits(whole=0.1)
    async with Handmade(handler) as server, client(server.url, limits=limits) as gitlab:
        with pytest.raises(errors.TimedOut):
            await gitlab.transport.send(read(f"{server.url}/api/v4/user", "access"))


async def test_millions_of_values_in_a_small_packed_answer_are_not_read() -> None:
    flood = gzip.compress(b"[" + b"0," * 4_000_001 + b"0]", mtime=0)
    answer = http(200, flood, headers={"Content-Encoding": "gzip"})
    async with Handmade(answers(answer)) as server, client(server.url) as gitlab:
        for call in (gitlab.rest.saml_identities(), gitlab.scim.get("u2")):
            with pytest.raises(errors.UnexpectedAnswer) as caught:
                await call
            assert caught.value.reason == "too-large"


async def test_a_list_that_repeats_itself_under_an_endless_total_ends() -> None:
    async def handler(seen: Seen) -> bytes:
        ids = [f"u{number}" for number in range(60)]
        Random(seen.number("startIndex")).shuffle(ids)
        return scim_list(ids, total=10**15)

    async with Handmade(handler) as server, client(server.url) as gitlab:
        users, report = await gitlab.scim.users()
    assert len(users) == 60 and report.unread and report.warning
    assert len(server.seen) < 100


async def test_closing_ends_what_is_under_way() -> None:
    busy = asyncio.Event()

    async def handler(seen: Seen) -> bytes:
        if len(server.seen) == Limits().connections:
            busy.set()
        await asyncio.Event().wait()
        return b""

    async with Handmade(handler) as server:
        gitlab = client(server.url)
        reads = [asyncio.ensure_future(gitlab.rest.this_user()) for _ in range(12)]
        await busy.wait()
        await gitlab.close()
        async with asyncio.timeout(5):
            ended = await asyncio.gather(*reads, return_exceptions=True)
        assert all(isinstance(one, GitLabError) for one in ended)
        assert len(server.seen) <= 12


async def test_text_that_is_none_is_refused_before_it_is_sent() -> None:
    async with Handmade(answers(scim_user("u2"))) as server, client(server.url) as gitlab:
        with pytest.raises(errors.UnaddressableUid):
            await gitlab.scim.find("userName", "\udcff")
        with pytest.raises(errors.NotSent):
            await gitlab.scim.create(external_id="u", user_name="\udcff", email="a@b", name="N")
    assert server.seen == []


async def test_a_cookie_that_can_not_be_read_says_nothing() -> None:
    odd = http(200, scim_user("u2").partition(b"\r\n\r\n")[2], headers={"Set-Cookie": "a=b; expires=\u00ff"})
    async with Handmade(answers(odd)) as server, client(server.url) as gitlab:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert (await gitlab.scim.get("u2")).id == "u2"
            await gitlab.scim.get("u2")
    assert "cookie" not in server.seen[1].headers
