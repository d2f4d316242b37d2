"""SAML group links over REST, and what a sign-in makes of them (contract 2, section 11)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.simulator.conftest import World

ROLES = {"Min": 5, "Gst": 10, "Rep": 20, "Dev": 30, "Mnt": 40, "Own": 50}
PATHS = {"T": "acme", "A": "acme/a", "B": "acme/a/b", "C": "acme/c"}
ROW = re.compile(r"(\w):(\w{3})(?:/(\d+))?(?:@([\d-]+))?(\??)")
ADA: dict[str, Any] = {"user_id": 7, "name": "Ada", "username": "ada", "saml_id": "u7", "member": False}
OWNER_TOO: dict[str, Any] = {"user_id": 8, "name": "Bob", "username": "bob", "access_level": 50}
S = "A:devs→30 C:ops→40"
L = f"{S} T:all→10"


def links(text: str) -> list[dict[str, Any]]:
    """The tree `T ⊃ A ⊃ B`, `T ⊃ C` with these links: group, name, level, and a role or provider."""
    found: dict[str, list[dict[str, Any]]] = {key: [] for key in PATHS}
    for word in text.split():
        group, _, rest = word.partition(":")
        name, _, level = rest.partition("→")
        number, _, more = level.partition("/")
        key = "member_role_id" if more.isdigit() else "provider"
        value = int(more) if more.isdigit() else more
        link = {"name": name, "access_level": int(number)} | ({key: value} if more else {})
        found[group].append(link)
    return [{"path": path, "links": found[key]} for key, path in PATHS.items()]


def person(rows: str, **changes: Any) -> dict[str, Any]:
    """Ada with rows such as `T:Gst A:Dev@2027-01-31`; `/5` is a custom role, `?` awaits approval."""
    read: dict[str, dict[str, Any]] = {}
    for group, level, role, date, waits in ROW.findall(rows):
        read[group] = {
            "access_level": ROLES[level],
            "member_role_id": int(role) if role else None,
            "expires_at": date or None,
            "membership_state": "awaiting" if waits else "active",
        }
    top = read.pop("T", None)
    below = {PATHS[group]: row for group, row in read.items()}
    return ADA | {"rows": below, "member": top is not None} | (top or {}) | changes


def rows_of(world: World, user_id: int = 7) -> str:
    """The rows of a person, in the same notation."""
    found = world.person(user_id)
    rows = {"acme": found} if found["member"] else {}
    rows |= found.get("rows", {})
    levels = {level: name for name, level in ROLES.items()}
    words = []
    for group, path in PATHS.items():
        if path in rows:
            row = rows[path]
            role = f"/{row['member_role_id']}" if row.get("member_role_id") else ""
            date = f"@{row['expires_at']}" if row.get("expires_at") else ""
            waits = "?" if row.get("membership_state", "active") == "awaiting" else ""
            words.append(f"{group}:{levels[row['access_level']]}{role}{date}{waits}")
    return " ".join(words)


def sign_in(world: World, groups: str | None, **attempt: Any) -> dict[str, Any]:
    """Sign in with these groups in the claim; None for no claim."""
    url = f"{world.simulator.url}/groups/acme/-/saml/callback"
    claim = None if groups is None else groups.split()
    answer: dict[str, Any] = world.http.post(url, json={"name_id": "u7", "groups": claim, **attempt}).json()
    return answer


@pytest.fixture
def tree(either: World) -> World:
    """Default Guest, no links."""
    either.simulator.put_groups(links(""))
    either.switch(default_role=10)
    return either


TABLE = [
    ("a", "", "any", "", "T:Gst"), ("a2", "", "any", "T:Mnt", "T:Mnt"),
    ("b", S, "devs", "", "T:Gst A:Dev"), ("c", S, "devs ops", "", "T:Gst A:Dev C:Mnt"),
    ("d", S, "Devs", "", "T:Gst"), ("e", S, None, "T:Gst A:Mnt B:Rep C:Dev", "T:Gst B:Rep"),
    ("e2", S, "", "T:Gst A:Mnt B:Rep C:Dev", "T:Gst B:Rep"), ("f", S, "", "T:Own A:Own", "T:Own"),
    ("g", S, "devs", "T:Mnt", "T:Mnt"), ("h", S, "devs", "T:Gst A:Mnt", "T:Gst A:Dev"),
    ("h2", S, "devs", "T:Gst A:Own", "T:Gst A:Dev"),
    ("i", S, "devs", "T:Gst A:Gst@2027-01-31", "T:Gst A:Dev"),
    ("j", S, "devs", "T:Gst A:Dev@2027-01-31", "T:Gst A:Dev@2027-01-31"), ("k", L, "", "T:Own", "T:Gst"),
    ("m", L, "all", "T:Own", "T:Gst"), ("n", L, "devs", "T:Mnt", "T:Gst"),
    ("p", L, "all devs", "", "T:Gst A:Dev"),
    ("q", "A:devs→30 A:leads→40", "devs leads", "", "T:Gst A:Mnt"),
    ("r", "A:devs→30/2 A:leads→30/5", "devs leads", "", "T:Gst A:Dev/5"),
    ("s", S, "devs", "T:Gst A:Dev/9", "T:Gst A:Dev"), ("t", "A:x→40 B:y→30", "x y", "", "T:Gst A:Mnt"),
    ("u", "A:devs→30", "", "T:Gst A:Dev B:Rep", "T:Gst B:Rep"),
    ("x", S, "devs", "T:Gst A:Dev?", "T:Gst A:Dev?"), ("y", "C:ops→40", "", "A:Dev", "T:Gst A:Dev"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("links_", "groups", "before", "after"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_rows_203_204_205_206_what_becomes_of_the_rows(
    tree: World, links_: str, groups: str | None, before: str, after: str
) -> None:
    tree.simulator.put_groups(links(links_))
    tree.put(person(before))
    assert sign_in(tree, groups)["outcome"] == "signed-in"
    assert rows_of(tree) == after
    assert tree.person("olga").get("rows") is None or tree.person("olga")["member"]


class TestExceptions:
    """What the table's order, roles and accounts change (11.3, 21.1 to 21.5)."""

    def test_at_the_sign_in_after_the_lower_row_is_possible(self, tree: World) -> None:
        tree.simulator.put_groups(links(L))
        tree.put(person("T:Mnt"))
        sign_in(tree, "devs")
        sign_in(tree, "devs")
        assert rows_of(tree) == "T:Gst A:Dev"

    @pytest.mark.parametrize("groups", ["", "all", None])
    def test_row_207_the_last_owner_stays(self, tree: World, groups: str | None) -> None:
        tree.simulator.put_groups(links(L))
        tree.simulator.put_people([person("T:Own")])
        sign_in(tree, groups)
        assert rows_of(tree) == "T:Own"

    def test_rows_count_as_owners_and_not_people(self, tree: World) -> None:
        tree.simulator.put_groups(links(L))
        tree.simulator.put_people([person("T:Own A:Own")])
        sign_in(tree, "")
        assert rows_of(tree) == "T:Own"
        tree.simulator.put_people([person("T:Own"), OWNER_TOO | {"state": "blocked"}])
        sign_in(tree, "")
        assert rows_of(tree) == "T:Gst"
        tree.simulator.put_people([person("T:Own"), OWNER_TOO | {"bot": True}])
        sign_in(tree, "")
        assert rows_of(tree) == "T:Own"

    def test_row_208_a_request_becomes_a_row(self, tree: World) -> None:
        tree.simulator.put_groups(links(L))
        tree.put(person("T:Rep", membership_state="requested"))
        sign_in(tree, "all")
        assert tree.person("ada").get("membership_state", "active") == "active"
        assert rows_of(tree) == "T:Gst"

    def test_with_default_minimal_access(self, tree: World) -> None:
        tree.simulator.put_groups(links(L))
        tree.switch(default_role=5)
        tree.put(person("T:Dev"))
        sign_in(tree, "")
        assert rows_of(tree) == "T:Min"
        tree.put(person("T:Min@2027-01-31"))
        sign_in(tree, "")
        assert rows_of(tree) == "T:Min"

    @pytest.mark.parametrize("state", ["blocked", "ldap_blocked", "banned"])
    def test_of_a_blocked_account_nothing_is_removed(self, tree: World, state: str) -> None:
        tree.simulator.put_groups(links(S))
        tree.put(person("T:Gst A:Dev@2027-01-31 C:Dev", state=state))
        sign_in(tree, "devs")
        assert rows_of(tree) == "T:Gst A:Dev C:Dev"
        tree.simulator.put_groups(links(L))
        tree.put(person("T:Mnt", state=state), OWNER_TOO)
        sign_in(tree, "")
        assert rows_of(tree) == "T:Gst"

    def test_without_a_seat(self, tree: World) -> None:
        tree.simulator.put_groups(links(S))
        tree.switch(seats_exhausted=True)
        tree.put(person(""))
        sign_in(tree, "devs")
        assert rows_of(tree) == "T:Min"

    def test_an_awaiting_row_elsewhere_is_not_removed(self, tree: World) -> None:
        tree.simulator.put_groups(links(S))
        tree.put(person("T:Gst A:Rep? C:Dev?"))
        sign_in(tree, "devs")
        assert rows_of(tree) == "T:Gst A:Dev? C:Dev?"

    @pytest.mark.parametrize("switches", [{"allowed_email_domains": ["x.example"]}, {"sso_enforced": True}])
    def test_rows_are_silently_not_set_but_removed(self, tree: World, switches: dict[str, Any]) -> None:
        tree.simulator.put_groups(links(S))
        tree.put(person("T:Gst C:Dev", scim_id="s", active=False))
        tree.switch(**switches)
        sign_in(tree, "devs")
        assert rows_of(tree) == "T:Gst"

    def test_linking_does_it_too_and_taking_away_looks_like_leaving(self, tree: World) -> None:
        tree.simulator.put_groups(links(S))
        tree.put(person("T:Gst C:Dev"))
        answer = sign_in(tree, "devs", signed_in_as=7)
        assert rows_of(tree) == "T:Gst A:Dev" and "member_destroyed" in answer["events"]
        event = next(e for e in tree.simulator.events() if e["event_name"] == "member_destroyed")
        assert event["author_id"] == 7 and "reason" not in event["details"]

    def test_row_211_links_outside_the_tree_cannot_be_there(self, tree: World) -> None:
        answer = tree.http.put(f"{tree.simulator.url}/-/simulator/groups", json=[{"path": "other/x"}])
        assert answer.status_code == 422

    @pytest.mark.parametrize(
        ("answered", "after"),
        [(None, "T:Gst"), (["devs"], "T:Gst A:Dev"), ([], "T:Gst C:Dev"), (["else"], "T:Gst C:Dev")],
    )
    def test_row_209_too_many_groups_for_the_assertion(
        self, tree: World, answered: list[str] | None, after: str
    ) -> None:
        tree.simulator.put_groups(links(S))
        tree.switch(graph_groups=answered)
        tree.put(person("T:Gst C:Dev"))
        sign_in(tree, None, overage=True)
        assert rows_of(tree) == after

    @pytest.mark.parametrize(
        ("links_", "groups", "before", "after"),
        [
            (L, "", "T:Dev A:Mnt", ""),
            (L, "", "T:Own", ""),
            (L, "devs", "T:Own", "A:Dev"),
            ("A:devs→30/okta", "devs", "A:Dev", ""),
            ("A:devs→30/okta A:devs→20", "devs", "A:Dev", "A:Rep"),
        ],
    )
    def test_row_210_an_installation_manages_the_top_too(
        self, tree: World, links_: str, groups: str, before: str, after: str
    ) -> None:
        tree.switch(saas=False, instance_group_sync=True)
        tree.simulator.put_groups(links(links_))
        tree.put(person(before, other_identities={"saml": "u7"}))
        url = f"{tree.simulator.url}/users/auth/saml/callback"
        tree.http.post(url, json={"name_id": "u7", "groups": groups.split()})
        assert rows_of(tree) == after
        if before.startswith("T") and not after:
            assert tree.person("ada")["saml_id"] is None


