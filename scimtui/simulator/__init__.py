"""A simulated GitLab on a loopback port: SCIM, SAML sign-in, and REST from identities to audit events.

It follows the contract (`gitlab-contract.md`, `gitlab-contract-2.md`, `sign-in.md`) and plays 19.4,
19.3 or 18.9. It imports nothing of the other rooms and is only ever spoken to over HTTP.

In a test, in a thread of the same process, on a free port::

    from scimtui.simulator import Settings, running

    with running(Settings(users=50, seed=7)) as simulator:
        simulator.switch(saml_enabled=False)
        ...  # requests to simulator.scim_url with simulator.scim_token,
        ...  # to simulator.rest_url with simulator.access_token
        simulator.reset()

As a child process that ends when its parent does::

    from scimtui.simulator.child import start_child

    with start_child(["--users", "500"]) as child:
        child.info["scim_url"], child.info["scim_token"], child.info["access_token"]

The control API
---------------
Under `/-/simulator/`, off every path that GitLab has; never delayed, limited or dropped; needs no token.

`POST reset`
    Back to the start: people, switches, an empty list of writes, a deleted group is there again.
`POST settle`
    Removals that are pending (19.3, 19.4) happen now. They never happen by themselves. `{"settled": 2}`
`GET about`
    What `scimtui simulate --json` printed.
`GET people`
    The truth: a JSON list with, for each person, `user_id`, `name`, `username`, `email`, `email_verified`,
    `secondary_emails` (confirmed ones), `scim_id`, `active`, `pending_removal`, `saml_id`, `trusted` (the
    flag that no API shows), `member`, `access_level`, `state`, `provisioned`, `enterprise`, `bot`; and, where
    they are not what they mostly are: `instance_scim_id`, `instance_active`, `unconfirmed_emails`,
    `further_saml_ids` (legacy rows of the same person), `other_identities` (`{"saml": "value"}`: what other
    providers know the account by), `untrusted_providers`, `domain_verified` (false: the enterprise user's
    domain is no longer verified), `two_factor`, `admin`, `confirmation_overdue`, `membership_state`
    ("active", "awaiting", "requested"), `expires_at`, `member_role_id`, and `rows` (direct memberships
    below, by full path: `{"acme/a": {"access_level": 30}}`, with the same four keys, or a mere number).
`PUT people`
    Replace everybody, the Owner included, by a list of that shape; all but the first three keys are optional.
    What `scimtui users --json` writes is taken too. 422 `{"error": …}` where such people cannot exist.
    SAML values may differ in case alone, as legacy rows do.
    The access token then belongs to the Owner with the lowest id (else to whoever has the lowest id, with
    whatever role that is), the Maintainer's token to the Maintainer with the lowest id. Without `rows`
    Maintainers and Owners are direct members of the subgroup `<group>/platform` too.
`GET groups`, `PUT groups`
    The tree of groups with its SAML group links, parents first: `[{"path": "acme/a", "name": "A", "links":
    [{"name": "devs", "access_level": 30, "provider": null, "member_role_id": null}]}]`. `PUT` replaces every
    group below the top-level one, and every link; the top-level group may be named for its own links.
`GET switches`, `PUT switches`
    One JSON object; `PUT` changes the switches it names. See `scimtui.simulator.settings.Switches` for each:
    `latency_ms`, `rate_limited` (false, "middleware", "application"), `rate_limited_times` (how often, then
    it lifts), `retry_after`, `drop` (null, "before-write", "after-write", "read"), `errors` (so many coming
    requests are answered 502 or 503), `moving_pages`, `saml_provider`, `saml_enabled`, `group_saml`,
    `sso_enforced`, `licensed`, `flat_names`, `allowed_email_domains`, `ip_restriction_ranges`,
    `default_role`, `default_member_role_id`, `custom_roles`, `minimal_access`, `ultimate`,
    `email_confirmation` (null, "hard", "soft", "off"), `group_visibility` ("private", "public"),
    `seats_exhausted`, `saas`, `access_token` ("owner", "maintainer", "read_api", "expired", "revoked",
    "admin"), `admin_mode`, `graph_groups`; and of instance SAML `required_groups`, `instance_group_sync`,
    `auto_link_saml_user`, `allow_single_sign_on`, `block_auto_created_users`.
`GET writes`
    `[{"method", "path", "status"}]` of every request but GET since the start; `path` is raw, without the
    query; `status` is null where the connection was dropped before anything was done.
`POST upgrade`
    The installation is 19.4 from now on: SAML values that were distrusted are trusted again, for good.
`GET events`, `GET mails`
    Every audit event and every mail since the start, whoever may see it.

Signing in
----------
`POST /groups/<path>/-/saml/callback` takes what a browser posts (`SAMLResponse`, `RelayState`, and
`signed_in_as`), or JSON: `name_id`, `email`, `username`, `name`, `relay_state` (each text or null),
`signed_in_as` (a user id: the session of the browser), `in_response_to` (whether the response answers a
request of that session), `groups` (the claim's values, or null for no claim), `overage` (too many groups for
the assertion), `fault` (why the response is not valid, in ruby-saml's words). It does what `sign-in.md` says:
links, rewrites, trusts again, adds members, makes accounts, gives and takes roles by group links. A program
gets `{"outcome", "user_id", "banner", "kind", "redirect", "session", "events"}`: the outcome is `signed-in`,
`account-created`, `linked`, `second-factor` or `refused`, the kind of text `alert` or `notice`, the session
who is signed in afterwards, the events the names of the audit events it made. A browser gets a page. No
signature is looked at; status and audience are.
`POST /users/auth/<provider>/callback` (a name that starts with `saml`; the switch `saas` off) signs in to
the installation in the same way.

Where the contract says nothing, the simulator does the likeliest thing: a free plan empties SCIM lists and
hides e-mails and identities from members; without any token a group is not found.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .settings import Settings, SettingsError, Switches

if TYPE_CHECKING:
    from .server import RunningSimulator, running, serve

__all__ = ["RunningSimulator", "Settings", "SettingsError", "Switches", "running", "serve"]


def __getattr__(name: str) -> Any:
    """The server is imported when it is asked for: the parent of a child process never pays for it."""
    if name in ("RunningSimulator", "running", "serve"):
        return getattr(import_module(f"{__name__}.server"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
