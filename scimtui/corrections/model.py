"""A correction as plain values: what is changed, in which order, how it ended, what the journal keeps."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from scimtui.directory.judging import label_of
from scimtui.directory.model import Record
from scimtui.findings import Finding, Severity


class Identity(StrEnum):
    """One of the two identities of a person in a group (contract page 0, 2)."""

    SCIM = "scim"
    SAML = "saml"

    @property
    def words(self) -> str:
        """As screens name what GitLab stores there."""
        return "stored for SCIM" if self is Identity.SCIM else "stored for sign-in"


class Action(StrEnum):
    """What is done to an identity. Removing its row and deactivating are two things (contract page 0, 9)."""

    CHANGE = "change"
    REACTIVATE = "re-activate"
    DEACTIVATE = "deactivate"
    REMOVE = "remove"


class Channel(StrEnum):
    """Which of GitLab's two APIs a change goes over."""

    REST = "rest"
    SCIM = "scim"

    @property
    def words(self) -> str:
        """As people read it."""
        return "REST API" if self is Channel.REST else "SCIM API"


class Outcome(StrEnum):
    """How a change ended, by what GitLab showed afterwards."""

    VERIFIED = "verified"
    UNCHANGED = "unchanged"
    OTHER = "other"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    DRY_RUN = "dry-run"


class Subject(NamedTuple):
    """Whose identity it is, as the journal names them."""

    user_id: int | None
    username: str
    name: str = ""
    email: str = ""

    @classmethod
    def of(cls, record: Record) -> Subject:
        """The person of a record."""
        return cls(record.user_id, record.username, record.name, record.email)

    @property
    def label(self) -> str:
        """How they are named in a sentence."""
        return label_of(Record(self.user_id, self.username, self.name))

    def is_same(self, other: Subject) -> bool:
        """Whether both are one person: by user id, with the SCIM token alone by username and e-mail.

        A username alone can have gone to another account since.
        """
        if self.user_id is not None and other.user_id is not None:
            return self.user_id == other.user_id
        return self._has_name_of(other) and self.email.lower() == other.email.lower()

    def may_be(self, other: Subject) -> bool:
        """Whether nothing that is known of both tells them apart."""
        if self.user_id is not None and other.user_id is not None:
            return self.user_id == other.user_id
        emails = (self.email.lower(), other.email.lower())
        return self._has_name_of(other) and ("" in emails or emails[0] == emails[1])

    def _has_name_of(self, other: Subject) -> bool:
        return bool(self.username) and self.username.lower() == other.username.lower()


class Sent(NamedTuple):
    """One request, as it is going to be sent."""

    method: str
    url: str
    body: str = ""


class Change(NamedTuple):
    """One write.

    Attributes:
        old: the stored value it is made from.
        new: the value afterwards; None where no value is changed.
        undoable: whether everything it does can be taken back.
    """

    subject: Subject
    identity: Identity
    action: Action
    old: str
    new: str | None
    channel: Channel
    request: Sent
    undoable: bool


