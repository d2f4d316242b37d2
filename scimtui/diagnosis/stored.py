"""What a snapshot holds around one captured sign-in."""

from __future__ import annotations

from collections.abc import Iterable

from scimtui.diagnosis.guids import other_spellings
from scimtui.diagnosis.model import Presented, Stored
from scimtui.directory.judging import person_in
from scimtui.directory.model import Person
from scimtui.directory.snapshot import Row, Snapshot
from scimtui.gitlab.versions import Release
from scimtui.text import fold_uid


def stored_around(sent: Presented, snapshot: Snapshot) -> Stored:
    """Look everything up that the rules ask for; reads SQLite, so it belongs in a thread."""
    name_id = sent.name_id or ""
    rows = snapshot.holders(name_id) if name_id else []
    folded = fold_uid(name_id)

    def person(found: Iterable[Row]) -> Person | None:
        row = next(iter(found), None)
        return person_in(snapshot, row) if row is not None else None

    spellings = other_spellings(name_id)
    by_email = (
        [row for row in snapshot.named(sent.email) if row.record.email.lower() == sent.email.lower()]
        if sent.email
        else []
    )
    return Stored(
        known=snapshot.about.known,
        exact=person(row for row in rows if row.record.saml_uid == name_id),
        folded=person(row for row in rows if fold_uid(row.record.saml_uid or "") == folded),
        scim=person(row for row in rows if fold_uid(row.record.scim_uid or "") == folded),
        respelled=person(row for spelling in spellings for row in snapshot.holders(spelling)),
        by_email=person(by_email),
        hidden_emails=snapshot.hidden_emails(),
        release=Release.read(snapshot.about.version),
    )
