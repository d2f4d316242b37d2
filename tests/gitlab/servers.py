"""Hand-made servers that misbehave as no GitLab does, and a client for them; all over real sockets."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scimtui.gitlab import Access, Backoff, GitLab, Pacer, Secret, parse_address

SCIM_TOKEN = "glsoat-Scim0Token1Nobody2Sees"
ACCESS_TOKEN = "glpat-Access0Token1Nobody2Sees"
SCIM_TYPE = "application/scim+json"


@dataclass(frozen=True)
class Seen:
    """One request as it arrived, its target untouched."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    def query(self, name: str) -> str:
        """A query parameter; empty where there is none."""
        return parse_qs(urlsplit(self.target).query).get(name, [""])[0]

    def number(self, name: str) -> int:
        """A query parameter that is a number."""
        return int(self.query(name))


Handler = Callable[[Seen], Awaitable[bytes]]


@dataclass
class Handmade:
    """Answers each request with the bytes its handler returns; b"" closes the connection."""

    handler: Handler
    tls: ssl.SSLContext | None = None
    seen: list[Seen] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    port: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Handmade:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def idle(self) -> None:
        """Return once the client has closed every connection."""
        async with asyncio.timeout(20):
            while self._tasks:
                await asyncio.wait(self._tasks)

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _read(reader)) is not None:
                self.seen.append(request)
                self.in_flight += 1
                self.most_in_flight = max(self.most_in_flight, self.in_flight)
                try:
                    answer = await self._answered(request, reader)
                finally:
                    self.in_flight -= 1
                if not answer:
                    break
                writer.write(answer)
                await writer.drain()
        except OSError:
            pass  # the client went away, which some tests are about
        finally:
            writer.transport.abort()

    async def _answered(self, request: Seen, reader: asyncio.StreamReader) -> bytes:
        """What the handler says, or nothing as soon as the client has gone."""
        handling = asyncio.ensure_future(self.handler(request))
        gone = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait((handling, gone), return_when=asyncio.FIRST_COMPLETED)
            return handling.result() if handling.done() else b""
        finally:
            for task in (handling, gone):
                task.cancel()
            await asyncio.gather(handling, gone, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Seen | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Seen(method, target, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


def http(
    status: int, body: bytes = b"", kind: str = "application/json", headers: Mapping[str, str] | None = None
) -> bytes:
    """A whole HTTP/1.1 answer."""
    named = {"Content-Type": kind, "Content-Length": str(len(body))}
    named |= headers or {}
    lines = [f"HTTP/1.1 {status} Words", *(f"{name}: {value}" for name, value in named.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def as_json(
    value: Any, status: int = 200, kind: str = SCIM_TYPE, headers: Mapping[str, str] | None = None
) -> bytes:
    """A whole HTTP/1.1 answer with a JSON body."""
    return http(status, json.dumps(value).encode(), kind, headers)


def scim_list(ids: list[str], total: int | None) -> bytes:
    """A ListResponse."""
    known = {} if total is None else {"totalResults": total}
    return as_json({**known, "Resources": [{"id": uid, "userName": f"name-{uid}"} for uid in ids]})


def scim_user(uid: str, user_name: str = "xaver", active: bool = True) -> bytes:
    """One SCIM user."""
    return as_json({"id": uid, "userName": user_name, "active": active})


def answers(*queue: bytes) -> Handler:
    """A handler that gives these answers in order; the last one again and again."""
    left = list(queue)

    async def handler(seen: Seen) -> bytes:
        return left.pop(0) if len(left) > 1 else left[0]

    return handler


class Waits(list[float]):
    """Every wait that was asked for; none takes any time."""

    async def sleep(self, seconds: float) -> None:
        """Note it."""
        self.append(seconds)

    def backoff(self, tries: int = 4) -> Backoff:
        """A back-off that waits here."""
        return Backoff(tries=tries, jitter=lambda: 1.0, sleep=self.sleep)


def access_to(url: str, **changes: Any) -> Access:
    """Access to group `acme` of the server at `url`, with both tokens."""
    usual = {
        "address": parse_address(f"{url}/api/scim/v2/groups/acme"),
        "scim_token": Secret(SCIM_TOKEN),
        "access_token": Secret(ACCESS_TOKEN),
    }
    return Access(**{**usual, **changes})


def client(url: str, *, waits: Waits | None = None, pacer: Pacer | None = None, **changes: Any) -> GitLab:
    """A client of that server that never waits before it tries again."""
    backoff = (waits if waits is not None else Waits()).backoff()
    return GitLab(access_to(url, **changes), backoff=backoff, pacer=pacer)
