"""Bodies and queries as Rails reads them, and what it says of those it refuses (contract 1.6, 2.1, 2.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.test_group_scim_create import body, detail, work

if TYPE_CHECKING:
    import httpx

    from tests.simulator.conftest import World


def post(world: World, **changes: Any) -> httpx.Response:
    """POST the body of GitLab's specs with changes."""
    return world.scim("POST", "/Users", body(**changes))


def mails(value: str) -> list[dict[str, str]]:
    return [{"type": "work", "value": value}]


class TestEcho:
    """The request that an error repeats."""

    def test_the_group_comes_last(self, either: World) -> None:
        words = post(either, externalId=None).json()["detail"]
        assert words.endswith('"group" => "acme"}: Missing params: [:extern_uid]')

    def test_the_group_is_named_as_it_was_asked_for(self, either: World) -> None:
        url = f"{either.simulator.url}/api/scim/v2/groups/4711/Users"
        headers = {
            "Content-Type": "application/scim+json",
            "Authorization": f"Bearer {either.simulator.scim_token}",
        }
        answer = either.http.post(url, json={"group": "mine", "x": 1}, headers=headers)
        assert answer.json()["detail"].startswith('Error saving user with {"group" => "4711", "x" => 1}: ')

    @pytest.mark.parametrize("uid", ["a b", 'say "x"', "ü"])
    def test_a_patch_tells_the_uid_after_it(self, either: World, uid: str) -> None:
        either.put(work(scim_id=uid), work(user_id=4, username="w", email="w@x.example", scim_id="taken"))
        words = either.replace(uid, "id", "TAKEN").json()["detail"]
        shown = uid.replace('"', '\\"')
        assert words.startswith("Error updating Wanda with {") and words.endswith(
            f'"value" => "TAKEN"}}], "group" => "acme", "id" => "{shown}"}}'
        )

    def test_the_instance_has_no_group(self, either: World) -> None:
        either.switch(saas=False)
        answer = either.instance("POST", "/Users", {"userName": "u"})
        assert answer.json()["detail"].startswith('Error saving user with {"userName" => "u"}: ')
        either.put(work(scim_id="a"), work(user_id=4, username="w", email="w@x.example", scim_id="b"))
        change = {"Operations": [{"op": "replace", "path": "id", "value": "b"}]}
        assert either.instance("PATCH", "/Users/a", change).json()["detail"].endswith(', "id" => "a"}')

    @pytest.mark.parametrize(
        "key",
        [
            "title", "search", "research", "contentType", "Content", "password", "old_password_2", "token",
            "accessToken_token", "secretive", "key", "licence_key", "description", "note", "text", "jwt",
            "SAMLResponse", "redirectUri", "certificate",
        ],
    )  # fmt: skip
    def test_what_is_filtered(self, either: World, key: str) -> None:
        words = post(either, externalId=None, more=[{key: "seen"}], **{key: {"a": "seen"}}).json()["detail"]
        assert words.count(f'"{key}" => "[FILTERED]"') == 2 and "seen" not in words

    @pytest.mark.parametrize("key", ["titles", "Title", "keyboard", "tokens", "nickName", "department"])
    def test_what_is_not(self, either: World, key: str) -> None:
        assert f'"{key}" => "seen"' in post(either, externalId=None, **{key: "seen"}).json()["detail"]


class TestQueries:
    """Rack's reading of a query."""

    @pytest.mark.parametrize("joint", ["&", ";", "&;", ";;"])
    def test_both_separate(self, either: World, joint: str) -> None:
        answer = either.scim("GET", f"/Users?startIndex=1{joint}count=7").json()
        assert (answer["startIndex"], answer["itemsPerPage"]) == ("1", 7)

    def test_a_semicolon_ends_a_value_that_is_not_encoded(self, either: World) -> None:
        either.put(work(scim_id="a;b"))
        assert either.scim("GET", "/Users?filter=id+eq+a;b").json()["totalResults"] == 0
        assert either.scim("GET", "/Users?filter=id+eq+a%3Bb").json()["totalResults"] == 1

    @pytest.mark.parametrize("query", ["filter[]=x", "filter[]=id+eq+x", "filter[]", "filter[]=&filter[]=a"])
    def test_a_list_is_an_unsupported_filter(self, either: World, query: str) -> None:
        answer = either.scim("GET", f"/Users?{query}")
        assert (answer.status_code, answer.json()["detail"]) == (412, "Unsupported Filter")

    @pytest.mark.parametrize(
        "value",
        ["xaver@localhost", "xaver@", "xaver@x..y", "xaver@-x.example", "x:aver@x.example"],
    )
    def test_what_is_no_address_finds_nobody_by_its_local_part(self, either: World, value: str) -> None:
        assert either.filtered(f'userName eq "{value}"').json()["totalResults"] == 0

    def test_a_username_may_look_like_half_an_address(self, either: World) -> None:
        either.put(work(username="ada@localhost", scim_id="a"))
        assert either.filtered('userName eq "ADA@localhost"').json()["totalResults"] == 1


@pytest.mark.parametrize("content", [b"NaN", b"Infinity", b"-Infinity", b'{"Operations": null, "n": NaN}'])
def test_numbers_that_are_none(newest: World, gitlab: World, older: World, content: bytes) -> None:
    for world, status in ((newest, 400), (gitlab, 400), (older, 204)):
        assert world.scim("PATCH", "/Users/Ext-UID-1", content=content).status_code == status


