"""The key store: what is refused, what is kept, and that it never holds anything up."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import KeyringLocked, PasswordSetError

from scimtui.gitlab.secret import Secret
from scimtui.profiles import Keystore, KeystoreError, Profile, TokenKind

ACME = Profile(name="acme", scim_url="https://gitlab.example/api/scim/v2/groups/acme")
TOKEN = "glpat-Zx81secretsecret00"


def use(monkeypatch: pytest.MonkeyPatch, backend: KeyringBackend) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)


def changed(backend: KeyringBackend, **methods: object) -> KeyringBackend:
    """The backend with some methods of another; it is in no list of the library's."""
    for name, method in methods.items():
        setattr(backend, name, method)
    return backend


def test_a_token_is_kept_and_forgotten(memory_keyring: KeyringBackend) -> None:
    store = Keystore()
    assert store.get(ACME, TokenKind.ACCESS) is None
    store.put(ACME, TokenKind.ACCESS, Secret("one"))
    store.put(ACME, TokenKind.ACCESS, Secret("two"))
    store.put(replace(ACME, name="other"), TokenKind.SCIM, Secret("three"))
    assert store.get(ACME, TokenKind.ACCESS) == Secret("two")
    assert store.get(ACME, TokenKind.SCIM) is None
    assert len(store.entries()) == 2
    assert store.forget("acme") == 1
    assert store.get(ACME, TokenKind.ACCESS) is None
    assert store.forget_all() == 1
    assert vars(memory_keyring)["kept"] == {}


def test_a_removed_profile_leaves_no_token_at_an_earlier_address() -> None:
    store = Keystore()
    store.put(ACME, TokenKind.SCIM, Secret("old"))
    store.put(replace(ACME, scim_url=ACME.scim_url + "2"), TokenKind.SCIM, Secret("new"))
    assert store.forget("acme") == 2
    assert store.entries() == ()


def test_a_damaged_list_of_entries_is_no_obstacle(memory_keyring: KeyringBackend) -> None:
    memory_keyring.set_password("scimtui", "entries", '["[]", 3, {"a": 1}]')
    store = Keystore()
    store.put(ACME, TokenKind.SCIM, Secret("x"))
    assert len(store.entries()) == 1


def test_stand_ins_and_readable_files_are_refused(
    monkeypatch: pytest.MonkeyPatch, memory_keyring: KeyringBackend
) -> None:
    alternative = type("Encrypted", (type(memory_keyring),), {"__module__": "keyrings.alt.file"})
    below_alternative = type("Mine", (alternative,), {"__module__": "mine"})
    plaintext = type("PlaintextKeyring", (type(memory_keyring),), {"__module__": "elsewhere"})
    refused = (
        (null.Keyring, "absent"),
        (fail.Keyring, "absent"),
        (alternative, "unsafe"),
        (below_alternative, "unsafe"),
        (plaintext, "unsafe"),
    )
    for kind, code in refused:
        backend = kind()
        use(monkeypatch, backend)
        with pytest.raises(KeystoreError) as caught:
            Keystore().put(ACME, TokenKind.ACCESS, Secret(TOKEN))
        assert caught.value.code == code
        assert "access_token_env" in caught.value.fix
        assert "access_token_command" in caught.value.fix
        assert not vars(backend).get("kept")
        KeyringBackend._classes.discard(kind) if code == "unsafe" else None
    use(monkeypatch, memory_keyring)
    assert Keystore().check()


def test_a_chain_uses_its_safe_members_alone(
    monkeypatch: pytest.MonkeyPatch, memory_keyring: KeyringBackend
) -> None:
    kind = type("PlaintextKeyring", (type(memory_keyring),), {"__module__": "keyrings.alt.file"})
    KeyringBackend._classes.discard(kind)
    unsafe = kind()
    unsafe.set_password("scimtui", "entries", "planted")
    chain = chainer.ChainerBackend()  # type: ignore[no-untyped-call]
    use(monkeypatch, chain)
    for members, usable in (([unsafe, memory_keyring], True), ([unsafe], False), ([], False)):
        monkeypatch.setattr(chainer.ChainerBackend, "backends", members)
        if usable:
            Keystore().put(ACME, TokenKind.ACCESS, Secret(TOKEN))
            assert TOKEN in vars(memory_keyring)["kept"].values()
        else:
            with pytest.raises(KeystoreError):
                Keystore().put(ACME, TokenKind.ACCESS, Secret(TOKEN))
        assert TOKEN not in vars(unsafe)["kept"].values()


