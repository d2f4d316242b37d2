"""The entries as they stand in the data files."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

WHO = {
    "banner": "GitLab, at the sign-in",
    "scim": "SCIM answer, provisioning log",
    "rest": "GitLab's REST API",
    "ui": "GitLab's pages",
    "entra": "Entra ID",
    "okta": "Okta",
    "google": "Google",
}
SCREENS = {
    "users": "the list of people",
    "connection": "the connection test",
    "sign-in": "a captured sign-in",
    "correct": "the person's stored value",
    "mapping": "the review of your attribute mapping",
    "setup": "the step of the walkthrough",
    "history": "what was changed",
    "": "",
}
"""Where an entry can lead, and what is found there; empty where no section helps."""


_OF_EVERY_IDP, _WITH_WALKTHROUGH = "saml-app", ("entra", "okta")


@dataclass(frozen=True, slots=True)
class Message:
    """One literal message. Words are looked for by letters; `@name` is a meaning of words/concepts.toml.

    Attributes:
        text: as it is shown; `<…>` stands for anything.
        status: the HTTP status that comes with it; 0 where none does.
        cues: other words around it that make it likelier.
        needs: words of which one must be in the text.
        without: words close by that rule it out.
        not_after: words before it, close by, that rule it out.
        unless: words anywhere in the text that rule it out.
        inside: words of which one must be in what was sent, as GitLab repeats it behind the message;
            `a + b` for both.
        general: it comes with many causes: any other message says more.
        common: other programs say it too, though it has words of our field. One without such words is
            common anyway, unless it is `own`.
        own: nobody else says it.
        versions: GitLab's versions that say it so; empty for all that are known.
    """

    text: str
    status: int = 0
    cues: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    versions: str = ""
    inside: tuple[str, ...] = ()
    general: bool = False
    common: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """One entry.

    Attributes:
        who: keys of `WHO`: who shows it.
        symptoms: how people describe it where there is no message, word by word.
        described: what must be meant together in such a description; `described.py` says how it is written.
        yields_to: entries beside which this one says nothing; `*` for all others.
        together: messages that mean this only when all are there.
        tell: how to find out whether this is it.
        screen: a key of `SCREENS`.
        step: `walkthrough/step`, for the screen `setup`.
        check: code of the connection check that tells it, for the screen `connection`.
        query: a search of the list of people, for the screen `users`.
        page: the vendor's page that says so.
        row: of the contract's section 4; 0 where it is not of there.
    """

    code: str
    title: str
    who: tuple[str, ...]
    cause: str
    tell: str
    fix: str
    screen: str
    page: str
    messages: tuple[Message, ...] = ()
    symptoms: tuple[str, ...] = ()
    described: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    step: str = ""
    check: str = ""
    query: str = ""
    row: int = 0

    @property
    def shown_by(self) -> str:
        """Who shows it, in words."""
        return ", ".join(WHO[who] for who in self.who)

    def step_for(self, idp: str) -> str:
        """The step it leads to, in that provider's walkthrough where it is one about SAML's addresses."""
        step = self.step.partition("/")[2]
        of_every_idp = step == _OF_EVERY_IDP and "entra" not in self.who
        return f"{idp}/{step}" if of_every_idp and idp in _WITH_WALKTHROUGH else self.step

    @property
    def source(self) -> str:
        """Where it is told."""
        return self.page


@cache
def catalogue() -> tuple[Trouble, ...]:
    """Every entry, in the order of the files."""
    import tomllib

    entries: list[Trouble] = []
    for file in sorted(Path(__file__).parent.glob("*.toml")):
        tables = tomllib.loads(file.read_text("utf-8"))["trouble"]
        entries += [_trouble(table) for table in tables]
    return tuple(entries)


def _trouble(table: dict[str, Any]) -> Trouble:
    known = {field.name for field in fields(Trouble)}
    unknown = set(table) - known
    if unknown:
        raise ValueError(f"{table.get('code')}: {', '.join(sorted(unknown))}")
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
    }
    values["messages"] = tuple(_message(entry) for entry in table.get("messages", ()))
    return Trouble(**values)


def _message(table: dict[str, Any]) -> Message:
    return Message(
        text=table["text"],
        status=table.get("status", 0),
        cues=tuple(table.get("with", ())),
        needs=tuple(table.get("needs", ())),
        without=tuple(table.get("without", ())),
        not_after=tuple(table.get("not_after", ())),
        unless=tuple(table.get("unless", ())),
        versions=table.get("versions", ""),
        inside=tuple(table.get("inside", ())),
        general=table.get("general", False),
        common=table.get("common", False),
        own=table.get("own", False),
    )
