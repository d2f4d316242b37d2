"""Rules about the other attributes: name, e-mail, username, groups, extras (NA-… to EX-…)."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from scimtui.mappings.case import Case, probes
from scimtui.mappings.expressions.results import Null, Unevaluated, Value
from scimtui.mappings.found import Found, shared, some
from scimtui.mappings.model import Row, key_of
from scimtui.mappings.sending import (
    FORMATTED,
    USED_AS,
    USER_NAME,
    WORK_EMAIL,
    email_keys,
    gitlab_username,
    row_result,
    username_row,
)
from scimtui.mappings.sources import attributes_named

Rule = Callable[[Case], list[Found] | None]
_EXTENSION = re.compile(r"extension_|extensionattribute\d+$|customsecurityattributes")
_NAMES = ("name.formatted", "name.givenName", "name.familyName", "displayName")
_OTHER_EMAIL = re.compile(r"emails(?:\[[^\[\]]{0,200}\])?(?:\.[a-z]{1,20})?")
_FOLLOWERS = (
    "name.formatted",
    "name.givenname",
    "name.familyname",
    "displayname",
    "username",
    'emails[typeeq"work"].value',
)


# ── name, e-mail, username ───────────────────────────────────────────────────


def _no_name(case: Case) -> list[Found] | None:
    if not case.tells_profile:
        return None
    return [] if case.is_sent(*_NAMES) else [Found()]


def _name_empty(case: Case) -> list[Found] | None:
    if _no_name(case):
        return []
    rows = [case.mapping.row(target) for target in _NAMES]
    known = [
        one
        for one in case.inside
        if all(isinstance(one.values.get(row.scim_target), Value | Null) for row in rows if row is not None)
    ]
    if not known:
        return None
    without = [one.user.label for one in known if not one.stored.get("name", "").strip()]
    return [Found(some(without, total=len(known)), FORMATTED, tuple(without))] if without else []


def _name_looks_odd(case: Case) -> list[Found] | None:
    if not case.inside:
        return None
    names = [
        (one.user.label, one.stored["name"]) for one in case.inside if one.stored.get("name", "").strip()
    ]
    odd = [label for label, name in names if "," in name or " " not in name.strip()]
    return [Found(some(odd, total=len(names)), FORMATTED)] if odd else []


def _work_email(case: Case) -> bool:
    """Whether an address is sent that GitLab takes; the flag `primary` alone is none."""
    sent = [row.key for row in case.mapping.rows if row.source or row.default]
    return bool(email_keys(sent))


def _other_addresses(case: Case) -> list[str]:
    return [
        row.target
        for row in case.mapping.rows
        if _OTHER_EMAIL.fullmatch(row.key) and row.source and row.key != key_of(WORK_EMAIL)
    ]


def _no_email(case: Case) -> list[Found] | None:
    if not case.tells_profile:
        return None
    if _work_email(case):
        return []
    others = _other_addresses(case)
    return [Found(f"there is {', '.join(others[:3])}" if others else "")]


def _other_email(case: Case) -> list[Found] | None:
    if not case.tells_profile:
        return None
    if _work_email(case):
        return []
    return [Found(target, target) for target in _other_addresses(case)[:1]]


def _bad_email(case: Case) -> list[Found] | None:
    values = case.values(WORK_EMAIL)
    if not values or case.mapping.row(WORK_EMAIL) is None:
        return None
    bad = []
    for one, value in values:
        mail = one.user.attributes.get("mail")
        useless = value is not None and value.lower().endswith(".onmicrosoft.com") and isinstance(mail, str)
        if not value or not _is_address(value) or (useless and value != mail):
            bad.append(one.user.label)
    return [Found(some(bad, total=len(values)), WORK_EMAIL, tuple(bad))] if bad else []


def _is_address(value: str) -> bool:
    name, _, domain = value.rpartition("@")
    is_whole = bool(name) and "@" not in name and not any(character.isspace() for character in value)
    return is_whole and "." in domain[1:-1]


def _domains(case: Case) -> list[Found] | None:
    allowed = case.answers.domains
    values = case.values(WORK_EMAIL)
    if allowed is None or not values:
        return None
    lower = {domain.lower() for domain in allowed}
    outside = [
        one.user.label for one, value in values if value and value.rpartition("@")[2].lower() not in lower
    ]
    return [Found(some(outside, total=len(values)), WORK_EMAIL, tuple(outside))] if lower and outside else []


def _unlinked(case: Case) -> list[Found] | None:
    values = case.values(WORK_EMAIL)
    if not values or not case.stored:
        return None
    unlinked = {one.email.lower() for one in case.stored if one.email and not one.saml_uid}
    found = [one.user.label for one, value in values if value and value.lower() in unlinked]
    return [Found(some(found, total=len(values)), WORK_EMAIL, tuple(found))] if found else []


def _shared_email(case: Case) -> list[Found] | None:
    values = case.values(WORK_EMAIL)
    if not values:
        return None
    found = shared((one.user.label, value) for one, value in values if value)
    return [Found(some(found, total=len(values)), WORK_EMAIL, tuple(found))] if found else []


def _no_username(case: Case) -> list[Found]:
    return [Found()] if case.mapping.idp != "okta" and not case.is_sent(USER_NAME) else []


def _username_is_address(case: Case) -> list[Found]:
    row = case.mapping.row(USER_NAME)
    reads = case.attributes(row.source) if row is not None else frozenset()
    return [Found(row.source, USER_NAME)] if row is not None and reads & {"userprincipalname", "mail"} else []


def _usernames_change(case: Case) -> list[Found] | None:
    values = [(one.user.label, value) for one, value in case.values(USER_NAME) if value]
    if not values:
        return None
    by_name: dict[str, list[str]] = defaultdict(list)
    changed = []
    for label, value in values:
        made = gitlab_username(value)
        by_name[made.lower()].append(label)
        if made != value.partition("@")[0]:
            changed.append(label)
    clashing = [label for labels in by_name.values() if len(labels) > 1 for label in labels]
    found = list(dict.fromkeys([*clashing, *changed]))
    return [Found(some(found, total=len(values)), USER_NAME, tuple(found))] if found else []


def _okta_username(case: Case) -> list[Found]:
    row = case.mapping.row(USER_NAME) or username_row(case.mapping)
    return [Found(row.source or "typed for each person", USER_NAME)]


# ── groups and extras ────────────────────────────────────────────────────────


def _groups_on_com(case: Case) -> list[Found] | None:
    if case.mapping.groups is None:
        return None
    return [Found("Enabled: Yes")] if case.mapping.groups and case.answers.gitlab_com is not False else []


def _groups_on_instance(case: Case) -> list[Found] | None:
    if case.mapping.groups is None:
        return None
    return [Found("Enabled: Yes")] if case.mapping.groups and case.answers.gitlab_com is False else []


def _unused(case: Case) -> list[Found]:
    used = set(USED_AS)
    return [
        Found(row.source, row.target)
        for row in case.mapping.rows
        if row.key not in used and not row.key.startswith("roles") and not _OTHER_EMAIL.fullmatch(row.key)
    ]


def _roles(case: Case) -> list[Found]:
    return [Found(row.source, row.target) for row in case.mapping.rows if row.key.startswith("roles")]


def _twice(case: Case) -> list[Found]:
    by_target: dict[str, list[Row]] = defaultdict(list)
    for row in case.mapping.rows:
        by_target[row.key].append(row)
    return [
        Found(", ".join(row.source for row in rows), rows[0].target)
        for rows in by_target.values()
        if len(rows) > 1
    ]


def _not_evaluated(case: Case) -> list[Found]:
    """By a probe that has every attribute: what is left is a function, a slot, or the syntax."""
    found = []
    for row in case.mapping.rows:
        if row.kind not in ("expression", "attribute"):
            continue
        probe = probes(attributes_named(row.source, case.mapping.idp))[0]
        if case.mapping.app is not None:  # whose template makes the application username
            probe = replace(probe, attributes={**probe.attributes, "userName": "probe"})
        result = row_result(row, probe, case.idp, complete=True)
        if isinstance(result, Unevaluated) and (case.idp == "okta" or not result.recognised):
            variant = "recognised" if result.recognised else ""
            found.append(Found(f"{row.source}: {result.reason}", row.target, variant=variant))
    return found


@cache
def _known() -> frozenset[str]:
    """The attributes of Entra's users, in lower case."""
    document = tomllib.loads(Path(__file__).with_name("entra_attributes.toml").read_text("utf-8"))
    return frozenset(name.lower() for name in document["user"])


