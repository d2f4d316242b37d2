"""What people paste: nobody's value goes to somebody else, no secret comes out, artefacts hide no message."""

from __future__ import annotations

import json

import pytest

from scimtui.cli.explain import _next
from scimtui.guides.trouble import Explained, Match, Values, as_reply, catalogue, explain, values_in

MARIA, BOB = "3f2b1c9e-77aa-4d0b-9b1e-0a1b2c3d4e5f", "7c9e6679-7425-40de-944b-e07fc1f90ae7"
REQUEST = "9a8b7c6d-1234-4abc-8def-001122334455"
TAKEN = "User has already been taken"


def first(text: str) -> str:
    found = explain(text).matches
    return found[0].trouble.code if found else "none"


def saving(uid: str, email: str, words: str) -> str:
    return json.dumps(
        {"detail": f'Error saving user with {{"extern_uid"=>"{uid}", "email"=>"{email}"}}: {words}'}
    )


def event(name: str, uid: str, **more: object) -> dict[str, object]:
    changed = [{"displayName": "externalId", "newValue": f'"{uid}"'}]
    source = {"details": {"userPrincipalName": name}}
    return {"sourceIdentity": source, "modifiedProperties": changed, "reason": TAKEN, **more}


# ── whose value it is ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words",
    [
        f"Correlation ID: {REQUEST}",
        f"Request-id: {REQUEST}",
        f"Trace ID: {REQUEST} Timestamp: 2026-11-20",
        f"Tenant {REQUEST}",
        f"Application '{REQUEST}'(GitLab)",
        f"[2026-11-20 08:01:02] change id {REQUEST}",
    ],
)
def test_the_id_of_a_request_is_no_value_of_a_person(words: str) -> None:
    found = values_in(f"Sync failed for maria@x.example: {TAKEN} (SCIM). {words}")
    assert found == Values(email="maria@x.example")


def test_an_id_that_is_not_named_is_good_for_looking_up_alone() -> None:
    found = values_in(f"{MARIA} can't sign in")
    assert (found.uid, found.mentioned, found.who) == ("", MARIA, (MARIA,))


def test_json_behind_a_time_in_brackets_is_read_as_json() -> None:
    line = {
        "id": REQUEST,
        "provisioningAction": "create",
        "reason": TAKEN,
        "userPrincipalName": "maria@x.example",
    }
    assert values_in(f"[2026-11-20 08:01:02] {json.dumps(line)}") == Values(email="maria@x.example")


@pytest.mark.parametrize(
    "text",
    [
        f"Maria:\n{saving(MARIA, 'm@x.example', 'x')}\nBob:\n{saving(BOB, 'b@x.example', TAKEN)}",
        f'2026-11-20 {{"externalId":"{MARIA}"}}\n2026-11-20 {{"externalId":"{BOB}","detail":"{TAKEN}"}}',
        json.dumps(
            {"records": [{"properties": {"userPrincipalName": "m@x.example"}}, event("b@x.example", BOB)]}
        ),
        json.dumps({"events": [event("m@x.example", MARIA), event("b@x.example", BOB)]}),
        json.dumps(
            {"hits": {"hits": [{"_source": event("m@x.example", MARIA)}, {"_source": {"externalId": BOB}}]}}
        ),
        json.dumps(
            {"a": {"externalId": MARIA}, "b": {"externalId": BOB, "nameId": "x"}, "email": "m@x.example"}
        ),
        json.dumps({"Resources": [{"id": MARIA, "userName": "maria"}, {"id": BOB, "userName": "bob"}]}),
        json.dumps(
            {
                "eventType": "application.provision.user.push",
                "target": [
                    {"type": "User", "id": "00uAAAAAAAAAAAAAAAAA", "alternateId": "anna"},
                    {"type": "User", "id": "00uBBBBBBBBBBBBBBBBB", "alternateId": "bob@x.example"},
                ],
            }
        ),
        "\n".join(json.dumps(event("m@x.example", MARIA)) for _ in range(250)),
        'Error saving user with {"schemas"=>["urn:x"], "externalId"=>"'
        + MARIA
        + "\"}: Email can't be blank\n"
        'Error saving user with {"schemas"=>["urn:x"], "email"=>"bob@x.example"}: Extern uid can\'t be blank',
        json.dumps(
            [
                {
                    "externalId": MARIA,
                    "headers": json.dumps({"Authorization": "Bearer abc123abc123", "x": "1"}),
                },
                {"email": "bob@x.example", "headers": json.dumps({"Authorization": "Bearer abc123abc123"})},
            ]
        ),
        f'{{"userPrincipalName": "m@x.example", "other": {{"userPrincipalName": "b@x.example"}}, "reason": "{TAKEN}"}}',
    ],
)
def test_several_people_or_more_than_is_read_are_nobody(text: str) -> None:
    found = values_in(text)
    assert not found.who, found


