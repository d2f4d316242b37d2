"""What can go wrong with profiles and their tokens. No message ever holds a token.

ProfilesRoomError
├── ProfileError     the profiles file, or a variable that stands for one
├── UnsafePathError  a file or folder that would be followed somewhere else
├── KeystoreError    the key store of this machine
└── TokenError       one source of one token
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scimtui.gitlab.secret import without_tokens

if TYPE_CHECKING:
    from pathlib import Path


class ProfilesRoomError(Exception):
    """Base of everything this room raises."""


class ProfileError(ProfilesRoomError):
    """A profile can't be used.

    Attributes:
        message: what is wrong and what to do, in one or two sentences.
        file: the profiles file; None where a variable or an option is meant.
        line: line in that file, counted from 1; 0 where none can be named.
        key: the key, variable or option.
    """

    def __init__(self, message: str, *, file: Path | None = None, line: int = 0, key: str = "") -> None:
        self.message = message = without_tokens(message)
        self.file = file
        self.line = line
        self.key = key = without_tokens(key)
        where = "" if file is None else f"{file}, line {line}" if line else f"{file}"
        super().__init__(": ".join(part for part in (where, key, message) if part))


class UnknownProfileError(ProfileError):
    """No profile of that name is saved."""


class UnsafePathError(ProfilesRoomError):
    """A path is not only ours: a symbolic link, another owner, or no plain file."""

    def __init__(self, path: Path, message: str) -> None:
        self.path = path
        self.message = message
        super().__init__(f"{path}: {message}")


class KeystoreError(ProfilesRoomError):
    """The key store did not do what was asked.

    Attributes:
        code: `absent`, `unsafe`, `locked`, `timeout` or `failed`.
        message: what happened.
        fix: the next step.
    """

    def __init__(self, code: str, message: str, fix: str) -> None:
        self.code = code
        self.message = message
        self.fix = fix
        super().__init__(f"{message}. {fix}.")


class TokenError(ProfilesRoomError):
    """One source of a token failed, or gave something that can't be a token.

    Attributes:
        code: kebab-case, e.g. `command-timed-out`, `token-shape`, `keyring-locked`, `no-token`.
        message: what happened.
        fix: the next step.
    """

    def __init__(self, code: str, message: str, fix: str) -> None:
        self.code = code
        self.message = message
        self.fix = fix
        super().__init__(f"{message}. {fix}.")
