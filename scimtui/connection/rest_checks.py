"""The REST API: the access token, its owner's role, what it may read (contract 1.7, 1.9, 1.10a, 6)."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

from scimtui.connection.check import Check
from scimtui.connection.model import Outcome
from scimtui.connection.probe import Probe
from scimtui.directory.domains import is_outside, listed_domains, that_let_nobody_in
from scimtui.gitlab.answers import parsed
from scimtui.gitlab.errors import (
    Forbidden,
    GitLabError,
    InsufficientScope,
    NotAuthenticated,
    NotFound,
    Rejected,
    UnexpectedAnswer,
)
from scimtui.gitlab.rest_requests import OLDER_VERSION
from scimtui.gitlab.roles import OWNER, role_name
from scimtui.gitlab.versions import Release
from scimtui.gitlab.wire import (
    GROUP,
    MEMBERS,
    SAML_IDENTITIES,
    SCIM_IDENTITIES,
    THIS_USER,
    TOKEN_INFO,
    VERSION,
    TokenInfo,
)
from scimtui.text import count, fold_uid

_SOON_DAYS = 14
_RATHER_FEW = 10
_DATE_LENGTH = len("2026-11-24")
_LONGEST_SECONDS = 10 * 366 * 86_400


async def _token(probe: Probe) -> Outcome:
    if not probe.candidate.access_token:
        return probe.say("access-token-none")
    try:
        user = THIS_USER.one(await probe.ask(probe.rest.this_user()))
    except NotAuthenticated as error:
        return probe.of_error("access-token-refused", error)
    except InsufficientScope as error:
        return probe.of_error("access-token-scope", error)
    except UnexpectedAnswer as error:
        return probe.of_error("access-token-no-api", error)
    except GitLabError as error:
        return probe.of_error("access-token-no-answer", error)
    if user.id is None or not user.username:
        return probe.say("access-token-no-api", "the answer names no user")
    probe.known.user_id = user.id
    probe.about(user.username, user.name)
    try:
        info = await probe.ask(probe.rest.token_info())
        probe.known.token = TOKEN_INFO.one(info)
    except (NotAuthenticated, Forbidden, NotFound):
        probe.known.token = await _oauth_info(probe)
        code = "access-token-untold" if probe.known.token is None else "access-token-accepted"
        return probe.say(code, f"of @{user.username}")
    except GitLabError as error:
        return probe.say("access-token-unread", f"of @{user.username} · {error.what}")
    return probe.say("access-token-accepted", f"of @{user.username}")


async def _oauth_info(probe: Probe) -> TokenInfo | None:
    """Scopes and end of an OAuth token (contract 1.10a); None where it is none, or they are not told."""
    try:
        told = parsed(await probe.ask(probe.rest.oauth_token_info()))
    except GitLabError:
        return None
    scopes, seconds = told.get("scope"), told.get("expires_in")
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        return None
    ends = ""
    if isinstance(seconds, int) and 0 <= seconds <= _LONGEST_SECONDS:
        ends = (probe.now + timedelta(seconds=seconds)).isoformat()
    return TokenInfo(scopes=scopes, expires_at=ends or None)


async def _scopes(probe: Probe) -> Outcome:
    info = probe.known.token
    if info is None or not info.scopes:
        return probe.say("scopes-untold")
    shown = ", ".join(info.scopes)
    if "api" in info.scopes:
        return probe.say("scopes-write", shown)
    if "read_api" not in info.scopes:
        return probe.say("scopes-too-few", shown or "none")
    return probe.say("scopes-read" if probe.candidate.read_only else "scopes-read-only", shown)


async def _expiry(probe: Probe) -> Outcome:
    info = probe.known.token
    if info is None:
        return probe.say("expiry-untold")
    if not info.expires_at:
        return probe.say("expiry-never")
    try:
        ends = date.fromisoformat(info.expires_at[:10])
        is_moment = len(info.expires_at) > _DATE_LENGTH  # of OAuth tokens, which last for hours
        left = datetime.fromisoformat(info.expires_at) - probe.now if is_moment else None
    except (ValueError, TypeError):
        return probe.say("expiry-untold")
    if left is not None and timedelta() < left < timedelta(days=1):
        return probe.say("expiry-soon", f"less than a day left, until {info.expires_at[:16]} UTC")
    days = (ends - probe.now.date()).days
    if days <= 0:
        return probe.say("expiry-over", f"expires_at {ends.isoformat()}")
    shown = f"{days} {'day' if days == 1 else 'days'} left, until {ends.isoformat()}"
    return probe.say("expiry-soon" if days < _SOON_DAYS else "expiry-far", shown)


async def _group(probe: Probe) -> Outcome:
    address = probe.address
    if address.group is None:
        return probe.say("group-none")
    try:
        group = GROUP.one(await probe.ask(probe.rest.group()))
    except NotFound as error:
        return probe.of_error("group-not-seen", error)
    except GitLabError as error:
        return probe.of_error("group-no-answer", error)
    if group.id is None or not group.full_path:
        return probe.say("group-no-answer", "the answer names no group")
    probe.known.group = group
    if group.parent_id is not None:
        return probe.say("group-is-subgroup", group.full_path or "")
    named = (group.full_path or "").lower()
    if named != address.group.lower() and str(group.id) != address.group:
        return probe.say("group-moved", f"{address.group} is {group.full_path} now")
    return probe.say("group-found", f"{group.full_path}, group {group.id}")


async def _role(probe: Probe) -> Outcome:
    user_id = probe.known.user_id
    assert user_id is not None
    try:
        member = MEMBERS.one(await probe.ask(probe.rest.member(user_id, inherited=True)))
    except NotFound:
        return probe.say("role-no-member")
    except GitLabError as error:
        return probe.of_error("role-no-answer", error)
    level = member.access_level or 0
    return probe.say("role-owner") if level >= OWNER else probe.say("role-too-low", role_name(level))


async def _identities(probe: Probe) -> Outcome:
    try:
        scim_answer, saml_answer = await asyncio.gather(
            probe.ask(probe.rest.identities("scim")),
            probe.ask(probe.rest.identities("saml")),
        )
        scim = await asyncio.to_thread(SCIM_IDENTITIES.many, scim_answer)
        saml = await asyncio.to_thread(SAML_IDENTITIES.many, saml_answer)
    except Forbidden as error:
        return probe.of_error("identities-forbidden", error)
    except Rejected as error:
        return probe.of_error("identities-no-saml", error)
    except NotFound as error:
        return probe.of_error("identities-too-old", error)
    except GitLabError as error:
        return probe.of_error("identities-no-answer", error)
    probe.known.scim_identities, probe.known.saml_identities = scim.records, saml.records
    shown = f"{count(len(scim.records))} SCIM, {count(len(saml.records))} SAML"
    return probe.say("identities-defects" if scim.defects or saml.defects else "identities-read", shown)


async def _same_group(probe: Probe) -> Outcome:
    """The SCIM token's people must be those of the group that the access token reads."""
    page = probe.known.page
    assert page is not None
    listed = {fold_uid(user.id) for user in page.users if user.id is not None}
    if not listed:
        return probe.say("same-group-nobody")
    known = {fold_uid(identity.extern_uid or "") for identity in probe.known.scim_identities}
    missing = len(listed - known)
    shown = f"{len(listed) - missing} of {len(listed)} looked at are the same"
    # Two readings a second apart differ by one or two; two companies can share some user names.
    if missing * 2 > len(listed):
        return probe.say("same-group-differs", shown)
    return probe.say("same-group-partly" if missing else "same-group-is", shown)


