"""The lines above a mapping review: what is reviewed, what was found, and what it was held against."""

from __future__ import annotations

from textual.content import Content

from scimtui.findings import Severity
from scimtui.mappings import Review, Trial
from scimtui.text import cell_width, count, cut, printable
from scimtui.tui.words import SEVERITIES

_IDPS = {"entra": "Entra ID", "okta": "Okta"}


def head(reviewed: Review, trial: Trial, width: int) -> Content:
    """Whose mapping, which file, GitLab's age, and how many findings there are."""
    counts: list[tuple[str, str]] = []
    for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO):
        look, number = SEVERITIES[severity], reviewed.number(severity)
        if number:
            style = "" if look.colour == "plain" else f"bold ${look.colour}"
            counts.append((f"   {look.sign} {number} {look.word}{'s' if number > 1 else ''}", style))
    if not counts:
        counts.append(("   ✓ nothing found", "bold $success"))
    facts = [printable(trial.name) if trial.name else "GitLab's own table"]
    facts += [_IDPS.get(reviewed.case.mapping.idp, "a table")]
    facts += ["changed here"] if trial.is_changed else []
    facts += [f"for GitLab {reviewed.case.recommended.gitlab}"]
    room = width - cell_width("Mapping review   ") - sum(cell_width(text) for text, _ in counts)
    return Content.assemble(
        ("Mapping review", "bold"), *counts, ("   " + cut(" · ".join(facts), max(10, room)), "$quiet")
    )


def given(reviewed: Review, trial: Trial, width: int) -> Content:
    """What else there is: NameID, user export, people; or the key that gives it."""
    case = reviewed.case
    parts = [printable(trial.said)] if trial.said else []
    if trial.is_changed:
        parts.append("changed here alone: s saves it elsewhere, z takes back")
    elif not trial.is_begun:
        parts.append("f opens yours, or paste it")
    parts.append(_name_id(reviewed))
    if case.users is not None:
        parts.append(f"{count(len(case.users.people))} users")
    parts += [f"! {printable(note)}" for note in reviewed.notes[:1]]
    if case.former is not None:
        parts.append("beside an earlier export")
    if case.stored is not None:
        parts.append(f"{count(len(case.stored))} people of the list")
    return Content.assemble((cut(" · ".join(parts), width), "$quiet"))


def _name_id(reviewed: Review) -> str:
    name_id = reviewed.case.name_id
    if name_id is None:
        return "NameID not said: n"
    source = f"NameID from {printable(name_id.source)}" if name_id.source else "NameID"
    return f"{source}, {printable(name_id.value)}" if name_id.value else source
