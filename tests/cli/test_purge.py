"""`scimtui purge`: lists, asks, and leaves nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import null
from keyring.errors import KeyringLocked

import scimtui.cli
from scimtui.gitlab.secret import Secret
from scimtui.profiles import Keystore, Profile, TokenKind, paths, save_profile

ACME = Profile(name="acme", scim_url="https://gitlab.example/api/scim/v2/groups/acme")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def running(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            scimtui.cli.main(["purge", *arguments])
        shown = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0), shown.out, shown.err

    return running


@pytest.fixture
def used() -> None:
    places = paths()
    save_profile(places, ACME)
    places.prepare_file(places.snapshot(ACME))
    places.prepare_file(places.journal(ACME))
    Keystore().put(ACME, TokenKind.ACCESS, Secret("one"))


def test_nothing_to_remove(run: Run) -> None:
    assert run() == (0, "Nothing of scimtui is on this machine.\n", "")


@pytest.mark.usefixtures("used")
def test_it_asks_first(run: Run) -> None:
    code, out, err = run()
    assert code == 2
    assert "--yes" in err
    assert str(paths().journal(ACME)) in out
    assert "1 token in the key store" in out
    assert paths().profiles_file.exists()
    assert Keystore().get(ACME, TokenKind.ACCESS) == Secret("one")


@pytest.mark.usefixtures("used")
def test_nothing_is_left(run: Run, untouched_machine: Path, memory_keyring: KeyringBackend) -> None:
    code, out, err = run("--yes")
    assert (code, err) == (0, "")
    assert out.endswith("Removed 3 files and 1 token.\n")
    assert [path for path in untouched_machine.rglob("*") if "scimtui" in path.name] == []
    assert vars(memory_keyring)["kept"] == {}


@pytest.mark.usefixtures("used")
def test_a_locked_key_store_ends_with_1(run: Run, memory_keyring: KeyringBackend) -> None:
    def locked(service: str, username: str) -> None:
        raise KeyringLocked

    vars(memory_keyring)["get_password"] = locked
    code, _, err = run("--yes")
    assert code == 1
    assert "not everything could be removed" in err
    assert "locked" in err
    assert not paths().config.exists()


@pytest.mark.usefixtures("used")
def test_where_no_key_store_is_used_it_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", null.Keyring())  # type: ignore[no-untyped-call]
    code, out, err = run("--yes")
    assert code == 0
    assert out.endswith("Removed 3 files and 0 tokens.\n")
    assert "run scimtui purge there too" in err


@pytest.mark.usefixtures("used")
def test_what_is_not_ours_is_left_and_named(run: Run) -> None:
    notes = paths().config / "notes"
    notes.write_text("mine")
    code, _, err = run("--yes")
    assert code == 0
    assert str(notes) in err
    assert notes.exists()
