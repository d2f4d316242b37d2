"""What is looked at before a change: pure functions, each with a code and a severity.

An error refuses the change. A warning is accepted by its code, one by one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

from scimtui.corrections.facts import Facts
from scimtui.corrections.model import Action, Channel, Identity
from scimtui.corrections.shapes import shape_of, usual_shape
from scimtui.directory.model import SignIn
from scimtui.findings import Finding, FindingTexts, gravest_first
from scimtui.gitlab.errors import UnaddressableUid, UnstorableValue
from scimtui.gitlab.requests import check_storable_over_scim, encoded_uid
from scimtui.gitlab.secret import looks_like_token
from scimtui.gitlab.versions import Trust
from scimtui.identifiers import why_no_identifier
from scimtui.text import fold_uid, printable, visible_blanks

_TEXTS = FindingTexts(Path(__file__).with_name("checks.toml"))
_LONGEST_SCIM = 255
_SHOWN = 3

_TRUST_CODES = {
    Trust.LOST: "saml-loses-trust",
    Trust.NOT_KNOWN: "saml-trust-not-known",
    Trust.KEPT_UNLESS_PATCHED: "saml-trust-unless-patched",
    Trust.KEPT_UNLESS_EARLY: "saml-trust-unless-early",
}

Check = Callable[[Facts], Finding | None]


def finding(code: str, seen: str = "") -> Finding:
    """One of this room's findings, for what no check alone can tell."""
    return _TEXTS.finding(code, seen)


def check(facts: Facts) -> tuple[Finding, ...]:
    """Everything there is to say about one change, gravest first."""
    rules = _RULES[facts.action]
    return gravest_first(found for rule in rules if (found := rule(facts)) is not None)


# ── what is wanted of the value ──────────────────────────────────────────────


def _no_identity(facts: Facts) -> Finding | None:
    if facts.stored is not None:
        return None
    seen = f"nothing is {facts.identity.words}"
    return finding("no-identity" if facts.identity is Identity.SAML else "no-scim-identity", seen)


def _moved_on(facts: Facts) -> Finding | None:
    if facts.expected is None or facts.stored == facts.expected:
        return None
    return finding("moved-on", f"{_quoted(facts.stored)} is stored now, not {_quoted(facts.expected)}")


def _empty(facts: Facts) -> Finding | None:
    return finding("value-empty") if not facts.new.strip() else None


def _token(facts: Facts) -> Finding | None:
    return finding("value-is-token") if facts.is_token or looks_like_token(facts.new) else None


def _no_identifier(facts: Facts) -> Finding | None:
    why = why_no_identifier(facts.new)
    return finding("value-no-identifier", f"{_quoted(facts.new)}: {why}") if why else None


def _invisible(facts: Facts) -> Finding | None:
    odd = [character for character in facts.new if printable(character) != character]
    if not odd or not facts.new.strip():
        return None
    return finding("value-invisible", ", ".join(map(_named, dict.fromkeys(odd[:_SHOWN]))))


def _unchanged(facts: Facts) -> Finding | None:
    if facts.expected is not None and facts.stored != facts.expected:
        return None
    return finding("value-unchanged", _quoted(facts.new)) if facts.new and facts.new == facts.stored else None


def _of_another(facts: Facts) -> Finding | None:
    if not facts.holders:
        return None
    seen = "; ".join(f"{holder.identity.words} for {holder.label}" for holder in facts.holders[:_SHOWN])
    return finding("value-of-another", seen)


def _too_long(facts: Facts) -> Finding | None:
    if facts.identity is Identity.SCIM and len(facts.new) > _LONGEST_SCIM:
        return finding("value-too-long", f"{len(facts.new):,} characters")
    return None


def _unaddressable(facts: Facts) -> Finding | None:
    for value in (facts.stored, facts.new):
        if value:
            try:
                encoded_uid(value)
            except UnaddressableUid as error:
                return finding("value-unaddressable", f"{_quoted(value)}: {error.what.partition(': ')[2]}")
    return None


