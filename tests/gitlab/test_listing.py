"""Reading every SCIM user: pages without order, servers that do not page, and ending in the middle."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from scimtui.gitlab.errors import ServerFailed, UnexpectedAnswer
from scimtui.gitlab.scimlisting import ListingProgress
from scimtui.simulator import RunningSimulator
from tests.gitlab.servers import Handler, Handmade, Seen, answers, as_json, client, http, scim_list
from tests.gitlab.simulated import OWNER, connect, person


def people(count: int) -> list[dict[str, Any]]:
    return [OWNER, *(person(number, f"UID-{number}") for number in range(2, count + 2))]


def paged(ids: list[str], *, total: int | None, size: int = 100) -> Handler:
    """A server that pages properly, and tells the total it was given."""

    async def handler(seen: Seen) -> bytes:
        start = seen.number("startIndex") - 1
        return scim_list(ids[start : start + size], total)

    return handler


@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize("count", [250, 1000])
async def test_everybody_is_read_once(current: RunningSimulator, count: int, moving: bool) -> None:
    current.put_people(people(count))
    current.switch(moving_pages=moving)
    async with connect(current) as gitlab:
        users, report = await gitlab.scim.users()
    folded = [(user.id or "").lower() for user in users]
    assert len(folded) == len(set(folded)) == count
    assert set(folded) == {f"uid-{number}" for number in range(2, count + 2)}
    assert (report.read, report.total, report.unread, report.warning) == (count, count, 0, "")
    if not moving:
        assert report.passes == 1


async def test_an_unordered_list_is_read_to_the_end(current: RunningSimulator) -> None:
    ids = [f"u{number}" for number in range(730)]
    randomness = random.Random(3)

    async def handler(seen: Seen) -> bytes:
        shuffled = list(ids)
        if seen.number("startIndex") > 600:
            randomness.shuffle(shuffled[600:])
        start = seen.number("startIndex") - 1
        return scim_list([uid.swapcase() for uid in shuffled[start : start + 100]], 730)

    async with Handmade(handler) as server, client(server.url) as gitlab:
        users, report = await gitlab.scim.users()
    assert len(users) == report.read == 730


async def test_pages_are_handed_on_as_they_arrive() -> None:
    ids = [f"u{number}" for number in range(230)]
    released = asyncio.Event()

    async def handler(seen: Seen) -> bytes:
        if seen.number("startIndex") == 101:
            await released.wait()
        start = seen.number("startIndex") - 1
        return scim_list(ids[start : start + 100], 230)

    pages: list[ListingProgress] = []

    def on_page(page: ListingProgress) -> None:
        pages.append(page)
        if len(pages) == 2:
            released.set()

    async with Handmade(handler) as server, client(server.url) as gitlab:
        report = await gitlab.scim.read_users(on_page)
    assert [page.new[0].id for page in pages] == ["u0", "u200", "u100"]
    assert [(page.read, page.total, page.pass_number) for page in pages] == [
        (100, 230, 1),
        (130, 230, 1),
        (230, 230, 1),
    ]
    assert report.passes == 1


async def test_never_more_than_six_at_once() -> None:
    ids = [f"u{number}" for number in range(3000)]
    six = asyncio.Event()
    page = paged(ids, total=3000)

    async def handler(seen: Seen) -> bytes:
        if seen.number("startIndex") > 1:
            if server.in_flight == 6:
                six.set()
            await six.wait()  # until six have come together; a seventh would come along too
        return await page(seen)

    async with Handmade(handler) as server, client(server.url) as gitlab:
        users, _ = await gitlab.scim.users()
    assert len(users) == 3000
    assert server.most_in_flight == 6


async def test_hidden_rows_are_a_warning_after_three_passes() -> None:
    ids = [f"u{number}" for number in range(245)]
    async with Handmade(paged(ids, total=250)) as server, client(server.url) as gitlab:
        users, report = await gitlab.scim.users()
    assert len(users) == 245
    assert report.passes == 3 and report.unread == 5
    assert report.warning.startswith("5 of 250 SCIM users were not read")
    assert sum(seen.number("startIndex") == 1 for seen in server.seen) == 3


async def test_a_row_that_shows_up_in_the_second_pass_is_read() -> None:
    ids = [f"u{number}" for number in range(150)]
    calls = 0

    async def handler(seen: Seen) -> bytes:
        nonlocal calls
        calls += 1
        start = seen.number("startIndex") - 1
        shown = ids[start : start + 100]
        return scim_list(shown if calls > 2 else [uid for uid in shown if uid != "u120"], 150)

    async with Handmade(handler) as server, client(server.url) as gitlab:
        users, report = await gitlab.scim.users()
    assert [user.id for user in users][-1] == "u120"
    assert (report.read, report.passes, report.warning) == (150, 2, "")


@pytest.mark.parametrize("total", [5000, None])
async def test_a_server_that_ignores_start_index_is_an_error_and_no_loop(total: int | None) -> None:
    ids = [f"u{number}" for number in range(100)]
    async with Handmade(answers(scim_list(ids, total))) as server, client(server.url) as gitlab:
        with pytest.raises(UnexpectedAnswer, match="every page with the first") as caught:
            await gitlab.scim.users()
    assert caught.value.fix and len(server.seen) < 10


async def test_the_same_people_in_another_order_for_ever_are_an_error_and_no_loop() -> None:
    ids = [f"u{number}" for number in range(100)]

    async def handler(seen: Seen) -> bytes:
        random.Random(len(server.seen)).shuffle(ids)
        return scim_list(ids, None)

    async with Handmade(handler) as server, client(server.url) as gitlab:
        with pytest.raises(UnexpectedAnswer):
            await gitlab.scim.users()
    assert len(server.seen) < 10


@pytest.mark.parametrize(
    ("ids", "total", "requests"),
    [
        ([], 0, 1),
        ([], None, 1),
        (["only"], 1, 1),
        ([f"u{number}" for number in range(100)], 100, 1),
        ([f"u{number}" for number in range(150)], None, 3),
    ],
)
async def test_short_lists_and_lists_without_a_total(
    ids: list[str], total: int | None, requests: int
) -> None:
    async with Handmade(paged(ids, total=total)) as server, client(server.url) as gitlab:
        users, report = await gitlab.scim.users()
    assert [user.id for user in users] == ids
    assert (report.read, report.total, report.warning) == (len(ids), total, "")
    assert len(server.seen) == requests


async def test_a_server_with_smaller_pages_is_read_to_the_end() -> None:
    ids = [f"u{number}" for number in range(75)]
    async with Handmade(paged(ids, total=75, size=20)) as server, client(server.url) as gitlab:
        users, report = await gitlab.scim.users()
    assert sorted(user.id or "" for user in users) == sorted(ids)
    assert report.passes == 1 and len(server.seen) == 4


async def test_a_row_that_is_no_record_is_reported_and_not_called_unread() -> None:
    rows: list[Any] = [{"id": f"u{number}"} for number in range(150)]
    rows[3] = "junk"
    rows[120] = {"id": "u120", "name": 7}

    async def handler(seen: Seen) -> bytes:
        start = seen.number("startIndex") - 1
        return as_json({"totalResults": 150, "Resources": rows[start : start + 100]})

    async with Handmade(handler) as server, client(server.url) as gitlab:
        users, report = await gitlab.scim.users()
    assert len(users) == 149
    assert report.defects == ("SCIM user 4: not an object", "u120: name can't be read")
    assert (report.warning, report.passes, len(server.seen)) == ("", 1, 2)


async def test_defects_of_people_found_in_a_later_pass_are_reported() -> None:
    first = as_json({"totalResults": 2, "Resources": [{"id": "a"}]})
    later = as_json({"totalResults": 2, "Resources": [{"id": "a"}, {"id": "b", "name": 7}]})
    empty = as_json({"totalResults": 2, "Resources": []})

    async def handler(seen: Seen) -> bytes:
        if seen.number("startIndex") > 1:
            return empty
        return first if len(server.seen) == 1 else later

    async with Handmade(handler) as server, client(server.url) as gitlab:
        users, report = await gitlab.scim.users()
    assert [user.id for user in users] == ["a", "b"]
    assert report.defects == ("b: name can't be read",)


async def test_a_page_that_fails_ends_the_listing_with_its_error() -> None:
    ids = [f"u{number}" for number in range(1000)]
    page = paged(ids, total=1000)

    async def handler(seen: Seen) -> bytes:
        return http(500, b"{}") if seen.number("startIndex") == 401 else await page(seen)

    pages: list[ListingProgress] = []
    async with Handmade(handler) as server:
        async with client(server.url) as gitlab:
            with pytest.raises(ServerFailed):
                await gitlab.scim.read_users(pages.append)
        await server.idle()
        assert asyncio.all_tasks() == {asyncio.current_task()}
    assert pages[0].read == 100


async def test_cancelled_in_the_middle_nothing_is_left() -> None:
    ids = [f"u{number}" for number in range(5000)]
    page = paged(ids, total=5000)
    busy = asyncio.Event()

    async def handler(seen: Seen) -> bytes:
        if seen.number("startIndex") > 1:
            if server.in_flight == 6:
                busy.set()
            await asyncio.Event().wait()
        return await page(seen)

    async with Handmade(handler) as server:
        async with client(server.url) as gitlab:
            listing = asyncio.create_task(gitlab.scim.users())
            await busy.wait()
            listing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await listing
            assert [exchange.error for exchange in gitlab.log][-6:] == ["cancelled"] * 6
        await server.idle()
        assert asyncio.all_tasks() == {asyncio.current_task()}
