"""The signs and words that screens share for verdicts, badges and findings."""

from __future__ import annotations

from dataclasses import dataclass

from scimtui.directory import Badge, Verdict
from scimtui.findings import Severity


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown: never by colour alone."""

    sign: str
    word: str
    colour: str

    @property
    def label(self) -> str:
        """Sign and word."""
        return f"{self.sign} {self.word}"


VERDICTS: dict[Verdict, Look] = {
    Verdict.MATCH: Look("✓", "match", "success"),
    Verdict.CASE: Look("≈", "case", "warning"),
    Verdict.DIFFERS: Look("≠", "differs", "error"),
    Verdict.NO_SAML: Look("∅", "no SAML", "warning"),
    Verdict.NO_SCIM: Look("∅", "no SCIM", "warning"),
    Verdict.UNLINKED: Look("∅", "unlinked", "warning"),
    Verdict.INACTIVE: Look("○", "inactive", "plain"),
    Verdict.BLOCKED: Look("×", "blocked", "error"),
    Verdict.DUPLICATE: Look("‼", "duplicate", "error"),
    Verdict.UNKNOWN: Look("?", "unknown", "quiet"),
}

SEVERITIES: dict[Severity, Look] = {
    Severity.ERROR: Look("×", "error", "error"),
    Severity.WARNING: Look("!", "warning", "warning"),
    Severity.INFO: Look("i", "note", "plain"),
    Severity.OK: Look("✓", "holds", "success"),
    Severity.SKIPPED: Look("?", "not known", "quiet"),
}

BADGE_RULES: dict[Badge, str] = {
    Badge.ENTERPRISE_USERS: "by the group's list of enterprise users",
    Badge.MEMBER_EMAIL: "by the e-mail that GitLab shows an Owner (16.9 to 17.6)",
    Badge.PROVISIONED: "by the list of provisioned users (16.5 and older)",
    Badge.ASSUMED_SCIM: "assumed from SCIM; an access token would tell",
    Badge.UNKNOWN: "not known: an Owner's access token would tell",
}

# name of the quick filter, sign, word, colour
QUICK: dict[str, Look] = {
    "all": Look("", "All", "plain"),
    "differs": Look("≠", "Differs", "error"),
    "case": Look("≈", "Case", "warning"),
    "not-linked": Look("∅", "Not linked", "warning"),
    "inactive": Look("○", "Inactive", "quiet"),
    "duplicate": Look("‼", "Duplicate", "error"),
    "blocked": Look("×", "Blocked", "error"),
    "enterprise": Look("E", "Enterprise", "enterprise"),
}
