"""Simulated GitLabs that the tests of one worker share, put back in order for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scimtui.simulator import RunningSimulator, Settings, running


@pytest.fixture(scope="session")
def _current() -> Iterator[RunningSimulator]:
    with running(Settings(users=20)) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def _older() -> Iterator[RunningSimulator]:
    with running(Settings(users=20, gitlab_version="18.9")) as simulator:
        yield simulator


@pytest.fixture
def current(_current: RunningSimulator) -> RunningSimulator:
    """GitLab 19.3, as it was at its start."""
    _current.reset()
    return _current


@pytest.fixture
def older(_older: RunningSimulator) -> RunningSimulator:
    """GitLab 18.9, as it was at its start."""
    _older.reset()
    return _older
