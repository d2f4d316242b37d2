"""Whom to work out: somebody of the export, somebody of the list, or attributes that are typed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from scimtui.directory import People, SearchError
from scimtui.mappings import User, Users, guessed, sample, stored_of
from scimtui.text import cut, printable
from scimtui.tui.shelf import Shelf
from scimtui.tui.widgets.dialog import Dialog
from scimtui.tui.widgets.line import Line

_SHOWN = 6
_TYPE = "type"
_FLAGS = ("issoftdeleted", "accountenabled")
_WORDS = {"true": True, "false": False}


class SampleScreen(Dialog[User]):
    """Finds as you type; the last line leads to typing the attributes."""

    def __init__(self, idp: str, users: Users | None, shelf: Shelf, typed: AttributesScreen) -> None:
        super().__init__()
        self._idp, self._users, self._shelf, self._typed = idp or "entra", users, shelf, typed
        self._found: list[User] = []

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label("Which user?", id="title")
            yield Line(placeholder="name, e-mail, id; or ↓", id="line")
            yield OptionList(markup=False)
            yield Label("⏎ take · ↑↓ choose · Esc back", id="keys")

    def on_mount(self) -> None:
        self._finding = self._find("")

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self._finding = self._find(event.value)

    @work(exclusive=True, group="find", description="find a sample user")
    async def _find(self, text: str) -> None:
        found = await asyncio.to_thread(_of_export, self._users, text)
        async with self._shelf.reading() as people:
            if people is not None:
                found += await asyncio.to_thread(_of_list, people, text, self._idp)
        self._found = found
        options = self.query_one(OptionList)
        options.clear_options()
        words = {"export": "export", "guessed": "list, guessed from what GitLab stores"}
        for place, user in enumerate(found):
            options.add_option(
                Option(f"{cut(printable(user.label), 34)}   {words[user.origin]}", id=str(place))
            )
        options.add_option(Option("Type the attributes", id=_TYPE))
        options.highlighted = 0

    def on_key(self, event: events.Key) -> None:
        """The arrows move in the list while the field keeps the focus."""
        options = self.query_one(OptionList)
        if event.key in ("down", "up") and self.focused is not options:
            event.stop()
            if event.key == "down":
                options.action_cursor_down()
            else:
                options.action_cursor_up()

    @on(Input.Submitted)
    @work(group="dialog", description="take whom the text finds")
    async def _submitted(self) -> None:
        await self.workers.wait_for_complete([self._finding])  # else it is whom the text before had found
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self._take(options.get_option_at_index(options.highlighted).id or "")

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self._take(event.option.id or "")

    @work(group="dialog", description="take the sample user")
    async def _take(self, chosen: str) -> None:
        if chosen != _TYPE:
            self.dismiss(self._found[int(chosen)])
            return
        user = await self.app.push_screen_wait(self._typed)
        if user is not None:
            self.dismiss(user)


def _of_export(users: Users | None, text: str) -> list[User]:
    """The first of the export that have the text in one of their values."""
    if users is None:
        return []
    wanted, found = text.strip().lower(), []
    for user in users.people:
        values = (user.label, *(value for value in user.attributes.values() if isinstance(value, str)))
        if any(wanted in value.lower() for value in values):
            found.append(user)
            if len(found) == _SHOWN:
                break
    return found


def _of_list(people: People, text: str, idp: str) -> list[User]:
    """The first people of the list that the text finds."""
    try:
        numbers = people.select(text)[:_SHOWN]
    except SearchError:
        return []
    return [guessed(one, idp) for one in stored_of(people.rows(numbers))]


class AttributesScreen(Dialog[User]):
    """Asks for the attributes that the mapping reads; one that is left empty has no value."""

    DEFAULT_CSS = """
    AttributesScreen {
        #fields { height: auto; max-height: 15; scrollbar-size-vertical: 1; }
        Horizontal { height: 1; }
        Horizontal > Label { width: 28; color: $quiet; }
        Input, Input:focus { width: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "next field", show=False),
        Binding("up", "app.focus_previous", "field before", show=False),
    ]

    def __init__(self, idp: str, names: Sequence[str], known: User | None) -> None:
        """`known` is whom the fields begin with."""
        super().__init__()
        self._idp, self._names = idp or "entra", tuple(names)
        self._known = {name.lower(): value for name, value in known.attributes.items()} if known else {}

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label("The user's attributes", id="title")
            with VerticalScroll(id="fields", can_focus=False):
                for place, name in enumerate(self._names):
                    with Horizontal():
                        yield Label(cut(printable(name), 27), markup=False)
                        yield Line(
                            self._text(name),
                            id=f"field-{place}",
                            placeholder="no value",
                            select_on_focus=False,
                        )
            yield Label("⏎ take them · ↑↓ field · Esc back", id="keys")

    def _text(self, name: str) -> str:
        """What is known of an attribute, as it stands in the field."""
        value = self._known.get(name.lower())
        if isinstance(value, tuple | list):
            return ", ".join(value)
        return value if isinstance(value, str) else "" if value is None else str(value)

    def on_mount(self) -> None:
        self.query(Input).first().focus()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        values: dict[str, str | bool | Sequence[str] | None] = {}
        for name, field in zip(self._names, self.query(Input), strict=True):
            typed = field.value
            if typed == self._text(name):
                values[name] = self._known.get(name.lower())  # a list stays one
            elif name.lower() in _FLAGS:
                values[name] = _WORDS.get(typed.strip().lower())
            else:
                values[name] = typed or None
        told = {
            name: value for name, value in values.items() if value is not None or name.lower() not in _FLAGS
        }
        self.dismiss(sample(self._idp, **told))
