"""A profile, new or edited: every field is checked while it is typed in, and saving tests first."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, Static

from scimtui.gitlab import AddressError, Secret, parse_address
from scimtui.profiles import Found, Tokens
from scimtui.profiles.tokens import TYPED
from scimtui.text import printable
from scimtui.tui.doors import DoorError, Doors, Draft
from scimtui.tui.screens.checking import CheckingScreen
from scimtui.tui.sections import USERS
from scimtui.tui.widgets.ending import EndsItsWork
from scimtui.tui.widgets.key_line import KeyLine
from scimtui.tui.widgets.line import Line

_RESET = (
    "GitLab shows it once and your identity provider uses it. "
    "Do not reset it for this: provisioning would stop."
)
# field of the draft, title, hint
_FIELDS = (
    ("scim_url", "SCIM API endpoint URL", "from GitLab, Settings > SAML SSO of the top-level group"),
    ("access_token", "Access token", "of a group Owner, scope read_api"),
    ("scim_token", "SCIM token (may be left out)", _RESET),
    ("idp", "Identity provider (entra, okta, other, or nothing)", ""),
    ("name", "Name of this profile", ""),
    (
        "nameid_source",
        "NameID source (may be left out)",
        "externalId where both come from one attribute, else the provider's attribute, such as user.mail",
    ),
    ("ca_file", "CA file (may be left out)", "PEM file of your company's authority"),
    ("rest_url", "REST address (may be left out)", "only where it is not the same host's /api/v4"),
)
_WHERE = "Tokens go into this machine's key store, never into a file."
_SECRET = ("access_token", "scim_token")


class ProfileEditorScreen(EndsItsWork[None]):
    """Saving runs the connection test; what passes is saved and opened."""

    DEFAULT_CSS = """
    ProfileEditorScreen {
        #form { padding: 0 2; scrollbar-size-vertical: 1; }
        .title { text-style: bold; margin-top: 1; }
        .hint { color: $quiet; width: 1fr; }
        .wrong { color: $warning; }
        .-none { display: none; }
        #note { height: auto; max-height: 4; padding: 0 2; margin-top: 1; }
        Input, Input:focus { border: none; height: 1; padding: 0 1; background: $panel; max-width: 90; }
        #top { height: 1; background: $panel; padding: 0 1; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "test and save", priority=True, id="save"),
        Binding("escape", "back", "back", key_display="Esc", id="back"),
    ]

    def __init__(
        self, doors: Doors, edited: str = "", tokens: Tokens | None = None, *, then: str = USERS
    ) -> None:
        """`tokens` are those in use, where the edited profile is open; `then` is what opens after it."""
        super().__init__()
        self._doors, self._edited, self._then = doors, edited, then
        self._in_use = tokens
        # A token that was typed is kept nowhere else: the edited profile goes on with it.
        self._typed_before = {
            "access_token": _typed_for_this_run(tokens.access if tokens is not None else None),
            "scim_token": _typed_for_this_run(tokens.scim if tokens is not None else None),
        }
        self._start = Draft()
        self._note, self._complained_of = _WHERE, ""
        self._hints = {field: hint for field, _, hint in _FIELDS}

    def compose(self) -> ComposeResult:
        title = f"Edit “{printable(self._edited)}”" if self._edited else "Connect a GitLab group"
        yield Static(title, id="top", markup=False)
        with VerticalScroll(id="form"):
            for field, label, hint in _FIELDS:
                yield Label(label, classes="title")
                yield Line(password=field in _SECRET, id=field, enter="next field")
                yield Label(hint, id=f"{field}-hint", classes="hint" if hint else "hint -none", markup=False)
        yield Label(_WHERE, id="note", classes="hint", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one("#scim_url", Input).placeholder = "https://gitlab.com/api/scim/v2/groups/…"
        self.query_one("#scim_url", Input).focus()
        self._fill()

    @work(exclusive=True, group="fill", description="read the profile")
    async def _fill(self) -> None:
        self._note = await asyncio.to_thread(self._doors.where_tokens_go)
        self.query_one("#note", Label).update(Content(printable(self._note)))
        if not self._edited:
            return
        try:
            draft = await asyncio.to_thread(self._doors.draft, self._edited)
        except DoorError as error:
            self._say(str(error))
            return
        self._start = draft
        for field, _, _ in _FIELDS:
            line = self.query_one(f"#{field}", Input)
            if field in _SECRET:
                origin = draft.access_from if field == "access_token" else draft.scim_from
                if self._typed_before[field] is not None:
                    origin = "what was typed for this run"
                line.placeholder = f"as before, from {origin}; type to replace it"
                in_use = self._in_use
                if in_use is not None and (in_use.access if field == "access_token" else in_use.scim) is None:
                    line.placeholder = "none was found; paste one to add it"
            else:
                line.value = getattr(draft, field)
        self.query_one("#name", Input).disabled = True

    def _draft(self) -> Draft:
        """What stands in the fields."""
        typed = {line.id or "": line.value for line in self.query(Input)}
        plain = {name: value.strip() for name, value in typed.items()}
        draft = replace(
            self._start,
            name=plain["name"],
            scim_url=typed["scim_url"],
            rest_url=plain["rest_url"],
            idp=plain["idp"].lower(),
            nameid_source=plain["nameid_source"],
            ca_file=plain["ca_file"],
            access_token=self._secret("access_token", plain["access_token"]),
            scim_token=self._secret("scim_token", plain["scim_token"]),
        )
        return replace(draft, name=draft.name or self._suggested(draft))

    def _secret(self, field: str, typed: str) -> Secret | None:
        return Secret(typed) if typed else self._typed_before[field]

    def _suggested(self, draft: Draft) -> str:
        """The group's name, with a number where a profile has it already."""
        try:
            group = parse_address(draft.scim_url).group or "instance"
        except AddressError:
            return ""
        names = (group, *(f"{group}-{number}" for number in range(2, 100)))
        free = (name for name in names if self._doors.judge("name", replace(draft, name=name)).fine)
        return next(free, "")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        field = event.input.id or ""
        draft = self._draft()
        if field == "scim_url":
            self.query_one("#name", Input).placeholder = self._suggested(draft)
            page = self._doors.token_page(draft.scim_url)
            if page is not None:
                self._hints["access_token"] = f"make one: {page}"
                if not self.query_one("#access_token-hint", Label).has_class("wrong"):
                    self._hint("access_token", True, self._hints["access_token"])
        self._forget_complaint(field)
        judged = self._doors.judge(field, draft)
        event.input.password = field in _SECRET or judged.is_token
        if not event.value.strip():
            self._hint(field, True, self._hints[field])
            return
        self._hint(field, judged.fine, judged.words or self._hints[field])

    def _hint(self, field: str, fine: bool, words: str) -> None:
        label = self.query_one(f"#{field}-hint", Label)
        label.set_class(not fine, "wrong")
        label.set_class(not words, "-none")
        label.update(Content(printable(words)))

    @on(Input.Submitted)
    def _next_field(self) -> None:
        self.focus_next(Input)

    def action_back(self) -> None:
        """Leave without saving."""
        self.app.pop_screen()

    def action_save(self) -> None:
        """Test, and save what passes."""
        draft = self._draft()
        for field, label, _ in _FIELDS:
            if field in _SECRET and getattr(draft, field) is None:
                continue
            judged = self._doors.judge(field, draft)
            # What is wrong with an address is told best by its test; a token in it is not even tested.
            if not judged.fine and (field != "scim_url" or judged.is_token):
                self._say(f"{label}: {judged.words}", field)
                self.query_one(f"#{field}", Input).focus()
                return
        self.app.push_screen(CheckingScreen(self._doors, draft, self._then))

    def _say(self, text: str, field: str = "") -> None:
        """Tell what stands in the way; it goes when that field is changed."""
        self._complained_of = field
        note = self.query_one("#note", Label)
        note.add_class("wrong")
        note.update(Content(printable(text)))

    def _forget_complaint(self, field: str) -> None:
        if field == self._complained_of:
            self._complained_of = ""
            note = self.query_one("#note", Label)
            note.remove_class("wrong")
            note.update(Content(printable(self._note)))


def _typed_for_this_run(found: Found | None) -> Secret | None:
    return found.secret if found is not None and found.source == TYPED else None
