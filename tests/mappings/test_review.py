"""A whole review: a sample, an export, two exports, and its forms."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from scimtui.mappings import (
    Case,
    NameId,
    Stored,
    as_csv,
    as_markdown,
    read_mapping,
    read_users,
    review,
    sample,
)
from scimtui.mappings.comparing import differences
from scimtui.mappings.expressions.results import Unevaluated, Value
from scimtui.mappings.sending import gitlab_username, send, stored_name
from tests.mappings.samples import (
    GOOD_ROWS,
    SWITCH,
    WORK,
    attribute_mapping,
    graph_user,
    graph_users,
    okta_profile,
    schema,
)

PERSISTENT = NameId("user.objectid", "persistent")
ADA = sample(
    "entra",
    objectId="b7c0",
    userPrincipalName="Ada.Byron@acme.example",
    mailNickname="ada.byron",
    displayName="Ada Byron",
)


def entra(rows: dict[str, tuple[str, int]] | None = None, **more: Any) -> Any:
    return read_mapping(json.dumps(schema(GOOD_ROWS | (rows or {}), **more)))


def test_a_sample_is_worked_out_to_the_end() -> None:
    sent = send(entra(), PERSISTENT, ADA, complete=True)
    assert dict(sent.values) == {
        "externalId": Value("b7c0"),
        WORK: Value("Ada.Byron@acme.example"),
        "userName": Value("ada.byron"),
        "name.formatted": Value("Ada Byron"),
        "active": Value("True"),
    }
    assert sent.stored == {
        "extern_uid": "b7c0",
        "email": "Ada.Byron@acme.example",
        "username": "ada.byron",
        "name": "Ada Byron",
        "active": "true",
    }
    assert (sent.name_id, sent.outcome) == (Value("b7c0"), "works")


@pytest.mark.parametrize(
    ("rows", "name_id", "outcome", "words"),
    [
        ({"externalId": ("[mailNickname]", 1)}, PERSISTENT, "fails", "different"),
        ({"externalId": ("ToUpper([objectId], )", 1)}, PERSISTENT, "fails", "capitals"),
        ({"externalId": ("[employeeId]", 1)}, PERSISTENT, "fails", "no externalId"),
        ({"externalId": ("Guid()", 1)}, PERSISTENT, "unknown", "another one each time"),
        ({}, None, "unknown", "not known"),
        ({}, NameId("user.employeeid"), "fails", "no NameID"),
        ({}, NameId("externalId"), "works", "same"),
    ],
)
def test_whether_the_person_could_sign_in(
    rows: dict[str, tuple[str, int]], name_id: NameId | None, outcome: str, words: str
) -> None:
    sent = send(entra(rows), name_id, ADA, complete=True)
    assert sent.outcome == outcome and words in sent.why


def test_what_an_export_does_not_hold_is_not_guessed() -> None:
    users = read_users("userPrincipalName,objectId\nada@acme.example,b7c0\n")
    sent = send(entra(), PERSISTENT, users.people[0], complete=False)
    assert sent.values["userName"] == Unevaluated("mailNickname is not known for this user")
    assert sent.outcome == "works" and "username" not in sent.stored


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("ada@acme.example", "ada"),
        ("Ada Byron", "AdaByron"),
        ("zoë", "zoe"),
        (".ada.", "ada"),
        ("ada.git", "ada"),
        ('a"da', "ada"),
        ("株", "blank"),
        ("@x", "blank"),
        ("o'neil_1-x", "oneil_1-x"),
    ],
)
def test_the_username_that_gitlab_makes(sent: str, stored: str) -> None:
    assert gitlab_username(sent) == stored


def test_the_name_that_gitlab_stores() -> None:
    assert stored_name("F", "G", "S", "D") == "F"
    assert stored_name(" ", "G", "S", "D") == "G S"
    assert stored_name(None, None, None, "D") == "D"
    assert stored_name("", None, None, "D") == ""


def test_okta_sends_its_own_id_and_login_and_of_the_rest_what_the_profile_maps() -> None:
    user = sample(
        "okta", id="00u1", login="ada@acme.example", email="ada@acme.example", firstName="Ada", lastName="B"
    )
    sent = send(
        read_mapping(json.dumps(okta_profile())),
        NameId('user.getInternalProperty("id")'),
        user,
        complete=True,
    )
    assert sent.stored["extern_uid"] == "00u1" and sent.stored["name"] == "Ada" and sent.outcome == "works"
    assert sent.stored["username"] == "ada" and "name.familyName" not in sent.values


def test_over_a_whole_export() -> None:
    people = [graph_user(1), graph_user(2), graph_user(3, mailNickname="x")]
    users = read_users(graph_users(*people))
    rows = {"externalId": ("[mailNickname]", 1)}
    case = Case(entra(rows), NameId("user.mailnickname"), users)
    reviewed = review(case)
    assert (reviewed.working, reviewed.failing, reviewed.unknown) == (3, (), 0)
    reviewed = review(Case(entra(rows), PERSISTENT, users))
    assert len(reviewed.failing) == 3 and reviewed.sample is not None


def test_two_exports_are_compared_by_meaning() -> None:
    before = entra()
    same = entra({"active": ("Not([IsSoftDeleted])", 0)})
    assert differences(before, same) == ()
    now = entra(
        {"externalId": ("[employeeId]", 2), "userName": ("[mailNickname]", 1)},
        flow="Add",
        enabled=False,
        groups=True,
        add=[attribute_mapping("title", "[jobTitle]")],
        listed={"id": (False, True, False), "externalId": (False, True, True)},
        scope={
            "groups": [{"clauses": [{"sourceOperandName": "a", "operatorName": "IS", "targetOperand": {}}]}]
        },
    )
    told = [one.told for one in differences(before, now)]
    for words in (
        "externalId: source objectId → employeeId",
        "externalId: matching precedence 1 → 2",
        "userName: matching precedence none → 1",
        "title: added, from jobTitle",
        "users are sent: yes → no",
        "groups are sent: no → yes",
        "actions: create, delete, update → create",
        "scope: none → a IS",
        "id in the attribute list: primary key yes → no",
    ):
        assert words in told, words
    assert "title: taken out (was jobTitle)" in [one.told for one in differences(now, before)]


def test_two_attributes_that_are_nobodys_are_not_the_same() -> None:
    before, now = (
        entra({"externalId": ("[extensionAttribute1]", 1)}),
        entra({"externalId": ("[extensionAttribute2]", 1)}),
    )
    assert len(differences(before, now)) == 1


def test_the_json_is_designs() -> None:
    reviewed = review(Case(entra({"externalId": ("[mailNickname]", 1)}), PERSISTENT), ADA)
    document = json.loads(json.dumps(reviewed.as_json()))
    assert {"idp", "kind", "rows", "missing", "findings", "sample"} <= set(document)
    row = next(row for row in document["rows"] if row["target"] == "externalId")
    assert row == {
        "source": "mailNickname",
        "target": "externalId",
        "matching": 1,
        "flow": "Always",
        "used_as": "extern_uid",
        "severity": "error",
        "codes": ["ID-02", "ID-04"],
    }
    finding = document["findings"][0]
    assert finding["code"] == "ID-02" and finding["row"] == "externalId" and finding["severity"] == "error"
    sampled = document["sample"]
    assert set(sampled) == {"input", "sent", "stored", "name_id", "outcome"} and sampled["outcome"] == "fails"


def test_csv_and_markdown() -> None:
    rows = {"externalId": ("[mailNickname]", 1), "title": ('=cmd|"x"', 0), "nickName": ("\uff1dcmd", 0)}
    reviewed = review(Case(entra(rows), PERSISTENT, read_users(graph_users(graph_user(1)))))
    read_back = list(csv.reader(io.StringIO(as_csv(reviewed))))
    assert read_back[0][:3] == ["source", "target", "matching"]
    assert next(row[:3] for row in read_back if row[1] == "externalId") == ["mailNickname", "externalId", "1"]
    assert all(not cell.startswith(("=", "\uff1d")) for row in read_back for cell in row)
    text = as_markdown(reviewed)
    for words in (
        "## Can people sign in",
        "**ID-04",
        "## Not checked",
        "could not: 1",
        "| `mailNickname` | `externalId` | 1 |",
    ):
        assert words in text, words


def test_active_is_judged_by_what_it_comes_to() -> None:
    for expression in (SWITCH, "Not([IsSoftDeleted])", 'IIF([IsSoftDeleted]="True", "False", "True")'):
        codes = {
            one.finding.code for one in review(Case(entra({"active": (expression, 0)}), PERSISTENT)).findings
        }
        assert not codes & {"AC-01", "AC-02", "AC-03", "AC-07"}, expression


def test_the_impact_on_the_people_who_are_stored() -> None:
    """Ada keeps, Bob changes, Cid and Dan collide, Eve is not in the export, Fay loses sign-in."""
    people = [
        graph_user(1, id="ada", mailNickname="ada"),
        graph_user(2, id="bob", mailNickname="bob2"),
        graph_user(3, id="cid", mailNickname="same"),
        graph_user(4, id="dan", mailNickname="Same"),
        graph_user(5, id="fay", mailNickname="fay"),
    ]
    stored = tuple(
        Stored(number, name, f"Person{number}@acme.example", name, "other" if name == "fay" else name, True)
        for number, name in ((1, "ada"), (2, "bob"), (3, "cid"), (4, "dan"), (5, "fay"))
    )
    stored += (
        Stored(9, "eve", "eve@acme.example", "eve", "eve", True),
        Stored(10, "nobody", "", None, None, None),
    )
    mapping = entra({"externalId": ("[mailNickname]", 1)})
    reviewed = review(Case(mapping, PERSISTENT, read_users(graph_users(*people)), stored))
    told = reviewed.impact
    assert told is not None
    assert [fate.label for fate in told.keeps] == ["ada", "fay"]
    assert [(fate.label, fate.new) for fate in told.changes] == [("bob", "bob2")]
    assert [fate.label for fate in told.collides] == ["cid", "dan"]
    assert [fate.label for fate in told.loses] == ["fay"]
    assert [fate.label for fate in told.not_known] == ["eve"]
    assert "duplicate users and lost access" in told.warning
    document = json.loads(json.dumps(reviewed.as_json()))["impact"]
    assert document["keeps"] == 2 and document["changes"][0] == {
        "person": "bob",
        "user_id": 2,
        "scim": "bob",
        "saml": "bob",
        "new": "bob2",
    }
    text = as_markdown(reviewed)
    assert "would get a value that somebody else has: 2 (cid, dan)" in text and told.warning in text


def test_a_value_that_another_person_holds_collides() -> None:
    stored = (
        Stored(1, "ada", "person1@acme.example", "a", "a", True),
        Stored(2, "bob", "other@acme.example", "PERSON1", "b", True),
    )
    case = Case(
        entra({"externalId": ("[mailNickname]", 1)}), None, read_users(graph_users(graph_user(1))), stored
    )
    told = review(case).impact
    assert told is not None
    assert [fate.label for fate in told.collides] == ["ada"]
    assert [fate.label for fate in told.not_known] == ["bob"]


def test_a_mapping_that_changes_nobody_has_no_warning() -> None:
    stored = (Stored(1, "ada", "person1@acme.example", graph_user(1)["id"], graph_user(1)["id"], True),)
    told = review(Case(entra(), PERSISTENT, read_users(graph_users(graph_user(1))), stored)).impact
    assert told is not None and len(told.keeps) == 1 and not told.warning and not told.loses
    assert review(Case(entra(), PERSISTENT, None, None)).impact is None


def test_id_and_external_id_both_sent_tell_nothing_for_sure() -> None:
    sent = send(entra({"id": ("[mailNickname]", 0)}), PERSISTENT, ADA, complete=True)
    assert sent.outcome == "unknown" and "extern_uid" not in sent.stored


def test_no_name_id_at_all_loses_the_sign_in() -> None:
    uid = graph_user(1)["id"]
    stored = (Stored(1, "ada", "person1@acme.example", uid, "E77", True),)
    users = read_users(graph_users(graph_user(1, employeeId=None)))
    told = review(Case(entra(), NameId("user.employeeid"), users, stored)).impact
    assert told is not None and [fate.label for fate in told.loses] == ["ada"]


def test_an_export_without_account_enabled_does_not_tell_who_is_out() -> None:
    users = read_users("userPrincipalName,objectId\nada@acme.example,b7c0\n")
    sent = send(entra(), PERSISTENT, users.people[0], complete=False)
    assert "active" not in sent.stored


def test_markdown_keeps_a_source_within_its_code() -> None:
    rows = {"title": ("`` @all ``", 0)}
    text = as_markdown(review(Case(entra(rows), PERSISTENT), ADA))
    assert "| ``` `` @all `` ``` | `title` |" in text


def test_no_escape_leaves_in_any_form() -> None:
    rows = {"userName": ('Append([mailNickname], "\x1b]0;x\x07\n|")', 0)}
    reviewed = review(Case(entra(rows), PERSISTENT), ADA)
    for text in (as_markdown(reviewed), as_csv(reviewed)):
        assert "\x1b" not in text and "\x07" not in text
    row = next(line for line in as_markdown(reviewed).splitlines() if "`userName`" in line)
    assert row.startswith("| ") and row.endswith(" |")
