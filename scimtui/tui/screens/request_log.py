"""Every request of this run, newest last; each can be copied as curl without its token."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import DataTable, Static

from scimtui.gitlab import Exchange, RequestLog
from scimtui.text import printable
from scimtui.tui.widgets.ending import EndsItsWork
from scimtui.tui.widgets.hanging import Wrapped, hung
from scimtui.tui.widgets.key_line import KeyLine

_SHOWN = 2000


class RequestLogScreen(EndsItsWork[None]):
    """A table of the requests; the whole address of the one under the cursor stands below it."""

    DEFAULT_CSS = """
    RequestLogScreen {
        #title { height: 1; background: $panel; padding: 0 1; text-style: bold; }
        DataTable { height: 1fr; background: $background; }
        #whole { height: auto; max-height: 7; padding: 0 1; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,l", "back", "back", key_display="Esc", id="back"),
        Binding("y", "copy", "copy as curl", tooltip="Copy as curl, without the token", id="copy"),
    ]

    def __init__(self, log: RequestLog) -> None:
        super().__init__()
        self._log = log
        self._exchanges: dict[int, Exchange] = {}

    def compose(self) -> ComposeResult:
        yield Static("Requests of this run", id="title", markup=False)
        yield DataTable[Text](cursor_type="row", zebra_stripes=False)
        yield Wrapped(id="whole")
        yield KeyLine()

    def on_mount(self) -> None:
        table = self._table()
        for name, width in (("#", 5), ("time", 8), ("status", 9), ("ms", 7), ("", 6)):
            table.add_column(name, width=width)
        table.add_column("request", width=max(8, self.size.width - 48))
        for exchange in list(self._log)[-_SHOWN:]:
            self._add(exchange)
        self._stop = self._log.listen(self._added)
        if table.row_count:
            table.move_cursor(row=table.row_count - 1)
        table.focus()
        self._tell()

    def on_unmount(self) -> None:
        self._stop()

    def _table(self) -> DataTable[Text]:
        return self.query_one(DataTable)

    def _added(self, exchange: Exchange) -> None:
        table = self._table()
        at_end = table.cursor_row >= table.row_count - 1
        self._add(exchange)
        if at_end:
            table.move_cursor(row=table.row_count - 1)
        self._tell()

    def _add(self, exchange: Exchange) -> None:
        self._exchanges[exchange.number] = exchange
        parts = urlsplit(exchange.request.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        failed = exchange.status is None or exchange.status >= 400
        status = str(exchange.status) if exchange.status is not None else "no answer"
        self._table().add_row(
            Text(str(exchange.number)),
            Text(_clock(exchange.started)),
            Text(status, style="bold" if failed else ""),
            Text(f"{exchange.milliseconds:,.0f}", justify="right"),
            Text(exchange.request.method),
            Text(printable(path), no_wrap=True, overflow="ellipsis"),
            key=str(exchange.number),
        )

    def _tell(self) -> None:
        self.query_one("#title", Static).update(f"Requests of this run: {self._log.total:,}")

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        exchange = self._exchanges.get(int(event.row_key.value or 0))
        if exchange is not None:
            said = [printable(text) for text in (exchange.as_curl(), exchange.error) if text]
            self.query_one("#whole", Wrapped).show(
                lambda width: Content("\n").join(hung((), [text], width) for text in said)
            )

    def action_copy(self) -> None:
        """Copy the request under the cursor as curl."""
        table = self._table()
        if not table.row_count:
            return
        key = table.coordinate_to_cell_key(table.cursor_coordinate).row_key.value
        self.app.copy_to_clipboard(self._exchanges[int(key or 0)].as_curl())
        self.query_one("#title", Static).update(
            "Sent to your terminal; to select it by hand, it stands below"
        )

    def action_back(self) -> None:
        """Back to where this was opened."""
        self.app.pop_screen()


def _clock(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M:%S")
