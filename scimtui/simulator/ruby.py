"""The bits of Ruby and Rails that shine through GitLab's answers: blank, to_i, inspect, to_sentence.

Contract 1.5 ("Leading digits count"), 2.2 ("lists and objects as Ruby text") and 2.4 ("Detail layout").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LEADING_INTEGER = re.compile(r"[ \t\n\v\f\r]*([+-]?[0-9]+(?:_[0-9]+)*)")
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\f": "\\f",
    "\v": "\\v",
    "\b": "\\b",
    "\a": "\\a",
    "\x1b": "\\e",
}
_MAX_DIGITS = 400


def blank(value: object) -> bool:
    """Rails' `blank?`: nil, false, whitespace, empty lists and empty objects."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or value is False or value in ([], {})


def truthy(value: object) -> bool:
    """Ruby's truth: everything but nil and false, so `0` and `""` are true."""
    return value is not None and value is not False


def to_i(text: str) -> int:
    """Ruby's `String#to_i`: leading digits count, the rest is dropped, junk is 0."""
    found = _LEADING_INTEGER.match(text)
    if not found:
        return 0
    digits = found.group(1).replace("_", "")
    return int(digits[:_MAX_DIGITS])


def words(text: str) -> list[str]:
    """Ruby's `split(' ')`: runs of ASCII whitespace separate, other blanks do not."""
    return [word for word in re.split(r"[ \t\n\v\f\r\0]+", text) if word]


def inspect(value: object) -> str:
    """Ruby's `inspect`, hashes in the spacing of Ruby 3.4 (`"k" => v`)."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _inspect_text(value)
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{inspect(str(key))} => {inspect(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inspect(item) for item in value) + "]"
    return str(value)


def column_text(value: object) -> str:
    """What a text column stores for a value of another type (contract 2.2: `true` is stored as `t`)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "t" if value else "f"
    return "" if value is None else inspect(value)


def plain_text(value: object) -> str:
    """Ruby's `to_s`."""
    return value if isinstance(value, str) else "" if value is None else inspect(value)


def to_sentence(parts: Sequence[str]) -> str:
    """Rails' `to_sentence`."""
    if len(parts) < 3:
        return " and ".join(parts)
    return ", ".join(parts[:-1]) + ", and " + parts[-1]


def _inspect_text(text: str) -> str:
    out = []
    for position, character in enumerate(text):
        following = text[position + 1 : position + 2]
        if character in _ESCAPES:
            out.append(_ESCAPES[character])
        elif character == "#" and following and following in "{$@":
            out.append("\\#")
        elif not character.isprintable() and character != " ":
            out.append(_code_point(character))
        else:
            out.append(character)
    return '"' + "".join(out) + '"'


def _code_point(character: str) -> str:
    number = ord(character)
    if number < 0x80:
        return f"\\x{number:02X}"
    return f"\\u{number:04X}" if number <= 0xFFFF else f"\\u{{{number:X}}}"


def _float_text(number: float) -> str:
    text = repr(number)
    if text in ("inf", "-inf", "nan"):
        return {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}[text]
    mantissa, marker, exponent = text.partition("e")
    if marker and "." not in mantissa:
        mantissa += ".0"
    return mantissa + marker + exponent
