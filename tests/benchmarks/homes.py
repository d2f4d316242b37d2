"""An untouched home for every process that is measured, and snapshots put into it."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scimtui.gitlab import Secret
from scimtui.profiles import Found, Paths, Profile, Tokens, choose, paths
from scimtui.profiles.profiles_file import Profiles
from scimtui.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[2]
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Home:
    """A temporary home whose environment profile is one GitLab.

    Attributes:
        environment: all variables of a process that lives there.
    """

    folder: Path
    environment: dict[str, str] = field(repr=False)

    @property
    def paths(self) -> Paths:
        """Where scimtui's files live in it."""
        return paths(self.environment)

    @property
    def profile(self) -> Profile:
        """The profile that its variables make."""
        profile = choose(None, self.environment, Profiles())
        assert profile is not None
        return profile

    @property
    def snapshot_file(self) -> Path:
        """Where that profile's people are kept."""
        return self.paths.snapshot(self.profile)

    def adopt(self, snapshot: Path) -> None:
        """Take over a snapshot that another home's console wrote."""
        self.paths.prepare_folder(self.snapshot_file.parent)
        shutil.copyfile(snapshot, self.snapshot_file)
        self.snapshot_file.chmod(0o600)

    def read_everybody(self) -> Path:
        """Read the people into the snapshot, in this process; where they are now."""

        async def read() -> None:
            tokens = Tokens(
                access=Found(Secret(self.environment["SCIMTUI_ACCESS_TOKEN"]), "environment"),
                scim=Found(Secret(self.environment["SCIMTUI_SCIM_TOKEN"]), "environment"),
            )
            workspace = Workspace(self.profile, tokens, self.paths)
            try:
                (await workspace.refresh()).close()
            finally:
                await workspace.close()

        asyncio.run(asyncio.wait_for(read(), 240))
        return self.snapshot_file


@contextmanager
def home_at(gitlab: dict[str, Any]) -> Iterator[Home]:
    """A home for this GitLab, described as `scimtui simulate --json` does; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="scimtui-benchmark-") as name:
        folder = Path(name)
        environment = {key: os.environ[key] for key in _PASSED_ON if key in os.environ} | {
            "HOME": name,
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "PYTHONPATH": str(REPOSITORY),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "SCIMTUI_SCIM_URL": gitlab["scim_url"],
            "SCIMTUI_SCIM_TOKEN": gitlab["scim_token"],
            "SCIMTUI_ACCESS_TOKEN": gitlab["access_token"],
        }
        yield Home(folder, environment)


@contextmanager
def silent_gitlab() -> Iterator[dict[str, Any]]:
    """A GitLab that takes connections and never answers: a refresh begins and stays out of the way."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        port = listener.getsockname()[1]
        yield {
            "scim_url": f"http://127.0.0.1:{port}/api/scim/v2/groups/acme",
            "scim_token": "silent-scim-token",
            "access_token": "silent-access-token",
        }
