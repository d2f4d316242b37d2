"""The SAML side from a captured sign-in: the NameID, and which attribute it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scimtui.mappings.model import NameId
from scimtui.saml import SamlResponse, email_of

_SOURCES = {
    "objectidentifier": "user.objectid",
    "name": "user.userprincipalname",
    "emailaddress": "user.mail",
}
"""Entra's claims that carry an attribute as it is, and how its source is written."""
_OKTA_ID_LENGTH = 20


def name_id_of(response: SamlResponse, known: NameId | None = None) -> NameId:
    """What a response tells of the NameID.

    Args:
        known: what was said of the source before; it stays, a response shows one value only.
    """
    name_id = response.name_id if not response.ambiguous else None
    value = name_id.value if name_id is not None else None
    names = tuple(response.attributes)
    return NameId(
        source=known.source if known is not None else source_of(response.attributes, value or ""),
        format=name_id.format if name_id is not None else "",
        value=value,
        captured=True,
        attributes=names if names or not email_of(response) else ("email",),
    )


def source_of(attributes: Mapping[str, Sequence[str]], value: str) -> str:
    """The source by comparing the NameID with each attribute of the assertion (idp-behaviour 3)."""
    if not value:
        return ""
    for name, values in attributes.items():
        last = name.rpartition("/")[2].lower()
        if last in _SOURCES and list(values) == [value]:
            return _SOURCES[last]
    is_okta_id = value.startswith("00u") and len(value) == _OKTA_ID_LENGTH
    return 'user.getInternalProperty("id")' if is_okta_id else ""
