"""The console driven by keys: what it shows, what it does, and that nothing hostile gets through."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import DataTable, Input, OptionList

from scimtui.directory import Known, Snapshot
from scimtui.gitlab import Secret
from scimtui.gitlab.errors import ConnectionLost, ConnectionRefused
from scimtui.gitlab.requests import read
from scimtui.profiles import Profile
from scimtui.tui.doors import Draft, ProfileLine
from scimtui.tui.screens.checking import CheckingScreen
from scimtui.tui.screens.first_run import FirstRunScreen
from scimtui.tui.screens.person import PersonScreen
from scimtui.tui.screens.profile_editor import ProfileEditorScreen
from scimtui.tui.screens.request_log import RequestLogScreen
from scimtui.tui.screens.users import UsersScreen
from scimtui.tui.widgets.bars import QuickFilters
from scimtui.tui.widgets.failure_panel import FailurePanel
from scimtui.tui.widgets.people_table import PeopleTable
from scimtui.tui.widgets.person_view import PersonView
from tests.connection.pretending import still_report
from tests.directory.people_samples import NOW, SAMPLE, record, snapshot
from tests.tui.consoles import console, no_doors, sample_snapshot, still, workspace

REFUSED = ConnectionRefused("nothing answers there", fix="check host and port", request="GET https://x/")
SMALL, LARGE = (80, 24), (140, 40)


def lines(app: App[None]) -> list[str]:
    """What stands on the screen."""
    screen = app.screen
    width, height = app.size
    return [
        "".join(segment.text for segment in strip)[:width] for strip in screen._compositor.render_strips()
    ][:height]


def text(app: App[None]) -> str:
    return "\n".join(lines(app))


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
    await still(pilot)


def names(app: App[None]) -> list[str]:
    table = app.screen.query_one(PeopleTable)
    return ["".join(segment.text for segment in table.render_line(y)).strip() for y in range(table.count)]


async def test_the_list_opens_and_shows_everybody_but_bots() -> None:
    app = console(workspace())
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        assert app.screen.query_one(PeopleTable).count == 12
        assert "Ada Byron" in text(app) and "_bot_" not in text(app)
        assert "gitlab.com" in lines(app)[0] and "read-only" in lines(app)[0]
        assert "SCIM + access token" in lines(app)[0] and "read just now" in lines(app)[0]
        assert "Differs 1" in text(app) and "Case 1" in text(app) and "Not linked 3" in text(app)


async def test_typing_filters_and_escape_undoes_in_steps() -> None:
    app = console(workspace())
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        table = app.screen.query_one(PeopleTable)
        await press(pilot, "slash", *"bjorn")
        assert table.count == 1 and names(app)[0].startswith("Bjørn Ås")
        assert "1 of 12 people" in text(app)
        await press(pilot, "escape")
        assert app.focused is table and table.count == 1
        await press(pilot, "escape")
        assert table.count == 12
        await press(pilot, "f")
        assert table.count == 1 and "differs" in names(app)[0]
        await press(pilot, "escape")
        assert table.count == 12


async def test_a_word_that_means_nothing_is_told_and_the_list_stays() -> None:
    app = console(workspace())
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        await press(pilot, "slash", *"is:difers")
        assert "did you mean is:differs" in text(app)
        assert "Ada Byron" in text(app)


async def test_nobody_found_says_how_to_go_on() -> None:
    app = console(workspace())
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        await press(pilot, "slash", *"zzz", "enter")
        assert "Nobody fits this filter. Esc clears it." in text(app)
        await press(pilot, "escape")
        assert "Ada Byron" in text(app)


async def test_nobody_at_all_says_why() -> None:
    app = console(workspace(fresh=lambda: snapshot([])))
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        assert "GitLab knows nobody here yet" in text(app)


async def test_cursor_and_filter_survive_a_refresh() -> None:
    later = [entry for entry in SAMPLE if entry.name != "Ada Byron"] + [record(99, "Aaron First")]
    opened = workspace(kept=sample_snapshot(), fresh=lambda: snapshot(later))
    app = console(opened)
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        await press(pilot, "slash", *"user", "enter", "down", "down", "down")
        table = app.screen.query_one(PeopleTable)
        here = names(app)[table.cursor]
        opened.fresh = sample_snapshot
        await press(pilot, "r")
        assert names(app)[table.cursor] == here
        assert app.screen.query_one("#query", Input).value == "user"
        assert opened.asked == 2


async def test_the_detail_follows_the_cursor_on_a_wide_terminal() -> None:
    app = console(workspace())
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        await press(pilot, "slash", *"chloe", "enter")
        assert "The two stored values differ" in text(app)
        assert "chloe@acme.example" in text(app)


async def test_a_narrow_terminal_opens_the_person_with_enter() -> None:
    app = console(workspace())
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        assert not app.screen.query_one(PersonView).display
        await press(pilot, "slash", *"daniel", "enter", "enter")
        assert isinstance(app.screen, PersonScreen)
        assert "Not linked to SAML" in text(app) and "asked just now" in text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, UsersScreen)


async def test_a_person_that_can_not_be_read_again_stays_as_the_list_knew_them() -> None:
    opened = workspace(kept=sample_snapshot(), fresh=REFUSED, now=NOW + timedelta(hours=3))
    app = console(opened)
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        await press(pilot, "enter")
        assert "nothing answers there" in text(app)
        assert "Ada Byron" in text(app) and "failed, list read 3 h ago" in text(app)


async def test_a_failure_says_what_to_do_and_leaves_what_was_loaded() -> None:
    opened = workspace(kept=sample_snapshot(), fresh=REFUSED, now=NOW + timedelta(hours=3))
    app = console(opened)
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        shown = text(app)
        assert "nothing answers there" in shown and "check host and port" in shown and "r try again" in shown
        assert "Ada Byron" in shown and "failed, list read 3 h ago" in lines(app)[0]
        opened.fresh = sample_snapshot
        opened.now = lambda: NOW
        await press(pilot, "r")
        assert "nothing answers there" not in text(app)
        assert not app.screen.query_one(FailurePanel).display


async def test_a_failure_with_nothing_loaded() -> None:
    app = console(workspace(fresh=REFUSED))
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        assert "not reached" in lines(app)[0] and "nothing answers there" in text(app)
        await press(pilot, "escape")
        assert not app.screen.query_one(FailurePanel).display


async def test_while_reading_the_old_list_is_shown_with_a_bar() -> None:
    app = console(workspace(kept=sample_snapshot(), fresh=None, now=NOW + timedelta(minutes=12)))
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        assert "reading people" in text(app) and "35%" in text(app)
        assert "Ada Byron" in text(app) and "read 12 min ago, reading" in lines(app)[0]


async def test_warnings_are_told_and_listed() -> None:
    def warned() -> Snapshot:
        kept = snapshot(SAMPLE)
        kept.about = kept.about._replace(warnings=("members not read: this token may not do that", "two"))
        return kept

    app = console(workspace(fresh=warned))
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        assert "members not read" in text(app) and "w shows all 2" in text(app)
        await press(pilot, "w")
        assert "What is missing" in text(app) and "! two" in text(app)


async def test_a_warning_that_is_cut_names_the_key_that_shows_it() -> None:
    def warned() -> Snapshot:
        kept = snapshot(SAMPLE)
        kept.about = kept.about._replace(warnings=("SCIM users not read: " + "a long reason " * 9,))
        return kept

    app = console(workspace(fresh=warned))
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        assert "… (w shows all of it)" in text(app)


async def test_while_gitlab_makes_us_wait_the_list_says_why() -> None:
    opened = workspace(kept=sample_snapshot(), fresh=None)
    opened.trouble = "GitLab asks to slow down, waiting"
    app = console(opened)
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        assert "GitLab asks to slow down, waiting" in text(app) and "reading people" not in text(app)


async def test_the_networks_words_are_not_called_gitlabs() -> None:
    lost = ConnectionLost("the connection broke off", words="Server disconnected", fix="try again")
    app = console(workspace(kept=sample_snapshot(), fresh=lost))
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        assert "reason: Server disconnected" in text(app) and "GitLab says" not in text(app)


async def test_where_lists_were_not_read_the_screen_says_so_and_shows_no_absence() -> None:
    known = Known(scim=True)
    kept = snapshot([record(1, "Ada", saml_uid=None, member=None)], known=known)
    app = console(workspace(kept=kept, fresh=None))
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        line = next(line for line in lines(app) if line.strip().startswith("Ada"))
        assert "guid-0001" in line and " ? " in line and "—" not in line
        await press(pilot, "w")
        assert "SAML identities and members were not read" in text(app)


async def test_w_says_so_where_nothing_is_missing() -> None:
    app = console(workspace())
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        await press(pilot, "w")
        assert "Nothing is missing" in text(app) and "✓ Everything was read." in text(app)
        assert "! " not in text(app)


async def test_sorting_begins_at_the_top_again() -> None:
    app = console(workspace())
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        await press(pilot, "end", "s", *("down",) * 7, "enter")
        assert app.screen.query_one(PeopleTable).cursor == 0


async def test_a_field_that_is_none_is_named_where_nobody_fits() -> None:
    app = console(workspace())
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        await press(pilot, "slash", *"foo:bar")
        assert "no field “foo:”" in text(app)


async def test_escape_clears_a_filter_that_fits_nobody() -> None:
    app = console(workspace())
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        await press(pilot, "slash", *"zzz", "escape")
        assert app.screen.query_one(PeopleTable).count == 12


async def test_what_most_people_share_is_said_once() -> None:
    many = [record(number, f"P{number:02}", saml_uid=f"user{number}@acme.example") for number in range(1, 40)]
    app = console(workspace(fresh=lambda: snapshot(many)))
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        assert text(app).count("Most people differ the same way") == 1


async def test_sorting_by_a_column_and_turning_it_around() -> None:
    app = console(workspace())
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        await press(pilot, "s", *["down"] * 7, "enter")
        assert names(app)[0].startswith("Blocked Person")
        await press(pilot, "s", "enter")
        assert names(app)[-1].startswith("Blocked Person")


async def test_clicks_sort_filter_and_open() -> None:
    app = console(workspace())
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        await pilot.click("ColumnHeads", offset=(2, 0))
        await still(pilot)
        assert names(app)[-1].startswith("Ada Byron")
        filters = app.screen.query_one(QuickFilters)
        x = text(app).splitlines()[filters.region.y].index("≈") - filters.region.x
        await pilot.click("QuickFilters", offset=(x, 0))
        await still(pilot)
        assert app.screen.query_one(PeopleTable).count == 1
        await pilot.click("PeopleTable", offset=(3, 0), times=2)
        await still(pilot)
        assert isinstance(app.screen, PersonScreen)


async def test_copying_sends_the_raw_value_and_shows_it() -> None:
    app = console(workspace())
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        await press(pilot, "y", "enter")
        assert app.clipboard == "guid-0001"
        assert "Sent to your terminal" in text(app) and "guid-0001" in text(app)


@pytest.mark.parametrize("ending", ["csv", "json"])
async def test_export_writes_the_filtered_list_and_asks_before_replacing(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"out.{ending}"
    app = console(workspace())
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        await press(pilot, "slash", *"is:case", "enter", "e")
        app.screen.query_one("#file", Input).value = str(file)
        await press(pilot, "enter")
        assert "Bjørn Ås" in file.read_text("utf-8") and "Ada" not in file.read_text("utf-8")
        assert "written" in text(app)
        await press(pilot, "escape")
        file.write_text("mine")
        await press(pilot, "e")
        app.screen.query_one("#file", Input).value = str(file)
        await press(pilot, "enter")
        assert file.read_text() == "mine" and "⏎ replaces it" in text(app)
        await press(pilot, "enter")
        assert "Bjørn Ås" in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "words"), [("out.txt", ".csv or .json"), ("/nonexistent/out.csv", "not written")]
)
async def test_an_export_that_can_not_be_written_says_so(name: str, words: str) -> None:
    app = console(workspace())
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        await press(pilot, "e")
        app.screen.query_one("#file", Input).value = name
        await press(pilot, "enter")
        assert words in text(app)


async def test_the_request_log_shows_and_copies_without_a_token() -> None:
    opened = workspace()
    app = console(opened)
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        request = read("https://gitlab.com/api/v4/groups/acme/members?page=1", "access")
        opened.log.add(request, NOW, 12.5, status=200, size=900)
        opened.log.add(request, NOW, 3.0, status=None, size=0, error="nothing answers there")
        await press(pilot, "l")
        assert isinstance(app.screen, RequestLogScreen)
        assert "/api/v4/groups/acme/members?page=1" in text(app) and "nothing answers there" in text(app)
        assert app.screen.query_one(DataTable).row_count == 2
        opened.log.add(request, NOW, 3.0, status=500, size=0)
        await still(pilot)
        assert app.screen.query_one(DataTable).row_count == 3
        await press(pilot, "y")
        assert "curl" in app.clipboard and "$SCIMTUI_ACCESS_TOKEN" in app.clipboard
        assert "glpat" not in app.clipboard
        await press(pilot, "escape")
        assert isinstance(app.screen, UsersScreen)


async def test_help_lists_the_keys_and_the_search() -> None:
    app = console(workspace())
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        await press(pilot, "question_mark")
        for words in ("Filter the list", "Read everybody again", "is:differs", "request log"):
            assert words.lower() in text(app).lower()


async def test_the_palette_has_every_action() -> None:
    app = console(workspace())
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {
            "Filter the list",
            "Open the person",
            "Sort by a column",
            "Copy a value of this person",
            "Export the filtered list",
            "Read everybody again",
            "Request log",
            "Profiles",
            "Dark or light",
            "Quit",
        } <= titles


HOSTILE = (
    "[/x]\x1b]52;c;aGk=\x07",
    "[b unclosed \\[b] [$x] \\",
    "\u202egnp.exe",
    "日本\u200b語" * 20,
    "a" + "\u0301" * 40,
    "\x9b31mred",
    "🇩🇪👩\u200d👩\u200d👧❤\ufe0f",
    "line\nbreak\ttab",
)


@pytest.mark.parametrize(
    ("size", "theme"), [(SMALL, "scimtui-dark"), (LARGE, "scimtui-light")], ids=["small-dark", "large-light"]
)
async def test_hostile_values_leave_the_table_aligned_and_the_terminal_unharmed(
    size: tuple[int, int], theme: str
) -> None:
    from scimtui.text import cell_width

    people = [
        record(
            number,
            value,
            username=value,
            email=value,
            scim_uid=f"{number}{value}",
            saml_uid=f"{number}{value}!",
            role=value,
        )
        for number, value in enumerate(HOSTILE, 1)
    ]
    app = console(workspace(fresh=lambda: snapshot(people)), theme=theme)
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await still(pilot)
        for _ in people:
            await press(pilot, "down", "enter")
            assert isinstance(app.screen, PersonScreen)
            check_harmless(app)
            await press(pilot, "y", "escape", "escape")
            check_harmless(app)
        table = app.screen.query_one(PeopleTable)
        verdict_at = set()
        for y in range(len(people)):
            line = "".join(segment.text for segment in table.render_line(y))
            assert cell_width(line) == table.scrollable_content_region.width
            verdict_at.add(cell_width(line[: line.index("≠ differs")]))
        assert len(verdict_at) == 1


def check_harmless(app: App[None]) -> None:
    for line in lines(app):
        assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in line), line
        assert "\u202e" not in line and "\u200b" not in line and "\u200d" not in line


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (60, 15)])
async def test_a_terminal_that_is_too_small_is_no_crash(size: tuple[int, int]) -> None:
    app = console(workspace(kept=sample_snapshot(), fresh=REFUSED))
    async with app.run_test(size=size) as pilot:
        await still(pilot)
        await press(pilot, "down", "enter", "escape", "question_mark", "escape", "s", "escape", "y", "escape")
        await pilot.resize_terminal(140, 40)
        await still(pilot)
        assert "Ada Byron" in text(app)


async def test_moving_through_many_people_shows_each() -> None:
    many = [record(number, f"Person {number:05}") for number in range(5000)]
    app = console(workspace(fresh=lambda: snapshot(many)))
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        await press(pilot, "end")
        assert "Person 04999" in text(app)
        await press(pilot, "pageup", "home", "pagedown", "down")
        table = app.screen.query_one(PeopleTable)
        assert f"Person {table.cursor:05}" in text(app)
        for y in range(table.visible_count):
            assert "Person" in "".join(segment.text for segment in table.render_line(y))


async def test_with_the_scim_token_alone_the_screen_says_what_is_not_known() -> None:
    known = Known(scim=True)
    people = [record(1, "Ada", user_id=None, saml_uid=None, member=None, enterprise=None, role="", state="")]
    app = console(workspace(fresh=lambda: snapshot(people, known=known)))
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        shown = text(app)
        assert "? unknown" in shown and "Enterprise?" in shown and "not known" in shown
        assert "SAML identities, members" in shown


async def test_instance_scim_says_what_can_not_be_known() -> None:
    profile = Profile(name="whole", scim_url="https://git.example/api/scim/v2/application")
    known = Known(scim=True, instance=True)
    app = console(workspace(fresh=lambda: snapshot(SAMPLE[:2], known=known), profile=profile))
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        assert "whole instance" in lines(app)[0]
        assert "Instance SCIM tells only its own side" in text(app)


@pytest.mark.parametrize(
    ("active", "offer"),
    [
        (True, "deactivate over SCIM: the account is blocked for the whole instance"),
        (False, "re-activate over SCIM: the account is unblocked"),
    ],
)
async def test_on_an_instance_the_account_is_what_is_offered_to_change(active: bool, offer: str) -> None:
    profile = Profile(name="whole", scim_url="https://git.example/api/scim/v2/application")
    people = [record(1, "Ada", user_id=None, saml_uid=None, member=None, enterprise=None, scim_active=active)]
    read = snapshot(people, known=Known(scim=True, instance=True))
    app = console(workspace(fresh=lambda: read, profile=profile))
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        await press(pilot, "enter", "still")
        person = str(app.screen.query_one("#person").render())
        assert offer in person and "every membership" not in person and "default role" not in person


async def test_themes_turn_and_the_rows_follow() -> None:
    app = console(workspace())
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        table = app.screen.query_one(PeopleTable)
        before = [segment.style for segment in table.render_line(3)]
        await press(pilot, "t")
        assert app.theme == "scimtui-light"
        assert [segment.style for segment in table.render_line(3)] != before


async def test_the_first_run_offers_the_demo_and_a_profile() -> None:
    demo = workspace(profile=Profile(name="demo", scim_url="https://gitlab.com/api/scim/v2/groups/demo"))

    async def open_demo() -> object:
        return demo

    app = console(doors=no_doors(open_demo=open_demo))  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        assert isinstance(app.screen, FirstRunScreen)
        assert "No profile is saved" in text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, UsersScreen)
        assert "demo" in lines(app)[0]


async def test_a_new_profile_is_checked_while_it_is_typed() -> None:
    saved: list[Draft] = []
    app = console(doors=no_doors(saved=saved))
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        await press(pilot, "down", "enter", *"https://x/")
        assert "this is the address of a page" in text(app)
        app.screen.query_one("#scim_url", Input).value = "https://gitlab.com/api/scim/v2/groups/acme"
        app.screen.query_one("#access_token", Input).value = "glsoat-0123456789abcdefghij"
        await still(pilot)
        assert "is a SCIM token" in text(app)
        app.screen.query_one("#idp", Input).value = "google"
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ProfileEditorScreen) and not saved
        app.screen.query_one("#access_token", Input).value = "glpat-very-secret"
        app.screen.query_one("#idp", Input).value = "Okta"
        await still(pilot)
        assert "very-secret" not in text(app) and "scopes=read_api" in text(app)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, UsersScreen)
        assert (saved[0].name, saved[0].idp, saved[0].untested) == ("acme", "okta", False)
        assert saved[0].access_token == Secret("glpat-very-secret")


async def test_what_fails_its_test_is_saved_on_demand_alone() -> None:
    saved: list[Draft] = []
    failing = still_report(scim_token="scim-token-refused")
    app = console(doors=no_doors(saved=saved, report=failing))
    async with app.run_test(size=LARGE) as pilot:
        await still(pilot)
        await press(pilot, "down", "enter")
        app.screen.query_one("#scim_url", Input).value = "https://gitlab.com/api/scim/v2/groups/acme"
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, CheckingScreen) and not saved
        assert "nothing is saved" in text(app) and "not ready: 1 check failed" in text(app)
        await press(pilot, "escape")
        assert app.screen.query_one("#scim_url", Input).value.endswith("acme")
        await press(pilot, "ctrl+s", "u")
        assert isinstance(app.screen, UsersScreen) and saved[0].untested


async def test_a_token_that_no_key_store_took_is_said_to_serve_this_run() -> None:
    app = console(doors=no_doors())
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await still(pilot)
        await press(pilot, "down", "enter")
        for field, value in (
            ("scim_url", "https://gitlab.com/api/scim/v2/groups/acme"),
            ("access_token", "glpat-x"),
            ("name", "unkept"),
        ):
            app.screen.query_one(f"#{field}", Input).value = value
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, UsersScreen)
        assert "the token serves this run only" in text(app)


async def test_profiles_are_chosen_by_name() -> None:
    lines_ = tuple(
        ProfileLine(name, "other", "git.example", name == "first", False) for name in ("first", "broken")
    )
    app = console(workspace(), doors=no_doors(profiles=lines_))
    async with app.run_test(size=SMALL) as pilot:
        await still(pilot)
        await press(pilot, "p")
        assert "first  other · git.example  (default)" in text(app)
        await press(pilot, "down", "enter")
        assert "no token was found" in text(app)
        app.screen.query_one(OptionList).highlighted = 0
        await press(pilot, "enter")
        assert isinstance(app.screen, UsersScreen) and "first" in lines(app)[0]


async def test_a_fault_of_our_own_is_kept_and_draws_nothing() -> None:
    app = console(workspace())
    with pytest.raises(ZeroDivisionError):
        async with app.run_test(size=SMALL) as pilot:
            await still(pilot)
            secret = "glpat-very-secret"
            app.call_later(lambda: 1 / (len(secret) - 17))
            await pilot.pause()
    assert isinstance(app.fault, ZeroDivisionError) and not app.was_sending
    assert not app._exit_renderables
