"""Where a GitLab is: one pasted address tells the SCIM base, the REST base and the group.

DESIGN "Addresses"; the two API families are contract 1.0.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from scimtui.gitlab.secret import looks_like_old_token, looks_like_token

_MARKER = "/api/scim/v2/"
_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?(?<!-)|\[[0-9A-Fa-f:.]+\]")
_ROOT = re.compile(r"(/([\w.~-]|%[0-9A-Fa-f]{2})+)*/?", re.ASCII)


class AddressError(ValueError):
    """An address that can't be a SCIM endpoint; `str` says what was wrong and what to do."""


class Address(NamedTuple):
    """The two API bases of one group, or of a whole instance.

    Attributes:
        scim_url: `…/api/scim/v2/groups/<path>` or `…/api/scim/v2/application`, no trailing slash,
            with `.` of a group path written `%2E` (contract 1.3).
        rest_url: `…/api/v4`, no trailing slash.
        group: the group's full path, decoded; None for instance SCIM.
    """

    scim_url: str
    rest_url: str
    group: str | None

    @property
    def host(self) -> str:
        """Host, with the port where one is written; of the SCIM base."""
        return urlsplit(self.scim_url).netloc

    @property
    def web_url(self) -> str:
        """GitLab's own web address, no trailing slash (a relative root such as `/gitlab` is kept)."""
        return self.scim_url.partition("/api/scim/v2")[0]

    @property
    def is_gitlab_com(self) -> bool:
        """Whether this is GitLab.com."""
        return (urlsplit(self.scim_url).hostname or "") == "gitlab.com"

    @property
    def is_instance(self) -> bool:
        """Whether this is instance SCIM (contract 1.4)."""
        return self.group is None

    @property
    def label(self) -> str:
        """The group, or `whole instance`."""
        return self.group if self.group is not None else "whole instance"


def parse_address(scim_url: str, rest_url: str = "") -> Address:
    """Read the SCIM endpoint URL as GitLab's SAML SSO page shows it.

    Args:
        scim_url: `https://host[/root]/api/scim/v2/groups/<path>` or `…/application`.
        rest_url: overrides the REST base; empty means derived from `scim_url`.

    Raises:
        AddressError: not such an address, or one that would send a token somewhere else.
    """
    text = scim_url.strip()
    for typed in (text, rest_url):
        if holds_token(typed):
            raise AddressError(
                "a token is in it, where an address alone belongs: the SCIM API endpoint URL goes here, "
                "and the token only where it is asked for without showing it"
            )
    parts = _web_address(text, "the SCIM endpoint URL")
    path = parts.path
    if parts.query or parts.fragment:
        raise AddressError("the SCIM endpoint URL ends with the group's path: leave out what follows ? or #")
    before, marker, after = path.partition(_MARKER)
    if not marker:
        raise AddressError(
            "no /api/scim/v2/ in the address: copy the “SCIM API endpoint URL” from GitLab, "
            "Settings > SAML SSO of the top-level group"
        )
    group = _group(after)
    origin = f"{parts.scheme}://{parts.netloc}{before.rstrip('/')}"
    scim = (
        f"{origin}/api/scim/v2/application" if group is None else f"{origin}{_MARKER}groups/{_quoted(group)}"
    )
    return Address(scim_url=scim, rest_url=_rest_base(rest_url, origin), group=group)


def holds_token(address: str) -> bool:
    """Whether a token was pasted into an address, or in its place."""
    return looks_like_token(address) or any(
        looks_like_old_token(part) for part in re.split("[/?&=#@:]", unquote(address))
    )


def _group(after: str) -> str | None:
    tail = after.strip("/")
    if tail == "application":
        return None
    kind, _, rest = tail.partition("/")
    if kind != "groups" or not rest:
        raise AddressError("after /api/scim/v2/ stands groups/<path of the group>, or application")
    group = unquote(rest)
    if group.endswith(("/Users", "/Groups")):
        raise AddressError("leave out /Users or /Groups at the end: the address ends with the group's path")
    segments = group.split("/")
    if any(segment in ("", ".", "..") for segment in segments) or not group.isprintable():
        raise AddressError("the group's path has an empty part, a dot part or a control character in it")
    if len(segments) > 1:
        raise AddressError(
            f"“{group}” is a subgroup: SAML and SCIM exist on top-level groups only, so use “{segments[0]}”"
        )
    return group


def _rest_base(rest_url: str, origin: str) -> str:
    if not rest_url.strip():
        return f"{origin}/api/v4"
    parts = _web_address(rest_url.strip(), "the REST address")
    base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
    if parts.query or parts.fragment or not base.endswith("/api/v4"):
        raise AddressError("the REST address ends with /api/v4")
    return base


class _Parts(NamedTuple):
    scheme: str
    netloc: str
    path: str
    query: str
    fragment: str


def _web_address(text: str, what: str) -> _Parts:
    if not text:
        raise AddressError(f"{what} is empty")
    if any(character.isspace() or not character.isprintable() for character in text):
        raise AddressError(f"{what} has a blank or an invisible character in it")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise AddressError(f"{what} is not a web address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressError(f"{what} starts with https:// and a host name")
    if "@" in parts.netloc:
        raise AddressError(f"{what} holds a user name or password before the @: leave that out")
    # Two libraries read an odd host or path in two ways, and one of them says where the token goes.
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if not _HOST.fullmatch(host):
        raise AddressError(f"{what} has a character in its host name that none has")
    root = parts.path.partition("/api/")[0]
    if not _ROOT.fullmatch(root) or any(part in (".", "..") for part in root.split("/")):
        raise AddressError(
            f"{what} has something in its path, before /api/, that would be changed on the way"
        )
    netloc = host if port is None else f"{host}:{port}"
    return _Parts(parts.scheme, netloc, parts.path, parts.query, parts.fragment)


def _quoted(group: str) -> str:
    return quote(group, safe="").replace(".", "%2E")


def is_loopback(host: str) -> bool:
    """Whether `host` (no port) is this machine, by name or by address; names are not resolved."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
