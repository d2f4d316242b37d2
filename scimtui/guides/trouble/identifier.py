"""What stands where an identifier belongs, and is nobody's: also what Entra makes up for its test."""

from __future__ import annotations

import re

from scimtui.identifiers import why_no_identifier

_TEST_USER = re.compile(r"(?:AzureAD|AAD|Entra\w{0,10})_?Test", re.IGNORECASE)


def is_nobodys(value: str) -> bool:
    """Whether a value is no identifier of anybody."""
    bare = value.strip().strip("\"'")
    return not bare or _TEST_USER.match(bare) is not None or why_no_identifier(value) != ""
