"""The verdict on a person and the findings beside it: pure functions (DESIGN, "Verdicts").

A verdict compares what GitLab stores. Whether a sign-in works is `signin`'s judgement.
"""

from __future__ import annotations

from pathlib import Path

from scimtui.directory.domains import is_outside
from scimtui.directory.model import Known, Record, Rival, SignIn, Verdict
from scimtui.findings import Finding, FindingTexts, gravest_first
from scimtui.text import fold_uid, visible_blanks

# importlib.resources would cost more than the query of a lookup.
_TEXTS = FindingTexts(Path(__file__).with_name("rules.toml"))
_BY_BADGE = {True: "-enterprise", False: "", None: "-unsure"}
BLOCKED_STATES = frozenset({"blocked", "ldap_blocked", "banned", "blocked_pending_approval"})


def verdict(record: Record, known: Known, *, duplicate: bool = False) -> Verdict:
    """The first that holds of DESIGN's order; `unknown` where a source that is needed was not read.

    With the SCIM side alone an inactive identity is still told: nothing else could outrank it but a
    blocked account.
    """
    if known.instance or not known.complete:
        return Verdict.INACTIVE if record.scim_active is False else Verdict.UNKNOWN
    if record.state in BLOCKED_STATES:
        return Verdict.BLOCKED
    if record.scim_uid is not None and record.scim_active is False:
        return Verdict.INACTIVE
    if duplicate:
        return Verdict.DUPLICATE
    if record.scim_uid is None or record.saml_uid is None:
        return _missing(record)
    if record.scim_uid == record.saml_uid:
        return Verdict.MATCH
    return Verdict.CASE if fold_uid(record.scim_uid) == fold_uid(record.saml_uid) else Verdict.DIFFERS


def _missing(record: Record) -> Verdict:
    if record.scim_uid is not None:
        return Verdict.NO_SAML
    if record.saml_uid is not None:
        return Verdict.NO_SCIM
    return Verdict.UNLINKED


def findings(
    record: Record,
    known: Known,
    *,
    sign_in: SignIn,
    scim_rival: Rival | None = None,
    saml_rival: Rival | None = None,
) -> tuple[Finding, ...]:
    """Everything that is true of this person, gravest first.

    Args:
        scim_rival: who else holds this person's SCIM value as SAML value, ignoring case.
        saml_rival: who else holds this person's SAML value as SCIM value, ignoring case.
    """
    found: list[Finding] = []
    if record.state in BLOCKED_STATES:
        found.append(_TEXTS.finding("account-blocked", f"state {record.state}"))
    if record.scim_active is False:
        code = "scim-inactive-instance" if known.instance else "scim-inactive"
        found.append(_TEXTS.finding(code, "active false"))
    for rival, value in ((scim_rival, record.scim_uid), (saml_rival, record.saml_uid)):
        if rival is not None:
            found.append(
                _TEXTS.finding("value-of-another", f"{_quoted(value)} is also stored for {rival.label}")
            )
    if known.instance:
        found.append(_TEXTS.finding("instance-limits", ""))
    elif not known.complete:
        found.append(_TEXTS.finding("sources-missing", f"not read: {', '.join(known.missing)}"))
    else:
        found += _compared(record)
    found += _membership(record, known)
    found += _odd_values(record)
    if sign_in is not SignIn.UNKNOWN:
        found.append(_sign_in_finding(record, sign_in, scim_rival))
    return gravest_first(found)


def _compared(record: Record) -> list[Finding]:
    scim, saml = record.scim_uid, record.saml_uid
    found: list[Finding] = []
    if scim is None and saml is None:
        found.append(_TEXTS.finding("no-identity", ""))
    elif saml is None:
        # What helps differs with the badge (sign-in.md 3); it is one finding.
        told = f"no-saml-identity{_BY_BADGE[record.enterprise]}"
        seen = f"stored for SCIM: {_quoted(scim)}"
        found.append(_TEXTS.finding(told, seen)._replace(code="no-saml-identity"))
    elif scim is None:
        found.append(_TEXTS.finding("no-scim-identity", f"stored for sign-in: {_quoted(saml)}"))
    elif scim != saml:
        code = "case-differs" if fold_uid(scim) == fold_uid(saml) else "uids-differ"
        found.append(_TEXTS.finding(code, f"SCIM {_quoted(scim)}, sign-in {_quoted(saml)}"))
    return found


def _membership(record: Record, known: Known) -> list[Finding]:
    is_gone = record.member is False and known.complete and not known.instance
    if not record.bot and is_outside(record.email, known.domains):
        seen = f"{record.email}; allowed: {', '.join(known.domains)}"
        return [_TEXTS.finding("not-member-outside-domains" if is_gone else "outside-domains", seen)]
    return [_TEXTS.finding("not-member", "")] if is_gone else []


def _odd_values(record: Record) -> list[Finding]:
    found: list[Finding] = []
    values = [value for value in (record.scim_uid, record.saml_uid) if value is not None]
    if any(value != value.strip() for value in values):
        found.append(_TEXTS.finding("uid-outer-blanks", ", ".join(map(_quoted, dict.fromkeys(values)))))
    if len(values) == 2 and ("@" in values[0]) != ("@" in values[1]):
        odd = values[0] if "@" in values[0] else values[1]
        found.append(_TEXTS.finding("uid-is-email", _quoted(odd)))
    return found


def _sign_in_finding(record: Record, sign_in: SignIn, rival: Rival | None) -> Finding:
    sent = f"NameID {_quoted(record.scim_uid)}"
    if sign_in is SignIn.FAILS and rival is not None and rival.exact:
        return _TEXTS.finding("signs-in-as-another", f"{sent} is stored for {rival.label}")
    return _TEXTS.finding(
        f"sign-in-{sign_in.value}", f"{sent}, stored for sign-in: {_quoted(record.saml_uid)}"
    )


def _quoted(value: str | None) -> str:
    return "none" if value is None else f"“{visible_blanks(value)}”"
