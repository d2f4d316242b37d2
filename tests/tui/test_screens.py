"""Each screen as a picture, in both sizes: a change of looks is a change that somebody meant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from scimtui.directory import Known
from scimtui.gitlab.errors import ConnectionRefused
from scimtui.gitlab.requests import read
from scimtui.tui.app import ScimtuiApp
from scimtui.tui.doors import ProfileLine
from tests.directory.people_samples import NOW, record, snapshot
from tests.tui.consoles import console, no_doors, sample_snapshot, still, workspace

pytestmark = pytest.mark.snapshot
REFUSED = ConnectionRefused("nothing answers there", fix="check host and port", request="GET https://x/")
PROFILES = (
    ProfileLine("acme", "acme", "gitlab.com", True, False),
    ProfileLine("whole-instance", "whole instance", "git.example:8443", False, False),
)


def plain() -> ScimtuiApp:
    return console(workspace(), doors=no_doors(profiles=PROFILES))


def light() -> ScimtuiApp:
    return console(workspace(), theme="scimtui-light")


def reading() -> ScimtuiApp:
    return console(workspace(kept=sample_snapshot(), fresh=None, now=NOW + timedelta(minutes=12)))


def failed() -> ScimtuiApp:
    return console(workspace(kept=sample_snapshot(), fresh=REFUSED, now=NOW + timedelta(hours=3)))


def scim_alone() -> ScimtuiApp:
    known = Known(scim=True)
    seen = [record(n, f"Person {n}", saml_uid=None, member=None, state="", role="") for n in range(1, 6)]
    return console(workspace(fresh=lambda: snapshot(seen, known=known)))


def first_run() -> ScimtuiApp:
    return console()


def logged() -> ScimtuiApp:
    opened = workspace()
    request = read("https://gitlab.com/api/v4/groups/acme/members?page=1&per_page=100", "access")
    for number in range(3):
        opened.log.add(request, NOW, 12.5 * number, status=200, size=900)
    opened.log.add(request, NOW, 3.0, status=None, size=0, error="nothing answers there")
    return console(opened)


SCREENS: dict[str, tuple[Callable[[], ScimtuiApp], tuple[str, ...]]] = {
    "users": (plain, ("down", "down")),
    "users_light": (light, ("down", "down")),
    "users_filtered": (plain, ("slash", *"is:not-linked", "enter")),
    "users_nobody": (plain, ("slash", *"zzz")),
    "users_reading": (reading, ()),
    "users_failed": (failed, ()),
    "users_scim_alone": (scim_alone, ()),
    "users_no_field": (plain, ("slash", *"foo:bar")),
    "warnings": (scim_alone, ("w",)),
    "commands": (plain, ("ctrl+p",)),
    "person": (plain, ("down", "down", "enter")),
    "sort": (plain, ("s",)),
    "copy": (plain, ("y",)),
    "copied": (plain, ("y", "enter")),
    "export": (plain, ("e",)),
    "help": (plain, ("question_mark",)),
    "request_log": (logged, ("l",)),
    "profiles": (plain, ("p",)),
    "first_run": (first_run, ()),
    "new_profile": (first_run, ("down", "enter")),
}


@pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["small", "large"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(snap_compare: Any, name: str, size: tuple[int, int]) -> None:
    opened, keys = SCREENS[name]
    assert snap_compare(opened(), terminal_size=size, run_before=lambda pilot: drive(pilot, keys))


@pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["small", "large"])
def test_users_without_colour(
    snap_compare: Any, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(plain(), terminal_size=size, run_before=lambda pilot: drive(pilot, ("down", "down")))


async def drive(pilot: Pilot[None], keys: tuple[str, ...]) -> None:
    await still(pilot)
    for key in keys:
        await pilot.press(key)
    await still(pilot)