def _unstorable(facts: Facts) -> Finding | None:
    if facts.road.channel is not Channel.SCIM or len(facts.new) > _LONGEST_SCIM or not facts.new:
        return None
    try:
        check_storable_over_scim(facts.new)
    except UnstorableValue as error:
        return finding("value-unstorable", f"{_quoted(facts.new)}: {error.what.partition(': ')[2]}")
    except UnaddressableUid:
        return None
    return None


def _no_road(facts: Facts) -> Finding | None:
    return finding("no-channel", facts.road.reason) if facts.road.channel is None else None


def _inactive(facts: Facts) -> Finding | None:
    if facts.identity is not Identity.SCIM or facts.person.record.scim_active is not False:
        return None
    if facts.road.channel is Channel.REST:
        return finding("inactive-identity")
    if facts.road.channel is Channel.SCIM and not facts.release.changes_inactive_over_scim:
        return finding("inactive-over-scim")
    return None


# ── what to think of before it is done ───────────────────────────────────────


def _case_only(facts: Facts) -> Finding | None:
    old, new = facts.stored, facts.new
    if old is None or old == new or fold_uid(old) != fold_uid(new):
        return None
    return finding("case-only", f"{_quoted(old)} to {_quoted(new)}")


def _outer_blanks(facts: Facts) -> Finding | None:
    if facts.new.strip() and facts.new != facts.new.strip(" "):
        return finding("outer-blanks", _quoted(facts.new))
    return None


def _look_alike(facts: Facts) -> Finding | None:
    scripts = {_script(character) for character in facts.new if character.isalpha()}
    foreign = [character for character in facts.new if not character.isascii()]
    others = (facts.stored, facts.end_saml if facts.identity is Identity.SCIM else facts.end_scim)
    plain_before = any(other is not None and other.isascii() for other in others)
    if not foreign or (len(scripts) < 2 and not plain_before):
        return None
    return finding("look-alike", ", ".join(map(_named, dict.fromkeys(foreign[:_SHOWN]))))


def _shape_unlike(facts: Facts) -> Finding | None:
    if not facts.new.strip():
        return None
    new, usual = shape_of(facts.new), usual_shape(facts.shapes)
    if usual is not None:
        if new == usual.shape:
            return None
        seen = f"{new}; {usual.have_it:,} of {usual.of:,} values are of the kind: {usual.shape}"
        return finding("shape-unlike", seen)
    old = shape_of(facts.stored) if facts.stored is not None else new
    return finding("shape-unlike", f"{new}; the old value is of the kind: {old}") if old != new else None


def _namesake(facts: Facts) -> Finding | None:
    if not facts.namesakes:
        return None
    return finding("name-of-another", ", ".join(facts.namesakes[:_SHOWN]))


def _would_differ(facts: Facts) -> Finding | None:
    if facts.end_scim is None or facts.end_saml is None or facts.end_scim == facts.end_saml:
        return None
    seen = f"SCIM {_quoted(facts.end_scim)}, sign-in {_quoted(facts.end_saml)}"
    return finding("would-differ", seen)


def _holders_not_known(facts: Facts) -> Finding | None:
    return finding("saml-holders-not-known") if not facts.holders_known else None


def _loses_trust(facts: Facts) -> Finding | None:
    if facts.identity is not Identity.SAML:
        return None
    code = _TRUST_CODES.get(facts.release.trust_of_changed_saml)
    if code is None:
        return None
    lost = not facts.release.trust_of_changed_saml.is_kept
    who = "an enterprise user may have no other way in" if lost and facts.person.record.enterprise else ""
    return finding(code, "; ".join(part for part in (facts.release.label, who) if part))


def _heals(facts: Facts) -> Finding | None:
    if facts.identity is Identity.SAML and facts.person.sign_in is SignIn.HEALS:
        return finding("gitlab-mends-it")
    return None


def _last_owner(facts: Facts) -> Finding | None:
    return finding("last-owner") if facts.last_owner else None


