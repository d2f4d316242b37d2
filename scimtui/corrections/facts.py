"""What the checks of one change are asked: plain values, read beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from scimtui.corrections.model import Action, Channel, Identity
from scimtui.directory.model import Person
from scimtui.gitlab.versions import Release


class Holder(NamedTuple):
    """Somebody else who has the new value, ignoring case, as asked of GitLab."""

    identity: Identity
    label: str


class Road(NamedTuple):
    """Which API a change goes over.

    Attributes:
        channel: None where there is none.
        reason: why this one, or why none.
    """

    channel: Channel | None
    reason: str


class Facts(NamedTuple):
    """Everything that is known for one change.

    Attributes:
        person: as just read.
        stored: what the identity holds now; None for no identity.
        new: the value wanted; empty where none is.
        end_scim, end_saml: what both hold when the whole plan is done.
        release: which GitLab it is.
        holders: of the new value, but for this person and whoever swaps with them.
        holders_known: whether everything that can be looked through was.
        saml_was_read: whether the SAML identities were.
        namesakes: others whose e-mail address or username the new value is.
        shapes: of the group's other values of this identity.
        own: whether it is the token's own user; None where that is not known.
        last_owner: whether no other Owner is known of.
        idp: `entra`, `okta`, `other` or empty.
        idp_holds: whether the identity provider is known to hold the new value.
        expected: what the identity must hold for this to be done; None for whatever it holds.
    """

    person: Person
    identity: Identity
    action: Action
    stored: str | None
    new: str
    road: Road
    end_scim: str | None = None
    end_saml: str | None = None
    release: Release = Release()
    holders: tuple[Holder, ...] = ()
    holders_known: bool = True
    saml_was_read: bool = True
    namesakes: tuple[str, ...] = ()
    shapes: Mapping[str, int] = MappingProxyType({})
    own: bool | None = None
    last_owner: bool = False
    idp: str = ""
    idp_holds: bool = False
    is_token: bool = False
    expected: str | None = None
