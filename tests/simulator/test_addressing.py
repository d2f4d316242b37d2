"""Raw paths on GitLab's routing rules: sign-in.md section 7, contract 1.3 and page 0."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from scimtui.simulator.people import PeopleError, people_from_json

if TYPE_CHECKING:
    from tests.simulator.conftest import RawAnswer, World

SCIM = "/api/scim/v2/groups/acme/Users/"
APIS = pytest.mark.parametrize("api", ["scim-api", "scim", "saml"])


def ask(world: World, api: str, raw_uid: str, method: str = "GET") -> RawAnswer:
    """A request with `raw_uid` in its path exactly as given."""
    simulator = world.simulator
    if api == "scim-api":
        return world.raw(method, SCIM + raw_uid, token=simulator.scim_token)
    return world.raw(method, f"/api/v4/groups/acme/{api}/{raw_uid}", token=simulator.access_token)


def holders(world: World, *uids: str) -> None:
    """One person for each uid, both identities alike; the username is `n` and the position."""
    people = [
        {"user_id": 10 + n, "name": uid, "username": f"n{n}", "scim_id": uid, "saml_id": uid}
        for n, uid in enumerate(uids)
    ]
    world.put(*people)


def encoded(uid: str) -> str:
    """Every byte but letters, digits, `-_~`, once."""
    return quote(uid, safe="~").replace(".", "%2E")


AWKWARD = [
    "a/b",
    "/a",
    "a/",
    "a//b",
    ".",
    ".x",
    "x.",
    "a..b",
    "x.json",
    "some@one",
    " blank at both ends ",
    "50%",
    "%2F",
    "a?b",
    "a#b",
    "a+b",
    'say "x"',
    "O'Neil",
    "日本",
    "e\u0301",
    "tab\there",
    "line\nbreak",
    "a;b&c=d",
    "\\back",
]


@APIS
@pytest.mark.parametrize("uid", AWKWARD, ids=repr)
def test_every_byte_encoded_once_reaches_the_person(either: World, uid: str, api: str) -> None:
    holders(either, uid, "a", "other")
    answer = ask(either, api, encoded(uid))
    assert answer.status == 200, answer.body
    again = ask(either, api, encoded(uid), "DELETE")
    assert again.status == 204
    person = either.person("n0")
    assert (person["active"], person["scim_id"], person["saml_id"]) != (True, uid, uid)
    assert either.person("n1")["scim_id"] == either.person("n1")["saml_id"] == "a"


@pytest.mark.parametrize("uid", [".", ".x", "x.", "a..b", "x.json", "some@one"])
@APIS
def test_these_work_unencoded_too(either: World, uid: str, api: str) -> None:
    holders(either, uid)
    assert ask(either, api, uid).status == 200


def test_a_raw_slash(either: World) -> None:
    holders(either, "a/b", "a")
    assert '"id":"a/b"' in ask(either, "scim-api", "a/b").body
    for api in ("scim", "saml"):
        answer = ask(either, api, "a/b")
        assert answer.status == 404
        assert answer.body == '{"error":"404 Not Found"}'


@APIS
def test_a_trailing_slash_hits_another_person(either: World, api: str) -> None:
    holders(either, "a/", "a")
    assert '"a"' in ask(either, api, "a/").body


def test_a_doubled_slash_hits_another_person(either: World) -> None:
    holders(either, "a//b", "a/b")
    assert '"id":"a/b"' in ask(either, "scim-api", "a//b").body
    assert ask(either, "scim", "a//b").status == 404


@APIS
@pytest.mark.parametrize("raw", ["a?b", "a#b"])
def test_a_raw_query_or_fragment_hits_another_person(either: World, api: str, raw: str) -> None:
    holders(either, raw, "a")
    assert '"a"' in ask(either, api, raw).body


@APIS
def test_encoding_twice_means_another_text(either: World, api: str) -> None:
    holders(either, "a/b")
    assert ask(either, api, "a%252Fb").status == 404


@APIS
@pytest.mark.parametrize(
    "raw", ["..", "%2E%2E", "..%2Fx", "../x", "a/../b", "a%2F..%2Fb", "a%5C..%5Cb", "x/.."]
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_path_traversal_is_refused(either: World, api: str, raw: str, method: str) -> None:
    holders(either, "..", "x", "a/../b")
    before = either.simulator.people()
    answer = ask(either, api, raw, method)
    assert answer.status == 400
    assert answer.body.startswith("Potential path traversal attempt detected.")
    assert either.simulator.people() == before


@APIS
def test_dots_encoded_twice_are_not_found(either: World, api: str) -> None:
    holders(either, "..")
    assert ask(either, api, "%252E%252E").status == 404


def test_the_filter_finds_what_a_path_cannot(either: World) -> None:
    holders(either, "..", "a/../b")
    assert either.filtered('id eq ".."').json()["totalResults"] == 1


@APIS
@pytest.mark.parametrize("raw", ["50%", "%", "%zz", "a%2", "%FF", "%C3", "a%00b"])
def test_broken_escapes_bad_utf_8_and_nul(either: World, api: str, raw: str) -> None:
    answer = ask(either, api, raw)
    assert (answer.status, answer.body) == (400, "Bad Request")


@APIS
def test_a_plus_is_a_plus(either: World, api: str) -> None:
    holders(either, "a+b", "a b")
    assert "a+b" in ask(either, api, "a+b").body


@APIS
def test_composed_and_decomposed_differ(either: World, api: str) -> None:
    holders(either, "é", "e\u0301")
    assert '"e\u0301"' in ask(either, api, encoded("e\u0301")).body


def test_no_uid(either: World) -> None:
    for api in ("scim", "saml"):
        for method in ("GET", "PATCH", "DELETE"):
            answer = ask(either, api, "", method)
            assert (answer.status, answer.body) == (404, '{"error":"404 Not Found"}')
    assert "ListResponse" in ask(either, "scim-api", "").body
    assert ask(either, "scim-api", "", "PATCH").status == 405


def test_long_uids(either: World) -> None:
    uid = "x" * 300
    either.put({"user_id": 5, "name": "L", "username": "long", "saml_id": uid})
    assert ask(either, "saml", uid).status == 200
    assert ask(either, "scim-api", uid).status == 404
    assert ask(either, "scim", uid).status == 404


@pytest.mark.parametrize("api", ["scim", "saml"])
@pytest.mark.parametrize("raw", ["%69dentities", "identitie%73", "identities.json", "%69dentities%2Ejson"])
def test_a_word_of_the_route_may_be_encoded_and_name_its_format(either: World, api: str, raw: str) -> None:
    holders(either, "identities", "x")
    assert ask(either, api, raw).body.startswith("[{")
    assert ask(either, api, "%69dentities", "DELETE").status == 204
    assert either.person("n0")[f"{api}_id"] is None


@pytest.mark.parametrize(
    "path",
    [
        "/api/scim/v2/groups/acme/Users.json",
        "/api/scim/v2/groups/acme/%55sers",
        "/api/scim/v2/%67roups/acme/Users/",
        "/%61pi/scim/v2/groups/acme/Users.json?filter=",
    ],
)
def test_the_collection_by_other_spellings(either: World, path: str) -> None:
    answer = either.raw("GET", path, token=either.simulator.scim_token)
    assert answer.status == 200 and '"totalResults":1' in answer.body


@pytest.mark.parametrize("path", ["Users.xml", "Users.json/Ext-UID-1", "users", "Users.", "UsersX"])
def test_other_formats_and_words_are_no_route(either: World, path: str) -> None:
    answer = either.raw("GET", f"/api/scim/v2/groups/acme/{path}", token=either.simulator.scim_token)
    assert answer.status == 302


def test_a_format_after_a_uid_belongs_to_the_uid(either: World) -> None:
    holders(either, "x.json", "x")
    assert '"id":"x.json"' in ask(either, "scim-api", "x.json").body


@pytest.mark.parametrize("path", ["user.json", "metadata.json", "groups/acme/members.json", "%75ser"])
def test_rest_words_too(either: World, path: str) -> None:
    assert either.raw("GET", f"/api/v4/{path}", token=either.simulator.access_token).status == 200


@pytest.mark.parametrize(
    ("query", "status"), [("search=a/../b", 200), ("page=/..", 400), ("x=a%5C..%5Cb", 400)]
)
def test_a_query_is_searched_for_traversal_too(either: World, query: str, status: int) -> None:
    answer = either.raw("GET", f"/api/v4/groups/acme/members?{query}", token=either.simulator.access_token)
    assert answer.status == status


@pytest.mark.parametrize("uid", [" ", "  ", "\t"])
def test_nothing_about_a_blank_uid_can_be_saved(either: World, uid: str) -> None:
    holders(either, uid)
    assert ask(either, "scim-api", encoded(uid)).status == 200
    assert ask(either, "scim-api", encoded(uid), "DELETE").status == 500
    assert either.replace(uid, "active", False).status_code == 500
    assert either.person("n0")["active"] is True
    assert either.replace(uid, "id", "mended").status_code == 204
    assert ask(either, "scim-api", "mended", "DELETE").status == 204


def test_nobody_has_a_blank_uid(either: World) -> None:
    assert ask(either, "scim-api", "%20", "DELETE").status == 404


class TestGroups:
    """How a group is named in a path."""

    def test_a_dot_in_the_path_breaks_scim_routing(self, either: World) -> None:
        token = either.simulator.scim_token
        answer = either.raw("GET", "/api/scim/v2/groups/acme.corp/Users", token=token)
        assert (answer.status, answer.body) == (404, '{"error":"404 Not Found"}')
        escaped = either.raw("GET", "/api/scim/v2/groups/acme%2Ecorp/Users", token=token)
        assert "Group acme.corp not found" in escaped.body
        rest = either.raw("GET", "/api/v4/groups/acme.corp", token=either.simulator.access_token)
        assert rest.body == '{"message":"404 Group Not Found"}'

    def test_a_subgroup_has_no_saml(self, either: World) -> None:
        answer = either.raw("GET", "/api/scim/v2/groups/acme%2Fplatform/Users")
        assert "Group acme/platform does not have SAML SSO configured" in answer.body
        assert either.raw("GET", "/api/scim/v2/groups/acme/platform/Users").status == 302


class TestElsewhere:
    """Paths that no API has (contract 1.3, page 0.11)."""

    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "/acme",
            "/api/scim/v2",
            "/api/scim/v2/groups/acme",
            "/api/scim/v2/groups/acme/Groups",
            "/api/scim/v2/groups/acme/ServiceProviderConfig",
            "/api/scim/v2/Users",
            "/api/scim/v2/application/Schemas",
            "/scim/Users",
        ],
    )
    def test_the_sign_in_page(self, either: World, path: str) -> None:
        answer = either.http.get(either.simulator.url + path)
        assert answer.status_code == 302
        assert answer.headers["location"] == f"{either.simulator.url}/users/sign_in"
        page = either.http.get(answer.headers["location"])
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        assert "Sign in" in page.text

    def test_writes_find_a_404_page(self, either: World) -> None:
        answer = either.http.post(either.simulator.url + "/api/scim/v2/groups/acme/Groups", json={})
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")

    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
    def test_rest(self, either: World, method: str) -> None:
        answer = either.rest(method, "/groups/acme/no/such/thing")
        assert answer.status_code == 404
        assert answer.json() == {"error": "404 Not Found"}

    def test_rest_methods(self, either: World) -> None:
        answer = either.group("POST", "/members", {})
        assert answer.status_code == 405
        assert answer.json() == {"error": "405 Not Allowed"}


class TestContentTypes:
    """Contract 1.5: before the group and the token are looked at."""

    @pytest.mark.parametrize("token", ["", None])
    @pytest.mark.parametrize("group", ["acme", "nowhere"])
    @pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/json; charset=utf-8"])
    def test_415(self, either: World, token: str | None, group: str, kind: str) -> None:
        url = f"{either.simulator.url}/api/scim/v2/groups/{group}/Users"
        headers = {"Content-Type": kind}
        if token is None:
            headers["Authorization"] = f"Bearer {either.simulator.scim_token}"
        answer = either.http.post(url, content=b"{}", headers=headers)
        assert answer.status_code == 415
        media = kind.partition(";")[0]
        assert answer.json() == {"error": f"The provided content-type '{media}' is not supported."}

    def test_a_body_without_a_content_type(self, either: World) -> None:
        url = f"{either.simulator.scim_url}/Users"
        assert either.http.post(url, content=b"{}").status_code == 415

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b" ",
            b"\n",
            b"nope",
            b'{"a":}',
            b"\xff",
            b'"\\ud800"',
            b"[" * 200,
            b"[" * 101 + b"]" * 101,
        ],
        ids=repr,
    )
    def test_malformed(self, either: World, body: bytes) -> None:
        for path, token in (("/Users", ""), ("/Users/Ext-UID-1", either.simulator.scim_token)):
            method = "POST" if path == "/Users" else "PATCH"
            answer = either.scim(method, path, content=body, token=token)
            assert answer.status_code == 400
            assert "message body does not match declared format" in answer.json()["error"]

    def test_a_charset_is_fine(self, either: World) -> None:
        headers = {"Content-Type": "application/scim+json; charset=utf-8"}
        answer = either.scim("PATCH", "/Users/Ext-UID-1", {}, headers=headers)
        assert answer.status_code == 204

    def test_a_form_is_fine(self, either: World) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        form = b"Operations[][op]=Replace&Operations[][path]=active&Operations[][value]=False"
        answer = either.scim("PATCH", "/Users/Ext-UID-1", content=form, headers=headers)
        assert answer.status_code == 204
        assert not either.person("xaver")["active"]

    def test_accept_is_ignored(self, either: World) -> None:
        answer = either.scim("GET", "/Users", headers={"Accept": "text/html"})
        assert answer.headers["content-type"] == "application/scim+json"

    def test_rest_speaks_plain_json(self, either: World) -> None:
        for kind, status in (("application/json", 200), ("text/csv", 415)):
            answer = either.http.patch(
                f"{either.simulator.rest_url}/groups/acme/scim/Ext-UID-1",
                content=b'{"extern_uid":"Ext-UID-1"}',
                headers={"Content-Type": kind, "Authorization": f"Bearer {either.simulator.access_token}"},
            )
            assert answer.status_code == status

    @pytest.mark.parametrize("query", ["a=%", "a=%zz", "a=%FF", "a=%00", "a=1&a[b]=2&a[]=3"])
    def test_broken_queries(self, either: World, query: str) -> None:
        answer = either.raw("GET", f"/api/v4/user?{query}", token=either.simulator.access_token)
        assert (answer.status, answer.body) == (400, "Bad Request")


def test_people_that_cannot_be_are_refused() -> None:
    with pytest.raises(PeopleError, match="two people have the scim_id 'a'"):
        people_from_json(
            [
                {"user_id": 1, "name": "A", "username": "a", "scim_id": "A"},
                {"user_id": 2, "name": "B", "username": "b", "scim_id": "a"},
            ],
            "x.example",
        )
