"""Proxies from the environment: for other hosts, never for this machine, and never with a token in sight."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from scimtui.gitlab import errors, parse_address
from scimtui.gitlab.proxies import proxy_for
from scimtui.simulator import RunningSimulator
from tests.gitlab.servers import (
    ACCESS_TOKEN,
    SCIM_TOKEN,
    Handmade,
    Seen,
    Waits,
    answers,
    client,
    http,
    scim_user,
)
from tests.gitlab.simulated import connect
from tests.gitlab.test_connecting import closed_port, failure

ELSEWHERE = "https://gitlab.invalid"


async def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = Waits()
    with closed_port() as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:hunter2@127.0.0.1:{port}")
        error = await failure(client(ELSEWHERE, waits=waits))
    assert type(error) is errors.ProxyFailed and "HTTPS_PROXY" in error.fix and waits == []
    assert "hunter2" not in repr(vars(error))


@pytest.mark.parametrize("status", [403, 407, 502])
async def test_a_proxy_that_refuses_sees_the_host_and_no_token(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    async with Handmade(answers(http(status))) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        error = await failure(client(ELSEWHERE))
    assert type(error) is errors.ProxyFailed
    assert {(seen.method, seen.target) for seen in proxy.seen} == {("CONNECT", "gitlab.invalid:443")}
    assert all(token not in repr(proxy.seen) for token in (SCIM_TOKEN, ACCESS_TOKEN))


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
async def test_requests_for_other_hosts_go_through_it(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    async with Handmade(answers(scim_user("a/b"))) as proxy:
        monkeypatch.setenv(variable, f"127.0.0.1:{proxy.port}")
        async with client("http://gitlab.invalid", allow_http=True) as gitlab:
            assert (await gitlab.scim.get("a/b")).id == "a/b"
    target = "http://gitlab.invalid/api/scim/v2/groups/acme/Users/a%2Fb"
    assert [seen.target for seen in proxy.seen] == [target]


async def test_this_machine_is_reached_without(
    current: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(seen: Seen) -> bytes:
        return http(403)

    async with Handmade(nothing) as proxy:
        for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(variable, proxy.url)
        async with connect(current) as gitlab:
            users, _ = await gitlab.scim.users()
            await gitlab.rest.version()
    assert users and proxy.seen == []


@pytest.mark.parametrize("excepted", ["gitlab.invalid", ".invalid", "*", "other.example,gitlab.invalid:443"])
async def test_no_proxy(monkeypatch: pytest.MonkeyPatch, excepted: str) -> None:
    async with Handmade(answers(http(403))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", excepted)
        error = await failure(client(f"{ELSEWHERE}:443"))
    assert type(error) is errors.NameNotResolved and proxy.seen == []


async def test_an_exception_for_one_port_is_for_that_port(monkeypatch: pytest.MonkeyPatch) -> None:
    address = parse_address(f"{ELSEWHERE}/api/scim/v2/groups/acme", f"{ELSEWHERE}:8443/api/v4")
    async with Handmade(answers(http(403))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "gitlab.invalid:8443")
        async with client(ELSEWHERE, address=address) as gitlab:
            with pytest.raises(errors.ProxyFailed):
                await gitlab.scim.get("u2")
            with pytest.raises(errors.NameNotResolved):
                await gitlab.rest.this_user()
    assert [seen.target for seen in proxy.seen] == ["gitlab.invalid:443"]


async def test_an_encrypted_proxy_is_trusted_by_the_profiles_authority(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    async with Handmade(answers(http(407)), tls=tls) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        error = await failure(client(ELSEWHERE, ca_file=str(ca_file)))
    assert type(error) is errors.ProxyFailed
    assert {seen.target for seen in proxy.seen} == {"gitlab.invalid:443"}


@pytest.mark.parametrize("proxy", ["socks5://me:hunter2@127.0.0.1:1080", "foo://me:hunter2@x", "http://[x"])
async def test_a_proxy_that_can_not_be_used_says_so(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    error = await failure(client(ELSEWHERE))
    assert type(error) is errors.ProxyFailed and error.code == "proxy-failed"
    assert "hunter2" not in repr(vars(error)) + repr(error.__cause__) + repr(error.__context__)


def test_which_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:3128")
    assert proxy_for("https://gitlab.com/api/v4") == "http://proxy.example:3128"
    assert proxy_for("http://gitlab.com/api/v4") is None
    for host in ("localhost", "127.0.0.1:8080", "[::1]:8080"):
        assert proxy_for(f"https://{host}/api/v4") is None


async def test_an_address_of_numbers_and_colons() -> None:
    error = await failure(client("http://[::1]:9"))
    assert type(error) is errors.ConnectionRefused
