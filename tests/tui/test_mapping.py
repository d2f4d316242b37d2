"""Mapping in the console: what is handed in, rows tried, whom it concerns, what is handed out."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input

from scimtui.directory import Known
from scimtui.mappings import NameId, read_mapping
from scimtui.profiles import Profile
from scimtui.tui.app import ScimtuiApp
from scimtui.tui.screens import mapping as mapping_screen
from scimtui.tui.screens import mapping_handing_in
from scimtui.tui.screens.first_run import FirstRunScreen
from scimtui.tui.screens.mapping import MappingScreen
from scimtui.tui.screens.mapping_people import ExportPeopleScreen, ImpactScreen
from scimtui.tui.screens.mapping_row import RowScreen
from scimtui.tui.screens.person import PersonScreen
from scimtui.tui.sections import MAPPING, SETUP, TROUBLE
from scimtui.tui.widgets.choice import Choice
from scimtui.tui.widgets.failure_panel import FailurePanel
from scimtui.tui.widgets.mapping_list import MappingList
from scimtui.tui.widgets.text_table import TextTable
from tests.directory.people_samples import record, snapshot
from tests.mappings.samples import (
    okta_app,
    okta_profile,
    okta_saml_app,
    schema,
    stock,
    users_of_sample,
)
from tests.saml.samples import assertion, name_id, posted, response
from tests.tui.consoles import FILLED, PASTED, PROFILE, console, drive, key_of, still, workspace
from tests.tui.test_console import text

Console = Pilot[None]
SIZE = (140, 50)
OPEN = (key_of(MAPPING), "still")
STOCK = (*OPEN, PASTED + stock(), "still")
WITH_USERS = (*STOCK, PASTED + users_of_sample(), "still")


def said(pilot: Console) -> str:
    """What is shown, wherever its lines are broken."""
    assert isinstance(pilot.app, ScimtuiApp)
    return " ".join(text(pilot.app).split())


def screen(pilot: Console) -> MappingScreen:
    shown = pilot.app.screen
    assert isinstance(shown, MappingScreen)
    return shown


def codes(pilot: Console) -> set[str]:
    reviewed = screen(pilot)._review
    assert reviewed is not None
    return {one.finding.code for one in reviewed.findings}


def trial(pilot: Console) -> Any:
    return screen(pilot).trial


def lead_to(pilot: Console, kind: str) -> None:
    """Put the cursor on the first entry of a kind."""
    rows = screen(pilot).query_one(MappingList)
    rows.highlighted = next(place for place, one in enumerate(rows._entries) if one.kind == kind)


def opened(**more: Any) -> ScimtuiApp:
    return console(workspace(**more))


async def test_it_begins_with_gitlab_s_own_table() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, OPEN)
        shown = said(pilot)
        assert "GitLab's own table · Entra ID" in shown and "f opens yours, or paste it" in shown
        assert "objectId externalId 1 always extern_uid same" in shown


async def test_okta_s_profile_begins_with_what_okta_sends_by_itself() -> None:
    profile = Profile("acme", PROFILE.scim_url, idp="okta", nameid_source="user.login")
    async with opened(profile=profile).run_test(size=SIZE) as pilot:
        await drive(pilot, OPEN)
        assert "Okta" in said(pilot) and "NameID from user.login" in said(pilot)
        await drive(pilot, ("o",))
        assert trial(pilot).mapping.idp == "entra"
        await drive(pilot, (PASTED + json.dumps(okta_profile()), "still", PASTED + json.dumps(okta_app())))
        assert "user.getInternalProperty" in said(pilot) and "by itself" in said(pilot)


async def test_without_a_profile_a_paste_is_reviewed() -> None:
    async with console().run_test(size=SIZE) as pilot:
        await drive(pilot, (*("down",) * 3, "enter", "still", PASTED + stock()))
        assert {"ID-04", "MA-02", "AC-02"} <= codes(pilot)
        assert "people of the list" not in said(pilot)
        await drive(pilot, ("i", "e", "escape", "escape"))
        assert isinstance(pilot.app.screen, FirstRunScreen)


async def test_a_file_is_opened_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "portal.json"
    file.write_text(stock())
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*OPEN, "f", f"{FILLED}line={file}", "enter"))
        assert "portal.json · Entra ID" in said(pilot)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"id": 1,', "ends in the middle"),
        ("nothing of the kind", "the first line does not name"),
        (None, "No such file"),
    ],
)
async def test_what_can_not_be_read_leaves_the_review_as_it_was(
    tmp_path: Path, content: str | None, words: str
) -> None:
    file = tmp_path / "odd"
    if content is not None:
        file.write_text(content)
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*STOCK, "f", f"{FILLED}line={file}", "enter"))
        assert words in said(pilot) and "still shown" in said(pilot)
        assert "ID-04" in codes(pilot)
        await drive(pilot, ("escape",))
        assert not screen(pilot).query_one(FailurePanel).display


async def test_a_row_is_changed_here_alone_and_taken_back() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*STOCK, "enter"))
        assert isinstance(pilot.app.screen, RowScreen)
        await drive(pilot, (f"{FILLED}source=objectId", f"{FILLED}precedence=1", "enter"))
        assert "ID-04" not in codes(pilot) and "changed here" in said(pilot)
        await drive(pilot, ("z",))
        assert "ID-04" in codes(pilot) and "changed here" not in said(pilot)


async def test_a_row_is_added_and_removed() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*STOCK, "a", f"{FILLED}source=[department]", f"{FILLED}target=id", "enter"))
        assert "ID-15" in codes(pilot)
        entry = screen(pilot).query_one(MappingList).entry
        assert entry is not None and entry.row is not None and entry.row.target == "id"
        await drive(pilot, ("x",))
        assert "ID-15" not in codes(pilot) and len(trial(pilot).mapping.rows) == 8


async def test_a_missing_row_is_offered() -> None:
    short = "source,target,precedence\nobjectId,externalId,1\n"
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*OPEN, PASTED + short, "still", "down"))
        assert "Missing: emails[type" in said(pilot)
        await drive(pilot, ("enter", "still", "enter"))
        assert [row.target for row in trial(pilot).mapping.rows][1:] == ['emails[type eq "work"].value']


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("source", "Switch([mail]", "(column "),
        ("precedence", "first", "a whole number"),
        ("precedence", "99999999999999999999", "a number from 0"),
        ("target", " ", "name what it is sent as"),
    ],
)
async def test_a_row_that_can_not_be_is_not_taken(field: str, value: str, words: str) -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*STOCK, "enter", f"{FILLED}{field}={value}", "enter"))
        assert isinstance(pilot.app.screen, RowScreen) and words in said(pilot)
        await drive(pilot, ("escape",))
        assert not trial(pilot).is_changed


async def test_the_kind_follows_what_is_typed_until_somebody_chooses() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*STOCK, "enter", f"{FILLED}source=ToLower([mail])"))
        kind = pilot.app.screen.query(Choice).first()
        assert kind.value == "expression"
        await drive(pilot, (f"{FILLED}source=acme",))
        assert kind.value == "attribute"
        kind.focus()
        await drive(pilot, ("left", f"{FILLED}source=acme 1", "enter"))
        assert trial(pilot).mapping.rows[0].kind == "constant"


async def test_a_finding_leads_to_its_row() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, STOCK)
        lead_to(pilot, "finding")
        await drive(pilot, ("enter",))
        assert isinstance(pilot.app.screen, RowScreen)
        assert pilot.app.screen.query_one("#target", Input).value == "externalId"


# ── the sample user ──────────────────────────────────────────────────────────


async def test_a_sample_of_the_export() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*WITH_USERS, "u", "still", *"user3", "still", "enter"))
        assert trial(pilot).sample.origin == "export"
        shown = said(pilot)
        assert "Sample user user3@acme.example from the export" in shown and "extern_uid chloe" in shown
        await drive(pilot, ("n", f"{FILLED}source=user.objectid", "enter"))
        assert "× could not sign in" in said(pilot) and "ID-02" in codes(pilot)


async def test_a_sample_guessed_from_the_list() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*OPEN, "u", "still", *"chlo", "still", "enter"))
        assert trial(pilot).sample.origin == "guessed"
        assert "guessed from what GitLab stores" in said(pilot)


async def test_a_sample_that_is_typed() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*STOCK, "u", "still", "up", "enter", "still", f"{FILLED}field-0=ada", "enter"))
        assert trial(pilot).sample.attributes["mailNickname"] == "ada"
        assert "as typed" in said(pilot) and "extern_uid ada" in said(pilot)


async def test_the_sample_s_request_is_copied() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*STOCK, "u", "still", "up", "enter", "still", f"{FILLED}field-0=ada", "enter"))
        await drive(pilot, ("y",))
        assert json.loads(pilot.app.clipboard)["externalId"] == "ada"


# ── what else it is held against ─────────────────────────────────────────────


async def test_a_captured_sign_in_tells_the_name_id() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*STOCK, PASTED + posted(response(assertion(name_id("guid-0003"))))))
        assert (
            "a captured sign-in: its NameID" in said(pilot)
            and trial(pilot).inputs.name_id.value == "guid-0003"
        )


async def test_okta_s_saml_app_tells_the_name_id() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*OPEN, PASTED + json.dumps(okta_saml_app())))
        assert trial(pilot).mapping.idp == "okta" and trial(pilot).inputs.name_id.source


async def test_an_empty_source_says_that_the_name_id_is_not_known() -> None:
    profile = Profile("acme", PROFILE.scim_url, nameid_source="user.mail")
    async with opened(profile=profile).run_test(size=SIZE) as pilot:
        await drive(pilot, (*OPEN, "n", "still", f"{FILLED}source= ", "enter"))
        assert trial(pilot).inputs.name_id is None and "NameID not said" in said(pilot)
        await drive(pilot, ("n", "still", f"{FILLED}source=user.mail", "down", "right", "up", "enter"))
        assert trial(pilot).inputs.name_id == NameId("user.mail", "persistent")


async def test_answers_let_more_rules_be_checked() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*OPEN, "w", "still", "down", "down", "left", "left", "enter"))
        assert trial(pilot).inputs.answers.everybody is True and "SC-02" in codes(pilot)


async def test_an_earlier_export_is_compared_in_meaning(tmp_path: Path) -> None:
    file = tmp_path / "before.json"
    file.write_text(json.dumps(schema()))
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*STOCK, "d", f"{FILLED}line={file}", "enter"))
        assert "DF-01" in codes(pilot) and "beside an earlier export" in said(pilot)
        file.write_text("no mapping")
        await drive(pilot, ("d", f"{FILLED}line={file}", "enter"))
        assert "DF-01" in codes(pilot) and "still shown" in said(pilot)


async def test_gitlab_s_table_of_another_age() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*OPEN, "g"))
        assert "for GitLab 14.x to 15.0" in said(pilot)
        await drive(pilot, ("g", "g"))
        assert "for GitLab 16.x to 19.x" in said(pilot)


# ── whom it concerns ─────────────────────────────────────────────────────────


async def test_the_impact_opens_on_each_person() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*WITH_USERS, "i", "still"))
        assert isinstance(pilot.app.screen, ImpactScreen)
        shown = said(pilot)
        assert "3 change" in shown and "duplicate users and lost access" in shown
        assert "stored for SCIM guid-0001 would be sent ada" in shown
        await drive(pilot, ("enter",))
        assert isinstance(pilot.app.screen, PersonScreen) and "Ada Byron" in said(pilot)
        await drive(pilot, ("escape", "escape"))
        screen(pilot)


async def test_without_people_there_is_no_impact() -> None:
    async with opened(fresh=None).run_test(size=SIZE) as pilot:
        await drive(pilot, (*STOCK, "i"))
        assert isinstance(pilot.app.screen, MappingScreen) and "Impact" not in said(pilot)


async def test_people_read_anew_are_taken_into_account() -> None:
    people = [[record(1, "Ada")], [record(1, "Ada"), record(2, "Bob")]]
    fresh = workspace(fresh=lambda: snapshot(people.pop(0), known=Known(scim=True, saml=True)))
    async with console(fresh).run_test(size=SIZE) as pilot:
        await drive(pilot, OPEN)
        assert "1 people of the list" in said(pilot)
        assert isinstance(pilot.app, ScimtuiApp)
        pilot.app.read_people_again()
        await pilot.app.workers.wait_for_complete()
        await still(pilot)
        assert "2 people of the list" in said(pilot)
        await still(pilot)


async def test_who_of_the_export_could_not_sign_in_becomes_the_sample() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(
            pilot,
            (*WITH_USERS, "n", f"{FILLED}source=user.objectid", "enter"),
        )
        lead_to(pilot, "export")
        await drive(pilot, ("enter",))
        assert isinstance(pilot.app.screen, ExportPeopleScreen)
        assert "could not sign in 3" in said(pilot)
        await drive(pilot, ("down", "enter"))
        assert trial(pilot).sample.label == "user3@acme.example"


async def test_a_line_is_chosen_by_the_mouse() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*WITH_USERS, "i", "still"))
        await pilot.click(TextTable, offset=(3, 1), times=2)
        await still(pilot)
        assert isinstance(pilot.app.screen, PersonScreen) and "Chloé" in said(pilot)


# ── handing out ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ending", ["toml", "csv"])
async def test_the_changed_mapping_is_saved_elsewhere(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"changed.{ending}"
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*STOCK, "x", "s", f"{FILLED}file={file}", "enter", "still", "escape"))
        assert read_mapping(file.read_text("utf-8")).rows == trial(pilot).mapping.rows
        assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("ending", ["md", "csv", "json"])
async def test_the_review_is_exported(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"review.{ending}"
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*STOCK, "e", f"{FILLED}file={file}", "enter"))
        assert "ID-04" in file.read_text("utf-8")
        await drive(pilot, ("escape", "home", "y"))
        assert pilot.app.clipboard.startswith("# Attribute mapping review")


# ── ways here ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("step", "idp"), [("entra/attribute-mapping", "entra"), ("okta/to-app", "okta")])
async def test_the_walkthrough_s_step_runs_the_review(step: str, idp: str) -> None:
    app = opened()
    app._first_step = step
    async with app.run_test(size=SIZE) as pilot:
        await drive(pilot, ("still", "enter", "still"))
        assert trial(pilot).mapping.idp == idp
        await drive(pilot, (PASTED + stock(), "still", key_of(SETUP), "still", "enter", "still"))
        assert trial(pilot).name == "what was pasted"  # what was opened stays


async def test_trouble_with_the_mapping_leads_here() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(
            pilot, (key_of(TROUBLE), "still", PASTED + "Missing params: [extern_uid]", "still", "enter")
        )
        screen(pilot)


async def test_names_from_a_file_are_no_markup_and_no_escape_codes() -> None:
    hostile = json.dumps(schema({"\x1b[31m[red]evil": ("[\x1b]0;title\x07mail]", 0)}))
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*OPEN, PASTED + hostile, "still", "enter", "still"))
        assert "\x1b" not in text(pilot.app) and "[red]evil" in said(pilot)


async def test_a_paste_while_something_is_asked_is_not_a_file() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*STOCK, "n"))
        pilot.app.screen.post_message(Paste("source,target\nmail,externalId\n"))
        await drive(pilot, ("escape",))
        assert "ID-04" in codes(pilot)


# ── what a second reader found ───────────────────────────────────────────────


class Held:
    """A function that waits, in its thread, until it is let go."""

    def __init__(self, done: Any) -> None:
        self._done = done
        self.begun, self.go = threading.Event(), threading.Event()
        self.holds = False

    def __call__(self, *given: Any) -> Any:
        if self.holds:
            self.holds = False
            self.begun.set()
            assert self.go.wait(10)
        return self._done(*given)


def held(monkeypatch: pytest.MonkeyPatch, name: str) -> Held:
    module = mapping_handing_in if name == "read_piece" else mapping_screen
    made = Held(getattr(module, name))
    monkeypatch.setattr(module, name, made)
    return made


async def begun(one: Held) -> None:
    assert await asyncio.to_thread(one.begun.wait, 10)


async def test_a_row_is_not_taken_out_by_a_place_in_another_mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = held(monkeypatch, "review")
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, STOCK)
        slow.holds = True
        await pilot.press("x")
        await begun(slow)
        await pilot.press("x", "enter")
        slow.go.set()
        await still(pilot)
        assert [row.target for row in trial(pilot).mapping.rows][:2] == [
            "userName",
            'emails[type eq "work"].value',
        ]


async def test_a_file_that_took_long_is_put_to_what_stands_then(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = held(monkeypatch, "read_piece")
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, STOCK)
        slow.holds = True
        pilot.app.screen.post_message(Paste(users_of_sample()))
        await begun(slow)
        await pilot.press("x")
        slow.go.set()
        await still(pilot)
        assert len(trial(pilot).mapping.rows) == 7 and trial(pilot).inputs.users is not None


async def test_the_last_of_two_files_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = held(monkeypatch, "read_piece")
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, OPEN)
        slow.holds = True
        pilot.app.screen.post_message(Paste("source,target\nmail,externalId\n"))
        await begun(slow)
        pilot.app.screen.post_message(Paste(stock()))
        await pilot.pause()
        slow.go.set()
        await still(pilot)
        assert len(trial(pilot).mapping.rows) == 8


async def test_a_row_of_a_mapping_that_was_replaced_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = held(monkeypatch, "read_piece")
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, STOCK)
        slow.holds = True
        pilot.app.screen.post_message(Paste("source,target\nmail,externalId\n"))
        await begun(slow)
        await pilot.press(*("down",) * 7, "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, RowScreen)
        slow.go.set()
        await drive(pilot, ("still", f"{FILLED}source=x", "enter"))
        assert len(trial(pilot).mapping.rows) == 1 and "another mapping was opened meanwhile" in said(pilot)


async def test_people_and_what_is_stored_of_them_belong_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The impact told of Ada, and opened somebody else."""
    people = [[record(2, "Ada")], [record(1, "Aaron"), record(2, "Ada")]]
    fresh = workspace(fresh=lambda: snapshot(people.pop(0), known=Known(scim=True, saml=True)))
    slow = held(monkeypatch, "_stored")
    async with console(fresh).run_test(size=SIZE) as pilot:
        await drive(pilot, STOCK)
        slow.holds = True
        assert isinstance(pilot.app, ScimtuiApp)
        pilot.app.read_people_again()
        await begun(slow)
        await pilot.press("g")
        slow.go.set()
        await still(pilot)
        assert "2 people of the list" in said(pilot)
        await drive(pilot, ("i", "still"))
        assert isinstance(pilot.app.screen, ImpactScreen) and "Aaron" in said(pilot)