def test_settings_that_name_no_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.Keyring")
    with pytest.raises(KeystoreError, match="PYTHON_KEYRING_BACKEND"):
        Keystore().check()


@pytest.mark.parametrize(
    ("error", "code"),
    [(KeyringLocked("x"), "locked"), (PasswordSetError(TOKEN), "failed"), (OSError(TOKEN), "failed")],
)
def test_a_failure_is_typed_and_shows_no_token(
    memory_keyring: KeyringBackend, error: Exception, code: str
) -> None:
    def failing(service: str, username: str, password: str) -> None:
        raise error

    changed(memory_keyring, set_password=failing)
    with pytest.raises(KeystoreError) as caught:
        Keystore().put(ACME, TokenKind.ACCESS, Secret(TOKEN))
    assert caught.value.code == code
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert caught.value.__traceback__ is not None
    below_this_test = caught.value.__traceback__.tb_next
    report = traceback.TracebackException(KeystoreError, caught.value, below_this_test, capture_locals=True)
    assert "in put" in "".join(report.format())
    assert "Zx81" not in "".join(report.format())


@pytest.fixture
def stuck(memory_keyring: KeyringBackend) -> Iterator[threading.Event]:
    """A key store that waits for a person until the test ends."""
    released = threading.Event()

    def waiting(service: str, username: str) -> None:
        released.wait()

    changed(memory_keyring, get_password=waiting)
    yield released
    released.set()


@pytest.mark.usefixtures("stuck")
def test_a_store_that_does_not_answer_is_given_up() -> None:
    with pytest.raises(KeystoreError, match=r"within 0\.01 seconds") as caught:
        Keystore(seconds=0.01).get(ACME, TokenKind.ACCESS)
    assert caught.value.code == "timeout"


async def test_the_event_loop_goes_on_meanwhile(stuck: threading.Event) -> None:
    asking = asyncio.create_task(Keystore(seconds=60).get_async(ACME, TokenKind.ACCESS))
    turns = 0
    while turns < 5:
        await asyncio.sleep(0)
        turns += 1
    assert not asking.done()
    stuck.set()
    assert await asking is None


@pytest.mark.usefixtures("stuck")
async def test_async_calls_are_bounded_and_can_be_cancelled() -> None:
    with pytest.raises(KeystoreError, match="did not answer"):
        await Keystore(seconds=0.01).get_async(ACME, TokenKind.ACCESS)
    asking = asyncio.create_task(Keystore(seconds=60).get_async(ACME, TokenKind.ACCESS))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_async_calls_keep_and_find() -> None:
    await Keystore().put_async(ACME, TokenKind.SCIM, Secret("x"))
    assert await Keystore().get_async(ACME, TokenKind.SCIM) == Secret("x")


def test_a_stuck_store_does_not_keep_the_program_from_ending() -> None:
    script = (
        "import threading\n"
        "from scimtui.profiles.bounded import run_bounded\n"
        "try:\n    run_bounded(threading.Event().wait, 0.01)\n"
        "except TimeoutError:\n    print('given up')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True, cwd=_ROOT
    )
    assert ended.stdout == "given up\n"


@pytest.mark.needs_debian("gnome-keyring")
@pytest.mark.needs_debian("dbus")
def test_with_a_real_secret_service(tmp_path: Path) -> None:
    session = Path(__file__).with_name("secret_service_session.py")
    command = (
        'printf "%s" secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$0" "$1"'
    )
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    ended = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", command, sys.executable, str(session)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=_ROOT,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "XDG_RUNTIME_DIR": str(runtime),
            "PYTHONPATH": str(_ROOT),
            "LC_ALL": "C.UTF-8",
        },
    )
    assert ended.stdout.splitlines() == [
        "store SecretService",
        "kept Secret(…) True",
        "elsewhere None",
        "tokens 2",
        "removed 2",
        "left ()",
    ], ended.stderr


_ROOT = Path(__file__).parents[2]
