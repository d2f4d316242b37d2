"""Mapping files of the real shape, made here: nothing is copied from anywhere."""

from __future__ import annotations

import json
from typing import Any

SWITCH = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
WORK = 'emails[type eq "work"].value'
GOOD_ROWS: dict[str, tuple[str, int]] = {
    "externalId": ("[objectId]", 1),
    WORK: ("[userPrincipalName]", 0),
    "userName": ("[mailNickname]", 0),
    "name.formatted": ("[displayName]", 0),
    "active": (SWITCH, 0),
}


def attribute_mapping(target: str, expression: str, precedence: int = 0, **more: Any) -> dict[str, Any]:
    """One row of a schema; what `expression` is decides its source's type."""
    source: dict[str, Any] | None
    if not expression:
        source = None
    elif expression.startswith("[") and expression.endswith("]"):
        source = {"type": "Attribute", "expression": expression, "name": expression[1:-1], "parameters": []}
    elif "(" in expression:
        name = expression.partition("(")[0]
        source = {"type": "Function", "expression": expression, "name": name, "parameters": []}
    else:
        source = {"type": "Constant", "expression": f'"{expression}"', "name": expression, "parameters": []}
    return {
        "targetAttributeName": target,
        "source": source,
        "matchingPriority": precedence,
        "flowType": "Always",
        "flowBehavior": "FlowWhenChanged",
        "defaultValue": "",
        "exportMissingReferences": False,
        **more,
    }


def schema(
    rows: dict[str, tuple[str, int]] | None = None,
    *,
    add: list[dict[str, Any]] | None = None,
    flow: str | None = "Add, Update, Delete",
    enabled: bool = True,
    groups: bool = False,
    scope: Any = None,
    listed: dict[str, tuple[bool, bool, bool]] | None = None,
    **top: Any,
) -> dict[str, Any]:
    """A provisioning schema of the portal's download."""
    chosen = GOOD_ROWS if rows is None else rows
    mappings = [attribute_mapping(target, source, number) for target, (source, number) in chosen.items()] + (
        add or []
    )
    flags = listed if listed is not None else {"id": (True, True, False), "externalId": (False, True, True)}
    spelled = {name.lower(): name for name in flags}
    targets = [str(entry.get("targetAttributeName", "x")) for entry in mappings]
    names = {spelled.get(target.lower(), target) for target in targets} | set(flags)
    user: dict[str, Any] = {
        "enabled": enabled,
        "name": "Provision Microsoft Entra ID Users",
        "sourceObjectName": "User",
        "targetObjectName": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "scope": scope,
        "attributeMappings": mappings,
        "metadata": [],
    }
    if flow is not None:
        user["flowTypes"] = flow
    group = {
        "enabled": groups,
        "flowTypes": "Add, Update, Delete",
        "sourceObjectName": "Group",
        "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:Group",
        "attributeMappings": [attribute_mapping("displayName", "[displayName]", 1)],
    }
    attributes: list[dict[str, Any]] = [
        {
            "name": name,
            "type": "String",
            "anchor": flags.get(name, (False,) * 3)[0],
            "required": flags.get(name, (False,) * 3)[1],
            "caseExact": flags.get(name, (False,) * 3)[2],
            "multivalued": False,
            "metadata": [],
        }
        for name in sorted(names)
    ]
    return {
        "id": "scim.0a1b2c3d.5f0e7c1a-0000-4000-8000-000000000000",
        "version": "Date:2026-11-01T09:00:00.000Z",
        "synchronizationRules": [
            {
                "id": "rule",
                "name": "USER_OUTBOUND_USER",
                "sourceDirectoryName": "Microsoft Entra ID",
                "targetDirectoryName": "customappsso",
                "objectMappings": [group, user],
                "metadata": [
                    {"key": "defaultSourceObjectMappings", "value": '{"mailNickname":"externalId"}'}
                ],
            }
        ],
        "directories": [
            {"name": "Microsoft Entra ID", "objects": [{"name": "User", "attributes": []}]},
            {
                "name": "customappsso",
                "objects": [
                    {
                        "name": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
                        "attributes": attributes,
                    }
                ],
            },
        ],
        **top,
    }


