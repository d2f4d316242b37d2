"""Make the pictures of every screen from the running console: `python -m screenshots.make`.

`--every-look` draws each of them light and without colour too, `--into FOLDER` puts them elsewhere.
The people are those of the simulated GitLab, read through the client; clock and host are fixed, so
that a picture changes only when the console does.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import scimtui.corrections.journal
from scimtui.connection import Report
from scimtui.directory import People, PeopleReader, Record, Snapshot, snapshot_of
from scimtui.gitlab import Access, GitLab, Secret, parse_address
from scimtui.gitlab.errors import NotAuthenticated
from scimtui.gitlab.requests import read
from scimtui.simulator import Settings, running
from scimtui.tui.app import ScimtuiApp
from scimtui.tui.sections import CONNECTION, HISTORY, MAPPING, SIGN_IN, TROUBLE
from tests.connection.pretending import still_report
from tests.guides.test_trouble import entra_event, scim
from tests.mappings.samples import graph_user, graph_users, stock
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
    workspace,
)

HERE = Path(__file__).parent
NOW = datetime(2025, 1, 15, 9, 30, tzinfo=UTC)
SIZES = {"80x24": (80, 24), "140x40": (140, 40)}
LOOKS = ("dark", "light", "no-colour")
MAIN_SCREENS = (
    "users-problems",
    "users-failed",
    "person",
    "correct",
    "sign-in-captured",
    "mapping",
    "history",
)
NEW_VALUE = "b7c0e4d2-8a7f-4c11-a3be-5d9f1c2e7a60"
Keys = tuple[str, ...]
FAILURE = NotAuthenticated(
    "the access token has expired",
    fix="make a new access token in GitLab, User settings > Access tokens, with scope read_api",
    request="GET https://gitlab.com/api/v4/groups/acme/members",
    status=401,
    words="invalid_token: Token is expired.",
)
REQUESTS = (
    ("metadata", 200, 412),
    ("groups/acme/members?page=1&per_page=100", 200, 48_210),
    ("groups/acme/scim/identities", 200, 91_877),
    ("groups/acme/saml/identities", 429, 58),
    ("groups/acme/enterprise_users?page=1&per_page=100", None, 0),
)


def people(users: int, *, access: bool = True) -> Callable[[], Snapshot]:
    """Read the people of a simulated GitLab once; each call gives a snapshot of its own."""

    async def read_people(url: str, scim: str, token: str) -> PeopleReader:
        tokens = (Secret(scim), Secret(token) if access else None)
        async with GitLab(Access(parse_address(url), *tokens)) as gitlab:
            reader = PeopleReader(gitlab)
            await reader.run()
            return reader

    with running(Settings(users=users, seed=4)) as simulator:
        reader = asyncio.run(read_people(simulator.scim_url, simulator.scim_token, simulator.access_token))
    return lambda: snapshot_of(reader, NOW, path=None)


def shots(
    fresh: Callable[[], Snapshot], fresh_scim: Callable[[], Snapshot]
) -> dict[str, tuple[Callable[[str], ScimtuiApp], Keys]]:
    """Every picture: how the console is opened, and the keys that lead there."""

    def users(theme: str) -> ScimtuiApp:
        return console(workspace(fresh=fresh, now=NOW + timedelta(seconds=2)), theme=theme)

    def kept(theme: str) -> ScimtuiApp:
        return console(workspace(kept=fresh(), fresh=None, now=NOW + timedelta(minutes=12)), theme=theme)

    def failed(theme: str) -> ScimtuiApp:
        return console(workspace(kept=fresh(), fresh=FAILURE, now=NOW + timedelta(hours=3)), theme=theme)

    def scim_alone(theme: str) -> ScimtuiApp:
        opened = workspace(fresh=fresh_scim, now=NOW + timedelta(seconds=2))
        return console(opened, theme=theme)

    def logged(theme: str) -> ScimtuiApp:
        opened = workspace(fresh=fresh, now=NOW + timedelta(seconds=2))
        for number, (path, status, size) in enumerate(REQUESTS):
            request = read(f"https://gitlab.com/api/v4/{path}", "access")
            began = NOW + timedelta(milliseconds=40 * number)
            error = "" if status else "nothing answers there"
            opened.log.add(request, began, 18.0 + 7 * number, status=status, size=size, error=error)
        return console(opened, theme=theme)

    def first_run(theme: str) -> ScimtuiApp:
        return console(doors=no_doors(), theme=theme)

    def writing(theme: str) -> ScimtuiApp:
        profile = replace(PROFILE, read_only=False)
        opened = workspace(fresh=fresh, profile=profile, now=NOW + timedelta(seconds=2))
        return console(opened, theme=theme)

    def ended(report: Report) -> Callable[[str], ScimtuiApp]:
        def opened(theme: str) -> ScimtuiApp:
            kept = workspace(fresh=fresh, now=NOW + timedelta(seconds=2))
            kept.tested = report
            return console(kept, theme=theme)

        return opened

    def at(step: str) -> Callable[[str], ScimtuiApp]:
        def opened(theme: str) -> ScimtuiApp:
            return ScimtuiApp(
                no_doors(), workspace(fresh=fresh, now=NOW + timedelta(seconds=2)), theme=theme, step=step
            )

        return opened

    warned = ended(still_report(group_path="group-path-dot"))
    refused = ended(
        still_report(
            scim_token="scim-token-refused",  # noqa: S106 a code
            as_entra="entra-invalid-credentials",
            as_okta="okta-refused",
        )
    )
    differs = _somebody(fresh(), "is:differs")
    capture = PASTED + _captured(differs.scim_uid or "", differs.email)
    person = ("slash", *differs.username, "enter", "enter", "still")
    edited = (*person, "c", "still", *NEW_VALUE, "still")
    shown = (*("pagedown",) * 3, "still", "enter", "still")
    done = (*edited, *shown, *differs.username, "enter", "still")
    taken = _somebody(fresh(), "is:match").scim_uid or ""
    reviewed = (key_of(MAPPING), "still", PASTED + stock(), "still")
    repaired = ("enter", f"{FILLED}source=objectId", f"{FILLED}precedence=1", "enter", "still")
    with_users = (*reviewed, PASTED + _directory(fresh()), "still")
    named = ("n", f"{FILLED}source=user.objectid", "enter", "still")
    crossed = ("slash", *"is:duplicate", "enter", "enter", "still")
    return {
        "users": (users, ("down",) * 4),
        "users-problems": (
            users,
            ("slash", *"is:problem", "enter", "s", *("down",) * 7, "enter", *("down",) * 5),
        ),
        "users-filter": (users, ("slash", *"chlo")),
        "users-nobody": (users, ("slash", *"zzz")),
        "users-reading": (kept, ()),
        "users-failed": (failed, ()),
        "users-scim-alone": (scim_alone, ()),
        "warnings": (scim_alone, ("w",)),
        "person": (users, ("slash", *"is:differs", "enter", "enter")),
        "person-crossed": (users, crossed),
        "correct": (writing, edited),
        "correct-refused": (users, (*person, "c", "still", *taken, "still")),
        "correct-done": (writing, done),
        "correct-swap": (writing, (*crossed, "w", "still")),
        "remove": (writing, (*person, "x", "still")),
        "allow-changes": (users, done),
        "sign-in": (users, (key_of(SIGN_IN),)),
        "sign-in-captured": (users, (key_of(SIGN_IN), capture)),
        "history": (writing, (*done, "escape", "still", key_of(HISTORY), "still")),
        "undo": (writing, (*done, "escape", "still", key_of(HISTORY), "still", "u", "still")),
        "connection": (users, (key_of(CONNECTION), "still")),
        "connection-warned": (warned, (key_of(CONNECTION), "still")),
        "connection-failed": (refused, (key_of(CONNECTION), "still")),
        "check-details": (refused, (key_of(CONNECTION), "still", "enter")),
        "mapping": (users, reviewed),
        "mapping-row": (users, (*reviewed, "enter")),
        "mapping-changed": (users, (*reviewed, *repaired)),
        "mapping-sample": (users, (*with_users, *named, "u", "still", "enter")),
        "mapping-whom": (users, (*with_users, "u")),
        "mapping-answers": (users, (*reviewed, "w")),
        "mapping-impact": (users, (*with_users, *named, "i")),
        "setup": (at("entra/test-connection"), ("enter", "still")),
        "setup-mapping": (at("entra/attribute-mapping"), ()),
        "setup-change": (at("change-app/choose"), ()),
        "trouble": (users, (key_of(TROUBLE), "still")),
        "trouble-pasted": (users, (key_of(TROUBLE), "still", PASTED + _event(differs), "still")),
        "trouble-none": (users, (key_of(TROUBLE), "still", PASTED + "the gizmo\nhas an odd account")),
        "edit-profile": (users, ("p", "still", "e", "still")),
        "sort": (users, ("s",)),
        "copy": (users, ("y",)),
        "copied": (users, ("y", "enter")),
        "export": (users, ("e",)),
        "help": (users, ("question_mark",)),
        "commands": (users, ("ctrl+p",)),
        "request-log": (logged, ("l",)),
        "profiles": (users, ("p",)),
        "first-run": (first_run, ()),
        "new-profile": (first_run, ("down", "enter")),
    }


def _event(record: Record) -> str:
    """An event of Entra's provisioning log about somebody."""
    event = entra_event(scim("User has already been taken", 409), uid=NEW_VALUE)
    return event.replace("chloe@acme.example", record.email).replace("chloe.dubois", record.scim_uid or "")


