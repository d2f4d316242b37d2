"""What stands where an identifier belongs, and is none: attributes, placeholders, what a log put there."""

from __future__ import annotations

import re

from scimtui.guides.trouble.words import words

_LONGEST_PHRASE = 3
_OF_AN_EXPRESSION = re.compile(
    r"^(?:appuser|idpuser|source|target|org|session)\.\w+|^\w+(?:\.\w+)*\(", re.IGNORECASE
)
_PLACEHOLDER = re.compile(
    r"^(?:[$%#]?\{.*\}|\$\(.*\)|<.*>|\[.*\]|:\w+|%\w+%|\*+|x{3,}|\.{2,}|…|_{3,})$", re.IGNORECASE
)
_MASKED = re.compile(
    r"\[?\b(?:filtered|redacted|masked|removed|hidden|secret|omitted|anonymi[sz]ed)\b\]?|\*{3,}|\{hash:",
    re.IGNORECASE,
)
_TEST_USER = re.compile(r"^(?:AzureAD|AAD|Entra\w*)_?Test", re.IGNORECASE)


def not_an_identifier(value: str) -> str | None:
    """Why a value is no identifier of anybody; None where it may be one."""
    bare = value.strip().strip("\"'")
    folded = bare.lower()
    known = words("identifiers")
    if not bare or folded in known["nothing"]:
        return "it says that there is none"
    if folded in known["formats"] or folded.startswith("urn:oasis:names:tc:saml"):
        return "it is a format of the NameID"
    if folded in known["attributes"] or _OF_AN_EXPRESSION.match(bare):
        return "it is the name of an attribute"
    if _MASKED.search(bare):
        return "it was blotted out"
    if _PLACEHOLDER.match(bare):
        return "it is a placeholder"
    if _TEST_USER.match(bare):
        return "it is the name that Entra makes up for its test"
    if len(bare.split()) > _LONGEST_PHRASE or not any(letter.isalnum() for letter in bare):
        return "it is a sentence"
    return None
