"""Rules about what is around the rows: lists, job, scope, address, NameID format, Okta, GitLab's people."""

from __future__ import annotations

import re
from collections.abc import Callable

from scimtui.mappings.case import Case, probes
from scimtui.mappings.comparing import differences
from scimtui.mappings.expressions.results import Value
from scimtui.mappings.found import Found, some
from scimtui.mappings.model import Kind
from scimtui.mappings.name_ids import is_external_id
from scimtui.mappings.okta_apps import is_wizards
from scimtui.mappings.sending import EXTERNAL_ID, ID
from scimtui.mappings.sources import attributes_named

Rule = Callable[[Case], list[Found] | None]
_CREATE, _DEACTIVATE, _UPDATE = "PUSH_NEW_USERS", "PUSH_USER_DEACTIVATION", "PUSH_PROFILE_UPDATES"
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def _attribute_list(case: Case, name: str) -> tuple[bool, bool, bool] | None:
    """Anchor, required and caseExact of one attribute of the target; None where the file has no list."""
    attributes = case.mapping.attributes
    if attributes is None:
        return None
    for one in attributes:
        if one.name.lower() == name.lower():
            return one.anchor, one.required, one.case_exact
    return False, False, False


def _id_flags(case: Case) -> list[Found] | None:
    flags = _attribute_list(case, ID)
    if flags is None:
        return None
    missing = [word for word, holds in (("Primary Key", flags[0]), ("Required", flags[1])) if not holds]
    return [Found(f"not {' and not '.join(missing)}")] if missing else []


def _external_required(case: Case) -> list[Found] | None:
    flags = _attribute_list(case, EXTERNAL_ID)
    return None if flags is None else [] if flags[1] else [Found()]


def _external_case(case: Case) -> list[Found] | None:
    flags = _attribute_list(case, EXTERNAL_ID)
    return None if flags is None else [] if flags[2] else [Found()]


def _not_listed(case: Case) -> list[Found] | None:
    attributes = case.mapping.attributes
    if attributes is None:
        return None
    known = {"".join(one.name.lower().split()) for one in attributes}
    return [Found("", row.target) for row in case.mapping.rows if row.key not in known]


def _users_off(case: Case) -> list[Found] | None:
    enabled = case.mapping.enabled
    return None if enabled is None else [] if enabled else [Found("Enabled: No")]


def _old_job(case: Case) -> list[Found] | None:
    job = case.mapping.job
    return None if not job else [Found(job)] if job.lower().startswith("customappsso") else []


def _no_version(case: Case) -> list[Found] | None:
    if case.mapping.kind is not Kind.ENTRA_SCHEMA:
        return None
    return [] if case.mapping.version else [Found()]


def _scoped(case: Case) -> list[Found] | None:
    """With a user export it is told whom the filter leaves out."""
    if case.mapping.kind is not Kind.ENTRA_SCHEMA:
        return None
    if not case.mapping.scope and case.mapping.filters == ():
        return []
    seen = " or ".join(case.mapping.scope) or "it can't be read here"
    left_out = tuple(one.user.label for one in case.outside)
    if case.sent:
        number = some(list(left_out), total=len(case.sent)) if left_out else "nobody"
        open_for = case.scope_unknown
        seen = f"{seen}; left out of scope {number}" + (f"; not known for {open_for:,}" if open_for else "")
    return [Found(seen, "", left_out)]


def _told_by(key: str) -> Rule:
    """The rule that an answer alone decides."""

    def rule(case: Case) -> list[Found] | None:
        answer: bool | None = getattr(case.answers, key)
        return None if answer is None else [Found()] if answer else []

    return rule


def _guests(case: Case) -> list[Found] | None:
    kinds = [user.attributes.get("userType") for user in case.users.people] if case.users is not None else []
    if not any(kinds):
        return None
    guests = [
        user.label
        for user in (case.users.people if case.users is not None else ())
        if str(user.attributes.get("userType") or "").lower() == "guest"
    ]
    reads = {attribute for row in case.mapping.rows for attribute in case.attributes(row.source)}
    return [Found(some(guests), "", tuple(guests))] if guests and "userprincipalname" in reads else []