class TestRest:
    """`/groups/:id/saml_group_links` (11.1)."""

    def post(self, world: World, **params: Any) -> httpx.Response:
        return world.group("POST", "/saml_group_links", params)

    def test_row_195_who_may_read(self, tree: World) -> None:
        refused = {"message": "401 Unauthorized"}
        tree.put(OWNER_TOO | {"access_level": 40})
        for switches in ({"access_token": "maintainer"}, {"licensed": False}, {"saml_enabled": False}):
            tree.switch(**switches)
            answer = tree.group("GET", "/saml_group_links")
            assert (answer.status_code, answer.json()) == (401, refused)
            tree.switch(access_token="owner", licensed=True, saml_enabled=True)
        assert tree.group("GET", "/saml_group_links", token="").json() == refused
        assert tree.rest("GET", "/groups/nowhere/saml_group_links").json() == refused
        assert tree.group("GET", "/saml_group_links").json() == []
        tree.simulator.put_groups(links("T:all→10"))
        expected = [{"name": "all", "access_level": 10, "provider": None}]
        assert tree.group("GET", "/saml_group_links").json() == expected
        assert tree.group("GET", "").json()["saml_group_links"] == expected

    def test_row_196_create(self, tree: World) -> None:
        answer = self.post(tree, saml_group_name=" Test group ", access_level=10)
        assert answer.status_code == 201
        assert answer.json() == {"name": "Test group", "access_level": 10, "provider": None}
        assert tree.simulator.events()[-1]["event_name"] == "saml_group_links_created"

    def test_row_197_minimal_access(self, tree: World) -> None:
        minimal = {"saml_group_name": "m", "access_level": 5}
        below = tree.rest("POST", "/groups/acme%2Fa/saml_group_links", minimal)
        assert (below.status_code, below.json()) == (400, {"message": "Access level is invalid"})
        assert self.post(tree, **minimal).status_code == 201
        tree.switch(minimal_access=False)
        assert self.post(tree, saml_group_name="n", access_level=5).status_code == 400

    @pytest.mark.parametrize(
        ("level", "error"),
        [
            (None, "access_level is missing"), (99, "access_level does not have a valid value"),
            (0, "access_level does not have a valid value"), ("many", "access_level is invalid"),
        ],
    )  # fmt: skip
    def test_row_198_levels(self, tree: World, level: object, error: str) -> None:
        params = {} if level is None else {"access_level": level}
        answer = self.post(tree, saml_group_name="x", **params)
        assert (answer.status_code, answer.json()) == (400, {"error": error})

    def test_row_199_the_same_name_again(self, tree: World) -> None:
        same = {"saml_group_name": "x", "access_level": 10}
        assert self.post(tree, **same, provider="saml").status_code == 201
        taken = self.post(tree, **same, provider="saml")
        assert (taken.status_code, taken.json()) == (
            400,
            {"message": "Saml group name has already been taken"},
        )
        assert self.post(tree, **same, provider="other").status_code == 201
        assert self.post(tree, **same, provider=" ").json()["provider"] is None
        assert self.post(tree, **same).status_code == 400

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            (" ", "Saml group name can't be blank"),
            ("x" * 256, "Saml group name is too long (maximum is 255 characters)"),
        ],
    )
    def test_names(self, tree: World, name: str, words: str) -> None:
        answer = self.post(tree, saml_group_name=name, access_level=10)
        assert (answer.status_code, answer.json()) == (400, {"message": words})

    def test_row_200_custom_roles(self, tree: World) -> None:
        first = self.post(tree, saml_group_name="x", access_level=10, member_role_id=2)
        assert first.json() == {"name": "x", "access_level": 10, "provider": None}
        tree.switch(custom_roles=[10, 30])
        answer = self.post(tree, saml_group_name="y", access_level=10, member_role_id=2).json()
        assert answer == {"name": "y", "access_level": 30, "member_role_id": 2, "provider": None}

    def test_rows_201_202_one_of_several(self, tree: World) -> None:
        tree.simulator.put_groups(links("T:x→10 T:x→20/p2 T:y/z→30"))
        several = tree.group("GET", "/saml_group_links/x")
        assert several.status_code == 422 and several.json()["message"].startswith(
            "Multiple group links found"
        )
        assert tree.group("GET", "/saml_group_links/x?provider=p2").json()["access_level"] == 20
        assert tree.group("GET", "/saml_group_links/x?provider=").json()["access_level"] == 10
        assert tree.group("DELETE", "/saml_group_links/x").status_code == 422
        assert tree.group("DELETE", "/saml_group_links/x?provider=p2").status_code == 204
        assert tree.group("DELETE", "/saml_group_links/x").status_code == 204
        gone = tree.group("DELETE", "/saml_group_links/x")
        assert (gone.status_code, gone.json()) == (404, {"message": "404 Not Found"})

    def test_the_tree(self, tree: World) -> None:
        tree.simulator.put_groups(links(S))
        below = tree.group("GET", "/descendant_groups").json()
        assert [group["full_path"] for group in below] == ["acme/a", "acme/a/b", "acme/c"]
        assert below[0]["saml_group_links"][0]["name"] == "devs" and "saml_group_links" not in below[1]
        assert below[1]["full_name"] == "Acme / A / B"
        assert tree.rest("GET", "/groups/acme%2Fa%2Fb/saml_group_links").json() == []


