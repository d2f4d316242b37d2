"""Corrections in the console, on a simulated GitLab: each refusal and warning provoked, each case walked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from scimtui.corrections import Outcome
from scimtui.gitlab import Secret
from scimtui.gitlab.errors import NotFound
from scimtui.gitlab.rest import RestApi
from scimtui.profiles import Found, Paths, Profile, Tokens
from scimtui.simulator import RunningSimulator, Settings, running
from scimtui.tui.app import ScimtuiApp
from scimtui.tui.screens.allowing import AllowChangesScreen
from scimtui.tui.screens.correct import CorrectScreen
from scimtui.tui.screens.history import HistoryScreen
from scimtui.tui.screens.person import PersonScreen
from scimtui.tui.screens.sign_in import SignInScreen
from scimtui.tui.sections import HISTORY, SIGN_IN
from scimtui.workspace import Workspace
from tests.corrections.correcting import OTHER_OWNER, OWNER, guid, person, sign_in
from tests.gitlab.simulated import truth
from tests.saml.samples import assertion, name_id, response, tracer
from tests.saml.test_signature import Signer
from tests.tui.consoles import PASTED, drive, key_of, no_doors, still
from tests.tui.test_console import text

NEW = guid(0xABCD)
SIZE = (120, 40)


@pytest.fixture(scope="module")
def started() -> Iterator[dict[str, RunningSimulator]]:
    with (
        running(Settings(users=0, gitlab_version="19.3")) as current,
        running(Settings(users=0, gitlab_version="18.9")) as older,
    ):
        yield {"19.3": current, "18.9": older}


def peopled(simulator: RunningSimulator, *people: dict[str, Any]) -> RunningSimulator:
    simulator.reset()
    simulator.put_people([OWNER, OTHER_OWNER, *(people or (person(2, "Ada"), person(3, "Bob")))])
    return simulator


@pytest.fixture
def current(started: dict[str, RunningSimulator]) -> RunningSimulator:
    return peopled(started["19.3"])


@pytest.fixture
def older(started: dict[str, RunningSimulator]) -> RunningSimulator:
    return peopled(started["18.9"])


class Console:
    """A console on a simulated GitLab, driven by keys."""

    def __init__(self, app: ScimtuiApp, pilot: Pilot[None], simulator: RunningSimulator) -> None:
        self.app, self.pilot, self.simulator = app, pilot, simulator

    async def press(self, *keys: str) -> None:
        await drive(self.pilot, keys)

    async def open(self, name: str) -> None:
        """Filter the list and open the one person left, read afresh."""
        await self.press("slash", *name, "enter", "enter", "still")
        assert isinstance(self.app.screen, PersonScreen)

    async def edit(self, name: str, value: str, *choose: str) -> str:
        """Open the editor on somebody and give a value; answers what it then says."""
        await self.open(name)
        await self.press("c", "still")
        assert isinstance(self.app.screen, CorrectScreen)
        if choose:
            await self.press("shift+tab", *choose, "tab")
        self.app.screen.query_one("#value", Input).value = value
        await still(self.pilot)
        return self.said()

    async def confirm(self, username: str) -> str:
        await self.press("enter", "still", *username, "enter", "still")
        return self.said()

    def said(self) -> str:
        """The whole text of the checks, whether it is in view or not."""
        screen = self.app.screen
        found = screen.query("#checks-text, #text, #entry, #person")
        return "\n".join(str(one.render()) for one in found) + text(self.app)

    def codes(self) -> set[str]:
        screen = self.app.screen
        assert isinstance(screen, CorrectScreen)
        return {one.code for one in screen._plan.findings} if screen._plan is not None else set()

    def stored(self, user_id: int) -> tuple[Any, Any]:
        held = truth(self.simulator, user_id)
        return held["scim_id"], held["saml_id"]


@asynccontextmanager
async def console(
    simulator: RunningSimulator, *, paths: Paths | None = None, access: bool = True, **profile: Any
) -> AsyncIterator[Console]:
    tokens = Tokens(
        access=Found(Secret(simulator.access_token), "test") if access else None,
        scim=Found(Secret(simulator.scim_token), "test"),
    )
    settings = {"read_only": False} | profile
    opened = Workspace(Profile(name="acme", scim_url=simulator.scim_url, **settings), tokens, paths)
    app = ScimtuiApp(no_doors(), opened)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await read(pilot)
        yield Console(app, pilot, simulator)


def captured(simulator: RunningSimulator, value: str, email: str) -> str:
    """An export of a sign-in to this simulated GitLab, made just now."""
    made = tracer({"saml": response(assertion(name_id(value), email=email))})
    now = datetime.now(UTC)
    for then, minutes in (("09:21:09", -5), ("09:26:09", 0), ("10:26:09", 60)):
        moment = (now + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
        made = made.replace(f"2026-11-24T{then}Z", moment)
    return made.replace("https://gitlab.com", simulator.url)


async def read(pilot: Pilot[None]) -> None:
    """Wait until everybody is read."""
    for _ in range(1000):
        await pilot.pause(0.02)
        if not [worker for worker in pilot.app.workers if worker.group in ("refresh", "begin", "settle")]:
            break
    await still(pilot)


async def test_from_person_to_verified_and_back_again(current: RunningSimulator) -> None:
    async with console(current) as run:
        said = await run.edit("ada", NEW)
        assert f"PATCH /api/v4/groups/acme/scim/{guid(2)}" in said and "nothing has been sent yet" in said
        assert current.writes() == []
        said = await run.confirm("ada")
        assert "Done, and read back" in said and "journal entry 1" in said
        assert run.stored(2) == (NEW, guid(2)) and len(current.writes()) == 1
        await run.press("escape", "still")
        assert isinstance(run.app.screen, PersonScreen)
        assert NEW in run.said() and "Changed here before" in run.said()
        await run.press(key_of(HISTORY), "still", "u", "still")
        said = run.said()
        assert "Undo entry 1" in said
        await run.press("tab", "tab")
        run.app.screen.query_one("#confirm", Input).focus()
        await run.press(*"ada", "enter", "still")
        assert run.stored(2) == (guid(2), guid(2)) and "Done, and read back" in run.said()


async def test_the_other_value_is_taken_and_says_where_it_is_from(older: RunningSimulator) -> None:
    peopled(older, person(2, "Ada", scim_id="ada"), person(3, "Bob"))
    async with console(older) as run:
        await run.open("ada")
        await run.press("c", "still", "ctrl+o", "still")
        assert "from what is stored for sign-in" in text(run.app) and "will-be-equal" in run.codes()
        await run.press("shift+tab", "right", "tab", "ctrl+o", "still")
        assert "from what is stored for SCIM" in text(run.app)
        await run.press("shift+tab", "left", "tab", "ctrl+o", "still", "tab", *"ticket 7")
        await run.confirm("ada")
        assert run.stored(2) == (guid(2), guid(2))
        assert run.app.workspace is not None
        assert run.app.workspace.journal.entries()[0].intent.reason == "ticket 7"


async def test_a_slow_reading_is_not_broken_off_by_what_is_typed(current: RunningSimulator) -> None:
    async with console(current) as run:
        await run.open("ada")
        current.switch(latency_ms=150)
        await run.press("c")
        for _ in range(200):
            await run.pilot.pause(0.02)
            if isinstance(run.app.screen, CorrectScreen):
                break
        run.app.screen.query_one("#value", Input).value = NEW
        await run.pilot.pause(0.4)  # the check comes due while the reading is still under way
        current.switch(latency_ms=0)
        await still(run.pilot)
        assert "idp-remembers" in run.codes() and "reading what is stored" not in run.said()


async def test_no_letter_opens_anything_while_something_is_confirmed(current: RunningSimulator) -> None:
    async with console(current) as run:
        await run.open("ada")
        await run.press("x", "still")
        assert run.app.focused is run.app.screen.query_one("#confirm", Input)
        run.app.screen.query_one("#checks").focus()
        await run.press("p", "l", "1", key_of(HISTORY), "t", "still")
        assert isinstance(run.app.screen, CorrectScreen)


async def test_the_wrong_username_sends_nothing(current: RunningSimulator) -> None:
    async with console(current) as run:
        await run.edit("ada", NEW)
        said = await run.confirm("bob")
        assert "not the username" in said and current.writes() == []


async def test_a_dry_run_sends_nothing(current: RunningSimulator) -> None:
    async with console(current) as run:
        await run.edit("ada", NEW)
        await run.press("ctrl+d", "still")
        assert "1 request would be sent" in run.said() and current.writes() == []
        assert run.app.workspace is not None and run.app.workspace.journal.entries() == []


REFUSALS: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "value-empty": ("   ", {}, ()),
    "value-is-token": ("glpat-0123456789abcdefghij", {}, ()),
    "value-invisible": ("a\u200bb", {}, ()),
    "value-unchanged": (guid(2), {}, ()),
    "value-of-another": (guid(3).upper(), {}, ()),
    "value-too-long": ("x" * 256, {}, ()),
    "value-unaddressable": ("a/../b", {}, ()),
    "no-identity": (NEW, {"saml_id": None}, ("right",)),
}
WARNINGS: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "case-only": (guid(0xAB).upper(), {"scim_id": guid(0xAB)}, ()),
    "outer-blanks": (f"{NEW} ", {}, ()),
    "look-alike": (NEW.replace("a", "а", 1), {}, ()),
    "shape-unlike": ("ada", {}, ()),
    "name-of-another": ("bob@acme.example", {}, ()),
    "would-differ": (NEW, {}, ()),
    "idp-remembers": (NEW, {}, ()),
    "inactive-identity": (NEW, {"active": False}, ()),
    "saml-loses-trust": (NEW, {}, ("right",)),
    "own-identity": (NEW, {"user_id": 1, "access_level": 50, "name": "Ada", "username": "ada"}, ()),
}


@pytest.mark.parametrize("code", REFUSALS)
async def test_each_refusal_is_provoked_and_sends_nothing(current: RunningSimulator, code: str) -> None:
    value, changes, keys = REFUSALS[code]
    peopled(current, person(2, "Ada", **changes), person(3, "Bob"))
    async with console(current) as run:
        said = await run.edit("ada", value, *keys)
        assert code in run.codes() and "Refused" in said
        await run.press("enter", "enter", "still")
        assert current.writes() == []


@pytest.mark.parametrize("code", WARNINGS)
async def test_each_warning_is_provoked_and_wants_the_username(current: RunningSimulator, code: str) -> None:
    value, changes, keys = WARNINGS[code]
    others = [person(number, f"Other{number}") for number in range(20, 26)]
    first = [] if changes.get("user_id") == 1 else [OWNER]
    current.reset()
    current.put_people([*first, OTHER_OWNER, person(2, "Ada") | changes, person(3, "Bob"), *others])
    async with console(current) as run:
        said = await run.edit("ada", value, *keys)
        assert code in run.codes() and "type the username ada" in said


async def test_what_gitlab_mends_by_itself_is_warned_of(current: RunningSimulator) -> None:
    peopled(current, person(2, "Ada", saml_id="ada", enterprise=True), person(3, "Bob"))
    async with console(current, nameid_source="externalId") as run:
        await run.open("ada")
        assert "GitLab then rewrites the stored value by itself" in run.said().replace("\n", " ")
        await run.press("c", "still", "shift+tab", "right", "tab")
        run.app.screen.query_one("#value", Input).value = guid(2)
        await still(run.pilot)
        assert {"gitlab-mends-it", "saml-loses-trust"} <= run.codes()


@pytest.mark.parametrize(
    ("enterprise", "code"), [(True, "removes-saml-row-enterprise"), (False, "removes-saml-row")]
)
async def test_removing_says_what_the_next_sign_in_does(
    current: RunningSimulator, enterprise: bool, code: str
) -> None:
    peopled(current, person(2, "Ada", enterprise=enterprise), person(3, "Bob"))
    async with console(current) as run:
        await run.open("ada")
        await run.press("x", "still")
        assert code in run.codes()
        await run.press(*"ada", "enter", "still")
        assert run.stored(2) == (guid(2), None) and "the identity is gone" in run.said()
    outcome = await sign_in(current, guid(2), "ada@acme.example")
    assert outcome["outcome"] == ("signed-in" if enterprise else "refused")


async def test_where_the_version_is_not_known_trust_is_not_known(
    current: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hidden(self: RestApi) -> None:
        raise NotFound("a proxy hides it", status=404)

    monkeypatch.setattr(RestApi, "version", hidden)
    async with console(current) as run:
        await run.edit("ada", NEW, "right")
        assert "saml-trust-not-known" in run.codes()


async def test_who_became_inactive_meanwhile_is_not_deactivated_again(current: RunningSimulator) -> None:
    async with console(current) as run:
        await run.open("ada")
        peopled(current, person(2, "Ada", active=False), person(3, "Bob"))
        await run.press("d", "still")
        assert "already-inactive" in run.codes() and current.writes() == []


async def test_the_last_owner_is_warned_of(current: RunningSimulator) -> None:
    current.reset()
    current.put_people([OWNER | {"scim_id": guid(1), "saml_id": guid(1)}, person(2, "Ada")])
    async with console(current) as run:
        await run.edit("olga", NEW)
        assert {"last-owner", "own-identity"} <= run.codes()


async def test_with_the_scim_token_alone_less_is_known(older: RunningSimulator) -> None:
    peopled(older, person(2, "Ada"), person(3, "Bob", active=False))
    async with console(older, access=False) as run:
        await run.edit("ada", 'a"b')
        assert {"saml-holders-not-known", "value-unstorable"} <= run.codes()
        await run.press("escape", "still", "escape", "still")
        await run.edit("bob", NEW)
        assert "inactive-over-scim" in run.codes()
        await run.press("shift+tab", "right", "still")
        assert "no-channel" in run.codes()


async def test_a_read_only_profile_is_asked_about(current: RunningSimulator) -> None:
    async with console(current, read_only=True) as run:
        assert "read-only" in text(run.app)
        await run.edit("ada", NEW)
        await run.confirm("ada")
        assert isinstance(run.app.screen, AllowChangesScreen) and current.writes() == []
        await run.press("escape", "still")
        assert current.writes() == [] and "read-only" in text(run.app)
        run.app.screen.query_one("#confirm", Input).focus()
        await run.press("enter", "still", "y", "still")
        assert run.stored(2)[0] == NEW and "writing" in text(run.app)


async def test_a_lost_answer_is_told_as_what_is_stored(current: RunningSimulator) -> None:
    async with console(current) as run:
        await run.edit("ada", NEW)
        current.switch(drop="before-write")
        said = await run.confirm("ada")
        assert "What came of it is not known" in said and "may still be under way" in said
        current.switch(drop=None)


async def test_what_moved_on_between_plan_and_write_is_refused_and_shown(current: RunningSimulator) -> None:
    async with console(current) as run:
        await run.edit("ada", NEW)
        peopled(current, person(2, "Ada", scim_id=guid(77)), person(3, "Bob"))
        said = await run.confirm("ada")
        assert "Refused: nothing was sent" in said and guid(77) in said and current.writes() == []


async def test_an_entry_left_open_is_settled_and_told_at_the_start(
    current: RunningSimulator, tmp_path: Path
) -> None:
    paths = Paths(tmp_path / "c", tmp_path / "s")
    async with console(current, paths=paths) as run:
        await run.edit("ada", NEW)
        await run.confirm("ada")
        assert run.app.workspace is not None
        journal = run.app.workspace.journal
        (entry,) = journal.entries()
        journal.settle(entry.number, Outcome.UNKNOWN, None)
    async with console(current, paths=paths) as run:
        told = [notice.message for notice in run.app._notifications]
        assert told == ["Entry 1 (Ada (@ada, user 2)) was left open by an earlier run: verified."]
        assert run.app.workspace is not None
        assert run.app.workspace.journal.entries()[0].outcome is Outcome.VERIFIED


async def test_a_damaged_journal_stops_the_write_and_says_so(
    current: RunningSimulator, tmp_path: Path
) -> None:
    paths = Paths(tmp_path / "c", tmp_path / "s")
    async with console(current, paths=paths) as run:
        await run.edit("ada", NEW)
        await run.confirm("ada")
    (file,) = (path for path in paths.journals.iterdir() if path.suffix == ".sqlite3")
    file.write_bytes(file.read_bytes()[:5000])
    async with console(current, paths=paths) as run:
        await run.edit("ada", guid(9))
        said = await run.confirm("ada")
        assert "the journal is damaged" in said and len(current.writes()) == 1
        await run.press("escape", "escape", "still", key_of(HISTORY), "still")
        assert isinstance(run.app.screen, HistoryScreen) and "journal is damaged" in text(run.app)


# ── each case of GitLab's SCIM page, from symptom to fix ─────────────────────


async def test_case_removed_and_not_added_again(current: RunningSimulator) -> None:
    peopled(current, person(2, "Ada", active=False, member=False))
    current.switch(sso_enforced=True)
    before = await sign_in(current, guid(2), "ada@acme.example")
    assert before["outcome"] == "signed-in" and truth(current, 2)["member"] is False
    async with console(current) as run:
        await run.open("ada")
        assert "Removed, and not added again by signing in" in run.said()
        await run.press("a", "still")
        run.app.screen.query_one("#confirm", Input).focus()
        await run.press(*"ada", "enter", "still")
        assert "Done, and read back" in run.said() and truth(current, 2)["member"] is True


async def test_case_not_linked(current: RunningSimulator) -> None:
    peopled(current, person(2, "Ada", saml_id=None, enterprise=False))
    async with console(current) as run:
        await run.open("ada")
        said = run.said()
        assert "Not linked to SAML" in said and "open the group's SSO URL" in said
    linked = await sign_in(current, guid(2), "ada@acme.example", signed_in_as=2, in_response_to="ours")
    assert linked["outcome"] == "linked"
    assert (await sign_in(current, guid(2), "ada@acme.example"))["outcome"] == "signed-in"


async def test_case_identities_differ_corrected_from_a_capture(current: RunningSimulator) -> None:
    peopled(current, person(2, "Ada", scim_id="ada", enterprise=False), person(3, "Bob"))
    capture = captured(current, guid(2), "ada@acme.example")
    async with console(current, nameid_source="externalId") as run:
        await run.press(key_of(SIGN_IN), PASTED + capture)
        assert isinstance(run.app.screen, SignInScreen)
        assert "This sign-in works" in run.said()
        await run.press("c", "still")
        screen = run.app.screen
        assert isinstance(screen, CorrectScreen) and screen.query_one("#value", Input).value == guid(2)
        assert "from the captured sign-in" in text(run.app) and "idp-remembers" not in run.codes()
        said = await run.confirm("ada")
        assert run.stored(2) == (guid(2), guid(2)), said


async def test_a_signature_is_checked_by_a_certificate_that_is_given(
    current: RunningSimulator, tmp_path: Path
) -> None:
    signer, file = Signer(), tmp_path / "idp.pem"
    file.write_text(signer.pem)
    async with console(current) as run:
        await run.press(key_of(SIGN_IN), PASTED + signer.sign(response()))
        assert "not checked" in run.said()
        await run.press("k", *"nonsense", "enter", "still")
        assert "nonsense: No such file" in text(run.app)
        await run.press("escape", "k")
        run.app.screen.query_one("#line", Input).value = str(file)
        await run.press("enter", "still")
        assert "on the assertion, valid" in run.said()


async def test_case_sign_in_value_corrected_where_it_stays_trusted(older: RunningSimulator) -> None:
    peopled(older, person(2, "Ada", saml_id="ada", enterprise=False), person(3, "Bob"))
    refused = await sign_in(older, guid(2), "ada@acme.example")
    assert refused["outcome"] == "refused"
    capture = captured(older, guid(2), "ada@acme.example")
    async with console(older) as run:
        await run.press(key_of(SIGN_IN), PASTED + capture)
        said = run.said()
        assert "This sign-in is refused" in said and refused["banner"] in said.replace("\n", " ")
        await run.press("c", "still")
        assert {"will-be-equal"} <= run.codes()
        await run.confirm("ada")
        assert run.stored(2) == (guid(2), guid(2))
    assert (await sign_in(older, guid(2), "ada@acme.example"))["user_id"] == 2


async def test_case_app_and_gitlab_differ_after_a_correction(current: RunningSimulator) -> None:
    async with console(current, idp="okta") as run:
        await run.edit("ada", NEW)
        said = await run.confirm("ada")
        assert "External ID" in said
        await run.press("escape", "still")
        assert "The SCIM app may hold another value than GitLab" in run.said()


async def test_case_pending_removal(current: RunningSimulator) -> None:
    async with console(current) as run:
        await run.open("ada")
        await run.press("d", "still")
        run.app.screen.query_one("#confirm", Input).focus()
        await run.press(*"ada", "enter", "still", "escape", "still")
        assert "The removal is under way" in run.said()
        await run.press("a", "still")
        run.app.screen.query_one("#confirm", Input).focus()
        await run.press(*"ada", "enter", "still")
        assert "pending deprovisioning" in run.said()
        current.settle()
        await run.press("escape", "still", "a", "still")
        run.app.screen.query_one("#confirm", Input).focus()
        await run.press(*"ada", "enter", "still")
        assert "Done, and read back" in run.said()


async def test_case_two_people_hold_each_others_value(current: RunningSimulator) -> None:
    peopled(current, person(2, "Ada", scim_id=guid(3)), person(3, "Bob", scim_id=guid(2)))
    async with console(current) as run:
        await run.open("ada")
        assert "Two people hold each other's value" in run.said()
        await run.press("w", "still")
        assert "3 of 3" in run.said() and "swap-pause" in run.codes()
        run.app.screen.query_one("#confirm", Input).focus()
        await run.press(*"ada", "enter", "still")
        assert (run.stored(2), run.stored(3)) == ((guid(2), guid(2)), (guid(3), guid(3)))


async def test_case_no_badge(current: RunningSimulator) -> None:
    peopled(
        current,
        person(2, "Ada", email="ada@elsewhere.example", enterprise=False),
        person(3, "Bob", enterprise=True),
        person(4, "Cleo", enterprise=False),
    )
    async with console(current) as run:
        await run.open("ada")
        assert "No badge" in run.said() and "elsewhere.example has it" in run.said()
    async with console(current) as run:
        await run.open("cleo")
        assert "No badge, though the domain is verified" in run.said()


async def test_a_swap_that_broke_off_goes_on_from_history(current: RunningSimulator, tmp_path: Path) -> None:
    peopled(current, person(2, "Ada", scim_id=guid(3)), person(3, "Bob", scim_id=guid(2)))
    paths = Paths(tmp_path / "c", tmp_path / "s")
    tokens = Tokens(
        access=Found(Secret(current.access_token), "test"), scim=Found(Secret(current.scim_token), "test")
    )
    opened = Workspace(Profile(name="acme", scim_url=current.scim_url, read_only=False), tokens, paths)
    snapshot = await opened.refresh()
    corrector = opened.corrector(snapshot)
    from scimtui.corrections import Identity

    ada, bob = [await corrector.open(snapshot.named(name)[0]) for name in ("ada", "bob")]
    plan = await corrector.plan_swap(ada, bob, Identity.SCIM)
    with pytest.raises(KeyboardInterrupt):
        await corrector.apply(plan, accepted=[one.code for one in plan.warnings], on_done=interrupt)
    snapshot.close()
    await opened.close()
    async with console(current, paths=paths) as run:
        await run.press(key_of(HISTORY), "still")
        assert "a swap stopped after step 1 of 3" in text(run.app)
        await run.press("w", "still")
        assert "2 of 3" in run.said()
        run.app.screen.query_one("#confirm", Input).focus()
        await run.press(*"ada", "enter", "still")
        assert (run.stored(2)[0], run.stored(3)[0]) == (guid(2), guid(3))


def interrupt(done: object) -> None:
    """The run ends after the first step."""
    raise KeyboardInterrupt
