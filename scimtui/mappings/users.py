"""A user export of the identity provider: what each person's attributes are (idp-behaviour 5)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scimtui.mappings.model import MappingFileError

Attributes = Mapping[str, str | bool | Sequence[str] | None]
_LIMIT = 200_000_000
# Names of the old directory, which Entra's mappings use, for those of Microsoft Graph.
_GRAPH = {
    "id": "objectId",
    "mobilePhone": "mobile",
    "officeLocation": "physicalDeliveryOfficeName",
    "onPremisesImmutableId": "immutableId",
}
_PORTAL = {"objectid": "objectId", "id": "objectId"}


@dataclass(frozen=True, slots=True)
class User:
    """One person of an export.

    Attributes:
        attributes: by name.
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
    """

    idp: str
    people: tuple[User, ...]

    def find(self, text: str) -> User | None:
        """The one person that has this value, ignoring case; None for nobody, or for several."""
        wanted = text.strip().lower()
        found = [
            user
            for user in self.people
            if any(isinstance(value, str) and value.lower() == wanted for value in user.attributes.values())
        ]
        return found[0] if len(found) == 1 else None


def read_users(text: str) -> Users:
    """Read Entra's user CSV or Graph JSON, or Okta's users or app users.

    Raises:
        MappingFileError: it is none of these.
    """
    text = text.lstrip("\ufeff")
    if len(text) > _LIMIT:
        raise MappingFileError("too-large", "the export is too large")
    if not text.strip():
        raise MappingFileError("empty", "the export is empty")
    if text.lstrip()[0] in "{[":
        try:
            document = json.loads(text)
        except json.JSONDecodeError as error:
            raise MappingFileError(
                "not-json", f"this is no JSON: {error.msg}", f"line {error.lineno}, column {error.colno}"
            ) from None
        except RecursionError:
            raise MappingFileError("not-json", "this is nested far too deep for an export") from None
        return _of_json(document)
    return _of_csv(text)


def _of_json(document: Any) -> Users:
    if isinstance(document, dict):
        document = document.get("value", document.get("users"))
    if not isinstance(document, list) or not all(isinstance(entry, dict) for entry in document):
        raise MappingFileError("other-app", "this is JSON, but no list of users")
    if not document:
        raise MappingFileError("no-content", "there is nobody in it")
    if all(isinstance(entry.get("profile"), dict) for entry in document):
        return Users("okta", tuple(map(_okta, document)))
    if any("userPrincipalName" in entry or "mailNickname" in entry for entry in document):
        return Users("entra", tuple(map(_graph, document)))
    raise MappingFileError("other-app", "this is a list, but neither of Entra ID's users nor of Okta's")


def _okta(entry: dict[str, Any]) -> User:
    attributes: dict[str, str | bool | Sequence[str] | None] = {
        name: _value(value) for name, value in entry["profile"].items()
    }
    for name in ("id", "status"):
        if isinstance(entry.get(name), str):
            attributes[name] = entry[name]
    label = attributes.get("login") or attributes.get("email") or entry.get("id") or ""
    is_app_user = "syncState" in entry or "externalId" in entry  # whose profile is the app's
    return User(attributes, str(label), complete=not is_app_user)


def _graph(entry: dict[str, Any]) -> User:
    attributes: dict[str, str | bool | Sequence[str] | None] = {}
    for name, value in entry.items():
        attributes[_GRAPH.get(name, name)] = _value(value)
    phones = entry.get("businessPhones")
    if isinstance(phones, list):
        attributes["telephoneNumber"] = phones[0] if phones and isinstance(phones[0], str) else None
    return _entra(attributes)


def _entra(attributes: dict[str, str | bool | Sequence[str] | None]) -> User:
    enabled = attributes.get("accountEnabled")
    if isinstance(enabled, str):
        enabled = enabled.strip().lower() != "false"
    # True where disabled, deleted or out of scope; an export tells the first alone.
    if enabled is not None:
        attributes.setdefault("IsSoftDeleted", enabled is False)
    label = attributes.get("userPrincipalName") or attributes.get("mail") or attributes.get("objectId") or ""
    return User(attributes, str(label))


def _value(value: Any) -> str | bool | Sequence[str] | None:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, list):
        return tuple(str(part) for part in value if part is not None)
    return str(value) if isinstance(value, int | float) else None


def _of_csv(text: str) -> Users:
    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise MappingFileError("not-a-table", f"this is no CSV: {error}", f"line {reader.line_num}") from None
    names = {name.strip().lower() for name in reader.fieldnames or () if name}
    if not names & {"userprincipalname", "objectid", "object id"}:
        raise MappingFileError(
            "other-app",
            "the first line names no column of Entra ID's users",
            "line 1",
            "Users > Download users",
        )
    if not rows:
        raise MappingFileError("no-content", "there is nobody in it")
    people = []
    for row in rows:
        attributes: dict[str, str | bool | Sequence[str] | None] = {}
        for name, value in row.items():
            if isinstance(name, str) and isinstance(value, str | None):
                bare = name.strip()
                attributes[_PORTAL.get(bare.lower().replace(" ", ""), bare)] = value or None
        people.append(_entra(attributes))
    return Users("entra", tuple(people))


def sample(idp: str, /, **values: str | bool | Sequence[str] | None) -> User:
    """A person that somebody typed: what is not named has no value."""
    if idp == "okta":
        label = str(values.get("login") or values.get("email") or "the sample")
        return User(dict(values), label, "typed", complete=True)
    return replace(_entra({"accountEnabled": True, **values}), origin="typed", complete=True)
