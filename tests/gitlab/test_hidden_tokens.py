"""A token shows up in the Authorization header of its own GitLab and nowhere else."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import pickle
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from scimtui.gitlab import Address, GitLab, GitLabError, Limits, RequestLog, Secret, errors
from scimtui.gitlab.requests import Request, read, rest_write, scim_write
from scimtui.gitlab.secret import looks_like_old_token, looks_like_token, without_tokens
from scimtui.simulator import RunningSimulator
from tests.gitlab.servers import ACCESS_TOKEN, SCIM_TOKEN, Handler, Handmade, access_to, answers, client, http
from tests.gitlab.simulated import connect

TOKENS = (SCIM_TOKEN, ACCESS_TOKEN)
HASTY = Limits(connect=0.1, read=0.1)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and everything behind it, whether a traceback would show it or not."""
    waiting, seen = [error], set()
    while waiting:
        link = waiting.pop()
        if link is not None and id(link) not in seen:
            seen.add(id(link))
            yield link
            waiting += [link.__cause__, link.__context__, getattr(link, "cause", None)]


def frames(traceback: TracebackType | None) -> Iterator[dict[str, Any]]:
    """The locals of every frame but those of the tests: what a crash report prints."""
    here = Path(__file__).parent
    while traceback is not None:
        if here not in Path(traceback.tb_frame.f_code.co_filename).parents:
            yield traceback.tb_frame.f_locals
        traceback = traceback.tb_next


def shown(error: BaseException) -> str:
    """Everything that any report of this error could print."""
    parts = []
    for link in chain(error):
        parts += [repr(link), str(link), repr(link.args), repr(vars(link))]
        parts += [repr(value) for found in frames(link.__traceback__) for value in found.values()]
    return "\n".join(parts)


def assert_hidden(text: str) -> None:
    assert not any(token in text or token[6:] in text for token in TOKENS)


async def caught(gitlab: GitLab, request: Request) -> BaseException:
    async with gitlab:
        with pytest.raises(GitLabError) as error:
            await gitlab.transport.send(request)
    return error.value


FAILING: dict[str, bytes] = {
    "dropped": b"",
    "no HTTP": b"220 smtp\r\n\r\n",
    "bad header": b"HTTP/1.1 200 OK\r\nbad header\x00: x\r\n\r\n",
    "cut": http(200, b"{}")[:-1],
    "broken gzip": http(200, b"x", headers={"Content-Encoding": "gzip"}),
    "too large": http(200, b"x" * 101),
}


@pytest.mark.parametrize("answer", FAILING.values(), ids=FAILING)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_no_error_of_a_bad_answer_holds_a_token(answer: bytes, method: str) -> None:
    served = False

    async def handler(seen: object) -> bytes:
        nonlocal served
        if served:
            return b""
        served = answer != b""
        return answer

    async with Handmade(handler) as server:
        for credential in ("scim", "access"):
            served = False
            request = Request(method, f"{server.url}/api/v4/user", credential, limit=100)
            assert_hidden(shown(await caught(client(server.url, limits=HASTY), request)))
        assert server.seen and all("authorization" in seen.headers for seen in server.seen)


async def test_no_error_of_a_failed_connection_holds_a_token() -> None:
    async def never(seen: object) -> bytes:
        await asyncio.Event().wait()
        return b""

    hang: Handler = never
    async with Handmade(hang) as server:
        request = scim_write("DELETE", f"{server.url}/api/v4/user")
        error = await caught(client(server.url, limits=HASTY), request)
        assert_hidden(shown(error))
        assert isinstance(error, errors.OutcomeUnknown)
        request = read(f"{server.url.replace('http', 'https')}/api/v4/user", "scim")
        url = request.url.partition("/api")[0]
        assert_hidden(shown(await caught(client(url, limits=HASTY), request)))
    request = read("https://gitlab.invalid/api/v4/user", "access")
    assert_hidden(shown(await caught(client("https://gitlab.invalid"), request)))


@pytest.mark.parametrize("body", [b'{"message":"401 Unauthorized"}', b"", b"<html>"])
async def test_no_error_of_a_refusal_holds_a_token(body: bytes) -> None:
    for status in (302, 400, 401, 403, 404, 409, 412, 415, 418, 429, 500):
        async with Handmade(answers(http(status, body))) as server, client(server.url) as gitlab:
            for call in (gitlab.scim.users, gitlab.rest.version):
                with pytest.raises(GitLabError) as error:
                    await call()
                assert_hidden(shown(error.value))


async def test_nothing_of_a_cancelled_request_holds_a_token() -> None:
    started = asyncio.Event()

    async def handler(seen: object) -> bytes:
        started.set()
        await asyncio.Event().wait()
        return b""

    async with Handmade(handler) as server, client(server.url) as gitlab:
        task = asyncio.create_task(gitlab.scim.users())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as error:
            await task
    assert_hidden(shown(error.value))


