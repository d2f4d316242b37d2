"""Copying one value: sent to the terminal, and shown alone because that can fail silently."""

from __future__ import annotations

import json

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Label, OptionList, Static
from textual.widgets.option_list import Option

from scimtui.directory import Person
from scimtui.text import cut, visible_blanks
from scimtui.tui.widgets.dialog import Dialog


def values_of(person: Person) -> list[tuple[str, str]]:
    """What there is to copy: a word for it and the raw value."""
    record = person.record
    values = [
        ("stored for SCIM", record.scim_uid),
        ("stored for sign-in", record.saml_uid),
        ("e-mail", record.email),
        ("username", record.username),
        ("name", record.name),
        ("user id", str(record.user_id) if record.user_id is not None else ""),
        ("everything, as JSON", json.dumps(person.as_json(), ensure_ascii=False, indent=2)),
    ]
    return [(word, value) for word, value in values if value]


class CopyScreen(Dialog[None]):
    """Choose a value; it is copied by OSC 52 and stays selectable."""

    DEFAULT_CSS = """
    CopyScreen {
        #value { display: none; height: auto; max-height: 12; width: 1fr; overflow-y: auto; }
        &.-chosen #value { display: block; }
        &.-chosen OptionList { display: none; }
    }
    """

    def __init__(self, person: Person) -> None:
        super().__init__()
        self._values = values_of(person)

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label("Copy which value?", id="title")
            yield OptionList(
                *(
                    Option(f"{word:<20} {cut(visible_blanks(value.splitlines()[0]), 46)}", id=str(number))
                    for number, (word, value) in enumerate(self._values)
                ),
                markup=False,
            )
            yield Static("", id="value", markup=False)
            yield Label("⏎ copy · Esc back", id="keys")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        word, value = self._values[int(event.option.id or 0)]
        self.app.copy_to_clipboard(value)
        self.query_one("#title", Label).update(f"Sent to your terminal: {word}")
        lines = value.splitlines() if word.startswith("everything") else [value]
        self.query_one("#value", Static).update("\n".join(visible_blanks(line) for line in lines))
        self.query_one("#keys", Label).update("If it did not arrive, select it above by hand · Esc back")
        self.add_class("-chosen")
