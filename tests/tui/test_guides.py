"""Trouble and Setup in the console, on a real simulated GitLab, and without any."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from scimtui.gitlab import Secret
from scimtui.guides.walkthroughs import GuideProgress, walkthroughs
from scimtui.profiles import Found, Paths, Profile, Tokens
from scimtui.simulator import RunningSimulator, Settings, running
from scimtui.tui.app import ScimtuiApp
from scimtui.tui.screens.connection import ConnectionScreen
from scimtui.tui.screens.correct import CorrectScreen
from scimtui.tui.screens.setup import SetupScreen
from scimtui.tui.screens.sign_in import SignInScreen
from scimtui.tui.screens.trouble import TroubleScreen
from scimtui.tui.screens.users import UsersScreen
from scimtui.tui.sections import SETUP, TROUBLE
from scimtui.tui.widgets.check_list import CheckList
from scimtui.tui.widgets.step_list import StepList
from scimtui.workspace import Workspace
from tests.gitlab.simulated import OWNER, person
from tests.guides.test_trouble import GUID, entra_event, scim
from tests.tui.consoles import PASTED, drive, key_of, no_doors, still
from tests.tui.test_console import text

SMALL, WIDE, TALL = (80, 24), (120, 40), (110, 60)
Console = Pilot[None]


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningSimulator]:
    with running(Settings(users=0)) as started:
        yield started


@pytest.fixture
def simulator(shared: RunningSimulator) -> RunningSimulator:
    shared.reset()
    shared.put_people(
        [
            OWNER,
            person(2, "chloe.dubois", name="Chloé Dubois", username="chloe", email="chloe@acme.example"),
            person(3, "bob", name="Bob", username="bob", email="bob@acme.example", active=False),
            person(4, None, name="Ada", username="ada", email="ada@acme.example"),
        ]
    )
    return shared


@asynccontextmanager
async def console(
    simulator: RunningSimulator | None,
    size: tuple[int, int] = TALL,
    *,
    paths: Paths | None = None,
    step: str | None = None,
    scim: bool = True,
    **profile: Any,
) -> AsyncIterator[Console]:
    opened = None
    if simulator is not None:
        tokens = Tokens(
            access=Found(Secret(simulator.access_token), "test"),
            scim=Found(Secret(simulator.scim_token), "test") if scim else None,
        )
        settings = {"read_only": False} | profile
        opened = Workspace(Profile(name="acme", scim_url=simulator.scim_url, **settings), tokens, paths)
    app = ScimtuiApp(no_doors(), opened, step=step)
    async with app.run_test(size=size, notifications=True) as pilot:
        if opened is not None:
            await drive(pilot, ("still",))
        await still(pilot)
        yield pilot


def shown(pilot: Console) -> str:
    assert isinstance(pilot.app, ScimtuiApp)
    return text(pilot.app)


def flat(pilot: Console) -> str:
    """What is shown, wherever its lines are broken."""
    return " ".join(shown(pilot).split())


# ── Trouble ──────────────────────────────────────────────────────────────────


async def trouble(pilot: Console, *keys: str) -> str:
    await drive(pilot, (key_of(TROUBLE), "still", *keys))
    return flat(pilot)


async def test_an_event_leads_to_the_editor_with_the_value_that_was_sent(simulator: RunningSimulator) -> None:
    event = entra_event(scim("User has already been taken", 409))
    async with console(simulator) as pilot:
        said = await trouble(pilot, PASTED + event, "still")
        assert "1 of 2 User has already been taken (409)" in said
        assert "matched “User has already been taken” and “409”" in said
        assert f"IdP sends {GUID} from the text" in said and "GitLab has chloe.dubois Chloé Dubois" in said
        await drive(pilot, ("enter", "still"))
        assert isinstance(pilot.app.screen, CorrectScreen)
        assert pilot.app.screen.query_one("#value", Input).value == GUID
        assert "from the error text" in flat(pilot)


async def test_many_lines_pasted_into_the_field_are_one_text(simulator: RunningSimulator) -> None:
    pasted = (
        "acme SAML authentication failed:\nExtern uid has already been taken,\nUser has already been taken"
    )
    async with console(simulator) as pilot:
        await drive(pilot, (key_of(TROUBLE), "still", "slash"))
        assert isinstance(pilot.app.focused, Input)
        pilot.app.focused.post_message(Paste(pasted))
        await still(pilot)
        said = flat(pilot)
        assert "The NameID differs in capitals alone" in said and "1 of " in said
        assert "User has already been taken" in pilot.app.screen.query_one(Input).value


async def test_searching_while_it_is_typed_and_back(simulator: RunningSimulator) -> None:
    async with console(simulator) as pilot:
        assert "entries; what you paste is not kept" in await trouble(pilot)
        await drive(pilot, ("slash", *"pending dep", "still"))
        assert "The removal is not finished yet (409)" in flat(pilot)
        await drive(pilot, ("escape", "down", "escape", "still"))
        assert pilot.app.screen.query_one(Input).value == ""
        assert "entries; what you paste is not kept" in flat(pilot)


async def test_where_nothing_fits_it_says_so(simulator: RunningSimulator) -> None:
    async with console(simulator) as pilot:
        said = await trouble(pilot, PASTED + "the gizmo\nhas an odd account that nobody provisioned, at all")
        assert "Nothing in the catalogue fits. The nearest, and no more than that:" in said
        assert "1 of 3" in said


async def test_it_leads_to_the_check_the_people_and_the_step(simulator: RunningSimulator) -> None:
    async with console(simulator) as pilot:
        await trouble(pilot, PASTED + "Error authenticating: null", "enter", "still")
        assert isinstance(pilot.app.screen, ConnectionScreen)
        line = pilot.app.screen.query_one(CheckList).line
        assert line is not None and line.check == "as-okta"
        await trouble(pilot, PASTED + "signs in and sees nothing", "enter", "still")
        assert isinstance(pilot.app.screen, UsersScreen)
        assert pilot.app.screen.query_one("#query", Input).value == "role:minimal"
        banner = (
            "There is already a GitLab account associated with this email address. "
            "Sign in with your existing credentials to connect your organization's account"
        )
        await trouble(pilot, PASTED + banner, "enter", "still")
        assert isinstance(pilot.app.screen, SetupScreen)
        step = pilot.app.screen.query_one(StepList).step
        assert step is not None and step.id == "link"
        await trouble(pilot, PASTED + "Fingerprint mismatch", "enter", "still")
        assert isinstance(pilot.app.screen, SignInScreen)


async def test_somebody_in_the_text_is_who_the_list_shows(simulator: RunningSimulator) -> None:
    async with console(simulator) as pilot:
        refused = scim("User is pending deprovisioning. Please wait for the user to be deprovisioned", 409)
        await trouble(
            pilot, PASTED + refused.replace("chloe@", "bob@").replace(GUID, "bob"), "enter", "still"
        )
        assert isinstance(pilot.app.screen, UsersScreen)
        assert pilot.app.screen.query_one("#query", Input).value == "bob"


async def test_an_answer_is_copied_for_a_ticket(simulator: RunningSimulator) -> None:
    async with console(simulator) as pilot:
        await trouble(pilot, PASTED + scim("User has already been taken", 409), "y")
        assert pilot.app.clipboard.startswith("**User has already been taken (409)**")
        assert "chloe" not in pilot.app.clipboard


async def test_without_a_profile_it_explains_and_says_what_needs_one() -> None:
    async with console(None) as pilot:
        group = "Failed to match an entry in the source and target systems Group 'staff'"
        await drive(pilot, (*("down",) * 4, "enter", "still", PASTED + group))
        assert isinstance(pilot.app.screen, TroubleScreen)
        assert "a group could not be matched" in flat(pilot)
        await drive(pilot, ("enter", "still"))
        assert isinstance(pilot.app.screen, SetupScreen)
        await drive(pilot, ("4", "still", "slash", "escape", PASTED + "Error authenticating: null", "enter"))
        assert isinstance(pilot.app.screen, TroubleScreen)
        assert "with a profile open, ⏎ leads to the connection test" in flat(pilot)


async def test_nothing_of_what_is_pasted_is_kept(simulator: RunningSimulator, tmp_path: Path) -> None:
    places = Paths(tmp_path / "config", tmp_path / "state")
    secret = "glpat-0123456789abcdefghij"
    async with console(simulator, paths=places) as pilot:
        await trouble(pilot, PASTED + f"401 Unauthorized {secret} zoe@elsewhere.example", "still")
        assert secret not in shown(pilot)
    kept = contents(tmp_path)
    assert b"zoe@elsewhere" not in kept and secret.encode() not in kept


def contents(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


# ── Setup ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("guide", walkthroughs(), ids=lambda guide: guide.id)
async def test_a_walkthrough_from_start_to_end(
    simulator: RunningSimulator, tmp_path: Path, guide: Any, size: tuple[int, int]
) -> None:
    """Every check is run, every value copied, every step ticked; the next start knows it all."""
    places = Paths(tmp_path / "config", tmp_path / "state")
    async with console(simulator, size, paths=places, step=guide.id) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, SetupScreen)
        for number, step in enumerate(guide.steps, 1):
            assert screen.query_one(StepList).step == step
            said = flat(pilot)
            assert f"step {number} of {len(guide.steps)} · {number - 1} done" in said
            assert step.title[:30] in said and step.text.split()[0] in said
            if step.values:
                # A single value is copied at once, of several one is chosen.
                await pilot.press("y", *(("enter",) if len(step.values) > 1 else ()))
                await pilot.pause()
                assert pilot.app.clipboard == screen._values[step.values[0]].text
                await pilot.press("escape")
            for key in ("enter",) * bool(step.check) + ("space",) * (not step.check or not step.proves):
                await pilot.press(key)
                await pilot.app.workers.wait_for_complete(
                    [worker for worker in pilot.app.workers if worker.group in ("check", "tick")]
                )
                await pilot.pause()
                assert (step.id in screen._standing.done) == (key == "space" or step.proves), step.id
            if step.check and step.proves:
                assert "checked" in flat(pilot)
                await pilot.press("j")
                await pilot.pause()
        assert set(screen._standing.done) == {step.id for step in guide.steps}
        assert "all done" in flat(pilot)
    async with console(simulator, size, paths=places, step=guide.id) as pilot:
        assert f"step 1 of {len(guide.steps)} · all done" in flat(pilot)


async def test_a_check_that_fails_says_why_and_can_be_ticked_knowingly(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    places = Paths(tmp_path / "config", tmp_path / "state")
    simulator.switch(saml_provider=False)
    async with console(simulator, paths=places, step="entra") as pilot:
        await drive(pilot, ("enter", "still"))
        said = flat(pilot)
        assert "× SAML SSO: the group has no SAML SSO configured" in said and "→ set it up first" in said
        assert "space ticks it all the same" in said and "0 done" in said
        await drive(pilot, ("space", "up"))
        assert "ticked, check failed" in flat(pilot)
        simulator.reset()
        await drive(pilot, ("enter", "still"))
        assert "✓ SAML SSO: configured" in flat(pilot) and "ticked, check failed" not in flat(pilot)
        simulator.switch(saml_provider=False)
        await drive(pilot, ("enter", "still"))
        assert "0 done" in flat(pilot)  # what a check had ticked, the same check takes away
    simulator.reset()
    progress = GuideProgress(next((tmp_path / "state" / "setup").glob("*.json")))
    progress.load()
    assert progress.done("entra") == {}


async def test_a_check_that_waits_for_another_names_that_one(simulator: RunningSimulator) -> None:
    simulator.switch(saml_provider=False)
    async with console(simulator, step="entra/start") as pilot:
        await drive(pilot, ("enter", "still"))
        assert "× SAML SSO: the group has no SAML SSO configured" in flat(pilot)
    simulator.reset()


async def test_the_token_is_shown_on_demand_and_never_by_itself(simulator: RunningSimulator) -> None:
    async with console(simulator, step="entra/credentials") as pilot:
        assert simulator.scim_token not in shown(pilot) and "not shown: v shows it" in flat(pilot)
        await drive(pilot, ("y", "down", "enter"))
        assert pilot.app.clipboard == simulator.scim_token and simulator.scim_token not in shown(pilot)
        await drive(pilot, ("v",))
        assert simulator.scim_token in shown(pilot)
        await drive(pilot, ("j", "k"))
        assert simulator.scim_token not in shown(pilot)
        await drive(pilot, ("m",))
        assert simulator.scim_token not in pilot.app.clipboard + shown(pilot)
        assert pilot.app.clipboard.startswith("# Set up Microsoft Entra ID")


async def test_a_profile_without_scim_token_says_so(simulator: RunningSimulator) -> None:
    async with console(simulator, step="entra/credentials", scim=False) as pilot:
        assert "not in this profile" in flat(pilot)
        await drive(pilot, ("v",))
        assert "not in this profile" in flat(pilot)


async def test_whom_a_step_concerns_is_counted_and_shown(simulator: RunningSimulator) -> None:
    async with console(simulator, step="change-app/check") as pilot:
        assert "3 people of the list: is:problem" in flat(pilot)
        await drive(pilot, ("o", "still"))
        assert isinstance(pilot.app.screen, UsersScreen)
        assert pilot.app.screen.query_one("#query", Input).value == "is:problem"


@pytest.mark.parametrize(("idp", "title"), [("okta", "Set up Okta"), ("entra", "Set up Microsoft Entra ID")])
async def test_the_profiles_identity_provider_comes_first(
    simulator: RunningSimulator, idp: str, title: str
) -> None:
    async with console(simulator, idp=idp) as pilot:
        await drive(pilot, (key_of(SETUP), "still"))
        assert title in flat(pilot) and "Which walkthrough?" not in flat(pilot)


async def test_where_the_identity_provider_is_not_known_it_is_asked(simulator: RunningSimulator) -> None:
    async with console(simulator) as pilot:
        await drive(pilot, (key_of(SETUP), "still"))
        assert "Which walkthrough?" in flat(pilot)
        await drive(pilot, ("down", "enter", "still"))
        assert "Set up Okta" in flat(pilot)
        await drive(pilot, ("g", "down", "down", "enter", "still"))
        assert "Changing the SAML or SCIM app" in flat(pilot)


async def test_without_a_profile_the_steps_are_there_and_nothing_is_checked() -> None:
    async with console(None, step="okta") as pilot:
        said = flat(pilot)
        assert "Set up Okta" in said and "groups/<group>" in said and "check it" not in said
        await drive(pilot, ("enter", "space"))
        assert "1 done" in flat(pilot)
        await drive(pilot, ("escape",))
        assert pilot.app.screen.query(OptionList)


async def test_what_was_begun_last_is_gone_on_with(simulator: RunningSimulator, tmp_path: Path) -> None:
    places = Paths(tmp_path / "config", tmp_path / "state")
    async with console(simulator, paths=places, step="link", idp="okta") as pilot:
        await drive(pilot, ("space",))
    async with console(simulator, paths=places, idp="okta") as pilot:
        await drive(pilot, (key_of(SETUP), "still"))
        assert "Linking somebody who already has an account" in flat(pilot)
        await drive(pilot, ("g",))
        assert "(1 of 5 done)" in flat(pilot)


async def test_a_step_that_is_taller_than_the_screen_can_be_read_to_its_end(
    simulator: RunningSimulator,
) -> None:
    async with console(simulator, (60, 15), step="entra/attribute-mapping") as pilot:
        assert "IsSoftDeleted" not in flat(pilot)
        await drive(pilot, ("pagedown", "pagedown"))
        assert "IsSoftDeleted" in flat(pilot) and "step 12 of 17" in flat(pilot)


async def test_progress_that_can_not_be_kept_is_said(simulator: RunningSimulator, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    (state / "setup").write_text("in the way")
    async with console(simulator, paths=Paths(tmp_path / "config", state), step="entra") as pilot:
        await drive(pilot, ("space", "still"))
        assert "how far you are can't be kept" in flat(pilot) and "1 done" in flat(pilot)


async def test_names_with_escapes_in_an_event_are_made_visible(simulator: RunningSimulator) -> None:
    event = json.dumps(
        {"reason": "User has already been taken", "externalId": "\x1b[31mred[/]", "status": 409}
    )
    async with console(simulator) as pilot:
        said = await trouble(pilot, PASTED + event, "still")
        assert "\x1b" not in said and "red[/]" in said
