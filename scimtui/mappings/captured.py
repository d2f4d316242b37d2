"""The SAML side from a captured sign-in: the NameID, and which attribute it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scimtui.mappings.model import NameId
from scimtui.saml import SamlResponse, email_of

_SOURCES = {
    "/objectidentifier": "user.objectid",
    "/name": "user.userprincipalname",
    "/emailaddress": "user.mail",
}
"""How the names of Entra's claims end that carry an attribute as it is, and how its source is written."""
_OKTA_ID_LENGTH = 20


def name_id_of(response: SamlResponse, known: NameId | None = None, *, idp: str = "entra") -> NameId:
    """What a response tells of the NameID.

    Args:
        known: what was known before. A source that was said stays, a response shows one value only;
            one that was only inferred does not.
        idp: whose response it is.
    """
    name_id = response.name_id if not response.ambiguous else None
    value = name_id.value if name_id is not None else None
    names = tuple(response.attributes)
    said = known.source if known is not None and not known.inferred else ""
    source = said or source_of(response.attributes, value or "", idp)
    return NameId(
        source=source,
        format=name_id.format if name_id is not None else "",
        value=value,
        captured=True,
        attributes=names if names or not email_of(response) else ("email",),
        inferred=bool(source) and not said,
    )


def source_of(attributes: Mapping[str, Sequence[str]], value: str, idp: str = "entra") -> str:
    """The source by comparing the NameID with each attribute of the assertion (idp-behaviour 3).

    Empty where nothing fits, or several do.
    """
    if not value:
        return ""
    if idp == "okta" or (value.startswith("00u") and len(value) == _OKTA_ID_LENGTH):
        is_okta_id = value.startswith("00u") and len(value) == _OKTA_ID_LENGTH
        return 'user.getInternalProperty("id")' if is_okta_id else ""
    fitting = {
        source
        for name, values in attributes.items()
        for end, source in _SOURCES.items()
        if name.lower().endswith(end) and list(values) == [value]
    }
    return fitting.pop() if len(fitting) == 1 else ""
