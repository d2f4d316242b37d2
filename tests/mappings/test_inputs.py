"""What is handed in is recognised and put in its place; rows are tried; what is saved reads back the same."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimtui.mappings import (
    AnswerError,
    Answers,
    AttributeMapping,
    Inputs,
    Kind,
    MappingFileError,
    NameId,
    Row,
    RowError,
    Stored,
    Trial,
    Users,
    answer_to,
    answered,
    answers_from,
    as_markdown,
    as_table_csv,
    as_table_toml,
    checked_row,
    fault_of,
    guessed,
    impact,
    kind_of,
    name_id_of,
    of_provider,
    questions,
    read_mapping,
    read_piece,
    recommended_at,
    recommended_mapping,
    review,
    sample,
    send,
    taken,
    with_row,
    with_second,
    without_row,
)
from scimtui.mappings.captured import source_of
from scimtui.saml import SamlResponse
from tests.mappings.samples import (
    app_user,
    graph_user,
    graph_users,
    okta_app,
    okta_profile,
    okta_saml_app,
    schema,
)
from tests.saml.samples import assertion, name_id, posted, response

GUID = "b7c0e4d2-8a7f-4c11-a3be-5d9f1c2e7a60"
OKTA_ID = "00u1a2b3c4D5e6f7G8h9"


def piece(document: Any) -> Any:
    return read_piece(document if isinstance(document, str) else json.dumps(document))


def captured(value: str = GUID) -> str:
    return posted(response(assertion(name_id(value))))


def took(inputs: Inputs, *documents: Any) -> tuple[Inputs, list[str]]:
    said = []
    for document in documents:
        inputs, word, _ = taken(inputs, piece(document))
        said.append(word)
    return inputs, said


# ── what a file is ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (schema(), AttributeMapping),
        ("source,target,precedence\nobjectId,externalId,1\n", AttributeMapping),
        (okta_profile(), AttributeMapping),
        ("userPrincipalName,objectId\nada@acme.example,1\n", Users),
        (graph_users(graph_user(1)), Users),
        (captured(), SamlResponse),
    ],
)
def test_a_file_is_recognised_by_what_is_in_it(document: Any, kind: type) -> None:
    assert isinstance(piece(document), kind)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ('{"a": 1}', "other-app"),
        ('{"a": ', "cut-off"),
        ("hello", "not-a-table"),
        ('{"value": []}', "no-content"),
        ("userPrincipalName,objectId\n", "no-content"),
    ],
)
def test_a_file_that_is_none_of_them_says_why_it_is_no_mapping(text: str, code: str) -> None:
    with pytest.raises(MappingFileError) as caught:
        read_piece(text)
    assert caught.value.code == code


# ── where it goes ────────────────────────────────────────────────────────────


def test_entra_pieces_find_their_places_in_any_order() -> None:
    pieces = (schema(), graph_users(graph_user(1), graph_user(2)), captured())
    words = ["the mapping", "a user export: 2 people", "a captured sign-in: its NameID"]
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        inputs, said = took(Inputs(), *(pieces[place] for place in order))
        assert said == [words[place] for place in order]
        assert inputs.mapping.kind is Kind.ENTRA_SCHEMA
        assert inputs.users is not None and len(inputs.users.people) == 2
        assert inputs.name_id is not None and inputs.name_id.value == GUID


def test_another_mapping_takes_the_place_of_the_one_before() -> None:
    inputs = replace(Inputs(), former=recommended_mapping())
    inputs, _ = took(inputs, schema(), "source,target\nmail,externalId\n")
    assert inputs.mapping.kind is Kind.TABLE and inputs.former is None


def test_the_parts_of_an_okta_mapping_are_put_together() -> None:
    inputs, said = took(Inputs(), okta_profile(), [okta_app()], [app_user()], okta_saml_app())
    assert said == [
        "the mapping",
        "the app: which actions are on",
        "the app's users: what GitLab returned for each",
        "Okta's SAML app: its NameID",
    ]
    mapping = inputs.mapping
    assert mapping.kind is Kind.OKTA_PROFILE and mapping.rows and mapping.app_users
    assert mapping.app is not None and mapping.app.features
    assert inputs.name_id is not None and mapping.app.name_id == inputs.name_id.source
    assert took(Inputs(), okta_saml_app(), okta_profile())[0].name_id == inputs.name_id


def test_okta_s_saml_app_alone_tells_the_name_id() -> None:
    inputs, said = took(Inputs(), okta_saml_app())
    assert said == ["Okta's SAML app: its NameID"] and inputs.mapping.idp == "okta"
    assert inputs.name_id is not None and inputs.name_id.source


def test_a_second_file_is_an_earlier_export_or_a_part() -> None:
    inputs, _ = took(Inputs(), schema())
    assert with_second(inputs, read_mapping(json.dumps(schema()))).former is not None
    okta, _ = took(Inputs(), okta_profile())
    assert with_second(okta, piece(okta_saml_app())).name_id is not None
    assert with_second(okta, piece(okta_app())).mapping.app is not None
    assert with_second(okta, piece(okta_profile())).former is not None


def test_a_captured_sign_in_leaves_the_source_that_was_said() -> None:
    known = NameId("user.mail", "persistent")
    read = piece(captured())
    assert isinstance(read, SamlResponse)
    assert name_id_of(read, known).source == "user.mail"
    assert name_id_of(piece(captured(OKTA_ID))).source == 'user.getInternalProperty("id")'
    assert name_id_of(read).source == ""


# ── rows ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "idp", "kind"),
    [
        ("objectId", "entra", "attribute"),
        ("[objectId]", "entra", "expression"),
        ("ToLower([mail])", "entra", "expression"),
        ("", "entra", "none"),
        ("user.email", "okta", "attribute"),
        ("user.email + 'x'", "okta", "expression"),
    ],
)
def test_what_a_typed_source_is(source: str, idp: str, kind: str) -> None:
    assert kind_of(source, idp) == kind


@pytest.mark.parametrize(
    ("row", "idp", "field", "words"),
    [
        (Row("objectId", " "), "entra", "target", "name what"),
        (Row("ToLower([mail]", "userName", "expression"), "entra", "source", "column 15"),
        (Row("[mail]", "userName", "attribute"), "entra", "source", "brackets"),
        (Row("user.email +", "userName", "expression"), "okta", "source", "column"),
        (Row("objectId", "externalId", precedence=10_000), "entra", "precedence", "0"),
    ],
)
def test_a_row_that_can_not_be_says_where(row: Row, idp: str, field: str, words: str) -> None:
    with pytest.raises(RowError, match=words) as caught:
        checked_row(row, idp)
    assert caught.value.field == field


def test_a_row_that_can_be_is_trimmed() -> None:
    assert checked_row(Row(" objectId ", " externalId "), "entra") == Row("objectId", "externalId")
    assert checked_row(Row(" x ", "title", "constant"), "entra").source == " x "
    assert checked_row(Row("", "title"), "entra").kind == "none"
    assert not fault_of(Row("anything (", "title", "constant"), "entra")


def test_rows_are_put_in_and_taken_out() -> None:
    mapping = recommended_mapping()
    row = Row("mail", "externalId", precedence=1)
    assert with_row(mapping, 0, row).rows == (row, *mapping.rows[1:])
    assert with_row(mapping, None, row).rows == (*mapping.rows, row)
    assert without_row(mapping, 1).rows == (mapping.rows[0], *mapping.rows[2:])


def test_an_attribute_of_okta_s_profile_is_what_it_is_sent_as() -> None:
    """It was called noise, to be deleted."""
    inputs, _ = took(Inputs(), okta_profile({"email": ("user.secondEmail", "PUSH")}))
    reviewed = review(inputs.case(), sample("okta", id=OKTA_ID, login="ada", secondEmail="a@b.example"))
    assert [(row.used_as, row.advice, row.codes) for row in reviewed.rows] == [("e-mail", "", ())]
    assert "EX-01" not in {one.finding.code for one in reviewed.findings}
    assert reviewed.sample is not None and reviewed.sample.stored["email"] == "a@b.example"
    assert not any(row.key.startswith("emails") for row in reviewed.by_itself)
    changed = checked_row(replace(inputs.mapping.rows[0], target="lastName"), "okta")
    assert changed.scim_target == "name.familyName"


# ── saving ───────────────────────────────────────────────────────────────────

TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)
NAMES = TEXT.map(str.strip).filter(bool)
ROWS = st.builds(
    Row,
    source=NAMES,
    target=NAMES,
    kind=st.sampled_from(("attribute", "expression", "constant")),
    precedence=st.integers(0, 9999),
    flow=st.sampled_from(("Always", "ObjectAddOnly")),
    default=TEXT.map(str.strip),
)


@given(st.lists(ROWS, min_size=1, max_size=5), st.sampled_from(("entra", "okta", "")))
def test_what_is_saved_reads_back_as_it_was(rows: list[Row], idp: str) -> None:
    mapping = of_provider(AttributeMapping("", Kind.TABLE, rows=tuple(rows)), idp)
    assert read_mapping(as_table_toml(mapping)) == mapping
    assert of_provider(read_mapping(as_table_csv(mapping)), idp) == mapping


@pytest.mark.parametrize("value", ["'=1", "''=1", "=1", "'a", "-1", "@x"])
def test_an_apostrophe_of_the_value_s_own_survives(value: str) -> None:
    mapping = AttributeMapping("", Kind.TABLE, rows=(Row(value, "title", "constant", default=value),))
    assert read_mapping(as_table_csv(mapping)) == mapping == read_mapping(as_table_toml(mapping))


def test_a_saved_table_can_not_run_in_a_spreadsheet() -> None:
    mapping = AttributeMapping("", Kind.TABLE, rows=(Row("=1+1", "externalId", "constant"),))
    assert "'=1+1" in as_table_csv(mapping)


# ── the people ───────────────────────────────────────────────────────────────


def stored(uid: str | None, **more: Any) -> Stored:
    return Stored(1, "Ada de Byron", "ada@acme.example", uid, uid, True)._replace(**more)


@pytest.mark.parametrize(
    ("uid", "idp", "told"),
    [
        (GUID, "entra", ("objectId", GUID)),
        ("ada@corp.example", "entra", ("userPrincipalName", "ada@corp.example")),
        ("ada", "entra", ("objectId", None)),
        (OKTA_ID, "okta", ("id", OKTA_ID)),
        (GUID, "okta", ("id", None)),
        ("ada@corp.example", "okta", ("login", "ada@corp.example")),
        (None, "entra", ("objectId", None)),
    ],
)
def test_a_stored_value_tells_the_attribute_of_its_form(
    uid: str | None, idp: str, told: tuple[str, str | None]
) -> None:
    assert guessed(stored(uid), idp).attributes.get(told[0]) == told[1]


def test_name_and_address_are_taken_for_the_directory_s() -> None:
    known = guessed(stored(None), "entra").attributes
    assert (known["givenName"], known["surname"], known["mail"]) == (
        "Ada de",
        "Byron",
        "ada@acme.example",
    )
    assert known["IsSoftDeleted"] is False


def test_the_impact_without_an_export_is_guessed_and_says_so() -> None:
    people = (stored(GUID), stored("ada@corp.example", user_id=2), stored(None, user_id=3))
    mapping = with_row(recommended_mapping(), 0, Row("mail", "externalId", precedence=1))
    told = impact(Inputs(mapping, NameId("user.mail")).case(people))
    assert told is not None and told.guessed
    assert [fate.number for fate in told.collides] == [0, 1]  # one address, two people
    told = impact(Inputs(recommended_mapping(), NameId("user.objectid")).case(people))
    assert told is not None
    assert [fate.number for fate in told.keeps] == [0]
    assert [fate.why for fate in told.not_known] == ["objectId is not known for this user"]
    assert told.as_json()["guessed"] is True


def test_nobody_is_known_without_people() -> None:
    assert impact(Inputs().case()) is None


# ── tables and answers ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("version", "since"), [(None, 16), ((19, 3), 16), ((16, 0), 16), ((15, 11), 14), ((12, 1), 0)]
)
def test_gitlab_s_table_is_that_of_its_age(version: tuple[int, int] | None, since: int) -> None:
    table = recommended_at("entra", version)
    assert table.since == since
    assert review(Inputs().case(table=table)).case.recommended is table


def test_each_row_is_held_against_gitlab_s() -> None:
    changed = with_row(recommended_mapping(), 0, Row("mail", "externalId", precedence=1))
    changed = with_row(changed, None, Row("title", "title"))
    rows = review(Inputs(changed).case()).rows
    assert [row.as_expected for row in rows] == [False, True, True, True, True, False]
    assert rows[0].expected == recommended_mapping().rows[0] and rows[-1].expected is None


def test_every_answer_has_its_question() -> None:
    assert {question.key for question in questions()} == {one.name for one in fields(Answers)}
    assert {question.key for question in questions("okta")} & {"everybody", "tenant_url"} == set()


@pytest.mark.parametrize(
    ("key", "given_", "value"),
    [
        ("synced", "yes", True),
        ("synced", "No", False),
        ("synced", "", None),
        ("domains", "@a.example, b.example", ("a.example", "b.example")),
        ("domains", " ", None),
        ("tenant_url", "https://x", "https://x"),
    ],
)
def test_an_answer_is_taken_and_told_again(key: str, given_: str, value: object) -> None:
    answers = answered(Answers(), key, given_)
    assert getattr(answers, key) == value
    assert answered(Answers(), key, answer_to(answers, key)) == answers


@pytest.mark.parametrize(("key", "given_"), [("synced", "perhaps"), ("nothing", "yes")])
def test_an_answer_that_is_none_is_refused(key: str, given_: str) -> None:
    with pytest.raises(AnswerError, match=key):
        answered(Answers(), key, given_)


def test_people_tell_whether_there_was_a_sync() -> None:
    assert answers_from((stored(GUID),), gitlab_com=True) == Answers(synced=True, gitlab_com=True)
    assert answers_from((stored(None),), gitlab_com=False).synced is False
    assert answers_from(None, gitlab_com=False).synced is None


# ── a trial ──────────────────────────────────────────────────────────────────


def test_a_trial_goes_there_and_back() -> None:
    trial = Trial("entra", "user.objectid")
    assert not trial.is_begun and trial.inputs.name_id == NameId("user.objectid")
    place = trial.put(Row("title", "title"), None)
    assert place == 5 and trial.is_changed and trial.mapping.place_of("TITLE") == 5
    trial.remove(0)
    assert trial.mapping.row("externalId") is None
    trial.undo()
    trial.undo()
    assert trial.mapping == recommended_mapping() and not trial.is_changed
    trial.undo()  # nothing is left to take back


def test_what_was_answered_counts_more_than_what_the_people_tell() -> None:
    trial = Trial()
    told = Answers(synced=True, gitlab_com=True)
    assert trial.case(told=told).answers.synced is True
    trial.inputs = replace(trial.inputs, answers=Answers(synced=False))
    answers = trial.case(told=told).answers
    assert (answers.synced, answers.gitlab_com) == (False, True)


def test_another_mapping_forgets_the_changes_and_another_export_the_sample() -> None:
    trial = Trial()
    trial.put(Row("title", "title"), None)
    trial.sample = sample("entra")
    trial.take(piece(schema()), "schema.json")
    assert not trial.is_changed and trial.name == "schema.json" and trial.sample is not None
    trial.take(piece(graph_users(graph_user(1))), "users.json")
    assert trial.sample is None and trial.said == "users.json: a user export: 1 person"


def test_a_provider_is_changed_before_anything_was_begun_alone() -> None:
    trial = Trial()
    trial.begin("okta")
    assert trial.mapping == recommended_mapping("okta")
    trial.take(piece("source,target\nuser.email,email\n"), "table.csv")
    assert trial.mapping.idp == "okta" and trial.mapping.rows[0].sends
    trial.begin("entra")
    assert trial.mapping.idp == "okta"


def test_the_ages_of_gitlab_s_table_go_round() -> None:
    trial = Trial()
    seen = []
    for _ in range(4):
        seen.append(trial.case(version=(15, 2)).recommended.since)
        trial.next_age((15, 2))
    assert seen == [14, 0, 16, 14]


def test_a_source_that_is_changed_after_a_sync_always_gets_the_warning() -> None:
    """Of an attribute that nobody knows the values of, too; a table that was only begun with is no change."""
    changed = Row("employeeId", "externalId", precedence=1)
    people = (stored(GUID),)
    for opened in (True, False):
        trial = Trial()
        if opened:
            trial.take(piece(schema()), "schema.json")
        place = trial.mapping.place_of("externalId")
        trial.put(changed, place)
        reviewed = review(trial.case(people, answers_from(people, gitlab_com=True)))
        codes = {one.finding.code for one in reviewed.findings}
        assert ("ID-16" in codes) is opened
        assert reviewed.impact is not None and bool(reviewed.impact.warning) is opened
        trial.undo()
        reviewed = review(trial.case(people, answers_from(people, gitlab_com=True)))
        assert reviewed.impact is not None and not reviewed.impact.warning


# ── what a second reader found ───────────────────────────────────────────────


def test_what_is_not_known_of_an_okta_user_is_no_empty_value() -> None:
    """Whole groups were told to lose sign-in, because their login was not known."""
    people = tuple(stored(f"00u{number:017}", user_id=number) for number in range(3))
    told = impact(Inputs(recommended_mapping("okta"), NameId("user.login")).case(people))
    assert told is not None and not told.loses and len(told.keeps) == 3
    row = Row('user.login + "-x"', "externalId", "expression")
    told = impact(Inputs(of_provider(AttributeMapping("", Kind.TABLE, rows=(row,)), "okta")).case(people))
    assert told is not None and len(told.not_known) == 3
    assert told.not_known[0].why == "login is not known for this user"


def test_the_users_of_another_provider_tell_nothing() -> None:
    inputs, said = took(Inputs(), okta_profile(), graph_users(graph_user(1)))
    assert said[1] == "a user export: 1 person, not used: the mapping is not Entra ID's"
    assert inputs.case().users is None
    inputs, _ = took(inputs, schema())
    assert inputs.case().users is not None


def test_what_was_said_for_another_provider_does_not_stay() -> None:
    trial = Trial("entra", "user.objectid")
    trial.sample = sample("entra", objectId="1")
    trial.take(piece(okta_profile()), "okta.json")
    assert trial.sample is None and trial.inputs.name_id is None
    trial.take(piece(schema()), "schema.json")
    assert trial.inputs.name_id == NameId("user.objectid")
    trial.take(piece(okta_saml_app()), "saml.json")
    assert trial.inputs.name_id is not None and trial.inputs.name_id.source != "user.objectid"


def test_two_rows_that_are_sent_as_one_tell_nothing_for_sure() -> None:
    rows = (Row("objectId", "externalId"), Row("mail", "externalid"))
    person = sample("entra", objectId="1", mail="a@b.example")
    for order in (rows, rows[::-1]):
        mapping = AttributeMapping("entra", Kind.TABLE, rows=order)
        case = Inputs(mapping, NameId("user.objectid")).case((stored(GUID),))
        reviewed = review(case, person)
        assert reviewed.sample is not None and reviewed.sample.outcome == "unknown"
        assert reviewed.impact is not None and len(reviewed.impact.not_known) == 1
    same = AttributeMapping("entra", Kind.TABLE, rows=(rows[0], *recommended_mapping().rows))
    whole = sample("entra", objectId="1", userPrincipalName="a@b.example", mailNickname="a", displayName="A")
    assert send(same, NameId("user.objectid"), whole, complete=True).outcome == "works"


def test_who_has_a_saml_identity_alone_can_lose_the_sign_in() -> None:
    people = (stored(None, saml_uid="old", email="person1@acme.example"),)
    export = read_piece(graph_users(graph_user(1)))
    assert isinstance(export, Users)
    told = impact(Inputs(recommended_mapping(), NameId("user.objectid"), export).case(people))
    assert told is not None and [fate.number for fate in told.loses] == [0]
    assert not told.keeps + told.changes + told.collides + told.not_known


@pytest.mark.parametrize(
    "row", [Row("mail", "externalId", flow="ObjectAddOnly"), Row("x", "externalId", default="d")]
)
def test_what_is_sent_on_creation_alone_changes_nobody(row: Row) -> None:
    people = (stored(GUID, email="person1@acme.example"),)
    export = read_piece(graph_users(graph_user(1, x=None)))
    assert isinstance(export, Users)
    mapping = with_row(recommended_mapping(), 0, row)
    told = impact(Inputs(mapping, NameId("user.objectid"), export).case(people))
    assert told is not None and not told.changes + told.collides


def test_a_source_that_several_claims_suggest_is_not_known() -> None:
    claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
    both = {f"{claims}/name": ["a@b.example"], f"{claims}/emailaddress": ["a@b.example"]}
    assert source_of(both, "a@b.example") == ""
    assert source_of({f"{claims}/name": ["a@b.example"]}, "a@b.example") == "user.userprincipalname"
    assert source_of({"name": ["a@b.example"]}, "a@b.example") == ""
    assert source_of({f"{claims}/name": ["a@b.example"]}, "a@b.example", "okta") == ""


def test_a_source_that_was_inferred_gives_way_to_the_next_capture() -> None:
    first = name_id_of(piece(captured(OKTA_ID)))
    assert first.inferred and first.source
    assert name_id_of(piece(captured()), first).source == ""


def test_a_part_of_an_okta_mapping_leaves_the_changes_that_are_tried() -> None:
    trial = Trial("okta")
    trial.take(piece(okta_profile()), "profile.json")
    trial.put(Row("user.login", "email"), 0)
    trial.take(piece(okta_app()), "app.json")
    assert trial.is_changed and trial.name == "profile.json, app.json"
    trial.undo()
    assert trial.mapping.rows == piece(okta_profile()).rows and trial.mapping.app is not None


def test_an_okta_app_alone_has_no_rows_of_the_table_one_begins_with() -> None:
    trial = Trial("okta")
    trial.take(piece(okta_app()), "app.json")
    assert trial.mapping.rows == ()


def test_a_large_user_export_is_not_taken_for_a_mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scimtui.mappings.reading.LIMIT", 50)
    assert isinstance(piece(graph_users(graph_user(1))), Users)


def test_what_people_tell_is_not_kept_as_an_answer() -> None:
    trial = Trial()
    told = Answers(synced=False, gitlab_com=True)
    trial.answer(trial.answers(told), told)
    assert trial.inputs.answers == Answers()
    trial.answer(replace(trial.answers(told), synced=True), told)
    assert trial.inputs.answers == Answers(synced=True)


# ── what a newcomer found ────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("key", "lacking"), [("emails", "work e-mail"), ("username", "userName"), ("name.formatted", "name")]
)
def test_nobody_could_sign_in_whom_gitlab_would_not_create(key: str, lacking: str) -> None:
    whole = sample("entra", objectId="1", userPrincipalName="a@b.example", mailNickname="a", displayName="A")
    rows = recommended_mapping().rows
    without = AttributeMapping(
        "entra", Kind.TABLE, rows=tuple(row for row in rows if not row.key.startswith(key))
    )
    sent = send(without, NameId("user.objectid"), whole, complete=True)
    assert (sent.outcome, sent.why) == ("fails", f"no {lacking} is sent, so GitLab refuses to create them")
    assert send(recommended_mapping(), NameId("user.objectid"), whole, complete=True).outcome == "works"


def test_okta_s_fix_is_in_okta_s_words() -> None:
    inputs, _ = took(Inputs(name_id=NameId("user.login")), okta_profile())
    fixes = {one.finding.code: one.finding.fix for one in review(inputs.case()).findings}
    assert "getInternalProperty" in fixes["ID-02"] and "objectId" not in fixes["ID-02"]


def test_what_is_not_checked_says_what_is_missing_alone() -> None:
    case = Inputs(read_mapping(json.dumps(schema())), NameId("user.objectid")).case()
    needs = {one.code: one.needs for one in review(case).not_checked}
    assert needs["ID-03"] == "a user export"
    assert needs["SC-04"] == "a user export" and needs["NF-06"].startswith("more than what was given")
    assert needs["SC-02"] == "an administrator's answer"


def test_an_exported_review_says_what_it_is_about() -> None:
    trial = Trial()
    trial.take(piece(schema()), "schema.json")
    assert "- reviewed: schema.json\n" in as_markdown(review(trial.case()), trial.about)
    trial.remove(0)
    assert "schema.json, with 1 change tried in scimtui and not in the file" in trial.about


def test_another_mapping_that_is_opened_can_be_taken_back() -> None:
    trial = Trial()
    trial.take(piece(schema()), "schema.json")
    trial.remove(0)
    trial.take(piece("source,target\nmail,externalId\n"), "table.csv")
    assert not trial.is_changed and trial.can_undo
    trial.undo()
    assert trial.name == "schema.json" and trial.is_changed and len(trial.mapping.rows) == 4
    trial.undo()
    assert not trial.is_changed and len(trial.mapping.rows) == 5
