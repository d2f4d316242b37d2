"""Every request of this run, as it can be shown and copied: never a token."""

from __future__ import annotations

import shlex
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from scimtui.gitlab.requests import Request

_TOKEN_VARIABLES = {"scim": "SCIMTUI_SCIM_TOKEN", "access": "SCIMTUI_ACCESS_TOKEN"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of it.

    Attributes:
        started: UTC.
        status: None where no answer came; `error` then says why.
        milliseconds: from sending to the last byte.
        size: bytes of the answer.
    """

    number: int
    request: Request
    started: datetime
    status: int | None
    milliseconds: float
    size: int
    error: str = ""

    def as_curl(self) -> str:
        """The request as a curl command that takes the token from a variable of the environment."""
        parts = ["curl", "--globoff", "--path-as-is"]
        if self.request.method != "GET":
            parts += ["--request", self.request.method]
        words = [shlex.quote(part) for part in parts]
        if self.request.credential != "none":
            words.append(f'--header "Authorization: Bearer ${_TOKEN_VARIABLES[self.request.credential]}"')
        if self.request.content_type:
            words.append("--header " + shlex.quote(f"Content-Type: {self.request.content_type}"))
        if self.request.body is not None:
            words.append("--data-binary " + shlex.quote(self.request.body.decode("utf-8")))
        words.append(shlex.quote(self.request.url))
        return " ".join(words)


class RequestLog:
    """The newest requests of this run, oldest first; older ones than `keep` are let go."""

    def __init__(self, keep: int = 2000) -> None:
        self._exchanges: deque[Exchange] = deque(maxlen=keep)
        self._number = 0
        self._listeners: list[Callable[[Exchange], None]] = []

    def __iter__(self) -> Iterator[Exchange]:
        return iter(tuple(self._exchanges))

    def __len__(self) -> int:
        return len(self._exchanges)

    @property
    def total(self) -> int:
        """How many requests this run has made."""
        return self._number

    def add(
        self,
        request: Request,
        started: datetime,
        milliseconds: float,
        *,
        status: int | None,
        size: int,
        error: str = "",
    ) -> None:
        """Note one request and tell the listeners."""
        self._number += 1
        exchange = Exchange(self._number, request, started, status, milliseconds, size, error)
        self._exchanges.append(exchange)
        for listener in tuple(self._listeners):
            # A screen that fails to show a request must not cost the answer to it.
            with suppress(Exception):
                listener(exchange)

    def listen(self, listener: Callable[[Exchange], None]) -> Callable[[], None]:
        """Call `listener` for each request from now on; the returned function ends that."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop
