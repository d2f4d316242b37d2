"""What the walkthroughs say happens, carried out on the simulated GitLab."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from scimtui.simulator import RunningSimulator, Settings, running
from tests.corrections.correcting import OWNER, guid, person
from tests.gitlab.simulated import truth

OLD, NEW = guid(2), guid(0xABCD)


class Sync:
    """An identity provider's requests, and an Owner's."""

    def __init__(self, simulator: RunningSimulator) -> None:
        self.simulator = simulator
        scim = {"Authorization": f"Bearer {simulator.scim_token}", "Content-Type": "application/scim+json"}
        self.scim = httpx.Client(base_url=simulator.scim_url, headers=scim)
        self.rest = httpx.Client(
            base_url=f"{simulator.rest_url}/groups/acme", headers={"PRIVATE-TOKEN": simulator.access_token}
        )

    def set_active(self, uid: str, active: bool) -> httpx.Response:
        operation = {"op": "Replace", "path": "active", "value": active}
        return self.scim.patch(f"/Users/{uid}", json={"Operations": [operation]})

    def create(self, uid: str) -> httpx.Response:
        body = {
            "externalId": uid,
            "userName": "ada",
            "displayName": "Ada",
            "emails": [{"type": "work", "value": "ada@acme.example"}],
        }
        return self.scim.post("/Users", json=body)

    def removed(self) -> None:
        assert self.set_active(OLD, False).status_code in (200, 204)
        self.simulator.settle()

    @property
    def ada(self) -> dict[str, Any]:
        return truth(self.simulator, 2)


@pytest.fixture(params=["18.9", "19.3", "19.4"])
def sync(request: pytest.FixtureRequest) -> Iterator[Sync]:
    with running(Settings(users=0, gitlab_version=request.param)) as simulated:
        simulated.put_people([OWNER, person(2, "Ada")])
        opened = Sync(simulated)
        with opened.scim, opened.rest:
            yield opened


def test_way_b_meets_409_until_the_old_identity_is_gone(sync: Sync) -> None:
    sync.removed()
    refused = sync.create(NEW)
    assert refused.status_code == 409 and "User has already been taken" in refused.text
    assert sync.rest.delete(f"/scim/{OLD}").status_code == 204
    assert sync.create(NEW).status_code == 201
    assert (sync.ada["scim_id"], sync.ada["saml_id"]) == (NEW, OLD)


def test_a_create_does_not_wake_an_identity_up_and_an_update_does(sync: Sync) -> None:
    sync.removed()
    assert sync.create(OLD).status_code == 201
    assert sync.ada["active"] is False and sync.ada["access_level"]
    assert sync.set_active(OLD, True).status_code in (200, 204)
    assert sync.ada["active"] is True


def test_a_create_is_refused_while_sso_is_enforced(sync: Sync) -> None:
    sync.removed()
    sync.simulator.switch(sso_enforced=True)
    assert sync.create(OLD).status_code == 412
