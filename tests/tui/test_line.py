"""A field shows what a terminal would obey by signs, and keeps it as it is."""

from __future__ import annotations

import re
from pathlib import Path

from textual.app import App, ComposeResult
from textual.events import Key

import scimtui.tui
from scimtui.tui.widgets.line import Line
from tests.tui.test_console import text


class OneLine(App[None]):
    def compose(self) -> ComposeResult:
        yield Line("\x1b[31mred\u202e\x9b!", id="line")


async def test_escape_codes_are_shown_and_kept() -> None:
    app = OneLine()
    async with app.run_test(size=(40, 5)) as pilot:
        line = app.query_one(Line)
        line.cursor_blink = False
        await pilot.press("end")
        assert "␛[31mred��!" in text(app)
        assert line.value == "\x1b[31mred\u202e\x9b!" and line._cursor_offset == len(line.value) + 1
        await pilot.press("home", "delete")
        assert line.value.startswith("[31m")


async def test_keys_of_one_burst_are_done_in_their_order() -> None:
    """Backspaces were done after the letters that followed them, and took those away."""
    app = OneLine()
    async with app.run_test(size=(40, 5)) as pilot:
        line = app.query_one(Line)
        line.value = "old"
        for key in ("end", "backspace", "backspace", "backspace", "n", "e", "w", "home", "a", "end", "z"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert line.value == "anewz"


async def test_a_hidden_value_stays_hidden() -> None:
    app = OneLine()
    async with app.run_test(size=(40, 5)) as pilot:
        app.query_one(Line).password = True
        await pilot.pause()
        assert "red" not in text(app) and "•••" in text(app)


def test_every_field_is_such_a_line() -> None:
    files = Path(scimtui.tui.__file__).parent.rglob("*.py")
    made = [file.stem for file in files if re.search(r"(?<!\w)Input\(", file.read_text("utf-8"))]
    assert not made
