"""Whether a text is about sign-in and provisioning at GitLab, or another program with the same words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from scimtui.guides.trouble.words import words

LETTERS = "0-9_a-z\u00df-\u024f\u0370-\u052f"
"""What goes on in a word; scripts without blanks begin a new one."""

_LOOKED_AT = 60_000
_ENVELOPE = re.compile(
    r"\b(?:detail|message|error(?:s|_description)?|status(?:code)?|title|code|https?|schemas|api|warning|reason"
    r"|retry-after|errorcode|failure|failed|skipped|success|flash|username|email|secret|urn|ietf|params|type|name|null|true|false)\b"
)
_STRANGE_LETTERS = 3
_MOST_TALK = 24
_ADDRESS = re.compile(
    r"https?://|[{}\[\]]|=>|\b[\w.-]{1,200}:\d{2,5}\b|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}/\S"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
# What a line begins with, before a colon, is the program that writes it, where it is none of these.
_PROGRAM = re.compile(
    r"^\W{0,3}(?!(?:banner|text|subject|betreff|question|frage|ticket|screenshot|note|info|alert|says|problem|issue|hi|hello)\b)"
    r"[a-z][\w.-]{2,24}:\s"
)


@dataclass(frozen=True, slots=True)
class Field:
    """What a text names.

    Attributes:
        gitlab: GitLab, or marks of its answers.
        core: sign-in and provisioning by an identity provider.
        near: words that go with these, and with others.
        other: another program.
        beside: one that has to do with sign-in often enough.
        technical: marks of some program's output.
        people: somebody who tells of people.
    """

    gitlab: bool
    core: bool
    near: bool
    other: bool
    beside: bool
    technical: bool
    people: bool

    @property
    def is_named(self) -> bool:
        """Whether another program is named that has nothing to do with sign-in, and not GitLab with it."""
        return self.other and not (self.gitlab and self.core)

    @property
    def is_others(self) -> bool:
        """Whether it is about another program: one is named, and not GitLab with sign-in or provisioning."""
        return self.is_named or (self.beside and not self.core)

    @property
    def is_ours(self) -> bool:
        """Whether words of our field stand in it."""
        return not self.is_others and (self.gitlab or self.core or self.near)


def field_of(folded: str) -> Field:
    """What a text names; of a long one both ends are looked at."""
    if len(folded) > 2 * _LOOKED_AT:
        folded = f"{folded[:_LOOKED_AT]} {folded[-_LOOKED_AT:]}"
    patterns = _patterns()
    return Field(**{name: pattern.search(folded) is not None for name, pattern in patterns.items()})


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        name: re.compile(rf"(?<![{LETTERS}])(?:{'|'.join(several)})(?![{LETTERS}])")
        for name, several in words("field").items()
    }


def counts(field: Field, folded: str, message: str, *, in_talk: bool = True) -> bool:
    """Whether a message that other programs have too is meant here.

    It is where it stands alone, beside words of our field, or in a few words about people that name no
    other program.

    Args:
        message: as it stands in `folded`.
        in_talk: whether a few words of somebody are enough.
    """
    rest = folded.replace(message, " ")
    if field.is_others and field_of(rest).is_others:
        return False
    if field.gitlab or field.core:
        return True
    if _patterns()["near"].search(rest):
        return True
    strange = _ENVELOPE.sub("", rest)
    if sum(letter.isalpha() for letter in strange) <= _STRANGE_LETTERS:
        return True
    return in_talk and is_talk(field_of(rest), strange)


def is_talk(field: Field, folded: str) -> bool:
    """Whether these are a few words about people, without a mark of a program's output."""
    return (
        field.people
        and not field.other
        and not field.technical
        and not _ADDRESS.search(folded)
        and not _PROGRAM.match(folded)
        and len(_WORD.findall(folded)) <= _MOST_TALK
    )
