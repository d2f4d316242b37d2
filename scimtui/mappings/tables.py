"""A mapping written as a plain table, CSV or TOML: `read_mapping` reads both back as they were."""

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
        writer.writerow([csv_cell(cell) for cell in _cells(row)])
    return out.getvalue()


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
