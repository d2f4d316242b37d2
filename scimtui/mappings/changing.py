"""Trying a change: rows of a mapping put in place of others. The file it was read from stays as it is."""

from __future__ import annotations

from dataclasses import replace

from scimtui.mappings.expressions import okta_parser
from scimtui.mappings.expressions.entra_parser import parse
from scimtui.mappings.expressions.results import ExpressionError
from scimtui.mappings.model import OKTA_PROFILE, AttributeMapping, Row

KINDS = ("attribute", "expression", "constant", "none")
FLOWS = ("Always", "ObjectAddOnly")
_LARGEST = 9999


class RowError(ValueError):
    """A row that can't be: `field` of `Row`, and `str` says why."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(what)
        self.field = field


def kind_of(source: str, idp: str) -> str:
    """What a source is that somebody typed: text with brackets is an expression, a bare name an attribute."""
    bare = source.strip()
    if not bare:
        return "none"
    if idp == "okta":
        return "attribute" if bare.startswith("user.") and bare[5:].isidentifier() else "expression"
    return "attribute" if bare.replace("_", "").isalnum() else "expression"


def checked_row(row: Row, idp: str) -> Row:
    """The row, trimmed, where it can be one.

    Raises:
        RowError: no target, a source that can't be read, or a precedence that is none.
    """
    row = replace(row, source=row.source.strip() if row.kind != "constant" else row.source)
    row = replace(row, target=row.target.strip(), kind=row.kind if row.source else "none")
    row = replace(row, sends=OKTA_PROFILE.get(row.target.lower(), "") if idp == "okta" else "")
    if not row.target:
        raise RowError("target", "name what it is sent as, for instance externalId")
    if not 0 <= row.precedence <= _LARGEST:
        raise RowError("precedence", f"a number from 0 (none) to {_LARGEST}")
    fault = fault_of(row, idp)
    if fault:
        raise RowError("source", fault)
    return row


def fault_of(row: Row, idp: str) -> str:
    """Why the row's source can't be read, with the column; empty where it can."""
    if row.kind in ("constant", "none") or not row.source:
        return ""
    try:
        if idp == "okta":
            okta_parser.parse(row.source)
        elif row.kind == "expression":
            parse(row.source)
        elif "]" in row.source or "[" in row.source:
            return "an attribute is named without brackets; with them it is an expression"
    except ExpressionError as error:
        return str(error)
    return ""


def of_provider(mapping: AttributeMapping, idp: str) -> AttributeMapping:
    """A table that does not say so as that provider's mapping."""
    rows = mapping.rows
    if idp == "okta":
        rows = tuple(replace(row, sends=OKTA_PROFILE.get(row.target.lower(), "")) for row in rows)
    return replace(mapping, idp=idp, rows=rows)


def with_row(mapping: AttributeMapping, place: int | None, row: Row) -> AttributeMapping:
    """The mapping with a row changed; added at the end where `place` is None."""
    rows = list(mapping.rows)
    if place is None:
        rows.append(row)
    else:
        rows[place] = row
    return replace(mapping, rows=tuple(rows))


def without_row(mapping: AttributeMapping, place: int) -> AttributeMapping:
    """The mapping without that row."""
    return replace(mapping, rows=mapping.rows[:place] + mapping.rows[place + 1 :])
