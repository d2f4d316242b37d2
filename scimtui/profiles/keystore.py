"""Tokens in the key store of this machine: bound to an address, bounded in time, never in plaintext.

Each entry's user name holds profile, kind and the address the token is good for. A profile that is
pointed elsewhere, by hand or not, finds no token: the old one never reaches the new host.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from scimtui.gitlab.secret import Secret
from scimtui.profiles.bounded import run_bounded, run_off_loop
from scimtui.profiles.errors import KeystoreError
from scimtui.profiles.profile import Profile, TokenKind

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "scimtui"
_INDEX = "entries"
_SECONDS = 20.0
OTHER_WAYS = (
    "Name an environment variable (access_token_env, scim_token_env) or a command that prints the token "
    "(access_token_command, scim_token_command) in the profile, or type the token at each start"
)


class Keystore:
    """The key store, through the keyring library, which is imported at the first call.

    Every method raises KeystoreError and nothing else. Each has an `_async` twin or can be handed to
    `run_off_loop`; none may be called on an event loop directly.
    """

    def __init__(self, *, seconds: float = _SECONDS) -> None:
        self._seconds = seconds

    def check(self) -> str:
        """The name of the store in use; raises where tokens can't be kept."""
        return self._bounded(lambda stores: type(stores[0]).__module__.rpartition(".")[2])

    def get(self, profile: Profile, kind: TokenKind) -> Secret | None:
        """The token kept for this profile at its present address."""
        return self._bounded(_getting(profile, kind))

    def put(self, profile: Profile, kind: TokenKind, secret: Secret) -> None:
        """Keep the token, in place of the one before."""
        self._bounded(_putting(profile, kind, secret))

    def forget(self, name: str) -> int:
        """Remove every token of the profile of that name, at any address; how many there were."""
        return self._bounded(lambda stores: _forget(stores, [e for e in _index(stores) if _owner(e) == name]))

    def entries(self) -> tuple[str, ...]:
        """User names of everything kept here; no tokens."""
        return self._bounded(lambda stores: tuple(_index(stores)))

    def forget_all(self) -> int:
        """Remove everything kept here, the list of it too; how many tokens there were."""
        return self._bounded(lambda stores: _forget(stores, _index(stores)))

    async def get_async(self, profile: Profile, kind: TokenKind) -> Secret | None:
        """`get` beside the event loop."""
        return await self._off_loop(_getting(profile, kind))

    async def put_async(self, profile: Profile, kind: TokenKind, secret: Secret) -> None:
        """`put` beside the event loop."""
        await self._off_loop(_putting(profile, kind, secret))

    def _bounded(self, work: Callable[[list[KeyringBackend]], T]) -> T:
        try:
            outcome = run_bounded(lambda: _guarded(work), self._seconds)
        except TimeoutError:
            outcome = self._late()
        return _opened(outcome)

    async def _off_loop(self, work: Callable[[list[KeyringBackend]], T]) -> T:
        try:
            outcome = await run_off_loop(lambda: _guarded(work), self._seconds)
        except TimeoutError:
            outcome = self._late()
        return _opened(outcome)

    def _late(self) -> KeystoreError:
        return KeystoreError(
            "timeout",
            f"The key store did not answer within {self._seconds:g} seconds",
            f"Look for its dialog and unlock it there. Where there is none: {OTHER_WAYS}",
        )


def _getting(profile: Profile, kind: TokenKind) -> Callable[[list[KeyringBackend]], Secret | None]:
    entry = _entry(profile, kind)
    return lambda stores: _read(stores, entry)


def _putting(profile: Profile, kind: TokenKind, secret: Secret) -> Callable[[list[KeyringBackend]], None]:
    entry = _entry(profile, kind)

    def work(stores: list[KeyringBackend]) -> None:
        known = _index(stores)
        if entry not in known:
            _write(stores, _INDEX, Secret(json.dumps([*known, entry])))
        _write(stores, entry, secret)

    return work


def _entry(profile: Profile, kind: TokenKind) -> str:
    return json.dumps([profile.name, kind.value, profile.token_target(kind)], ensure_ascii=False)


