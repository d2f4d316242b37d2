"""Simulated GitLabs with two Owners and three people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scimtui.simulator import RunningSimulator, Settings, running
from tests.corrections.correcting import OTHER_OWNER, OWNER, person

PEOPLE = [
    OWNER,
    OTHER_OWNER,
    *(person(number, name) for number, name in ((2, "Ada"), (3, "Bob"), (4, "Cleo"))),
]


@pytest.fixture(scope="session")
def started() -> Iterator[dict[str, RunningSimulator]]:
    with (
        running(Settings(users=0, gitlab_version="19.3")) as current,
        running(Settings(users=0, gitlab_version="18.9")) as older,
        running(Settings(users=0, gitlab_version="19.4")) as newer,
    ):
        yield {"19.3": current, "18.9": older, "19.4": newer}


@pytest.fixture
def current(started: dict[str, RunningSimulator]) -> RunningSimulator:
    """19.3, freshly peopled."""
    started["19.3"].reset()
    started["19.3"].put_people(PEOPLE)
    return started["19.3"]


@pytest.fixture
def older(started: dict[str, RunningSimulator]) -> RunningSimulator:
    """18.9, freshly peopled."""
    started["18.9"].reset()
    started["18.9"].put_people(PEOPLE)
    return started["18.9"]


@pytest.fixture
def newer(started: dict[str, RunningSimulator]) -> RunningSimulator:
    """19.4, freshly peopled."""
    started["19.4"].reset()
    started["19.4"].put_people(PEOPLE)
    return started["19.4"]
