"""Which entries a text is about, with what in the text gave them away: pure functions."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from scimtui.guides.trouble.catalogue import WHO, Message, Trouble, catalogue
from scimtui.guides.trouble.reading import Plain, closing_brace, fold, plain
from scimtui.guides.trouble.values import Values, values_in

_PLACEHOLDER = re.compile(r"<[^<>]+>")
_ANYTHING = {
    "path": r"(?![0-9a-f]{8}-[0-9a-f]{4}-)[\w./%-]{1,255}",
    "uid": r"\S{1,255}",
    "list": r".{1,100}?",
}
_ELSE = r".{1,300}?"
_AROUND = 100
_APART = 140
_BEFORE = 2500
_MOST_PLACES = 50
_LONGEST_REQUEST = 4000
_FIELD = re.compile(
    r"scim|saml|gitlab|entra\b|azure|okta|google|provision|identity provider|\bidp\b|\bsso\b"
    r"|sign(?:ed|ing)?[ -]?in|log[ -]?in\b|extern_?(?:al)?_?(?:u?id)|nameid|/api/v4|glpat|glsoat|aadsts"
    r"|x-runtime|x-gitlab|gitlab-lb|ratelimit-|throttle_|\bpeople\b|\bperson\b|\bmembers?\b|anmeld"
    r"|enterprise user|private-token|secret token|error (?:saving user|updating|authenticating)|remote server"
)
_ENVELOPE_WORDS = re.compile(
    r"detail|message|error(?:s|_description)?|status(?:code)?|title|code|https?|schemas|api|warning|retry-after"
)
_STRANGE_LETTERS = 3
_SHORTEST_START = 4
_FEW_WORDS = 2
_LONGEST = 120
_LOOKED_AT = 4000
_STATUS_BONUS, _CUE_BONUS, _TOGETHER_BONUS = 25, 15, 200
_SYMPTOM = 5
_GENERAL = 4.0
_TYPED = 80
_NEAREST = 3
_WORD_WEIGHT = 10.0
_WORD = re.compile(r"[\w@.'-]+")
_COMMON = frozenset(
    (
        *("a", "an", "and", "any", "are", "as", "at", "be", "by", "can", "for", "from", "has", "have"),
        *("in", "into", "is", "it", "no", "not", "of", "on", "or", "so", "that", "the", "this", "to"),
        *("was", "with", "you", "your", "i", "my", "we"),
        *("do", "does", "did", "work", "works", "working", "help", "please", "still", "when", "why", "how"),
    )
)


@dataclass(frozen=True, slots=True)
class Match:
    """One entry that fits.

    Attributes:
        evidence: the words of the text that gave it away.
        score: higher fits better; only good for ordering.
        literal: the same in the catalogue's words, with nobody's name in them.
    """

    trouble: Trouble
    evidence: tuple[str, ...]
    score: float
    literal: tuple[str, ...] = ()

    @property
    def by_words(self) -> bool:
        """Whether words that are typed found it, and no message or symptom."""
        return not self.literal


@dataclass(frozen=True, slots=True)
class Explained:
    """What a text is about.

    Attributes:
        matches: the best first; empty where nothing fits.
        nearest: where nothing fits, up to three that have some words of it, and are no more than that.
        values: what the text says about whom.
        is_whole: whether all of the text was looked at; of a very long one both ends are.
    """

    matches: tuple[Match, ...]
    nearest: tuple[Trouble, ...]
    values: Values
    is_whole: bool = True

    def as_json(self) -> dict[str, object]:
        """DESIGN's "explain"."""
        return {
            "matches": [
                {
                    **_entry_json(match.trouble),
                    "evidence": list(match.evidence),
                    "by_words": match.by_words,
                    "values": self.values.as_json(),
                }
                for match in self.matches
            ],
            "nearest": [_entry_json(trouble) for trouble in self.nearest],
        }


def _entry_json(trouble: Trouble) -> dict[str, object]:
    return {
        "code": trouble.code,
        "title": trouble.title,
        "who": list(trouble.who),
        "cause": trouble.cause,
        "tell": trouble.tell,
        "fix": trouble.fix,
        "screen": trouble.screen,
        "source": trouble.source,
    }


