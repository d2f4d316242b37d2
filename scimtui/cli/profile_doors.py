"""What the console does with profiles: list, open, edit, test, save, remove."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from scimtui.connection import Candidate, ConnectionTest, judge_address, judge_group_path
from scimtui.connection.probe import TEXTS
from scimtui.gitlab import AddressError, Secret, parse_address
from scimtui.gitlab.connecting import tls_context
from scimtui.gitlab.errors import TlsFailed
from scimtui.profiles import (
    IDPS,
    FieldError,
    Found,
    Keystore,
    KeystoreError,
    Profile,
    Profiles,
    ProfilesRoomError,
    TokenKind,
    Tokens,
    access_token_page,
    find_tokens,
    paths,
    profile_from,
    remove_database,
    remove_profile,
    save_profile,
    set_default,
    token_source,
)
from scimtui.profiles.fields import check_name, is_token
from scimtui.profiles.tokens import TYPED, checked
from scimtui.tui.doors import DoorError, Draft, Judged, ProfileLine, Saved
from scimtui.workspace import Workspace

P = ParamSpec("P")
R = TypeVar("R")


def guarded(act: Callable[P, R]) -> Callable[P, R]:
    """The same, with every failure as a DoorError that says what and what to do."""

    def call(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return act(*arguments, **named)
        except FieldError as error:
            raise DoorError(f"{error.key}: {error}") from None
        except (ProfilesRoomError, AddressError) as error:
            raise DoorError(str(error)) from None
        except OSError as error:
            raise DoorError(f"{error.filename or 'a file'}: {error.strerror or error}") from None

    return call


_TOKENS = ("access_token", "scim_token")
_MISPLACED = "this is a token, so it is not shown: it belongs in the field of its kind, and nowhere else"
_ANY_ENDPOINT = "https://gitlab.com/api/scim/v2/application"


def profile_lines() -> list[ProfileLine]:
    """The saved profiles, the default first."""
    saved = Profiles.load(paths().profiles_file)
    default = saved.default_profile
    lines = [_line(profile, profile == default) for profile in saved.by_name.values()]
    return sorted(lines, key=lambda line: (not line.is_default, line.name))


def _line(profile: Profile, is_default: bool) -> ProfileLine:
    address = profile.address
    commands = any(profile.token_command(kind) for kind in TokenKind)
    return ProfileLine(profile.name, address.label, address.host, is_default, commands, profile.untested)


def open_profile(name: str) -> Workspace:
    """A saved profile with its tokens."""
    profile = Profiles.load(paths().profiles_file).get(name)
    return Workspace(profile, find_tokens(profile, os.environ).require(), paths())


def draft_of(name: str) -> Draft:
    """A saved profile, to be edited; its tokens stay where they are."""
    profile = Profiles.load(paths().profiles_file).get(name)
    return Draft(
        name=profile.name,
        scim_url=profile.scim_url,
        rest_url=profile.rest_url,
        idp=profile.idp,
        nameid_source=profile.nameid_source,
        ca_file=profile.ca_file,
        access_from=_origin(profile, TokenKind.ACCESS),
        scim_from=_origin(profile, TokenKind.SCIM),
        is_new=False,
        untested=profile.untested,
        allow_http=profile.allow_http,
    )


def _origin(profile: Profile, kind: TokenKind) -> str:
    source = token_source(profile, kind, os.environ)
    return {
        "environment-variable": f"environment variable {source.name}",
        "command": f"what “{source.name}” prints",
    }.get(source.source, "the key store")


def judge(field: str, draft: Draft) -> Judged:
    """One field's value as it stands; pure, but for a look at the CA file and the saved names."""
    if field not in _TOKENS and is_token(getattr(draft, field)):
        return Judged(False, _MISPLACED, is_token=True)
    if field == "scim_url":
        return _judged_address(draft)
    if field == "rest_url":
        return _judged_rest(draft)
    if field in _TOKENS:
        return _judged_token(field, draft)
    try:
        if field == "name":
            check_name(draft.name)
            return _judged_name(draft)
        profile_from("new", {"scim_url": _ANY_ENDPOINT, field: getattr(draft, field)})
    except FieldError as error:
        return Judged(False, str(error))
    if field == "ca_file" and draft.ca_file:
        return _judged_ca_file(Path(draft.ca_file).expanduser())
    return Judged(True, "")


def _judged_name(draft: Draft) -> Judged:
    taken: Mapping[str, Profile] = {}
    with suppress(ProfilesRoomError, OSError):  # saving says so
        taken = Profiles.load(paths().profiles_file).by_name
    if draft.is_new and draft.name in taken:
        return Judged(False, "there is a profile of this name: choose another")
    return Judged(True, "")


def _judged_ca_file(file: Path) -> Judged:
    if file.is_dir():
        return Judged(False, "that is a folder: name the PEM file in it")
    if not file.is_file():
        return Judged(False, "there is no such file")
    try:
        tls_context(str(file))
    except TlsFailed:
        return Judged(False, "there is no certificate in it: a PEM file has BEGIN CERTIFICATE")
    return Judged(True, "trusted beside the system's authorities")


def _judged_rest(draft: Draft) -> Judged:
    try:
        address = parse_address(_ANY_ENDPOINT, draft.rest_url)
    except AddressError as error:
        return Judged(False, str(error))
    rest = urlsplit(address.rest_url)
    with suppress(AddressError):
        scim = parse_address(draft.scim_url)
        if scim.host != rest.netloc:
            return Judged(True, f"the access token goes to {rest.netloc}, not to {scim.host}")
    return Judged(True, f"the access token goes to {rest.netloc}")


