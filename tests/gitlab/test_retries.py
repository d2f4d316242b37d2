"""What is sent again, after how long, and what never is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from scimtui.gitlab import Access, Pacer, errors, parse_address
from scimtui.gitlab.requests import read
from scimtui.gitlab.transport import Transport
from scimtui.simulator import RunningSimulator
from tests.gitlab.servers import (
    Handler,
    Handmade,
    Seen,
    Waits,
    access_to,
    answers,
    as_json,
    client,
    http,
    scim_user,
)
from tests.gitlab.simulated import connect

GOOD = scim_user("u2")
JSON = "application/json"


@pytest.mark.parametrize(
    ("refusal", "waited"),
    [
        (http(429, b"Retry later\n", "text/plain", {"Retry-After": "7"}), 7.0),
        (http(429, b'{"message":{"error":"too many"}}', JSON, {"Retry-After": "0"}), 0.0),
        (http(429, b"", JSON, {"Retry-After": "3600"}), 60.0),
        (http(429), 0.5),
        (http(429, b"", JSON, {"Retry-After": "soon"}), 0.5),
        (http(429, b"", JSON, {"Retry-After": "inf"}), 0.5),
        (http(429, b"", JSON, {"Retry-After": "nan"}), 0.5),
        (http(502), 0.5),
        (http(503, b"<html>", "text/html", {"Retry-After": "9"}), 9.0),
        (http(504), 0.5),
        (b"", 0.5),
    ],
    ids=["seconds", "zero", "clamped", "none", "words", "inf", "nan", "502", "503", "504", "lost"],
)
async def test_a_read_is_sent_again(refusal: bytes, waited: float) -> None:
    waits = Waits()
    async with Handmade(answers(refusal, GOOD)) as server, client(server.url, waits=waits) as gitlab:
        assert (await gitlab.scim.get("u2")).id == "u2"
        assert [exchange.status for exchange in gitlab.log] == [
            int(refusal.split()[1]) if refusal else None,
            200,
        ]
    assert waits == [waited] and len(server.seen) == 2


@pytest.mark.parametrize(("ahead", "waited"), [(30, 30.0), (-30, 0.0), (3000, 60.0)])
async def test_retry_after_as_a_date(ahead: int, waited: float) -> None:
    now = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
    date = format_datetime(now + timedelta(seconds=ahead), usegmt=True)
    waits = Waits()
    async with Handmade(answers(http(429, headers={"Retry-After": date}), GOOD)) as server:
        access = access_to(server.url)
        async with Transport(access, backoff=waits.backoff(), clock=lambda: now) as transport:
            answer = await transport.send(read(f"{access.address.scim_url}/Users/u2", "scim"))
    assert answer.status == 200
    assert waits == [waited]


async def test_waits_grow_and_end(current: RunningSimulator) -> None:
    current.switch(drop="read")
    waits = Waits()
    async with connect(current, waits=waits) as gitlab:
        with pytest.raises(errors.ConnectionLost):
            await gitlab.scim.users()
        assert len(gitlab.log) == 4
    assert waits == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("shape", ["middleware", "application"])
async def test_both_shapes_of_a_rate_limit(current: RunningSimulator, shape: str) -> None:
    current.switch(rate_limited=shape, retry_after=11)
    waits = Waits()
    async with connect(current, waits=waits) as gitlab:
        with pytest.raises(errors.RateLimited) as caught:
            await gitlab.scim.users()
        assert waits == [11.0] * 3
        assert (caught.value.status, caught.value.retry_after) == (429, 11.0) and caught.value.words
        current.switch(rate_limited=shape, rate_limited_times=2, retry_after=1)
        _, report = await gitlab.scim.users()
        assert report.warning == "" and waits[3:] == [1.0, 1.0]


async def test_a_burst_of_errors_is_ridden_out(current: RunningSimulator) -> None:
    current.switch(errors=3)
    waits = Waits()
    async with connect(current, waits=waits) as gitlab:
        _, report = await gitlab.scim.users()
    assert report.warning == "" and waits == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 415, 500, 501])
async def test_a_refusal_is_not_asked_for_again(status: int) -> None:
    waits = Waits()
    async with Handmade(answers(http(status, b"{}"))) as server, client(server.url, waits=waits) as gitlab:
        with pytest.raises(errors.AnswerError) as caught:
            await gitlab.scim.get("u2")
    assert caught.value.status == status
    assert len(server.seen) == 1 and waits == []


LIMITED = http(429, b"{}", headers={"Retry-After": "5"})


def by_method(gets: list[bytes], writes: list[bytes]) -> Handler:
    """A server that answers reads and writes from two queues; the last of each again and again."""

    async def handler(seen: Seen) -> bytes:
        queue = gets if seen.method == "GET" else writes
        return queue.pop(0) if len(queue) > 1 else queue[0]

    return handler


async def test_a_limited_write_is_tried_again_after_another_look_at_the_person() -> None:
    waits = Waits()
    server = Handmade(by_method([scim_user("u2")], [LIMITED, LIMITED, http(204)]))
    async with server, client(server.url, waits=waits) as gitlab:
        assert (await gitlab.scim.delete("u2")).before is not None
    assert waits == [5.0, 5.0]
    sent = [seen.method for seen in server.seen]
    assert sent == ["GET", "DELETE", "GET", "DELETE", "GET", "DELETE", "GET"]


async def test_a_limited_write_does_not_hit_who_has_the_uid_by_then() -> None:
    waits = Waits()
    server = Handmade(by_method([scim_user("u2", "alice"), scim_user("u2", "mallory")], [LIMITED, http(204)]))
    async with server, client(server.url, waits=waits) as gitlab:
        with pytest.raises(errors.WrongPerson):
            await gitlab.scim.delete("u2")
    assert [seen.method for seen in server.seen] == ["GET", "DELETE", "GET"]


async def test_a_write_that_stays_limited_was_not_done() -> None:
    identity = as_json({"extern_uid": "u2", "user_id": 2}, kind="application/json")
    server = Handmade(by_method([identity], [LIMITED]))
    async with server, client(server.url, waits=Waits()) as gitlab:
        with pytest.raises(errors.RateLimited):
            await gitlab.rest.set_extern_uid("saml", "u2", "new")
    assert [seen.method for seen in server.seen] == ["GET", "PATCH"] * 4


class FakeTime:
    """A clock that goes only while somebody sleeps."""

    def __init__(self, start: float = 1000.1) -> None:
        self.now = start

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


@pytest.mark.parametrize("start", [0.0, 0.1, 1000.1, 1e9 + 0.3])
@pytest.mark.parametrize("limit", [1, 3, 480])
async def test_at_most_so_many_begin_in_any_minute(limit: int, start: float) -> None:
    time = FakeTime(start)
    pacer = Pacer(limit, time.clock, time.sleep)
    begun = []
    for number in range(limit * 3 + 1):
        await pacer.turn()
        begun.append(time.now)
        time.now += 0.0007 * (number % 5)
    assert all(later - earlier >= 59.999 for earlier, later in zip(begun, begun[limit:], strict=False))
    assert begun[limit - 1] - begun[0] < 60


async def test_no_limit_is_no_wait() -> None:
    time = FakeTime()
    pacer = Pacer(0, time.clock, time.sleep)
    for _ in range(2000):
        await pacer.turn()
    assert time.now == 1000.1


async def test_scim_requests_take_turns_and_repeated_ones_as_well() -> None:
    time = FakeTime()
    pacer = Pacer(2, time.clock, time.sleep)
    handler = answers(GOOD, http(502), GOOD, GOOD)
    async with Handmade(handler) as server, client(server.url, pacer=pacer) as gitlab:
        for _ in range(3):
            await gitlab.scim.get("u2")
    assert len(server.seen) == 4 and 1060 <= time.now < 1061


@pytest.mark.parametrize(
    ("host", "limit"),
    [("gitlab.com", 480), ("GitLab.com:443", 480), ("gitlab.example", 0), ("gitlab.com.evil.example", 0)],
)
def test_gitlab_com_is_paced(host: str, limit: int) -> None:
    transport = Transport(Access(parse_address(f"https://{host}/api/scim/v2/groups/acme")))
    assert transport.pacer.limit == limit
