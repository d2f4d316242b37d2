"""What is typed ahead goes where it would have gone one key at a time."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Button, Input

from scimtui.tui.in_order import InOrder
from scimtui.tui.screens.asking import AskScreen
from scimtui.tui.screens.correct import CorrectScreen
from scimtui.tui.screens.profile_editor import ProfileEditorScreen
from scimtui.tui.screens.sign_in import SignInScreen
from scimtui.tui.screens.users import UsersScreen
from scimtui.tui.sections import HISTORY, MAPPING, SIGN_IN, TROUBLE
from scimtui.tui.widgets.choice import Choice
from tests.tui.consoles import console, drive, key_of, no_doors, sample_snapshot, still, workspace
from tests.tui.terminal import terminal

ADDRESS = "https://gitlab.com/api/scim/v2/groups/acme"
ACCESS = "glpat-" + "access-0123456789"
SCIM = "glsoat-" + "scim-0123456789abc"


def burst(app: App[None], *typed: str | Paste) -> None:
    """Everything at once, as a terminal hands over what lay in its buffer; words letter by letter."""
    for one in typed:
        if isinstance(one, Paste):
            app.post_message(one)
        elif one.startswith("<"):
            app.post_message(Key(one.strip("<>"), None))
        else:
            for letter in one:
                app.post_message(Key(_character_to_key(letter), letter))


def values(app: App[None]) -> dict[str, str]:
    """What stands in the fields of the screen in front."""
    return {line.id or "": line.value for line in app.screen.query(Input)}


async def new_profile(pilot: Pilot[None]) -> None:
    await drive(pilot, ("down", "enter"))
    assert isinstance(pilot.app.screen, ProfileEditorScreen)


@pytest.mark.parametrize("key", ["<tab>", "<enter>"])
async def test_a_new_profile_typed_in_one_burst(key: str) -> None:
    """The access token stood behind the address, in plain sight, and was kept in the profiles file."""
    app = console(doors=no_doors())
    async with app.run_test(size=(80, 24)) as pilot:
        await new_profile(pilot)
        burst(app, ADDRESS, key, ACCESS, key, SCIM, key, "okta", key, "acme")
        await still(pilot)
        now = values(app)
        assert (now["scim_url"], now["access_token"], now["scim_token"]) == (ADDRESS, ACCESS, SCIM)
        assert (now["idp"], now["name"]) == ("okta", "acme")


async def test_back_and_forth_in_one_burst() -> None:
    app = console(doors=no_doors())
    async with app.run_test(size=(80, 24)) as pilot:
        await new_profile(pilot)
        burst(
            app, "<tab>", "<tab>", SCIM, "<shift+tab>", ACCESS, "<shift+tab>", ADDRESS, "<backspace>", "<tab>"
        )
        burst(app, "<tab>", "<tab>", "oktb", "<backspace>", "a", "<home>", "x", "<delete>", "o")
        await still(pilot)
        now = values(app)
        assert (now["scim_url"], now["access_token"], now["scim_token"]) == (ADDRESS[:-1], ACCESS, SCIM)
        assert now["idp"] == "xokta"


async def test_a_paste_between_keys_of_one_burst() -> None:
    app = console(doors=no_doors())
    async with app.run_test(size=(80, 24)) as pilot:
        await new_profile(pilot)
        burst(app, Paste(ADDRESS), "<tab>", Paste(ACCESS), "<tab>", Paste(SCIM), "<tab>", "ok", Paste("ta"))
        await still(pilot)
        now = values(app)
        assert (now["scim_url"], now["access_token"], now["scim_token"]) == (ADDRESS, ACCESS, SCIM)
        assert now["idp"] == "okta"


async def test_from_the_list_into_the_form_in_one_burst() -> None:
    """Letters of an address removed a profile: they went to the list that was left."""
    removed: list[str] = []

    def removed_of(name: str) -> str:
        removed.append(name)
        return ""

    doors = no_doors()
    object.__setattr__(doors, "remove_profile", removed_of)
    app = console(workspace(), doors=doors)
    async with app.run_test(size=(80, 24)) as pilot:
        await still(pilot)
        burst(app, "p", "n", "xx" + ADDRESS, "<tab>", ACCESS, "<escape>", "<escape>", "/", "ada")
        await still(pilot)
        assert isinstance(app.screen, UsersScreen) and not removed
        assert values(app)["query"] == "ada"


async def test_the_first_run_into_the_form_in_one_burst() -> None:
    app = console(doors=no_doors())
    async with app.run_test(size=(80, 24)) as pilot:
        await still(pilot)
        burst(app, "<down>", "<enter>", ADDRESS, "<tab>", ACCESS)
        await still(pilot)
        assert (values(app)["scim_url"], values(app)["access_token"]) == (ADDRESS, ACCESS)


async def test_escape_leaves_before_the_next_key() -> None:
    app = console(doors=no_doors())
    async with app.run_test(size=(80, 24)) as pilot:
        await new_profile(pilot)
        burst(app, "abc", "<escape>", "<up>", "<down>", "<enter>", "next")
        await still(pilot)
        assert isinstance(app.screen, ProfileEditorScreen)
        assert values(app)["scim_url"] == "next"


async def in_section(pilot: Pilot[None], name: str, *keys: str) -> None:
    await drive(pilot, (key_of(name), "still", *keys))


async def test_a_question_takes_what_follows_its_key() -> None:
    """Sign-in: `i` asks for a NameID; what follows is the NameID, and after Enter it is none any more."""
    app = console(workspace(kept=sample_snapshot()))
    async with app.run_test(size=(80, 24)) as pilot:
        await in_section(pilot, SIGN_IN)
        burst(app, "i", "fiko1", "<enter>", "i", "kin")
        await still(pilot)
        assert isinstance(app.screen, AskScreen) and values(app) == {"line": "kin"}
        await pilot.press("escape")
        assert isinstance(app.screen, SignInScreen)
        assert app.screen._capture is not None
        assert app.screen._capture.sign_ins[0].response.name_id.value == "fiko1"  # type: ignore[union-attr]


async def test_a_file_s_name_follows_its_key(tmp_path: Path) -> None:
    app = console(workspace(kept=sample_snapshot()))
    async with app.run_test(size=(80, 24)) as pilot:
        await still(pilot)
        file = tmp_path / "ese.csv"
        burst(app, "e", "<ctrl+u>", str(file), "<enter>")
        await still(pilot)
        assert file.exists()
        burst(app, "<escape>", "/", "b")
        await still(pilot)
        assert isinstance(app.screen, UsersScreen) and values(app)["query"] == "b"


async def test_a_search_ends_before_the_next_key() -> None:
    app = console(workspace(kept=sample_snapshot()))
    async with app.run_test(size=(80, 24)) as pilot:
        await still(pilot)
        burst(app, "/", "ada 1", "<enter>", "s")
        await still(pilot)
        assert type(app.screen).__name__ == "SortScreen"
        await pilot.press("escape")
        assert values(app)["query"] == "ada 1"


@pytest.mark.parametrize("section", [HISTORY, TROUBLE])
async def test_other_filters_too(section: str) -> None:
    app = console(workspace(kept=sample_snapshot()))
    async with app.run_test(size=(80, 24)) as pilot:
        await in_section(pilot, section)
        burst(app, "/", "u1e?", "<enter>", "1", "/", "x")
        await still(pilot)
        assert isinstance(app.screen, UsersScreen) and values(app)["query"] == "x"
        await pilot.press("escape", key_of(section))
        assert "u1e?" in values(app).values()


async def test_a_mapping_s_row_in_one_burst() -> None:
    app = console(workspace(kept=sample_snapshot()))
    async with app.run_test(size=(80, 24)) as pilot:
        await in_section(pilot, MAPPING)
        burst(app, "a", "mail", "<tab>", "<right>", "<tab>", "title", "<tab>", "<backspace>", "3", "<tab>")
        burst(app, "<tab>", "none")
        await still(pilot)
        now = values(app)
        assert (now["source"], now["target"], now["precedence"]) == ("mail", "title", "3")
        assert now["default"] == "none"
        assert app.screen.query(Choice).first().value == "expression"
        burst(app, "<enter>", "n", "user.mail", "<tab>")
        await still(pilot)
        assert "user.mail" in values(app).values()


async def test_a_correction_in_one_burst() -> None:
    app = console(workspace(kept=sample_snapshot()))
    async with app.run_test(size=(80, 24)) as pilot:
        await still(pilot)
        burst(app, "<enter>", "c", "<tab>", "why not", "<shift+tab>", "ada-new")
        await still(pilot)
        assert isinstance(app.screen, CorrectScreen)
        assert (values(app)["value"], values(app)["reason"]) == ("ada-new", "why not")


async def test_letters_behind_enter_are_no_part_of_the_value() -> None:
    """The checks were still being made: what was meant for the confirmation stood behind the value."""
    app = console(workspace(kept=sample_snapshot()))
    async with app.run_test(size=(80, 24)) as pilot:
        await drive(pilot, ("enter", "c"))
        burst(app, "ada-new", "<enter>", "ada", "<enter>")
        await still(pilot)
        assert values(app)["value"] == "ada-new"


class Leaves(InOrder):
    """Its button goes away while it is pressed."""

    def compose(self) -> ComposeResult:
        yield Button("go")
        yield Input(id="line")

    async def on_button_pressed(self, event: Button.Pressed) -> None:
        await event.button.remove()
        self.query_one(Input).focus()


async def test_what_goes_away_holds_nothing_up() -> None:
    app = Leaves()
    async with app.run_test():
        burst(app, "<enter>", "here")
        await _until(lambda: app.query_one(Input).value == "here")


async def test_leaving_overtakes_a_key_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    app = console(workspace(kept=sample_snapshot()))
    async with app.run_test(size=(80, 24)) as pilot:
        await still(pilot)
        monkeypatch.setattr("scimtui.tui.in_order._STUCK", -1.0)
        app._due = Key("x", "x")
        app.post_message(Key("ctrl+q", None))
        await _until(lambda: not app.is_running or app._exit)


async def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until
        await asyncio.sleep(0.005)


PROGRAM = """
import json, sys
from pathlib import Path
from scimtui.connection import Candidate
from tests.tui.consoles import no_doors
from scimtui.tui.app import ScimtuiApp
from scimtui.tui.doors import DoorError

def test(draft):
    tokens = [token and token.reveal() for token in (draft.access_token, draft.scim_token)]
    told = [draft.scim_url, *tokens, draft.idp, draft.name]
    Path(sys.argv[1]).write_text(json.dumps(told))
    raise DoorError("not tested")

doors = no_doors()
object.__setattr__(doors, "test", test)
ScimtuiApp(doors).run()
"""


def test_through_a_terminal(tmp_path: Path) -> None:
    """A real driver, and everything in its buffer before it reads the first key."""
    told = tmp_path / "told.json"
    with terminal(PROGRAM, str(told)) as console:
        console.read_until("Connect a GitLab group")
        keys = ["\x1b[B\r", ADDRESS, "\t", ACCESS, "\t", SCIM, "\t", "okta", "\t", "acme", "\x13"]
        console.types("".join(keys))
        console.read_until("not tested")
        assert json.loads(told.read_text()) == [ADDRESS, ACCESS, SCIM, "okta", "acme"]
        console.types("\x11")
        console.read_until()
        assert console.child.wait(20) == 0
