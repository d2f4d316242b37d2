"""Which columns a list of people has at a width, and what stands in a cell: pure functions."""

from __future__ import annotations

from dataclasses import dataclass

from scimtui.directory import Known, Row
from scimtui.text import printable, printable_name, visible_blanks
from scimtui.tui.words import VERDICTS


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `name` is also what the list is sorted by."""

    name: str
    title: str
    width: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, printable, and the colour its meaning has."""

    text: str
    colour: str = "plain"


ALL_KNOWN = Known(scim=True, saml=True, members=True)
_VERDICT = 11
_UID = 36


def columns_for(width: int) -> tuple[Column, ...]:
    """The columns of a list that is `width` cells wide; one blank stands between two."""
    badge = 10 if width >= 108 else 1
    with_username = width >= 104
    with_role = width >= 150
    with_email = width >= 172
    fixed = _VERDICT + badge + 4 + (17 if with_username else 0) + (13 if with_role else 0)
    left = max(20, width - fixed)
    email = max(24, left * 22 // 100) + 1 if with_email else 0
    left -= email
    name = min(30, max(10, left * 28 // 100))
    left -= name
    scim = min(_UID, left * 62 // 100)
    columns = [Column("name", "Name", name)]
    if with_username:
        columns.append(Column("username", "Username", 16))
    if with_email:
        columns.append(Column("email", "E-mail", email - 1))
    if with_role:
        columns.append(Column("role", "Role", 12))
    columns += [
        Column("enterprise", "Badge" if badge > 1 else "E", badge),
        Column("scim", "stored for SCIM", scim),
        Column("saml", "for sign-in", min(_UID, left - scim)),
        Column("verdict", "Verdict", _VERDICT),
    ]
    return tuple(columns)


def cell_of(column: Column, row: Row, known: Known = ALL_KNOWN) -> Cell:
    """What one row shows in one column; `?` where the list that tells it was not read."""
    record = row.record
    match column.name:
        case "name":
            return Cell(printable_name(record.name) or "(no name)")
        case "username":
            return Cell(printable(record.username), "quiet")
        case "email":
            return Cell(printable(record.email), "quiet")
        case "role":
            return Cell(printable(record.role) if record.member is not False else "not a member", "quiet")
        case "enterprise":
            return _badge(record.enterprise, column.width)
        case "scim":
            return _scim(row, known)
        case "saml":
            return _saml(row, known)
        case _:
            look = VERDICTS[row.verdict]
            return Cell(look.label, look.colour)


def _badge(enterprise: bool | None, width: int) -> Cell:
    if enterprise is None:
        return Cell("?", "quiet")
    if not enterprise:
        return Cell("")
    return Cell("Enterprise" if width >= 10 else "E", "enterprise")


def _scim(row: Row, known: Known) -> Cell:
    uid = row.record.scim_uid
    return Cell("—" if known.scim else "?", "quiet") if uid is None else Cell(visible_blanks(uid), "quiet")


def _saml(row: Row, known: Known) -> Cell:
    record = row.record
    if record.saml_uid is None:
        return Cell("—" if known.saml else "?", "quiet")
    if record.saml_uid == record.scim_uid:
        return Cell("same", "quiet")
    colour = VERDICTS[row.verdict].colour if record.scim_uid is not None else "warning"
    return Cell(visible_blanks(record.saml_uid), "plain" if colour in ("success", "quiet") else colour)
