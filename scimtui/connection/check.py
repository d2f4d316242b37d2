"""One check: a code, a title, what must have gone well before, and the function that finds out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from scimtui.connection.model import Outcome
from scimtui.connection.probe import Probe


class Check(NamedTuple):
    """One check.

    Attributes:
        needs: codes of the checks that must not have failed; where one has, this is skipped.
        after: codes of the checks that must be over, however they ended.
        asks_rest: the REST API's host is asked: where that is another one, `tls` says nothing of it.
    """

    code: str
    title: str
    run: Callable[[Probe], Awaitable[Outcome]]
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    asks_rest: bool = False
