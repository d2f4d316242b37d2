"""A person as a block of text: the answer first, the two stored values under each other."""

from __future__ import annotations

from collections.abc import Iterable

from scimtui.directory.model import Person
from scimtui.findings import Finding
from scimtui.text import printable, printable_name, visible_blanks

_SIGNS = {"error": "×", "warning": "!", "info": "·", "ok": "✓", "skipped": "?"}


def describe(person: Person) -> str:
    """Several lines for a terminal or a pipe; nothing is cut."""
    record = person.record
    badge = {True: "Enterprise", False: "", None: "Enterprise not known"}[record.enterprise]
    membership = {True: record.role, False: "not a member", None: ""}[record.member]
    number = f"user {record.user_id}" if record.user_id is not None else ""
    handle = f"@{printable(record.username)}" if record.username else ""
    facts = (
        handle,
        printable(record.email),
        number,
        printable(membership or ""),
        printable(record.state),
        badge,
    )
    lines = [
        f"{printable_name(record.name) or '(no name)'}: {person.verdict.value}",
        "  " + " · ".join(fact for fact in facts if fact),
        f"  stored for SCIM     {_value(record.scim_uid, person.known.scim, record.scim_active)}",
        f"  stored for sign-in  {_value(record.saml_uid, person.known.saml, None)}",
    ]
    if person.sign_in.value != "unknown":
        lines.append(f"  sign-in             {person.sign_in.value}")
    return "\n".join([*lines, *([describe_findings(person.findings)] if person.findings else [])])


def describe_findings(findings: Iterable[Finding], *, codes: bool = False) -> str:
    """Each finding: what, literally what was seen, why it matters, what to do.

    Args:
        codes: whether the code stands behind what; a warning is accepted by it.
    """
    lines: list[str] = []
    for finding in findings:
        code = f"  [{finding.code}]" if codes else ""
        lines.append(f"  {_SIGNS[finding.severity.value]} {finding.title}{code}")
        if finding.seen:
            lines.append(f"    {printable(finding.seen)}")
        lines += [f"    {text}" for text in (finding.why, finding.fix and f"next: {finding.fix}") if text]
    return "\n".join(lines)


def _value(uid: str | None, was_read: bool, active: bool | None) -> str:
    if uid is None:
        return "—" if was_read else "not known"
    return visible_blanks(uid) + (" (inactive)" if active is False else "")
