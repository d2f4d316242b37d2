"""What a person's screen says: each case of GitLab's SCIM page, fired and not."""

from __future__ import annotations

from typing import Any

import pytest

from scimtui.diagnosis.person import (
    _TEXTS,
    Offer,
    Surroundings,
    _stories,
    _story,
    case_of,
    partner_of,
)
from scimtui.directory.judging import person_of
from scimtui.directory.model import Badge, Known, Person, Record, Rival, SignIn
from scimtui.directory.snapshot import Row
from scimtui.directory.verdicts import verdict
from scimtui.findings import Severity
from scimtui.gitlab.versions import Release

KNOWN = Known(True, True, True, badge=Badge.ENTERPRISE_USERS)
BOB = Rival("u3", "Bob", True)


def person(*, known: Known = KNOWN, sign_in: SignIn | None = None, **values: Any) -> Person:
    rivals = {name: values.pop(name) for name in ("scim_rival", "saml_rival") if name in values}
    plain = {
        "user_id": 2, "username": "ada", "name": "Ada", "email": "ada@acme.example", "state": "active",
        "role": "Developer", "member": True, "scim_uid": "a", "scim_active": True, "saml_uid": "a",
        "enterprise": True,
    }  # fmt: skip
    record = Record(**{**plain, **values})
    row = Row(0, record, verdict(record, known), SignIn.UNKNOWN)
    made = person_of(row, known, **rivals)
    return made if sign_in is None else made._replace(sign_in=sign_in)


def codes(around: Surroundings = Surroundings(), **values: Any) -> set[str]:  # noqa: B008
    return {one.code for one in case_of(person(**values), around).findings}


CASES: list[tuple[str, Surroundings, dict[str, Any], Surroundings, dict[str, Any]]] = [
    ("removed", Surroundings(), {"scim_active": False, "member": False}, Surroundings(), {"member": False}),
    (
        "removal-pending",
        Surroundings(Release((19, 3))),
        {"scim_active": False},
        Surroundings(Release((18, 9))),
        {"scim_active": False},
    ),
    ("not-linked", Surroundings(), {"saml_uid": None}, Surroundings(), {}),
    (
        "crossed",
        Surroundings(),
        {"scim_rival": BOB, "saml_rival": BOB},
        Surroundings(),
        {"scim_rival": BOB},
    ),
    ("idp-may-differ", Surroundings(corrected=True), {}, Surroundings(), {}),
    ("no-badge-bot", Surroundings(), {"enterprise": False, "bot": True}, Surroundings(), {"bot": True}),
    (
        "no-badge-older",
        Surroundings(Release((16, 5))),
        {"enterprise": False},
        Surroundings(Release((16, 6))),
        {"enterprise": False},
    ),
    (
        "no-badge-email-not-shown",
        Surroundings(),
        {"enterprise": False, "email": ""},
        Surroundings(),
        {"enterprise": None, "email": ""},
    ),
    (
        "no-badge-domain",
        Surroundings(domain_has_badges=False),
        {"enterprise": False},
        Surroundings(domain_has_badges=True),
        {"enterprise": False},
    ),
    (
        "no-badge-not-claimed",
        Surroundings(domain_has_badges=True),
        {"enterprise": False},
        Surroundings(domain_has_badges=False),
        {"enterprise": False},
    ),
]


@pytest.mark.parametrize(("code", "around", "values", "other_around", "other_values"), CASES)
def test_a_case_fires_and_does_not(
    code: str,
    around: Surroundings,
    values: dict[str, Any],
    other_around: Surroundings,
    other_values: dict[str, Any],
) -> None:
    assert code in codes(around, **values)
    assert code not in codes(other_around, **other_values)


def test_every_text_has_a_case() -> None:
    by_badge = {"not-linked-enterprise", "not-linked-unsure"}
    assert {case[0] for case in CASES} | by_badge == set(_TEXTS.all())


@pytest.mark.parametrize("enterprise", [True, False, None])
def test_story_and_finding_say_one_thing_of_who_is_not_linked(enterprise: bool | None) -> None:
    """Of an enterprise user one said that the next sign-in links them, the other that a password does."""
    told = case_of(person(saml_uid=None, enterprise=enterprise), Surroundings())
    finding = next(one for one in told.findings if one.code == "not-linked")
    whole = f"{finding.why} {finding.fix}"
    assert ("primary e-mail" in told.story) == ("primary e-mail" in whole) == (enterprise is not False)
    assert ("password" in whole) and ("password first" in whole or enterprise is False)
    assert finding.severity is Severity.WARNING


STORIES: list[tuple[str, dict[str, Any]]] = [
    ("blocked", {"state": "blocked"}),
    ("not-known", {"known": Known(scim=True)}),
    ("not-known-instance", {"known": Known(scim=True, instance=True)}),
    ("blocked-over-scim", {"known": Known(scim=True, instance=True), "scim_active": False}),
    ("makes-identity", {"saml_uid": None}),
    ("link-first", {"saml_uid": None, "enterprise": False}),
    ("link-or-made", {"saml_uid": None, "enterprise": None}),
    ("works", {"sign_in": SignIn.WORKS}),
    ("heals", {"sign_in": SignIn.HEALS}),
    ("fails", {"sign_in": SignIn.FAILS}),
    ("someone-else", {"sign_in": SignIn.FAILS, "scim_rival": BOB}),
    ("exact-or-rewritten", {}),
    ("exact-or-refused", {"enterprise": False}),
    ("exact-or-open", {"enterprise": None}),
]


@pytest.mark.parametrize(("story", "values"), STORIES)
def test_the_story_in_one_sentence(story: str, values: dict[str, Any]) -> None:
    assert _story(person(**values)) == story
    assert case_of(person(**values), Surroundings()).story == _stories()[story]


def test_every_story_is_told_of_somebody() -> None:
    assert {story for story, _ in STORIES} == set(_stories())


def test_offers_follow_what_is_stored() -> None:
    def offers(around: Surroundings = Surroundings(), **values: Any) -> tuple[Offer, ...]:  # noqa: B008
        return case_of(person(**values), around).offers

    assert offers() == (
        Offer.COMPARE,
        Offer.CORRECT,
        Offer.REMOVE_SAML,
        Offer.REMOVE_SCIM,
        Offer.DEACTIVATE,
    )
    assert offers(scim_uid=None, scim_active=None, saml_uid=None) == (Offer.COMPARE,)
    assert Offer.REACTIVATE in offers(scim_active=False) and Offer.DEACTIVATE not in offers(scim_active=False)
    crossed: dict[str, Any] = {"scim_rival": BOB, "saml_rival": BOB}
    assert Offer.SWAP in offers(Surroundings(), **crossed)
    assert partner_of(person(**crossed)) == "u3" and partner_of(person()) is None
