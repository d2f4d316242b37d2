"""The SCIM API: is it there, does it take the token, does it answer as SCIM (contract 1.1–1.5, 2.1)."""

from __future__ import annotations

import re

from scimtui.connection.check import Check
from scimtui.connection.model import Outcome
from scimtui.connection.probe import Probe
from scimtui.gitlab.answers import check, parsed
from scimtui.gitlab.errors import (
    Forbidden,
    GitLabError,
    GroupNotFound,
    NotAuthenticated,
    RateLimited,
    SamlNotConfigured,
    UnexpectedAnswer,
)
from scimtui.gitlab.requests import filter_value, query, read
from scimtui.gitlab.wire import ScimPage, scim_page
from scimtui.text import count, fold_uid

_PREFIXED = re.compile(r"([\w.-]+-)?glsoat-[\w-]{20,}\Z")
_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_FIRST = 20
SLOW_SECONDS = 5.0
_GITLABS_401 = "401 Unauthorized"
_JSON_TYPES = ("application/json", "application/scim+json")


async def _endpoint(probe: Probe) -> Outcome:
    """Asked without a token: group and SAML are told before the token is looked at (contract 1.2)."""
    try:
        answer = await probe.ask(read(probe.users_url + query(startIndex=1, count=1), "none"))
        probe.known.anonymous = answer
        parsed(answer)
    except NotAuthenticated as error:
        if answer.content_type not in _JSON_TYPES or error.words != _GITLABS_401:
            return probe.of_error("endpoint-gateway", error)
        return probe.say("endpoint-found", "the group exists" if probe.address.group else "")
    except SamlNotConfigured:
        return probe.say("endpoint-found", "the group exists" if probe.address.group else "")
    except GroupNotFound as error:
        return probe.of_error("endpoint-no-group", error)
    except RateLimited as error:
        return probe.of_error("endpoint-slowed", error)
    except UnexpectedAnswer as error:
        code = "endpoint-redirect" if error.reason == "redirect" else "endpoint-no-api"
        return probe.of_error(code, error)
    except Forbidden as error:
        return probe.of_error("endpoint-forbidden", error)
    except GitLabError as error:
        return probe.of_error("endpoint-no-answer", error)
    return probe.say("endpoint-open")


async def _saml(probe: Probe) -> Outcome:
    if probe.address.is_instance:
        return probe.say("saml-untold")
    answer = probe.known.anonymous
    assert answer is not None
    try:
        check(answer)
    except SamlNotConfigured as error:
        return probe.of_error("saml-not-configured", error)
    except GitLabError:
        return probe.say("saml-configured")
    return probe.say("saml-unasked")


async def _token(probe: Probe) -> Outcome:
    token = probe.candidate.scim_token
    if not token:
        return probe.say("scim-token-none")
    try:
        answer = await probe.ask(read(probe.users_url + query(startIndex=1, count=_FIRST), "scim"))
        check(answer)
    except NotAuthenticated as error:
        return probe.of_error("scim-token-refused", error)
    except Forbidden as error:
        return probe.of_error("scim-token-forbidden", error)
    except GitLabError as error:
        return probe.of_error("scim-token-no-answer", error)
    probe.known.first = answer
    if not _PREFIXED.match(token.reveal()):
        return probe.say("scim-token-unprefixed", "accepted")
    return probe.say("scim-token-accepted", "begins with glsoat-")


async def _answer(probe: Probe) -> Outcome:
    answer = probe.known.first
    assert answer is not None
    try:
        probe.known.page = scim_page(answer)
        schemas = parsed(answer).get("schemas")
    except GitLabError as error:
        return probe.of_error("answer-no-scim", error)
    if (
        answer.content_type != "application/scim+json"
        or not isinstance(schemas, list)
        or _LIST not in schemas
    ):
        return probe.say("answer-loose", f"Content-Type {answer.content_type or 'missing'}")
    return probe.say("answer-scim", answer.content_type)


async def _listing(probe: Probe) -> Outcome:
    page = probe.known.page
    assert page is not None
    total = page.total
    if total is None or total < len(page.users) or (total > 0 and not page.rows):
        return probe.say("listing-broken", f"totalResults {total}, {page.rows} on the first page")
    if page.defects:
        return probe.say("listing-defects", f"{len(page.defects)} of {page.rows} can't be read")
    if total == 0:
        return probe.say("listing-empty")
    return probe.say("listing-read", f"{count(total)} provisioned")


async def _look_up(probe: Probe) -> Outcome:
    page = probe.known.page
    assert page is not None
    named = [(user.id, filter_value("id", user.id)) for user in page.users if user.id is not None]
    uid, text = next(((uid, text) for uid, text in named if text is not None), ("", None))
    if text is None:
        return probe.say("look-up-nobody")
    probe.about(uid)
    begun = probe.seconds()
    try:
        answer = await probe.ask(read(probe.users_url + query(filter=text), "scim"))
        found = scim_page(answer)
    except GitLabError as error:
        return probe.of_error("look-up-failed", error)
    if not _finds(found, uid):
        return probe.say("look-up-other", f"{len(found.users)} came back")
    took = probe.seconds() - begun
    if took >= SLOW_SECONDS:
        return probe.say("look-up-slow", f"{text} → that person, in {took:.0f} s")
    return probe.say("look-up-finds", f"{text} → that person")


def _finds(page: ScimPage, uid: str) -> bool:
    return [fold_uid(user.id or "") for user in page.users] == [fold_uid(uid)]


SCIM_CHECKS = (
    Check("scim-endpoint", "SCIM endpoint", _endpoint, needs=("tls",)),
    Check("saml-sso", "SAML SSO", _saml, needs=("scim-endpoint",)),
    Check("scim-token", "SCIM token", _token, needs=("saml-sso",)),
    Check("scim-answer", "SCIM answer", _answer, needs=("scim-token",)),
    Check("listing", "Listing", _listing, needs=("scim-answer",)),
    Check("look-up", "Look-up", _look_up, needs=("listing",)),
)
