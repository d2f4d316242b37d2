"""Signing in: who is hard to put there, what is said in which way, and where it leads (sign-in.md 1 to 5)."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.simulator.conftest import World
from tests.simulator.test_sign_in import (
    ADA,
    BOB,
    IN_USE,
    MISMATCH,
    RESPONSE,
    TAKEN,
    UNTRUSTED,
    WELCOME,
)
from tests.simulator.test_sign_in import LINKED as CONNECTED

SSO, SETTINGS, SIGN_IN = "/groups/acme/-/saml/sso", "/groups/acme/-/saml", "/users/sign_in"
ENTERPRISE: dict[str, Any] = ADA | {"enterprise": True}
CONFIRM = "You have to confirm your email address before continuing."


def answered(world: World, name_id: str | None = "u7", **attempt: Any) -> dict[str, Any]:
    """Sign in as a program does: the whole answer."""
    url = f"{world.simulator.url}/groups/acme/-/saml/callback"
    answer: dict[str, Any] = world.http.post(url, json={"name_id": name_id, **attempt}).json()
    return answer


def said(answer: dict[str, Any]) -> tuple[str, str | None, str | None]:
    """Outcome, kind of text, where the browser lands."""
    return answer["outcome"], answer["kind"], answer["redirect"]


def posted(world: World, **form: str) -> tuple[int, str]:
    """Sign in as a browser does: status and page."""
    answer = world.http.post(f"{world.simulator.url}/groups/acme/-/saml/callback", data=form)
    return answer.status_code, answer.text


def encoded(response: str) -> str:
    return base64.b64encode(response.encode()).decode()


class TestInvalid:
    """Responses that are not valid (section 1)."""

    @pytest.mark.parametrize(
        ("form", "words"),
        [
            ({}, "Saml response missing"),
            ({"SAMLResponse": ""}, "Invalid saml response. not match the saml-schema-protocol-2.0.xsd"),
            ({"SAMLResponse": "no base64"}, "Invalid saml response. not match"),
            ({"SAMLResponse": encoded("<a>")}, "Invalid saml response. not match"),
            ({"SAMLResponse": encoded("<!DOCTYPE a><a/>")}, "Invalid saml response. not match"),
        ],
    )
    def test_who_is_signed_in_stays_so_and_reads_why(
        self, either: World, form: dict[str, str], words: str
    ) -> None:
        either.put(ADA)
        status, page = posted(either, signed_in_as="7", **form)
        assert status == 200 and f"Unable to sign in to group with SAML: &quot;{words}" in page
        assert posted(either, **form)[0] == 404
        either.switch(group_visibility="public")
        assert posted(either, **form)[0] == 200

    @pytest.mark.parametrize(
        ("fault", "words"),
        [
            (
                "The status code of the response was not Success, was Responder => AuthnFailed",
                "The status code of the response was not success, was responder => authnfailed",
            ),
            ("Invalid Signature on SAML Response", "Invalid signature on saml response"),
            ("Fingerprint mismatch", "Fingerprint mismatch"),
            ("sp_entity_id", "Sp entity id"),
        ],
    )
    def test_the_reason_is_lower_cased_after_its_first_letter(
        self, either: World, fault: str, words: str
    ) -> None:
        either.put(ADA)
        answer = answered(either, fault=fault, signed_in_as=7)
        assert answer["banner"] == f'Unable to sign in to group with SAML: "{words}"'
        assert (said(answer), answer["session"]) == (("refused", "alert", SSO), 7)
        assert said(answered(either, fault=fault, signed_in_as=1)) == ("refused", "alert", SETTINGS)
        assert said(answered(either, fault=fault)) == ("refused", None, None)

    def test_the_status_tells_its_codes_and_its_message(self, either: World) -> None:
        either.put(ADA)
        urn = "urn:oasis:names:tc:SAML:2.0:status"
        status = (
            f'<p:StatusCode Value="{urn}:Requester"><p:StatusCode Value="{urn}:InvalidNameIDPolicy"/>'
            "</p:StatusCode><p:StatusMessage>No Such Name</p:StatusMessage>"
        )
        response = RESPONSE.replace(f'<p:StatusCode Value="{urn}:STATUS"/>', status)
        words = posted(either, SAMLResponse=encoded(response), signed_in_as="7")[1]
        assert "not success, was requester =&gt; invalidnameidpolicy -&gt; no such name" in words

    @pytest.mark.parametrize("audience", ["https://other.example/groups/acme", "URL/groups/acme ", "acme"])
    def test_another_audience(self, either: World, audience: str) -> None:
        either.put(ADA)
        named = audience.replace("URL", either.simulator.url)
        restriction = f"<a:AudienceRestriction><a:Audience>{named}</a:Audience></a:AudienceRestriction>"
        condition = f"<a:Conditions>{restriction}</a:Conditions>"
        response = RESPONSE.replace("STATUS", "Success").replace(
            "<a:Attribute", f"{condition}<a:Attribute", 1
        )
        words = posted(either, SAMLResponse=encoded(response), signed_in_as="7")[1]
        expected = f"{either.simulator.url}/groups/acme"
        assert f"Invalid audience. the audience {named.lower()}, did not match" in words
        assert f"the expected audience {expected}" in words
        right = response.replace(f"<a:Audience>{named}", f"<a:Audience>{expected}")
        assert WELCOME in posted(either, SAMLResponse=encoded(right))[1]


class TestAddresses:
    """Which addresses count for what (table 2, table 4)."""

    @pytest.mark.parametrize("enterprise", [True, False])
    def test_an_unconfirmed_secondary_is_in_use_and_proves_nothing(
        self, either: World, enterprise: bool
    ) -> None:
        either.put(ADA | {"unconfirmed_emails": ["new@home.example"], "enterprise": enterprise})
        answer = answered(either, "else", email="New@home.example")
        assert answer["banner"].startswith(IN_USE) and said(answer) == ("refused", "notice", SIGN_IN)
        linked = answered(either, "else", email="new@home.example", signed_in_as=7)
        assert linked["banner"].startswith(MISMATCH) and said(linked) == ("refused", "alert", "/")

    @pytest.mark.parametrize("address", ["7-ada@users.noreply.gitlab.com", "7@USERS.noreply.gitlab.com"])
    def test_the_private_commit_address_links(self, either: World, address: str) -> None:
        either.put(ADA, BOB)
        assert answered(either, "new", email=address, signed_in_as=8)["outcome"] == "refused"
        answer = answered(either, "new", email=address, signed_in_as=7)
        assert (answer["banner"], said(answer)) == (CONNECTED, ("linked", "notice", "/acme"))

    def test_an_address_is_not_too_long(self, either: World) -> None:
        for size, refused in ((255, True), (254, False)):
            either.put(ADA)
            email = "x" * (size - len("@acme.example")) + "@acme.example"
            answer = answered(either, "free", email=email, username="free")
            assert (answer["outcome"] == "refused") is refused
            if refused:
                assert answer["banner"] == "Email is too long (maximum is 254 characters)"


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ({"name": "Ada Lovelace", "username": "lace"}, "Ada Lovelace"),
        ({"name": "  ", "username": "lace"}, "lace"),
        ({"username": "_admin"}, "admin1"),
        ({}, "Fresh"),
    ],
)
def test_who_names_the_account(either: World, attributes: dict[str, str], name: str) -> None:
    either.put(ADA)
    answer = answered(either, "new", email="Fresh@acme.example", **attributes)
    person = either.person(answer["user_id"])
    assert (person["name"], person["email"]) == (name, "fresh@acme.example")


def test_a_browsers_attributes_name_it_too(either: World) -> None:
    names = "".join(
        f'<a:Attribute Name="{key}"><a:AttributeValue>{value}</a:AttributeValue></a:Attribute>'
        for key, value in (("first_name", "Ada"), ("lastName", "Lovelace"))
    )
    statement = "<a:AttributeStatement>"
    response = RESPONSE.replace("STATUS", "Success").replace(statement, statement + names)
    posted(either, SAMLResponse=encoded(response.replace("u7", "new").replace("x@y", "fresh@acme")))
    assert either.person("fresh")["name"] == "Ada Lovelace"


class TestLegacyRows:
    """Rows from before the rules (section 5, rows 19 and 20)."""

    TWO = ADA | {"further_saml_ids": ["second"]}

    def test_either_of_two_rows_signs_in(self, either: World) -> None:
        either.put(self.TWO)
        assert [answered(either, value)["user_id"] for value in ("u7", "second")] == [7, 7]

    def test_with_two_rows_nothing_can_be_linked(self, either: World) -> None:
        either.put(self.TWO, BOB)
        link = {"email": "ada@acme.example", "signed_in_as": 7}
        prefix = "Acme SAML authentication failed: "
        assert answered(either, "new", **link)["banner"] == f"{prefix}User has already been taken"
        both = f"{prefix}E{TAKEN}, User has already been taken"
        assert answered(either, "U8", **link)["banner"] == both
        assert answered(either, "SECOND", **link)["banner"] == both
        assert answered(either, "u7", **link)["outcome"] == "linked"
        assert either.person("ada")["further_saml_ids"] == ["second"]

    def test_with_two_rows_none_is_rewritten(self, either: World) -> None:
        either.put(self.TWO | {"enterprise": True}, BOB)
        answer = answered(either, "new", email="ada@acme.example")
        assert answer["banner"] == "Identities user has already been taken"
        both = answered(either, "U8", email="ada@acme.example")["banner"]
        assert both == f"Identities e{TAKEN} and Identities user has already been taken"

    def test_two_people_whose_values_differ_in_case_alone(self, either: World) -> None:
        either.put(ENTERPRISE, BOB | {"saml_id": "U7", "enterprise": True})
        assert [answered(either, value)["user_id"] for value in ("u7", "U7")] == [7, 8]
        answer = answered(either, "other", email="bob@acme.example")
        assert answer["outcome"] == "signed-in" and either.person("bob")["saml_id"] == "other"
        assert answered(either, "U7", email="bob@acme.example")["banner"] == f"Identities e{TAKEN}"

    def test_rest_lists_every_row_and_each_person_once(self, either: World) -> None:
        either.put(self.TWO, BOB | {"saml_id": "U7"})
        rows = either.group("GET", "/saml/identities").json()
        found = sorted((row["extern_uid"], row["user_id"]) for row in rows)
        assert found == [("U7", 8), ("second", 7), ("u7", 7)]
        assert [user["id"] for user in either.group("GET", "/saml_users").json()] == [8, 7]
        assert [member["id"] for member in either.group("GET", "/members").json()] == [1, 7, 8]
        assert either.group("PATCH", "/saml/U7", {"extern_uid": "u7 "}).status_code == 200
        assert either.group("PATCH", "/saml/second", {"extern_uid": "U7"}).status_code == 400


class TestAccounts:
    """Confirmation, the second factor, the provider's default role (table 3)."""

    @pytest.mark.parametrize(
        ("confirmation", "overdue", "gets_in"),
        [
            ("hard", False, False), ("soft", False, True), ("soft", True, False), ("off", True, True),
            (None, False, False),
        ],
    )  # fmt: skip
    def test_confirmation(
        self, either: World, confirmation: str | None, overdue: bool, gets_in: bool
    ) -> None:
        either.put(ADA | {"email_verified": False, "confirmation_overdue": overdue, "member": False})
        either.switch(email_confirmation=confirmation)
        answer = answered(either)
        assert either.person("ada")["member"] is True
        if gets_in:
            assert said(answer) == ("signed-in", "notice", "/acme")
            return
        assert said(answer) == ("refused", "alert", SIGN_IN) and answer["banner"].startswith(CONFIRM)
        linking = answered(either, signed_in_as=7)
        assert (said(linking), linking["session"]) == (("refused", "alert", SIGN_IN), None)

    def test_the_second_factor_is_asked_for_after_everything_else(self, either: World) -> None:
        either.put(ADA | {"two_factor": True, "member": False})
        answer = answered(either)
        assert (answer["outcome"], answer["user_id"], answer["session"]) == ("second-factor", 7, None)
        assert either.person("ada")["member"] is True
        assert answer["events"] == ["group_saml_member_added", "authenticated_with_group_saml"]

    @pytest.mark.parametrize("state", ["blocked", "ldap_blocked", "banned", "blocked_pending_approval"])
    def test_blocked_with_a_second_factor(self, either: World, state: str) -> None:
        either.put(ADA | {"two_factor": True, "state": state})
        answer = answered(either)
        assert (answer["banner"], said(answer)) == ("Invalid login or password", ("refused", "alert", SSO))

    @pytest.mark.parametrize(("role", "page"), [(10, "/acme"), (5, "/dashboard/groups"), (40, "/acme")])
    def test_the_default_role(self, either: World, role: int, page: str) -> None:
        either.switch(default_role=role)
        either.put(ADA | {"member": False})
        assert said(answered(either)) == ("signed-in", "notice", page)
        assert either.person("ada")["access_level"] == role
        either.switch(group_visibility="public")
        assert answered(either)["redirect"] == "/acme"

    def test_an_enterprise_user_stays_one_when_the_domain_lapses(self, either: World) -> None:
        either.put(ENTERPRISE | {"domain_verified": False})
        assert said(answered(either, "new", email="ada@acme.example"))[0] == "signed-in"
        assert either.person("ada")["saml_id"] == "new"
        answer = answered(either, "else", email="new@acme.example")
        assert answer["banner"].startswith(CONFIRM)
        made = either.person(answer["user_id"])
        assert (made["email_verified"], made["enterprise"]) == (False, False)
        change = either.group("PATCH", "/enterprise_users/7", {"email": "other@acme.example"})
        assert change.status_code == 400


