"""Every rule has a case that fires and one that doesn't; without its inputs it is not checked."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from scimtui.findings import Severity
from scimtui.mappings import (
    Answers,
    AttributeMapping,
    Case,
    NameId,
    Stored,
    answered,
    read_mapping,
    read_users,
    recommended_mapping,
    review,
)
from scimtui.mappings.review import RULES, TEXTS
from tests.mappings.samples import (
    GOOD_ROWS,
    SWITCH,
    WORK,
    app_user,
    attribute_mapping,
    graph_user,
    graph_users,
    okta_app,
    okta_profile,
    okta_saml_app,
    schema,
)

PERSISTENT = NameId("user.objectid", "persistent", attributes=("email",))
ONE = "00000001-0000-4000-8000-000000000000"


def entra(*, rows: dict[str, tuple[str, int]] | None = None, drop: str = "", **more: Any) -> AttributeMapping:
    chosen = {target: row for target, row in (GOOD_ROWS | (rows or {})).items() if target != drop}
    return read_mapping(json.dumps(schema(chosen, **more)))


def okta(document: Any) -> AttributeMapping:
    return read_mapping(json.dumps(document))


def case(mapping: AttributeMapping | None = None, **more: Any) -> Case:
    return Case(mapping or entra(), **{"name_id": PERSISTENT, **more})


def asked(key: str, mapping: AttributeMapping | None = None, **more: Any) -> tuple[Case, Case]:
    """An administrator said yes, and said no."""
    fires, quiet = (case(mapping, answers=answered(Answers(), key, said), **more) for said in ("yes", "no"))
    return fires, quiet


def users(*changes: dict[str, Any]) -> Any:
    people = [graph_user(number, **change) for number, change in enumerate(changes, 1)]
    return read_users(graph_users(*people))


def stored(number: int = 1, **changes: Any) -> Stored:
    uid = f"0000000{number}-0000-4000-8000-000000000000"
    usual = Stored(number, f"Person {number}", f"person{number}@acme.example", uid, uid, True)
    return usual._replace(**changes)


GOOD = case()
TWO = users({}, {})
PEOPLE = (stored(1), stored(2))

# code: a case that fires, one that doesn't
CASES: dict[str, tuple[Case, Case]] = {
    "ID-01": (case(entra(drop="externalId")), GOOD),
    "ID-02": (case(entra(rows={"externalId": ("[employeeId]", 1)})), GOOD),
    "ID-03": (
        case(users=TWO, name_id=replace(PERSISTENT, value="ffffffff-0000-4000-8000-000000000000")),
        case(users=TWO, name_id=replace(PERSISTENT, value=ONE)),
    ),
    "ID-04": (case(entra(rows={"externalId": ("[mailNickname]", 1)})), GOOD),
    "ID-05": (case(entra(rows={"externalId": ("[userPrincipalName]", 1)})), GOOD),
    "ID-06": (case(entra(rows={"externalId": ("acme", 1)})), GOOD),
    "ID-07": (case(entra(rows={"externalId": ("Guid()", 1)})), GOOD),
    "ID-08": (
        case(
            entra(rows={"externalId": ("[employeeId]", 1)}),
            users=users({"employeeId": None}, {"employeeId": "7"}),
        ),
        case(users=TWO),
    ),
    "ID-09": (
        case(
            entra(rows={"externalId": ("[employeeId]", 1)}),
            users=users({"employeeId": "Ab"}, {"employeeId": "aB"}),
        ),
        case(users=TWO),
    ),
    "ID-10": (case(entra(rows={"externalId": ("ToLower([objectId])", 1)})), GOOD),
    "ID-11": (case(entra(rows={"externalId": ('Append([objectId], "x")', 1)})), GOOD),
    "ID-12": (
        case(users=TWO, name_id=replace(PERSISTENT, value=ONE.replace("-", "").upper())),
        case(users=TWO, name_id=replace(PERSISTENT, value=ONE)),
    ),
    "ID-13": (case(stored=(stored(scim_uid="a b"),)), case(stored=PEOPLE)),
    "ID-14": (
        case(entra(rows={"externalId": ("[displayName]", 1)}), users=users({"displayName": "O'Neil & Sons"})),
        case(users=TWO),
    ),
    "ID-15": (case(entra(rows={"id": ("[objectId]", 0)})), GOOD),
    "ID-16": (
        case(
            entra(rows={"externalId": ("[employeeId]", 1)}), users=users({"employeeId": "7"}), stored=PEOPLE
        ),
        case(users=TWO, stored=PEOPLE),
    ),
    "ID-17": (case(stored=(stored(saml_uid="ada@acme.example"),)), case(stored=PEOPLE)),
    "MA-01": (case(entra(rows={"externalId": ("[objectId]", 0)})), GOOD),
    "MA-02": (case(entra(rows={"externalId": ("[objectId]", 2), "userName": ("[mailNickname]", 1)})), GOOD),
    "MA-03": (case(entra(rows={WORK: ("[mail]", 2)})), GOOD),
    "MA-04": (case(entra(rows={"userName": ("[mailNickname]", 1)})), GOOD),
    "MA-05": (case(entra(rows={"userName": ("[mailNickname]", 2)})), GOOD),
    "MA-06": (case(entra(rows={"userName": ("SelectUniqueValue([mailNickname], [mail])", 2)})), GOOD),
    "AC-01": (case(entra(drop="active")), GOOD),
    "AC-02": (
        case(entra(rows={"active": ("[IsSoftDeleted]", 0)})),
        case(entra(rows={"active": ("Not([IsSoftDeleted])", 0)})),
    ),
    "AC-03": (case(entra(rows={"active": ("[accountEnabled]", 0)})), GOOD),
    "AC-04": (
        case(entra(drop="active", add=[attribute_mapping("active", SWITCH, flowType="ObjectAddOnly")])),
        GOOD,
    ),
    "AC-05": (case(entra(flow="Add, Delete")), case(entra(flow=None))),
    "AC-06": (case(entra(flow="Update")), GOOD),
    "AC-07": (
        case(entra(rows={"active": ('Switch([IsSoftDeleted], , "false", "True", "True", "False")', 0)})),
        GOOD,
    ),
    "NA-01": (case(entra(drop="name.formatted")), GOOD),
    "NA-02": (case(users=users({"displayName": ""}, {})), case(users=TWO)),
    "NA-03": (case(users=users({"displayName": "Byron, Ada"})), case(users=TWO)),
    "EM-01": (case(entra(drop=WORK)), GOOD),
    "EM-02": (case(entra(drop=WORK, rows={'emails[type eq "other"].value': ("[mail]", 0)})), GOOD),
    "EM-03": (case(users=users({"userPrincipalName": "x@acme.onmicrosoft.com"})), case(users=TWO)),
    "EM-04": (
        case(users=TWO, answers=Answers(domains=("other.example",))),
        case(users=TWO, answers=Answers(domains=("acme.example",))),
    ),
    "EM-05": (case(users=TWO, stored=(stored(saml_uid=None),)), case(users=TWO, stored=PEOPLE)),
    "EM-06": (case(users=users({}, {"userPrincipalName": "Person1@acme.example"})), case(users=TWO)),
    "UN-01": (case(entra(drop="userName")), GOOD),
    "UN-02": (case(entra(rows={"userName": ("[userPrincipalName]", 0)})), GOOD),
    "UN-03": (case(users=users({"mailNickname": "ada"}, {"mailNickname": "Ada!"})), case(users=TWO)),
    "UN-04": (case(okta(okta_app())), GOOD),
    "GR-01": (case(entra(groups=True)), GOOD),
    "GR-02": (case(entra(groups=True), answers=Answers(gitlab_com=False)), case(entra(groups=True))),
    "EX-01": (case(entra(rows={'phoneNumbers[type eq "work"].value': ("[telephoneNumber]", 0)})), GOOD),
    "EX-02": (case(entra(rows={'roles[primary eq "True"].value': ("[x]", 0)})), GOOD),
    "EX-03": (case(entra(add=[attribute_mapping("EXTERNALID", "[employeeId]")])), GOOD),
    "EX-04": (GOOD, case(okta(okta_app()))),
    "EX-06": (case(entra(rows={"userName": ("[mailNicknme]", 0)})), GOOD),
    "EX-05": (
        case(entra(rows={"active": ('switch([IsSoftDeleted], , "False", "True", "True", "False")', 0)})),
        GOOD,
    ),
    "DI-01": (case(entra(listed={"id": (False, True, False), "externalId": (False, True, True)})), GOOD),
    "DI-02": (case(entra(listed={"id": (True, True, False), "externalId": (False, False, True)})), GOOD),
    "DI-03": (case(entra(listed={"id": (True, True, False), "externalId": (False, True, False)})), GOOD),
    "DI-04": (case(replace(entra(), attributes=entra().attributes[:1])), GOOD),  # type: ignore[index]
    "OB-01": (case(entra(enabled=False)), GOOD),
    "OB-03": (case(entra(id="customappsso.1.2")), GOOD),
    "OB-04": (case(entra(version="")), GOOD),
    "SC-01": (
        case(
            entra(
                scope={
                    "groups": [
                        {
                            "clauses": [
                                {
                                    "sourceOperandName": "department",
                                    "operatorName": "EQUALS",
                                    "targetOperand": {"values": ["IT"]},
                                }
                            ]
                        }
                    ]
                }
            )
        ),
        GOOD,
    ),
    "SC-02": (case(answers=Answers(everybody=True)), case(answers=Answers(everybody=False))),
    "SC-04": (case(users=users({"userType": "Guest"})), case(users=users({"userType": "Member"}))),
    "CN-01": (
        case(answers=Answers(tenant_url="https://gitlab.com/api/scim/v2/groups/acme.eu")),
        case(answers=Answers(tenant_url="https://gitlab.com/api/scim/v2/groups/acme%2Eeu")),
    ),
    "CN-02": (
        case(answers=Answers(tenant_url="https://gitlab.com/api/scim/v2/groups/acme?aadOptscim062020")),
        case(answers=Answers(tenant_url="https://gitlab.com/api/scim/v2/groups/acme")),
    ),
    "NF-01": (
        case(name_id=NameId("user.objectid", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient")),
        GOOD,
    ),
    "NF-02": (case(name_id=NameId("user.objectid", "unspecified")), GOOD),
    "NF-03": (case(name_id=NameId("user.mail", "emailAddress")), GOOD),
    "NF-04": (
        case(name_id=replace(PERSISTENT, value="q" * 43)),
        case(name_id=replace(PERSISTENT, value=ONE)),
    ),
    "NF-05": (case(name_id=NameId("user.userprincipalname", "persistent")), GOOD),
    "NF-06": (case(name_id=NameId(captured=True)), case(name_id=NameId(value=ONE, captured=True))),
    "NF-09": (case(name_id=replace(PERSISTENT, source="the usual one")), GOOD),
    "NF-07": (case(name_id=replace(PERSISTENT, attributes=("groups",))), GOOD),
    "OK-01": (case(okta(okta_app("acme_scim_1"))), case(okta(okta_app()))),
    "OK-02": (
        case(okta(okta_app(features=("PUSH_NEW_USERS", "PUSH_USER_DEACTIVATION", "PUSH_PROFILE_UPDATES")))),
        case(okta(okta_app())),
    ),
    "OK-03": (
        case(okta([okta_app(), okta_saml_app(template="${source.login}")])),
        case(okta([okta_app(), okta_saml_app()])),
    ),
    "OK-04": (
        case(okta([app_user(stored="ada@acme.example"), app_user("00uB")])),
        case(okta([app_user(), app_user(stored=None)])),
    ),
    "OK-06": (case(okta(okta_app(features=("PUSH_NEW_USERS",)))), case(okta(okta_app()))),
    "AC-08": asked("deactivated_here"),
    "SC-03": asked("nested_groups"),
    "CN-03": asked("token_reset"),
    "NF-08": asked("certificate_changed", name_id=NameId("user.objectid")),
    "OK-05": asked("suspends", okta(okta_app())),
    "SY-01": (case(stored=(stored(saml_uid="other"),)), case(stored=PEOPLE)),
    "SY-02": (case(stored=(stored(active=False),)), case(stored=PEOPLE)),
    "SY-03": (case(users=TWO, stored=(*PEOPLE, stored(7))), case(users=TWO, stored=PEOPLE)),
    "SY-04": (case(stored=(stored(scim_uid="Ada", saml_uid="ada"),)), case(stored=PEOPLE)),
    "DF-01": (case(former=entra(rows={"externalId": ("[employeeId]", 1)})), case(former=entra())),
}
NEVER_HAD = {"KC-01", "GW-01", "LG-01", "LG-02"}
"""Rules that need a provisioning log, or another identity provider than a review is for."""


def codes(one: Case) -> set[str]:
    return {judged.finding.code for judged in review(one).findings}


def unchecked(one: Case) -> set[str]:
    return {missing.code for missing in review(one).not_checked}


def test_every_rule_has_its_cases_and_its_words() -> None:
    assert set(CASES) == set(RULES) and set(RULES) | NEVER_HAD == set(TEXTS.all())


@pytest.mark.parametrize("code", CASES)
def test_a_rule_fires_and_does_not(code: str) -> None:
    fires, quiet = CASES[code]
    assert code in codes(fires)
    assert code not in codes(quiet)


@pytest.mark.parametrize("code", [code for code in CASES if code not in ("UN-04", "GR-02", "EX-04")])
def test_the_quiet_case_was_checked(code: str) -> None:
    """Quiet because it is fine, and not because an input was missing."""
    quiet = CASES[code][1]
    assert code not in unchecked(quiet)


def test_a_rule_without_its_inputs_is_not_checked_and_never_fine() -> None:
    bare = Case(recommended_mapping())
    missing = unchecked(bare)
    assert {
        "ID-02",
        "ID-08",
        "AC-05",
        "DI-01",
        "NF-01",
        "SY-01",
        "SC-02",
        "CN-01",
        "DF-01",
        "OB-01",
    } <= missing
    assert codes(bare) == {"EX-04"}
    assert missing & NEVER_HAD == NEVER_HAD - {"KC-01", "GW-01"}


def test_grades_become_severities() -> None:
    grades = {text["grade"]: text["severity"] for text in TEXTS.all().values()}
    assert grades == {"B": "error", "H": "warning", "M": "warning", "L": "info", "I": "info"}


@pytest.mark.parametrize(
    "rows",
    [
        {"active": ("Not([IsSoftDeleted])", 0)},
        {"active": ('Switch( [IsSoftDeleted],,"False","True","True","False" )', 0)},
        {WORK: ("Coalesce([mail], [userPrincipalName])", 0)},
        {WORK: ("[mail]", 0)},
        {"name.formatted": ('Join(" ", [givenName], [surname])', 0)},
    ],
)
def test_equivalent_forms_are_right(rows: dict[str, tuple[str, int]]) -> None:
    assert codes(case(entra(rows=rows))) == {"EX-04"}


def test_targets_are_compared_ignoring_case_and_blanks() -> None:
    renamed = {
        "EXTERNALID": ("[objectId]", 1),
        'Emails[Type eq "work"].Value ': ("[mail]", 0),
        "username": ("[mailNickname]", 0),
        "Name.Formatted": ("[displayName]", 0),
        "Active": (SWITCH, 0),
    }
    assert codes(case(read_mapping(json.dumps(schema(renamed))))) == {"EX-04"}


def test_microsofts_stock_mapping_is_wrong_twice() -> None:
    stock = entra(rows={"externalId": ("[mailNickname]", 0), "userName": ("[userPrincipalName]", 1)})
    assert {"ID-02", "ID-04", "MA-02", "UN-02"} <= codes(case(stock))


def test_the_name_id_may_be_said_to_come_from_the_same_attribute() -> None:
    found = codes(
        case(entra(rows={"externalId": ("[employeeId]", 1)}), name_id=NameId("externalId", "persistent"))
    )
    assert "ID-02" not in found


def test_an_okta_mapping_without_external_id_is_no_finding() -> None:
    found = codes(case(okta(okta_profile()), name_id=NameId('user.getInternalProperty("id")', "persistent")))
    assert not found & {"ID-01", "AC-01", "MA-01", "UN-01", "EM-01", "NA-01", "ID-02"}
    other = codes(case(okta(okta_profile()), name_id=NameId("user.login", "persistent")))
    assert {"ID-02", "OK-03"} <= other


def test_a_change_of_the_source_after_the_first_sync_is_told_by_two_exports() -> None:
    now = entra(rows={"externalId": ("[employeeId]", 1)})
    synced = case(now, former=entra(), answers=Answers(synced=True))
    assert "ID-16" in codes(synced)
    assert "ID-16" not in codes(case(now, former=entra(), answers=Answers(synced=False)))


def test_the_rows_tell_what_they_are_used_for_and_what_to_do() -> None:
    reviewed = review(
        case(entra(rows={"title": ("[jobTitle]", 0), "externalId": ("[mailNickname]", 1)}, drop="active"))
    )
    rows = {row.row.target: row for row in reviewed.rows}
    assert (rows["title"].used_as, rows["title"].advice) == ("", "delete")
    assert rows["externalId"].severity is Severity.ERROR and rows["externalId"].codes == ("ID-02", "ID-04")
    assert [row.target for row in reviewed.missing] == ["active"] and reviewed.has_errors


def test_an_active_that_can_not_be_evaluated_is_never_fine() -> None:
    odd = case(entra(rows={"active": ("Foo([IsSoftDeleted])", 0)}))
    assert "EX-05" in codes(odd) and {"AC-02", "AC-07"} <= unchecked(odd)


def test_a_primary_address_is_one() -> None:
    mapping = entra(drop=WORK, rows={"emails[primary eq true].value": ("[mail]", 0)})
    assert not codes(case(mapping, users=TWO)) & {"EM-01", "EM-02", "EM-03", "EX-01"}


def test_the_same_attribute_by_two_names_is_one() -> None:
    same = case(
        entra(rows={"externalId": ("[immutableId]", 1)}),
        name_id=NameId("user.onpremisesimmutableid", "persistent"),
    )
    assert "ID-02" not in codes(same)
    lower = okta(okta_profile({"externalId": ("String.toLowerCase(user.employeeNumber)", "PUSH")}))
    assert "ID-02" in codes(case(lower, name_id=NameId("String.toLowerCase(user.email)", "persistent")))
    assert "NF-05" in codes(case(lower, name_id=NameId("String.toLowerCase(user.email)", "persistent")))
