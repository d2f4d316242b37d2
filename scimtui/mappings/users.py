"""The people of a user export: what each person's attributes are (idp-behaviour 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

Attribute = str | bool | Sequence[str] | None
Attributes = Mapping[str, Attribute]


@dataclass(frozen=True, slots=True)
class User:
    """One person of an export.

    Attributes:
        attributes: by name; an Okta app's own under `appuser.` and its name.
        label: how a list calls the person.
        origin: `export`, `typed`, or `guessed` from what GitLab stores.
        complete: whether an attribute that is not there has no value; else it is not known. Okta's answers
            leave out what is not set, a table of Entra's has some columns only.
    """

    attributes: Attributes
    label: str
    origin: str = "export"
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Users:
    """An export.

    Attributes:
        idp: `entra` or `okta`.
        notes: what else is to be said of how it was read: a row that is cut off, a guess.
    """

    idp: str
    people: tuple[User, ...]
    notes: tuple[str, ...] = ()

    def find(self, text: str) -> User | None:
        """The one person that has this value, ignoring case; None for nobody, or for several."""
        wanted = text.strip().lower()
        found = [
            user
            for user in self.people
            if any(isinstance(value, str) and value.lower() == wanted for value in user.attributes.values())
        ]
        return found[0] if len(found) == 1 else None


def entra_user(attributes: dict[str, Attribute]) -> User:
    """Somebody of Entra ID; whether they are enabled tells a part of IsSoftDeleted."""
    enabled = attributes.get("accountEnabled")
    # True where disabled, deleted or out of scope; an export tells the first alone.
    if isinstance(enabled, bool):
        attributes.setdefault("IsSoftDeleted", not enabled)
    label = attributes.get("userPrincipalName") or attributes.get("mail") or attributes.get("objectId") or ""
    return User(attributes, str(label))


def sample(idp: str, /, **values: Attribute) -> User:
    """A person that somebody typed: what is not named has no value."""
    if idp == "okta":
        label = str(values.get("login") or values.get("email") or "the sample")
        return User(dict(values), label, "typed", complete=True)
    return replace(entra_user({"accountEnabled": True, **values}), origin="typed", complete=True)
