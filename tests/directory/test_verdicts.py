from __future__ import annotations

from dataclasses import replace

import pytest

from scimtui.directory import Badge, Known, Record, SignIn, Verdict
from scimtui.directory.domains import is_outside, listed_domains, that_let_nobody_in
from scimtui.directory.model import Rival
from scimtui.directory.signin import sign_in
from scimtui.directory.verdicts import findings, verdict

ALL = Known(scim=True, saml=True, members=True, badge=Badge.ENTERPRISE_USERS)
DECLARED = ALL._replace(nameid_source="externalId")
ADA = Record(
    user_id=1,
    username="ada",
    name="Ada Byron",
    email="ada@acme.example",
    state="active",
    role="Developer",
    member=True,
    scim_uid="guid-1",
    scim_active=True,
    saml_uid="guid-1",
    enterprise=True,
)
OTHER = Rival("u2", "Bob (@bob, user 2)")


def changed(**values: object) -> Record:
    return replace(ADA, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (ADA, Verdict.MATCH),
        (changed(saml_uid="GUID-1"), Verdict.CASE),
        (changed(saml_uid="guid-2"), Verdict.DIFFERS),
        (changed(scim_uid="straße", saml_uid="strasse"), Verdict.DIFFERS),
        (changed(saml_uid=None), Verdict.NO_SAML),
        (changed(scim_uid=None, scim_active=None), Verdict.NO_SCIM),
        (changed(scim_uid=None, scim_active=None, saml_uid=None), Verdict.UNLINKED),
        (changed(scim_active=False), Verdict.INACTIVE),
        (changed(scim_active=False, saml_uid="x"), Verdict.INACTIVE),
        (changed(state="blocked"), Verdict.BLOCKED),
        (changed(state="ldap_blocked", scim_active=False), Verdict.BLOCKED),
        (changed(state="deactivated"), Verdict.MATCH),
        (changed(member=False), Verdict.MATCH),
    ],
)
def test_the_first_that_holds(record: Record, expected: Verdict) -> None:
    assert verdict(record, ALL) is expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (changed(saml_uid="guid-2"), Verdict.DUPLICATE),
        (changed(saml_uid=None), Verdict.DUPLICATE),
        (changed(scim_active=False), Verdict.INACTIVE),
        (changed(state="banned"), Verdict.BLOCKED),
    ],
)
def test_a_duplicate_outranks_what_is_compared_but_not_the_account(record: Record, expected: Verdict) -> None:
    assert verdict(record, ALL, duplicate=True) is expected


@pytest.mark.parametrize("missing", ["scim", "saml", "members"])
def test_unknown_where_a_source_was_not_read(missing: str) -> None:
    known = ALL._replace(**{missing: False})  # type: ignore[arg-type]
    assert verdict(ADA, known) is Verdict.UNKNOWN
    assert verdict(changed(scim_active=False), known) is Verdict.INACTIVE
    codes = {finding.code for finding in findings(ADA, known, sign_in=SignIn.UNKNOWN)}
    assert codes == {"sources-missing"}


def test_instance_scim_tells_only_active() -> None:
    known = Known(scim=True, instance=True)
    assert verdict(ADA, known) is Verdict.UNKNOWN
    assert verdict(changed(scim_active=False), known) is Verdict.INACTIVE
    assert [finding.code for finding in findings(ADA, known, sign_in=SignIn.UNKNOWN)] == ["instance-limits"]


@pytest.mark.parametrize(
    ("record", "codes"),
    [
        (ADA, []),
        (changed(saml_uid="GUID-1"), ["case-differs"]),
        (changed(saml_uid="guid-2"), ["uids-differ"]),
        (changed(saml_uid="ada@acme.example"), ["uids-differ", "uid-is-email"]),
        (changed(saml_uid=None), ["no-saml-identity"]),
        (changed(scim_uid=None, scim_active=None), ["no-scim-identity"]),
        (changed(scim_uid=None, scim_active=None, saml_uid=None), ["no-identity"]),
        (changed(scim_active=False), ["scim-inactive"]),
        (changed(state="blocked"), ["account-blocked"]),
        (changed(member=False), ["not-member"]),
        (changed(scim_uid=" guid-1", saml_uid=" guid-1"), ["uid-outer-blanks"]),
        (
            changed(state="blocked", scim_active=False, saml_uid="X", member=False),
            ["account-blocked", "uids-differ", "scim-inactive", "not-member"],
        ),
    ],
)
def test_everything_true_stays_a_finding(record: Record, codes: list[str]) -> None:
    assert [finding.code for finding in findings(record, ALL, sign_in=SignIn.UNKNOWN)] == codes


