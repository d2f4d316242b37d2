"""A diagnosis is held against what the simulated GitLab then does, for random people and responses."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scimtui.diagnosis import Diagnosis, Outcome, Presented, diagnose, stored_around
from scimtui.gitlab import Secret
from scimtui.profiles import Found, Profile, Tokens
from scimtui.simulator import RunningSimulator, Settings, running
from scimtui.workspace import Workspace

UIDS = ("u1", "U1", "u2", "U2", " u1", "b7c0e4d2-8a7f-4c11-a3be-5d9f1c2e7a60")
EMAILS = ("a@acme.example", "b@acme.example", "c@acme.example", "second@acme.example", "free@acme.example")
OWNER = {"user_id": 1, "name": "Olga", "username": "olga", "email": "olga@acme.example", "access_level": 50}


@st.composite
def groups(draw: st.DrawFn) -> list[dict[str, Any]]:
    people: list[dict[str, Any]] = [OWNER]
    saml, scim = (draw(st.permutations(("u1", "u2", "U3", UIDS[-1]))) for _ in range(2))
    for number, email in enumerate(EMAILS[:3]):
        people.append(
            {
                "user_id": number + 2,
                "name": f"Person {number}",
                "username": f"person{number}",
                "email": email,
                "secondary_emails": [EMAILS[3]] if number == 0 and draw(st.booleans()) else [],
                "scim_id": draw(st.sampled_from([None, scim[number]])),
                "active": draw(st.booleans()),
                "saml_id": draw(st.sampled_from([None, saml[number], saml[number].upper()])),
                "trusted": draw(st.booleans()),
                "member": draw(st.booleans()),
                "state": draw(st.sampled_from(["active", "active", "blocked", "blocked_pending_approval"])),
                "enterprise": draw(st.booleans()),
            }
        )
    return people


responses = st.builds(
    Presented,
    st.sampled_from([None, *UIDS]),
    st.sampled_from(["", "A@acme.example", "no address", *EMAILS]),
    st.sampled_from(["", "person0"]),
    st.just(False),
    st.just(True),
    st.just(False),
    st.just(False),
    st.just(""),
    st.just(True),
    st.just(False),
)


@pytest.fixture(scope="module", params=["19.3", "18.9"])
def simulator(request: pytest.FixtureRequest) -> Iterator[RunningSimulator]:
    with running(Settings(users=0, gitlab_version=request.param)) as started:
        yield started


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=groups(), sent=responses, with_scim_token=st.booleans())
def test_what_is_said_is_what_happens(
    simulator: RunningSimulator, people: list[dict[str, Any]], sent: Presented, with_scim_token: bool
) -> None:
    simulator.reset()
    simulator.put_people(people)
    said = asyncio.run(diagnosed(simulator, sent, with_scim_token))
    attempt = {"name_id": sent.name_id, "email": sent.email or None, "username": sent.username or None}
    url = f"{simulator.url}/groups/acme/-/saml/callback"
    happened = httpx.post(url, json=attempt, trust_env=False).json()
    assert agrees(said, happened), (said.outcome, [one.code for one in said.findings], happened)


async def diagnosed(simulator: RunningSimulator, sent: Presented, with_scim_token: bool) -> Diagnosis:
    scim = Found(Secret(simulator.scim_token), "test") if with_scim_token else None
    tokens = Tokens(access=Found(Secret(simulator.access_token), "test"), scim=scim)
    workspace = Workspace(Profile(name="test", scim_url=simulator.scim_url), tokens)
    snapshot = await workspace.refresh()
    await workspace.close()
    try:
        return diagnose(sent, stored_around(sent, snapshot))
    finally:
        snapshot.close()


def agrees(said: Diagnosis, happened: dict[str, Any]) -> bool:
    banner = happened["banner"] or ""
    refused = happened["outcome"] == "refused"
    distrusted = refused and "for security reasons" in banner
    codes = {finding.code for finding in said.findings}
    match said.outcome:
        case Outcome.SIGNS_IN | Outcome.SOMEONE_ELSE:
            if distrusted:
                return "trust-not-shown" in codes or said.outcome is Outcome.SOMEONE_ELSE
            same = said.person is not None and said.person.record.user_id == happened["user_id"]
            unseen = said.outcome is Outcome.SOMEONE_ELSE or "state-not-known" in codes
            blocked = unseen and refused and "blocked" in banner
            return same and (happened["outcome"] == "signed-in" or blocked)
        case Outcome.FAILS:
            # A flag that no API shows can refuse with another text.
            return refused and (said.banner is None or said.banner == banner or distrusted)
        case Outcome.CREATES_ACCOUNT:
            unconfirmed = "You have to confirm your email" in banner
            in_use = banner.startswith("There is already a GitLab account")
            return happened["outcome"] == "account-created" or unconfirmed or in_use
        case _:
            return codes <= {"enterprise-not-known", "email-use-not-known", "stored-for-scim", "case-differs",
                             "guid-other-spelling"}  # fmt: skip
