"""Entra's provisioning schema, as the portal's download and Graph's answer hold it (mapping-rules 3).

`expression` is the authority on a source: the keys of its parameters repeat, and empty slots are missing.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from scimtui.mappings.model import AttributeMapping, Clause, Kind, MappingFileError, Row, TargetAttribute

_USER_TARGETS = ("user",)
_HR = ("workday", "successfactors", "inbound", "api-driven", "apidriven")
_OURS = ("customappsso", "gitlab", "scim")
_WRAPPINGS, _MOST_SCHEMAS = 4, 100
_WRAPPERS = ("schema", "synchronizationSchema", "synchronization", "value", "body", "templates", "jobs")
_OTHER_GROUPS = ("categoryFilterGroups", "inputFilterGroups")
_ACTIONS = {"add": "create", "create": "create", "update": "update", "delete": "delete"}


def schemas_in(document: Any) -> list[dict[str, Any]]:
    """Every schema in an answer: itself, wrapped, of a list of templates; with PowerShell's capitals too."""
    found: list[dict[str, Any]] = []
    left: deque[tuple[Any, bool, int]] = deque()
    left.append((_camel(document) if _is_pascal(document) else document, False, 0))
    while left:
        here, is_default, depth = left.popleft()
        if isinstance(here, list) and depth < _WRAPPINGS:
            left += [(entry, is_default, depth + 1) for entry in here]
        elif isinstance(here, dict):
            if "synchronizationRules" in here:
                found.append({**here, "default": is_default})
            elif depth < _WRAPPINGS:
                default = here.get("default") is True or is_default
                left += [(here[name], default, depth + 1) for name in _WRAPPERS if name in here]
    return found


def read_schemas(schemas: list[dict[str, Any]]) -> AttributeMapping:
    """Read the one that maps people to an application.

    Raises:
        MappingFileError: none of them does, or several do.
    """
    if len(schemas) == 1:
        return read_schema(schemas[0])
    read, first = [], None
    for schema in schemas:
        try:
            read.append((schema, read_schema(schema)))
        except MappingFileError as error:
            first = first or error
    if not read and first is not None:
        raise first
    chosen = [one for schema, one in read if schema["default"]] or [one for _, one in read]
    if all(
        (one.rows, one.filters, one.actions) == (chosen[0].rows, chosen[0].filters, chosen[0].actions)
        for one in chosen
    ):
        return chosen[0]
    jobs = ", ".join(one.job or "without an id" for one in chosen[:5])
    raise MappingFileError(
        "several",
        f"{len(chosen)} schemas in it map people: {jobs}",
        fix="give the one of the GitLab application's job alone",
    )


def read_schema(schema: dict[str, Any]) -> AttributeMapping:
    """Read one; unknown keys are ignored.

    Raises:
        MappingFileError: it is another app's, an inbound job, or has no user mapping.
    """
    rules = schema.get("synchronizationRules")
    if not isinstance(rules, list):
        raise _wrong("synchronizationRules", "a list")
    if not rules:
        raise MappingFileError(
            "no-content", "the list of rules is empty", "synchronizationRules", "download the schema again"
        )
    rule, (users, path), groups = _chosen(rules)
    return AttributeMapping(
        idp="entra",
        kind=Kind.ENTRA_SCHEMA,
        rows=_rows(users, path),
        enabled=_flag(users.get("enabled"), True),
        actions=_actions(users.get("flowTypes")),
        groups=_flag(groups.get("enabled"), True) if groups is not None else False,
        attributes=_directory(schema, _text(rule.get("targetDirectoryName"))),
        scope=_scope(users.get("scope")),
        filters=_filters(users.get("scope")),
        job=_text(schema.get("id")),
        version=_text(schema.get("version")),
    )


def _is_pascal(document: Any) -> bool:
    """Whether a schema in it has keys that begin with a capital."""
    left: list[tuple[Any, int]] = [(document, 0)]
    while left:
        here, depth = left.pop()
        if isinstance(here, list) and depth < _WRAPPINGS:
            left += [(entry, depth + 1) for entry in here[:_MOST_SCHEMAS]]
        elif isinstance(here, dict):
            if "SynchronizationRules" in here:
                return True
            if depth < _WRAPPINGS:
                left += [
                    (here[name], depth + 1) for name in ("Schema", "Value", "value", "schema") if name in here
                ]
    return False


