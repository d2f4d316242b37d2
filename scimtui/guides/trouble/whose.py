"""Who wrote a text is not whom it is about: writers' addresses, blanked out before values are looked for."""

from __future__ import annotations

import re
from functools import cache

from scimtui.guides.trouble.words import words

EMAIL = re.compile(
    r"[A-Za-z0-9_+](?:[A-Za-z0-9.!#$*+^_~'-]{0,62}[A-Za-z0-9_+~-])?"
    r"@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
)
_URL = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,12}://[^\s\"'<>]{1,2000}"
    r"|(?<![\w@.])[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}/[^\s\"'<>]{1,2000}",
    re.IGNORECASE,
)
_SIGNATURE = frozenset({"--", "—", "––", "___", "__"})
_SIGNED_LINES = 6
_LONGEST_LINE, _LONGEST_SIGNED, _LONGEST_INTRODUCTION, _LONGEST_WROTE = 2000, 100, 200, 40
_MARKS = " \t>|*_\u00a0"
_ADDRESS = EMAIL.pattern
_DAY, _CLOCK = r"\d{1,4}[-./:]\d{1,2}(?:[-./:]\d{1,4})?", r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
_TIME = rf"(?:[\[(]?{_DAY}(?:[ T,]{{1,2}}{_CLOCK})?\s{{0,2}}(?:[ap]\.?m\.?|uhr|utc|z)?[\])]?)"
_NAME = r"[^\n<>(:@]{1,60}"
# Chat: a name, an address and a time in a line by themselves, or before what was said.
_CHAT_HEAD = re.compile(
    rf"^(?:{_TIME}[\s,–-]{{0,4}})?(?:{_NAME}[<(])?{_ADDRESS}[>)]?[\s,–|-]{{0,4}}{_TIME}[\s,]{{0,2}}(?:{_TIME})?\s*:?",
    re.IGNORECASE,
)
# A line that is a name and an address in brackets, and nothing else.
_CHAT_NAME = re.compile(rf"^{_NAME}[<(]{_ADDRESS}[>)]$", re.IGNORECASE)
_MENTION = re.compile(rf"(?<!\w)@{_ADDRESS}")
_CHAT_SAID = re.compile(
    rf"^(?:{_TIME}[\s,–-]{{0,4}}(?:{_NAME}[<(]?)?{_ADDRESS}[>)]?|{_NAME}[<(]{_ADDRESS}[>)])\s{{0,2}}[:：]",
    re.IGNORECASE,
)


def is_email(text: str) -> bool:
    """Whether it is an address of somebody, and not of a role or a repository."""
    return bool(EMAIL.fullmatch(text)) and not _patterns()["nobody"].match(text)


def without_urls(text: str) -> str:
    """The text without addresses of pages and requests: an @ in one makes no e-mail address."""
    return _URL.sub(" ", text)


def of_the_text(text: str) -> str:
    """The text with the addresses of whoever wrote it blanked out: headers, speakers, signatures."""
    return "\n".join(_without_writers(text.split("\n"))) if "@" in text else text


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    told = {name: "|".join(several) for name, several in words("writers").items()}
    written = {
        "header": rf"^(?:{told['headers']})[ \t*_\u00a0]{{0,4}}[:：]",
        "wrote": rf"\b(?:{told['wrote']})\b[^\n]{{0,120}}[:：]?\s*$"
        rf"|(?:{told['wrote-unspaced']})\s*[:：]?\s*$",
        "signed": rf"^(?:{told['signed']})(?!\w)",
        "speaking": rf"^<?{_ADDRESS}>?\s{{0,2}}[:：]\s*(?:{told['speaking']})\b",
        "here": rf"^[^\n@]{{0,80}}<?{_ADDRESS}>?[^\n:@]{{0,60}}\b(?:{told['here']})\b\s{{0,2}}[:,.–-]",
        "role": rf"{_ADDRESS}\s{{0,2}}\([^()\n]{{0,40}}\b(?:{told['roles']})\b[^()\n]{{0,40}}\)",
        "contact": rf"\b(?:{told['contact']})[ \t:,!<(]{{1,4}}(?:[A-ZÀ-Þ][\w.'’-]{{0,30}}\s{{1,2}}){{0,3}}"
        rf"[<(]?(?P<address>{_ADDRESS})",
        "nobody": rf"^(?:\[secret\]|(?:{told['nobody']})(?:[+.-][^@]{{0,60}})?)@",
    }
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in written.items()}


def _without_writers(lines: list[str]) -> list[str]:
    known = _patterns()
    kept: list[str] = []
    below, signed = False, 0
    for number, line in enumerate(lines):
        bare = line[:_LONGEST_LINE].strip(_MARKS)
        follows = lines[number + 1][:_LONGEST_LINE].strip(_MARKS) if number + 1 < len(lines) else ""
        is_header = known["header"].match(bare) is not None
        introduces = "@" in bare and not is_header and _introduces(bare, follows)
        if bare in _SIGNATURE:
            below = True
        elif is_header or introduces:
            below, signed = False, 0
        elif len(bare) < _LONGEST_SIGNED and known["signed"].match(bare):
            signed = _SIGNED_LINES + 1
        is_writers = below or signed > 0 or is_header or introduces
        kept.append(EMAIL.sub(" ", line) if is_writers else _without_speakers(line))
        signed -= 1
    return kept


def _introduces(line: str, follows: str) -> bool:
    """Whether it introduces a quoted mail, by itself or with “wrote:” in the line that follows."""
    wrote = _patterns()["wrote"]
    if wrote.search(line):
        return True
    is_short = len(line) < _LONGEST_INTRODUCTION and len(follows) < _LONGEST_WROTE and "@" not in follows
    return is_short and wrote.search(follows) is not None


def _without_speakers(line: str) -> str:
    if "@" not in line:
        return line
    known = _patterns()
    start = len(line) - len(line.lstrip(_MARKS))
    head, rest, tail = line[:start], line[start:_LONGEST_LINE], line[max(start, _LONGEST_LINE) :]
    rest = _MENTION.sub(" ", rest)
    for pattern in (known["here"], _CHAT_HEAD, _CHAT_NAME, _CHAT_SAID):
        if (match := pattern.match(rest)) is not None:
            rest = EMAIL.sub(" ", match[0]) + rest[match.end() :]
    if known["speaking"].match(rest):
        rest = EMAIL.sub(" ", rest, count=1)
    rest = known["contact"].sub(
        lambda match: match[0].replace(match["address"], " "), known["role"].sub(" ", rest)
    )
    return head + rest + tail
