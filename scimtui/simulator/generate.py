"""Made-up people: the same ones for the same seed, with problems planted among them."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from importlib.resources import files

from .census import PROBLEMS
from .names import Name, Names
from .people import DEVELOPER, GUEST, MAINTAINER, OWNER, REPORTER, Person

FIRST_USER_ID = 1001
_SHARE = {
    "case": 0.008,
    "differs": 0.010,
    "no-saml": 0.006,
    "no-scim": 0.004,
    "unlinked": 0.004,
    "inactive": 0.005,
    "blocked": 0.002,
    "duplicate": 0.002,
}
_FEW = 100
_LEVELS = (GUEST, REPORTER, DEVELOPER, DEVELOPER, DEVELOPER, DEVELOPER, DEVELOPER, MAINTAINER)


@dataclass(slots=True)
class Population:
    """Everybody, and where the things that are no verdict are (usernames by kind)."""

    people: list[Person]
    planted: dict[str, list[str]] = field(default_factory=dict)


def made_up(users: int, seed: int, group: str, group_id: int) -> Population:
    """`users` people (one Owner among them, bots besides); 0 is one Owner without any identity."""
    domain = email_domain(group)
    randomness = random.Random(f"people {seed}")  # noqa: S311
    everybody = _everybody(max(users, 1), randomness, domain)
    owner = everybody[0]
    owner.access_level = OWNER
    if users == 0:
        owner.scim_id = owner.saml_id = None
        owner.provisioned = False
        return Population(everybody)
    free = everybody[1:]
    randomness.shuffle(free)
    _plant_problems(free, users, domain)
    population = Population(everybody)
    _plant_harmless(population, free, users, domain)
    if users >= 5:
        free.pop().access_level = MAINTAINER
    if users >= _FEW:
        _add_bots(population, randomness, group_id)
    population.planted["non-members"] = [
        person.username for person in everybody if not person.member and (person.scim_id or person.saml_id)
    ]
    return population


def email_domain(group: str) -> str:
    """The domain that the group has verified."""
    return f"{''.join(c for c in group.lower() if c.isascii() and c.isalnum()) or 'group'}.example"


def _everybody(users: int, randomness: random.Random, domain: str) -> list[Person]:
    names = Names()
    drawn = list(names.drawn(randomness, users))
    if users >= 20:
        for name in names.special[: max(3, min(len(names.special), users // 20))]:
            drawn[1 + int(randomness.random() * (users - 1))] = name
        drawn[users // 3] = drawn[users // 2] = names.twin
    taken: dict[str, int] = {}
    people = []
    for number, name in enumerate(drawn):
        people.append(_person(FIRST_USER_ID + number, name, taken, randomness, domain))
    return people


def _person(
    user_id: int, name: Name, taken: dict[str, int], randomness: random.Random, domain: str
) -> Person:
    count = taken[name.handle] = taken.get(name.handle, 0) + 1
    username = name.handle if count == 1 else f"{name.handle}{count}"
    uid = _guid(randomness)
    outside = randomness.random() < 0.1
    return Person(
        user_id=user_id,
        name=name.shown,
        username=username,
        email=f"{username}@partner.example" if outside else f"{username}@{domain}",
        secondary_emails=(f"{username}@home.example",) if randomness.random() < 0.05 else (),
        scim_id=uid,
        saml_id=uid,
        access_level=_LEVELS[int(randomness.random() * len(_LEVELS))],
        provisioned=not outside and randomness.random() < 0.8,
        enterprise=not outside,
        two_factor=user_id % 3 == 0,
    )


def _guid(randomness: random.Random) -> str:
    digits = f"{randomness.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _plant_problems(free: list[Person], users: int, domain: str) -> None:
    """Give people a problem each and take them out of `free`; at least two of a kind among a hundred."""
    budget = users // 4
    least = 2 if users >= _FEW else 1
    for problem in PROBLEMS:
        share = max(least, round(users * _SHARE[problem]))
        if problem == "duplicate":
            share = max(2, share - share % 2)
        share = min(share, len(free))
        if users < _FEW:
            if share > budget:
                continue
            budget -= share
        chosen = [free.pop() for _ in range(share)]
        if problem == "duplicate":
            _swap(chosen)
        for number, person in enumerate(chosen):
            _trouble(person, problem, number)


def _trouble(person: Person, problem: str, number: int) -> None:
    if problem == "case" and person.scim_id is not None:
        _give_letters(person)
        person.saml_id = (person.scim_id or "").upper()
    elif problem == "differs":
        person.saml_id = person.email
    elif problem == "no-saml":
        person.saml_id = None
    elif problem == "no-scim":
        person.scim_id = None
    elif problem == "unlinked":
        person.scim_id = person.saml_id = None
        person.provisioned = False
    elif problem == "inactive":
        person.active = False
        person.member = number % 3 == 2
    elif problem == "blocked":
        person.state = "ldap_blocked" if number % 2 else "blocked"


def _give_letters(person: Person) -> None:
    if person.scim_id is not None and person.scim_id == person.scim_id.upper():
        person.scim_id = "c" + person.scim_id[1:]


def _swap(chosen: list[Person]) -> None:
    """SCIM values crossed between neighbours, as after two records were merged at the IdP."""
    for left, right in zip(chosen[::2], chosen[1::2], strict=True):
        left.scim_id, right.scim_id = right.scim_id, left.scim_id


def _plant_harmless(population: Population, free: list[Person], users: int, domain: str) -> None:
    planted = population.planted
    if users >= 5:
        odd = free.pop()
        odd.scim_id = odd.saml_id = odd.email
        planted["email-among-guids"] = [odd.username]
    if users >= 20:
        left, right = free.pop(), free.pop()
        value = left.scim_id or ""
        right.scim_id = right.saml_id = value[:-1] + ("0" if value[-1] != "0" else "1")
        planted["one-character-apart"] = [left.username, right.username]
        away = [free.pop() for _ in range(max(1, users // 200))]
        for person in away:
            person.member = False
        uids = json.loads(_awkward())["uids"][: 14 if users >= _FEW else 3]
        planted["awkward-uids"] = []
        for uid in uids:
            person = free.pop()
            person.scim_id = person.saml_id = uid
            planted["awkward-uids"].append(person.username)


def _add_bots(population: Population, randomness: random.Random, group_id: int) -> None:
    next_id = population.people[-1].user_id + 1
    kinds = (f"group_{group_id}_bot", f"service_account_group_{group_id}")
    planted = []
    for number, (name, kind) in enumerate(zip(json.loads(_awkward())["bots"], kinds, strict=True)):
        username = f"{kind}_{randomness.getrandbits(128):032x}"
        planted.append(username)
        population.people.append(
            Person(
                user_id=next_id + number,
                name=name,
                username=username,
                email=f"{username}@noreply.example",
                access_level=MAINTAINER if number else DEVELOPER,
                provisioned=bool(number),
                bot=True,
            )
        )
    population.planted["bots"] = planted


def _awkward() -> str:
    return files(__package__).joinpath("awkward.json").read_text(encoding="utf-8")
