from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from scimtui.gitlab import errors
from scimtui.gitlab.answers import check, parsed, retry_after
from scimtui.gitlab.requests import Answer, Credential, Request
from scimtui.gitlab.server_words import server_words


def answer(
    status: int,
    body: Any = None,
    *,
    kind: str = "application/json",
    credential: Credential = "access",
    **headers: str,
) -> Answer:
    raw = body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request("GET", "https://git.example/api/v4/x", credential)
    return Answer(request, status, {"content-type": kind, **named}, raw)


SCIM_ERROR = "application/scim+json"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer(401, {"message": "401 Unauthorized"}), errors.NotAuthenticated),
        (answer(403, {"message": "403 Forbidden"}), errors.Forbidden),
        (answer(403, {"error": "insufficient_scope", "scope": "api"}), errors.InsufficientScope),
        (answer(404, {"message": "404 Group Not Found"}), errors.GroupNotFound),
        (answer(404, {"detail": "Group x not found", "status": 404}, kind=SCIM_ERROR), errors.GroupNotFound),
        (
            answer(404, {"detail": "Group x does not have SAML SSO configured"}, kind=SCIM_ERROR),
            errors.SamlNotConfigured,
        ),
        (answer(404, {"detail": "Resource x not found"}, kind=SCIM_ERROR), errors.ResourceNotFound),
        (answer(404, {"message": "404 Identity Not Found"}), errors.ResourceNotFound),
        (answer(404, {"message": "404 Not Found"}), errors.NotFound),
        (answer(409, {"detail": "…: User has already been taken"}), errors.Conflict),
        (
            answer(409, {"detail": "User is pending deprovisioning. Please wait for the user"}),
            errors.PendingDeprovisioning,
        ),
        (answer(412, {"detail": "Unsupported Filter"}), errors.Rejected),
        (answer(400, {"message": "Extern uid has already been taken"}), errors.Conflict),
        (answer(400, {"error": "extern_uid is missing"}), errors.Rejected),
        (answer(405, {"error": "405 Not Allowed"}), errors.MethodNotAllowed),
        (answer(415, {"error": "not supported"}), errors.UnsupportedMediaType),
        (answer(429, "Retry later", kind="text/plain"), errors.RateLimited),
        (answer(500, {"message": "500 Internal Server Error"}), errors.ServerFailed),
        (answer(502, "<html>Bad gateway</html>", kind="text/html"), errors.ServerFailed),
        (answer(302, None, location="https://git.example/users/sign_in"), errors.UnexpectedAnswer),
        (answer(418, "teapot", kind="text/plain"), errors.AnswerError),
    ],
)
def test_each_failure_is_told_apart(given: Answer, expected: type[errors.AnswerError]) -> None:
    with pytest.raises(errors.AnswerError) as caught:
        check(given)
    assert type(caught.value) is expected
    assert caught.value.what and caught.value.status == given.status
    assert caught.value.finding().title == caught.value.what


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_success_is_no_error(status: int) -> None:
    check(answer(status))


@pytest.mark.parametrize(
    ("words", "reason"),
    [("Token is expired. You can", "expired"), ("Token was revoked. You", "revoked"), ("", "unknown")],
)
def test_why_a_token_is_not_accepted(words: str, reason: str) -> None:
    with pytest.raises(errors.NotAuthenticated) as caught:
        check(answer(401, {"error": "invalid_token", "error_description": words}))
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (answer(200, "<!DOCTYPE html><a href='/users/sign_in'>", kind="text/html"), "html"),
        (answer(200, "<html>", kind="application/json"), "html"),
        (answer(200, "", kind="application/json"), "empty"),
        (answer(200, '{"Resources": [', kind="application/json"), "broken-json"),
        (answer(200, "[" * 100_000, kind="application/json"), "broken-json"),
        (answer(200, "plain words", kind="text/plain"), "broken-json"),
        (answer(301, None, location="https://elsewhere.example/"), "redirect"),
    ],
)
def test_what_is_no_json_says_why(given: Answer, reason: str) -> None:
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        parsed(given)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"detail": "d", "status": 412}, "d"),
        ({"message": {"error": "too many"}}, "too many"),
        ({"message": {"base": ["a", "b"]}}, "base a, b"),
        ({"error": "invalid_token", "error_description": "gone"}, "invalid_token: gone"),
        ([1, "x"], ", x"),
        ("just text", "just text"),
    ],
)
def test_the_servers_own_words(body: Any, words: str) -> None:
    given = answer(412, json.dumps(body))
    assert server_words(given) == words


def test_the_echo_of_the_request_is_left_out_of_a_rejection() -> None:
    given = answer(412, {"detail": 'Error saving user with {"a" => "b"}: Email can\'t be blank'})
    with pytest.raises(errors.Rejected, match=r"GitLab rejected this: Email can't be blank\Z"):
        check(given)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Wed, 15 Jan 2025 09:31:00 GMT", 60.0),
        ("Wed, 15 Jan 2020 09:31:00 GMT", 0.0),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_in_both_forms(header: str, seconds: float | None) -> None:
    now = datetime(2025, 1, 15, 9, 30, tzinfo=UTC)
    assert retry_after(answer(429, "", retry_after=header), now) == seconds
