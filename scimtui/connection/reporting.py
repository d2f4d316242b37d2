"""A test as a text for a support ticket: no token, and people's values replaced."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote, unquote

from scimtui import __version__
from scimtui.connection.model import Line, Report, State, Verdict
from scimtui.text import fold_uid, printable

# A local part and an @ are enough: hosts without a dot, and addresses that were cut off, are people's too.
_EMAIL = r"[\w.!#$%'*+^`{|}~-]+@[\w-]*(?:\.[\w-]+)*"
_PART = re.compile(r"[^@.]+")
_IS_HEX = re.compile(r"[0-9A-Fa-f-]+")
_ENCODED = re.compile(r"[^\s\"'<>|,;()]*%[0-9A-Fa-f]{2}[^\s\"'<>|,;()]*")
_JSON_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_OF_A_PERSON = re.compile(r"(?<=/Users/)[^/?]+|(?<=/members/all/)[^/?]+|(?<=/identities/)[^/?]+")
_MOST_CODINGS, _MOST_TRIES = 3, 1000
_HEX = "abcdef"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SIGNS = {
    State.PASSED: "passed",
    State.WARNED: "**warned**",
    State.FAILED: "**failed**",
    State.SKIPPED: "skipped",
    State.WAITING: "waiting",
    State.RUNNING: "running",
}
WORDS = {Verdict.READY: "ready", Verdict.WARNINGS: "ready, with warnings", Verdict.NOT_READY: "not ready"}


class Placeholders:
    """Stands in for people's values: equal stays equal, and case, length and shape are kept.

    A letter becomes a letter and a digit a digit, by a key that is drawn anew for each run and kept
    nowhere, so that a value can't be found again by trying. Two values that differ in case alone
    get placeholders that differ in case alone.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key if key is not None else secrets.token_bytes(32)
        self._taken: dict[str, str] = {}

    def of(self, value: str) -> str:
        """The placeholder for one value; the parts around @ and . are replaced each by itself."""
        return _PART.sub(lambda match: self._part(match[0]), value)

    def _part(self, part: str) -> str:
        """Short parts can get the same placeholder by chance: the later one tries again."""
        folded = fold_uid(part)
        is_hex = _IS_HEX.fullmatch(part) is not None
        stand_in = part
        for attempt in range(_MOST_TRIES):
            stream = b""
            for block in range(-(-len(part) // 32)):
                text = f"{block}:{attempt}:{folded}"
                stream += hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256)
            letters = _HEX if is_hex and attempt < _MOST_TRIES // 2 else _LETTERS
            pairs = zip(part, stream, strict=False)
            stand_in = "".join(_stand_in(character, byte, letters) for character, byte in pairs)
            if self._taken.setdefault(stand_in.lower(), folded) == folded:
                break
        return stand_in

    def hide(self, text: str, values: tuple[str, ...]) -> str:
        """The text with these values, in any case or encoding, and every e-mail address replaced."""
        text = _JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
        text = _ENCODED.sub(lambda match: self._encoded(match[0], values), text)
        return self._hide(text, values)

    def hide_address(self, url: str, values: tuple[str, ...]) -> str:
        """The same for an address: of its path only what names a person, so that `api` stays `api`."""
        path, mark, asked = url.partition("?")
        path = _OF_A_PERSON.sub(lambda match: self._encoded(match[0], (unquote(match[0]),)), path)
        return path + mark + self.hide(asked, values)

    def _hide(self, text: str, values: tuple[str, ...]) -> str:
        forms = {form for value in values for form in (value, value.replace(" ", "+")) if form}
        words = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
        pattern = f"(?<![^\\W_])(?:{words})(?![^\\W_])|{_EMAIL}" if words else _EMAIL
        with_blanks = {value.replace(" ", "+").lower() for value in values if " " in value}

        def replaced(match: re.Match[str]) -> str:
            if match[0].lower() in with_blanks:
                return self.of(match[0].replace("+", " ")).replace(" ", "+")
            return self.of(match[0])

        return re.sub(pattern, replaced, text, flags=re.IGNORECASE)

    def _encoded(self, word: str, values: tuple[str, ...]) -> str:
        """One word with percent signs: hidden as it reads, then written as it was."""
        plain, times = word, 0
        while times < _MOST_CODINGS and (decoded := unquote(plain)) != plain:
            plain, times = decoded, times + 1
        hidden = self._hide(plain, values)
        if hidden == plain:
            return word
        for _ in range(times):
            hidden = quote(hidden, safe="/:?=&", errors="surrogatepass")
        return hidden


def _stand_in(character: str, byte: int, letters: str) -> str:
    if character.isdigit():
        return str(byte % 10)
    if not character.isalpha():
        return character
    letter = letters[byte % len(letters)]
    return letter.upper() if character.isupper() else letter


def as_markdown(report: Report, at: datetime, places: Placeholders | None = None) -> str:
    """The whole test for a ticket.

    Args:
        at: when it was run, UTC.
        places: stands in for people's values; None takes those of this test.
    """
    places = places if places is not None else Placeholders(report.key or None)
    personal = tuple(
        dict.fromkeys(
            value for line in report.lines if line.outcome is not None for value in line.outcome.personal
        )
    )

    def hide(text: str) -> str:
        return printable(places.hide(text, personal))

    def hide_address(text: str) -> str:
        return printable(places.hide_address(text, personal))

    parts = [
        "# Connection test",
        "",
        f"- result: **{WORDS[report.verdict]}**",
        f"- when: {at:%Y-%m-%dT%H:%M:%SZ}, {report.took}",
        f"- address: {_as_code(printable(report.scim_url)) or 'none that can be used'}",
        f"- tokens: {report.tokens}",
        f"- identity provider: {report.idp or 'not said'}",
        f"- GitLab: {_as_code(printable(report.version)) or 'version not known'}",
        f"- scimtui: {__version__}",
        "- people's values are replaced: equal stays equal, case and shape are kept",
        "",
        "| check | result | what | ms |",
        "|---|---|---|---|",
        *(_row(line, hide) for line in report.lines),
    ]
    for line in report.lines:
        if line.state in (State.FAILED, State.WARNED):
            parts += ["", *_details(line, hide, hide_address)]
    return "\n".join(parts) + "\n"


def _row(line: Line, hide: Callable[[str], str]) -> str:
    finding = line.finding
    said = (finding.title, _as_code(hide(finding.seen))) if finding is not None else ()
    what = " · ".join(part for part in said if part).replace("|", "\\|")
    time = f"{line.milliseconds:.0f}" if line.state.is_over and line.state is not State.SKIPPED else ""
    return f"| {line.title} | {_SIGNS[line.state]} | {what} | {time} |"


def _as_code(text: str) -> str:
    """Foreign words as code: no link, image or mention comes of them in a ticket."""
    quoted = text.replace("`", "'")
    return f"`{quoted}`" if text else ""


def _details(line: Line, hide: Callable[[str], str], hide_address: Callable[[str], str]) -> list[str]:
    finding = line.finding
    assert finding is not None
    said = [("Code", finding.code), ("Why", finding.why), ("Next", finding.fix), ("Source", finding.source)]
    parts = [f"## {line.title}: {finding.title}", ""]
    parts += [f"- {name}: {words}" for name, words in said if words]
    for exchange in line.exchanges:
        status = str(exchange.status) if exchange.status is not None else "no answer"
        kind = f" {hide(exchange.content_type)}" if exchange.content_type else ""
        told = [
            f"{exchange.method} {hide_address(exchange.url)}",
            *(f"{name}: {value}" for name, value in exchange.headers.items()),
            f"→ {status}{kind}",
            *(hide(words) for words in exchange.lines),
        ]
        longest = max((len(run) for run in re.findall("`+", "\n".join(told))), default=0)
        fence = "`" * max(3, longest + 1)
        parts += ["", fence, *told, fence]
    return parts
