"""The fields of a profile: what each may hold. Hand-written, so that reading a profile stays quick."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scimtui.gitlab.address import AddressError, holds_token, is_loopback, parse_address
from scimtui.gitlab.secret import looks_like_old_token
from scimtui.profiles.profile import ENVIRONMENT, Profile

IDPS = ("entra", "okta", "other")
SCIM_VARIABLE = "SCIMTUI_SCIM_TOKEN"
ACCESS_VARIABLE = "SCIMTUI_ACCESS_TOKEN"
GENERAL_VARIABLES = (SCIM_VARIABLE, ACCESS_VARIABLE)
"""Variables that serve the environment profile alone."""
_NAME_LIMIT = 64
_TEXT_LIMIT = 2000


class FieldError(ValueError):
    """A field holds what it can't; `key` is its name, `str` says what was wrong and what to do."""

    def __init__(self, key: str, message: str) -> None:
        self.key = key
        super().__init__(message)


def check_name(name: str) -> str:
    """A profile's name, as it is; raises FieldError with key `name`."""
    if not name or len(name) > _NAME_LIMIT:
        raise FieldError("name", f"a profile's name has 1 to {_NAME_LIMIT} characters")
    if is_token(name):
        raise FieldError("name", "this is a token, not a name: choose a name such as the group's")
    if not name.isprintable() or name != name.strip() or name.startswith("-"):
        raise FieldError(
            "name", "a profile's name has no blanks at its ends, no control characters, no - in front"
        )
    if name == ENVIRONMENT:
        raise FieldError(
            "name", f"“{ENVIRONMENT}” is the profile of the SCIMTUI_ variables: choose another name"
        )
    return name


def profile_from(name: str, table: Mapping[str, object]) -> Profile:
    """Make a Profile of what a file or a form holds.

    Raises:
        FieldError: the first field that can't be used.
    """
    check_name(name)
    for key in table:
        if key not in _CHECKS:
            raise FieldError(key, _unknown(key))
    values: dict[str, Any] = {key: _CHECKS[key](key, value) for key, value in table.items()}
    if not values.get("scim_url"):
        raise FieldError(
            "scim_url",
            "missing: copy the “SCIM API endpoint URL” from GitLab, Settings > SAML SSO of the group",
        )
    check_address(values["scim_url"], values.get("rest_url", ""), allow_http=values.get("allow_http", False))
    return Profile(name=name, **values)


def check_address(
    scim_url: str,
    rest_url: str,
    *,
    allow_http: bool,
    keys: tuple[str, str] = ("scim_url", "rest_url"),
) -> None:
    """Both addresses can be read, and neither carries a token in the clear unless that is meant."""
    key = keys[0]
    try:
        parse_address(scim_url)
        key = keys[1]
        parse_address(scim_url, rest_url)
    except AddressError as error:
        raise FieldError(key, str(error)) from None
    for key, url in zip(keys, (scim_url, rest_url), strict=True):
        parts = urlsplit(url.strip())
        if parts.scheme == "http" and not allow_http and not is_loopback(parts.hostname or ""):
            raise FieldError(
                key,
                "plain http sends the token readable over the network: write https://, "
                "or set allow_http = true in a saved profile where that is meant",
            )


def _short(key: str, value: object) -> str:
    """What is written where text belongs; an address says more of what is wrong with it (`check_address`)."""
    if not isinstance(value, str):
        raise FieldError(key, f'{_shape(value)}, where text in quotes belongs: {key} = "…"')
    if len(value) > _TEXT_LIMIT or not value.isprintable():
        raise FieldError(key, "too long, or with a control character in it")
    return value


def _plain(key: str, value: object) -> str:
    value = _short(key, value)
    if is_token(value):
        raise FieldError(
            key,
            "a token is written here. Tokens are never kept in this file: take it out, revoke it if others "
            "could read it, and let an environment variable, a token command or the key store hold it",
        )
    return value


def _flag(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise FieldError(key, f"{_shape(value)}, where true or false belongs, without quotes")
    return value


def _idp(key: str, value: object) -> str:
    text = _plain(key, value)
    if text not in ("", *IDPS):
        raise FieldError(key, f"one of {', '.join(IDPS)}; leave it out where it is not known")
    return text


def _variable(key: str, value: object) -> str:
    text = _plain(key, value)
    if text and not (text.isascii() and text.isidentifier()):
        raise FieldError(
            key, "the name of an environment variable belongs here (letters, digits, _), without $"
        )
    if text in GENERAL_VARIABLES:
        raise FieldError(
            key,
            f"{text} serves the environment profile alone, so that no token reaches another host: "
            "name another",
        )
    return text


def _command(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
        raise FieldError(
            key, f'{_shape(value)}, where a list of arguments belongs: {key} = ["pass", "show", "gitlab"]'
        )
    arguments = tuple(_plain(key, part) for part in value)
    if arguments and not arguments[0].strip():
        raise FieldError(key, "the first argument is the program: it is empty")
    return arguments


def _ca_file(key: str, value: object) -> str:
    text = _plain(key, value)
    if not text:
        return ""
    if text == "~" or text.startswith("~/"):
        return str(Path(text).expanduser())
    if not Path(text).is_absolute():
        raise FieldError(key, "the path starts with / or ~/, so that it is the same from every folder")
    return text


_CHECKS: dict[str, Callable[[str, object], object]] = {
    "scim_url": _short,
    "rest_url": _short,
    "idp": _idp,
    "nameid_source": _plain,
    "read_only": _flag,
    "snapshot": _flag,
    "ca_file": _ca_file,
    "allow_http": _flag,
    "untested": _flag,
    "scim_token_env": _variable,
    "access_token_env": _variable,
    "scim_token_command": _command,
    "access_token_command": _command,
}
FIELDS = tuple(_CHECKS)
"""Every key of a profile, in the order in which they are written."""


def nearest(word: str, known: tuple[str, ...]) -> str:
    """`, did you mean …?` for what was probably meant, or empty."""
    from difflib import get_close_matches

    found = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f", did you mean {found[0]}?" if found else ""


def _unknown(key: str) -> str:
    if key in ("scim_token", "access_token", "token", "password"):
        return (
            "tokens are never kept in this file: take it out, and name a variable "
            "(scim_token_env, access_token_env), a command (scim_token_command, access_token_command), "
            "or let the key store hold it"
        )
    return f"not a key of a profile{nearest(key, FIELDS) or ': ' + ', '.join(FIELDS)}"


def is_token(text: str) -> bool:
    """Whether a token stands where none belongs, alone or within an address or a command."""
    return holds_token(text) or any(looks_like_old_token(word) for word in text.split())


def _shape(value: object) -> str:
    if isinstance(value, bool):
        return "this is true or false"
    if isinstance(value, str):
        return "this is text"
    if isinstance(value, int | float):
        return "this is a number"
    if isinstance(value, list | tuple):
        return "this is a list of other things"
    return "this is a table" if isinstance(value, dict) else "this is a date or a time"
