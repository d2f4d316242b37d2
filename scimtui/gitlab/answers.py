"""What an answer means: pure functions of status, headers and body.

Check the type before parsing: a wrong address answers 200 with the sign-in page (contract 1.3).
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn, TypeVar

from scimtui.gitlab.errors import (
    AnswerError,
    Conflict,
    Forbidden,
    GroupNotFound,
    InsufficientScope,
    MethodNotAllowed,
    NotAuthenticated,
    NotFound,
    PendingDeprovisioning,
    RateLimited,
    Rejected,
    ResourceNotFound,
    SamlNotConfigured,
    ServerFailed,
    UnexpectedAnswer,
    UnsupportedMediaType,
)
from scimtui.gitlab.requests import Answer
from scimtui.gitlab.server_words import (
    WORDS_LIMIT,
    holds_a_flood,
    json_of_refusal,
    server_words,
    words_beside_records,
)

E = TypeVar("E", bound=AnswerError)
# These words hold what was asked for, which can itself read like another of them.
_NO_SAML = re.compile(r"Group .+ does not have SAML SSO configured\Z", re.DOTALL)
_GROUP_NOT_FOUND = re.compile(r"(404 )?Group (.+ not found|Not Found)\Z", re.DOTALL)
_RESOURCE_NOT_FOUND = re.compile(
    r"404 Identity Not Found\Z|(Resource|User) .* not found", re.DOTALL
)  # not every SCIM server says Resource, and long words are cut off


def parsed(answer: Answer) -> Any:
    """The JSON of a successful answer.

    Raises:
        AnswerError: of the kind that fits status and body.
    """
    check(answer)
    if not answer.body.strip():
        raise _unexpected(answer, "empty", "GitLab's answer is empty where a list or a person should be")
    refuse_web_page(answer)
    if answer.body.lstrip()[:1] not in (b"{", b"["):
        raise _unexpected(answer, "broken-json", "the answer is no JSON")
    refuse_flood(answer)
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise _unexpected(answer, "broken-json", "the answer is cut off or is no JSON") from None


def refuse_flood(answer: Answer) -> None:
    """Raise where the answer holds more values than any list of GitLab: they would fill the memory.

    Raises:
        UnexpectedAnswer: with `reason` too-large.
    """
    if holds_a_flood(answer):
        raise _unexpected(
            answer, "too-large", "the answer holds far more values than GitLab's and was not read"
        )


def check(answer: Answer) -> None:
    """Raise the error that fits, or return where the status is a success.

    Raises:
        AnswerError: see `scimtui.gitlab.errors`.
    """
    if 200 <= answer.status < 300:
        return
    if 300 <= answer.status < 400:
        _raise_redirect(answer)
    if answer.content_type == "text/html" and answer.status not in (403, 429) and answer.status < 500:
        refuse_web_page(answer)
    words = server_words(answer)
    build = _BY_STATUS.get(answer.status)
    if build is not None:
        raise build(answer, words)
    if answer.status >= 500:
        raise _error(
            ServerFailed,
            answer,
            words,
            f"GitLab failed with {answer.status}",
            "try again; if it stays, look at GitLab's status page or its exceptions log",
        )
    raise _error(AnswerError, answer, words, f"GitLab answered {answer.status}", "")


def retry_after(answer: Answer, now: datetime | None = None) -> float | None:
    """Seconds to wait by `Retry-After`, given in seconds or as an HTTP date; None where there is none."""
    value = answer.headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        pass
    else:
        return max(0.0, seconds) if math.isfinite(seconds) else None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def _described(answer: Answer) -> str:
    return answer.request.described


def _error(kind: type[E], answer: Answer, words: str, what: str, fix: str) -> E:
    return kind(what, fix=fix, request=_described(answer), status=answer.status, words=words)


def _unexpected(answer: Answer, reason: str, what: str) -> UnexpectedAnswer:
    error = _error(
        UnexpectedAnswer,
        answer,
        "" if reason in ("html", "redirect") else words_beside_records(answer),
        what,
        "check the address: copy the SCIM API endpoint URL again from GitLab, Settings > SAML SSO",
    )
    error.reason = reason
    return error


def wrong_shape(answer: Answer, expected: str) -> UnexpectedAnswer:
    """JSON that is not what this address answers."""
    return _unexpected(answer, "wrong-shape", f"the answer is JSON, but not {expected}")


def too_large(answer: Answer) -> UnexpectedAnswer:
    """An answer that was cut off because it passed the request's limit."""
    return _unexpected(
        answer, "too-large", f"the answer is larger than {answer.request.limit // 2**20} MiB and was not read"
    )


def undecodable(answer: Answer, what: str) -> UnexpectedAnswer:
    """An answer whose compression can't be undone."""
    return _unexpected(answer, "broken-json", what)


def refuse_web_page(answer: Answer) -> None:
    """Raise where the answer is a page for people.

    Raises:
        UnexpectedAnswer: with `reason` html.
    """
    head = answer.body[:512].lstrip().lower()
    if "html" in answer.content_type or head.startswith((b"<!doctype", b"<html")):
        signin = b"sign_in" in answer.body or b"sign in" in answer.body.lower()
        page = "GitLab's sign-in page" if signin else "a web page"
        raise _unexpected(
            answer, "html", f"{page} came back instead of data: the address is not an API address"
        )


