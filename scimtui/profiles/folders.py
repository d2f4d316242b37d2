"""Where files live: one place. Asking for a path makes nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from scimtui.profiles.private_files import private_file, private_folder
from scimtui.profiles.profile import Profile

_APP = "scimtui"


class Paths(NamedTuple):
    """The two folders of this user.

    Attributes:
        config: holds the profiles file.
        state: holds snapshots, journals, how far walkthroughs are, and the console's last fault.
    """

    config: Path
    state: Path

    @property
    def profiles_file(self) -> Path:
        """The TOML file of saved profiles."""
        return self.config / "profiles.toml"

    @property
    def snapshots(self) -> Path:
        """Folder of the snapshots."""
        return self.state / "snapshots"

    @property
    def journals(self) -> Path:
        """Folder of the journals."""
        return self.state / "journals"

    def snapshot(self, profile: Profile) -> Path:
        """The profile's people, as last read."""
        return self.snapshots / f"{profile.key}.sqlite3"

    def journal(self, profile: Profile) -> Path:
        """The profile's record of what was changed, and how to take it back."""
        return self.journals / f"{profile.key}.sqlite3"

    @property
    def setups(self) -> Path:
        """Folder of how far the walkthroughs are."""
        return self.state / "setup"

    def setup(self, profile: Profile) -> Path:
        """How far the profile's walkthroughs are."""
        return self.setups / f"{profile.key}.json"

    @property
    def fault(self) -> Path:
        """Where the console's last fault of its own is told."""
        return self.state / "fault.txt"

    def prepare_folder(self, folder: Path) -> None:
        """Make one of our folders, owner-only, just before something is written into it.

        Raises:
            UnsafePathError: a folder on the way is a link, or not ours.
        """
        root = self.config if folder.is_relative_to(self.config) else self.state
        private_folder(root)
        if folder != root:
            private_folder(folder)

    def prepare_file(self, file: Path) -> None:
        """Make an empty owner-only file with its folder, for a writer such as SQLite that opens by name."""
        self.prepare_folder(file.parent)
        private_file(file)


def paths(environ: Mapping[str, str] | None = None) -> Paths:
    """This user's folders, honouring XDG_CONFIG_HOME and XDG_STATE_HOME."""
    if sys.platform.startswith("linux"):
        # What platformdirs answers here (a test compares); its import would cost a quarter of a
        # command that answers from the snapshot.
        variables = os.environ if environ is None else environ
        return Paths(
            config=_xdg(variables, "XDG_CONFIG_HOME", ".config") / _APP,
            state=_xdg(variables, "XDG_STATE_HOME", ".local/state") / _APP,
        )
    import platformdirs

    return Paths(
        config=Path(platformdirs.user_config_dir(_APP, appauthor=False)),
        state=Path(platformdirs.user_state_dir(_APP, appauthor=False)),
    )


def _xdg(variables: Mapping[str, str], name: str, below_home: str) -> Path:
    folder = variables.get(name, "").strip()
    if folder.startswith("/"):
        return Path(folder)
    home = variables.get("HOME", "")
    return (Path(home) if home else Path.home()) / below_home
