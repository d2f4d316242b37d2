"""What stands where: values under each other, headings over their columns, nothing cut off."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList

from scimtui.directory import Known, Snapshot
from scimtui.tui.app import ScimtuiApp
from scimtui.tui.screens.correct import CorrectScreen
from scimtui.tui.screens.exporting import ExportScreen
from scimtui.tui.screens.history import HistoryScreen
from scimtui.tui.sections import HISTORY, MAPPING, SIGN_IN, WITH_PROFILE
from scimtui.tui.widgets.bars import QuickFilters, SectionBar
from scimtui.tui.widgets.choice import Choice
from scimtui.tui.widgets.hanging import Wrapped, folded, hung
from scimtui.tui.widgets.text_table import TextHeads, TextTable
from tests.directory.people_samples import record, snapshot
from tests.tui.consoles import (
    FILLED,
    PROFILE,
    console,
    drive,
    key_of,
    no_doors,
    sample_snapshot,
    still,
    workspace,
)
from tests.tui.test_console import lines, text
from tests.tui.test_screens import CHLOE, PASTE, PROFILES, WITH_USERS, plain, writing

OLD = "d4cee3e1-80a0-4b81-ace1-a5937fa46bdc"
NEW = "d4cee3e1-80a0-4b81-ace1-a5937fa46bdd"
LONG = "https://idp.example/" + "0123456789" * 9
SMALL, SMALLER = (80, 24), (60, 15)


def correcting(uid: str = OLD) -> ScimtuiApp:
    """A console on a few people of GUIDs, Ada first."""

    def people() -> Snapshot:
        others = [OLD[:-4] + f"{number:04}" for number in range(2, 6)]
        seen = [record(n, f"Person {n}", scim_uid=uid, saml_uid=uid) for n, uid in enumerate(others, 2)]
        ada = record(1, "Ada Byron", scim_uid=uid, saml_uid="ada@acme.example")
        return snapshot([*seen, ada], known=Known(True, True, True))

    return console(workspace(fresh=people))


EDIT = ("enter", "still", "c", "still")
EDITED = (*EDIT, f"{FILLED}value={NEW}", "still")


def marked(app: ScimtuiApp, line: str) -> str:
    """What of a line is underlined."""
    strips = app.screen._compositor.render_strips()
    strip = next(one for one in strips if line in "".join(segment.text for segment in one))
    return "".join(segment.text for segment in strip if segment.style and segment.style.underline)


@pytest.mark.parametrize("size", [SMALL, SMALLER, (140, 40)])
@pytest.mark.parametrize("colour", [True, False])
async def test_old_and_new_stand_under_each_other_and_what_differs_is_marked(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], colour: bool
) -> None:
    if not colour:
        monkeypatch.setenv("NO_COLOR", "1")
    app = correcting()
    async with app.run_test(size=size) as pilot:
        await drive(pilot, EDITED)
        shown = lines(app)
        old, new = (next(line for line in shown if line.startswith(f" {name}")) for name in ("Stored", "New"))
        assert old.index(OLD) == new.index(NEW)
        assert marked(app, OLD) == "c" and marked(app, NEW) == "d"


@pytest.mark.parametrize("size", [SMALL, SMALLER])
async def test_a_value_that_is_longer_than_its_field_stands_whole_below_it(size: tuple[int, int]) -> None:
    app = correcting(LONG)
    async with app.run_test(size=size) as pilot:
        await drive(pilot, (*EDIT, f"{FILLED}value={LONG[:-1]}x", "still"))
        shown = lines(app)
        start = shown[next(n for n, line in enumerate(shown) if "Stored now" in line)].index("https")
        names = ("Stored now", "in full", "")
        column = "".join(line[start:].rstrip() for line in shown if line[:start].strip() in names)
        assert LONG in column and f"{LONG[:-1]}x" in column


async def test_the_confirmation_opens_once_all_checks_were_shown() -> None:
    for size in (SMALL, SMALLER):
        app = correcting()
        async with app.run_test(size=size) as pilot:
            await drive(pilot, EDITED)
            confirm = app.screen.query_one("#confirm", Input)
            below = re.search(r"(\d+) checks? (?:is|are) below", text(app))
            assert below and not confirm.display
            assert isinstance(app.screen, CorrectScreen)
            plan = app.screen._plan
            assert plan is not None and 0 < int(below[1]) <= len(plan.findings)
            for _ in range(60):
                if confirm.display:
                    break
                await pilot.press("down")
            assert confirm.display and "below" not in text(app)
            await drive(pilot, ("up",) * 30)
            assert confirm.display  # they were shown
            await drive(pilot, (f"{FILLED}value={NEW[:-1]}0", "still"))
            assert not confirm.display  # these were not


async def test_enter_leads_through_the_checks_to_the_confirmation() -> None:
    app = correcting()
    async with app.run_test(size=SMALLER) as pilot:
        await drive(pilot, (*EDITED, "enter"))
        for _ in range(20):
            if isinstance(app.screen.focused, Input):
                break
            await pilot.press("enter")
        assert app.screen.focused is app.screen.query_one("#confirm", Input)


async def test_where_all_checks_are_in_sight_the_confirmation_is_open() -> None:
    app = correcting()
    async with app.run_test(size=(140, 40)) as pilot:
        await drive(pilot, EDITED)
        assert app.screen.query_one("#confirm", Input).display


async def test_a_wrong_word_s_complaint_goes_with_the_next_letter() -> None:
    app = correcting()
    async with app.run_test(size=(140, 40)) as pilot:
        await drive(
            pilot,
            (*EDITED, "enter", *"nobody", "enter"),
        )
        assert "That is not the username" in text(app)
        await drive(pilot, ("backspace",))
        assert "That is not the username" not in text(app) and "type the username" in text(app)


async def test_an_export_s_complaint_goes_with_the_next_letter() -> None:
    app = console(workspace(kept=sample_snapshot()))
    async with app.run_test(size=SMALL) as pilot:
        await drive(pilot, ("e", f"{FILLED}file=people.txt", "enter", "still"))
        assert isinstance(app.screen, ExportScreen) and "name a file that ends" in text(app)
        await drive(pilot, ("backspace",))
        assert "name a file that ends" not in text(app)


async def test_a_profile_s_complaint_goes_with_the_cursor() -> None:
    saved = (replace(PROFILES[0], name="broken"), *PROFILES)
    app = console(workspace(), doors=no_doors(profiles=saved))
    async with app.run_test(size=SMALL) as pilot:
        await drive(pilot, ("p", "still", "enter", "still"))
        assert "no token was found" in text(app)
        await drive(pilot, ("down",))
        assert "no token was found" not in text(app)
        assert app.screen.query_one(OptionList).highlighted == 1


@pytest.mark.parametrize("width", [50, 60, 72, 80, 100, 140])
@pytest.mark.parametrize("name", WITH_PROFILE)
async def test_the_open_section_s_tab_is_whole_and_each_has_its_number(width: int, name: str) -> None:
    app = console(workspace(kept=sample_snapshot()))
    async with app.run_test(size=(width, 20)) as pilot:
        await drive(pilot, (key_of(name), "still"))
        while len(app.screen_stack) > 2:
            await pilot.press("escape")
        bar = next(line for line in lines(app) if f"{key_of(name)} {name}" in line)
        for number in range(1, len(WITH_PROFILE) + 1):
            assert f" {number} " in bar
        at = bar.index(f"{WITH_PROFILE.index('Users') + 1} ")
        await pilot.click(SectionBar, offset=(at, 0))
        await still(pilot)
        assert "1 Users" in lines(app)[1]


@pytest.mark.parametrize("size", [(60, 20), SMALL, (140, 40)])
async def test_headings_stand_over_their_columns(size: tuple[int, int]) -> None:
    app = plain()
    async with app.run_test(size=size) as pilot:
        await drive(pilot, (*WITH_USERS, "i", "still"))
        heads, table = app.screen.query_one(TextHeads), app.screen.query_one(TextTable)
        titles = "".join(segment.text for segment in heads.render_line(0))
        row = "".join(segment.text for segment in table.render_line(0))
        assert heads.region.x == table.region.x
        assert titles.index("Comes of it") == row.index("≠ changes")
        assert titles.index("would") == row.index("ada", row.index("guid-0001"))


async def test_history_fits_and_hangs_at_80_by_24() -> None:
    app = console(workspace(profile=PROFILE, kept=sample_snapshot()))
    async with app.run_test(size=SMALL) as pilot:
        await drive(pilot, (key_of(HISTORY), "still"))
        assert isinstance(app.screen, HistoryScreen)
        table = app.screen.query_one(TextTable)
        assert not table.show_horizontal_scrollbar
        await pilot.resize_terminal(140, 40)
        await pilot.resize_terminal(60, 15)
        await still(pilot)
        assert not table.show_horizontal_scrollbar


async def test_users_at_80_keeps_its_chips_while_reading() -> None:
    """Each page of people that came broke off the one before, which had not come to the chips yet."""
    app = console(workspace(kept=sample_snapshot(), fresh=None))
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        chips = "".join(segment.text for segment in app.screen.query_one(QuickFilters).render_line(0))
        assert " ".join(chips.split()) == "All 12 ≠ 1 ≈ 1 ∅ 3 ○ 1 ‼ 2 × 1 E 11"
        users = app.screen
        fewer = snapshot([record(n, f"Person {n}") for n in range(1, 4)])
        for _ in range(3):
            users._show_partial(fewer)  # type: ignore[attr-defined]
        await still(pilot)
        chips = "".join(segment.text for segment in app.screen.query_one(QuickFilters).render_line(0))
        assert "All 3" in chips


def test_text_hangs_under_its_own_beginning() -> None:
    made = hung([(" × ", "bold")], ["several words that do not fit"], 16)
    assert made.plain.split("\n") == [" × several words", "   that do not", "   fit"]
    value = hung(["   now  "], [OLD], 30, within=False)
    first, second = value.plain.split("\n")
    assert first == "   now  " + OLD[:22] and second == " " * 8 + OLD[22:]
    assert [line.plain for line in folded(Content("林美咲林"), 4)] == ["林美", "咲林"]
    assert hung(["→ "], [""], 20).plain == "→ "


@pytest.mark.parametrize("size", [SMALL, SMALLER])
async def test_what_a_person_s_page_says_hangs(size: tuple[int, int]) -> None:
    app = console(workspace(kept=sample_snapshot()))
    async with app.run_test(size=size) as pilot:
        await drive(pilot, ("slash", *"swap", "enter", "enter", "still"))
        told = app.screen.query_one("#person", Wrapped).content.plain.split("\n")
        arrows = [place for place, line in enumerate(told) if line.startswith("→ ")]
        assert arrows
        for place in arrows:
            after = told[place + 1] if place + 1 < len(told) else ""
            assert not after or after.startswith("  ")
            assert len(told[place]) < size[0] - 4


@pytest.mark.parametrize("size", [SMALL, SMALLER])
async def test_how_it_ended_is_in_sight_and_only_one_value_is_called_stored_now(
    size: tuple[int, int],
) -> None:
    app = writing()
    async with app.run_test(size=size) as pilot:
        await drive(
            pilot, (*CHLOE, "c", "still", f"{FILLED}value=guid-9", "still", *("pagedown",) * 5, "still")
        )
        await drive(pilot, ("enter", "still", *"user3", "enter", "still"))
        shown = text(app)
        assert "✓ Done, and read back" in shown
        (now,) = re.findall(r"stored now +(\S+)", shown, re.IGNORECASE)
        (before,) = re.findall(r"Before +(\S+)", shown)
        assert (before, now) == ("guid-0003", "guid-9")


class Choosing(App[None]):
    """One choice in a few cells."""

    def compose(self) -> ComposeResult:
        yield Choice((("a", "the first (of all)"), ("b", "the second"), ("c", "the third")), "a")


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (60, "● the first (of all)   ○ the second   ○ the third"),
        (44, "● the first   ○ the second   ○ the third"),
        (30, "● the first   1 of 3"),
        (8, "● the f…"),
    ],
)
async def test_what_is_chosen_is_never_cut_off(width: int, shown: str) -> None:
    app = Choosing()
    async with app.run_test(size=(width, 3)) as pilot:
        assert lines(app)[0].rstrip() == shown
        await pilot.press("right")
        assert app.query_one(Choice).value == "b"
        assert "● the s" in lines(app)[0]


async def test_a_name_id_s_complaint_goes_with_the_next_letter() -> None:
    app = plain()
    async with app.run_test(size=SMALL) as pilot:
        await drive(pilot, (key_of(MAPPING), "still", "n", f"{FILLED}source=Join(", "enter", "still"))
        assert "user.objectid" not in text(app)
        await drive(pilot, ("backspace",))
        assert "user.objectid" in text(app)


async def test_a_sign_in_s_facts_hang_under_their_own_column() -> None:
    app = plain()
    async with app.run_test(size=SMALLER) as pilot:
        await drive(pilot, (key_of(SIGN_IN), "still", PASTE, "still"))
        shown = lines(app)
        at = next(place for place, line in enumerate(shown) if "Destination" in line)
        column = shown[at].index("https://")
        assert shown[at + 1][:column].strip() == "" and shown[at + 1][column] != " "
