"""Section Sign-in: what is pasted or opened is found, the own sign-in comes first, a refusal is told."""

from __future__ import annotations

from dataclasses import replace

from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Static

from scimtui.tui.screens.sign_in import SignInScreen
from scimtui.tui.sections import SIGN_IN
from tests.saml.samples import assertion, name_id, posted, response, sending, tracer
from tests.tui.consoles import FILLED, PASTED, console, drive, key_of, no_doors, workspace

OWN = response(assertion(name_id("guid-0001"), email="user1@acme.example"))
UPSTREAM = response(assertion(name_id("up")), identifier="_u", issued="2026-11-24T23:00:00Z").replace(
    "https://gitlab.com/groups/acme", "https://login.idp.example"
)


def shown(pilot: Pilot[None]) -> str:
    content = pilot.app.screen.query_one("#text", Static).content
    assert isinstance(pilot.app.screen, SignInScreen) and isinstance(content, Content)
    return content.plain


async def test_of_several_the_one_that_went_to_the_group_comes_first() -> None:
    async with console(workspace()).run_test(size=(140, 60)) as pilot:
        await drive(
            pilot,
            (
                key_of(SIGN_IN),
                PASTED + tracer({"saml": OWN}, {"saml": UPSTREAM}),
                "still",
            ),
        )
        assert "sign-in 1 of 2" in shown(pilot) and "guid-0001" in shown(pilot)
        await drive(
            pilot,
            (
                "n",
                "still",
            ),
        )
        assert "sign-in 2 of 2" in shown(pilot) and "login.idp.example" in shown(pilot)


async def test_a_refusal_is_told_in_gitlabs_words_and_nothing_is_corrected_by_it() -> None:
    unsigned = response(assertion(name_id("guid-9999"), email="user1@acme.example", signed=False))
    async with console(workspace()).run_test(size=(140, 60)) as pilot:
        await drive(
            pilot,
            (
                key_of(SIGN_IN),
                PASTED + posted(unsigned).replace("\n", "\r"),
                "still",
            ),
        )
        assert "This sign-in is refused" in shown(pilot)
        assert 'with SAML: "Found an unexpected number of signature element. saml' in shown(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, SignInScreen) and screen.check_action("correct", ()) is False


async def test_lines_of_a_log_and_passwords() -> None:
    lines = "\r".join(f'x.log:{{"saml_response": {{"name_id": "guid-000{number}"}}}}' for number in (1, 2))
    async with console(workspace()).run_test(size=(140, 60)) as pilot:
        await drive(
            pilot,
            (
                key_of(SIGN_IN),
                PASTED + lines + "\r--\r",
                "still",
            ),
        )
        assert "sign-in 1 of 2" in shown(pilot) and "Signature" not in shown(pilot)
        await drive(
            pilot,
            (
                PASTED + response(sending(userPassword=["hunter2"])),
                "still",
            ),
        )
        assert "(not shown)" in shown(pilot) and "hunter2" not in shown(pilot)


async def test_a_file_in_another_encoding_is_read_as_it_is() -> None:
    xml = f'<?xml version="1.0" encoding="ISO-8859-1"?>{response(assertion(name_id("Zoë")))}'
    doors = replace(no_doors(), read_file=lambda name: xml.encode("latin-1"))
    async with console(workspace(), doors=doors).run_test(size=(140, 60)) as pilot:
        await drive(
            pilot,
            (
                key_of(SIGN_IN),
                "f",
                FILLED + "line=response.xml",
                "enter",
                "still",
            ),
        )
        assert "Zoë" in shown(pilot)