def explain(text: str) -> Explained:
    """Say which entries a text is about: an error, a log line, a SCIM answer, an event, or a few words."""
    given = plain(text)
    values = values_in(given)
    together = {one.code: match for one in catalogue() if (match := _together(one, given)) is not None}
    # Two messages rule each other out where they are one entry, and only there.
    split = frozenset(fold(text) for one in catalogue() if one.code not in together for text in one.together)
    found = {
        match.trouble.code: match
        for one in catalogue()
        if (match := _literal(one, given, values, together.get(one.code), split)) is not None
    }
    if len(text) <= _TYPED and "\n" not in text.strip():
        for match in _typed(text):
            found.setdefault(match.trouble.code, match)
    matches = tuple(sorted(found.values(), key=lambda match: -match.score))
    return Explained(matches, () if matches else _nearest(given.folded), values, given.is_whole)


# ── literal messages ─────────────────────────────────────────────────────────


def _literal(
    trouble: Trouble, given: Plain, values: Values, together: Match | None, split: frozenset[str]
) -> Match | None:
    best = together
    for message in trouble.messages:
        match = _by_message(trouble, message, given, values.status, split)
        if match is not None and (best is None or match.score > best.score):
            best = match
    for symptom in trouble.symptoms:
        if _is_described(symptom, given.folded):
            score = _SYMPTOM + min(len(symptom), _LONGEST) / 2
            if best is None or score > best.score:
                best = Match(trouble, (symptom,), score, (symptom,))
    return best


def _is_described(symptom: str, folded: str) -> bool:
    """Whether people describe it so. Two words alone count by themselves, or near a word of the field."""
    words = fold(symptom)
    if words not in folded or re.search(rf"(?<!\w){re.escape(words)}(?!\w)", folded) is None:
        return False
    says_enough = len(words.split()) > _FEW_WORDS or len(folded) <= len(words) + _STRANGE_LETTERS
    return says_enough or _FIELD.search(folded) is not None


def _together(trouble: Trouble, given: Plain) -> Match | None:
    """All messages close by each other, of one banner, and not out of an answer of SCIM."""
    if not trouble.together:
        return None
    places = [next(_found(text, given.folded), None) for text in trouble.together]
    found = [place for place in places if place is not None]
    if len(found) < len(places):
        return None
    start, end = min(place.start() for place in found), max(place.end() for place in found)
    between = given.folded[start:end]
    apart = (end - start) - sum(place.end() - place.start() for place in found)
    if apart > _APART or "authentication failed" in between:
        return None
    if any(
        word in given.folded[max(0, start - _BEFORE) : start]
        for word in ("error saving user", "error updating")
    ):
        return None
    evidence = tuple(dict.fromkeys(given.shown(place) for place in found))
    return Match(trouble, evidence, _TOGETHER_BONUS + sum(map(len, evidence)), trouble.together)


def _by_message(
    trouble: Trouble, message: Message, given: Plain, status: str, split: frozenset[str]
) -> Match | None:
    folded = given.folded
    place = next((one for one in _found(message.text, folded) if _counts(message, one, split)), None)
    if place is None or (message.common and not _is_of_the_field(message, given, place)):
        return None
    needed = [word for word in message.needs if fold(word) in folded]
    if message.needs and not needed:
        return None
    evidence, literal = [given.shown(place)], [message.text]
    score = float(min(len(_PLACEHOLDER.sub("", message.text)), _LONGEST)) if not message.general else _GENERAL
    if message.status and status == str(message.status):
        evidence.append(status)
        literal.append(status)
        score += _STATUS_BONUS
    score += _CUE_BONUS * sum(fold(word) in folded for word in (*message.cues, *message.needs))
    return Match(trouble, tuple(evidence), score, tuple(literal))


def _counts(message: Message, place: re.Match[str], split: frozenset[str]) -> bool:
    """Whether neither words close by nor what was sent say that this is another message."""
    near = place.string[max(0, place.start() - _AROUND) : place.end() + _AROUND]
    if any(word in near for word in map(fold, message.without) if word not in split):
        return False
    if not message.inside:
        return True
    # The request as GitLab repeats it, from its brace on, without blanks.
    start = place.end() - 1
    end = closing_brace(place.string, start, _LONGEST_REQUEST) or start + _LONGEST_REQUEST
    sent = "".join(place.string[start : end + 1].split())
    return any(word in sent for word in message.inside)


