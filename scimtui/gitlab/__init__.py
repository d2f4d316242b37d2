"""The API client layer for GitLab's SCIM and REST APIs; usable without any screen.

    import asyncio
    from scimtui.gitlab import Access, GitLab, Secret, parse_address

    async def main() -> None:
        access = Access(
            parse_address("https://gitlab.com/api/scim/v2/groups/acme"),
            scim_token=Secret(open_the_vault("scim")),
            access_token=Secret(open_the_vault("access")),
            read_only=True,
        )
        async with GitLab(access) as gitlab:
            users, report = await gitlab.scim.users()
            print(len(users), report.warning or "all read")
            for identity in (await gitlab.rest.saml_identities()).records:
                print(identity.user_id, identity.extern_uid)

    asyncio.run(main())

Requests are built and answers read by pure functions (`requests`, `answers`, `wire`); `transport`
alone sends. Every failure is a `GitLabError` (`errors` draws the tree). Names are loaded when they
are used, so that reading an address costs no HTTP library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scimtui.gitlab.address import Address, AddressError, parse_address
    from scimtui.gitlab.client import GitLab
    from scimtui.gitlab.errors import GitLabError
    from scimtui.gitlab.requestlog import Exchange, RequestLog
    from scimtui.gitlab.rest import IdentityWritten, RestApi
    from scimtui.gitlab.scim import ScimApi, ScimWritten
    from scimtui.gitlab.scimlisting import ListingProgress, ListingReport
    from scimtui.gitlab.secret import Secret
    from scimtui.gitlab.transport import Access, Limits, Transport
    from scimtui.gitlab.waiting import Backoff, Pacer

_HOMES = {
    "Access": "transport",
    "Address": "address",
    "AddressError": "address",
    "Backoff": "waiting",
    "Exchange": "requestlog",
    "GitLab": "client",
    "GitLabError": "errors",
    "IdentityWritten": "rest",
    "Limits": "transport",
    "ListingProgress": "scimlisting",
    "ListingReport": "scimlisting",
    "Pacer": "waiting",
    "RequestLog": "requestlog",
    "RestApi": "rest",
    "ScimApi": "scim",
    "ScimWritten": "scim",
    "Secret": "secret",
    "Transport": "transport",
    "parse_address": "address",
}

__all__ = [
    "Access",
    "Address",
    "AddressError",
    "Backoff",
    "Exchange",
    "GitLab",
    "GitLabError",
    "IdentityWritten",
    "Limits",
    "ListingProgress",
    "ListingReport",
    "Pacer",
    "RequestLog",
    "RestApi",
    "ScimApi",
    "ScimWritten",
    "Secret",
    "Transport",
    "parse_address",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