def _misspelled(case: Case) -> list[Found]:
    """Attributes that neither Entra's list nor the user export has."""
    first = case.users.people[:1] if case.users is not None else ()
    exported = {name.lower() for user in first for name in user.attributes}
    known = _known() | exported
    return [
        Found(name, row.target)
        for row in case.mapping.rows
        if row.kind in ("attribute", "expression")
        for name in sorted(case.attributes(row.source) - known)
        if not _EXTENSION.match(name)
    ]


def _do_not_follow(case: Case) -> list[Found]:
    followers = [
        row.target for row in case.mapping.rows if row.key in _FOLLOWERS and row.flow.lower() == "always"
    ]
    return [Found(", ".join(followers))] if followers else []


ATTRIBUTE_RULES: dict[str, Rule] = {
    "NA-01": _no_name,
    "NA-02": _name_empty,
    "NA-03": _name_looks_odd,
    "EM-01": _no_email,
    "EM-02": _other_email,
    "EM-03": _bad_email,
    "EM-04": _domains,
    "EM-05": _unlinked,
    "EM-06": _shared_email,
    "UN-01": _no_username,
    "UN-02": _username_is_address,
    "UN-03": _usernames_change,
    "UN-04": _okta_username,
    "GR-01": _groups_on_com,
    "GR-02": _groups_on_instance,
    "EX-01": _unused,
    "EX-02": _roles,
    "EX-03": _twice,
    "EX-04": _do_not_follow,
    "EX-05": _not_evaluated,
    "EX-06": _misspelled,
}
