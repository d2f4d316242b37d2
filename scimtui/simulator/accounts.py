"""New accounts: the username that GitLab makes of what was wanted, and what it refuses (contract 2.4)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.resources import files

from . import emails
from .gitlab import SimulatedGitLab
from .ruby import blank

TAKEN = "has already been taken"
EXTERN_UID_TAKEN = (
    f"xtern uid {TAKEN}. Please contact your administrator to generate a unique extern_uid / NameID"
)
NAME_ID_MISSING = "NameID is missing from your SAML response. Please contact your administrator"
_NAME_LIMIT, _NAME_PART_LIMIT = 255, 127
_USERNAMES = json.loads(files(__package__).joinpath("usernames.json").read_text(encoding="utf-8"))
_ENDINGS = (*_USERNAMES["endings"], ".")
_RESERVED = frozenset(_USERNAMES["reserved"])
_RESERVED_START = "duo-"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account that is wanted.

    Attributes:
        email: as it is stored: stripped and in lower case.
        name: markup and all; it goes when the account is made.
        username: what was wanted, of which a free one is made.
        confirmed: the address needs no confirmation.
        provisioned: made by the group.
        enterprise: claimed by the group at once.
    """

    email: str
    name: str
    username: str
    confirmed: bool
    provisioned: bool
    enterprise: bool = False

    def create(self, gitlab: SimulatedGitLab) -> int:
        """Make it; answers its id."""
        username = free_username(gitlab, self.username)
        user_id: int = (gitlab.store.value("SELECT max(id) FROM users") or 1000) + 1
        gitlab.store.write(
            "INSERT INTO users (id, username, username_folded, name, email, email_folded, confirmed, state, "
            "provisioned, enterprise) VALUES (?, ?, ?, ?, ?, ?, ?, 'active', ?, ?)",
            (
                user_id,
                username,
                username.lower(),
                without_markup(self.name),
                self.email,
                self.email.lower(),
                self.confirmed,
                self.provisioned,
                self.enterprise,
            ),
        )
        return user_id


def normal_email(email: str) -> str:
    """An address as GitLab looks it up and stores it."""
    return email.strip(" \t\n\v\f\r\0").lower()


def without_markup(name: str) -> str:
    """A name without its tags: from each `<` to the next `>`."""
    kept, position = [], 0
    while (start := name.find("<", position)) >= 0 and (end := name.find(">", start)) >= 0:
        kept.append(name[position:start])
        position = end + 1
    return "".join(kept) + name[position:]


def name_faults(name: str) -> list[str]:
    """What is wrong with a name, in GitLab's words: the first word and the rest have limits of their own."""
    bare = without_markup(name)
    if not bare.strip():
        return ["Name can't be blank"]
    if "\0" in bare:
        return ["string contains null byte"]
    first, *rest = bare.split()
    lengths = (
        ("Name", len(bare), _NAME_LIMIT),
        ("First name", len(first), _NAME_PART_LIMIT),
        ("Last name", len(" ".join(rest)), _NAME_PART_LIMIT),
    )
    return [
        f"{part} is too long (maximum is {limit} characters)" for part, size, limit in lengths if size > limit
    ]


def email_faults(gitlab: SimulatedGitLab, email: object) -> list[str]:
    """What is wrong with an address that nobody was found by."""
    if blank(email):
        return ["Email can't be blank"]
    if not isinstance(email, str):
        return ["Email is invalid"]
    wrong = emails.faults(email)
    return wrong or ([f"Email {TAKEN}"] if emails.is_taken(gitlab, email) else [])


def free_username(gitlab: SimulatedGitLab, wanted: str) -> str:
    """What GitLab makes of a wanted username: allowed characters, no reserved name, nobody's yet."""
    base = sanitized_username(wanted)

    def is_refused(candidate: str) -> bool:
        folded = candidate.lower()
        found = gitlab.store.value("SELECT 1 FROM users WHERE username_folded = ?", (folded,))
        return (
            found is not None
            or len(candidate) < 2
            or folded in _RESERVED
            or folded == gitlab.root.full_path.lower()
        )

    number, candidate = 0, base
    while is_refused(candidate):
        number += 1
        candidate = f"{base}{number}"
    return candidate


def sanitized_username(wanted: str) -> str:
    """GitLab's ExternalUsernameSanitizer; `blank` when nothing is left."""
    slug = re.sub(r"[^a-zA-Z0-9_.-]", "", wanted.partition("@")[0])
    slug = _without_endings(slug).lstrip("-") or "blank"
    slug = slug.lstrip("_.-").rstrip("_.-")
    slug = re.sub(r"([-_.])[-_.]+", r"\1", slug)
    start = 0
    while slug[start : start + len(_RESERVED_START)].lower() == _RESERVED_START:
        start += len(_RESERVED_START)
    return slug[start : start + _NAME_LIMIT] or "blank"


def _without_endings(slug: str) -> str:
    end = len(slug)
    while slug.endswith(_ENDINGS, 0, end):
        end -= next(len(ending) for ending in _ENDINGS if slug.endswith(ending, 0, end))
    return slug[:end]
