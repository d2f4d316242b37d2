"""`scimtui profile add`: from the options, or asked for at the terminal."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from dataclasses import asdict
from dataclasses import replace as replaced
from typing import Any

import click

from scimtui.cli.failures import BAD_ANSWER, FINE, WRONG_USE, Failure
from scimtui.cli.failures import say as hint
from scimtui.cli.profile_words import interactive, result
from scimtui.gitlab.secret import Secret
from scimtui.profiles import (
    IDPS,
    RESET_WARNING,
    FieldError,
    Found,
    Keystore,
    KeystoreError,
    Profile,
    Profiles,
    TokenError,
    TokenKind,
    access_token_page,
    checked,
    paths,
    profile_from,
    save_profile,
)

_STDIN_LIMIT = 16 * 1024
_TOKEN_FIELDS = ("access_token_env", "scim_token_env", "access_token_command", "scim_token_command")
_EXISTING_FILE = click.Path(exists=True, dir_okay=False, resolve_path=True)


@click.command("add")
@click.argument("name")
@click.option("--scim-url", metavar="URL", help="SCIM API endpoint URL, as GitLab's SAML SSO page shows it.")
@click.option("--rest-url", metavar="URL", help="REST base, where it is not the SCIM host's /api/v4.")
@click.option("--idp", type=click.Choice(IDPS), help="Where people are provisioned from.")
@click.option(
    "--nameid-source", metavar="TEXT", help="externalId, or the IdP's attribute, such as user.mail."
)
@click.option("--read-only/--read-write", default=None, help="Refuse every request but GET (usual when new).")
@click.option("--snapshot/--no-snapshot", default=None, help="Keep people on disk between runs.")
@click.option("--ca-file", type=_EXISTING_FILE, metavar="FILE", help="CA certificates beside the system's.")
@click.option("--allow-http/--no-allow-http", default=None, help="Plain http to another machine is meant.")
@click.option("--access-token-env", metavar="VARIABLE", help="Variable that holds the access token.")
@click.option("--scim-token-env", metavar="VARIABLE", help="Variable that holds the SCIM token.")
@click.option("--access-token-command", metavar="COMMAND", help="Prints the access token; run with no shell.")
@click.option("--scim-token-command", metavar="COMMAND", help="Prints the SCIM token; run with no shell.")
@click.option("--access-token-stdin", is_flag=True, help="Keep the access token that stdin gives.")
@click.option("--scim-token-stdin", is_flag=True, help="The same for the SCIM token; with both, line 2.")
@click.option("--default", "as_default", is_flag=True, help="Use it where no profile is named.")
@click.option("--replace", is_flag=True, help="Change the profile of that name: what is given, nothing else.")
def add(
    name: str,
    access_token_stdin: bool,
    scim_token_stdin: bool,
    as_default: bool,
    replace: bool,
    **given: Any,
) -> int:
    """Save a connection under NAME. What is not given is asked for.

    Tokens go into this machine's key store, from a hidden prompt or from stdin; a named variable or
    command is asked at each start instead. A new profile is read-only.
    """
    places = paths()
    old = Profiles.load(places.profiles_file).by_name.get(name)
    if old is not None and not replace:
        raise Failure(
            f"“{name}” is saved already\nnext: give --replace to change it, or another name", WRONG_USE
        )
    fields = _known_fields(old) | _given_fields(given)
    keystore = Keystore()
    if "scim_url" not in fields:
        _say_what_comes(keystore, fields)
        fields |= _asked_fields(fields)
    profile = _profile(name, fields)
    profile = replaced(profile, untested=old is None or old.untested or _goes_elsewhere(old, profile))
    from_stdin = [
        kind
        for kind, wanted in ((TokenKind.ACCESS, access_token_stdin), (TokenKind.SCIM, scim_token_stdin))
        if wanted
    ]
    trouble = _keystore_trouble(keystore, profile, from_stdin)
    tokens = _tokens(profile, from_stdin) if trouble is None else {}
    save_profile(places, profile, replace=replace, default=as_default)
    _report(profile)
    if trouble is None:
        trouble = _keep(keystore, profile, tokens)
    if trouble is not None:
        hint(f"no token was kept\n{trouble}")
        return BAD_ANSWER if from_stdin else FINE
    return FINE


def _goes_elsewhere(old: Profile, new: Profile) -> bool:
    """Whether what a connection test said of the old one says nothing of the new one."""
    return any(
        getattr(old, key) != getattr(new, key) for key in ("scim_url", "rest_url", "ca_file", "allow_http")
    )


def _known_fields(old: Profile | None) -> dict[str, Any]:
    if old is None:
        return {}
    fields = asdict(old)
    del fields["name"]
    return fields


def _given_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    fields = {key: value for key, value in given.items() if value is not None}
    for key in ("access_token_command", "scim_token_command"):
        if key in fields:
            try:
                fields[key] = shlex.split(fields[key])
            except ValueError as error:
                raise Failure(f"{_option(key)}: {error}", WRONG_USE) from None
    return fields


def _profile(name: str, fields: Mapping[str, Any]) -> Profile:
    try:
        return profile_from(name, fields)
    except FieldError as error:
        shown = "NAME" if error.key == "name" else _option(error.key)
        raise Failure(f"{shown}: {error}", WRONG_USE) from None


def _option(key: str) -> str:
    return f"--{key.replace('_', '-')}"


def _asked_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    if not interactive():
        raise Failure("--scim-url is missing, and nobody can be asked here", WRONG_USE)
    hint("The address stands in GitLab under Settings > SAML SSO of the group: “SCIM API endpoint URL”.")

    def address(text: str) -> str:
        try:
            profile = profile_from("new", {**fields, "scim_url": text})
        except FieldError as error:
            raise click.BadParameter(str(error)) from None
        hint(f"  {profile.address.host}, {profile.address.label}")
        return text.strip()

    asked: dict[str, Any] = {"scim_url": click.prompt("SCIM endpoint URL", value_proc=address, err=True)}
    if "idp" not in fields:
        question = f"IdP ({', '.join(IDPS)}, or Enter where you do not know)"
        asked["idp"] = click.prompt(question, default="", show_default=False, value_proc=_idp, err=True)
    if "nameid_source" not in fields:
        asked["nameid_source"] = click.prompt(
            "NameID source: externalId, the IdP's attribute, or Enter where you do not know",
            default="",
            show_default=False,
            err=True,
        ).strip()
    return asked


def _say_what_comes(keystore: Keystore, fields: Mapping[str, Any]) -> None:
    """Before anything is asked: what will be, and whether a token can be kept here at all."""
    named = any(fields.get(key) for key in _TOKEN_FIELDS)
    if not interactive() or named:
        return
    try:
        keystore.check()
    except KeystoreError:
        hint(
            "No key store is reachable here, so no token will be asked for or kept.\n"
            "Name variables that hold them: --access-token-env NAME, --scim-token-env NAME"
        )
    else:
        hint("Asked for: the address, the identity provider, then the two tokens, which are not shown.")


def _idp(text: str) -> str:
    idp = text.strip().lower()
    if idp not in ("", *IDPS):
        # What was typed is not repeated: it may be a token, pasted one question too early.
        raise click.BadParameter(f"one of {', '.join(IDPS)}, or nothing")
    return idp


def _keystore_trouble(
    keystore: Keystore, profile: Profile, from_stdin: list[TokenKind]
) -> KeystoreError | None:
    """Why no token can be kept; looked at before one is asked for, and only where one would be."""
    if not from_stdin and not (interactive() and _kinds_to_ask(profile)):
        return None
    try:
        keystore.check()
    except KeystoreError as error:
        return error
    return None


def _kinds_to_ask(profile: Profile) -> list[TokenKind]:
    return [kind for kind in TokenKind if not profile.token_env(kind) and not profile.token_command(kind)]


def _tokens(profile: Profile, from_stdin: list[TokenKind]) -> dict[TokenKind, Secret]:
    if from_stdin:
        tokens: dict[TokenKind, Secret] = {}
        for kind in from_stdin:
            rest = kind is from_stdin[-1]
            tokens[kind] = Secret(sys.stdin.read(_STDIN_LIMIT) if rest else sys.stdin.readline(_STDIN_LIMIT))
            outcome = checked(tokens[kind], kind, "stdin")
            if isinstance(outcome, TokenError):
                raise Failure(f"{outcome}\nnothing was saved", WRONG_USE)
            tokens[kind] = outcome.secret
        return tokens
    if not interactive():
        return {}
    asked = {kind: ask_token(kind, profile) for kind in _kinds_to_ask(profile)}
    return {kind: secret for kind, secret in asked.items() if secret}


def ask_token(kind: TokenKind, profile: Profile) -> Secret | None:
    """Ask at the terminal without showing what is typed; None where it is left out."""
    if kind is TokenKind.ACCESS:
        hint("Access token: reads members and identities. Make one here, with the least scope, read_api:")
        hint(f"  {access_token_page(profile.address)}")
    else:
        hint(f"SCIM token: optional. {RESET_WARNING}")
    question = f"{kind.label[0].upper()}{kind.label[1:]} (not shown, Enter to leave it out)"
    while True:
        typed = Secret(click.prompt(question, default="", show_default=False, hide_input=True, err=True))
        if not typed:
            return None
        outcome = checked(typed, kind, "the prompt")
        if isinstance(outcome, Found):
            return outcome.secret
        hint(str(outcome))


def _keep(keystore: Keystore, profile: Profile, tokens: Mapping[TokenKind, Secret]) -> KeystoreError | None:
    try:
        for kind, secret in tokens.items():
            keystore.put(profile, kind, secret)
            result(f"The {kind.label} is kept in the key store.")
    except KeystoreError as error:
        return error
    return None


def _report(profile: Profile) -> None:
    address = profile.address
    mode = ("read-only" if profile.read_only else "may write") + (", untested" if profile.untested else "")
    result(f"Saved “{profile.name}”: {address.host}, {address.label}, {mode}.")
    for kind in TokenKind:
        variable, command = profile.token_env(kind), profile.token_command(kind)
        if variable:
            result(f"The {kind.label} is read from the environment variable {variable}.")
        elif command:
            result(f"The {kind.label} is what the command “{command[0]}” prints.")
    if profile.untested:
        hint(f"next: scimtui --profile {shlex.quote(profile.name)} check")
