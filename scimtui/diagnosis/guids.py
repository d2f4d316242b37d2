"""A GUID in the spellings that directories and identity providers write it in."""

from __future__ import annotations

import base64
import binascii
import uuid

_BASE64_LENGTH = 24


def other_spellings(value: str) -> tuple[str, ...]:
    """How the same id could be stored otherwise, most likely first; empty where this is no GUID.

    Hyphens, braces, and base64 of the sixteen bytes in both orders: directories keep the first three
    groups with their low byte first (`objectGUID`, the ImmutableID of Entra).
    """
    found = _parsed(value.strip())
    if not found:
        return ()
    spellings: list[str] = []
    for one in found:
        swapped = uuid.UUID(bytes_le=one.bytes)
        for guid in (one, swapped):
            spellings += [
                str(guid),
                f"{{{guid}}}",
                guid.hex,
                base64.b64encode(guid.bytes).decode(),
            ]
    return tuple(spelling for spelling in dict.fromkeys(spellings) if spelling.lower() != value.lower())


def _parsed(value: str) -> list[uuid.UUID]:
    if len(value) == _BASE64_LENGTH and value.endswith("=="):
        try:
            data = base64.b64decode(value, validate=True)
        except binascii.Error:
            return []
        return [uuid.UUID(bytes=data)] if len(data) == 16 else []
    bare = value.strip("{}").replace("-", "")
    if len(bare) != 32:
        return []
    try:
        return [uuid.UUID(hex=bare)]
    except ValueError:
        return []
