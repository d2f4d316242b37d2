"""The report of a connection test, to be copied or written to a file."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

from textual import work
from textual.binding import Binding

from scimtui.connection import Report, as_markdown
from scimtui.directory.export import write_private
from scimtui.findings import Finding, Severity
from scimtui.tui.screens.asking import AskScreen
from scimtui.tui.screens.copied import CopiedScreen
from scimtui.tui.widgets.ending import EndsItsWork
from scimtui.tui.widgets.failure_panel import FailurePanel

REPORT_KEYS = (
    Binding("c", "report", "copy", tooltip="Copy a report for a support ticket", id="report"),
    Binding("w", "write", "write", tooltip="Write the report to a file", id="write"),
)


class GivesReports(EndsItsWork[Any]):
    """A screen that tests a connection; it has a `FailurePanel`."""

    _report: Report | None = None

    def _now(self) -> datetime:
        """UTC."""
        raise NotImplementedError

    def action_report(self) -> None:
        """Copy the report."""
        if self._report is not None:
            text = as_markdown(self._report, self._now())
            self.app.push_screen(CopiedScreen("a report without tokens and people's values", text))

    @work(group="dialog", description="ask for a file")
    async def action_write(self) -> None:
        """Write the report."""
        if self._report is None:
            return
        text = as_markdown(self._report, self._now())
        note = "Markdown for a ticket: no token in it, people's values are replaced"
        name = await self.app.push_screen_wait(
            AskScreen("Write the report to which file?", note, "report.md", "scimtui-connection.md")
        )
        if name is None:
            return
        try:
            file = await asyncio.to_thread(_written, name, text)
        except FileExistsError:
            self._say("not-written", f"{name} exists", "name another file")
        except OSError as error:
            self._say("not-written", f"{name}: {error.strerror or error}", "name another file")
        else:
            self.notify(f"written: {file}", markup=False)

    def _say(self, code: str, title: str, fix: str) -> None:
        self.query_one(FailurePanel).tell(Finding(code, Severity.ERROR, title, fix=fix), hint="Esc hide")


def _written(name: str, text: str) -> Path:
    """Write a file that is not there yet; blocks."""
    file = Path(name.strip()).expanduser().absolute()
    write_private(file, text, overwrite=False)
    return file