def _dotted(case: Case) -> list[Found] | None:
    url = case.answers.tenant_url
    if url is None:
        return None
    group = url.rstrip("/").rpartition("/groups/")[2]
    return [Found(url)] if "/groups/" in url and "." in group.partition("?")[0] else []


def _flagged(case: Case) -> list[Found] | None:
    url = case.answers.tenant_url
    return None if url is None else [Found(url)] if "aadoptscim062020" in url.lower() else []


# ── NameID ───────────────────────────────────────────────────────────────────


def _format(case: Case) -> str:
    return case.name_id.format.rpartition(":")[2].lower() if case.name_id is not None else ""


def _transient(case: Case) -> list[Found] | None:
    return None if not _format(case) else [Found(_format(case))] if _format(case) == "transient" else []


_NAMING = frozenset(
    {"userprincipalname", "onpremisesuserprincipalname", "mail", "othermails", "email", "login", "username"}
)


def _unread_source(case: Case) -> list[Found] | None:
    """Somebody said what feeds the NameID, in words that can't be read: what depends on it is not checked."""
    if case.name_id is None or not case.name_id.source.strip() or is_external_id(case.name_id.source):
        return None
    return [] if case.name_id_source else [Found(case.name_id.source.strip()[:200])]


def _is_email(case: Case) -> bool:
    """Whether the NameID is an e-mail address or a username."""
    if case.name_id is not None and case.name_id.value:
        return "@" in case.name_id.value
    reads = case.attributes(case.name_id_source) if case.name_id_source else frozenset()
    return bool(reads) and reads <= _NAMING


def _unspecified(case: Case) -> list[Found] | None:
    if not _format(case):
        return None
    return [Found(_format(case))] if _format(case) == "unspecified" and not _is_email(case) else []


def _email_format(case: Case) -> list[Found] | None:
    if not _format(case):
        return None
    return [Found(_format(case))] if _format(case) == "emailaddress" and _is_email(case) else []


def _unexpected(case: Case) -> list[Found] | None:
    """Entra's pairwise id: long, and nothing of what is configured."""
    value = case.name_id.value if case.name_id is not None else None
    if value is None or case.idp != "entra":
        return None
    opaque = len(value) >= 32 and "@" not in value and not _GUID.fullmatch(value)
    return [Found(value)] if opaque else []


def _changeable(case: Case) -> list[Found] | None:
    if case.name_id is None or (not case.name_id_source and not case.name_id.value):
        return None
    if not _is_email(case) or _format(case) == "emailaddress":
        return []
    return [Found(case.name_id_source or case.name_id.value or "")]


def _unreadable(case: Case) -> list[Found] | None:
    if case.name_id is None or not case.name_id.captured:
        return None
    return [] if case.name_id.value else [Found()]


def _no_email_sent(case: Case) -> list[Found] | None:
    attributes = case.name_id.attributes if case.name_id is not None else None
    if attributes is None:
        return None
    return (
        []
        if any("mail" in name.lower() for name in attributes)
        else [Found(", ".join(attributes) or "no attributes")]
    )


# ── Okta ─────────────────────────────────────────────────────────────────────


def _handmade(case: Case) -> list[Found] | None:
    app = case.mapping.app
    if app is None or not app.features:
        return None
    by_wizard = is_wizards(app)
    if by_wizard is None:
        return None
    mode = f", {app.sign_on}" if app.sign_on else ""
    return [Found(f"{app.name or app.label}{mode}")] if by_wizard else []


def _pushes_updates(case: Case) -> list[Found] | None:
    app = case.mapping.app
    if app is None or not app.features:
        return None
    return [Found(_UPDATE)] if _UPDATE in app.features else []


def _other_username(case: Case) -> list[Found] | None:
    """By what it comes to: the id can be written in more ways than one."""
    app = case.mapping.app
    source = (app.name_id if app is not None else "") or case.name_id_source
    if not case.is_known(source):
        return None
    users = probes(attributes_named(source, "okta"))
    is_id = all(case.worked_out(source, user) == Value(str(user.attributes["id"])) for user in users)
    return [] if is_id else [Found(source)]


