"""What Entra's Test Connection and Okta's Test API Credentials ask, asked from this machine.

idp-behaviour 1.1 and 2.3; the messages are those of the contract's section 4, rows 11, 13 and 15.
"""

from __future__ import annotations

from scimtui.connection.check import Check
from scimtui.connection.model import Outcome
from scimtui.connection.probe import Probe
from scimtui.gitlab.answers import parsed
from scimtui.gitlab.errors import (
    Forbidden,
    GitLabError,
    NotAuthenticated,
    NotFound,
    RateLimited,
    UnexpectedAnswer,
    Unreachable,
)
from scimtui.gitlab.requests import query, read
from scimtui.gitlab.wire import scim_page

ENTRA, OKTA = "entra", "okta"
_BAD_CREDENTIALS = (NotAuthenticated, NotFound, UnexpectedAnswer)
_OF_A_WRONG_ADDRESS = ("html", "redirect")


async def _as_entra(probe: Probe) -> Outcome:
    """Entra's user look-up decides; its look-up of a group is a note."""
    if probe.candidate.idp not in ("", ENTRA):
        return probe.say("entra-not-asked")
    if not probe.candidate.scim_token:
        return probe.say("entra-no-token")
    nobody = f"{probe.rng.getrandbits(128):032x}"
    nobody = "-".join((nobody[:8], nobody[8:12], nobody[12:16], nobody[16:20], nobody[20:]))
    asked = f'userName eq "{nobody}"'
    try:
        page = scim_page(await probe.ask(read(probe.users_url + query(filter=asked), "scim")))
    except _BAD_CREDENTIALS as error:
        is_documented = not isinstance(error, UnexpectedAnswer) or error.reason in _OF_A_WRONG_ADDRESS
        return probe.of_error("entra-invalid-credentials" if is_documented else "entra-no-answer", error)
    except RateLimited as error:
        return probe.of_error("entra-slowed", error)
    except GitLabError as error:
        return probe.of_error("entra-no-answer", error)
    if page.rows or page.total:
        return probe.say(
            "entra-finds-nobody-knows-whom",
            f"{asked} → totalResults {page.total}, {page.rows} {'person' if page.rows == 1 else 'people'}",
        )
    groups = await _groups(probe, nobody)
    return probe.say("entra-passes", f'userName eq "{nobody[:8]}…" → 200, nobody; {groups}')


async def _groups(probe: Probe, nobody: str) -> str:
    url = f"{probe.address.scim_url}/Groups" + query(filter=f'displayName eq "{nobody}"')
    try:
        parsed(await probe.ask(read(url, "scim")))
    except UnexpectedAnswer as error:
        if error.reason not in _OF_A_WRONG_ADDRESS:
            return "Groups: no SCIM answer"
        return "Groups: a web page" + ("" if probe.address.is_instance else ", as a GitLab group has none")
    except GitLabError as error:
        off = "" if probe.address.is_instance else ", leave group mapping off"
        return f"Groups: {error.status or 'no answer'}{off}"
    return "Groups: answered too"


async def _as_okta(probe: Probe) -> Outcome:
    if probe.candidate.idp not in ("", OKTA):
        return probe.say("okta-not-asked")
    if not probe.candidate.scim_token:
        return probe.say("okta-no-token")
    try:
        page = scim_page(await probe.ask(read(probe.users_url + query(startIndex=1, count=2), "scim")))
    except Unreachable as error:
        return probe.of_error("okta-cannot-reach", error)
    except RateLimited as error:
        return probe.of_error("okta-slowed", error)
    except (NotAuthenticated, NotFound, Forbidden) as error:
        return probe.of_error("okta-refused", error)
    except GitLabError as error:
        return probe.of_error("okta-no-answer", error)
    if page.rows > 2:
        return probe.say("okta-too-many", f"count=2 → {page.rows} people")
    return probe.say("okta-passes", "first 2 users → 200")


IDP_CHECKS = (
    Check("as-entra", "As Entra asks", _as_entra, needs=("tls",)),
    Check("as-okta", "As Okta asks", _as_okta, needs=("tls",)),
)
