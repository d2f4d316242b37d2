"""What a review is given, piece by piece: any file that belongs to it is recognised and put in its place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from scimtui.mappings.captured import name_id_of
from scimtui.mappings.case import Answers, Case, Stored
from scimtui.mappings.guard import guarded
from scimtui.mappings.model import AttributeMapping, Kind, MappingFileError, NameId, OktaApp
from scimtui.mappings.reading import read_mapping
from scimtui.mappings.recommended import Recommended, recommended_mapping
from scimtui.mappings.user_exports import read_users
from scimtui.mappings.users import Users
from scimtui.saml import CaptureError, SamlResponse, read_capture

_NOT_THIS = ("other-app", "other-kind", "not-a-table", "too-large")
_NAMES = {"entra": "Entra ID", "okta": "Okta"}
_OKTA_PARTS = {
    Kind.OKTA_PROFILE: "the profile mapping",
    Kind.OKTA_APP: "the app: which actions are on",
    Kind.OKTA_APP_USERS: "the app's users: what GitLab returned for each",
    Kind.TABLE: "the mapping",
    Kind.ENTRA_SCHEMA: "the mapping",
}
Piece = AttributeMapping | Users | SamlResponse


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that somebody handed in.

    Attributes:
        former: an earlier export of the mapping.
        is_start: the mapping is GitLab's table that one begins with, and was not handed in.
    """

    mapping: AttributeMapping = field(default_factory=recommended_mapping)
    name_id: NameId | None = None
    users: Users | None = None
    former: AttributeMapping | None = None
    answers: Answers = field(default_factory=Answers)
    is_start: bool = True

    @property
    def has_other_users(self) -> bool:
        """Whether the user export is of another provider than the mapping, so that it tells nothing."""
        return self.users is not None and self.users.idp != (self.mapping.idp or "entra")

    def case(self, stored: tuple[Stored, ...] | None = None, table: Recommended | None = None) -> Case:
        """A case of it, with the group's people."""
        users = None if self.has_other_users else self.users
        return Case(self.mapping, self.name_id, users, stored, self.answers, self.former, table=table)


class Taken(NamedTuple):
    """The inputs with one more piece.

    Attributes:
        said: what it was taken for.
        is_joined: it is a part that was put to the mapping that was there.
    """

    inputs: Inputs
    said: str
    is_joined: bool = False


@guarded("this file")
def read_piece(text: str) -> Piece:
    """Read whatever belongs to a review: a mapping, a user export, or a captured sign-in.

    Raises:
        MappingFileError: it is none of these; says why it is no mapping.
    """
    try:
        return read_mapping(text)
    except MappingFileError as error:
        if error.code not in _NOT_THIS:
            raise
        no_mapping = error
    try:
        return read_users(text)
    except MappingFileError as error:
        if error.code not in (*_NOT_THIS, "not-json"):
            raise
    try:
        capture = read_capture(text)
    except CaptureError:
        raise no_mapping from None
    if capture.container == "name-id" or not capture.sign_ins:  # any line at all can be one
        raise no_mapping
    return capture.sign_ins[0].response


def taken(inputs: Inputs, piece: Piece) -> Taken:
    """The inputs with one more piece.

    A mapping takes the place of the one before, but for Okta's parts of one: profile mapping, app, SAML
    app and app users are put together.
    """
    if isinstance(piece, Users):
        return _with_users(inputs, piece)
    if isinstance(piece, SamlResponse):
        name_id = name_id_of(piece, inputs.name_id, idp=inputs.mapping.idp or "entra")
        return Taken(replace(inputs, name_id=name_id), "a captured sign-in: its NameID")
    app = piece.app
    if app is not None and app.name_id:
        inputs = replace(inputs, name_id=NameId(app.name_id, app.name_id_format, attributes=app.attributes))
    if app is not None and app.is_saml and not app.features:
        return _with_saml_app(inputs, piece, app)
    is_part = piece.idp == "okta" == inputs.mapping.idp and piece.kind is not inputs.mapping.kind
    if is_part and not inputs.is_start:
        mapping = _joined(inputs.mapping, piece)
        return Taken(replace(inputs, mapping=mapping), _OKTA_PARTS[piece.kind], is_joined=True)
    return Taken(replace(inputs, mapping=piece, former=None, is_start=False), "the mapping")


def _with_users(inputs: Inputs, users: Users) -> Taken:
    people = "1 person" if len(users.people) == 1 else f"{len(users.people):,} people"
    with_them = replace(inputs, users=users)
    unused = f", not used: the mapping is not {_NAMES[users.idp]}'s" if with_them.has_other_users else ""
    return Taken(with_them, f"a user export: {people}{unused}")


def _with_saml_app(inputs: Inputs, piece: AttributeMapping, app: OktaApp) -> Taken:
    said = "Okta's SAML app: its NameID"
    mapping = inputs.mapping
    if mapping.idp != "okta":
        return Taken(replace(inputs, mapping=piece, former=None, is_start=False), said)
    if mapping.app is not None:
        mapping = replace(mapping, app=replace(mapping.app, name_id=app.name_id))
    return Taken(replace(inputs, mapping=mapping), said, is_joined=True)


def _joined(mapping: AttributeMapping, piece: AttributeMapping) -> AttributeMapping:
    """One Okta mapping of two parts, of which each tells what the other does not."""
    kinds = (piece.kind, mapping.kind)
    kind = next(
        kind for kind in (Kind.OKTA_PROFILE, Kind.OKTA_APP, Kind.OKTA_APP_USERS, Kind.TABLE) if kind in kinds
    )
    return replace(
        mapping,
        kind=kind,
        rows=piece.rows or mapping.rows,
        app=piece.app or mapping.app,
        app_users=piece.app_users or mapping.app_users,
    )


def with_second(inputs: Inputs, second: AttributeMapping) -> Inputs:
    """What a second file is: another part of one Okta mapping, or else an earlier export of it."""
    mapping = inputs.mapping
    is_part = second.idp == "okta" == mapping.idp and (
        second.kind is not mapping.kind or (second.app is not None and second.app.is_saml)
    )
    return taken(inputs, second).inputs if is_part else replace(inputs, former=second)