@pytest.mark.parametrize(
    "acting",
    [
        {"initiatedBy": {"displayName": "admin@x.example"}},
        {"initiatedBy": {"user": {"userPrincipalName": "admin@x.example"}}},
        {"actor": {"alternateId": "admin@x.example"}},
        {"reporter": "admin@x.example"},
    ],
)
def test_whoever_acted_is_not_whom_it_is_about(acting: dict[str, object]) -> None:
    found = values_in(json.dumps(event("maria@x.example", MARIA, **acting)))
    assert (found.email, found.uid) == ("maria@x.example", MARIA)
    assert values_in(json.dumps({"externalId": MARIA, **acting})) == Values(uid=MARIA)


def test_the_manager_in_an_event_is_not_whom_it_is_about() -> None:
    changed = [{"displayName": "manager", "newValue": '"boss@x.example"'}]
    assert values_in(json.dumps({"modifiedProperties": changed, "externalId": MARIA})) == Values(uid=MARIA)


def test_an_address_elsewhere_in_a_text_is_not_paired_with_a_uid() -> None:
    assert values_in(f"From: jane@x.example\n\nexternalId: '{BOB}'") == Values(uid=BOB)
    assert values_in(f"thanks, jane@x.example\n\nexternalId: '{BOB}'") == Values(uid=BOB)
    together = values_in(f"maria@x.example has externalId: '{MARIA}'")
    assert (together.email, together.uid) == ("maria@x.example", MARIA)


def test_the_work_address_of_an_entra_event_comes_before_its_upn() -> None:
    work = {"displayName": 'emails[type eq "work"].value', "newValue": '"maria@x.example"'}
    text = json.dumps(
        {"details": {"userPrincipalName": "mlopez@x.onmicrosoft.com"}, "modifiedProperties": [work]}
    )
    assert values_in(text).email == "maria@x.example"


def test_the_parameters_of_a_line_of_gitlabs_log_are_read() -> None:
    params = [{"key": "externalId", "value": MARIA}, {"key": "userName", "value": "maria.lopez"}]
    line = {"method": "POST", "path": "/api/scim/v2/groups/acme/Users", "params": params, "status": 409}
    found = values_in(json.dumps(line))
    assert (found.uid, found.group, found.status) == (MARIA, "acme", "409")


def test_who_asked_is_nobody_also_where_the_request_has_a_path_of_its_own() -> None:
    params = [{"key": "Operations", "value": [{"op": "Replace", "path": "active", "value": "False"}]}]
    line = {"method": "PATCH", "path": "/api/scim/v2/groups/acme/Users/x", "params": params}
    assert values_in(json.dumps({**line, "user_id": 1, "username": "root"})).who == ("x",)


def test_the_source_of_an_entra_event_is_good_for_looking_up() -> None:
    found = values_in(json.dumps({"sourceIdentity": {"id": MARIA, "details": {}}, "reason": TAKEN}))
    assert (found.uid, found.mentioned) == ("", MARIA)


def test_where_json_names_nobody_the_words_around_it_do() -> None:
    found = values_in(f'{{"id":"{REQUEST}","detail":"{TAKEN}","status":409}} jack.ward@acme.example can\'t')
    assert (found.email, found.status, found.mentioned) == ("jack.ward@acme.example", "409", "")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("< HTTP/1.1 200 Connection established\n< HTTP/1.1 409 Conflict", "409"),
        ("HTTP/1.1 200 OK\n…\nHTTP/1.1 412 Precondition Failed", "412"),
        ('{"status": 412}\n{"status": 409}', ""),
        ('PATCH https://gitlab.com/api/v4/groups/acme/scim/abc 400 {"message":"x"}', "400"),
    ],
)
def test_the_status_that_counts(text: str, status: str) -> None:
    assert values_in(text).status == status


def test_the_name_in_a_banner_and_the_id_of_a_scim_group_are_no_path_of_a_group() -> None:
    assert values_in("Northwind SAML authentication failed: x").group == ""
    text = (
        f'GET /api/scim/v2/application/Groups/{REQUEST} {{"detail":"Group {REQUEST} not found","status":404}}'
    )
    assert values_in(text).group == "" and first(text) == "none"


