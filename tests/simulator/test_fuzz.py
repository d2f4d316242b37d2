"""Anything at all is sent: the answer is one of the contract's, and the simulator itself never fails.

That it logged nothing is checked after each test by a fixture of the `conftest`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    import httpx

    from tests.simulator.conftest import World

fuzzed = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
    database=None,
)
UID = "Ext-UID-1"
INTERESTING = st.sampled_from(
    [
        "",
        " ",
        "true",
        "False",
        '"',
        "a@b.example",
        "xaver",
        "xaver@example.com",
        UID,
        "olga",
        "replace",
        "Add",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | INTERESTING
    | st.sampled_from(["x" * 300, "\0", "\ud800", "é", 2**70, -1, 1e308])
)
KEYS = st.sampled_from(
    [
        "id",
        "externalId",
        "userName",
        "displayName",
        "name",
        "name.formatted",
        "emails",
        'emails[type eq "work"].value',
        "active",
        "Operations",
        "schemas",
        "password",
        "extern_uid",
        "email",
        "op",
        "path",
        "value",
        "type",
        "primary",
        "formatted",
        "givenName",
        "familyName",
    ]
) | st.text(max_size=5)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
NEW_USER = st.fixed_dictionaries(
    {"externalId": ANYTHING, "userName": ANYTHING},
    optional={
        "id": ANYTHING,
        "name": st.dictionaries(st.sampled_from(["formatted", "givenName", "familyName"]), SCALARS)
        | ANYTHING,
        "displayName": ANYTHING,
        "active": ANYTHING,
        "emails": st.lists(
            st.fixed_dictionaries({}, optional={"type": SCALARS, "value": ANYTHING, "primary": SCALARS})
            | st.fixed_dictionaries({"type": st.just("work"), "value": SCALARS | INTERESTING}),
            max_size=3,
        )
        | ANYTHING,
    },
)
OPERATION = (
    st.fixed_dictionaries(
        {"op": st.sampled_from(["replace", "Add", "remove"])},
        optional={"path": KEYS | ANYTHING, "value": ANYTHING | st.dictionaries(KEYS, ANYTHING, max_size=2)},
    )
    | ANYTHING
)
CHANGES = st.fixed_dictionaries({"Operations": st.lists(OPERATION, max_size=3) | ANYTHING})

SCIM_STATUSES = {200, 201, 204, 400, 404, 405, 409, 412, 500}
REST_STATUSES = {200, 202, 204, 400, 404, 405, 500}


@pytest.fixture(params=["newest", "older"])
def either(request: pytest.FixtureRequest) -> World:
    """The first and the last version: 19.3 reads everything as 19.4 does."""
    world: World = request.getfixturevalue(request.param)
    return world


def sent(body: Any) -> bytes:
    return json.dumps(body).encode()


def check(answer: httpx.Response, statuses: set[int]) -> None:
    """One of the statuses, in one of GitLab's shapes."""
    assert answer.status_code in statuses, (answer.status_code, answer.text)
    if answer.status_code == 204:
        assert answer.content == b""
        return
    if answer.headers["content-type"].startswith("text/plain"):
        assert answer.status_code == 400
        return
    body = answer.json()
    if answer.status_code >= 400:
        if "schemas" in body:
            assert body["status"] == answer.status_code and isinstance(body["detail"], str)
        else:
            assert set(body) <= {"message", "error"} and len(body) == 1
    if answer.status_code == 500:
        assert body == {"message": "500 Internal Server Error"}


def still_fine(world: World) -> None:
    """Everybody can be listed, everywhere."""
    listed = world.scim("GET", "/Users?count=100")
    assert listed.status_code == 200
    assert listed.json()["totalResults"] == len({user["id"].lower() for user in listed.json()["Resources"]})
    for path in ("/scim/identities", "/saml/identities", "/members", "/saml_users", "/enterprise_users"):
        assert world.group("GET", path).status_code == 200


def fresh(world: World) -> None:
    world.simulator.put_people(
        [
            {"user_id": 1, "name": "Olga", "username": "olga", "access_level": 50},
            {"user_id": 2, "name": "X", "username": "xaver", "email": "xaver@example.com", "scim_id": UID},
        ]
    )


