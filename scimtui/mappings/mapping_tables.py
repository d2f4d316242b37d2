"""A mapping in a table: CSV, the portal's own copied, Markdown, TOML."""

from __future__ import annotations

import re
import tomllib
from typing import NoReturn

from scimtui.mappings.changing import KINDS, kind_of, of_provider
from scimtui.mappings.model import AttributeMapping, Kind, MappingFileError, Row, key_of
from scimtui.mappings.recognised import refuse_heading, refuse_text
from scimtui.mappings.sheets import Line, Sheet, sheet_of
from scimtui.mappings.user_headings import provider_of
from scimtui.text import csv_cell

MOST_ROWS = 1_000
MOST_SOURCE = 500_000
_DIGITS = 9
_LONGEST_TOML, _DOTS = 1_000_000, 300
_TABLES = re.compile(r"\[\[ {0,9}[A-Za-z_]")
_HEADINGS = {
    "source": "source",
    "sourceattribute": "source",
    "entra": "source",
    "entraid": "source",
    "azuread": "source",
    "azureactivedirectory": "source",
    "okta": "source",
    "expression": "source",
    "target": "target",
    "targetattribute": "target",
    "gitlab": "target",
    "scim": "target",
    "customappsso": "target",
    "appattribute": "target",
    "applicationattribute": "target",
    "precedence": "precedence",
    "matching": "precedence",
    "matchingprecedence": "precedence",
    "matchingpriority": "precedence",
    "matchobjectsusingthisattribute": "",
    "flow": "flow",
    "flowtype": "flow",
    "applythismapping": "flow",
    "kind": "kind",
    "mappingtype": "kind",
    "type": "kind",
    "default": "default",
    "defaultvalue": "default",
    "defaultvalueifnull": "default",
}
_SOURCES = ("entra", "azure", "activedirectory", "okta")
_TARGETS = ("customappsso", "gitlab", "scim")
_KNOWN_TARGETS = {"externalid", "username", "active", "displayname", "name.formatted", "id", "title"}
_KINDS = {"direct": "attribute", "attribute": "attribute", "expression": "expression", "constant": "constant"}


def is_toml(text: str) -> bool:
    """Whether the first line that says anything sets a key or opens a list of tables."""
    lines = (line.strip() for line in text.splitlines()[:200])
    first = next((line for line in lines if line and not line.startswith("#")), "")
    key = first.partition("=")[0].strip().strip("\"'")
    sets = "=" in first and key.replace("_", "").replace("-", "").replace(".", "").isalnum()
    return (sets and key.lower() != "sep") or _TABLES.match(first) is not None


def read_toml(text: str) -> AttributeMapping:
    """Read the rows of the first list of tables.

    Raises:
        MappingFileError: it is no TOML, or has none.
    """
    if len(text) > _LONGEST_TOML:
        raise MappingFileError("too-large", "the file is too large for a table")
    if any(line.count(".") > _DOTS for line in text.splitlines()):
        raise MappingFileError("not-a-table", "this is no table: a line of it has too many parts")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingFileError("not-a-table", f"this is no TOML: {error}") from None
    except ValueError:
        raise MappingFileError("not-a-table", "this is no TOML: a number has too many digits") from None
    for entries in document.values():
        if isinstance(entries, list) and entries and all(isinstance(entry, dict) for entry in entries):
            named = [
                {_heading(str(key)) or str(key): value for key, value in entry.items()} for entry in entries
            ]
            rows = [
                (number, {key: str(value) for key, value in entry.items()})
                for number, entry in enumerate(named, 1)
            ]
            made = _table(rows, "entry")
            idp = document.get("idp")
            return of_provider(made, idp) if idp in ("entra", "okta") else made
    raise MappingFileError(
        "not-a-table",
        "no list of rows in it",
        fix="write each row as [[row]] with source, target and precedence",
    )


