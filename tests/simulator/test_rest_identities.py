"""Contract section 7, rows 146 to 158, and 1.7, 3.4: identities over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.simulator.conftest import World

KINDS = pytest.mark.parametrize("kind", ["scim", "saml"])
UID = "Ext-UID-1"


@KINDS
def test_row_146_lists_are_for_owners(either: World, kind: str) -> None:
    either.switch(access_token="maintainer")
    answer = either.group("GET", f"/{kind}/identities")
    assert answer.status_code == 403
    assert answer.json() == {"message": "403 Forbidden"}


def test_rows_147_148_lists(either: World) -> None:
    scim = either.group("GET", "/scim/identities")
    assert scim.json() == [{"extern_uid": UID, "user_id": 2, "active": True}]
    assert scim.headers["content-type"] == "application/json"
    assert either.group("GET", "/saml/identities").json() == [{"extern_uid": UID, "user_id": 2}]


@KINDS
def test_lists_are_empty_and_never_paged(either: World, kind: str) -> None:
    people: list[dict[str, Any]] = [
        {"user_id": 10 + n, "name": f"P{n}", "username": f"p{n}", "scim_id": f"s'\"{n}é", "saml_id": f"a{n}"}
        for n in range(130)
    ]
    either.put(*people)
    answer = either.group("GET", f"/{kind}/identities", params={"page": 2, "per_page": 5})
    assert len(answer.json()) == 130
    assert not [name for name in answer.headers if name.startswith("x-") or name == "link"]
    assert {entry["extern_uid"] for entry in answer.json()} == {person[f"{kind}_id"] for person in people}
    either.put()
    assert either.group("GET", f"/{kind}/identities").json() == []


@KINDS
def test_row_149_one(either: World, kind: str) -> None:
    expected = {"extern_uid": UID, "user_id": 2} | ({"active": True} if kind == "scim" else {})
    assert either.group("GET", f"/{kind}/{UID}").json() == expected
    either.switch(access_token="maintainer")
    assert either.group("GET", f"/{kind}/{UID}").status_code == 403


def test_scim_folds_and_saml_is_exact(either: World) -> None:
    assert either.group("GET", f"/scim/{UID.lower()}").json()["extern_uid"] == UID
    assert either.group("GET", f"/saml/{UID.lower()}").status_code == 404


@KINDS
def test_row_150_patch_is_for_owners(either: World, kind: str) -> None:
    either.switch(access_token="maintainer")
    assert either.group("PATCH", f"/{kind}/{UID}", {"extern_uid": "new"}).status_code == 403
    assert either.person("xaver")[f"{kind}_id"] == UID


@KINDS
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_row_151_unknown(either: World, kind: str, method: str) -> None:
    answer = either.group(method, f"/{kind}/unknown", {"extern_uid": "new"} if method == "PATCH" else None)
    assert answer.status_code == 404
    assert answer.json() == {"message": "404 Identity Not Found"}


@KINDS
def test_row_152_patch(either: World, kind: str) -> None:
    answer = either.group("PATCH", f"/{kind}/{UID}", {"extern_uid": "updated_uid", "active": False})
    assert answer.status_code == 200
    assert answer.json()["extern_uid"] == "updated_uid"
    person = either.person("xaver")
    other = "saml" if kind == "scim" else "scim"
    assert (person[f"{kind}_id"], person[f"{other}_id"], person["active"]) == ("updated_uid", UID, True)


@KINDS
def test_a_form_works_too(either: World, kind: str) -> None:
    answer = either.group("PATCH", f"/{kind}/{UID}", data={"extern_uid": "from form"})
    assert answer.json()["extern_uid"] == "from form"


@pytest.mark.parametrize("value", ["new", UID.lower()], ids=["other", "case-only"])
def test_row_153_a_changed_saml_value_is_untrusted(gitlab: World, older: World, value: str) -> None:
    for world, trusted in ((gitlab, False), (older, True)):
        assert world.group("PATCH", f"/saml/{UID}", {"extern_uid": value}).status_code == 200
        assert world.person("xaver")["trusted"] is trusted
    assert gitlab.group("PATCH", f"/saml/{value}", {"extern_uid": UID}).status_code == 200
    assert gitlab.person("xaver")["trusted"] is False


def test_row_154_the_same_saml_value_changes_nothing(either: World) -> None:
    assert either.group("PATCH", f"/saml/{UID}", {"extern_uid": UID}).status_code == 200
    assert either.person("xaver")["trusted"] is True


def test_a_scim_patch_does_not_touch_the_trust(either: World) -> None:
    either.group("PATCH", f"/scim/{UID}", {"extern_uid": "new"})
    assert either.person("xaver")["trusted"] is True


@KINDS
def test_row_155_dots_and_at_signs(either: World, kind: str) -> None:
    uid = "some.one@example.com"
    either.put({"user_id": 2, "name": "X", "username": "x", "scim_id": uid, "saml_id": uid})
    assert either.group("GET", f"/{kind}/{uid}").json()["extern_uid"] == uid


BLANK = {
    "scim": "Extern uid can't be blank",
    "saml": "SAML NameID is missing from your SAML response. Please contact your administrator",
}
TAKEN = {
    "scim": "Extern uid has already been taken",
    "saml": "Extern uid has already been taken. "
    "Please contact your administrator to generate a unique extern_uid / NameID",
}


@KINDS
@pytest.mark.parametrize("value", ["", " ", None])
def test_row_156_a_blank_value(either: World, kind: str, value: str | None) -> None:
    answer = either.group("PATCH", f"/{kind}/{UID}", {"extern_uid": value})
    assert answer.status_code == 400
    assert answer.json() == {"message": BLANK[kind]}


@KINDS
def test_a_taken_value(either: World, kind: str) -> None:
    either.put(
        {"user_id": 2, "name": "X", "username": "x", "scim_id": UID, "saml_id": UID},
        {"user_id": 3, "name": "Y", "username": "y", "scim_id": "Other", "saml_id": "Other"},
    )
    answer = either.group("PATCH", f"/{kind}/{UID}", {"extern_uid": "oTHER"})
    assert answer.status_code == 400
    assert answer.json() == {"message": TAKEN[kind]}
    assert either.person("x")["trusted"] is True


@KINDS
def test_row_157_extern_uid_is_required(either: World, kind: str) -> None:
    answer = either.group("PATCH", f"/{kind}/{UID}", {"active": False})
    assert answer.status_code == 400
    assert answer.json() == {"error": "extern_uid is missing"}
    assert either.person("xaver")["active"]


@KINDS
@pytest.mark.parametrize("value", [["a"], {"a": 1}])
def test_extern_uid_is_text(either: World, kind: str, value: object) -> None:
    answer = either.group("PATCH", f"/{kind}/{UID}", {"extern_uid": value})
    assert answer.status_code == 400
    assert answer.json() == {"error": "extern_uid is invalid"}


@KINDS
def test_row_158_delete(either: World, kind: str) -> None:
    either.switch(access_token="maintainer")
    assert either.group("DELETE", f"/{kind}/{UID}").status_code == 403
    either.switch(access_token="owner")
    assert either.group("DELETE", f"/{kind}/unknown").status_code == 404
    answer = either.group("DELETE", f"/{kind}/{UID}")
    assert answer.status_code == 204 and answer.content == b""
    person = either.person("xaver")
    other = "saml" if kind == "scim" else "scim"
    assert person[f"{kind}_id"] is None
    assert person[f"{other}_id"] == UID and person["member"]


def test_a_deleted_scim_identity_is_gone_from_the_scim_api(either: World) -> None:
    either.group("DELETE", f"/scim/{UID}")
    assert either.scim("GET", "/Users").json()["totalResults"] == 0
    assert either.scim("GET", f"/Users/{UID}").status_code == 404


def test_without_saml_provider(either: World) -> None:
    either.switch(saml_provider=False)
    answer = either.group("GET", "/saml/identities")
    assert answer.status_code == 400
    assert answer.json() == {"message": "400 Bad request"}
    assert len(either.group("GET", "/scim/identities").json()) == 1
    assert either.rest("GET", "/groups/acme%2Fplatform/scim/identities").json() == []


def test_subgroups_have_no_identities(either: World) -> None:
    assert either.rest("GET", "/groups/acme%2Fplatform/saml/identities").status_code == 400
    assert either.rest("GET", f"/groups/acme%2Fplatform/scim/{UID}").status_code == 404


def test_long_values(either: World) -> None:
    assert either.group("PATCH", f"/scim/{UID}", {"extern_uid": "x" * 256}).status_code == 500
    assert either.group("PATCH", f"/saml/{UID}", {"extern_uid": "x" * 300}).status_code == 200
    assert either.group("GET", "/saml/" + "x" * 300).status_code == 200


@KINDS
def test_a_uid_named_identities(either: World, kind: str) -> None:
    either.put(
        {
            "user_id": 2,
            "name": "X",
            "username": "x",
            "scim_id": "identities",
            "saml_id": "identities",
        }
    )
    assert isinstance(either.group("GET", f"/{kind}/identities").json(), list)
    assert either.group("PATCH", f"/{kind}/identities", {"extern_uid": "new"}).status_code == 200
    assert either.person("x")[f"{kind}_id"] == "new"


class TestTokens:
    """Who may ask at all (contract 1.7, section 6)."""

    def test_no_token_and_an_unknown_one(self, either: World) -> None:
        for token in ("", "glpat-unknown"):
            answer = either.group("GET", "/scim/identities", token=token)
            assert answer.status_code == 401
            assert answer.json() == {"message": "401 Unauthorized"}

    def test_the_private_token_header(self, either: World) -> None:
        headers = {"PRIVATE-TOKEN": either.simulator.access_token}
        url = f"{either.simulator.rest_url}/groups/acme/scim/identities"
        assert either.http.get(url, headers=headers).status_code == 200

    def test_the_private_token_header_is_not_for_scim(self, either: World) -> None:
        headers = {"PRIVATE-TOKEN": either.simulator.scim_token}
        assert either.http.get(f"{either.simulator.scim_url}/Users", headers=headers).status_code == 401

    @pytest.mark.parametrize(
        ("kind", "words"), [("expired", "Token is expired."), ("revoked", "Token was revoked.")]
    )
    def test_tokens_that_were_good_once(self, either: World, kind: str, words: str) -> None:
        either.switch(access_token=kind)
        answer = either.group("GET", "/scim/identities")
        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_token"
        assert answer.json()["error_description"].startswith(words)

    def test_read_api(self, either: World) -> None:
        either.switch(access_token="read_api")
        assert either.group("GET", "/scim/identities").status_code == 200
        for method in ("PATCH", "DELETE"):
            answer = either.group(method, f"/scim/{UID}", {"extern_uid": "x"} if method == "PATCH" else None)
            assert answer.status_code == 403
            assert answer.json()["error"] == "insufficient_scope"
            assert answer.json()["scope"] == "api"
        assert either.rest("GET", "/personal_access_tokens/self").json()["scopes"] == ["read_api"]

    def test_unknown_groups(self, either: World) -> None:
        answer = either.rest("GET", "/groups/nowhere/scim/identities")
        assert answer.status_code == 404
        assert answer.json() == {"message": "404 Group Not Found"}

    @pytest.mark.parametrize("name", ["4711", "ACME", "acme"])
    def test_groups_by_id_and_by_path(self, either: World, name: str) -> None:
        assert either.rest("GET", f"/groups/{name}/scim/identities").status_code == 200
        url = f"{either.simulator.url}/api/scim/v2/groups/{name}/Users"
        headers = {"Authorization": f"Bearer {either.simulator.scim_token}"}
        assert either.http.get(url, headers=headers).json()["totalResults"] == 1

    def test_a_blocked_owner(self, either: World) -> None:
        either.simulator.put_people(
            [{"user_id": 1, "name": "O", "username": "o", "access_level": 50, "state": "blocked"}]
        )
        assert either.group("GET", "/scim/identities").status_code == 403

    def test_nobody_left(self, either: World) -> None:
        either.simulator.put_people([])
        assert either.group("GET", "/scim/identities").status_code == 401
