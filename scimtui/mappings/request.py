"""The SCIM request that a mapping makes of one user (RFC 7644 section 3.3)."""

from __future__ import annotations

import re
from typing import Any

from scimtui.mappings.expressions.results import Value
from scimtui.mappings.sending import Sent

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
_FILTERED = re.compile(r"""(\w+)\[\s*(\w+)\s+eq\s+["']?([^"'\]]*)["']?\s*\](?:\.(\w+))?""", re.IGNORECASE)
_URN = re.compile(r"(urn:[\w:.-]+:\w+):(.+)", re.IGNORECASE)


def scim_request(sent: Sent) -> dict[str, Any]:
    """The body of the POST that would create this user; what is NULL or can't be told is left out."""
    body: dict[str, Any] = {}
    for target, result in sent.values.items():
        if isinstance(result, Value):
            _put(body, target, _content(target, result))
    extensions = [name for name in body if _URN.fullmatch(f"{name}:x")]
    return {"schemas": [CORE, *extensions], **{name: one for name, one in body.items() if name != "schemas"}}


def _content(target: str, result: Value) -> Any:
    if target.strip().lower() == "active" and result.text.lower() in ("true", "false"):
        return result.text.lower() == "true"
    return result.content if isinstance(result.content, str) else list(result.content)


def _put(body: dict[str, Any], target: str, content: Any) -> None:
    extension = _URN.fullmatch(target)
    if extension is not None:
        holder = body.setdefault(extension[1], {})
        if isinstance(holder, dict):
            _put_plain(holder, extension[2], content)
        return
    _put_plain(body, target, content)


def _put_plain(body: dict[str, Any], target: str, content: Any) -> None:
    filtered = _FILTERED.fullmatch(target)
    if filtered is None:
        parent, _, child = target.partition(".")
        if not child:
            body[target] = content
        elif isinstance(holder := body.setdefault(parent, {}), dict):
            holder[child] = content
        return
    attribute, key, wanted, child = filtered.groups()
    value: Any = {"true": True, "false": False}.get(wanted.lower(), wanted)
    entries = body.setdefault(attribute, [])
    if not isinstance(entries, list):
        return
    entry = next((one for one in entries if isinstance(one, dict) and one.get(key) == value), None)
    if entry is None:
        entry = {key: value}
        entries.append(entry)
    entry[child or "value"] = content
