"""One request to either API, with its body read on Grape's rules (contract 1.5 "Content types")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import answers
from .addressing import Path
from .answers import Answered
from .parameters import FORM, MalformedBody, MalformedQuery, media_type, read_json, read_query

_MALFORMED = (
    "Problem:\n  message body does not match declared format\nResolution:\n"
    "  when specifying {kind} as content-type, you must pass valid {kind} in the request's 'body'\n"
)


@dataclass(slots=True)
class ApiRequest:
    """What an endpoint is handed.

    Attributes:
        query: parameters of the query string.
        client: the address that it came from.
        body: the parsed JSON body, whatever type it has; None without one.
        params: query and body (where the body is an object) together; the body wins.
    """

    method: str
    path: Path
    headers: Mapping[str, str]
    query: dict[str, Any]
    client: str = ""
    body: Any = None
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def bearer(self) -> str | None:
        """The token of `Authorization: Bearer …`."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" and token.strip() else None

    def first_text(self, *names: str) -> str | None:
        """The first of these parameters that is text."""
        for name in names:
            value = self.params.get(name)
            if isinstance(value, str) and value:
                return value
        return None

    def read_body(
        self, raw: bytes, *, json_types: tuple[str, ...], default: str | None, kind: str, numbers_only: bool
    ) -> None:
        """Parse `raw` by its content type.

        Args:
            json_types: media types that are parsed as JSON.
            default: the media type of a body that names none; None refuses it.
            kind: the content type of error answers.
            numbers_only: NaN is malformed, as from 19.0 on.

        Raises:
            Answered: 415 for another type, 400 for a body that isn't what it says.
        """
        self.params = dict(self.query)
        if raw and self.method in ("POST", "PUT", "PATCH", "DELETE"):
            named = media_type(self.headers.get("content-type"))
            self.body = self._parsed(raw, named or default, json_types, kind, numbers_only)
        if isinstance(self.body, dict):
            self.params.update(self.body)

    def _parsed(
        self, raw: bytes, named: str | None, json_types: tuple[str, ...], kind: str, numbers_only: bool
    ) -> Any:
        if named == FORM:
            try:
                return read_query(raw)
            except MalformedQuery:
                raise Answered(answers.text(400, "Bad Request")) from None
        if named not in json_types:
            raise Answered(
                answers.error(415, f"The provided content-type '{named or ''}' is not supported.", kind)
            )
        try:
            return read_json(raw, numbers_only=numbers_only)
        except MalformedBody:
            raise Answered(answers.error(400, _MALFORMED.format(kind=named), kind)) from None
