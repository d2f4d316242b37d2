"""The journal for others: CSV, JSON, and Markdown for a ticket."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from scimtui.corrections.chain import Report
from scimtui.corrections.checks import finding
from scimtui.corrections.model import Entry
from scimtui.markdown import code, escaped
from scimtui.text import csv_cell, json_text

CSV_COLUMNS = (
    "entry",
    "time",
    "profile",
    "plan",
    "step",
    "steps",
    "user_id",
    "username",
    "name",
    "email",
    "action",
    "identity",
    "old",
    "new",
    "channel",
    "reason",
    "outcome",
    "read_back",
    "settled",
    "said",
    "undoable",
    "undo_of",
    "checks",
    "accepted",
    "token_user",
    "os_user",
    "host",
    "version",
)


def verification(report: Report, entries: int) -> dict[str, object]:
    """Whether the journal is whole, as `scimtui history --verify --json` prints it."""
    found = [finding("journal-damaged", report.summary)] if report.damaged else []
    if report.head_missing:
        found.append(finding("journal-second-file"))
    return {
        "records": report.records,
        "entries": entries,
        "whole": not report.damaged,
        "findings": [one.as_json() for one in found],
    }


def as_json(entries: Iterable[Entry]) -> str:
    """One array, as `scimtui history --json` prints it."""
    return json_text([entry.as_json() for entry in entries]) + "\n"


def as_csv(entries: Iterable[Entry]) -> str:
    """One line an entry; a cell that a spreadsheet would run as a formula begins with an apostrophe."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for entry in entries:
        plain = entry.as_json() | entry.intent.change.subject._asdict()
        writer.writerow([csv_cell(_flat(plain[column])) for column in CSV_COLUMNS])
    return text.getvalue()


def as_markdown(entries: Iterable[Entry]) -> str:
    """A section an entry, to be pasted into a ticket."""
    return "\n".join(map(_section, entries))


def _section(entry: Entry) -> str:
    intent, change = entry.intent, entry.intent.change
    step = f", step {intent.step} of {intent.steps}" if intent.steps > 1 else ""
    facts = [
        ("Person", f"{change.subject.label}, {change.subject.email}".rstrip(", ")),
        ("Identity", f"{change.identity.words}{step}"),
        ("Old value", change.old),
        ("New value", change.new or ""),
        ("Outcome", entry.outcome.value if entry.outcome is not None else "open"),
        ("Read back", entry.read_back or ""),
        ("Said", entry.said),
        ("Reason", intent.reason),
        ("Accepted", ", ".join(intent.accepted)),
        ("Undo of", f"entry {intent.undo_of}" if intent.undo_of is not None else ""),
        ("Over", f"{change.channel.words}: {change.request.method} {change.request.url}"),
        ("By", " · ".join(part for part in (intent.token_user, f"{entry.os_user} at {entry.host}") if part)),
    ]
    title = f"### {change.action.value.capitalize()} {change.subject.username or change.subject.name}"
    moment = f"{entry.at:%Y-%m-%d %H:%M:%S} UTC"
    lines = [escaped(f"{title} (entry {entry.number}, {moment})"), "", "| | |", "|---|---|"]
    lines += [f"| {what} | {code(value)} |" for what, value in facts if value]
    return "\n".join([*lines, ""])


def _flat(value: object) -> object:
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
