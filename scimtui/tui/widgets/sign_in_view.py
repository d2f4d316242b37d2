"""A captured sign-in as text: what was sent, what GitLab stores around it, what comes of it, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from textual.content import Content

from scimtui.diagnosis import Diagnosis, Outcome
from scimtui.directory import Person
from scimtui.findings import Finding
from scimtui.saml import CONTAINERS, SamlResponse, SignIn, email_of
from scimtui.text import age, fold_uid, hanging, printable, printable_name, shortened, visible_blanks
from scimtui.tui.widgets.hanging import Piece, hung
from scimtui.tui.widgets.person_view import finding_pieces, marked_difference

_LINE = "\n"
_NO_REQUEST = "no request: started at the identity provider"
_WIDTH = 13
_LONGEST = 1000
_OUTCOMES = {
    Outcome.SIGNS_IN: ("✓ This sign-in works", "success"),
    Outcome.CREATES_ACCOUNT: ("! This sign-in makes a new account, if nobody has the address", "warning"),
    Outcome.FAILS: ("× This sign-in is refused", "error"),
    Outcome.SOMEONE_ELSE: ("‼ This sign-in opens somebody else's account", "error"),
    Outcome.UNKNOWN: ("? What comes of this sign-in can't be told from here", "warning"),
}
STEP_KEYS = {"correct-saml": "c", "delete-saml": "⏎ then x", "delete-holder": "⏎", "reassign": "⏎ then a"}
WELCOME = (
    "Sign-in check\n\n"
    "Paste a captured sign-in here with your terminal's own paste, press f for a file, "
    "or i to type a NameID.\n\n"
    "What is understood, also in the middle of a text: a SAML-tracer export, a HAR of a browser, a request "
    "copied as cURL, the form body or base64 of a response, a redirect address, XML, lines of GitLab's "
    "auth_json.log.\n\n"
    "How to capture one: in Firefox or Chrome install SAML-tracer, open it, sign in, Export, "
    "filter profile None. Without it: developer tools, Network, Preserve log, sign in, "
    "the request to …/saml/callback, Payload.\n\n"
    "Nothing of it is written to disk or sent anywhere."
)


class Looked(NamedTuple):
    """One sign-in of a capture, judged.

    Attributes:
        place, number: which of how many it is, counted from 1.
        diagnosis: None where there is nobody to compare with.
        meant: who is said to have tried; None where nobody said.
        refused: other messages of the capture that are no sign-in.
        signature: `not-checked`, `valid`, `invalid` or `not-signed`.
    """

    container: str
    place: int
    number: int
    one: SignIn
    found: tuple[Finding, ...]
    diagnosis: Diagnosis | None
    why_none: str
    meant: Person | None
    refused: tuple[str, ...]
    signature: str


def sign_in_content(looked: Looked, now: datetime, width: int) -> Content:
    """The whole section's text, for `width` cells."""
    facts = _facts(looked.one.response, looked.signature, now)
    pieces: list[Piece] = [*_head(looked), _hanging_facts(Content.assemble(*facts), width)]
    if looked.diagnosis is not None:
        pieces += _comparison(looked.diagnosis, looked.one.response, width)
    elif looked.why_none:
        pieces += [_LINE, (looked.why_none, "$warning"), _LINE]
    if looked.found:
        pieces += [_LINE, "What the response itself shows", _LINE]
        pieces += finding_pieces(looked.found, width)
    for text in looked.refused:
        pieces += [_LINE, (f"also in it, and not read: {printable(text)}", "$quiet"), _LINE]
    return Content.assemble(*pieces)


def _head(looked: Looked) -> list[Piece]:
    facts = [CONTAINERS[looked.container]]
    if looked.number > 1:
        facts.append(f"sign-in {looked.place} of {looked.number}")
    if looked.one.at is not None:
        facts.append(f"{looked.one.at:%Y-%m-%d %H:%M:%S} UTC")
    if looked.meant is not None:
        facts.append(f"compared with {printable_name(looked.meant.record.name)}")
    return [("Sign-in check", "bold"), "   ", (" · ".join(facts), "$quiet"), _LINE, _LINE]


