"""Switches that break things on purpose (contract section 6), and that a refused write did nothing."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from tests.simulator.conftest import World

UID = "Ext-UID-1"


def rename(world: World) -> httpx.Response:
    return world.replace(UID, "externalId", "renamed")


def test_latency(either: World) -> None:
    either.switch(latency_ms=60)
    started = time.perf_counter()
    either.scim("GET", "/Users")
    assert time.perf_counter() - started >= 0.06


def test_the_middleware_limit(either: World) -> None:
    either.switch(rate_limited="middleware", retry_after=17)
    answer = rename(either)
    assert answer.status_code == 429
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.strip() == "Retry later"
    assert answer.headers["retry-after"] == "17"
    assert answer.headers["ratelimit-remaining"] == "0"
    reset = parsedate_to_datetime(answer.headers["ratelimit-resettime"])
    assert int(answer.headers["ratelimit-reset"]) == reset.timestamp()
    assert int(answer.headers["ratelimit-observed"]) > int(answer.headers["ratelimit-limit"])
    assert answer.headers["ratelimit-name"]
    assert either.person("xaver")["scim_id"] == UID


def test_the_application_limit(either: World) -> None:
    either.switch(rate_limited="application")
    answer = either.group("GET", "/members")
    assert answer.status_code == 429
    words = "This endpoint has been requested too many times. Try again later."
    assert answer.json() == {"message": {"error": words}}
    assert answer.headers["retry-after"] == "60"
    assert not [name for name in answer.headers if name.startswith("ratelimit")]


def test_a_limit_that_lifts(either: World) -> None:
    either.switch(rate_limited="application", rate_limited_times=2)
    statuses = [either.scim("GET", "/Users").status_code for _ in range(3)]
    assert statuses == [429, 429, 200]


def test_an_error_burst(either: World) -> None:
    either.switch(errors=3)
    statuses = [rename(either).status_code for _ in range(4)]
    assert sorted(statuses[:3]) in ([502, 502, 503], [502, 503, 503]) and statuses[3] == 204


@pytest.mark.parametrize(("when", "done"), [("before-write", False), ("after-write", True)])
@pytest.mark.parametrize("method", ["PATCH", "DELETE", "POST"])
def test_a_dropped_write(either: World, when: str, done: bool, method: str) -> None:
    new = {
        "externalId": "new",
        "userName": "new",
        "name": {"formatted": "New"},
        "emails": [{"type": "work", "value": "new@example.com"}],
    }
    requests: dict[str, tuple[str, Any]] = {
        "PATCH": (f"/Users/{UID}", {"Operations": [{"op": "replace", "path": "active", "value": False}]}),
        "DELETE": (f"/Users/{UID}", None),
        "POST": ("/Users", new),
    }
    before = either.simulator.people()
    either.switch(drop=when)
    path, body = requests[method]
    with pytest.raises(httpx.TransportError):
        either.scim(method, path, body)
    assert (either.simulator.people() != before) is done
    write = either.simulator.writes()[-1]
    assert write["method"] == method
    assert (write["status"] is not None) is done
    assert either.scim("GET", "/Users").status_code == 200


def test_a_dropped_read(either: World) -> None:
    either.switch(drop="read")
    with pytest.raises(httpx.TransportError):
        either.scim("GET", "/Users")
    assert rename(either).status_code == 204


def test_dropped_connections_leave_others_alone(either: World) -> None:
    with httpx.Client(trust_env=False) as other:
        about = f"{either.simulator.url}/-/simulator/about"
        assert other.get(about).status_code == 200
        either.switch(drop="before-write")
        with pytest.raises(httpx.TransportError):
            rename(either)
        assert other.get(about).status_code == 200
