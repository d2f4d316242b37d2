"""A test as a text for a support ticket: no token, and people's values replaced."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from scimtui import __version__
from scimtui.connection.model import Line, Report, State, Verdict
from scimtui.text import fold_uid, printable

_EMAIL = r"[\w.!#$%&'*+/=?^`{|}~-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"
_PART = re.compile(r"(?:(?!%40)[^@.])+")
_IS_HEX = re.compile(r"[0-9A-Fa-f-]+")
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

    def of(self, value: str) -> str:
        """The placeholder for one value; the parts around @ and . are replaced each by itself."""
        return _PART.sub(lambda match: self._part(match[0]), value)

    def _part(self, part: str) -> str:
        stream = b""
        for block in range(-(-len(part) // 32)):
            text = f"{block}:{fold_uid(part)}"
            stream += hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256)
        letters = _HEX if _IS_HEX.fullmatch(part) else _LETTERS
        pairs = zip(part, stream, strict=False)
        return "".join(_stand_in(character, byte, letters) for character, byte in pairs)

    def hide(self, text: str, values: tuple[str, ...]) -> str:
        """The text with these values, and whatever looks like an e-mail address, replaced in one go."""
        written = {form: value for value in values for form in (value, quote(value, safe="")) if value}
        words = "|".join(re.escape(form) for form in sorted(written, key=len, reverse=True))
        pattern = (
            f"(?:(?<![^\\W_])|(?<=%[0-9A-Fa-f]{{2}}))(?:{words})(?![^\\W_])|{_EMAIL}" if words else _EMAIL
        )

        def replaced(match: re.Match[str]) -> str:
            value = written.get(match[0], match[0])
            return self.of(value) if match[0] == value else quote(self.of(value), safe="")

        return re.sub(pattern, replaced, text)


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
        places: stands in for people's values; None draws new ones.
    """
    places = places if places is not None else Placeholders()
    personal = tuple(
        dict.fromkeys(
            value for line in report.lines if line.outcome is not None for value in line.outcome.personal
        )
    )

    def hide(text: str) -> str:
        return printable(places.hide(text, personal))

    parts = [
        "# Connection test",
        "",
        f"- result: **{WORDS[report.verdict]}**",
        f"- when: {at:%Y-%m-%dT%H:%M:%SZ}, {report.took}",
        f"- address: `{report.scim_url or 'none that can be used'}`",
        f"- tokens: {report.tokens}",
        f"- identity provider: {report.idp or 'not said'}",
        f"- GitLab: {report.version or 'version not known'}",
        f"- scimtui: {__version__}",
        "- people's values are replaced: equal stays equal, case and shape are kept",
        "",
        "| check | result | what | ms |",
        "|---|---|---|---|",
        *(_row(line, hide) for line in report.lines),
    ]
    for line in report.lines:
        if line.state in (State.FAILED, State.WARNED):
            parts += ["", *_details(line, hide)]
    return "\n".join(parts) + "\n"


def _row(line: Line, hide: Callable[[str], str]) -> str:
    finding = line.finding
    said = (finding.title, hide(finding.seen)) if finding is not None else ()
    what = " · ".join(part for part in said if part).replace("|", "\\|")
    time = f"{line.milliseconds:.0f}" if line.state.is_over and line.state is not State.SKIPPED else ""
    return f"| {line.title} | {_SIGNS[line.state]} | {what} | {time} |"


def _details(line: Line, hide: Callable[[str], str]) -> list[str]:
    finding = line.finding
    assert finding is not None
    said = [("Code", finding.code), ("Why", finding.why), ("Next", finding.fix), ("Source", finding.source)]
    parts = [f"## {line.title}: {finding.title}", ""]
    parts += [f"- {name}: {hide(words)}" for name, words in said if words]
    for exchange in line.exchanges:
        status = str(exchange.status) if exchange.status is not None else "no answer"
        kind = f" {hide(exchange.content_type)}" if exchange.content_type else ""
        parts += ["", "```", f"{exchange.method} {hide(exchange.url)}"]
        parts += [f"{name}: {value}" for name, value in exchange.headers.items()]
        parts += [f"→ {status}{kind}", *(hide(words) for words in exchange.lines), "```"]
    return parts
