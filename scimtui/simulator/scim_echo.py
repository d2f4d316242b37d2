"""The request as an error's detail repeats it: a Ruby hash, with what is secret filtered (contract 2.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .api_request import ApiRequest
from .ruby import inspect

# GitLab's config.filter_parameters: expressions keep their case, names are found anywhere in any case
_EXPRESSIONS = re.compile(r"token$|password|secret|key$|^(?:body|description|note|text|title|hook)$", re.M)
_NAMES = (
    "certificate",
    "encrypted_key",
    "import_url",
    "elasticsearch_url",
    "elasticsearch_password",
    "search",
    "jwt",
    "mailgun_signing_key",
    "otp_attempt",
    "sentry_dsn",
    "trace",
    "variables",
    "content",
    "sharedsecret",
    "redirect",
    "question",
    "samlresponse",
    "selectedtext",
)


def echo(request: ApiRequest, *, group: str | None, uid: str | None = None) -> str:
    """The parameters, and last the parts of the path that are parameters: `group`, `id`."""
    of_path = {"group": group, "id": uid}
    return inspect(
        _filtered(request.params | {name: value for name, value in of_path.items() if value is not None})
    )


def _filtered(value: Any) -> Any:
    if isinstance(value, list):
        return [_filtered(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {key: "[FILTERED]" if _is_secret(key) else _filtered(item) for key, item in value.items()}


def _is_secret(key: str) -> bool:
    lowered = key.lower()
    return _EXPRESSIONS.search(key) is not None or any(name in lowered for name in _NAMES)
