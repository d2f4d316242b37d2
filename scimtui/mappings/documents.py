"""JSON out of a file, with what people leave around it, and bounded before anything is made of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import islice
from typing import Any

from scimtui.mappings.model import MappingFileError

_DEEPEST = 100
_DIGITS = 18
_PROBED = 2_000
_TRIES = 4
_BEGUN = re.compile(r"\{|\[\s*[\[{\"\]]")
_AROUND = re.compile(r"\s*(?:(?:```|;|\)|//|#|PS [A-Z]:|\$ )[^\n]{0,500})?", re.DOTALL)
_CUT = re.compile(
    r"(?:System\.(?:Collections\.|Object\[\])|Microsoft\.Graph\.)[\w.+`\[\], ]{0,200}|@\{[^{}]{0,2000}\}"
)


def without_comments(text: str) -> str:
    """The text from the first line on that is no comment and no fence; lines above are left as blank ones."""
    place, end = 0, len(text)
    while place < end:
        if text[place].isspace() or text[place] == "\ufeff":
            place += 1
        elif text.startswith("/*", place):
            closing = text.find("*/", place)
            place = closing + 2 if closing >= 0 else end
        elif text.startswith(("//", "#", "```"), place):
            line = text.find("\n", place)
            place = line + 1 if line >= 0 else end
        else:
            break
    return "\n" * text.count("\n", 0, place) + text[place:]


def json_start(text: str) -> int | None:
    """Where the JSON of a text without comments begins; None where it is none.

    What a log or a script put in front of it, on its line, is no part of it.
    """
    start = len(text) - len(text.lstrip())
    if _BEGUN.match(text, start):
        return start
    for match in islice(re.finditer(r"[\[{]", text[start : start + _PROBED]), _TRIES):
        place = start + match.start()
        try:
            document, end = _decoder().raw_decode(text, place)
        except (ValueError, RecursionError):
            document, end = None, 0
        entries = document if isinstance(document, list) else [document]
        if entries and all(isinstance(entry, dict) and entry for entry in entries) and _is_around(text, end):
            return place
    return start if text[start : start + 1] in ("{", "[") else None


def json_document(text: str, start: int, most: int, otherwise: Callable[[Any], None] = lambda _: None) -> Any:
    """The JSON that begins at `start`.

    Args:
        most: values, counted by what stands between them.
        otherwise: is asked about the first document where more of them follow, and may name it.

    Raises:
        MappingFileError: it is none, is not whole, or is too large.
    """
    if text.count(",") + text.count("[") + text.count("{") > most:
        raise MappingFileError("too-large", "there are more values in it than in any real one")
    try:
        document, end = _decoder().raw_decode(text, start)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
            raise MappingFileError(
                "cut-off", "the file ends in the middle: it is not whole", place, "export it again"
            ) from None
        words = f"{error.msg[0].lower()}{error.msg[1:]}"
        raise MappingFileError(
            "not-json", f"this is no JSON: {words}", place, "export it again, unedited"
        ) from None
    except RecursionError:
        raise MappingFileError("not-json", "this is nested far too deep") from None
    if not _is_around(text, end):
        otherwise(document)
        line = text.count("\n", 0, end) + 1
        raise MappingFileError(
            "not-json", "there is more after the JSON", f"line {line}", "give one document alone"
        )
    return document


def check_depth(document: Any) -> None:
    """Refuse what is nested deeper than any mapping, without going down into it.

    Raises:
        MappingFileError: it is; or PowerShell cut it off at a depth.
    """
    left: list[tuple[Any, int, str]] = [(document, 1, "")]
    while left:
        node, depth, path = left.pop()
        if depth > _DEEPEST:
            raise MappingFileError("not-json", "this is nested far too deep for a mapping")
        if isinstance(node, dict):
            left += [(value, depth + 1, f"{path}.{key}") for key, value in node.items()]
        elif isinstance(node, list):
            left += [(value, depth + 1, f"{path}[{number}]") for number, value in enumerate(node)]
        elif isinstance(node, str) and _CUT.fullmatch(node):
            raise MappingFileError(
                "cut-off",
                "ConvertTo-Json left the inner parts out: it writes two levels unless it is told more",
                path.lstrip("."),
                "run it again with | ConvertTo-Json -Depth 20",
            )


def _decoder() -> json.JSONDecoder:
    """Numbers of more digits than anything counts stay texts: making them takes the square of that."""

    def whole(digits: str) -> Any:
        return int(digits) if len(digits) <= _DIGITS else digits

    return json.JSONDecoder(parse_int=whole, parse_constant=lambda word: word)


def _is_around(text: str, end: int) -> bool:
    """Whether nothing but a fence, comments or a prompt follows."""
    rest = text[end:].strip()
    if len(rest) > _PROBED:
        return False
    return all(_AROUND.fullmatch(line) for line in rest.splitlines())
