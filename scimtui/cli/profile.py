"""`scimtui profile`: saved connections."""

from __future__ import annotations

import json
import os

import click

from scimtui.cli._profile_words import (
    NOTHING_SAVED,
    Stopped,
    as_json,
    as_lines,
    confirmed,
    explained,
    hint,
    say,
)
from scimtui.cli.profile_add import add
from scimtui.profiles import (
    Keystore,
    KeystoreError,
    Profile,
    Profiles,
    find_profile,
    paths,
    remove_database,
    remove_profile,
    set_default,
)
from scimtui.text import cell_width, fit, printable


@click.group()
def command() -> None:
    """Add, list, show, remove a saved connection, or choose the default.

    Tokens are never arguments and are never written to a file.
    """


command.add_command(add)


@command.command("list")
@click.option("--json", "as_document", is_flag=True, help="Print one JSON array.")
def list_profiles(as_document: bool) -> None:
    """List the saved connections; * marks the default."""
    with explained():
        saved = Profiles.load(paths().profiles_file)
    default = _default_name(saved)
    if as_document:
        rows = [
            as_json(profile, os.environ, default=name == default) for name, profile in saved.by_name.items()
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not saved.by_name:
        hint(NOTHING_SAVED)
        return
    _print_table([_row(profile, name == default) for name, profile in saved.by_name.items()])
    if not default:
        hint("None of them is the default. Choose one with “scimtui profile default NAME”.")


@command.command("show")
@click.argument("name", required=False)
@click.option("--json", "as_document", is_flag=True, help="Print one JSON object.")
@click.pass_context
def show(ctx: click.Context, name: str | None, as_document: bool) -> None:
    """Show one connection, and from where each token would come.

    Without NAME, the one that would be used. No token is looked up or shown.
    """
    file = paths().profiles_file
    with explained():
        profile = find_profile(name or (ctx.obj or {}).get("profile"), os.environ, file)
    if profile is None:
        raise Stopped(NOTHING_SAVED, 1)
    with explained():
        default = not profile.is_environment and _default_name(Profiles.load(file)) == profile.name
    if as_document:
        click.echo(json.dumps(as_json(profile, os.environ, default=default), ensure_ascii=False, indent=2))
        return
    for line in as_lines(profile, os.environ, default=default):
        say(line)


@command.command("default")
@click.argument("name")
def choose_default(name: str) -> None:
    """Make NAME the connection that is used where none is named."""
    with explained():
        set_default(paths(), name)
    say(f"“{name}” is the default now.")


@command.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, yes: bool) -> None:
    """Remove a saved connection, its tokens in the key store and its snapshot.

    The journal stays: it is the record of what was changed, and what undo needs. A profile of the same
    name and address finds it again; “scimtui purge” removes it.
    """
    places = paths()
    with explained():
        profile = Profiles.load(places.profiles_file).get(name)
    if not confirmed(f"Remove “{name}”, its tokens in the key store and its snapshot?", yes=yes):
        hint("Nothing was removed.")
        return
    with explained():
        after = remove_profile(places, name)
        remove_database(places, places.snapshot(profile))
    say(f"Removed “{name}”.")
    if places.journal(profile).exists():
        hint(f"Its journal stays, because undo needs it: {places.journal(profile)}")
    if after.by_name and not _default_name(after):
        hint("No profile is the default now. Choose one with “scimtui profile default NAME”.")
    _forget_tokens(name)


def _forget_tokens(name: str) -> None:
    try:
        Keystore().forget(name)
    except KeystoreError as error:
        if error.code in ("absent", "unsafe"):
            return
        raise Stopped(
            f"Its tokens may still be in the key store. {error} Then run “scimtui purge”, "
            "which removes every token that scimtui kept.",
            1,
        ) from None


def _default_name(saved: Profiles) -> str:
    return saved.default or (next(iter(saved.by_name)) if len(saved.by_name) == 1 else "")


def _row(profile: Profile, default: bool) -> tuple[str, ...]:
    address = profile.address
    return (
        "*" if default else " ",
        printable(profile.name),
        printable(address.host),
        printable(address.label),
        profile.idp or "-",
        "read-only" if profile.read_only else "may write",
    )


def _print_table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(cell_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        click.echo("  ".join(fit(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())
