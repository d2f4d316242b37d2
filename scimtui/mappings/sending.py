"""What would be sent for one user, what GitLab would store of it, and whether they could sign in.

GitLab's side is mapping-rules 1 and the contract's 2.4; the NameID must equal the stored value exactly.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from scimtui.mappings.expressions import entra, okta
from scimtui.mappings.expressions.results import NULL, ExpressionError, Null, Result, Unevaluated, Value
from scimtui.mappings.guard import cause
from scimtui.mappings.model import AttributeMapping, Kind, NameId, Row, key_of
from scimtui.mappings.name_ids import is_external_id, spelled
from scimtui.mappings.recommended import recommended_for
from scimtui.mappings.scope import outside
from scimtui.mappings.sources import tree_of
from scimtui.mappings.users import User

WORK_EMAIL = 'emails[type eq "work"].value'
EXTERNAL_ID, ID, USER_NAME, ACTIVE = "externalId", "id", "userName", "active"
FORMATTED, GIVEN, FAMILY, DISPLAY = "name.formatted", "name.givenName", "name.familyName", "displayName"
USED_AS = {
    "externalid": "extern_uid",
    "id": "extern_uid",
    "username": "username",
    'emails[typeeq"work"].value': "e-mail",
    "emails[primaryeqtrue].value": "e-mail",
    'emails[primaryeq"true"].value': "e-mail",
    "name.formatted": "name",
    "name.givenname": "name",
    "name.familyname": "name",
    "displayname": "name",
    "active": "active",
}
"""What GitLab uses a target for, by a row's key; anything else it does not use."""
OKTA_SENDS = {row.key: row for row in recommended_for("okta")[0].rows}
"""What Okta's catalogue app sends by itself: it stands in no profile mapping (idp-behaviour 2.2)."""
TWICE = Unevaluated("two rows are sent as it, and which of them counts is not defined")
OUTSIDE = "the scope filter leaves them out: nothing is sent, and who was provisioned is deactivated"
_NO_PROFILE = Unevaluated("the profile mapping tells it, and was not given")
_FILTERED = re.compile(r"emails\[([^\[\]]{1,200})\]\.(value|primary)")
_ODD = re.compile(r"[^A-Za-z0-9_.-]+")
_TAILS = (".git", ".atom", "-", "_", ".")


@dataclass(frozen=True, slots=True)
class Sent:
    """One user as they would be sent.

    Attributes:
        values: result by target, as the rows name it; nothing for somebody out of scope.
        stored: what GitLab would store: extern_uid, email, username, name, active; those that can be told.
        name_id: what would be sent at the sign-in.
        outcome: `works`, `fails`, `outside` (of the scope filter, so that nothing is sent) or `unknown`.
        why: in a sentence.
        address: the e-mail address that the mapping makes, whether it is sent or not.
    """

    user: User
    values: Mapping[str, Result]
    stored: Mapping[str, str]
    name_id: Result
    outcome: str
    why: str
    address: str = ""


def send(mapping: AttributeMapping, name_id: NameId | None, user: User, *, complete: bool) -> Sent:
    """Work out what would be sent for this user.

    Args:
        complete: whether an attribute that is not named has no value; else it is not known.
    """
    idp = mapping.idp or "entra"
    values: dict[str, Result] = {}
    names: dict[str, str] = {}
    sent_as = _with_username(mapping, user, complete=complete) if idp == "okta" else user
    for row in mapping.rows:
        result = row_result(row, sent_as, idp, complete=complete)
        name = names.setdefault(row.key, row.scim_target)
        values[name] = result if values.get(name, result) == result else TWICE
    if idp == "okta":
        values |= _by_itself(mapping, sent_as, frozenset(names), complete=complete)
    by_key = {key_of(target): result for target, result in values.items()}
    stored = _stored(by_key)
    sent_id = name_id_result(name_id, mapping, user, complete=complete)
    address = stored.get("email", "")
    left_out = outside(mapping.filters, user, complete=complete)
    if left_out is True:
        return Sent(user, {}, {}, sent_id, "outside", OUTSIDE, address)
    outcome, why = _outcome(by_key, sent_id)
    if isinstance(left_out, str) and outcome == "works":
        outcome, why = "unknown", f"whether they are in scope can't be told: {left_out}"
    return Sent(user, values, stored, sent_id, outcome, why, address)


