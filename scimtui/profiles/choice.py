"""Which profile a command or the console works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from scimtui.profiles.errors import ProfileError
from scimtui.profiles.fields import ACCESS_VARIABLE, SCIM_VARIABLE, FieldError, check_address
from scimtui.profiles.profile import ENVIRONMENT, Profile
from scimtui.profiles.profiles_file import Profiles

_OFF = ("", "0", "false", "no", "off")


def choose(
    name: str | None, environ: Mapping[str, str], profiles: Profiles, *, read_only: bool = False
) -> Profile | None:
    """The profile meant: `--profile`, SCIMTUI_PROFILE, the environment profile, the file's default.

    Args:
        name: what `--profile` gave.
        environ: the process's environment.
        profiles: what is saved.
        read_only: what `--read-only` gave; SCIMTUI_READ_ONLY does the same.

    Returns:
        None where nothing is named or saved: the first run.

    Raises:
        UnknownProfileError: a name that is not saved.
        ProfileError: variables that can't be used, or several profiles without a default.
    """
    wanted = name or environ.get("SCIMTUI_PROFILE", "")
    if wanted == ENVIRONMENT or (not wanted and environ.get("SCIMTUI_SCIM_URL")):
        chosen: Profile | None = environment_profile(environ)
    elif wanted:
        chosen = profiles.get(wanted)
    else:
        chosen = profiles.default_profile
    if chosen is not None and (read_only or wants_read_only(environ)):
        return replace(chosen, read_only=True)
    return chosen


def find_profile(
    name: str | None, environ: Mapping[str, str], file: Path, *, read_only: bool = False
) -> Profile | None:
    """`choose`, reading the file only where a saved profile can be meant.

    The environment profile needs no file, so a broken one does not stand in its way.
    """
    wanted = name or environ.get("SCIMTUI_PROFILE", "")
    needs_file = wanted != ENVIRONMENT if wanted else not environ.get("SCIMTUI_SCIM_URL")
    profiles = Profiles.load(file) if needs_file else Profiles()
    return choose(name, environ, profiles, read_only=read_only)


def environment_profile(environ: Mapping[str, str]) -> Profile:
    """The profile that the general variables make; it may write unless told otherwise."""
    scim_url = environ.get("SCIMTUI_SCIM_URL", "")
    rest_url = environ.get("SCIMTUI_REST_URL", "")
    if not scim_url:
        raise ProfileError(f"not set, and the profile “{ENVIRONMENT}” is made of it", key="SCIMTUI_SCIM_URL")
    try:
        check_address(scim_url, rest_url, allow_http=False, keys=("SCIMTUI_SCIM_URL", "SCIMTUI_REST_URL"))
    except FieldError as error:
        raise ProfileError(str(error), key=error.key) from None
    return Profile(
        name=ENVIRONMENT,
        scim_url=scim_url,
        rest_url=rest_url,
        read_only=wants_read_only(environ),
        ca_file=environ.get("SCIMTUI_CA_FILE", ""),
        scim_token_env=SCIM_VARIABLE,
        access_token_env=ACCESS_VARIABLE,
    )


def wants_read_only(environ: Mapping[str, str]) -> bool:
    """Whether SCIMTUI_READ_ONLY asks for it; what is not clearly off is on."""
    return environ.get("SCIMTUI_READ_ONLY", "").strip().lower() not in _OFF
