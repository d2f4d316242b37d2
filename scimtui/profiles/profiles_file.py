"""Reading the profiles file: every error names file, line and key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from scimtui.profiles.errors import ProfileError, UnknownProfileError
from scimtui.profiles.fields import FieldError, is_token, nearest, profile_from
from scimtui.profiles.private_files import read_private
from scimtui.profiles.profile import Profile

_LONGEST_LINE = 8_000


class Profiles(NamedTuple):
    """All saved profiles, in the order of the file.

    Attributes:
        by_name: the profiles.
        default: the name that the file gives as default; empty where it gives none.
        file: where they were read from; None where there is no file.
    """

    by_name: Mapping[str, Profile] = MappingProxyType({})
    default: str = ""
    file: Path | None = None

    @classmethod
    def load(cls, path: Path) -> Profiles:
        """Read the file; no file is no profiles.

        Raises:
            ProfileError: something in it can't be used.
            UnsafePathError: a symbolic link, or not only ours.
        """
        content = read_private(path)
        if content is None:
            return cls(file=path)
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            message = "not UTF-8 text: save the file as UTF-8"
            raise ProfileError(message, file=path, line=line) from None
        return cls.parse(text.removeprefix("\ufeff").replace("\r\n", "\n"), path)

    @classmethod
    def parse(cls, text: str, path: Path) -> Profiles:
        """Read the file's text; `path` is for messages."""
        import tomllib

        for number, line in enumerate(text.splitlines(), 1):
            if len(line) > _LONGEST_LINE:
                message = f"longer than {_LONGEST_LINE:,} characters, so it is none of this file's"
                raise ProfileError(message, file=path, line=number)
        try:
            document = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            from scimtui.profiles.toml_lines import explain_broken

            raise explain_broken(str(error), text, path) from None
        for key in document:
            if key not in ("default", "profiles"):
                hint = nearest(key, ("default", "profiles"))
                message = f"not a key of this file{hint or ': it holds default and [profiles.NAME]'}"
                raise _at(message, text, path, key)
        tables = document.get("profiles", {})
        if not isinstance(tables, dict):
            raise _at("a table for each profile belongs here: [profiles.NAME]", text, path, "profiles")
        profiles = {name: _profile(name, table, text, path) for name, table in tables.items()}
        default = document.get("default", "")
        if not isinstance(default, str) or (default and default not in profiles):
            hint = nearest(str(default), tuple(profiles))
            message = f"no profile of that name in this file{hint or '; saved are: ' + _names(profiles)}"
            raise _at(message, text, path, "default")
        return cls(profiles, default, path)

    def get(self, name: str) -> Profile:
        """The profile of that name.

        Raises:
            UnknownProfileError: naming the nearest, and all that are saved.
        """
        found = self.by_name.get(name)
        if found is None:
            hint = nearest(name, tuple(self.by_name))
            named = "of what was given, which is a token," if is_token(name) else f"“{name}”"
            message = f"no profile {named} is saved{hint or '; saved are: ' + _names(self.by_name)}"
            raise UnknownProfileError(message, file=self.file)
        return found

    @property
    def default_profile(self) -> Profile | None:
        """The file's default; the only profile where there is one; None where nothing is saved.

        Raises:
            ProfileError: several are saved and none is the default.
        """
        if self.default:
            return self.by_name[self.default]
        if len(self.by_name) > 1:
            raise ProfileError(
                f"several profiles are saved ({_names(self.by_name)}) and none is the default: "
                "name one with --profile, or choose one with “scimtui profile default NAME”",
                file=self.file,
            )
        return next(iter(self.by_name.values()), None)


def _profile(name: str, table: object, text: str, path: Path) -> Profile:
    if not isinstance(table, dict):
        raise _at("not a table: each profile is written under [profiles.NAME]", text, path, "profiles", name)
    try:
        return profile_from(name, table)
    except FieldError as error:
        key = error.key if error.key in table else ""
        shown = f"profiles.{name}" if error.key == "name" else f"profiles.{name}.{error.key}"
        raise _at(str(error), text, path, *("profiles", name, key)[: 3 if key else 2], shown=shown) from None


def _at(message: str, text: str, path: Path, *keys: str, shown: str = "") -> ProfileError:
    from scimtui.profiles.toml_lines import line_of

    return ProfileError(message, file=path, line=line_of(text, keys), key=shown or ".".join(keys))


def _names(profiles: Mapping[str, Profile]) -> str:
    return ", ".join(profiles) or "none"
