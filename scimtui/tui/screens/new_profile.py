"""Connecting a group: one pasted address, the access token first, the SCIM token second."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, Label, Static

from scimtui.gitlab import AddressError, Secret, parse_address
from scimtui.text import printable
from scimtui.tui.doors import DoorError, Doors, NewProfile

if TYPE_CHECKING:
    from scimtui.tui.app import ScimtuiApp

_IDPS = ("entra", "okta", "other")


class NewProfileScreen(Screen[None]):
    """Each field is checked while it is typed in; saving opens the profile."""

    DEFAULT_CSS = """
    NewProfileScreen {
        #form { padding: 0 2; }
        .title { text-style: bold; margin-top: 1; }
        .hint { color: $quiet; width: 1fr; }
        .wrong { color: $warning; }
        Input, Input:focus { border: none; height: 1; padding: 0 1; background: $panel; max-width: 90; }
        #top { height: 1; background: $panel; padding: 0 1; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save and open", priority=True, id="save"),
        Binding("escape", "back", "back", id="back"),
    ]

    def __init__(self, doors: Doors) -> None:
        super().__init__()
        self._doors = doors

    def compose(self) -> ComposeResult:
        yield Static("Connect a GitLab group", id="top")
        with VerticalScroll(id="form"):
            yield Label("SCIM API endpoint URL", classes="title")
            yield Input(placeholder="https://gitlab.com/api/scim/v2/groups/…", id="address")
            yield Label(
                "from GitLab, Settings > SAML SSO of the top-level group", id="address-hint", classes="hint"
            )
            yield Label("Access token", classes="title")
            yield Input(password=True, id="access")
            yield Label("of a group Owner, scope read_api", id="access-hint", classes="hint")
            yield Label("SCIM token (may be left out)", classes="title")
            yield Input(password=True, id="scim")
            yield Label(
                "GitLab shows it once and your identity provider uses it. Do not reset it for this: "
                "provisioning would stop.",
                classes="hint",
            )
            yield Label("Identity provider (entra, okta, other, or nothing)", classes="title")
            yield Input(id="idp")
            yield Label("Name of this profile", classes="title")
            yield Input(id="name")
            yield Label(
                "Tokens go into this machine's key store, never into a file.", id="note", classes="hint"
            )
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one("#address", Input).focus()

    @on(Input.Changed, "#address")
    def _address_typed(self, event: Input.Changed) -> None:
        hint = self.query_one("#address-hint", Label)
        if not event.value.strip():
            return
        try:
            address = parse_address(event.value)
        except AddressError as error:
            hint.add_class("wrong")
            hint.update(Content(printable(str(error))))
            return
        hint.remove_class("wrong")
        hint.update(Content(f"{printable(address.label)} on {printable(address.host)}"))
        page = self._doors.token_page(event.value)
        if page is not None:
            self.query_one("#access-hint", Label).update(Content(f"make one: {printable(page)}"))
        name = self.query_one("#name", Input)
        if not name.value:
            name.placeholder = address.group or "instance"

    @on(Input.Submitted)
    def _next_field(self, event: Input.Submitted) -> None:
        if event.input.id == "name":
            self.action_save()
        else:
            self.focus_next(Input)

    def action_back(self) -> None:
        """Leave without saving."""
        self.app.pop_screen()

    @work(exclusive=True, group="save", description="save the new profile")
    async def action_save(self) -> None:
        """Save and open."""
        new = self._typed()
        if isinstance(new, str):
            self._say(new)
            return
        try:
            saved = await asyncio.to_thread(self._doors.save_profile, new)
        except DoorError as error:
            self._say(str(error))
            return
        app = cast("ScimtuiApp", self.app)
        # Not awaited: opening pops this very screen, which ends this worker.
        app.call_later(app.open_workspace, saved.workspace, saved.notice)

    def _typed(self) -> NewProfile | str:
        values = {field.id: field.value.strip() for field in self.query(Input)}
        try:
            address = parse_address(values["address"])
        except AddressError as error:
            return str(error)
        idp = values["idp"].lower()
        if idp and idp not in _IDPS:
            return "the identity provider is entra, okta, other, or nothing"
        if not values["access"] and not values["scim"]:
            return "one of the two tokens is needed; the access token tells more"
        return NewProfile(
            name=values["name"] or address.group or "instance",
            scim_url=values["address"],
            idp=idp,
            access_token=Secret(values["access"]) if values["access"] else None,
            scim_token=Secret(values["scim"]) if values["scim"] else None,
        )

    def _say(self, text: str) -> None:
        note = self.query_one("#note", Label)
        note.add_class("wrong")
        note.update(Content(printable(text)))
        note.scroll_visible()
