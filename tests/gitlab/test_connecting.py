"""No answer came: each way that fails is told apart, by real servers and closed ports."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from scimtui.gitlab import Address, GitLab, Limits, errors, transport
from scimtui.gitlab.connecting import Connections, connections
from scimtui.gitlab.failures import failure_of
from scimtui.gitlab.requests import scim_write
from scimtui.gitlab.waiting import Backoff
from scimtui.simulator import Settings, running
from tests.gitlab.servers import Handmade, Waits, access_to, answers, client, http, scim_user
from tests.gitlab.simulated import connect

SCIM = "/api/scim/v2/groups/acme"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def tls_server(authority: trustme.CA, name: str = "127.0.0.1", until: datetime | None = None) -> Handmade:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    since = until - timedelta(days=30) if until is not None else None
    authority.issue_cert(name, not_before=since, not_after=until).configure_cert(context)
    return Handmade(answers(scim_user("u2")), tls=context)


@asynccontextmanager
async def talking(sent: bytes, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server that sends these bytes below any TLS as soon as it heard something, then hangs up."""

    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read(1)
            below = socket.socket(fileno=os.dup(writer.get_extra_info("socket").fileno()))
            below.send(sent)
            below.shutdown(socket.SHUT_WR)
            below.close()
            await reader.read()
        finally:
            writer.transport.abort()

    def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.ensure_future(talk(reader, writer)))

    server = await asyncio.start_server(accepted, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


@contextmanager
def closed_port() -> Iterator[int]:
    """A port that is taken, and where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@contextmanager
def full_port() -> Iterator[int]:
    """A port whose queue is full, so that a new connection is neither made nor refused."""
    with socket.socket() as listening, socket.socket() as first, socket.socket() as second:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]


async def failure(gitlab: GitLab) -> errors.Unreachable:
    """What both a read and a write fail with; the write was never sent."""
    async with gitlab:
        with pytest.raises(errors.Unreachable) as read:
            await gitlab.scim.get("u2")
        write = scim_write("DELETE", f"{gitlab.access.address.scim_url}/Users/u2")
        with pytest.raises(errors.Unreachable) as written:
            await gitlab.transport.send(write)
    assert type(read.value) is type(written.value) and written.value.never_connected
    assert read.value.what and read.value.fix and read.value.status is None
    return read.value


@pytest.mark.parametrize("host", ["gitlab.invalid", "a" * 70 + ".invalid", "xn--gtlab-3ya.invalid"])
async def test_a_name_without_address(host: str) -> None:
    waits = Waits()
    error = await failure(client(f"https://{host}", waits=waits))
    assert type(error) is errors.NameNotResolved and waits == []
    assert error.request == f"GET https://{host}{SCIM}/Users/u2"


async def test_nothing_listens() -> None:
    waits = Waits()
    with closed_port() as port:
        error = await failure(client(f"http://127.0.0.1:{port}", waits=waits))
    assert type(error) is errors.ConnectionRefused and waits == []


async def test_no_connection_in_time() -> None:
    waits = Waits()
    with full_port() as port:
        limits = Limits(connect=0.05)
        error = await failure(client(f"http://127.0.0.1:{port}", waits=waits, limits=limits))
    assert type(error) is errors.TimedOut and "no connection" in error.what
    assert len(waits) == 3  # for the read; a write is tried again by who looks at the person first


async def test_no_answer_in_time() -> None:
    async def handler(seen: object) -> bytes:
        await asyncio.Event().wait()
        return b""

    limits = Limits(read=0.05)
    async with Handmade(handler) as server, client(server.url, limits=limits) as gitlab:
        with pytest.raises(errors.TimedOut, match="did not answer") as caught:
            await gitlab.scim.get("u2")
        assert not caught.value.never_connected and len(server.seen) == 4
        with pytest.raises(errors.OutcomeUnknown) as unknown:
            await gitlab.transport.send(scim_write("DELETE", f"{server.url}{SCIM}/Users/u2"))
        assert isinstance(unknown.value.cause, errors.TimedOut) and len(server.seen) == 5


async def test_an_answer_that_breaks_off() -> None:
    cut = http(200, b'{"id": "u2"}')[:-4]
    async with talking(cut) as url, client(url) as gitlab:
        with pytest.raises(errors.ConnectionLost):
            await gitlab.scim.get("u2")


async def test_what_speaks_no_http() -> None:
    async with talking(b"220 mail.example ESMTP\r\n") as url, client(url) as gitlab:
        with pytest.raises(errors.ConnectionLost):
            await gitlab.scim.get("u2")


async def test_a_good_certificate(authority: trustme.CA, ca_file: str) -> None:
    async with tls_server(authority) as server, client(server.url, ca_file=ca_file) as gitlab:
        assert (await gitlab.scim.get("u2")).id == "u2"


async def test_the_simulated_gitlab_over_tls(authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
    issued = authority.issue_cert("127.0.0.1")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(str(key))
    with running(Settings(users=5, tls_cert=cert, tls_key=key)) as simulator:
        async with connect(simulator, ca_file=ca_file) as gitlab:
            users, report = await gitlab.scim.users()
        assert len(users) == report.total and simulator.url.startswith("https://")


async def test_an_unknown_authority(authority: trustme.CA) -> None:
    async with tls_server(authority) as server:
        error = await failure(client(server.url))
    assert isinstance(error, errors.TlsFailed) and error.reason == "unknown-ca"
    assert "ca_file" in error.fix and server.seen == []


async def test_an_expired_certificate(authority: trustme.CA, ca_file: str) -> None:
    async with tls_server(authority, until=datetime(2021, 1, 1, tzinfo=UTC)) as server:
        error = await failure(client(server.url, ca_file=ca_file))
    assert isinstance(error, errors.TlsFailed) and error.reason == "expired" and server.seen == []


async def test_a_certificate_for_another_host(authority: trustme.CA, ca_file: str) -> None:
    async with tls_server(authority, "gitlab.example") as server:
        error = await failure(client(server.url, ca_file=ca_file))
    assert isinstance(error, errors.TlsFailed) and error.reason == "wrong-host" and server.seen == []


async def test_a_port_without_tls() -> None:
    async with talking(b"220 mail.example ESMTP\r\n") as url:
        error = await failure(client(url.replace("http:", "https:")))
    assert isinstance(error, errors.TlsFailed) and error.reason == "other"


@pytest.mark.parametrize("content", [None, "", "no certificate in here"])
async def test_a_ca_file_that_is_none(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "mine.pem"
    if content is not None:
        path.write_text(content)
    error = await failure(client("https://gitlab.invalid", ca_file=str(path)))
    assert isinstance(error, errors.TlsFailed) and error.reason == "unknown-ca" and str(path) in error.what


async def test_tls_that_breaks_after_a_write_was_sent(authority: trustme.CA, ca_file: str) -> None:
    """By then GitLab can have done it: it is no failure to connect."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    async with talking(b"no TLS record at all", context) as url, client(url, ca_file=ca_file) as gitlab:
        with pytest.raises(errors.ConnectionLost):
            await gitlab.scim.get("u2")
        with pytest.raises(errors.OutcomeUnknown):
            await gitlab.transport.send(scim_write("DELETE", f"{url}{SCIM}/Users/u2"))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (10, "expired"), (9, "expired"), (62, "wrong-host"), (20, "unknown-ca"), (23, "other"),
        (-67818, "expired"), (-67602, "wrong-host"), (-67843, "unknown-ca"),
        (0x800B0101, "expired"), (0x800B010F, "wrong-host"), (0x800B0109, "unknown-ca"),
    ],
)  # fmt: skip
def test_what_the_trust_stores_of_all_systems_say(code: int, reason: str) -> None:
    import httpx

    told = ssl.SSLCertVerificationError("words")
    told.verify_code, told.verify_message = code, "words"
    cause = httpx.ConnectError("failed")
    cause.__cause__ = told
    error = failure_of(cause, "GET https://x/")
    assert isinstance(error, errors.TlsFailed) and (error.reason, error.words) == (reason, "words")


