"""What a simulated GitLab is started with, and the switches that can be thrown while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal

Version = Literal["19.4", "19.3", "18.9"]
RateLimit = Literal[False, "middleware", "application"]
Drop = Literal["before-write", "after-write", "read"] | None
AccessToken = Literal["owner", "maintainer", "read_api", "expired", "revoked", "admin"]
Confirmation = Literal["hard", "soft", "off"] | None
Visibility = Literal["private", "public"]

RATE_LIMITS = ("middleware", "application")
DROPS = ("before-write", "after-write", "read")
ACCESS_TOKENS = ("owner", "maintainer", "read_api", "expired", "revoked", "admin")
CONFIRMATIONS = ("hard", "soft", "off")
VISIBILITIES = ("private", "public")
DEFAULT_ROLES = (5, 10, 15, 20, 30, 40, 50)
VERSIONS: tuple[Version, ...] = ("19.4", "19.3", "18.9")


class SettingsError(ValueError):
    """A setting or switch that doesn't exist or can't have this value; `str` says which and why."""


@dataclass(frozen=True, slots=True)
class Switches:
    """Everything about the simulated GitLab that can be changed while it runs.

    Attributes:
        latency_ms: every answer waits this long.
        rate_limited: 429 for everything, in the shape of the middleware or of the application (contract 6).
        rate_limited_times: how many requests get the 429 before it lifts by itself; None for all.
        retry_after: seconds named by the 429.
        drop: the connection is closed without an answer: before a write is done, after it, or on a read.
        errors: so many coming requests are answered 502 and 503 in turn.
        moving_pages: SCIM pages shift between requests, so that they overlap and miss.
        saml_provider: the group has a SAML provider record.
        saml_enabled: the provider is enabled.
        group_saml: group SAML is on in this installation.
        sso_enforced: SSO is enforced for the group.
        licensed: the plan has SAML, SCIM and domain verification.
        flat_names: the old flat key `name.formatted` in SCIM users.
        allowed_email_domains: members' primary address must be in one of these; empty for any.
        ip_restriction_ranges: addresses that the group may be seen from; empty for any.
        default_role: the SAML provider's default role, as its number.
        email_confirmation: how new addresses are confirmed; None for hard on GitLab.com, else soft.
        group_visibility: who may see the group.
        admin_mode: Admin Mode is on, and the access token has no scope for it.
        default_member_role_id: the SAML provider's custom role; None for none.
        custom_roles: the base level of each custom role, the first one's id being 1; empty without licence.
        ultimate: on this plan a Guest takes no seat.
        minimal_access: the plan has the role Minimal Access.
        required_groups: instance SAML: in one of these, or not let in; empty for anybody.
        graph_groups: what Microsoft Graph answers where an assertion cannot hold all groups; None where the
            integration is off.
        instance_group_sync: instance SAML: the provider's configuration names the attribute with the groups.
        auto_link_saml_user: instance SAML: an account with the sent address is taken.
        allow_single_sign_on: instance SAML: who is unknown gets an account.
        block_auto_created_users: such an account waits for approval.
        seats_exhausted: restricted access, and no seat is free.
        saas: this is GitLab.com.
        access_token: what the access token is.
    """

    latency_ms: int = 0
    rate_limited: RateLimit = False
    rate_limited_times: int | None = None
    retry_after: int = 60
    drop: Drop = None
    errors: int = 0
    moving_pages: bool = False
    saml_provider: bool = True
    saml_enabled: bool = True
    group_saml: bool = True
    sso_enforced: bool = False
    licensed: bool = True
    flat_names: bool = False
    allowed_email_domains: tuple[str, ...] = ()
    ip_restriction_ranges: tuple[str, ...] = ()
    default_role: int = 30
    email_confirmation: Confirmation = None
    group_visibility: Visibility = "private"
    admin_mode: bool = False
    default_member_role_id: int | None = None
    custom_roles: tuple[int, ...] = ()
    ultimate: bool = False
    minimal_access: bool = True
    required_groups: tuple[str, ...] = ()
    graph_groups: tuple[str, ...] | None = None
    instance_group_sync: bool = False
    auto_link_saml_user: bool = False
    allow_single_sign_on: bool = False
    block_auto_created_users: bool = True
    seats_exhausted: bool = False
    saas: bool = True
    access_token: AccessToken = "owner"  # noqa: S105

    def changed(self, values: Mapping[str, Any]) -> Switches:
        """These switches with some of them thrown.

        Raises:
            SettingsError: an unknown switch, or a value it can't have.
        """
        known = {item.name for item in fields(self)}
        for name in values:
            if name not in known:
                raise SettingsError(f"there is no switch {name!r}; there are {', '.join(sorted(known))}")
        return replace(self, **{name: _checked(name, value) for name, value in values.items()})

    def as_json(self) -> dict[str, Any]:
        """One JSON object, as `PUT switches` takes it."""
        values = asdict(self)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


_LISTS = {
    "allowed_email_domains": "domains",
    "ip_restriction_ranges": "ranges such as 10.0.0.0/8",
    "required_groups": "groups",
    "graph_groups": "groups' ids",
    "custom_roles": "roles' numbers",
}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_range(value: object) -> bool:
    try:
        return isinstance(value, str) and ip_network(value, strict=False) is not None
    except ValueError:
        return False


_LIST_ITEMS: dict[str, Callable[[object], bool]] = {
    "ip_restriction_ranges": _is_range,
    "custom_roles": lambda value: type(value) is int and value in DEFAULT_ROLES,
}


def _checked(name: str, value: Any) -> Any:
    if name in ("latency_ms", "errors", "retry_after"):
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        raise SettingsError(f"{name} is a number from 0 up")
    if name in ("rate_limited_times", "default_member_role_id"):
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
            return value
        raise SettingsError(f"{name} is null or a number from 1 up")
    if name in _LISTS:
        if value is None:
            return None if name == "graph_groups" else ()
        if isinstance(value, list | tuple) and all(map(_LIST_ITEMS.get(name, _is_text), value)):
            return tuple(value)
        raise SettingsError(f"{name} is a list of {_LISTS[name]}")
    choices: tuple[Any, ...] = {
        "rate_limited": (False, *RATE_LIMITS),
        "drop": (None, *DROPS),
        "access_token": ACCESS_TOKENS,
        "default_role": DEFAULT_ROLES,
        "email_confirmation": (None, *CONFIRMATIONS),
        "group_visibility": VISIBILITIES,
    }.get(name, (True, False))
    if any(type(value) is type(choice) and value == choice for choice in choices):
        return value
    raise SettingsError(f"{name} is one of {', '.join(map(str, choices))}")


@dataclass(frozen=True, slots=True)
class Settings:
    """How a simulated GitLab is started.

    Attributes:
        host: the loopback address to listen on.
        port: 0 for any free one.
        users: how many people to make up; 0 for one Owner without a SCIM identity.
        seed: same seed, same people, same tokens.
        gitlab_version: whose behaviour to play.
        group: path of the top-level group.
        people_file: people from this file (JSON) instead of made-up ones.
        tls_cert: PEM certificate chain for https.
        tls_key: its key.
        switches: the switches of the start, which `reset` brings back.
    """

    host: str = "127.0.0.1"
    port: int = 0
    users: int = 500
    seed: int = 1
    gitlab_version: Version = "19.3"
    group: str = "acme"
    people_file: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    switches: Switches = field(default_factory=Switches)

    def __post_init__(self) -> None:
        if self.gitlab_version not in VERSIONS:
            raise SettingsError(f"this simulator plays {', '.join(VERSIONS)}, not {self.gitlab_version}")
        if self.users < 0:
            raise SettingsError("users is a number from 0 up")
        if not self.group or "/" in self.group:
            raise SettingsError("SAML and SCIM exist on top-level groups only: group is one path part")
        if (self.tls_cert is None) != (self.tls_key is None):
            raise SettingsError("TLS needs both a certificate and its key")