def _set(name: str, value: object) -> None:
    """Give a name below `scimtui.corrections` another value."""
    module, _, attribute = name.partition(".")
    setattr(getattr(scimtui.corrections, module), attribute, value)


def _somebody(snapshot: Snapshot, *words: str) -> Record:
    """The first of those whom a search finds."""
    people = People(snapshot)
    numbers = people.select(" ".join(words))
    return people.rows(numbers[:1])[0].record


def _directory(snapshot: Snapshot) -> str:
    """A Graph export of those who are provisioned."""
    people = []
    for row in snapshot.rows(range(snapshot.about.people)):
        record = row.record
        if record.scim_uid is None:
            continue
        given, _, family = record.name.rpartition(" ")
        changes = {
            "id": record.scim_uid,
            "userPrincipalName": record.email,
            "mail": record.email,
            "mailNickname": record.username,
            "displayName": record.name,
            "givenName": given,
            "surname": family,
        }
        people.append(graph_user(record.user_id or 0, **changes))
    return graph_users(*people)


def _captured(value: str, email: str) -> str:
    """A SAML-tracer export of a sign-in a minute ago."""
    return tracer({"saml": response(assertion(name_id(value), email=email))}).replace(
        "2026-11-24", f"{NOW:%Y-%m-%d}"
    )


