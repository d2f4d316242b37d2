"""How far a reading is, and why it waits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scimtui.directory import PeopleReader, Progress, snapshot_of
from scimtui.directory.gathering import ScimRow
from scimtui.directory.reading import trouble_in
from scimtui.gitlab import Access, GitLab, Secret, parse_address
from scimtui.gitlab.requestlog import Exchange
from scimtui.gitlab.requests import read

REQUEST = read("https://gitlab.example/api/v4/metadata", "access")


@pytest.mark.parametrize(
    ("progress", "fraction"),
    [
        (Progress({}, {}), None),
        (Progress({}, {}, awaited=3), None),
        (Progress({"members": 50}, {"members": 100}), 0.5),
        (Progress({"members": 100}, {"members": 100}, awaited=3), 0.25),
        (Progress({"members": 120}, {"members": 100}), 1.0),
        (Progress({"members": 0}, {"members": 0}), None),
    ],
)
def test_how_far(progress: Progress, fraction: float | None) -> None:
    assert progress.fraction == fraction


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (200, ""),
        (404, None),
        (429, "GitLab asks to slow down, waiting"),
        (502, "GitLab answers 502, trying again"),
        (None, "no answer from GitLab, trying again"),
    ],
)
def test_why_it_waits(status: int | None, trouble: str | None) -> None:
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    assert trouble_in(Exchange(1, REQUEST, moment, status, 1.0, 0)) == trouble


def test_while_lists_are_missing_nobody_stands_there_twice() -> None:
    address = parse_address("https://gitlab.example/api/scim/v2/groups/acme")
    reader = PeopleReader(GitLab(Access(address, access_token=Secret("glpat-x"))))
    reader.gathering.scim_users = {"u1": ScimRow("u1", "ada", "Ada Byron", "ada@acme.example", True)}
    reader.gathering.saml_identities = {7: "u1"}
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    growing = snapshot_of(reader, moment, path=None, partial=True)
    assert [row.record.username for row in growing.rows(range(9))] == ["ada"]
    growing.close()
