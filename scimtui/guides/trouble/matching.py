"""Which entries a text is about, with what in the text gave them away: pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scimtui.guides.trouble.addressed import without_requests
from scimtui.guides.trouble.catalogue import Trouble, catalogue
from scimtui.guides.trouble.described import described
from scimtui.guides.trouble.events import has_failed
from scimtui.guides.trouble.field import Field, field_of, is_talk
from scimtui.guides.trouble.literal import letters_split, said, said_together
from scimtui.guides.trouble.reading import Plain, fold, plain
from scimtui.guides.trouble.typed import Near, nearest, typed
from scimtui.guides.trouble.values import Values, values_in
from scimtui.guides.trouble.whose import of_the_text

_STRANGE_LETTERS = 3
_FEW_WORDS = 2
_LONGEST = 120
_SYMPTOM = 6
_DESCRIBED, _MOST_DESCRIBED = 4.2, 40.0
_GENERAL = 5
_NEAREST = 1.5
_TYPED = 80


@dataclass(frozen=True, slots=True)
class Match:
    """One entry that fits.

    Attributes:
        evidence: the words of the text that gave it away.
        score: higher fits better; only good for ordering.
        literal: the same in the catalogue's words, with nobody's name in them.
        events: in which events of the text it stands, counted from 1; empty where there is one alone.
    """

    trouble: Trouble
    evidence: tuple[str, ...]
    score: float
    literal: tuple[str, ...] = ()
    events: frozenset[int] = frozenset()

    @property
    def is_symptom(self) -> bool:
        """Whether it is what people say, and no program's message."""
        return bool(set(self.literal) & set(self.trouble.symptoms))

    @property
    def by_words(self) -> bool:
        """Whether it was found by what words mean, and no message or symptom stands there."""
        return not self.literal


@dataclass(frozen=True, slots=True)
class Explained:
    """What a text is about.

    Attributes:
        matches: the best first; empty where nothing fits.
        nearest: where nothing fits, up to three that have some words of it, and are no more than that.
        values: what the text says about whom, also where nothing fits.
        is_whole: whether all of the text was looked at; of a very long one both ends are.
        events: how many events the text holds; 0 where it is not several.
        silent: how many of them failed, and hold nothing that the catalogue knows.
        is_others: whether it names another program, and nothing of sign-in and provisioning at GitLab.
    """

    matches: tuple[Match, ...]
    nearest: tuple[Trouble, ...]
    values: Values
    is_whole: bool = True
    events: int = 0
    silent: int = 0
    is_others: bool = False

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
            "values": self.values.as_json(),
            "events": self.events,
            "silent": self.silent,
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
    field = field_of(given.folded)
    matches = _matches(text, given, values.status, field)
    near = Near() if matches or field.is_others else nearest(given.folded)
    if near.is_clear and field.is_ours and not field.technical:
        matches = (Match(near.entries[0], near.words, _NEAREST),)
    several = given.events.each if len(given.events.each) > 1 and given.events.are_all else ()
    told = frozenset(number for match in matches for number in match.events)
    return Explained(
        matches,
        () if matches else near.entries,
        values,
        is_whole=given.is_whole,
        events=len(several),
        silent=sum(number not in told and has_failed(event) for number, event in enumerate(several, 1)),
        is_others=field.is_others,
    )


def _matches(text: str, given: Plain, status: str, field: Field) -> tuple[Match, ...]:
    """The best first: messages, then what people say, then what words mean, then words that are typed."""
    found = _messages(given, status, field)
    if any(match.literal and match.score >= _GENERAL and not match.is_symptom for match in found.values()):
        kept = {code: match for code, match in found.items() if not _yields(match, found)}
        return tuple(sorted(kept.values(), key=lambda match: -match.score))
    for one in _described(given, field):
        known = found.get(one.trouble.code)
        if known is None or one.score > known.score:
            found[one.trouble.code] = one
    kept = {code: match for code, match in found.items() if not _yields(match, found)}
    if len(text) <= _TYPED and "\n" not in text.strip() and not field.is_others:
        for trouble, words, score in typed(text):
            kept.setdefault(trouble.code, Match(trouble, words, score))
    return tuple(sorted(kept.values(), key=lambda match: -match.score))


def _yields(match: Match, found: dict[str, Match]) -> bool:
    """Whether another entry that was found says it better."""
    others = found.keys() - {match.trouble.code}
    return any((code == "*" and bool(others)) or code in others for code in match.trouble.yields_to)


def _messages(given: Plain, status: str, field: Field) -> dict[str, Match]:
    """Entries whose messages or symptoms stand in the text word by word."""
    together = {one.code: told for one in catalogue() if (told := said_together(one, given)) is not None}
    # Two messages rule each other out where they are one entry and one banner, and only there.
    split = letters_split(one for one in catalogue() if one.code not in together or together[one.code].apart)
    found: dict[str, Match] = {}
    for one in catalogue():
        several = [told for told in (said(one, given, status, field, split), together.get(one.code)) if told]
        matches = [Match(one, told.shown, told.score, told.literal, told.events) for told in several]
        matches += [
            Match(one, (symptom,), _SYMPTOM + min(len(symptom), _LONGEST) / 2, (symptom,))
            for symptom in one.symptoms
            if _is_symptom(symptom, given.folded, field)
        ]
        if matches:
            found[one.code] = max(matches, key=lambda match: match.score)
    return found


def _is_symptom(symptom: str, folded: str, field: Field) -> bool:
    """Whether people say it so. Two words alone count by themselves, or near a word of the field."""
    words = fold(symptom)
    if field.is_named or words not in folded:
        return False
    if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", folded) is None:
        return False
    says_enough = len(words.split()) > _FEW_WORDS or len(folded) <= len(words) + _STRANGE_LETTERS
    return says_enough or field.is_ours or (not field.beside and is_talk(field, folded))


def _described(given: Plain, field: Field) -> list[Match]:
    """Entries that somebody describes: what words mean decides, below every message that is there."""
    if not field.is_ours and not (field.beside and field.near):
        return []
    return [
        Match(one.trouble, one.words, _DESCRIBED + min(one.weight, _MOST_DESCRIBED) / 50)
        for one in described(without_requests(of_the_text(given.prose)))
    ]
