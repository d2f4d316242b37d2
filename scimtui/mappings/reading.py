"""From a file's text to a mapping: which kind it is, and where it is broken if it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scimtui.mappings import terraform
from scimtui.mappings.documents import check_depth, json_document, json_start, without_comments
from scimtui.mappings.entra_schema import read_schemas, schemas_in
from scimtui.mappings.guard import guarded
from scimtui.mappings.mapping_tables import MOST_ROWS, MOST_SOURCE, is_toml, read_table, read_toml
from scimtui.mappings.model import AttributeMapping, MappingFileError
from scimtui.mappings.okta_files import read_okta
from scimtui.mappings.recognised import TABLE_FIX, refuse_document, refuse_text

LIMIT = 20_000_000
_MOST_VALUES = 400_000


@guarded("this file")
def read_mapping(text: str) -> AttributeMapping:
    """Read any of the files that hold a mapping.

    Raises:
        MappingFileError: it holds none; says what it is, and where it is broken.
    """
    text = text.lstrip("\ufeff")
    if len(text) > LIMIT:
        raise MappingFileError("too-large", "the file is too large for a mapping")
    if not text.strip():
        raise MappingFileError("empty", "the file is empty", fix="export the mapping again")
    mapping = _read(text)
    if len(mapping.rows) > MOST_ROWS or sum(len(row.source) for row in mapping.rows) > MOST_SOURCE:
        raise MappingFileError("too-large", "there is more in it than in any real mapping")
    return mapping


def _read(text: str) -> AttributeMapping:
    bare = without_comments(text)
    start = json_start(bare)
    if start is not None and not is_toml(bare[start : start + 1_000]):
        document = json_document(bare, start, _MOST_VALUES, refuse_document)
        check_depth(document)
        return _of_document(document)
    if is_toml(text):
        refuse_text(text)
        return read_toml(text)
    return read_table(text)


def _of_document(document: Any) -> AttributeMapping:
    schemas = schemas_in(document)
    if schemas:
        return read_schemas(schemas)
    if isinstance(document, dict) and ("error" in document or "errorCode" in document):
        error = document.get("error")
        words = error.get("message") if isinstance(error, dict) else document.get("errorSummary") or error
        raise MappingFileError(
            "api-error",
            f"this is the API's refusal, not a mapping: {str(words)[:500]}",
            "error",
            "ask again with the right to read it",
        )
    value = document.get("value") if isinstance(document, dict) else None
    if document in ({}, [], None) or value == []:
        raise MappingFileError("no-content", "there is nothing in it", fix="export the mapping again")
    if terraform.is_terraform(document):
        return _of_terraform(terraform.found_in(document))
    okta = read_okta(document)
    if okta is not None:
        return okta
    refuse_document(document)
    raise MappingFileError(
        "other-app",
        "this is JSON, but no mapping of Entra ID or Okta",
        fix="Entra: Mappings > Review your schema here > Download; Okta: GET /api/v1/mappings/<id>; "
        f"another identity provider: {TABLE_FIX}",
    )


def _of_terraform(found: terraform.Found) -> AttributeMapping:
    if found.schemas:
        return read_schemas(found.schemas)
    mapping = read_okta(found.mappings) if found.mappings else None
    app = read_okta(found.apps) if found.apps else None
    if mapping is not None:
        return (
            replace(mapping, app=app.app, notes=(*mapping.notes, *app.notes)) if app is not None else mapping
        )
    if app is not None:
        return app
    kinds = f": it has {', '.join(found.unread[:5])}" if found.unread else ""
    raise MappingFileError(
        "other-kind",
        f"this is Terraform's, and no mapping is in it{kinds}",
        fix="read are okta_profile_mapping, okta_app_… and a resource with the whole schema in it; "
        "else export the mapping from the identity provider",
    )
