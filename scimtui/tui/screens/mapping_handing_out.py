"""What leaves a mapping review: the changed table, the review, a sample user's request."""

from __future__ import annotations

from functools import partial

from scimtui.mappings import (
    AttributeMapping,
    Review,
    as_csv,
    as_markdown,
    as_table_csv,
    as_table_toml,
    scim_request,
)
from scimtui.text import json_text
from scimtui.tui.screens.copied import CopiedScreen
from scimtui.tui.screens.exporting import ExportScreen, Forms, file_name


def saving(mapping: AttributeMapping) -> ExportScreen:
    """Asks where the mapping is saved as it is tried."""
    forms = {".toml": partial(as_table_toml, mapping), ".csv": partial(as_table_csv, mapping)}
    note = "ends in .toml or .csv; the file that was opened stays as it is"
    return ExportScreen("Save the changed mapping", f"{file_name('mapping')}.toml", forms, note)


def exporting(reviewed: Review, about: str) -> ExportScreen:
    """Asks where the review is written."""
    forms: Forms = {
        ".md": partial(as_markdown, reviewed, about),
        ".csv": partial(as_csv, reviewed),
        ".json": lambda: json_text(reviewed.as_json()),
    }
    note = "ends in .md for a ticket, .csv or .json; it can hold names and e-mails"
    return ExportScreen("Export the review", f"{file_name('review')}.md", forms, note)


def copying(reviewed: Review, about: str, *, request: bool) -> CopiedScreen:
    """Copies the review; or the sample user's request, where there is one."""
    if request and reviewed.sample is not None:
        return CopiedScreen("the SCIM request of this user", json_text(scim_request(reviewed.sample)))
    return CopiedScreen("the review, in Markdown", as_markdown(reviewed, about))
