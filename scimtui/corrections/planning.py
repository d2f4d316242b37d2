"""From what somebody wants to the exact requests, and everything there is to say about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from scimtui.corrections.checks import afterwards, check
from scimtui.corrections.facts import Facts, Holder, Road
from scimtui.corrections.model import Action, Change, Channel, Identity, Plan, Sent, Subject
from scimtui.corrections.reading import Ground
from scimtui.findings import Finding, gravest_first
from scimtui.gitlab import GitLab
from scimtui.gitlab.errors import NotSent
from scimtui.gitlab.requests import Request, encoded_uid
from scimtui.text import fold_uid

BOTH = "both"
_REST_LIST = "identities"


class Wish(NamedTuple):
    """What somebody wants.

    Attributes:
        wanted: `scim`, `saml` or `both`.
        value: the new value; empty for what changes none.
        idp_holds: whether the identity provider is known to hold the new value as externalId.
        expected: what the identity must hold for this to be done; None for whatever it holds.
        undo_of: the entry that this takes back.
    """

    wanted: str
    value: str = ""
    action: Action = Action.CHANGE
    idp_holds: bool = False
    expected: str | None = None
    undo_of: int | None = None

    def identities(self, ground: Ground) -> tuple[Identity, ...]:
        """What it changes, the harmless one first; of both, only what is not so already."""
        if self.wanted != BOTH:
            return (Identity(self.wanted),)
        record = ground.person.record
        pairs = ((Identity.SCIM, record.scim_uid), (Identity.SAML, record.saml_uid))
        left = tuple(identity for identity, stored in pairs if stored != self.value)
        return left or (Identity.SCIM, Identity.SAML)


class Around(NamedTuple):
    """What is known of the new value: who else has it, whose name it is, whether it is a token."""

    holders: tuple[Holder, ...] = ()
    namesakes: tuple[str, ...] = ()
    is_token: bool = False
    idp: str = ""


def facts_for(
    gitlab: GitLab,
    ground: Ground,
    wish: Wish,
    identity: Identity,
    around: Around,
) -> Facts:
    """Everything that is known for one change."""
    record = ground.person.record
    stored = record.scim_uid if identity is Identity.SCIM else record.saml_uid
    user_id, username = ground.token_user
    own = None if user_id is None else user_id == record.user_id
    if own is None and username:
        own = username.lower() == record.username.lower()
    scim_end, saml_end = _ends(ground, wish)
    return Facts(
        person=ground.person,
        identity=identity,
        action=wish.action,
        stored=stored,
        new=wish.value,
        road=road(gitlab, ground, identity, wish.action, (stored or "", wish.value)),
        end_scim=scim_end,
        end_saml=saml_end,
        release=ground.release,
        holders=around.holders,
        holders_known=ground.lists.saml is not None or ground.person.known.instance,
        saml_was_read=ground.lists.saml is not None,
        namesakes=around.namesakes,
        shapes=ground.shapes[identity],
        own=own,
        last_owner=record.role == "Owner" and ground.owners <= 1,
        idp=around.idp,
        idp_holds=wish.idp_holds,
        is_token=around.is_token,
        expected=wish.expected,
    )


def plan_for(gitlab: GitLab, ground: Ground, wish: Wish, around: Around, plan_id: str) -> Plan:
    """The plan for one person's wish: its changes where they can be made, its findings always."""
    found: list[Finding] = []
    changes: list[Change] = []
    reasons: list[str] = []
    for identity in wish.identities(ground):
        facts = facts_for(gitlab, ground, wish, identity, around)
        found += check(facts)
        reasons.append(facts.road.reason)
        change = change_of(gitlab, ground, facts)
        if change is not None:
            changes.append(change)
    token = tuple(one for one in found if one.code == "value-is-token")
    if token:  # neither shown nor kept: nothing that holds the value leaves this function
        return Plan(plan_id, ground.subject, wish.wanted, (), token[:1], undo_of=wish.undo_of)
    wanted = wish.identities(ground)
    whole = tuple(changes) if len(changes) == len(wanted) else ()
    touches_scim = any(change.identity is Identity.SCIM for change in whole)
    return Plan(
        id=plan_id,
        subject=ground.subject,
        wanted=wish.wanted,
        changes=whole,
        findings=gravest_first(dict.fromkeys(found)),
        steps=len(wanted),
        channel_reason=". ".join(dict.fromkeys(reasons)),
        undo_of=wish.undo_of,
        afterwards=afterwards(around.idp)
        if touches_scim and wish.action is Action.CHANGE and not wish.idp_holds
        else "",
        token_user=ground.token_user[1],
        idp_holds=wish.idp_holds,
    )


