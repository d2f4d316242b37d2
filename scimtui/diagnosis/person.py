"""One person as a case: the sign-in story in a sentence, what GitLab's SCIM page calls their trouble, and
what can be done. Pure functions.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scimtui.directory.model import Person, SignIn
from scimtui.directory.verdicts import BLOCKED_STATES
from scimtui.findings import Finding, FindingTexts, gravest_first
from scimtui.gitlab.versions import Release

_HERE = Path(__file__).parent
_TEXTS = FindingTexts(_HERE / "person.toml")
# What says the same in the list's words, and less of what to do.
_REPLACED = {"not-linked": "no-saml-identity", "crossed": "value-of-another", "removed": "scim-inactive"}


class Offer(StrEnum):
    """Something that can be done for a person, harmless first."""

    COMPARE = "compare"
    CORRECT = "correct"
    SWAP = "swap"
    REACTIVATE = "re-activate"
    REMOVE_SAML = "remove-saml"
    REMOVE_SCIM = "remove-scim"
    DEACTIVATE = "deactivate"


class Surroundings(NamedTuple):
    """What is known beside the person.

    Attributes:
        release: which GitLab it is.
        domain_has_badges: whether anybody with this person's e-mail domain has the badge.
        corrected: whether the journal has a correction of their SCIM value that still stands.
    """

    release: Release = Release()
    domain_has_badges: bool = False
    corrected: bool = False


class Case(NamedTuple):
    """What there is to say of one person.

    Attributes:
        story: how signing in goes for them, in one sentence.
        findings: the list's own and the person's, gravest first.
        offers: what can be done.
    """

    story: str
    findings: tuple[Finding, ...]
    offers: tuple[Offer, ...]


def case_of(person: Person, around: Surroundings) -> Case:
    """Diagnose one person by what GitLab stores."""
    troubles = _troubles(person, around)
    replaced = {_REPLACED[one.code] for one in troubles if one.code in _REPLACED}
    found = [*(one for one in person.findings if one.code not in replaced), *troubles]
    return Case(_stories()[_story(person)], gravest_first(dict.fromkeys(found)), _offers(person))


def partner_of(person: Person) -> str | None:
    """Key of whoever has this person's value for one identity and theirs for the other; None for nobody."""
    scim, saml = person.scim_rival, person.saml_rival
    return scim.key if scim is not None and saml is not None and scim.key == saml.key else None


def _story(person: Person) -> str:
    record = person.record
    if record.state in BLOCKED_STATES:
        return "blocked"
    if person.known.instance and record.scim_active is False:
        return "blocked-over-scim"
    if person.known.instance or not person.known.saml:
        return "not-known-instance" if person.known.instance else "not-known"
    if record.saml_uid is None:
        return {True: "makes-identity", False: "link-first", None: "link-or-made"}[record.enterprise]
    if person.sign_in is SignIn.WORKS:
        return "works"
    if person.sign_in is SignIn.HEALS:
        return "heals"
    if person.sign_in is SignIn.FAILS:
        return "someone-else" if person.scim_rival is not None and person.scim_rival.exact else "fails"
    return {True: "exact-or-rewritten", False: "exact-or-refused", None: "exact-or-open"}[record.enterprise]


def _troubles(person: Person, around: Surroundings) -> list[Finding]:
    record, known = person.record, person.known
    found: list[Finding] = []
    if record.scim_active is False and record.member is False:
        found.append(_TEXTS.finding("removed"))
    if record.scim_active is False and record.member and around.release.removes_later:
        found.append(_TEXTS.finding("removal-pending"))
    if known.saml and record.saml_uid is None and record.scim_uid is not None:
        found.append(_not_linked(record.enterprise))
    if partner_of(person) is not None:
        label = person.scim_rival.label if person.scim_rival is not None else ""
        found.append(_TEXTS.finding("crossed", label))
    if around.corrected:
        found.append(_TEXTS.finding("idp-may-differ"))
    if record.enterprise is False:
        found.append(_no_badge(person, around))
    return found


def _no_badge(person: Person, around: Surroundings) -> Finding:
    """Why there is no badge, by elimination (contract 3.5)."""
    record = person.record
    domain = record.email.rpartition("@")[2].lower()
    if record.bot:
        return _TEXTS.finding("no-badge-bot")
    if not around.release.gives_badge_by_claim:
        return _TEXTS.finding("no-badge-older")
    if not domain:
        return _TEXTS.finding("no-badge-email-not-shown")
    if around.domain_has_badges:
        return _TEXTS.finding("no-badge-not-claimed", f"others with an address at {domain} have it")
    return _TEXTS.finding("no-badge-domain", f"nobody with an address at {domain} has it")


def _not_linked(enterprise: bool | None) -> Finding:
    """What helps differs with the badge (sign-in.md 3), as the story above it says; it is one finding."""
    told = {True: "not-linked-enterprise", False: "not-linked", None: "not-linked-unsure"}[enterprise]
    return _TEXTS.finding(told)._replace(code="not-linked")


def _offers(person: Person) -> tuple[Offer, ...]:
    record = person.record
    found = [Offer.COMPARE]
    if record.scim_uid is not None or record.saml_uid is not None:
        found.append(Offer.CORRECT)
    if partner_of(person) is not None:
        found.append(Offer.SWAP)
    if record.scim_active is False:
        found.append(Offer.REACTIVATE)
    if record.saml_uid is not None and person.known.saml:
        found.append(Offer.REMOVE_SAML)
    if record.scim_uid is not None and person.known.scim:
        found.append(Offer.REMOVE_SCIM)
    if record.scim_active is True:
        found.append(Offer.DEACTIVATE)
    return tuple(found)


@cache
def _stories() -> dict[str, str]:
    return tomllib.loads((_HERE / "stories.toml").read_text("utf-8"))
