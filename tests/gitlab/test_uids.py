"""A uid reaches exactly the person it names, or nothing is sent (sign-in.md section 7)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal

import pytest

from scimtui.gitlab import GitLab
from scimtui.gitlab.errors import NotSent, ResourceNotFound, UnaddressableUid, UnsafeAddress
from scimtui.gitlab.requests import read, rest_write, scim_write
from scimtui.simulator import RunningSimulator
from tests.gitlab.servers import Handmade, answers, as_json, client
from tests.gitlab.simulated import OWNER, connect, person, truth

Api = Literal["scim", "rest-scim", "rest-saml"]
APIS: list[Api] = ["scim", "rest-scim", "rest-saml"]

AWKWARD = [
    "a/b", "/a", "a/", "a//b", ".", ".x", "x.", "a..b", "x.json", "me@acme.example", "a b", " a", "a ", "a+b",
    "%", "%2F", "a%2Fb", "%2e%2e", "a?b", "a#b", "a&b=c", "a;b", "a:b", "a\\b", "a'b", 'a"b', "é", "e\u0301",
    "日本", "🙂", "\u202egnp", "a\tb", "a\nb", "~", "-_", "[x]", "{x}", "a|b", "a^b", "`", "<b>", "$HOME",
]  # fmt: skip
NEIGHBOURS = ["a", "b", "x", "%2Fb", "a%2F", "identities", "Users", "2F"]
REFUSED = ["..", "../x", "a/../b", "a\\..\\b", "x/..", "..\\", "", "a\0b", "\udc80"]
LONG = "n" * 255


def everybody() -> list[dict[str, Any]]:
    uids = [*AWKWARD, *NEIGHBOURS, LONG]
    return [OWNER, *(person(number, uid) for number, uid in enumerate(uids, 2))]


def owner_of(simulator: RunningSimulator, uid: str) -> int:
    return _owner_of(simulator, "scim_id", uid)


def _owner_of(simulator: RunningSimulator, field: str, uid: str) -> int:
    return next(int(entry["user_id"]) for entry in simulator.people() if entry[field] == uid)


def others(simulator: RunningSimulator, user_id: int) -> list[dict[str, Any]]:
    return [entry for entry in simulator.people() if entry["user_id"] != user_id]


async def get(gitlab: GitLab, api: Api, uid: str) -> Any:
    if api == "scim":
        return await gitlab.scim.get(uid)
    return await gitlab.rest.identity("scim" if api == "rest-scim" else "saml", uid)


async def patch(gitlab: GitLab, api: Api, uid: str, new: str) -> Any:
    if api == "scim":
        return await gitlab.scim.set_external_id(uid, new)
    return await gitlab.rest.set_extern_uid("scim" if api == "rest-scim" else "saml", uid, new)


async def delete(gitlab: GitLab, api: Api, uid: str) -> Any:
    if api == "scim":
        return await gitlab.scim.delete(uid)
    return await gitlab.rest.delete_identity("scim" if api == "rest-scim" else "saml", uid)


@pytest.mark.parametrize("version", ["current", "older"])
@pytest.mark.parametrize("api", APIS)
async def test_get_finds_exactly_the_person(request: pytest.FixtureRequest, api: Api, version: str) -> None:
    simulator: RunningSimulator = request.getfixturevalue(version)
    simulator.put_people(everybody())
    async with connect(simulator) as gitlab:
        for uid in [*AWKWARD, LONG]:
            found = await get(gitlab, api, uid)
            if api == "scim":
                assert (found.id, found.user_name) == (uid, f"user{owner_of(simulator, uid)}")
            else:
                assert (found.extern_uid, found.user_id) == (uid, owner_of(simulator, uid))


@pytest.mark.parametrize("version", ["current", "older"])
@pytest.mark.parametrize("api", APIS)
async def test_patch_changes_exactly_the_person(
    request: pytest.FixtureRequest, api: Api, version: str
) -> None:
    simulator: RunningSimulator = request.getfixturevalue(version)
    simulator.put_people(everybody())
    field = "saml_id" if api == "rest-saml" else "scim_id"
    async with connect(simulator) as gitlab:
        for number, uid in enumerate(AWKWARD):
            user_id = owner_of(simulator, uid) if field == "scim_id" else saml_owner(simulator, uid)
            before, start = others(simulator, user_id), truth(simulator, user_id)
            written = await patch(gitlab, api, uid, f"fresh-{number}")
            assert (written.after.id if api == "scim" else written.after.extern_uid) == f"fresh-{number}"
            changed = truth(simulator, user_id)
            assert {key: changed[key] for key in start if changed[key] != start[key]} == (
                {field: f"fresh-{number}", "trusted": False}
                if field == "saml_id" and version == "current"
                else {field: f"fresh-{number}"}
            )
            assert others(simulator, user_id) == before
    assert [write["method"] for write in simulator.writes()] == ["PATCH"] * len(AWKWARD)


def saml_owner(simulator: RunningSimulator, uid: str) -> int:
    return _owner_of(simulator, "saml_id", uid)


@pytest.mark.parametrize("version", ["current", "older"])
@pytest.mark.parametrize("api", APIS)
async def test_patch_stores_exactly_the_value(request: pytest.FixtureRequest, api: Api, version: str) -> None:
    """To and fro: every awkward value is stored as it is meant, and read back by its own address."""
    simulator: RunningSimulator = request.getfixturevalue(version)
    simulator.put_people([OWNER, person(2, "start"), person(3, "bystander")])
    field = "saml_id" if api == "rest-saml" else "scim_id"
    now = "start"
    async with connect(simulator) as gitlab:
        for uid in [value for value in AWKWARD if '"' not in value]:
            written = await patch(gitlab, api, now, uid)
            now = uid
            assert (written.after.id if api == "scim" else written.after.extern_uid) == uid
            assert truth(simulator, 2)[field] == uid
    assert truth(simulator, 3)[field] == "bystander"


@pytest.mark.parametrize("version", ["current", "older"])
@pytest.mark.parametrize("api", APIS)
async def test_delete_removes_exactly_the_person(
    request: pytest.FixtureRequest, api: Api, version: str
) -> None:
    simulator: RunningSimulator = request.getfixturevalue(version)
    simulator.put_people(everybody())
    async with connect(simulator) as gitlab:
        for uid in AWKWARD:
            user_id = saml_owner(simulator, uid)
            before, start = others(simulator, user_id), truth(simulator, user_id)
            written = await delete(gitlab, api, uid)
            now = truth(simulator, user_id)
            if api == "scim":
                assert written.after.active is False and now["active"] is False
                assert now["scim_id"] == now["saml_id"] == uid
            else:
                field = "saml_id" if api == "rest-saml" else "scim_id"
                assert written.after is None
                assert (start[field], now[field], now["member"]) == (uid, None, True)
            assert others(simulator, user_id) == before
        assert (await gitlab.rest.group()).full_path == "acme"
    assert {write["status"] for write in simulator.writes()} == {204}


@pytest.mark.parametrize("uid", REFUSED, ids=repr)
@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("verb", ["get", "patch", "patch to it", "delete"])
async def test_what_would_hit_something_else_is_never_sent(
    current: RunningSimulator, uid: str, api: Api, verb: str
) -> None:
    current.put_people([OWNER, person(2, "x"), person(3, "a")])
    before = current.people()
    calls: dict[str, Callable[[GitLab], Awaitable[Any]]] = {
        "get": lambda gitlab: get(gitlab, api, uid),
        "patch": lambda gitlab: patch(gitlab, api, uid, "new"),
        "patch to it": lambda gitlab: patch(gitlab, api, "x", uid),
        "delete": lambda gitlab: delete(gitlab, api, uid),
    }
    async with connect(current) as gitlab:
        with pytest.raises(UnaddressableUid) as caught:
            await calls[verb](gitlab)
        assert caught.value.uid == uid and len(gitlab.log) == 0
        assert (await gitlab.rest.group()).full_path == "acme"
    assert current.writes() == [] and current.people() == before


@pytest.mark.parametrize("kind", ["scim", "saml"])
async def test_identities_can_not_be_read_over_rest_and_so_never_becomes_a_write(
    current: RunningSimulator, kind: Literal["scim", "saml"]
) -> None:
    current.put_people([OWNER, person(2, "identities"), person(3, "x")])
    async with connect(current) as gitlab:
        calls: list[Awaitable[object]] = [
            gitlab.rest.identity(kind, "identities"),
            gitlab.rest.set_extern_uid(kind, "identities", "new"),
            gitlab.rest.set_extern_uid(kind, "x", "identities"),
            gitlab.rest.delete_identity(kind, "identities"),
        ]
        for call in calls:
            with pytest.raises(UnaddressableUid):
                await call
        assert len(gitlab.log) == 0
        assert (await gitlab.scim.get("identities")).user_name == "user2"
    assert current.writes() == []


async def test_creating_somebody_who_could_not_be_addressed_is_refused(current: RunningSimulator) -> None:
    async with connect(current) as gitlab:
        for uid in REFUSED:
            with pytest.raises(UnaddressableUid):
                await gitlab.scim.create(external_id=uid, user_name="n", email="n@acme.example", name="N")
        assert len(gitlab.log) == 0


async def test_the_filter_finds_whom_no_path_can_name(current: RunningSimulator) -> None:
    current.put_people([OWNER, person(2, "../x"), person(3, "x"), person(4, "a?b"), person(5, "ÄÖ")])
    async with connect(current) as gitlab:
        for uid, name in (("../x", "user2"), ("x", "user3"), ("a?b", "user4"), ("äö", "user5")):
            found = await gitlab.scim.find("externalId", uid)
            assert found is not None and found.user_name == name
        assert await gitlab.scim.find("id", "nobody") is None
        with pytest.raises(UnaddressableUid):
            await gitlab.scim.find("id", "a b")


async def test_case_counts_for_saml_alone(current: RunningSimulator) -> None:
    current.put_people([OWNER, person(2, "Ext-1")])
    async with connect(current) as gitlab:
        assert (await gitlab.scim.get("EXT-1")).id == "Ext-1"
        identity = await gitlab.rest.identity("scim", "ext-1")
        assert identity.extern_uid == "Ext-1"
        with pytest.raises(ResourceNotFound):
            await gitlab.rest.identity("saml", "ext-1")


@pytest.mark.parametrize(
    "tail",
    ["/groups/acme/saml/..", "/groups/acme/saml/x/../..", "/groups/acme/./saml/x", "/groups/acme/saml/a b",
     "/groups/acme/saml/é", "/groups/acme/saml/x#y", "/groups/acme/saml/'x'\""],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_an_address_that_the_library_would_change_is_not_sent(tail: str, method: str) -> None:
    """The last guard, should one day an address be built without `encoded_uid`."""
    async with Handmade(answers(as_json({}))) as server, client(server.url) as gitlab:
        for request in (
            read(f"{server.url}/api/v4{tail}", "access"),
            rest_write(method, f"{server.url}/api/v4{tail}"),
            scim_write(method, f"{server.url}/api/v4{tail}"),
        ):
            with pytest.raises(UnsafeAddress) as caught:
                await gitlab.transport.send(request)
            assert isinstance(caught.value, NotSent)
        assert server.seen == []
