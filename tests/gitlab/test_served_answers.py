"""GitLab, or something that is none, answered, and the answer is no use: each kind is told apart."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from typing import Any

import pytest

from scimtui.gitlab import Secret, errors, parse_address
from scimtui.gitlab.bodies import Body, TooLarge, Undecodable
from scimtui.gitlab.requests import Request
from scimtui.simulator import RunningSimulator
from tests.gitlab.servers import Handmade, answers, as_json, client, http, scim_user
from tests.gitlab.simulated import connect

JSON = "application/json"
SIGN_IN = b"<!DOCTYPE html><title>Sign in</title><a href='/users/sign_in'>"


def packed(body: bytes, encoding: str = "gzip") -> bytes:
    return http(200, body, JSON, {"Content-Encoding": encoding})


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (http(200, SIGN_IN, "text/html"), "html"),
        (http(200, SIGN_IN, JSON), "html"),
        (http(302, b"<html>", "text/html", {"Location": "/users/sign_in"}), "redirect"),
        (http(301, b"", JSON), "redirect"),
        (http(200), "empty"),
        (http(204), "empty"),
        (http(200, b" \n"), "empty"),
        (http(200, b'{"id": "u'), "broken-json"),
        (http(200, b"no json"), "broken-json"),
        (http(200, b"{" + b"\xff" * 9), "broken-json"),
        (http(200, b'{"id":' + b"9" * 5000 + b"}"), "broken-json"),
        (http(200, b"[" * 200_000), "broken-json"),
        (http(200, b"[]"), "wrong-shape"),
        (packed(b"this is no gzip"), "broken-json"),
        (packed(gzip.compress(b'{"id": "u2"}')[:-6]), "broken-json"),
        (packed(gzip.compress(b'{"id": "u2"}') + b"rest"), "broken-json"),
        (packed(zlib.compress(b"{}"), "deflate"), "broken-json"),
        (packed(gzip.compress(gzip.compress(b"{}")), "gzip, gzip"), "broken-json"),
        (packed(b"\x0b\x02\x80{}\x03", "br"), "broken-json"),
    ],
    ids=lambda value: value if isinstance(value, str) else "answer",  # gzip writes the time into its bytes
)  # fmt: skip
async def test_what_is_no_use(answer: bytes, reason: str) -> None:
    async with Handmade(answers(answer)) as server, client(server.url) as gitlab:
        with pytest.raises(errors.UnexpectedAnswer) as caught:
            await gitlab.scim.get("u2")
        assert caught.value.reason == reason and caught.value.fix
        assert caught.value.status == int(answer.split()[1])
        assert caught.value.request == f"GET {server.url}/api/scim/v2/groups/acme/Users/u2"
    assert len(server.seen) == 1


@pytest.mark.parametrize("value", [{}, [], {"totalResults": 1, "Resources": "x"}])
async def test_a_list_that_is_none(value: Any) -> None:
    async with Handmade(answers(as_json(value))) as server, client(server.url) as gitlab:
        with pytest.raises(errors.UnexpectedAnswer) as caught:
            await gitlab.scim.users()
    assert caught.value.reason == "wrong-shape"


@pytest.mark.parametrize("parts", [1, 3])
async def test_gzip_is_asked_for_and_read(parts: int) -> None:
    body = json.dumps({"id": "u2", "userName": "x" * 100_000}).encode()
    cut = len(body) // parts + 1
    members = b"".join(gzip.compress(body[at : at + cut]) for at in range(0, len(body), cut))
    async with Handmade(answers(packed(members))) as server, client(server.url) as gitlab:
        assert (await gitlab.scim.get("u2")).id == "u2"
        assert [exchange.size for exchange in gitlab.log] == [len(body)]
    assert server.seen[0].headers["accept-encoding"] == "gzip"


async def read_with_limit(answer: bytes, limit: int) -> int:
    async with Handmade(answers(answer)) as server, client(server.url) as gitlab:
        request = Request("GET", f"{server.url}/api/v4/version", "access", limit=limit)
        return len((await gitlab.transport.send(request)).body)


@pytest.mark.parametrize("compressed", [False, True])
async def test_the_limit_is_of_the_answer_as_it_is_read(compressed: bool) -> None:
    body = bytes(range(256)) * 4
    answer = packed(gzip.compress(body)) if compressed else http(200, body)
    assert await read_with_limit(answer, len(body)) == len(body)
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        await read_with_limit(answer, len(body) - 1)
    assert caught.value.reason == "too-large" and caught.value.status == 200


async def test_a_gzip_bomb_is_never_unpacked() -> None:
    bomb = packed(gzip.compress(bytes(200 * 2**20)))
    tracemalloc.start()
    try:
        with pytest.raises(errors.UnexpectedAnswer, match="larger than 1 MiB") as caught:
            await read_with_limit(bomb, 2**20)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.reason == "too-large" and peak < 20 * 2**20


def test_many_empty_parts_are_bounded_too() -> None:
    body = Body("gzip", 10_000)
    with pytest.raises(TooLarge):
        for _ in range(10_000):
            body.feed(gzip.compress(b""))


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_a_body_comes_in_any_pieces(size: int) -> None:
    whole = bytes(range(256)) * 20
    for encoding, sent in (("", whole), ("x-gzip", gzip.compress(whole[:999]) + gzip.compress(whole[999:]))):
        body = Body(encoding, len(whole))
        for at in range(0, len(sent), size):
            body.feed(sent[at : at + size])
        assert body.whole() == whole
    assert Body("gzip", 10).whole() == b""
    with pytest.raises(Undecodable):
        Body("zstd", 10)


async def test_a_redirect_is_not_followed_and_the_token_stays() -> None:
    async with Handmade(answers(as_json({}))) as second:
        for status in (301, 302, 303, 307, 308):
            answer = http(status, b"", JSON, {"Location": f"{second.url}/api/v4/version"})
            async with Handmade(answers(answer)) as first, client(first.url) as gitlab:
                with pytest.raises(errors.UnexpectedAnswer) as caught:
                    await gitlab.rest.version()
                assert second.url in caught.value.what and first.url in caught.value.request
        assert second.seen == []


async def test_cookies_are_not_kept() -> None:
    answer = http(200, b'{"id": "u2"}', JSON, {"Set-Cookie": "_gitlab_session=x; Path=/"})
    async with Handmade(answers(answer)) as server, client(server.url) as gitlab:
        await gitlab.scim.get("u2")
        await gitlab.scim.get("u2")
    assert len(server.seen) == 2 and all("cookie" not in seen.headers for seen in server.seen)


@pytest.mark.parametrize(
    ("switch", "kind", "reason"),
    [
        ("expired", errors.NotAuthenticated, "expired"),
        ("revoked", errors.NotAuthenticated, "revoked"),
        ("maintainer", errors.Forbidden, None),
    ],
)
async def test_the_access_token(
    current: RunningSimulator, switch: str, kind: type[errors.AnswerError], reason: str | None
) -> None:
    current.switch(access_token=switch)
    async with connect(current) as gitlab:
        with pytest.raises(errors.AnswerError) as caught:
            await gitlab.rest.saml_identities()
    assert type(caught.value) is kind and getattr(caught.value, "reason", None) == reason


async def test_a_token_that_may_only_read(current: RunningSimulator) -> None:
    current.switch(access_token="read_api")
    async with connect(current) as gitlab:
        identity = (await gitlab.rest.saml_identities()).records[0]
        with pytest.raises(errors.InsufficientScope) as caught:
            await gitlab.rest.set_extern_uid("saml", identity.extern_uid or "", "new")
    assert caught.value.status == 403 and "api" in caught.value.scopes and "api" in caught.value.fix


async def test_unknown_tokens(current: RunningSimulator) -> None:
    async with connect(current) as one, client(current.url) as other:
        assert (await one.rest.version()).release.number is not None
        for call, name in ((other.scim.users, "SCIM token"), (other.rest.version, "access token")):
            with pytest.raises(errors.NotAuthenticated) as caught:
                await call()
            assert caught.value.reason == "unknown" and name in caught.value.what


async def test_a_group_that_is_not_there(current: RunningSimulator) -> None:
    address = parse_address(current.scim_url.replace("acme", "nowhere"))
    async with client(current.url, address=address) as gitlab:
        with pytest.raises(errors.GroupNotFound):
            await gitlab.scim.users()
    token = Secret(current.access_token)
    async with client(current.url, address=address, access_token=token) as gitlab:
        with pytest.raises(errors.GroupNotFound) as caught:
            await gitlab.rest.saml_identities()
    assert "may not see it" in caught.value.what


@pytest.mark.parametrize("uid", ["Group x", "Group a does not have SAML SSO configured", "nobody"])
async def test_a_uid_that_reads_like_another_error(current: RunningSimulator, uid: str) -> None:
    async with connect(current) as gitlab:
        with pytest.raises(errors.ResourceNotFound):
            await gitlab.scim.get(uid)
        with pytest.raises(errors.ResourceNotFound):
            await gitlab.rest.identity("saml", uid)


async def test_saml_that_is_off(current: RunningSimulator) -> None:
    async with connect(current) as gitlab:
        current.switch(saml_provider=False)
        with pytest.raises(errors.SamlNotConfigured):
            await gitlab.scim.get("u2")
        current.switch(group_saml=False)
        with pytest.raises(errors.Forbidden, match="switched off"):
            await gitlab.scim.users()


async def test_a_filter_that_gitlab_does_not_know(current: RunningSimulator) -> None:
    async with connect(current) as gitlab:
        with pytest.raises(errors.Rejected) as caught:
            await gitlab.scim.page(filter='displayName eq "x"')
    assert (caught.value.status, caught.value.words) == (412, "Unsupported Filter")


async def test_a_content_type_that_gitlab_does_not_take(current: RunningSimulator) -> None:
    from scimtui.gitlab.answers import check

    async with connect(current) as gitlab:
        request = Request("POST", f"{current.scim_url}/Users", "scim", b"{}", "application/json")
        with pytest.raises(errors.UnsupportedMediaType):
            check(await gitlab.transport.send(request))
        request = Request("PUT", f"{current.scim_url}/Users", "scim", b"{}", "application/scim+json")
        with pytest.raises(errors.MethodNotAllowed):
            check(await gitlab.transport.send(request))


async def test_a_wrong_address_of_the_right_host(current: RunningSimulator) -> None:
    address = parse_address(f"{current.url}/nothing/here/api/scim/v2/groups/acme")
    async with client(current.url, address=address) as gitlab:
        with pytest.raises(errors.UnexpectedAnswer) as caught:
            await gitlab.scim.users()
    assert caught.value.reason == "redirect" and "not an API address" in caught.value.what


async def test_the_old_flat_name(current: RunningSimulator) -> None:
    async with connect(current) as gitlab:
        nested, _ = await gitlab.scim.users()
        current.switch(flat_names=True)
        flat, _ = await gitlab.scim.users()
    assert nested == flat and all(user.name for user in flat)


async def test_one_record() -> None:
    async with Handmade(answers(scim_user("ID", active=False))) as server, client(server.url) as gitlab:
        user = await gitlab.scim.get("id")
    assert (user.id, user.active, user.email, user.defects) == ("ID", False, None, ())
