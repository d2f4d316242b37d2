"""Which entries a text is about, with what in the text gave them away: pure functions."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from scimtui.guides.trouble.catalogue import WHO, Message, Trouble, catalogue
from scimtui.guides.trouble.reading import Plain, fold, plain
from scimtui.guides.trouble.values import Values, values_in

_PLACEHOLDER = re.compile(r"<[^<>]+>")
_ANYTHING = r".{1,300}?"
_LONGEST = 120
_LOOKED_AT = 4000
_STATUS_BONUS, _CUE_BONUS, _TOGETHER_BONUS = 25, 15, 200
_SYMPTOM = 5
_TYPED = 80
_NEAREST = 3
_WORD_WEIGHT = 10.0
_WORD = re.compile(r"[\w@.'-]+")
_COMMON = frozenset(
    (
        *("a", "an", "and", "any", "are", "as", "at", "be", "by", "can", "for", "from", "has", "have"),
        *("in", "into", "is", "it", "no", "not", "of", "on", "or", "so", "that", "the", "this", "to"),
        *("was", "with", "you", "your", "i", "my", "we"),
    )
)


@dataclass(frozen=True, slots=True)
class Match:
    """One entry that fits.

    Attributes:
        evidence: the words of the text that gave it away.
        score: higher fits better; only good for ordering.
    """

    trouble: Trouble
    evidence: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Explained:
    """What a text is about.

    Attributes:
        matches: the best first; empty where nothing fits.
        nearest: where nothing fits, up to three that have some words of it, and are no more than that.
        values: what the text says about whom.
    """

    matches: tuple[Match, ...]
    nearest: tuple[Trouble, ...]
    values: Values

    def as_json(self) -> dict[str, object]:
        """DESIGN's "explain"."""
        return {
            "matches": [
                {
                    **_entry_json(match.trouble),
                    "evidence": list(match.evidence),
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
    found = {
        match.trouble.code: match for match in (_literal(one, given, values) for one in catalogue()) if match
    }
    if len(text) <= _TYPED and "\n" not in text.strip():
        for match in _typed(text):
            found.setdefault(match.trouble.code, match)
    matches = tuple(sorted(found.values(), key=lambda match: -match.score))
    return Explained(matches, () if matches else _nearest(given.folded), values)


# ── literal messages ─────────────────────────────────────────────────────────


def _literal(trouble: Trouble, given: Plain, values: Values) -> Match | None:
    best: Match | None = None
    if trouble.together:
        places = [_pattern(text).search(given.folded) for text in trouble.together]
        if all(places):
            evidence = tuple(dict.fromkeys(given.shown(place) for place in places if place is not None))
            best = Match(trouble, evidence, _TOGETHER_BONUS + sum(map(len, evidence)))
    for message in trouble.messages:
        match = _by_message(trouble, message, given, values.status)
        if match is not None and (best is None or match.score > best.score):
            best = match
    for symptom in trouble.symptoms:
        if fold(symptom) in given.folded:
            score = _SYMPTOM + min(len(symptom), _LONGEST) / 2
            if best is None or score > best.score:
                best = Match(trouble, (symptom,), score)
    return best


def _by_message(trouble: Trouble, message: Message, given: Plain, status: str) -> Match | None:
    folded = given.folded
    place = _pattern(message.text).search(folded)
    if place is None or any(fold(word) in folded for word in message.without):
        return None
    needed = [word for word in message.needs if fold(word) in folded]
    if message.needs and not needed:
        return None
    evidence = [given.shown(place)]
    score = float(min(len(_PLACEHOLDER.sub("", message.text)), _LONGEST))
    if message.status and status == str(message.status):
        evidence.append(status)
        score += _STATUS_BONUS
    score += _CUE_BONUS * sum(fold(word) in folded for word in (*message.cues, *message.needs))
    return Match(trouble, tuple(evidence), score)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """A message as it is looked for; a full stop at its end need not be there."""
    parts = [re.escape(fold(part)) for part in _PLACEHOLDER.split(text)]
    spaced = [(r"\s*" if number else "") + part for number, part in enumerate(parts)]
    pattern = _ANYTHING.join(spaced)
    pattern = pattern.removesuffix(r"\.")
    start = r"(?<!\w)" if pattern[:1].isalnum() else ""
    return re.compile(start + pattern, re.DOTALL)


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
    words = _split(query)
    if not words or all(word in _COMMON for word in words):
        return []
    matches = []
    for trouble in catalogue():
        named, told = _words_of(trouble)
        score = 0.0
        for word in words:
            if any(known.startswith(word) for known in named):
                score += 3.0
            elif any(known.startswith(word) for known in told):
                score += 1.0
            else:
                break
        else:
            # Below what any literal message scores: a message that is there says more than words.
            matches.append(Match(trouble, tuple(dict.fromkeys(words)), score / (3.0 * len(words))))
    return matches


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
        score = sum(_WORD_WEIGHT * math.log(1 + number / spread[word]) for word in words & named)
        score += len(pieces & _pieces(" ".join(named))) / len(pieces)
        scored.append((-score, place, trouble))
    return tuple(trouble for _, _, trouble in sorted(scored, key=lambda one: one[:2])[:_NEAREST])


def _pieces(text: str) -> set[str]:
    return {text[place : place + 3] for place in range(len(text) - 2)}
