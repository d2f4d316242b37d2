"""Made-up people: deterministic, realistic, with problems planted and counted."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pytest

from scimtui.simulator.census import PROBLEMS, count_verdicts
from scimtui.simulator.generate import Population, made_up
from scimtui.simulator.people import OWNER, Person, people_from_json

SIZES = [0, 1, 2, 3, 5, 8, 20, 57, 99, 100, 500, 3000]


def population(users: int, seed: int = 1) -> Population:
    return made_up(users, seed, "acme", 4711)


def humans(users: int, seed: int = 1) -> list[Person]:
    return [person for person in population(users, seed).people if not person.bot]


@pytest.mark.parametrize("users", SIZES)
@pytest.mark.parametrize("seed", [1, 2, 99])
def test_any_number_of_people_can_exist_side_by_side(users: int, seed: int) -> None:
    made = population(users, seed).people
    assert sum(not person.bot for person in made) == max(users, 1)
    people_from_json([person.as_json() for person in made], "acme.example")
    owners = [person for person in made if person.access_level == OWNER]
    assert len(owners) == 1 and owners[0].member and owners[0].state == "active"


def test_the_same_seed_makes_the_same_people() -> None:
    assert population(300, 5) == population(300, 5)
    assert population(300, 5) != population(300, 6)


def test_nobody_is_one_owner_without_a_scim_identity() -> None:
    (owner,) = population(0).people
    assert owner.scim_id is None and owner.access_level == OWNER
    assert count_verdicts([owner])["unlinked"] == 1


@pytest.mark.parametrize("users", [100, 500, 3000])
def test_every_problem_is_there_at_least_twice_and_most_people_are_fine(users: int) -> None:
    counts = count_verdicts(humans(users))
    assert all(counts[problem] >= 2 for problem in PROBLEMS), counts
    assert sum(counts.values()) == users
    if users >= 500:
        assert 0.02 <= 1 - counts["match"] / users <= 0.06


@pytest.mark.parametrize("users", [5, 8, 20, 57])
def test_few_people_have_few_problems(users: int) -> None:
    counts = count_verdicts(humans(users))
    assert counts["match"] > users / 2
    assert counts["match"] < users


def person(user_id: int, scim: str | None, saml: str | None, **changes: object) -> Person:
    entry = {"user_id": user_id, "name": "N", "username": f"u{user_id}", "scim_id": scim, "saml_id": saml}
    return people_from_json([entry | changes], "x.example")[0]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([person(1, "a", "a")], {"match": 1}),
        ([person(1, "a", "A")], {"case": 1}),
        ([person(1, "straße", "STRASSE")], {"differs": 1}),
        ([person(1, "a", "b")], {"differs": 1}),
        ([person(1, "a", None)], {"no-saml": 1}),
        ([person(1, None, "a")], {"no-scim": 1}),
        ([person(1, None, None)], {"unlinked": 1}),
        ([person(1, None, None, member=False)], {}),
        ([person(1, "a", "a", bot=True)], {}),
        ([person(1, "a", "b", active=False)], {"inactive": 1}),
        ([person(1, "a", "b", active=False, state="blocked")], {"blocked": 1}),
        ([person(1, "a", "b"), person(2, "c", "A")], {"duplicate": 2}),
        ([person(1, "a", None), person(2, None, "A", state="ldap_blocked")], {"duplicate": 1, "blocked": 1}),
        ([person(1, "a", "b", member=False)], {"differs": 1}),
    ],
)
def test_verdicts(people: list[Person], expected: dict[str, int]) -> None:
    counts = count_verdicts(people)
    assert {name: count for name, count in counts.items() if count} == expected


def test_planted_things_that_are_no_verdict() -> None:
    made = population(500)
    by_name = {person.username: person for person in made.people}
    planted = {kind: [by_name[name] for name in names] for kind, names in made.planted.items()}

    (mail,) = planted["email-among-guids"]
    assert mail.scim_id == mail.saml_id == mail.email
    left, right = planted["one-character-apart"]
    assert left.scim_id is not None and right.scim_id is not None
    assert sum(a != b for a, b in zip(left.scim_id, right.scim_id, strict=True)) == 1
    assert all(person.bot and person.scim_id is None for person in planted["bots"])
    assert {person.provisioned for person in planted["bots"]} == {True, False}
    away = {person.username for person in made.people if not person.member}
    assert away == set(made.planted["non-members"]) and away
    awkward = {person.scim_id for person in planted["awkward-uids"]}
    for sign in ("/", "%", " ", '"', "?", "#", "é", ".."):
        matching = [uid for uid in awkward if uid and sign in unicodedata.normalize("NFC", uid)]
        assert matching or sign == "é", sign
    assert any(uid and not uid.isascii() for uid in awkward)
    for kind in ("email-among-guids", "one-character-apart", "awkward-uids"):
        assert all(person.scim_id == person.saml_id and person.active for person in planted[kind])


def test_names_of_many_scripts_long_single_and_twins() -> None:
    made = humans(500)
    scripts = {
        unicodedata.name(letter).split()[0] for person in made for letter in person.name if letter.isalpha()
    }
    assert {
        "LATIN",
        "CYRILLIC",
        "GREEK",
        "CJK",
        "HANGUL",
        "ARABIC",
        "HEBREW",
        "DEVANAGARI",
        "THAI",
    } <= scripts
    assert max(len(person.name) for person in made) > 60
    assert any(" " not in person.name and person.name.isascii() for person in made)
    assert max(Counter(person.name for person in made).values()) >= 2
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.]*", person.username) for person in made)


def test_most_are_enterprise_users_and_roles_vary() -> None:
    made = humans(500)
    claimed = [person for person in made if person.enterprise]
    assert 0.8 < len(claimed) / 500 < 0.97
    assert all(person.email.endswith("@acme.example") for person in claimed)
    assert {10, 20, 30, 40, 50} <= {person.access_level for person in made}
