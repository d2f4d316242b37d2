"""Hostile text made showable, folded for search, and measured in terminal cells.

Names, e-mails, uids and error bodies come from outside. A control character in one of them would
reach the terminal through any widget, so everything passes `printable` where it enters a screen.
"""

from __future__ import annotations

import re
import unicodedata

_SUSPECT = re.compile(
    # Everything outside printable ASCII and Latin letters gets a closer look; most names never do.
    "[^\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff]"
)
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})
_INVISIBLE = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
_COMBINING_LIMIT = 4


def printable(text: str) -> str:
    """Return `text` with nothing left in it that a terminal would obey, hide or measure its own way.

    C0 controls become their picture (`␛`); other control, format, bidi, private, unassigned and
    joining characters become `<202E>`; long runs of combining marks are cut to what one cell carries.
    """
    if text.isascii() and text.isprintable():
        return text
    return _cap_combining(_SUSPECT.sub(_shown, text))


def one_for_one(text: str) -> str:
    """Like `printable`, but every character stays one: for a field in which a cursor counts them.

    What is hidden, or measured differently from terminal to terminal, becomes `�`.
    """
    if text.isascii() and text.isprintable():
        return text
    return _SUSPECT.sub(lambda match: shown if len(shown := _shown(match)) == 1 else "\ufffd", text)


def printable_name(name: str) -> str:
    """`printable` for a person's name, without the joiners that some scripts and emoji are written with.

    Terminals do not agree on their width, and nobody decides anything by them in a name.
    """
    if name.isascii():
        return printable(name)
    return printable(_NAME_JOINERS.sub("", name))


_NAME_JOINERS = re.compile(r"(?<=\w)[\u200c\u200d](?=\w)|(?<=[^\x00-\u02ff])[\u200c\u200d\ufe0e\ufe0f]")


def _shown(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    category = unicodedata.category(character)
    if category in _HIDDEN_CATEGORIES or character in _INVISIBLE or _alters_neighbour(code):
        return f"<{code:04X}>"
    if category == "Zs":
        return " " if character in ("\u00a0", "\u3000") else f"<{code:04X}>"
    return character


def _alters_neighbour(code: int) -> bool:
    """Variation selectors, skin tones and flag letters: drawn one or two cells wide, by the terminal."""
    return (
        0xFE00 <= code <= 0xFE0F
        or 0xE0100 <= code <= 0xE01EF
        or 0x1F3FB <= code <= 0x1F3FF
        or 0x1F1E6 <= code <= 0x1F1FF
    )


def _cap_combining(text: str) -> str:
    run = 0
    kept: list[str] = []
    for character in text:
        if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
            run += 1
            if run > _COMBINING_LIMIT:
                continue
            if not kept:
                kept.append("\u25cc")
        else:
            run = 0
        kept.append(character)
    return "".join(kept)


_UNSAFE_IN_JSON = (
    "[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\uffff]"
)


def json_text(value: object) -> str:
    """A JSON document that a terminal can be shown: what it would obey or hide is escaped, letters stay."""
    import json

    written = json.dumps(value, ensure_ascii=False, indent=2)
    return re.sub(_UNSAFE_IN_JSON, lambda match: f"\\u{ord(match.group()):04x}", written)


def visible_blanks(text: str) -> str:
    """Like `printable`, with blanks at the ends shown as `␠`: they make another value to GitLab."""
    shown = printable(text)
    inner = shown.strip(" ")
    if not inner:
        return "\u2420" * len(shown)
    left = len(shown) - len(shown.lstrip(" "))
    right = len(shown) - len(shown.rstrip(" "))
    return "\u2420" * left + inner + "\u2420" * right


def fold_uid(uid: str) -> str:
    """Fold an `extern_uid` as GitLab does: lower-casing, not full case folding (contract 1.10a)."""
    return uid.lower()


_LETTERS_WITHOUT_MARK = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "œ": "oe",
        "æ": "ae",
        "þ": "th",
        "ŧ": "t",
        "ŋ": "n",
    }
)


def fold_search(text: str) -> str:
    """Fold for search: full case folding, accents stripped, letters without a decomposition mapped."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return bare.translate(_LETTERS_WITHOUT_MARK)


def cell_width(text: str) -> int:
    """Width in terminal cells, by the tables that draw the screens."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def fit(text: str, width: int) -> str:
    """Cut printable `text` to at most `width` cells, with `…` where it was cut, and pad to `width`."""
    size = cell_width(text)
    if size > width:
        text = cut(text, width)
        size = cell_width(text)
    return text + " " * (width - size)


def cut(text: str, width: int) -> str:
    """Cut printable `text` to at most `width` cells, ending in `…` where something was left out."""
    if cell_width(text) <= width:
        return text
    if width <= 0:
        return ""
    if text.isascii():
        return text[: width - 1] + "…"
    kept = ""
    for cluster in _clusters(text):
        if cell_width(kept + cluster) > width - 1:
            break
        kept += cluster
    return kept + "…"


def shortened(text: str, most: int = 300) -> str:
    """What somebody can read of a text that may be megabytes: its beginning, and how long it is."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def _clusters(text: str) -> list[str]:
    clusters: list[str] = []
    for character in text:
        sticks = unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Mc")
        if clusters and sticks:
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def hanging(text: str, indent: str, width: int) -> str:
    """Printable text wrapped to `width` cells, every line after the first indented as far as the first.

    Args:
        indent: what the first line begins with; the others get blanks.
    """
    import textwrap

    room = max(20, width)
    return textwrap.fill(
        text,
        room,
        initial_indent=indent,
        subsequent_indent=" " * len(indent),
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
        drop_whitespace=True,
    )


def count(number: int) -> str:
    """A number with a comma per thousand."""
    return f"{number:,}"


def age(seconds: float) -> str:
    """How long ago, in words: `just now`, `40 s ago`, `12 min ago`, `3 h ago`, `5 days ago`."""
    if seconds < 5:
        return "just now"
    if seconds < 60:
        return f"{int(seconds)} s ago"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 2 * 86400:
        return f"{int(seconds // 3600)} h ago"
    return f"{int(seconds // 86400):,} days ago"


# OWASP "CSV injection": what makes a spreadsheet take a cell for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


_FORMULA_BEHIND_SEPARATOR = re.compile("([;|]\\s*)(?=[-=+@\uff1d\uff0b\uff0d\uff20])")


def csv_cell(value: object) -> str:
    """A cell that a terminal can be shown and that no spreadsheet takes for a formula.

    Nor does one that divides cells by something else than a comma, whether a cell is quoted or not.
    """
    text = "" if value is None else str(value)
    if text.startswith(_FORMULA_STARTS):
        text = f"'{text}"
    return _FORMULA_BEHIND_SEPARATOR.sub(r"\1'", printable(text))
