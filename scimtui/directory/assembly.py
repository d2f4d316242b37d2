"""From joined records to people with verdicts: who holds whose value, what is counted, what most share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from scimtui.directory.model import Badge, Known, Person, Record, Rival, SignIn, Verdict
from scimtui.directory.search import search_text, tag_names
from scimtui.directory.signin import sign_in
from scimtui.directory.snapshot import Entry, Row
from scimtui.directory.verdicts import findings, verdict
from scimtui.text import fold_search, fold_uid

_MANY = 20


@dataclass(slots=True)
class Holders:
    """Who holds which value, by folded uid: each is unique per group ignoring case (contract 3.1)."""

    scim: dict[str, Record] = field(default_factory=dict)
    saml: dict[str, Record] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Iterable[Record]) -> Holders:
        """Index all records."""
        holders = cls()
        for record in records:
            if record.scim_uid is not None:
                holders.scim[fold_uid(record.scim_uid)] = record
            if record.saml_uid is not None:
                holders.saml[fold_uid(record.saml_uid)] = record
        return holders

    def scim_rival(self, record: Record) -> Rival | None:
        """Who else has this person's SCIM value stored for sign-in."""
        return _rival(record, record.scim_uid, self.saml, "saml_uid")

    def saml_rival(self, record: Record) -> Rival | None:
        """Who else has this person's sign-in value stored for SCIM."""
        return _rival(record, record.saml_uid, self.scim, "scim_uid")


def _rival(record: Record, value: str | None, holders: dict[str, Record], attribute: str) -> Rival | None:
    if value is None:
        return None
    other = holders.get(fold_uid(value))
    if other is None or other is record or other.key == record.key:
        return None
    return Rival(other.key, label_of(other), getattr(other, attribute) == value)


def label_of(record: Record) -> str:
    """How somebody is named in a sentence about somebody else."""
    name = record.name or record.username or "a person without a name"
    handle = f"@{record.username}" if record.username and record.name else ""
    number = f"user {record.user_id}" if record.user_id is not None else ""
    extra = ", ".join(part for part in (handle, number) if part)
    return f"{name} ({extra})" if extra else name


@dataclass(slots=True)
class Assembly:
    """Judges every record once, in the order of names, counting on the way."""

    records: Sequence[Record]
    known: Known
    counts: Counter[str] = field(default_factory=Counter)
    people: int = 0
    _both: int = 0
    _differing: int = 0
    _email_for_sign_in: int = 0

    def entries(self) -> Iterator[Entry]:
        """Everything a snapshot keeps of each person."""
        holders = Holders.of(self.records)
        for record in sorted(self.records, key=_by_name):
            rival = holders.scim_rival(record)
            duplicate = rival is not None or holders.saml_rival(record) is not None
            state = verdict(record, self.known, duplicate=duplicate)
            signing_in = sign_in(record, self.known, rival)
            self._count(record, state, signing_in)
            yield record, state, signing_in, search_text(record, state, signing_in)

    def _count(self, record: Record, state: Verdict, signing_in: SignIn) -> None:
        if record.bot:
            self.counts["bot"] += 1
            return
        self.people += 1
        self.counts.update(tag_names(record, state, signing_in))
        if record.scim_uid is not None and record.saml_uid is not None:
            self._both += 1
            if state is Verdict.DIFFERS:
                self._differing += 1
                if "@" in record.saml_uid and "@" not in record.scim_uid:
                    self._email_for_sign_in += 1

    def patterns(self) -> tuple[str, ...]:
        """What most people have in common, so that the list can say it once."""
        if self._both < _MANY or self._differing * 2 <= self._both:
            return ()
        if self._email_for_sign_in * 2 > self._both:
            return ("sign-in-values-are-emails",)
        return ("most-differ",)


def _by_name(record: Record) -> tuple[bool, str, str]:
    shown = record.name or record.username or record.scim_uid or record.saml_uid or ""
    return not shown, fold_search(shown), record.key


def person_of(
    row: Row, known: Known, *, scim_rival: Rival | None = None, saml_rival: Rival | None = None
) -> Person:
    """The full person for one row, judged afresh."""
    record = row.record
    duplicate = scim_rival is not None or saml_rival is not None
    signing_in = sign_in(record, known, scim_rival)
    return Person(
        record=record,
        verdict=verdict(record, known, duplicate=duplicate),
        sign_in=signing_in,
        badge=known.badge if record.user_id is not None else Badge.ASSUMED_SCIM,
        known=known,
        scim_rival=scim_rival,
        saml_rival=saml_rival,
        findings=findings(record, known, sign_in=signing_in, scim_rival=scim_rival, saml_rival=saml_rival),
    )


def rivals(record: Record, others: Iterable[Record]) -> tuple[Rival | None, Rival | None]:
    """The rivals of one person among the others who hold one of the two values."""
    holders = Holders.of(other for other in others if other.key != record.key)
    return holders.scim_rival(record), holders.saml_rival(record)
