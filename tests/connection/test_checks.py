"""Each thing that a check can find, provoked: by a pretended GitLab, a bad server, or the simulator."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from scimtui.connection import CHECKS, State, Verdict
from scimtui.connection.probe import TEXTS
from scimtui.gitlab import Secret
from scimtui.simulator import RunningSimulator, Settings, running
from tests.connection.pretending import (
    IDS,
    NOW,
    PAGE,
    UNAUTHORISED,
    WHEN_ALL_IS_WELL,
    candidate,
    codes,
    connection_test,
    line_of,
    listed,
    pretend,
    report_of,
    rest,
    scim_error,
)
from tests.gitlab.servers import SCIM_TOKEN, Handmade, Seen, as_json, http
from tests.gitlab.test_connecting import closed_port

FORBIDDEN = rest({"message": "403 Forbidden"}, 403)
SLOW_DOWN = http(429, b"Retry later\n", "text/plain", {"Retry-After": "60"})
NO_SAML = scim_error(404, "Group acme does not have SAML SSO configured")
ELSEWHERE = http(302, b"", "text/html", {"Location": "https://gitlab.example/users/sign_in"})
BLOCKED = http(403, b"<html><title>Attention Required!</title>", "text/html")
LIMITS = {"RateLimit-Limit": "2000", "RateLimit-Remaining": "1999"}


def group_with_domains(domains: str) -> dict[str, bytes]:
    """A group that lets in these domains, and provisioned users at acme.example."""
    group = {"id": 4711, "full_path": "acme", "parent_id": None, "allowed_email_domains_list": domains}
    users = [
        {"id": uid, "userName": f"name-{uid}", "active": True, "emails": [{"value": f"{place}@acme.example"}]}
        for place, uid in enumerate(IDS)
    ]
    return {"group": rest(group), "users": listed(IDS, Resources=users)}


# What the pretended GitLab answers otherwise, and the one code that comes of it, by check.
ANSWERED: list[tuple[dict[str, bytes], dict[str, str]]] = [
    ({"anonymous": listed([])}, {"scim-endpoint": "endpoint-open", "saml-sso": "saml-unasked"}),
    ({"anonymous": rest({"message": "Unauthorized"}, 401)}, {"scim-endpoint": "endpoint-gateway"}),
    ({"anonymous": BLOCKED}, {"scim-endpoint": "endpoint-forbidden"}),
    ({"anonymous": scim_error(404, "Group acme not found")}, {"scim-endpoint": "endpoint-no-group"}),
    ({"anonymous": PAGE}, {"scim-endpoint": "endpoint-no-api"}),
    ({"anonymous": http(401, b"Unauthorized", "text/plain")}, {"scim-endpoint": "endpoint-gateway"}),
    (
        {"anonymous": rest({"message": "no"}, 401, {"WWW-Authenticate": "Basic realm=x"})},
        {"scim-endpoint": "endpoint-gateway"},
    ),
    (
        {
            "metadata": rest(
                {"version": "19.3.0"},
                headers={"RateLimit-Limit": "9" * 5000, "RateLimit-Remaining": "9" * 5000},
            )
        },
        {"rate-limit": "rate-limit-untold"},
    ),
    ({"anonymous": ELSEWHERE}, {"scim-endpoint": "endpoint-redirect"}),
    (
        {"anonymous": rest({"message": "403 Forbidden - Group SAML not enabled."}, 403)},
        {"scim-endpoint": "endpoint-forbidden"},
    ),
    ({"anonymous": SLOW_DOWN}, {"scim-endpoint": "endpoint-slowed", "rate-limit": "rate-limit-reached"}),
    ({"anonymous": http(500)}, {"scim-endpoint": "endpoint-no-answer"}),
    ({"anonymous": b""}, {"scim-endpoint": "endpoint-no-answer"}),
    ({"anonymous": NO_SAML}, {"saml-sso": "saml-not-configured"}),
    ({"users": UNAUTHORISED}, {"scim-token": "scim-token-refused"}),
    ({"users": FORBIDDEN}, {"scim-token": "scim-token-forbidden"}),
    ({"users": http(500)}, {"scim-token": "scim-token-no-answer"}),
    ({"users": as_json({"totalResults": 0, "Resources": []})}, {"scim-answer": "answer-loose"}),
    ({"users": rest([])}, {"scim-answer": "answer-no-scim"}),
    ({"users": listed([])}, {"listing": "listing-empty", "look-up": "look-up-nobody"}),
    ({"users": listed([], total=4)}, {"listing": "listing-broken"}),
    ({"users": listed(["Anna-1"], Resources=[{"id": "Anna-1"}, 4])}, {"listing": "listing-defects"}),
    ({"by_id": listed(["b/2"])}, {"look-up": "look-up-other"}),
    ({"by_id": listed([])}, {"look-up": "look-up-other"}),
    ({"by_id": http(500)}, {"look-up": "look-up-failed"}),
    ({"by_name": UNAUTHORISED}, {"as-entra": "entra-invalid-credentials"}),
    ({"by_name": PAGE}, {"as-entra": "entra-invalid-credentials"}),
    ({"by_name": SLOW_DOWN}, {"as-entra": "entra-slowed"}),
    ({"by_name": http(500)}, {"as-entra": "entra-no-answer"}),
    ({"by_name": listed(["x"])}, {"as-entra": "entra-finds-nobody-knows-whom"}),
    ({"by_name": FORBIDDEN}, {"as-entra": "entra-no-answer"}),
    ({"by_name": listed([], total=7)}, {"as-entra": "entra-finds-nobody-knows-whom"}),
    ({"two": b""}, {"as-okta": "okta-cannot-reach"}),
    ({"two": http(500)}, {"as-okta": "okta-no-answer"}),
    ({"two": SLOW_DOWN}, {"as-okta": "okta-slowed"}),
    ({"two": UNAUTHORISED}, {"as-okta": "okta-refused"}),
    ({"two": listed(["a", "b", "c"])}, {"as-okta": "okta-too-many"}),
    ({"user": UNAUTHORISED}, {"access-token": "access-token-refused"}),
    (
        {"user": rest({"error": "insufficient_scope", "scope": "api"}, 403)},
        {"access-token": "access-token-scope"},
    ),
    ({"user": PAGE}, {"access-token": "access-token-no-api"}),
    ({"user": http(500)}, {"access-token": "access-token-no-answer"}),
    ({"user": rest({"ok": True})}, {"access-token": "access-token-no-api"}),
    ({"token": http(500)}, {"access-token": "access-token-unread", "scopes": "scopes-untold"}),
    ({"token": rest({"ok": True})}, {"scopes": "scopes-untold"}),
    ({"group": rest({"ok": True})}, {"group": "group-no-answer"}),
    (
        {"token": FORBIDDEN},
        {"access-token": "access-token-untold", "scopes": "scopes-untold", "expiry": "expiry-untold"},
    ),
    ({"token": rest({"scopes": ["read_api"]})}, {"scopes": "scopes-read", "expiry": "expiry-never"}),
    ({"token": rest({"scopes": ["read_user"], "expires_at": "x"})}, {"scopes": "scopes-too-few"}),
    ({"token": rest({"scopes": ["api"], "expires_at": "2026-03-10"})}, {"expiry": "expiry-soon"}),
    ({"token": rest({"scopes": ["api"], "expires_at": "2026-03-04"})}, {"expiry": "expiry-over"}),
    ({"group": rest({"id": 9, "full_path": "other", "parent_id": None})}, {"group": "group-moved"}),
    ({"group": rest({"id": 9, "full_path": "top/acme", "parent_id": 3})}, {"group": "group-is-subgroup"}),
    ({"group": rest({"message": "404 Group Not Found"}, 404)}, {"group": "group-not-seen"}),
    ({"group": http(500)}, {"group": "group-no-answer"}),
    (group_with_domains("acme.example"), {"domains": "domains-listed"}),
    (group_with_domains("acme.example, other.example"), {"domains": "domains-listed"}),
    (group_with_domains("elsewhere.example"), {"domains": "domains-outside"}),
    (group_with_domains("acme.example,Other.example"), {"domains": "domains-capitals"}),
    ({"member": rest({"message": "404 Not found"}, 404)}, {"role": "role-no-member"}),
    ({"member": rest({"id": 7, "username": "olga", "access_level": 40})}, {"role": "role-too-low"}),
    ({"member": http(500)}, {"role": "role-no-answer"}),
    ({"saml": rest([{"extern_uid": 4}, 5])}, {"identities": "identities-defects"}),
    ({"scim": FORBIDDEN}, {"identities": "identities-forbidden"}),
    ({"saml": rest({"message": "400 Bad request"}, 400)}, {"identities": "identities-no-saml"}),
    ({"scim": rest({"error": "404 Not Found"}, 404)}, {"identities": "identities-too-old"}),
    ({"scim": http(500)}, {"identities": "identities-no-answer"}),
    ({"scim": rest([{"extern_uid": "ANNA-1", "user_id": 1}])}, {"same-group": "same-group-partly"}),
    ({"scim": rest([{"extern_uid": "zz", "user_id": 1}])}, {"same-group": "same-group-differs"}),
    (
        {"users": listed([f"p-{number}" for number in range(20)]), "scim": rest([{"extern_uid": "p-1"}])},
        {"same-group": "same-group-differs"},
    ),
    (
        {"users": listed([]), "scim": rest([])},
        {"same-group": "same-group-nobody", "saml-enabled": "saml-enabled-untold"},
    ),
    ({"users": listed([])}, {"saml-enabled": "saml-disabled"}),
    ({"metadata": rest({"version": "18.9.1-ee"})}, {"version": "version-18"}),
    ({"metadata": rest({"error": "404 Not Found"}, 404)}, {"version": "version-19"}),
    ({"metadata": rest({"version": "18.10.3"})}, {"version": "version-between"}),
    ({"metadata": rest({"version": "19.2.9"})}, {"version": "version-between"}),
    ({"metadata": rest({"version": "17.2.0"})}, {"version": "version-older"}),
    ({"metadata": rest({"version": "19.4.1-jh"})}, {"version": "version-19-4"}),
    ({"metadata": rest({"version": "20.0.0"})}, {"version": "version-newer"}),
    ({"metadata": rest({"version": "unknown"})}, {"version": "version-untold"}),
    ({"metadata": rest({"version": "19.3.0-ee"}, headers=LIMITS)}, {"rate-limit": "rate-limit-fine"}),
    (
        {"metadata": rest({"version": "19.3.0-ee"}, headers={**LIMITS, "RateLimit-Remaining": "150"})},
        {"rate-limit": "rate-limit-low"},
    ),
]

# What is typed otherwise.
TYPED: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"scim_token": None}, {"profile": "profile-no-scim-token", "scim-token": "scim-token-none"}),
    ({"scim_token": None}, {"as-entra": "entra-no-token", "as-okta": "okta-no-token"}),
    ({"access_token": None}, {"profile": "profile-no-access-token", "access-token": "access-token-none"}),
    ({"scim_token": None, "access_token": None}, {"profile": "profile-no-token"}),
    ({"scim_token": Secret("an-old-token-of-13")}, {"scim-token": "scim-token-unprefixed"}),
    ({"rest_url": "https://gitlab.com/api/v3"}, {"address": "address-rest"}),
    ({"idp": "okta"}, {"as-entra": "entra-not-asked", "as-okta": "okta-passes"}),
    ({"idp": "entra"}, {"as-entra": "entra-passes", "as-okta": "okta-not-asked"}),
]

# An address alone, and what is found about it.
ADDRESSES = [
    ("", "address", "address-missing", ""),
    (SCIM_TOKEN, "address", "address-token", ""),
    ("https://gitlab.com/acme", "address", "address-web-page", "https://gitlab.com/api/scim/v2/groups/acme"),
    (
        "https://gitlab.com/groups/acme/-/saml",
        "address",
        "address-web-page",
        "https://gitlab.com/api/scim/v2/groups/acme",
    ),
    (
        "https://gitlab.com/api/scim/v2/groups/acme/team",
        "address",
        "address-subgroup",
        "https://gitlab.com/api/scim/v2/groups/acme",
    ),
    (
        "https://gitlab.com/api/v4/groups/acme",
        "address",
        "address-wrong-path",
        "https://gitlab.com/api/scim/v2/groups/acme",
    ),
    ("https://gitlab.com/api/scim/v2/groups/ac me", "address", "address-inner-blank", ""),
    ("gitlab.com/api/scim/v2/groups/acme", "address", "address-unusable", ""),
    ("https://[", "address", "address-web-page", ""),
    ("https://[x]/groups/acme", "address", "address-web-page", ""),
    (
        "http://gitlab.example/api/scim/v2/groups/acme",
        "address",
        "address-http",
        "https://gitlab.example/api/scim/v2/groups/acme",
    ),
    ("https://gitlab.com/api/scim/v2/groups/ac+me", "group-path", "group-path-impossible", ""),
    ("https://gitlab.com/api/scim/v2/groups/acme.git", "group-path", "group-path-impossible", ""),
]
SERVED_ADDRESSES = [
    (" {}/api/scim/v2/groups/acme", "address", "address-blanks", "{}/api/scim/v2/groups/acme"),
    ("{}/api/scim/v2/groups/acme/", "address", "address-slash", "{}/api/scim/v2/groups/acme"),
    ("{}/api/scim/v2/groups/acme.eu", "group-path", "group-path-dot", "{}/api/scim/v2/groups/acme%2Eeu"),
]

NETWORK = {
    "address-http-meant",
    "tls-not-used",
    "proxy-used",
    "proxy-for-one-only",
    "proxy-unusable",
    "name-slow",
    "look-up-slow",
    "name-unknown",
    "tcp-some-closed",
    "tcp-closed",
    "tls-trusted",
    "tls-ends-soon",
    "tls-expired",
    "tls-wrong-host",
    "tls-unknown-ca",
    "tls-other",
    "tls-proxy",
    "tls-broken",
    "scopes-read-only",
    "group-none",
    "group-path-none",
    "saml-untold",
    "check-broke",
    "profile-token-unusable",
}
"""Provoked further down, each by a test of its own."""


def test_every_finding_is_provoked_somewhere() -> None:
    provoked = set(WHEN_ALL_IS_WELL.values()) | NETWORK
    for _, found in (*ANSWERED, *TYPED):
        provoked |= set(found.values())
    provoked |= {code for _, _, code, _ in (*ADDRESSES, *SERVED_ADDRESSES)}
    assert provoked == set(TEXTS.all())


async def test_all_is_well() -> None:
    async with Handmade(pretend()) as server:
        report = await report_of(candidate(server.url))
    assert codes(report) == WHEN_ALL_IS_WELL
    assert list(codes(report)) == [check.code for check in CHECKS]
    assert report.verdict is Verdict.READY and report.first_to_fix is None
    assert {seen.method for seen in server.seen} == {"GET"}


@pytest.mark.parametrize(("answers", "found"), ANSWERED, ids=lambda value: "+".join(value)[:60])
async def test_an_answer_that_is_another(answers: dict[str, bytes], found: dict[str, str]) -> None:
    async with Handmade(pretend(**answers)) as server:
        # How much is left is told by all the others.
        only = None if "rate-limit" in found else found
        report = await report_of(candidate(server.url), only=only)
    assert codes(report).items() >= found.items()


@pytest.mark.parametrize(("typed", "found"), TYPED)
async def test_what_is_typed(typed: dict[str, Any], found: dict[str, str]) -> None:
    async with Handmade(pretend()) as server:
        report = await report_of(candidate(server.url, **typed), only=found)
    assert codes(report).items() >= found.items()


@pytest.mark.parametrize(("typed", "check", "code", "instead"), ADDRESSES)
async def test_an_address_that_is_wrong(typed: str, check: str, code: str, instead: str) -> None:
    report = await report_of(candidate("", scim_url=typed), only=[check])
    line = line_of(report, check)
    assert line.outcome is not None
    assert (line.outcome.finding.code, line.outcome.copied) == (code, instead)
    assert line.state is State.FAILED and SCIM_TOKEN not in repr(report)


@pytest.mark.parametrize(("typed", "check", "code", "instead"), SERVED_ADDRESSES)
async def test_an_address_that_works_and_warns(typed: str, check: str, code: str, instead: str) -> None:
    async with Handmade(pretend()) as server:
        report = await report_of(candidate("", scim_url=typed.format(server.url)))
        line = line_of(report, check)
        assert line.outcome is not None
        assert (line.outcome.finding.code, line.outcome.copied) == (code, instead.format(server.url))
    assert report.verdict is Verdict.WARNINGS and report.first_to_fix == line


async def test_a_token_of_the_wrong_kind_is_not_ready() -> None:
    async with Handmade(pretend()) as server:
        wanted = candidate(
            server.url, scim_token=None, problems=("The SCIM token is an access token (glpat-)",)
        )
        report = await report_of(wanted)
    assert codes(report)["profile"] == "profile-token-unusable" and report.verdict is Verdict.NOT_READY


async def test_scope_read_api_is_too_little_for_a_profile_that_may_write() -> None:
    async with Handmade(pretend(token=rest({"scopes": ["read_api"]}))) as server:
        report = await report_of(candidate(server.url, read_only=False), only=["scopes"])
    assert codes(report)["scopes"] == "scopes-read-only"


# ── the way there ────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


Encrypted = Callable[..., Handmade]


@pytest.fixture
def encrypted(authority: trustme.CA) -> Encrypted:
    def made(name: str = "127.0.0.1", until: datetime | None = None) -> Handmade:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        since = min(until, datetime.now(until.tzinfo)) - timedelta(days=30) if until is not None else None
        authority.issue_cert(name, not_before=since, not_after=until).configure_cert(context)
        return Handmade(pretend(), tls=context)

    return made


async def test_a_certificate_that_is_trusted(encrypted: Encrypted, ca_file: str) -> None:
    async with encrypted() as server:
        report = await report_of(candidate(server.url, ca_file=ca_file))
    assert codes(report) == WHEN_ALL_IS_WELL | {"tls": "tls-trusted"}
    assert "days left, by trustme" in (line_of(report, "tls").finding or TEXTS.finding("tls-other")).seen


async def test_a_certificate_that_ends_soon(encrypted: Encrypted, ca_file: str) -> None:
    async with encrypted(until=datetime.now(NOW.tzinfo) + timedelta(days=300)) as server:
        ends = datetime.now(NOW.tzinfo) + timedelta(days=290)
        test = connection_test(candidate(server.url, ca_file=ca_file))
        test._now = lambda: ends
        report = await test.run(only=["tls"])
    assert codes(report)["tls"] == "tls-ends-soon"


async def test_a_certificate_that_has_ended(encrypted: Encrypted, ca_file: str) -> None:
    async with encrypted(until=datetime.now(NOW.tzinfo) - timedelta(days=1)) as server:
        report = await report_of(candidate(server.url, ca_file=ca_file))
    assert codes(report)["tls"] == "tls-expired" and report.verdict is Verdict.NOT_READY
    assert {line.state for line in report.lines[7:]} == {State.SKIPPED}
    assert line_of(report, "identities").finding == line_of(report, "scim-endpoint").finding
    assert "TLS comes first" in (line_of(report, "rate-limit").finding or TEXTS.finding("tls-other")).title


async def test_a_certificate_for_another_host(encrypted: Encrypted, ca_file: str) -> None:
    async with encrypted("other.example") as server:
        report = await report_of(candidate(server.url, ca_file=ca_file), only=["tls"])
    assert codes(report)["tls"] == "tls-wrong-host"


async def test_an_authority_that_nobody_knows(encrypted: Encrypted) -> None:
    async with encrypted() as server:
        report = await report_of(candidate(server.url), only=["tls"])
    assert codes(report)["tls"] == "tls-unknown-ca"


async def test_a_ca_file_that_is_none(encrypted: Encrypted, tmp_path: Path) -> None:
    async with encrypted() as server:
        report = await report_of(candidate(server.url, ca_file=str(tmp_path / "missing.pem")), only=["tls"])
    finding = line_of(report, "tls").finding
    assert finding is not None and finding.code == "tls-unknown-ca" and "CA file" in finding.seen


async def test_words_that_are_no_tls() -> None:
    async with talking(b"220 smtp.example ESMTP ready, say something else\r\n") as port:
        report = await report_of(candidate(f"https://127.0.0.1:{port}"), only=["tls"])
    assert codes(report)["tls"] == "tls-other"


async def test_a_handshake_that_breaks_off() -> None:
    async with talking(b"") as port:
        report = await report_of(candidate(f"https://127.0.0.1:{port}"), only=["tls"])
    assert codes(report)["tls"] == "tls-broken"


@asynccontextmanager
async def talking(sent: bytes) -> AsyncIterator[int]:
    """A server that hears the first bytes, says these and hangs up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(sent)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_port_where_nobody_listens() -> None:
    with closed_port() as port:
        report = await report_of(candidate(f"https://127.0.0.1:{port}"))
    assert codes(report)["tcp"] == "tcp-closed"
    assert report.first_to_fix == line_of(report, "tcp")


