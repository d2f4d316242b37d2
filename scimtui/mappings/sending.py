"""What would be sent for one user, what GitLab would store of it, and whether they could sign in.

GitLab's side is mapping-rules 1 and the contract's 2.4; the NameID must equal the stored value exactly.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from scimtui.mappings.expressions import entra, okta
from scimtui.mappings.expressions.entra_parser import Expression, parse
from scimtui.mappings.expressions.okta_parser import Tree
from scimtui.mappings.expressions.okta_parser import parse as parse_okta
from scimtui.mappings.expressions.results import NULL, ExpressionError, Null, Result, Unevaluated, Value
from scimtui.mappings.model import AttributeMapping, NameId, Row, key_of
from scimtui.mappings.recommended import recommended_for
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
_ODD = re.compile(r"[^A-Za-z0-9_.-]+")
_ENDS = re.compile(r"^[-_.]+|[-_.]+$|\.(?:git|atom)$")
_NAMEID_WORDS = re.compile(r"user\.(\w+)")
_CLAIMS = {
    "objectid": "objectId",
    "userprincipalname": "userPrincipalName",
    "mailnickname": "mailNickname",
    "givenname": "givenName",
    "displayname": "displayName",
    "employeeid": "employeeId",
    "onpremisesimmutableid": "immutableId",
    "immutableid": "immutableId",
    "surname": "surname",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One user as they would be sent.

    Attributes:
        values: result by target, as the rows name it.
        stored: what GitLab would store: extern_uid, email, username, name, active; those that can be told.
        name_id: what would be sent at the sign-in.
        outcome: `works`, `fails` or `unknown`.
        why: in a sentence.
    """

    user: User
    values: Mapping[str, Result]
    stored: Mapping[str, str]
    name_id: Result
    outcome: str
    why: str


def send(mapping: AttributeMapping, name_id: NameId | None, user: User, *, complete: bool) -> Sent:
    """Work out what would be sent for this user.

    Args:
        complete: whether an attribute that is not named has no value; else it is not known.
    """
    idp = mapping.idp or "entra"
    values: dict[str, Result] = {}
    names: dict[str, str] = {}
    for row in mapping.rows:
        result = row_result(row, user, idp, complete=complete)
        name = names.setdefault(row.key, row.scim_target)
        values[name] = result if values.get(name, result) == result else TWICE
    if idp == "okta":
        known = {key_of(target) for target in values}
        for key, row in OKTA_SENDS.items():
            if key not in known:
                values[row.target] = row_result(row, user, idp, complete=complete)
    by_key = {key_of(target): result for target, result in values.items()}
    stored = _stored(by_key)
    sent_id = name_id_result(name_id, mapping, user, complete=complete)
    outcome, why = _outcome(by_key, sent_id)
    return Sent(user, values, stored, sent_id, outcome, why)


def row_result(row: Row, user: User, idp: str, *, complete: bool) -> Result:
    """What one row comes to for a user."""
    if row.kind == "constant":
        return Value(row.source)
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


@lru_cache(maxsize=256)
def _entra_tree(expression: str) -> Expression:
    return parse(expression)


@lru_cache(maxsize=256)
def _okta_tree(expression: str) -> Tree:
    return parse_okta(expression)


def _evaluate(expression: str, idp: str, user: User, *, complete: bool) -> Result:
    try:
        if idp == "okta":
            return okta.evaluate(_okta_tree(expression), user.attributes, complete=complete)
        return entra.evaluate(_entra_tree(expression), user.attributes, complete=complete)
    except ExpressionError as error:
        return Unevaluated(f"it can't be read: {error}")


def name_id_source(name_id: NameId | None, mapping: AttributeMapping) -> str:
    """The NameID's source in the words of a mapping: an attribute or an expression; empty where unknown.

    `user.objectid`, as Entra's claims are written, is `objectId`; `externalId` stands for that row's source.
    """
    if name_id is None or not name_id.source.strip():
        return ""
    source = name_id.source.strip()
    if source.lower() == "externalid":
        row = mapping.row(EXTERNAL_ID)
        if row is not None:
            return row.source
        return OKTA_SENDS["externalid"].source if mapping.idp == "okta" else ""
    if mapping.idp == "okta":
        return source
    word = _NAMEID_WORDS.fullmatch(source)
    bare = word[1] if word is not None else source
    return _CLAIMS.get(bare.lower(), bare)


def name_id_result(
    name_id: NameId | None, mapping: AttributeMapping, user: User, *, complete: bool
) -> Result:
    """What would be sent as NameID for a user."""
    source = name_id_source(name_id, mapping)
    if not source:
        return Unevaluated("the source of the NameID is not known")
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
    email = next(filter(None, map(text, _keys_of("e-mail"))), None)
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
    plain = "".join(
        character
        for character in unicodedata.normalize("NFKD", local)
        if not unicodedata.combining(character)
    )
    cleaned = _ODD.sub("", plain)
    while (shorter := _ENDS.sub("", cleaned)) != cleaned:
        cleaned = shorter
    return cleaned or "blank"


def _keys_of(use: str) -> list[str]:
    """The keys of all targets that GitLab has the same use for."""
    return [key for key, used in USED_AS.items() if used == use]


def _lacking(by_key: Mapping[str, Result]) -> str:
    """What GitLab needs to create somebody and is sure not to get; empty for nothing (mapping-rules 1)."""
    for use, words in (("e-mail", "work e-mail"), ("username", "userName"), ("name", "name")):
        results = [by_key[key] for key in _keys_of(use) if key in by_key]
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
