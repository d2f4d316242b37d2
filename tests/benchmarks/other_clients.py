"""The same lists from the same server in the same run, read by us and by the clients people know.

The others are used as their documentation shows: pages of 100 by their own paging, one after another.
Each reading counts from making the client to having every record; imports are paid before.
"""

from __future__ import annotations

import asyncio
import gc
import json
import time
import urllib.request
import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from scimtui.gitlab import Access, GitLab, Secret, parse_address
from scimtui.simulator.child import start_child
from scimtui.text import count
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Figure, ratio

_PAGE = 100
_LATENCY_MS = 20
_SECONDS = 120


def measure(effort: Effort) -> list[Figure]:
    """SCIM users against scim2-client; members and identities against python-gitlab."""
    with start_child(["--users", str(effort.listed)]) as child:
        info = child.info
        figures = _scim_users(info, effort)
        figures += _identities(info, effort)
        _switch(info, latency_ms=_LATENCY_MS)
        figures += _members(info, effort)
    return figures


def _scim_users(info: Mapping[str, Any], effort: Effort) -> list[Figure]:
    group = f"listing {count(effort.listed)} SCIM users, no latency"
    try:
        theirs = _scim2_client(info)
    except ImportError as missing:
        return [Figure(group, "scim2-client against scimtui", "x", at_least=2, failure=str(missing))]
    figures = _compared(
        group, "scim2-client", theirs, lambda: _ours(info, _our_scim_users), effort, at_least=2
    )
    # Most of its time goes into checking answers against the standard, which it does unless told otherwise.
    unchecked = _seconds(_scim2_client(info, check_response_payload=False), effort.lists)
    return [*figures, Figure(group, "scim2-client, told not to check answers", "s", unchecked)]


def _members(info: Mapping[str, Any], effort: Effort) -> list[Figure]:
    group = f"listing {count(effort.listed)} members, {_LATENCY_MS} ms of latency"
    try:
        gitlab = import_module("gitlab")
    except ImportError as missing:
        return [Figure(group, "python-gitlab against scimtui", "x", at_least=2, failure=str(missing))]

    def theirs() -> int:
        with gitlab.Gitlab(info["url"], private_token=info["access_token"], timeout=60) as client:
            group = client.groups.get(info["group"], lazy=True)
            return len(list(group.members.list(iterator=True, per_page=_PAGE)))

    return _compared(group, "python-gitlab", theirs, lambda: _ours(info, _our_members), effort, at_least=2)


def _identities(info: Mapping[str, Any], effort: Effort) -> list[Figure]:
    """GitLab does not page these lists; python-gitlab has no objects for them: plain dicts."""
    group = f"listing {count(effort.listed)} identities, no latency"
    try:
        gitlab = import_module("gitlab")
    except ImportError as missing:
        return [Figure(group, "scimtui against python-gitlab", "x", at_most=1.5, failure=str(missing))]
    figures = []
    for kind, read in (("scim", _our_scim_identities), ("saml", _our_saml_identities)):

        def theirs(kind: str = kind) -> int:
            with gitlab.Gitlab(info["url"], private_token=info["access_token"], timeout=60) as client:
                return len(client.http_list(f"/groups/{info['group']}/{kind}/identities", get_all=True))

        def ours(read: Callable[[GitLab], Any] = read) -> int:
            return _ours(info, read)

        named = f"{kind.upper()} identities: "
        figures += _compared(group, "python-gitlab", theirs, ours, effort, at_most=1.5, named=named)
    return figures


