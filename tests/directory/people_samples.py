"""A few people for tests that need no GitLab."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from scimtui.directory import Badge, Known, People, Record, Snapshot
from scimtui.directory.assembly import Assembly
from scimtui.directory.snapshot import About
from scimtui.directory.snapshot_writing import in_memory, write

NOW = datetime(2025, 1, 15, 9, 30, tzinfo=UTC)
KNOWN = Known(scim=True, saml=True, members=True, badge=Badge.ENTERPRISE_USERS)


def record(number: int, name: str, **values: object) -> Record:
    username = f"user{number}"
    base: dict[str, object] = {
        "user_id": number,
        "username": username,
        "name": name,
        "email": f"{username}@acme.example",
        "state": "active",
        "role": "Developer",
        "member": True,
        "scim_uid": f"guid-{number:04}",
        "scim_active": True,
        "saml_uid": f"guid-{number:04}",
        "enterprise": True,
    }
    return Record(**{**base, **values})  # type: ignore[arg-type]


SAMPLE = [
    record(1, "Ada Byron", role="Owner"),
    record(2, "Bjørn Ås", saml_uid="GUID-0002"),
    record(3, "Chloé Dubois", saml_uid="chloe@acme.example"),
    record(4, "Daniel Okafor", saml_uid=None, enterprise=False),
    record(5, "Elif Yılmaz", scim_active=False),
    record(6, "林 美咲"),
    record(7, "Iain", scim_uid=None, scim_active=None),
    record(8, "Nobody Linked", scim_uid=None, scim_active=None, saml_uid=None),
    record(9, "Blocked Person", state="blocked"),
    record(10, "Swap One", saml_uid="guid-0011"),
    record(11, "Swap Two", saml_uid="guid-0010"),
    record(12, "Left Over", member=False, role=""),
    record(13, "", username="group_5_bot_ab", bot=True, scim_uid=None, scim_active=None, saml_uid=None),
]


def snapshot(records: list[Record], *, known: Known = KNOWN, file: Path | None = None) -> Snapshot:
    assembly = Assembly(records, known)

    def about() -> About:
        return About(
            read_at=NOW,
            address="https://git.example/api/scim/v2/groups/acme",
            known=known,
            counts=dict(assembly.counts),
            patterns=assembly.patterns(),
            people=assembly.people,
        )

    return in_memory(assembly.entries(), about) if file is None else write(file, assembly.entries(), about)


def sample_people() -> People:
    return People(snapshot(SAMPLE))
