"""A mapping written as a plain table, CSV or TOML, which `read_mapping` reads back.

TOML says whose mapping it is, and keeps every value as it is. CSV is for spreadsheets: blanks at the start
of a constant are lost, line breaks are one kind.
"""

from __future__ import annotations

import csv
import io

from scimtui.mappings.model import AttributeMapping, Row
from scimtui.text import csv_cell

COLUMNS = ("source", "target", "precedence", "flow", "kind", "default")


def as_table_csv(mapping: AttributeMapping) -> str:
    """One line a row; a cell that a spreadsheet would run as a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in mapping.rows:
        writer.writerow([guarded(str(cell)) for cell in _cells(row)])
    return out.getvalue()


def guarded(cell: str) -> str:
    """The cell with an apostrophe where a spreadsheet would run it, or where one stands for that already."""
    plain = cell.replace("\r\n", "\n").replace("\r", "\n")
    bare = plain.lstrip("'")
    return f"'{plain}" if csv_cell(bare) != bare else plain


def as_table_toml(mapping: AttributeMapping) -> str:
    """One table a row, and whose mapping it is."""
    import tomlkit

    document = tomlkit.document()
    if mapping.idp:
        document["idp"] = mapping.idp
    rows = tomlkit.aot()
    for row in mapping.rows:
        entry = tomlkit.table()
        for name, cell in zip(COLUMNS, _cells(row), strict=True):
            if cell or name in ("source", "target", "precedence"):
                entry[name] = cell
        rows.append(entry)
    document["row"] = rows
    return tomlkit.dumps(document)


def _cells(row: Row) -> tuple[str | int, ...]:
    return row.source, row.target, row.precedence, row.flow, row.kind, row.default