def _stored_elsewise(case: Case) -> list[Found] | None:
    users = case.mapping.app_users
    if users is None:
        return None
    other = [user.login or user.uid for user in users if user.stored is not None and user.stored != user.uid]
    return [Found(some(other, total=len(users)), "", tuple(other))] if other else []


def _not_all_pushed(case: Case) -> list[Found] | None:
    app = case.mapping.app
    if app is None or (app.is_saml and not app.features):
        return None
    missing = [
        word
        for word, feature in (("Create Users", _CREATE), ("Deactivate Users", _DEACTIVATE))
        if feature not in app.features
    ]
    return [Found(f"{' and '.join(missing)} off")] if missing else []


# ── GitLab's people ──────────────────────────────────────────────────────────


def _with_both(case: Case) -> list[tuple[str, str, str]]:
    """Whoever has both identities: who it is, the SCIM and the SAML one."""
    return [
        (one.name or one.email, one.scim_uid, one.saml_uid)
        for one in case.stored or ()
        if one.scim_uid and one.saml_uid
    ]


def _differ(case: Case) -> list[Found]:
    pairs = _with_both(case)
    other = [label for label, scim, saml in pairs if scim.lower() != saml.lower()]
    return [Found(some(other, total=len(pairs)), "", tuple(other))] if other else []


def _inactive(case: Case) -> list[Found]:
    inactive = [one.name or one.email for one in case.stored or () if one.scim_uid and one.active is False]
    return [Found(some(inactive), "", tuple(inactive))] if inactive else []


def _orphans(case: Case) -> list[Found] | None:
    emails = {value.lower() for _, value in case.values('emails[type eq "work"].value') if value}
    uids = {value.lower() for _, value in case.values(EXTERNAL_ID) if value}
    if not emails and not uids:
        return None
    known = [one for one in case.stored or () if one.scim_uid]
    missing = [
        one.name or one.email
        for one in known
        if one.email.lower() not in emails and (one.scim_uid or "").lower() not in uids
    ]
    return [Found(some(missing, total=len(known)), "", tuple(missing))] if missing else []


def _case_only(case: Case) -> list[Found]:
    pairs = _with_both(case)
    other = [label for label, scim, saml in pairs if scim != saml and scim.lower() == saml.lower()]
    return [Found(some(other, total=len(pairs)), "", tuple(other))] if other else []


def _two_exports(case: Case) -> list[Found] | None:
    if case.former is None:
        return None
    return [Found(line.told, line.target) for line in differences(case.former, case.mapping)]


SETTING_RULES: dict[str, Rule] = {
    "AC-08": _told_by("deactivated_here"),
    "DI-01": _id_flags,
    "DI-02": _external_required,
    "DI-03": _external_case,
    "DI-04": _not_listed,
    "OB-01": _users_off,
    "OB-03": _old_job,
    "OB-04": _no_version,
    "SC-01": _scoped,
    "SC-02": _told_by("everybody"),
    "SC-03": _told_by("nested_groups"),
    "SC-04": _guests,
    "CN-01": _dotted,
    "CN-02": _flagged,
    "CN-03": _told_by("token_reset"),
    "NF-01": _transient,
    "NF-02": _unspecified,
    "NF-03": _email_format,
    "NF-04": _unexpected,
    "NF-05": _changeable,
    "NF-06": _unreadable,
    "NF-07": _no_email_sent,
    "NF-09": _unread_source,
    "NF-08": _told_by("certificate_changed"),
    "OK-01": _handmade,
    "OK-02": _pushes_updates,
    "OK-03": _other_username,
    "OK-04": _stored_elsewise,
    "OK-05": _told_by("suspends"),
    "OK-06": _not_all_pushed,
    "SY-01": _differ,
    "SY-02": _inactive,
    "SY-03": _orphans,
    "SY-04": _case_only,
    "DF-01": _two_exports,
}