def _by_itself(
    mapping: AttributeMapping, user: User, known: frozenset[str], *, complete: bool
) -> dict[str, Result]:
    """What Okta sends beside its profile mapping: the id, and what makes the application username."""
    values: dict[str, Result] = {}
    for key, row in OKTA_SENDS.items():
        if key in known:
            continue
        if key == "username":
            values[row.target] = row_result(username_row(mapping), user, "okta", complete=complete)
        elif key == "externalid":
            values[row.target] = row_result(row, user, "okta", complete=complete)
        elif mapping.kind not in (Kind.OKTA_PROFILE, Kind.TABLE):
            values[row.target] = _NO_PROFILE
    return values


def username_row(mapping: AttributeMapping) -> Row:
    """What makes Okta's application username: the app's template, else the one an app begins with."""
    row = OKTA_SENDS["username"]
    app = mapping.app
    if app is None:
        return row
    return Row(app.username, row.target, "expression" if app.username else "typed")


def _with_username(mapping: AttributeMapping, user: User, *, complete: bool) -> User:
    """The person with the application username that the app's template makes; `user.userName` reads it."""
    if mapping.app is None or not mapping.app.username or "userName" in user.attributes:
        return user
    made = row_result(username_row(mapping), user, "okta", complete=complete)
    if not isinstance(made, Value):
        return user
    return replace(user, attributes={**user.attributes, "userName": made.content})


def row_result(row: Row, user: User, idp: str, *, complete: bool) -> Result:
    """What one row comes to for a user."""
    if row.kind == "constant":
        return Value(row.source)
    if row.kind == "typed":
        return Unevaluated("it is typed for each person, at the assignment")
    if row.kind == "none" or not row.source:
        return Value(row.default) if row.default else NULL
    source = (
        f"[{row.source}]"
        if row.kind == "attribute" and idp == "entra" and "[" not in row.source
        else row.source
    )
    result = _evaluate(source, idp, user, complete=complete)
    if isinstance(result, Null) and row.default:
        return Value(row.default)
    return result


def _evaluate(expression: str, idp: str, user: User, *, complete: bool) -> Result:
    """What it comes to; whatever goes wrong in there is a result too."""
    try:
        tree = tree_of(expression, idp)
        if idp == "okta":
            return okta.evaluate(tree, user.attributes, complete=complete)  # type: ignore[arg-type]
        return entra.evaluate(tree, user.attributes, complete=complete)  # type: ignore[arg-type]
    except ExpressionError as error:
        return Unevaluated(f"it can't be read: {error}")
    except Exception as error:
        return Unevaluated(f"it can't be worked out here: {cause(error)}")


def name_id_source(name_id: NameId | None, mapping: AttributeMapping) -> str:
    """The NameID's source in the words of a mapping: an attribute or an expression; empty where unknown.

    `user.objectid`, as Entra's claims are written, is `objectId`; `externalId` stands for that row's source.
    One that can't be read is not known.
    """
    if name_id is None or not name_id.source.strip():
        return ""
    if is_external_id(name_id.source):
        row = mapping.row(EXTERNAL_ID)
        if row is not None:
            return row.source
        return OKTA_SENDS["externalid"].source if mapping.idp == "okta" else ""
    return spelled(name_id.source, mapping.idp)


def name_id_result(
    name_id: NameId | None, mapping: AttributeMapping, user: User, *, complete: bool
) -> Result:
    """What would be sent as NameID for a user."""
    source = name_id_source(name_id, mapping)
    if not source:
        said = name_id.source.strip() if name_id is not None and not is_external_id(name_id.source) else ""
        read = f"“{said[:80]}” is no source of the NameID that can be read here"
        return Unevaluated(read if said else "the source of the NameID is not known")
    idp = mapping.idp or "entra"
    plain = idp == "entra" and source.replace("_", "").isalnum()
    return _evaluate(f"[{source}]" if plain else source, idp, user, complete=complete)