@pytest.mark.parametrize("extra", ["\n", " ", "é", "\x00", "\u2026", "\r\nX-Evil: 1"])
async def test_a_token_that_no_header_takes_is_refused_before_a_library_complains(extra: str) -> None:
    spoiled: dict[str, Any] = {
        "scim_token": Secret(SCIM_TOKEN + extra),
        "access_token": Secret(extra + ACCESS_TOKEN),
    }
    async with Handmade(answers(http(200, b"{}"))) as server, client(server.url, **spoiled) as gitlab:
        for call in (gitlab.scim.users, gitlab.rest.version):
            with pytest.raises(errors.UnusableToken) as error:
                await call()
            assert_hidden(shown(error.value))
            assert error.value.fix
        assert server.seen == [] and len(gitlab.log) == 0


async def test_repr_of_everything_and_the_request_log(current: RunningSimulator) -> None:
    async with connect(current) as gitlab:
        await gitlab.scim.users()
        user = (await gitlab.scim.page()).users[0]
        await gitlab.scim.set_external_id(user.id or "", "it's $HOME `new`")
        await gitlab.rest.version()
        parts = [gitlab, gitlab.access, gitlab.transport, gitlab.scim, gitlab.rest, gitlab.log, vars(gitlab)]
        parts += [vars(gitlab.transport), vars(gitlab.scim), *gitlab.log]
        text = "\n".join(f"{part!r} {part!s}" for part in parts)
        curls = [exchange.as_curl() for exchange in gitlab.log]
        text += "\n".join(curls)
    for token in (current.scim_token, current.access_token):
        assert token not in text and token[6:] not in text
    assert all("Bearer $SCIMTUI_" in curl for curl in curls)


async def test_a_copied_curl_command_does_the_same(current: RunningSimulator) -> None:
    """The words that a shell makes of it are the request."""
    uid = 'it\'s $HOME `id` \\ "q" é/x?y'
    log = RequestLog()
    seen: list[int] = []
    stop = log.listen(lambda exchange: seen.append(exchange.number))
    gitlab = GitLab(connect(current).access, log=log)
    async with gitlab:
        with pytest.raises(errors.ResourceNotFound):
            await gitlab.scim.get(uid)
        with pytest.raises(errors.AnswerError):
            await gitlab.transport.send(
                rest_write("PATCH", f"{current.rest_url}/groups/acme/saml/x", {"extern_uid": uid})
            )
            raise errors.AnswerError("sent")
    stop()
    script = "\n".join(f"printf '%s\\0' {exchange.as_curl()}; printf '\\n\\0'" for exchange in log)
    shell = await asyncio.create_subprocess_exec(
        "sh",
        "-c",
        script,
        env={"SCIMTUI_SCIM_TOKEN": "S", "SCIMTUI_ACCESS_TOKEN": "A"},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await shell.communicate()
    one, two = [part.split("\0")[:-1] for part in out.decode().split("\n\0")][:2]
    exchanges = list(log)
    assert one == ["curl", "--globoff", "--path-as-is", "--header", "Authorization: Bearer S",
                   exchanges[0].request.url]  # fmt: skip
    assert two[3:5] == ["--request", "PATCH"] and "Authorization: Bearer A" in two
    assert json.loads(two[two.index("--data-binary") + 1]) == {"extern_uid": uid}
    assert seen == [1, 2] and log.total == len(log) == 2


async def test_no_log_holds_a_token_or_an_address_with_a_persons_email(
    current: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    async with connect(current) as gitlab:
        assert await gitlab.scim.find("userName", "ada.lovelace@acme.example") is None
        await gitlab.rest.version()
    logging.getLogger("scimtui.test").debug("the net is open")
    assert "the net is open" in caplog.text
    assert "ada.lovelace" not in caplog.text and "httpcore" not in caplog.text
    for token in (current.scim_token, current.access_token):
        assert token not in caplog.text


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret(SCIM_TOKEN)
    assert secret.reveal() == SCIM_TOKEN
    assert_hidden(f"{secret} {secret!r} {secret:>40} {[secret]} {access_to('https://x.example')!r}")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="not stored"):
            pickle.dumps(secret, protocol)
    with pytest.raises(TypeError):
        copy.deepcopy(secret)
    with pytest.raises(TypeError):
        json.dumps({"token": secret})
    assert secret == Secret(SCIM_TOKEN) and secret != Secret("x") and secret != SCIM_TOKEN
    assert not Secret("") and Secret("x") and not hasattr(secret, "__dict__")


async def test_both_tokens_go_out_as_bearer() -> None:
    answer = http(200, b'{"version": "19.3.0", "id": "u2"}')
    async with Handmade(answers(answer)) as server, client(server.url) as gitlab:
        await gitlab.scim.get("u2")
        await gitlab.rest.version()
    assert [seen.headers["authorization"] for seen in server.seen] == [
        f"Bearer {SCIM_TOKEN}",
        f"Bearer {ACCESS_TOKEN}",
    ]
    assert_hidden("".join(seen.target for seen in server.seen))
    assert all("private-token" not in seen.headers for seen in server.seen)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:1/x",
        "http://gitlab.invalid/x",
        "http://127.0.0.1.evil.invalid/x",
        "//x",
        "",
        "ftp://h/x",
    ],
)
async def test_never_to_another_origin(url: str) -> None:
    async with Handmade(answers(http(200, b"{}"))) as server, client(server.url) as gitlab:
        for request in (read(url, "scim"), rest_write("PATCH", url, {})):
            with pytest.raises(errors.UnsafeAddress) as error:
                await gitlab.transport.send(request)
            assert error.value.fix
        assert server.seen == [] and len(gitlab.log) == 0