@fuzzed
@given(body=NEW_USER | ANYTHING)
def test_post(either: World, body: Any) -> None:
    fresh(either)
    check(either.scim("POST", "/Users", content=sent(body)), SCIM_STATUSES)
    still_fine(either)


@fuzzed
@given(body=CHANGES | ANYTHING)
def test_patch(either: World, body: Any) -> None:
    fresh(either)
    check(either.scim("PATCH", f"/Users/{UID}", content=sent(body)), SCIM_STATUSES)
    still_fine(either)


@fuzzed
@given(body=NEW_USER | CHANGES | ANYTHING)
def test_instance(either: World, body: Any) -> None:
    fresh(either)
    either.switch(saas=False)
    check(either.instance("POST", "/Users", content=sent(body)), SCIM_STATUSES)
    check(either.instance("PATCH", f"/Users/{UID}", content=sent(body)), SCIM_STATUSES)
    assert either.instance("GET", "/Users?count=100").status_code == 200


@fuzzed
@given(
    body=st.fixed_dictionaries({"extern_uid": ANYTHING}) | ANYTHING, kind=st.sampled_from(["scim", "saml"])
)
def test_rest_identities(either: World, body: Any, kind: str) -> None:
    either.put({"user_id": 2, "name": "X", "username": "x", "scim_id": UID, "saml_id": UID})
    headers = {"Authorization": f"Bearer {either.simulator.access_token}", "Content-Type": "application/json"}
    url = f"{either.simulator.rest_url}/groups/acme/{kind}/{UID}"
    check(either.http.patch(url, content=sent(body), headers=headers), REST_STATUSES)
    still_fine(either)


@fuzzed
@given(body=st.dictionaries(st.sampled_from(["name", "email"]), ANYTHING) | ANYTHING)
def test_rest_enterprise_users(either: World, body: Any) -> None:
    either.put({"user_id": 2, "name": "X", "username": "x", "enterprise": True})
    headers = {"Authorization": f"Bearer {either.simulator.access_token}", "Content-Type": "application/json"}
    url = f"{either.simulator.rest_url}/groups/acme/enterprise_users/2"
    check(either.http.patch(url, content=sent(body), headers=headers), REST_STATUSES)
    still_fine(either)


ATTEMPT = st.fixed_dictionaries(
    {},
    optional={
        "name_id": SCALARS | INTERESTING,
        "email": SCALARS | INTERESTING,
        "username": SCALARS | INTERESTING,
        "name": SCALARS,
        "signed_in_as": SCALARS | st.sampled_from([1, 2]),
        "in_response_to": SCALARS,
        "relay_state": SCALARS,
        "groups": ANYTHING | st.lists(st.sampled_from(["devs", "ops"])),
        "fault": SCALARS,
    },
)


@fuzzed
@given(
    body=ATTEMPT | ANYTHING,
    where=st.sampled_from(["groups/acme/-/saml/callback", "users/auth/saml/callback"]),
)
def test_sign_ins(newest: World, body: Any, where: str) -> None:
    fresh(newest)
    newest.switch(saas=False, allow_single_sign_on=True)
    links = [{"path": "acme", "links": [{"name": "devs", "access_level": 20}]}]
    newest.simulator.put_groups(links)
    headers = {"Content-Type": "application/json"}
    answer = newest.http.post(f"{newest.simulator.url}/{where}", content=sent(body), headers=headers)
    assert answer.status_code in {200, 400, 404, 422}
    still_fine(newest)


@fuzzed
@given(
    params=st.dictionaries(
        st.sampled_from(["provider", "extern_uid", "group_id_for_saml", "saml_group_name", "access_level"]),
        ANYTHING | st.sampled_from(["saml", "group_saml", 4711, 30]),
    )
    | ANYTHING
)
def test_rest_of_admins_and_links(newest: World, params: Any) -> None:
    fresh(newest)
    newest.switch(access_token="admin")
    headers = {"Authorization": f"Bearer {newest.simulator.access_token}", "Content-Type": "application/json"}
    for method, path in (
        ("PUT", "users/2"),
        ("POST", "groups/acme/saml_group_links"),
        ("POST", "admin/token"),
    ):
        url = f"{newest.simulator.rest_url}/{path}"
        answer = newest.http.request(method, url, content=sent(params), headers=headers)
        assert answer.status_code in {200, 201, 400, 404, 422}
    still_fine(newest)


