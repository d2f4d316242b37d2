"""A key store for commands that run in a process of their own; named by PYTHON_KEYRING_BACKEND."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.compat import properties


class FileKeyring(KeyringBackend):
    """Keeps everything in the file that KEYRING_FILE names."""

    @properties.classproperty
    def priority(self) -> float:
        """Never chosen by itself."""
        return -1

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._keep(self._kept() | {f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        kept = self._kept()
        del kept[f"{service} {username}"]
        self._keep(kept)

    def _file(self) -> Path:
        return Path(os.environ["KEYRING_FILE"])

    def _kept(self) -> dict[str, str]:
        if not self._file().exists():
            return {}
        kept: dict[str, str] = json.loads(self._file().read_text())
        return kept

    def _keep(self, kept: dict[str, str]) -> None:
        self._file().write_text(json.dumps(kept))
