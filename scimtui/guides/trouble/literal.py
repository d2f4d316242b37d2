"""Messages of the catalogue in a text: which stand there, what else they need, and how much that says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from scimtui.guides.trouble.catalogue import Message, Trouble
from scimtui.guides.trouble.described import means
from scimtui.guides.trouble.field import Field, counts, field_of
from scimtui.guides.trouble.needle import GAP, Found, find, first_sentence, needle
from scimtui.guides.trouble.reading import Plain, closing_brace
from scimtui.guides.trouble.stream import BOUNDARY, Place, letters_of

_SEVERAL = 2
_AROUND = 90
_APART = 120
_BEFORE = 2200
_LONGEST = 120
_LONGEST_REQUEST = 4000
_LONGEST_REASON = 300
_SLIP = 3
_STATUS_BONUS, _CUE_BONUS, _TOGETHER_BONUS = 25, 15, 200
_GENERAL, _GENERAL_MOST = 4.0, 190.0
_BANNER = letters_of("SAML authentication failed")
_CONTACT = letters_of("Please contact your administrator to generate a unique extern_uid / NameID")
_SAVED = tuple(map(letters_of, ("error saving user", "error updating")))


@dataclass(frozen=True, slots=True)
class Said:
    """A message that counts.

    Attributes:
        shown: the words of the text.
        literal: the same in the catalogue's words, with nobody's name in them.
        apart: whether they are messages of two banners, one right below the other.
        events: in which events of the text it stands, counted from 1; 0 is what stands around them.
    """

    shown: tuple[str, ...]
    literal: tuple[str, ...]
    score: float
    apart: bool = False
    events: frozenset[int] = frozenset()


def said(trouble: Trouble, given: Plain, status: str, field: Field, split: frozenset[str]) -> Said | None:
    """The message of this entry that says most; None where none is there."""
    best: Said | None = None
    for message in trouble.messages:
        one = _said(message, given, status, field, split)
        if one is not None and (best is None or one.score > best.score):
            best = one
    return best


def said_together(trouble: Trouble, given: Plain) -> Said | None:
    """All messages of an entry close by each other, of banners, and not out of an answer of SCIM."""
    if not trouble.together:
        return None
    stream = given.stream
    places = [next(find(needle(text), stream), None) for text in trouble.together]
    found = [place.place for place in places if place is not None]
    if len(found) < len(places):
        return None
    start, end = min(place.start for place in found), max(place.end for place in found)
    gap = (end - start) - sum(place.end - place.start for place in found)
    if gap > _APART or BOUNDARY in stream.letters[start:end]:
        return None
    before = stream.near(Place(start, start), _BEFORE, 0)
    if any(word in before for word in _SAVED):
        return None
    between = stream.letters[min(place.end for place in found) : max(place.start for place in found)]
    apart = _BANNER in between
    if apart and between.removeprefix(_CONTACT) != _BANNER:
        return None
    shown = tuple(dict.fromkeys(stream.shown(place) for place in found))
    return Said(shown, trouble.together, _TOGETHER_BONUS + sum(map(len, shown)), apart)


def _said(message: Message, given: Plain, status: str, field: Field, split: frozenset[str]) -> Said | None:
    text, found = _first(message, given, split)
    if found is None:
        return None
    shown = _shown(message, given, found)
    if _is_common(message, text) and not _is_meant(message, given, field, shown):
        return None
    evidence, literal = [shown], [message.text]
    length = (
        found.place.end - found.place.start if not GAP.search(message.text) else needle(message.text).length
    )
    score = float(min(length, _LONGEST) - _SLIP * found.slips)
    if message.status and status == str(message.status):
        evidence.append(status)
        literal.append(status)
        score += _STATUS_BONUS
    score += _CUE_BONUS * sum(_is_there(word, given, found.place) for word in (*message.needs, *message.cues))
    if message.general:
        score = _GENERAL + min(score, _GENERAL_MOST) / 1000
    events = _events(message, text, given, split)
    return Said(tuple(evidence), tuple(literal), score, events=events)


def _events(message: Message, text: str, given: Plain, split: frozenset[str]) -> frozenset[int]:
    """The events in which it counts."""
    if len(given.events.each) < _SEVERAL:
        return frozenset()
    places = [found.place for found in find(needle(text), given.stream)]
    return frozenset(
        given.stream.letters.count(BOUNDARY, 0, place.start)
        for place in places
        if _counts(message, given, place, split)
    )


def _first(message: Message, given: Plain, split: frozenset[str]) -> tuple[str, Found | None]:
    """The first place where it stands and counts; else where its first sentence does."""
    for text in (message.text, first_sentence(message.text)):
        if not text:
            continue
        for found in find(needle(text), given.stream):
            if _counts(message, given, found.place, split):
                return text, found
    return "", None


def _counts(message: Message, given: Plain, place: Place, split: frozenset[str]) -> bool:
    """Whether neither what stands around it nor what was sent say that this is another message."""
    if message.needs and not any(_is_there(word, given, place) for word in message.needs):
        return False
    if any(_is_there(word, given, place) for word in message.unless):
        return False
    near = given.stream.near(place, _AROUND, _AROUND)
    if any(word in near for word in map(letters_of, message.without) if word not in split):
        return False
    before = given.stream.near(place, _AROUND, 0)
    if any(word in before for word in map(letters_of, message.not_after)):
        return False
    return not message.inside or _was_sent(message.inside, given, place)


def _was_sent(inside: tuple[str, ...], given: Plain, place: Place) -> bool:
    """Whether the request that GitLab repeats behind the message has one of these in it."""
    text = given.stream.text
    start = given.stream.text_end(place)
    opened = text.find("{", start, start + 20)
    end = (closing_brace(text, opened, _LONGEST_REQUEST) or 0) if opened >= 0 else 0
    sent = letters_of(text[start : end or start + _LONGEST_REQUEST].split(BOUNDARY)[0])
    return any(all(letters_of(part) in sent for part in word.split(" + ")) for word in inside)


def _is_there(word: str, given: Plain, place: Place) -> bool:
    """Whether a word, or a meaning, stands in the event that the message stands in."""
    letters, text = given.stream.event_of(place)
    return means(text, word[1:]) if word.startswith("@") else letters_of(word) in letters


@cache
def _is_common(message: Message, text: str) -> bool:
    """Whether other programs say so much of it too: whatever has no word of our field."""
    if message.common or message.own:
        return message.common
    field = field_of(text.lower())
    return not (field.gitlab or field.core)


def _is_meant(message: Message, given: Plain, field: Field, shown: str) -> bool:
    has_gap = GAP.search(message.text) is not None
    if has_gap and not field.is_others and any(letter.isdigit() or letter == "@" for letter in shown):
        return True  # somebody's uid
    return counts(field, given.folded, shown.lower(), in_talk=not has_gap)


def _shown(message: Message, given: Plain, found: Found) -> str:
    """The words in the text; a reason that follows them to the end of its quotes."""
    shown = given.stream.shown(found.place)
    if not needle(message.text).ends_open:
        return shown
    end = given.stream.text_end(found.place)
    rest = given.stream.text[end : end + _LONGEST_REASON].split(BOUNDARY)[0]
    opened = rest[:3].find('"')
    closed = rest.find('"', opened + 1)
    reason = rest[: closed + 1] if closed >= 0 else rest.split(". ")[0]
    return shown + reason.rstrip()


def letters_split(entries: Iterable[Trouble]) -> frozenset[str]:
    """Messages that rule each other out in one banner only: here they do not."""
    return frozenset(letters_of(text) for one in entries for text in one.together)
