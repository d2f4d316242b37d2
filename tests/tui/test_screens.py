"""Each screen as a picture, in both sizes: a change of looks is a change that somebody meant."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scimtui.connection import Report
from scimtui.directory import Known
from scimtui.gitlab.errors import ConnectionRefused
from scimtui.gitlab.requests import read
from scimtui.tui.app import ScimtuiApp
from scimtui.tui.doors import ProfileLine
from scimtui.tui.sections import CONNECTION, HISTORY, MAPPING, SETUP, SIGN_IN, TROUBLE
from tests.connection.pretending import still_report
from tests.directory.people_samples import NOW, record, snapshot
from tests.guides.test_trouble import entra_event, scim
from tests.mappings.samples import okta_app, okta_profile, stock, users_of_sample
from tests.saml.samples import assertion, name_id, response, tracer
from tests.tui.consoles import (
    FILLED,
    PASTED,
    PROFILE,
    console,
    drive,
    key_of,
    no_doors,
    on_one_machine,
    sample_snapshot,
    workspace,
)

pytestmark = pytest.mark.snapshot
REFUSED = ConnectionRefused("nothing answers there", fix="check host and port", request="GET https://x/")
PROFILES = (
    ProfileLine("acme", "acme", "gitlab.com", True, False),
    ProfileLine("whole-instance", "whole instance", "git.example:8443", False, False),
)


def plain() -> ScimtuiApp:
    return console(workspace(), doors=no_doors(profiles=PROFILES))


def writing() -> ScimtuiApp:
    return console(workspace(profile=replace(PROFILE, read_only=False)))


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


DOT = still_report(group_path="group-path-dot")
REFUSED_TOKEN = still_report(
    scim_token="scim-token-refused",
    as_entra="entra-invalid-credentials",
    as_okta="okta-refused",
    expiry="expiry-soon",
)


def console_of(report: Report) -> ScimtuiApp:
    opened = workspace()
    opened.tested = report
    return console(opened)


def untested() -> ScimtuiApp:
    """The first run; what is typed fails its test."""
    return console(doors=no_doors(report=REFUSED_TOKEN))


def at_step(step: str, report: Report | None = None, theme: str = "scimtui-dark") -> ScimtuiApp:
    opened = workspace()
    if report is not None:
        opened.tested = report
    app = console(opened, theme=theme)
    app._first_step = step
    return app


REVIEWED = (key_of(MAPPING), "still", PASTED + stock(), "still")
CHANGED_SOURCE = ("enter", f"{FILLED}source=objectId", f"{FILLED}precedence=1", "enter", "still")
WITH_USERS = (*REVIEWED, PASTED + users_of_sample(), "still")
NAMED = ("n", f"{FILLED}source=user.objectid", "enter")
OKTA_REVIEWED = (
    key_of(MAPPING),
    "still",
    PASTED + json.dumps(okta_profile()),
    "still",
    PASTED + json.dumps(okta_app()),
)
EVENT = entra_event(scim("User has already been taken", 409), uid="guid-9").replace(
    "chloe@acme.example", "user3@acme.example"
)
TYPED = ("down", "enter", "still", f"{FILLED}scim_url=https://gitlab.com/api/scim/v2/groups/acme.eu")


def first_run() -> ScimtuiApp:
    return console()


def logged() -> ScimtuiApp:
    opened = workspace()
    request = read("https://gitlab.com/api/v4/groups/acme/members?page=1&per_page=100", "access")
    for number in range(3):
        opened.log.add(request, NOW, 12.5 * number, status=200, size=900)
    opened.log.add(request, NOW, 3.0, status=None, size=0, error="nothing answers there")
    return console(opened)


_CAPTURED = tracer(
    {
        "saml": response(
            assertion(name_id("guid-0001"), email="user1@acme.example"), issued="2026-11-24T08:00:00Z"
        )
    },
    {"saml": response(assertion(name_id("GUID-0003"), email="user3@acme.example"))},
)
PASTE = PASTED + _CAPTURED.replace("2026-11-24", "2025-01-15")
CHLOE = ("slash", *"chlo", "enter", "enter", "still")
EDIT = (*CHLOE, "c", "still")
TO_THE_END = ("still", *("pagedown",) * 3, "still", "enter", "still")
CORRECTED = (*EDIT, *"guid-9", *TO_THE_END, *"user3", "enter", "still")


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
    "person_swapped": (plain, ("slash", *"swap", "enter", "enter")),
    "person_corrected": (writing, (*CORRECTED, "escape")),
    "correct": (plain, EDIT),
    "correct_warned": (plain, (*EDIT, *"guid-9")),
    "correct_refused": (plain, (*EDIT, *"guid-0001")),
    "correct_both": (plain, (*EDIT, *"guid-9", "shift+tab", "right", "right")),
    "correct_done": (writing, CORRECTED),
    "correct_swap": (plain, ("slash", *"swap", "enter", "enter", "still", "w")),
    "deactivate": (plain, (*CHLOE, "d")),
    "remove": (plain, (*CHLOE, "x")),
    "allow_changes": (plain, (*EDIT, *"guid-9", *TO_THE_END, *"user3", "enter")),
    "sign_in": (plain, (key_of(SIGN_IN),)),
    "sign_in_pasted": (plain, (key_of(SIGN_IN), PASTE)),
    "sign_in_next": (plain, (key_of(SIGN_IN), PASTE, "still", "n")),
    "sign_in_refused": (plain, (key_of(SIGN_IN), PASTED + "<samlp:AuthnRequest/>")),
    "sign_in_alone": (first_run, ("down", "down", "enter", "still", PASTE)),
    "sign_in_light": (light, (key_of(SIGN_IN), PASTE)),
    "ask_name_id": (plain, (key_of(SIGN_IN), "i")),
    "ask_certificate": (plain, (key_of(SIGN_IN), PASTE, "still", "k")),
    "history_empty": (plain, (key_of(HISTORY),)),
    "history": (writing, (*CORRECTED, "escape", "still", key_of(HISTORY))),
    "history_undo": (writing, (*CORRECTED, "escape", "still", key_of(HISTORY), "still", "u")),
    "history_export": (writing, (*CORRECTED, "escape", "still", key_of(HISTORY), "still", "e")),
    "connection": (plain, (key_of(CONNECTION),)),
    "connection_warned": (lambda: console_of(DOT), (key_of(CONNECTION),)),
    "connection_failed": (lambda: console_of(REFUSED_TOKEN), (key_of(CONNECTION),)),
    "connection_details": (lambda: console_of(REFUSED_TOKEN), (key_of(CONNECTION), "enter")),
    "connection_report": (lambda: console_of(DOT), (key_of(CONNECTION), "c")),
    "trouble": (plain, (key_of(TROUBLE),)),
    "trouble_pasted": (plain, (key_of(TROUBLE), "still", PASTED + EVENT)),
    "trouble_typed": (plain, (key_of(TROUBLE), "still", "slash", *"already been taken")),
    "trouble_none": (plain, (key_of(TROUBLE), "still", PASTED + "the gizmo\nhas an odd account at all")),
    "trouble_light": (light, (key_of(TROUBLE), "still", PASTED + EVENT)),
    "trouble_copied": (plain, (key_of(TROUBLE), "still", PASTED + EVENT, "still", "y")),
    "trouble_alone": (first_run, (*("down",) * 4, "enter", "still", "slash", *"okta null")),
    "mapping": (plain, (key_of(MAPPING),)),
    "mapping_stock": (plain, REVIEWED),
    "mapping_light": (light, REVIEWED),
    "mapping_changed": (plain, (*REVIEWED, *CHANGED_SOURCE)),
    "mapping_sample": (plain, (*WITH_USERS, "u", "still", "enter")),
    "mapping_okta": (plain, OKTA_REVIEWED),
    "mapping_row": (plain, (*REVIEWED, "enter")),
    "mapping_row_wrong": (plain, (*REVIEWED, "enter", f"{FILLED}source=Switch([mail], ", "enter")),
    "mapping_name_id": (plain, (*REVIEWED, "n")),
    "mapping_answers": (plain, (*REVIEWED, "w")),
    "mapping_whom": (plain, (*WITH_USERS, "u")),
    "mapping_typed": (plain, (*WITH_USERS, "u", "still", "up", "enter")),
    "mapping_impact": (plain, (*WITH_USERS, "i")),
    "mapping_export_people": (plain, (*WITH_USERS, *NAMED, "still", "end", "up", "up", "enter")),
    "mapping_not_read": (plain, (*REVIEWED, PASTED + '{"id": "scim.1",\n  "version": ')),
    "mapping_alone": (first_run, (*("down",) * 3, "enter", "still", PASTED + stock())),
    "setup_asked": (plain, (key_of(SETUP),)),
    "setup": (lambda: at_step("entra/saml-sso"), ("enter", "still")),
    "setup_mapping": (lambda: at_step("entra/attribute-mapping"), ()),
    "setup_credentials": (lambda: at_step("entra/credentials"), ("space", "up")),
    "setup_failed": (lambda: at_step("entra/test-connection", REFUSED_TOKEN), ("enter", "still")),
    "setup_okta": (lambda: at_step("okta/to-app"), ()),
    "setup_change": (lambda: at_step("change-app/choose"), ()),
    "setup_light": (lambda: at_step("entra/test-connection", theme="scimtui-light"), ("enter", "still")),
    "setup_alone": (first_run, (*("down",) * 5, "enter", "still", "enter")),
    "new_profile": (first_run, ("down", "enter")),
    "new_profile_typed": (first_run, (*TYPED, f"{FILLED}access_token=glsoat-0123456789")),
    "new_profile_failed": (untested, (*TYPED, "still", "ctrl+s")),
    "edit_profile": (plain, ("p", "still", "e")),
}


@pytest.fixture(autouse=True)
def one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    on_one_machine(lambda name, value: monkeypatch.setattr(f"scimtui.corrections.{name}", value))


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


@pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["small", "large"])
def test_mapping_without_colour(
    snap_compare: Any, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(plain(), terminal_size=size, run_before=lambda pilot: drive(pilot, REVIEWED))
