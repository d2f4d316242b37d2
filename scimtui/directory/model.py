"""The people as plain values: what is known of each, and the words a verdict is given in.

Named tuples where nothing changes: making a dataclass at import costs six times as much, and a lookup
that answers in the time of five bare interpreter starts has few milliseconds to give away.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from scimtui.findings import Finding


class Verdict(StrEnum):
    """A person's state in one word; the order is DESIGN's "Verdicts": the first that holds is given."""

    UNKNOWN = "unknown"
    BLOCKED = "blocked"
    INACTIVE = "inactive"
    DUPLICATE = "duplicate"
    UNLINKED = "unlinked"
    NO_SAML = "no-saml"
    NO_SCIM = "no-scim"
    DIFFERS = "differs"
    CASE = "case"
    MATCH = "match"


class SignIn(StrEnum):
    """Whether a SAML sign-in works; `unknown` unless the NameID that the IdP sends is known."""

    WORKS = "works"
    HEALS = "heals"
    FAILS = "fails"
    UNKNOWN = "unknown"


class Badge(StrEnum):
    """The rule that told whether somebody has the Enterprise badge (contract 3.5)."""

    ENTERPRISE_USERS = "enterprise-users"
    MEMBER_EMAIL = "member-email"
    PROVISIONED = "provisioned"
    ASSUMED_SCIM = "assumed-scim"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Record:
    """What GitLab's lists tell of one person, joined. None is "not known", never "no".

    Attributes:
        member: a direct member of the group.
        scim_active: the SCIM identity's flag.
        enterprise: has the Enterprise badge.
        bot: a bot or a service account.
    """

    user_id: int | None = None
    username: str = ""
    name: str = ""
    email: str = ""
    state: str = ""
    role: str = ""
    member: bool | None = None
    scim_uid: str | None = None
    scim_active: bool | None = None
    saml_uid: str | None = None
    enterprise: bool | None = None
    bot: bool = False

    @property
    def key(self) -> str:
        """The stable key: the user id, else the GitLab username, else the uid."""
        if self.user_id is not None:
            return f"u{self.user_id}"
        return f"n{self.username.lower()}" if self.username else f"s{(self.scim_uid or '').lower()}"


class Known(NamedTuple):
    """Which sources were read, so which absences mean something.

    Attributes:
        scim: every SCIM identity was read.
        saml: every SAML identity was read.
        members: every member was read.
        instance: instance SCIM, which has no lists but its own (contract 1.4).
        badge: the rule the badge is read by.
        nameid_source: what the profile declares the NameID to be; empty where it does not.
        domains: the group's allowed e-mail domains, where GitLab showed any; nothing follows from none.
    """

    scim: bool = False
    saml: bool = False
    members: bool = False
    instance: bool = False
    badge: Badge = Badge.UNKNOWN
    nameid_source: str = ""
    domains: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether a verdict can be given at all."""
        return self.scim and self.saml and self.members

    @property
    def missing(self) -> tuple[str, ...]:
        """The lists that were not read, in GitLab's words."""
        parts = (("SCIM identities", self.scim), ("SAML identities", self.saml), ("members", self.members))
        return tuple(name for name, was_read in parts if not was_read)


class Rival(NamedTuple):
    """Another person who holds one of somebody's values, ignoring case."""

    key: str
    label: str
    exact: bool = False


class Person(NamedTuple):
    """One human: account, membership and identities joined, and what follows from them."""

    record: Record
    verdict: Verdict
    sign_in: SignIn
    badge: Badge
    known: Known
    scim_rival: Rival | None = None
    saml_rival: Rival | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def key(self) -> str:
        """The stable key of this person."""
        return self.record.key

    def as_json(self) -> dict[str, object]:
        """The stable JSON form of DESIGN's "users", "lookup"; what cannot be known is null."""
        record, known = self.record, self.known
        scim = {"extern_uid": record.scim_uid, "active": record.scim_active}
        return {
            "user_id": record.user_id,
            "name": record.name or None,
            "username": record.username or None,
            "email": record.email or None,
            "enterprise": record.enterprise,
            "enterprise_rule": self.badge.value,
            "role": record.role or None,
            "state": record.state or None,
            "member": record.member,
            "scim": scim if record.scim_uid is not None else None,
            "saml": {"extern_uid": record.saml_uid} if record.saml_uid is not None else None,
            "verdict": self.verdict.value,
            "sign_in": self.sign_in.value,
            "findings": [finding.as_json() for finding in self.findings],
            "not_known": [] if known.complete else _unknown_parts(known),
        }


def _unknown_parts(known: Known) -> list[str]:
    parts = (("scim", known.scim), ("saml", known.saml), ("member", known.members))
    return [name for name, was_read in parts if not was_read]
