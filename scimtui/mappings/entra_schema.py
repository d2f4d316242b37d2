"""Entra's provisioning schema, as the portal's download and Graph's answer hold it (mapping-rules 3).

`expression` is the authority on a source: the keys of its parameters repeat, and empty slots are missing.
"""

from __future__ import annotations

from typing import Any

from scimtui.mappings.model import AttributeMapping, Kind, MappingFileError, Row, TargetAttribute

_USER_TARGETS = ("user",)
_HR = ("workday", "successfactors", "inbound", "api-driven", "apidriven")
_OURS = ("customappsso", "gitlab", "scim")
_ACTIONS = {"add": "create", "create": "create", "update": "update", "delete": "delete"}


def is_schema(document: Any) -> bool:
    """Whether this looks like one, wrapped or not."""
    return isinstance(_unwrapped(document), dict) and "synchronizationRules" in _unwrapped(document)


def _unwrapped(document: Any) -> Any:
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    if isinstance(document, dict) and isinstance(document.get("schema"), dict):
        document = document["schema"]
    if isinstance(document, dict) and isinstance(document.get("value"), list) and len(document["value"]) == 1:
        document = document["value"][0]
    return document


def read_schema(document: Any) -> AttributeMapping:
    """Read it; unknown keys are ignored.

    Raises:
        MappingFileError: it is another app's, an inbound job, or has no user mapping.
    """
    schema = _unwrapped(document)
    rules = schema.get("synchronizationRules")
    if not isinstance(rules, list):
        raise _wrong("synchronizationRules", "a list")
    if not rules:
        raise MappingFileError(
            "no-content", "the list of rules is empty", "synchronizationRules", "download the schema again"
        )
    rule, place = _outbound(rules)
    users, groups = _object_mappings(rule, place)
    path = f"{place}.objectMappings[{users[1]}]"
    mapping = users[0]
    rows = _rows(mapping, path)
    return AttributeMapping(
        idp="entra",
        kind=Kind.ENTRA_SCHEMA,
        rows=rows,
        enabled=_flag(mapping.get("enabled"), True),
        actions=_actions(mapping.get("flowTypes")),
        groups=_flag(groups.get("enabled"), True) if groups is not None else False,
        attributes=_directory(schema, _text(rule.get("targetDirectoryName"))),
        scope=_scope(mapping.get("scope")),
        job=_text(schema.get("id")),
        version=_text(schema.get("version")),
    )


def _outbound(rules: list[Any]) -> tuple[dict[str, Any], str]:
    names = []
    for number, rule in enumerate(rules):
        if not isinstance(rule, dict):
            raise _wrong(f"synchronizationRules[{number}]", "an object")
        source, target = _text(rule.get("sourceDirectoryName")), _text(rule.get("targetDirectoryName"))
        names.append((source, target))
        ours = any(word in target.lower() for word in _OURS) or not target
        if _is_entra(source) and ours:
            return rule, f"synchronizationRules[{number}]"
    source, target = names[0]
    inbound = any(word in source.lower() for word in _HR) or _is_entra(target)
    if inbound:
        raise MappingFileError(
            "hr-inbound",
            f"this job brings people into Entra ID, from “{source}” to “{target}”",
            "synchronizationRules[0]",
            "export the mapping of the GitLab application instead",
        )
    raise MappingFileError(
        "other-app",
        f"this job goes from “{source}” to “{target}”",
        "synchronizationRules[0]",
        "export the mapping of the GitLab application",
    )


def _is_entra(name: str) -> bool:
    return name.strip().lower() in ("microsoft entra id", "azure active directory", "azure ad", "entra id")


def _object_mappings(
    rule: dict[str, Any], place: str
) -> tuple[tuple[dict[str, Any], int], dict[str, Any] | None]:
    mappings = rule.get("objectMappings")
    if not isinstance(mappings, list):
        raise _wrong(f"{place}.objectMappings", "a list")
    users: tuple[dict[str, Any], int] | None = None
    groups: dict[str, Any] | None = None
    for number, mapping in enumerate(mappings):
        if not isinstance(mapping, dict):
            raise _wrong(f"{place}.objectMappings[{number}]", "an object")
        source = _text(mapping.get("sourceObjectName")).lower()
        target = _text(mapping.get("targetObjectName")).lower()
        if source == "user" or (not source and target.endswith(":user")):
            users = users or (mapping, number)
        elif source == "group" or target.endswith(":group"):
            groups = groups or mapping
    if users is None:
        raise MappingFileError(
            "no-user-mapping",
            "there is no mapping of users in it",
            f"{place}.objectMappings",
            "export the mapping of the GitLab application, not of another job",
        )
    return users, groups