def _compared(
    group: str,
    name: str,
    theirs: Callable[[], int],
    ours: Callable[[], int],
    effort: Effort,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    named: str = "",
) -> list[Figure]:
    """Both in turns, after one turn that only warms up; both must list the same number."""
    taken: dict[str, list[float]] = {"scimtui": [], name: []}
    for turn in range(effort.lists + 1):
        listed = set()
        for who, read in (("scimtui", ours), (name, theirs)):
            gc.collect()
            begun = time.perf_counter()
            listed.add(read())
            if turn:
                taken[who].append(time.perf_counter() - begun)
        if len(listed) != 1:
            raise RuntimeError(f"scimtui and {name} listed different numbers: {sorted(listed)}")
    if at_least is not None:
        against = ratio(
            group, f"{named}{name} against scimtui", taken[name], taken["scimtui"], at_least=at_least
        )
    else:
        against = ratio(
            group, f"{named}scimtui against {name}", taken["scimtui"], taken[name], at_most=at_most
        )
    return [against, *(Figure(group, f"{named}{who}", "s", seconds) for who, seconds in taken.items())]


def _ours(info: Mapping[str, Any], read: Callable[[GitLab], Any]) -> int:
    async def list_all() -> int:
        access = Access(
            parse_address(info["scim_url"]),
            scim_token=Secret(info["scim_token"]),
            access_token=Secret(info["access_token"]),
            read_only=True,
        )
        async with GitLab(access) as client:
            listed: int = await read(client)
            return listed

    return asyncio.run(asyncio.wait_for(list_all(), _SECONDS))


async def _our_scim_users(client: GitLab) -> int:
    users, report = await client.scim.users()
    if report.warning:
        raise RuntimeError(report.warning)
    return len(users)


async def _our_members(client: GitLab) -> int:
    members: list[object] = []
    await client.rest.read_members(lambda page, total: members.extend(page.records))
    return len(members)


async def _our_scim_identities(client: GitLab) -> int:
    return len((await client.rest.scim_identities()).records)


async def _our_saml_identities(client: GitLab) -> int:
    return len((await client.rest.saml_identities()).records)


def _seconds(read: Callable[[], int], turns: int) -> list[float]:
    """Seconds of each turn by itself."""
    taken = []
    for _ in range(turns):
        gc.collect()
        begun = time.perf_counter()
        read()
        taken.append(time.perf_counter() - begun)
    return taken


def _scim2_client(info: Mapping[str, Any], *, check_response_payload: bool = True) -> Callable[[], int]:
    """Its own engine over HTTP: on httpx2 in newer versions, on httpx in older ones."""
    models = import_module("scim2_models")
    try:
        library, engine = import_module("httpx2"), import_module("scim2_client.engines.httpx2")
    except ImportError:
        try:
            library, engine = import_module("httpx"), import_module("scim2_client.engines.httpx")
        except ImportError:
            raise ImportError(
                "scim2-client's HTTP engine is missing: pip install 'scim2-client[httpx2]'"
            ) from None

    def theirs() -> int:
        headers = {"Authorization": f"Bearer {info['scim_token']}"}
        with library.Client(base_url=info["scim_url"], headers=headers, timeout=60) as http:
            scim = _scim2_for_users(engine, models, http)
            users: list[object] = []
            while True:
                wanted = models.SearchRequest(start_index=len(users) + 1, count=_PAGE)
                page = scim.query(
                    models.User, query_parameters=wanted, check_response_payload=check_response_payload
                )
                # unchecked, it hands on what came: the plain JSON
                plain = isinstance(page, dict)
                came = page.get("Resources") if plain else page.resources
                users += came or ()
                if not came or len(users) >= (page["totalResults"] if plain else page.total_results):
                    return len(users)

    return theirs


def _scim2_for_users(engine: Any, models: Any, http: Any) -> Any:
    if hasattr(models, "ScimProvider"):
        return engine.SyncSCIMClient(http, provider=models.ScimProvider(models=[models.User]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scim = engine.SyncSCIMClient(http, resource_models=[models.User])
        scim.register_naive_resource_types()
        return scim


def _switch(info: Mapping[str, Any], **switches: object) -> None:
    request = urllib.request.Request(
        f"{info['url']}/-/simulator/switches", data=json.dumps(switches).encode(), method="PUT"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        answer.read()
