"""People as CSV that a spreadsheet can't be tricked by, or as JSON in DESIGN's shape."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Literal

from scimtui.directory.model import Person
from scimtui.text import csv_cell, json_text

Format = Literal["csv", "json"]
CSV_COLUMNS = (
    "user_id",
    "name",
    "username",
    "email",
    "enterprise",
    "role",
    "state",
    "member",
    "stored_for_scim",
    "scim_active",
    "stored_for_sign_in",
    "verdict",
    "sign_in",
    "findings",
)


def as_csv(people: Iterable[Person]) -> str:
    """One line a person; a cell that a spreadsheet would run as a formula begins with an apostrophe."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for person in people:
        record = person.record
        cells = (
            record.user_id,
            record.name,
            record.username,
            record.email,
            _yes_no(record.enterprise),
            record.role,
            record.state,
            _yes_no(record.member),
            record.scim_uid,
            _yes_no(record.scim_active),
            record.saml_uid,
            person.verdict.value,
            person.sign_in.value,
            " ".join(finding.code for finding in person.findings),
        )
        writer.writerow([csv_cell(cell) for cell in cells])
    return text.getvalue()


def as_json(people: Iterable[Person]) -> str:
    """One array, as `scimtui users --json` prints it."""
    return json_text([person.as_json() for person in people]) + "\n"


def write_private(path: Path, text: str, *, overwrite: bool = False) -> None:
    """Write a file that only its owner can read; a link in its place is not followed.

    Raises:
        FileExistsError: it exists and `overwrite` was not given.
        OSError: it can't be written.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    if not overwrite and (path.exists() or path.is_symlink()):
        raise FileExistsError(path)
    handle = os.open(fresh, flags, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"
