"""Where the two tokens of a profile come from, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scimtui.gitlab.address import Address
from scimtui.gitlab.secret import Secret, looks_like_token
from scimtui.profiles.errors import KeystoreError, TokenError
from scimtui.profiles.fields import GENERAL_VARIABLES
from scimtui.profiles.profile import Profile, TokenKind

if TYPE_CHECKING:
    from scimtui.profiles.keystore import Keystore

COMMAND_SECONDS = 60.0
_NO_KEYSTORE = ("keyring-absent", "keyring-unsafe")
_LENGTH_LIMIT = 4096

TYPED = "typed, for this run"
"""Source of a token that is kept nowhere."""
RESET_WARNING = (
    "GitLab shows the SCIM token once, when it is made, and your IdP uses it. Do not reset it for this: "
    "provisioning would stop until the IdP has the new one."
)

Ask = Callable[[TokenKind, Profile], Secret | None]
"""Asks a person for a token without showing it; None where they leave it out."""


@dataclass(frozen=True, slots=True)
class Found:
    """A token and where it came from.

    Attributes:
        secret: the token.
        source: `environment variable X`, `command`, `keyring` or `typed, for this run`.
    """

    secret: Secret
    source: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What was found for a profile, and which sources failed."""

    access: Found | None = None
    scim: Found | None = None
    problems: tuple[TokenError, ...] = ()

    def require(self) -> Tokens:
        """These tokens, where there is at least one: either works alone.

        Raises:
            TokenError: the first failure, or that no source holds a token.
        """
        if self.access is None and self.scim is None:
            raise self.problems[0] if self.problems else _nothing()
        return self


@dataclass(frozen=True, slots=True)
class TokenSource:
    """Where a token would come from, without fetching it.

    Attributes:
        kind: which token.
        source: `environment-variable`, `command` or `keyring`.
        name: the variable, or the command's program; empty for the key store.
        ready: whether the variable is set; None where only fetching can tell.
    """

    kind: TokenKind
    source: str
    name: str = ""
    ready: bool | None = None


def find_tokens(
    profile: Profile,
    environ: Mapping[str, str],
    *,
    keystore: Keystore | None = None,
    ask: Ask | None = None,
    command_seconds: float = COMMAND_SECONDS,
) -> Tokens:
    """Look for both tokens: named variable, command, key store, then asked for and kept for this run.

    Run it before the screen starts, because a command may ask for a PIN at the terminal. A source
    that fails ends the search for its token, so that no stale token is sent in place of the one
    meant. A person is asked only where neither token was found: either works alone.

    Args:
        profile: whose tokens.
        environ: the process's environment.
        keystore: the key store; None for the one of this machine.
        ask: asks a person; None where nobody can be asked.
        command_seconds: time limit of a token command.
    """
    found: dict[TokenKind, Found] = {}
    problems: list[TokenError] = []
    for kind in TokenKind:
        outcome = _look(profile, kind, environ, keystore, command_seconds)
        if isinstance(outcome, Found):
            found[kind] = outcome
        elif outcome is not None and all(str(outcome) != str(known) for known in problems):
            problems.append(outcome)
    if not found and ask is not None:
        for kind in TokenKind:
            typed = ask(kind, profile)
            if typed:
                outcome = checked(typed, kind, TYPED)
                if isinstance(outcome, Found):
                    found[kind] = outcome
                else:
                    problems.insert(0, outcome)
                break
    if found:
        # Nobody needs a key store who has the token they meant from elsewhere.
        problems = [problem for problem in problems if problem.code not in _NO_KEYSTORE]
    return Tokens(found.get(TokenKind.ACCESS), found.get(TokenKind.SCIM), tuple(problems))


def token_source(profile: Profile, kind: TokenKind, environ: Mapping[str, str]) -> TokenSource:
    """The first source that would be used for this token."""
    variable, command = _variable(profile, kind), profile.token_command(kind)
    ready = bool(environ.get(variable)) if variable else False
    if variable and (ready or (not command and profile.is_environment)):
        return TokenSource(kind, "environment-variable", variable, ready)
    if command:
        return TokenSource(kind, "command", command[0])
    if variable:
        return TokenSource(kind, "environment-variable", variable, ready)
    return TokenSource(kind, "keyring")


