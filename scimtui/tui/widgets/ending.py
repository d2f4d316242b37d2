"""What a screen still does ends before its parts are taken down."""

from __future__ import annotations

from typing import Any, TypeVar

from textual._styles_cache import StylesCache
from textual.messages import Prune
from textual.screen import Screen
from textual.worker import Worker

Result = TypeVar("Result")


class EndsItsWork(Screen[Result]):
    """The base of every screen here.

    Textual ends the work of a screen when all its parts are gone; an answer that arrives
    in between would find nothing to show itself on, and stop the console with a fault.
    """

    _is_ending = False

    async def on_prune(self, event: Prune) -> None:
        """The screen goes away; its parts follow, in the base class's answer to this event."""
        self._is_ending = True
        self.workers.cancel_node(self)
        # Textual remembers by each widget's drawing how it is framed, and so keeps a thousand drawings of
        # screens that are gone.
        StylesCache.get_inner_outer.cache_clear()

    def run_worker(self, *wanted: Any, **how: Any) -> Worker[Any]:
        """Begin a piece of work; once the screen goes away, what a last message asks for never begins."""
        worker: Worker[Any] = super().run_worker(*wanted, **how)
        if self._is_ending or not self.app.is_running:
            worker.cancel()
        return worker
