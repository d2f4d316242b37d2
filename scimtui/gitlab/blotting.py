"""Tokens taken out of what comes back: some servers and proxies echo what was sent, in every spelling.

The one place where text from outside enters: what is read, shown, kept or exported later has passed it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote, urlsplit

from scimtui.gitlab.errors import GitLabError
from scimtui.gitlab.requests import Answer
from scimtui.gitlab.secret import Secret, blotted_by_prefix

_SHOWN = "•••"
_IN_BODY = b"***"
_SHORTEST_PASSWORD = 4
# Letters, digits, - . _ written as JSON's \u00XX, which no server does that has nothing to hide.
_ESCAPED = re.compile(
    rb"(?<!\\)((?:\\\\)*)\\u00(2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aA])"
)


class Blots:
    """What must not be seen: this client's tokens, the passwords of its proxies, GitLab's kinds of token.

    Args:
        tokens: of the profile; None for those it has not.
        proxies: addresses of proxies, which can hold a password.
    """

    def __init__(self, tokens: Iterable[Secret | None], proxies: Iterable[str] = ()) -> None:
        known = [token.reveal() for token in tokens if token]
        known += [secret for proxy in proxies for secret in _secrets_of(proxy)]
        spelled = {written for secret in known for written in (secret, quote(secret, safe=""))}
        self._spelled = tuple(sorted(spelled, key=len, reverse=True))

    def text(self, text: str) -> str:
        """The text without any of it."""
        for secret in self._spelled:
            text = text.replace(secret, _SHOWN)
        return blotted_by_prefix(text, _SHOWN)

    def header(self, value: str) -> str:
        """A header's value; one that hides a token behind percent signs is left out whole."""
        shown = self.text(value)
        return shown if "%" not in shown or self.text(unquote(shown)) == unquote(shown) else _SHOWN

    def body(self, body: bytes) -> bytes:
        """A body without any of it; JSON stays the JSON it was."""
        if b"\\u00" in body:
            body = _ESCAPED.sub(_unescaped, body)
        for secret in self._spelled:
            body = body.replace(secret.encode(), _IN_BODY)
        # Latin-1 has every byte once, so that nothing but tokens changes.
        return blotted_by_prefix(body.decode("latin-1"), _IN_BODY.decode()).encode("latin-1")

    def answer(self, answer: Answer) -> Answer:
        """The whole answer without any of it."""
        headers = {name: self.header(value) for name, value in answer.headers.items()}
        return Answer(answer.request, answer.status, headers, self.body(answer.body))

    def error(self, error: GitLabError) -> GitLabError:
        """The error without any of it in its words."""
        error.what, error.words = self.text(error.what), self.text(error.words)
        error.args = (error.what,)
        return error


def _unescaped(match: re.Match[bytes]) -> bytes:
    return match[1] + bytes([int(match[2], 16)])


def _secrets_of(proxy: str) -> Iterator[str]:
    try:
        parts = urlsplit(proxy)
        user, password = parts.username or "", parts.password or ""
    except ValueError:
        return
    plain = unquote(password)
    if len(plain) >= _SHORTEST_PASSWORD:
        yield plain
        yield password
        yield base64.b64encode(f"{unquote(user)}:{plain}".encode()).decode()
