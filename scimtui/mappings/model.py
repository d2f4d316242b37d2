"""What an identity provider is set to send, whatever file it was read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple


class Kind(StrEnum):
    """What a mapping was read from."""

    ENTRA_SCHEMA = "entra-schema"
    OKTA_PROFILE = "okta-profile-mapping"
    OKTA_APP = "okta-app"
    OKTA_APP_USERS = "okta-app-users"
    TABLE = "table"


class MappingFileError(ValueError):
    """A file that holds no mapping that can be reviewed.

    Attributes:
        code: `empty`, `not-text`, `not-json`, `cut-off`, `api-error`, `no-content`, `wrong-type`,
            `no-user-mapping`, `hr-inbound`, `other-app`, `other-kind`, `several`, `not-a-table`, `too-large`,
            `unreadable`.
        what: what is wrong with it.
        where: line and column, or a path into the file; empty where there is none.
        fix: what to do next.
    """

    def __init__(self, code: str, what: str, where: str = "", fix: str = "") -> None:
        super().__init__(f"{what} ({where})" if where else what)
        self.code, self.what, self.where, self.fix = code, what, where, fix


OKTA_PROFILE = {
    "email": 'emails[type eq "work"].value',
    "givenname": "name.givenName",
    "firstname": "name.givenName",
    "familyname": "name.familyName",
    "lastname": "name.familyName",
    "displayname": "displayName",
    "username": "userName",
    "login": "userName",
}
"""The SCIM attribute that an attribute of Okta's app profile is sent as (Okta's SCIM examples; likely)."""


_CORE = "urn:ietf:params:scim:schemas:core:2.0:user:"


def key_of(target: str) -> str:
    """A SCIM attribute as it is told apart: ignoring case, blanks and quotes' kind."""
    return "".join(target.lower().replace("'", '"').split()).removeprefix(_CORE)


class Clause(NamedTuple):
    """One clause of a scope filter, as the schema writes it."""

    attribute: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One attribute mapping.

    Attributes:
        source: the expression, an attribute's name, or a constant; empty for none.
        kind: `attribute`, `expression`, `constant` or `none`.
        target: as it is written, trimmed.
        precedence: matching precedence; 0 for none.
        flow: `Always`, `ObjectAddOnly` (on creation alone), or another word of the file.
        default: sent on creation where the source is empty; empty for none.
        sends: the SCIM attribute behind a target that is none, as Okta's profile has them; empty for others.
    """

    source: str
    target: str
    kind: str = "attribute"
    precedence: int = 0
    flow: str = "Always"
    default: str = ""
    sends: str = ""

    @property
    def scim_target(self) -> str:
        """The SCIM attribute that is sent."""
        return self.sends or self.target

    @property
    def key(self) -> str:
        """The SCIM attribute as rows are told apart: ignoring case, blanks and quotes' kind."""
        return key_of(self.scim_target)


class TargetAttribute(NamedTuple):
    """One attribute of the target's directory."""

    name: str
    anchor: bool
    required: bool
    case_exact: bool


@dataclass(frozen=True, slots=True)
class OktaApp:
    """An app of Okta.

    Attributes:
        name: of the catalogue entry, e.g. `gitlab`, or `<org>_<label>_<n>` of one made by hand.
        features: e.g. PUSH_NEW_USERS.
        sign_on: e.g. AUTO_LOGIN, SAML_2_0.
        username: the application username's template; empty where it is typed for each person.
        name_id: the SAML subject's template; empty for an app without SAML.
        name_id_format: the SAML subject's format.
        attributes: names of the SAML attribute statements.
    """

    name: str = ""
    label: str = ""
    features: frozenset[str] = frozenset()
    username: str = ""
    name_id: str = ""
    name_id_format: str = ""
    attributes: tuple[str, ...] = ()
    is_saml: bool = False
    sign_on: str = ""


class AppUser(NamedTuple):
    """One user of an Okta app: `uid` is Okta's id, `stored` what GitLab returned (the reverse of SCIM)."""

    uid: str
    stored: str | None
    login: str
    status: str


@dataclass(frozen=True)
class AttributeMapping:
    """Everything about how users are sent.

    Attributes:
        idp: `entra`, `okta`, or empty for a plain table.
        enabled: whether users are sent at all; None where the file does not say.
        actions: of `create`, `update`, `delete`; None where the file does not say.
        groups: whether groups are sent too; None where the file does not say.
        attributes: of the target's directory; None where the file does not say.
        scope: the scope's clauses as text; empty for everybody in scope.
        filters: the same to be evaluated: groups, one of which has to hold, of clauses, all of which have to;
            None where the file's scope can't be read.
        job: id of the provisioning job or template.
        version: of the schema, as it is written.
        notes: what else is to be said of how the file was read.
    """

    idp: str
    kind: Kind
    rows: tuple[Row, ...] = ()
    enabled: bool | None = None
    actions: frozenset[str] | None = None
    groups: bool | None = None
    attributes: tuple[TargetAttribute, ...] | None = None
    scope: tuple[str, ...] = ()
    filters: tuple[tuple[Clause, ...], ...] | None = ()
    job: str = ""
    version: str = ""
    app: OktaApp | None = None
    app_users: tuple[AppUser, ...] | None = None
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def _places(self) -> tuple[dict[str, int], dict[str, int]]:
        """Where the first row of each key stands: as it is written, and as it is sent."""
        written: dict[str, int] = {}
        sent: dict[str, int] = {}
        for place, row in enumerate(self.rows):
            written.setdefault(key_of(row.target), place)
            sent.setdefault(row.key, place)
        return written, sent

    def row(self, *targets: str) -> Row | None:
        """The first row with one of these targets."""
        sent = self._places[1]
        places = [sent[key] for target in targets if (key := key_of(target)) in sent]
        return self.rows[min(places)] if places else None

    def place_of(self, target: str) -> int | None:
        """Where the first row stands that is written so, or else is sent so; None where none is."""
        wanted = key_of(target)
        return next((places[wanted] for places in self._places if wanted in places), None)


@dataclass(frozen=True, slots=True)
class NameId:
    """The SAML side.

    Attributes:
        source: an attribute or expression in the provider's words; empty where it is not known.
        format: of the NameID, short or as a URN; empty where it is not known.
        value: what one person's response held; None where none was captured.
        captured: whether it comes from a captured sign-in.
        inferred: whether the source is only what a captured sign-in suggests.
    """

    source: str = ""
    format: str = ""
    value: str | None = None
    captured: bool = False
    attributes: tuple[str, ...] | None = None
    inferred: bool = False