@pytest.mark.parametrize("name", ["~nobody-of-this-name/x.md", "a\0b.md"])
async def test_a_name_that_names_no_file_is_said(name: str) -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*STOCK, "e", f"{FILLED}file={name}", "enter", "still"))
        assert "this names no file" in said(pilot)


async def test_the_attributes_of_a_mapping_that_reads_none_can_be_typed() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*OPEN, *("x", "still") * 5, "u", "still", "up", "enter", "still"))
        await drive(pilot, (f"{FILLED}field-0=g1", "enter"))
        assert trial(pilot).sample.attributes["objectId"] == "g1"


async def test_a_word_of_the_file_for_when_it_flows_can_be_changed() -> None:
    odd = "source,target,precedence,flow\nobjectId,externalId,1,AttributeAddOnly\n"
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*OPEN, PASTED + odd, "still", "enter"))
        flow = pilot.app.screen.query(Choice).last()
        assert flow.value == "AttributeAddOnly"
        flow.focus()
        await drive(pilot, ("right", "enter"))
        assert trial(pilot).mapping.rows[0].flow == "Always"


# ── what a newcomer found ────────────────────────────────────────────────────


async def test_leaving_with_changes_asks_once(tmp_path: Path) -> None:
    async with opened().run_test(size=SIZE, notifications=True) as pilot:
        await drive(pilot, (*STOCK, "x"))
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert pilot.app.is_running and "changed here and not saved" in said(pilot)
        file = tmp_path / "changed.toml"
        await drive(pilot, ("s", f"{FILLED}file={file}", "enter", "still", "escape"))
        assert not screen(pilot).unsaved
        await drive(pilot, ("x",))
        assert screen(pilot).unsaved
        await pilot.press("ctrl+q")
        assert pilot.app._exit


