"""Why somebody can or can't sign in: sign-in.md's table 2, for somebody who is not signed in yet.

A pure function of what was sent and what is stored. Where GitLab shows too little, it says what would tell.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from scimtui.diagnosis.model import Diagnosis, Outcome, Presented, Step, Stored
from scimtui.directory.domains import is_outside
from scimtui.directory.judging import label_of
from scimtui.directory.model import Person
from scimtui.directory.verdicts import BLOCKED_STATES
from scimtui.findings import Finding, FindingTexts, gravest_first
from scimtui.gitlab.versions import Trust
from scimtui.text import shortened, visible_blanks

_HERE = Path(__file__).parent
_TEXTS = FindingTexts(_HERE / "findings.toml")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def diagnose(sent: Presented, stored: Stored, *, meant: Person | None = None) -> Diagnosis:
    """Say what comes of this sign-in.

    Args:
        meant: who is trying, where somebody said so; else the address in the response tells.
    """
    if sent.invalid:
        return _refused(sent, meant if sent.ambiguous else _probably(stored, meant))
    if sent.ambiguous:
        return Diagnosis(Outcome.UNKNOWN, meant, None, (_TEXTS.finding("ambiguous"),))
    if sent.unreadable:
        return _told(Outcome.UNKNOWN, meant or stored.by_email, [_TEXTS.finding("unreadable")], ["auth-log"])
    if sent.doubted:
        found = [_TEXTS.finding("signature-doubted")]
        return _told(Outcome.UNKNOWN, _probably(stored, meant), found, ["compare-fingerprint"])
    if not stored.known.saml:
        return _told(Outcome.UNKNOWN, _probably(stored, meant), [_TEXTS.finding("not-read")], ["owner-token"])
    if stored.exact is not None and sent.name_id:
        return _found(sent, stored, stored.exact, meant or stored.by_email)
    hints = _hints(sent, stored)
    if not sent.name_id:
        return _nameless(sent, stored, hints)
    if not sent.email_known:
        return _name_id_alone(sent, stored, hints, meant)
    if stored.by_email is not None:
        return _by_email(sent, stored, stored.by_email, hints)
    return _by_nobody(sent, stored, hints, meant)


def _refused(sent: Presented, person: Person | None) -> Diagnosis:
    """GitLab's library refuses the response itself, whoever it names (sign-in.md 1)."""
    place = "response-refused" if sent.by_group else "response-refused-instance"
    banner = _banners()[place].format(reason=sent.reason) if sent.reason else None
    found = [_TEXTS.finding("response-invalid" if sent.by_group else "response-invalid-instance")]
    return _told(Outcome.FAILS, person, found, ["mend-response"])._replace(banner=banner)


def _found(sent: Presented, stored: Stored, person: Person, expected: Person | None) -> Diagnosis:
    """Table row 2: the NameID is stored exactly, and nothing else is looked at."""
    seen = f"“{visible_blanks(sent.name_id or '')}” is stored for {label_of(person.record)}"
    another = []
    if expected is not None and expected.key != person.key:
        other = f"{seen}; {sent.email or 'the person meant'} is {label_of(expected.record)}"
        another = [_TEXTS.finding("signs-in-as-another", other)]
    if person.record.state in BLOCKED_STATES:
        return _blocked(person, another)
    if another:
        return _told(Outcome.SOMEONE_ELSE, person, another, [])
    found = [_TEXTS.finding("signs-in", seen)]
    own = person.record.email
    if sent.email and own and own.lower() != sent.email.lower():
        found.append(_TEXTS.finding("email-differs", f"sent {sent.email}, the account has {own}"))
    steps = ["private-window"]
    if not person.record.state:
        found.append(_TEXTS.finding("state-not-known", label_of(person.record)))
    if stored.release.may_refuse_distrusted_saml:
        found.append(_TEXTS.finding("trust-not-shown"))
    outside = _not_added(person, stored)
    found += outside
    if outside:
        steps.append("allow-domain")
    elif person.record.member is False and person.record.scim_active is False:
        found.append(_TEXTS.finding("not-added"))
        steps.append("reassign")
    return _told(Outcome.SIGNS_IN, person, found, steps)


