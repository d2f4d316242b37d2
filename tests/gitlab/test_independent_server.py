"""The SCIM side against a server that was written by others and knows nothing of GitLab."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import WSGIApplication

import pytest

from scimtui.gitlab import Address
from scimtui.gitlab.errors import ResourceNotFound
from tests.gitlab.servers import client


class Quiet(WSGIRequestHandler):
    """Writes no lines about requests."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def base(scim2_server_app: WSGIApplication) -> Iterator[str]:
    """The plugin's server, on a socket that is closed afterwards (its own fixture leaves that open)."""
    with make_server("127.0.0.1", 0, scim2_server_app, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


async def test_list_look_up_create_change_and_delete(base: str) -> None:
    address = Address(f"{base}/v2", f"{base}/api/v4", None)
    async with client(base, address=address) as gitlab:
        users, report = await gitlab.scim.users()
        assert (users, report.total, report.warning) == ([], 0, "")

        for number in range(130):
            written = await gitlab.scim.create(
                external_id=f"ext-{number}",
                user_name=f"user{number}",
                email=f"user{number}@acme.example",
                name=f"Person {number}",
            )
            # It makes ids of its own; what it answered under that id is what was read back.
            assert written.after is not None and written.after.id not in (None, f"ext-{number}")
            assert (written.after.user_name, written.after.email, written.after.name) == (
                f"user{number}", f"user{number}@acme.example", f"Person {number}",
            )  # fmt: skip

        users, report = await gitlab.scim.users()
        assert len({user.id for user in users}) == report.read == report.total == 130
        assert report.warning == "" and report.defects == ()

        found = await gitlab.scim.find("userName", "USER7")
        assert found is not None and found.user_name == "user7" and found.active is True
        uid = found.id or ""
        assert await gitlab.scim.get(uid) == found
        assert await gitlab.scim.find("userName", "nobody") is None

        inactive = await gitlab.scim.set_active(uid, False)
        assert inactive.after is not None and inactive.after.active is False

        # There, externalId is not the id: it changes, and the id under which the person is found stays.
        renamed = await gitlab.scim.set_external_id(uid, "ext-new")
        assert renamed.after is not None and renamed.after.id == uid

        removed = await gitlab.scim.delete(uid)
        assert removed.after is None
        with pytest.raises(ResourceNotFound):
            await gitlab.scim.get(uid)
