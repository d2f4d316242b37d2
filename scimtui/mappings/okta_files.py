"""Okta's JSON: profile mappings, apps, app users (mapping-rules 5)."""

from __future__ import annotations

from typing import Any

from scimtui.mappings.model import (
    OKTA_PROFILE,
    AppUser,
    AttributeMapping,
    Kind,
    MappingFileError,
    OktaApp,
    Row,
)


def read_okta(document: Any) -> AttributeMapping | None:
    """Read what Okta's API answers; None where it is none of that.

    Raises:
        MappingFileError: a list without its content, or the mapping of another direction.
    """
    if isinstance(document, list):
        return _read_list(document)
    if not isinstance(document, dict):
        return None
    if _is_profile(document):
        return _profile(document)
    if _is_app(document):
        return AttributeMapping("okta", Kind.OKTA_APP, app=read_app(document))
    return None


def _read_list(document: list[Any]) -> AttributeMapping | None:
    entries = [entry for entry in document if isinstance(entry, dict)]
    if not entries or len(entries) != len(document):
        return None
    if all(_is_profile(entry) for entry in entries):
        whole = [entry for entry in entries if isinstance(entry.get("properties"), dict)]
        if not whole:
            raise MappingFileError(
                "no-content",
                "a list of mappings without their properties",
                "[0].properties",
                "read each mapping by its id: GET /api/v1/mappings/<id>",
            )
        return _profile(next((entry for entry in whole if _is_outbound(entry)), whole[0]))
    if all(_is_app_user(entry) for entry in entries):
        users = tuple(map(_app_user, entries))
        return AttributeMapping("okta", Kind.OKTA_APP_USERS, app_users=users)
    apps = [entry for entry in entries if _is_app(entry)]
    if len(apps) == len(entries):
        return _apps(apps)
    return None


def _apps(apps: list[dict[str, Any]]) -> AttributeMapping:
    """A list of apps: the one that provisions, and what the one for SAML says of the NameID."""
    read = [read_app(app) for app in apps]
    scim = next((app for app in read if app.features), None) or read[0]
    saml = next((app for app in read if app.is_saml and app is not scim), None)
    if saml is not None:
        scim = OktaApp(
            scim.name,
            scim.label,
            scim.features,
            scim.username,
            saml.name_id,
            saml.name_id_format,
            saml.attributes,
            scim.is_saml,
        )
    return AttributeMapping("okta", Kind.OKTA_APP, app=scim)


def _is_profile(entry: dict[str, Any]) -> bool:
    return isinstance(entry.get("source"), dict) and isinstance(entry.get("target"), dict) and "id" in entry


def _is_outbound(entry: dict[str, Any]) -> bool:
    return str(entry["source"].get("type", "")).lower() == "user"


def _profile(entry: dict[str, Any]) -> AttributeMapping:
    if not _is_outbound(entry):
        raise MappingFileError(
            "hr-inbound",
            f"this mapping goes from “{entry['source'].get('name', 'an app')}” to Okta",
            "source.type",
            "export the one whose source is the Okta user and whose target is the GitLab app",
        )
    properties = entry.get("properties")
    if not isinstance(properties, dict):
        raise MappingFileError(
            "no-content",
            "the mapping has no properties",
            "properties",
            "read it by its id: GET /api/v1/mappings/<id>",
        )
    rows = []
    for target, told in properties.items():
        if not isinstance(told, dict):
            raise MappingFileError("wrong-type", "an object is wanted here", f"properties.{target}")
        expression = told.get("expression")
        expression = expression if isinstance(expression, str) else ""
        flow = "ObjectAddOnly" if told.get("pushStatus") == "DONT_PUSH" else "Always"
        kind = (
            "attribute" if expression.startswith("user.") and expression[5:].isidentifier() else "expression"
        )
        sends = OKTA_PROFILE.get(str(target).lower(), "")
        rows.append(Row(expression, str(target), kind if expression else "none", flow=flow, sends=sends))
    return AttributeMapping("okta", Kind.OKTA_PROFILE, rows=tuple(rows))


def _is_app(entry: dict[str, Any]) -> bool:
    return "signOnMode" in entry or ("features" in entry and "credentials" in entry)


def read_app(entry: dict[str, Any]) -> OktaApp:
    """One app of `/api/v1/apps`."""
    features = entry.get("features")
    sign_on = _below(entry, "settings", "signOn")
    username = _below(entry, "credentials", "userNameTemplate")
    statements = sign_on.get("attributeStatements")
    template = username.get("template")
    name_id = _text(sign_on.get("subjectNameIdTemplate"))
    if name_id.replace(" ", "") == "${user.userName}":
        name_id = _text(template)  # that stands for the application username
    return OktaApp(
        name=_text(entry.get("name")),
        label=_text(entry.get("label")),
        features=frozenset(one for one in features if isinstance(one, str))
        if isinstance(features, list)
        else frozenset(),
        username=_text(template),
        name_id=name_id,
        name_id_format=_text(sign_on.get("subjectNameIdFormat")),
        attributes=tuple(_text(one.get("name")) for one in statements if isinstance(one, dict))
        if isinstance(statements, list)
        else (),
        is_saml=_text(entry.get("signOnMode")).startswith("SAML") or bool(name_id),
    )


def _is_app_user(entry: dict[str, Any]) -> bool:
    return isinstance(entry.get("credentials"), dict) and "externalId" in entry and "id" in entry


def _app_user(entry: dict[str, Any]) -> AppUser:
    stored = entry.get("externalId")
    return AppUser(
        _text(entry.get("id")),
        stored if isinstance(stored, str) else None,
        _text(_below(entry, "credentials").get("userName")),
        _text(entry.get("status")),
    )


def _below(entry: dict[str, Any], *keys: str) -> dict[str, Any]:
    here: Any = entry
    for key in keys:
        here = here.get(key) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
