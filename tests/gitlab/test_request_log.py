"""The request log's listeners."""

from __future__ import annotations

from scimtui.gitlab.requestlog import Exchange
from tests.gitlab.servers import Handmade, answers, client, scim_user


async def test_a_listener_that_fails_costs_no_answer() -> None:
    heard: list[int] = []

    def fails(exchange: Exchange) -> None:
        raise RuntimeError("the screen is gone")

    async with Handmade(answers(scim_user("u2"))) as server, client(server.url) as gitlab:
        gitlab.log.listen(fails)
        gitlab.log.listen(lambda exchange: heard.append(exchange.number))
        assert (await gitlab.scim.get("u2")).id == "u2"
    assert heard == [1]
