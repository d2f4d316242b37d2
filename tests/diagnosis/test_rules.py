"""Each finding of a diagnosis: a case that gives it, and the outcome that goes with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scimtui.diagnosis import Diagnosis, Outcome, Presented, diagnose, stored_around
from scimtui.diagnosis.guids import other_spellings
from scimtui.diagnosis.rules import _TEXTS, _step_texts
from scimtui.directory import Known, Snapshot
from tests.directory.people_samples import KNOWN, record, snapshot

GUID = "b7c0e4d2-8a7f-4c11-a3be-5d9f1c2e7a60"
ADA = {"scim_uid": "Ada-1", "saml_uid": "Ada-1", "email": "ada@acme.example", "enterprise": False}
BEA = {"scim_uid": "bea-2", "saml_uid": "bea-2", "email": "bea@acme.example", "enterprise": True}


def people(version: str = "18.9.1", known: Known = KNOWN, **ada: object) -> Snapshot:
    read = snapshot(
        [
            record(1, "Ada", **{**ADA, **ada}),
            record(2, "Bea", **BEA),
            record(3, "Cy", scim_uid="cy-3", saml_uid=GUID, email="cy@acme.example"),
        ],
        known=known,
    )
    read.about = read.about._replace(version=version)
    return read


def diagnosed(read: Snapshot, name_id: str | None, email: str = "", **sent: Any) -> Diagnosis:
    presented = Presented(name_id, email, **sent)
    found = diagnose(presented, stored_around(presented, read))
    read.close()
    return found


def codes(found: Diagnosis) -> list[str]:
    return [finding.code for finding in found.findings]


NO_SAML = KNOWN._replace(saml=False)
ELSEWHERE = KNOWN._replace(domains=("other.example", "sub.acme.example"))
INSIDE = KNOWN._replace(domains=("acme.example",))
Case = tuple[Callable[[], Snapshot], str | None, str, Outcome, list[str]]
CASES: dict[str, Case] = {
    "signs-in": (people, "Ada-1", "ada@acme.example", Outcome.SIGNS_IN, ["signs-in"]),
    "signs in, whatever the address": (people, "Ada-1", "", Outcome.SIGNS_IN, ["signs-in"]),
    "trust": (lambda: people("19.3.0"), "Ada-1", "", Outcome.SIGNS_IN, ["trust-not-shown", "signs-in"]),
    "unknown version": (lambda: people(""), "Ada-1", "", Outcome.SIGNS_IN, ["trust-not-shown", "signs-in"]),
    "another": (people, "Ada-1", "bea@acme.example", Outcome.SOMEONE_ELSE, ["signs-in-as-another"]),
    "other address": (people, "Ada-1", "x@y.example", Outcome.SIGNS_IN, ["email-differs", "signs-in"]),
    "blocked": (lambda: people(state="blocked"), "Ada-1", "", Outcome.FAILS, ["blocked"]),
    "not added": (lambda: people(member=False, scim_active=False), "Ada-1", "", Outcome.SIGNS_IN,
                  ["not-added", "signs-in"]),
    "state unknown": (lambda: people(state="", member=False), "Ada-1", "", Outcome.SIGNS_IN,
                      ["state-not-known", "signs-in"]),
    "heals": (people, "new", "BEA@acme.example", Outcome.SIGNS_IN, ["heals"]),
    "heals case": (people, "BEA-2", "bea@acme.example", Outcome.SIGNS_IN, ["heals"]),
    "heals once": (lambda: people("19.3.0"), "new", "bea@acme.example", Outcome.SIGNS_IN,
                   ["trust-not-shown", "heals"]),
    "taken": (people, "ADA-1", "bea@acme.example", Outcome.FAILS, ["taken"]),
    "in use": (people, "new", "ada@acme.example", Outcome.FAILS, ["email-in-use"]),
    "in use, case": (people, "ADA-1", "ada@acme.example", Outcome.FAILS, ["email-in-use", "case-differs"]),
    "in use, scim": (people, "cy-3", "ada@acme.example", Outcome.FAILS, ["email-in-use", "stored-for-scim"]),
    "badge unknown": (lambda: people(enterprise=None), "new", "ada@acme.example", Outcome.UNKNOWN,
                      ["enterprise-not-known"]),
    "case, free address": (people, "ADA-1", "free@acme.example", Outcome.FAILS, ["taken", "case-differs"]),
    "nothing sent": (people, "new", "", Outcome.FAILS, ["no-email-no-name"]),
    "malformed": (people, "new", "no address", Outcome.FAILS, ["email-malformed"]),
    "creates": (people, "new", "new@acme.example", Outcome.CREATES_ACCOUNT, ["creates-account"]),
    "hidden": (lambda: people(email=""), "new", "new@acme.example", Outcome.UNKNOWN, ["email-use-not-known"]),
    "respelled": (people, "0uTAt3+KEUyjvl2fHC56YA==", "n@acme.example", Outcome.CREATES_ACCOUNT,
                  ["creates-account", "guid-other-spelling"]),
    "no NameID": (people, None, "bea@acme.example", Outcome.FAILS, ["name-id-missing"]),
    "empty NameID": (people, "", "bea@acme.example", Outcome.FAILS, ["name-id-empty"]),
    "blocked, and another's address": (lambda: people(state="blocked"), "Ada-1", "bea@acme.example",
                                       Outcome.FAILS, ["blocked", "signs-in-as-another"]),
    "case, hidden address": (lambda: people(email="", enterprise=True), "ADA-1", "x@acme.example",
                             Outcome.UNKNOWN, ["case-differs", "email-use-not-known"]),
    "case, malformed": (people, "ADA-1", "no address", Outcome.FAILS,
                        ["taken", "email-malformed", "case-differs"]),
    "not a member, outside": (lambda: people(known=ELSEWHERE, member=False, scim_active=False), "Ada-1", "",
                              Outcome.SIGNS_IN, ["not-added-domain", "signs-in"]),
    "a member, outside": (lambda: people(known=ELSEWHERE), "Ada-1", "", Outcome.SIGNS_IN, ["signs-in"]),
    "not a member, inside": (lambda: people(known=INSIDE, member=False), "Ada-1", "", Outcome.SIGNS_IN,
                             ["signs-in"]),
    "creates, outside": (lambda: people(known=ELSEWHERE), "new", "new@acme.example", Outcome.CREATES_ACCOUNT,
                         ["creates-account", "not-added-domain"]),
    "creates, inside": (lambda: people(known=INSIDE), "new", "new@acme.example", Outcome.CREATES_ACCOUNT,
                        ["creates-account"]),
    "creates, in capitals": (lambda: people(known=INSIDE._replace(domains=("ACME.example",))), "new",
                             "new@acme.example", Outcome.CREATES_ACCOUNT,
                             ["creates-account", "not-added-domain"]),
    "on 19.4": (lambda: people("19.4.1-ee"), "Ada-1", "", Outcome.SIGNS_IN, ["signs-in"]),
    "on 18.10": (lambda: people("18.10.0-ee"), "Ada-1", "", Outcome.SIGNS_IN,
                 ["trust-not-shown", "signs-in"]),
    "not read": (lambda: people(known=NO_SAML), "Ada-1", "", Outcome.UNKNOWN, ["not-read"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_comes_of_it(case: Case) -> None:
    read, name_id, email, outcome, expected = case
    found = diagnosed(read(), name_id, email)
    assert (found.outcome, codes(found)) == (outcome, expected)


def test_a_name_id_alone_leaves_most_open() -> None:
    found = diagnosed(people(), "cy-3", email_known=False)
    assert found.outcome is Outcome.UNKNOWN
    assert set(codes(found)) == {"not-stored", "email-not-known", "stored-for-scim"}
    assert found.person is not None and found.person.record.username == "user3"
    assert diagnosed(people(), "Ada-1", email_known=False).outcome is Outcome.SIGNS_IN
    assert diagnosed(people(), "ADA-1", email_known=False).outcome is Outcome.FAILS  # no enterprise user
    assert diagnosed(people(), "BEA-2", email_known=False).outcome is Outcome.UNKNOWN


def test_a_username_alone_makes_a_second_account() -> None:
    found = diagnosed(people(), "new", username="ada")
    assert found.outcome is Outcome.CREATES_ACCOUNT and codes(found) == ["second-account"]


def test_an_ambiguous_response_is_nobodys() -> None:
    found = diagnosed(people(), "Ada-1", ambiguous=True)
    assert (found.outcome, codes(found), found.person) == (Outcome.UNKNOWN, ["ambiguous"], None)


def test_a_response_that_is_refused_or_unreadable_comes_before_who_it_names() -> None:
    refused = diagnosed(
        people(), "Ada-1", "ada@acme.example", invalid=True, reason="An empty nameid value found"
    )
    assert (refused.outcome, codes(refused)) == (Outcome.FAILS, ["response-invalid"])
    assert refused.banner == 'Unable to sign in to group with SAML: "An empty nameid value found"'
    elsewhere = diagnosed(people(), "Ada-1", invalid=True, reason="{x}", by_group=False)
    assert (elsewhere.outcome, codes(elsewhere)) == (Outcome.FAILS, ["response-invalid-instance"])
    assert elsewhere.banner == 'Could not authenticate you from SAML because "{x}".'
    assert diagnosed(people(), "Ada-1", invalid=True).banner is None
    hidden = diagnosed(people(), None, unreadable=True)
    assert (hidden.outcome, codes(hidden), hidden.banner) == (Outcome.UNKNOWN, ["unreadable"], None)


def test_who_an_ambiguous_response_names_is_nobody_though_it_is_refused() -> None:
    refused = diagnosed(people(), None, "ada@acme.example", invalid=True, ambiguous=True)
    assert (refused.outcome, refused.person) == (Outcome.FAILS, None)


def test_a_signature_that_is_not_valid_makes_it_open() -> None:
    found = diagnosed(people(), "Ada-1", doubted=True)
    assert (found.outcome, codes(found), found.banner) == (Outcome.UNKNOWN, ["signature-doubted"], None)
    assert diagnosed(people(), "Ada-1", doubted=True, invalid=True).outcome is Outcome.FAILS


def test_somebody_else_than_who_was_meant() -> None:
    read = people()
    sent = Presented("Ada-1")
    stored = stored_around(sent, read)
    meant = stored_around(Presented("bea-2"), read).exact
    assert diagnose(sent, stored, meant=meant).outcome is Outcome.SOMEONE_ELSE
    assert diagnose(sent, stored, meant=stored.exact).outcome is Outcome.SIGNS_IN
    read.close()


def test_the_banner_is_literal_and_the_steps_begin_with_the_least_harm() -> None:
    found = diagnosed(people(), "new", "ada@acme.example")
    assert found.banner is not None and found.banner.startswith("There is already a GitLab account")
    assert [step.code for step in found.steps] == [
        "link-again",
        "idp-stored-value",
        "verify-domain",
        "correct-saml",
    ]
    newer = diagnosed(people("19.3.0"), "new", "ada@acme.example")
    assert newer.steps[-1].code == "delete-saml"


def test_every_text_is_used() -> None:
    given = {code for _, _, _, _, expected in CASES.values() for code in expected}
    assert set(_TEXTS.all()) == given | {
        *("second-account", "ambiguous", "not-stored", "email-not-known"),
        *("unreadable", "response-invalid", "response-invalid-instance", "signature-doubted"),
    }


def test_every_step_is_given_somewhere() -> None:
    given: set[str] = set()
    for read, name_id, email, _, _ in CASES.values():
        given |= {step.code for step in diagnosed(read(), name_id, email).steps}
    for version in ("19.3.0", ""):
        given |= {step.code for step in diagnosed(people(version), "new", "ada@acme.example").steps}
    for found in (
        diagnosed(people(), "cy-3", invalid=True),
        diagnosed(people(), "cy-3", unreadable=True),
        diagnosed(people(), "cy-3", doubted=True),
        diagnosed(people(), "cy-3", email_known=False),
        diagnosed(people(), "new", username="ada"),
    ):
        given |= {step.code for step in found.steps}
    assert given == set(_step_texts())
    assert all(text["text"] and text["why"] for text in _step_texts().values())


@pytest.mark.parametrize(
    ("value", "other"),
    [
        (GUID, f"{{{GUID}}}"),
        (f"{{{GUID.upper()}}}", GUID),
        (GUID, "0uTAt3+KEUyjvl2fHC56YA=="),
        ("t8Dk0op/TBGjvl2fHC56YA==", GUID),
        (GUID.replace("-", ""), GUID),
    ],
)
def test_spellings_of_a_guid(value: str, other: str) -> None:
    assert other in other_spellings(value)


@pytest.mark.parametrize("value", ["", "ada", "x" * 32, "=" * 24, "{" * 40, "A" * 20 + "===="])
def test_what_is_no_guid_has_none(value: str) -> None:
    assert other_spellings(value) == ()
