"""Everything a review is made from, and what its rules ask about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from scimtui.mappings.expressions import okta_parser
from scimtui.mappings.expressions.entra_parser import attributes_of, calls_of, parse
from scimtui.mappings.expressions.results import ExpressionError, Result, Unevaluated, Value
from scimtui.mappings.model import AttributeMapping, NameId, Row
from scimtui.mappings.recommended import Recommended, recommended_for
from scimtui.mappings.sending import (
    ACTIVE,
    EXTERNAL_ID,
    OKTA_SENDS,
    Sent,
    name_id_result,
    name_id_source,
    row_result,
    send,
)
from scimtui.mappings.users import User, Users, sample

MUTABLE = frozenset(
    {
        "userprincipalname",
        "mail",
        "displayname",
        "givenname",
        "surname",
        "mailnickname",
        "proxyaddresses",
        "othermails",
        "email",
        "login",
        "username",
        "firstname",
        "lastname",
        "nickname",
    }
)
"""Attributes that a rename changes."""


class Stored(NamedTuple):
    """What GitLab stores for one person of the group."""

    user_id: int | None
    name: str
    email: str
    scim_uid: str | None
    saml_uid: str | None
    active: bool | None


@dataclass(frozen=True, slots=True)
class Answers:
    """What only an administrator, or a profile, can tell; None where nobody said.

    Attributes:
        synced: whether people have been synced already.
        gitlab_com: whether this is a group of GitLab.com.
        everybody: whether everybody is synced, and not those assigned alone.
        nested_groups: whether groups are assigned that hold other groups.
        token_reset: whether the SCIM token was made anew in GitLab since it was pasted there.
        certificate_changed: whether responses are signed by another certificate than GitLab has.
        deactivated_here: whether somebody was deactivated in GitLab who is still assigned.
        suspends: whether leavers are suspended, and not deactivated.
        tenant_url: as the identity provider has it.
        domains: e-mail domains that the group allows; empty for any.
    """

    synced: bool | None = None
    gitlab_com: bool | None = None
    everybody: bool | None = None
    nested_groups: bool | None = None
    token_reset: bool | None = None
    certificate_changed: bool | None = None
    deactivated_here: bool | None = None
    suspends: bool | None = None
    tenant_url: str | None = None
    domains: tuple[str, ...] | None = None


# Two people whose attributes all differ: two expressions that agree on both are taken for one source.
_PROBES = (
    {"IsSoftDeleted": False, "accountEnabled": True},
    {"IsSoftDeleted": True, "accountEnabled": False},
)
_NAMES = (
    "objectId",
    "userPrincipalName",
    "mail",
    "mailNickname",
    "displayName",
    "givenName",
    "surname",
    "employeeId",
    "immutableId",
    "onPremisesSamAccountName",
    "login",
    "email",
    "firstName",
    "lastName",
    "id",
)


def probes(extra: Iterable[str] = ()) -> tuple[User, ...]:
    """People whose values all differ, with capitals and marks in them."""
    made = []
    for number, base in enumerate(_PROBES, 1):
        values: dict[str, str | bool] = {name: f"Ä{name}-{number}@Ex.Ample" for name in (*_NAMES, *extra)}
        made.append(User({**values, **base}, f"probe {number}"))
    without_mail = {**made[0].attributes, "mail": None}
    return (*made, User(without_mail, "probe without mail"))


@dataclass
class Case:
    """One review's inputs; None where there is none.

    Attributes:
        former: an earlier export, to be compared with.
        opened: the mapping as it was read, where rows were changed since.
        table: GitLab's recommended one for this provider and GitLab's age; None for the newest.
        complete: whether an attribute that a user of the export does not have has no value.
    """

    mapping: AttributeMapping
    name_id: NameId | None = None
    users: Users | None = None
    stored: tuple[Stored, ...] | None = None
    answers: Answers = field(default_factory=Answers)
    former: AttributeMapping | None = None
    complete: bool = False
    table: Recommended | None = None
    opened: AttributeMapping | None = None

    @property
    def idp(self) -> str:
        """Whose mapping it is; a plain table counts as Entra's."""
        return self.mapping.idp or "entra"

    @property
    def recommended(self) -> Recommended:
        """GitLab's table that the mapping is held against."""
        return self.table or recommended_for(self.mapping.idp)[0]

    @cached_property
    def external_id(self) -> Row | None:
        """The row of externalId."""
        return self.mapping.row(EXTERNAL_ID)

    @cached_property
    def active(self) -> Row | None:
        """The row of active."""
        return self.mapping.row(ACTIVE)

    @cached_property
    def sent(self) -> tuple[Sent, ...]:
        """What would be sent for everybody of the export."""
        if self.users is None:
            return ()
        return tuple(
            send(self.mapping, self.name_id, user, complete=self.complete or user.complete)
            for user in self.users.people
        )

    @cached_property
    def external_source(self) -> str:
        """What feeds externalId; Okta's catalogue app sends the user id by itself."""
        if self.external_id is not None:
            return self.external_id.source
        return 'user.getInternalProperty("id")' if self.mapping.idp == "okta" else ""

    @cached_property
    def name_id_source(self) -> str:
        """What feeds the NameID, in the mapping's words; empty where it is not known."""
        return name_id_source(self.name_id, self.mapping)

    def attributes(self, source: str) -> frozenset[str]:
        """The attributes that a source reads, in lower case."""
        return attributes_read(source, self.mapping.idp)

    def calls(self, source: str) -> frozenset[str]:
        """The functions that a source calls."""
        if self.mapping.idp == "okta":
            return frozenset(word for word in _words(source) if word[:1].islower() and f"{word}(" in source)
        try:
            return calls_of(parse(source)) if "(" in source else frozenset()
        except ExpressionError:
            return frozenset()

    def same(self, one: Row, other: str) -> bool:
        """Whether a row and a source come to the same for people whose attributes all differ."""
        extra = {*self.attributes(one.source), *self.attributes(other)}
        for user in probes(extra):
            left = row_result(one, user, self.idp, complete=True)
            right = self.evaluated(other, user)
            if isinstance(left, Unevaluated) or left != right:
                return False
        return True

    def source_before(self, target: str) -> str | None:
        """What fed a target in the earlier export, or before rows were changed; None where it is the same."""
        row = self.mapping.row(target)
        for earlier in (self.former, self.opened):
            before = earlier.row(target) if earlier is not None else None
            if before is not None and (row is None or not self.same(row, before.source)):
                return before.source
            if earlier is not None and before is None and row is not None:
                return ""
        return None

    def evaluated(self, source: str, user: User) -> Result:
        """What a source comes to for a user."""
        return name_id_result(NameId(source=source), self.mapping, user, complete=True)

    def active_for(self, soft_deleted: bool) -> Result | None:
        """What active comes to for somebody who is in, or out; None where it is not mapped."""
        if self.active is None:
            return None
        person = sample("entra", IsSoftDeleted=soft_deleted, accountEnabled=not soft_deleted)
        return row_result(self.active, person, self.idp, complete=True)

    @cached_property
    def attribute_names(self) -> tuple[str, ...]:
        """Every attribute that the mapping or the NameID reads, each once, in the order of the rows."""
        sources = [row.source for row in self.mapping.rows if row.kind != "constant"]
        sources += [row.source for row in OKTA_SENDS.values()] if self.mapping.idp == "okta" else []
        known = {name.lower(): name for name in (*_NAMES, "IsSoftDeleted", "accountEnabled")}
        named: dict[str, str] = {}
        for source in (*sources, self.name_id_source):
            for name in sorted(_named(source, self.mapping.idp)):
                named.setdefault(name.lower(), known.get(name.lower(), name))
        usual = (
            ("id", "login", "email")
            if self.mapping.idp == "okta"
            else ("objectId", "userPrincipalName", "mail")
        )
        return tuple(named.values()) or usual

    def values(self, target: str) -> list[tuple[Sent, str | None]]:
        """What everybody would be sent for a target: None for nothing; who can't be told is left out."""
        row = self.mapping.row(target)
        key = row.scim_target if row is not None else target
        told = []
        for one in self.sent:
            result = one.values.get(key)
            if isinstance(result, Unevaluated):
                continue
            told.append((one, result.text if isinstance(result, Value) else None))
        return told


def attributes_read(source: str, idp: str) -> frozenset[str]:
    """The attributes that a source reads, in lower case; none where it can't be read."""
    return frozenset(name.lower() for name in _named(source, idp))


def _named(source: str, idp: str) -> frozenset[str]:
    """The same as they are written."""
    try:
        if idp == "okta":
            return frozenset(okta_parser.attributes_of(okta_parser.parse(source)))
        return frozenset(attributes_of(parse(source if "[" in source or "(" in source else f"[{source}]")))
    except ExpressionError:
        return frozenset()


def _words(source: str) -> list[str]:
    word, words = "", []
    for character in f"{source} ":
        if character.isalnum() or character == "_":
            word += character
        else:
            if word:
                words.append(word)
            word = ""
    return words
