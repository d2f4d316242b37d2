"""The search language: a query is a list of words that must all be in a person's search text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scimtui.directory.search_text import FIELDS, SAME, TAGS, folded_field

_ALIASES = {"username": "user", "mail": "email", "signin": "saml"}
_KNOWN_FIELDS = frozenset({"is", "uid", *FIELDS})


class SearchError(ValueError):
    """A query with a word that means nothing; `str` says which and what is known."""


@dataclass(frozen=True, slots=True)
class _Term:
    text: str
    field: int | None = None
    negative: bool = False

    def matches(self, row: str) -> bool:
        if self.field is not None:
            fields = row.split("\t")
            if self.field == _SAML and SAME in fields[-2]:
                return self.text in fields[_SCIM]
            return self.text in fields[self.field]
        return (self.text in row) is not self.negative


_SCIM, _SAML = FIELDS.index("scim"), FIELDS.index("saml")


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; empty matches everybody but bots."""

    terms: tuple[_Term, ...] = ()
    bots: bool = False

    def among(self, column: Sequence[str], rows: Sequence[int]) -> Sequence[int]:
        """The row numbers of `rows` whose text matches, in their order."""
        found = rows
        for term in self.terms:
            text = term.text
            if term.field is None and not term.negative:
                found = [row for row in found if text in column[row]]
            else:
                if term.field is not None:
                    found = [row for row in found if text in column[row]]
                found = [row for row in found if term.matches(column[row])]
        return found

    def narrows(self, other: Query) -> bool:
        """Whether everybody this finds is found by `other` too."""
        mine = {(term.field, term.text, term.negative) for term in self.terms}
        for term in other.terms:
            if term.negative or term.field is not None:
                if (term.field, term.text, term.negative) not in mine:
                    return False
            elif not any(
                own.field is None and not own.negative and term.text in own.text for own in self.terms
            ):
                return False
        return True


def parse_query(text: str) -> Query:
    """Read a query: words are ANDed; `is:differs`, `-is:enterprise`, `email:`, `uid:`, `"two words"`.

    Raises:
        SearchError: an unknown `is:` word.
    """
    terms: list[_Term] = []
    bots = False
    for word in _words(text):
        prefix, colon, value = word.partition(":")
        name = prefix.lower().removeprefix("-")
        negative = prefix.startswith("-")
        if colon and name == "is":
            if not value:
                continue  # somebody is still typing
            terms.append(_tag_term(value.lower(), negative))
            bots = bots or (value.lower() == "bot" and not negative)
        elif colon and name == "uid" and not negative:
            terms += _folded_terms(value, None)
        elif colon and _ALIASES.get(name, name) in FIELDS and not negative:
            terms += _folded_terms(value, FIELDS.index(_ALIASES.get(name, name)))
        else:
            terms += _folded_terms(word, None)
    return Query(tuple(terms), bots)


def unknown_field(text: str) -> str:
    """A word in front of a colon that names no field of the search; empty for none.

    It is looked for as it stands, since uids hold colons too; where nobody fits, it was probably a slip.
    """
    for word in _words(text):
        name, colon, value = word.partition(":")
        folded = name.lower().removeprefix("-")
        if colon and value and folded.isalpha() and _ALIASES.get(folded, folded) not in _KNOWN_FIELDS:
            return folded
    return ""


def _tag_term(value: str, negative: bool) -> _Term:
    if value not in TAGS:
        import difflib

        near = difflib.get_close_matches(value, TAGS, 1, 0.5)
        hint = f"did you mean is:{near[0]}" if near else "known are " + ", ".join(sorted(TAGS))
        raise SearchError(f"is:{value} means nothing here: {hint}")
    return _Term(TAGS[value], negative=negative)


def _folded_terms(value: str, field: int | None) -> list[_Term]:
    folded = folded_field(value)
    return [_Term(folded, field)] if folded.strip() else []


def _words(text: str) -> list[str]:
    words: list[str] = []
    word, quoted, began = "", False, False
    for character in text:
        if character == '"':
            quoted, began = not quoted, True
        elif character.isspace() and not quoted:
            if began:
                words.append(word)
            word, began = "", False
        else:
            word, began = word + character, True
    return [*words, word] if began else words