def _own(facts: Facts) -> Finding | None:
    return finding("own-identity") if facts.own else None


def _idp_remembers(facts: Facts) -> Finding | None:
    if facts.identity is not Identity.SCIM or facts.stored is None or facts.idp_holds:
        return None
    if facts.action is Action.CHANGE and fold_uid(facts.stored) == fold_uid(facts.new):
        return None
    found = finding("idp-remembers", f"it may still hold {_quoted(facts.stored)}")
    return found._replace(fix=afterwards(facts.idp))


def _deactivation(facts: Facts) -> Finding | None:
    if facts.person.known.instance:
        return finding("blocks-account")
    role = f"role {facts.person.record.role}" if facts.person.record.role else ""
    return finding("removes-access", role)


def _already_inactive(facts: Facts) -> Finding | None:
    return finding("already-inactive") if facts.person.record.scim_active is False else None


def _reactivation(facts: Facts) -> Finding | None:
    if facts.person.known.instance:
        return finding("unblocks-account", facts.person.record.state and f"state {facts.person.record.state}")
    role = "" if facts.person.record.member is not True else f"they are a member: {facts.person.record.role}"
    return finding("default-role", role)


def _already_active(facts: Facts) -> Finding | None:
    return finding("already-active") if facts.person.record.scim_active is True else None


def _removal(facts: Facts) -> Finding | None:
    if facts.identity is Identity.SCIM:
        return finding("removes-scim-row")
    if facts.person.record.enterprise:
        return finding("removes-saml-row-enterprise", facts.person.record.email)
    return finding("removes-saml-row")


# ── what is in order ─────────────────────────────────────────────────────────


def _free(facts: Facts) -> Finding | None:
    if facts.holders or not facts.new.strip() or not facts.holders_known:
        return None
    asked = "both kinds" if facts.saml_was_read else "the SCIM identities; SAML ones can't be listed here"
    return finding("value-free", f"asked GitLab just now, {asked}")


def _shape_alike(facts: Facts) -> Finding | None:
    usual = usual_shape(facts.shapes)
    if usual is None or shape_of(facts.new) != usual.shape:
        return None
    return finding("shape-alike", f"{usual.have_it:,} of {usual.of:,} values ({usual.shape})")


def _will_be_equal(facts: Facts) -> Finding | None:
    if facts.end_scim is not None and facts.end_scim == facts.end_saml:
        return finding("will-be-equal")
    return None


_ALWAYS: tuple[Check, ...] = (_no_identity, _moved_on, _no_road, _own, _last_owner)
_RULES: dict[Action, tuple[Check, ...]] = {
    Action.CHANGE: (
        *_ALWAYS,
        _empty,
        _token,
        _no_identifier,
        _invisible,
        _unchanged,
        _of_another,
        _too_long,
        _unaddressable,
        _unstorable,
        _inactive,
        _case_only,
        _outer_blanks,
        _look_alike,
        _shape_unlike,
        _namesake,
        _would_differ,
        _holders_not_known,
        _loses_trust,
        _heals,
        _idp_remembers,
        _free,
        _shape_alike,
        _will_be_equal,
    ),
    Action.DEACTIVATE: (*_ALWAYS, _unaddressable, _already_inactive, _deactivation),
    Action.REACTIVATE: (*_ALWAYS, _unaddressable, _already_active, _reactivation),
    Action.REMOVE: (*_ALWAYS, _unaddressable, _removal, _heals),
}


def afterwards(idp: str) -> str:
    """What is left to do at the identity provider after a SCIM change (idp-behaviour.md 1.1, 2.2)."""
    texts = _TEXTS.all()
    return texts.get(f"afterwards-{idp}", texts["afterwards-other"])["fix"]


def _quoted(value: str | None) -> str:
    return "nothing" if value is None else f"“{visible_blanks(value)}”"


def _named(character: str) -> str:
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X}" + (f" {name}" if name else "")


def _script(character: str) -> str:
    return unicodedata.name(character, "?").partition(" ")[0]
