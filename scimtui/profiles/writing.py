"""Changing the profiles file: comments, order and hand edits survive, and a crash leaves the old file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scimtui.profiles.errors import ProfileError
from scimtui.profiles.fields import FIELDS, FieldError, profile_from
from scimtui.profiles.folders import Paths
from scimtui.profiles.private_files import write_private
from scimtui.profiles.profile import Profile
from scimtui.profiles.profiles_file import Profiles

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Table

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

    def change(document: TOMLDocument) -> None:
        import tomlkit

        if default or not before.by_name:
            document["default"] = profile.name
        if "profiles" not in document:
            document["profiles"] = tomlkit.table(is_super_table=True)
        tables = document["profiles"]
        if profile.name not in tables:
            tables[profile.name] = tomlkit.table()
        _fill(tables[profile.name], profile)

    return _rewrite(paths, change)


def remove_profile(paths: Paths, name: str) -> Profiles:
    """Take the profile out of the file, and out of `default`.

    Raises:
        UnknownProfileError: no such profile.
    """
    Profiles.load(paths.profiles_file).get(name)

    def change(document: TOMLDocument) -> None:
        del document["profiles"][name]
        if document.get("default") == name:
            del document["default"]

    return _rewrite(paths, change)


def set_default(paths: Paths, name: str) -> Profiles:
    """Make a saved profile the default.

    Raises:
        UnknownProfileError: no such profile.
    """
    Profiles.load(paths.profiles_file).get(name)

    def change(document: TOMLDocument) -> None:
        document["default"] = name

    return _rewrite(paths, change)


def _rewrite(paths: Paths, change: Callable[[TOMLDocument], None]) -> Profiles:
    import tomlkit

    from scimtui.profiles.private_files import read_private

    content = read_private(paths.profiles_file)
    if content is None:
        document = tomlkit.document()
        document.add(tomlkit.comment(_HEADING))
    else:
        document = tomlkit.parse(content.decode("utf-8").removeprefix("\ufeff"))
    change(document)
    text = tomlkit.dumps(document)
    after = Profiles.parse(text.replace("\r\n", "\n"), paths.profiles_file)
    paths.prepare_folder(paths.config)
    write_private(paths.profiles_file, text.encode("utf-8"))
    return after


def _fill(table: Table, profile: Profile) -> None:
    """Set what differs; a key that says what is so anyway is neither added nor taken out."""
    usual = _values(Profile(name=profile.name, scim_url=""))
    for key, value in _values(profile).items():
        if key in table:
            if table[key] != value:
                table[key] = value
        elif key in _ALWAYS_WRITTEN or value != usual[key]:
            table[key] = value


def _values(profile: Profile) -> dict[str, object]:
    values = {key: getattr(profile, key) for key in FIELDS}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
