"""What comes over the wire, judged once at the door.

Each list is first read whole by pydantic's fast path; where that fails, record by record by a
tolerant one: a broken record is kept as far as it goes, its faults are named in `defects`, and the
others are unharmed. Shapes: contract 1.5 (SCIM), 1.7–1.10a (REST).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from scimtui.gitlab.answers import check, parsed, refuse_flood, refuse_web_page, wrong_shape
from scimtui.gitlab.errors import AnswerError, OutcomeUnknown
from scimtui.gitlab.requests import Answer
from scimtui.gitlab.versions import Release

_TEXT_LIMIT = 4096
Record = TypeVar("Record")


def _text(value: Any) -> str | None:
    """Any scalar as text; None for what can't be one."""
    if value is None or isinstance(value, dict | list):
        return None
    text = value if isinstance(value, str) else json.dumps(value)
    if not text.isascii():
        # A lone surrogate can't be stored, printed or sent.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text[:_TEXT_LIMIT]


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return None


def _number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < 2**63 else None
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 19:
        return int(value)
    return None


# What GitLab sends is taken by pydantic's own code, the rest by ours: a list of 100,000 is full of these.
_FIRST_FITS = Field(union_mode="left_to_right")
Text = Annotated[
    Annotated[str, Field(strict=True, max_length=_TEXT_LIMIT)]
    | Annotated[str | None, BeforeValidator(_text)]
    | None,
    _FIRST_FITS,
]
Truth = Annotated[
    Annotated[bool, Field(strict=True)] | Annotated[bool | None, BeforeValidator(_truth)] | None, _FIRST_FITS
]
Number = Annotated[
    Annotated[int, Field(strict=True, gt=-(2**63), lt=2**63)]
    | Annotated[int | None, BeforeValidator(_number)]
    | None,
    _FIRST_FITS,
]
_WIRE = ConfigDict(extra="ignore", arbitrary_types_allowed=False)


@dataclass(frozen=True, slots=True, config=_WIRE)
class ScimUser:
    """A SCIM User of GitLab: `id` is what it stores as `extern_uid` (contract 1.5)."""

    id: Text = None
    user_name: Text = None
    name: Text = None
    email: Text = None
    active: Truth = None
    defects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, config=_WIRE)
class ScimIdentity:
    """A row of `GET /groups/:id/scim/identities` (contract 1.7)."""

    extern_uid: Text = None
    user_id: Number = None
    active: Truth = None


@dataclass(frozen=True, slots=True, config=_WIRE)
class SamlIdentity:
    """A row of `GET /groups/:id/saml/identities` (contract 1.7); it has no `active`."""

    extern_uid: Text = None
    user_id: Number = None


@dataclass(frozen=True, slots=True, config=_WIRE)
class _Role:
    name: Text = None


@dataclass(frozen=True, slots=True, config=_WIRE)
class Member:
    """A member of the group (contract 1.9). `email` is there only for enterprise users of the group."""

    id: Number = None
    username: Text = None
    name: Text = None
    state: Text = None
    access_level: Number = None
    membership_state: Text = None
    email: Text = None
    group_saml_identity: SamlIdentity | None = None
    group_scim_identity: ScimIdentity | None = None
    member_role: _Role | None = None


@dataclass(frozen=True, slots=True, config=_WIRE)
class ListedUser:
    """A user of `saml_users`, `provisioned_users` or `enterprise_users` (contract 1.8)."""

    id: Number = None
    username: Text = None
    name: Text = None
    state: Text = None
    email: Text = None
    bot: Truth = None


class ThisUser(BaseModel):
    """`GET /user`: the person, or bot, behind the access token."""

    model_config = _WIRE
    id: Number = None
    username: Text = None
    name: Text = None


class TokenInfo(BaseModel):
    """`GET /personal_access_tokens/self` (contract 1.10a)."""

    model_config = _WIRE
    name: Text = None
    scopes: list[str] = Field(default_factory=list)
    user_id: Number = None
    active: Truth = None
    revoked: Truth = None
    expires_at: Text = None


class Version(BaseModel):
    """`GET /metadata`, or `GET /version` on older ones."""

    model_config = _WIRE
    version: Text = None
    revision: Text = None
    enterprise: Truth = None

    @property
    def release(self) -> Release:
        """Which release it is."""
        return Release.read(self.version or "")


class Group(BaseModel):
    """`GET /groups/:id` (contract 1.10a)."""

    model_config = _WIRE
    id: Number = None
    name: Text = None
    full_path: Text = None
    parent_id: Number = None
    web_url: Text = None
    allowed_email_domains_list: Text = None


@dataclass(frozen=True, slots=True)
class Listed(Generic[Record]):
    """The records of one answer, and what was wrong with some of them."""

    records: tuple[Record, ...]
    defects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScimPage:
    """One ListResponse.

    Attributes:
        total: of the whole list, None where the answer does not tell it.
        rows: how many entries the page has; those that are no object are in `defects` alone.
    """

    users: tuple[ScimUser, ...]
    total: int | None
    rows: int
    defects: tuple[str, ...] = ()


