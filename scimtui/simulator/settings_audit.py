"""Changed settings of the group, as audit events tell them (contract 2, 12.4 and 15.3)."""

from __future__ import annotations

from .audit import AuditLog
from .groups import Group
from .settings import Switches
from .store import Row

_PROVIDER = {
    "saml_enabled": "enabled",
    "sso_enforced": "enforced_sso",
    "default_role": "default_membership_role",
    "default_member_role_id": "member_role_id",
}
_LISTS = {
    "allowed_email_domains": ("allowed_email_domain_updated", "Allowed email domain names"),
    "ip_restriction_ranges": ("ip_restrictions_changed", "Group IP restrictions"),
}


def audit_changes(log: AuditLog, group: Group, author: Row, before: Switches, after: Switches) -> None:
    """One event for each attribute of the SAML provider and each list that has another value now."""
    for switch, attribute in _PROVIDER.items():
        old, new = getattr(before, switch), getattr(after, switch)
        if old == new:
            continue
        change = (
            f"changed to {_plain(new)}" if old is None else f"changed from {_plain(old)} to {_plain(new)}"
        )
        words = f"Group SAML SSO configuration changed: {attribute} {change}. "
        log.add_about_group("group_saml_provider_update", words, group, author=author)
    for switch, (event, what) in _LISTS.items():
        lists = [",".join(getattr(switches, switch)) for switches in (before, after)]
        if lists[0] != lists[1]:
            words = f"{what} updated from '{lists[0]}' to '{lists[1]}'"
            log.add_about_group(event, words, group, author=author)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