async def test_keys_without_a_word_in_the_footer_stand_in_the_help() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*OPEN, "question_mark"))
        shown = said(pilot)
        assert "Answer what only you can tell" in shown and "Compare with an earlier export" in shown


async def test_a_name_id_that_can_not_be_read_is_not_taken() -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*OPEN, "n", f"{FILLED}source=ToLower([mail]", "enter"))
        assert "(column" in said(pilot)
        await drive(pilot, ("escape",))
        assert trial(pilot).inputs.name_id is None


@pytest.mark.parametrize("said_so", ["the usual one", "user.foo"])
async def test_words_that_are_no_source_of_the_name_id_are_told_at_once(said_so: str) -> None:
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*OPEN, "n", f"{FILLED}source={said_so}", "enter"))
        assert "no attribute and no expression" in said(pilot)
        await drive(pilot, (f"{FILLED}source=Object ID", "enter"))
        assert trial(pilot).inputs.name_id is not None and "ID-02" not in codes(pilot)


HOSTILE = {
    "blank lines": "\n" * 20_000 + ",",
    "a number": '{"synchronizationRules": ' + "9" * 9_000 + "}",
    "toml": "a = " + "[" * 20_000,
    "brackets": "[" * 50_000,
    "a thousand holes": json.dumps(okta_profile({"email": ("${user.a}" * 1_000, "PUSH")})),
    "a thousand comparisons": json.dumps(okta_profile({"email": ("a" + "==a" * 2_000, "PUSH")})),
    "a thousand indexes": json.dumps(okta_profile({"email": ("a" + "[0]" * 2_000, "PUSH")})),
    "a pattern": 'source,target\n"Replace([mail], , ""a{1000000000}"", , """", , )",title\n',
    "a join": f'source,target\n"Join(""{"x" * 4_000}"", Split(""{"ab" * 2_000}"", ""b""))",title\n',
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_file_ends_nothing_and_no_change_is_lost(name: str, tmp_path: Path) -> None:
    file = tmp_path / "odd"
    file.write_text(HOSTILE[name])
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*WITH_USERS, "x"))
        assert trial(pilot).is_unsaved
        await drive(pilot, ("f", f"{FILLED}line={file}", "enter", "still"))
        assert pilot.app.is_running and pilot.app._exception is None
        was_refused = screen(pilot).query_one(FailurePanel).display
        assert was_refused or trial(pilot).name == "odd"
        if not was_refused:
            await drive(pilot, ("z", "still"))  # back to the changed mapping that was left
        assert trial(pilot).is_unsaved and trial(pilot).name == "what was pasted"


