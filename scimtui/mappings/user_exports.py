"""Reading a user export of Entra ID or Okta, JSON or a table; the dialect is told apart in `sheets`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from scimtui.mappings.documents import json_document, json_start, without_comments
from scimtui.mappings.entra_schema import schemas_in
from scimtui.mappings.guard import guarded
from scimtui.mappings.model import MappingFileError
from scimtui.mappings.okta_files import is_app_user
from scimtui.mappings.recognised import refuse_document, refuse_heading, refuse_text
from scimtui.mappings.sheets import Sheet, sheet_of
from scimtui.mappings.user_headings import bare, names_of, provider_of
from scimtui.mappings.users import Attribute, User, Users, entra_user

_LIMIT = 200_000_000
_MOST_VALUES = 8_000_000
_MOST_LINES = 1_000_000
_CUT_OFF = "the last row is cut off: it is no person, and more may be missing"
_PAGES = frozenset({100, 200, 500, 999, 1000})
_LISTS = ("value", "users", "resources", "results", "data", "items")
_ENABLED = {"true": True, "1": True, "yes": True, "active": True, "enabled": True}
_ENABLED |= {
    "false": False,
    "0": False,
    "no": False,
    "inactive": False,
    "disabled": False,
    "suspended": False,
}
_OBJECT = re.compile(r"(?:System\.|Microsoft\.Graph\.)[\w.+`\[\], ]{1,200}|@\{[^{}]{0,2000}\}")
_DAMAGED = re.compile(
    r"\d(?:[.,]\d{1,20})?E\+\d{1,3}|#(?:NAME\?|REF!|N/A|VALUE!|DIV/0!)|#{4,200}", re.IGNORECASE
)
_IDS = ("objectId", "id", "immutableId", "employeeId", "employeeNumber")


@guarded("this export")
def read_users(text: str) -> Users:
    """Read Entra's people, as the portal, Graph, PowerShell or the CLI write them; Okta's users; app users.

    Raises:
        MappingFileError: it is none of these; says what it is.
    """
    text = text.lstrip("\ufeff")
    if len(text) > _LIMIT:
        raise MappingFileError("too-large", "the export is too large")
    if not text.strip():
        raise MappingFileError("empty", "the export is empty")
    plain = without_comments(text) if not text.startswith("#TYPE") else text
    start = json_start(plain)
    if start is not None:
        lines = _in_lines(plain)
        return _of_json(json_document(plain, start, _MOST_VALUES) if lines is None else lines)
    return _of_table(text)


# ── JSON ─────────────────────────────────────────────────────────────────────


def _of_json(document: Any) -> Users:
    entries, notes = _entries(document)
    if not entries:
        raise MappingFileError("no-content", "there is nobody in it")
    if all(isinstance(entry.get("profile"), dict) for entry in entries):
        return Users("okta", tuple(map(_okta, entries)), notes)
    headings = {str(key) for entry in entries[:20] for key in entry}
    refuse_heading(headings)
    if provider_of(headings) == "entra":
        unasked = _unasked(entries)
        return Users("entra", tuple(_graph(entry, unasked) for entry in entries), notes)
    if schemas_in(document):
        raise MappingFileError(
            "other-kind", "this is a mapping, not people", fix="give it as FILE, without --users"
        )
    refuse_document(document)
    raise MappingFileError(
        "other-app", "this is JSON, but neither of Entra ID's users nor of Okta's", fix=_WANTED
    )


_WANTED = "Entra: Users > Download users, or Graph's /users; Okta: GET /api/v1/users, or an app's /users"


def _in_lines(text: str) -> list[Any] | None:
    """One person a line, as JSON; None where it is not written so."""
    if "\n{" not in text or text.count(",") > _MOST_VALUES:
        return None
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not all(line.lstrip()[0] == "{" and line.rstrip()[-1] == "}" for line in lines):
        return None
    return [json_document(line, len(line) - len(line.lstrip()), _MOST_VALUES) for line in lines]


def _entries(document: Any) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """The people of a list, of a page of one, or one person."""
    listed: Any = document
    notes: tuple[str, ...] = ()
    if isinstance(document, dict):
        lower = {str(key).lower(): value for key, value in document.items()}
        if any(key.endswith("nextlink") for key in lower):
            notes = ("this is one page, and more follow: who is not in it is not known",)
        embedded = lower.get("_embedded")
        inside = embedded if isinstance(embedded, dict) and "profile" not in lower else lower
        found = next((inside[name] for name in _LISTS if isinstance(inside.get(name), list)), None)
        listed = found if found is not None else [document]
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise MappingFileError("other-app", "this is JSON, but no list of users", fix=_WANTED)
    if len(listed) in _PAGES and not notes:
        notes = (f"exactly {len(listed):,} people: it looks like one page of more",)
    return listed, notes


def _okta(entry: dict[str, Any]) -> User:
    """A user; or one of an app, whose profile is the app's: the person's stands inside, or nowhere."""
    is_app = is_app_user(entry)
    person, app = (_embedded(entry), entry["profile"]) if is_app else (entry["profile"], {})
    attributes: dict[str, Attribute] = {
        name: _value(value) for name, value in person.items() if _is_value(value)
    }
    attributes |= {f"appuser.{name}": _value(value) for name, value in app.items() if _is_value(value)}
    for name in ("id",) if is_app else ("id", "status"):
        if isinstance(entry.get(name), str):
            attributes[name] = entry[name]
    credentials = entry.get("credentials")
    username = credentials.get("userName") if is_app and isinstance(credentials, dict) else None
    if isinstance(username, str):
        attributes["userName"] = username
    known = ("login", "userName", "email", "appuser.email")
    label = next((attributes[name] for name in known if attributes.get(name)), None) or entry.get("id") or ""
    return User(attributes, str(label), complete=not is_app)


def _embedded(entry: dict[str, Any]) -> dict[str, Any]:
    inside = entry.get("_embedded")
    user = inside.get("user") if isinstance(inside, dict) else None
    profile = user.get("profile") if isinstance(user, dict) else None
    return profile if isinstance(profile, dict) else {}


def _graph(entry: dict[str, Any], unasked: frozenset[str]) -> User:
    attributes: dict[str, Attribute] = {}
    for key, value in entry.items():
        if isinstance(value, dict) and bare(key) in ("onpremisesextensionattributes", "employeeorgdata"):
            prefix = "employeeOrgData." if bare(key) == "employeeorgdata" else ""
            attributes |= {
                f"{prefix}{_camel(str(name))}": _value(one) for name, one in value.items() if _is_value(one)
            }
        elif _is_value(value) and key not in unasked and not str(key).startswith("@"):
            _put(attributes, str(key), _value(value), "entra")
    return entra_user(attributes)


def _unasked(entries: list[dict[str, Any]]) -> frozenset[str]:
    """What PowerShell writes as empty for everybody was not asked for; its keys begin with a capital."""
    if "UserPrincipalName" not in entries[0] and "Id" not in entries[0]:
        return frozenset()
    keys = {key for entry in entries for key in entry}
    return frozenset(
        key for key in keys if not any(entry.get(key) not in (None, "", []) for entry in entries)
    )


def _camel(name: str) -> str:
    return f"{name[:1].lower()}{name[1:]}"


def _is_value(value: Any) -> bool:
    """Whether this is an attribute's value: an object, or PowerShell's word for one, tells nothing."""
    if isinstance(value, list):
        return all(isinstance(part, str | int | float) for part in value)
    return not isinstance(value, dict) and not (isinstance(value, str) and _OBJECT.fullmatch(value))


def _value(value: Any) -> Attribute:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, list):
        return tuple(str(part) for part in value if part is not None)
    return str(value) if isinstance(value, int | float) else None


# ── tables ───────────────────────────────────────────────────────────────────


def _of_table(text: str) -> Users:
    sheet = sheet_of(text, _is_heading, _MOST_LINES)
    if sheet is None:
        refuse_text(text)
        first = next((line for line in text.splitlines()[:30] if line.strip()), "")
        refuse_heading(first.split(max(",;\t|", key=first.count)))
        raise MappingFileError(
            "other-app", "no line names columns of Entra ID's users or of Okta's", "line 1", _WANTED
        )
    refuse_heading(sheet.heading)
    ids = _column(sheet, ("id", "userid", "objectid"))
    idp = provider_of(sheet.heading, ids)
    if not idp:
        raise MappingFileError(
            "other-app", "the columns are neither those of Entra ID's users nor of Okta's", "line 1", _WANTED
        )
    is_app = idp == "okta" and {"syncstate", "externalid", "scope"} & {bare(one) for one in sheet.heading}
    rows = [row.cells for row in sheet.rows if len(row.cells) * 2 >= len(sheet.heading)]
    notes = _notes_of(sheet, len(rows))
    if rows and sheet.open_end and _ends_early(sheet.heading, sheet.rows[-1].cells):
        rows.pop()
        notes.append(_CUT_OFF)
    people, damaged = [], 0
    for cells in rows:
        attributes: dict[str, Attribute] = {}
        for name, cell in zip(sheet.heading, cells, strict=False):
            value = _cell(cell)
            if _DAMAGED.fullmatch(value) and not set(_IDS).isdisjoint(names_of(name, idp)):
                damaged += 1
            elif not _OBJECT.fullmatch(value):
                _put(attributes, name, value or None, idp)
        people.append(_of_app_row(attributes) if is_app else _of_row(attributes, idp))
    if damaged:
        number = "1 id was" if damaged == 1 else f"{damaged:,} ids were"
        notes.append(f"{number} damaged by a spreadsheet (4.7E+17, #N/A), and not read")
    if not people:
        what = "there is nobody in it but a row that is cut off" if notes else "there is nobody in it"
        raise MappingFileError("no-content", what, fix="export the users again")
    return Users(idp, tuple(people), tuple(notes))


def _notes_of(sheet: Sheet, people: int) -> list[str]:
    notes = [_CUT_OFF] if sheet.tail is not None else []
    short = len(sheet.rows) - people
    if short:
        rows = "1 row has" if short == 1 else f"{short:,} rows have"
        notes.append(f"{rows} less than half of the columns, and no person was read from there")
    if sheet.tail is None and people in _PAGES:
        notes.append(f"exactly {people:,} people: it looks like one page of more")
    return notes


def _is_heading(cells: list[str]) -> bool:
    return len(cells) > 1 and bool(provider_of(cells[:200]) or _is_of_ids(cells))


def _is_of_ids(cells: list[str]) -> bool:
    """Columns that only the ids under them tell the provider of."""
    names = {bare(cell) for cell in cells[:200]}
    return "id" in names and bool(
        names & {"email", "firstname", "lastname", "username", "mail", "displayname"}
    )


def _column(sheet: Sheet, names: Iterable[str]) -> list[str]:
    place = next((number for number, one in enumerate(sheet.heading) if bare(one) in names), None)
    return [row.cells[place] for row in sheet.rows[:20] if place is not None and place < len(row.cells)]


def _cell(cell: str) -> str:
    """The cell without what keeps a spreadsheet from running or rounding it."""
    value = cell.strip().strip("\u200b\u00a0\ufeff")
    if value.startswith('="') and value.endswith('"') and len(value) > 2:
        return value[2:-1]
    if value[:1] == "'" and value[1:2] and value[1:2] in "=+-@0123456789":
        return value[1:]
    return value


def _ends_early(heading: list[str], cells: list[str]) -> bool:
    """Whether the last cell is the beginning of a word for yes or no."""
    low = cells[-1].strip().lower()
    is_flag = bare(heading[-1]) == "accountenabled" and len(cells) == len(heading)
    return is_flag and bool(low) and low not in _ENABLED and any(word.startswith(low) for word in _ENABLED)


def _put(attributes: dict[str, Attribute], heading: str, value: Attribute, idp: str) -> None:
    for name in names_of(heading, idp):
        if name in ("accountEnabled", "blockCredential"):
            told = _ENABLED.get(value.strip().lower()) if isinstance(value, str) else value
            if isinstance(told, bool):  # else nobody asked for it
                attributes["accountEnabled"] = told is (name == "accountEnabled")
        elif attributes.get(name) is None:
            is_phone = name == "telephoneNumber" and isinstance(value, tuple)
            attributes[name] = next(iter(value), None) if is_phone and isinstance(value, tuple) else value


def _of_row(attributes: dict[str, Attribute], idp: str) -> User:
    if idp == "entra":
        return entra_user(attributes)
    label = attributes.get("login") or attributes.get("email") or attributes.get("id") or ""
    return User(attributes, str(label))


def _of_app_row(attributes: dict[str, Attribute]) -> User:
    """A user of an app: every column but the id is of the app's profile."""
    known = {"id": attributes["id"]} if "id" in attributes else {}
    own = {f"appuser.{name}": value for name, value in attributes.items() if name != "id"}
    username = attributes.get("login")
    label = str(username or attributes.get("email") or attributes.get("id") or "")
    return User({**known, **own, **({"userName": username} if username else {})}, label)
