"""Everything a review is made from, and what its rules ask about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from scimtui.mappings.expressions.results import Result, Unevaluated, Value
from scimtui.mappings.model import AttributeMapping, Kind, NameId, Row, key_of
from scimtui.mappings.recommended import Recommended, recommended_for
from scimtui.mappings.scope import outside
from scimtui.mappings.sending import (
    ACTIVE,
    EXTERNAL_ID,
    OKTA_SENDS,
    USED_AS,
    Sent,
    name_id_source,
    row_result,
    send,
)
from scimtui.mappings.sources import (
    attributes_counting,
    attributes_named,
    attributes_read,
    calls_in,
    is_readable,
    one_name,
)
from scimtui.mappings.users import User, Users, sample

_MOST_VALUES = 5_000_000
MUTABLE = frozenset(
    {
        "userprincipalname",
        "onpremisesuserprincipalname",
        "originaluserprincipalname",
        "onpremisessamaccountname",
        "onpremisesdistinguishedname",
        "sipproxyaddress",
        "mail",
        "displayname",
        "givenname",
        "surname",
        "mailnickname",
        "proxyaddresses",
        "othermails",
        "telephonenumber",
        "mobile",
        "mobilephone",
        "jobtitle",
        "department",
        "email",
        "secondemail",
        "login",
        "username",
        "firstname",
        "middlename",
        "lastname",
        "nickname",
        "appuser.email",
        "appuser.username",
    }
)
"""Attributes that a rename, or a move within the company, changes."""


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
_NOT_THE_USERS = ("appuser.", "idpuser.", "username")
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
    """People whose values all differ, with capitals and marks; what no user's profile holds is not known."""
    names = [name for name in extra if not name.lower().startswith(_NOT_THE_USERS)]
    made = []
    for number, base in enumerate(_PROBES, 1):
        values: dict[str, str | bool] = {
            name: f"Ä{one_name(name, 'entra')}-{number}@Ex.Ample" for name in (*_NAMES, *names)
        }
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
        """What would be sent for everybody of the export, of the rows that GitLab uses."""
        if self.users is None:
            return ()
        used = replace(self.mapping, rows=self._used)
        return tuple(
            send(used, self.name_id, user, complete=self.complete or user.complete)
            for user in self.users.people[: self.most_people]
        )

    @property
    def _used(self) -> tuple[Row, ...]:
        return tuple(row for row in self.mapping.rows if row.key in USED_AS or row.key.startswith("emails["))

    @property
    def most_people(self) -> int:
        """For how many people of the export it is worked out; a real mapping never comes near."""
        return _MOST_VALUES // max(1, len(self._used))

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

    @cached_property
    def inside(self) -> tuple[Sent, ...]:
        """Those of them whom the scope filter does not leave out."""
        return tuple(one for one in self.sent if one.outcome != "outside")

    @cached_property
    def outside(self) -> tuple[Sent, ...]:
        """Those whom it leaves out."""
        return tuple(one for one in self.sent if one.outcome == "outside")

    @cached_property
    def scope_unknown(self) -> int:
        """For how many it can't be told whether the filter leaves them out."""
        told = (
            outside(self.mapping.filters, one.user, complete=self.complete or one.user.complete)
            for one in self.sent
        )
        return sum(isinstance(one, str) for one in told)

    def is_sent(self, *targets: str) -> bool:
        """Whether a row with one of these targets sends anything."""
        keys = {key_of(target) for target in targets}
        return any(row.key in keys and (row.source or row.default) for row in self.mapping.rows)

    @property
    def tells_profile(self) -> bool:
        """Whether the rows are everything that is sent of a person; Okta's app alone does not tell them."""
        return self.mapping.idp != "okta" or self.mapping.kind in (Kind.OKTA_PROFILE, Kind.TABLE)

    def is_known(self, source: str) -> bool:
        """Whether a source can be worked out for somebody who has every attribute."""
        user = probes(attributes_named(source, self.mapping.idp))[0]
        return bool(source) and not isinstance(self.worked_out(source, user), Unevaluated)

    def readable(self, source: str) -> bool:
        """Whether a source can be read as an attribute or an expression."""
        return is_readable(source, self.mapping.idp)

    def counting(self, source: str) -> frozenset[str]:
        """The attributes that a source's value can depend on, in lower case."""
        return attributes_counting(source, self.mapping.idp)

    def attributes(self, source: str) -> frozenset[str]:
        """The attributes that a source reads, in lower case."""
        return attributes_read(source, self.mapping.idp)

    def calls(self, source: str) -> frozenset[str]:
        """The functions that a source calls."""
        return calls_in(source, self.mapping.idp)

    def same(self, one: Row, other: str) -> bool:
        """Whether a row and a source come to the same for people whose attributes all differ."""
        idp = self.mapping.idp
        for user in probes(attributes_named(one.source, idp) | attributes_named(other, idp)):
            left = row_result(one, user, self.idp, complete=True)
            right = self.worked_out(other, user)
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

    def worked_out(self, source: str, user: User) -> Result:
        """What a source in the mapping's words comes to for a user."""
        is_plain = self.idp == "entra" and "[" not in source and "(" not in source
        row = Row(source, EXTERNAL_ID, "attribute" if is_plain else "expression")
        return row_result(row, user, self.idp, complete=True)

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
            for name in sorted(attributes_named(source, self.mapping.idp)):
                named.setdefault(name.lower(), known.get(name.lower(), name))
        usual = (
            ("id", "login", "email")
            if self.mapping.idp == "okta"
            else ("objectId", "userPrincipalName", "mail")
        )
        return tuple(named.values()) or usual

    def values(self, target: str) -> list[tuple[Sent, str | None]]:
        """What everybody in scope would be sent for a target: None for nothing; without who can't be told."""
        row = self.mapping.row(target)
        key = row.scim_target if row is not None else target
        told = []
        for one in self.inside:
            result = one.values.get(key)
            if isinstance(result, Unevaluated):
                continue
            told.append((one, result.text if isinstance(result, Value) else None))
        return told
