"""The requests that read over GitLab's REST API: built here for the client and the connection test alike."""

from __future__ import annotations

from scimtui.gitlab.address import Address
from scimtui.gitlab.requests import Request, encoded_group, query, read

METADATA, OLDER_VERSION = "/metadata", "/version"


class RestRequests:
    """What is asked of one REST base, and of one group there.

    Args:
        group: a path or numeric id; None where there is none, as in a profile of a whole instance.
    """

    def __init__(self, base: str, group: str | None) -> None:
        self._base = base
        self._group = f"{base}/groups/{encoded_group(group)}" if group is not None else None

    @classmethod
    def of(cls, address: Address) -> RestRequests:
        """For the group of a profile's address."""
        return cls(address.rest_url, address.group)

    @property
    def group_url(self) -> str:
        """The group's address.

        Raises:
            ValueError: there is no group.
        """
        if self._group is None:
            raise ValueError("no group")
        return self._group

    def this_user(self) -> Request:
        """Whose access token it is (contract 1.10a)."""
        return self._read(f"{self._base}/user")

    def token_info(self) -> Request:
        """Scopes and end of a personal, group or project access token (contract 1.10a)."""
        return self._read(f"{self._base}/personal_access_tokens/self")

    def oauth_token_info(self) -> Request:
        """Scopes and end of an OAuth token (contract 1.10a)."""
        return self._read(f"{self._base.removesuffix('/api/v4')}/oauth/token/info")

    def version(self, path: str = METADATA) -> Request:
        """GitLab's version; `OLDER_VERSION` where the newer address is not known yet."""
        return self._read(self._base + path)

    def group(self) -> Request:
        """The group itself, without its projects (contract 1.10a)."""
        return self._read(self.group_url + query(with_projects="false"))

    def member(self, user_id: int, *, inherited: bool = False) -> Request:
        """One member; inherited ones too where that is wanted (contract 1.9)."""
        path = "members/all" if inherited else "members"
        return self._read(f"{self.group_url}/{path}/{user_id}")

    def identities(self, kind: str) -> Request:
        """Every SCIM or SAML identity of the group, a list that GitLab does not page (contract 1.7)."""
        return read(f"{self.group_url}/{kind}/identities", "access", large=True)

    def like(self, listed: str, **wanted: str | int) -> Request:
        """One page of a list of the group, narrowed down (contract 1.8, 1.9)."""
        return self._read(f"{self.group_url}/{listed}" + query(**wanted))

    @staticmethod
    def _read(url: str) -> Request:
        return read(url, "access")
