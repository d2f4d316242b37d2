"""The shape of a pasted address: what it is, where it is no SCIM endpoint, and what to paste instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from scimtui.gitlab.address import Address, AddressError, holds_token, is_loopback, parse_address

_GROUP_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_BAD_ENDS = (".", ".git", ".atom")
_TO_GROUP = re.compile(r"(.*?)(?:/api/v\d+|/api/scim/v2)?/groups/([^/?#]+)")
_NO_GROUPS = frozenset(
    ("-", "api", "users", "groups", "admin", "explore", "help", "dashboard", "search", "projects", "profile")
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What an address is.

    Attributes:
        code: of the finding, see `checks.toml`.
        seen: what of it matters; never a token.
        address: None where it can't be used.
        instead: what to paste in its place; empty where that is not known.
    """

    code: str
    seen: str
    address: Address | None = None
    instead: str = ""


def judge_address(typed: str, rest_url: str = "", *, allow_http: bool = False) -> Judged:
    """Judge an address as somebody pasted it (DESIGN "Addresses", contract 1.0 and 1.3)."""
    text = typed.strip()
    if not text:
        return Judged("address-missing", "")
    if holds_token(text):
        return Judged("address-token", "a token is in it, so it is not shown")
    try:
        address = parse_address(text, rest_url)
    except AddressError as error:
        return _unusable_rest(text, rest_url) or _unusable(text, rest_url, str(error))
    scheme, host = urlsplit(address.scim_url).scheme, urlsplit(address.scim_url).hostname or ""
    if scheme == "http" and not is_loopback(host):
        safe = f"https{address.scim_url.removeprefix('http')}"
        if not allow_http:
            return Judged("address-http", address.scim_url, instead=safe)
        return Judged("address-http-meant", address.scim_url, address)
    if typed != text:
        return Judged("address-blanks", "blanks around it", address, address.scim_url)
    if text.endswith("/"):
        return Judged("address-slash", f"{text[-20:]}", address, address.scim_url)
    return Judged("address-fine", address.scim_url, address)


def _unusable_rest(text: str, rest_url: str) -> Judged | None:
    """Where it is the REST address alone that is at fault."""
    try:
        parse_address(text)
    except AddressError:
        return None
    try:
        parse_address(text, rest_url)
    except AddressError as error:
        return Judged("address-rest", str(error))
    return None


def _unusable(text: str, rest_url: str, said: str) -> Judged:
    if "subgroup" in said:
        return Judged("address-subgroup", said, instead=_top_group(text, rest_url))
    parts = text.partition("?")[0].partition("#")[0]
    if text.startswith(("http://", "https://")) and "/api/" not in parts:
        return Judged("address-web-page", said, instead=_endpoint_beside(text))
    if "/api/" in parts and "/api/scim/v2/" not in parts:
        return Judged("address-wrong-path", said, instead=_endpoint_beside(text))
    if any(character.isspace() for character in text):
        return Judged("address-inner-blank", said)
    return Judged("address-unusable", said)


def _top_group(text: str, rest_url: str) -> str:
    """The same address with the top-level group alone."""
    before, marker, after = text.partition("/groups/")
    try:
        return parse_address(f"{before}{marker}{after.strip('/').partition('/')[0]}", rest_url).scim_url
    except AddressError:
        return ""


def _endpoint_beside(text: str) -> str:
    """The SCIM endpoint of the group that a page of GitLab, or a REST address, is about."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    named = _TO_GROUP.match(parts.path)
    path = parts.path.partition("/-/")[0].strip("/")
    root, group = (named[1], named[2]) if named is not None else ("", path)
    if named is None and parts.hostname == "gitlab.com":
        group = group.partition("/")[0]  # else what stands first may be the root that GitLab is served under
    if not _GROUP_PATH.fullmatch(group) or group in _NO_GROUPS:
        return ""
    try:
        return parse_address(f"{parts.scheme}://{parts.netloc}{root}/api/scim/v2/groups/{group}").scim_url
    except AddressError:
        return ""


def judge_group_path(group: str) -> str:
    """The code of the finding about a group's path (contract 1.3, and GitLab's rules for paths)."""
    if not _GROUP_PATH.fullmatch(group) or group.endswith(_BAD_ENDS):
        return "group-path-impossible"
    return "group-path-dot" if "." in group else "group-path-fine"
