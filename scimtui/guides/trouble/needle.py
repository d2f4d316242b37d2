"""How a message of the catalogue is looked for: exactly, else with a few letters wrong or missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from scimtui.guides.trouble.stream import BOUNDARY, Place, Stream, letters_of, words_of

GAP = re.compile(r"<[^<>]+>")
_SENTENCE_END = re.compile(r"(?<=\w[.!?])\s+(?=[A-Z])")
_LETTERS_PER_SLIP = 14
_MOST_SLIPS = 5
_SHORTEST_WORD = 4
_FEWEST_WORDS, _FEWEST_LETTERS = 5, 22
_LONGEST_GAP = 250
_MOST_PLACES = 50
_MOST_SEEDS = 6
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-", re.IGNORECASE)
_NEGATIONS = frozenset(words_of("not no cannot cant never without"))
_ONE_WORD = frozenset({"uid", "path"})


@dataclass(frozen=True, slots=True)
class Needle:
    """A message to look for.

    Attributes:
        parts: its fixed letters, between what may be anything.
        gaps: what stands between the parts, by name.
        words: those of its words that are not short.
        slips: how many letters may differ; 0 where none.
        pieces: of which one stands unharmed in whatever differs by no more than that.
        ends_open: whether anything follows its last part.
        ends_whole: whether the word that it ends with must be over there.
        negations: words that turn the meaning round; they must be there.
    """

    parts: tuple[str, ...]
    gaps: tuple[str, ...]
    words: frozenset[str]
    slips: int
    pieces: tuple[tuple[str, int], ...]
    ends_open: bool
    ends_whole: bool
    negations: frozenset[str]

    @property
    def length(self) -> int:
        """How many letters it fixes."""
        return sum(map(len, self.parts))


@dataclass(frozen=True, slots=True)
class Found:
    """Where a message stands, and how many of its letters differ."""

    place: Place
    slips: int = 0


@cache
def needle(text: str) -> Needle:
    """A message as it is looked for."""
    fixed = GAP.split(text.removeprefix("The "))
    parts = tuple(letters for part in fixed if (letters := letters_of(part)))
    gaps = tuple(gap[1:-1] for gap in GAP.findall(text))
    starts_open = bool(gaps) and not letters_of(fixed[0])
    words = [word for part in fixed for word in words_of(part)]
    slips = 0
    is_code = len(words) == 1 or any(letter.isdigit() for part in fixed for letter in part)
    if len(parts) == 1 and not is_code:
        slips = min(_MOST_SLIPS, len(parts[0]) // _LETTERS_PER_SLIP)
    return Needle(
        parts=parts,
        gaps=gaps[1:] if starts_open else gaps,
        words=frozenset(word for word in words if len(word) >= _SHORTEST_WORD and not is_code),
        slips=slips,
        pieces=_pieces(parts[0], slips) if slips else (),
        ends_open=bool(gaps) and not letters_of(fixed[-1]),
        ends_whole=len(parts) > 1 or text.rstrip(' .:"')[-1:].isdigit(),
        negations=_NEGATIONS & {*words, *(f"{a}{b}" for a, b in pairwise(words))},
    )


def first_sentence(text: str) -> str:
    """The first of a message's sentences, where it says enough by itself and is not all; else nothing."""
    sentences = _SENTENCE_END.split(text)
    if len(sentences) < 2 or "<" in sentences[0]:
        return ""
    says_enough = (
        len(words_of(sentences[0])) >= _FEWEST_WORDS and len(letters_of(sentences[0])) >= _FEWEST_LETTERS
    )
    return sentences[0] if says_enough else ""


def find(message: Needle, stream: Stream) -> Iterator[Found]:
    """Every place where a message stands; where none is exact, the one that is near enough."""
    if not message.parts:
        return
    missing = len(message.words - stream.vocabulary)
    if missing > message.slips + 1 + len(message.words) // 3:
        return
    exact = False
    for place in _exact(message, stream):
        exact = True
        yield Found(place)
    if not exact and message.slips:
        found = _nearly(message, stream)
        if found is not None:
            yield found


def _exact(message: Needle, stream: Stream) -> Iterator[Place]:
    first = message.parts[0]
    for start in stream.all_of(first, _MOST_PLACES):
        end = start + len(first)
        if not stream.is_word_start(start) or (message.ends_whole and not stream.is_word_end(end)):
            continue
        for part, gap in zip(message.parts[1:], message.gaps, strict=False):
            place = _after_gap(stream, end, part, gap)
            if place is None:
                break
            end = place + len(part)
        else:
            yield Place(start, end)


def _after_gap(stream: Stream, end: int, part: str, gap: str) -> int | None:
    """Where the next part begins, behind what may be anything, of the kind that its name tells."""
    for place in stream.all_of(part, _MOST_PLACES, end + 1, end + _LONGEST_GAP + len(part)):
        if BOUNDARY in stream.letters[end:place]:
            return None
        if not stream.is_word_start(place) or not stream.is_word_end(place + len(part)):
            continue
        between = stream.between(end, place).strip(" \"'“”‘’\\<>")
        if gap in _ONE_WORD and " " in between:
            return None
        if gap == "path" and _GUID.search(between):
            return None
        return place
    return None


def _pieces(letters: str, slips: int) -> tuple[tuple[str, int], ...]:
    """Cut in one piece more than letters may differ, with where each begins."""
    size = len(letters) // (slips + 1)
    starts = [number * size for number in range(slips + 1)]
    ends = [*starts[1:], len(letters)]
    return tuple((letters[start:end], start) for start, end in zip(starts, ends, strict=True))


def _nearly(message: Needle, stream: Stream) -> Found | None:
    """The first place where it stands but for a few letters, negations unharmed."""
    letters, slips = message.parts[0], message.slips
    tried: set[int] = set()
    for piece, offset in message.pieces:
        for place in stream.all_of(piece, _MOST_SEEDS):
            start = max(0, place - offset - slips)
            if start // (slips + 1) in tried:
                continue
            tried.add(start // (slips + 1))
            window = stream.letters[start : start + len(letters) + 2 * slips]
            if BOUNDARY in window:
                continue
            end, differ = _nearest_end(letters, window)
            if differ > slips:
                continue
            length, _ = _nearest_end(letters[::-1], window[:end][::-1])
            found = Place(start + end - length, start + end)
            if stream.is_word_start(found.start) and message.negations <= _negations_in(stream.shown(found)):
                return Found(found, differ)
    return None


def _negations_in(text: str) -> frozenset[str]:
    words = words_of(text)
    return frozenset(words) | {f"{a}{b}" for a, b in pairwise(words)}


def _nearest_end(pattern: str, text: str) -> tuple[int, int]:
    """Where in `text` the pattern ends with the fewest letters that differ, and how many these are.

    Myers' bit-parallel comparison: one step for each letter of the text.
    """
    masks: dict[str, int] = {}
    for number, letter in enumerate(pattern):
        masks[letter] = masks.get(letter, 0) | 1 << number
    last, whole = 1 << len(pattern) - 1, (1 << len(pattern)) - 1
    up, down, score = whole, 0, len(pattern)
    best = (0, score)
    for number, letter in enumerate(text):
        same = masks.get(letter, 0) | down
        level = (up + (same & up) ^ up) | same
        rise, fall = down | (whole & ~(level | up)), up & level
        score += bool(rise & last) - bool(fall & last)
        rise = rise << 1 & whole
        up, down = (fall << 1 & whole) | (whole & ~(level | rise)), rise & level
        if score < best[1]:
            best = (number + 1, score)
    return best