def okta_profile(properties: dict[str, tuple[str, str]] | None = None) -> dict[str, Any]:
    """A profile mapping of Okta's API, from the Okta user to the app."""
    chosen = properties or {"email": ("user.email", "PUSH"), "givenName": ("user.firstName", "DONT_PUSH")}
    return {
        "id": "prm1",
        "source": {"id": "otysbe", "name": "user", "type": "user", "_links": {}},
        "target": {"id": "otyapp", "name": "gitlab", "type": "appuser", "_links": {}},
        "properties": {
            target: {"expression": expression, "pushStatus": push}
            for target, (expression, push) in chosen.items()
        },
    }


def okta_app(
    name: str = "gitlab",
    features: tuple[str, ...] = ("PUSH_NEW_USERS", "PUSH_USER_DEACTIVATION"),
    template: str = "${source.login}",
) -> dict[str, Any]:
    """The catalogue's SCIM app."""
    return {
        "id": "0oa1",
        "name": name,
        "label": "GitLab",
        "status": "ACTIVE",
        "features": list(features),
        "signOnMode": "AUTO_LOGIN",
        "credentials": {"userNameTemplate": {"template": template, "type": "BUILT_IN"}},
        "settings": {"app": {"baseUrl": "https://gitlab.com"}},
    }


def okta_saml_app(
    template: str = 'user.getInternalProperty("id")',
    subject: str = "${user.userName}",
    kind: str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    attributes: tuple[str, ...] = ("email",),
) -> dict[str, Any]:
    """The SAML app that is made by hand."""
    return {
        "id": "0oa2",
        "name": "acme_gitlabsaml_1",
        "label": "GitLab SAML",
        "features": [],
        "signOnMode": "SAML_2_0",
        "credentials": {"userNameTemplate": {"template": template, "type": "CUSTOM"}},
        "settings": {
            "signOn": {
                "subjectNameIdTemplate": subject,
                "subjectNameIdFormat": kind,
                "attributeStatements": [
                    {"type": "EXPRESSION", "name": one, "values": ["user.email"]} for one in attributes
                ],
            }
        },
    }


def app_user(
    uid: str = "00u1a2b3c4d5e6f7g8h9", stored: str | None = "00u1a2b3c4d5e6f7g8h9"
) -> dict[str, Any]:
    """One user of the SCIM app."""
    return {
        "id": uid,
        "externalId": stored,
        "scope": "USER",
        "status": "PROVISIONED",
        "syncState": "SYNCHRONIZED",
        "credentials": {"userName": f"{uid}@acme.example"},
        "profile": {"email": f"{uid}@acme.example"},
    }


def graph_users(*people: dict[str, Any]) -> str:
    """A page of Microsoft Graph's users."""
    return json.dumps(
        {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "value": list(people)}
    )


def graph_user(number: int, **changes: Any) -> dict[str, Any]:
    """One person of Graph."""
    return {
        "id": f"0000000{number}-0000-4000-8000-000000000000",
        "userPrincipalName": f"person{number}@acme.example",
        "mail": f"person{number}@acme.example",
        "mailNickname": f"person{number}",
        "displayName": f"Person Number{number}",
        "givenName": "Person",
        "surname": f"Number{number}",
        "accountEnabled": True,
        **changes,
    }


STOCK_ROWS = {
    "externalId": ("[mailNickname]", 0),
    "userName": ("[userPrincipalName]", 1),
    WORK: ("[mail]", 0),
    "active": ("[IsSoftDeleted]", 0),
    "name.formatted": ('Join(" ", [givenName], [surname])', 0),
    "title": ("[jobTitle]", 0),
    'phoneNumbers[type eq "work"].value': ("[telephoneNumber]", 0),
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": ("[department]", 0),
}
"""Rows as Microsoft's template has them, and active fed the wrong way round."""


def stock() -> str:
    """A schema with these rows."""
    return json.dumps(schema(STOCK_ROWS))


def users_of_sample() -> str:
    """A Graph export that has some of the people whom the directory's samples store."""
    people = [
        graph_user(
            number,
            id=f"guid-{number:04}",
            userPrincipalName=f"user{number}@acme.example",
            mail=f"user{number}@acme.example",
            mailNickname=name,
        )
        for number, name in enumerate(("ada", "guid-0002", "chloe", "guid-0006"), 1)
    ]
    return graph_users(*people)