def _stored(by_key: Mapping[str, Result]) -> dict[str, str]:
    told: dict[str, str] = {}

    def text(key: str) -> str | None:
        result = by_key.get(key, NULL)
        return result.text if isinstance(result, Value) else None

    uid = text("externalid") if "externalid" in by_key else text("id")
    if uid and by_key.get("id", by_key.get("externalid")) == by_key.get("externalid", by_key.get("id")):
        told["extern_uid"] = uid
    email = next(filter(None, map(text, email_keys(by_key))), None)
    if email:
        told["email"] = email
    username = text("username")
    if username is not None:
        told["username"] = gitlab_username(username)
    name = stored_name(
        text("name.formatted"), text("name.givenname"), text("name.familyname"), text("displayname")
    )
    if name:
        told["name"] = name
    active = text("active")
    if active is not None and active.lower() in ("true", "false"):
        told["active"] = active.lower()
    return told


def stored_name(formatted: str | None, given: str | None, family: str | None, display: str | None) -> str:
    """name.formatted; else given and family name; displayName only where no name arrives at all."""
    if formatted and formatted.strip():
        return formatted
    parts = [part for part in (given, family) if part and part.strip()]
    if parts:
        return " ".join(parts)
    if formatted is None and given is None and family is None:
        return display or ""
    return ""


def gitlab_username(sent: str) -> str:
    """The username that GitLab makes of what is sent, before it adds a number where that is taken."""
    local = sent.replace('"', "").partition("@")[0]
    # letter by letter: a long run of marks takes the square of its length to be put in order
    plain = local if local.isascii() else "".join(map(_without_marks, local))
    cleaned = _ODD.sub("", plain)
    start, end = len(cleaned) - len(cleaned.lstrip("-_.")), len(cleaned)
    while end > start:
        tail = next((one for one in _TAILS if cleaned.endswith(one, start, end)), "")
        if not tail:
            break
        end -= len(tail)
    return cleaned[start:end] or "blank"


@lru_cache(maxsize=4096)
def _without_marks(character: str) -> str:
    return "".join(
        part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)
    )


def email_keys(keys: Iterable[str]) -> tuple[str, ...]:
    """Which of these keys are addresses that GitLab takes: the work one, or one that is marked primary."""
    return _email_keys(tuple(key for key in keys if key.startswith("emails[")))


@lru_cache(maxsize=256)
def _email_keys(keys: tuple[str, ...]) -> tuple[str, ...]:
    found = [key for key in keys if USED_AS.get(key) == "e-mail"]
    parts: dict[str, set[str]] = {}
    for key in keys:
        match = _FILTERED.fullmatch(key)
        if match is not None:
            parts.setdefault(match[1], set()).add(match[2])
    marked = (f"emails[{name}].value" for name, there in parts.items() if there == {"value", "primary"})
    return tuple(dict.fromkeys([*found, *marked]))


def _keys_of(use: str) -> list[str]:
    """The keys of all targets that GitLab has the same use for."""
    return [key for key, used in USED_AS.items() if used == use]


def _lacking(by_key: Mapping[str, Result]) -> str:
    """What GitLab needs to create somebody and is sure not to get; empty for nothing (mapping-rules 1)."""
    for use, words in (("e-mail", "work e-mail"), ("username", "userName"), ("name", "name")):
        keys = email_keys(by_key) if use == "e-mail" else _keys_of(use)
        results = [by_key[key] for key in keys if key in by_key]
        if not any(
            isinstance(one, Unevaluated) or (isinstance(one, Value) and one.text.strip()) for one in results
        ):
            return words
    return ""


def _outcome(by_key: Mapping[str, Result], name_id: Result) -> tuple[str, str]:
    uid = by_key.get("externalid", by_key.get("id", NULL))
    if "id" in by_key and by_key["id"] != uid:
        return "unknown", "id and externalId are both sent, and whichever comes last is stored"
    if isinstance(uid, Unevaluated):
        return "unknown", f"what is sent as externalId can't be told: {uid.reason}"
    if isinstance(uid, Null) or not uid.text:
        return "fails", "no externalId is sent, so GitLab refuses to create them"
    if isinstance(name_id, Unevaluated):
        return "unknown", f"the NameID can't be told: {name_id.reason}"
    if isinstance(name_id, Null) or not name_id.text:
        return "fails", "no NameID is sent"
    if uid.text == name_id.text:
        lacking = _lacking(by_key)
        if lacking:
            return "fails", f"no {lacking} is sent, so GitLab refuses to create them"
        return "works", "NameID and stored value are the same"
    if uid.text.lower() == name_id.text.lower():
        return "fails", "NameID and stored value differ in capitals"
    return "fails", "NameID and stored value are different"