async def test_a_name_that_has_no_address() -> None:
    report = await report_of(candidate("https://gitlab.invalid"), only=["name"])
    assert codes(report)["name"] == "name-unknown"


async def test_a_name_server_that_is_slow() -> None:
    ticks = iter(range(0, 1000, 6))
    async with Handmade(pretend()) as server:
        test = connection_test(candidate(server.url), seconds=lambda: float(next(ticks)))
        report = await test.run(only=["name"])
    assert codes(report)["name"] == "name-slow"


async def test_an_answer_that_is_slow() -> None:
    ticks = iter(range(0, 10_000, 6))
    async with Handmade(pretend()) as server:
        test = connection_test(candidate(server.url), seconds=lambda: float(next(ticks)))
        report = await test.run(only=["look-up"])
    assert codes(report)["look-up"] == "look-up-slow" and report.verdict is Verdict.WARNINGS


async def test_one_address_of_two_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async def two(*arguments: Any, **named: Any) -> list[Any]:
        return [(0, 0, 0, "", ("127.0.0.1", 0)), (0, 0, 0, "", ("127.3.2.1", 0))]

    async with Handmade(pretend()) as server:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", two)
        report = await report_of(candidate(server.url), only=["tcp"])
    finding = line_of(report, "tcp").finding
    assert finding is not None and finding.code == "tcp-some-closed" and "127.3.2.1" in finding.seen