def _rows(mapping: dict[str, Any], path: str) -> tuple[Row, ...]:
    entries = mapping.get("attributeMappings")
    if not isinstance(entries, list):
        raise _wrong(f"{path}.attributeMappings", "a list")
    rows = []
    for number, entry in enumerate(entries):
        here = f"{path}.attributeMappings[{number}]"
        if not isinstance(entry, dict):
            raise _wrong(here, "an object")
        target = _text(entry.get("targetAttributeName")).strip()
        if not target:
            raise _wrong(f"{here}.targetAttributeName", "a text")
        kind, source = _source(entry.get("source"), f"{here}.source")
        rows.append(
            Row(
                source=source,
                target=target,
                kind=kind,
                precedence=_number(entry.get("matchingPriority")),
                flow=_text(entry.get("flowType")) or "Always",
                default=_text(entry.get("defaultValue")),
            )
        )
    return tuple(rows)


def _source(source: Any, path: str) -> tuple[str, str]:
    if source is None:
        return "none", ""
    if not isinstance(source, dict):
        raise _wrong(path, "an object")
    kind = _text(source.get("type")).lower()
    expression = _text(source.get("expression")).strip()
    name = _text(source.get("name")).strip()
    if kind == "constant":
        value = name or expression.strip('"')
        return "constant", value
    if kind == "attribute" or (not kind and expression.startswith("[") and expression.endswith("]")):
        plain = expression[1:-1] if expression.startswith("[") and expression.endswith("]") else ""
        return "attribute", plain or name or expression
    if kind in ("function", "") and expression:
        return "expression", expression
    return ("none", "") if not name else ("attribute", name)


def _directory(schema: dict[str, Any], target: str) -> tuple[TargetAttribute, ...] | None:
    directories = schema.get("directories")
    if not isinstance(directories, list):
        return None
    for directory in directories:
        if not isinstance(directory, dict) or _text(directory.get("name")) != target:
            continue
        objects = directory.get("objects")
        for one in objects if isinstance(objects, list) else ():
            if isinstance(one, dict) and _text(one.get("name")).lower().rpartition(":")[2] in _USER_TARGETS:
                listed = one.get("attributes")
                return tuple(
                    TargetAttribute(
                        _text(entry.get("name")),
                        _flag(entry.get("anchor"), False),
                        _flag(entry.get("required"), False),
                        _flag(entry.get("caseExact"), False),
                    )
                    for entry in (listed if isinstance(listed, list) else ())
                    if isinstance(entry, dict)
                )
    return None


def _scope(scope: Any) -> tuple[str, ...]:
    """Each group of clauses as one text; groups are alternatives."""
    groups = scope.get("groups") if isinstance(scope, dict) else None
    told = []
    for group in groups if isinstance(groups, list) else ():
        clauses = group.get("clauses") if isinstance(group, dict) else None
        words = []
        for clause in clauses if isinstance(clauses, list) else ():
            if isinstance(clause, dict):
                operand = clause.get("targetOperand")
                values = operand.get("values") if isinstance(operand, dict) else None
                shown = ", ".join(map(str, values)) if isinstance(values, list) else ""
                names = (_text(clause.get("sourceOperandName")), _text(clause.get("operatorName")), shown)
                words.append(" ".join(names).strip())
        if words:
            told.append(" and ".join(words))
    return tuple(told)


def _actions(flow: Any) -> frozenset[str]:
    """A comma list; one that is missing means all."""
    text = _text(flow)
    if not text.strip():
        return frozenset({"create", "update", "delete"})
    words = (word.strip().lower() for word in text.split(","))
    return frozenset(_ACTIONS[word] for word in words if word in _ACTIONS)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def _flag(value: Any, otherwise: bool) -> bool:
    if isinstance(value, str):
        return value.strip().lower() == "true"
    return value if isinstance(value, bool) else otherwise


def _number(value: Any) -> int:
    try:
        return int(value) if not isinstance(value, bool) and value is not None else 0
    except (TypeError, ValueError, OverflowError):
        return 0


def _wrong(path: str, wanted: str) -> MappingFileError:
    return MappingFileError("wrong-type", f"{wanted} is wanted here", path, "export the schema again, whole")