async def test_letters_of_a_windows_file_are_read_and_the_guess_is_said(tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_bytes("userPrincipalName,displayName,id\na@acme.example,Bj\u00f8rn,1\n".encode("cp1252"))
    async with opened().run_test(size=SIZE, notifications=True) as pilot:
        await drive(pilot, (*STOCK, "f", f"{FILLED}line={file}", "enter", "still"))
        assert trial(pilot).inputs.users.people[0].attributes["displayName"] == "Bj\u00f8rn"
        assert "Windows-1252" in said(pilot)
        file.write_bytes(b"PK\x03\x04\xff")
        await drive(pilot, ("f", f"{FILLED}line={file}", "enter", "still"))
        assert "Excel" in said(pilot)


async def test_who_is_out_of_scope_stands_apart() -> None:
    clause = {
        "sourceOperandName": "displayName",
        "operatorName": "EQUALS",
        "targetOperand": {"values": ["x"]},
    }
    scoped = json.dumps(schema(scope={"groups": [{"clauses": [clause]}]}))
    async with opened().run_test(size=SIZE) as pilot:
        await drive(pilot, (*OPEN, PASTED + scoped, "still", PASTED + users_of_sample(), "still"))
        shown = said(pilot)
        assert "out of scope 4" in shown and "the scope filter leaves them out" in shown