class Plan(NamedTuple):
    """Changes that belong together, one after the other, and what is to be said about them.

    Attributes:
        id: links the journal's entries of one plan.
        wanted: the identity, or `both`.
        findings: errors refuse it, warnings are accepted one by one.
        changes: empty where no channel can make them.
        first_step: the number of the first change, counted from 1; more for a swap that is gone on with.
        steps: how many changes the whole plan has.
        channel_reason: which API is used, and why.
        undo_of: the entry that this takes back.
        afterwards: what is left to do at the identity provider.
        partner: who swaps with the subject; None for no swap.
        token_user: username of the access token's user, where known.
        idp_holds: whether the identity provider is known to hold the new value.
    """

    id: str
    subject: Subject
    wanted: str
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    first_step: int = 1
    steps: int = 1
    channel_reason: str = ""
    undo_of: int | None = None
    afterwards: str = ""
    partner: Subject | None = None
    token_user: str = ""
    idp_holds: bool = False

    @property
    def refused(self) -> bool:
        """Whether a check refuses it."""
        return not self.changes or any(one.severity is Severity.ERROR for one in self.findings)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What has to be accepted one by one."""
        return tuple(one for one in self.findings if one.severity is Severity.WARNING)


class Intent(NamedTuple):
    """What the journal is told before anything is sent.

    Attributes:
        partner: who swaps with this person; None for no swap.
        partner_old: what the partner held when the swap began.
    """

    plan: str
    step: int
    steps: int
    profile: str
    change: Change
    reason: str = ""
    checks: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    undo_of: int | None = None
    token_user: str = ""
    partner: Subject | None = None
    partner_old: str | None = None


class Entry(NamedTuple):
    """One change as the journal tells it.

    Attributes:
        number: names it in `scimtui undo`.
        at: when it was meant, UTC.
        outcome: None while it is open: under way, or left by a run that was killed.
        read_back: what was stored afterwards; None for nothing, or not known.
        said: what else there is to say of the outcome.
    """

    number: int
    at: datetime
    intent: Intent
    os_user: str
    host: str
    process: int
    process_began: str
    version: str
    outcome: Outcome | None = None
    read_back: str | None = None
    settled_at: datetime | None = None
    said: str = ""

    @property
    def is_open(self) -> bool:
        """Whether what came of it has to be found out yet."""
        return self.outcome in (None, Outcome.UNKNOWN)

    @property
    def can_be_undone(self) -> bool:
        """Whether `undo` may be asked for it; what is stored now decides then."""
        change = self.intent.change
        return change.action is Action.CHANGE and change.undoable and self.outcome is Outcome.VERIFIED

    def as_json(self) -> dict[str, object]:
        """DESIGN's "history"."""
        intent, change = self.intent, self.intent.change
        subject = change.subject
        return {
            "entry": self.number,
            "time": _utc(self.at),
            "profile": intent.profile,
            "plan": intent.plan,
            "step": intent.step,
            "steps": intent.steps,
            "user": subject._asdict(),
            "action": change.action.value,
            "identity": change.identity.value,
            "old": change.old,
            "new": change.new,
            "channel": change.channel.value,
            "reason": intent.reason,
            "outcome": self.outcome.value if self.outcome is not None else None,
            "read_back": self.read_back,
            "settled": _utc(self.settled_at) if self.settled_at is not None else None,
            "said": self.said,
            "undoable": self.can_be_undone,
            "undo_of": intent.undo_of,
            "checks": list(intent.checks),
            "accepted": list(intent.accepted),
            "requests": [_line(change.request)],
            "token_user": intent.token_user or None,
            "os_user": self.os_user,
            "host": self.host,
            "version": self.version,
        }


class Done(NamedTuple):
    """How one change of a plan ended.

    Attributes:
        entry: its number in the journal; None where nothing was journaled.
        stored: what GitLab shows now; None for nothing, or not known.
        said: GitLab's words, or why nothing was sent.
    """

    change: Change
    outcome: Outcome
    entry: int | None = None
    stored: str | None = None
    said: str = ""


class Result(NamedTuple):
    """How a plan ended, change by change; those that were not begun are left out."""

    plan: Plan
    done: tuple[Done, ...]
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        """The whole in one word: the first that did not go as planned; refused where some were not begun."""
        if not self.done:
            return Outcome.REFUSED
        for one in self.done:
            if one.outcome is not Outcome.VERIFIED:
                return one.outcome
        return Outcome.VERIFIED if len(self.done) == len(self.plan.changes) else Outcome.REFUSED

    @property
    def entries_to_undo(self) -> tuple[int, ...]:
        """What of it was done and can be taken back, latest first: the way back."""
        return tuple(
            one.entry
            for one in reversed(self.done)
            if one.outcome is Outcome.VERIFIED and one.change.undoable and one.entry is not None
        )

    def as_json(self) -> dict[str, object]:
        """DESIGN's "correct", "undo"; `changes` tells each change of a plan that has several."""
        changes = [
            {
                "entry": one.entry,
                "user": one.change.subject._asdict(),
                "action": one.change.action.value,
                "identity": one.change.identity.value,
                "old": one.change.old,
                "new": one.change.new,
                "outcome": one.outcome.value,
                "stored": one.stored,
                "said": one.said,
            }
            for one in self.done
        ]
        planned = self.plan.changes
        own = [one for one in planned if one.subject.is_same(self.plan.subject)]
        return {
            "entry": self.done[-1].entry if self.done else None,
            "plan": self.plan.id,
            "user": self.plan.subject._asdict(),
            "identity": self.plan.wanted,
            "old": own[0].old if own else None,
            "new": own[-1].new if own else None,
            "outcome": self.outcome.value,
            "findings": [finding.as_json() for finding in self.findings],
            "requests": [_line(change.request) for change in planned],
            "changes": changes,
        }


def _line(sent: Sent) -> dict[str, str]:
    return {"method": sent.method, "url": sent.url, "body": sent.body}


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
