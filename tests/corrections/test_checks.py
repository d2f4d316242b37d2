"""Every check: a case in which it fires, and one in which it does not."""

from __future__ import annotations

from typing import Any

import pytest

from scimtui.corrections.checks import _TEXTS, afterwards, check
from scimtui.corrections.facts import Facts, Holder, Road
from scimtui.corrections.model import Action, Channel, Identity
from scimtui.directory.model import Badge, Known, Person, Record, SignIn, Verdict
from scimtui.findings import Severity
from scimtui.gitlab.versions import Release

OLD, NEW = "11111111-1111-4111-a111-111111111111", "b7c0e4d2-8a7f-4c11-a3be-5d9f1c2e7a60"
REST, SCIM = Road(Channel.REST, "may"), Road(Channel.SCIM, "alone")
HOLDER = Holder(Identity.SAML, "Bob")
REMOVE, DEACTIVATE, REACTIVATE = Action.REMOVE, Action.DEACTIVATE, Action.REACTIVATE
SAML = Identity.SAML
INSTANCE = Known(scim=True, instance=True)
R18_7, R18_9, R19_0 = Release((18, 7)), Release((18, 9)), Release((19, 0))
R19_3, R19_4 = Release((19, 3)), Release((19, 4))


def facts(**changes: Any) -> Facts:
    """A change with nothing to be said against it, but for what is changed."""
    told = {key: changes.pop(key) for key in tuple(changes) if key in Record.__slots__}
    sign_in, known = changes.pop("sign_in", SignIn.UNKNOWN), changes.pop("known", Known(True, True, True))
    record = Record(7, "ada", "Ada", "ada@acme.example", "active", "Developer", True, OLD, True, NEW, False)
    for key, value in told.items():
        setattr(record, key, value)
    person = Person(record, Verdict.DIFFERS, sign_in, Badge.ENTERPRISE_USERS, known)
    plain = Facts(
        person, Identity.SCIM, Action.CHANGE, OLD, NEW, REST, NEW, NEW, R19_3, idp_holds=True, own=False
    )
    return plain._replace(**changes)


def codes(**changes: Any) -> set[str]:
    return {one.code for one in check(facts(**changes)) if one.severity is not Severity.OK}


CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("no-identity", {"stored": None, "identity": SAML}, {"stored": None}),
    ("no-scim-identity", {"stored": None}, {"stored": None, "identity": SAML}),
    ("moved-on", {"expected": "other"}, {"expected": OLD}),
    ("no-channel", {"road": Road(None, "no token")}, {"road": SCIM}),
    ("value-empty", {"new": " "}, {"new": "x"}),
    ("value-is-token", {"new": "glpat-0123456789abcdefghij"}, {"new": "glpat-1"}),
    (
        "value-is-token",
        {"new": "xglsoat-0123456789abcdefghij"},
        {"new": "gloria-vanderbilt-whitney@acme.example"},
    ),
    ("value-is-token", {"is_token": True}, {"is_token": False}),
    ("value-no-identifier", {"new": "objectId"}, {"new": "object.ivanov"}),
    ("value-no-identifier", {"new": "[FILTERED]"}, {"new": "Ada Lin"}),
    ("value-invisible", {"new": "b7c0\u200be4"}, {"new": "b7c0 e4"}),
    ("value-invisible", {"new": "b7c0\x1be4"}, {"new": "b7c0é"}),
    ("value-unchanged", {"new": OLD}, {"new": OLD[:-1] + "2"}),
    ("value-unchanged", {"new": OLD}, {"new": OLD, "expected": NEW}),
    ("value-of-another", {"holders": (HOLDER,)}, {"holders": ()}),
    ("value-too-long", {"new": "x" * 256}, {"new": "x" * 255}),
    ("value-too-long", {"new": "x" * 256}, {"new": "x" * 256, "identity": SAML}),
    ("value-unaddressable", {"new": "../x"}, {"new": "..x"}),
    ("value-unaddressable", {"stored": "a/..", "action": REMOVE}, {"action": REMOVE}),
    ("value-unaddressable", {"stored": "a/..", "action": DEACTIVATE}, {"action": DEACTIVATE}),
    ("value-unaddressable", {"stored": "a/.."}, {"stored": "a/b"}),
    ("value-unstorable", {"new": "TRUE", "road": SCIM}, {"new": "TRUE", "road": REST}),
    ("value-unstorable", {"new": 'a"b', "road": SCIM}, {"new": "a'b", "road": SCIM}),
    (
        "inactive-over-scim",
        {"scim_active": False, "road": SCIM, "release": R18_9},
        {"scim_active": False, "road": SCIM, "release": R19_3},
    ),
    (
        "inactive-over-scim",
        {"scim_active": False, "road": SCIM, "release": Release()},
        {"scim_active": False, "road": REST, "release": Release()},
    ),
    ("inactive-identity", {"scim_active": False}, {"scim_active": False, "identity": SAML}),
    ("case-only", {"new": NEW.upper(), "stored": NEW}, {"new": NEW}),
    ("outer-blanks", {"new": f"{NEW} "}, {"new": NEW}),
    ("look-alike", {"new": NEW.replace("a", "а")}, {"new": NEW}),
    ("look-alike", {"new": "ada@acme\u2010corp.example"}, {"new": "ada@acme-corp.example"}),
    ("look-alike", {"new": "юрий"}, {"new": "юрий", "stored": "юра", "end_saml": None}),
    ("shape-unlike", {"new": "ada", "shapes": {"GUID": 9}}, {"shapes": {"GUID": 9}, "stored": "ada"}),
    ("shape-unlike", {"new": "ada@acme.example"}, {"new": "ada@acme.example", "stored": "a@b.example"}),
    ("shape-unlike", {"stored": "ada", "shapes": {"GUID": 3}}, {"stored": "ada", "shapes": {"GUID": 5}}),
    ("name-of-another", {"namesakes": ("Bob",)}, {"namesakes": ()}),
    ("would-differ", {"end_saml": OLD}, {"end_saml": None}),
    ("saml-holders-not-known", {"holders_known": False}, {"holders_known": True}),
    ("saml-loses-trust", {"identity": SAML}, {"identity": SAML, "release": R18_9}),
    ("saml-trust-not-known", {"identity": SAML, "release": Release()}, {"identity": SAML, "release": R19_3}),
    ("saml-loses-trust", {"identity": SAML, "release": R19_0}, {"identity": SAML, "release": R19_4}),
    (
        "saml-trust-unless-patched",
        {"identity": SAML, "release": R18_9},
        {"identity": SAML, "release": R18_7},
    ),
    (
        "saml-trust-unless-early",
        {"identity": SAML, "release": Release((19, 4), is_early=True)},
        {"identity": SAML, "release": R19_4},
    ),
    ("gitlab-mends-it", {"identity": SAML, "sign_in": SignIn.HEALS}, {"sign_in": SignIn.HEALS}),
    ("last-owner", {"last_owner": True}, {"last_owner": False}),
    ("own-identity", {"own": True}, {"own": None}),
    ("idp-remembers", {"idp_holds": False}, {"idp_holds": True}),
    ("idp-remembers", {"idp_holds": False}, {"idp_holds": False, "new": NEW.upper(), "stored": NEW}),
    ("idp-remembers", {"idp_holds": False}, {"idp_holds": False, "identity": SAML}),
    ("removes-access", {"action": DEACTIVATE, "road": SCIM}, {"action": DEACTIVATE, "known": INSTANCE}),
    ("blocks-account", {"action": DEACTIVATE, "known": INSTANCE}, {"action": DEACTIVATE}),
    ("already-inactive", {"action": DEACTIVATE, "scim_active": False}, {"action": DEACTIVATE}),
    ("default-role", {"action": REACTIVATE}, {"action": REACTIVATE, "known": INSTANCE}),
    ("unblocks-account", {"action": REACTIVATE, "known": INSTANCE}, {"action": REACTIVATE}),
    ("already-active", {"action": REACTIVATE}, {"action": REACTIVATE, "scim_active": False}),
    ("removes-scim-row", {"action": REMOVE}, {"action": REMOVE, "identity": SAML}),
    ("removes-saml-row", {"action": REMOVE, "identity": SAML}, {"action": REMOVE}),
    (
        "removes-saml-row-enterprise",
        {"action": REMOVE, "identity": SAML, "enterprise": True},
        {"action": REMOVE, "identity": SAML},
    ),
]
OK_CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("value-free", {}, {"holders": (HOLDER,)}),
    ("value-free", {}, {"holders_known": False}),
    ("shape-alike", {"shapes": {"GUID": 9}}, {"shapes": {"number": 9}}),
    ("will-be-equal", {}, {"end_saml": OLD}),
]
_TOLD_ELSEWHERE = {
    "person-not-found",
    "landed-elsewhere",
    "undo-not-possible",
    "undo-not-done",
    "undo-swap",
    "undo-done-already",
    "afterwards-swap",
    "swap-not-crossed",
    "swap-unfinished",
    "journal-failed",
    "journal-damaged",
    "journal-second-file",
    "swap-loses-trust",
    "swap-pause",
    "afterwards-entra",
    "afterwards-okta",
    "afterwards-other",
}


@pytest.mark.parametrize(("code", "fires", "holds"), CASES)
def test_a_check_fires_and_does_not(code: str, fires: dict[str, Any], holds: dict[str, Any]) -> None:
    assert code in codes(**fires)
    assert code not in codes(**holds)


@pytest.mark.parametrize(("code", "fires", "holds"), OK_CASES)
def test_what_is_in_order_is_said(code: str, fires: dict[str, Any], holds: dict[str, Any]) -> None:
    assert code in {one.code for one in check(facts(**fires))}
    assert code not in {one.code for one in check(facts(**holds))}


def test_every_text_has_a_case() -> None:
    assert {code for code, _, _ in CASES + OK_CASES} | _TOLD_ELSEWHERE == set(_TEXTS.all())


def test_with_nothing_to_say_nothing_is_said() -> None:
    assert codes() == set()


def test_no_empty_value_is_called_anything_else() -> None:
    assert codes(new="") == {"value-empty"}
    assert codes(new="   ") == {"value-empty"}


def test_what_is_said_names_the_characters() -> None:
    (one,) = [found for found in check(facts(new="b\u202ec")) if found.code == "value-invisible"]
    assert one.seen == "U+202E RIGHT-TO-LEFT OVERRIDE"
    (one,) = [found for found in check(facts(new="аbc")) if found.code == "look-alike"]
    assert one.seen == "U+0430 CYRILLIC SMALL LETTER A"


def test_a_token_is_never_repeated() -> None:
    token = "glsoat-0123456789abcdefghij"
    said = [one for one in check(facts(new=token)) if one.code == "value-is-token"]
    assert said and all(token not in str(one) for one in said)


def test_the_step_at_the_identity_provider_is_its_own() -> None:
    (one,) = [found for found in check(facts(idp_holds=False, idp="okta")) if found.code == "idp-remembers"]
    assert one.fix == afterwards("okta") != afterwards("entra") != afterwards("") == afterwards("other")
