"""`scimtui profile`: saved connections."""

from __future__ import annotations

import os

import click

from scimtui.cli import Chosen
from scimtui.cli.failures import BAD_ANSWER, Failure
from scimtui.cli.failures import say as hint
from scimtui.cli.profile_add import add
from scimtui.cli.profile_words import (
    NOTHING_SAVED,
    as_json,
    as_lines,
    confirmed,
    name_must_be_saved,
    result,
)
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
from scimtui.text import cell_width, fit, json_text, printable


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
    saved = Profiles.load(paths().profiles_file)
    default = _default_name(saved)
    if as_document:
        rows = [
            as_json(profile, os.environ, default=name == default) for name, profile in saved.by_name.items()
        ]
        click.echo(json_text(rows))
        return
    if not saved.by_name:
        hint(NOTHING_SAVED)
        return
    _print_table([_row(profile, name == default) for name, profile in saved.by_name.items()])
    if not default:
        hint("none of them is the default\nnext: scimtui profile default NAME")


@command.command("show")
@click.argument("name", required=False)
@click.option("--json", "as_document", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def show(chosen: Chosen, name: str | None, as_document: bool) -> None:
    """Show one connection, and from where each token would come.

    Without NAME, the one that would be used. No token is looked up or shown.
    """
    file = paths().profiles_file
    with name_must_be_saved():
        profile = find_profile(name or chosen.profile, os.environ, file)
    if profile is None:
        raise Failure(NOTHING_SAVED, BAD_ANSWER)
    default = not profile.is_environment and _default_name(Profiles.load(file)) == profile.name
    if as_document:
        click.echo(json_text(as_json(profile, os.environ, default=default)))
        return
    for line in as_lines(profile, os.environ, default=default):
        result(line)


@command.command("default")
@click.argument("name")
def choose_default(name: str) -> None:
    """Make NAME the connection that is used where none is named."""
    with name_must_be_saved():
        set_default(paths(), name)
    result(f"“{name}” is the default now.")


@command.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, yes: bool) -> None:
    """Remove a saved connection, its tokens in the key store and its snapshot.

    The journal stays: it is the record of what was changed, and what undo needs. A profile of the same
    name and address finds it again; “scimtui purge” removes it.
    """
    places = paths()
    with name_must_be_saved():
        profile = Profiles.load(places.profiles_file).get(name)
    if not confirmed(f"Remove “{name}”, its tokens in the key store and its snapshot?", yes=yes):
        hint("nothing was removed")
        return
    after = remove_profile(places, name)
    remove_database(places, places.snapshot(profile))
    remove_database(places, places.setup(profile))
    result(f"Removed “{name}”.")
    if places.journal(profile).exists():
        hint(f"its journal stays, because undo needs it: {places.journal(profile)}")
    if after.by_name and not _default_name(after):
        hint("no profile is the default now\nnext: scimtui profile default NAME")
    _forget_tokens(name)


def _forget_tokens(name: str) -> None:
    try:
        Keystore().forget(name)
    except KeystoreError as error:
        if error.code in ("absent", "unsafe"):
            return
        raise Failure(
            f"its tokens may still be in the key store\n{error}\n"
            "next: scimtui purge removes every token that scimtui kept",
            BAD_ANSWER,
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
        "untested" if profile.untested else "",
    )


def _print_table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(cell_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        click.echo("  ".join(fit(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())
