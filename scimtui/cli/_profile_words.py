"""What the profile commands say, and how they end: results to stdout, all else to stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

import click

from scimtui.profiles import (
    Profile,
    ProfilesRoomError,
    TokenKind,
    TokenSource,
    UnknownProfileError,
    token_source,
)
from scimtui.text import printable

NOTHING_SAVED = "No profile is saved. Make one with “scimtui profile add NAME”."


class Stopped(click.ClickException):
    """Ends the command with a message and an exit code of DESIGN's table."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.exit_code = code

    def show(self, file: IO[Any] | None = None) -> None:
        hint(self.message)


@contextmanager
def explained() -> Iterator[None]:
    """A failure of the profiles room ends the command: 1 where a name is not saved, else 2."""
    try:
        yield
    except ProfilesRoomError as error:
        code = 1 if isinstance(error, UnknownProfileError) else 2
        raise Stopped(str(error), code) from None


def say(text: str = "") -> None:
    """A line of the result."""
    click.echo(printable(text))


def hint(text: str = "") -> None:
    """A line beside the result."""
    click.echo(printable(text), err=True)


def interactive() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirmed(question: str, *, yes: bool) -> bool:
    """Whether the person agrees; without a terminal only `--yes` does."""
    if yes:
        return True
    if not interactive():
        raise Stopped("Nobody can be asked here: give --yes to go on. Nothing was changed.", 2)
    return click.confirm(printable(question), default=False, err=True)


def as_json(profile: Profile, environ: Mapping[str, str], *, default: bool) -> dict[str, object]:
    """The profile without any token, and where each would come from."""
    address = profile.address
    return {
        "name": profile.name,
        "default": default,
        "scim_url": address.scim_url,
        "rest_url": address.rest_url,
        "host": address.host,
        "group": address.group,
        "idp": profile.idp or None,
        "nameid_source": profile.nameid_source or None,
        "read_only": profile.read_only,
        "snapshot": profile.snapshot,
        "ca_file": profile.ca_file or None,
        "allow_http": profile.allow_http,
        "access_token": _source_json(token_source(profile, TokenKind.ACCESS, environ)),
        "scim_token": _source_json(token_source(profile, TokenKind.SCIM, environ)),
    }


def as_lines(profile: Profile, environ: Mapping[str, str], *, default: bool) -> list[str]:
    """The same for people."""
    address = profile.address
    rows = (
        ("SCIM endpoint", address.scim_url),
        ("REST base", address.rest_url),
        ("Group", address.label),
        ("IdP", profile.idp or "not said"),
        ("NameID source", profile.nameid_source or "not said"),
        ("Writing", "refused (read-only)" if profile.read_only else "allowed"),
        ("Snapshot", "kept on disk" if profile.snapshot else "in memory only"),
        ("CA file", profile.ca_file or "none, the system's certificates alone"),
        ("Plain http", "allowed" if profile.allow_http else "refused, but to this machine"),
        ("Access token", _source_words(token_source(profile, TokenKind.ACCESS, environ))),
        ("SCIM token", _source_words(token_source(profile, TokenKind.SCIM, environ))),
    )
    heading = f"{profile.name} (default)" if default else profile.name
    return [heading, *(f"  {label:<14} {value}" for label, value in rows)]


def _source_json(source: TokenSource) -> dict[str, object]:
    return {"source": source.source, "name": source.name or None, "set": source.ready}


def _source_words(source: TokenSource) -> str:
    if source.source == "environment-variable":
        return f"environment variable {source.name} ({'set' if source.ready else 'not set'})"
    if source.source == "command":
        return f"what the command “{source.name}” prints"
    return "the key store, else asked for at each start"
