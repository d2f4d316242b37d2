"""Ways to GitLab that are not the plain one: no IPv6, other names, two hosts, a root of its own."""

from __future__ import annotations

import asyncio
import errno
import ssl
from typing import Any

import pytest
import trustme

from scimtui.connection.addressing import judge_address
from scimtui.connection.model import State
from scimtui.gitlab import Secret, parse_address
from scimtui.gitlab.failures import socket_failure
from scimtui.gitlab.probing import route_to
from scimtui.guides.walkthroughs import values_of
from tests.connection.pretending import (
    GOOD,
    UNAUTHORISED,
    WHEN_ALL_IS_WELL,
    candidate,
    codes,
    line_of,
    pretend,
    question,
    report_of,
    rest,
)
from tests.gitlab.servers import Handmade, Seen


async def test_an_address_that_this_machine_has_no_way_to_is_no_warning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def two(*arguments: Any, **named: Any) -> list[Any]:
        return [(0, 0, 0, "", ("2001:db8::1", 0)), (0, 0, 0, "", ("127.0.0.1", 0))]

    opened = asyncio.open_connection

    async def open_connection(host: str, *arguments: Any, **named: Any) -> Any:
        if host == "2001:db8::1":
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        return await opened(host, *arguments, **named)

    async with Handmade(pretend()) as server:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", two)
        monkeypatch.setattr(asyncio, "open_connection", open_connection)
        report = await report_of(candidate(server.url), only=["tcp"])
    finding = line_of(report, "tcp").finding
    assert finding is not None and finding.code == "tcp-open" and "no way to 2001:db8::1" in finding.seen


def test_no_way_is_told_apart_from_no_answer() -> None:
    assert socket_failure(OSError(errno.ENETUNREACH, "x"), "connect").code == "no-route"
    assert socket_failure(OSError(errno.EHOSTUNREACH, "x"), "connect").code == "connection-refused"
    both = OSError("All connection attempts failed")
    both.__cause__ = ExceptionGroup(
        "x", [ConnectionRefusedError(errno.ECONNREFUSED, "x"), OSError(errno.ENETUNREACH, "x")]
    )
    assert socket_failure(both, "connect").code == "connection-refused"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://bücher.example/api/v4", "xn--bcher-kva.example"),
        ("https://faß.de/api/v4", "xn--fa-hia.de"),
        ("https://[::1]:8443/api/v4", "::1"),
        ("https://GitLab.example", "gitlab.example"),
    ],
)
def test_a_name_is_looked_up_as_requests_write_it(url: str, host: str) -> None:
    assert route_to(url).host == host


async def test_a_tunnel_is_asked_for_by_the_name_that_requests_use(monkeypatch: pytest.MonkeyPatch) -> None:
    heads: list[bytes] = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
        await report_of(candidate("https://bücher.example"), only=["tls"])
    assert heads[0].startswith(b"CONNECT xn--bcher-kva.example:443 ")


async def test_a_proxys_own_certificate_is_told_as_the_proxys(monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    async with Handmade(pretend(), tls=context) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        report = await report_of(candidate("https://gitlab.invalid"), only=["tls"])
    finding = line_of(report, "tls").finding
    assert (
        finding is not None and finding.code == "tls-proxy" and "the proxy's own certificate" in finding.seen
    )


async def test_a_rest_api_on_another_host_is_tested_whatever_becomes_of_scim() -> None:
    async with Handmade(pretend()) as server:
        wanted = candidate("http://127.0.0.1:9", rest_url=f"{server.url}/api/v4")
        report = await report_of(wanted)
    assert codes(report)["tcp"] == "tcp-closed" and line_of(report, "scim-token").state is State.SKIPPED
    for check in ("access-token", "scopes", "group", "role", "identities", "version"):
        assert codes(report)[check] == WHEN_ALL_IS_WELL[check], check


@pytest.mark.parametrize("missing", ["scim_token", "access_token"])
async def test_a_token_that_can_not_be_had_does_not_keep_the_other_from_being_tested(missing: str) -> None:
    async with Handmade(pretend()) as server:
        wanted = candidate(server.url, problems=("its variable is not set",), **{missing: None})
        report = await report_of(wanted)
    assert codes(report)["profile"] == "profile-token-unusable"
    other = "access-token" if missing == "scim_token" else "scim-token"
    assert codes(report)[other] == WHEN_ALL_IS_WELL[other]


def oauth(info: bytes) -> Any:
    async def handler(seen: Seen) -> bytes:
        if seen.target.endswith("/oauth/token/info"):
            return info
        return UNAUTHORISED if seen.target.endswith("/self") else GOOD[question(seen)]

    return handler


async def test_scopes_and_end_of_an_oauth_token_are_asked_for() -> None:
    info = rest({"resource_owner_id": 7, "scope": ["read_api"], "expires_in": 7200})
    async with Handmade(oauth(info)) as server:
        report = await report_of(candidate(server.url, access_token=Secret("oauth-token-of-olga")))
    found = codes(report)
    assert (found["access-token"], found["scopes"]) == ("access-token-accepted", "scopes-read")
    assert found["expiry"] == "expiry-soon"
    async with Handmade(oauth(rest({"scope": "read_api"}))) as server:
        report = await report_of(candidate(server.url))
    assert codes(report)["access-token"] == "access-token-untold"


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        (
            "https://git.example/gitlab/groups/acme/-/saml",
            "https://git.example/gitlab/api/scim/v2/groups/acme",
        ),
        (
            "https://git.example/gitlab/api/v4/groups/acme",
            "https://git.example/gitlab/api/scim/v2/groups/acme",
        ),
        ("https://git.example/gitlab/acme", ""),
        ("https://git.example/acme", "https://git.example/api/scim/v2/groups/acme"),
        ("https://gitlab.com/acme/project", "https://gitlab.com/api/scim/v2/groups/acme"),
        ("https://gitlab.com/dashboard", ""),
        ("https://git.example.com/acme/-/saml", "https://git.example.com/api/scim/v2/groups/acme"),
    ],
)
def test_what_is_offered_keeps_the_root_and_guesses_nothing(typed: str, instead: str) -> None:
    assert judge_address(typed).instead == instead


@pytest.mark.parametrize(
    "typed",
    [
        "https://gitlab.com/api/scim/v2/groups/glsoat-0123456789abcdefghij",
        "https://gitlab.com/glsoat-0123456789abcdefghij",
        "Bearer glsoat-0123456789abcdefghij",
        "acme-glpat-0123456789abcdefghij",
    ],
)
def test_a_token_anywhere_in_an_address_is_refused_and_not_shown(typed: str) -> None:
    judged = judge_address(typed)
    assert judged.code == "address-token" and "0123456789" not in repr(judged)


def test_a_group_named_after_a_project_about_tokens_is_no_token() -> None:
    assert judge_address("https://gitlab.com/api/scim/v2/groups/team-glpat-rollout2").code == "address-fine"


def test_values_to_paste_are_of_the_host_that_people_use() -> None:
    address = parse_address(
        "https://git.example/api/scim/v2/groups/acme", "https://inside.example:8443/api/v4"
    )
    assert values_of(address)["identifier"].text == "https://git.example/groups/acme"
    rooted = parse_address("https://git.example/gitlab/api/scim/v2/groups/acme")
    assert values_of(rooted)["callback-url"].text == "https://git.example/gitlab/groups/acme/-/saml/callback"
    numbered = values_of(parse_address("https://gitlab.com/api/scim/v2/groups/4711"))
    assert numbered["identifier"].text == "https://gitlab.com/groups/<group>"
    assert numbered["scim-url"].text.endswith("/4711")
