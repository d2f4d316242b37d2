"""A small hand-made GitLab over a real socket, one answer of which can be another."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from scimtui.connection import CHECKS, Candidate, ConnectionTest, Exchanged, Line, Outcome, Report, State
from scimtui.connection.model import state_of
from scimtui.connection.probe import LIMITS, TEXTS
from scimtui.findings import Finding, Severity
from scimtui.gitlab import Limits, Secret
from tests.gitlab.servers import ACCESS_TOKEN, SCIM_TOKEN, Handler, Seen, as_json, http

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LIST = ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
PAGE = http(200, b"<!DOCTYPE html><title>Sign in &middot; GitLab</title>sign_in", "text/html")
JSON = "application/json"
IDS = ("Anna-1", "b/2")


def listed(ids: Iterable[str], total: int | None = None, **more: Any) -> bytes:
    """A ListResponse as GitLab writes it."""
    users = [{"id": uid, "userName": f"name-{uid}", "active": True} for uid in ids]
    body = {"schemas": LIST, "totalResults": len(users) if total is None else total, "Resources": users}
    return as_json({**body, **more})


def rest(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    """A REST answer."""
    return as_json(value, status, JSON, headers)


def scim_error(status: int, detail: str) -> bytes:
    """A SCIM error."""
    return as_json({"detail": detail, "status": status}, status)


UNAUTHORISED = rest({"message": "401 Unauthorized"}, 401)
WHEN_ALL_IS_WELL = {
    "profile": "profile-complete",
    "address": "address-fine",
    "group-path": "group-path-fine",
    "proxy": "proxy-none",
    "name": "name-resolves",
    "tcp": "tcp-open",
    "tls": "tls-not-needed",
    "scim-endpoint": "endpoint-found",
    "saml-sso": "saml-configured",
    "scim-token": "scim-token-accepted",
    "scim-answer": "answer-scim",
    "listing": "listing-read",
    "look-up": "look-up-finds",
    "as-entra": "entra-passes",
    "as-okta": "okta-passes",
    "access-token": "access-token-accepted",
    "scopes": "scopes-write",
    "expiry": "expiry-far",
    "group": "group-found",
    "domains": "domains-none-shown",
    "role": "role-owner",
    "identities": "identities-read",
    "same-group": "same-group-is",
    "saml-enabled": "saml-enabled",
    "version": "version-19",
    "rate-limit": "rate-limit-untold",
}
GOOD: dict[str, bytes] = {
    "anonymous": UNAUTHORISED,
    "users": listed(IDS),
    "two": listed(IDS),
    "by-id": listed(IDS[:1]),
    "by-name": listed([]),
    "groups": PAGE,
    "user": rest({"id": 7, "username": "olga", "name": "Olga Owner"}),
    "token": rest({"scopes": ["api"], "expires_at": "2027-01-31"}),
    "group": rest({"id": 4711, "full_path": "acme", "parent_id": None}),
    "member": rest({"id": 7, "username": "olga", "name": "Olga Owner", "access_level": 50}),
    "scim": rest([{"extern_uid": uid, "user_id": place, "active": True} for place, uid in enumerate(IDS, 1)]),
    "saml": rest([{"extern_uid": uid, "user_id": place} for place, uid in enumerate(IDS, 1)]),
    "metadata": rest({"version": "19.3.0-ee"}),
    "version": rest({"version": "19.3.0-ee"}),
}


def question(seen: Seen) -> str:
    """Which of the answers a request is for."""
    path = seen.target.partition("?")[0]
    if "/api/scim/v2/" in path:
        if "authorization" not in seen.headers:
            return "anonymous"
        if path.endswith("/Groups"):
            return "groups"
        asked = seen.query("filter")
        if asked:
            return "by-id" if asked.startswith("id ") else "by-name"
        return "two" if seen.query("count") == "2" else "users"
    for end, name in (
        ("/user", "user"),
        ("/self", "token"),
        ("/metadata", "metadata"),
        ("/version", "version"),
    ):
        if path.endswith(end):
            return name
    if path.endswith("/identities"):
        return path.split("/")[-2]
    return "member" if "/members/" in path else "group"


def pretend(**others: bytes) -> Handler:
    """A handler that answers well but for these."""
    told = GOOD | {name.replace("_", "-"): answer for name, answer in others.items()}

    async def handler(seen: Seen) -> bytes:
        return told[question(seen)]

    return handler


def candidate(url: str, **changes: Any) -> Candidate:
    """Group acme at this server, with both tokens."""
    usual: dict[str, Any] = {
        "scim_url": f"{url}/api/scim/v2/groups/acme",
        "scim_token": Secret(SCIM_TOKEN),
        "access_token": Secret(ACCESS_TOKEN),
    }
    return Candidate(**{**usual, **changes})


def connection_test(
    wanted: Candidate, seconds: Callable[[], float] = lambda: 0.0, limits: Limits = LIMITS
) -> ConnectionTest:
    """A test whose clock and chance stand still."""
    return ConnectionTest(wanted, now=lambda: NOW, rng=random.Random(1), seconds=seconds, limits=limits)


async def report_of(wanted: Candidate, only: Iterable[str] | None = None) -> Report:
    """A whole test."""
    return await connection_test(wanted).run(only=only)


def line_of(report: Report, check: str) -> Line:
    """One line of a report."""
    line = report.line(check)
    assert line is not None
    return line


def still_report(**found: str) -> Report:
    """A test that has ended: all is well but for these codes, by check with _ for -."""
    said = (
        WHEN_ALL_IS_WELL
        | {"tls": "tls-trusted"}
        | {check.replace("_", "-"): code for check, code in found.items()}
    )
    lines: dict[str, Line] = {}
    roots: dict[str, str] = {}
    for place, check in enumerate(CHECKS):
        root = next((roots[need] for need in check.needs if need in roots), None)
        if root is not None:
            roots[check.code] = root
            skipped = Finding("not-run", Severity.SKIPPED, f"not run: {lines[root].title} comes first")
            lines[check.code] = Line(check.code, check.title, State.SKIPPED, Outcome(skipped))
            continue
        finding = TEXTS.finding(said[check.code], _SEEN.get(said[check.code], ""))
        if state_of(finding) in (State.FAILED, State.SKIPPED):
            roots[check.code] = check.code
        copied = _COPIED.get(finding.code, "")
        refused = finding.code == "scim-token-refused"
        exchange = Exchanged(
            "GET",
            "https://gitlab.com/api/scim/v2/groups/acme/Users?startIndex=1&count=20",
            {"Authorization": "Bearer •••", "Accept": "application/scim+json, application/json"},
            401 if refused else 200,
            "application/json" if refused else "application/scim+json",
            ("message: 401 Unauthorized",) if refused else ("totalResults: 412", "Resources: 20"),
        )
        asked = (exchange,) if check.code in ("scim-token", "listing") else ()
        lines[check.code] = Line(
            check.code, check.title, state_of(finding), Outcome(finding, copied), 7.0 * place, asked
        )
    return Report(
        tuple(lines.values()),
        1400.0,
        "https://gitlab.com/api/scim/v2/groups/acme",
        "19.3.0-ee",
        "",
        "SCIM + access",
    )


_SEEN = {
    "profile-complete": "address, SCIM token and access token",
    "address-fine": "https://gitlab.com/api/scim/v2/groups/acme",
    "group-path-fine": "acme",
    "group-path-dot": "acme.eu",
    "name-resolves": "gitlab.com → 172.65.251.78",
    "tcp-open": "port 443 answers",
    "tls-trusted": "gitlab.com, 61 days left",
    "listing-read": "412 provisioned",
    "entra-passes": 'userName eq "6f1c09d2…" → 200, nobody',
    "version-19": "19.3.0-ee",
    "scim-token-refused": "GitLab says: 401 Unauthorized",
}
_COPIED = {"group-path-dot": "https://gitlab.com/api/scim/v2/groups/acme%2Eeu"}


def codes(report: Report) -> dict[str, str]:
    """What each check found."""
    return {line.check: line.finding.code for line in report.lines if line.finding is not None}