def read_table(text: str) -> AttributeMapping:
    """Read a table whose heading names source and target, or the rows of the portal's without one.

    Raises:
        MappingFileError: it is none.
    """
    sheet = sheet_of(text, _is_heading, MOST_ROWS)
    if sheet is not None:
        rows, names = sheet.rows, [_heading(name) for name in sheet.heading]
    else:
        sheet = _without_heading(text) or _refuse_other(text)
        rows, names = [Line(1, sheet.heading), *sheet.rows], ["source", "target", "precedence"]
    if sheet.tail is not None:
        named = dict(zip(names, sheet.tail.cells, strict=False))
        if sheet.open_quote or not named.get("target", "").strip():
            fix = "give the table whole: a row that is missing can be any row"
            raise MappingFileError("cut-off", "the last row is cut off", f"line {sheet.tail.number}", fix)
        rows = [*rows, sheet.tail]
    if not rows:
        raise MappingFileError("no-content", "there are no rows in it", "line 2")
    return _table(
        [(row.number, dict(zip(names, map(_unguarded, row.cells), strict=False))) for row in rows], "line"
    )


def _without_heading(text: str) -> Sheet | None:
    """The rows of the portal's table, copied without its heading; None where a line is none of it."""
    sheet = sheet_of(text, _is_row, MOST_ROWS)
    if sheet is None:
        return None
    cells = [sheet.heading, *(row.cells for row in sheet.rows)]
    targets = {key_of(row[1]) for row in cells if _is_row(row)}
    is_whole = len(cells) > 1 and all(_is_row(row) for row in cells)  # a heading of people can look like one
    return sheet if is_whole and targets & {"externalid", "username", "active"} else None


def _refuse_other(text: str) -> NoReturn:
    refuse_text(text)
    first = next((line for line in text.splitlines()[:30] if line.strip()), "")
    heading = first.split(max(",;\t|", key=first.count))
    refuse_heading(heading)
    if provider_of(heading):
        raise MappingFileError(
            "other-kind",
            "these are people, not a mapping",
            "line 1",
            "give them with --users EXPORT beside the mapping",
        )
    raise MappingFileError(
        "not-a-table",
        "the first line does not name the columns source and target",
        "line 1",
        "write source,target,precedence there; or export the mapping as JSON",
    )


def _heading(name: str) -> str:
    """What a column holds; empty where that is not known."""
    bare = "".join(character for character in name.lower() if character.isalnum())
    if bare in _HEADINGS:
        return _HEADINGS[bare]
    if "attribute" in bare:
        if any(word in bare for word in _TARGETS):
            return "target"
        if any(word in bare for word in _SOURCES):
            return "source"
    return "precedence" if "precedence" in bare else ""


def _is_heading(cells: list[str]) -> bool:
    names = [_heading(cell) for cell in cells[:30]]
    return "source" in names and "target" in names


def _is_row(cells: list[str]) -> bool:
    """A row of the portal's table that was copied without its heading."""
    if len(cells) < 2 or not cells[0].strip():
        return False
    target = key_of(cells[1])
    return target in _KNOWN_TARGETS or target.startswith(("emails[", "name.", "urn:ietf:params:scim:"))


def _unguarded(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from running it (`tables.guarded`)."""
    bare = cell.lstrip("'")
    return cell[1:] if cell[:1] == "'" and csv_cell(bare) != bare else cell


def _table(rows: list[tuple[int, dict[str, str]]], word: str) -> AttributeMapping:
    made = []
    if len(rows) > MOST_ROWS:
        raise MappingFileError("too-large", f"there are more than {MOST_ROWS:,} rows in it")
    for number, row in rows:
        target = row.get("target", "").strip()
        source = row.get("source", "").strip()
        precedence = row.get("precedence", "").strip().rstrip(".") or "0"
        if precedence.strip("-—–") == "":
            precedence = "0"
        if not target:
            raise MappingFileError("not-a-table", "a row without a target", f"{word} {number}")
        if not (precedence.isascii() and precedence.isdecimal()) or len(precedence) > _DIGITS:
            raise MappingFileError(
                "not-a-table", f"the precedence “{precedence[:40]}” is no number", f"{word} {number}"
            )
        kind = row.get("kind", "").strip().lower()
        kind = _KINDS.get(kind, kind)
        if kind == "constant":
            source = row.get("source", "")
        elif kind not in KINDS:
            kind = kind_of(source, "")
        flow, default = row.get("flow", "").strip() or "Always", row.get("default", "")
        made.append(Row(source, target, kind, int(precedence), flow, default))
    return AttributeMapping("", Kind.TABLE, rows=tuple(made))
