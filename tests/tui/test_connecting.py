"""Profiles and the connection test in the console: real doors, a real simulated GitLab."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import keyring.core
import pytest
from keyring.backends import null
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input

from scimtui.cli.doors import doors
from scimtui.cli.profile_doors import open_profile, save_draft
from scimtui.gitlab import Secret
from scimtui.profiles import Keystore, Profiles, TokenKind, paths
from scimtui.simulator import RunningSimulator, Settings, running
from scimtui.tui.app import ScimtuiApp
from scimtui.tui.doors import Draft
from scimtui.tui.screens.checking import CheckingScreen
from scimtui.tui.screens.connection import ConnectionScreen
from scimtui.tui.screens.history import HistoryScreen
from scimtui.tui.screens.profile_editor import ProfileEditorScreen
from scimtui.tui.screens.users import UsersScreen
from scimtui.tui.sections import CONNECTION, HISTORY
from scimtui.workspace import Workspace
from tests.tui.consoles import drive, key_of, still
from tests.tui.test_console import text


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningSimulator]:
    with running(Settings(users=20, group="acme.eu")) as started:
        yield started


@pytest.fixture
def simulator(shared: RunningSimulator) -> RunningSimulator:
    shared.reset()
    return shared


@asynccontextmanager
async def console(workspace: Workspace | None = None) -> AsyncIterator[Pilot[None]]:
    with ExitStack() as children:
        app = ScimtuiApp(doors(children), workspace)
        async with app.run_test(size=(110, 50)) as pilot:
            await still(pilot)
            yield pilot


def fill(pilot: Pilot[None], **values: str) -> None:
    for field, value in values.items():
        pilot.app.screen.query_one(f"#{field}", Input).value = value


def typed(simulator: RunningSimulator, **others: str) -> dict[str, str]:
    usual = {
        "scim_url": simulator.scim_url,
        "scim_token": simulator.scim_token,
        "access_token": simulator.access_token,
        "idp": "entra",
        "name": "acme",
    }
    return usual | others


def shown(pilot: Pilot[None]) -> str:
    assert isinstance(pilot.app, ScimtuiApp)
    return text(pilot.app)


async def test_what_passes_is_saved_and_opened(simulator: RunningSimulator) -> None:
    async with console() as pilot:
        await drive(pilot, ("down", "enter"))
        fill(pilot, **typed(simulator))
        await drive(pilot, ("ctrl+s", "still"))
        assert isinstance(pilot.app.screen, UsersScreen)
    profile = Profiles.load(paths().profiles_file).get("acme")
    assert (profile.idp, profile.untested, profile.read_only) == ("entra", False, True)
    kept = Keystore().get(profile, TokenKind.SCIM)
    assert kept is not None and kept.reveal() == simulator.scim_token


async def test_what_fails_is_mended_in_the_form(simulator: RunningSimulator) -> None:
    async with console() as pilot:
        await drive(pilot, ("down", "enter"))
        fill(pilot, **typed(simulator, scim_token="glsoat-AnotherTokenOfAnother"))
        await drive(pilot, ("ctrl+s", "still"))
        assert isinstance(pilot.app.screen, CheckingScreen)
        said = shown(pilot)
        assert "not ready: 2 checks failed" in said and "You appear to have entered invalid" in said
        assert not paths().profiles_file.exists()
        await drive(pilot, ("escape",))
        fill(pilot, scim_token=simulator.scim_token)
        await drive(pilot, ("ctrl+s", "still"))
        assert isinstance(pilot.app.screen, UsersScreen)


async def test_a_saved_profile_is_untested_until_the_section_has_passed(simulator: RunningSimulator) -> None:
    simulator.switch(saml_provider=False)
    async with console() as pilot:
        await drive(pilot, ("down", "enter"))
        fill(pilot, **typed(simulator))
        await drive(pilot, ("ctrl+s", "still", "u", "still"))
        assert Profiles.load(paths().profiles_file).get("acme").untested
        await drive(pilot, (key_of(CONNECTION), "still"))
        assert "read-only, untested" in shown(pilot) and "has no SAML SSO configured" in shown(pilot)
        simulator.reset()
        await drive(pilot, ("r", "still"))
        said = shown(pilot)
        assert "ready, with 1 warning" in said and "untested" not in said and "acme%2Eeu" in said
    assert not Profiles.load(paths().profiles_file).get("acme").untested


async def save(simulator: RunningSimulator, name: str = "acme") -> None:
    draft = Draft(
        name,
        simulator.scim_url,
        idp="entra",
        access_token=Secret(simulator.access_token),
        scim_token=Secret(simulator.scim_token),
        untested=False,
    )
    await asyncio.to_thread(save_draft, draft)


async def test_editing_keeps_what_is_not_touched(simulator: RunningSimulator) -> None:
    await save(simulator)
    async with console(open_profile("acme")) as pilot:
        await drive(pilot, (key_of(CONNECTION), "still", "e", "still"))
        assert isinstance(pilot.app.screen, ProfileEditorScreen)
        assert "as before, from the key store" in shown(pilot)
        assert simulator.scim_token not in shown(pilot)
        fill(pilot, idp="okta", nameid_source="externalId")
        await drive(pilot, ("ctrl+s", "still"))
        assert isinstance(pilot.app.screen, ConnectionScreen)
    profile = Profiles.load(paths().profiles_file).get("acme")
    assert (profile.idp, profile.nameid_source, profile.scim_url) == (
        "okta",
        "externalId",
        simulator.scim_url,
    )
    assert Keystore().get(profile, TokenKind.ACCESS) is not None


async def test_tokens_that_were_typed_for_this_run_stay_when_the_profile_is_edited(
    simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", null.Keyring())  # type: ignore[no-untyped-call]
    async with console() as pilot:
        await drive(pilot, ("down", "enter", "still"))
        assert "No key store is reachable here" in " ".join(shown(pilot).split())
        fill(pilot, **typed(simulator))
        await drive(pilot, ("ctrl+s", "still", "p", "still", "e", "still"))
        assert "from what was typed for this run" in shown(pilot)
        fill(pilot, idp="okta")
        await drive(pilot, ("ctrl+s", "still"))
        assert isinstance(pilot.app.screen, UsersScreen)
        assert isinstance(pilot.app, ScimtuiApp) and pilot.app.workspace is not None
        assert pilot.app.workspace.tokens_in_use == "SCIM + access token"


async def test_a_token_that_is_not_there_is_not_told_to_stay(simulator: RunningSimulator) -> None:
    draft = Draft(
        name="acme",
        scim_url=simulator.scim_url,
        access_token=Secret(simulator.access_token),
        untested=False,
    )
    await asyncio.to_thread(save_draft, draft)
    async with console(open_profile("acme")) as pilot:
        await drive(pilot, (key_of(CONNECTION), "still", "e", "still"))
        assert pilot.app.screen.query_one("#scim_token", Input).placeholder.startswith("none was found")
        assert "as before" in pilot.app.screen.query_one("#access_token", Input).placeholder


async def test_removing_asks_twice_and_the_default_can_be_chosen(simulator: RunningSimulator) -> None:
    await save(simulator)
    await save(simulator, "second")
    async with console(open_profile("acme")) as pilot:
        await drive(pilot, ("p", "still"))
        assert "(default)" in shown(pilot)
        await drive(pilot, ("down", "d", "still"))
        assert Profiles.load(paths().profiles_file).default == "second"
        # The default comes first now, and the cursor is still on it: keys go on with the same profile.
        await drive(pilot, ("x",))
        assert "x again removes “second”" in " ".join(shown(pilot).split())
        await drive(pilot, ("down", "x"))
        assert set(Profiles.load(paths().profiles_file).by_name) == {"acme", "second"}
        await drive(pilot, ("x", "still"))
    assert set(Profiles.load(paths().profiles_file).by_name) == {"second"}


async def test_after_editing_from_the_connection_test_it_is_shown_again(simulator: RunningSimulator) -> None:
    await save(simulator)
    async with console(open_profile("acme")) as pilot:
        await drive(pilot, (key_of(CONNECTION), "still", "e", "still"))
        fill(pilot, idp="okta")
        await drive(pilot, ("ctrl+s", "still"))
        assert isinstance(pilot.app.screen, ConnectionScreen)
        assert isinstance(pilot.app, ScimtuiApp) and pilot.app.workspace is not None
        assert pilot.app.workspace.profile.idp == "okta"


async def test_a_name_that_is_taken_is_told_while_it_is_typed(simulator: RunningSimulator) -> None:
    await save(simulator)
    async with console(open_profile("acme")) as pilot:
        await drive(pilot, ("p", "still", "n", "still"))
        fill(pilot, name="acme")
        await drive(pilot, ("still",))
        assert "there is a profile of this name: choose another" in " ".join(shown(pilot).split())
        fill(pilot, name="", scim_url="https://gitlab.com/api/scim/v2/groups/acme")
        await drive(pilot, ("still",))
        assert pilot.app.screen.query_one("#name", Input).placeholder == "acme-2"


async def test_a_report_of_a_test_that_failed_before_saving(simulator: RunningSimulator) -> None:
    async with console() as pilot:
        await drive(pilot, ("down", "enter", "still"))
        fill(pilot, **typed(simulator) | {"scim_token": "glsoat-0123456789abcdefghijklmn"})
        await drive(pilot, ("ctrl+s", "still", "c", "still"))
        assert pilot.app.clipboard.startswith("# Connection test")
        assert "**failed**" in pilot.app.clipboard and "0123456789" not in pilot.app.clipboard


async def test_a_report_is_written_once(
    simulator: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save(simulator)
    monkeypatch.chdir(tmp_path)
    async with console(open_profile("acme")) as pilot:
        await drive(pilot, (key_of(CONNECTION), "still", "w", "enter", "still"))
        report = (tmp_path / "scimtui-connection.md").read_text("utf-8")
        assert "# Connection test" in report and simulator.scim_token not in report
        await drive(pilot, ("w", "enter", "still"))
        assert "scimtui-connection.md exists" in shown(pilot)
        await drive(pilot, ("escape", "c"))
        assert "# Connection test" in pilot.app.clipboard


async def test_a_test_goes_on_when_the_section_is_left_and_the_console_ends_cleanly(
    simulator: RunningSimulator,
) -> None:
    await save(simulator)
    simulator.switch(latency_ms=200)
    async with console(open_profile("acme")) as pilot:
        await pilot.press(key_of(CONNECTION))
        await pilot.pause()
        assert isinstance(pilot.app.screen, ConnectionScreen)
        assert "testing, " in shown(pilot)
        await pilot.press("1")


async def test_details_are_there_before_the_next_key_acts(simulator: RunningSimulator) -> None:
    """They came up over the section that a faster key had opened."""
    await save(simulator)
    async with console(open_profile("acme")) as pilot:
        await drive(pilot, (key_of(CONNECTION), "still"))
        for key in ("enter", "escape", key_of(HISTORY)):
            pilot.app.post_message(Key(key, key if len(key) == 1 else None))
        await still(pilot)
        assert isinstance(pilot.app.screen, HistoryScreen)


@pytest.mark.parametrize("field", ["scim_url", "name", "idp", "nameid_source", "ca_file", "rest_url"])
async def test_a_token_in_the_wrong_field_is_hidden_and_goes_nowhere(
    simulator: RunningSimulator, field: str
) -> None:
    token = "glcbt-" + "Inv3nted" * 3
    async with console(None) as pilot:
        await drive(pilot, ("down", "enter", "still"))
        fill(pilot, **typed(simulator) | {field: token})
        await still(pilot)
        assert "Inv3nted" not in shown(pilot) and "this is a token" in shown(pilot)
        await drive(pilot, ("ctrl+s", "still"))
        assert isinstance(pilot.app.screen, ProfileEditorScreen)
        assert "this is a token" in shown(pilot) and "Inv3nted" not in shown(pilot)
        fill(pilot, **{field: typed(simulator).get(field, "")})
        await still(pilot)
        assert "this is a token" not in shown(pilot)
        assert not pilot.app.screen.query_one(f"#{field}", Input).password
