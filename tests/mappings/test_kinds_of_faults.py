"""Faults of one kind in their many forms, each beside a neighbour that is none."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from scimtui.mappings import Answers, AttributeMapping, Case, NameId, read_mapping, read_users, review
from tests.mappings.samples import SWITCH, WORK, app_user, okta_app, okta_profile, schema

GOOD = {
    "externalId": ("objectId", "1"),
    WORK: ("mail", ""),
    "userName": ("mailNickname", ""),
    "name.formatted": ("displayName", ""),
    "active": (SWITCH, ""),
}


def table(*, drop: str = "", **rows: str) -> AttributeMapping:
    """GitLab's table with some rows changed; `_` stands for a dot in a target."""
    return with_rows([(target.replace("_", "."), source) for target, source in rows.items()], drop=drop)


def with_rows(rows: list[tuple[str, str]], *, drop: str = "") -> AttributeMapping:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("source", "target", "precedence"))
    changed = {target for target, _ in rows} | {drop}
    kept = [(target, *row) for target, row in GOOD.items() if target not in changed]
    for target, source, precedence in (
        *kept,
        *((target, source, GOOD.get(target, ("", ""))[1]) for target, source in rows),
    ):
        writer.writerow((source, target, precedence))
    return read_mapping(out.getvalue())


def found(mapping: AttributeMapping | Case) -> dict[str, str]:
    """Code and severity of everything that is found."""
    case = mapping if isinstance(mapping, Case) else Case(mapping)
    return {one.finding.code: one.finding.severity.value for one in review(case).findings}


def titles(mapping: AttributeMapping) -> str:
    return "\n".join(f"{one.finding.title}. {one.finding.why}" for one in review(Case(mapping)).findings)


def unchecked(case: Case) -> set[str]:
    return {one.code for one in review(case).not_checked}


# ── the work e-mail ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "target",
    [
        'emails[type eq "home"].value',
        'emails[type eq "other"].value',
        'emails[type eq "work"].primary',
        'emails[type eq "work"].type',
        "emails.value",
        'emails[type ne "work"].value',
    ],
)
def test_no_work_email_by_whatever_else(target: str) -> None:
    told = found(with_rows([(target, "mail")], drop=WORK))
    assert told["EM-01"] == "error" and told["EM-02"] == "warning"


@pytest.mark.parametrize(
    "rows",
    [
        [(WORK, "mail")],
        [("Emails[Type eq 'work'].Value", "mail")],
        [(f"urn:ietf:params:scim:schemas:core:2.0:User:{WORK}", "mail")],
        [("emails[primary eq true].value", "mail")],
        [('emails[type eq "home"].value', "mail"), ('emails[type eq "home"].primary', '"True"')],
        [(WORK, "mail"), ('emails[type eq "home"].value', "otherMails")],
    ],
)
def test_an_address_that_gitlab_takes(rows: list[tuple[str, str]]) -> None:
    assert not {"EM-01", "EM-02"} & set(found(with_rows(rows, drop=WORK)))


def test_a_row_that_sends_nothing_is_none() -> None:
    for target, code in (
        (WORK, "EM-01"),
        ("externalId", "ID-01"),
        ("active", "AC-01"),
        ("userName", "UN-01"),
    ):
        assert code in found(with_rows([(target, "")]))


# ── active ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "codes", "words"),
    [
        ('Switch([IsSoftDeleted], "True", "false", "True", "true", "False")', {"AC-02", "AC-07"}, "true for everybody"),
        ('Switch([IsSoftDeleted], "True", "yes", "False")', {"AC-02", "AC-07"}, "true for everybody"),
        ('IIF([IsSoftDeleted] = "true", "False", "True")', {"AC-02", "AC-07"}, "true for everybody"),
        ('Coalesce(Switch([IsSoftDeleted], , "false", "True"), "True")', {"AC-02", "AC-07"}, "true for everybody"),
        ('Switch([IsSoftDeleted], "False", "false", "True")', {"AC-02", "AC-07"}, "false for everybody"),
        ('Switch([IsSoftDeleted], , "FALSE", "True", "TRUE", "False")', {"AC-02", "AC-07"}, "never comes out as False"),
        ('Switch([accountEnabled], , "true", "True", "false", "False")', {"AC-03", "AC-07"}, "never fits"),
        ('Switch([IsSoftDeleted], , "False", "False", "True", "True")', {"AC-02"}, "everybody else is deactivated"),
        ("IsSoftDeleted", {"AC-02"}, "everybody else is deactivated"),
        (SWITCH, set(), ""),
        ("Not([IsSoftDeleted])", set(), ""),
        ('Switch([IsSoftDeleted], "True", "True", "False")', set(), ""),
        ('IIF([IsSoftDeleted] = "True", "False", "True")', set(), ""),
        ('Switch(ToLower([IsSoftDeleted], ), , "false", "True", "true", "False")', set(), ""),
        ('Switch([IsSoftDeleted], , "False", "true", "True", "false")', set(), ""),
    ],
)  # fmt: skip
def test_active_is_told_by_what_it_comes_to(source: str, codes: set[str], words: str) -> None:
    mapping = table(active=source)
    assert {code for code in found(mapping) if code.startswith("AC")} == codes
    assert words in titles(mapping)
    if "everybody else" not in words:
        assert "everybody else is deactivated" not in titles(mapping)


