"""Every message as copying, quoting, scanning and typing leave it: it is found all the same."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest

from scimtui.guides.trouble import catalogue, explain
from scimtui.guides.trouble.needle import GAP, find, first_sentence, needle
from scimtui.guides.trouble.reading import plain
from scimtui.guides.trouble.stream import Stream

LONG_ENOUGH = 5
CHANCE = random.Random("scanned")


def misread(text: str) -> str:
    """`l` for `I`, `1` for `l`, `0` for `o`, here and there."""
    swaps = {"l": "1I", "I": "l", "i": "l", "o": "0", "O": "0"}
    return "".join(
        CHANCE.choice(swaps[letter]) if letter in swaps and CHANCE.random() < 0.3 else letter
        for letter in text
    )


def broken(text: str, hyphen: str) -> str:
    """A line broken in the longest word."""
    word = max(text.split(), key=len)
    return text.replace(word, f"{word[: len(word) // 2]}{hyphen}\n{word[len(word) // 2 :]}", 1)


def without_a_letter(text: str) -> str:
    """Two letters of long words are missing."""
    words = text.split()
    places = [place for place, word in enumerate(words) if word != "without"]
    for place in sorted(places, key=lambda one: -len(words[one]))[:2]:
        words[place] = words[place][:3] + words[place][4:]
    return " ".join(words)


def quoted(text: str, depth: int) -> str:
    for _ in range(depth):
        text = json.dumps({"reason": text})
    return text


DISTORTED: dict[str, Callable[[str], str]] = {
    "misread": misread,
    "broken": lambda text: broken(text, ""),
    "hyphenated": lambda text: broken(text, "-"),
    "without-marks": lambda text: "".join(letter for letter in text if letter.isalnum() or letter == " "),
    "commas": lambda text: text.replace(". ", ", "),
    "capitals": str.upper,
    "python": lambda text: repr({"detail": [text]}),
    "go": lambda text: f"map[message:map[base:[{text}]]]",
    "quoted-three-times": lambda text: quoted(text, 3),
    "curly": lambda text: f"“{text.replace(chr(39), '’')}”",
    "no-blanks-of-a-table": lambda text: text.replace(" ", "\u00a0"),
    "narrow": lambda text: "\n".join(text.split()),
    "marked-up": lambda text: f"<b>{text.replace(' ', '</b> <i>', 1)}</i>",
}


def messages() -> list[tuple[str, str]]:
    """Those that are long enough to survive it, and need nothing around them."""
    return [
        (entry.code, message.text)
        for entry in catalogue()
        for message in entry.messages
        if not (message.needs or message.inside or GAP.search(message.text))
        and len(message.text.split()) >= LONG_ENOUGH
    ]


@pytest.mark.parametrize("name", DISTORTED)
def test_a_message_is_found_whatever_was_done_to_it(name: str) -> None:
    lost = []
    for code, text in messages():
        pasted = f"GitLab SAML: {DISTORTED[name](text)}"
        if not any(find(needle(text), plain(pasted).stream)):
            lost.append((code, pasted))
    assert not lost


def test_two_letters_less_are_the_same_message() -> None:
    lost = []
    for code, text in messages():
        if needle(text).slips < 2:
            continue
        pasted = f"GitLab SAML: {without_a_letter(text)}"
        if not any(find(needle(text), plain(pasted).stream)):
            lost.append((code, pasted))
    assert not lost


def test_the_first_sentence_alone_is_enough_where_it_says_enough() -> None:
    told = {text: first_sentence(text) for _, text in messages()}
    assert first_sentence("Invalid audience. The audience is wrong.") == ""
    for text, sentence in told.items():
        if sentence:
            codes = {match.trouble.code for match in explain(f"GitLab SSO says: {sentence}").matches}
            assert codes & {code for code, message in messages() if message == text}, sentence


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("User is not linked to a SAML account", "User is now linked to a SAML account"),
        ("Cannot remove last group owner", "Can remove last group owner"),
        ("AADSTS50011", "AADSTS500113: no reply address is registered"),
        ("Email can't be blank", "Mailbox can be bland"),
        ("401 Unauthorized", "403 Unauthorized"),
        ("Name can't be blank", "Username can't be blank"),
    ],
)
def test_another_meaning_is_another_message(message: str, text: str) -> None:
    assert list(find(needle(message), Stream(text))) == []


def test_what_is_compared_grows_with_the_text_and_not_with_its_square(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Letters that are compared one by one, of a text full of what looks like messages and is none."""
    from scimtui.guides.trouble import needle as needles

    compared = 0
    really = needles._nearest_end

    def counting(pattern: str, text: str) -> tuple[int, int]:
        nonlocal compared
        compared += len(text)
        return really(pattern, text)

    monkeypatch.setattr(needles, "_nearest_end", counting)
    line = "the members address is nearly not allowed for a group, check with administrators of SAML, SCIM\n"
    steps = []
    for times in (10, 100, 1000):
        compared = 0
        explain(line * times)
        steps.append(max(compared, 1))
    assert steps[2] < 15 * steps[1] < 15 * 15 * steps[0]
