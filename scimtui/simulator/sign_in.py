"""Signing in with SAML: who is it, and what happens then. The decision tables of sign-in.md, row by row."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from . import sign_in_texts as texts
from .accounts import (
    EXTERN_UID_TAKEN,
    NAME_ID_MISSING,
    TAKEN,
    NewAccount,
    email_faults,
    free_username,
    name_faults,
    normal_email,
)
from .emails import is_taken, private_address_of
from .gitlab import SimulatedGitLab
from .group_sync import GroupSync
from .memberships import NotAdded, add_member, membership, row_state
from .people import MINIMAL_ACCESS, OWNER
from .ruby import to_sentence
from .saml_rows import SamlRows
from .scim_state import Identities
from .store import GROUP_SCOPE, Row

SIGNED_IN, CREATED, LINKED, REFUSED = "signed-in", "account-created", "linked", "refused"
SECOND_FACTOR = "second-factor"
ALERT, NOTICE = "alert", "notice"
_SIGN_IN_PAGE, _DASHBOARD = "/users/sign_in", "/dashboard/groups"


class Attempt(NamedTuple):
    """What arrives at the callback.

    Attributes:
        name_id: None for none; empty for an empty element.
        email: empty for none.
        name: the attribute `name`, or first and last name; empty for none.
        signed_in_as: the user id of the browser's session; None for none.
        in_response_to: the response answers a request of that session.
        relay_state: where the browser was going.
        groups: the values of the claim that names groups; None where there is no such claim.
        overage: there are too many groups for the assertion, and it names where to ask for them.
        fault: why the response is not valid, in ruby-saml's words; empty for a valid one.
    """

    name_id: str | None
    email: str = ""
    username: str = ""
    name: str = ""
    signed_in_as: int | None = None
    in_response_to: bool = False
    relay_state: str = ""
    fault: str = ""
    groups: tuple[str, ...] | None = None
    overage: bool = False


class Outcome(NamedTuple):
    """What comes of it.

    Attributes:
        banner: what the person reads; None where there is nothing to read.
        kind: `alert` or `notice`; None without a banner.
        redirect: the page that the browser lands on; None for a bare 404.
        session: who is signed in now.
    """

    outcome: str
    user_id: int | None
    banner: str | None = None
    kind: str | None = None
    redirect: str | None = None
    session: int | None = None
    status: int = 200


class _Refused(Exception):
    """Not signed in, or not linked."""

    def __init__(self, banner: str, redirect: str, kind: str = ALERT, *, signs_out: bool = False) -> None:
        super().__init__(banner)
        self.banner = banner
        self.redirect = redirect
        self.kind = kind
        self.signs_out = signs_out


@dataclass(slots=True)
class SignIn:
    """One sign-in to the simulated group."""

    gitlab: SimulatedGitLab
    attempt: Attempt

    def happen(self) -> Outcome:
        """Do everything that GitLab does."""
        if not self.gitlab.saml_on:
            return Outcome(REFUSED, None, status=404, session=self.attempt.signed_in_as)
        attempt = self.attempt
        fault = attempt.fault or (texts.EMPTY_NAME_ID if attempt.name_id == "" else "")
        if fault:
            return self._invalid(fault)
        try:
            if attempt.signed_in_as is not None:
                return self._link(attempt.signed_in_as)
            return self._identify()
        except _Refused as refusal:
            session = None if refusal.signs_out else attempt.signed_in_as
            return Outcome(REFUSED, None, refusal.banner, refusal.kind, refusal.redirect, session)

    @property
    def _rows(self) -> SamlRows:
        return SamlRows(self.gitlab.store)

    @property
    def _group_page(self) -> str:
        return f"/{self.gitlab.root.full_path}"

    @property
    def _sso_page(self) -> str:
        return f"/groups/{self.gitlab.root.full_path}/-/saml/sso"

    def _invalid(self, fault: str) -> Outcome:
        session = self.attempt.signed_in_as
        if session is None and self.gitlab.switches.group_visibility == "private":
            return Outcome(REFUSED, None, status=404)  # no text
        is_owner = session is not None and membership(self.gitlab, session) == OWNER
        page = f"/groups/{self.gitlab.root.full_path}/-/saml" if is_owner else self._sso_page
        return Outcome(REFUSED, None, texts.unable(fault), ALERT, page, session)

    # ── table 2: not signed in ───────────────────────────────────────────────

    def _identify(self) -> Outcome:
        row = self._rows.exact(self.attempt.name_id)
        if row is not None:
            if self.gitlab.asks_trust and not row["trusted"]:
                raise _Refused(texts.UNTRUSTED, _SIGN_IN_PAGE)
            return self._arrive(row["user_id"], SIGNED_IN)
        email = self.attempt.email
        enterprise = self._enterprise_user(email)
        if enterprise is not None:
            self._take_over(enterprise)
            return self._arrive(enterprise, SIGNED_IN)
        if email and is_taken(self.gitlab, email):
            raise _Refused(texts.IN_USE, _SIGN_IN_PAGE, NOTICE)
        if not email and not self.attempt.username:
            raise _Refused(texts.NO_EMAIL, self._sso_page)
        return self._create(email)

    def _enterprise_user(self, email: str) -> int | None:
        found: int | None = self.gitlab.store.value(
            "SELECT id FROM users WHERE email_folded = ? AND enterprise = 1", (email.lower(),)
        )
        return found if email else None

    def _take_over(self, user_id: int) -> None:
        """The row of an enterprise user is made, or rewritten with its trust left as it is."""
        faults = [f"Identities {fault[:1].lower()}{fault[1:]}" for fault in self._rows_faults(user_id)]
        if self.attempt.name_id is None:
            faults = [f"Identities name {NAME_ID_MISSING.partition(' ')[2]}"]
        if faults:
            raise _Refused(to_sentence(faults), self._sso_page)
        self._rows.store_value(user_id, self.attempt.name_id or "", trusted=None)

    def _rows_faults(self, user_id: int) -> list[str]:
        """Why the person's row can't take this value."""
        taken = self._rows.is_held_elsewhere(self.attempt.name_id or "", user_id)
        faults = [f"E{EXTERN_UID_TAKEN}"] if taken else []
        return faults + ([f"User {TAKEN}"] if self._rows.count(user_id) > 1 else [])

    def _create(self, email: str) -> Outcome:
        username = self.attempt.username
        address = email or f"temp-email-for-oauth-{username}@gitlab.localhost"
        name = self.attempt.name.strip() or free_username(self.gitlab, username or address)
        self._refuse_invalid(address, name)
        verified = self.gitlab.has_verified(address)
        user_id = NewAccount(
            email=normal_email(address),
            name=name,
            username=username or address,
            confirmed=verified or self.gitlab.confirms_at_once,
            provisioned=True,
            enterprise=verified and self.gitlab.is_current,
        ).create(self.gitlab)
        self._rows.store_value(user_id, self.attempt.name_id or "", trusted=True)
        return self._arrive(user_id, CREATED)

    def _refuse_invalid(self, address: str, name: str) -> None:
        faults = email_faults(self.gitlab, address)
        if self.attempt.name_id is None:
            faults.append(f"Identities name {NAME_ID_MISSING.partition(' ')[2]}")
        elif self._rows.is_held_elsewhere(self.attempt.name_id, None):
            faults.append(f"Identities e{EXTERN_UID_TAKEN}")
        faults += name_faults(name)
        if faults:
            raise _Refused(to_sentence(faults), self._sso_page)

    # ── table 3: the person is known ─────────────────────────────────────────

    def _arrive(self, user_id: int, outcome: str) -> Outcome:
        self._join(user_id)
        self._audit_sign_in(user_id)
        user = self.gitlab.user(user_id)
        if user["two_factor"]:
            if _is_blocked(user):
                return Outcome(REFUSED, user_id, texts.LOCKED_SECOND_FACTOR, ALERT, self._sso_page)
            return Outcome(SECOND_FACTOR, user_id)
        refusal = self._account_refusal(user)
        if refusal is not None:
            return Outcome(REFUSED, user_id, refusal, ALERT, _SIGN_IN_PAGE)
        self.gitlab.store.write(
            "UPDATE users SET state = 'active' WHERE id = ? AND state = 'deactivated'", (user_id,)
        )
        welcome = f"Signed in with SAML for {self.gitlab.root.name}"
        return Outcome(outcome, user_id, welcome, NOTICE, self._landing(user_id), user_id)

    def _join(self, user_id: int) -> None:
        """A row in the group, and the roles that the assertion's groups give and take."""
        self._add(user_id)
        sync = GroupSync(self.gitlab, self.gitlab.user(user_id))
        answered = self.gitlab.switches.graph_groups
        if self.attempt.overage and answered is not None:
            sync.by_group_saml(answered, only_if_matched=True)
        else:
            sync.by_group_saml(self.attempt.groups or ())

    def _add(self, user_id: int) -> None:
        """Who has no row that counts gets the default role, or silently nothing."""
        if row_state(self.gitlab, user_id) == "active":
            return
        user = self.gitlab.user(user_id)
        scim = Identities(self.gitlab, GROUP_SCOPE).of_user(user_id)
        if self.gitlab.switches.sso_enforced and scim is not None and not scim["active"]:
            self.gitlab.audit.add(
                "inactive_scim_user_cannot_be_added",
                "User cannot be added to group due to inactive SCIM identity",
                user,
                group_id=self.gitlab.root.id,
                target_details=user["username"],
            )
            return
        with suppress(NotAdded):
            add_member(self.gitlab, user_id)
            self.gitlab.audit.add(
                "group_saml_member_added",
                "Added as SAML group member",
                user,
                group_id=self.gitlab.root.id,
                author=user,
                details={
                    "add": "user_access",
                    "as": self.gitlab.role_name(membership(self.gitlab, user_id)),
                },
            )

    def _audit_sign_in(self, user_id: int) -> None:
        user = self.gitlab.user(user_id)
        details = {
            "id": user["id"],
            "username": user["username"],
            "name": user["name"],
            "email": user["email"],
            "access_level": self.gitlab.role_name(membership(self.gitlab, user_id)),
        }
        self.gitlab.audit.add(
            "authenticated_with_group_saml",
            "Signed in with GROUP_SAML authentication",
            user,
            group_id=self.gitlab.root.id,
            author=user,
            details={"with": "group_saml", "registration_details": details},
        )

    def _account_refusal(self, user: Row) -> str | None:
        if user["state"] == "blocked_pending_approval":
            return texts.PENDING
        if _is_blocked(user):
            return texts.BLOCKED
        confirmation = self.gitlab.email_confirmation
        must = confirmation == "hard" or (confirmation == "soft" and user["overdue"])
        return texts.UNCONFIRMED if must and not user["confirmed"] else None

    def _landing(self, user_id: int) -> str:
        """The page after a sign-in: where the browser was going, the group, or one's own groups."""
        relay = self.attempt.relay_state
        if self.attempt.in_response_to and relay.startswith("/") and not relay.startswith(("//", "/\\")):
            return relay
        level = membership(self.gitlab, user_id)
        is_visible = self.gitlab.switches.group_visibility == "public" or (level or 0) > MINIMAL_ACCESS
        return self._group_page if is_visible else _DASHBOARD

    # ── table 4: signed in already ───────────────────────────────────────────

    def _link(self, user_id: int) -> Outcome:
        user = self.gitlab.store.one("SELECT * FROM users WHERE id = ?", (user_id,))
        if user is None:
            return self._identify()  # the session of an account that is gone is no session
        refusal = self._account_refusal(user)
        if refusal is not None:
            raise _Refused(refusal, _SIGN_IN_PAGE, signs_out=True)
        self._audit_sign_in(user_id)
        row = self._rows.of_user(user_id)
        if row is None:
            if not self.attempt.in_response_to:
                raise _Refused(texts.NOT_AUTHORISED, self._sso_page, NOTICE)
            self._refuse_link(user_id)
            self._rows.store_value(user_id, self.attempt.name_id or "", trusted=True)
            self._join(user_id)
            return self._linked(user_id, texts.CONNECTED)
        if row["extern_uid"] == self.attempt.name_id:
            self._join(user_id)
            if self.gitlab.asks_trust:
                self._rows.store_value(user_id, row["extern_uid"], trusted=True)
            return self._linked(user_id, None)
        if not self._owns(user_id, self.attempt.email):
            raise self._link_failed(texts.MISMATCH)
        self._join(user_id)
        self._relink(user, row)
        return self._linked(user_id, texts.CONNECTED)

    def _relink(self, user: Row, row: Row) -> None:
        value = self.attempt.name_id or ""
        change = f"extern_uid from {row['extern_uid']} to {value}"
        event = "update_mismatched_group_saml_extern_uid"
        try:
            self._refuse_link(user["id"])
        except _Refused:
            self.gitlab.audit.add(event, f"Failed to update {change}", user, group_id=None, author=user)
            raise
        self._rows.store_value(user["id"], value, trusted=True if self.gitlab.asks_trust else None)
        self.gitlab.audit.add(event, f"Updated {change}", user, group_id=None, author=user)

    def _linked(self, user_id: int, banner: str | None) -> Outcome:
        kind = None if banner is None else NOTICE
        return Outcome(LINKED, user_id, banner, kind, self._landing(user_id), user_id)

    def _refuse_link(self, user_id: int) -> None:
        if self.attempt.name_id is None:
            raise self._link_failed(f"SAML {NAME_ID_MISSING}")
        faults = self._rows_faults(user_id)
        if faults:
            raise self._link_failed(", ".join(faults))

    def _link_failed(self, reason: str) -> _Refused:
        return _Refused(f"{self.gitlab.root.name} SAML authentication failed: {reason}", "/")

    def _owns(self, user_id: int, email: str) -> bool:
        """The address is verified for this account: a confirmed one, or the private commit address."""
        user = self.gitlab.user(user_id)
        folded = email.lower()
        secondary = "SELECT 1 FROM secondary_emails WHERE user_id = ? AND folded = ? AND confirmed"
        return bool(email) and (
            bool(user["confirmed"] and user["email_folded"] == folded)
            or self.gitlab.store.one(secondary, (user_id, folded)) is not None
            or private_address_of(self.gitlab, folded) == user_id
        )


def _is_blocked(user: Row) -> bool:
    return user["state"] not in ("active", "deactivated")
