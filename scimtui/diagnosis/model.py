"""What a diagnosis is made from, and what it says: plain values."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from scimtui.directory.model import Known, Person
from scimtui.findings import Finding
from scimtui.gitlab.versions import Release


class Outcome(StrEnum):
    """What comes of a sign-in; `unknown` where nothing that was read can tell."""

    SIGNS_IN = "signs-in"
    CREATES_ACCOUNT = "creates-account"
    FAILS = "fails"
    SOMEONE_ELSE = "someone-else"
    UNKNOWN = "unknown"


class Presented(NamedTuple):
    """What the identity provider sent.

    Attributes:
        name_id: None for none; empty for an empty element.
        email: empty for none.
        email_known: False where the NameID alone is known, and not what else was sent.
        ambiguous: two readers could take two different people out of the response.
        unreadable: it is encrypted.
        invalid: GitLab refuses the response before it looks at anybody.
        reason: what it says of that; empty where it can't be told literally.
        by_group: the sign-in goes through a group's SAML, not through that of the whole instance.
        doubted: its signature is not valid by the certificate that somebody gave.
    """

    name_id: str | None
    email: str = ""
    username: str = ""
    ambiguous: bool = False
    email_known: bool = True
    unreadable: bool = False
    invalid: bool = False
    reason: str = ""
    by_group: bool = True
    doubted: bool = False


class Stored(NamedTuple):
    """What GitLab stores around it, as far as it was read.

    Attributes:
        exact: whose SAML identity has the NameID exactly.
        folded: whose SAML identity has it ignoring case.
        scim: whose SCIM identity has it, ignoring case.
        respelled: whose identity, of either kind, has the same GUID in another spelling.
        by_email: whose address it is, as far as GitLab shows addresses.
        hidden_emails: how many people's address GitLab did not show.
        release: which GitLab it is.
    """

    known: Known
    exact: Person | None = None
    folded: Person | None = None
    scim: Person | None = None
    respelled: Person | None = None
    by_email: Person | None = None
    hidden_emails: int = 0
    release: Release = Release()


class Step(NamedTuple):
    """One thing that an administrator can do."""

    code: str
    text: str
    why: str


class Diagnosis(NamedTuple):
    """What comes of a sign-in, and why.

    Attributes:
        person: who signs in; where nobody does, who is probably meant.
        banner: what the person reads, literally; None for nothing, or where it can't be told.
        steps: what to do, least harm first.
    """

    outcome: Outcome
    person: Person | None = None
    banner: str | None = None
    findings: tuple[Finding, ...] = ()
    steps: tuple[Step, ...] = ()

    def as_json(self) -> dict[str, object]:
        """DESIGN's "verify", the comparison."""
        return {
            "outcome": self.outcome.value,
            "user": self.person.as_json() if self.person is not None else None,
            "message": self.banner,
            "findings": [finding.as_json() for finding in self.findings],
            "steps": [step._asdict() for step in self.steps],
        }
