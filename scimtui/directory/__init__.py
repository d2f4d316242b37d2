"""The people: SCIM, SAML and member records joined; verdicts, search, the local snapshot.

    reader = PeopleReader(gitlab)
    await reader.run()
    snapshot = snapshot_of(reader, now, path=None)
    people = People(snapshot)
    for row in people.rows(people.select("is:differs")[:50]):
        print(row.record.name, people.person(row).findings)

Names are loaded when they are used: looking somebody up in a snapshot needs no HTTP library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scimtui.directory.judging import person_in
    from scimtui.directory.model import Badge, Known, Person, Record, SignIn, Verdict
    from scimtui.directory.people import QUICK_FILTERS, People
    from scimtui.directory.reading import PeopleReader, Progress
    from scimtui.directory.refresh import snapshot_of
    from scimtui.directory.search import SearchError, parse_query
    from scimtui.directory.snapshot import About, Row, Snapshot, SnapshotDamaged

_HOMES = {
    "About": "snapshot",
    "Badge": "model",
    "Known": "model",
    "People": "people",
    "PeopleReader": "reading",
    "Person": "model",
    "Progress": "reading",
    "QUICK_FILTERS": "people",
    "Record": "model",
    "Row": "snapshot",
    "SearchError": "search",
    "SignIn": "model",
    "Snapshot": "snapshot",
    "SnapshotDamaged": "snapshot",
    "Verdict": "model",
    "parse_query": "search",
    "person_in": "judging",
    "snapshot_of": "refresh",
}

__all__ = [
    "QUICK_FILTERS",
    "About",
    "Badge",
    "Known",
    "People",
    "PeopleReader",
    "Person",
    "Progress",
    "Record",
    "Row",
    "SearchError",
    "SignIn",
    "Snapshot",
    "SnapshotDamaged",
    "Verdict",
    "parse_query",
    "person_in",
    "snapshot_of",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
