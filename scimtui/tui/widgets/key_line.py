"""The last line of a screen: the keys that work where the cursor is, as many as fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button

from scimtui.text import cell_width
from scimtui.tui.widgets.line import Line

HELP = "help"


class NamedKey(NamedTuple):
    """A key and what it does.

    Attributes:
        key: as Textual names it.
        shown: as people know it.
        words: in one or two words, for the last line; empty where only help tells of it.
        told: in full.
        action: without its node.
    """

    key: str
    shown: str
    words: str
    told: str
    action: str

    @property
    def width(self) -> int:
        """Cells it takes in the last line."""
        return cell_width(f"{self.shown} {self.words}")


def keys_of(screen: Screen[object]) -> list[NamedKey]:
    """The keys that work on a screen now, each action once; those that a field takes as text are none."""
    keys: dict[str, NamedKey] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        shown, words, told = screen.app.get_key_display(binding), binding.description, binding.tooltip
        is_shown, enters = binding.show, _enters(active.node) if key == "enter" else ""
        if enters:
            shown, words, is_shown = "⏎", enters, True
        elif not (binding.id or binding.show) or not active.enabled:
            continue  # Textual's own, which everybody's arrow keys are
        if words or told:
            named = NamedKey(key, shown, words if is_shown else "", told or words, binding.action)
            keys.setdefault(binding.action, named)
    return list(keys.values())


def _enters(node: DOMNode) -> str:
    """What Enter does in a field or on a button, where it does anything."""
    if isinstance(node, Line):
        return node.enter
    return str(node.label).lower() if isinstance(node, Button) else ""


def fitting(keys: Sequence[NamedKey], width: int) -> list[NamedKey]:
    """Those that fit; help stays, because it names the others."""
    named = [key for key in keys if key.words]
    last = [key for key in named if key.action == HELP]
    others = [key for key in named if key.action != HELP]
    room = width - sum(key.width + 1 for key in last)
    while others and sum(key.width + 1 for key in others) > room:
        others.pop()
    return [*others, *last]


class KeyLine(Widget):
    """Drawn as one line of text: Textual's own makes a widget of every key, and keeps what it made."""

    ALLOW_SELECT = False
    ALLOW_MAXIMIZE = False
    DEFAULT_CSS = """
    KeyLine { dock: bottom; height: 1; background: $footer-background; }
    """

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.refresh()

    def _shown(self) -> list[NamedKey]:
        return fitting(keys_of(self.screen), self.size.width)

    def render(self) -> Content:
        parts: list[tuple[str, str]] = []
        for key in self._shown():
            parts += [
                (key.shown, "bold $footer-key-foreground"),
                (f" {key.words}", "$footer-description-foreground"),
                (" ", ""),
            ]
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """A click is the key."""
        start = 0
        for key in self._shown():
            if start <= event.x < start + key.width:
                self.app.simulate_key(key.key)
                return
            start += key.width + 1
