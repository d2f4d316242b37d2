"""What the profile commands say, and how they end: results to stdout, all else to stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click

from scimtui.cli.failures import BAD_ANSWER, WRONG_USE, Failure
from scimtui.profiles import (
    Profile,
    TokenKind,
    TokenSource,
    UnknownProfileError,
    token_source,
)
from scimtui.text import printable

NOTHING_SAVED = "no profile is saved\nnext: scimtui profile add NAME"


@contextmanager
def name_must_be_saved() -> Iterator[None]:
    """A name that is not saved ends the command with 1: nothing was found."""
    try:
        yield
    except UnknownProfileError as error:
        raise Failure(str(error), BAD_ANSWER) from None


def result(text: str) -> None:
    """A line of the result."""
    click.echo(printable(text))


def interactive() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirmed(question: str, *, yes: bool) -> bool:
    """Whether the person agrees; without a terminal only `--yes` does."""
    if yes:
        return True
    if not interactive():
        raise Failure("nobody can be asked here, so nothing was changed\nnext: give --yes", WRONG_USE)
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
        "untested": profile.untested,
        "access_token": _source_json(token_source(profile, TokenKind.ACCESS, environ)),
        "scim_token": _source_json(token_source(profile, TokenKind.SCIM, environ)),
    }


def as_lines(profile: Profile, environ: Mapping[str, str], *, default: bool) -> list[str]:
    """The same for people."""
    address = profile.address
    tested = f"not yet: scimtui --profile {profile.name} check" if profile.untested else ""
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
        ("Tested", tested),
    )
    heading = f"{profile.name} (default)" if default else profile.name
    return [heading, *(f"  {label:<14} {value}" for label, value in rows if value)]


def _source_json(source: TokenSource) -> dict[str, object]:
    return {"source": source.source, "name": source.name or None, "set": source.ready}


def _source_words(source: TokenSource) -> str:
    if source.source == "environment-variable":
        return f"environment variable {source.name} ({'set' if source.ready else 'not set'})"
    if source.source == "command":
        return f"what the command “{source.name}” prints"
    return "the key store, else asked for at each start"
