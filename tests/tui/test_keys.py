"""Every key that a text names does what the text says it does, and works where it is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input

import scimtui
from scimtui.diagnosis import Offer
from scimtui.tui.screens.connection import ConnectionScreen
from scimtui.tui.screens.help import HelpScreen
from scimtui.tui.screens.history import HistoryScreen
from scimtui.tui.screens.mapping import MappingScreen
from scimtui.tui.screens.person import _ACTIONS, PersonScreen
from scimtui.tui.screens.sign_in import SignInScreen
from scimtui.tui.screens.users import UsersScreen
from scimtui.tui.sections import HISTORY, TROUBLE
from scimtui.tui.widgets.case_view import OFFERS
from scimtui.tui.widgets.key_line import KeyLine, fitting, keys_of
from tests.tui.consoles import console, drive, key_of, no_doors, sample_snapshot, still, workspace
from tests.tui.test_console import lines, text

HOME = Path(scimtui.__file__).parent
# What names a key in a sentence: "key k", "(key a on the person)", "z removes …", "and a sets it active".
NAMED = re.compile(
    r"\bkeys? (?P<after>[a-z⏎?])(?![\w’'])"
    r"|(?:^|[\s(:,;])(?P<before>[b-hj-z⏎]) "
    r"(?=(?:removes|corrects|sets|shows|reads|takes|opens|checks|adds)\b)"
    r"|(?:^|[\s(])(?P<either>[a-z]), or --"
    r"|\band (?P<last>a) sets\b"
)
# file, key: the screen that is meant, and its action
MEANT: dict[tuple[str, str], tuple[type[Screen[object]], str]] = {
    ("change-app.toml", "z"): (PersonScreen, "remove_scim"),
    ("change-app.toml", "x"): (PersonScreen, "remove_saml"),
    ("change-app.toml", "c"): (PersonScreen, "correct"),
    ("change-app.toml", "a"): (PersonScreen, "reactivate"),
    ("add-back.toml", "r"): (UsersScreen, "refresh"),
    ("add-back.toml", "a"): (PersonScreen, "reactivate"),
    ("scim.toml", "a"): (PersonScreen, "reactivate"),
    ("sign_in.toml", "x"): (PersonScreen, "remove_saml"),
    ("sign_in.toml", "k"): (SignInScreen, "certificate"),
    ("sign_in.toml", "a"): (PersonScreen, "reactivate"),
    ("checks.toml", "a"): (PersonScreen, "reactivate"),
    ("recognised.toml", "n"): (MappingScreen, "name_id"),
    ("rules.toml", "w"): (MappingScreen, "answers"),
}


def actions_of(screen: type[Screen[object]]) -> dict[str, str]:
    """The action of each key of a screen."""
    made = Binding.make_bindings(screen.BINDINGS)
    return {binding.key_display or binding.key: binding.action for binding in made} | {
        binding.key: binding.action for binding in Binding.make_bindings(screen.BINDINGS)
    }


def named_in(file: Path) -> set[str]:
    found = NAMED.finditer(file.read_text("utf-8"))
    return {next(group for group in match.groups() if group) for match in found}


@pytest.mark.parametrize("file", sorted(HOME.rglob("*.toml")), ids=lambda file: file.name)
def test_a_key_that_a_text_names_does_that(file: Path) -> None:
    for key in named_in(file):
        screen, action = MEANT[file.name, key]
        assert actions_of(screen)[key] == action, f"{file.name} names {key}"


def test_each_offer_has_its_key() -> None:
    actions = actions_of(PersonScreen)
    assert set(OFFERS) == set(Offer)
    for action, offer in _ACTIONS.items():
        assert actions[OFFERS[offer][0]] == action
    assert actions[OFFERS[Offer.COMPARE][0]] == "compare"
    assert len({key for key, _ in OFFERS.values()}) == len(OFFERS)


@pytest.mark.parametrize(
    ("screen", "key", "action"),
    [
        (HistoryScreen, "u", "undo"),
        (HistoryScreen, "w", "swap"),
        (UsersScreen, "w", "warnings"),
        (UsersScreen, "r", "refresh"),
        (PersonScreen, "r", "reread"),
        (ConnectionScreen, "y", "copy"),
        (MappingScreen, "n", "name_id"),
        (MappingScreen, "w", "answers"),
    ],
)
def test_keys_that_panels_name(screen: type[Screen[object]], key: str, action: str) -> None:
    assert actions_of(screen)[key] == action


async def test_the_person_s_page_removes_what_it_says() -> None:
    for key, words in (("z", "Remove what is stored for SCIM"), ("x", "Remove what is stored for sign-in")):
        app = console(workspace(kept=sample_snapshot()))
        async with app.run_test(size=(110, 50)) as pilot:
            await drive(pilot, ("enter", "still"))
            assert f" {key}  remove what is" in text(app)
            await drive(pilot, (key, "still"))
            assert words in text(app)


FIELDS = {
    "users": ("slash",),
    "history": (key_of(HISTORY), "still", "slash"),
    "trouble": (key_of(TROUBLE), "still", "slash"),
    "correct": ("enter", "still", "c"),
}


@pytest.mark.parametrize("name", FIELDS)
async def test_in_a_field_no_letter_is_named_and_what_is_named_works(name: str) -> None:
    app = console(workspace(kept=sample_snapshot()))
    async with app.run_test(size=(110, 30)) as pilot:
        await drive(pilot, FIELDS[name])
        field = app.screen.focused
        assert isinstance(field, Input)
        for key in keys_of(app.screen):
            assert not field.check_consume_key(key.key, key.key if len(key.key) == 1 else None), key
        last = lines(app)[-1]
        assert "F1 help" in last and "? help" not in last and "⏎ " in last
        await pilot.press("f1")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape", "question_mark")
        assert field.value.endswith("?")


async def test_a_new_profile_names_enter_and_f1() -> None:
    app = console(doors=no_doors())
    async with app.run_test(size=(80, 24)) as pilot:
        await drive(pilot, ("down", "enter"))
        assert " ".join(lines(app)[-1].split()) == "⏎ next field ^s test and save Esc back F1 help"


async def test_keys_that_do_not_fit_are_left_out_but_for_help() -> None:
    app = console(workspace(kept=sample_snapshot()))
    async with app.run_test(size=(50, 20)) as pilot:
        await still(pilot)
        assert lines(app)[-1].rstrip().endswith("? help")
        all_keys = keys_of(app.screen)
        for width in range(10, 110):
            assert sum(key.width + 1 for key in fitting(all_keys, width)) <= width


async def test_a_click_on_a_key_is_that_key() -> None:
    app = console(workspace(kept=sample_snapshot()))
    async with app.run_test(size=(80, 24)) as pilot:
        await still(pilot)
        at = lines(app)[-1].index("s sort")
        await pilot.click(KeyLine, offset=(at, 0))
        await still(pilot)
        assert type(app.screen).__name__ == "SortScreen"
