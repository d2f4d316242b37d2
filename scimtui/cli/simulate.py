"""`scimtui simulate`: the simulated GitLab in the foreground."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scimtui.simulator.settings import (
    ACCESS_TOKENS,
    CONFIRMATIONS,
    DEFAULT_ROLES,
    DROPS,
    RATE_LIMITS,
    VERSIONS,
    VISIBILITIES,
    Settings,
    SettingsError,
    Switches,
)

if TYPE_CHECKING:
    from scimtui.simulator.server import Simulation

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FLAGS = {
    "moving-pages": "SCIM pages shift between requests.",
    "saml-provider": "The group has a SAML provider.",
    "saml-enabled": "The SAML provider is enabled.",
    "group-saml": "Group SAML is switched on in the installation.",
    "sso-enforced": "SSO is enforced for the group.",
    "licensed": "The plan has SAML and SCIM.",
    "flat-names": "The old flat key name.formatted in SCIM users.",
    "admin-mode": "Admin Mode is on, and the access token has no scope for it.",
    "auto-link-saml-user": "Instance SAML takes an account that has the sent address.",
    "instance-group-sync": "Instance SAML names the attribute with the groups.",
    "allow-single-sign-on": "Instance SAML makes accounts.",
    "block-auto-created-users": "Accounts that instance SAML makes wait for approval.",
    "ultimate": "On this plan a Guest takes no seat.",
    "minimal-access": "The plan has the role Minimal Access.",
    "seats-exhausted": "Restricted access, and no seat is free.",
    "saas": "This is GitLab.com: no instance SCIM, members' e-mails for enterprise users.",
}


def _switch_flags(function: _Command) -> _Command:
    for name, text in reversed(_FLAGS.items()):
        default = getattr(Switches(), name.replace("-", "_"))
        function = click.option(f"--{name}/--no-{name}", default=default, show_default=True, help=text)(
            function
        )
    return function


@click.command("simulate")
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Loopback address to listen on."
)
@click.option(
    "--port", default=0, show_default=True, type=click.IntRange(0, 65535), help="0 for any free port."
)
@click.option(
    "--users", default=500, show_default=True, type=click.IntRange(0), help="How many people to make up."
)
@click.option("--seed", default=1, show_default=True, type=int, help="Same seed, same people and tokens.")
@click.option("--gitlab-version", default="19.3", show_default=True, type=click.Choice(VERSIONS))
@click.option(
    "--group", default="acme", show_default=True, metavar="PATH", help="Path of the top-level group."
)
@click.option(
    "--people",
    "people_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="People from this JSON file (also what `scimtui users --json` writes).",
)
@click.option(
    "--tls-cert",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Serve https with this certificate.",
)
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line once it listens.")
@click.option("--exit-with-stdin", is_flag=True, help="End when stdin is closed.")
@click.option(
    "--latency-ms", default=0, show_default=True, type=click.IntRange(0), help="Each answer waits so long."
)
@click.option("--rate-limited", type=click.Choice(RATE_LIMITS), help="Answer 429, in this shape.")
@click.option("--rate-limited-times", type=click.IntRange(1), help="Only so many requests get the 429.")
@click.option(
    "--retry-after", default=60, show_default=True, type=click.IntRange(0), help="Seconds that a 429 names."
)
@click.option("--drop", type=click.Choice(DROPS), help="Close the connection instead of answering.")
@click.option(
    "--errors", default=0, show_default=True, type=click.IntRange(0), help="So many 502 and 503 first."
)
@click.option(
    "--allowed-email-domains", multiple=True, metavar="DOMAIN", help="Members' domains; may be repeated."
)
@click.option(
    "--ip-restriction-ranges",
    multiple=True,
    metavar="RANGE",
    help="Where the group may be seen from; may be repeated.",
)
@click.option(
    "--required-groups",
    multiple=True,
    metavar="NAME",
    help="Instance SAML lets in who is in one of these; may be repeated.",
)
@click.option(
    "--default-role",
    default=str(Switches().default_role),
    show_default=True,
    type=click.Choice([str(role) for role in DEFAULT_ROLES]),
    callback=lambda _context, _parameter, value: int(value),
    help="Number of the SAML provider's default role.",
)
@click.option(
    "--graph-groups", multiple=True, metavar="ID", help="What Microsoft Graph answers; may be repeated."
)
@click.option(
    "--default-member-role-id", type=click.IntRange(1), help="Custom role of the SAML provider, by its id."
)
@click.option(
    "--custom-roles",
    multiple=True,
    type=int,
    metavar="LEVEL",
    help="Base level of a custom role; may be repeated.",
)
@click.option(
    "--email-confirmation", type=click.Choice(CONFIRMATIONS), help="How new addresses are confirmed."
)
@click.option(
    "--group-visibility",
    default="private",
    show_default=True,
    type=click.Choice(VISIBILITIES),
    help="Who may see the group.",
)
@click.option(
    "--access-token",
    default="owner",
    show_default=True,
    type=click.Choice(ACCESS_TOKENS),
    help="What the access token is.",
)
@_switch_flags
def command(  # noqa: PLR0917 - click calls it by keyword
    host: str,
    port: int,
    users: int,
    seed: int,
    gitlab_version: Any,
    group: str,
    people_file: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    as_json: bool,
    exit_with_stdin: bool,
    rate_limited: str | None,
    **switches: Any,
) -> None:
    """Run a simulated GitLab on a loopback port, for demos, training and tests.

    It prints its address, the group and both tokens, and runs until it is interrupted. Each switch can also
    be thrown while it runs: PUT /-/simulator/switches.
    """
    from scimtui.simulator.people import PeopleError
    from scimtui.simulator.server import serve

    def on_listening(simulation: Simulation) -> None:
        described = simulation.gitlab.describe()
        click.echo(json.dumps(described, ensure_ascii=True) if as_json else _readable(described))
        sys.stdout.flush()
        if exit_with_stdin:
            threading.Thread(target=_stop_with_stdin, args=(simulation.stop,), daemon=True).start()

    try:
        off = {"rate_limited": rate_limited or False, "graph_groups": switches.pop("graph_groups") or None}
        thrown = Switches().changed({**switches, **off})
        settings = Settings(
            host=host,
            port=port,
            users=users,
            seed=seed,
            gitlab_version=gitlab_version,
            group=group,
            people_file=people_file,
            tls_cert=tls_cert,
            tls_key=tls_key,
            switches=thrown,
        )
        serve(settings, on_listening)
    except (SettingsError, PeopleError) as wrong:
        click.echo(f"scimtui simulate: {wrong}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _stop_with_stdin(stop: Callable[[], None]) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    stop()


def _readable(described: dict[str, Any]) -> str:
    problems = ", ".join(f"{count:,} {name}" for name, count in described["problems"].items() if count)
    planted = ", ".join(f"{len(names):,} {kind}" for kind, names in described["planted"].items() if names)
    return "\n".join(
        [
            f"Simulated GitLab {described['gitlab_version']} on {described['url']} (Ctrl-C ends it)",
            f"  group          {described['group']}",
            f"  SCIM endpoint  {described['scim_url']}",
            f"  SCIM token     {described['scim_token']}",
            f"  REST           {described['rest_url']}",
            f"  access token   {described['access_token']}",
            f"  people         {described['users']:,}: {problems}",
            *([f"  also planted   {planted}"] if planted else []),
            f"  instance SCIM  {described['instance_scim_url']} (with --no-saas)",
            f"  its token      {described['instance_scim_token']}",
            f"  control        {described['url']}/-/simulator/",
        ]
    )


if __name__ == "__main__":
    command(prog_name="python -m scimtui.simulator")
