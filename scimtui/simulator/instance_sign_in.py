"""Signing in to an installation with SAML (contract 2, 14.3)."""

from __future__ import annotations

from dataclasses import dataclass

from . import sign_in_texts as texts
from .accounts import EXTERN_UID_TAKEN, NewAccount, email_faults, free_username, name_faults, normal_email
from .gitlab import SimulatedGitLab
from .group_sync import GroupSync
from .ruby import to_sentence
from .sign_in import ALERT, CREATED, LINKED, NOTICE, REFUSED, SIGNED_IN, Attempt, Outcome
from .store import Row

_SIGN_IN_PAGE, _PROFILE, _HOME = "/users/sign_in", "/-/profile/account", "/"


@dataclass(slots=True)
class InstanceSignIn:
    """One sign-in to the simulated installation, through one of its SAML providers."""

    gitlab: SimulatedGitLab
    provider: str
    attempt: Attempt

    def happen(self) -> Outcome:
        """Do everything that GitLab does."""
        session = self.attempt.signed_in_as
        if self.attempt.fault:
            words = f'Could not authenticate you from SAML because "{texts.humanized(self.attempt.fault)}".'
            return Outcome(REFUSED, None, words, ALERT, _SIGN_IN_PAGE, session)
        if session is not None and self.gitlab.store.one("SELECT 1 FROM users WHERE id = ?", (session,)):
            return self._link(session)
        row = self._row()
        if row is not None:
            if not row["trusted"]:
                words = texts.UNTRUSTED.replace("Group Saml", self._label)
                return Outcome(REFUSED, None, words, ALERT, _SIGN_IN_PAGE)
            self._store(row["user_id"])
            return self._arrive(row["user_id"], SIGNED_IN)
        found = self._by_address()
        if found is not None:
            self._store(found)
            return self._arrive(found, SIGNED_IN)
        if not self.gitlab.switches.allow_single_sign_on or not self._is_required():
            return self._not_allowed()
        return self._create()

    @property
    def _label(self) -> str:
        return self.provider.replace("_", " ").title()

    def _row(self) -> Row | None:
        return self.gitlab.store.one(
            "SELECT * FROM other_identities WHERE provider = ? AND folded = ? ORDER BY id",
            (self.provider, (self.attempt.name_id or "").lower()),
        )

    def _by_address(self) -> int | None:
        if not (self.gitlab.switches.auto_link_saml_user and self.attempt.email):
            return None
        found: int | None = self.gitlab.store.value(
            "SELECT id FROM users WHERE email_folded = ?", (self.attempt.email.lower(),)
        )
        return found

    def _is_required(self) -> bool:
        required = self.gitlab.switches.required_groups
        return not required or not set(required).isdisjoint(self.attempt.groups or ())

    def _not_allowed(self) -> Outcome:
        host = self.gitlab.base_url.partition("://")[2]
        words = (
            f"Signing in using your {self._label} account without a pre-existing account in {host} "
            "is not allowed."
        )
        return Outcome(REFUSED, None, words, ALERT, _SIGN_IN_PAGE)

    def _create(self) -> Outcome:
        attempt = self.attempt
        name = attempt.name.strip() or free_username(self.gitlab, attempt.username or attempt.email)
        faults = email_faults(self.gitlab, attempt.email) + name_faults(name)
        if faults:
            return Outcome(REFUSED, None, to_sentence(faults), None, None, None, 422)
        user_id = NewAccount(
            email=normal_email(attempt.email),
            name=name,
            username=attempt.username or attempt.email,
            confirmed=True,
            provisioned=False,
        ).create(self.gitlab)
        self._store(user_id)
        if self.gitlab.switches.block_auto_created_users:
            self._set_state(user_id, "blocked_pending_approval")
        return self._arrive(user_id, CREATED)

    def _arrive(self, user_id: int, outcome: str) -> Outcome:
        """Who is required gets their block by the system taken away, who is not gets it."""
        state = self.gitlab.user(user_id)["state"]
        if self._is_required():
            if state in ("ldap_blocked", "deactivated"):
                self._set_state(user_id, "active")
        elif state in ("active", "deactivated"):
            self._set_state(user_id, "ldap_blocked")
        user = self.gitlab.user(user_id)
        refusals = {"active": None, "blocked_pending_approval": texts.PENDING}
        refusal = refusals.get(user["state"], texts.BLOCKED)
        self.gitlab.audit.add(
            "authenticated_with_oauth",
            f"Signed in with {self.provider.upper()} authentication",
            user,
            group_id=None,
            author=user,
            details={"with": self.provider},
        )
        if self.gitlab.switches.instance_group_sync:
            GroupSync(self.gitlab, user).by_instance(self.attempt.groups or (), self.provider)
        if refusal is not None:
            return Outcome(REFUSED, user_id, refusal, ALERT, _SIGN_IN_PAGE)
        return Outcome(outcome, user_id, None, None, _HOME, user_id)

    def _link(self, user_id: int) -> Outcome:
        own = self._of_user(user_id)
        if own is None and not self.attempt.in_response_to:
            return Outcome(REFUSED, None, texts.NOT_AUTHORISED, NOTICE, _PROFILE, user_id)
        held = self._row()
        if held is not None and held["user_id"] != user_id:
            words = f"Authentication failed: E{EXTERN_UID_TAKEN}"
            return Outcome(REFUSED, None, words, ALERT, _PROFILE, user_id)
        if own is None:
            self._store(user_id)
            return Outcome(LINKED, user_id, "Authentication method updated", NOTICE, _PROFILE, user_id)
        return Outcome(LINKED, user_id, None, None, _HOME, user_id)

    def _of_user(self, user_id: int) -> Row | None:
        sql = "SELECT * FROM other_identities WHERE provider = ? AND user_id = ? ORDER BY id"
        return self.gitlab.store.one(sql, (self.provider, user_id))

    def _store(self, user_id: int) -> None:
        """The account's row of the provider has this spelling from now on; its trust stays what it was."""
        value = self.attempt.name_id or ""
        own = self._of_user(user_id)
        if own is None:
            self.gitlab.store.write(
                "INSERT INTO other_identities (user_id, provider, extern_uid, folded) VALUES (?, ?, ?, ?)",
                (user_id, self.provider, value, value.lower()),
            )
            return
        self.gitlab.store.write(
            "UPDATE other_identities SET extern_uid = ?, folded = ? WHERE id = ?",
            (value, value.lower(), own["id"]),
        )

    def _set_state(self, user_id: int, state: str) -> None:
        self.gitlab.store.write("UPDATE users SET state = ? WHERE id = ?", (state, user_id))
