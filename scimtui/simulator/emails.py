"""E-mail addresses: what is one, and whose it is (contract 2, section 13 "Whom E finds")."""

from __future__ import annotations

import re

from .gitlab import SimulatedGitLab

LIMIT = 254
_FORMAT = re.compile(r"[^@\s]+@[^@\s]+")
_LABEL = re.compile(r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?")
_SPECIAL = frozenset('(),:;<>@[]\\" \t\r\n')
_LOCAL_LIMIT = 64
_PRIVATE_HOST = "users.noreply.gitlab.com"
_PRIVATE = re.compile(rf"([0-9]{{1,18}})(?:-[^@]*)?@{re.escape(_PRIVATE_HOST)}")


def is_email(text: str) -> bool:
    """An address as SCIM's filter wants one: a plain local part, and a domain with a dot in it."""
    local, _, domain = text.rpartition("@")
    labels = domain.split(".")
    return (
        0 < len(local) <= _LOCAL_LIMIT
        and not _SPECIAL.intersection(local)
        and all(local.split("."))
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
    )


def faults(email: str) -> list[str]:
    """What is wrong with an account's address, in GitLab's words."""
    if not email.strip():
        return ["Email can't be blank"]
    if "\0" in email or not _FORMAT.fullmatch(email):
        return ["Email is invalid"]
    return [f"Email is too long (maximum is {LIMIT} characters)"] if len(email) > LIMIT else []


def find_by_email(gitlab: SimulatedGitLab, email: str) -> int | None:
    """The user with this primary, confirmed secondary or private commit address, ignoring case."""
    folded = email.lower()
    found: int | None = gitlab.store.value("SELECT id FROM users WHERE email_folded = ?", (folded,))
    if found is None:
        secondary = "SELECT user_id FROM secondary_emails WHERE folded = ? AND confirmed"
        found = gitlab.store.value(secondary, (folded,))
    return private_address_of(gitlab, folded) if found is None else found


def is_taken(gitlab: SimulatedGitLab, email: str) -> bool:
    """Somebody has this address, confirmed or not."""
    secondary = "SELECT 1 FROM secondary_emails WHERE folded = ?"
    return (
        find_by_email(gitlab, email) is not None or gitlab.store.one(secondary, (email.lower(),)) is not None
    )


def private_address_of(gitlab: SimulatedGitLab, email: str) -> int | None:
    """The user whose private commit address this is: their id and a name before GitLab's own host."""
    private = _PRIVATE.fullmatch(email.lower())
    if private is None:
        return None
    found: int | None = gitlab.store.value("SELECT id FROM users WHERE id = ?", (int(private.group(1)),))
    return found