# ── secrets ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (
            "curl https://oauth2:hunterSecret@gitlab.example.com/api/scim/v2/groups/a/Users 401 Unauthorized",
            "hunter",
        ),
        ('Error updating x\nAuthorization: Bearer abcdefghij12\nwith {"active"=>false}', "abcdefghij12"),
        ('Error updating x\nCookie: _gitlab_session=deadbeef\nwith {"active"=>false}', "deadbeef"),
        (
            "Could not remove Bearer eyJhbGciOi.eyJzdWIi.c2lnbmF0 from x. Cannot remove last group owner.",
            "eyJ",
        ),
        ("externalId: 'eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl' User has already been taken", "eyJ"),
        ('{"userName":"GR1348941abcdefghijklmnop","detail":"User has already been taken"}', "GR1348941a"),
        ("filter=id eq Bearer%20abcdef123456 Unsupported Filter", "abcdef123456"),
        ('{"headers":{"PRIVATE-TOKEN":"abc123def456"},"message":"401 Unauthorized"}', "abc123def456"),
        ("scim password=hunterhunter 401 Unauthorized", "hunterhunter"),
    ],
)
def test_no_secret_comes_out(text: str, secret: str) -> None:
    found = explain(text)
    told = json.dumps(found.as_json()) + repr(found.values) + "".join(map(as_reply, found.matches))
    assert found.matches and secret not in told


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The Secret token: Please paste it again. 401 Unauthorized", "unauthorized"),
        (
            "PATCH scim Authorization: Bearer x1y2z3x1y2z3 -> 409 User has already been taken",
            "user-taken-scim",
        ),
        (
            "We send the header Authorization: Bearer with our SCIM token and GitLab answers 401 Unauthorized",
            "unauthorized",
        ),
        ("Private-Token: x1 → 404 Group Not Found", "group-not-found"),
        ("Cookie: _gitlab_session=dead1beef; x=1 and then 401 Unauthorized from GitLab", "unauthorized"),
    ],
)
def test_what_stands_beside_a_secret_is_read(text: str, code: str) -> None:
    assert first(text) == code


@pytest.mark.parametrize(
    "text", ["eyJ-" * 50_000, "error updating a with { " * 40_000, "Cookie: a=" * 30_000]
)
def test_hostile_texts_come_to_an_end(text: str) -> None:
    assert explain(text).values == Values()


# ── artefacts of copying ─────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31mUser has \x1b[1malready\x1b[0m been taken\x1b[0m status 409",
        "User has al\u00adready been taken, SCIM 409",
        "User\u200b has already been taken, SCIM 409",
        "> User has already\n> been taken. Status 409",
        "flash=User+has+already+been+taken&status=409",
        "?flash=User%20has%20already%20been%20taken&status=409",
    ],
)
def test_what_copying_does_to_a_message(text: str) -> None:
    assert first(text) == "user-taken-scim"


@pytest.mark.parametrize("apostrophe", ["'", "’", "`", "′", "â€™", "&#39;"])
def test_every_apostrophe(apostrophe: str) -> None:
    text = f"| error | The member{apostrophe}s email address is not allowed for this group. |"
    assert first(text) == "email-domain-not-allowed"


def test_of_a_very_long_text_both_ends_are_looked_at_and_that_is_said() -> None:
    long = "2026-11-20 INFO all is well\n" * 45_000
    assert first(f"{long}{TAKEN} status 409 scim") == "user-taken-scim"
    assert not explain(long).is_whole and explain("short").is_whole


# ── which entry ──────────────────────────────────────────────────────────────

NESTED = (
    'Error saving user with {"schemas"=>["urn:x"], "externalId"=>"x", "emails"=>[{"type"=>"work", "value"=>"a@x.example"}], '
    '"name"=>{"formatted"=>"Jane Doe"}, "title"=>"' + "t" * 500 + '"}: '
)
FULL = "Identities extern uid has already been taken. Please contact your administrator to generate a unique extern_uid / NameID"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (saving("x", "a@x.example", FULL), "extern-uid-taken-scim"),
        (f"Errors reported by remote server: {FULL}", "extern-uid-taken-scim"),
        (f"SAML authentication failed: {FULL.removeprefix('Identities e').replace('xtern uid', 'Extern uid')}", "nameid-taken"),
        ('Error updating Ann with {"active" => "False"}', "last-owner"),
        (
            'Error updating Ann with {"schemas" => ["x"], "Operations" => [{"op" => "Replace", '
            '"path" => "active", "value" => "False"}]}',
            "last-owner",
        ),
        ('GET {"id":"x","active":false}\nPATCH Error updating Bob with {"extern_uid"=>"y"} 412', "update-refused"),
        ("Northwind SAML authentication failed: Identities name is missing from your SAML response.", "nameid-missing"),
        ('Unable to sign in to group with SAML: "An empty nameid value found"', "nameid-missing"),
        ('Unable to sign in to group with SAML: "Current time is earlier than notbefore condition"', "response-refused"),
        ('Unable to sign in to group with SAML: "Fingerprint mismatch"', "fingerprint"),
        (
            "Error saving user with {}: The member's email address is not linked to a SAML account",
            "not-linked-or-inactive",
        ),
        ("application.provision.user.push Errors reported by remote server: Email can't be blank", "empty-source"),
        ("Status\tFailure\nError code\tUnauthorized", "entra-unauthorized"),
        ('{"errorCode":"Unauthorized"}', "entra-unauthorized"),
        ("EncounteredTotalEscrowThreshold", "entra-unauthorized"),
        ("Your account has been blocked. Please contact your GitLab administrator if you think this is an error.", "blocked-at-sign-in"),
        ('{"message":"404 Group Not Found"}', "group-not-found"),
        (NESTED + FULL, "extern-uid-taken-scim"),
        ('Error updating Jane with {"Operations"=>[{"value"=>"False", "path"=>"active"}]}', "last-owner"),
        ("Jane reports: Fingerprint mismatch. What do we do?", "fingerprint"),
        ("Invalid audience. Since we renamed the group nobody gets in", "invalid-audience"),
        ("Name can't be blank for three people since Monday", "entra-name-blank"),
        (f"Resource {MARIA} not found, status 404, for one of us", "resource-not-found"),
        ("two people are locked out since monday", "cannot-sign-in"),
        ('HTTP/1.1 401 Unauthorized\nServer: nginx\nX-Runtime: 0.02\n\n{"message":"401 Unauthorized"}', "unauthorized"),
    ],
)  # fmt: skip
def test_the_entry_that_a_text_is_about(text: str, code: str) -> None:
    assert first(text) == code


