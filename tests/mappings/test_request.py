"""The SCIM request that is made of one user."""

from __future__ import annotations

from scimtui.mappings import (
    AttributeMapping,
    Inputs,
    Kind,
    Row,
    recommended_mapping,
    sample,
    scim_request,
    send,
)
from scimtui.mappings.request import CORE

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ADA = sample(
    "entra",
    objectId="b7c0",
    userPrincipalName="ada@acme.example",
    mailNickname="ada",
    displayName="Ada Byron",
    department="IT",
    IsSoftDeleted=False,
)


def body(*rows: Row) -> dict[str, object]:
    mapping = AttributeMapping("entra", Kind.TABLE, rows=rows)
    return scim_request(send(mapping, None, ADA, complete=True))


def test_gitlab_s_table_makes_the_request_that_gitlab_wants() -> None:
    sent = send(recommended_mapping(), Inputs().name_id, ADA, complete=True)
    assert scim_request(sent) == {
        "schemas": [CORE],
        "externalId": "b7c0",
        "emails": [{"type": "work", "value": "ada@acme.example"}],
        "userName": "ada",
        "name": {"formatted": "Ada Byron"},
        "active": True,
    }


def test_what_has_no_value_or_can_not_be_told_is_left_out() -> None:
    rows = (
        Row("mobile", "title"),
        Row("Guid()", "externalId", "expression"),
        Row("mailNickname", "userName"),
    )
    assert body(*rows) == {"schemas": [CORE], "userName": "ada"}


def test_an_extension_has_its_own_schema() -> None:
    made = body(
        Row("department", f"{ENTERPRISE}:department"), Row("displayName", f"{ENTERPRISE}:manager.name")
    )
    assert made == {
        "schemas": [CORE, ENTERPRISE],
        ENTERPRISE: {"department": "IT", "manager": {"name": "Ada Byron"}},
    }


def test_entries_with_one_filter_are_one_entry() -> None:
    made = body(
        Row("userPrincipalName", 'emails[type eq "work"].value'),
        Row("True", "emails[type eq 'x'].primary", "constant"),
        Row("displayName", 'emails[type eq "work"].display'),
    )
    assert made["emails"] == [
        {"type": "work", "value": "ada@acme.example", "display": "Ada Byron"},
        {"type": "x", "primary": "True"},
    ]


def test_targets_that_do_not_go_together_break_nothing() -> None:
    made = body(
        Row("displayName", "name"), Row("displayName", "name.formatted"), Row("mailNickname", "schemas")
    )
    assert made == {"schemas": [CORE], "name": "Ada Byron"}


def test_a_list_beside_an_entry_of_it_breaks_nothing() -> None:
    listed = sample("entra", otherMails=("a@b.example", "c@b.example"), mail="d@b.example")
    rows = (Row("otherMails", "emails"), Row("mail", 'emails[type eq "work"].value'))
    mapping = AttributeMapping("entra", Kind.TABLE, rows=rows)
    made = scim_request(send(mapping, None, listed, complete=True))
    assert made["emails"] == ["a@b.example", "c@b.example", {"type": "work", "value": "d@b.example"}]
