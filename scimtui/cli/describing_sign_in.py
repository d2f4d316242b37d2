"""Captured sign-ins, and what comes of them, as text for a terminal."""

from __future__ import annotations

from scimtui.cli.describing import describe_findings
from scimtui.diagnosis import Diagnosis, Outcome
from scimtui.findings import Finding
from scimtui.saml import CONTAINERS, Capture, SamlResponse, SignIn, email_of
from scimtui.text import printable, printable_name, shortened, visible_blanks

_OUTCOMES = {
    Outcome.SIGNS_IN: "This sign-in works",
    Outcome.CREATES_ACCOUNT: "This sign-in makes a new account, if nobody has the address",
    Outcome.FAILS: "This sign-in is refused",
    Outcome.SOMEONE_ELSE: "This sign-in opens somebody else's account",
    Outcome.UNKNOWN: "What comes of this sign-in can't be told from here",
}
_WIDTH = 12
_LONGEST = 2000


def describe_sign_ins(capture: Capture, judged: list[tuple[Finding, ...]], statuses: list[str]) -> str:
    """All of a capture's sign-ins, in their order."""
    number = len(capture.sign_ins)
    head = CONTAINERS[capture.container]
    if number > 1:
        head += f" · {number} sign-ins, the one that counts first, then the latest"
    parts = [head]
    for place, (one, found, status) in enumerate(zip(capture.sign_ins, judged, statuses, strict=True), 1):
        title = f"{place}  {_moment(one)}" if number > 1 else _moment(one)
        block = (title, _facts(one.response, status), describe_findings(found))
        parts.append("\n".join(part for part in block if part))
    return "\n\n".join(parts)


def _moment(one: SignIn) -> str:
    return f"{one.at:%Y-%m-%d %H:%M:%S} UTC" if one.at is not None else ""


def _facts(response: SamlResponse, status: str) -> str:
    name_id = response.name_id
    valid = " to ".join(part for part in (response.not_before, response.not_on_or_after) if part)
    facts = [
        ("NameID", visible_blanks(shortened(name_id.value)) if name_id is not None else "none that counts"),
        ("Format", name_id.format if name_id is not None else ""),
        ("Qualifiers", " · ".join(part for part in name_id[2:4] if part) if name_id is not None else ""),
        ("E-mail", email_of(response)),
    ]
    if response.has_assertion or response.envelope is not None:
        facts += [
            ("Issuer", response.issuer),
            ("Audience", ", ".join(response.audiences)),
            ("Destination", response.destination or ""),
            ("Recipient", response.recipient if response.recipient != response.destination else ""),
            ("Valid", valid),
            ("Answers", _answers(response)),
            ("Signature", _signature(response, status) if response.tells_of_signatures else ""),
            *(
                (f"  {printable(shortened(name))}", ", ".join(values))
                for name, values in response.attributes.items()
            ),
        ]
    return "\n".join(
        f"  {name:<{_WIDTH}} {printable(shortened(value, _LONGEST))}" for name, value in facts if value
    )


def _signature(response: SamlResponse, status: str) -> str:
    seen = f"on the {', '.join(response.signed)}" if response.signed else "none seen"
    return f"{seen}, {status.replace('-', ' ')}"


def _answers(response: SamlResponse) -> str:
    if response.answers_a_request:
        return response.in_response_to
    return "no request: started at the identity provider"


def describe_comparison(comparison: Diagnosis) -> str:
    """What comes of the first sign-in, what the person reads, and what to do."""
    lines = [_OUTCOMES[comparison.outcome]]
    person = comparison.person
    if person is not None:
        record = person.record
        name = printable_name(record.name) or printable(record.username) or "a person without a name"
        known = comparison.outcome in (Outcome.SIGNS_IN, Outcome.SOMEONE_ELSE)
        handle = f" · @{printable(record.username)}" if record.username else ""
        facts = (
            ("signs in as" if known else "probably meant", name + handle),
            ("stored for sign-in", visible_blanks(record.saml_uid or "—")),
            ("stored for SCIM", visible_blanks(record.scim_uid or "—")),
        )
        lines += [f"  {what:<18} {value}" for what, value in facts]
    if comparison.banner is not None:
        lines.append(f"  they read: “{printable(comparison.banner)}”")
    lines.append(describe_findings(comparison.findings))
    if comparison.steps:
        lines += ["", "What to do, least harm first"]
        for place, step in enumerate(comparison.steps, 1):
            lines += [f"  {place}  {step.text}", f"     {step.why}"]
    return "\n".join(lines)