# ── externalId ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "source",
    [
        "onPremisesUserPrincipalName",
        "originalUserPrincipalName",
        "onPremisesSamAccountName",
        "mail",
        "displayName",
        "Coalesce([employeeId], [userPrincipalName])",
        "IIF(IsPresent([employeeId]), [employeeId], [mail])",
        'Switch([userType], [objectId], "Guest", [mailNickname])',
        "Coalesce([mailNickname], [objectId])",
        "ToLower(Item([proxyAddresses], 1), )",
        'Replace([userPrincipalName], "@acme.example", , , "", , )',
    ],
)
def test_whatever_can_change_it(source: str) -> None:
    assert "ID-05" in found(table(externalId=source))


@pytest.mark.parametrize(
    "source",
    [
        "objectId",
        "employeeId",
        "immutableId",
        "onPremisesImmutableId",
        "extensionAttribute3",
        "extension_1a_number",
        "Coalesce([objectId], [userPrincipalName])",  # there is always an objectId
        "ToLower([objectId], )",
    ],
)
def test_whatever_stays(source: str) -> None:
    assert "ID-05" not in found(table(externalId=source))


def test_what_can_t_be_read_is_no_constant_and_not_checked() -> None:
    case = Case(table(externalId='[objectId] + "x"'), NameId("user.objectid"))
    assert not {"ID-02", "ID-05", "ID-06"} & set(found(case)) and {"ID-05", "ID-06"} <= unchecked(case)
    assert "ID-06" in found(table(externalId='"acme"')) and "ID-06" in found(
        table(externalId='Join("-", "a")')
    )


@pytest.mark.parametrize("target", ["userName", WORK, "title"])
@pytest.mark.parametrize(
    ("source", "fires"),
    [
        ("SelectUniqueValue([mailNickname], [mail])", True),
        ("ToLower(SelectUniqueValue([mailNickname], [mail]), )", True),
        ('Join(".", [givenName], SelectUniqueValue([surname], [mail]))', True),
        ('Left("SelectUniqueValue(", 3)', False),
    ],
)
def test_a_unique_value_anywhere(source: str, target: str, fires: bool) -> None:
    assert ("MA-06" in found(with_rows([(target, source)]))) is fires


def mapped(*rows: str) -> AttributeMapping:
    return read_mapping("source,target,precedence\n" + "\n".join(rows))


REST = (
    f'mail,"{WORK.replace(chr(34), chr(34) * 2)}",',
    "mailNickname,userName,",
    "displayName,name.formatted,",
)


def test_id_and_externalid_of_one_source_are_no_blockers() -> None:
    for rows in (
        ("objectId,id,1", "objectId,externalId,2"),
        ("objectId,externalId,1", "objectId,id,"),
        ("objectId,id,1", "objectId,externalId,"),
    ):
        told = found(mapped(*rows, *REST))
        assert told["ID-15"] == "warning" and "MA-02" not in told
    assert found(mapped("objectId,externalId,1", "mail,id,", *REST))["ID-15"] == "error"
    assert found(mapped("objectId,externalId,1", '"ToLower([objectId], )",id,', *REST))["ID-15"] == "error"
    other = found(mapped("mail,id,1", "objectId,externalId,2", *REST))
    assert other["ID-15"] == other["MA-02"] == "error"


def test_another_source_than_in_the_earlier_export_is_told_as_that() -> None:
    now, before = table(externalId="mail"), table()
    told = review(Case(now, former=before)).findings
    changed = next(one.finding for one in told if one.finding.code == "ID-16")
    assert changed.severity == "error" and "earlier export" in changed.title
    assert "before: objectId, now: mail" in changed.seen and "synced" in changed.fix
    assert "ID-16" not in found(Case(now, former=before, answers=Answers(synced=False)))
    assert "ID-16" not in found(Case(table(externalId="Coalesce([objectId])"), former=before))
    assert "ID-16" not in found(Case(before, former=before))


# ── Okta ─────────────────────────────────────────────────────────────────────


def okta(document: Any, **more: Any) -> Case:
    return Case(read_mapping(json.dumps(document)), **more)


@pytest.mark.parametrize(
    ("name", "mode", "fires"),
    [
        ("acme_gitlab_1", "AUTO_LOGIN", True),
        ("acme_gitlab_12", "BROWSER_PLUGIN", True),
        ("acme_corpscim_2", "SAML_2_0", True),
        ("gitlab", "SAML_2_0", True),
        ("gitlab", "SAML_1_1", True),
        ("oidc_client", "OPENID_CONNECT", True),
        ("gitlab", "AUTO_LOGIN", False),
    ],
)
def test_an_app_made_by_hand(name: str, mode: str, fires: bool) -> None:
    case = okta({**okta_app(name), "signOnMode": mode})
    assert ("OK-01" in found(case)) is fires and "OK-01" not in unchecked(case)


