"""A console that is open for days: what was shown and left is gone."""

from __future__ import annotations

import gc

from textual._styles_cache import StylesCache
from textual.widget import Widget

from scimtui.tui.screens.users import UsersScreen
from tests.tui.consoles import console, drive, sample_snapshot, still, workspace

ROUNDS = 100


def _alive() -> tuple[int, int, int]:
    """Widgets, what watches them, and drawings that are kept."""
    gc.collect()
    everything = gc.get_objects()
    widgets = [one for one in everything if isinstance(one, Widget)]
    watchers = sum(len(some) for one in widgets for some in getattr(one, "__watchers", {}).values())
    return len(widgets), watchers, sum(isinstance(one, StylesCache) for one in everything)


async def test_a_hundred_people_and_filters_leave_nothing_behind() -> None:
    """Each cost 0.3 MB: the keys of the last line stayed as watchers of it, and their drawings with them."""
    app = console(workspace(kept=sample_snapshot()))
    async with app.run_test(size=(80, 24)) as pilot:
        await drive(pilot, ("enter", "escape", "f", "down"))
        before = _alive()
        for _ in range(ROUNDS):
            for key in ("enter", "escape", "f", "down"):
                app.simulate_key(key)
        await still(pilot)
        assert isinstance(app.screen, UsersScreen)
        assert [now - then for now, then in zip(_alive(), before, strict=True)] == [0, 0, 0]
