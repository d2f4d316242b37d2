"""The attributes of an assertion as GitLab's library reads them, without the passwords among them.

ruby-saml 1.18, `attributes`: a NameID inside a value counts as `NameQualifier/value` (eduPersonTargetedID).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from scimtui.gitlab.secret import without_tokens
from scimtui.saml.xmltree import Element

ASSERTION: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
HIDDEN: Final = "(not shown)"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_PASSWORD = re.compile(
    r"passw(?:or)?d|passphrase|(?:^|[a-z_-])pwd|pwd(?:$|[_-]?(?:hash|history))|(?:nt|lm)[_-]?hash|secret(?!ar)|"
    r"private[_-]?key|api[_-]?key|access[_-]?key|access[_-]?token|refresh[_-]?token|bearer|credential|otp[_-]?seed|"
    r"userpkcs12|krbprincipalkey",
    re.IGNORECASE,
)
_ABOUT_PASSWORDS = re.compile(
    r"(?:set|chang\w*|expir\w*|url|policy|(?:max|min)[_-]?age|count|time|date|days|question)$", re.IGNORECASE
)
_PASSWORD_OIDS = frozenset(
    {
        "2.5.4.35",  # userPassword
        "1.2.840.113556.1.4.90",  # unicodePwd
        "1.2.840.113556.1.4.55",  # dBCSPwd
        "1.2.840.113556.1.4.94",  # ntPwdHistory
        "1.2.840.113556.1.4.160",  # lmPwdHistory
        "1.3.6.1.4.1.4203.1.3.4",  # authPassword
        "1.3.6.1.4.1.7165.2.1.24",  # sambaLMPassword
        "1.3.6.1.4.1.7165.2.1.25",  # sambaNTPassword
        "2.16.840.1.113730.3.1.216",  # userPKCS12
    }
)
_HASHED = re.compile(
    r"\{(?:S?MD5|S?SHA(?:-?(?:256|384|512))?|SSHA(?:-?(?:256|384|512))?|CRYPT|PBKDF2[A-Z0-9_-]*|ARGON2|"
    r"BCRYPT|CLEAR(?:TEXT)?|NTHASH|LANMAN)\}|\$(?:2[abxy]?|argon2(?:id|i|d)?|scrypt|pbkdf2(?:-[a-z0-9]+)?|[156y])\$",
    re.IGNORECASE,
)


class Attributes(NamedTuple):
    """What an assertion says of the person.

    Attributes:
        values: by name, with all values; those of a password are hidden.
        hidden: the names whose values are.
    """

    values: dict[str, tuple[str, ...]]
    hidden: tuple[str, ...] = ()


def without_passwords(
    named: dict[str, tuple[str, ...]], friendly: dict[str, str] | None = None
) -> Attributes:
    """Attributes with every value hidden that is a password, its hash, a key or a token.

    Args:
        friendly: the friendly name of an attribute, where one was sent.
    """
    shown: dict[str, tuple[str, ...]] = {}
    hidden: list[str] = []
    for name, values in named.items():
        called = (name, (friendly or {}).get(name, ""))
        secret = any(map(_is_password, called)) or any(map(_HASHED.match, values))
        if secret and any(values):
            hidden.append(name)
        shown[name] = tuple(HIDDEN if secret and value else without_tokens(value) for value in values)
    return Attributes(shown, tuple(hidden))


def _is_password(name: str) -> bool:
    last = re.split(r"[/:#]", name.rstrip("/"))[-1]
    if last in _PASSWORD_OIDS:
        return True
    return _PASSWORD.search(last) is not None and _ABOUT_PASSWORDS.search(last) is None


def attributes_of(assertion: Element | None) -> Attributes:
    """Read every AttributeStatement of an assertion."""
    found: dict[str, tuple[str, ...]] = {}
    friendly: dict[str, str] = {}
    for statement in assertion.every(ASSERTION, "AttributeStatement") if assertion is not None else ():
        for attribute in statement.every(ASSERTION, "Attribute"):
            name = attribute.attributes.get("Name", "")
            friendly.setdefault(name, attribute.attributes.get("FriendlyName", ""))
            values = [
                one for value in attribute.every(ASSERTION, "AttributeValue") for one in _values_in(value)
            ]
            found[name] = (*found.get(name, ()), *values)
    return without_passwords(found, friendly)


def _values_in(value: Element) -> list[str]:
    if not value.children:
        return [] if value.attributes.get(_NIL) in ("true", "1") else [value.text]
    inside = value.every(ASSERTION, "NameID")
    qualifiers = [one.attributes.get("NameQualifier") for one in inside]
    return [
        f"{qualifier}/{one.text}" if qualifier is not None else one.text
        for one, qualifier in zip(inside, qualifiers, strict=True)
    ]
