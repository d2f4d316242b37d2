"""The e-mail domains a group lets in, asked when a membership is made and never after (contract 2, 12.2)."""

from __future__ import annotations

from collections.abc import Iterable


def listed_domains(text: str) -> tuple[str, ...]:
    """The entries of `allowed_email_domains_list` (contract 2, section 12.1)."""
    return tuple(dict.fromkeys(domain for part in text.split(",") if (domain := part.strip())))


def is_outside(email: str, domains: Iterable[str]) -> bool:
    """Whether an account with this primary address is added to nothing; never where either is not known.

    Addresses are stored in small letters and compared with each entry as it is written: one with capitals
    lets nobody in. Sub-domains do not count.
    """
    allowed = tuple(domains)
    domain = email.rpartition("@")[2].lower()
    return bool(domain) and bool(allowed) and domain not in allowed


def that_let_nobody_in(domains: Iterable[str]) -> tuple[str, ...]:
    """Entries with capitals, which no stored address fits."""
    return tuple(domain for domain in domains if domain != domain.lower())
