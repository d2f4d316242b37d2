"""REST lists: pages with and without totals, identity lists in one answer, and who may read them."""

from __future__ import annotations

import asyncio

import pytest

from scimtui.gitlab import errors
from scimtui.gitlab.wire import Listed, ListedUser, Member
from scimtui.simulator import RunningSimulator
from tests.gitlab.servers import Handler, Handmade, Seen, answers, as_json, client
from tests.gitlab.simulated import OWNER, connect, person

REST = "application/json"


def members(
    count: int, *, totals: bool = True, next_page: bool = True, told: int | None = None, size: int = 100
) -> Handler:
    """A server of that many members; `told` is what its totals claim."""

    async def handler(seen: Seen) -> bytes:
        page = seen.number("page")
        rows = [{"id": number} for number in range(1, count + 1)][(page - 1) * size : page * size]
        headers = {"x-next-page": str(page + 1) if page * size < count else ""} if next_page else {}
        if totals:
            claimed = told if told is not None else count
            headers |= {"x-total": str(claimed), "x-total-pages": str(-(-claimed // size))}
        return as_json(rows, kind=REST, headers=headers)

    return handler


async def read_members(url: str) -> tuple[list[int | None], list[int | None]]:
    """Ids in the order of arrival, and the totals that came along."""
    ids: list[int | None] = []
    totals: list[int | None] = []

    def on_page(page: Listed[Member], total: int | None) -> None:
        ids.extend(member.id for member in page.records)
        totals.append(total)

    async with client(url) as gitlab:
        assert await gitlab.rest.read_members(on_page) == len(ids)
    return ids, totals


@pytest.mark.parametrize("count", [0, 1, 100, 101, 250])
async def test_members_of_the_simulated_gitlab(current: RunningSimulator, count: int) -> None:
    current.put_people([OWNER, *(person(number, f"u{number}") for number in range(2, count + 1))])
    read: list[Member] = []
    totals: set[int | None] = set()

    def on_page(page: Listed[Member], total: int | None) -> None:
        read.extend(page.records)
        totals.add(total)

    async with connect(current) as gitlab:
        handed = await gitlab.rest.read_members(on_page)
    assert handed == len(read) == max(1, count)
    assert sorted(member.id or 0 for member in read) == list(range(1, max(1, count) + 1))
    assert totals == {max(1, count)}
    with_identity = [member for member in read if member.group_saml_identity is not None]
    assert len(with_identity) == max(0, count - 1)


@pytest.mark.parametrize("totals", [True, False])
@pytest.mark.parametrize("next_page", [True, False])
@pytest.mark.parametrize("count", [99, 100, 250, 1000])
async def test_every_page_is_read_with_and_without_the_headers(
    count: int, totals: bool, next_page: bool
) -> None:
    async with Handmade(members(count, totals=totals, next_page=next_page)) as server:
        ids, told = await read_members(server.url)
    assert sorted(number or 0 for number in ids) == list(range(1, count + 1))
    assert set(told) == {count if totals else None}


@pytest.mark.parametrize("told", [100, 250, 350, 10**30])
async def test_totals_are_not_relied_on(told: int) -> None:
    """The list can have grown or shrunk since the first page (contract 1.10)."""
    async with Handmade(members(450, told=told)) as server:
        ids, _ = await read_members(server.url)
    assert sorted(number or 0 for number in ids) == list(range(1, 451))


@pytest.mark.parametrize("junk", ["x", "9" * 5000, "-1", "²"], ids=["word", "long", "negative", "square"])
async def test_totals_that_are_no_numbers_are_left_alone(junk: str) -> None:
    headers = {"x-total": junk, "x-total-pages": junk, "x-next-page": ""}
    answer = as_json([{"id": 1}], kind=REST, headers=headers)
    async with Handmade(answers(answer.replace("²".encode(), "²".encode("latin-1")))) as server:
        assert await read_members(server.url) == ([1], [None])


async def test_a_server_that_ignores_the_page_is_an_error_and_no_loop() -> None:
    answer = as_json([{"id": number} for number in range(100)], kind=REST, headers={"x-next-page": "2"})
    async with Handmade(answers(answer)) as server:
        with pytest.raises(errors.UnexpectedAnswer, match="every page with the first"):
            await read_members(server.url)
        assert len(server.seen) < 10


async def test_never_more_than_six_pages_at_once() -> None:
    six = asyncio.Event()
    page = members(3000, totals=False)

    async def handler(seen: Seen) -> bytes:
        if seen.number("page") > 1 and not six.is_set():
            if server.in_flight == 6:
                six.set()
            await six.wait()
        return await page(seen)

    async with Handmade(handler) as server:
        ids, _ = await read_members(server.url)
    assert len(ids) == 3000 and server.most_in_flight == 6


@pytest.mark.parametrize("kind", ["saml_users", "provisioned_users", "enterprise_users"])
async def test_user_lists(current: RunningSimulator, kind: str) -> None:
    people = [person(number, f"u{number}", enterprise=True, provisioned=True) for number in range(2, 132)]
    current.put_people([OWNER, *people])
    read: list[ListedUser] = []
    async with connect(current) as gitlab:
        await gitlab.rest.read_users(kind, lambda page, total: read.extend(page.records))  # type: ignore[arg-type]
    assert sorted(user.id or 0 for user in read) == list(range(2, 132))
    assert all(user.email for user in read)


async def test_identity_lists_come_whole(current: RunningSimulator) -> None:
    current.put_people([OWNER, *(person(number, f"u{number}") for number in range(2, 5002))])
    async with connect(current) as gitlab:
        scim = await gitlab.rest.scim_identities()
        saml = await gitlab.rest.saml_identities()
        assert len(gitlab.log) == 2
    for listed in (scim.records, saml.records):
        assert {(row.user_id, row.extern_uid) for row in listed} == {(n, f"u{n}") for n in range(2, 5002)}
    assert all(row.active is True for row in scim.records)
    assert (scim.defects, saml.defects) == ((), ())


async def test_without_a_saml_provider(current: RunningSimulator) -> None:
    current.switch(saml_provider=False)
    async with connect(current) as gitlab:
        with pytest.raises(errors.SamlNotConfigured) as caught:
            await gitlab.rest.saml_identities()
        assert (caught.value.status, caught.value.words) == (400, "400 Bad request")
        with pytest.raises(errors.SamlNotConfigured):
            await gitlab.scim.users()


async def test_with_saml_disabled_the_scim_list_is_empty_and_one_user_is_still_there(
    current: RunningSimulator,
) -> None:
    current.put_people([OWNER, person(2, "u2")])
    current.switch(saml_enabled=False)
    async with connect(current) as gitlab:
        users, report = await gitlab.scim.users()
        assert (users, report.total, report.warning) == ([], 0, "")
        assert (await gitlab.scim.get("u2")).id == "u2"


async def test_a_maintainer_reads_members_but_no_identities(current: RunningSimulator) -> None:
    current.switch(access_token="maintainer")
    read: list[Member] = []
    async with connect(current) as gitlab:
        for call in (gitlab.rest.saml_identities, gitlab.rest.scim_identities):
            with pytest.raises(errors.Forbidden) as caught:
                await call()
            assert caught.value.status == 403 and "Owner" in caught.value.fix
        await gitlab.rest.read_members(lambda page, total: read.extend(page.records))
    assert read and all(member.group_saml_identity is None for member in read)


async def test_who_and_what(current: RunningSimulator, older: RunningSimulator) -> None:
    async with connect(current) as gitlab:
        me = await gitlab.rest.this_user()
        assert me.id is not None
        assert (await gitlab.rest.token_info()).scopes
        assert (await gitlab.rest.version()).release.number == (19, 3)
        group = await gitlab.rest.group()
        assert (group.full_path, group.parent_id) == ("acme", None)
        member = await gitlab.rest.member(me.id)
        assert member.access_level == 50
        assert (await gitlab.rest.member(me.id, inherited=True)).id == me.id
        with pytest.raises(errors.NotFound):
            await gitlab.rest.member(10**9)
        with pytest.raises(errors.NotFound):
            await gitlab.rest.enterprise_user(10**9)
    async with connect(older) as gitlab:
        assert (await gitlab.rest.version()).release.number == (18, 9)


async def test_older_ones_have_no_metadata() -> None:
    async def handler(seen: Seen) -> bytes:
        if seen.target == "/api/v4/metadata":
            return as_json({"error": "404 Not Found"}, 404, REST)
        return as_json({"version": "15.1.0-ee", "revision": "abc"}, kind=REST)

    async with Handmade(handler) as server, client(server.url) as gitlab:
        assert (await gitlab.rest.version()).release.number == (15, 1)


async def test_instance_scim_has_no_group_to_ask_about(current: RunningSimulator) -> None:
    current.switch(saas=False)
    async with connect(current, instance=True) as gitlab:
        for call in (gitlab.rest.group, gitlab.rest.scim_identities, gitlab.rest.saml_identities):
            with pytest.raises(errors.NotSent, match="whole instance"):
                await call()
        with pytest.raises(errors.NotSent, match="whole instance"):
            await gitlab.rest.identity("saml", "u")
        assert len(gitlab.log) == 0
        assert (await gitlab.rest.version()).release.number == (19, 3)