def _by_email(sent: Presented, stored: Stored, person: Person, hints: list[Finding]) -> Diagnosis:
    """Table rows 3 and 4: somebody has this address."""
    holder = stored.folded
    if person.record.enterprise is None:
        found = [_TEXTS.finding("enterprise-not-known", f"{sent.email} is {label_of(person.record)}"), *hints]
        return _told(Outcome.UNKNOWN, person, found, ["owner-token", "link-again"])
    if not person.record.enterprise:
        found = [_TEXTS.finding("email-in-use", f"{sent.email} is {label_of(person.record)}"), *hints]
        return _told(Outcome.FAILS, person, found, _relink(stored, person), "email-in-use")
    if holder is not None and holder.key != person.key:
        found = [_TEXTS.finding("taken", f"stored for {label_of(holder.record)}")]
        return _told(
            Outcome.FAILS, person, found, ["correct-email", "unique-name-id", "delete-holder"], "taken"
        )
    if person.record.state in BLOCKED_STATES:
        return _blocked(person)
    found = [_TEXTS.finding("heals", f"{sent.email} is {label_of(person.record)}")]
    if not person.record.state:
        found.append(_TEXTS.finding("state-not-known", label_of(person.record)))
    if person.record.saml_uid is not None and stored.release.may_refuse_distrusted_saml:
        found.append(_TEXTS.finding("trust-not-shown"))
    outside = _not_added(person, stored)
    steps = ["private-window", *(["allow-domain"] if outside else [])]
    return _told(Outcome.SIGNS_IN, person, [*found, *outside], steps)


def _by_nobody(sent: Presented, stored: Stored, hints: list[Finding], meant: Person | None) -> Diagnosis:
    """Table rows 5 to 9: the address is nobody's that GitLab shows."""
    person = _probably(stored, meant)
    if not sent.email and not sent.username:
        found = [_TEXTS.finding("no-email-no-name"), *hints]
        return _told(Outcome.FAILS, person, found, ["map-email", "idp-stored-value"], "no-email")
    if stored.folded is not None:
        return _refused_for_case(sent, stored.folded, person, hints)
    if not sent.email:
        found = [_TEXTS.finding("second-account"), *hints]
        return _told(Outcome.CREATES_ACCOUNT, person, found, ["map-email"])
    if not _EMAIL.fullmatch(sent.email):
        found = [_TEXTS.finding("email-malformed", sent.email), *hints]
        return _told(Outcome.FAILS, person, found, ["map-email"], "email-invalid")
    if stored.hidden_emails:
        seen = f"{stored.hidden_emails:,} people's addresses were not shown"
        found = [_TEXTS.finding("email-use-not-known", seen), *hints]
        return _told(Outcome.UNKNOWN, person, found, ["link-again", "owner-token"])
    found = [_TEXTS.finding("creates-account", sent.email), *_outside(sent.email, stored), *hints]
    return _told(Outcome.CREATES_ACCOUNT, person, found, ["link-again"])


def _name_id_alone(sent: Presented, stored: Stored, hints: list[Finding], meant: Person | None) -> Diagnosis:
    """Nobody has it exactly, and what address was sent is not known: most of the table is open."""
    person = _probably(stored, meant)
    found = [_TEXTS.finding("not-stored", f"“{visible_blanks(shortened(sent.name_id or ''))}”"), *hints]
    if stored.folded is not None and stored.folded.record.enterprise is False:
        # Whatever the address: in use, taken, or missing. Only an enterprise user would be let in.
        return _told(Outcome.FAILS, person, found, ["link-again", "idp-stored-value"])
    found.append(_TEXTS.finding("email-not-known"))
    return _told(Outcome.UNKNOWN, person, found, ["capture", "idp-stored-value", "link-again"])


