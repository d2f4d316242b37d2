"""From a file's text to a mapping: which kind it is, and where it is broken if it is."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from typing import Any

from scimtui.mappings.changing import KINDS, kind_of, of_provider
from scimtui.mappings.entra_schema import is_schema, read_schema
from scimtui.mappings.model import AttributeMapping, Kind, MappingFileError, Row
from scimtui.mappings.okta_files import read_okta
from scimtui.text import csv_cell

LIMIT = 20_000_000
_DIGITS = 9
_TABLES = re.compile(r"\s*\[\[\s*[A-Za-z_]")
_HEADINGS = {
    "source": "source",
    "sourceattribute": "source",
    "entra": "source",
    "okta": "source",
    "target": "target",
    "targetattribute": "target",
    "gitlab": "target",
    "precedence": "precedence",
    "matching": "precedence",
    "matchingprecedence": "precedence",
    "flow": "flow",
    "kind": "kind",
    "default": "default",
}


def read_mapping(text: str) -> AttributeMapping:
    """Read any of the files that hold a mapping.

    Raises:
        MappingFileError: it holds none; says what it is, and where it is broken.
    """
    text = text.lstrip("\ufeff")
    if len(text) > LIMIT:
        raise MappingFileError("too-large", "the file is too large for a mapping")
    if not text.strip():
        raise MappingFileError("empty", "the file is empty", fix="export the mapping again")
    if text.lstrip()[0] in "{[" and not _TABLES.match(text):
        return _read_json(text)
    if _is_toml(text):
        return _read_toml(text)
    return _read_csv(text)


def _is_toml(text: str) -> bool:
    """Whether the first line that says anything sets a key or opens a list of tables."""
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return "=" in first or _TABLES.match(first) is not None


def _read_json(text: str) -> AttributeMapping:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
            raise MappingFileError(
                "cut-off", "the file ends in the middle: it is not whole", place, "export it again"
            ) from None
        raise MappingFileError(
            "not-json",
            f"this is no JSON: {error.msg[0].lower()}{error.msg[1:]}",
            place,
            "export it again, unedited",
        ) from None
    except RecursionError:
        raise MappingFileError("not-json", "this is nested far too deep for a mapping") from None
    return _of_document(document)


def _of_document(document: Any) -> AttributeMapping:
    if is_schema(document):
        return read_schema(document)
    if isinstance(document, dict) and ("error" in document or "errorCode" in document):
        error = document.get("error")
        words = error.get("message") if isinstance(error, dict) else document.get("errorSummary") or error
        raise MappingFileError(
            "api-error",
            f"this is the API's refusal, not a mapping: {words}",
            "error",
            "ask again with the right to read it",
        )
    if document in ({}, [], None) or document == {"value": []}:
        raise MappingFileError("no-content", "there is nothing in it", fix="export the mapping again")
    okta = read_okta(document)
    if okta is not None:
        return okta
    raise MappingFileError(
        "other-app",
        "this is JSON, but no mapping of Entra ID or Okta",
        fix="Entra: Mappings > Review your schema here > Download; Okta: GET /api/v1/mappings/<id>",
    )


def _read_toml(text: str) -> AttributeMapping:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingFileError("not-a-table", f"this is no TOML: {error}") from None
    for entries in document.values():
        if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
            named = [
                {_HEADINGS.get(_bare(str(key)), str(key)): value for key, value in entry.items()}
                for entry in entries
            ]
            made = _table([{key: str(value) for key, value in entry.items()} for entry in named], "entry")
            idp = document.get("idp")
            return of_provider(made, idp) if idp in ("entra", "okta") else made
    raise MappingFileError(
        "not-a-table",
        "no list of rows in it",
        fix="write each row as [[row]] with source, target and precedence",
    )


def _read_csv(text: str) -> AttributeMapping:
    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, skipinitialspace=True)
    try:
        lines = [line for line in reader if any(cell.strip() for cell in line)]
    except csv.Error as error:
        raise MappingFileError("not-a-table", f"this is no CSV: {error}", f"line {reader.line_num}") from None
    names = [_HEADINGS.get(_bare(name), "") for name in lines[0]]
    if "source" not in names or "target" not in names:
        raise MappingFileError(
            "not-a-table",
            "the first line does not name the columns source and target",
            "line 1",
            "write source,target,precedence there; or export the mapping as JSON",
        )
    rows = [dict(zip(names, map(_without_guard, line), strict=False)) for line in lines[1:]]
    if not rows:
        raise MappingFileError("no-content", "there are no rows in it", "line 2")
    return _table(rows, "line", first=2)


def _without_guard(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from running it (`tables.guarded`)."""
    bare = cell.lstrip("'")
    return cell[1:] if cell[:1] == "'" and csv_cell(bare) != bare else cell


def _table(rows: list[dict[str, str]], word: str, first: int = 1) -> AttributeMapping:
    made = []
    for number, row in enumerate(rows, first):
        target = row.get("target", "").strip()
        source = row.get("source", "").strip()
        precedence = row.get("precedence", "").strip() or "0"
        if not target:
            raise MappingFileError("not-a-table", "a row without a target", f"{word} {number}")
        if not precedence.isdecimal() or len(precedence) > _DIGITS:
            raise MappingFileError(
                "not-a-table", f"the precedence “{precedence}” is no number", f"{word} {number}"
            )
        kind = row.get("kind", "").strip().lower()
        if kind == "constant":
            source = row.get("source", "")
        elif kind not in KINDS:
            kind = kind_of(source, "")
        flow, default = row.get("flow", "").strip() or "Always", row.get("default", "")
        made.append(Row(source, target, kind, int(precedence), flow, default))
    return AttributeMapping("", Kind.TABLE, rows=tuple(made))


def _bare(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
