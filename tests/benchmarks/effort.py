"""How much is measured: in earnest, or quickly to see that everything runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """Sizes and repetitions.

    Attributes:
        many: people of the big list.
        listed: people that the clients list, and in the snapshot that `lookup` reads.
        few: people of the snapshot that an ordinary console opens on.
        starts: how often a short command or a console is started.
        reads: how often the big list is read from the simulator.
        lists: how often each client lists.
        keys: how often the arrow key is pressed.
    """

    many: int = 100_000
    listed: int = 10_000
    few: int = 500
    starts: int = 15
    reads: int = 3
    lists: int = 5
    keys: int = 20


EARNEST = Effort()
QUICK = Effort(many=5_000, listed=1_000, few=100, starts=3, reads=1, lists=2, keys=5)
