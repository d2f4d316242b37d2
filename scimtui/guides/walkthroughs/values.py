"""This profile's values that a step shows to be copied (contract 5.3): never a token."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from scimtui.gitlab.address import Address

SECRET = "scim-token"  # noqa: S105 the name of the value, which is copied on demand and shown by nobody
VALUES = {
    "tenant-url": "Tenant URL",
    "scim-url": "SCIM API endpoint URL",
    "base-url": "Base URL",
    "identifier": "Identifier",
    "callback-url": "Assertion consumer service URL",
    "sso-url": "GitLab SSO URL",
    SECRET: "SCIM token",
}
"""Every value that a step can name, as people read it."""
_GROUP = "<group>"
_NO_HOST = "https://gitlab.com"


class Value(NamedTuple):
    """One value.

    Attributes:
        text: to be copied; empty for a token.
        note: what else there is to know; empty for nothing.
    """

    name: str
    label: str
    text: str
    note: str = ""


def values_of(address: Address | None) -> dict[str, Value]:
    """The values of a group, or of a whole instance; with `<group>` in them where no profile is there."""
    if address is None:
        web, group = _NO_HOST, _GROUP
        encoded = plain = f"{web}/api/scim/v2/groups/{group}"
    else:
        web, group = address.web_url, address.group or ""
        encoded = address.scim_url
        plain = f"{encoded.rpartition('/')[0]}/{quote(group, safe='')}" if group else encoded
    if address is not None and address.group is None:
        identifier, callback, sso = web, f"{web}/users/auth/saml/callback", f"{web}/users/sign_in"
    else:
        by_number = group.isdecimal()  # GitLab takes the group's number in the endpoint, and not there
        path = _GROUP if by_number or group == _GROUP else quote(group, safe="")
        identifier = f"{web}/groups/{path}"
        callback = f"{identifier}/-/saml/callback"
        sso = f"{identifier}/-/saml/sso"
    dotted = "with %2E for the dot" if encoded != plain else ""
    renamed = (
        "the dot is in the way: Okta asks with it as it is, %2E or not; rename the group's path"
        if dotted
        else ""
    )
    token = "GitLab adds ?token=… for a private group: copy it there" if "/-/" in sso else ""
    told = {
        "tenant-url": (encoded, dotted),
        "scim-url": (plain, ""),
        "base-url": (plain, renamed),
        "identifier": (identifier, ""),
        "callback-url": (callback, ""),
        "sso-url": (sso, token),
        SECRET: ("", ""),
    }
    return {name: Value(name, label, *told[name]) for name, label in VALUES.items()}