class RecordReader(Generic[Record]):
    """Reads one kind of record, alone or in a list."""

    def __init__(self, kind: type[Record], what: str, *, prepare: Callable[[Any], Any] | None = None) -> None:
        self._one: TypeAdapter[Record] = TypeAdapter(kind)
        self._many: TypeAdapter[list[Record]] = TypeAdapter(list[kind])  # type: ignore[valid-type]
        self._what = what
        self._prepare = prepare

    def one(self, answer: Answer) -> Record:
        """The record of an answer.

        Raises:
            AnswerError: the status is no success, or the body is no such record.
        """
        value = parsed(answer)
        if not isinstance(value, dict):
            raise wrong_shape(answer, self._what)
        defects: list[str] = []
        record = self.tolerant(value, self._what, defects)
        if record is None:
            raise wrong_shape(answer, self._what)
        return record

    def many(self, answer: Answer) -> Listed[Record]:
        """The records of an answer that is a JSON array.

        Raises:
            AnswerError: the status is no success, or the body is no array.
        """
        if answer.status == 200 and self._prepare is None and answer.body.lstrip()[:1] == b"[":
            refuse_flood(answer)
            try:
                return Listed(tuple(self._many.validate_json(answer.body)))
            except ValidationError:
                pass
        values = parsed(answer)
        if not isinstance(values, list):
            raise wrong_shape(answer, f"a list of {self._what}s")
        return self.each(values)

    def each(self, values: Sequence[Any]) -> Listed[Record]:
        """Read every value that is a record at all."""
        if self._prepare is None:
            try:
                return Listed(tuple(self._many.validate_python(values)))
            except ValidationError:
                pass
        defects: list[str] = []
        read = (self.tolerant(value, f"{self._what} {n}", defects) for n, value in enumerate(values, 1))
        return Listed(tuple(record for record in read if record is not None), tuple(defects))

    def tolerant(self, value: Any, where: str, defects: list[str]) -> Record | None:
        """One record as far as it goes; faults are added to `defects`, None where nothing can be read."""
        if not isinstance(value, Mapping):
            defects.append(f"{where}: not an object")
            return None
        prepared = self._prepare(value) if self._prepare is not None else dict(value)
        while True:
            try:
                return self._one.validate_python(prepared)
            except ValidationError as error:
                faulty = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]}
                faulty &= prepared.keys()
                defects.extend(f"{where}: {key} can't be read" for key in sorted(faulty))
                if not faulty:
                    return None
                for key in faulty:
                    del prepared[key]


def _flat_scim_user(value: Mapping[str, Any]) -> dict[str, Any]:
    """A SCIM User in either of its shapes (contract 1.5), flat and with its faults named."""
    defects: list[str] = []
    flat = {
        "id": value.get("id"),
        "user_name": value.get("userName"),
        "name": _scim_name(value, defects),
        "email": _scim_email(value.get("emails"), defects),
        "active": value.get("active"),
    }
    for key, read in (("id", _text), ("user_name", _text), ("active", _truth)):
        if flat[key] is not None and read(flat[key]) is None:
            defects.append(f"{key} can't be read")
    flat["defects"] = tuple(defects)
    return flat


def _scim_name(value: Mapping[str, Any], defects: list[str]) -> str | None:
    name = value.get("name")
    if isinstance(name, Mapping):
        formatted = _text(name.get("formatted"))
        if formatted:
            return formatted
        parts = [_text(name.get(key)) or "" for key in ("givenName", "familyName")]
        if any(parts):
            return " ".join(part for part in parts if part)
    elif name is not None:
        defects.append("name can't be read")
    return _text(value.get("name.formatted")) or _text(value.get("displayName"))


def _scim_email(emails: Any, defects: list[str]) -> str | None:
    if emails is None:
        return None
    entries = emails if isinstance(emails, list) else [emails]
    values = [entry for entry in entries if isinstance(entry, Mapping)]
    if len(values) != len(entries):
        defects.append("emails can't be read")
    chosen = next((entry for entry in values if entry.get("primary") is True), values[0] if values else None)
    return _text(chosen.get("value")) if chosen is not None else None


SCIM_USERS = RecordReader(ScimUser, "SCIM user", prepare=_flat_scim_user)
SCIM_IDENTITIES = RecordReader(ScimIdentity, "SCIM identity")
SAML_IDENTITIES = RecordReader(SamlIdentity, "SAML identity")
MEMBERS = RecordReader(Member, "member")
LISTED_USERS = RecordReader(ListedUser, "user")
THIS_USER = RecordReader(ThisUser, "user")
TOKEN_INFO = RecordReader(TokenInfo, "access token")
VERSION = RecordReader(Version, "version")
GROUP = RecordReader(Group, "group")


def scim_page(answer: Answer) -> ScimPage:
    """Read a ListResponse.

    Raises:
        AnswerError: the status is no success, or the body is no ListResponse.
    """
    value = parsed(answer)
    resources = value.get("Resources") if isinstance(value, dict) else None
    if not isinstance(value, dict) or ("totalResults" not in value and resources is None):
        raise wrong_shape(answer, "a SCIM list")
    if resources is not None and not isinstance(resources, list):
        raise wrong_shape(answer, "a SCIM list")
    listed = SCIM_USERS.each(resources or [])
    return ScimPage(listed.records, _number(value.get("totalResults")), len(resources or ()), listed.defects)


def done(answer: Answer) -> None:
    """Accept a write that GitLab says it has done, whatever the body: what it did is read back.

    Raises:
        AnswerError: GitLab refused it, or sent us elsewhere.
        OutcomeUnknown: 5xx, or a web page with a success: something on the way may have answered.
    """
    try:
        check(answer)
        refuse_web_page(answer)
    except AnswerError as error:
        if answer.request.is_write and OutcomeUnknown.is_left_by(answer.status):
            raise OutcomeUnknown(error, error.request) from error
        raise