def _facts(response: SamlResponse, signature: str, now: datetime) -> list[Piece]:
    name_id = response.name_id
    pieces: list[Piece] = []
    form = name_id.format.rpartition(":")[2] if name_id is not None else ""
    value = visible_blanks(shortened(name_id.value)) if name_id is not None else "none that counts"
    pieces += _fact("NameID", value, "bold", shortened(form))
    if name_id is not None and (name_id[2] or name_id[3]):
        pieces += _fact("Qualifiers", " · ".join(part for part in name_id[2:4] if part))
    pieces += _fact("E-mail", email_of(response))
    if not response.has_assertion and response.envelope is None:
        return pieces
    pieces += _fact("Issuer", response.issuer)
    pieces += _fact("Audience", ", ".join(response.audiences))
    pieces += _fact("Destination", response.destination or "")
    if response.recipient != response.destination:
        pieces += _fact("Recipient", response.recipient)
    valid = " to ".join(part for part in (response.not_before, response.not_on_or_after) if part)
    pieces += _fact("Valid", valid, "", _validity(response.not_on_or_after, now))
    pieces += _fact("Answers", response.in_response_to if response.answers_a_request else _NO_REQUEST)
    signed = f"on the {', '.join(response.signed)}, " if response.signed else "none seen, "
    colour = {"valid": "$success", "invalid": "$error", "not-signed": "$error"}.get(signature, "$quiet")
    hint = "   k gives the certificate" if signature == "not-checked" else ""
    if response.tells_of_signatures:
        pieces += _fact("Signature", f"{signed}{signature.replace('-', ' ')}{hint}", colour)
    for name, values in response.attributes.items():
        shown = printable(shortened(", ".join(values), _LONGEST))
        pieces += [(f"  {printable(shortened(name))}  ", "$quiet"), shown, _LINE]
    return pieces


def _fact(what: str, value: str, style: str = "", note: str = "") -> list[Piece]:
    if not value:
        return []
    shown = value if what == "NameID" else printable(shortened(value, _LONGEST))
    return [f"{what:<{_WIDTH}}", (shown, style), (f"   {printable(note)}" if note else "", "$quiet"), _LINE]


def _hanging_facts(facts: Content, width: int) -> Content:
    """Each fact's value below its own beginning, where it is longer than a line."""
    lines = []
    for line in facts.split("\n", allow_blank=True):
        start = line.plain.index("  ", 2) + 2 if line.plain.startswith("  ") else _WIDTH
        lines.append(hung([line[:start]], [line[start:]], width) if line.cell_length > width else line)
    return Content("\n").join(lines)


def _validity(until: str, now: datetime) -> str:
    try:
        ends = datetime.fromisoformat(until)
        passed = (now - ends).total_seconds()
    except (ValueError, TypeError):
        return ""
    return f"expired {age(passed)}" if passed > 0 else "still valid"


def _comparison(diagnosis: Diagnosis, response: SamlResponse, width: int) -> list[Piece]:
    title, colour = _OUTCOMES[diagnosis.outcome]
    pieces: list[Piece] = [_LINE, (title, f"bold ${colour}"), _LINE]
    if diagnosis.banner is not None:
        pieces += ["They read: ", (f"“{printable(diagnosis.banner)}”", "$quiet"), _LINE]
    if diagnosis.person is not None:
        pieces += _person(diagnosis, diagnosis.person, response)
    pieces += finding_pieces(diagnosis.findings, width)
    if diagnosis.steps:
        pieces += [_LINE, "What to do", ("   least harm first", "$quiet"), _LINE]
        for step in diagnosis.steps:
            key = STEP_KEYS.get(step.code, "")
            pieces += [
                (hanging(step.text, " · ", width), "bold"),
                (f"   {key}" if key else "", "$accent"),
                _LINE,
            ]
            pieces += [(hanging(step.why, "   ", width), "$quiet"), _LINE]
    return pieces


def _person(diagnosis: Diagnosis, person: Person, response: SamlResponse) -> list[Piece]:
    record = person.record
    knows = diagnosis.outcome in (Outcome.SIGNS_IN, Outcome.SOMEONE_ELSE)
    badge = {True: "Enterprise badge", False: "no Enterprise badge", None: "badge not known"}[
        record.enterprise
    ]
    handle = f"@{printable(record.username)}" if record.username else ""
    facts = " · ".join(part for part in (handle, badge) if part)
    name = printable_name(record.name) or "(no name)"
    pieces: list[Piece] = [_LINE, ("Signs in as " if knows else "Probably meant: "), (name, "bold")]
    pieces += [("  " + facts, "$quiet"), _LINE]
    sent = response.name_id.value if response.name_id is not None else None
    rows: Iterable[tuple[str, str | None]] = (
        ("sent by the IdP", sent),
        ("stored for sign-in", record.saml_uid),
        ("stored for SCIM", record.scim_uid),
    )
    for what, value in rows:
        pieces.append((f"   {what:<20}", "$quiet"))
        if value is None:
            pieces += [("—", "$quiet"), _LINE]
            continue
        if what == "sent by the IdP" or sent is None:
            pieces += [visible_blanks(shortened(value)), _LINE]
            continue
        pieces += [*marked_difference(value, sent), "   ", _likeness(value, sent), _LINE]
    return pieces


def _likeness(value: str, sent: str) -> Piece:
    if value == sent:
        return ("✓ same", "$success")
    if fold_uid(value) == fold_uid(sent):
        return ("≈ differs only in case", "$warning")
    if value.strip() == sent.strip():
        return ("≈ differs only in blanks", "$warning")
    return ("≠ differs", "$error")
