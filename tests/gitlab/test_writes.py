"""Every write is one request, and what it returns is what GitLab showed afterwards."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

import pytest

from scimtui.gitlab import GitLab, errors
from scimtui.simulator import RunningSimulator
from tests.gitlab.servers import Handler, Handmade, Seen, Waits, answers, as_json, client, http
from tests.gitlab.simulated import OWNER, connect, person, truth

REST = "application/json"
Call = Callable[[GitLab], Awaitable[Any]]
WRITES: dict[str, Call] = {
    "set_external_id": lambda gitlab: gitlab.scim.set_external_id("u2", "new"),
    "set_active": lambda gitlab: gitlab.scim.set_active("u2", False),
    "delete": lambda gitlab: gitlab.scim.delete("u2"),
    "create": lambda gitlab: gitlab.scim.create(
        external_id="new", user_name="newbie", email="newbie@acme.example", name="New Bie"
    ),
    "set_extern_uid scim": lambda gitlab: gitlab.rest.set_extern_uid("scim", "u2", "new"),
    "set_extern_uid saml": lambda gitlab: gitlab.rest.set_extern_uid("saml", "u2", "new"),
    "delete_identity scim": lambda gitlab: gitlab.rest.delete_identity("scim", "u2"),
    "delete_identity saml": lambda gitlab: gitlab.rest.delete_identity("saml", "u2"),
}
every_write = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)


@pytest.fixture
def two(current: RunningSimulator) -> RunningSimulator:
    """19.3 with two Developers, u2 and u3."""
    current.put_people([OWNER, person(2, "u2"), person(3, "u3")])
    return current


@pytest.fixture
def two_older(older: RunningSimulator) -> RunningSimulator:
    """18.9 with an active Developer u2 and an inactive u3."""
    older.put_people([OWNER, person(2, "u2"), person(3, "u3", active=False)])
    return older


@every_write
async def test_a_write_is_one_request_with_a_look_before_and_after(
    two: RunningSimulator, write: Call
) -> None:
    async with connect(two) as gitlab:
        await write(gitlab)
        methods = [exchange.request.method for exchange in gitlab.log]
    assert len(two.writes()) == 1 and two.writes()[0]["status"] in (200, 201, 204)
    assert methods[-1] == "GET" and sum(method != "GET" for method in methods) == 1
    assert methods[0] == "GET" or methods == ["POST", "GET"]


async def test_what_each_write_returns(two: RunningSimulator) -> None:
    async with connect(two) as gitlab:
        renamed = await gitlab.scim.set_external_id("u2", "fresh")
        assert renamed.before is not None and renamed.after is not None
        assert (renamed.before.id, renamed.after.id, renamed.after.user_name) == ("u2", "fresh", "user2")
        assert truth(two, 2)["saml_id"] == "u2"

        deactivated = await gitlab.scim.set_active("fresh", False)
        assert deactivated.after is not None and deactivated.after.active is False
        two.settle()
        reactivated = await gitlab.scim.set_active("fresh", True)
        assert reactivated.after is not None and reactivated.after.active is True

        removed = await gitlab.scim.delete("u3")
        assert removed.after is not None and removed.after.active is False

        created = await gitlab.scim.create(
            external_id="n", user_name="newbie", email="newbie@acme.example", name="New Bie"
        )
        assert created.before is None and created.after is not None
        assert (created.after.id, created.after.name, created.after.email, created.after.active) == (
            "n", "New Bie", "newbie@acme.example", True,
        )  # fmt: skip

        saml = await gitlab.rest.set_extern_uid("saml", "u2", "U2")
        assert saml.after is not None and saml.after.extern_uid == "U2"
        assert (saml.before.user_id, saml.after.user_id) == (2, 2)
        assert truth(two, 2)["trusted"] is False

        gone = await gitlab.rest.delete_identity("saml", "U2")
        assert gone.after is None and truth(two, 2)["saml_id"] is None


async def test_a_change_of_case_is_seen_in_what_was_read_back(two: RunningSimulator) -> None:
    async with connect(two) as gitlab:
        written = await gitlab.scim.set_external_id("U2", "u2")
        assert written.after is not None and written.after.id == "u2"
        written = await gitlab.scim.set_external_id("u2", "U2")
        assert written.after is not None and written.after.id == "U2"


async def test_an_inactive_identity_takes_a_new_id_since_19(current: RunningSimulator) -> None:
    current.put_people([OWNER, person(3, "u3", active=False)])
    async with connect(current) as gitlab:
        written = await gitlab.scim.set_external_id("u3", "new")
    assert written.after is not None and (written.after.id, written.after.active) == ("new", False)


async def test_up_to_18_9_the_id_is_dropped_and_after_shows_it(two_older: RunningSimulator) -> None:
    async with connect(two_older) as gitlab:
        written = await gitlab.scim.set_external_id("u3", "new")
    assert written.before is not None and written.before.active is False
    assert written.after is not None and (written.after.id, written.after.active) == ("u3", True)


async def test_somebody_else_who_holds_the_new_value_is_never_taken_for_success(
    two_older: RunningSimulator,
) -> None:
    """18.9 drops the new id of an inactive identity with 204, so no conflict is found either."""
    async with connect(two_older) as gitlab:
        written = await gitlab.scim.set_external_id("u3", "u2")
    assert written.after is not None and (written.after.id, written.after.user_name) == ("u3", "user3")
    assert truth(two_older, 2)["scim_id"] == "u2"


async def test_up_to_18_9_a_changed_saml_value_stays_trusted(two_older: RunningSimulator) -> None:
    async with connect(two_older) as gitlab:
        await gitlab.rest.set_extern_uid("saml", "u2", "new")
    assert truth(two_older, 2)["trusted"] is True


@pytest.mark.parametrize(
    "call",
    [
        lambda gitlab: gitlab.scim.set_external_id("u2", "U3"),
        lambda gitlab: gitlab.rest.set_extern_uid("scim", "u2", "U3"),
        lambda gitlab: gitlab.rest.set_extern_uid("saml", "u2", "U3"),
    ],
    ids=["scim", "rest-scim", "rest-saml"],
)
async def test_a_value_that_another_holds_is_refused(two: RunningSimulator, call: Call) -> None:
    async with connect(two) as gitlab:
        with pytest.raises(errors.AnswerError) as caught:
            await call(gitlab)
    assert caught.value.status in (400, 412)
    assert truth(two, 2)["scim_id"] == truth(two, 2)["saml_id"] == "u2"


async def test_somebody_who_is_provisioned_already_is_a_conflict_of_its_own(two: RunningSimulator) -> None:
    async with connect(two) as gitlab:
        with pytest.raises(errors.Conflict) as caught:
            await gitlab.scim.create(
                external_id="other", user_name="user2", email="user2@acme.example", name="P"
            )
    assert caught.value.status == 409 and caught.value.words.endswith("User has already been taken")
    assert "this person" in caught.value.what


async def test_a_removal_that_is_not_finished(two: RunningSimulator) -> None:
    async with connect(two) as gitlab:
        await gitlab.scim.delete("u2")
        with pytest.raises(errors.PendingDeprovisioning) as caught:
            await gitlab.scim.set_active("u2", True)
        assert caught.value.status == 409
        with pytest.raises(errors.PendingDeprovisioning):
            await gitlab.scim.create(
                external_id="u2", user_name="user2", email="user2@acme.example", name="P"
            )
        two.settle()
        await gitlab.scim.set_active("u2", True)


async def test_the_last_owner_stays(current: RunningSimulator) -> None:
    current.put_people([{**OWNER, "scim_id": "o1"}, person(2, "u2")])
    async with connect(current) as gitlab:
        for call in (gitlab.scim.delete("o1"), gitlab.scim.set_active("o1", False)):
            with pytest.raises(errors.Rejected) as caught:
                await call
            assert caught.value.status == 412
        assert (await gitlab.scim.get("o1")).active is True


@pytest.mark.parametrize("value", [" ", "\t"])
async def test_a_blank_value_is_gitlabs_to_refuse(two: RunningSimulator, value: str) -> None:
    async with connect(two) as gitlab:
        with pytest.raises(errors.Rejected):
            await gitlab.scim.set_external_id("u2", value)
        for kind in ("scim", "saml"):
            with pytest.raises(errors.Rejected):
                await gitlab.rest.set_extern_uid(kind, "u2", value)
    assert truth(two, 2)["scim_id"] == "u2"


async def test_nobody_there(two: RunningSimulator) -> None:
    async with connect(two) as gitlab:
        for call in (
            gitlab.scim.set_external_id("nobody", "x"),
            gitlab.scim.delete("nobody"),
            gitlab.rest.set_extern_uid("saml", "nobody", "x"),
            gitlab.rest.delete_identity("scim", "nobody"),
        ):
            with pytest.raises(errors.ResourceNotFound):
                await call
    assert two.writes() == []


@every_write
async def test_an_answer_about_another_uid_stops_the_write(write: Call) -> None:
    other = as_json({"id": "other", "extern_uid": "other", "user_id": 9, "userName": "eve"})
    async with Handmade(answers(other)) as server, client(server.url) as gitlab:
        if write is WRITES["create"]:
            with pytest.raises(errors.OutcomeUnknown) as unknown:  # there is nobody to look at before
                await write(gitlab)
            assert isinstance(unknown.value.cause, errors.WrongPerson)
            return
        with pytest.raises(errors.WrongPerson) as caught:
            await write(gitlab)
        assert caught.value.request.startswith("GET http")
    assert [seen.method for seen in server.seen] == ["GET"]


@every_write
async def test_a_connection_dropped_before_the_write(two: RunningSimulator, write: Call) -> None:
    two.switch(drop="before-write")
    waits = Waits()
    before = two.people()
    async with connect(two, waits=waits) as gitlab:
        with pytest.raises(errors.OutcomeUnknown) as caught:
            await write(gitlab)
    assert [entry["status"] for entry in two.writes()] == [None] and two.people() == before
    assert isinstance(caught.value.cause, errors.ConnectionLost) and waits == []


@every_write
async def test_a_connection_dropped_after_the_write(two: RunningSimulator, write: Call) -> None:
    two.switch(drop="after-write")
    before = two.people()
    async with connect(two) as gitlab:
        with pytest.raises(errors.OutcomeUnknown) as caught:
            await write(gitlab)
    assert len(two.writes()) == 1 and two.people() != before
    assert caught.value.fix and caught.value.request.split()[0] in ("PATCH", "POST", "DELETE")


def scripted(*, write: bytes, back: bytes | None = None) -> Handler:
    """GETs show u2; the write is answered `write`, and the GETs after it `back`."""
    written = False

    async def handler(seen: Seen) -> bytes:
        nonlocal written
        if seen.method != "GET":
            written = True
            return write
        if written and back is not None:
            return back
        return as_json({"id": "u2", "extern_uid": "u2", "user_id": 2, "userName": "user2"})

    return handler


@every_write
@pytest.mark.parametrize(
    "answer",
    [
        http(500, b'{"message":"500 Internal Server Error"}'),
        http(502, b"bad gateway", "text/plain"),
        http(503, b"<html>maintenance</html>", "text/html"),
        http(504),
        http(200, b"<html>Please accept our terms</html>", "text/html"),
        http(200, b"x" * 2**24 + b"x", "text/plain"),
        http(200, b"no gzip", headers={"Content-Encoding": "gzip"}),
    ],
    ids=["500", "502", "503", "504", "page", "too-large", "broken-gzip"],
)
async def test_an_answer_that_leaves_it_open_is_never_taken_for_a_no(write: Call, answer: bytes) -> None:
    waits = Waits()
    async with Handmade(scripted(write=answer)) as server, client(server.url, waits=waits) as gitlab:
        with pytest.raises(errors.OutcomeUnknown) as caught:
            await write(gitlab)
    assert sum(seen.method != "GET" for seen in server.seen) == 1 and waits == []
    assert isinstance(caught.value.cause, errors.AnswerError)
    assert caught.value.status == caught.value.cause.status is not None


@every_write
async def test_a_redirected_write_was_not_done_and_is_not_followed(write: Call) -> None:
    answer = http(302, headers={"Location": "https://elsewhere.invalid/users/sign_in"})
    async with Handmade(scripted(write=answer)) as server, client(server.url) as gitlab:
        with pytest.raises(errors.UnexpectedAnswer) as caught:
            await write(gitlab)
    assert caught.value.reason == "redirect" and "elsewhere.invalid" in caught.value.what
    assert sum(seen.method != "GET" for seen in server.seen) == 1


@every_write
@pytest.mark.parametrize(
    "back",
    [
        b"",
        http(500, b"{}"),
        http(401, b"{}"),
        http(403, b"{}"),
        http(404, b'{"message":"404 Group Not Found"}'),
        http(404, b'{"error":"404 Not Found"}'),
        as_json({"id": "eve", "extern_uid": "eve", "user_id": 9, "userName": "eve"}),
    ],
    ids=["dropped", "500", "401", "403", "no-group", "no-route", "another"],
)
async def test_a_write_that_can_not_be_read_back_is_not_known(write: Call, back: bytes) -> None:
    """It was sent and accepted: neither success nor failure can be claimed."""
    async with Handmade(scripted(write=http(204), back=back)) as server, client(server.url) as gitlab:
        with pytest.raises(errors.OutcomeUnknown) as caught:
            await write(gitlab)
    assert sum(seen.method != "GET" for seen in server.seen) == 1
    assert caught.value.request.split()[0] in ("PATCH", "POST", "DELETE")


@pytest.mark.parametrize("body", [b"", b"OK", b'{"id": "u2"}'], ids=["empty", "words", "json"])
async def test_a_success_is_read_back_whatever_its_body(body: bytes) -> None:
    answer = http(200, body, "text/plain")
    async with Handmade(scripted(write=answer)) as server, client(server.url) as gitlab:
        written = await gitlab.scim.set_active("u2", True)
    assert written.after is not None and written.after.id == "u2"


async def test_what_goes_over_the_wire() -> None:
    async def handler(seen: Seen) -> bytes:
        uid = unquote(seen.target.rpartition("/")[2])
        person = {"id": uid, "userName": "xaver", "extern_uid": uid, "user_id": 2}
        return as_json(person) if seen.method == "GET" else http(204)

    async with Handmade(handler) as server, client(server.url) as gitlab:
        await gitlab.scim.set_external_id("u2", "naïve")
        await gitlab.scim.set_active("u2", False)
        await gitlab.rest.set_extern_uid("saml", "u2", "x")
        await gitlab.scim.delete("u2")
        await gitlab.rest.delete_identity("scim", "u2")
    sent = [seen for seen in server.seen if seen.method != "GET"]
    operation = {"op": "replace", "path": "externalId", "value": "naïve"}
    assert [seen.method for seen in sent] == ["PATCH", "PATCH", "PATCH", "DELETE", "DELETE"]
    assert [seen.target for seen in sent][:3:2] == [
        "/api/scim/v2/groups/acme/Users/u2",
        "/api/v4/groups/acme/saml/u2",
    ]
    assert sent[0].headers["content-type"] == "application/scim+json"
    assert json.loads(sent[0].body)["Operations"] == [operation]
    assert json.loads(sent[1].body)["Operations"] == [{"op": "replace", "path": "active", "value": False}]
    assert (sent[2].headers["content-type"], sent[2].body) == (REST, b'{"extern_uid": "x"}')
    assert "content-type" not in sent[3].headers and sent[3].body == sent[4].body == b""


async def test_instance_scim(current: RunningSimulator) -> None:
    current.put_people([OWNER, person(2, "u2"), person(3, "u3")])
    current.switch(saas=False)
    async with connect(current, instance=True) as gitlab:
        users, _ = await gitlab.scim.users()
        assert {user.id for user in users} == {"u2", "u3"}
        written = await gitlab.scim.set_external_id("u2", "new/one")
        assert written.after is not None and written.after.id == "new/one"
        removed = await gitlab.scim.delete("new/one")
        assert removed.after is not None and removed.after.active is False
        found = await gitlab.scim.find("userName", "user3")
        assert found is not None and found.id == "u3"
    assert [write["method"] for write in current.writes()] == ["PATCH", "DELETE"]


async def test_a_user_name_that_gitlab_resolves_to_somebody_else_is_not_believed(
    current: RunningSimulator,
) -> None:
    """GitLab tries uid, username, e-mail and local part in turn (contract page 0, 6)."""
    current.put_people(
        [OWNER, person(2, "ada"), person(3, "u3", username="ada"), person(4, "u4", username="bob")]
    )
    async with connect(current) as gitlab:
        assert await gitlab.scim.find("userName", "ada") is None
        assert await gitlab.scim.find("userName", "bob@elsewhere.example") is None
        found = await gitlab.scim.find("userName", "user2@acme.example")
        assert found is not None and found.id == "ada"
