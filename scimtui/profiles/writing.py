"""Changing the profiles file: comments, order and hand edits survive, and a crash leaves the old file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from scimtui.profiles.errors import ProfileError
from scimtui.profiles.fields import FIELDS, FieldError, profile_from
from scimtui.profiles.folders import Paths
from scimtui.profiles.private_files import write_private
from scimtui.profiles.profile import Profile
from scimtui.profiles.profiles_file import Profiles

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Comment, Table, Whitespace

_ALWAYS_WRITTEN = ("scim_url", "read_only")
_HEADING = "Saved connections of scimtui. Tokens are never kept in this file."


def save_profile(paths: Paths, profile: Profile, *, replace: bool = False, default: bool = False) -> Profiles:
    """Write the profile; the first one becomes the default.

    Args:
        paths: where the file is.
        profile: what to write.
        replace: a profile of that name may be there; what differs is changed, the rest left as written.
        default: make it the default.

    Raises:
        ProfileError: the file can't be read, the profile can't be used, or its name is taken.
    """
    try:
        profile_from(profile.name, _values(profile))
    except FieldError as error:
        raise ProfileError(str(error), key=error.key) from None
    before = Profiles.load(paths.profiles_file)
    if profile.name in before.by_name and not replace:
        raise ProfileError(
            f"a profile “{profile.name}” is saved already: give --replace to change it, or another name",
            file=paths.profiles_file,
        )

    old = before.by_name.get(profile.name)

    def change(document: TOMLDocument) -> None:
        import tomlkit

        if "profiles" not in document:
            document["profiles"] = tomlkit.table(is_super_table=True)
        tables = document["profiles"]
        if profile.name not in tables:
            tables[profile.name] = tomlkit.table()
        _fill(tables[profile.name], profile, old)

    first = not before.by_name
    wanted = Profiles(
        {**before.by_name, profile.name: profile},
        profile.name if default or first else before.default,
        before.file,
    )
    return _rewrite(paths, change, wanted)


def allow_changes(paths: Paths, name: str) -> Profile:
    """Make a saved profile one that may write, and return it.

    Raises:
        UnknownProfileError: no such profile.
        ProfileError: the file can't be changed.
    """
    profile = replace(Profiles.load(paths.profiles_file).get(name), read_only=False)
    save_profile(paths, profile, replace=True)
    return profile


def mark_tested(paths: Paths, name: str) -> Profile:
    """Note that a connection test of a saved profile has passed, and return the profile.

    Raises:
        UnknownProfileError: no such profile.
        ProfileError: the file can't be changed.
    """
    profile = Profiles.load(paths.profiles_file).get(name)
    if profile.untested:
        profile = replace(profile, untested=False)
        save_profile(paths, profile, replace=True)
    return profile


def remove_profile(paths: Paths, name: str) -> Profiles:
    """Take the profile out of the file, and out of `default`.

    Raises:
        UnknownProfileError: no such profile.
    """
    before = Profiles.load(paths.profiles_file)
    before.get(name)

    def change(document: TOMLDocument) -> None:
        del document["profiles"][name]
        if document.get("default") == name:
            del document["default"]

    left = {other: profile for other, profile in before.by_name.items() if other != name}
    return _rewrite(
        paths, change, Profiles(left, "" if before.default == name else before.default, before.file)
    )


def set_default(paths: Paths, name: str) -> Profiles:
    """Make a saved profile the default.

    Raises:
        UnknownProfileError: no such profile.
    """
    before = Profiles.load(paths.profiles_file)
    before.get(name)
    return _rewrite(paths, lambda document: None, Profiles(before.by_name, name, before.file))


def _rewrite(paths: Paths, change: Callable[[TOMLDocument], None], wanted: Profiles) -> Profiles:
    """Change the text, and write it only where it then says what is wanted, no more and no less."""
    import tomlkit

    from scimtui.profiles.private_files import read_private

    content = read_private(paths.profiles_file)
    text = f"# {_HEADING}\n" if content is None else content.decode("utf-8").removeprefix("\ufeff")
    document = tomlkit.parse(text)
    change(document)
    if wanted.default and "default" in document:
        document["default"] = wanted.default
    text = tomlkit.dumps(document)
    if wanted.default and "default" not in document:
        text = _with_default(text, f"default = {tomlkit.item(wanted.default).as_string()}\n")
    try:
        after = Profiles.parse(text.replace("\r\n", "\n"), paths.profiles_file)
    except ProfileError:
        after = Profiles()
    if after != wanted:
        message = "written in a way that can't be changed without harm, so nothing was: edit it by hand"
        raise ProfileError(message, file=paths.profiles_file)
    paths.prepare_folder(paths.config)
    write_private(paths.profiles_file, text.encode("utf-8"))
    return after


def _with_default(text: str, line: str) -> str:
    """Put the line under the comments that the file starts with: further down it would be a table's key."""
    lines = text.splitlines(keepends=True)
    place = 0
    while place < len(lines) and (not lines[place].strip() or lines[place].lstrip().startswith("#")):
        place += 1
    if place and not lines[place - 1].endswith("\n"):
        lines[place - 1] += "\n"
    gap = ["\n"] if place < len(lines) else []
    return "".join([*lines[:place], line, *gap, *lines[place:]])


def _fill(table: Table, profile: Profile, old: Profile | None) -> None:
    """Set what differs; a key that says what is so anyway is neither added nor taken out."""
    usual = _values(old or Profile(name=profile.name, scim_url=""))
    tail = _cut_tail(table)
    for key, value in _values(profile).items():
        changed = value != usual[key]
        if changed or (old is None and key in _ALWAYS_WRITTEN):
            table[key] = value
    for item in tail:
        table.add(item)


def _cut_tail(table: Table) -> list[Comment | Whitespace]:
    """What follows the last key: a new key goes above it, because it belongs to the next table."""
    from tomlkit.items import Comment, Whitespace
    from tomlkit.items import Table as WholeTable

    tail: list[Comment | Whitespace] = []
    body = table.value.body
    while isinstance(table, WholeTable) and body and isinstance(body[-1][1], Comment | Whitespace):
        item = body.pop()[1]
        assert isinstance(item, Comment | Whitespace)
        tail.insert(0, item)
    return tail


def _values(profile: Profile) -> dict[str, object]:
    values = {key: getattr(profile, key) for key in FIELDS}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
