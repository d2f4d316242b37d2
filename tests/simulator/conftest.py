"""Simulated GitLabs that the tests of one worker share, put back in order for each test.

Both are real servers on loopback sockets; what the tests know comes over HTTP.
"""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from scimtui.simulator import RunningSimulator, Settings, running

SCIM_TYPE = "application/scim+json"
OWNER, DEVELOPER_ID = 1, 2


def quoted(uid: str) -> str:
    """A uid as a path part, every byte encoded once (sign-in.md section 7)."""
    return quote(uid, safe="~").replace(".", "%2E")


@dataclass(frozen=True)
class RawAnswer:
    """An answer to a request that no HTTP library touched."""

    status: int
    body: str


@dataclass
class World:
    """One simulated GitLab, and how to talk to it."""

    simulator: RunningSimulator
    http: httpx.Client

    def scim(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """A request to the group's SCIM API; `path` starts after the base."""
        token = options.pop("token", self.simulator.scim_token)
        return self._scim(method, self.simulator.scim_url + path, token, body, options)

    def instance(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """A request to instance SCIM."""
        token = options.pop("token", self.simulator.instance_scim_token)
        return self._scim(method, self.simulator.instance_scim_url + path, token, body, options)

    def _scim(self, method: str, url: str, token: str, body: Any, options: dict[str, Any]) -> httpx.Response:
        headers = {"Content-Type": SCIM_TYPE} | ({"Authorization": f"Bearer {token}"} if token else {})
        if body is not None:
            options["json"] = body
        headers |= options.pop("headers", {})
        return self.http.request(method, url, headers=headers, **options)

    def rest(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """A request to the REST API; `path` starts after `/api/v4`."""
        token = options.pop("token", self.simulator.access_token)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if body is not None:
            options["json"] = body
        return self.http.request(method, self.simulator.rest_url + path, headers=headers, **options)

    def group(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """A request below `/api/v4/groups/acme`."""
        return self.rest(method, f"/groups/{self.simulator.group}{path}", body, **options)

    def patch(self, uid: str, *operations: dict[str, Any]) -> httpx.Response:
        """PATCH a SCIM user with these operations."""
        return self.scim("PATCH", f"/Users/{quoted(uid)}", {"Operations": list(operations)})

    def replace(self, uid: str, path: str, value: Any) -> httpx.Response:
        """PATCH one attribute of a SCIM user."""
        return self.patch(uid, {"op": "Replace", "path": path, "value": value})

    def filtered(self, expression: str) -> httpx.Response:
        """GET the SCIM users that a filter finds."""
        return self.scim("GET", "/Users", params={"filter": expression})

    def raw(self, method: str, target: str, *, token: str = "", host: str = "simulator") -> RawAnswer:
        """A request whose target goes over the wire exactly as given."""
        parts = urlsplit(self.simulator.url)
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as connection:
            lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Connection: close"]
            lines += [f"Authorization: Bearer {token}"] if token else []
            connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
            answer = http.client.HTTPResponse(connection, method=method)
            answer.begin()
            return RawAnswer(answer.status, answer.read().decode())

    def person(self, key: str | int) -> dict[str, Any]:
        """The truth about one person, by user id, username or SCIM uid."""
        found = [p for p in self.simulator.people() if key in (p["user_id"], p["username"], p["scim_id"])]
        assert len(found) == 1, f"{len(found)} people are {key!r}"
        return found[0]

    def usernames(self) -> set[str]:
        """Everybody who has an account."""
        return {person["username"] for person in self.simulator.people()}

    def put(self, *people: dict[str, Any]) -> None:
        """Replace everybody but the Owner."""
        self.simulator.put_people([_OWNER, *people])

    def switch(self, **values: Any) -> None:
        """Throw switches."""
        self.simulator.switch(**values)


_OWNER = {"user_id": OWNER, "name": "Olga Owner", "username": "olga", "access_level": 50}


def developer(uid: str, **changes: Any) -> dict[str, Any]:
    """The person of GitLab's own specs: a Developer with an active SCIM identity."""
    return {
        "user_id": DEVELOPER_ID,
        "name": "Xaver Beispiel",
        "username": "xaver",
        "email": "xaver@example.com",
        "scim_id": uid,
        "saml_id": uid,
        "access_level": 30,
    } | changes


@pytest.fixture(autouse=True)
def _silent_server(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No request makes the simulator itself fail: it logs nothing, a traceback least of all."""
    yield
    noise = [
        record
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.name.partition(".")[0] in ("scimtui", "uvicorn", "asyncio") and record.levelno >= 30
    ]
    assert not noise, [record.getMessage() for record in noise]


@pytest.fixture(scope="session")
def _current() -> Iterator[World]:
    with running(Settings(users=20)) as simulator, httpx.Client(trust_env=False) as client:
        yield World(simulator, client)


@pytest.fixture(scope="session")
def _older() -> Iterator[World]:
    with (
        running(Settings(users=20, gitlab_version="18.9")) as simulator,
        httpx.Client(trust_env=False) as client,
    ):
        yield World(simulator, client)


@pytest.fixture(scope="session")
def _newest() -> Iterator[World]:
    with (
        running(Settings(users=20, gitlab_version="19.4")) as simulator,
        httpx.Client(trust_env=False) as client,
    ):
        yield World(simulator, client)


def _in_order(world: World, uid: str) -> World:
    world.simulator.reset()
    world.put(developer(uid))
    return world


@pytest.fixture
def uid() -> str:
    """The SCIM uid of the Developer; GitLab's specs run with both kinds."""
    return "Ext-UID-1"


@pytest.fixture
def gitlab(_current: World, uid: str) -> World:
    """19.3 with an Owner (no identities) and a Developer."""
    return _in_order(_current, uid)


@pytest.fixture
def older(_older: World, uid: str) -> World:
    """18.9 with the same people."""
    return _in_order(_older, uid)


@pytest.fixture
def newest(_newest: World, uid: str) -> World:
    """19.4 with the same people."""
    return _in_order(_newest, uid)


_WORLDS = {"19.4": "_newest", "19.3": "_current", "18.9": "_older"}


@pytest.fixture(params=list(_WORLDS))
def either(request: pytest.FixtureRequest, uid: str) -> World:
    """All versions, where they behave alike."""
    world: World = request.getfixturevalue(_WORLDS[request.param])
    return _in_order(world, uid)
