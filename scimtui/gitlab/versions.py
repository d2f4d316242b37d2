"""GitLab's version as numbers."""

from __future__ import annotations


def version_number(version: str) -> tuple[int, int] | None:
    """Major and minor of e.g. `19.3.0-ee`; None where they can't be told."""
    major, _, rest = version.partition(".")
    minor = rest.partition(".")[0]
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else None
