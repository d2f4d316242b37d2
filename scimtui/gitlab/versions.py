"""GitLab's releases, and what each can do: the one place with numbers of versions."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

_NUMBER = re.compile(r"\s*v?(\d{1,4})\.(\d{1,4})(?![0-9])(?:\.\d+)?(-pre\b)?")
_DISTRUST_BEGAN, _DISTRUST_ENDED = (18, 10), (19, 4)
_DISTRUST_MAY_BE_PATCHED_IN = (18, 8)
_INACTIVE_KEEPS_VALUE = (19, 3)
_REMOVES_LATER = (19, 0)
_BADGE_BY_PROVISIONING, _BADGE_BY_CLAIM = (14, 0), (16, 6)
_SHOWS_MEMBERS_EMAILS = (16, 9)
_LISTS_ENTERPRISE_USERS = (17, 7)
_LISTS_SAML_USERS = (18, 1)
_CHECKED_OLDER, _CHECKED_NEWER, _CHECKED_LAST = (18, 9), (19, 3), (19, 4)


class Trust(StrEnum):
    """What becomes of a SAML identity whose value is changed over REST (contract 2, section 10).

    Kept: sign-in uses the new value at once. Kept unless patched (18.8, 18.9): a patch release may have
    brought the distrust of 18.10. Kept unless early (19.4.0-pre): it may be a build from before the
    distrust was taken back. Lost (18.10 to 19.3): sign-in is refused until the person links again.
    """

    KEPT = "kept"
    KEPT_UNLESS_PATCHED = "kept-unless-patched"
    KEPT_UNLESS_EARLY = "kept-unless-early"
    LOST = "lost"
    NOT_KNOWN = "not-known"

    @property
    def is_kept(self) -> bool:
        """Whether a changed value goes on being trusted, as far as the version tells."""
        return self not in (Trust.LOST, Trust.NOT_KNOWN)


class Age(StrEnum):
    """Where a release stands among those that this project was checked against."""

    OLDER = "older"
    CHECKED_18_9 = "18"
    BETWEEN = "between"
    CHECKED_19_3 = "19"
    CHECKED_19_4 = "19-4"
    NEWER = "newer"


class Release(NamedTuple):
    """Which GitLab it is.

    Attributes:
        number: major and minor; None where they are not known.
        is_early: a build from before this release, as `-pre` tells.
    """

    number: tuple[int, int] | None = None
    is_early: bool = False

    @classmethod
    def read(cls, version: str) -> Release:
        """The release of e.g. `19.3.0-ee`; endings such as `-ee` or `-jh` do not count."""
        found = _NUMBER.match(version)
        return cls((int(found[1]), int(found[2])), bool(found[3])) if found is not None else cls()

    @property
    def label(self) -> str:
        """As a sentence names it."""
        if self.number is None:
            return "the version is not known"
        return f"GitLab {self.number[0]}.{self.number[1]}"

    @property
    def age(self) -> Age | None:
        """Where it stands among those that were checked; None where it is not known."""
        if self.number is None:
            return None
        if self.number < _CHECKED_OLDER:
            return Age.OLDER
        if self.number > _CHECKED_LAST:
            return Age.NEWER
        exact = {
            _CHECKED_OLDER: Age.CHECKED_18_9,
            _CHECKED_NEWER: Age.CHECKED_19_3,
            _CHECKED_LAST: Age.CHECKED_19_4,
        }
        return exact.get(self.number, Age.BETWEEN)

    @property
    def trust_of_changed_saml(self) -> Trust:
        """Whether a SAML value that is changed over REST goes on being trusted (contract 2, section 10)."""
        if self.number is None:
            return Trust.NOT_KNOWN
        if _DISTRUST_BEGAN <= self.number < _DISTRUST_ENDED:
            return Trust.LOST
        if _DISTRUST_MAY_BE_PATCHED_IN <= self.number < _DISTRUST_BEGAN:
            return Trust.KEPT_UNLESS_PATCHED
        return Trust.KEPT_UNLESS_EARLY if self.number == _DISTRUST_ENDED and self.is_early else Trust.KEPT

    @property
    def may_refuse_distrusted_saml(self) -> bool:
        """Whether a group's SAML row that lost its trust can refuse a sign-in (contract 2, section 10)."""
        return not self.trust_of_changed_saml.is_kept

    @property
    def changes_inactive_over_scim(self) -> bool:
        """Whether a PATCH of an inactive SCIM identity changes its value instead of waking it up (2.2)."""
        return self._is_since(_INACTIVE_KEEPS_VALUE)

    @property
    def removes_later(self) -> bool:
        """Whether a deactivation removes memberships some minutes later (contract 2.3)."""
        return self._is_since(_REMOVES_LATER)

    @property
    def gives_badge_by_claim(self) -> bool:
        """Whether the badge is for whom the group has claimed; true where it is not known (contract 3.5)."""
        return self.number is None or self.number >= _BADGE_BY_CLAIM

    @property
    def gives_badge_by_provisioning(self) -> bool:
        """Whether the Enterprise badge is for whom the group provisioned (contract 3.5)."""
        return self.number is not None and _BADGE_BY_PROVISIONING <= self.number < _BADGE_BY_CLAIM

    @property
    def shows_members_emails(self) -> bool:
        """Whether an Owner reads the e-mail of enterprise users among the members (contract 3.5)."""
        return self._is_since(_SHOWS_MEMBERS_EMAILS)

    @property
    def may_list_enterprise_users(self) -> bool:
        """Whether `enterprise_users` is worth asking for (contract 1.8)."""
        return self.number is None or self.number >= _LISTS_ENTERPRISE_USERS

    @property
    def may_list_saml_users(self) -> bool:
        """Whether `saml_users` is worth asking for (contract 1.8)."""
        return self.number is None or self.number >= _LISTS_SAML_USERS

    def _is_since(self, number: tuple[int, int]) -> bool:
        return self.number is not None and self.number >= number


def version_number(version: str) -> tuple[int, int] | None:
    """Major and minor of e.g. `19.3.0-ee`; None where they can't be told."""
    return Release.read(version).number