class TestEmail:
    """The address is stripped and lower-cased before it is looked up (contract 2.4)."""

    @pytest.mark.parametrize("value", [" work@example.com", "WORK@Example.COM\n", "\twork@example.com "])
    def test_it_finds_whom_it_means(self, either: World, value: str) -> None:
        either.put(work())
        assert post(either, emails=mails(value)).json()["userName"] == "wanda"
        assert either.person("wanda")["scim_id"] == "test_uid"

    def test_it_is_stored_so(self, either: World) -> None:
        answer = post(either, emails=mails(" New.Person@Example.COM "))
        assert answer.json()["emails"][0]["value"] == "new.person@example.com"

    @pytest.mark.parametrize(
        ("value", "reason"),
        [
            ("nobody", "Email is invalid"),
            ("a b@x.example", "Email is invalid"),
            (" ", "Email can't be blank"),
            ("x" * 250 + "@x.example", "Email is too long (maximum is 254 characters)"),
        ],
    )
    def test_what_is_none(self, either: World, value: str, reason: str) -> None:
        assert detail(post(either, emails=mails(value))) == reason


@pytest.mark.parametrize(
    ("wanted", "made"),
    [
        ("_ada", "ada"), ("..ada", "ada"), ("__._ada", "ada"), ("a", "a1"), ("7", "71"), ("ada.json", "ada"),
        ("ada.git", "ada"), ("ada.json.git.", "ada"),
        ("ada.pdf", "ada"), ("ada.md", "ada.md"), ("ada.atom@x.example", "ada"), ("duo-ada", "ada"),
        ("DUO-duo-ada", "ada"), ("admin", "admin1"), ("Admin", "Admin1"), ("api", "api1"), ("s", "s1"),
        ("robots.txt", "robots"), ("duo", "duo"), ("ada-duo-x", "ada-duo-x"), ("admins", "admins"),
        ("git", "git"), (".git", "blank"), ("ad_.-a", "ad_a"), ("ada__", "ada"),
    ],
)  # fmt: skip
def test_usernames(either: World, wanted: str, made: str) -> None:
    assert post(either, userName=wanted).json()["userName"] == made


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("x" * 128, "First name is too long (maximum is 127 characters)"),
        ("Ada " + "x" * 128, "Last name is too long (maximum is 127 characters)"),
        ("Ada " + "x y" * 43, "Last name is too long (maximum is 127 characters)"),
        (
            "x" * 256,
            "Name is too long (maximum is 255 characters) "
            "and First name is too long (maximum is 127 characters)",
        ),
        ("<b></b>", "Name can't be blank"),
        ("   ", "Name can't be blank"),
        ("\t", "Name can't be blank"),
    ],
)
@pytest.mark.parametrize("shape", ["formatted", "displayName"])
def test_names_that_are_refused(either: World, name: str, reason: str, shape: str) -> None:
    sent = {"name": {"formatted": name}} if shape == "formatted" else {"name": None, "displayName": name}
    answer = post(either, **sent)
    assert (answer.status_code, detail(answer)) == (412, reason)
    assert either.usernames() == {"olga", "xaver"}


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("x" * 127 + " " + "y" * 127, None),
        ("Ada <b>Bold</b>", "Ada Bold"),
        ("A < B > C", "A  C"),
        ("true", "t"),
    ],
)
def test_names_that_are_taken(either: World, name: str, stored: str | None) -> None:
    answer = post(either, name=None, displayName=name)
    assert answer.json()["name"]["formatted"] == (stored or name)


@pytest.mark.parametrize("value", ["true", "True", True])
def test_the_name_true_is_a_letter(either: World, value: object) -> None:
    assert post(either, name=None, displayName=value).json()["name"]["formatted"] == "t"


@pytest.mark.parametrize(
    "text", [">" + "<" * 200_000, "<" * 200_000, "a" + ".git" * 50_000, "duo-" * 50_000 + "a"]
)
def test_long_names_take_their_length_and_no_more(newest: World, text: str) -> None:
    answer = newest.scim("POST", "/Users", body(userName=text, displayName=text, name=None), timeout=5)
    assert answer.status_code in (201, 412)


class TestIds:
    """Ids that are blank, taken, or lists."""

    def test_a_blank_one_of_somebody_who_has_another(self, either: World) -> None:
        either.put(work(scim_id="older"))
        answer = post(either, externalId=" ")
        assert answer.status_code == 409
        assert detail(answer) == "User has already been taken and Extern uid can't be blank"

    def test_everything_that_is_wrong_is_told_in_its_order(self, either: World) -> None:
        either.put(work(saml_id="TEST_uid"))
        answer = post(either, emails=mails("nobody"), name={})
        assert detail(answer) == (
            "Email is invalid, Identities extern uid has already been taken. Please contact your "
            "administrator to generate a unique extern_uid / NameID, and Name can't be blank"
        )

    def test_a_list_is_looked_up_by_its_items_and_stored_as_rubys_text(self, either: World) -> None:
        either.put(work(scim_id="Mine", email="else@example.com"))
        assert post(either, externalId=["other", "mine"]).json()["userName"] == "wanda"
        assert post(either, externalId=["x", "y"]).json()["id"] == '["x", "y"]'
        assert detail(post(either, externalId=[5], emails=mails("z@example.com"))).startswith("PG::")

    def test_the_instance_leaves_an_account_behind_whose_id_is_blank(self, either: World) -> None:
        either.switch(saas=False)
        answer = either.instance("POST", "/Users", body(externalId=""))
        assert detail(answer) == "Extern uid can't be blank"
        assert "username" in either.usernames()