async def take(app: ScimtuiApp, size: tuple[int, int], keys: Keys) -> str:
    """Drive one console and return what it shows, as SVG."""

    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await drive(pilot, keys)
        return app.export_screenshot(title="scimtui")


def main() -> None:
    """Write all pictures: each in both sizes, dark; the main ones light and without colour too."""
    parser = argparse.ArgumentParser(prog="python -m screenshots.make", description=main.__doc__)
    parser.add_argument("--every-look", action="store_true", help="every screen in all three looks")
    parser.add_argument("--into", type=Path, default=HERE, metavar="FOLDER")
    options = parser.parse_args()
    os.environ.pop("NO_COLOR", None)
    on_one_machine(_set)
    for name, (opened, keys) in shots(people(1204), people(1204, access=False)).items():
        every = options.every_look or name in MAIN_SCREENS
        for look in LOOKS if every else LOOKS[:1]:
            for label, size in SIZES.items():
                if look == "no-colour":
                    os.environ["NO_COLOR"] = "1"
                theme = "scimtui-light" if look == "light" else "scimtui-dark"
                suffix = "" if look == "dark" else f"-{look}"
                picture = asyncio.run(take(opened(theme), size, keys))
                (options.into / f"{name}-{label}{suffix}.svg").write_text(picture, encoding="utf-8")
                os.environ.pop("NO_COLOR", None)


if __name__ == "__main__":
    main()