def _camel(document: Any) -> Any:
    """With the first letter of every key in lower case; depth was bounded before."""
    if isinstance(document, dict):
        return {f"{key[:1].lower()}{key[1:]}": _camel(value) for key, value in document.items()}
    return [_camel(entry) for entry in document] if isinstance(document, list) else document


_Users = tuple[dict[str, Any], str]


def _chosen(rules: list[Any]) -> tuple[dict[str, Any], _Users, dict[str, Any] | None]:
    """The outbound rule that has the users: one that is switched on before one that is not."""
    found: list[tuple[dict[str, Any], _Users, dict[str, Any] | None]] = []
    first: MappingFileError | None = None
    for rule, place in _outbound(rules):
        try:
            users, groups = _object_mappings(rule, place)
        except MappingFileError as error:
            first = first or error
        else:
            found.append((rule, users, groups))
    if not found and first is not None:
        raise first
    return next((one for one in found if _flag(one[1][0].get("enabled"), True)), found[0])


def _outbound(rules: list[Any]) -> list[tuple[dict[str, Any], str]]:
    names, ours = [], []
    for number, rule in enumerate(rules):
        if not isinstance(rule, dict):
            raise _wrong(f"synchronizationRules[{number}]", "an object")
        source, target = _text(rule.get("sourceDirectoryName")), _text(rule.get("targetDirectoryName"))
        names.append((source, target))
        if _is_entra(source) and (any(word in target.lower() for word in _OURS) or not target):
            ours.append((rule, f"synchronizationRules[{number}]"))
    if ours:
        return ours
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


def _object_mappings(rule: dict[str, Any], place: str) -> tuple[_Users, dict[str, Any] | None]:
    mappings = rule.get("objectMappings")
    if not isinstance(mappings, list):
        raise _wrong(f"{place}.objectMappings", "a list")
    users: list[_Users] = []
    groups: dict[str, Any] | None = None
    for number, mapping in enumerate(mappings):
        if not isinstance(mapping, dict):
            raise _wrong(f"{place}.objectMappings[{number}]", "an object")
        source = _text(mapping.get("sourceObjectName")).lower()
        target = _text(mapping.get("targetObjectName")).lower()
        if source == "user" or (not source and target.endswith(":user")):
            users.append((mapping, f"{place}.objectMappings[{number}]"))
        elif source == "group" or target.endswith(":group"):
            groups = groups or mapping
    if not users:
        raise MappingFileError(
            "no-user-mapping",
            "there is no mapping of users in it",
            f"{place}.objectMappings",
            "export the mapping of the GitLab application, not of another job",
        )
    return next((one for one in users if _flag(one[0].get("enabled"), True)), users[0]), groups


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


def _filters(scope: Any) -> tuple[tuple[Clause, ...], ...] | None:
    """The groups of clauses, to be evaluated; None where something in them is of another shape."""
    if scope is None or scope in ({}, []):
        return ()
    groups = scope.get("groups") if isinstance(scope, dict) else "odd"
    others = [scope.get(name) for name in _OTHER_GROUPS] if isinstance(scope, dict) else []
    if groups is None or any(others):
        return None if any(others) else ()
    found = []
    for group in groups if isinstance(groups, list) else [None]:
        clauses = group.get("clauses") if isinstance(group, dict) else None
        if not isinstance(clauses, list):
            return None
        read = [_clause(clause) for clause in clauses]
        if any(one is None for one in read):
            return None
        if read:
            found.append(tuple(one for one in read if one is not None))
    return tuple(found)


def _clause(clause: Any) -> Clause | None:
    if not isinstance(clause, dict):
        return None
    operand = clause.get("targetOperand")
    values = operand.get("values") if isinstance(operand, dict) else None
    attribute, operator = _text(clause.get("sourceOperandName")), _text(clause.get("operatorName"))
    if not attribute or not operator:
        return None
    told = tuple(_text(value) for value in values if value is not None) if isinstance(values, list) else ()
    return Clause(attribute.strip().strip("[]"), operator, told)


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