def test_who_the_group_lets_in_is_judged_by_the_primary_address() -> None:
    def codes(record: Record, *domains: str) -> list[str]:
        known = ALL._replace(domains=domains)
        return [finding.code for finding in findings(record, known, sign_in=SignIn.UNKNOWN)]

    assert codes(ADA, "acme.example") == [] and codes(ADA, "other.example") == ["outside-domains"]
    assert codes(changed(member=False), "acme.example") == ["not-member"]
    assert codes(changed(member=False), "other.example") == ["not-member-outside-domains"]
    assert codes(changed(member=False)) == ["not-member"]
    assert codes(changed(email=""), "other.example") == []


def test_on_an_instance_inactive_means_blocked() -> None:
    known = Known(scim=True, instance=True)
    found = findings(changed(scim_active=False), known, sign_in=SignIn.UNKNOWN)
    assert [finding.code for finding in found] == ["scim-inactive-instance", "instance-limits"]


@pytest.mark.parametrize(
    ("email", "outside"),
    [
        ("ada@acme.example", False),
        ("ada@ACME.example", False),
        ("ada@sub.acme.example", True),
        ("ada@other.example", True),
        ("ada@capital.example", True),
        ("", False),
    ],
)
def test_domains_are_compared_as_gitlab_does(email: str, outside: bool) -> None:
    domains = listed_domains(" acme.example, Capital.example,,acme.example")
    assert domains == ("acme.example", "Capital.example")
    assert is_outside(email, domains) is outside
    assert not is_outside(email, ())
    assert that_let_nobody_in(domains) == ("Capital.example",)


def test_a_value_of_somebody_else_names_them() -> None:
    found = findings(ADA, ALL, sign_in=SignIn.UNKNOWN, scim_rival=OTHER)
    assert found[0].code == "value-of-another"
    assert "Bob (@bob, user 2)" in found[0].seen and "guid-1" in found[0].seen


@pytest.mark.parametrize(
    ("record", "rival", "expected"),
    [
        (ADA, None, SignIn.WORKS),
        (changed(saml_uid="GUID-1"), None, SignIn.HEALS),
        (changed(saml_uid=None), None, SignIn.HEALS),
        (changed(saml_uid="x", enterprise=False), None, SignIn.FAILS),
        (changed(saml_uid="x", enterprise=None), None, SignIn.UNKNOWN),
        (changed(saml_uid="x"), OTHER, SignIn.FAILS),
        (ADA, OTHER._replace(exact=True), SignIn.FAILS),
        (changed(state="blocked"), None, SignIn.FAILS),
        (changed(scim_uid=None, scim_active=None), None, SignIn.UNKNOWN),
    ],
)
def test_sign_in_where_the_nameid_is_declared(record: Record, rival: Rival | None, expected: SignIn) -> None:
    assert sign_in(record, DECLARED, rival) is expected
    assert sign_in(record, ALL, rival) is SignIn.UNKNOWN


@pytest.mark.parametrize(
    ("given", "rival", "code"),
    [
        (SignIn.WORKS, None, "sign-in-works"),
        (SignIn.HEALS, None, "sign-in-heals"),
        (SignIn.FAILS, None, "sign-in-fails"),
        (SignIn.FAILS, OTHER._replace(exact=True), "signs-in-as-another"),
    ],
)
def test_the_sign_in_is_told(given: SignIn, rival: Rival | None, code: str) -> None:
    codes = [finding.code for finding in findings(ADA, DECLARED, sign_in=given, scim_rival=rival)]
    assert code in codes
