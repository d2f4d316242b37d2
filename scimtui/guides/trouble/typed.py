"""A few words that are typed, and the entries nearest to a text that nothing fits."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from scimtui.guides.trouble.catalogue import WHO, Trouble, catalogue
from scimtui.guides.trouble.needle import GAP
from scimtui.guides.trouble.reading import fold

_SHORTEST_START = 4
_LOOKED_AT = 4000
_NEAREST = 3
_WORD_WEIGHT = 10.0
_ENOUGH, _CLEAR, _FEWEST, _SHARE = 8.0, 1.4, 3, 0.4
_WORD = re.compile(r"[\w@.'-]+")
_COMMON = frozenset(
    (
        *("a", "an", "and", "any", "are", "as", "at", "be", "by", "can", "for", "from", "has", "have"),
        *("in", "into", "is", "it", "no", "not", "of", "on", "or", "so", "that", "the", "this", "to"),
        *("was", "with", "you", "your", "i", "my", "we"),
        *("do", "does", "did", "work", "works", "working", "help", "please", "still", "when", "why", "how"),
        *("me", "us", "our", "he", "she", "they", "them", "here", "there", "now", "what", "who", "where"),
        *("nothing", "something", "anything", "everything"),
    )
)


@cache
def _words_of(trouble: Trouble) -> tuple[frozenset[str], frozenset[str]]:
    """The words of what it is called and shown as, and those of all the rest."""
    named = [trouble.title, trouble.code.replace("-", " "), *trouble.symptoms, *trouble.together]
    named += [GAP.sub(" ", message.text) for message in trouble.messages]
    named += [str(message.status) for message in trouble.messages if message.status]
    told = [trouble.cause, trouble.tell, trouble.fix, *(WHO[who] for who in trouble.who)]
    return frozenset(_split(" ".join(named))), frozenset(_split(" ".join(told)))


def _split(text: str) -> list[str]:
    return [word.strip(".'-") for word in _WORD.findall(fold(text)) if word.strip(".'-")]


def typed(query: str) -> list[tuple[Trouble, tuple[str, ...], float]]:
    """Entries that have every word, the last of which may still be growing; the words, and how much they say.

    Below what any literal message scores: a message that is there says more than words.
    """
    words = [word for word in _split(query) if word not in _COMMON]
    if not words:
        return []
    found = []
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
            found.append((trouble, tuple(dict.fromkeys(words)), score / (3.0 * len(words))))
    return found


def _has(word: str, words: frozenset[str], *, is_start: bool) -> bool:
    """Whether it is among them, or is how one of them begins."""
    return word in words or (is_start and any(known.startswith(word) for known in words))


@dataclass(frozen=True, slots=True)
class Near:
    """The entries nearest to a text, and whether words decide for the first of them.

    Attributes:
        words: those of the text that the first one has.
        is_clear: whether they are so many and so rare that no other comes close.
    """

    entries: tuple[Trouble, ...] = ()
    words: tuple[str, ...] = ()
    is_clear: bool = False


def nearest(folded: str) -> Near:
    """The three that share the rarest words with the text, or failing that the most of its letters."""
    words = {word for word in _split(folded[:_LOOKED_AT]) if word not in _COMMON and len(word) > 2}
    pieces = _pieces(folded[:_LOOKED_AT])
    if not pieces:
        return Near()
    spread = Counter(word for trouble in catalogue() for word in _words_of(trouble)[0])
    number = len(catalogue())
    scored = []
    for place, trouble in enumerate(catalogue()):
        named = _words_of(trouble)[0]
        weight = math.fsum(math.log(1 + number / spread[word]) for word in words & named)
        alike = len(pieces & _pieces(" ".join(sorted(named)))) / len(pieces)
        scored.append((-round(_WORD_WEIGHT * weight + alike, 6), place, weight, trouble))
    scored.sort(key=lambda one: one[:2])
    (_, _, first, best), (_, _, second, _), *_ = scored
    shared = words & _words_of(best)[0]
    is_clear = (
        first >= _ENOUGH and first >= _CLEAR * second and len(shared) >= max(_FEWEST, _SHARE * len(words))
    )
    entries = tuple(trouble for *_, trouble in scored[:_NEAREST])
    return Near(entries, tuple(sorted(shared)), is_clear)


def _pieces(text: str) -> set[str]:
    return {text[place : place + 3] for place in range(len(text) - 2)}