def test_an_answer_of_scim_is_no_banner_however_much_was_sent() -> None:
    found = explain(f"{NESTED}User has already been taken and {FULL.removeprefix('Identities ')}").matches
    assert {match.trouble.code for match in found} == {"user-taken-scim", "extern-uid-taken-scim"}


def test_two_banners_below_each_other_do_not_hide_each_other() -> None:
    text = (
        f"SAML authentication failed: Extern uid has already been taken\nSAML authentication failed: {TAKEN}"
    )
    assert {"nameid-taken", "user-taken-sign-in"} <= {match.trouble.code for match in explain(text).matches}


@pytest.mark.parametrize(
    "text",
    [
        "Milestone Name can't be blank",
        "Group name can't be blank, Group path can't be blank",
        "Resource limits are set.\nThe certificate was found. Nothing here. Page not found",
        "Route not found; group chat not found",
        "AWS IAM: Group admins not found",
        "Your account has been locked out of the building after 18:00",
        "Traefik: redirect loop in ingress; ERR_TOO_MANY_REDIRECTS for grafana.example.com",
        "nginx: <title>403 Forbidden</title>",
        "npm ERR! 401 Unauthorized - GET https://npm.pkg.github.com/@acme%2fpkg",
        "Sidekiq: Retry later in 20 seconds",
        "Vault: permission denied. token is expired",
        "git push fails",
        "it does not work",
    ],
)
def test_other_programs_troubles_are_none_of_these(text: str) -> None:
    assert first(text) == "none"


@pytest.mark.parametrize(
    "text", ["401 Unauthorized", '{"message":"403 Forbidden"}', "GitLab: Retry later, 429"]
)
def test_a_common_message_counts_by_itself_and_near_a_word_of_the_field(text: str) -> None:
    assert first(text) != "none"


# ── where it leads ───────────────────────────────────────────────────────────


def test_every_entry_has_a_next_command() -> None:
    for trouble in catalogue():
        told = _next(trouble, Explained((Match(trouble, (), 1.0),), (), Values()))
        assert told.startswith("scimtui ") or not trouble.screen, trouble.code


def test_a_step_about_addresses_is_the_one_of_the_profiles_provider() -> None:
    steps = {trouble.code: trouble.step_for("okta") for trouble in catalogue()}
    assert steps["invalid-audience"] == steps["login-loop"] == "okta/saml-app"
    assert steps["entra-reply-url"] == "entra/saml-app"
    assert next(one for one in catalogue() if one.code == "login-loop").step_for("") == "entra/saml-app"


def test_a_reply_shows_messages_as_code_and_says_whose_keys_these_are() -> None:
    match = explain("Could not remove Ann from acme. Cannot remove last group owner.").matches[0]
    assert "Seen: `Could not remove <name> from <group>. Cannot remove last group owner.`" in as_reply(match)
    blank = explain('Error saving user with {"email"=>""}: Email can\'t be blank').matches[0]
    assert "`Email can't be blank`" in as_reply(blank)
    assert as_reply(match).endswith("those of scimtui.\n")
    other = next(one for one in catalogue() if one.code == "wrong-content-type")
    assert "scimtui" not in as_reply(Match(other, (), 1.0))


def test_words_and_messages_are_told_apart_in_json() -> None:
    typed = explain("extern taken uid").as_json()["matches"]
    pasted = explain(TAKEN).as_json()["matches"]
    assert isinstance(typed, list) and isinstance(pasted, list)
    assert typed[0]["by_words"] and not pasted[0]["by_words"]
