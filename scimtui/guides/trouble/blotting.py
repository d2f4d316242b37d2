"""Secrets of a pasted text, blotted out before anything else is done with it."""

from __future__ import annotations

import re

from scimtui.gitlab.secret import without_tokens

_MARK = "[secret]"
_IN_ADDRESS = re.compile(r"(://)[^\s/@\"'<>]{1,300}@(?=[\w.-]+)")
_IS_SET_TO = r"(\\?[\"']?\s{0,3}(?:=>|[:=])\s{0,3}\\?[\"']?)"
_ONE_WORD = r"[^\s\"'\\,;]"
_TOKEN_HEADER = re.compile(
    rf"\b(private-token|job-token|x-api-key){_IS_SET_TO}({_ONE_WORD}{{1,4000}})", re.IGNORECASE
)
_AUTHORIZATION = re.compile(
    rf"\b((?:proxy-)?authorization){_IS_SET_TO}((?:[A-Za-z]{{3,12}}[ +]{{1,3}})?)"
    rf"(?={_ONE_WORD}*\d|{_ONE_WORD}{{20}})({_ONE_WORD}{{4,8000}})",
    re.IGNORECASE,
)
_COOKIE = re.compile(
    rf"\b((?:set-)?cookie){_IS_SET_TO}"
    rf"([\w.%-]{{1,200}}={_ONE_WORD}*(?:; ?[\w.%-]{{1,200}}(?:={_ONE_WORD}*)?)*)",
    re.IGNORECASE,
)
# Behind these stands a word of a sentence as often as a token: only what looks like one is taken.
_SCHEME = re.compile(
    r"\b(bearer|basic|ssws)((?:\s|%20|\+){1,3})(?=[\w.~+/=%-]*\d|[\w.~+/=%-]{20})[\w.~+/=%-]{6,8000}",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(access_token|refresh_token|id_token|private_token|feed_token|secret[ _]?token|client_secret"
    r"|api_?key|password|passwd|secret|samlresponse)"
    r"(\\?[\"']?\s{0,3}(?:=>|[:=])\s{0,3}\\?[\"']?)(?!\[FILTERED\])([^\s\"'&,;}\\]{4,})",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[A-Za-z]{1,19}[.:]?")
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{8,20000}(?:\.[\w-]{2,20000}){1,4}")
_RUNNER = re.compile(r"\bGR1348941[\w-]{10,}")


def without_secrets(text: str) -> str:
    """The text without tokens, passwords in addresses, and what headers and fields hold of both."""
    text = _IN_ADDRESS.sub(rf"\1{_MARK}@", without_tokens(text))
    text = _TOKEN_HEADER.sub(rf"\1\2{_MARK}", text)
    text = _COOKIE.sub(rf"\1\2{_MARK}", _AUTHORIZATION.sub(rf"\1\2\3{_MARK}", text))
    text = _SCHEME.sub(rf"\1\2{_MARK}", text)
    text = _RUNNER.sub(_MARK, _JWT.sub(_MARK, text))
    return _NAMED.sub(_named, text)


def _named(match: re.Match[str]) -> str:
    """`Secret token: paste it again` holds none; `password=hunter` does."""
    is_word = _WORDS.fullmatch(match[3]) and "token" in match[1].lower()
    return match[0] if is_word else f"{match[1]}{match[2]}{_MARK}"