class TestControl:
    """Groups and rows come and go over the control API."""

    def test_what_is_told_can_be_put_back(self, tree: World) -> None:
        tree.simulator.put_groups(links("A:devs→30/2 C:ops→40/okta T:all→5"))
        tree.put(person("T:Gst/3@2027-01-31 A:Mnt B:Rep?"))
        control = f"{tree.simulator.url}/-/simulator"
        for what in ("groups", "people"):
            told = tree.http.get(f"{control}/{what}").json()
            assert tree.http.put(f"{control}/{what}", json=told).status_code == 200
            assert tree.http.get(f"{control}/{what}").json() == told
        assert rows_of(tree) == "T:Gst/3@2027-01-31 A:Mnt B:Rep?"
        tree.simulator.reset()
        paths = [group["path"] for group in tree.http.get(f"{control}/groups").json()]
        assert paths == ["acme", "acme/platform"]

    @pytest.mark.parametrize(
        "groups",
        [
            {}, ["a"], [{"path": 5}], [{"path": "acme/a/b"}], [{"path": "acme/a", "colour": "red"}],
            [{"path": "acme", "links": {}}], [{"path": "acme", "links": [{"name": "x"}]}],
            [{"path": "acme", "links": [{"name": "x", "access_level": 35}]}],
            [{"path": "acme", "links": [{"name": "x", "access_level": 30, "provider": 5}]}],
            [{"path": "acme", "links": [{"name": "x", "access_level": 30, "member_role_id": "5"}]}],
        ],
    )  # fmt: skip
    def test_trees_that_cannot_be(self, tree: World, groups: Any) -> None:
        answer = tree.http.put(f"{tree.simulator.url}/-/simulator/groups", json=groups)
        assert answer.status_code == 422 and answer.json()["error"]

    @pytest.mark.parametrize(
        "rows",
        [
            ["acme/a"],
            {"acme/x": 30},
            {"acme/a": "30"},
            {"acme/a": {"level": 30}},
            {"acme/a": {"access_level": 0}},
        ],
    )
    def test_rows_that_cannot_be(self, tree: World, rows: Any) -> None:
        people = [ADA | {"rows": rows}]
        assert tree.http.put(f"{tree.simulator.url}/-/simulator/people", json=people).status_code == 422

    def test_inherited_members(self, tree: World) -> None:
        tree.put(person("T:Gst B:Mnt"))
        below = tree.rest("GET", "/groups/acme%2Fa%2Fb/members/all").json()
        assert [(member["id"], member["access_level"]) for member in below] == [(1, 50), (7, 40)]
        assert [member["id"] for member in tree.rest("GET", "/groups/acme%2Fa/members").json()] == []