def _is_of_the_field(message: Message, given: Plain, place: re.Match[str]) -> bool:
    """Whether the text is about provisioning or sign-in, or holds nothing but the message."""
    if _FIELD.search(place.string):
        return True
    if _PLACEHOLDER.search(message.text) and any(letter.isdigit() or letter == "@" for letter in place[0]):
        return True  # somebody's uid
    around = _ENVELOPE_WORDS.sub("", fold(given.text).replace(place[0], ""))
    return sum(letter.isalpha() for letter in around) <= _STRANGE_LETTERS


def _found(text: str, folded: str) -> Iterator[re.Match[str]]:
    """Where a message stands; its longest fixed words are looked for first, which is quick."""
    pattern, fixed = _pattern(text)
    return islice(pattern.finditer(folded), _MOST_PLACES) if fixed in folded else iter(())


@cache
def _pattern(text: str) -> tuple[re.Pattern[str], str]:
    """A message as it is looked for, without a full stop at its end; and its longest fixed words."""
    fixed = max((fold(part) for part in _PLACEHOLDER.split(text)), key=len).removesuffix(".")
    pattern = ""
    place = 0
    for gap in _PLACEHOLDER.finditer(text):
        pattern += re.escape(fold(text[place : gap.start()])) + (r"\s*" if place or gap.start() else "")
        pattern += _ANYTHING.get(gap[0][1:-1], _ELSE) + r"\s*"
        place = gap.end()
    pattern += re.escape(fold(text[place:]))
    pattern = pattern.removesuffix(r"\.")
    start = r"(?<!\w)" if pattern[:1].isalnum() else ""
    return re.compile(start + pattern, re.DOTALL), fixed


# ── words that are typed ─────────────────────────────────────────────────────


@cache
def _words_of(trouble: Trouble) -> tuple[frozenset[str], frozenset[str]]:
    """The words of what it is called and shown as, and those of all the rest."""
    named = [trouble.title, trouble.code.replace("-", " "), *trouble.symptoms, *trouble.together]
    named += [message.text for message in trouble.messages]
    named += [str(message.status) for message in trouble.messages if message.status]
    told = [trouble.cause, trouble.tell, trouble.fix, *(WHO[who] for who in trouble.who)]
    return frozenset(_split(" ".join(named))), frozenset(_split(" ".join(told)))


def _split(text: str) -> list[str]:
    return [word.strip(".'-") for word in _WORD.findall(fold(text)) if word.strip(".'-")]


def _typed(query: str) -> list[Match]:
    """Entries that have every word, the last of which may still be growing."""
    words = [word for word in _split(query) if word not in _COMMON]
    if not words:
        return []
    matches = []
    for trouble in catalogue():
        named, told = _words_of(trouble)
        score = 0.0
        for place, word in enumerate(words):
            is_start = place == len(words) - 1 or len(word) >= _SHORTEST_START
            if _has(word, named, is_start=is_start):
                score += 3.0
            elif _has(word, told, is_start=is_start):
                score += 1.0
            else:
                break
        else:
            # Below what any literal message scores: a message that is there says more than words.
            matches.append(Match(trouble, tuple(dict.fromkeys(words)), score / (3.0 * len(words))))
    return matches


def _has(word: str, words: frozenset[str], *, is_start: bool) -> bool:
    """Whether it is among them, or is how one of them begins."""
    return word in words or (is_start and any(known.startswith(word) for known in words))


def _nearest(folded: str) -> tuple[Trouble, ...]:
    """The three that share the rarest words with the text, or failing that the most of its letters."""
    words = {word for word in _split(folded[:_LOOKED_AT]) if word not in _COMMON and len(word) > 2}
    pieces = _pieces(folded[:_LOOKED_AT])
    if not pieces:
        return ()
    spread = Counter(word for trouble in catalogue() for word in _words_of(trouble)[0])
    number = len(catalogue())
    scored = []
    for place, trouble in enumerate(catalogue()):
        named = _words_of(trouble)[0]
        score = math.fsum(_WORD_WEIGHT * math.log(1 + number / spread[word]) for word in words & named)
        score += len(pieces & _pieces(" ".join(sorted(named)))) / len(pieces)
        scored.append((-round(score, 6), place, trouble))
    return tuple(trouble for _, _, trouble in sorted(scored, key=lambda one: one[:2])[:_NEAREST])


def _pieces(text: str) -> set[str]:
    return {text[place : place + 3] for place in range(len(text) - 2)}