def access_token_page(address: Address) -> str:
    """GitLab's own page for making an access token, name and least scope filled in."""
    return f"{address.web_url}/-/user_settings/personal_access_tokens?name=scimtui&scopes=read_api"


def checked(secret: Secret, kind: TokenKind, source: str) -> Found | TokenError:
    """The token, less one line end, or what keeps it from being one; the token is never shown."""
    secret = _without_line_end(secret)
    flaw = _flaw(secret, kind)
    if flaw:
        return TokenError(
            "token-shape",
            f"The {kind.label} from {_origin(source)} {flaw}",
            "Copy it again, whole and alone",
        )
    return Found(secret, source)


def _look(
    profile: Profile,
    kind: TokenKind,
    environ: Mapping[str, str],
    keystore: Keystore | None,
    command_seconds: float,
) -> Found | TokenError | None:
    variable = _variable(profile, kind)
    if variable and environ.get(variable):
        return checked(Secret(environ[variable]), kind, f"environment variable {variable}")
    if command := profile.token_command(kind):
        from scimtui.profiles.token_command import run_token_command

        printed = run_token_command(command, command_seconds, _without_tokens(environ, profile))
        return printed if isinstance(printed, TokenError) else checked(printed, kind, "command")
    if profile.is_environment:
        return None
    kept = _kept(profile, kind, keystore)
    if variable and not isinstance(kept, Found):
        return TokenError(
            "variable-unset",
            f"The environment variable {variable} is not set",
            f"Set it to the {kind.label} and start again",
        )
    return kept


def _without_tokens(environ: Mapping[str, str], profile: Profile) -> dict[str, str]:
    """The environment of a command that prints one token: no other one is in it."""
    hold = {*GENERAL_VARIABLES, *(profile.token_env(kind) for kind in TokenKind)}
    return {
        name: value for name, value in environ.items() if name not in hold and not looks_like_token(value)
    }


def _kept(profile: Profile, kind: TokenKind, keystore: Keystore | None) -> Found | TokenError | None:
    from scimtui.profiles.keystore import Keystore as ThisMachine

    try:
        kept = (keystore or ThisMachine()).get(profile, kind)
    except KeystoreError as error:
        return TokenError(f"keyring-{error.code}", error.message, error.fix)
    return None if kept is None else checked(kept, kind, "keyring")


def _variable(profile: Profile, kind: TokenKind) -> str:
    variable = profile.token_env(kind)
    if variable in GENERAL_VARIABLES and not profile.is_environment:
        return ""
    return variable


def _without_line_end(secret: Secret) -> Secret:
    return Secret(secret.reveal().removesuffix("\n").removesuffix("\r"))


def _flaw(secret: Secret, kind: TokenKind) -> str:
    if not secret:
        return "is empty"
    if "\n" in secret.reveal():
        return "has several lines, where the token alone belongs"
    if secret.reveal().lower().startswith("bearer "):
        return "begins with “Bearer”: leave that word out"
    if any(character.isspace() for character in secret.reveal()):
        return "has a blank in it"
    if "://" in secret.reveal():
        return "is an address, not a token"
    if not secret.reveal().isascii() or not secret.reveal().isprintable():
        return "has a character in it that no token has"
    if len(secret.reveal()) > _LENGTH_LIMIT:
        return "is too long for a token"
    if kind is TokenKind.SCIM and secret.reveal().startswith("glpat-"):
        return "is an access token (glpat-): the SCIM token is another one"
    if kind is TokenKind.ACCESS and "glsoat-" in secret.reveal():
        return "is a SCIM token (glsoat-): the access token is another one"
    return ""


def _origin(source: str) -> str:
    return {"command": "the token command", "keyring": "the key store"}.get(source, source)


def _nothing() -> TokenError:
    return TokenError(
        "no-token",
        "No token was found for this profile",
        "Keep one with “scimtui profile add NAME --replace”, name an environment variable or a command in "
        "the profile, or, for the environment profile, set SCIMTUI_ACCESS_TOKEN or SCIMTUI_SCIM_TOKEN",
    )