@fuzzed
@given(
    document=st.lists(
        st.fixed_dictionaries({"path": st.sampled_from(["acme", "acme/a", "acme/a/b", "x"]) | SCALARS})
        | st.fixed_dictionaries({"path": st.just("acme/a"), "links": ANYTHING, "name": SCALARS})
        | st.fixed_dictionaries(
            {"user_id": SCALARS, "name": SCALARS, "username": INTERESTING, "rows": ANYTHING}
        )
    )
    | ANYTHING,
    what=st.sampled_from(["groups", "people", "switches"]),
)
def test_what_is_put(newest: World, document: Any, what: str) -> None:
    answer = newest.http.put(f"{newest.simulator.url}/-/simulator/{what}", content=sent(document))
    assert answer.status_code in {200, 422}
    assert newest.http.get(f"{newest.simulator.url}/-/simulator/people").status_code == 200
    newest.simulator.reset()


@fuzzed
@given(body=st.binary(max_size=40))
def test_bodies_that_are_no_json(either: World, body: bytes) -> None:
    fresh(either)
    for method, path in (("POST", "/Users"), ("PATCH", f"/Users/{UID}")):
        check(either.scim(method, path, content=body), SCIM_STATUSES)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        check(either.scim(method, path, content=body, headers=form), SCIM_STATUSES)


QUERY_KEYS = st.sampled_from(
    [
        *("filter", "count", "startIndex", "filter[]", "count[a]", "page", "per_page", "query", "user_ids"),
        *("user_ids[]", "skip_users", "search", "username", "active", "blocked", "created_after"),
        *("created_before", "two_factor", "with_saml_identity", "show_seat_info", "state", "a[b][][c]"),
    ]
)
QUERY_VALUES = (
    st.text(max_size=12) | st.integers().map(str) | INTERESTING | st.just("2026-01-01T00:00:00+99:99")
)


@fuzzed
@given(
    query=st.lists(st.tuples(QUERY_KEYS, QUERY_VALUES), max_size=4),
    expression=st.tuples(
        KEYS, st.sampled_from(["eq", "ne", "EQ"]) | st.text(max_size=3), st.text(max_size=9)
    ),
)
def test_queries(either: World, query: list[tuple[str, str]], expression: tuple[str, str, str]) -> None:
    pairs: Any = [(key, value.encode("utf-8", "ignore").decode()) for key, value in query]
    check(either.scim("GET", "/Users", params=pairs), SCIM_STATUSES)
    text = " ".join(expression).encode("utf-8", "ignore").decode()
    check(either.filtered(text), SCIM_STATUSES)
    for path in ("/members", "/members/all", "/enterprise_users", "/members/2", "/scim/identities"):
        check(either.group("GET", path, params=pairs or None), REST_STATUSES)


@fuzzed
@given(
    path=st.text("/%.2F\\abc09?#+;=@ é", max_size=14),
    method=st.sampled_from(["GET", "PATCH", "DELETE", "PUT", "POST", "HEAD", "OPTIONS", "BREW"]),
    base=st.sampled_from(
        [
            "/api/scim/v2/groups/acme/Users/",
            "/api/scim/v2/groups/",
            "/api/v4/groups/acme/",
            "/api/v4/groups/",
            "/",
        ]
    ),
)
def test_raw_paths(either: World, path: str, method: str, base: str) -> None:
    raw = "".join(letter if letter.isascii() and letter != " " else "%C3%A9" for letter in path)
    token = either.simulator.scim_token if "scim/v2" in base else either.simulator.access_token
    answer = either.raw(method, base + raw, token=token)
    assert answer.status in {200, 202, 204, 302, 400, 404, 405, 412}
    either.simulator.reset()


@pytest.mark.parametrize(
    "path", ["/members/1e9", "/members/-1", "/members/99999999999999999999", "/members/٣"]
)
def test_odd_numbers(either: World, path: str) -> None:
    check(either.group("GET", path), REST_STATUSES)
