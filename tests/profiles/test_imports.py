"""What starting costs: reading a profile loads little, and the public face is complete."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import scimtui.profiles

_READ = (
    "import os, sys\n"
    "from scimtui.profiles import Profiles, find_profile, paths\n"
    "places = paths()\n"
    "profile = find_profile(None, os.environ, places.profiles_file)\n"
    "places.snapshot(profile)\n"
    "print(*sys.modules)\n"
)


def test_reading_a_profile_imports_nothing_heavy(tmp_path: Path) -> None:
    folder = tmp_path / ".config/scimtui"
    folder.mkdir(parents=True, mode=0o700)
    (folder / "profiles.toml").write_text(
        '[profiles.a]\nscim_url = "https://gitlab.example/api/scim/v2/groups/a"\n'
    )
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", _READ],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        env={"HOME": str(tmp_path), "PYTHONPATH": str(root), "LC_ALL": "C.UTF-8"},
    )
    heavy = {
        "asyncio",
        "click",
        "difflib",
        "hashlib",
        "httpx",
        "keyring",
        "platformdirs",
        "pydantic",
        "subprocess",
        "textual",
        "tomlkit",
    }
    assert heavy.isdisjoint(ended.stdout.split())
    assert "tomllib" in ended.stdout.split()


def test_every_public_name_is_there_and_sorted_as_ruff_sorts() -> None:
    for name in scimtui.profiles.__all__:
        assert getattr(scimtui.profiles, name) is not None
    assert set(scimtui.profiles.__all__) == set(scimtui.profiles._HOME_OF)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = scimtui.profiles.no_such_name
