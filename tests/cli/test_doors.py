"""The console's ways out, on a real file system; the key store is one that refuses."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import keyring.core
import pytest
from keyring.backends import null

from scimtui.cli.doors import doors
from scimtui.gitlab import Secret
from scimtui.profiles import Profiles, paths
from scimtui.tui.doors import DoorError, Draft

TYPED = Draft(
    "acme",
    "https://gitlab.com/api/scim/v2/groups/acme",
    idp="entra",
    access_token=Secret("glpat-0123456789abcdefghij"),
)


@pytest.fixture(autouse=True)
def no_keystore(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(keyring.core, "_keyring_backend", null.Keyring())  # type: ignore[no-untyped-call]


def test_without_a_key_store_a_new_profile_opens_and_says_that_its_token_is_not_kept() -> None:
    with ExitStack() as children:
        saved = doors(children).save_profile(TYPED)
    assert "serves this run only" in saved.notice and "0123456789" not in saved.notice
    assert saved.workspace.tokens.access is not None
    assert list(Profiles.load(paths().profiles_file).by_name) == ["acme"]
    assert b"0123456789" not in paths().profiles_file.read_bytes()


def test_a_name_that_is_taken_is_refused() -> None:
    with ExitStack() as children:
        ways = doors(children)
        ways.save_profile(TYPED)
        with pytest.raises(DoorError, match="acme"):
            ways.save_profile(TYPED)
