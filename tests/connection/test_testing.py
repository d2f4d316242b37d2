"""How a test runs: what waits, what goes together, what is told on the way, and what a ticket gets."""

from __future__ import annotations

import asyncio
import gzip
import json

import pytest

from scimtui.connection import CHECKS, Report, State, as_markdown
from scimtui.gitlab import Limits
from tests.connection.pretending import (
    NOW,
    candidate,
    codes,
    connection_test,
    line_of,
    pretend,
    question,
    report_of,
    scim_error,
)
from tests.gitlab.servers import ACCESS_TOKEN, SCIM_TOKEN, Handmade, Seen, http


def test_every_need_is_a_check_before_it() -> None:
    seen: set[str] = set()
    for check in CHECKS:
        assert set(check.needs) <= seen, check.code
        seen.add(check.code)
    assert all(set(check.after) <= seen for check in CHECKS) and len(seen) == len(CHECKS)


async def test_what_is_told_on_the_way() -> None:
    told: list[Report] = []
    async with Handmade(pretend()) as server:
        await connection_test(candidate(server.url)).run(told.append)
    assert line_of(told[0], "identities").waits_for == ("Role",)
    running = {line.check for report in told for line in report.lines if line.state is State.RUNNING}
    assert running == {check.code for check in CHECKS}
    assert [report.is_over for report in told].count(True) == 1 and told[-1].is_over


async def test_the_two_apis_are_asked_together() -> None:
    both = asyncio.Barrier(2)
    answered = pretend()

    async def handler(seen: Seen) -> bytes:
        if question(seen) in ("anonymous", "user"):
            async with asyncio.timeout(10):
                await both.wait()
        return await answered(seen)

    async with Handmade(handler) as server:
        report = await report_of(candidate(server.url))
    assert codes(report)["access-token"] == "access-token-accepted"


async def test_only_what_is_wanted_and_what_it_needs_is_asked() -> None:
    async with Handmade(pretend()) as server:
        report = await report_of(candidate(server.url), only=["as-entra"])
    assert [line.check for line in report.lines] == ["address", "proxy", "name", "tcp", "tls", "as-entra"]
    assert {question(seen) for seen in server.seen} == {"by-name", "groups"}
    with pytest.raises(KeyError):
        await report_of(candidate(server.url), only=["nothing"])


async def test_what_was_asked_and_what_came_back_hold_no_token() -> None:
    async with Handmade(pretend(users=scim_error(401, f"no {SCIM_TOKEN}"))) as server:
        report = await report_of(candidate(server.url))
    asked = line_of(report, "scim-token").exchanges[-1]
    assert asked.method == "GET" and "/Users?startIndex=1&count=20" in asked.url
    assert asked.headers["Authorization"] == "Bearer •••" and asked.status == 401
    assert asked.lines == ("detail: no ***", "status: 401")
    assert "Authorization" not in line_of(report, "scim-endpoint").exchanges[-1].headers
    shown = repr(report) + json.dumps(report.as_json()) + as_markdown(report, NOW)
    assert SCIM_TOKEN not in shown and ACCESS_TOKEN not in shown


async def test_the_json_is_a_finding_with_what_was_asked() -> None:
    async with Handmade(pretend()) as server:
        document = (await report_of(candidate(server.url))).as_json()
    assert document["verdict"] == "ready"
    checks = document["checks"]
    assert isinstance(checks, list)
    assert list(checks[0]) == [
        *("code", "severity", "title", "seen", "why", "fix", "source"),
        *("check", "ms", "request", "response"),
    ]
    by_check = {line["check"]: line for line in checks}
    assert by_check["address"]["request"] is None
    assert by_check["listing"]["severity"] == "ok"
    assert by_check["role"]["response"] == {"status": 200, "content_type": "application/json"}


async def test_a_test_that_is_left_closes_its_connections() -> None:
    began = asyncio.Event()

    async def handler(seen: Seen) -> bytes:
        began.set()
        await asyncio.sleep(60)
        return b""

    async with Handmade(handler) as server:
        running = asyncio.ensure_future(connection_test(candidate(server.url)).run())
        await began.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        await server.idle()


async def test_a_listener_that_has_gone_is_told_as_itself() -> None:
    """`scimtui check | head` ended with a fault of its own."""

    def gone(report: Report) -> None:
        raise BrokenPipeError

    async with Handmade(pretend()) as server:
        with pytest.raises(BrokenPipeError):
            await connection_test(candidate(server.url)).run(gone)


async def test_an_answer_that_does_not_come_is_waited_for_so_long() -> None:
    async def handler(seen: Seen) -> bytes:
        await asyncio.sleep(60)
        return b""

    async with Handmade(handler) as server:
        test = connection_test(candidate(server.url), limits=Limits(read=0.1))
        report = await test.run(only=["scim-endpoint"])
    finding = line_of(report, "scim-endpoint").finding
    assert finding is not None and finding.code == "endpoint-no-answer" and "in time" in finding.seen


async def test_an_answer_that_is_far_too_large_is_not_read() -> None:
    packed = gzip.compress(b" " * (17 * 2**20))
    answer = http(200, packed, "application/json", {"Content-Encoding": "gzip"})
    async with Handmade(pretend(anonymous=answer)) as server:
        report = await report_of(candidate(server.url), only=["scim-endpoint"])
    finding = line_of(report, "scim-endpoint").finding
    assert finding is not None and finding.code == "endpoint-no-api" and "16 MiB" in finding.seen
