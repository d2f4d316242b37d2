"""Rows in a group: who has one, who may get one, who is the last Owner.

Contract 2, section 12; contract 2, section 13.
"""

from __future__ import annotations

from .gitlab import SimulatedGitLab
from .people import MINIMAL_ACCESS, OWNER
from .store import GROUP_SCOPE, Row

_DOMAIN_REFUSED = "The member's email address is not allowed for this group. Check with your administrator."
_NOT_VERIFIED = "The member's email address is not verified."
_ROLE_MISMATCH = "Member role the custom role's base access level does not match the current access level"
_NOT_LINKED = (
    "The member's email address is not linked to a SAML account or has an inactive SCIM identity. "
    "For information on how to resolve this error, see the "
    '<a href="/help/user/group/saml_sso/troubleshooting_scim">troubleshooting SCIM documentation</a>.'
)


class NotAdded(Exception):
    """No row was made; the arguments are the reasons, in GitLab's words."""


def membership(gitlab: SimulatedGitLab, user_id: int) -> int | None:
    """The access level of the row in the top-level group, a mere access request too; None without one."""
    level: int | None = gitlab.store.value(
        "SELECT access_level FROM members WHERE group_id = ? AND user_id = ?", (gitlab.root.id, user_id)
    )
    return level


def row_state(gitlab: SimulatedGitLab, user_id: int) -> str | None:
    """`active`, `awaiting` or `requested`: what the row in the top-level group is; None without one."""
    state: str | None = gitlab.store.value(
        "SELECT state FROM members WHERE group_id = ? AND user_id = ?", (gitlab.root.id, user_id)
    )
    return state


def add_member(gitlab: SimulatedGitLab, user_id: int) -> None:
    """A row with the provider's default role, or Minimal Access when no seat is free; a request becomes one.

    Raises:
        NotAdded: the address is outside the allowed domains, or SSO is enforced and the person not linked.
    """
    reasons = refusals(gitlab, user_id)
    if reasons:
        raise NotAdded(*reasons)
    wanted = gitlab.switches.default_role
    level, role = wanted, gitlab.switches.default_member_role_id
    if gitlab.switches.seats_exhausted:
        level = MINIMAL_ACCESS
        if role is not None:
            raise NotAdded(_ROLE_MISMATCH)
    gitlab.store.write(
        "INSERT INTO members (group_id, user_id, access_level, member_role_id) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET access_level = excluded.access_level, "
        "member_role_id = excluded.member_role_id, state = iif(state = 'awaiting', state, 'active')",
        (gitlab.root.id, user_id, level, role),
    )
    if gitlab.is_current and level != wanted:
        gitlab.audit.add(
            "group_minimal_access_role_adjusted_seat_limit",
            "Assigned Minimal Access due to seat limit with restricted access.",
            gitlab.user(user_id),
            group_id=gitlab.root.id,
            details={"requested_access_level": wanted, "user_id": user_id},
        )


def refusals(gitlab: SimulatedGitLab, user_id: int) -> list[str]:
    """Why a row of this person can be neither made nor changed."""
    user = gitlab.store.one("SELECT email_folded, confirmed, bot FROM users WHERE id = ?", (user_id,))
    if user is None or user["bot"]:
        return []
    reasons = []
    if gitlab.switches.sso_enforced and not _passes_sso(gitlab, user_id):
        reasons.append(_NOT_LINKED)
    if gitlab.switches.allowed_email_domains:
        if not _in_allowed_domain(gitlab, user):
            reasons.append(_DOMAIN_REFUSED)
        if not user["confirmed"] and not _has_identity(gitlab, user_id):
            reasons.append(_NOT_VERIFIED)
    return reasons


def _passes_sso(gitlab: SimulatedGitLab, user_id: int) -> bool:
    inactive = "SELECT 1 FROM scim_identities WHERE scope = ? AND user_id = ? AND active = 0"
    return (
        gitlab.store.one("SELECT 1 FROM saml_identities WHERE user_id = ?", (user_id,)) is not None
        and gitlab.store.one(inactive, (GROUP_SCOPE, user_id)) is None
    )


def _in_allowed_domain(gitlab: SimulatedGitLab, user: Row) -> bool:
    # addresses are stored in lower case: an entry with capitals never fits
    return any(user["email_folded"].endswith(f"@{entry}") for entry in gitlab.switches.allowed_email_domains)


def _has_identity(gitlab: SimulatedGitLab, user_id: int) -> bool:
    found = "SELECT 1 FROM scim_identities WHERE scope = ? AND user_id = ?"
    return (
        gitlab.store.one("SELECT 1 FROM saml_identities WHERE user_id = ?", (user_id,)) is not None
        or gitlab.store.one(found, (GROUP_SCOPE, user_id)) is not None
    )


def is_last_owner(gitlab: SimulatedGitLab, user_id: int) -> bool:
    """No other active human is Owner of the group."""
    if membership(gitlab, user_id) != OWNER:
        return False
    others = gitlab.store.value(
        "SELECT count(*) FROM members m JOIN users u ON u.id = m.user_id "
        "WHERE m.group_id = ? AND m.access_level = ? AND m.user_id <> ? AND u.bot = 0 AND u.state = 'active' "
        "AND m.state = 'active'",
        (gitlab.root.id, OWNER, user_id),
    )
    return bool(others == 0)