class TestAnswers:
    """A program reads what kind of text it was, where it led, and which events it made."""

    def test_refusals_and_where_they_lead(self, gitlab: World) -> None:
        gitlab.put(ADA | {"trusted": False}, BOB)
        untrusted = answered(gitlab)
        assert untrusted["banner"].startswith(UNTRUSTED) and said(untrusted) == ("refused", "alert", SIGN_IN)
        assert said(answered(gitlab, "U8")) == ("refused", "alert", SSO)
        assert said(answered(gitlab, "U8", email="free@acme.example")) == ("refused", "alert", SSO)
        gitlab.put(ADA | {"saml_id": None})
        unasked = answered(gitlab, "new", signed_in_as=7)
        assert (said(unasked), unasked["session"]) == (("refused", "notice", SSO), 7)

    @pytest.mark.parametrize(
        ("relay", "in_response_to", "page"),
        [
            ("/acme/project", True, "/acme/project"),
            ("/acme/project", False, "/acme"),
            ("//evil.example", True, "/acme"),
            ("https://evil.example", True, "/acme"),
            ("", True, "/acme"),
        ],
    )
    def test_where_the_browser_was_going(
        self, either: World, relay: str, in_response_to: bool, page: str
    ) -> None:
        either.put(ADA)
        assert answered(either, relay_state=relay, in_response_to=in_response_to)["redirect"] == page

    def test_events(self, either: World) -> None:
        either.put(ADA | {"member": False, "scim_id": None}, BOB)
        assert answered(either)["events"] == ["group_saml_member_added", "authenticated_with_group_saml"]
        assert answered(either)["events"] == ["authenticated_with_group_saml"]
        change = "update_mismatched_group_saml_extern_uid"
        link = {"email": "ada@acme.example", "signed_in_as": 7}
        assert answered(either, "new", **link)["events"] == ["authenticated_with_group_saml", change]
        assert answered(either, "U8", **link)["events"] == ["authenticated_with_group_saml", change]
        mismatch = answered(either, "else", email="x@y.example", signed_in_as=7)
        assert mismatch["events"] == ["authenticated_with_group_saml"]
        assert answered(either, "else", email="ada@acme.example")["events"] == []

    def test_who_cannot_be_added_for_an_inactive_identity(self, either: World) -> None:
        either.put(ADA | {"member": False, "active": False})
        either.switch(sso_enforced=True)
        answer = answered(either)
        assert answer["events"] == ["inactive_scim_user_cannot_be_added", "authenticated_with_group_saml"]
        assert answer["redirect"] == "/dashboard/groups"

    def test_row_213_a_new_person_outside_the_domains(self, either: World) -> None:
        either.put(ADA)
        either.switch(allowed_email_domains=["elsewhere.example"])
        answer = answered(either, "new", email="new@acme.example")
        assert said(answer) == ("account-created", "notice", "/dashboard/groups")
        assert answer["events"] == ["authenticated_with_group_saml"]
        made = either.person(answer["user_id"])
        assert (made["saml_id"], made["trusted"]) == ("new", True)
        assert (made["provisioned"], made["member"]) == (True, False)
        rows = either.group("GET", "/saml/identities").json()
        assert {"extern_uid": "new", "user_id": made["user_id"]} in rows
