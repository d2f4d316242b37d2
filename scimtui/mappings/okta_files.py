"""Okta's JSON: profile mappings, apps, app users (mapping-rules 5)."""

from __future__ import annotations

from typing import Any

from scimtui.mappings.model import (
    OKTA_PROFILE,
    AppUser,
    AttributeMapping,
    Kind,
    MappingFileError,
    Row,
)
from scimtui.mappings.okta_apps import below, is_app, of_apps
from scimtui.text import printable


def read_okta(document: Any) -> AttributeMapping | None:
    """Read what Okta's API answers; None where it is none of that.

    Raises:
        MappingFileError: a list without its content, the mapping of another direction, or another app.
    """
    entries = document if isinstance(document, list) else [document]
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        return None
    if all(_is_profile(entry) for entry in entries):
        return _profiles(entries)
    if all(is_app_user(entry) for entry in entries):
        users = tuple(map(_app_user, entries))
        return AttributeMapping("okta", Kind.OKTA_APP_USERS, app_users=users)
    if all(is_app(entry) for entry in entries):
        return of_apps(entries)
    return None


def _profiles(entries: list[dict[str, Any]]) -> AttributeMapping:
    """The one that goes to GitLab.

    Raises:
        MappingFileError: none of them is whole, or several could be it.
    """
    if len(entries) == 1:
        return _profile(entries[0])
    whole = [entry for entry in entries if isinstance(entry.get("properties"), dict)]
    if not whole:
        raise MappingFileError(
            "no-content",
            "a list of mappings without their properties",
            "[0].properties",
            "read each mapping by its id: GET /api/v1/mappings/<id>",
        )
    outbound = [entry for entry in whole if _is_outbound(entry)] or whole[:1]
    ours = [
        entry for entry in outbound if "gitlab" in str(entry["target"].get("name", "")).lower()
    ] or outbound
    if len(ours) > 1:
        names = ", ".join(f"“{printable(str(entry['target'].get('name', '')))}”" for entry in ours[:5])
        raise MappingFileError(
            "several",
            f"{len(ours)} of these mappings go to an application: {names}",
            fix="give GitLab's alone: GET /api/v1/mappings?targetId=<app id>, then GET /api/v1/mappings/<id>",
        )
    return _profile(ours[0])


def _is_profile(entry: dict[str, Any]) -> bool:
    return isinstance(entry.get("source"), dict) and isinstance(entry.get("target"), dict) and "id" in entry


def _is_outbound(entry: dict[str, Any]) -> bool:
    return str(entry["source"].get("type", "")).lower() == "user"


def _profile(entry: dict[str, Any]) -> AttributeMapping:
    if not _is_outbound(entry):
        raise MappingFileError(
            "hr-inbound",
            f"this mapping goes from “{printable(str(entry['source'].get('name', 'an app')))}” to Okta",
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


def is_app_user(entry: dict[str, Any]) -> bool:
    """Whether this is a user of an app: `id` is Okta's, and `externalId` what GitLab returned."""
    if "id" not in entry or not any(key in entry for key in ("externalId", "syncState", "scope")):
        return False
    return isinstance(entry.get("credentials"), dict) or "syncState" in entry


def _app_user(entry: dict[str, Any]) -> AppUser:
    stored = entry.get("externalId")
    return AppUser(
        _text(entry.get("id")),
        stored if isinstance(stored, str) else None,
        _text(below(entry, "credentials").get("userName")),
        _text(entry.get("status")),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
