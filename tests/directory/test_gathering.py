from __future__ import annotations

import pytest

from scimtui.directory import Badge, Record
from scimtui.directory.badge import BadgeReading
from scimtui.directory.gathering import AccountRow, Gathering, ScimRow, is_bot, join
from scimtui.gitlab.roles import role_name
from scimtui.text import fold_uid

BADGE = BadgeReading(Badge.ENTERPRISE_USERS, frozenset({1}))


def scim(*rows: ScimRow) -> dict[str, ScimRow]:
    return {fold_uid(row.uid): row for row in rows}


def by_name(people: list[Record]) -> dict[str, Record]:
    return {record.username or str(record.user_id): record for record in people}


def test_lists_are_joined_by_user_id() -> None:
    gathering = Gathering(
        scim_users=scim(
            ScimRow("G-1", "ada", "Ada", "ada@x", True), ScimRow("G-3", "gone", "Gone", "g@x", False)
        ),
        scim_identities={1: ("g-1", True), 3: ("G-3", False)},
        saml_identities={1: "G-1", 4: "g-4"},
        members={
            1: AccountRow("ada", "Ada Byron", "active", "ada@acme", "Owner"),
            2: AccountRow("bob", "Bob", "blocked", "", "Guest"),
        },
        accounts={4: AccountRow("eve", "Eve", "active", "eve@x")},
    )
    people = by_name(join(gathering, BADGE, members_read=True))
    assert set(people) == {"ada", "bob", "gone", "eve"}
    ada = people["ada"]
    assert (ada.scim_uid, ada.scim_active, ada.saml_uid) == ("g-1", True, "G-1")
    assert (ada.name, ada.email, ada.role, ada.enterprise) == ("Ada Byron", "ada@x", "Owner", True)
    assert (people["bob"].state, people["bob"].scim_uid, people["bob"].member) == ("blocked", None, True)
    assert (people["gone"].member, people["gone"].scim_active, people["gone"].name) == (False, False, "Gone")
    assert (people["eve"].member, people["eve"].saml_uid, people["eve"].enterprise) == (False, "g-4", False)


def test_enterprise_users_without_membership_or_identity_are_left_out() -> None:
    gathering = Gathering(
        scim_identities={}, saml_identities={}, accounts={9: AccountRow("x", "X", "active", "")}
    )
    assert join(gathering, BADGE, members_read=True) == []


def test_with_the_scim_token_alone_people_are_known_by_username() -> None:
    gathering = Gathering(scim_users=scim(ScimRow("G-1", "Ada", "Ada", "a@x", True)))
    (ada,) = join(gathering, BadgeReading(Badge.ASSUMED_SCIM), members_read=False)
    assert (ada.key, ada.user_id, ada.member, ada.enterprise) == ("nada", None, None, None)


def test_a_scim_user_newer_than_the_identity_list_joins_by_username() -> None:
    gathering = Gathering(
        scim_users=scim(ScimRow("G-2", "BOB", "Bob", "b@x", True)),
        scim_identities={},
        saml_identities={},
        members={2: AccountRow("bob", "Bob", "active", "", "Guest")},
    )
    (bob,) = join(gathering, BADGE, members_read=True)
    assert (bob.user_id, bob.scim_uid, bob.email) == (2, "G-2", "b@x")


def test_who_no_list_has_named() -> None:
    gathering = Gathering(
        scim_users=scim(ScimRow("g-1", "ada", "", "", True)),
        scim_identities={1: ("G-1", True), 2: ("g-2", True)},
        saml_identities={3: "x", 4: "y"},
        members={4: AccountRow("d", "D", "active", "")},
    )
    assert gathering.nameless() == {2, 3}


@pytest.mark.parametrize(
    ("username", "flagged", "bot"),
    [
        ("group_123_bot_0a1b", False, True),
        ("project_9_bot", False, True),
        ("service_account_group_5_ab12", False, True),
        ("deploy", True, True),
        ("botticelli", False, False),
        ("group_bot", False, False),
    ],
)
def test_bots(username: str, flagged: bool, bot: bool) -> None:
    assert is_bot(username, flagged) is bot


@pytest.mark.parametrize(
    ("level", "custom", "name"),
    [
        (50, None, "Owner"),
        (5, None, "Minimal Access"),
        (30, "Auditor+", "Auditor+"),
        (33, None, "access level 33"),
    ],
)
def test_roles(level: int, custom: str | None, name: str) -> None:
    assert role_name(level, custom) == name
