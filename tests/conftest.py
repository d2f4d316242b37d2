"""Every test starts on a machine where nobody has used scimtui: no files, no tokens, no variables."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import hypothesis
import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.errors import PasswordDeleteError

# Consoles leave many objects behind; looking for cycles in them took a tenth of the time of the suite.
gc.set_threshold(100_000, 20, 20)

# Every command is a new process: without the compiled files each would compile the whole package again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The same examples each time, and no word about how long they take: that is the machine's business.
hypothesis.settings.register_profile(
    "still", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("still")

_CLEARED = (
    "NO_COLOR",
    "FORCE_COLOR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "PYTHON_KEYRING_BACKEND",
    "DBUS_SESSION_BUS_ADDRESS",
)
_CLEARED_PREFIXES = ("SCIMTUI_", "XDG_")


class MemoryKeyring(KeyringBackend):
    """A key store that lives as long as one test."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    @properties.classproperty
    def priority(self) -> float:
        """Never chosen by itself."""
        return -1

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


@pytest.fixture(autouse=True)
def untouched_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home, no variable that steers scimtui or HTTP, one time zone and locale."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in tuple(os.environ):
            if name.upper() in _CLEARED or name.startswith(_CLEARED_PREFIXES):
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("TZ", "UTC")
        patch.setenv("LC_ALL", "C.UTF-8")
        time.tzset()
        yield home
    time.tzset()


@pytest.fixture(autouse=True)
def memory_keyring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    """The key store of the test; no test touches the machine's own."""
    store = MemoryKeyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", store)
    return store


def pytest_xdist_auto_num_workers() -> int:
    """Half of the tests wait for a socket or a screen: three processes a core are the quickest."""
    return 3 * (os.cpu_count() or 1)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests that need a Debian package are skipped by name where it is missing; `.ci/run` skips none."""
    for marker in item.iter_markers("needs_debian"):
        package = str(marker.args[0])
        if _installed(package):
            continue
        message = f"needs the Debian package {package}"
        if os.environ.get("SCIMTUI_CI") == "1":
            pytest.fail(f"{message}, and nothing is skipped here", pytrace=False)
        pytest.skip(message)


@lru_cache
def _installed(package: str) -> bool:
    query = shutil.which("dpkg-query")
    if query is None:
        return False
    answer = subprocess.run(
        [query, "--show", "--showformat", "${db:Status-Status}", package],
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout == "installed"
