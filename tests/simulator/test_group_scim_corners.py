"""What GitLab makes of odd bodies of a POST (contract 2.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulator.test_group_scim_create import body, detail

if TYPE_CHECKING:
    from tests.simulator.conftest import World


class TestCorners:
    """What GitLab's own code was seen to do with odd bodies (contract 2.4)."""

    def test_the_first_qualifying_address_decides(self, either: World) -> None:
        mails = [{"type": "work"}, {"type": "work", "value": "work@example.com"}]
        answer = either.scim("POST", "/Users", body(emails=mails))
        assert detail(answer) == "Missing params: [:email]"

    @pytest.mark.parametrize("primary", ["false", "", 0])
    def test_primary_is_rubys_truth(self, either: World, primary: object) -> None:
        mails = [
            {"type": "home", "value": "no@example.com"},
            {"primary": primary, "value": "yes@example.com"},
        ]
        answer = either.scim("POST", "/Users", body(emails=mails))
        assert answer.json()["emails"][0]["value"] == "yes@example.com"

    @pytest.mark.parametrize("primary", [False, None])
    def test_no_qualifying_address(self, either: World, primary: object) -> None:
        mails = [{"primary": primary, "value": "no@example.com"}]
        answer = either.scim("POST", "/Users", body(emails=mails))
        assert detail(answer) == "Missing params: [:email]"

    def test_a_blank_name_object_hides_the_display_name(self, either: World) -> None:
        answer = either.scim("POST", "/Users", body(name={}, displayName="Shown"))
        assert answer.status_code == 412
        assert detail(answer) == "Name can't be blank"
        assert either.usernames() == {"olga", "xaver"}

    def test_flat_keys(self, either: World) -> None:
        flat = {
            "externalId": "flat",
            "userName": "flat",
            "name.formatted": "Flat Name",
            'emails[type eq "work"].value': "flat@example.com",
        }
        answer = either.scim("POST", "/Users", flat).json()
        assert answer["name"]["formatted"] == "Flat Name"
        assert answer["emails"][0]["value"] == "flat@example.com"

    def test_double_quotes_vanish_from_some(self, either: World) -> None:
        sent = body(externalId='q"u"id', userName='q"user', displayName='dis"play', name=None)
        answer = either.scim("POST", "/Users", sent).json()
        assert (answer["id"], answer["userName"]) == ("quid", "quser")
        assert answer["name"]["formatted"] == "display"
        kept = body(
            name={"formatted": 'Na"me'},
            userName="other",
            externalId="other",
            emails=[{"type": "work", "value": "other@example.com"}],
        )
        assert either.scim("POST", "/Users", kept).json()["name"]["formatted"] == 'Na"me'

    @pytest.mark.parametrize("name", ["", "@", "Привет", "日本"])
    def test_user_names_without_latin_letters_become_blank(self, either: World, name: str) -> None:
        assert either.scim("POST", "/Users", body(userName=name)).json()["userName"] == "blank"

    def test_a_user_name_does_not_take_the_groups_path(self, either: World) -> None:
        assert either.scim("POST", "/Users", body(userName="acme")).json()["userName"] == "acme1"

    @pytest.mark.parametrize("value", [5, 1.5, True, {"a": 1}])
    def test_an_id_of_another_type_fails_in_the_database(self, either: World, value: object) -> None:
        answer = either.scim("POST", "/Users", body(externalId=value))
        assert answer.status_code == 412
        assert "PG::" in detail(answer)

    def test_an_id_that_is_a_list_is_accepted(self, either: World) -> None:
        assert either.scim("POST", "/Users", body(externalId=["a"])).json()["id"] == '["a"]'

    @pytest.mark.parametrize("emails", ["text", "", 5, True, {"a": 1}, ["text"], [5], [None]])
    def test_addresses_of_a_wrong_type_are_500(self, either: World, emails: object) -> None:
        answer = either.scim("POST", "/Users", body(emails=emails))
        assert answer.status_code == 500
        assert answer.json() == {"message": "500 Internal Server Error"}

    @pytest.mark.parametrize("name", ["text", "", 5, True, False, [], ["a"]])
    def test_a_name_of_a_wrong_type_is_500(self, either: World, name: object) -> None:
        assert either.scim("POST", "/Users", body(name=name)).status_code == 500

    @pytest.mark.parametrize(
        ("first", "second", "expected"),
        [
            ("externalId", "id", "later"),
            ("id", "externalId", "later"),
        ],
    )
    def test_the_later_of_id_and_external_id_wins(
        self, either: World, first: str, second: str, expected: str
    ) -> None:
        rest = body(externalId=None)
        answer = either.scim("POST", "/Users", {first: "earlier", **rest, second: "later"})
        assert answer.json()["id"] == expected

    def test_the_later_key_wins_also_when_it_is_empty_but_null_is_dropped(self, either: World) -> None:
        rest = body(externalId=None)
        empty = either.scim("POST", "/Users", {"externalId": "earlier", **rest, "id": ""})
        assert detail(empty) == (
            "Identities name is missing from your SAML response. Please contact your administrator "
            "and Group scim identities is invalid"
        )
        answer = either.http.post(
            either.simulator.scim_url + "/Users",
            content=b'{"externalId": "earlier", "id": null, "userName": "u", "name": {"formatted": "N"}, '
            b'"emails": [{"type": "work", "value": "n@example.com"}]}',
            headers={
                "Authorization": f"Bearer {either.simulator.scim_token}",
                "Content-Type": "application/scim+json",
            },
        )
        assert answer.json()["id"] == "earlier"

    def test_active_in_the_body_is_ignored(self, either: World) -> None:
        assert either.scim("POST", "/Users", body(active=False)).json()["active"] is True
