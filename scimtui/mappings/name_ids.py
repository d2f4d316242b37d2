"""What feeds the NameID, out of the words that somebody typed or a provider's page shows."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from scimtui.mappings.expressions.entra import evaluate as evaluate_entra
from scimtui.mappings.expressions.results import Unevaluated
from scimtui.mappings.sources import is_readable

_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "`": "'"}
)
_BLANKS = re.compile(r"[\s\u200b\ufeff_-]")
_WORD = re.compile(r"(?:user\.)?[A-Za-z][\w.]{0,200}", re.IGNORECASE)
_DIRECTORY = re.compile(r"extension_\w+|extensionattribute\d{1,2}", re.IGNORECASE)
_CLAIM = re.compile(r"\"[^\"]*\"|\buser\.(\w+)", re.IGNORECASE)
_TRANSFORMED = re.compile(r"(to(?:lower|upper)case)\s*\(\s*\[?(?:user\.)?(\w+)\]?\s*\)", re.IGNORECASE)
_LONGEST = 10_000


def spelled(source: str, idp: str) -> str:
    """The source as a mapping writes it; empty where it can't be read as an attribute or an expression."""
    text = " ".join(source.translate(_QUOTES).split()) if len(source) <= _LONGEST else ""
    if len(text) > 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    folded = _folded(text, idp)
    known = _known(idp).get(folded) or _known(idp).get(folded.removeprefix("user."))
    if known is not None:
        return known
    if not text:
        return ""
    return _of_okta(text) if idp == "okta" else _of_entra(text)


def unread(source: str, idp: str) -> str:
    """Why what was typed as the NameID's source can't be read; empty where it can, or nothing was typed."""
    if not source.strip() or is_external_id(source) or spelled(source, idp):
        return ""
    whose = "Okta" if idp == "okta" else "Entra ID"
    return f"this is no attribute and no expression of {whose} that can be read here"


def is_external_id(source: str) -> bool:
    """Whether somebody says that the NameID comes from what feeds externalId."""
    return _folded(source.translate(_QUOTES), "").strip("\"'") in (
        "externalid",
        "scimexternalid",
        "sameasexternalid",
    )


def _folded(text: str, idp: str) -> str:
    plain = _BLANKS.sub("", text.lower())
    if plain.startswith("${") and plain.endswith("}") and plain.count("${") == 1:
        plain = plain[2:-1]
    if plain.startswith("[") and plain.endswith("]"):
        plain = plain[1:-1]
    if idp == "okta":
        plain = plain.replace('"', "").replace("'", "")
    return plain


def _of_entra(text: str) -> str:
    transformed = _TRANSFORMED.fullmatch(text)
    if transformed is not None:
        inner = spelled(transformed[2], "entra")
        return f"{'ToLower' if 'lower' in transformed[1].lower() else 'ToUpper'}([{inner}])" if inner else ""
    if "(" not in text and "[" not in text:
        bare = text[5:] if text.lower().startswith("user.") else text
        return _attributes().get(bare.lower(), bare if _DIRECTORY.fullmatch(bare) else "")
    put = _CLAIM.sub(
        lambda found: f"[{spelled(found[1], 'entra') or found[1]}]" if found[1] else found[0], text
    )
    return put if is_readable(put, "entra") and not _is_faulty(put) else ""


def _is_faulty(expression: str) -> bool:
    """Whether a function in it is none."""
    result = evaluate_entra(expression, {})
    return isinstance(result, Unevaluated) and "not a function" in result.reason


def _of_okta(text: str) -> str:
    if text.startswith("(") and text.endswith(")") and _WORD.fullmatch(text[1:-1]):
        return ""  # (None), (Custom): a choice of the page, and no source
    if _WORD.fullmatch(text) and "." not in text:
        return ""
    return text if is_readable(text, "okta") else ""


@cache
def _known(idp: str) -> dict[str, str]:
    document = tomllib.loads(Path(__file__).with_name("name_ids.toml").read_text("utf-8"))
    found: dict[str, str] = document["okta" if idp == "okta" else "entra"]
    return found


@cache
def _attributes() -> dict[str, str]:
    document = tomllib.loads(Path(__file__).with_name("entra_attributes.toml").read_text("utf-8"))
    return {name.lower(): name for name in document["user"]}
