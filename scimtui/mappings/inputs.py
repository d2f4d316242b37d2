"""What a review is given, piece by piece: any file that belongs to it is recognised and put in its place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from scimtui.mappings.captured import name_id_of
from scimtui.mappings.case import Answers, Case, Stored
from scimtui.mappings.model import AttributeMapping, Kind, MappingFileError, NameId
from scimtui.mappings.reading import read_mapping
from scimtui.mappings.recommended import Recommended, recommended_mapping
from scimtui.mappings.users import Users, read_users
from scimtui.saml import CaptureError, SamlResponse, read_capture

_NOT_THIS = ("other-app", "not-a-table")
Piece = AttributeMapping | Users | SamlResponse


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that somebody handed in.

    Attributes:
        former: an earlier export of the mapping.
    """

    mapping: AttributeMapping = field(default_factory=recommended_mapping)
    name_id: NameId | None = None
    users: Users | None = None
    former: AttributeMapping | None = None
    answers: Answers = field(default_factory=Answers)

    def case(self, stored: tuple[Stored, ...] | None = None, table: Recommended | None = None) -> Case:
        """A case of it, with the group's people."""
        return Case(self.mapping, self.name_id, self.users, stored, self.answers, self.former, table=table)


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
    if capture.container == "name-id":  # any line at all can be one
        raise no_mapping
    return capture.sign_ins[0].response


def taken(inputs: Inputs, piece: Piece) -> tuple[Inputs, str]:
    """The inputs with one more piece, and what it was taken for.

    A mapping takes the place of the one before, but for Okta's parts of one: profile mapping, app, SAML
    app and app users are put together.
    """
    if isinstance(piece, Users):
        people = "1 person" if len(piece.people) == 1 else f"{len(piece.people):,} people"
        return replace(inputs, users=piece), f"a user export: {people}"
    if isinstance(piece, SamlResponse):
        return replace(inputs, name_id=name_id_of(piece, inputs.name_id)), "a captured sign-in: its NameID"
    mapping, app = inputs.mapping, piece.app
    if app is not None and app.is_saml and not app.features:
        name_id = NameId(app.name_id, app.name_id_format, attributes=app.attributes)
        if mapping.app is not None:
            mapping = replace(mapping, app=replace(mapping.app, name_id=app.name_id))
        elif mapping.idp != "okta":
            mapping = piece
        return replace(inputs, mapping=mapping, name_id=name_id), "Okta's SAML app: its NameID"
    if app is not None and app.is_saml:
        inputs = replace(inputs, name_id=NameId(app.name_id, app.name_id_format, attributes=app.attributes))
    if piece.idp == "okta" == mapping.idp and piece.kind is not mapping.kind:
        return replace(inputs, mapping=_joined(mapping, piece)), _OKTA_PARTS[piece.kind]
    return replace(inputs, mapping=piece, former=None), "the mapping"


_OKTA_PARTS = {
    Kind.OKTA_PROFILE: "the profile mapping",
    Kind.OKTA_APP: "the app: which actions are on",
    Kind.OKTA_APP_USERS: "the app's users: what GitLab returned for each",
    Kind.TABLE: "the mapping",
    Kind.ENTRA_SCHEMA: "the mapping",
}


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
    return taken(inputs, second)[0] if is_part else replace(inputs, former=second)
