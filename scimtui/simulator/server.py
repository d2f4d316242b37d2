"""Serving the simulated GitLab on a loopback port: for good, or in a thread of a test."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import simulator_app
from .faults import CONNECTION_DROPPER
from .gitlab import SimulatedGitLab
from .settings import Settings, SettingsError

_Result = TypeVar("_Result")
_BACKLOG = 512


class _DroppableProtocol(H11Protocol):
    """Lets the application close its connection without an answer, which ASGI has no word for."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        inner = self.app

        async def with_dropper(scope: Any, receive: Any, send: Any) -> None:
            scope["state"][CONNECTION_DROPPER] = transport.abort
            await inner(scope, receive, send)

        self.app = with_dropper


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_listening = on_listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_listening()


class Simulation:
    """One simulated GitLab with its socket bound and its people made, ready to be served."""

    def __init__(self, settings: Settings) -> None:
        self.gitlab = SimulatedGitLab(settings)
        self._socket = _bound_socket(settings.host, settings.port)
        scheme = "http" if settings.tls_cert is None else "https"
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        self.gitlab.base_url = f"{scheme}://{host}:{self._socket.getsockname()[1]}"
        self._server: _Server | None = None

    def serve(self, on_listening: Callable[[], None]) -> None:
        """Serve until `stop` is called or a signal comes; call `on_listening` once requests are accepted."""
        settings = self.gitlab.settings
        config = uvicorn.Config(
            simulator_app(self.gitlab),
            http=_DroppableProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
            ssl_certfile=settings.tls_cert,
            ssl_keyfile=settings.tls_key,
        )
        self._server = _Server(config, on_listening)
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()
            self.gitlab.close()

    def stop(self) -> None:
        """End `serve` soon; may be called from another thread."""
        if self._server is not None:
            self._server.should_exit = True


def serve(settings: Settings, on_listening: Callable[[Simulation], None]) -> None:
    """Run a simulated GitLab in the foreground.

    Args:
        settings: how it is started.
        on_listening: called once it accepts connections; `simulation.gitlab.describe()` says where,
            `simulation.stop()` ends it.
    """
    simulation = Simulation(settings)
    simulation.serve(lambda: on_listening(simulation))


@dataclass(frozen=True, slots=True)
class RunningSimulator:
    """A simulated GitLab in a thread of this process; the methods are those of the control API.

    Attributes:
        url: scheme, host and port.
        scim_url: base of the group's SCIM API.
        rest_url: base of the REST API.
        instance_scim_url: base of instance SCIM (answers only with the switch `saas` off).
    """

    url: str
    scim_url: str
    rest_url: str
    instance_scim_url: str
    group: str
    scim_token: str
    access_token: str
    instance_scim_token: str
    info: dict[str, Any]
    _gitlab: SimulatedGitLab
    _loop: asyncio.AbstractEventLoop

    def reset(self) -> None:
        """People and switches of the start."""
        self._call(self._gitlab.reset)

    def settle(self) -> int:
        """Pending removals happen now; answers how many."""
        return self._call(self._gitlab.settle)

    def put_people(self, people: list[dict[str, Any]]) -> None:
        """Replace everybody."""
        self._call(lambda: self._gitlab.put_people(people))

    def put_groups(self, groups: list[dict[str, Any]]) -> None:
        """Replace the groups below the top-level one, and every SAML group link."""
        self._call(lambda: self._gitlab.put_groups(groups))

    def people(self) -> list[dict[str, Any]]:
        """The truth."""
        return self._call(self._gitlab.people)

    def switch(self, **values: Any) -> None:
        """Throw switches."""
        self._call(lambda: self._gitlab.switch(**values))

    def mails(self) -> list[dict[str, Any]]:
        """Every mail since the start."""
        return self._call(lambda: list(self._gitlab.mails))

    def events(self) -> list[dict[str, Any]]:
        """Every audit event since the start, whoever may see it."""
        return self._call(lambda: list(self._gitlab.audit.events))

    def writes(self) -> list[dict[str, Any]]:
        """Every write since the start."""
        return self._call(lambda: list(self._gitlab.writes))

    def _call(self, function: Callable[[], _Result]) -> _Result:
        async def run() -> _Result:
            return function()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(timeout=60)


@contextmanager
def running(settings: Settings | None = None) -> Iterator[RunningSimulator]:
    """A simulated GitLab in a thread, on a free port unless `settings` names one; for tests."""
    simulation = Simulation(settings or Settings(users=20))
    listening = threading.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    def on_listening() -> None:
        loops.append(asyncio.get_running_loop())
        listening.set()

    thread = threading.Thread(
        target=simulation.serve, args=(on_listening,), name="simulated-gitlab", daemon=True
    )
    thread.start()
    try:
        if not listening.wait(timeout=60):
            raise RuntimeError("the simulator did not start")
        info = simulation.gitlab.describe()
        yield RunningSimulator(
            url=info["url"],
            scim_url=info["scim_url"],
            rest_url=info["rest_url"],
            instance_scim_url=info["instance_scim_url"],
            group=info["group"],
            scim_token=info["scim_token"],
            access_token=info["access_token"],
            instance_scim_token=info["instance_scim_token"],
            info=info,
            _gitlab=simulation.gitlab,
            _loop=loops[0],
        )
    finally:
        simulation.stop()
        thread.join(timeout=60)


def _bound_socket(host: str, port: int) -> socket.socket:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise SettingsError(f"host is a loopback address such as 127.0.0.1, not {host!r}") from None
    if not address.is_loopback:
        raise SettingsError(f"the simulator listens on loopback only, not on {host}")
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    # asyncio switches Nagle's algorithm off only where the protocol is named: 40 ms an answer otherwise
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(_BACKLOG)
    except OSError as error:
        bound.close()
        raise SettingsError(f"cannot listen on {host} port {port}: {error.strerror}") from None
    return bound
