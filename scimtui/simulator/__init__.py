"""A simulated GitLab on a loopback port: group and instance SCIM, REST identities, members and user lists.

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
    flag that no API shows), `member`, `access_level`, `state`, `provisioned`, `enterprise`, `bot`; and
    `instance_scim_id`, `instance_active` where instance SCIM has made them differ.
`PUT people`
    Replace everybody, the Owner included, by a list of that shape; all but the first three keys are optional.
    What `scimtui users --json` writes is taken too. 422 `{"error": …}` where such people cannot exist.
    The access token then belongs to the Owner with the lowest id (else to whoever has the lowest id, with
    whatever role that is), the Maintainer's token to the Maintainer with the lowest id. Maintainers and
    Owners are direct members of the subgroup `<group>/platform` too.
`GET switches`, `PUT switches`
    One JSON object; `PUT` changes the switches it names. See `scimtui.simulator.settings.Switches` for each:
    `latency_ms`, `rate_limited` (false, "middleware", "application"), `rate_limited_times` (how often, then
    it lifts), `retry_after`, `drop` (null, "before-write", "after-write", "read"), `errors` (so many coming
    requests are answered 502 or 503), `moving_pages`, `saml_provider`, `saml_enabled`, `group_saml`,
    `sso_enforced`, `licensed`, `flat_names`, `allowed_email_domains`, `seats_exhausted`, `saas`,
    `access_token` ("owner", "maintainer", "read_api", "expired", "revoked").
`GET writes`
    `[{"method", "path", "status"}]` of every request but GET since the start; `path` is raw, without the
    query; `status` is null where the connection was dropped before anything was done.

Signing in
----------
`POST /groups/<path>/-/saml/callback` takes what a browser posts (`SAMLResponse`, `RelayState`), or JSON:
`name_id`, `email`, `username` (each text or null), `signed_in_as` (a user id: the session of the browser),
`in_response_to` (whether the response answers a request of that session). It does what `sign-in.md` says:
links, rewrites, trusts again, adds members, makes accounts. A program gets `{"outcome", "user_id",
"banner"}`, with `signed-in`, `account-created`, `linked` or `refused`; a browser gets a page. No signature
is looked at.

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
