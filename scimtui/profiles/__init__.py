"""Saved connections, and where their tokens come from.

    profile = find_profile(None, os.environ, paths().profiles_file)
    if profile is not None:
        tokens = find_tokens(profile, os.environ).require()

Reading a profile imports neither the key store nor the writer of the file: a command that answers
from the snapshot starts in a few interpreter starts. Names are therefore loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scimtui.profiles.bounded import run_off_loop
    from scimtui.profiles.choice import choose, find_profile
    from scimtui.profiles.errors import (
        KeystoreError,
        ProfileError,
        ProfilesRoomError,
        TokenError,
        UnknownProfileError,
        UnsafePathError,
    )
    from scimtui.profiles.fields import FIELDS, GENERAL_VARIABLES, IDPS, FieldError, profile_from
    from scimtui.profiles.folders import Paths, paths
    from scimtui.profiles.keystore import Keystore
    from scimtui.profiles.profile import ENVIRONMENT, Profile, TokenKind
    from scimtui.profiles.profiles_file import Profiles
    from scimtui.profiles.removal import Traces, find_traces, purge, remove_database
    from scimtui.profiles.tokens import (
        RESET_WARNING,
        Ask,
        Found,
        Tokens,
        TokenSource,
        access_token_page,
        checked,
        find_tokens,
        token_source,
    )
    from scimtui.profiles.writing import allow_changes, mark_tested, remove_profile, save_profile, set_default

_HOMES = {
    "bounded": ("run_off_loop",),
    "choice": ("choose", "find_profile"),
    "errors": (
        "KeystoreError",
        "ProfileError",
        "ProfilesRoomError",
        "TokenError",
        "UnknownProfileError",
        "UnsafePathError",
    ),
    "folders": ("Paths", "paths"),
    "fields": ("FIELDS", "GENERAL_VARIABLES", "IDPS", "FieldError", "profile_from"),
    "keystore": ("Keystore",),
    "profile": ("ENVIRONMENT", "Profile", "TokenKind"),
    "profiles_file": ("Profiles",),
    "removal": ("Traces", "find_traces", "purge", "remove_database"),
    "tokens": (
        "RESET_WARNING",
        "Ask",
        "Found",
        "TokenSource",
        "Tokens",
        "access_token_page",
        "checked",
        "find_tokens",
        "token_source",
    ),
    "writing": ("allow_changes", "mark_tested", "remove_profile", "save_profile", "set_default"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "ENVIRONMENT",
    "FIELDS",
    "GENERAL_VARIABLES",
    "IDPS",
    "RESET_WARNING",
    "Ask",
    "FieldError",
    "Found",
    "Keystore",
    "KeystoreError",
    "Paths",
    "Profile",
    "ProfileError",
    "Profiles",
    "ProfilesRoomError",
    "TokenError",
    "TokenKind",
    "TokenSource",
    "Tokens",
    "Traces",
    "UnknownProfileError",
    "UnsafePathError",
    "access_token_page",
    "allow_changes",
    "checked",
    "choose",
    "find_profile",
    "find_tokens",
    "find_traces",
    "mark_tested",
    "paths",
    "profile_from",
    "purge",
    "remove_database",
    "remove_profile",
    "run_off_loop",
    "save_profile",
    "set_default",
    "token_source",
]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
