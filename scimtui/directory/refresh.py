"""From a reading to a snapshot."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from scimtui.directory import snapshot
from scimtui.directory.assembly import Assembly
from scimtui.directory.gathering import join
from scimtui.directory.reading import PeopleReader


def snapshot_of(
    reader: PeopleReader, read_at: datetime, *, path: Path | None, partial: bool = False
) -> snapshot.Snapshot:
    """Join, judge and keep everything the reader has so far; takes a second for 100,000 people.

    Args:
        read_at: when reading ended, UTC.
        path: the snapshot file; None keeps the people in memory only.

    Raises:
        OSError: the file can't be written.
    """
    known = reader.known()
    records = join(reader.gathering, reader.badge(), members_read=known.members)
    assembly = Assembly(records, known)

    def about() -> snapshot.About:
        return snapshot.About(
            read_at=read_at,
            address=reader.gitlab.access.address.scim_url,
            known=known,
            version=reader.version,
            warnings=reader.warnings(),
            counts=dict(assembly.counts),
            patterns=assembly.patterns(),
            people=assembly.people,
            partial=partial,
        )

    if path is None:
        return snapshot.in_memory(assembly.entries(), about)
    return snapshot.write(path, assembly.entries(), about)