def _judged_address(draft: Draft) -> Judged:
    judged = judge_address(draft.scim_url, allow_http=draft.allow_http)
    finding = TEXTS.finding(judged.code)
    if judged.address is None:
        instead = f"; perhaps {judged.instead}" if judged.instead else f": {finding.fix}"
        return Judged(False, f"{finding.title}{instead}")
    address = judged.address
    if address.group is not None:
        code = judge_group_path(address.group)
        if code != "group-path-fine":
            path = TEXTS.finding(code)
            if code != "group-path-dot":
                return Judged(False, f"{path.title}: {path.fix}")
            return Judged(True, f"{path.title}; Tenant URL: {address.scim_url}")
    extra = "" if judged.code == "address-fine" else f": {finding.title}"
    return Judged(True, f"{address.label} on {address.host}{extra}")


def _judged_token(field: str, draft: Draft) -> Judged:
    kind = TokenKind.ACCESS if field == "access_token" else TokenKind.SCIM
    typed: Secret | None = getattr(draft, field)
    if typed is None:
        return Judged(True, "")
    outcome = checked(typed, kind, "this field")
    return Judged(True, "") if isinstance(outcome, Found) else Judged(False, str(outcome).splitlines()[0])


def _profile(draft: Draft) -> Profile:
    """The draft as a profile: what it does not name stays as it is saved."""
    fields: dict[str, object] = {
        "scim_url": draft.scim_url,
        "rest_url": draft.rest_url,
        "idp": draft.idp if draft.idp in IDPS else draft.idp or "",
        "nameid_source": draft.nameid_source,
        "ca_file": draft.ca_file,
        "untested": draft.untested,
    }
    made = profile_from(draft.name, {key: value for key, value in fields.items() if value != ""})
    former = None if draft.is_new else Profiles.load(paths().profiles_file).by_name.get(draft.name)
    if former is None:
        return made
    changes = {key: getattr(made, key) for key in fields}
    return replace(former, **changes)


def _typed_tokens(draft: Draft) -> dict[TokenKind, Found]:
    tokens: dict[TokenKind, Found] = {}
    for kind, secret in ((TokenKind.ACCESS, draft.access_token), (TokenKind.SCIM, draft.scim_token)):
        if secret is not None:
            found = checked(secret, kind, TYPED)
            if not isinstance(found, Found):
                raise found
            tokens[kind] = found
    return tokens


def _tokens(profile: Profile, draft: Draft) -> Tokens:
    typed = _typed_tokens(draft)
    kept = Tokens() if draft.is_new or len(typed) == len(TokenKind) else find_tokens(profile, os.environ)
    return Tokens(
        typed.get(TokenKind.ACCESS, kept.access), typed.get(TokenKind.SCIM, kept.scim), kept.problems
    )


def candidate_of(draft: Draft) -> Candidate:
    """What a test of the draft tests; a draft that makes no profile is tested as far as it goes."""
    try:
        profile = _profile(draft)
    except FieldError:
        typed = _typed_tokens(draft)
        scim, access = typed.get(TokenKind.SCIM), typed.get(TokenKind.ACCESS)
        return Candidate(
            draft.scim_url,
            draft.rest_url,
            scim_token=scim.secret if scim is not None else None,
            access_token=access.secret if access is not None else None,
        )
    return Candidate.of(profile, _tokens(profile, draft))


def test_of(draft: Draft) -> ConnectionTest:
    """The connection test of a draft."""
    return ConnectionTest(candidate_of(draft))


def save_draft(draft: Draft) -> Saved:
    """Save and open."""
    profile = _profile(draft)
    tokens = _tokens(profile, draft)
    places = paths()
    save_profile(places, profile, replace=not draft.is_new)
    notice = ""
    keystore = Keystore()
    try:
        for kind, found in _typed_tokens(draft).items():
            keystore.put(profile, kind, found.secret)
    except KeystoreError as error:
        notice = f"Saved. What you typed as token serves this run only: {error.message}."
    if profile.untested:
        notice = f"{notice} Saved untested: section Connection tests it.".strip()
    return Saved(Workspace(profile, tokens, places), notice)


def remove(name: str) -> str:
    """Remove a saved profile, its tokens and its people; the journal stays."""
    places = paths()
    profile = Profiles.load(places.profiles_file).get(name)
    remove_profile(places, name)
    remove_database(places, places.snapshot(profile))
    remove_database(places, places.setup(profile))
    stays = "its journal stays, because undo needs it" if places.journal(profile).exists() else ""
    try:
        Keystore().forget(name)
    except KeystoreError as error:
        if error.code not in ("absent", "unsafe"):
            return f"its tokens may still be in the key store: {error}"
    return stays


def make_default(name: str) -> None:
    """Make a saved profile the default."""
    set_default(paths(), name)


def token_page(address: str) -> str | None:
    """GitLab's page for making an access token; None where the address is none."""
    try:
        return access_token_page(parse_address(address))
    except AddressError:
        return None


def where_tokens_go() -> str:
    """Whether a token that is typed can be kept here."""
    try:
        Keystore().check()
    except KeystoreError:
        return (
            "No key store is reachable here: what you type serves this run only. "
            "scimtui profile add can name variables or commands that hold the tokens."
        )
    return "Tokens go into this machine's key store, never into a file."