async def _saml_enabled(probe: Probe) -> Outcome:
    """A disabled provider answers an empty list while identities exist (contract 1.2)."""
    page, identities = probe.known.page, probe.known.scim_identities
    assert page is not None
    if page.total:
        return probe.say("saml-enabled", f"{count(page.total)} listed")
    if identities:
        return probe.say("saml-disabled", f"0 listed over SCIM, {count(len(identities))} identities exist")
    return probe.say("saml-enabled-untold")


async def _version(probe: Probe) -> Outcome:
    try:
        try:
            answer = await probe.ask(probe.rest.version())
            told = VERSION.one(answer).version or ""
        except NotFound:
            answer = await probe.ask(probe.rest.version(OLDER_VERSION))
            told = VERSION.one(answer).version or ""
    except GitLabError as error:
        return probe.of_error("version-untold", error)
    probe.known.version = told
    age = Release.read(told).age
    return probe.say(f"version-{age or 'untold'}", told)


async def _domains(probe: Probe) -> Outcome:
    """Who is let in, and who of those listed would not be again (contract 2, section 12)."""
    group, page = probe.known.group, probe.known.page
    domains = listed_domains((group.allowed_email_domains_list if group is not None else "") or "")
    if not domains:
        return probe.say("domains-none-shown")
    shown = ", ".join(domains)
    useless = that_let_nobody_in(domains)
    if useless:
        return probe.say("domains-capitals", ", ".join(useless))
    listed = [user.email for user in page.users if user.email] if page is not None else []
    outside = sum(is_outside(email, domains) for email in listed)
    if outside:
        return probe.say(
            "domains-outside", f"{count(outside)} of the {count(len(listed))} looked at; allowed: {shown}"
        )
    return probe.say("domains-listed", shown)


async def _rate_limit(probe: Probe) -> Outcome:
    if probe.known.slowed:
        return probe.say("rate-limit-reached")
    limits = probe.known.limits
    if not limits:
        return probe.say("rate-limit-untold")
    kind, (left, allowed) = min(limits.items(), key=lambda item: item[1][0] / max(item[1][1], 1))
    shown = f"{count(left)} of {count(allowed)} a minute left ({'REST' if kind == 'access' else 'SCIM'})"
    return probe.say("rate-limit-low" if left * 100 < allowed * _RATHER_FEW else "rate-limit-fine", shown)


REST_CHECKS = (
    Check("access-token", "Access token", _token, needs=("tls",), asks_rest=True),
    Check("scopes", "Scopes", _scopes, needs=("access-token",)),
    Check("expiry", "Token's end", _expiry, needs=("access-token",)),
    Check("group", "Group", _group, needs=("access-token",)),
    Check("domains", "Allowed domains", _domains, needs=("group",), after=("listing",)),
    Check("role", "Role", _role, needs=("group",)),
    Check("identities", "Identities", _identities, needs=("role",)),
    Check("same-group", "Same group", _same_group, needs=("listing", "identities")),
    Check("saml-enabled", "SAML enabled", _saml_enabled, needs=("listing",), after=("identities",)),
    Check("version", "GitLab version", _version, needs=("access-token",)),
)

RATE_LIMIT = Check(
    "rate-limit",
    "Rate limit",
    _rate_limit,
    needs=("tls",),
    after=("look-up", "as-entra", "as-okta", "version", "identities"),
)
