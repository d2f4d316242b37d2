"""The state of one simulated GitLab: its group, people, tokens, switches, and what was written to it."""

from __future__ import annotations

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .audit import ROLES, AuditLog
from .census import PROBLEMS, count_verdicts
from .generate import Population, email_domain, made_up
from .groups import GROUP_ID, Group, first_tree, tree_from_json
from .people import MAINTAINER, OWNER, PeopleError, Person, people_from_json, read_people_file
from .settings import Settings, Switches, Version
from .settings_audit import audit_changes
from .store import Row, Store

SAML_PROVIDER_ID = 31
_TOKEN_LETTERS = string.ascii_letters + string.digits + "-_"


class SimulatedGitLab:
    """Everything the answers depend on."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.switches: Switches = settings.switches
        self.version: Version = settings.gitlab_version
        self.tree = first_tree(settings.group)
        self.root = self.tree.root
        self.group_deleted = False
        self.writes: list[dict[str, Any]] = []
        self.audit = AuditLog()
        self.mails: list[dict[str, Any]] = []
        self.base_url = ""
        self.moves = 0
        self.email_domain = email_domain(settings.group)
        self.scim_token = self.instance_scim_token = ""
        self._token_resets = 0
        self._make_scim_tokens()
        self.access_token = _token("glpat", f"access {settings.seed}")
        self.store = Store(GROUP_ID, settings.seed)
        self._facts = _Facts(None, None, frozenset())
        population = self._population()
        self.problems = count_verdicts(population.people)
        self.people_count = sum(not person.bot for person in population.people)
        self.planted = population.planted
        self._load(population.people, as_start=True)
        self._start_facts = self._facts

    def close(self) -> None:
        """Free the database."""
        self.store.close()

    @property
    def is_current(self) -> bool:
        """19.3 or later, not 18.9."""
        return self.version != "18.9"

    @property
    def asks_trust(self) -> bool:
        """A SAML value that was changed over REST is distrusted: 18.10 to 19.3 (contract 2, section 10)."""
        return self.version == "19.3"

    @property
    def audits_scim_blocks(self) -> bool:
        """Blocking somebody over instance SCIM is written down: from 19.4 on (contract 2, 15.3)."""
        return self.version == "19.4"

    @property
    def confirms_at_once(self) -> bool:
        """No new address has to be confirmed."""
        return self.email_confirmation == "off"

    @property
    def email_confirmation(self) -> str:
        """`hard`, `soft` or `off`: where nothing was said, GitLab.com's is hard, and an instance's soft."""
        return self.switches.email_confirmation or ("hard" if self.switches.saas else "soft")

    @property
    def saml_on(self) -> bool:
        """There is a SAML provider, it is enabled, and the plan allows it."""
        return self.switches.saml_provider and self.switches.saml_enabled and self.switches.licensed

    @property
    def entity_id(self) -> str:
        """What the group calls itself to its identity provider."""
        return f"{self.base_url}/groups/{self.root.full_path}"

    @property
    def verified_domains(self) -> frozenset[str]:
        """Domains that the group has verified: its own, and those of its enterprise users at the start."""
        return self._facts.verified_domains

    @property
    def token_user_id(self) -> int | None:
        """Whose access token it is."""
        if self.switches.access_token == "maintainer":  # noqa: S105
            return self._facts.maintainer_id
        return self._facts.owner_id

    def has_verified(self, email: str) -> bool:
        """The address is in a domain that the group has verified."""
        return email.rpartition("@")[2].lower() in self.verified_domains

    def user(self, user_id: int) -> Row:
        """An account that exists."""
        row = self.store.one("SELECT * FROM users WHERE id = ?", (user_id,))
        assert row is not None
        return row

    def role_base(self, role_id: int) -> int | None:
        """The level that a custom role is made of; None where there is no such role."""
        bases = self.switches.custom_roles
        return bases[role_id - 1] if 0 < role_id <= len(bases) else None

    def role_name(self, level: int | None) -> str:
        """What a role is called; of nobody's, the default one."""
        return ROLES.get(self.switches.default_role if level is None else level, "")

    def find_group(self, name: str) -> Group | None:
        """A group by numeric id or by full path, ignoring case."""
        if self.group_deleted:
            return None
        return self.tree.find(name)

    def switch(self, **values: Any) -> Switches:
        """Throw switches."""
        before, self.switches = self.switches, self.switches.changed(values)
        owner_id = self._facts.owner_id
        if owner_id is not None and self.store.one("SELECT 1 FROM users WHERE id = ?", (owner_id,)):
            audit_changes(self.audit, self.root, self.user(owner_id), before, self.switches)
        return self.switches

    def put_groups(self, document: object) -> int:
        """Replace the groups below the top-level one, and every link; rows of groups that are gone go."""
        self.tree = tree_from_json(document, self.tree)
        kept = ",".join(str(group.id) for group in self.tree.groups)
        self.store.write(f"DELETE FROM members WHERE group_id NOT IN ({kept})")  # noqa: S608
        return len(self.tree.groups)

    def people(self) -> list[dict[str, Any]]:
        """The truth about everybody, in the shape of `PUT people`."""
        return self.store.people({group.id: group.full_path.lower() for group in self.tree.groups})

    def put_people(self, document: object) -> int:
        """Replace everybody."""
        people = people_from_json(document, self.email_domain)
        self._load(people, as_start=False)
        return len(people)

    def reset(self) -> None:
        """People, switches and the list of writes as at the start."""
        self.store.reset()
        self._facts = self._start_facts
        self.tree = first_tree(self.settings.group)
        self.switches = self.settings.switches
        self.version = self.settings.gitlab_version
        self.group_deleted = False
        self.writes.clear()
        self._make_scim_tokens()
        self.audit.events.clear()
        self.mails.clear()
        self.moves = 0

    def reset_scim_token(self, token: str) -> None:
        """That SCIM token has another value from now on."""
        self._token_resets += 1
        value = _token("glsoat", f"scim {self.settings.seed} {self._token_resets}")
        if token == self.scim_token:
            self.scim_token = value
        else:
            self.instance_scim_token = value

    def _make_scim_tokens(self) -> None:
        self.scim_token = _token("glsoat", f"scim {self.settings.seed}")
        self.instance_scim_token = _token("glsoat", f"instance scim {self.settings.seed}")

    def upgrade(self) -> None:
        """Become 19.4, whose migration trusts every distrusted row of group SAML, and no other's."""
        if self.version != "19.4":
            self.store.write("UPDATE saml_identities SET trusted = 1")
        self.version = "19.4"

    def settle(self) -> int:
        """Removals and deletions that were pending happen now, in the whole hierarchy; answers how many."""
        pending: int = self.store.value("SELECT count(*) FROM pending_removals")
        deletions = [row[0] for row in self.store.rows("SELECT user_id FROM pending_deletions")]
        for row in self.store.rows("SELECT user_id, by_scim FROM pending_removals"):
            self.remove_everywhere(row["user_id"], by_scim=bool(row["by_scim"]))
        self.store.write("DELETE FROM pending_removals")
        for user_id in deletions:
            self.store.delete_user(user_id)
        return pending + len(deletions)

    def remove_everywhere(self, user_id: int, *, by_scim: bool) -> None:
        """Every row in the hierarchy goes, by the system."""
        details = {"system_event": True} | ({"reason": "SCIM"} if by_scim else {})
        for row in self.store.rows("SELECT group_id FROM members WHERE user_id = ?", (user_id,)):
            self.remove_row(row["group_id"], user_id, details=details)

    def remove_row(
        self,
        group_id: int,
        user_id: int,
        *,
        author: Row | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """One row goes, if there is one, and it is written down who did it."""
        where = "group_id = ? AND user_id = ?"
        row = self.store.one(f"SELECT * FROM members WHERE {where}", (group_id, user_id))  # noqa: S608
        if row is None:
            return
        self.store.write(f"DELETE FROM members WHERE {where}", (group_id, user_id))  # noqa: S608
        self.audit.add(
            "member_destroyed",
            "Membership destroyed",
            self.user(user_id),
            group_id=group_id,
            author=author,
            details={"remove": "user_access", "as": ROLES.get(row["access_level"], ""), **(details or {})},
        )

    def describe(self) -> dict[str, Any]:
        """What `scimtui simulate --json` prints."""
        group_path = self.root.full_path.replace(".", "%2E")
        return {
            "url": self.base_url,
            "scim_url": f"{self.base_url}/api/scim/v2/groups/{group_path}",
            "group": self.root.full_path,
            "scim_token": self.scim_token,
            "access_token": self.access_token,
            "users": self.people_count,
            "problems": {name: self.problems[name] for name in (*PROBLEMS, "match")},
            "planted": self.planted,
            "instance_scim_url": f"{self.base_url}/api/scim/v2/application",
            "instance_scim_token": self.instance_scim_token,
            "rest_url": f"{self.base_url}/api/v4",
            "gitlab_version": self.version,
        }

    def _population(self) -> Population:
        settings = self.settings
        if settings.people_file is not None:
            return Population(read_people_file(settings.people_file, self.email_domain))
        return made_up(settings.users, settings.seed, settings.group, GROUP_ID)

    def _refuse_unknown_groups(self, people: list[Person]) -> None:
        for person in people:
            for path in person.rows or {}:
                if self.tree.find(path) is None:
                    raise PeopleError(f"user {person.user_id}: there is no group {path!r}")

    def _load(self, people: list[Person], *, as_start: bool) -> None:
        self._refuse_unknown_groups(people)
        groups = {group.full_path.lower(): group.id for group in self.tree.groups}
        self.store.load(people, groups, as_start=as_start)
        self._facts = _facts(people, self.email_domain)


@dataclass(frozen=True, slots=True)
class _Facts:
    owner_id: int | None
    maintainer_id: int | None
    verified_domains: frozenset[str]


def _facts(people: list[Person], domain: str) -> _Facts:
    humans = [person for person in people if not person.bot]

    def first(level: int) -> int | None:
        return min((p.user_id for p in humans if p.member and p.access_level == level), default=None)

    anybody = min((person.user_id for person in humans), default=None)
    owner = first(OWNER)
    owner = anybody if owner is None else owner
    maintainer = first(MAINTAINER)
    claimed = [p for p in people if p.enterprise]
    lapsed = {p.email.rpartition("@")[2].lower() for p in claimed if not p.domain_verified}
    verified = {domain, *(p.email.rpartition("@")[2].lower() for p in claimed)} - lapsed
    return _Facts(owner, owner if maintainer is None else maintainer, frozenset(verified))


def _token(prefix: str, seed: str) -> str:
    return f"{prefix}-" + "".join(random.Random(seed).choices(_TOKEN_LETTERS, k=20))  # noqa: S311
