"""What a screen still does ends before its parts are taken down."""

from __future__ import annotations

from typing import TypeVar

from textual.messages import Prune
from textual.screen import Screen

Result = TypeVar("Result")


class EndsItsWork(Screen[Result]):
    """The base of every screen here.

    Textual ends the work of a screen when all its parts are gone; an answer that arrives
    in between would find nothing to show itself on, and stop the console with a fault.
    """

    async def on_prune(self, event: Prune) -> None:
        """The screen goes away; its parts follow, in the base class's answer to this event."""
        self.workers.cancel_node(self)