def _owner(entry: str) -> str:
    return str(json.loads(entry)[0])


def _index(stores: list[KeyringBackend]) -> list[str]:
    """What is kept: the library can't list, so a list of the entries is kept among them."""
    kept = _read(stores, _INDEX)
    if kept is None:
        return []
    try:
        entries = json.loads(kept.reveal())
        return [entry for entry in entries if isinstance(entry, str) and _owner(entry)]
    except (ValueError, TypeError, LookupError):
        return []


def _forget(stores: list[KeyringBackend], entries: list[str]) -> int:
    removed = sum(_delete(stores, entry) for entry in entries)
    left = [entry for entry in _index(stores) if entry not in entries]
    if left:
        _write(stores, _INDEX, Secret(json.dumps(left)))
    else:
        _delete(stores, _INDEX)
    return removed


def _read(stores: list[KeyringBackend], entry: str) -> Secret | None:
    for store in stores:
        found = store.get_password(SERVICE, entry)
        if found:
            return Secret(found)
    return None


def _write(stores: list[KeyringBackend], entry: str, secret: Secret) -> None:
    for store in stores:
        try:
            store.set_password(SERVICE, entry, secret.reveal())
        except NotImplementedError:
            continue
        return
    raise NotImplementedError


def _delete(stores: list[KeyringBackend], entry: str) -> bool:
    removed = False
    for store in stores:
        if store.get_password(SERVICE, entry) is not None:
            store.delete_password(SERVICE, entry)
            removed = True
    return removed


def _guarded(work: Callable[[list[KeyringBackend]], T]) -> T | KeystoreError:
    """Do the work; a failure is returned, made anew: the library's own carries frames with the token."""
    try:
        return work(_usable_stores())
    except KeystoreError as error:
        return KeystoreError(error.code, error.message, error.fix)
    except Exception as error:
        return _explained(error)


def _opened(outcome: T | KeystoreError) -> T:
    if isinstance(outcome, KeystoreError):
        raise outcome
    return outcome


def _usable_stores() -> list[KeyringBackend]:
    import keyring
    from keyring.backends.chainer import ChainerBackend

    try:
        backend = keyring.get_keyring()
    except Exception as error:
        raise KeystoreError(
            "absent",
            f"The key store that the keyring settings name can't be opened ({type(error).__name__})",
            "Look at PYTHON_KEYRING_BACKEND and keyringrc.cfg. Or: " + OTHER_WAYS[0].lower() + OTHER_WAYS[1:],
        ) from None
    members = list(backend.backends) if isinstance(backend, ChainerBackend) else [backend]
    usable = [member for member in members if not _flaw(member)]
    if not usable:
        flaws = {_flaw(member) for member in members} or {"absent"}
        raise _refused("unsafe" if "unsafe" in flaws else "absent", type(backend))
    return usable


def _flaw(backend: KeyringBackend) -> str:
    """`absent` for the stand-ins that keep nothing, `unsafe` for stores that write a readable file."""
    for ancestor in type(backend).__mro__:
        if ancestor.__module__ in ("keyring.backends.fail", "keyring.backends.null"):
            return "absent"
        if ancestor.__module__.startswith("keyrings.alt") or "plaintext" in ancestor.__name__.lower():
            return "unsafe"
    return ""


def _refused(code: str, backend: type) -> KeystoreError:
    if code == "absent":
        message = "No key store is reachable in this session"
    else:
        message = (
            f"The key store here ({backend.__module__}) writes to a file that can be read, so it is not used"
        )
    return KeystoreError(code, message, OTHER_WAYS)


def _explained(error: Exception) -> KeystoreError:
    names = {ancestor.__name__ for ancestor in type(error).__mro__}
    if names & {"KeyringLocked", "LockedException", "PromptDismissedException"}:
        return KeystoreError(
            "locked",
            "The key store is locked",
            f"Unlock it (a desktop session does at sign-in) and start again. Or: {OTHER_WAYS}",
        )
    return KeystoreError("failed", f"The key store failed ({type(error).__name__})", OTHER_WAYS)
