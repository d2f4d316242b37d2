"""A fault of the console's own: exit 70, where the details are, and nobody's values in them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from scimtui.cli.faults import details_of, told_fault
from scimtui.profiles import paths
from tests.tui.terminal import terminal

PROGRAM = """
import sys
from contextlib import ExitStack
import scimtui.cli.console as console
from scimtui.cli.failures import report
from scimtui.tui.app import ScimtuiApp

def broken(self):
    secret = "glpat-very-secret"
    raise KeyError("ada@acme.example " + secret)

ScimtuiApp.action_toggle_theme = broken
try:
    with ExitStack() as children:
        console.run_console(None, children)
except BaseException as error:
    sys.exit(report(error))
"""


def test_the_console_ends_with_70_and_says_where_the_details_are(tmp_path: Path) -> None:
    folders = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    with terminal(PROGRAM, **folders) as console:
        console.read_until("Connect a GitLab group")
        console.types("t")
        shown = console.read_until()
        assert console.child.wait(20) == 70
    file = tmp_path / "scimtui" / "fault.txt"
    assert "scimtui stopped on a fault of its own: KeyError at" in shown and f"details: {file}" in shown
    assert "no correction was being sent" in shown
    told = file.read_text()
    assert "KeyError" in told and "broken" in told
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for private in ("very-secret", "ada@acme", str(tmp_path)):
        assert private not in told and private not in shown.replace(str(file), "")


def _fails(value: str) -> None:
    try:
        raise ValueError(value)
    except ValueError:
        raise KeyError(value) from None


def test_details_tell_the_way_and_no_value() -> None:
    value = "ada@acme.example"
    with pytest.raises(KeyError) as caught:
        _fails(value)
    told = details_of(caught.value)
    assert "_fails" in told and "ValueError" in told
    assert "ada@acme" not in told and str(Path.home()) not in told


def test_a_correction_under_way_is_told() -> None:
    failure = told_fault(KeyError("x"), sending=True)
    assert failure.exit_code == 70
    assert "a correction was being sent" in str(failure) and "scimtui history" in str(failure)
    assert str(paths().fault) in str(failure)
