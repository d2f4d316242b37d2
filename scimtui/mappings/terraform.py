"""Okta's apps and mappings, and Entra's schema, out of Terraform's JSON: state, `show -json`, `*.tf.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

_DEEPEST = 40
_MAPPINGS = ("okta_profile_mapping",)
_FIELDS = {
    "features": "features",
    "name": "name",
    "label": "label",
    "status": "status",
    "sign_on_mode": "signOnMode",
}


class Found(NamedTuple):
    """What Terraform's JSON holds of ours, in the shape of Okta's API and of Entra's schema.

    Attributes:
        unread: types of resources that are about provisioning and hold no mapping.
    """

    mappings: list[dict[str, Any]]
    apps: list[dict[str, Any]]
    schemas: list[dict[str, Any]]
    unread: tuple[str, ...] = ()


def is_terraform(document: Any) -> bool:
    """Whether this is Terraform's JSON."""
    if not isinstance(document, dict):
        return False
    keys = set(document)
    is_state = "terraform_version" in keys and bool(
        keys & {"resources", "values", "planned_values", "format_version", "version"}
    )
    return is_state or (
        keys <= {"resource", "data", "provider", "terraform", "variable", "locals", "module", "output", "//"}
        and isinstance(document.get("resource"), dict | list)
    )


def found_in(document: dict[str, Any]) -> Found:
    """Everything of ours in it."""
    mappings, apps, schemas, unread = [], [], [], []
    for kind, values in _resources(document):
        if kind in _MAPPINGS:
            mappings.append(_mapping(values))
        elif kind.startswith("okta_app_") and ("label" in values or "preconfigured_app" in values):
            apps.append(_app(kind, values))
        elif kind.startswith(("azuread_", "msgraph_", "azapi_", "restapi_", "okta_")):
            schema = _schema(values)
            if schema is not None:
                schemas.append(schema)
            else:
                unread.append(kind)
    return Found(mappings, apps, schemas, tuple(dict.fromkeys(unread)))


def _resources(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from _of_state(document.get("resources"))
    for name in ("values", "planned_values"):
        part = document.get(name)
        if isinstance(part, dict):
            yield from _of_module(part.get("root_module"))
            return  # a plan has both, and the same in them
    configured = document.get("resource")
    for block in configured if isinstance(configured, list) else [configured]:
        yield from _of_source(block)


def _of_state(resources: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for resource in resources if isinstance(resources, list) else ():
        instances = resource.get("instances") if isinstance(resource, dict) else None
        for instance in instances if isinstance(instances, list) else ():
            values = instance.get("attributes") if isinstance(instance, dict) else None
            if isinstance(values, dict):
                yield str(resource.get("type", "")), values


def _of_module(module: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    left: list[Any] = [module]
    while left:
        here = left.pop()
        if not isinstance(here, dict):
            continue
        resources, below = here.get("resources"), here.get("child_modules")
        for resource in resources if isinstance(resources, list) else ():
            if isinstance(resource, dict) and isinstance(resource.get("values"), dict):
                yield str(resource.get("type", "")), resource["values"]
        left += below if isinstance(below, list) else []


def _of_source(block: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, named in block.items() if isinstance(block, dict) else ():
        for group in named if isinstance(named, list) else [named]:
            for values in group.values() if isinstance(group, dict) else ():
                one = values[0] if isinstance(values, list) and values else values
                if isinstance(one, dict):
                    yield str(kind), one


def _listed(value: Any) -> list[dict[str, Any]]:
    """A block that can stand once or several times."""
    entries = value if isinstance(value, list) else [value]
    return [entry for entry in entries if isinstance(entry, dict)]


def _mapping(values: dict[str, Any]) -> dict[str, Any]:
    properties = {
        str(one.get("id", "")): {
            "expression": one.get("expression"),
            "pushStatus": one.get("push_status") or "DONT_PUSH",
        }
        for one in _listed(values.get("mappings"))
        if one.get("id")
    }
    return {
        "id": str(values.get("id", "")),
        "source": {"type": values.get("source_type") or "user", "name": values.get("source_name") or ""},
        "target": {"type": values.get("target_type") or "appuser", "name": values.get("target_name") or ""},
        "properties": properties,
    }


def _app(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    app: dict[str, Any] = {ours: values[theirs] for theirs, ours in _FIELDS.items() if values.get(theirs)}
    app.setdefault("features", [])
    if not app.get("name"):
        app["name"] = values.get("preconfigured_app") or ""
    app.setdefault(
        "signOnMode", "SAML_2_0" if "saml" in kind else "OPENID_CONNECT" if "oauth" in kind else "AUTO_LOGIN"
    )
    app["credentials"] = {
        "userNameTemplate": {
            "template": values.get("user_name_template") or "",
            "type": values.get("user_name_template_type") or "",
            "userSuffix": values.get("user_name_template_suffix") or "",
        }
    }
    app["settings"] = {
        "signOn": {
            "subjectNameIdTemplate": values.get("subject_name_id_template") or "",
            "subjectNameIdFormat": values.get("subject_name_id_format") or "",
            "ssoAcsUrl": values.get("sso_url") or "",
            "audience": values.get("audience") or "",
            "attributeStatements": [
                {"name": one.get("name")} for one in _listed(values.get("attribute_statements"))
            ],
        }
    }
    return app


def _schema(values: dict[str, Any]) -> dict[str, Any] | None:
    """The schema that stands anywhere in a resource, also as JSON in a text."""
    left: list[tuple[Any, int]] = [(values, 0)]
    while left:
        here, depth = left.pop()
        if isinstance(here, str) and "synchronizationRules" in here and here.lstrip().startswith("{"):
            try:
                here = json.loads(here)
            except (ValueError, RecursionError):
                continue
        if isinstance(here, dict):
            if isinstance(here.get("synchronizationRules"), list):
                return here
            if depth < _DEEPEST:
                left += [(value, depth + 1) for value in here.values()]
        elif isinstance(here, list) and depth < _DEEPEST:
            left += [(value, depth + 1) for value in here]
    return None
