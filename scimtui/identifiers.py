"""What an identifier of a person never is, though it is found where one should stand."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_WORDS = {
    name: frozenset(words.split())
    for name, words in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}
_SCHEMA = re.compile(
    r"urn:oasis:names:tc:saml:\S+|urn:ietf:params:scim:\S+|urn:oid:[\d.]+"
    r"|https?://schemas\.(?:xmlsoap|microsoft)\.(?:org|com)/\S+",
    re.I,
)
_PATH = re.compile(r"(user|appuser|idpuser|source|target|profile|claims?|assertion|attributes)\.([\w.-]+)")
_PATHS_OF_EXPRESSIONS = frozenset({"appuser", "idpuser"})
_CALL = re.compile(r"[A-Za-z_][\w.]{0,60}\((.*)", re.S)
_LONGEST_CALL = 200
_HOLDS_CODE = re.compile(r"""["'\[\],]""")
_PLACEHOLDER = re.compile(
    r"\{\{?[^{}]*\}?\}|<[^<>]*>|\[[^\[\]]*\]|\$\{[^{}]*\}?|\$[A-Za-z_]\w*|%[A-Za-z_]\w*%|%[sdr]|:[a-z_]+"
)
_GUID_IN_BRACES = re.compile(r"[{(][0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}[)}]", re.I)
_BLOTTED = re.compile(r"[*•]{3,}|x{3,}|X{3,}|\.{3}|…|-{2,}|_{2,}|\?{2,}")
_DATA = re.compile(r"""[{\[]\s*["'\[{].*""", re.S)
_OUTER = "\"'“”„‘’`"
_A_SENTENCE, _A_LONG_TEXT = 3, 7


def why_no_identifier(value: str) -> str:
    """Why a text can't be what an identity provider sends for one person; empty where it can be.

    The name of an attribute, an expression, a placeholder, what a log writes in place of a value, a format
    of NameIDs, a sentence: all of these are copied from beside the value that was meant.
    """
    text = value.strip().strip(_OUTER).strip()
    plain = text.lower()
    if not text or _GUID_IN_BRACES.fullmatch(text):
        return ""
    if plain.strip("[]()<>{} ") in _WORDS["nothing"] or _BLOTTED.fullmatch(text):
        return "that stands for a value which is not there"
    if plain in _WORDS["formats"] or ":nameid-format:" in plain:
        return "that is a format of NameIDs"
    if (
        _SCHEMA.fullmatch(text)
        or plain.replace(" ", "") in _WORDS["attributes"]
        or _names_an_attribute(plain)
    ):
        return "that is the name of an attribute"
    if _DATA.fullmatch(text) or _is_call(text):
        return "that is an expression, not what it gives"
    if _PLACEHOLDER.fullmatch(text):
        return "that is a placeholder"
    return "that is a sentence" if _is_sentence(plain) else ""


def _names_an_attribute(plain: str) -> bool:
    path = _PATH.fullmatch(plain)
    if path is None:
        return False
    return path[1] in _PATHS_OF_EXPRESSIONS or path[2].rpartition(".")[2] in _WORDS["attributes"]


def _is_call(text: str) -> bool:
    call = _CALL.fullmatch(text[:_LONGEST_CALL])
    if call is None:
        return False
    inner = call[1].rstrip(" )")
    return not inner or bool(_HOLDS_CODE.search(inner)) or inner.lower() in _WORDS["attributes"]


def _is_sentence(plain: str) -> bool:
    words = plain.split()
    if len(words) < _A_SENTENCE or "=" in plain or "@" in plain:
        return False
    says = sum(word.strip(".,;:!?") in _WORDS["says"] for word in words)
    ends = plain[-1] in "!?:;" or (plain[-1] == "." and says > 0)
    return len(words) >= _A_LONG_TEXT or ends or says >= len(words) // _A_SENTENCE + 1