async def test_plain_http_leaves_this_machine_only_where_that_is_allowed() -> None:
    address = Address("http://gitlab.invalid/api/scim/v2/groups/acme", "http://gitlab.invalid/api/v4", "acme")
    async with client("http://127.0.0.1", address=address) as gitlab:
        with pytest.raises(errors.UnsafeAddress, match="unencrypted"):
            await gitlab.scim.users()
        assert len(gitlab.log) == 0
    async with client("http://127.0.0.1", address=address, allow_http=True) as gitlab:
        with pytest.raises(errors.NameNotResolved):
            await gitlab.scim.users()


async def test_read_only_refuses_everything_but_get(current: RunningSimulator) -> None:
    async with connect(current, read_only=True) as gitlab:
        users, _ = await gitlab.scim.users()
        uid = users[0].id or ""
        before = len(gitlab.log)
        for method in ("POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "get"):
            with pytest.raises(errors.ReadOnlyRefused) as error:
                await gitlab.transport.send(Request(method, f"{current.scim_url}/Users", "scim"))
            assert error.value.request.startswith(method)
        assert len(gitlab.log) == before
        for call in (gitlab.scim.delete(uid), gitlab.rest.delete_identity("scim", uid)):
            with pytest.raises(errors.ReadOnlyRefused):
                await call
    assert current.writes() == []


@pytest.mark.parametrize("missing", ["scim_token", "access_token"])
@pytest.mark.parametrize("value", [None, Secret("")])
async def test_without_a_token_nothing_is_sent(missing: str, value: Secret | None) -> None:
    async with Handmade(answers(http(200, b"{}"))) as server:
        without: dict[str, Any] = {missing: value}
        async with client(server.url, **without) as gitlab:
            with pytest.raises(errors.NoToken) as error:
                await (gitlab.scim.users() if missing == "scim_token" else gitlab.rest.version())
        assert error.value.credential in missing and server.seen == []


PREFIXES = ("pat", "oas", "soat", "dt", "rt", "rtr", "cbt", "ptt", "ft", "imt", "agent", "wt", "ffct", "new")


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("around", ["{}", "ACME-{}", "(token: {})", "groups/{}", "x%2F{}"])
def test_a_token_is_known_by_every_prefix(prefix: str, around: str) -> None:
    token = f"gl{prefix}-Inv3nted" + "Inv3ntedInv3nted"
    text = around.format(token)
    assert looks_like_token(text)
    assert "nted" not in without_tokens(text)


@pytest.mark.parametrize(
    "token",
    [
        "gl%70at-" + "Inv3ntedInv3nted",
        "_gitlab_session=" + "0123456789abcdef" * 2,
        "GR1348941" + "Inv3ntedInv3nted",
    ],
)
def test_others_too(token: str) -> None:
    assert looks_like_token(token)
    assert "nted" not in without_tokens(f"so: {token}") and "0123" not in without_tokens(token)


@pytest.mark.parametrize(
    "text",
    [
        "gl-team-glass",
        "gloss-team",
        "glass-works-2024",
        "team-glpat-rollout2",
        "gloria-vanderbilt-whitney",
        "Glance-Team2024ForEveryone",
        "glance-of-all-the-teams-2024",
        "100%",
        "a%20b",
    ],
)
def test_what_only_begins_alike_is_none(text: str) -> None:
    assert not looks_like_token(text)
    assert without_tokens(text) == text


def test_the_tokens_of_before_are_known_where_none_belongs() -> None:
    assert looks_like_old_token("aB3dE5gH7jK9mN1pQ2rS") and looks_like_old_token("x9Kq_Zt7-LmPw2RvB4nY")
    for name in (
        "Engineering-Team2024",
        "iOS-Dev-Team-EMEA-01",
        "AcmeCorpGitLabGroup1",
        "team-1-team-2-team-3",
    ):
        assert len(name) == 20 and not looks_like_old_token(name)


def test_looking_for_tokens_takes_no_longer_than_reading() -> None:
    for part in ("gl", "gla-", "glpat-a ", "%41", "gla-a", "glpat-A"):
        few, many = (
            min(_seconds(part * (size // len(part))) for _ in range(4)) for size in (40_000, 400_000)
        )
        assert many < 15 * few + 0.1, part


def _seconds(text: str) -> float:
    start = time.process_time()
    without_tokens(text)
    return time.process_time() - start
