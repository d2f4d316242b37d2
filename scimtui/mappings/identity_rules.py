"""Rules about what people are known by: externalId, the NameID, matching (ID-…, MA-…)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable

from scimtui.mappings.case import MUTABLE, Case
from scimtui.mappings.found import Found, shared, some
from scimtui.mappings.model import AttributeMapping, Row
from scimtui.mappings.name_ids import spelled
from scimtui.mappings.sending import EXTERNAL_ID, ID, USER_NAME

Rule = Callable[[Case], list[Found] | None]
_CHANGING = {"Guid", "RandomString", "Now"}
_CASE_CALLS = {"ToLower", "ToUpper", "PCase", "toLowerCase", "toUpperCase"}
_GUID = re.compile(
    r"\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?", re.IGNORECASE
)
_PLAIN = re.compile(r"[A-Za-z0-9-]*")


def _not_mapped(case: Case) -> list[Found]:
    return [Found()] if case.idp != "okta" and not case.is_sent(EXTERNAL_ID) else []


def _sources_differ(case: Case) -> list[Found] | None:
    """Only where the two read different attributes; one attribute and two forms are ID-10 and ID-11."""
    sources = _both(case)
    if sources is None:
        return None
    source, other = sources
    if _is_same(case, source, other) or _share(case, source, other):
        return []
    return [Found(f"externalId: {source}, NameID: {other}", EXTERNAL_ID)]


def _both(case: Case) -> tuple[str, str] | None:
    """What feeds externalId and the NameID, where both are known and can be worked out."""
    source, other = case.external_source, case.name_id_source
    return (source, other) if case.is_known(source) and case.is_known(other) else None


def _is_same(case: Case, source: str, other: str) -> bool:
    row = case.external_id or Row(source, EXTERNAL_ID, "expression")
    return other in (source, spelled(source, case.mapping.idp)) or case.same(row, other)


def _share(case: Case, source: str, other: str) -> bool:
    return bool(case.attributes(source) & case.attributes(other))


def _captured_is_nobodys(case: Case) -> list[Found] | None:
    captured = case.name_id.value if case.name_id is not None else None
    if captured is None or case.users is None:
        return None
    values = (
        [value for _, value in case.values(EXTERNAL_ID)] if case.external_id is not None else _okta_ids(case)
    )
    if not values:
        return None
    if captured in values:
        return []
    near = next((value for value in values if value is not None and value.lower() == captured.lower()), None)
    seen = f"NameID {captured}, externalId {near}: capitals differ" if near else f"NameID {captured}"
    return [Found(seen, EXTERNAL_ID)]


def _okta_ids(case: Case) -> list[str | None]:
    return (
        [str(user.attributes["id"]) for user in case.users.people if "id" in user.attributes]
        if case.users
        else []
    )


def _alias(case: Case) -> list[Found]:
    row = case.external_id
    reads = case.attributes(row.source) if row is not None else frozenset()
    return [Found(row.source, EXTERNAL_ID)] if row is not None and reads == {"mailnickname"} else []


def _mutable(case: Case) -> list[Found] | None:
    """Any attribute that can become the value, or choose it: in an argument of Coalesce or Switch too."""
    row = case.external_id
    if row is None or row.kind == "constant":
        return []
    if not case.readable(row.source):
        return None
    reads = case.counting(row.source)
    changing = reads & MUTABLE if reads != {"mailnickname"} else frozenset()  # which is ID-04
    if not changing:
        return []
    named = ", ".join(sorted(changing))
    return [Found(row.source if reads == changing else f"{row.source}: {named}", EXTERNAL_ID)]


def _constant(case: Case) -> list[Found] | None:
    row = case.external_id
    if row is None:
        return []
    if row.kind == "expression" and not case.readable(row.source):
        return None
    if row.kind == "constant" or (
        row.kind == "expression" and not case.attributes(row.source) and not _changes(case)
    ):
        return [Found(f"constant {row.source}", EXTERNAL_ID)]
    return [Found(f"default {row.default}", EXTERNAL_ID)] if row.default else []


def _changes(case: Case) -> list[Found]:
    row = case.external_id
    called = case.calls(row.source) & _CHANGING if row is not None else frozenset()
    return [Found(", ".join(sorted(called)), EXTERNAL_ID)] if called else []


def _empty_for_some(case: Case) -> list[Found] | None:
    if case.external_id is None:
        return []
    values = case.values(EXTERNAL_ID)
    if not values:
        return None
    without = [one.user.label for one, value in values if not value]
    return [Found(some(without, total=len(values)), EXTERNAL_ID, tuple(without))] if without else []


def _not_unique(case: Case) -> list[Found] | None:
    if case.external_id is None:
        return []
    values = case.values(EXTERNAL_ID)
    if not values:
        return None
    found = shared((one.user.label, value) for one, value in values if value)
    return [Found(some(found, total=len(values)), EXTERNAL_ID, tuple(found))] if found else []


def _case_on_one_side(case: Case) -> list[Found] | None:
    sources = _both(case)
    if sources is None:
        return None
    source, other = sources
    mine, theirs = case.calls(source) & _CASE_CALLS, case.calls(other) & _CASE_CALLS
    if not _share(case, source, other) or bool(mine) == bool(theirs):
        return []
    return [Found(f"externalId: {source}, NameID: {other}", EXTERNAL_ID)]


def _transformed_on_one_side(case: Case) -> list[Found] | None:
    sources = _both(case)
    if sources is None:
        return None
    source, other = sources
    if not _share(case, source, other) or _is_same(case, source, other) or _case_on_one_side(case):
        return []
    return [Found(f"externalId: {source}, NameID: {other}", EXTERNAL_ID)]


def _two_spellings(case: Case) -> list[Found] | None:
    captured = case.name_id.value if case.name_id is not None else None
    if captured is None:
        return None
    values = [value for _, value in case.values(EXTERNAL_ID) if value]
    wanted = _guid(captured)
    if not wanted:
        return []
    other = next((value for value in values if value != captured and _guid(value) == wanted), None)
    return [Found(f"{captured} and {other}", EXTERNAL_ID)] if other else []


def _guid(text: str) -> str:
    match = _GUID.fullmatch(text.strip())
    return "-".join(match.groups()).lower() if match is not None else ""


def _blanks(case: Case) -> list[Found] | None:
    values = [case.name_id.value] if case.name_id is not None and case.name_id.value is not None else []
    values += [uid for one in case.stored or () for uid in (one.scim_uid, one.saml_uid) if uid]
    if not values:
        return None
    blank = [value for value in values if value and any(character.isspace() for character in value)]
    return [Found(some(blank))] if blank else []


def _special(case: Case) -> list[Found] | None:
    row = case.external_id
    if row is None or not row.precedence:
        return []
    values = case.values(EXTERNAL_ID)
    odd = [value for _, value in values if value and not _PLAIN.fullmatch(value)]
    if odd:
        return [Found(some(odd, total=len(values)), EXTERNAL_ID)]
    if values:
        return []
    reads = case.attributes(row.source)
    return (
        [Found(row.source, EXTERNAL_ID)]
        if reads & {"userprincipalname", "mail", "displayname", "email", "login"}
        else []
    )


def _id_is_a_target(case: Case) -> list[Found]:
    row = case.mapping.row(ID)
    if row is None:
        return []
    is_same = case.external_id is not None and case.same(row, case.external_id.source)
    return [Found(row.source, ID, variant="same" if is_same else "")]


def _changed_after_sync(case: Case) -> list[Found] | None:
    """By an earlier export; else by what is stored for people of the export with the same e-mail."""
    if case.answers.synced is False:
        return []
    if case.answers.synced is None and case.former is not None and case.external_id is not None:
        return _changed_between(case, case.former, case.external_id)
    if case.answers.synced and case.external_id is not None:
        before = case.source_before(EXTERNAL_ID)
        if before is not None:
            now = case.external_id.source
            return [Found(f"before: {before or 'nothing'}, now: {now or 'nothing'}", EXTERNAL_ID)]
        if case.former is not None:
            return []
    if not case.stored or case.users is None:
        return None
    by_email = {one.email.lower(): one for one in case.stored if one.email and one.scim_uid}
    pairs = [
        (one.user.label, value, by_email[one.stored["email"].lower()].scim_uid)
        for one, value in case.values(EXTERNAL_ID)
        if value and one.stored.get("email", "").lower() in by_email
    ]
    if not pairs:
        return None
    other = [label for label, value, stored in pairs if value.lower() != (stored or "").lower()]
    return [Found(some(other, total=len(pairs)), EXTERNAL_ID, tuple(other))] if other else []


def _changed_between(case: Case, former: AttributeMapping, row: Row) -> list[Found]:
    """Two exports with another source each, and nobody said whether people were synced in between."""
    before = former.row(EXTERNAL_ID)
    if before is None or case.same(row, before.source):
        return []
    seen = f"before: {before.source or 'nothing'}, now: {row.source or 'nothing'}"
    return [Found(seen, EXTERNAL_ID, variant="between")]


def _shape(value: str) -> str:
    if _guid(value):
        return "a GUID"
    if value.startswith("00u") and len(value) == 20:
        return "an Okta id"
    return "an e-mail address" if "@" in value else "another text"


def _other_kind(case: Case) -> list[Found] | None:
    if not case.stored:
        return None
    linked = [one for one in case.stored if one.saml_uid]
    wanted = _wanted_shape(case)
    if not linked or not wanted:
        return None
    other = [one.name or one.email for one in linked if _shape(one.saml_uid or "") != wanted]
    return [Found(f"{wanted} is sent; {some(other, total=len(linked))}", "", tuple(other))] if other else []


def _wanted_shape(case: Case) -> str:
    if case.name_id is not None and case.name_id.value:
        return _shape(case.name_id.value)
    reads = case.attributes(case.name_id_source) if case.name_id_source else frozenset()
    if reads == {"objectid"}:
        return "a GUID"
    if reads and reads <= {"userprincipalname", "mail", "email", "login"}:
        return "an e-mail address"
    return "an Okta id" if reads == {"id"} and case.mapping.idp == "okta" else ""


# ── matching ─────────────────────────────────────────────────────────────────


def _matching(case: Case) -> list[Row]:
    return sorted((row for row in case.mapping.rows if row.precedence > 0), key=lambda row: row.precedence)


def _none_matches(case: Case) -> list[Found]:
    return [] if _matching(case) else [Found()]


def _first_is_another(case: Case) -> list[Found]:
    matching = _matching(case)
    lowest = [row for row in matching if row.precedence == matching[0].precedence] if matching else []
    same = [row for row in lowest if row.key == ID and case.same(row, case.external_source)]
    if not lowest or same or any(row.key == EXTERNAL_ID.lower() for row in lowest):
        return []
    return [Found(f"{row.source} → {row.target}, precedence {row.precedence}", row.target) for row in lowest]


def _unsearchable(case: Case) -> list[Found]:
    usable = (EXTERNAL_ID.lower(), USER_NAME.lower(), ID)
    return [
        Found(f"precedence {row.precedence}", row.target) for row in _matching(case) if row.key not in usable
    ]


def _equal_precedence(case: Case) -> list[Found]:
    by_number: dict[int, list[str]] = defaultdict(list)
    for row in _matching(case):
        by_number[row.precedence].append(row.target)
    return [
        Found(f"precedence {number}: {', '.join(targets)}", targets[0])
        for number, targets in by_number.items()
        if len(targets) > 1
    ]


def _user_name_second(case: Case) -> list[Found]:
    later = _matching(case)[1:]
    return [
        Found(f"precedence {row.precedence}", row.target) for row in later if row.key == USER_NAME.lower()
    ]


def _unique_value(case: Case) -> list[Found]:
    """Anywhere, also inside another function: Entra offers it to HR systems that write into a directory."""
    return [
        Found(row.source, row.target)
        for row in case.mapping.rows
        if "selectuniquevalue" in {name.lower() for name in case.calls(row.source)}
    ]


IDENTITY_RULES: dict[str, Rule] = {
    "ID-01": _not_mapped,
    "ID-02": _sources_differ,
    "ID-03": _captured_is_nobodys,
    "ID-04": _alias,
    "ID-05": _mutable,
    "ID-06": _constant,
    "ID-07": _changes,
    "ID-08": _empty_for_some,
    "ID-09": _not_unique,
    "ID-10": _case_on_one_side,
    "ID-11": _transformed_on_one_side,
    "ID-12": _two_spellings,
    "ID-13": _blanks,
    "ID-14": _special,
    "ID-15": _id_is_a_target,
    "ID-16": _changed_after_sync,
    "ID-17": _other_kind,
    "MA-01": _none_matches,
    "MA-02": _first_is_another,
    "MA-03": _unsearchable,
    "MA-04": _equal_precedence,
    "MA-05": _user_name_second,
    "MA-06": _unique_value,
}