def _refused_for_case(
    sent: Presented, holder: Person, person: Person | None, hints: list[Finding]
) -> Diagnosis:
    """Somebody has the value in another case; in which words GitLab refuses depends on the address.

    Where it is somebody's second address, or one that was not shown, “already a GitLab account” comes first.
    """
    seen = f"stored for {label_of(holder.record)}"
    if sent.email and not _EMAIL.fullmatch(sent.email):
        found = [_TEXTS.finding("taken", seen), _TEXTS.finding("email-malformed", sent.email), *hints]
        return _told(Outcome.FAILS, person, found, ["map-email"], "email-invalid-and-taken")
    if sent.email and holder.record.enterprise is not False and not holder.record.email:
        # The address may be the holder's own, which was not shown; an enterprise user is let in by it.
        found = [
            _TEXTS.finding("email-use-not-known", f"the address of {label_of(holder.record)} was not shown"),
            *hints,
        ]
        return _told(Outcome.UNKNOWN, person, found, ["owner-token", "idp-stored-value", "link-again"])
    if sent.email:
        seen += f"; the person reads “{_banners()['taken']}” or “{_banners()['email-in-use']}”"
    found = [_TEXTS.finding("taken", seen), *hints]
    banner = None if sent.email else "taken"
    return _told(Outcome.FAILS, person, found, ["idp-stored-value", "link-again"], banner)


def _nameless(sent: Presented, stored: Stored, hints: list[Finding]) -> Diagnosis:
    """No NameID: always refused; in which words depends on who has the address."""
    found = [_TEXTS.finding("name-id-missing" if sent.name_id is None else "name-id-empty"), *hints]
    person, banner = stored.by_email, None
    if sent.name_id is None:
        if person is not None and person.record.enterprise is not None:
            banner = "name-id-missing" if person.record.enterprise else "email-in-use"
        elif not sent.email and not sent.username:
            banner = "no-email"
    return _told(Outcome.FAILS, person, found, ["map-name-id"], banner)


def _blocked(person: Person, another: Sequence[Finding] = ()) -> Diagnosis:
    pending = person.record.state == "blocked_pending_approval"
    found = [_TEXTS.finding("blocked", f"{label_of(person.record)}, state {person.record.state}"), *another]
    return _told(Outcome.FAILS, person, found, ["unblock"], "pending-approval" if pending else "blocked")


def _hints(sent: Presented, stored: Stored) -> list[Finding]:
    """What tells who is meant, though GitLab does not go by it."""
    found = []
    if stored.folded is not None and sent.name_id:
        values = (sent.name_id, stored.folded.record.saml_uid or "")
        sent_value, kept = (f"“{visible_blanks(value)}”" for value in values)
        seen = f"sent {sent_value}, stored {kept} for {label_of(stored.folded.record)}"
        found.append(_TEXTS.finding("case-differs", seen))
    elif stored.scim is not None:
        found.append(_TEXTS.finding("stored-for-scim", f"for {label_of(stored.scim.record)}"))
    elif stored.respelled is not None:
        record = stored.respelled.record
        seen = f"{record.saml_uid or record.scim_uid} for {label_of(stored.respelled.record)}"
        found.append(_TEXTS.finding("guid-other-spelling", seen))
    return found


def _not_added(person: Person, stored: Stored) -> list[Finding]:
    """A member stays one; anybody else is added only with a primary address that the group lets in."""
    return [] if person.record.member else _outside(person.record.email, stored)


def _outside(email: str, stored: Stored) -> list[Finding]:
    if not is_outside(email, stored.known.domains):
        return []
    return [_TEXTS.finding("not-added-domain", f"{email}; allowed: {', '.join(stored.known.domains)}")]


def _probably(stored: Stored, meant: Person | None) -> Person | None:
    return meant or stored.by_email or stored.folded or stored.scim or stored.respelled


def _relink(stored: Stored, person: Person) -> list[str]:
    steps = ["link-again", "idp-stored-value", "verify-domain"]
    if person.record.saml_uid is None:
        return steps
    trust = stored.release.trust_of_changed_saml
    by_api = {Trust.LOST: "delete-saml", Trust.NOT_KNOWN: "delete-saml-maybe"}.get(trust, "correct-saml")
    return [*steps, by_api]


def _told(
    outcome: Outcome, person: Person | None, found: list[Finding], steps: list[str], banner: str | None = None
) -> Diagnosis:
    texts = _step_texts()
    return Diagnosis(
        outcome,
        person,
        _banners()[banner] if banner is not None else None,
        gravest_first(found),
        tuple(Step(code, texts[code]["text"], texts[code]["why"]) for code in steps),
    )


@cache
def _banners() -> dict[str, str]:
    return tomllib.loads((_HERE / "banners.toml").read_text("utf-8"))


@cache
def _step_texts() -> dict[str, dict[str, str]]:
    return tomllib.loads((_HERE / "steps.toml").read_text("utf-8"))
