"""The client: both APIs of one GitLab over one transport."""

from __future__ import annotations

from scimtui.gitlab.requestlog import RequestLog
from scimtui.gitlab.rest import RestApi
from scimtui.gitlab.scim import ScimApi
from scimtui.gitlab.transport import Access, Transport
from scimtui.gitlab.waiting import Backoff, Pacer


class GitLab:
    """One group, or instance, of one GitLab; an async context manager.

    Attributes:
        scim: the SCIM API, with the SCIM token.
        rest: the REST API, with the access token.
        log: every request of this client.
    """

    def __init__(
        self,
        access: Access,
        *,
        log: RequestLog | None = None,
        backoff: Backoff | None = None,
        pacer: Pacer | None = None,
    ) -> None:
        self.transport = Transport(access, log=log, backoff=backoff, pacer=pacer)
        self.access = access
        self.scim = ScimApi(self.transport)
        self.rest = RestApi(self.transport)

    @property
    def log(self) -> RequestLog:
        """Every request of this client, for the request log."""
        return self.transport.log

    async def __aenter__(self) -> GitLab:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        await self.transport.close()
