"""Okta's apps: which is GitLab's, and what it says of provisioning and the NameID (mapping-rules 5)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from scimtui.mappings.model import AttributeMapping, Kind, MappingFileError, OktaApp
from scimtui.text import printable

_BY_HAND = re.compile(r".+_\d{1,9}|oidc_client|scim2.*|template_.*|bookmark|", re.IGNORECASE)
_SAML = ("SAML", "WS_FED")
_USERNAME = re.compile(r"\b(?:user|source)\.userName\b")
_HOLE = re.compile(r"\$\{([^{}]*)\}")


def is_app(entry: dict[str, Any]) -> bool:
    """Whether this is an app of `/api/v1/apps`."""
    return "signOnMode" in entry or ("features" in entry and "credentials" in entry)


def of_apps(entries: list[dict[str, Any]]) -> AttributeMapping:
    """GitLab's app among these: the one that provisions, and what the one for SAML says of the NameID.

    Raises:
        MappingFileError: none of them is GitLab's, or several could be.
    """
    ours = [entry for entry in entries if _is_gitlabs(entry)]
    if not ours and len(entries) == 1 and _BY_HAND.fullmatch(_text(entries[0].get("name"))):
        ours = entries  # an app made by hand can have any name
    if not ours:
        names = ", ".join(f"“{_label(entry)}”" for entry in entries[:5])
        more = f" and {len(entries) - 5:,} more" if len(entries) > 5 else ""
        is_one = len(entries) == 1
        raise MappingFileError(
            "other-app",
            f"this is another application, {names}: not GitLab's"
            if is_one
            else f"none of these applications is GitLab's: {names}{more}",
            fix="give GitLab's alone: GET /api/v1/apps?q=gitlab, then GET /api/v1/apps/<id>",
        )
    active = [entry for entry in ours if _text(entry.get("status")).upper() in ("ACTIVE", "")] or ours
    apps = [read_app(entry) for entry in active]
    provisioning = [app for app in apps if app.features] or [app for app in apps if not app.is_saml] or apps
    if len(provisioning) > 1:
        raise MappingFileError(
            "several",
            f"{len(provisioning)} of these applications could be the one that provisions: "
            + ", ".join(f"“{_label(active[apps.index(app)])}”" for app in provisioning[:5]),
            fix="give the one alone that people are assigned to, and GitLab's SAML app as the second file",
        )
    scim = provisioning[0]
    others = [app for app in apps if app.is_saml and app is not scim]
    notes = (
        []
        if len(entries) == 1
        else [f"of {len(entries):,} applications “{printable(scim.label)}” is reviewed"]
    )
    if len(others) == 1:
        saml = others[0]
        scim = replace(
            scim, name_id=saml.name_id, name_id_format=saml.name_id_format, attributes=saml.attributes
        )
    elif others:
        notes.append(
            "several of them sign people in to GitLab: name the one with --nameid, or as the second file"
        )
    return AttributeMapping("okta", Kind.OKTA_APP, app=scim, notes=tuple(notes))


def read_app(entry: dict[str, Any]) -> OktaApp:
    """One app of `/api/v1/apps`."""
    features = entry.get("features")
    sign_on = below(entry, "settings", "signOn")
    username = below(entry, "credentials", "userNameTemplate")
    statements = sign_on.get("attributeStatements")
    template = "" if _text(username.get("type")).upper() == "NONE" else _text(username.get("template"))
    suffix = _text(username.get("userSuffix"))
    mode = _text(entry.get("signOnMode"))
    name_id = _with_username(_text(sign_on.get("subjectNameIdTemplate")), template)
    return OktaApp(
        name=_text(entry.get("name")),
        label=_text(entry.get("label")),
        features=frozenset(one for one in features if isinstance(one, str))
        if isinstance(features, list)
        else frozenset(),
        username=f"{template}{suffix}" if "${" in template else template,
        name_id=name_id,
        name_id_format=_text(sign_on.get("subjectNameIdFormat")),
        attributes=tuple(_text(one.get("name")) for one in statements if isinstance(one, dict))
        if isinstance(statements, list)
        else (),
        is_saml=mode.upper().startswith(_SAML) or bool(name_id),
        sign_on=mode,
    )


def is_wizards(app: OktaApp) -> bool | None:
    """Whether the app was made with the wizard, which speaks PUT; None where its name does not tell.

    The catalogue's GitLab app provisions alone: one that signs people in by SAML was made by hand.
    """
    if app.sign_on.upper().startswith((*_SAML, "OPENID")) or re.fullmatch(
        r".+_\d{1,9}|oidc_client", app.name
    ):
        return True
    return False if "gitlab" in app.name.lower() else None


def below(entry: dict[str, Any], *keys: str) -> dict[str, Any]:
    """The object at the end of these keys; an empty one where there is none."""
    here: Any = entry
    for key in keys:
        here = here.get(key) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else {}


def _with_username(subject: str, template: str) -> str:
    """`user.userName` in the subject stands for the application username, and so for what makes that."""
    if "".join(subject.split()) in ("${user.userName}", "${source.userName}", "user.userName"):
        return template
    hole = _HOLE.fullmatch(template.strip())
    inner = hole[1].strip() if hole is not None else "" if "${" in template else template.strip()
    return _USERNAME.sub(lambda _: f"({inner})", subject) if inner else subject


def _is_gitlabs(entry: dict[str, Any]) -> bool:
    settings = entry.get("settings")
    addresses = {**below(entry, "settings", "app"), **below(entry, "settings", "signOn")}
    told = [
        entry.get("name"),
        entry.get("label"),
        *(addresses.values() if isinstance(settings, dict) else ()),
    ]
    return any("gitlab" in one.lower() for one in told if isinstance(one, str))


def _label(entry: dict[str, Any]) -> str:
    return printable(
        _text(entry.get("label")) or _text(entry.get("name")) or _text(entry.get("id")) or "without a name"
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
