"""One saved connection."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

from scimtui.gitlab.address import Address, parse_address

ENVIRONMENT = "environment"
"""Name of the profile that the general variables make; no saved profile can have it."""


class TokenKind(StrEnum):
    """Which of the two tokens; the access token is always asked for first."""

    ACCESS = "access"
    SCIM = "scim"

    @property
    def label(self) -> str:
        """As people read it."""
        return "access token" if self is TokenKind.ACCESS else "SCIM token"


@dataclass(frozen=True, slots=True)
class Profile:
    """Where a GitLab is, how to treat it, and where its tokens come from; never a token.

    Attributes:
        name: how a person calls it; `environment` for the one that needs no file.
        scim_url: the SCIM endpoint URL as GitLab shows it.
        rest_url: overrides the REST base; empty means derived from `scim_url`.
        idp: `entra`, `okta`, `other`, or empty where nobody said.
        nameid_source: empty where nobody said, `externalId` where the NameID comes from the same
            attribute as the externalId, else the IdP's attribute in its own words, e.g. `user.mail`.
        read_only: the transport refuses every method but GET.
        snapshot: whether people are kept on disk between runs.
        ca_file: CA certificates beside the system's, absolute; empty for none.
        allow_http: plain http to another machine is meant.
        untested: it was saved without a connection test that passed, and none has passed since.
        scim_token_env: environment variable that holds the SCIM token; empty for none.
        access_token_env: the same for the access token.
        scim_token_command: argument list that prints the SCIM token; empty for none.
        access_token_command: the same for the access token.
    """

    name: str
    scim_url: str
    rest_url: str = ""
    idp: str = ""
    nameid_source: str = ""
    read_only: bool = True
    snapshot: bool = True
    ca_file: str = ""
    allow_http: bool = False
    untested: bool = False
    scim_token_env: str = ""
    access_token_env: str = ""
    scim_token_command: tuple[str, ...] = ()
    access_token_command: tuple[str, ...] = ()

    @property
    def address(self) -> Address:
        """Both API bases and the group."""
        return parse_address(self.scim_url, self.rest_url)

    @property
    def is_environment(self) -> bool:
        """Whether this is the profile of the general variables."""
        return self.name == ENVIRONMENT

    @property
    def key(self) -> str:
        """File name, without ending, of its snapshot and journal.

        It changes with the address: a profile that is pointed to another group must not show the
        people of the old one, nor undo there what was done elsewhere.
        """
        address = self.address
        readable = f"{self.name}-{address.host}-{address.label}" if self.is_environment else self.name
        slug = re.sub(r"[^a-z0-9]+", "-", readable.lower()).strip("-")[:48]
        # A checksum is enough to tell apart one person's own profiles, and costs no import of OpenSSL.
        check = crc32(f"{self.name}\n{address.scim_url}".encode())
        return f"{slug or 'profile'}-{check:08x}"

    def token_env(self, kind: TokenKind) -> str:
        """The environment variable named for this token, or empty."""
        return self.access_token_env if kind is TokenKind.ACCESS else self.scim_token_env

    def token_command(self, kind: TokenKind) -> tuple[str, ...]:
        """The command named for this token, or empty."""
        return self.access_token_command if kind is TokenKind.ACCESS else self.scim_token_command

    def token_target(self, kind: TokenKind) -> str:
        """What a kept token is good for: scheme, host and group that it may be sent to."""
        address = self.address
        if kind is TokenKind.SCIM:
            return address.scim_url
        return f"{address.rest_url} {address.label}"
