"""Who has the Enterprise badge: no field of the API says so, several lists together do (contract 3.5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from scimtui.directory.model import Badge
from scimtui.gitlab.versions import Release


@dataclass(frozen=True, slots=True)
class BadgeReading:
    """The rule in force and what it tells of each user id; None is "not known"."""

    rule: Badge
    holders: frozenset[int] = frozenset()

    def has(self, user_id: int | None) -> bool | None:
        """Whether this user has the badge."""
        if user_id is None or self.rule in (Badge.UNKNOWN, Badge.ASSUMED_SCIM):
            return None
        return user_id in self.holders


def read_badge(
    *,
    release: Release,
    enterprise_users: Collection[int] | None,
    provisioned_users: Collection[int] | None,
    member_emails: Mapping[int, str] | None,
    is_owner: bool,
    has_access_token: bool,
) -> BadgeReading:
    """Pick the rule by DESIGN's order and contract 3.5.

    Args:
        release: GitLab's; unknown where it could not be read.
        enterprise_users: the list where it was read (17.7+, Owner).
        provisioned_users: the list where it was read.
        member_emails: e-mail by user id of the members whose e-mail GitLab showed; None where the
            members were not read.
        is_owner: whether the token may read the identity lists.
    """
    if enterprise_users is not None:
        return BadgeReading(Badge.ENTERPRISE_USERS, frozenset(enterprise_users))
    if not has_access_token:
        return BadgeReading(Badge.ASSUMED_SCIM)
    # Without one e-mail in the whole list the feature may be off, which looks the same as nobody.
    if release.shows_members_emails and is_owner and member_emails:
        return BadgeReading(Badge.MEMBER_EMAIL, frozenset(member_emails))
    if release.gives_badge_by_provisioning and provisioned_users is not None:
        return BadgeReading(Badge.PROVISIONED, frozenset(provisioned_users))
    return BadgeReading(Badge.UNKNOWN)
