"""What a file is that holds no mapping, and the next step; what gives it away is in `recognised.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from scimtui.mappings.model import MappingFileError
from scimtui.text import cut, printable

TABLE_FIX = (
    "only Entra ID's and Okta's files are read: write its rows as a table source,target,precedence, "
    "or begin with the rows that scimtui review prints without a file"
)
_INSIDE = (
    "value",
    "mappings",
    "applications",
    "records",
    "events",
    "data",
    "resources",
    "items",
    "users",
    "results",
    "Resources",
    "_embedded",
)
_USERS_FIX = "the sample and the counts are worked out for users of Entra ID and of Okta"
_PROBED = 4_000
_HCL = re.compile(
    r"^[ \t]{0,40}(?:(?:resource|data)[ \t]+\"[\w-]{1,100}\"[ \t]+\"[\w-]{1,100}\""
    r"|(?:module|provider|variable|output)[ \t]+\"[\w-]{1,100}\""
    r"|terraform|locals|import|moved)[ \t]*\{",
    re.MULTILINE,
)
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,200})", re.IGNORECASE)


def refuse_text(text: str) -> None:
    """Say what a text is that is neither JSON nor a table.

    Raises:
        MappingFileError: it is a web page, XML, or Terraform's own language.
    """
    start = text.lstrip()[:_PROBED]
    low = start.lower()
    if low.startswith(("<!doctype html", "<html", "<head")) or "<html" in low[:500]:
        title = _TITLE.search(start)
        named = f" “{cut(printable(' '.join(title[1].split())), 60)}”" if title is not None else ""
        raise MappingFileError(
            "other-kind",
            f"this is a web page (HTML){named}, not the export: often the sign-in page in its place",
            fix="sign in, export again, and look into the file before you give it",
        )
    if low.startswith("<"):
        raise MappingFileError(
            "other-kind",
            "this is XML: no mapping comes as that",
            fix="a captured sign-in goes in with --capture FILE; the mapping is JSON or a table",
        )
    if low.startswith(("%pdf", "pk\x03\x04")):
        raise MappingFileError("other-kind", "this is no text", fix="export it as JSON or CSV")
    if _HCL.search(start):
        raise MappingFileError(
            "other-kind",
            "this is Terraform's own language (HCL), whose values are known once it is applied",
            fix="give what it comes to: terraform show -json > state.json, then scimtui review state.json",
        )


def refuse_document(document: Any) -> None:
    """Say what a JSON document is that holds no mapping; nothing where it is not known.

    Raises:
        MappingFileError: it is known.
    """
    if _is_scim(document):
        raise MappingFileError(
            "other-kind",
            "this is the body of a SCIM request or answer: what was sent for one person, not what makes it",
            fix="section Trouble, or scimtui explain - < FILE, reads it; the mapping is what made it",
        )
    for keys in _keys(document):
        for entry in _known("json"):
            if _fits(entry, keys):
                fix = TABLE_FIX if entry.get("provider") else entry["fix"]
                raise MappingFileError("other-kind", entry["what"], fix=fix)


def refuse_heading(heading: Iterable[str]) -> None:
    """Say whose user export has these columns; nothing where it is not known.

    Raises:
        MappingFileError: it is known.
    """
    names = frozenset("".join(filter(str.isalnum, name.lower())) for name in heading)
    for entry in _known("heading"):
        if _fits(entry, names):
            raise MappingFileError(
                "other-kind",
                entry["what"],
                "line 1",
                entry.get(
                    "fix", "the sample and the counts are worked out for users of Entra ID and of Okta"
                ),
            )


@cache
def _known(part: str) -> tuple[dict[str, Any], ...]:
    document = tomllib.loads(Path(__file__).with_name("recognised.toml").read_text("utf-8"))
    return tuple(document[part])


def _fits(entry: dict[str, Any], keys: frozenset[str]) -> bool:
    some = entry.get("any", ())
    return keys.issuperset(entry.get("all", ())) and (not some or not keys.isdisjoint(some))


def _keys(document: Any) -> Iterable[frozenset[str]]:
    """The keys of a document, then those of the first entry inside, in lower case."""
    here: Any = document
    for _ in range(3):
        if isinstance(here, list):
            here = here[0] if here else None
        if not isinstance(here, dict):
            return
        yield frozenset(str(key).lower() for key in here)
        here = next((here[name] for name in _INSIDE if isinstance(here.get(name), list | dict)), None)


def _is_scim(document: Any) -> bool:
    here = document[0] if isinstance(document, list) and document else document
    named = here.get("schemas") if isinstance(here, dict) else None
    return isinstance(named, list) and any("urn:ietf:params:scim:" in str(one).lower() for one in named[:10])
