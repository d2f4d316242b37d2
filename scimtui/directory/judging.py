"""From one row to a person with findings: who else holds their values, and what follows."""

from __future__ import annotations

from collections.abc import Iterable

from scimtui.directory.model import Badge, Known, Person, Record, Rival
from scimtui.directory.signin import sign_in
from scimtui.directory.snapshot import Row, Snapshot
from scimtui.directory.verdicts import findings, verdict
from scimtui.text import fold_uid


class Holders:
    """Who holds which value, by folded uid: each is unique per group ignoring case (contract 3.1)."""

    def __init__(self) -> None:
        self.scim: dict[str, Record] = {}
        self.saml: dict[str, Record] = {}

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


def person_beside(row: Row, known: Known, others: Iterable[Record]) -> Person:
    """A person with whoever of these others holds one of their values."""
    scim_rival, saml_rival = rivals(row.record, others)
    return person_of(row, known, scim_rival=scim_rival, saml_rival=saml_rival)


def person_in(snapshot: Snapshot, row: Row, known: Known | None = None) -> Person:
    """Everything about one row's person, with whoever else in the snapshot holds their values.

    Args:
        known: what is known of this person, where that is something else than of the rest.
    """
    others = [other.record for other in others_holding(snapshot, row.record)]
    return person_beside(row, known or snapshot.about.known, others)


def others_holding(snapshot: Snapshot, record: Record) -> list[Row]:
    """Whoever else had one of somebody's values when the people were read."""
    values = {value for value in (record.scim_uid, record.saml_uid) if value}
    found = {row.record.key: row for value in values for row in snapshot.holders(value)}
    return [row for key, row in found.items() if key != record.key]