def change_of(gitlab: GitLab, ground: Ground, facts: Facts) -> Change | None:
    """One write with its exact request; None where it can't be made."""
    channel, stored = facts.road.channel, facts.stored
    if channel is None or stored is None:
        return None
    new = facts.new if facts.action is Action.CHANGE else None
    try:
        request = _request(gitlab, facts, channel, stored)
    except NotSent:
        return None
    keeps = facts.identity is Identity.SCIM or facts.release.trust_of_changed_saml.is_kept
    return Change(
        subject=ground.subject,
        identity=facts.identity,
        action=facts.action,
        old=stored,
        new=new,
        channel=channel,
        request=Sent(request.method, request.url, (request.body or b"").decode()),
        undoable=facts.action is Action.CHANGE and keeps,
    )


def _request(gitlab: GitLab, facts: Facts, channel: Channel, stored: str) -> Request:
    if facts.action is Action.REMOVE:
        return gitlab.rest.deletion_request(facts.identity.value, stored)
    if facts.action is not Action.CHANGE:
        return gitlab.scim.activity_request(stored, facts.action is Action.REACTIVATE)
    if channel is Channel.REST:
        return gitlab.rest.change_request(facts.identity.value, stored, facts.new)
    return gitlab.scim.change_request(stored, facts.new)


def road(gitlab: GitLab, ground: Ground, identity: Identity, action: Action, values: Iterable[str]) -> Road:
    """The first API that can make this change, and why it is that one."""
    access = gitlab.access
    over_rest = "" if access.access_token else "there is no access token"
    if access.address.is_instance:
        over_rest = "the REST API has no identities of a whole instance"
    elif not over_rest and ground.lists.of(identity) is None:
        over_rest = "the access token is not an Owner's"
    elif not over_rest and ground.person.record.user_id is None:
        over_rest = "whose user id it is could not be confirmed"
    elif not over_rest and ground.may_write is False:
        over_rest = "the access token lacks scope api"
    elif not over_rest:
        over_rest = _not_by_path(values)
    over_scim = "" if access.scim_token else "there is no SCIM token"
    if action in (Action.REACTIVATE, Action.DEACTIVATE):
        if over_scim:
            return Road(None, f"Only the SCIM API does this, and {over_scim}")
        return Road(Channel.SCIM, "Only the SCIM API does this")
    if not over_rest:
        return Road(Channel.REST, "The access token may change identities over the REST API")
    if action is Action.REMOVE or identity is Identity.SAML:
        return Road(None, f"Only the REST API does this, and {over_rest}")
    if over_scim:
        return Road(None, f"REST API: {over_rest}. SCIM API: {over_scim}")
    return Road(Channel.SCIM, f"Over the SCIM API, because {over_rest}")


def _not_by_path(values: Iterable[str]) -> str:
    """Why the REST API can't be asked for one of these values; empty where it can, or nothing could."""
    for value in values:
        if value == _REST_LIST:
            return "the REST API answers “identities” with the whole list"
        try:
            encoded_uid(value or "-")
        except NotSent:
            return ""
    return ""


def _ends(ground: Ground, wish: Wish) -> tuple[str | None, str | None]:
    """What both identities hold once the wish is done."""
    record = ground.person.record
    scim, saml = record.scim_uid, record.saml_uid
    after = wish.value if wish.action is Action.CHANGE else None
    if wish.action in (Action.REACTIVATE, Action.DEACTIVATE):
        return scim, saml
    if wish.wanted in (BOTH, Identity.SCIM.value) and scim is not None:
        scim = after
    if wish.wanted in (BOTH, Identity.SAML.value) and saml is not None:
        saml = after
    return scim, saml


class SwapStep(NamedTuple):
    """One change of a swap: whose, from which value, to which."""

    number: int
    subject: Subject
    old: str
    new: str


def swap_steps(
    one: tuple[Subject, str], other: tuple[Subject, str], between: str
) -> tuple[SwapStep, SwapStep, SwapStep]:
    """A swap in three changes: GitLab lets no two people have one value, ignoring case (contract 3.1)."""
    (first, first_value), (second, second_value) = one, other
    return (
        SwapStep(1, first, first_value, between),
        SwapStep(2, second, second_value, first_value),
        SwapStep(3, first, between, second_value),
    )


def can_cross(one: str | None, other: str | None) -> bool:
    """Whether two stored values can be swapped at all."""
    return one is not None and other is not None and fold_uid(one) != fold_uid(other)