async def test_plain_http_to_another_host_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Handmade(pretend()) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://me:hunter2@127.0.0.1:{proxy.port}")
        report = await report_of(candidate("http://gitlab.invalid", allow_http=True))
    found = {"address": "address-http-meant", "proxy": "proxy-used", "tls": "tls-not-used"}
    assert codes(report) == WHEN_ALL_IS_WELL | found
    assert "hunter2" not in repr(report)


async def test_a_tunnel_through_a_proxy_is_what_is_tested(
    encrypted: Encrypted, ca_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with encrypted("gitlab.invalid") as server, tunnel(server.port) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:hunter2@127.0.0.1:{port}")
        report = await report_of(candidate("https://gitlab.invalid", ca_file=ca_file))
    assert codes(report) == WHEN_ALL_IS_WELL | {"proxy": "proxy-used", "tls": "tls-trusted"}
    assert "hunter2" not in repr(report)


@asynccontextmanager
async def tunnel(target: int) -> AsyncIterator[int]:
    """A proxy that lets CONNECT through to a port of this machine."""
    pipes: set[asyncio.Task[None]] = set()

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.transport.abort()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        inner, outer = await asyncio.open_connection("127.0.0.1", target)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        pipes.update((asyncio.ensure_future(pipe(reader, outer)), asyncio.ensure_future(pipe(inner, writer))))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for task in pipes:
            task.cancel()
        await asyncio.gather(*pipes, return_exceptions=True)


async def test_a_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(seen: Seen) -> bytes:
        return http(407)

    async with Handmade(refuse) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        report = await report_of(candidate("https://gitlab.invalid"), only=["tls"])
    finding = line_of(report, "tls").finding
    assert finding is not None and finding.code == "tls-proxy" and "407" in finding.seen


async def test_a_proxy_that_can_not_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://me:hunter2@127.0.0.1:1080")
    report = await report_of(candidate("https://gitlab.invalid"), only=["proxy"])
    assert codes(report)["proxy"] == "proxy-unusable" and "hunter2" not in repr(report)


async def test_a_proxy_whose_password_ends_its_host_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://jane:2024#secret@127.0.0.1:9")
    report = await report_of(candidate("https://gitlab.invalid"))
    assert codes(report)["proxy"] == "proxy-unusable"
    assert "jane" not in repr(report) and "2024#" not in repr(report)


async def test_a_proxy_that_answers_oddly(monkeypatch: pytest.MonkeyPatch) -> None:
    async with talking(b"HTTP/1.1 2\xb20 odd\r\n\r\n") as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        report = await report_of(candidate("https://gitlab.invalid"), only=["tls"])
    assert codes(report)["tls"] == "tls-proxy"


async def test_a_host_that_no_certificate_can_name(
    encrypted: Encrypted, ca_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with encrypted("gitlab.invalid") as server, tunnel(server.port) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        wanted = candidate(f"https://{'a' * 70}.invalid", ca_file=ca_file)
        report = await report_of(wanted, only=["tls"])
    assert codes(report)["tls"] == "tls-broken"


async def test_a_fault_of_our_own_costs_one_check_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(page: object, uid: str) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr("scimtui.connection.scim_checks._finds", broken)
    async with Handmade(pretend()) as server:
        report = await report_of(candidate(server.url))
    assert codes(report) == WHEN_ALL_IS_WELL | {"look-up": "check-broke"}


async def test_two_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1080")
    monkeypatch.setenv("NO_PROXY", "rest.invalid")
    wanted = candidate("https://gitlab.invalid", rest_url="https://rest.invalid/api/v4")
    report = await report_of(wanted, only=["proxy"])
    assert codes(report)["proxy"] == "proxy-for-one-only"


# ── the simulated GitLab ─────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def simulated() -> Any:
    with running(Settings(users=60, group="acme.eu")) as simulator:
        yield simulator


def of(simulator: RunningSimulator, **changes: Any) -> Any:
    tokens = {
        "scim_token": Secret(simulator.scim_token),
        "access_token": Secret(simulator.access_token),
    }
    return candidate("", scim_url=simulator.scim_url, **{**tokens, **changes})


async def test_the_simulated_gitlab_is_ready_but_for_the_dot(simulated: RunningSimulator) -> None:
    simulated.reset()
    report = await report_of(of(simulated))
    assert {line.check for line in report.lines if line.state is not State.PASSED} == {"group-path"}


@pytest.mark.parametrize(
    ("switches", "check", "code"),
    [
        ({"saml_provider": False}, "saml-sso", "saml-not-configured"),
        ({"saml_enabled": False}, "saml-enabled", "saml-disabled"),
        ({"group_saml": False}, "scim-endpoint", "endpoint-forbidden"),
        ({"access_token": "maintainer"}, "role", "role-too-low"),
        ({"access_token": "expired"}, "access-token", "access-token-refused"),
        ({"access_token": "revoked"}, "access-token", "access-token-refused"),
        ({"access_token": "read_api"}, "scopes", "scopes-read"),
        ({"rate_limited": "middleware"}, "scim-endpoint", "endpoint-slowed"),
        ({"rate_limited": "application"}, "rate-limit", "rate-limit-reached"),
        ({"drop": "read"}, "scim-endpoint", "endpoint-no-answer"),
    ],
)
async def test_a_switch_of_the_simulated_gitlab(
    simulated: RunningSimulator, switches: dict[str, Any], check: str, code: str
) -> None:
    simulated.reset()
    simulated.switch(**switches)
    assert codes(await report_of(of(simulated)))[check] == code
    simulated.reset()


async def test_a_wrong_token_is_what_both_identity_providers_would_be_told(
    simulated: RunningSimulator,
) -> None:
    simulated.reset()
    report = await report_of(of(simulated, scim_token=Secret("glsoat-AnotherTokenOfAnother")))
    found = codes(report)
    assert found["scim-token"] == "scim-token-refused"
    assert (found["as-entra"], found["as-okta"]) == ("entra-invalid-credentials", "okta-refused")
    entra = line_of(report, "as-entra").finding
    assert entra is not None and "You appear to have entered invalid credentials" in entra.why
    assert found["identities"] == "identities-read"  # the other token's checks go on


async def test_a_whole_instance(simulated: RunningSimulator) -> None:
    simulated.reset()
    simulated.switch(saas=False)
    wanted = candidate(
        "",
        scim_url=simulated.instance_scim_url,
        scim_token=Secret(simulated.instance_scim_token),
        access_token=Secret(simulated.access_token),
    )
    found = codes(await report_of(wanted))
    simulated.reset()
    assert (found["group-path"], found["saml-sso"], found["group"]) == (
        "group-path-none",
        "saml-untold",
        "group-none",
    )
    assert found["scim-token"] == "scim-token-accepted" and found["identities"] == "not-run"