def test_an_app_whose_name_tells_nothing_is_not_checked() -> None:
    case = okta(okta_app("scim2headerauth"))
    assert "OK-01" in unchecked(case) and "OK-01" not in found(case)


def test_what_the_profile_does_not_map_is_not_sent() -> None:
    bare = okta(okta_profile({"title": ("user.title", "PUSH")}))
    assert found(bare)["EM-01"] == "error" and "NA-01" in found(bare)
    empty = okta(okta_profile({"email": ("", "PUSH"), "givenName": ("user.firstName", "PUSH")}))
    assert "EM-01" in found(empty) and "NA-01" not in found(empty)
    assert not {"EM-01", "NA-01", "UN-01"} & set(found(okta(okta_profile())))
    app = okta(okta_app())
    assert {"EM-01", "NA-01"} <= unchecked(app) and not {"EM-01", "NA-01"} & set(found(app))


def test_one_user_of_an_app() -> None:
    assert "OK-04" in found(okta(app_user(stored="ada@acme.example")))
    assert "OK-04" not in found(okta(app_user())) and "OK-04" not in found(okta(app_user(stored=None)))
    bare = {key: value for key, value in app_user(stored="x").items() if key != "credentials"}
    assert "OK-04" in found(okta(bare))


PERSON = [{"id": "00u1", "status": "ACTIVE", "profile": {"login": "ada@x", "email": "ada.private@x"}}]


@pytest.mark.parametrize(
    ("template", "kind", "sent"),
    [
        ("${source.login}", "BUILT_IN", "ada@x"),
        ("${source.email}", "BUILT_IN", "ada.private@x"),
        ('${fn:substringBefore(source.login, "@")}', "BUILT_IN", "ada"),
        ("String.toUpperCase(user.login)", "CUSTOM", "ADA@X"),
        ("${appuser.email}", "CUSTOM", None),
        ("${idpuser.subject}", "CUSTOM", None),
        ("${source.login}", "NONE", None),
        ("", "NONE", None),
    ],
)
def test_the_username_template_makes_the_username_or_nothing_does(
    template: str, kind: str, sent: str | None
) -> None:
    app = {**okta_app(), "credentials": {"userNameTemplate": {"template": template, "type": kind}}}
    told = review(okta(app, users=read_users(json.dumps(PERSON)))).sample
    assert told is not None
    assert getattr(told.values["userName"], "content", None) == sent


def test_the_apps_profile_is_not_the_persons() -> None:
    case = okta(
        okta_profile({"email": ("appuser.email", "PUSH"), "givenName": ("user.login", "PUSH")}),
        users=read_users(json.dumps(PERSON)),
    )
    told = review(case).sample
    assert told is not None and "email" not in told.stored and told.stored["name"] == "ada@x"
    known = okta(
        okta_profile({"email": ("appuser.email", "PUSH")}), users=read_users(json.dumps([app_user()]))
    )
    one = review(known).sample
    assert one is not None and one.stored["email"] == "00u1a2b3c4d5e6f7g8h9@acme.example"


def test_two_attributes_that_nobody_has_are_not_one_source() -> None:
    rows = {"externalId": ("user.costCenter", "PUSH"), "email": ("user.email", "PUSH")}
    assert "ID-02" in found(okta(okta_profile(rows), name_id=NameId("user.employeeNumber")))
    assert "ID-02" not in found(okta(okta_profile(rows), name_id=NameId("user.costCenter")))


def test_the_schema_with_a_faulty_scope_is_still_reviewed() -> None:
    assert "SC-01" in found(read_mapping(json.dumps(schema(scope={"groups": "x"}))))


@pytest.mark.parametrize(
    ("expression", "severity"),
    [
        ("Arrays.isEmpty(user.getGroups({'group.profile.name': 'ops'})) ? 'a' : 'b'", "info"),
        ('isMemberOfGroupName("ops") ? "a" : "b"', "info"),
        ("appuser.email", "info"),
        ("Time.now()", "info"),
        ("String.reverse(user.login)", "warning"),
        ("string.toLowerCase(user.login)", "warning"),
        ("user.login +", "warning"),
        ('user.title matches "Eng.*" ? "e" : "x"', None),
        ("String.toLowerCase(user.login)", None),
    ],
)
def test_what_okta_knows_and_a_review_does_not_is_no_mistake(expression: str, severity: str | None) -> None:
    rows = {"email": ("user.email", "PUSH"), "title": (expression, "PUSH")}
    assert found(okta(okta_profile(rows))).get("EX-05") == severity


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("userPrincipalName", "User Principal Name"),
        ("ToLower([mail], )", "ToLowercase(user.mail)"),
        ("onPremisesImmutableId", "user.onpremisesimmutableid"),
        ("immutableId", "onPremisesImmutableId"),
        ("id", "user.objectid"),
        ("extension_1a_number", "user.extension_1a_number"),
        ("Object ID", "user.objectid"),  # which is not how a mapping writes it, and that is told apart
    ],
)
def test_one_attribute_by_two_of_its_names(source: str, said: str) -> None:
    case = Case(table(externalId=source), NameId(said))
    assert not {"ID-02", "ID-11"} & set(found(case)) and "ID-02" not in unchecked(case)
