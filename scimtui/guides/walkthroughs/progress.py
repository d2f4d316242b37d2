"""How far somebody is with the walkthroughs of one profile: kept in a file, step by step."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from scimtui.profiles import Paths, UnsafePathError

How = Literal["ticked", "checked", "ticked-against-check"]
_HOWS: tuple[How, ...] = ("ticked", "checked", "ticked-against-check")
_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Done:
    """One step that is done.

    Attributes:
        at: when, UTC.
        how: by hand, by its check, or by hand although its check failed.
    """

    at: datetime
    how: How


class GuideProgress:
    """The steps that are done, by walkthrough; written as soon as one changes.

    A file that can't be read counts as empty and is set aside, so that nothing of it is lost.
    """

    def __init__(self, file: Path | None = None, paths: Paths | None = None) -> None:
        """`file` is None where nothing is kept; `paths` makes its folder."""
        self._file, self._paths = file, paths
        self._done: dict[str, dict[str, Done]] = {}

    def load(self) -> None:
        """Read the file, if there is one. Blocks.

        Raises:
            OSError, UnsafePathError: it is there and can't be read.
        """
        if self._file is None:
            return
        from scimtui.profiles.private_files import read_private

        content = read_private(self._file)
        if content is None:
            return
        try:
            self._done = _read(content)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            with suppress(OSError):
                self._file.replace(self._file.with_suffix(".damaged.json"))

    def done(self, walkthrough: str) -> dict[str, Done]:
        """The steps of one walkthrough that are done."""
        return dict(self._done.get(walkthrough, {}))

    def newest(self) -> str | None:
        """The walkthrough in which something was done last; None where nothing was."""
        moments = {
            guide: max(done.at for done in steps.values()) for guide, steps in self._done.items() if steps
        }
        return max(moments, key=lambda guide: moments[guide]) if moments else None

    def set(self, walkthrough: str, step: str, done: Done | None) -> None:
        """Note that a step is done, or not done any more, and write it down. Blocks.

        Raises:
            OSError, UnsafePathError: it is noted for this run, and can't be kept.
        """
        with suppress(OSError, UnsafePathError):
            self.load()  # another console may have ticked meanwhile
        steps = self._done.setdefault(walkthrough, {})
        if done is None:
            steps.pop(step, None)
        else:
            steps[step] = done
        if self._file is not None and self._paths is not None:
            from scimtui.profiles.private_files import write_private

            self._paths.prepare_folder(self._file.parent)
            write_private(self._file, self._written())

    def _written(self) -> bytes:
        document = {
            guide: {
                step: {"at": f"{done.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "how": done.how}
                for step, done in steps.items()
            }
            for guide, steps in self._done.items()
        }
        return (json.dumps(document, indent=2) + "\n").encode()


def _read(content: bytes) -> dict[str, dict[str, Done]]:
    if len(content) > _LONGEST:
        raise ValueError
    document = json.loads(content)
    if not isinstance(document, dict):
        raise TypeError
    return {guide: {step: _one(entry) for step, entry in steps.items()} for guide, steps in document.items()}


def _one(entry: dict[str, str]) -> Done:
    how: How = next((how for how in _HOWS if how == entry.get("how")), "ticked")
    return Done(datetime.fromisoformat(str(entry["at"])), how)
