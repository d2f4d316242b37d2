"""A screen that goes away takes what it is doing with it."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil

import pytest
from textual.screen import Screen

from scimtui.directory import Snapshot
from scimtui.tui import screens
from scimtui.tui.sections import InSection
from scimtui.tui.widgets.ending import EndsItsWork
from scimtui.tui.widgets.people_table import PeopleTable
from tests.directory.people_samples import SAMPLE, snapshot
from tests.tui.consoles import console, still, workspace


async def test_quitting_ends_what_is_being_read() -> None:
    """A row that arrived while the screens were taken down stopped the console with a fault."""
    app = console(workspace(fresh=None))
    async with app.run_test() as pilot:
        await still(pilot)
        going = [worker for worker in app.workers if not worker.is_finished]
        assert going
        app.exit()
        assert all(worker.is_cancelled for worker in going)


async def test_an_answer_that_arrives_while_its_screen_is_taken_down_stops_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A list that was read anew as the console ended found no table, and that was told as a fault."""
    table_is_gone = asyncio.Event()
    asked = asyncio.Event()

    async def answer(*_: object, **__: object) -> Snapshot:
        asked.set()
        await table_is_gone.wait()
        return snapshot(SAMPLE)

    opened = workspace()
    monkeypatch.setattr(type(opened), "refresh", answer)
    monkeypatch.setattr(PeopleTable, "on_unmount", lambda _: table_is_gone.set(), raising=False)
    async with console(opened).run_test():
        await asked.wait()
    assert table_is_gone.is_set()


@pytest.mark.parametrize("over_it", ["f1", "ctrl+p"])
async def test_nothing_over_a_correction_lets_anybody_leave_it(over_it: str) -> None:
    """Help was in front of the editor, and Ctrl+Q broke off what was being sent."""
    app = console(workspace())
    async with app.run_test() as pilot:
        await still(pilot)
        assert isinstance(app.screen, InSection)
        app.screen.is_applying = True
        await pilot.press(over_it, "ctrl+q")
        await pilot.pause()
        assert len(app.screen_stack) > 1 and app.is_running and app.return_code is None


def test_every_screen_ends_its_work() -> None:
    names = [one.name for one in pkgutil.iter_modules(screens.__path__)]
    modules = [importlib.import_module(f"{screens.__name__}.{name}") for name in names]
    found = {
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Screen) and one.__module__ == module.__name__
    }
    assert len(found) > 30
    assert not {one.__name__ for one in found if not issubclass(one, EndsItsWork)}
