"""Signing in with SAML: who is it, and what happens then. The decision tables of sign-in.md, row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from .gitlab import DEFAULT_ROLE, SimulatedGitLab
from .scim_create import new_account
from .scim_state import Identities, membership
from .scim_users import find_by_email
from .store import GROUP_SCOPE, Row

SIGNED_IN, CREATED, LINKED, REFUSED = "signed-in", "account-created", "linked", "refused"

_IN_USE = (
    "There is already a GitLab account associated with this email address. Sign in with your existing "
    "credentials to connect your organization's account"
)
_NO_EMAIL = (
    "The SAML response did not contain an email address. Either the SAML identity provider is not configured "
    "to send the attribute, or the identity provider directory does not have an email address value for your "
    "user."
)
_TAKEN = (
    "xtern uid has already been taken. "
    "Please contact your administrator to generate a unique extern_uid / NameID"
)
_NAMELESS = "Identities name is missing from your SAML response. Please contact your administrator"
_UNTRUSTED = (
    "Signing in using your Group Saml account has been disabled for security reasons. Please sign in to your "
    "GitLab account using another authentication method and reconnect to your Group Saml account."
)
_BLOCKED = (
    "Your account has been blocked. Please contact your GitLab administrator if you think this is an error."
)
_PENDING = (
    "Your account is pending approval from your GitLab administrator and hence blocked. "
    "Please contact your GitLab administrator if you think this is an error."
)
_UNCONFIRMED = (
    "You have to confirm your email address before continuing. Please check your email for the link we sent "
    "you, or click 'Resend confirmation email'."
)
_NOT_AUTHORISED = "Request to link SAML account must be authorized"
_MISMATCH = "SAML Name ID and email address do not match your user account. Contact an administrator."
_NAMELESS_LINK = "SAML NameID is missing from your SAML response. Please contact your administrator"
_CONNECTED = "Your organization's SSO has been connected to your GitLab account"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class Attempt(NamedTuple):
    """What arrives at the callback.

    Attributes:
        name_id: None for none; empty for an empty element.
        email: empty for none.
        signed_in_as: the user id of the browser's session; None for none.
        in_response_to: the response answers a request of that session.
        fault: why the response is not valid, in GitLab's words; empty for a valid one.
    """

    name_id: str | None
    email: str = ""
    username: str = ""
    signed_in_as: int | None = None
    in_response_to: bool = False
    fault: str = ""


class Outcome(NamedTuple):
    """What comes of it; `banner` is what the person reads, None where there is nothing to read."""

    outcome: str
    user_id: int | None
    banner: str | None
    status: int = 200


class _Refused(Exception):
    """Not signed in; the argument is the banner."""


@dataclass(slots=True)
class SignIn:
    """One sign-in to the simulated group."""

    gitlab: SimulatedGitLab
    attempt: Attempt

    def happen(self) -> Outcome:
        """Do everything that GitLab does."""
        if not self.gitlab.saml_on:
            return Outcome(REFUSED, None, None, 404)
        attempt = self.attempt
        fault = attempt.fault or ("An empty nameid value found" if attempt.name_id == "" else "")
        if fault:
            if attempt.signed_in_as is None:
                return Outcome(REFUSED, None, None, 404)  # a private group: no text
            return Outcome(REFUSED, None, f'Unable to sign in to group with SAML: "{fault}"')
        try:
            if attempt.signed_in_as is not None:
                return self._link(attempt.signed_in_as)
            return self._identify()
        except _Refused as refusal:
            return Outcome(REFUSED, None, str(refusal))

    # ── table 2: not signed in ───────────────────────────────────────────────

    def _identify(self) -> Outcome:
        row = self._exact_row()
        if row is not None:
            if self.gitlab.asks_trust and not row["trusted"]:
                raise _Refused(_UNTRUSTED)
            return self._arrive(row["user_id"], SIGNED_IN)
        email = self.attempt.email
        enterprise = self._enterprise_user(email)
        if enterprise is not None:
            self._take_over(enterprise)
            return self._arrive(enterprise, SIGNED_IN)
        if email and find_by_email(self.gitlab, email) is not None:
            raise _Refused(_IN_USE)
        if not email and not self.attempt.username:
            raise _Refused(_NO_EMAIL)
        self._refuse_invalid(email)
        return self._create(email)

    def _enterprise_user(self, email: str) -> int | None:
        found: int | None = self.gitlab.store.value(
            "SELECT id FROM users WHERE email_folded = ? AND enterprise = 1", (email.lower(),)
        )
        return found if email else None

    def _take_over(self, user_id: int) -> None:
        """The row of an enterprise user is made, or rewritten with its trust left as it is."""
        name_id = self.attempt.name_id
        if name_id is None:
            raise _Refused(_NAMELESS)
        if self._held_by_another(user_id):
            raise _Refused(f"Identities e{_TAKEN}")
        self._store(user_id, name_id, trusted=None)

    def _refuse_invalid(self, email: str) -> None:
        taken = self._folded_row() is not None
        if email and not _EMAIL.fullmatch(email):
            raise _Refused(f"Email is invalid and Identities e{_TAKEN}" if taken else "Email is invalid")
        if taken:
            raise _Refused(f"Identities e{_TAKEN}")
        if self.attempt.name_id is None:
            raise _Refused(_NAMELESS)

    def _create(self, email: str) -> Outcome:
        username = self.attempt.username
        address = email or f"temp-email-for-oauth-{username}@gitlab.localhost"
        verified = address.rpartition("@")[2].lower() in self.gitlab.verified_domains
        user_id = new_account(
            self.gitlab,
            email=address,
            name=username or address.partition("@")[0],
            username=username or address,
            confirmed=verified,
            provisioned=True,
            enterprise=verified and self.gitlab.is_current,
        )
        self._store(user_id, self.attempt.name_id or "", trusted=True)
        return self._arrive(user_id, CREATED)

    # ── table 3: the person is known ─────────────────────────────────────────

    def _arrive(self, user_id: int, outcome: str) -> Outcome:
        self._join(user_id)
        refusal = self._account_refusal(user_id)
        if refusal is not None:
            return Outcome(REFUSED, user_id, refusal)
        self.gitlab.store.write(
            "UPDATE users SET state = 'active' WHERE id = ? AND state = 'deactivated'", (user_id,)
        )
        return Outcome(outcome, user_id, f"Signed in with SAML for {self.gitlab.root.name}")

    def _join(self, user_id: int) -> None:
        """A non-member gets the default role, or silently nothing."""
        if membership(self.gitlab, user_id) is not None:
            return
        switches = self.gitlab.switches
        scim = Identities(self.gitlab, GROUP_SCOPE).of_user(user_id)
        if switches.sso_enforced and scim is not None and not scim["active"]:
            return
        email = self.gitlab.store.value("SELECT email_folded FROM users WHERE id = ?", (user_id,))
        allowed = {domain.lower() for domain in switches.allowed_email_domains}
        if (allowed and email.rpartition("@")[2] not in allowed) or switches.seats_exhausted:
            return
        self.gitlab.store.write(
            "INSERT INTO members VALUES (?, ?, ?)", (self.gitlab.root.id, user_id, DEFAULT_ROLE)
        )

    def _account_refusal(self, user_id: int) -> str | None:
        user = self.gitlab.store.one("SELECT state, confirmed FROM users WHERE id = ?", (user_id,))
        if user is None:
            return None
        if user["state"] in ("blocked", "banned", "ldap_blocked"):
            return _BLOCKED
        if user["state"] == "blocked_pending_approval":
            return _PENDING
        return _UNCONFIRMED if self.gitlab.switches.saas and not user["confirmed"] else None

    # ── table 4: signed in already ───────────────────────────────────────────

    def _link(self, user_id: int) -> Outcome:
        if self.gitlab.store.one("SELECT 1 FROM users WHERE id = ?", (user_id,)) is None:
            return self._identify()  # the session of an account that is gone is no session
        refusal = self._account_refusal(user_id)
        if refusal is not None:
            raise _Refused(refusal)
        row = self.gitlab.store.one("SELECT * FROM saml_identities WHERE user_id = ?", (user_id,))
        if row is None:
            if not self.attempt.in_response_to:
                raise _Refused(_NOT_AUTHORISED)
            self._refuse_link(user_id)
            self._store(user_id, self.attempt.name_id or "", trusted=True)
            self._join(user_id)
            return Outcome(LINKED, user_id, _CONNECTED)
        if row["extern_uid"] == self.attempt.name_id:
            self._join(user_id)
            if self.gitlab.asks_trust:
                self._store(user_id, row["extern_uid"], trusted=True)
            return Outcome(LINKED, user_id, None)
        if not self._owns(user_id, self.attempt.email):
            raise _Refused(self._link_failed(_MISMATCH))
        self._join(user_id)
        self._refuse_link(user_id)
        self._store(user_id, self.attempt.name_id or "", trusted=True if self.gitlab.asks_trust else None)
        return Outcome(LINKED, user_id, _CONNECTED)

    def _refuse_link(self, user_id: int) -> None:
        if self.attempt.name_id is None:
            raise _Refused(self._link_failed(_NAMELESS_LINK))
        if self._held_by_another(user_id):
            raise _Refused(self._link_failed(f"E{_TAKEN}"))

    def _link_failed(self, reason: str) -> str:
        return f"{self.gitlab.root.name} SAML authentication failed: {reason}"

    def _owns(self, user_id: int, email: str) -> bool:
        """The address is verified for this account: confirmed primary, or secondary."""
        user = self.gitlab.store.one("SELECT email_folded, confirmed FROM users WHERE id = ?", (user_id,))
        if not email or user is None:
            return False
        secondary = self.gitlab.store.value(
            "SELECT 1 FROM secondary_emails WHERE user_id = ? AND folded = ?", (user_id, email.lower())
        )
        return bool(secondary) or bool(user["confirmed"] and user["email_folded"] == email.lower())

    # ── SAML identities ──────────────────────────────────────────────────────

    def _exact_row(self) -> Row | None:
        row = self._folded_row()
        return row if row is not None and row["extern_uid"] == self.attempt.name_id else None

    def _folded_row(self) -> Row | None:
        folded = (self.attempt.name_id or "").lower()
        return self.gitlab.store.one("SELECT * FROM saml_identities WHERE folded = ?", (folded,))

    def _held_by_another(self, user_id: int) -> bool:
        row = self._folded_row()
        return row is not None and row["user_id"] != user_id

    def _store(self, user_id: int, name_id: str, *, trusted: bool | None) -> None:
        """The person's row holds this value from now on; `trusted` None leaves the flag as it is."""
        row = self.gitlab.store.one("SELECT * FROM saml_identities WHERE user_id = ?", (user_id,))
        if row is None:
            self.gitlab.store.write(
                "INSERT INTO saml_identities (user_id, extern_uid, folded, trusted) VALUES (?, ?, ?, 1)",
                (user_id, name_id, name_id.lower()),
            )
            return
        flag = row["trusted"] if trusted is None else trusted
        self.gitlab.store.write(
            "UPDATE saml_identities SET extern_uid = ?, folded = ?, trusted = ? WHERE id = ?",
            (name_id, name_id.lower(), flag, row["id"]),
        )


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """What the callback answers to a program."""
    return {"outcome": outcome.outcome, "user_id": outcome.user_id, "banner": outcome.banner}
