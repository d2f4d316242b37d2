"""The keys of the screen in front, and how to search."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Label

from scimtui.tui.widgets.dialog import Dialog
from scimtui.tui.widgets.hanging import Wrapped, hung
from scimtui.tui.widgets.key_line import keys_of
from scimtui.tui.words import QUICK, VERDICTS

_SEARCH = (
    ("ada byron", "both words, anywhere: name, username, e-mail, uid"),
    ('"de la"', "words that belong together"),
    ("is:differs", "a verdict: match case differs no-saml no-scim unlinked inactive blocked duplicate"),
    ("is:enterprise", "the badge; also is:member is:not-member is:not-linked is:problem is:bot"),
    ("-is:match", "everybody else"),
    ("email:acme", "one field; also name: user: uid: scim: saml: id: role: state:"),
)
_SIGNS_IN_A_ROW = 4


class HelpScreen(Dialog[None]):
    """Made from the bindings themselves, so it can't be out of date."""

    DEFAULT_CSS = """
    HelpScreen #box { width: 90; }
    HelpScreen #texts { height: auto; max-height: 70vh; }
    """

    def __init__(self, screen: Screen[object]) -> None:
        super().__init__()
        self._keys = _keys_of(screen)
        self._with_search = screen.query("#query").first() is not None if screen.query("#query") else False

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Label("Keys", id="title")
            with VerticalScroll(id="texts"):
                yield Wrapped(self._content)
            yield Label("↑↓ scroll · Esc back", id="keys")

    def _content(self, width: int) -> Content:
        lines = [hung([(f"{key:<10}", "$accent")], [text], width) for key, text in self._keys]
        if self._with_search:
            lines += [Content(""), Content.assemble(("Search", "bold"))]
            lines += [hung([(f"{example:<15}", "$accent")], [text], width) for example, text in _SEARCH]
            lines += [Content(""), Content.assemble(("Signs", "bold"))]
            signs = [look.label for look in (*VERDICTS.values(), QUICK["enterprise"])]
            rows = [signs[start : start + _SIGNS_IN_A_ROW] for start in range(0, len(signs), _SIGNS_IN_A_ROW)]
            lines += [Content("".join(f"{label:<14}" for label in row)) for row in rows]
        return Content("\n").join(lines)


def _keys_of(screen: Screen[object]) -> list[tuple[str, str]]:
    found = [(key.shown, key.told[0].upper() + key.told[1:]) for key in keys_of(screen)]
    return [*found, ("^p", "All commands")]