def _raise_redirect(answer: Answer) -> NoReturn:
    target = answer.headers.get("location", "")[:WORDS_LIMIT]
    signin = "/users/sign_in" in target
    raise _unexpected(
        answer,
        "redirect",
        f"GitLab sends us elsewhere ({target or 'no address given'})"
        + (": the address is not an API address" if signin else "; redirects are not followed"),
    )


def _unauthorised(answer: Answer, words: str) -> NotAuthenticated:
    name = "access token" if answer.request.credential == "access" else "SCIM token"
    lowered = words.lower()
    reason = "expired" if "expired" in lowered else "revoked" if "revoked" in lowered else "unknown"
    said = {
        "expired": f"the {name} has expired",
        "revoked": f"the {name} was revoked",
        "unknown": f"GitLab does not accept the {name}",
    }[reason]
    fix = (
        "a SCIM token works for the one group it was made for; paste the one the identity provider uses. "
        "Making a new one cuts the identity provider off"
        if answer.request.credential != "access"
        else "make a new access token in GitLab, User settings > Access tokens, with scope read_api"
    )
    error = _error(NotAuthenticated, answer, words, said, fix)
    error.reason = reason
    return error


def _forbidden(answer: Answer, words: str) -> Forbidden:
    if "insufficient_scope" in words:
        scopes = _scopes(answer)
        error = _error(
            InsufficientScope,
            answer,
            words,
            "the access token lacks a scope for this",
            f"make an access token with scope {scopes or 'read_api, or api to correct values'}",
        )
        error.scopes = scopes
        return error
    if "SAML not enabled" in words:
        return _error(
            Forbidden,
            answer,
            words,
            "SAML is switched off in this GitLab installation",
            "ask the GitLab administrator to switch on group SAML",
        )
    if "html" in answer.content_type:
        return _error(
            Forbidden,
            answer,
            "",
            "a web page with status 403 came back: this address is blocked, by GitLab or in front of it",
            "ask whoever runs the gateway in front of GitLab; on GitLab.com wait, or contact its support",
        )
    return _error(
        Forbidden,
        answer,
        words,
        "this token may not do that",
        "use the access token of an Owner of the group"
        if answer.request.credential == "access"
        else "if everything answers 403, GitLab may have blocked this address: wait, or contact its support",
    )


def _scopes(answer: Answer) -> str:
    try:
        scope = json_of_refusal(answer).get("scope")
    except (ValueError, AttributeError):
        return ""
    return scope if isinstance(scope, str) else ""


def _not_found(answer: Answer, words: str) -> NotFound:
    if _NO_SAML.match(words):
        return _error(
            SamlNotConfigured,
            answer,
            words,
            "the group has no SAML SSO configured, so it has no SCIM",
            "set up SAML SSO in GitLab first: Settings > SAML SSO of the top-level group",
        )
    if _GROUP_NOT_FOUND.match(words):
        return _error(
            GroupNotFound,
            answer,
            words,
            "GitLab knows no such group"
            + ("" if answer.request.credential != "access" else ", or this token may not see it"),
            "check the group's path in the address; SCIM exists on top-level groups only",
        )
    if _RESOURCE_NOT_FOUND.match(words):
        return _error(
            ResourceNotFound,
            answer,
            words,
            "GitLab has no identity with this uid in the group",
            "read the list again",
        )
    return _error(
        NotFound, answer, words, "GitLab has nothing at this address", "check the address and its version"
    )


def _conflict(answer: Answer, words: str) -> Conflict:
    if "pending deprovisioning" in words:
        return _error(
            PendingDeprovisioning,
            answer,
            words,
            "GitLab has not finished removing this person",
            "wait a few minutes, then try again",
        )
    if words.endswith("User has already been taken"):
        return _error(
            Conflict,
            answer,
            words,
            "this person already has a SCIM identity in the group, under another uid",
            "look the person up by username, and correct the externalId of the identity that is there",
        )
    return _error(
        Conflict,
        answer,
        words,
        "another identity in this group already holds this value",
        "find who holds it (case does not count), and correct that person first",
    )


def _rejected(answer: Answer, words: str) -> AnswerError:
    if "has already been taken" in words:
        return _conflict(answer, words)
    reason = words.rpartition("}: ")[2] or words
    return _error(Rejected, answer, words, f"GitLab rejected this: {reason or answer.status}", "")


def _rate_limited(answer: Answer, words: str) -> RateLimited:
    error = _error(
        RateLimited,
        answer,
        words,
        "GitLab asks to slow down",
        "wait a minute, then refresh; other programs behind the same address count as well",
    )
    error.retry_after = retry_after(answer)
    return error


def _media_type(answer: Answer, words: str) -> UnsupportedMediaType:
    return _error(UnsupportedMediaType, answer, words, "GitLab does not take this content type", "")


def _method(answer: Answer, words: str) -> MethodNotAllowed:
    return _error(MethodNotAllowed, answer, words, f"this address does not know {answer.request.method}", "")


_BY_STATUS = {
    400: _rejected,
    401: _unauthorised,
    403: _forbidden,
    404: _not_found,
    405: _method,
    409: _conflict,
    412: _rejected,
    415: _media_type,
    422: _rejected,
    429: _rate_limited,
}