async def test_after_close_nothing_is_open_and_the_client_can_be_used_again() -> None:
    async with Handmade(answers(scim_user("u2"))) as server:
        gitlab = client(server.url)
        for _ in range(2):
            await gitlab.scim.get("u2")
            await gitlab.close()
            await server.idle()
        await asyncio.gather(*(gitlab.scim.get("u2") for _ in range(20)))
        await gitlab.close()
        await server.idle()


async def test_what_still_connects_at_a_close_does_not_open_a_new_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connecting, go_on = asyncio.Event(), asyncio.Event()

    async def slow(*given: Any) -> Connections:
        connecting.set()
        await go_on.wait()
        return await connections(*given)

    monkeypatch.setattr(transport, "connections", slow)
    async with Handmade(answers(scim_user("u2"))) as server:
        gitlab = client(server.url)
        waiting = asyncio.ensure_future(gitlab.scim.get("u2"))
        await connecting.wait()
        await gitlab.close()
        go_on.set()
        with pytest.raises(errors.ClosedHere) as caught:
            await waiting
        assert caught.value.never_connected and server.seen == []
        assert (await gitlab.scim.get("u2")).id == "u2"
        await gitlab.close()


async def test_a_close_ends_the_wait_before_a_second_try() -> None:
    async with Handmade(answers(http(503, b""))) as server:
        waiting, go_on = asyncio.Event(), asyncio.Event()

        async def sleep(_seconds: float) -> None:
            waiting.set()
            await go_on.wait()

        gitlab = GitLab(access_to(server.url), backoff=Backoff(sleep=sleep))
        read = asyncio.ensure_future(gitlab.scim.get("u2"))
        await waiting.wait()
        await gitlab.close()
        go_on.set()
        with pytest.raises(errors.ClosedHere):
            await read
        await server.idle()
    assert len(server.seen) == 1


async def test_the_rest_address_can_be_on_another_host() -> None:
    async with Handmade(answers(scim_user("u2"))) as scim, Handmade(answers(http(200, b"[]"))) as rest:
        access = access_to(scim.url)
        address = Address(access.address.scim_url, f"{rest.url}/api/v4", "acme")
        async with client(scim.url, address=address) as gitlab:
            await gitlab.scim.get("u2")
            await gitlab.rest.scim_identities()
    assert [seen.target for seen in scim.seen] == [f"{SCIM}/Users/u2"]
    assert [seen.target for seen in rest.seen] == ["/api/v4/groups/acme/scim/identities"]
